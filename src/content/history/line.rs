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
//!   what was published all the time. Only the title tells, which git writes for every merge:
//!   `Merge branch 'main' of …`, `Merge branch 'main' into mine`.
//!
//! What stood at an instant is the newest commit of the line that was made until then. An item
//! reaches a status when the line does, and says so with the date of the first commit that wrote it:
//! the one on the line or, where a merge brought it, the one on the branch. A status that came and
//! went on a branch never was on the site.

/// What the line is often called, whichever branch is checked out.
const PUBLISHED: [&str; 2] = ["main", "master"];

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

/// The line, oldest first, that ends with the commit of number 0. `branch` is what is checked out.
pub(super) fn line(nodes: &[Node], branch: Option<&str>) -> Vec<Stop> {
    let mut on_it = Vec::new();
    let mut next = (!nodes.is_empty()).then_some(0);
    while let Some(commit) = next {
        on_it.push(commit);
        next = before(&nodes[commit], branch);
    }
    let mut seen = vec![false; nodes.len()];
    on_it.iter().for_each(|commit| seen[*commit] = true);
    let stop = |commit: usize| Stop { commit, brought: unseen(commit, nodes, &mut seen) };
    on_it.into_iter().rev().map(stop).collect()
}

/// The parent that was on the line before.
fn before(node: &Node, branch: Option<&str>) -> Option<usize> {
    match node.parents[..] {
        [_, second] if took_in_the_line(node.title, branch) => Some(second),
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
fn took_in_the_line(title: &str, branch: Option<&str>) -> bool {
    let Some((from, rest, is_remote)) = merged(title) else { return false };
    let is_published = PUBLISHED.contains(&from) || branch == Some(from);
    match rest.rsplit_once(" into ").map(|(_, into)| into.trim_matches('\'')) {
        // Git leaves the name out where it takes the branch for the one that others go into.
        None => is_remote && is_published,
        Some(into) if into == from => is_remote,
        Some(into) => is_published && !PUBLISHED.contains(&into),
    }
}

/// The branch that was merged, what the title says further, and whether it was that of a remote.
fn merged(title: &str) -> Option<(&str, &str, bool)> {
    if let Some(named) = title.strip_prefix("Merge remote-tracking branch '") {
        let (from, rest) = named.split_once('\'')?;
        return Some((from.split_once('/')?.1, rest, true));
    }
    let (from, rest) = title.strip_prefix("Merge branch '")?.split_once('\'')?;
    Some((from, rest, rest.starts_with(" of ")))
}

#[cfg(test)]
mod tests {
    use super::*;

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
        ] {
            assert!(took_in_the_line(title, Some("trunk")), "{title}");
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
            "Merge branch 'ma",
            "Tell how a merge went into main",
        ] {
            assert!(!took_in_the_line(title, Some("trunk")), "{title}");
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
        line(&nodes, Some("main")).iter().map(stop).collect()
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
