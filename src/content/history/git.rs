//! Asks git, in one call for the log and one for all old texts. The only code that runs git.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::Timestamp;

use super::story::{Step, Version};
use crate::model::Commit;

/// The commits that touched what the site is made of, oldest first.
#[derive(Debug, Default)]
pub(super) struct Log {
    entries: Vec<Entry>,
    /// Older commits are missing from this clone.
    pub shallow: bool,
}

#[derive(Debug)]
struct Entry {
    commit: Commit,
    /// Path relative to the root, and its new blob; `None` where the file was taken away.
    files: Vec<(String, Option<String>)>,
}

/// `None` where there is no git, no repository or no commit yet.
pub(super) fn log(root: &Path) -> Option<Log> {
    let arguments = [
        "log",
        "--raw",
        "-z",
        "--no-renames",
        "--no-abbrev",
        "--first-parent",
        "-m",
        "--relative",
        "--format=%x01%H %ct",
        "--",
        "content",
        "themes",
        "littlethings.toml",
    ];
    let output = git(root).args(arguments).stderr(Stdio::null()).output().ok()?;
    if !output.status.success() {
        return None;
    }
    let mut entries: Vec<Entry> =
        String::from_utf8_lossy(&output.stdout).split('\u{1}').filter_map(entry).collect();
    entries.reverse();
    (!entries.is_empty()).then(|| Log { entries, shallow: is_shallow(root) })
}

fn git(root: &Path) -> Command {
    let mut git = Command::new("git");
    // A build must not wait for a lock, a pager, or a signature that nobody asked for.
    git.arg("-C")
        .arg(root)
        .args(["--no-pager", "--no-optional-locks", "-c", "log.showSignature=false"])
        .stdin(Stdio::null());
    git
}

/// A shallow clone says so in a file beside its objects.
fn is_shallow(root: &Path) -> bool {
    root.ancestors()
        .map(|folder| folder.join(".git"))
        .find(|git| git.exists())
        .is_some_and(|git| git.join("shallow").exists())
}

/// `HASH SECONDS`, then for each file `:modes blobs status`, NUL, path, NUL.
fn entry(text: &str) -> Option<Entry> {
    let mut fields = text.split('\0');
    let (id, seconds) = fields.next()?.trim().split_once(' ')?;
    let at = Timestamp::from_second(seconds.trim().parse().ok()?).ok()?;
    let mut files = Vec::new();
    while let (Some(change), Some(path)) = (fields.next(), fields.next()) {
        let blob = change.trim_start().split(' ').nth(3)?.to_owned();
        let gone = blob.bytes().all(|digit| digit == b'0');
        files.push((path.to_owned(), (!gone).then_some(blob)));
    }
    Some(Entry { commit: Commit { id: id.to_owned(), at }, files })
}

impl Log {
    /// The newest commit.
    pub fn last(&self) -> Option<&Commit> {
        self.entries.last().map(|entry| &entry.commit)
    }

    /// All blobs that these files ever were.
    pub fn blobs<'l>(&'l self, paths: &'l HashSet<&str>) -> impl Iterator<Item = &'l str> {
        self.entries
            .iter()
            .flat_map(|entry| &entry.files)
            .filter(|(path, _)| paths.contains(path.as_str()))
            .filter_map(|(_, blob)| blob.as_deref())
    }

    /// The commits that changed one of these lists, with what each of them became.
    pub fn steps<'l>(
        &'l self,
        products: &BTreeMap<&'l str, &'l str>,
        versions: &'l HashMap<&str, Version>,
    ) -> Vec<Step<'l>> {
        self.entries
            .iter()
            .filter_map(|entry| {
                let lists: Vec<_> = entry
                    .files
                    .iter()
                    .filter_map(|(path, blob)| {
                        let product = products.get(path.as_str())?;
                        Some((*product, blob.as_deref().and_then(|blob| versions.get(blob))))
                    })
                    .collect();
                (!lists.is_empty()).then_some(Step { commit: &entry.commit, lists })
            })
            .collect()
    }
}

/// The texts of blobs. One that is missing or no UTF-8 is left out.
pub(super) fn texts(root: &Path, wanted: &BTreeSet<&str>) -> BTreeMap<String, String> {
    if wanted.is_empty() {
        return BTreeMap::new();
    }
    let input: String = wanted.iter().map(|blob| format!("{blob}\n")).collect();
    let spawned = git(root)
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = spawned else { return BTreeMap::new() };
    // Git answers while it is still being asked; asking from a thread keeps both pipes moving.
    let asking = child
        .stdin
        .take()
        .map(|mut stdin| std::thread::spawn(move || stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output().map(|output| output.stdout).unwrap_or_default();
    if let Some(asking) = asking {
        // A git that stopped early has said all it had to say.
        drop(asking.join());
    }
    batch(&output)
}

/// `HASH blob SIZE`, LF, the bytes, LF; or `HASH missing`, LF.
fn batch(mut output: &[u8]) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    while let Some(end) = output.iter().position(|byte| *byte == b'\n') {
        let head = String::from_utf8_lossy(&output[..end]).into_owned();
        output = &output[end + 1..];
        let mut words = head.split(' ');
        let (Some(blob), Some("blob"), Some(size)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        let Some(bytes) = size.parse().ok().and_then(|size: usize| output.get(..size)) else {
            break;
        };
        if let Ok(text) = std::str::from_utf8(bytes) {
            texts.insert(blob.to_owned(), text.to_owned());
        }
        output = output.get(bytes.len() + 1..).unwrap_or_default();
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_read_with_the_files_it_changed() {
        let entry = entry("abc 1784000000\0:100644 100644 111 222 M\0content/r/lists/atlas.md\0:100644 000000 333 000 D\0content/r/lists/old.md\0").unwrap();
        assert_eq!(entry.commit.id, "abc");
        assert_eq!(
            entry.files,
            [
                ("content/r/lists/atlas.md".to_owned(), Some("222".to_owned())),
                ("content/r/lists/old.md".to_owned(), None)
            ]
        );
    }

    #[test]
    fn texts_are_told_apart_by_their_sizes() {
        let texts = batch(
            b"aa blob 4\na\nb\n\nbb missing\ncc blob 0\n\ndd blob 2\n\xff\xfe\nee blob 1\nx\n",
        );
        let texts: Vec<(&str, &str)> =
            texts.iter().map(|(blob, text)| (blob.as_str(), text.as_str())).collect();
        assert_eq!(texts, [("aa", "a\nb\n"), ("cc", ""), ("ee", "x")]);
    }
}
