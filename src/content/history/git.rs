//! Asks git, in one call for the log and one for all old texts. The only code that runs git.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use sha1::{Digest, Sha1};

use super::Versions;
use super::line::{Names, Node, Stop, line};
use super::story::{Draft, Left, Step};
use crate::content::{ReadError, git_folder};
use crate::model::{Commit, HistoryGap};

/// The commits of the published line, oldest first: see [`super::line`].
#[derive(Debug, Default)]
pub(super) struct Log {
    entries: Vec<Entry>,
    /// Older commits are missing from this clone.
    pub shallow: bool,
    /// What the branch is called whose line it is.
    names: Names,
    /// The blobs that are no texts, but say where a link leads.
    links: HashSet<String>,
}

/// A commit of the line that touched what the site is made of.
#[derive(Debug)]
struct Entry {
    commit: Commit,
    /// Path relative to the root, and its new blob; `None` where the file was taken away.
    files: Vec<(String, Option<String>)>,
    /// What came to the line with it, by a merge.
    brought: Vec<Brought>,
    /// Older commits than this one, or than one that came with it, are missing from this clone.
    is_cut: bool,
}

/// What a commit of a branch did to a list.
#[derive(Debug)]
struct Brought {
    commit: Commit,
    path: String,
    before: Option<String>,
    after: Option<String>,
}

/// A git that has been asked for the log, and is at it.
#[derive(Debug)]
pub(super) struct Logging(io::Result<Child>);

/// Asks for the log that ends with a commit, and does not wait for the answer.
pub(super) fn ask(root: &Path, commit: &str) -> Logging {
    // Every commit has to be there for the line to be followed, also one that touched nothing here,
    // and of a merge what it changed of each of its parents.
    let arguments = [
        "log",
        "--full-history",
        "--sparse",
        "--raw",
        "-m",
        "-z",
        "--no-renames",
        "--no-abbrev",
        "--relative",
        "--decorate-refs=HEAD",
        "--decorate-refs=refs/heads/",
        "--format=%x01%H %ct %P%x00%D%x00>%s",
        commit,
        "--",
        "content",
        "themes",
        "littlethings.toml",
    ];
    let mut git = git(root);
    // It is read as a whole, so that there is no need to hand over each commit by itself.
    git.args(arguments).env("GIT_FLUSH", "0").stdout(Stdio::piped()).stderr(Stdio::piped());
    Logging(git.spawn())
}

/// Reads the log while git writes it. Where no commit touched what the site is made of, it is empty.
/// `names` are those of the branch of which it is, if they are known; else of the one that is
/// checked out.
///
/// # Errors
///
/// Where there is no commit yet, and where there is no git, no repository, or git refuses: in its
/// own words.
pub(super) fn hear(root: &Path, asked: Logging, names: Option<&Names>) -> Result<Log, HistoryGap> {
    let refused = |because| HistoryGap::Refused { because };
    let failed = |error: io::Error| refused(not_run(&error));
    let mut git = asked.0.map_err(failed)?;
    let words = git.stderr.take().map(|words| thread::spawn(move || io::read_to_string(words)));
    let said = git.stdout.take().map(BufReader::new);
    let told = said.map_or_else(|| Ok(Vec::new()), told);
    let ended = git.wait().map_err(failed)?;
    let words = words.and_then(|words| words.join().ok()).and_then(Result::ok);
    if !ended.success() {
        let because = first_words(&words.unwrap_or_default());
        return Err(if is_unborn(root) { HistoryGap::NoCommit } else { refused(because) });
    }
    let told = told.map_err(failed)?;
    let cut = git_folder::cut_off(root).unwrap_or_default();
    let cut: HashSet<&str> = cut.lines().collect();
    let shallow = told.iter().any(|told| cut.contains(&*told.id));
    let names = names.cloned().unwrap_or_else(|| Names {
        branch: told.first().and_then(|newest| branch(&newest.names)).map(str::to_owned),
        default: git_folder::default_branch(root),
    });
    let entries = along_the_line(&told, &cut, &names);
    let links = told.into_iter().flat_map(|told| told.links).collect();
    Ok(Log { entries, shallow, names, links })
}

/// Whether the branch that is checked out has no commit yet. Of one that is broken git warns.
fn is_unborn(root: &Path) -> bool {
    let ask = |arguments: &[&str]| git(root).args(arguments).output().ok();
    let branch = ask(&["symbolic-ref", "--quiet", "HEAD"]).filter(|it| it.status.success());
    let branch = branch.map(|it| String::from_utf8_lossy(&it.stdout).trim().to_owned());
    let there = branch.and_then(|branch| ask(&["for-each-ref", &branch]));
    there.is_some_and(|it| it.status.success() && it.stdout.is_empty() && it.stderr.is_empty())
}

/// A commit as git tells it.
struct Told {
    id: String,
    at: Timestamp,
    parents: Vec<String>,
    /// What points to it.
    names: String,
    title: String,
    files: Vec<File>,
    /// The blobs of links.
    links: Vec<String>,
}

/// What happened to a file, compared with one of the parents.
#[derive(Debug, PartialEq, Eq)]
struct File {
    path: String,
    /// The blobs; `None` where there was no file, or is none.
    before: Option<String>,
    after: Option<String>,
}

/// The commits, newest first. Git tells a merge once for each parent from which it differs.
fn told(mut said: impl BufRead) -> io::Result<Vec<Told>> {
    let mut all: Vec<Told> = Vec::new();
    said.skip_until(BEGIN)?;
    let mut text = Vec::new();
    while said.read_until(BEGIN, &mut text)? > 0 {
        // Somebody's title may hold anything but NUL, which ends each field.
        let is_next = text.ends_with(&[0, BEGIN]);
        if !is_next && text.ends_with(&[BEGIN]) {
            continue;
        }
        let end = text.len() - usize::from(is_next);
        if let Some(told) = one(&String::from_utf8_lossy(&text[..end])) {
            match all.last_mut() {
                Some(last) if last.id == told.id => {
                    last.files.extend(told.files);
                    last.links.extend(told.links);
                }
                _ => all.push(told),
            }
        }
        text.clear();
    }
    Ok(all)
}

/// What stands before each commit.
const BEGIN: u8 = 1;

/// `HASH SECONDS PARENTS`, the names and the title, each with NUL, then for each file
/// `:modes blobs status`, NUL, path, NUL.
fn one(text: &str) -> Option<Told> {
    let mut fields = text.split('\0');
    let mut about = fields.next()?.split(' ').filter(|word| !word.is_empty());
    let (id, at) = (about.next()?.to_owned(), about.next().and_then(instant)?);
    let (names, title) = (fields.next()?.to_owned(), fields.next()?.get(1..)?.to_owned());
    let (mut files, mut links) = (Vec::new(), Vec::new());
    while let (Some(change), Some(path)) = (fields.next(), fields.next()) {
        let mut words = change.trim_start().trim_start_matches(':').split(' ');
        let modes = [words.next()?, words.next()?];
        let (before, after) = (there(words.next()?), there(words.next()?));
        let both = modes.into_iter().zip([&before, &after]);
        links.extend(both.filter(|(mode, _)| *mode == LINK).filter_map(|(_, blob)| blob.clone()));
        files.push(File { path: path.to_owned(), before, after });
    }
    let parents = about.map(str::to_owned).collect();
    Some(Told { id, at, parents, names, title, files, links })
}

/// The mode of a link.
const LINK: &str = "120000";

/// A blob; git writes zeros where there is none.
fn there(blob: &str) -> Option<String> {
    blob.bytes().any(|digit| digit != b'0').then(|| blob.to_owned())
}

/// Of a date that no clock can hold it is enough to know that it is yet to come, or long gone.
fn instant(seconds: &str) -> Option<Timestamp> {
    let [first, last] = [Timestamp::MIN, Timestamp::MAX].map(Timestamp::as_second);
    let second = seconds.parse::<i128>().ok()?.clamp(first.into(), last.into());
    Timestamp::from_second(i64::try_from(second).ok()?).ok()
}

/// From all commits to those that count. Of those at which the clone was `cut` off git says that
/// they made every file.
fn along_the_line(told: &[Told], cut: &HashSet<&str>, names: &Names) -> Vec<Entry> {
    let numbers: HashMap<&str, usize> = told.iter().map(|it| &*it.id).zip(0..).collect();
    let nodes: Vec<Node> = told
        .iter()
        .map(|told| Node {
            parents: told.parents.iter().filter_map(|id| numbers.get(&**id).copied()).collect(),
            title: &told.title,
        })
        .collect();
    let mut stands = HashMap::new();
    line(&nodes, names)
        .into_iter()
        .filter_map(|Stop { commit, brought }| {
            let files = new_on_the_line(&told[commit].files, &mut stands);
            let is_cut = |commit: &usize| cut.contains(&*told[*commit].id);
            let whole = brought.iter().filter(|commit| !is_cut(commit));
            (!files.is_empty()).then(|| Entry {
                commit: told[commit].commit(),
                files,
                brought: whole.flat_map(|commit| told[*commit].brings()).collect(),
                is_cut: brought.iter().chain([&commit]).any(is_cut),
            })
        })
        .collect()
}

/// The branch that is checked out, from the names of its newest commit.
fn branch(names: &str) -> Option<&str> {
    names.split(", ").find_map(|name| name.strip_prefix("HEAD -> "))
}

/// The files that are not what they were on the line; a merge tells also what is new to the branch
/// that was merged. `stands` is what was there, by path.
fn new_on_the_line<'t>(
    files: &'t [File],
    stands: &mut HashMap<&'t str, Option<&'t str>>,
) -> Vec<(String, Option<String>)> {
    let is_new = |file: &&'t File| {
        let after = file.after.as_deref();
        stands.insert(&file.path, after).flatten() != after
    };
    files.iter().filter(is_new).map(|file| (file.path.clone(), file.after.clone())).collect()
}

impl Told {
    fn commit(&self) -> Commit {
        Commit { id: self.id.clone(), at: self.at }
    }

    /// What it did to lists. What a merge does it has from one of its parents.
    fn brings(&self) -> impl Iterator<Item = Brought> {
        let files = if self.parents.len() > 1 { &[][..] } else { &self.files };
        files.iter().filter(|file| is_list(&file.path)).map(|file| Brought {
            commit: self.commit(),
            path: file.path.clone(),
            before: file.before.clone(),
            after: file.after.clone(),
        })
    }
}

/// What somebody may have set for their own eyes, and what it has to be here: otherwise a log may
/// wait for signatures, say nothing of the first commit or of merges, or end over a file that is
/// gone.
const SETTINGS: [&str; 4] = [
    "log.showSignature=false",
    "log.showRoot=true",
    "log.diffMerges=separate",
    "diff.orderFile=/dev/null",
];

/// What git tells its hooks and aliases of the repository that they run in. Here the folder says
/// which one that is. What it was told of settings stays: somebody may have meant it for us.
const SURROUNDINGS: [&str; 13] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

fn git(root: &Path) -> Command {
    let mut git = Command::new("git");
    for name in SURROUNDINGS {
        git.env_remove(name);
    }
    // Nor for somebody's password: what cannot be fetched without one is missing.
    git.env("GIT_TERMINAL_PROMPT", "0");
    // A build must not wait for a lock or a pager.
    git.arg("-C").arg(root).args(["--no-pager", "--no-optional-locks"]);
    git.args(SETTINGS.iter().flat_map(|setting| ["-c", setting])).stdin(Stdio::null());
    git
}

impl Log {
    pub fn names(&self) -> &Names {
        &self.names
    }

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

    /// The blobs of links: whatever they lead to, it is not in them.
    pub fn links(&self) -> impl Iterator<Item = &str> {
        self.links.iter().map(String::as_str)
    }

    /// Whether one of these lists ever was a link.
    pub fn has_link(&self, lists: &BTreeMap<&str, &str>) -> bool {
        let files = self.entries.iter().flat_map(|entry| &entry.files);
        let mut blobs = files.filter(|(path, _)| lists.contains_key(path.as_str()));
        blobs.any(|(_, blob)| blob.as_ref().is_some_and(|blob| self.links.contains(blob)))
    }

    /// All blobs that lists of any round ever were.
    pub fn blobs(&self) -> impl Iterator<Item = &str> {
        let brought = self.entries.iter().flat_map(|entry| &entry.brought);
        let brought = brought.flat_map(|it| [&it.before, &it.after]);
        self.entries
            .iter()
            .flat_map(|entry| &entry.files)
            .filter(|(path, _)| is_list(path))
            .map(|(_, blob)| blob)
            .chain(brought)
            .filter_map(Option::as_deref)
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
                let changed = entry.files.iter().filter_map(|(path, blob)| {
                    Some((*lists.get(path.as_str())?, left(blob.as_deref(), versions)))
                });
                let changed: Vec<_> = changed.collect();
                (!changed.is_empty()).then(|| Step {
                    commit: &entry.commit,
                    lists: changed,
                    drafts: entry.drafts(lists, versions),
                    is_cut: entry.is_cut,
                })
            })
            .collect()
    }
}

impl Entry {
    fn drafts<'l>(
        &'l self,
        lists: &BTreeMap<&'l str, &'l str>,
        versions: &'l Versions,
    ) -> Vec<Draft<'l>> {
        let brought = self.brought.iter().filter(|it| lists.contains_key(it.path.as_str()));
        brought
            .map(|it| Draft {
                commit: &it.commit,
                before: left(it.before.as_deref(), versions),
                after: left(it.after.as_deref(), versions),
            })
            .collect()
    }
}

fn left<'l>(blob: Option<&str>, versions: &'l Versions) -> Left<'l> {
    let Some(blob) = blob else { return Left::Nothing };
    match versions.get(blob) {
        Some(Some(version)) => Left::List(version),
        Some(None) => Left::Unreadable,
        None => Left::Lost,
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

/// The files of the commit where what is checked out left the line of another, whatever name that
/// was given by: of one that led here, its own.
pub(super) fn listing(root: &Path, revision: &str) -> Result<Listing, ReadError> {
    let commit = parting(root, commit(root, revision)?, revision)?;
    // Without `--full-tree` the paths are relative to the root, which may be a folder of a larger
    // repository.
    let output = git(root).args(["ls-tree", "-r", "-z", &commit.id]).output();
    let output = output.map_err(|error| no_git(&error))?;
    if !output.status.success() {
        return Err(no_past(&output));
    }
    let files = String::from_utf8_lossy(&output.stdout).split('\0').filter_map(listed).collect();
    Ok(Listing { commit, files })
}

/// `MODE blob HASH`, tab, path.
fn listed(entry: &str) -> Option<(String, String, bool)> {
    let (about, path) = entry.split_once('\t')?;
    let mut about = about.split(' ');
    let (mode, kind, blob) = (about.next()?, about.next()?, about.next()?);
    (kind == "blob").then(|| (path.to_owned(), blob.to_owned(), mode == LINK))
}

/// The newest commit that led both to this one, called `revision`, and to what is checked out.
fn parting(root: &Path, other: Commit, revision: &str) -> Result<Commit, ReadError> {
    let output = git(root).args(["merge-base", &other.id, "HEAD"]).output();
    let output = output.map_err(|error| no_git(&error))?;
    let said = String::from_utf8_lossy(&output.stdout);
    match (output.status.success(), said.trim()) {
        (true, id) if id == other.id => Ok(other),
        (true, id) => commit(root, id),
        // Git says nothing where there is none.
        (false, _) if output.stderr.is_empty() => {
            Err(ReadError::Apart { revision: revision.to_owned() })
        }
        (false, _) => Err(no_past(&output)),
    }
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
    let told = said
        .trim()
        .split_once(' ')
        .and_then(|(id, seconds)| Some(Commit { id: id.to_owned(), at: instant(seconds)? }));
    told.ok_or_else(unknown)
}

fn no_git(error: &io::Error) -> ReadError {
    ReadError::NoPast { because: not_run(error) }
}

fn not_run(error: &io::Error) -> String {
    format!("git cannot be run: {error}")
}

/// Why git does not even know a repository here, in its own words.
fn no_repository(root: &Path) -> Option<ReadError> {
    let output = git(root).args(["rev-parse", "--git-dir"]).output().ok()?;
    (!output.status.success()).then(|| no_past(&output))
}

fn no_past(refusal: &Output) -> ReadError {
    ReadError::NoPast { because: first_words(&String::from_utf8_lossy(&refusal.stderr)) }
}

/// The first thing that git says of what went wrong.
fn first_words(said: &str) -> String {
    let first = said.lines().next().unwrap_or_default();
    ["fatal: ", "error: "]
        .iter()
        .find_map(|word| first.strip_prefix(word))
        .unwrap_or(first)
        .to_owned()
}

/// The bytes of blobs. One that is missing is left out. What a clone left where it came from is
/// fetched in one go: git alone would connect for each, and end at the first that it cannot have.
pub(super) fn blobs(root: &Path, wanted: &BTreeSet<&str>) -> BTreeMap<String, Vec<u8>> {
    let mut blobs = held(root, wanted);
    let missing = wanted.iter().filter(|blob| !blobs.contains_key(**blob));
    let missing: BTreeSet<&str> = missing.copied().collect();
    let fetched = || origins(root).iter().any(|origin| fetch(root, origin, &missing));
    if !missing.is_empty() && may_fetch() && fetched() {
        blobs.extend(held(root, &missing));
    }
    blobs
}

/// Whoever forbids git to fetch by itself forbids it here as well.
fn may_fetch() -> bool {
    std::env::var_os(NO_FETCH).is_none_or(|it| it.is_empty() || it == "0" || it == "false")
}

const NO_FETCH: &str = "GIT_NO_LAZY_FETCH";

/// Those of the blobs that are here.
fn held(root: &Path, wanted: &BTreeSet<&str>) -> BTreeMap<String, Vec<u8>> {
    if wanted.is_empty() {
        return BTreeMap::new();
    }
    let mut git = git(root);
    git.args(["cat-file", "--batch"]).env(NO_FETCH, "1");
    told_of(&mut git, wanted).map(|output| batch(&output.stdout)).unwrap_or_default()
}

/// Where a clone left what it did not need; none for one that has everything.
fn origins(root: &Path) -> Vec<String> {
    let output = git(root).args(["config", "--get-regexp", r"^remote\..*\.promisor$"]).output();
    let said = output.map(|output| output.stdout).unwrap_or_default();
    let origin = |line: &str| {
        let (name, left) = line.strip_prefix("remote.")?.rsplit_once(".promisor ")?;
        (left == "true").then(|| name.to_owned())
    };
    String::from_utf8_lossy(&said).lines().filter_map(origin).collect()
}

/// Has blobs fetched as git itself does it: nothing but them, and no branch moves.
fn fetch(root: &Path, origin: &str, wanted: &BTreeSet<&str>) -> bool {
    let mut git = git(root);
    git.args(["-c", "fetch.negotiationAlgorithm=noop", "fetch", "--quiet", "--stdin"]);
    git.args(["--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--filter=blob:none"]);
    git.args(["--recurse-submodules=no", "--", origin]);
    told_of(&mut git, wanted).is_ok_and(|output| output.status.success())
}

/// Has git do something with blobs that it is told of, and hears what it says.
fn told_of(git: &mut Command, wanted: &BTreeSet<&str>) -> io::Result<Output> {
    let input: String = wanted.iter().map(|blob| format!("{blob}\n")).collect();
    let git = git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = git.spawn()?;
    // Git answers while it is still being asked; asking from a thread keeps both pipes moving.
    let asking = child
        .stdin
        .take()
        .map(|mut stdin| thread::spawn(move || stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output();
    if let Some(asking) = asking {
        // A git that stopped early has said all it had to say.
        drop(asking.join());
    }
    output
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
    fn a_commit_is_told_with_the_files_it_changed() {
        let said = "\u{1}abc 1784000000 def 012\0HEAD -> main, origin/main\0>Merge\u{1} it\0\n\
            :100644 100644 111 222 M\0content/r/lists/atlas.md\0\u{1}abc 1784000000 def 012\0\0>\0\n\
            :100644 000000 333 000 D\0content/r/lists/old.md\0\u{1}def 1783000000 \0\0>\0";
        let told = told(said.as_bytes()).unwrap();
        let [merge, first] = &told[..] else { panic!("{}", told.len()) };
        assert_eq!((&*merge.id, merge.parents.join(" ")), ("abc", "def 012".to_owned()));
        assert_eq!((&*merge.title, branch(&merge.names)), ("Merge\u{1} it", Some("main")));
        let file = |path: &str, before: Option<&str>, after: Option<&str>| {
            let [before, after] = [before, after].map(|blob| blob.map(str::to_owned));
            File { path: path.to_owned(), before, after }
        };
        assert_eq!(
            merge.files,
            [
                file("content/r/lists/atlas.md", Some("111"), Some("222")),
                file("content/r/lists/old.md", Some("333"), None)
            ]
        );
        assert_eq!((&*first.id, first.parents.len(), &*first.title), ("def", 0, ""));
    }

    #[test]
    fn a_date_that_no_clock_can_hold_is_yet_to_come() {
        let said = "\u{1}abc 1785139200000 def\0\0>\0\u{1}def 99999999999999999999 \0\0>\0\u{1}012 0 \0\0>\0";
        let told = told(said.as_bytes()).unwrap();
        let next = Timestamp::from_second(Timestamp::MAX.as_second()).unwrap();
        let dates: Vec<Timestamp> = told.iter().map(|told| told.at).collect();
        assert_eq!(dates, [next, next, Timestamp::UNIX_EPOCH]);
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
            brought: Vec::new(),
            is_cut: false,
        };
        let entries = vec![
            entry(&[("lists/a", Some("a1")), ("lists/b", Some("b1")), ("faq", Some("f1"))]),
            entry(&[("lists/a", Some("a2")), ("lists/b", None), ("faq", Some("f2"))]),
        ];
        let log = Log { entries, ..Log::default() };
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
