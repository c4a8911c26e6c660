//! Judging again after one list was edited, for whoever follows edits: most rules look at each list
//! alone, and need not look at a thousand others because of one.

use std::mem;

use jiff::Timestamp;

use super::{RULES, Rule, apply, by};
use crate::finding::Finding;
use crate::model::Round;

/// The rules that look at each list alone: what they say at one list depends on no other list.
/// Every test of such a rule also asks whether that is true.
const BY_LIST: [&str; 12] = [
    "estimate-before-start",
    "every-hub-agrees",
    "exactly-ten-items",
    "known-words",
    "leftovers-have-a-fate",
    "list-frozen-after-deadline",
    "one-owner-per-item",
    "owner-is-known",
    "owner-is-reachable",
    "skip-says-why",
    "small-enough-to-start",
    "started-gets-finished",
];

/// Whether [`judge_list`] tells what that rule says at a list; else [`judge_between`] does.
pub fn is_by_list(rule: &str) -> bool {
    BY_LIST.contains(&rule)
}

/// What the rules that look at each list alone say at the list at `path`.
pub fn judge_list(round: &mut Round, path: &str, now: Timestamp) -> Vec<Finding> {
    let rules: Vec<&Rule> = RULES.iter().filter(|rule| is_by_list(rule.name)).collect();
    list(&rules, round, path, now)
}

/// What all other rules say.
pub fn judge_between(round: &Round, now: Timestamp) -> Vec<Finding> {
    let rules: Vec<&Rule> = RULES.iter().filter(|rule| !is_by_list(rule.name)).collect();
    by(&rules, round, now)
}

/// For as long as it takes to judge, the round has only that list.
fn list(rules: &[&Rule], round: &mut Round, path: &str, now: Timestamp) -> Vec<Finding> {
    let Some(at) = round.products.iter().position(|product| &*product.list_path == path) else {
        return Vec::new();
    };
    let mut others = mem::take(&mut round.products);
    round.products.push(others.swap_remove(at));
    let mut findings: Vec<Finding> =
        rules.iter().flat_map(|rule| apply(rule, round, now)).collect();
    findings.retain(|finding| &*finding.place.path == path);
    others.append(&mut round.products);
    let last = others.len() - 1;
    others.swap(at, last);
    round.products = others;
    findings
}

/// Whether a rule says at each list the same without the others.
#[cfg(test)]
pub(super) fn says_the_same_alone(rule: &Rule, round: &Round, now: Timestamp) -> bool {
    let mut copy = round.clone();
    let whole = apply(rule, round, now);
    round.products.iter().all(|product| {
        let path = &*product.list_path;
        let alone = list(&[rule], &mut copy, path, now);
        let there = whole.iter().filter(|finding| &*finding.place.path == path);
        assert!(copy == *round);
        alone.iter().eq(there)
    })
}
