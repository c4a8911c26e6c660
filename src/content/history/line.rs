//! Which commits count. The site tells what stood on the published line: the commits that were, one
//! after the other, the tip of the branch that is published. Pure.
//!
//! Git keeps no such line, only the parents of each commit, so it is followed from the commit that
//! is checked out back to the first:
//!
//! - A commit with one parent follows on that one. This is all there is where pull requests are
//!   squashed or rebased.
//! - A merge follows on its first parent, as a forge makes it: the branch that was merged stood
//!   nowhere until then, and comes to the line all at once.
//! - A merge that took in the published branch follows on its second parent. Whoever runs `git pull`
//!   or `git merge main` with commits of their own makes one, and a push afterwards puts it on top of
//!   what was published all the time. Only the title tells, which git or a forge writes for every
//!   merge: `Merge branch 'main' of …`, `Merge branch 'main' into mine`.
//!
//! What stood at an instant is the newest commit of the line that was made until then. An item
//! reaches a status when the line does, and says so with the date of the first commit that wrote it:
//! the one on the line or, where a merge brought it, the one on the branch. A status that came and
//! went on a branch never was on the site.

/// What the line is often called, whichever branch is checked out.
const PUBLISHED: [&str; 2] = ["main", "master"];

/// What is known of the names of branches.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    /// The one that is checked out, or of which the line is.
    pub branch: Option<String>,
    /// The one that others go into, as the forge says.
    pub default: Option<String>,
}

impl Names {
    /// Whether the line is called so, whichever branch is checked out.
    fn is_published(&self, name: &str) -> bool {
        PUBLISHED.contains(&name) || self.default.as_deref() == Some(name)
    }
}

/// What has to be known of a commit.
pub(super) struct Node<'t> {
    /// Numbers of its parents, those that this clone has.
    pub parents: Vec<usize>,
    pub title: &'t str,
}

/// A commit of the line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Stop {
    pub commit: usize,
    /// The commits that came to the line with it.
    pub brought: Vec<usize>,
}

/// The line, oldest first, that ends with the commit of number 0.
pub(super) fn line(nodes: &[Node], names: &Names) -> Vec<Stop> {
    let mut on_it = Vec::new();
    let mut next = (!nodes.is_empty()).then_some(0);
    while let Some(commit) = next {
        on_it.push(commit);
        next = before(&nodes[commit], names);
    }
    let mut seen = vec![false; nodes.len()];
    on_it.iter().for_each(|commit| seen[*commit] = true);
    let stop = |commit: usize| Stop { commit, brought: unseen(commit, nodes, &mut seen) };
    on_it.into_iter().rev().map(stop).collect()
}

/// The parent that was on the line before.
fn before(node: &Node, names: &Names) -> Option<usize> {
    match node.parents[..] {
        [_, second] if took_in_the_line(node.title, names) => Some(second),
        _ => node.parents.first().copied(),
    }
}

/// The commits below one that nobody has come by yet.
fn unseen(commit: usize, nodes: &[Node], seen: &mut [bool]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut open = nodes[commit].parents.clone();
    while let Some(commit) = open.pop() {
        if !std::mem::replace(&mut seen[commit], true) {
            found.push(commit);
            open.extend(&nodes[commit].parents);
        }
    }
    found
}

/// Whether a merge says in its title that it took the published branch into another, or the remote
/// side of a branch into the local one.
fn took_in_the_line(title: &str, names: &Names) -> bool {
    let Some(Merged { from, into, is_remote }) = merged(title) else { return false };
    let is_published = names.is_published(from) || names.branch.as_deref() == Some(from);
    match into {
        // Git leaves the name out where it takes the branch for the one that others go into.
        None => is_remote && is_published,
        Some(into) if into == from => is_remote,
        Some(into) => is_published && !names.is_published(into),
    }
}

/// What the title of a merge says.
struct Merged<'t> {
    from: &'t str,
    into: Option<&'t str>,
    /// Whether it was merged from another repository.
    is_remote: bool,
}

fn merged(title: &str) -> Option<Merged<'_>> {
    if let Some(named) = title.strip_prefix("Merge remote-tracking branch '") {
        let (from, rest) = named.split_once('\'')?;
        return Some(Merged { from: from.split_once('/')?.1, into: into(rest), is_remote: true });
    }
    let Some(named) = title.strip_prefix("Merge branch ") else { return forged(title) };
    let (from, rest) = match named.strip_prefix('\'') {
        Some(quoted) => quoted.split_once('\'')?,
        None => Some(named.split_at(named.find(' ')?)).filter(|(from, _)| from.contains(':'))?,
    };
    // Of a repository that this one was forked from, forges write a name and a colon.
    let fork = from.split_once(':').map(|(_, from)| from);
    let is_remote = fork.is_some() || rest.starts_with(" of ");
    Some(Merged { from: fork.unwrap_or(from), into: into(rest), is_remote })
}

/// `Merged main into mine`, as a forge writes it.
fn forged(title: &str) -> Option<Merged<'_>> {
    let (from, into) = title.strip_prefix("Merged ")?.split_once(" into ")?;
    let is_name = |name: &str| !name.contains(' ');
    let merged = Merged { from, into: Some(into), is_remote: false };
    (is_name(from) && is_name(into)).then_some(merged)
}

fn into(rest: &str) -> Option<&str> {
    rest.rsplit_once(" into ").map(|(_, into)| into.trim_matches('\''))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a branch called trunk.
    fn names() -> Names {
        Names { branch: Some("trunk".to_owned()), default: None }
    }

    #[test]
    fn the_name_that_the_forge_knows_is_that_of_the_line() {
        let names = |branch: Option<&str>| {
            let [branch, default] = [branch, Some("trunk")].map(|it| it.map(str::to_owned));
            Names { branch, default }
        };
        for branch in [None, Some("trunk"), Some("mine")] {
            for title in [
                "Merge branch 'trunk' into mine",
                "Merge branch 'trunk' of https://example.org/week",
                "Merge branch 'main' into mine",
            ] {
                assert!(took_in_the_line(title, &names(branch)), "{title}");
            }
            for title in ["Merge branch 'main' into trunk", "Merge branch 'hers' into trunk"] {
                assert!(!took_in_the_line(title, &names(branch)), "{title}");
            }
        }
    }

    #[test]
    fn a_merge_that_took_in_the_published_branch_says_so() {
        for title in [
            "Merge branch 'main' into devlocal",
            "Merge branch 'master' into devlocal",
            "Merge branch 'main' of https://example.org/week",
            "Merge branch 'main' of https://example.org/week into main",
            "Merge branch 'devlocal' of https://example.org/week into devlocal",
            "Merge remote-tracking branch 'origin/main' into devlocal",
            "Merge remote-tracking branch 'origin/main'",
            "Merge branch 'trunk' into devlocal",
            "Merge branch 'trunk' of https://example.org/week",
            "Merge branch 'example:main' into main",
            "Merge branch 'example:main' into devlocal",
            "Merge branch week:main into main",
            "Merged main into devlocal",
        ] {
            assert!(took_in_the_line(title, &names()), "{title}");
        }
        for title in [
            "Merge pull request #12 from bob/main",
            "Merge pull request 'Ten things' (#12) from bob/main into main",
            "Merge branch 'devlocal'",
            "Merge branch 'devlocal' into main",
            "Merge branch 'devlocal' into 'main'",
            "Merge branch 'main' into 'main'",
            "Merge branch 'trunk' into main",
            "Merge branch 'devlocal' of https://example.org/bob",
            "Merge remote-tracking branch 'bob/devlocal'",
            "Merge branches 'main' and 'trunk' into devlocal",
            "Merged in devlocal (pull request #12)",
            "Merged devlocal into main",
            "Merged main into main",
            "Merged all that main has into devlocal",
            "Merge branch devlocal:devlocal into main",
            "Merge branch main into devlocal",
            "Merge branch main",
            "Merge branch 'ma",
            "Tell how a merge went into main",
        ] {
            assert!(!took_in_the_line(title, &names()), "{title}");
        }
    }

    /// The line through these commits, newest first, each with its parents: `3+1,2` is commit 3,
    /// with what it brought.
    fn told(nodes: &[(&[usize], &str)]) -> Vec<String> {
        let nodes: Vec<Node> = nodes
            .iter()
            .map(|(parents, title)| Node { parents: parents.to_vec(), title })
            .collect();
        let stop = |Stop { commit, brought }: &Stop| {
            let brought: Vec<String> = brought.iter().map(usize::to_string).collect();
            format!("{commit}+{}", brought.join(","))
        };
        line(&nodes, &Names::default()).iter().map(stop).collect()
    }

    #[test]
    fn the_line_goes_through_what_was_published() {
        let forge: [(&[usize], &str); 4] =
            [(&[1, 2], "Merge pull request #1"), (&[3], "b"), (&[3], "a"), (&[], "Begin")];
        assert_eq!(told(&forge), ["3+", "1+", "0+2"]);
        let mut pulled = forge;
        pulled[0].1 = "Merge branch 'main' into mine";
        assert_eq!(told(&pulled), ["3+", "2+", "0+1"]);
        // A branch that took in main twice before it was merged.
        let long: [(&[usize], &str); 6] = [
            (&[4, 1], "Merge pull request #1"),
            (&[2, 4], "Merge branch 'main' into mine"),
            (&[3, 5], "Merge branch 'main' into mine"),
            (&[5], "a"),
            (&[5], "b"),
            (&[], "Begin"),
        ];
        assert_eq!(told(&long), ["5+", "4+", "0+1,2,3"]);
        assert_eq!(told(&long[5..]), ["0+"]);
        assert_eq!(told(&[]), [""; 0]);
    }
}
