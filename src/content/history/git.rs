//! Asks git, in one call for the log and one for all old texts. The only code that runs git.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use sha1::{Digest, Sha1};

use super::Versions;
use super::story::Step;
use crate::content::{ReadError, git_folder};
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

/// Asks for the log; `None` where there is no git, no repository or no commit yet. Where no commit
/// touched what the site is made of, it is empty.
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
    Some(Log { entries, shallow: git_folder::is_shallow(root) })
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

    /// Every list that ever lay in a folder, also under a name it has no more, with the name of its
    /// file. `folder` ends with a slash.
    pub fn lists<'l>(&'l self, folder: &str) -> BTreeMap<&'l str, &'l str> {
        self.entries
            .iter()
            .flat_map(|entry| &entry.files)
            .filter_map(|(path, _)| {
                let name = path.strip_prefix(folder)?.strip_suffix(".md")?;
                (!name.contains('/')).then_some((path.as_str(), name))
            })
            .collect()
    }

    /// All blobs that lists of any round ever were.
    pub fn blobs(&self) -> impl Iterator<Item = &str> {
        self.entries
            .iter()
            .flat_map(|entry| &entry.files)
            .filter(|(path, _)| is_list(path))
            .filter_map(|(_, blob)| blob.as_deref())
    }

    /// Those of them in whose place another one stands now, or none.
    pub fn replaced(&self) -> impl Iterator<Item = &str> {
        let mut seen = HashSet::new();
        self.entries
            .iter()
            .rev()
            .flat_map(|entry| &entry.files)
            .filter(move |(path, _)| is_list(path) && !seen.insert(path))
            .filter_map(|(_, blob)| blob.as_deref())
    }

    /// The commits that changed one of these lists, with what each of them became.
    pub fn steps<'l>(
        &'l self,
        lists: &BTreeMap<&'l str, &'l str>,
        versions: &'l Versions,
    ) -> Vec<Step<'l>> {
        self.entries
            .iter()
            .filter_map(|entry| {
                let changed: Vec<_> = entry
                    .files
                    .iter()
                    .filter_map(|(path, blob)| {
                        let product = lists.get(path.as_str())?;
                        let version = blob.as_ref().and_then(|blob| versions.get(blob)?.as_ref());
                        Some((*product, version))
                    })
                    .collect();
                (!changed.is_empty()).then_some(Step { commit: &entry.commit, lists: changed })
            })
            .collect()
    }
}

/// `content/ROUND/lists/PRODUCT.md`
fn is_list(path: &str) -> bool {
    matches!(
        path.split('/').collect::<Vec<&str>>().as_slice(),
        ["content", _, "lists", name] if name.ends_with(".md")
    )
}

/// A commit and all files of its tree below the root.
#[derive(Debug)]
pub(super) struct Listing {
    pub commit: Commit,
    /// Path relative to the root, its blob, and whether that is the target of a link.
    pub files: Vec<(String, String, bool)>,
}

/// The files of a commit, whatever name it was given by.
pub(super) fn listing(root: &Path, revision: &str) -> Result<Listing, ReadError> {
    let commit = commit(root, revision)?;
    // Without `--full-tree` the paths are relative to the root, which may be a folder of a larger
    // repository.
    let output = git(root).args(["ls-tree", "-r", "-z", &commit.id]).output();
    let output = output.map_err(|error| no_git(&error))?;
    if !output.status.success() {
        return Err(ReadError::NoPast { because: first_words(&output) });
    }
    let files = String::from_utf8_lossy(&output.stdout).split('\0').filter_map(listed).collect();
    Ok(Listing { commit, files })
}

/// `MODE blob HASH`, tab, path.
fn listed(entry: &str) -> Option<(String, String, bool)> {
    let (about, path) = entry.split_once('\t')?;
    let mut about = about.split(' ');
    let (mode, kind, blob) = (about.next()?, about.next()?, about.next()?);
    (kind == "blob").then(|| (path.to_owned(), blob.to_owned(), mode == "120000"))
}

fn commit(root: &Path, revision: &str) -> Result<Commit, ReadError> {
    let unknown = || ReadError::UnknownRevision { revision: revision.to_owned() };
    // Nobody's branch begins with a hyphen, but git would take it for one of its flags.
    if revision.is_empty() || revision.starts_with('-') {
        return Err(unknown());
    }
    let name = format!("{revision}^{{commit}}");
    let output = git(root)
        .args(["log", "-1", "--no-notes", "--format=%H %ct", &name, "--"])
        .stderr(Stdio::null())
        .output()
        .map_err(|error| no_git(&error))?;
    if !output.status.success() {
        return Err(no_repository(root).unwrap_or_else(unknown));
    }
    let said = String::from_utf8_lossy(&output.stdout);
    entry(&said).map(|entry| entry.commit).ok_or_else(unknown)
}

fn no_git(error: &io::Error) -> ReadError {
    ReadError::NoPast { because: format!("git cannot be run: {error}") }
}

/// Why git does not even know a repository here, in its own words.
fn no_repository(root: &Path) -> Option<ReadError> {
    let output = git(root).args(["rev-parse", "--git-dir"]).output().ok()?;
    (!output.status.success()).then(|| ReadError::NoPast { because: first_words(&output) })
}

/// The first thing that git says of what went wrong.
fn first_words(output: &Output) -> String {
    let said = String::from_utf8_lossy(&output.stderr);
    let first = said.lines().next().unwrap_or_default();
    ["fatal: ", "error: "]
        .iter()
        .find_map(|word| first.strip_prefix(word))
        .unwrap_or(first)
        .to_owned()
}

/// The texts of blobs, `None` of one that is no UTF-8. One that is missing is left out.
pub(super) fn texts(root: &Path, wanted: &BTreeSet<&str>) -> Vec<(String, Option<String>)> {
    let blobs = blobs(root, wanted).into_iter();
    blobs.map(|(blob, bytes)| (blob, String::from_utf8(bytes).ok())).collect()
}

/// The bytes of blobs. One that is missing is left out.
pub(super) fn blobs(root: &Path, wanted: &BTreeSet<&str>) -> BTreeMap<String, Vec<u8>> {
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

/// What git calls a text that it holds as it is. Where it hashes in another way, it calls none so.
pub(super) fn blob(text: &str) -> String {
    let mut hash = Sha1::new();
    hash.update(format!("blob {}\0", text.len()));
    hash.update(text);
    HEXLOWER.encode(&hash.finalize())
}

/// `HASH blob SIZE`, LF, the bytes, LF; or `HASH missing`, LF.
fn batch(mut output: &[u8]) -> BTreeMap<String, Vec<u8>> {
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
        texts.insert(blob.to_owned(), bytes.to_vec());
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
    fn a_blob_is_called_as_git_calls_it() {
        assert_eq!(blob("hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
        assert_eq!(blob(""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    }

    #[test]
    fn what_stands_in_a_place_now_is_not_replaced() {
        let entry = |files: &[(&str, Option<&str>)]| Entry {
            commit: Commit { id: String::new(), at: Timestamp::UNIX_EPOCH },
            files: files
                .iter()
                .map(|(name, blob)| (format!("content/r/{name}.md"), blob.map(str::to_owned)))
                .collect(),
        };
        let entries = vec![
            entry(&[("lists/a", Some("a1")), ("lists/b", Some("b1")), ("faq", Some("f1"))]),
            entry(&[("lists/a", Some("a2")), ("lists/b", None), ("faq", Some("f2"))]),
        ];
        let log = Log { entries, shallow: false };
        assert_eq!(log.replaced().collect::<Vec<_>>(), ["a1", "b1"]);
        assert_eq!(log.blobs().collect::<Vec<_>>(), ["a1", "b1", "a2"]);
    }

    #[test]
    fn texts_are_told_apart_by_their_sizes() {
        let texts = batch(
            b"aa blob 4\na\nb\n\nbb missing\ncc blob 0\n\ndd blob 2\n\xff\xfe\nee blob 1\nx\n",
        );
        let texts: Vec<(&str, &[u8])> =
            texts.iter().map(|(blob, text)| (blob.as_str(), text.as_slice())).collect();
        let expected: [(&str, &[u8]); 4] =
            [("aa", b"a\nb\n"), ("cc", b""), ("dd", b"\xff\xfe"), ("ee", b"x")];
        assert_eq!(texts, expected);
    }
}
