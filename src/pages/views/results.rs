//! Results and decision: rates with their denominators, silence as a number.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::labels::{self, Label};
use super::capacity::CapacityView;
use super::common::{Link, Moment};
use super::home::Counts;
use super::scope::RoundScope;
use super::survey_state::SurveyState;
use super::verdict::Verdict;
use crate::model::survey::BY_MAIL;
use crate::model::{Answer, Counted, Question, Record, Side, SideCount, Status};

/// `results.html`.
#[derive(Clone, Debug, Serialize)]
pub struct ResultsView {
    /// Where the survey stands.
    pub state: SurveyState,
    /// Which sentence says how far the round is while nothing is decided: `asking_late`.
    pub stage: String,
    /// How many items there are of each status.
    pub counts: Counts,
    /// How many items were finished, in words.
    pub finished: String,
    /// The same in per cent.
    pub finished_rate: Option<String>,
    /// How many promises were kept, in words.
    pub kept: String,
    /// The same in per cent.
    pub kept_rate: Option<String>,
    /// Lists that cannot be read: nothing of them is counted here.
    pub unreadable: Vec<Link>,
    /// The answers were made up for a demonstration.
    pub simulated: bool,
    /// Fewer than half of those asked have answered, and it is over.
    pub few: bool,
    /// The rows of who was asked: each side, then everybody.
    pub sides: Vec<SideRow>,
    /// One for each question.
    pub questions: Vec<QuestionResult>,
    /// What people wrote, question by question.
    pub comments: Vec<CommentGroup>,
    /// Why items were skipped, the most frequent first.
    pub reasons: Vec<ReasonCount>,
    /// The rule about another round, where round.toml has one.
    pub verdict: Option<Verdict>,
    /// What was decided.
    pub decision: Option<DecisionView>,
    /// What the week costs, where round.toml says so.
    pub capacity: Option<CapacityView>,
    /// Where the decision is edited.
    pub edit_decision: Option<String>,
}

/// How many of a side were asked and answered.
#[derive(Clone, Debug, Serialize)]
pub struct SideRow {
    /// Partners, developers, managers or everybody.
    pub side: Label,
    /// How many were asked.
    pub asked: u32,
    /// How many answered.
    pub answered: u32,
    /// How many did not.
    pub silent: u32,
    /// The same in per cent, where that means something.
    pub rate: Option<String>,
    /// The length of the bar, from 0 to 100.
    pub width: u32,
}

/// What was answered to a question.
#[derive(Clone, Debug, Serialize)]
pub struct QuestionResult {
    /// The question.
    pub title: String,
    /// Both sides next to each other.
    pub groups: Vec<GroupResult>,
    /// All choices in their order, for the table's rows.
    pub choices: Vec<String>,
}

/// What one side answered.
#[derive(Clone, Debug, Serialize)]
pub struct GroupResult {
    /// Partners, developers, managers or everybody.
    pub side: Label,
    /// How many answers there are.
    pub answers: u32,
    /// The group is too small to be shown.
    pub hidden: bool,
    /// One for each choice.
    pub rows: Vec<ChoiceRow>,
}

/// How many chose one of the choices.
#[derive(Clone, Debug, Serialize)]
pub struct ChoiceRow {
    /// The choice.
    pub choice: String,
    /// How many.
    pub count: u32,
    /// Of how many: the answers or, where owners spoke of their items, the items of one state.
    pub whole: u32,
    /// The same in per cent, where that means something.
    pub rate: Option<String>,
    /// The length of the bar, from 0 to 100.
    pub width: u32,
}

/// What people wrote to a question.
#[derive(Clone, Debug, Serialize)]
pub struct CommentGroup {
    /// The question's title.
    pub question: String,
    /// The comments, in no order and without names.
    pub comments: Vec<String>,
}

/// How often a reason was given.
#[derive(Clone, Debug, Serialize)]
pub struct ReasonCount {
    /// `None`: skipped without a category.
    pub category: Option<String>,
    /// How many items.
    pub count: usize,
    /// The length of the bar, from 0 to 100.
    pub width: u32,
}

/// What was decided.
#[derive(Clone, Debug, Serialize)]
pub struct DecisionView {
    /// In a sentence.
    pub outcome: Option<String>,
    /// When.
    pub date: Option<Moment>,
    /// The round that follows.
    pub next_round: Option<Link>,
    /// The text, as HTML.
    pub body: String,
}

impl ResultsView {
    pub fn of(scope: &RoundScope) -> ResultsView {
        let record = scope.round.record.as_ref();
        let counts = Counts::of_round(scope.round);
        let begun = counts.started + counts.finished;
        let rate = |part: usize, whole: usize| scope.words.percent(part as f64, whole as f64);
        let part = |key: &str, whole| scope.words.part(key, counts.finished, whole, &[]);
        let state = SurveyState::of(scope);
        let unasked = state.unasked(scope.phase).map(|which| format!("_{which}"));
        ResultsView {
            state,
            stage: format!("{}{}", scope.phase.word(), unasked.unwrap_or_default()),
            counts,
            finished: part("results.finished", ("whole.items", counts.listed)),
            kept: part("results.kept", ("whole.promises", begun)),
            finished_rate: rate(counts.finished, counts.listed),
            kept_rate: rate(counts.finished, begun),
            unreadable: scope.unreadable(),
            simulated: record.is_some_and(|record| record.simulated),
            few: record.is_some_and(is_by_few),
            sides: record.map_or_else(Vec::new, |record| sides(record, scope)),
            questions: record.map_or_else(Vec::new, |record| questions(record, scope)),
            comments: record.map_or_else(Vec::new, |record| comments(record, scope)),
            reasons: reasons(scope),
            verdict: Verdict::of(scope),
            decision: decision(scope),
            capacity: CapacityView::of(scope),
            edit_decision: scope.site.edit(&scope.round.path("decision.md"), None),
        }
    }
}

/// Whether results were published though most people were silent: then they are those of a few.
fn is_by_few(record: &Record) -> bool {
    let total = record.survey.total();
    !record.questions.is_empty() && total.answered * 2 < total.asked
}

fn sides(record: &Record, scope: &RoundScope) -> Vec<SideRow> {
    let row = |side: Option<Side>, count: SideCount| SideRow {
        side: labels::side(side, scope.words),
        asked: count.asked,
        answered: count.answered,
        silent: count.silent(),
        rate: scope.words.percent(f64::from(count.answered), f64::from(count.asked)),
        width: percent(count.answered, count.asked),
    };
    let sides = &record.survey.sides;
    let mut rows: Vec<SideRow> =
        sides.iter().map(|(side, count)| row(Some(*side), *count)).collect();
    if rows.len() > 1 {
        rows.push(row(None, record.survey.total()));
    }
    rows
}

fn percent(part: u32, whole: u32) -> u32 {
    (part * 100 + whole / 2).checked_div(whole).unwrap_or(0)
}

/// The questions in the order of survey.md, then those it does not have any more.
fn questions(record: &Record, scope: &RoundScope) -> Vec<QuestionResult> {
    let mut refs: Vec<&str> = scope
        .round
        .survey
        .iter()
        .flat_map(|survey| &survey.questions)
        .map(|question| question.r#ref.text.as_str())
        .collect();
    for counted in &record.questions {
        if !refs.contains(&counted.r#ref.as_str()) {
            refs.push(&counted.r#ref);
        }
    }
    refs.into_iter()
        .filter_map(|r#ref| {
            let of: Vec<&Counted> =
                record.questions.iter().filter(|counted| counted.r#ref == r#ref).collect();
            (!of.is_empty()).then(|| question(r#ref, &of, scope))
        })
        .collect()
}

fn question(r#ref: &str, counted: &[&Counted], scope: &RoundScope) -> QuestionResult {
    let mut choices = offered(r#ref, scope);
    for (choice, _) in counted.iter().flat_map(|counted| counted.counts.iter().flatten()) {
        if !choices.contains(choice) {
            choices.push(choice.clone());
        }
    }
    QuestionResult {
        title: title(r#ref, scope),
        groups: counted.iter().map(|counted| group(counted, &choices, scope)).collect(),
        choices: choices.iter().map(|choice| shown(r#ref, choice, scope)).collect(),
    }
}

fn asked<'a>(r#ref: &str, scope: &RoundScope<'a>) -> Option<&'a Question> {
    let mut questions = scope.round.survey.iter().flat_map(|survey| &survey.questions);
    questions.find(|question| question.r#ref.text == r#ref)
}

fn title(r#ref: &str, scope: &RoundScope) -> String {
    if r#ref == BY_MAIL {
        return scope.words.text("results.by_mail", &[]);
    }
    asked(r#ref, scope).map_or_else(|| r#ref.to_owned(), |question| question.title.clone())
}

/// The answers a question offers, in the order in which it does.
fn offered(r#ref: &str, scope: &RoundScope) -> Vec<String> {
    match asked(r#ref, scope).and_then(|question| question.answer.as_ref()) {
        Some(Answer::ChooseOne(choices) | Answer::ChooseAny(choices)) => choices.clone(),
        Some(Answer::Scale { from, to }) if to.saturating_sub(*from) < 20 => {
            (*from..=*to).map(|step| step.to_string()).collect()
        }
        Some(Answer::MyItems) => ITEM_CHOICES
            .into_iter()
            .flat_map(|(state, words)| words.map(|word| item(state, word)))
            .collect(),
        _ => Vec::new(),
    }
}

/// What owners can say about their items, by how far those got.
const ITEM_CHOICES: [(&str, [&str; 3]); 3] = [
    ("done", ["yes", "partly", "no"]),
    ("skipped", ["soon", "later", "no"]),
    ("not-reached", ["soon", "later", "no"]),
];

fn item(state: &str, word: &str) -> String {
    format!("{state}: {word}")
}

/// A choice in the words of the survey, or of the theme where those are the theme's.
fn shown(r#ref: &str, choice: &str, scope: &RoundScope) -> String {
    let is_known = |state: &str, word: &str| {
        ITEM_CHOICES.iter().any(|(known, words)| *known == state && words.contains(&word))
    };
    let answer = asked(r#ref, scope).and_then(|question| question.answer.as_ref());
    match choice.split_once(": ") {
        Some((state, word)) if answer == Some(&Answer::MyItems) && is_known(state, word) => {
            let word = scope.words.text(&format!("form.item.{state}.{word}"), &[]);
            scope.words.text(&format!("results.item.{state}"), &[("said", &word)])
        }
        _ => choice.to_owned(),
    }
}

fn group(counted: &Counted, choices: &[String], scope: &RoundScope) -> GroupResult {
    let answers = counted.answers;
    let mut counts: Vec<_> = counted.counts.iter().flatten().collect();
    counts.sort_by_key(|(choice, _)| choices.iter().position(|known| known == choice));
    let state = |choice: &str| choice.split_once(": ").map(|(state, _)| state.to_owned());
    let by_state = asked(&counted.r#ref, scope)
        .is_some_and(|question| question.answer == Some(Answer::MyItems));
    let whole = |choice: &str| -> u32 {
        if !by_state {
            return answers;
        }
        let of = counted.counts.iter().flatten();
        of.filter(|(other, _)| state(other) == state(choice)).map(|(_, count)| count).sum()
    };
    let rows = counts.into_iter().map(|(choice, count)| ChoiceRow {
        choice: shown(&counted.r#ref, choice, scope),
        count: *count,
        whole: whole(choice),
        rate: scope.words.percent(f64::from(*count), f64::from(whole(choice))),
        width: percent(*count, whole(choice)),
    });
    GroupResult {
        side: labels::side(counted.side, scope.words),
        answers,
        hidden: counted.counts.is_none(),
        rows: rows.collect(),
    }
}

fn comments(record: &Record, scope: &RoundScope) -> Vec<CommentGroup> {
    let mut groups: Vec<(&str, CommentGroup)> = Vec::new();
    for comment in &record.comments {
        let r#ref = comment.question.as_str();
        let index = groups.iter().position(|(known, _)| *known == r#ref).unwrap_or_else(|| {
            let group = CommentGroup { question: title(r#ref, scope), comments: Vec::new() };
            groups.push((r#ref, group));
            groups.len() - 1
        });
        groups[index].1.comments.push(comment.text.clone());
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// Why items were skipped, the most frequent reason first.
fn reasons(scope: &RoundScope) -> Vec<ReasonCount> {
    let mut counts: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for (_, item) in scope.round.items().filter(|(_, item)| item.status == Status::Skipped) {
        let category = item.reason.as_ref().and_then(|reason| reason.value.category.as_deref());
        *counts.entry(category).or_default() += 1;
    }
    let most = counts.values().copied().max().unwrap_or(0);
    let mut reasons: Vec<ReasonCount> = counts
        .into_iter()
        .map(|(category, count)| ReasonCount {
            category: category.map(str::to_owned),
            count,
            width: percent(count as u32, most as u32),
        })
        .collect();
    reasons.sort_by_key(|reason| (std::cmp::Reverse(reason.count), reason.category.is_none()));
    reasons
}

fn decision(scope: &RoundScope) -> Option<DecisionView> {
    let decision = scope.round.decision.as_ref()?;
    let next = decision.next_round.as_ref().and_then(|next| {
        let rounds = scope.site.rounds();
        let round = rounds.iter().find(|other| other.round.slug == next.value)?;
        Some(Link::new(round.href("index.html"), round.round.title.as_str()))
    });
    Some(DecisionView {
        outcome: decision.outcome.as_ref().map(|o| labels::outcome_sentence(&o.value, scope.words)),
        date: decision.date.as_ref().map(|date| Moment::on(date.value, scope.today, scope.words)),
        next_round: next,
        body: scope.html(&decision.prose, "decision", 3),
    })
}
