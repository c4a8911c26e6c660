//! What git remembers of the lists: how they stood when they were due, and when each item reached
//! its statuses. Everything here may be missing, and then the site does without.

mod git;
mod story;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;

use crate::model::{HistoryGap, Round, Site};
use git::Log;
use story::Version;

/// Fills in the history of every round, and the last commit of the whole.
pub(super) fn read(root: &Path, site: &mut Site) {
    let Some(log) = git::log(root) else {
        for round in &mut site.rounds {
            round.history.gap = Some(HistoryGap::NoGit);
        }
        return;
    };
    site.last_commit = log.last().cloned();
    let paths: Vec<Vec<String>> = site.rounds.iter().map(list_paths).collect();
    let lists: HashSet<&str> = paths.iter().flatten().map(String::as_str).collect();
    let wanted: BTreeSet<&str> = log.blobs(&lists).collect();
    let texts = git::texts(root, &wanted);
    let mut versions: HashMap<&str, Version> = HashMap::new();
    for (blob, text) in &texts {
        versions.insert(blob, story::version(text));
    }
    for (round, paths) in site.rounds.iter_mut().zip(&paths) {
        tell(round, paths, &log, &versions);
    }
}

/// The lists of a round, by the paths they have now.
fn list_paths(round: &Round) -> Vec<String> {
    round.products.iter().map(|product| product.list_path.to_string()).collect()
}

fn tell(round: &mut Round, paths: &[String], log: &Log, versions: &HashMap<&str, Version>) {
    let products: BTreeMap<&str, &str> = paths
        .iter()
        .map(String::as_str)
        .zip(round.products.iter().map(|product| product.key.as_str()))
        .collect();
    let steps = log.steps(&products, versions);
    let due = round.dates.lists_due.start();
    let history = story::history(&steps, due);
    let late = history.frozen.is_none() && !steps.is_empty();
    round.history = history;
    round.history.gap =
        if log.shallow { Some(HistoryGap::Shallow) } else { late.then_some(HistoryGap::Late) };
    if log.shallow {
        // What is missing may be just what stood there when the lists were due.
        round.history.frozen = None;
    }
}
