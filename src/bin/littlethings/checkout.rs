//! Where the site lies in what is checked out. A site may be a folder of a larger repository, and a
//! forge names everything by its path from the top.

use std::io;
use std::path::{Path, PathBuf};

use littlethings::content::GitFolder;

use crate::options;
use crate::trouble::Trouble;

/// The top of the repository that a folder lies in, if it is in one. The folder need not be there.
pub fn top(folder: &Path) -> Option<PathBuf> {
    let top = folder.ancestors().find(|folder| folder.join(".git").exists());
    top.map(Path::to_owned)
}

/// The branch from which a site in this folder is published: `main` where nothing says otherwise.
pub fn main_branch(folder: &Path) -> String {
    let git = GitFolder::of(folder).ok().flatten();
    git.and_then(|git| git.main_branch()).unwrap_or_else(|| "main".to_owned())
}

/// A folder by its real path, as much of it as is there.
pub fn real(folder: &Path) -> Result<PathBuf, Trouble> {
    let full = options::here()?.join(folder);
    for there in full.ancestors() {
        match there.canonicalize() {
            Ok(real) => {
                let rest = full.strip_prefix(there).unwrap_or(Path::new(""));
                // A path must not end with a slash only because nothing follows.
                return Ok(if rest.as_os_str().is_empty() { real } else { real.join(rest) });
            }
            Err(error) if is_missing(&error) => {}
            Err(source) => {
                return Err(Trouble::Read { path: there.display().to_string(), source });
            }
        }
    }
    Ok(full)
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// What leads from the top of the checkout to the root, with a slash at its end; empty where they
/// are the same. Without a repository the forge says where the top is.
pub fn prefix(root: &Path) -> String {
    let Ok(root) = root.canonicalize() else { return String::new() };
    let told =
        || std::env::var_os("GITHUB_WORKSPACE").and_then(|top| Path::new(&top).canonicalize().ok());
    let inner = top(&root).or_else(told).and_then(|top| within(&top, &root));
    match inner {
        Some(inner) if !inner.is_empty() => inner + "/",
        _ => String::new(),
    }
}

/// The path from the top to a folder below it, with `/`.
pub fn within(top: &Path, folder: &Path) -> Option<String> {
    folder.strip_prefix(top).ok().map(slashed)
}

/// A path with `/` between the names.
pub fn slashed(path: &Path) -> String {
    let names: Vec<_> = path.components().map(|name| name.as_os_str().to_string_lossy()).collect();
    names.join("/")
}
