//! record.toml: the public extract of the mailer's store. It names no person.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Side;
use crate::finding::Place;

/// Who was told what and when, by ref; how many were asked and answered; the results.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub written: Option<Timestamp>,
    /// The answers were made up for a demonstration.
    pub simulated: bool,
    /// In the order of the file.
    pub told: Vec<Told>,
    pub survey: SurveyRecord,
    pub questions: Vec<Counted>,
    /// Already shuffled.
    pub comments: Vec<Comment>,
    /// How the rule written before the week came out.
    pub outcome: Option<RuleOutcome>,
    pub place: Place,
}

impl Record {
    /// Whether it says what came of a survey that closed at that instant. That nobody answered is a
    /// result, once it was written down after closing.
    pub fn has_results(&self, closed: Timestamp) -> bool {
        let is_silence =
            || self.survey.total().answered == 0 && self.written.is_some_and(|at| at >= closed);
        !self.questions.is_empty()
            || !self.comments.is_empty()
            || self.outcome.is_some()
            || is_silence()
    }
}

/// An owner was told that their item reached a status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub r#ref: String,
    /// The kind of letter: `started`, `skipped`, `done`, `reopened` …
    pub kind: String,
    pub at: Timestamp,
}

/// When the survey went out, and to how many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SurveyRecord {
    pub asked_at: Option<Timestamp>,
    pub reminded_at: Vec<Timestamp>,
    pub sides: BTreeMap<Side, SideCount>,
}

impl SurveyRecord {
    /// Asked and answered over all sides.
    pub fn total(&self) -> SideCount {
        self.sides.values().fold(SideCount::default(), |sum, side| SideCount {
            asked: sum.asked + side.asked,
            answered: sum.answered + side.answered,
        })
    }
}

/// How many were asked, and how many of them answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SideCount {
    pub asked: u32,
    pub answered: u32,
}

impl SideCount {
    pub fn silent(self) -> u32 {
        self.asked.saturating_sub(self.answered)
    }
}

/// The answers to one question.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    pub r#ref: String,
    /// `None` means all sides together.
    pub side: Option<Side>,
    pub answers: u32,
    /// `None` where the group is too small to be shown.
    pub counts: Option<Vec<(String, u32)>>,
}

/// A comment, without a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// The ref of the question it answers.
    pub question: String,
    pub text: String,
}

/// How the rule about the next round came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleOutcome {
    Repeat,
    DoNotRepeat,
    TooFewAnswers,
}

impl RuleOutcome {
    pub fn word(self) -> &'static str {
        match self {
            RuleOutcome::Repeat => "repeat",
            RuleOutcome::DoNotRepeat => "do not repeat",
            RuleOutcome::TooFewAnswers => "too few answers",
        }
    }
}
