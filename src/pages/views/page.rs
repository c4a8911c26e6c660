//! Pages that are prose, and the rules page with its live values.

use serde::Serialize;

use super::super::markup;
use super::capacity::CapacityView;
use super::common::PersonView;
use super::findings::{self, FindingView};
use super::frame::{NextDate, dates};
use super::scope::RoundScope;
use super::verdict::Verdict;
use crate::finding::RuleText;
use crate::model::Page;

/// The invitation, the questions people ask, and any other Markdown file of a round.
#[derive(Clone, Debug, Serialize)]
pub struct PlainPage {
    /// The file is there.
    pub written: bool,
    /// The text, as HTML.
    pub body: String,
    /// What the check found in its file, in file order.
    pub problems: Vec<FindingView>,
    /// Where it is edited, if it is there.
    pub edit: Option<String>,
    /// The dates of the round, in their order.
    pub dates: Vec<NextDate>,
    /// The people who organise the round.
    pub coordinators: Vec<PersonView>,
}

impl PlainPage {
    /// `file` is the Markdown file's name, there or not.
    pub fn of(page: Option<&Page>, file: &str, scope: &RoundScope) -> PlainPage {
        let path = page.map_or_else(|| scope.round.path(file), |page| page.place.path.to_string());
        PlainPage {
            written: page.is_some(),
            body: page.map_or_else(String::new, |page| scope.html(&page.prose, "", 2)),
            problems: findings::on_file(&path, scope.site),
            edit: scope.edit(&path, page.is_some()),
            dates: dates(scope),
            coordinators: scope
                .round
                .coordinators
                .iter()
                .map(|coordinator| PersonView::of(coordinator, scope))
                .collect(),
        }
    }
}

/// `rules.html`.
#[derive(Clone, Debug, Serialize)]
pub struct RulesView {
    /// What was written in rules.md.
    pub page: PlainPage,
    /// The rules of engagement.
    pub rules: Vec<RuleView>,
    /// How many items a list has.
    pub items: usize,
    /// The largest estimate that can be started.
    pub estimate: String,
    /// The hubs that take part.
    pub hubs: Vec<String>,
    /// What the week costs, where round.toml says so.
    pub capacity: Option<CapacityView>,
    /// The rule about another round, where round.toml has one.
    pub verdict: Option<Verdict>,
}

/// A rule of engagement, with the round's numbers in it.
#[derive(Clone, Debug, Serialize)]
pub struct RuleView {
    /// The rule's name, which is its anchor too.
    pub name: &'static str,
    /// As HTML.
    pub asks: String,
    /// The words above are English ones, whatever the site's language.
    pub is_english: bool,
    /// How grave it is before its deadline, in the site's language.
    pub before: String,
    /// How grave it is after it.
    pub after: String,
    /// The deadline.
    pub deadline: String,
    /// Whether it is graver after its deadline.
    pub hardens: bool,
}

impl RulesView {
    pub fn of(scope: &RoundScope) -> RulesView {
        let round = scope.round;
        RulesView {
            page: PlainPage::of(round.rules.as_ref(), "rules.md", scope),
            rules: scope.site.input.rules.iter().map(|rule| view(rule, scope)).collect(),
            items: round.limits.items,
            estimate: scope.words.effort(round.limits.estimate.minutes),
            hubs: round.hubs.iter().map(|hub| hub.value.clone()).collect(),
            capacity: CapacityView::of(scope),
            verdict: Verdict::of(scope),
        }
    }
}

fn view(rule: &RuleText, scope: &RoundScope) -> RuleView {
    let words = scope.words;
    let limits = &scope.round.limits;
    let translated = |key: String, otherwise: &str| {
        if words.has(&key) { words.text(&key, &[]) } else { otherwise.to_owned() }
    };
    let key = format!("rules.{}", rule.name);
    let asks = translated(key.clone(), rule.asks)
        .replace("{items}", &limits.items.to_string())
        .replace("{estimate}", &words.effort(limits.estimate.minutes));
    let severity = |severity: crate::finding::Severity| {
        words.text(&format!("a_severity.{}", severity.word()), &[])
    };
    RuleView {
        name: rule.name,
        is_english: !words.has(&key) && !words.language().starts_with("en"),
        asks: markup::message(&asks),
        before: severity(rule.before),
        after: severity(rule.after),
        deadline: translated(
            format!("deadlines.{}", rule.deadline.replace(' ', "_")),
            rule.deadline,
        ),
        hardens: rule.before != rule.after,
    }
}
