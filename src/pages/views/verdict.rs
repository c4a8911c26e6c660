//! The rule written before the week, and how it came out.

use serde::Serialize;

use super::scope::RoundScope;
use crate::model::{RuleOutcome, SideCount, Vote};

/// What must be true for another round, against what is.
#[derive(Clone, Debug, Serialize)]
pub struct Verdict {
    /// The question that decides.
    pub question: String,
    /// The choices that count as yes, in a sentence: `“Yes” or “Perhaps”`.
    pub yes_choices: String,
    /// The answers the rule asks for, in per cent.
    pub answered_wanted: String,
    /// The share of yes the rule asks for, in per cent.
    pub yes_wanted: String,
    /// What came of it, once there are answers.
    pub figures: Option<Figures>,
    /// Those answers were made up for a demonstration.
    pub simulated: bool,
    /// `repeat`, `do_not_repeat`, `too_few_answers`; `None` while nothing has been counted.
    pub outcome: Option<&'static str>,
}

/// What came of the rule.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// How many were asked.
    pub asked: u32,
    /// How many answered.
    pub answered: u32,
    /// How many answered, in per cent.
    pub answered_rate: Option<String>,
    /// `None` where no group is large enough to be shown.
    pub said: Option<Said>,
}

/// How many said yes to another week, of the answers to that question.
#[derive(Clone, Debug, Serialize)]
pub struct Said {
    /// How many answers there are.
    pub answers: u32,
    /// How many of them count as yes.
    pub yes: u32,
    /// The same in per cent, where that means something.
    pub rate: Option<String>,
    /// A group is too small to be shown, and its answers are not among these.
    pub partial: bool,
}

impl Verdict {
    pub fn of(scope: &RoundScope) -> Option<Verdict> {
        let rule = scope.round.decision_rule.as_ref()?;
        let words = scope.words;
        let asked = scope.round.deciding_question();
        let record = scope.round.record.as_ref();
        let vote = record.map(|record| scope.round.vote(record)).filter(|vote| vote.answers > 0);
        let total = record.map(|record| record.survey.total()).filter(|total| total.asked > 0);
        let figures = total.map(|total| figures(total, vote, scope));
        let computed = total.zip(vote).map(|(total, vote)| rule.outcome(total, vote));
        let quoted = scope.round.yes_choices().into_iter();
        let quoted: Vec<String> =
            quoted.map(|choice| words.text("quoted", &[("text", &choice)])).collect();
        let recorded = record.and_then(|record| record.outcome);
        Some(Verdict {
            question: asked.map_or_else(|| rule.question.value.clone(), |q| q.title.clone()),
            answered_wanted: words.percent(rule.answered, 1.0).unwrap_or_default(),
            yes_choices: words.or(&quoted),
            yes_wanted: words.percent(rule.yes, 1.0).unwrap_or_default(),
            outcome: recorded.or(computed).map(slug),
            simulated: record.is_some_and(|record| record.simulated),
            figures,
        })
    }
}

fn figures(total: SideCount, vote: Option<Vote>, scope: &RoundScope) -> Figures {
    let percent = |part: u32, whole: u32| scope.words.percent(f64::from(part), f64::from(whole));
    Figures {
        asked: total.asked,
        answered: total.answered,
        answered_rate: percent(total.answered, total.asked),
        said: vote.map(|Vote { answers, yes, partial }| Said {
            answers,
            yes,
            rate: percent(yes, answers),
            partial,
        }),
    }
}

fn slug(outcome: RuleOutcome) -> &'static str {
    match outcome {
        RuleOutcome::Repeat => "repeat",
        RuleOutcome::DoNotRepeat => "do_not_repeat",
        RuleOutcome::TooFewAnswers => "too_few_answers",
    }
}
