//! From answers without people to numbers that may be shown (pure).
//!
//! Counts are made once a survey is closed, never before: two counts a day apart differ by one
//! person's answer.

use std::collections::{BTreeMap, BTreeSet};

use super::answers::{Given, ItemState};
use crate::model::survey::BY_MAIL;
use crate::model::{
    Answer, Asked, Comment, Counted, People, Question, Record, Round, RuleOutcome, Side, SideCount,
};
use crate::pages::prose;
use crate::store::{AnswerRow, Invited};

mod groups;
mod table;
mod unlink;

pub use crate::model::vote::FEWEST;
pub use groups::{Margins, margins};
pub use table::{csv, plain};
pub use unlink::unlink;

/// What may be shown of a survey.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Results {
    /// Asked and answered, by side.
    pub sides: BTreeMap<Side, SideCount>,
    /// Question by question, side by side; a group that is too small without its counts.
    pub questions: Vec<Counted>,
    /// In an order that depends on nothing but their words.
    pub comments: Vec<Comment>,
    /// How many comments are not shown, because too few people can have written them.
    pub withheld: u32,
    /// Nobody gave these answers: they were made up for a demonstration.
    pub simulated: bool,
}

/// Asked and answered, by side.
pub fn sides(invited: &[Invited]) -> BTreeMap<Side, SideCount> {
    let mut sides: BTreeMap<Side, SideCount> = BTreeMap::new();
    for one in invited {
        let Some(side) = side(&one.side) else { continue };
        let count = sides.entry(side).or_default();
        count.asked += 1;
        count.answered += u32::from(one.answered);
    }
    sides
}

/// Counts the answers of a closed survey: rows as [`unlink`] leaves them. `address_hidden` stands
/// for mail addresses in comments.
pub fn count(
    round: &Round,
    rows: &[AnswerRow],
    invited: &[Invited],
    address_hidden: &str,
) -> Results {
    let mut results = Results { sides: sides(invited), ..Results::default() };
    for question in round.survey.iter().flat_map(|survey| &survey.questions) {
        let of: Vec<&AnswerRow> =
            rows.iter().filter(|row| row.question == question.r#ref.text).collect();
        match &question.answer {
            None => {}
            Some(Answer::Text) => {
                let is_asked = |asked: &Asked| asked.questions.contains(&question);
                let authors = authors(round, invited, is_asked);
                results.comment(&question.r#ref.text, comments(&of, address_hidden), authors);
            }
            Some(Answer::MyItems) => results.questions.extend(items(question, &of)),
            Some(answer) => results.questions.extend(choices(question, answer, &of)),
        }
    }
    let by_mail: Vec<&AnswerRow> = rows.iter().filter(|row| row.question == BY_MAIL).collect();
    let is_mute = |asked: &Asked| asked.questions.iter().all(|it| it.answer != Some(Answer::Text));
    let authors = authors(round, invited, is_mute);
    results.comment(BY_MAIL, comments(&by_mail, address_hidden), authors);
    results
}

impl Results {
    /// Adds comments, unless so few people can have written them that each would be known.
    fn comment(&mut self, question: &str, texts: Vec<String>, authors: u32) {
        if authors < FEWEST {
            self.withheld += u32::try_from(texts.len()).unwrap_or(u32::MAX);
        } else {
            let comment = |text| Comment { question: question.to_owned(), text };
            self.comments.extend(texts.into_iter().map(comment));
        }
    }
}

/// How the rule about the next round comes out; `None` where the round has none.
pub fn outcome(round: &Round, record: &Record) -> Option<RuleOutcome> {
    let rule = round.decision_rule.as_ref()?;
    Some(rule.outcome(record.survey.total(), round.vote(record)))
}

/// How many people can have written a comment: who has answered and `may` have.
fn authors(round: &Round, invited: &[Invited], may: impl Fn(&Asked) -> bool) -> u32 {
    let is_one = |one: &Invited| {
        let asked = round.people.by_id(&one.person).and_then(|person| round.asks(person));
        // Who is not asked any more, or was made up, was when they answered.
        one.answered && asked.is_none_or(|asked| may(&asked))
    };
    let number = invited.iter().filter(|one| is_one(one)).count();
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// The comments without mail addresses. Sorted by a hash of their words, because any other order
/// might be that in which they came.
fn comments(rows: &[&AnswerRow], address_hidden: &str) -> Vec<String> {
    let nobody = People::default();
    let texts = rows.iter().filter_map(|row| match Given::read(&row.value) {
        Some(Given::Text(text)) => {
            Some(prose::without_addresses(&text, &nobody, address_hidden).into_owned())
        }
        _ => None,
    });
    let mut texts: Vec<String> = texts.collect();
    texts.sort_by_cached_key(|text| *blake3::hash(text.as_bytes()).as_bytes());
    texts
}

/// A question with choices: each side that is large enough, and all together where that does not
/// give a small one away.
fn choices(question: &Question, answer: &Answer, rows: &[&AnswerRow]) -> Vec<Counted> {
    let sizes = sizes(rows);
    let Margins { sides: shown, together } = margins(&sizes);
    let counted = |side: Option<Side>, answers: u32, is_shown: bool| Counted {
        r#ref: question.r#ref.text.clone(),
        side,
        answers,
        counts: is_shown.then(|| tally(answer, rows, side)),
    };
    let by_side = sizes.iter().filter(|(_, size)| **size > 0);
    let mut all: Vec<Counted> =
        by_side.map(|(side, size)| counted(Some(*side), *size, shown.contains(side))).collect();
    if together {
        all.push(counted(None, sizes.values().sum(), true));
    }
    all
}

/// How many answered, by side: each answer has left one row without a value.
fn sizes(rows: &[&AnswerRow]) -> BTreeMap<Side, u32> {
    let mut sizes = BTreeMap::new();
    for row in rows.iter().filter(|row| row.value.is_empty()) {
        if let Some(side) = side(&row.side) {
            *sizes.entry(side).or_default() += 1;
        }
    }
    sizes
}

/// How often each choice was chosen, those that nobody chose among them; sorted, as a record keeps
/// them.
fn tally(answer: &Answer, rows: &[&AnswerRow], only: Option<Side>) -> Vec<(String, u32)> {
    let mut counts: BTreeMap<String, u32> = match answer {
        Answer::ChooseOne(choices) | Answer::ChooseAny(choices) => {
            choices.iter().map(|choice| (choice.clone(), 0)).collect()
        }
        Answer::Scale { from, to } if to.saturating_sub(*from) < 20 => {
            (*from..=*to).map(|step| (step.to_string(), 0)).collect()
        }
        _ => BTreeMap::new(),
    };
    let is_meant = |row: &&&AnswerRow| only.is_none_or(|only| side(&row.side) == Some(only));
    for row in rows.iter().filter(is_meant) {
        let chosen = match Given::read(&row.value) {
            Some(Given::Scale(step)) => vec![step.to_string()],
            Some(Given::One(choice)) => vec![choice],
            Some(Given::Any(choices)) => choices,
            _ => Vec::new(),
        };
        for choice in chosen {
            *counts.entry(choice).or_default() += 1;
        }
    }
    counts.into_iter().collect()
}

/// What owners say about their items, as totals for each state that enough of them spoke about.
fn items(question: &Question, rows: &[&AnswerRow]) -> Option<Counted> {
    let answers: u32 = sizes(rows).values().sum();
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut states = BTreeSet::new();
    for said in rows.iter().filter_map(|row| Given::read(&row.value)) {
        let Given::Items(said) = said else { continue };
        for one in said {
            states.insert(one.state);
            *counts.entry(item_key(one.state, one.said.word())).or_default() += 1;
        }
    }
    for state in states {
        for word in state.words() {
            counts.entry(item_key(state, word.word())).or_default();
        }
    }
    let is_shown = answers >= FEWEST && !counts.is_empty();
    (answers > 0).then(|| Counted {
        r#ref: question.r#ref.text.clone(),
        side: None,
        answers,
        counts: is_shown.then(|| counts.into_iter().collect()),
    })
}

/// What stands in a record for something said of an item: `done: yes`.
fn item_key(state: ItemState, word: &str) -> String {
    format!("{}: {word}", state.word())
}

fn side(word: &str) -> Option<Side> {
    Side::ALL.into_iter().find(|side| side.word() == word)
}
