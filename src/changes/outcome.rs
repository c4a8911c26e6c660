//! What was decided after a round, and what the mailer wrote of it. Once it was published it is only
//! rewritten by mistake or on purpose, and both have to be seen.

use std::collections::{BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

use super::shown::code;
use crate::model::{
    Comment, Counted, Decision, Record, Ref, Round, RuleOutcome, Side, SideCount, SurveyRecord,
};
use crate::words::count;

pub fn changes(before: &Round, after: &Round, told: &mut Vec<String>, reworded: &mut usize) {
    decision(before.decision.as_ref(), after.decision.as_ref(), told, reworded);
    let items = newly_told(before, after);
    if items > 0 {
        let items = count(items, "item", "items");
        told.push(format!("owners were told what became of {items}"));
    }
    record(before.record.as_ref(), after.record.as_ref(), told);
}

fn decision(
    was: Option<&Decision>,
    is: Option<&Decision>,
    told: &mut Vec<String>,
    reworded: &mut usize,
) {
    let Some(is) = is else {
        if was.is_some() {
            told.push("the decision is taken back".to_owned());
        }
        return;
    };
    let outcome =
        |decision: &Decision| decision.outcome.as_ref().map(|outcome| code(outcome.value.word()));
    match (was.map(outcome), outcome(is)) {
        (Some(was), is) if was == is => {}
        (_, None) => told.push("a decision, without its outcome".to_owned()),
        (Some(Some(was)), Some(is)) => told.push(format!("decided: {is}, was {was}")),
        (_, Some(is)) => told.push(format!("decided: {is}")),
    }
    let Some(was) = was else { return };
    let date = |decision: &Decision| {
        decision.date.as_ref().map(|date| date.value.strftime("%A %-d %B %Y").to_string())
    };
    match (date(was), date(is)) {
        (was, is) if was == is => {}
        (None, Some(is)) => told.push(format!("decided on {is}")),
        (Some(was), Some(is)) => told.push(format!("decided on {is}, was {was}")),
        (_, None) => told.push("nothing is said any more of when it was decided".to_owned()),
    }
    let next = |decision: &Decision| decision.next_round.as_ref().map(|folder| code(&folder.value));
    match (next(was), next(is)) {
        (was, is) if was == is => {}
        (None, Some(is)) => told.push(format!("the next round is {is}")),
        (Some(was), Some(is)) => told.push(format!("the next round is {is} now, was {was}")),
        (_, None) => told.push("no next round is named any more".to_owned()),
    }
    *reworded += usize::from(was.prose.differs(&is.prose));
}

/// What the record says of the survey.
fn record(was: Option<&Record>, is: Option<&Record>, told: &mut Vec<String>) {
    if was.is_some() && is.is_none() {
        told.push("the record of who was told and what was answered is taken away".to_owned());
        return;
    }
    let asked =
        |record: Option<&Record>| record.is_some_and(|record| record.survey.asked_at.is_some());
    match (asked(was), asked(is)) {
        (false, true) => told.push("the survey went out".to_owned()),
        (true, false) => {
            told.push("the record does not say any more that the survey went out".to_owned());
        }
        _ => {}
    }
    match (was.and_then(Results::of), is.and_then(Results::of)) {
        (None, Some(_)) => told.push("the results of the survey are in".to_owned()),
        (Some(_), None) => told.push("the results of the survey are taken away".to_owned()),
        (Some(was), Some(is)) => results(was, is, told),
        (None, None) => {
            if let (Some(was), Some(is)) = (was, is) {
                numbers(&was.survey, &is.survey, told);
            }
        }
    }
}

/// What was published once the survey had closed.
#[derive(Clone, Copy)]
struct Results<'a> {
    survey: &'a SurveyRecord,
    questions: &'a [Counted],
    comments: &'a [Comment],
    outcome: Option<RuleOutcome>,
}

impl Results<'_> {
    fn of(record: &Record) -> Option<Results<'_>> {
        let Record { survey, questions, comments, outcome, .. } = record;
        let is_there = !questions.is_empty() || !comments.is_empty() || outcome.is_some();
        is_there.then_some(Results { survey, questions, comments, outcome: *outcome })
    }
}

fn results(was: Results, is: Results, told: &mut Vec<String>) {
    if (was.survey, was.questions) != (is.survey, is.questions) {
        told.push("the results of the survey are others now".to_owned());
    }
    told.extend(comments(was.comments, is.comments));
    const RULE: &str = "the rule that decides about the next round";
    match (was.outcome, is.outcome) {
        (was, is) if was == is => {}
        (None, Some(is)) => told.push(format!("{RULE} says `{}`", is.word())),
        (Some(was), Some(is)) => {
            told.push(format!("{RULE} says `{}` now, was `{}`", is.word(), was.word()));
        }
        (_, None) => told.push(format!("nothing is said any more of what {RULE} says")),
    }
}

/// How many were asked and answered on each side, as long as nothing else is known.
fn numbers(was: &SurveyRecord, is: &SurveyRecord, told: &mut Vec<String>) {
    if was.sides.is_empty() {
        return;
    }
    let sides: BTreeSet<Side> = was.sides.keys().chain(is.sides.keys()).copied().collect();
    for side in sides {
        let of = |survey: &SurveyRecord| survey.sides.get(&side).copied().unwrap_or_default();
        let (was, is) = (of(was), of(is));
        if was != is {
            let words = |SideCount { asked, answered }| format!("{answered} of {asked}");
            let side = side.word();
            told.push(format!("on the {side} side {} answered, was {}", words(is), words(was)));
        }
    }
}

/// What became of published comments, in numbers: what is taken out may have named somebody.
fn comments(was: &[Comment], is: &[Comment]) -> Vec<String> {
    let mut balance: HashMap<(&str, &str), isize> = HashMap::new();
    for (comments, by) in [(was, -1), (is, 1)] {
        for Comment { question, text } in comments {
            *balance.entry((question, text)).or_default() += by;
        }
    }
    let sum = |which: fn(&isize) -> bool| -> usize {
        balance.values().copied().filter(which).map(isize::unsigned_abs).sum()
    };
    let (gone, new) = (sum(|by| *by < 0), sum(|by| *by > 0));
    let reworded = gone.min(new);
    [
        ("reworded among the published comments", reworded),
        ("taken away from the published comments", gone - reworded),
        ("new among the published comments", new - reworded),
    ]
    .into_iter()
    .filter(|(_, number)| *number > 0)
    .map(|(what, number)| format!("{what}: {number}"))
    .collect()
}

/// Of how many items the record says more than before. An item has an entry for each letter.
fn newly_told(before: &Round, after: &Round) -> usize {
    let all = |round: &'_ Round| -> HashSet<(String, String, Timestamp)> {
        let told = round.record.iter().flat_map(|record| &record.told);
        told.map(|told| (Ref::key(&told.r#ref), told.kind.clone(), told.at)).collect()
    };
    let was = all(before);
    let more: HashSet<String> = all(after)
        .into_iter()
        .filter(|told| !was.contains(told))
        .map(|(r#ref, ..)| r#ref)
        .collect();
    more.len()
}
