//! What git says of a repository in its own files, without being asked: which commit is checked out,
//! and whether older ones are missing.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folders of a repository. Only where it has further working trees are they two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitFolder {
    /// What belongs to this working tree, such as HEAD.
    pub own: PathBuf,
    /// What all working trees share.
    pub common: PathBuf,
}

/// The commit that is checked out and how far back the history goes, in the words of git's own
/// files; empty where there is no git, `None` where they cannot be read.
pub(super) fn head(root: &Path) -> Option<String> {
    let Some(git) = GitFolder::of(root).ok()? else { return Some(String::new()) };
    let head = read(&git.own.join("HEAD")).ok()?;
    let commit = match head.trim_end().strip_prefix("ref: ") {
        Some(name) => read(&git.common.join(name)).ok().or_else(|| packed(&git.common, name))?,
        None => head,
    };
    Some(format!("{} {}", commit.trim_end(), git.shallow().unwrap_or_default()))
}

/// The commits at which a clone was cut off, one a line; `None` where all are there.
pub(super) fn cut_off(root: &Path) -> Option<String> {
    GitFolder::of(root).ok().flatten()?.shallow()
}

/// The branch that others go into, if the forge has told this clone of it.
pub(super) fn default_branch(root: &Path) -> Option<String> {
    GitFolder::of(root).ok().flatten()?.default_branch()
}

impl GitFolder {
    /// Of the repository that `root` lies in; `None` where it lies in none.
    ///
    /// # Errors
    ///
    /// When git's own files cannot be read, or are none of git's.
    pub fn of(root: &Path) -> io::Result<Option<GitFolder>> {
        let top = root.canonicalize()?;
        let Some(git) = top.ancestors().map(|folder| folder.join(".git")).find(|git| git.exists())
        else {
            return Ok(None);
        };
        // The `.git` of a further working tree is a file that names its folder.
        let own = match read(&git) {
            Ok(text) => {
                let named = text.strip_prefix("gitdir: ").ok_or(io::ErrorKind::InvalidData)?;
                git.with_file_name(named.trim_end())
            }
            Err(_) => git,
        };
        let common = match read(&own.join("commondir")) {
            Ok(text) => own.join(text.trim_end()),
            Err(_) => own.clone(),
        };
        Ok(Some(GitFolder { own: own.canonicalize()?, common: common.canonicalize()? }))
    }

    /// The branch on which everything comes together, as far as this clone can know: what the
    /// forge says, or one called `main`, or else the one that is checked out.
    pub fn main_branch(&self) -> Option<String> {
        let main = "refs/heads/main";
        let has_main = || self.common.join(main).exists() || packed(&self.common, main).is_some();
        self.default_branch()
            .or_else(|| has_main().then(|| "main".to_owned()))
            .or_else(|| led(&self.own.join("HEAD"), "refs/heads/"))
    }

    /// What the forge calls it.
    fn default_branch(&self) -> Option<String> {
        led(&self.common.join("refs/remotes/origin/HEAD"), "refs/remotes/origin/")
    }

    /// The commits at which a clone was cut off.
    fn shallow(&self) -> Option<String> {
        read(&self.common.join("shallow")).ok()
    }
}

/// What a name leads to, without the beginning of that.
fn led(path: &Path, to: &str) -> Option<String> {
    Some(read(path).ok()?.trim_end().strip_prefix("ref: ")?.strip_prefix(to)?.to_owned())
}

fn packed(common: &Path, name: &str) -> Option<String> {
    let all = read(&common.join("packed-refs")).ok()?;
    let line = all.lines().find(|line| line.split_once(' ').is_some_and(|it| it.1 == name))?;
    Some(line.to_owned())
}

fn read(path: &Path) -> io::Result<String> {
    fs::read_to_string(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_main_branch_is_what_the_forge_says_or_main_or_what_is_checked_out() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(".git").join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("HEAD", "ref: refs/heads/add/week\n");
        let branch = || GitFolder::of(folder.path()).unwrap().unwrap().main_branch();
        assert_eq!(branch().as_deref(), Some("add/week"));
        write("packed-refs", "abc refs/heads/main\n");
        assert_eq!(branch().as_deref(), Some("main"));
        write("refs/remotes/origin/HEAD", "ref: refs/remotes/origin/trunk\n");
        assert_eq!(branch().as_deref(), Some("trunk"));
    }

    #[test]
    fn a_further_working_tree_knows_what_its_repository_knows() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let (first, further) = (folder.path().join("first"), folder.path().join("further"));
        write("first/.git/HEAD", "ref: refs/heads/main\n");
        write("first/.git/packed-refs", "# pack-refs\nabc refs/heads/main\n");
        write("first/.git/worktrees/further/HEAD", "def\n");
        write("first/.git/worktrees/further/commondir", "../..\n");
        let own = first.join(".git/worktrees/further");
        write("further/.git", &format!("gitdir: {}\n", own.display()));
        assert!(cut_off(&first).is_none() && cut_off(&further).is_none());
        assert_eq!(head(&first).unwrap(), "abc refs/heads/main ");
        assert_eq!(head(&further).unwrap(), "def ");
        write("first/.git/shallow", "012\n");
        assert_eq!(
            (cut_off(&first), cut_off(&further)),
            (Some("012\n".into()), Some("012\n".into()))
        );
        assert_eq!(head(&further).unwrap(), "def 012\n");
        write("further/.git", "what is this?");
        assert!(head(&further).is_none() && cut_off(&further).is_none());
    }
}
