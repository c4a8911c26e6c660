//! What git remembers of the lists: how they stood when they were due, and when each item reached
//! its statuses. Everything here may be missing, and then the site does without.

mod git;
mod line;
mod story;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::convert::Infallible;
use std::panic::resume_unwind;
use std::path::Path;
use std::thread::{self, JoinHandle};

use jiff::Timestamp;

use super::{Content, ReadError, list, tree};
use crate::crew;
use crate::finding::Sources;
use crate::model::{Commit, HistoryGap, Item, Ref, Round, Site};
use crate::words::likeness;
use git::Log;
use story::{Step, Version};

/// What stood in the repository at one commit.
pub(super) struct Snapshot {
    pub commit: Commit,
    /// By path relative to the root; only the names of what is no text.
    pub held: BTreeMap<String, Option<Vec<u8>>>,
    /// The bytes of all files of themes, by the same paths. A theme follows no links.
    pub themes: BTreeMap<String, Vec<u8>>,
}

/// The files of a commit, read in one call for their names and one for their texts.
pub(super) fn snapshot(root: &Path, revision: &str) -> Result<Snapshot, ReadError> {
    let git::Listing { commit, files } = git::listing(root, revision)?;
    let is_text = |path: &str| path.ends_with(".md") || path.ends_with(".toml");
    let is_theme = |path: &str| path.starts_with("themes/");
    let wanted: BTreeSet<&str> = files
        .iter()
        .filter(|(path, _, _)| is_text(path) || is_theme(path))
        .map(|(_, blob, _)| blob.as_str())
        .collect();
    let blobs = git::blobs(root, &wanted);
    if let Some((path, ..)) = files
        .iter()
        .find(|(_, blob, _)| wanted.contains(blob.as_str()) && !blobs.contains_key(blob))
    {
        let because = format!("git has not got `{path}` as it was");
        return Err(ReadError::NoPast { because });
    }
    let of_themes = files.iter().filter(|(path, _, is_link)| is_theme(path) && !is_link);
    let themes = of_themes
        .filter_map(|(path, blob, _)| Some((path.clone(), blobs.get(blob)?.clone())))
        .collect();
    let mut held = BTreeMap::new();
    let mut links = Vec::new();
    for (path, blob, is_link) in &files {
        let bytes = blobs.get(blob).filter(|_| is_text(path)).cloned();
        match bytes {
            Some(target) if *is_link => links.push((path, target)),
            bytes => drop(held.insert(path.clone(), bytes)),
        }
    }
    for (path, target) in links {
        let target = beside(path, &String::from_utf8_lossy(&target));
        if let Some(bytes) = target.and_then(|target| held.get(&target).cloned()) {
            held.insert(path.clone(), bytes);
        }
    }
    Ok(Snapshot { commit, held, themes })
}

/// Where a link leads that lies at `path`; `None` where that is outside.
fn beside(path: &str, target: &str) -> Option<String> {
    let mut names: Vec<&str> = path.split('/').collect();
    names.pop();
    for name in target.split('/') {
        match name {
            "" if names.is_empty() => return None,
            "" | "." => {}
            ".." => drop(names.pop()?),
            name => names.push(name),
        }
    }
    Some(names.join("/"))
}

/// What git has told, which stays true for as long as the same commit is checked out.
#[derive(Debug, Default)]
pub struct Remembered {
    /// The commit; `None` where that is not known for sure.
    head: Option<String>,
    /// `None` where there is no repository, or git did not tell.
    log: Option<Log>,
    /// Why git did not tell.
    refused: Option<HistoryGap>,
    /// There is a repository, and git did not tell all that it was asked. It may another time.
    failed: bool,
    versions: Versions,
}

/// What lists once were, by their blobs; `None` of one that nobody can read.
type Versions = HashMap<String, Option<Version>>;

impl Remembered {
    /// Whether this is all there is to know of that commit, so that to ask again is of no use.
    pub fn is_whole(&self) -> bool {
        self.head.is_some() && !self.failed
    }

    /// Whether that is the commit.
    fn is_of(&self, commit: &Commit) -> bool {
        self.head.as_deref().and_then(|head| head.split(' ').next()) == Some(&commit.id)
    }
}

/// What git has told or, from a thread of its own, will have told.
pub(super) enum Asked {
    Known(Box<Remembered>),
    Listening(JoinHandle<Remembered>),
}

/// Asks git if there may be anything new in its answer; `head` is what is checked out. While the
/// files are read, a thread listens and reads what lists once were.
pub(super) fn ask(root: &Path, head: Option<String>, remembered: Remembered) -> Asked {
    if head == remembered.head && remembered.is_whole() {
        return Asked::Known(Box::new(remembered));
    }
    let root = root.to_owned();
    // Git takes longer than everything else that happens meanwhile, so it begins first.
    let asked = git::ask(&root, "HEAD");
    Asked::Listening(thread::spawn(move || {
        // Where there is no repository, there was nobody to ask.
        let is_none = head.as_deref() == Some("");
        let (log, refused) = match git::hear(&root, asked, None) {
            Ok(log) => (Some(log), None),
            Err(gap) => (None, Some(gap).filter(|_| !is_none)),
        };
        let mut versions = remembered.versions;
        if let Some(log) = &log {
            pass_over(log.links(), &mut versions);
            let wanted = unknown(log.replaced(), &versions);
            learn(&mut versions, &root, &wanted);
        }
        let failed = refused.is_some();
        Remembered { head, log, refused, failed, versions }
    }))
}

/// Of a link nobody can read what the list was.
fn pass_over<'l>(links: impl Iterator<Item = &'l str>, versions: &mut Versions) {
    versions.extend(links.map(|blob| (blob.to_owned(), None)));
}

fn unknown<'l>(blobs: impl Iterator<Item = &'l str>, versions: &Versions) -> BTreeSet<&'l str> {
    blobs.filter(|blob| !versions.contains_key(*blob)).collect()
}

/// Has git tell these blobs, and reads them.
fn learn(versions: &mut Versions, root: &Path, wanted: &BTreeSet<&str>) {
    if wanted.is_empty() {
        return;
    }
    let blobs: Vec<(String, Vec<u8>)> = git::blobs(root, wanted).into_iter().collect();
    let all: Vec<usize> = (0..blobs.len()).collect();
    let read = |number: usize| {
        let source = tree::legible(&blobs[number].1);
        Ok::<Option<Version>, Infallible>(source.as_ref().map(story::version))
    };
    let _ = crew::shared(&all, read, |number, version| {
        versions.insert(blobs[number].0.clone(), version);
        Ok(())
    });
}

/// What was asked for, as soon as it is known.
pub(super) fn hear(asked: Asked) -> Remembered {
    match asked {
        Asked::Known(remembered) => *remembered,
        Asked::Listening(thread) => thread.join().unwrap_or_else(|panic| resume_unwind(panic)),
    }
}

/// Fills in the history of what was read from a commit: the one that led there, whatever came to be
/// since, and on whichever branch. `remembered` is what git has told of what is checked out.
pub(super) fn recall(root: &Path, past: &mut Content, remembered: &mut Remembered, now: Timestamp) {
    let Some(commit) = past.site.last_commit.clone() else { return };
    match &remembered.log {
        Some(log) if !remembered.is_of(&commit) => {
            let (log, refused) =
                match git::hear(root, git::ask(root, &commit.id), Some(log.names())) {
                    Ok(log) => (Some(log), None),
                    Err(gap) => (None, Some(gap)),
                };
            let versions = std::mem::take(&mut remembered.versions);
            let mut then = Remembered { log, refused, versions, ..Remembered::default() };
            fill_in(root, past, &mut then, now);
            remembered.versions = then.versions;
        }
        _ => fill_in(root, past, remembered, now),
    }
    past.site.last_commit = Some(commit);
}

/// Fills in the history of every round as it is known at `now`, and the last commit of the whole.
pub(super) fn fill_in(
    root: &Path,
    content: &mut Content,
    remembered: &mut Remembered,
    now: Timestamp,
) {
    let Remembered { log, versions, failed, refused, .. } = remembered;
    let Content { site, sources, .. } = content;
    let Some(log) = log.as_ref().filter(|log| log.last().is_some()) else {
        for round in &mut site.rounds {
            round.history.gap = refused.clone().or(Some(HistoryGap::NoGit));
        }
        return;
    };
    pass_over(log.links(), versions);
    let mut wanted = unknown(log.blobs(), versions);
    if !wanted.is_empty() {
        take_as_read(site, sources, &mut wanted, versions);
    }
    learn(versions, root, &wanted);
    *failed |= wanted.iter().any(|blob| !versions.contains_key(*blob));
    site.last_commit = log.last().cloned();
    for round in &mut site.rounds {
        let folder = round.path("lists/");
        let lists = log.lists(&folder);
        let steps = log.steps(&lists, versions);
        settle(round, &steps);
        tell(round, &steps, log, now);
        if !round.history.untold.is_empty() && log.has_link(&lists) {
            round.history.gap.get_or_insert(HistoryGap::Linked);
        }
        round.history.former = former(round, &steps);
    }
}

/// Of items that were written with one ref the one keeps it, and its page, that had it before the
/// others: somebody copied it, and did not think of the ref.
fn settle(round: &mut Round, steps: &[Step]) {
    let twice: HashSet<String> = round
        .items()
        .filter(|(_, item)| item.is_copy())
        .map(|(_, item)| Ref::key(&item.r#ref.text))
        .collect();
    if twice.is_empty() {
        return;
    }
    let holdings = story::holdings(&twice, steps);
    let claim = |product: &str, item: &Item| {
        holdings.get(Ref::key(&item.r#ref.text).as_str()).map_or(0, |(list, title)| {
            2 * u8::from(likeness(&item.title) == likeness(title)) + u8::from(product == *list)
        })
    };
    let mut items: Vec<(u8, &mut Item)> = Vec::new();
    for product in &mut round.products {
        for item in product.list.list_mut().into_iter().flat_map(|list| &mut list.items) {
            items.push((claim(&product.key, item), item));
        }
    }
    list::addresses(items.into_iter());
}

/// What refs the copies had before, as far as nobody else has them now.
fn former(round: &Round, steps: &[Step]) -> BTreeMap<String, String> {
    let copies = round.items().filter(|(_, item)| item.is_copy());
    let had = copies.filter_map(|(product, item)| {
        let r#ref = story::former(&product.key, item, steps)?;
        Some((item.address.clone(), r#ref.to_owned()))
    });
    had.filter(|(_, r#ref)| round.item(r#ref).is_none()).collect()
}

/// Most lists are as they were committed, and then they have been read already.
fn take_as_read(
    site: &Site,
    sources: &Sources,
    wanted: &mut BTreeSet<&str>,
    versions: &mut Versions,
) {
    for product in site.rounds.iter().flat_map(|round| &round.products) {
        let (Some(list), Some(text)) = (product.list.list(), sources.get(&product.list_path))
        else {
            continue;
        };
        let blob = git::blob(text);
        if wanted.remove(blob.as_str()) {
            versions.insert(blob, Some(story::standing(list, text)));
        }
    }
}

fn tell(round: &mut Round, steps: &[Step], log: &Log, now: Timestamp) {
    let due = round.dates.lists_due.start();
    let mut history = story::history(steps, due, now);
    story::follow(&mut history, &round.products);
    story::readdress(&mut history, &round.products);
    let is_late = history.frozen.is_none() && !steps.is_empty();
    // An older commit may be just the one that told how the lists stood when they were due.
    let is_cut = history.frozen.is_none() || steps.iter().any(|step| step.is_cut);
    history.gap = if log.shallow && is_cut {
        Some(HistoryGap::Shallow)
    } else if steps.iter().any(Step::is_lost) {
        Some(HistoryGap::Lost)
    } else {
        is_late.then_some(HistoryGap::Late)
    };
    history.until(now);
    round.history = history;
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::{begin, git_folder};
    use super::*;

    /// A list that was Latin-1 and is not any more, in a repository.
    fn repository() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let git = |arguments: &[&str]| {
            let name = ["user.name=Ana", "user.email=ana@example.org", "commit.gpgsign=false"];
            let mut git = std::process::Command::new("git");
            git.args(name.iter().flat_map(|it| ["-c", *it])).args(arguments);
            git.env_remove("GIT_DIR").env("GIT_CONFIG_GLOBAL", "/dev/null");
            assert!(git.current_dir(folder.path()).status().unwrap().success());
        };
        git(&["init", "-q"]);
        fs::create_dir_all(folder.path().join("content/2026/lists")).unwrap();
        for text in [b"# Caf\xe9\n", b"# Coffee".as_slice()] {
            fs::write(folder.path().join("content/2026/lists/a.md"), text).unwrap();
            git(&["add", "-A"]);
            git(&["commit", "-qm", "Write"]);
        }
        folder
    }

    #[test]
    fn what_is_no_text_is_asked_for_once() {
        let folder = repository();
        let head = git_folder::head(folder.path());
        let remembered = hear(ask(folder.path(), head.clone(), Remembered::default()));
        let log = remembered.log.as_ref().unwrap();
        assert_eq!(log.replaced().count(), 1);
        assert_eq!(unknown(log.replaced(), &remembered.versions), BTreeSet::new());
    }

    #[test]
    fn a_reading_that_fails_forgets_nothing() {
        let folder = repository();
        let head = git_folder::head(folder.path());
        let mut remembered = hear(ask(folder.path(), head.clone(), Remembered::default()));
        let gone = begin(folder.path(), &mut remembered);
        assert!(matches!(gone, Err(ReadError::NoSettings { .. })));
        assert_eq!(remembered.head, head);
        fs::write(folder.path().join("littlethings.toml"), "").unwrap();
        let begun = begin(folder.path(), &mut remembered).unwrap();
        assert_eq!(remembered.head, None);
        begun.read_beside(&mut remembered, |_| Timestamp::MAX, |_| ()).unwrap();
        assert_eq!(remembered.head, head);
    }

    #[test]
    fn only_what_git_told_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let ask = |head: Option<&str>, failed| {
            let head = head.map(str::to_owned);
            let known = Remembered { head: head.clone(), failed, ..Remembered::default() };
            ask(folder.path(), head, known)
        };
        let is_known = |asked| matches!(asked, Asked::Known(_));
        assert!(is_known(ask(Some("abc"), false)) && is_known(ask(Some(""), false)));
        assert!(!is_known(ask(None, false)) && !is_known(ask(Some("abc"), true)));
        // In this folder git knows no repository, whatever seems to be checked out.
        assert!(!hear(ask(Some("abc"), true)).is_whole());
        assert!(hear(ask(Some(""), true)).is_whole());
    }
}
