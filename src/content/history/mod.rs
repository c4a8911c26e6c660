//! What git remembers of the lists: how they stood when they were due, and when each item reached
//! its statuses. Everything here may be missing, and then the site does without.

mod git;
mod story;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;
use std::process::Child;

use super::{ReadError, fingerprint};
use crate::model::{Commit, HistoryGap, Round, Site};
use git::Log;
use story::Version;

/// What stood in the repository at one commit.
pub(super) struct Snapshot {
    pub commit: Commit,
    /// By path relative to the root; only the names of what is no text.
    pub held: BTreeMap<String, Option<Vec<u8>>>,
}

/// The files of a commit, read in one call for their names and one for their texts.
pub(super) fn snapshot(root: &Path, revision: &str) -> Result<Snapshot, ReadError> {
    let git::Listing { commit, files } = git::listing(root, revision)?;
    let is_text = |path: &str| path.ends_with(".md") || path.ends_with(".toml");
    let wanted: BTreeSet<&str> = files
        .iter()
        .filter(|(path, _, _)| is_text(path))
        .map(|(_, blob, _)| blob.as_str())
        .collect();
    let blobs = git::blobs(root, &wanted);
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
    Ok(Snapshot { commit, held })
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
    log: Option<Log>,
    /// By the blob of a list.
    versions: HashMap<String, Version>,
}

/// A question that git is thinking about.
pub(super) struct Asked {
    head: Option<String>,
    /// `None` where the answer is known, or where there is no git.
    log: Option<Child>,
}

/// Asks for the log if there may be anything new in it.
pub(super) fn ask(root: &Path, remembered: &Remembered) -> Asked {
    let head = fingerprint::head(root);
    let known = head.is_some() && head == remembered.head;
    Asked { head, log: if known { None } else { git::ask_log(root) } }
}

/// Fills in the history of every round, and the last commit of the whole.
pub(super) fn read(root: &Path, asked: Asked, site: &mut Site, remembered: &mut Remembered) {
    if asked.head.is_none() || asked.head != remembered.head {
        remembered.log = asked.log.and_then(|asked| git::log(asked, root));
        remembered.head = asked.head;
    }
    let Remembered { log, versions, .. } = remembered;
    let Some(log) = log else {
        for round in &mut site.rounds {
            round.history.gap = Some(HistoryGap::NoGit);
        }
        return;
    };
    site.last_commit = log.last().cloned();
    let folders: Vec<String> = site.rounds.iter().map(|round| round.path("lists/")).collect();
    let lists: Vec<BTreeMap<&str, &str>> = folders.iter().map(|folder| log.lists(folder)).collect();
    let all: HashSet<&str> = lists.iter().flat_map(BTreeMap::keys).copied().collect();
    let wanted: BTreeSet<&str> =
        log.blobs(&all).filter(|blob| !versions.contains_key(*blob)).collect();
    for (blob, text) in git::texts(root, &wanted) {
        versions.insert(blob, story::version(&text));
    }
    for (round, lists) in site.rounds.iter_mut().zip(&lists) {
        tell(round, lists, log, versions);
    }
}

fn tell(
    round: &mut Round,
    lists: &BTreeMap<&str, &str>,
    log: &Log,
    versions: &HashMap<String, Version>,
) {
    let steps = log.steps(lists, versions);
    let due = round.dates.lists_due.start();
    let mut history = story::history(&steps, due);
    story::follow(&mut history, &round.products);
    let late = history.frozen.is_none() && !steps.is_empty();
    round.history = history;
    round.history.gap =
        if log.shallow { Some(HistoryGap::Shallow) } else { late.then_some(HistoryGap::Late) };
    if log.shallow {
        // What is missing may be just what stood there when the lists were due.
        round.history.frozen = None;
    }
}
