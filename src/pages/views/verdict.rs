//! The rule written before the week, and how it came out.

use serde::Serialize;

use super::scope::RoundScope;
use crate::model::{Answer, Record, RuleOutcome};

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

/// Under so many answers a rate says nothing, and might say who said it.
const FEWEST: u32 = 5;

impl Verdict {
    pub fn of(scope: &RoundScope) -> Option<Verdict> {
        let rule = scope.round.decision_rule.as_ref()?;
        let words = scope.words;
        let survey = scope.round.survey.as_ref();
        let asked = survey.and_then(|survey| {
            survey.questions.iter().find(|question| question.r#ref.text == rule.question.value)
        });
        let mut yes_choices: Vec<String> =
            rule.counts_as_yes.iter().map(|choice| choice.value.clone()).collect();
        if yes_choices.is_empty() {
            yes_choices.extend(asked.and_then(|question| first_choice(question.answer.as_ref()?)));
        }
        let record = scope.round.record.as_ref();
        let figures =
            record.and_then(|record| figures(record, &rule.question.value, &yes_choices, scope));
        let computed = figures.as_ref().and_then(|figures| judge(figures, rule.answered, rule.yes));
        let quoted: Vec<String> =
            yes_choices.iter().map(|choice| words.text("quoted", &[("text", choice)])).collect();
        let recorded = record.and_then(|record| record.outcome);
        Some(Verdict {
            question: asked.map_or_else(|| rule.question.value.clone(), |q| q.title.clone()),
            answered_wanted: words.percent(rule.answered, 1.0).unwrap_or_default(),
            yes_choices: words.or(&quoted),
            yes_wanted: words.percent(rule.yes, 1.0).unwrap_or_default(),
            outcome: recorded.or(computed).map(slug),
            figures,
        })
    }
}

fn first_choice(answer: &Answer) -> Option<String> {
    match answer {
        Answer::ChooseOne(choices) | Answer::ChooseAny(choices) => choices.first().cloned(),
        _ => None,
    }
}

fn figures(
    record: &Record,
    question: &str,
    yes_choices: &[String],
    scope: &RoundScope,
) -> Option<Figures> {
    let total = record.survey.total();
    (total.asked > 0).then(|| Figures {
        asked: total.asked,
        answered: total.answered,
        answered_rate: scope.words.percent(f64::from(total.answered), f64::from(total.asked)),
        said: said(record, question, yes_choices, scope),
    })
}

/// All sides together where they were counted so, or else the sum of those that may be shown: it
/// tells nothing about the others.
fn said(
    record: &Record,
    question: &str,
    yes_choices: &[String],
    scope: &RoundScope,
) -> Option<Said> {
    let of: Vec<_> = record.questions.iter().filter(|one| one.r#ref == question).collect();
    let together: Vec<_> = of.iter().filter(|one| one.side.is_none()).collect();
    let counted = if together.is_empty() { of.iter().collect() } else { together };
    let (mut answers, mut yes, mut partial) = (0, 0, false);
    for one in counted {
        let Some(counts) = &one.counts else {
            partial |= one.answers > 0;
            continue;
        };
        answers += one.answers;
        let of_yes = counts.iter().filter(|(choice, _)| yes_choices.contains(choice));
        yes += of_yes.map(|(_, count)| count).sum::<u32>();
    }
    let rate = scope.words.percent(f64::from(yes), f64::from(answers));
    (answers > 0).then_some(Said { answers, yes, rate, partial })
}

fn judge(figures: &Figures, answered: f64, yes: f64) -> Option<RuleOutcome> {
    let said = figures.said.as_ref()?;
    let enough = f64::from(figures.answered) >= answered * f64::from(figures.asked);
    Some(if said.answers < FEWEST {
        RuleOutcome::TooFewAnswers
    } else if enough && f64::from(said.yes) >= yes * f64::from(said.answers) {
        RuleOutcome::Repeat
    } else {
        RuleOutcome::DoNotRepeat
    })
}

fn slug(outcome: RuleOutcome) -> &'static str {
    match outcome {
        RuleOutcome::Repeat => "repeat",
        RuleOutcome::DoNotRepeat => "do_not_repeat",
        RuleOutcome::TooFewAnswers => "too_few_answers",
    }
}
