//! Labels: a status, a phase, a kind as a word and as a class; and in which order they come.

use serde::Serialize;

use crate::model::{Agreed, Kind, NextStep, Outcome, Phase, Side, Status};
use crate::theme::Words;

/// What a template shows of one of a few possible things.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Label {
    /// For classes and shapes: `signed-off`.
    pub slug: &'static str,
    /// In the site's language: `signed off`.
    pub word: String,
}

pub fn status(status: &Status, words: &Words) -> Label {
    let slug = status.slug();
    let word = match status {
        Status::Other(written) => written.clone(),
        _ => words.text(&format!("status.{slug}"), &[]),
    };
    Label { slug, word }
}

/// Statuses as a reader counts them: what is through comes first.
pub const STATUS_ORDER: [Status; 5] =
    [Status::SignedOff, Status::Done, Status::Started, Status::Skipped, Status::Submitted];

pub fn phase(phase: Phase, words: &Words) -> Label {
    let slug = phase.word();
    Label { slug, word: words.text(&format!("phase.{slug}.name"), &[]) }
}

pub fn kind(kind: &Kind, words: &Words) -> Label {
    let slug = match kind {
        Kind::Other(written) => return Label { slug: "unknown", word: written.clone() },
        Kind::Bug => "bug",
        Kind::Feature => "feature",
        Kind::Docs => "docs",
        Kind::Help => "help",
        Kind::Training => "training",
        Kind::Advice => "advice",
        Kind::Miscellaneous => "other",
    };
    Label { slug, word: words.text(&format!("kind.{slug}"), &[]) }
}

pub fn agreed(agreed: Option<&Agreed>, words: &Words) -> Label {
    let slug = match agreed {
        Some(Agreed::Yes) => "yes",
        Some(Agreed::NotYet) | None => "not-yet",
        Some(Agreed::Other(written)) => return Label { slug: "other", word: written.clone() },
    };
    Label { slug, word: words.text(&format!("agreed.{slug}"), &[]) }
}

pub fn next_step(step: &NextStep, words: &Words) -> Label {
    let slug = match step {
        NextStep::Other(written) => return Label { slug: "unknown", word: written.clone() },
        NextStep::Roadmap => "roadmap",
        NextStep::NextRound => "next-round",
        NextStep::Ticket => "ticket",
        NextStep::WontDo => "wont-do",
        NextStep::Undecided => "undecided",
    };
    Label { slug, word: words.text(&format!("next.{slug}"), &[]) }
}

pub fn outcome(outcome: &Outcome, words: &Words) -> Label {
    let slug = match outcome {
        Outcome::Other(written) => return Label { slug: "unknown", word: written.clone() },
        Outcome::Again => "again",
        Outcome::AgainDifferently => "again-differently",
        Outcome::NotAgain => "not-again",
    };
    Label { slug, word: words.text(&format!("outcome.{slug}"), &[]) }
}

/// What was decided, as a sentence.
pub fn outcome_sentence(outcome: &Outcome, words: &Words) -> String {
    let label = self::outcome(outcome, words);
    let key = format!("outcome_sentence.{}", label.slug);
    if words.has(&key) { words.text(&key, &[]) } else { label.word }
}

/// `None` is all sides together.
pub fn side(side: Option<Side>, words: &Words) -> Label {
    let slug = side.map_or("all", Side::word);
    Label { slug, word: words.text(&format!("side.{slug}"), &[]) }
}
