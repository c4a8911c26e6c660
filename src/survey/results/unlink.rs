//! What is left of answers when a survey closes: nothing in them leads to a person (pure).

use std::collections::{BTreeMap, BTreeSet};

use super::super::answers::{Given, ItemSaid, ItemState};
use super::FEWEST;
use crate::store::AnswerRow;

/// Each answer becomes a row that says which side answered and not what, and rows that say what
/// was answered: with their side where enough of it have answered that question, and without it
/// where its size would name them. Items lose their refs, because the pages say who owns them, and
/// what fewer than five people said about items of one state is dropped.
pub fn unlink(rows: Vec<AnswerRow>) -> Vec<AnswerRow> {
    let mut sizes: BTreeMap<(String, String), u32> = BTreeMap::new();
    let mut speakers: BTreeMap<(String, ItemState), BTreeSet<String>> = BTreeMap::new();
    for row in &rows {
        *sizes.entry((row.question.clone(), row.side.clone())).or_default() += 1;
        for state in states(&row.value) {
            let of = speakers.entry((row.question.clone(), state)).or_default();
            of.insert(row.respondent.clone());
        }
    }
    let mut unlinked = Vec::new();
    for row in rows {
        let is_small = sizes[&(row.question.clone(), row.side.clone())] < FEWEST;
        let bare = |side: &str, value: String| AnswerRow {
            respondent: String::new(),
            question: row.question.clone(),
            side: side.to_owned(),
            value,
        };
        unlinked.push(bare(&row.side, String::new()));
        match Given::read(&row.value) {
            Some(Given::Items(said)) => {
                let is_kept = |one: &&ItemSaid| {
                    let of = speakers.get(&(row.question.clone(), one.state));
                    of.is_some_and(|of| of.len() >= FEWEST as usize)
                };
                unlinked.extend(said.iter().filter(is_kept).map(|one| {
                    let one = ItemSaid { item: String::new(), ..one.clone() };
                    bare("", Given::Items(vec![one]).write())
                }));
            }
            // A comment is shown without its side, so it needs none.
            Some(Given::Text(_)) => unlinked.push(bare("", row.value.clone())),
            _ => unlinked.push(bare(if is_small { "" } else { &row.side }, row.value.clone())),
        }
    }
    unlinked
}

fn states(value: &str) -> BTreeSet<ItemState> {
    match Given::read(value) {
        Some(Given::Items(said)) => said.iter().map(|one| one.state).collect(),
        _ => BTreeSet::new(),
    }
}
