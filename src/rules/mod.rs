//! The rules of engagement, one rule a file: what it asks, its deadline, and how it judges.
//!
//! A rule returns breaches; how grave they are follows from the date, here and nowhere else.

use jiff::Timestamp;

use crate::finding::{Finding, Place, RuleText, Severity};
use crate::model::{Limits, Round};

mod exactly_ten_items;

/// One rule of engagement.
pub struct Rule {
    /// What a finding is called, and the name of the rule's file with hyphens.
    pub name: &'static str,
    /// What the rule asks, in whole sentences; `{items}` and `{estimate}` stand for the round's
    /// limits. It is what the site's rules page, `littlethings rules` and the check say.
    pub asks: &'static str,
    /// Until then the rule is young, and its breaches are judged more lightly.
    pub deadline: Deadline,
    pub before: Severity,
    pub after: Severity,
    pub judge: fn(&Round, Timestamp) -> Vec<Breach>,
}

/// From when on a rule is meant in earnest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// From the beginning.
    Always,
    ListsDue,
    WeekBegins,
    WeekEnds,
    SurveyOpens,
    SurveyCloses,
}

/// One place where a round does not do what a rule asks.
pub struct Breach {
    pub place: Place,
    /// Lower case, names in backticks, no full stop.
    pub message: String,
    /// What to type instead.
    pub help: String,
    /// Never graver than this, whatever the date.
    pub at_most: Severity,
}

impl Breach {
    pub fn new(place: &Place, message: impl Into<String>, help: impl Into<String>) -> Breach {
        Breach {
            place: place.clone(),
            message: message.into(),
            help: help.into(),
            at_most: Severity::Error,
        }
    }

    pub fn at_most(self, severity: Severity) -> Breach {
        Breach { at_most: severity, ..self }
    }
}

impl Deadline {
    /// Whether it has passed for that round; always, for a rule without a deadline.
    pub fn has_passed(self, round: &Round, now: Timestamp) -> bool {
        let dates = &round.dates;
        match self {
            Deadline::Always => true,
            Deadline::ListsDue => now >= dates.lists_due.start(),
            Deadline::WeekBegins => now >= dates.week_first.start(),
            Deadline::WeekEnds => now >= dates.week_last.end(),
            Deadline::SurveyOpens => now >= dates.survey_opens.start(),
            Deadline::SurveyCloses => now >= dates.survey_closes.end(),
        }
    }

    /// The deadline as the end of "graver once …".
    pub fn words(self) -> &'static str {
        match self {
            Deadline::Always => "from the beginning",
            Deadline::ListsDue => "once the lists are due",
            Deadline::WeekBegins => "once the week begins",
            Deadline::WeekEnds => "once the week is over",
            Deadline::SurveyOpens => "once the survey is due",
            Deadline::SurveyCloses => "once the survey has closed",
        }
    }
}

impl Rule {
    /// What the rule asks, with the round's limits filled in.
    pub fn asks(&self, limits: &Limits) -> String {
        self.asks
            .replace("{items}", &limits.items.to_string())
            .replace("{estimate}", &limits.estimate.to_string())
    }
}

/// All rules, by name.
pub const RULES: &[Rule] = &[exactly_ten_items::RULE];

/// All rules in words, in the order of the table.
pub fn texts() -> Vec<RuleText> {
    RULES
        .iter()
        .map(|rule| RuleText {
            name: rule.name,
            asks: rule.asks,
            before: rule.before,
            after: rule.after,
            deadline: rule.deadline.words(),
        })
        .collect()
}

/// Judges a round by every rule. A decided round is judged in hints only: it cannot be changed
/// any more, but what is worth knowing stays worth knowing.
pub fn judge(round: &Round, now: Timestamp) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        RULES.iter().flat_map(|rule| apply(rule, round, now)).collect();
    Finding::sort(&mut findings);
    findings
}

fn apply(rule: &Rule, round: &Round, now: Timestamp) -> Vec<Finding> {
    let ceiling = if round.is_decided() { Severity::Hint } else { Severity::Error };
    let severity = if rule.deadline.has_passed(round, now) { rule.after } else { rule.before };
    (rule.judge)(round, now)
        .into_iter()
        .map(|breach| Finding {
            rule: rule.name,
            severity: severity.min(breach.at_most).min(ceiling),
            place: breach.place,
            message: breach.message,
            help: breach.help,
        })
        .collect()
}
