//! A new record over the one that stands (pure). A store may be younger than the record: the old
//! one was lost, or came back from a backup. What such a store does not know stays as it was
//! published.

use crate::model::{Record, SideCount, SurveyRecord, Told};

use super::letters::key;

/// A record, and how much of it only the old one knew.
#[derive(Clone, Debug, PartialEq)]
pub struct Merged {
    pub record: Record,
    /// Letters to owners that the store does not know.
    pub old_letters: usize,
    /// The store knows of fewer people who were asked, so their numbers stay.
    pub old_survey: bool,
    /// What was answered stays as it was published.
    pub old_results: bool,
}

/// Made-up answers are not written over those of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it holds what real people were asked, and the answers in this store are made up")]
pub struct RealRecord;

/// Lays `new`, which a store says, over `old`, which stands in the file.
///
/// # Errors
///
/// When the new one is made up and the old one is not.
pub fn merge(old: Option<&Record>, new: Record) -> Result<Merged, RealRecord> {
    let Some(old) = old else { return Ok(alone(new)) };
    let has_survey = old.survey != SurveyRecord::default() || !old.questions.is_empty();
    if new.simulated && !old.simulated && has_survey {
        return Err(RealRecord);
    }
    let (told, old_letters) = together(&old.told, &new.told);
    let new = Record { told, ..new };
    // What was made up is not worth keeping beside what is real, nor beside other inventions.
    if old.simulated {
        return Ok(Merged { old_letters, ..alone(new) });
    }
    let is_whole = asks_no_fewer(&new.survey, &old.survey);
    let survey = if is_whole { counts_of_new(old, &new) } else { larger(&old.survey, &new.survey) };
    let has_results = !new.questions.is_empty() || new.outcome.is_some();
    let is_newer = is_whole && has_results;
    let old_results = !old.questions.is_empty() && !is_newer;
    let (questions, comments, outcome) = if old_results {
        (old.questions.clone(), old.comments.clone(), old.outcome)
    } else {
        (new.questions, new.comments, new.outcome.or(old.outcome))
    };
    let record = Record { survey, questions, comments, outcome, ..new };
    Ok(Merged { record, old_letters, old_survey: !is_whole, old_results })
}

/// Whether two records say the same, whenever they were written and in whatever order.
pub fn says_the_same(one: &Record, other: &Record) -> bool {
    let bare = |record: &Record| {
        let mut told = record.told.clone();
        told.sort_by(|one, other| key(one).cmp(&key(other)));
        let place = crate::finding::Place::whole("");
        Record { written: None, told, place, ..record.clone() }
    };
    bare(one) == bare(other)
}

fn alone(record: Record) -> Merged {
    Merged { record, old_letters: 0, old_survey: false, old_results: false }
}

/// All letters of both, and how many only the old record knows.
fn together(old: &[Told], new: &[Told]) -> (Vec<Told>, usize) {
    let unknown: Vec<&Told> = old.iter().filter(|told| !new.contains(told)).collect();
    let number = unknown.len();
    let mut told: Vec<Told> = new.iter().chain(unknown).cloned().collect();
    told.sort_by(|one, other| key(one).cmp(&key(other)));
    told.dedup();
    (told, number)
}

/// Nobody who was asked is ever taken out of a store, so one that knows of fewer is not the one
/// that asked them. Fewer answers mean nothing: an answer can be erased.
fn asks_no_fewer(new: &SurveyRecord, old: &SurveyRecord) -> bool {
    old.sides
        .iter()
        .all(|(side, count)| new.sides.get(side).is_some_and(|other| other.asked >= count.asked))
}

/// The numbers of the store, and the instants of whichever of both knows more.
fn counts_of_new(old: &Record, new: &Record) -> SurveyRecord {
    SurveyRecord { sides: new.survey.sides.clone(), ..larger(&old.survey, &new.survey) }
}

fn larger(old: &SurveyRecord, new: &SurveyRecord) -> SurveyRecord {
    let mut sides = old.sides.clone();
    for (side, count) in &new.sides {
        let SideCount { asked, answered } = sides.entry(*side).or_default();
        (*asked, *answered) = (count.asked.max(*asked), count.answered.max(*answered));
    }
    let knows_more = new.reminded_at.len() >= old.reminded_at.len();
    let reminded_at = if knows_more { &new.reminded_at } else { &old.reminded_at }.clone();
    let asked_at = old.asked_at.into_iter().chain(new.asked_at).min();
    SurveyRecord { asked_at, reminded_at, sides }
}
