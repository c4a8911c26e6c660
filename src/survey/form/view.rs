//! What the form shows (pure): exactly what its template may see.

use serde::Serialize;

use super::{Fields, NOTHING, Problem, ProblemKind, REVISION, SHOWN_AT, field, item_field};
use crate::model::{Answer, Asked, Item, Question, Round, Settings};
use crate::pages::{prose, prose_words};
use crate::survey::answers::{Answers, Given, ItemState, LONGEST_TEXT, needed};
use crate::theme::Words;

/// Scales with more steps than this are answered with a number.
const MOST_STEPS: u32 = 20;

/// What a form is made from.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    pub settings: &'a Settings,
    pub round: &'a Round,
    pub asked: &'a Asked<'a>,
    pub words: &'a Words,
    /// What stands in the form: what was typed, or what was answered before.
    pub fields: &'a Fields,
    /// The number of the answer that the form was filled from; 0 where there is none.
    pub revision: i64,
    /// When this form was shown, signed.
    pub shown_at: &'a str,
    pub problems: &'a [Problem],
    /// Why the form is shown again: the last part of the key of its words.
    pub notice: Option<&'a str>,
}

/// The form.
#[derive(Clone, Debug, Serialize)]
pub struct FormView {
    /// The survey's title, or the round's.
    pub title: String,
    /// What stands above the first question, as HTML.
    pub intro: String,
    /// The first name of who is asked.
    pub name: String,
    /// When the survey closes, in the round's zone.
    pub closes: String,
    /// The zone of that.
    pub zone: String,
    /// The last part of the key of what to say above the questions; none where there is nothing.
    pub notice: Option<String>,
    /// What is wrong, in the order of the form.
    pub problems: Vec<FormProblem>,
    /// What this person is asked.
    pub questions: Vec<FormQuestion>,
    /// Whether there are answers of theirs already.
    pub answered: bool,
    /// The fields that nobody types into.
    pub hidden: Vec<HiddenField>,
}

/// A problem in the summary above the questions.
#[derive(Clone, Debug, Serialize)]
pub struct FormProblem {
    /// What is wrong, in words.
    pub text: String,
    /// The question it is about.
    pub question: Option<String>,
    /// The id of the field to go to.
    pub target: Option<String>,
}

/// One question of the form.
#[derive(Clone, Debug, Serialize)]
pub struct FormQuestion {
    /// Unique on the page.
    pub id: String,
    /// The name of its field.
    pub field: String,
    /// The question.
    pub title: String,
    /// The prose below it, as HTML.
    pub body: String,
    /// `scale`, `number`, `one`, `any`, `items` or `text`.
    pub sort: &'static str,
    /// It must be answered.
    pub needed: bool,
    /// What can be chosen, in order.
    pub choices: Vec<FormChoice>,
    /// The person's items, for `items`.
    pub items: Vec<FormItem>,
    /// What was typed, for `text` and `number`.
    pub text: String,
    /// The smallest number, for `scale` and `number`.
    pub from: u32,
    /// The largest number, for `scale` and `number`.
    pub to: u32,
    /// The most characters, for `text`.
    pub longest: usize,
    /// What is wrong here, in words.
    pub problem: Option<String>,
}

/// One choice of a question or about an item.
#[derive(Clone, Debug, Serialize)]
pub struct FormChoice {
    /// Unique on the page.
    pub id: String,
    /// What is sent; empty takes the answer back.
    pub value: String,
    /// What is read; empty where the theme has the words for taking an answer back.
    pub label: String,
    /// It is chosen already.
    pub chosen: bool,
}

/// One of the person's items.
#[derive(Clone, Debug, Serialize)]
pub struct FormItem {
    /// Unique on the page.
    pub id: String,
    /// The name of its field.
    pub field: String,
    /// The item's title.
    pub title: String,
    /// `done`, `skipped` or `not-reached`.
    pub state: &'static str,
    /// Why it was skipped, where that was written.
    pub reason: Option<String>,
    /// What can be said of it.
    pub choices: Vec<FormChoice>,
    /// What is wrong here, in words.
    pub problem: Option<String>,
}

/// A field that nobody types into.
#[derive(Clone, Debug, Serialize)]
pub struct HiddenField {
    /// Its name.
    pub name: &'static str,
    /// Its value, to be sent back as it is.
    pub value: String,
}

/// What the form shows.
pub fn view(shown: &Shown) -> FormView {
    let Shown { round, asked, words, .. } = *shown;
    let survey = round.survey.as_ref();
    let title = survey.and_then(|survey| Some(survey.title.as_ref()?.value.clone()));
    let deciding = deciding(round);
    let needed = needed(asked, deciding).map(|question| question.r#ref.text.as_str());
    let questions = asked.questions.iter().enumerate().filter_map(|(index, question)| {
        let is_needed = needed == Some(question.r#ref.text.as_str());
        question_view(shown, index + 1, question, is_needed)
    });
    let questions: Vec<FormQuestion> = questions.collect();
    FormView {
        title: title.unwrap_or_else(|| round.title.clone()),
        intro: survey.map_or_else(String::new, |survey| html(shown, &survey.intro, "intro")),
        name: asked.person.first_name().to_owned(),
        closes: closes(round, words),
        zone: round.zone.written.clone(),
        notice: shown.notice.map(str::to_owned),
        problems: shown.problems.iter().map(|it| problem_view(it, &questions, words)).collect(),
        questions,
        answered: shown.revision > 0,
        hidden: vec![
            HiddenField { name: REVISION, value: shown.revision.to_string() },
            HiddenField { name: SHOWN_AT, value: shown.shown_at.to_owned() },
        ],
    }
}

/// The ref of the question that decides about the next round, where the round has a rule.
pub fn deciding(round: &Round) -> Option<&str> {
    Some(round.decision_rule.as_ref()?.question.value.as_str())
}

/// The last day, or the instant, until which answers are taken.
pub fn closes(round: &Round, words: &Words) -> String {
    let closes = &round.dates.survey_closes;
    if closes.bare { words.date_long(closes.date()) } else { words.moment_long(&closes.at) }
}

/// The fields of a form in which these answers were given: what [`super::read()`] reads back.
pub fn filled(asked: &Asked, answers: &Answers) -> Fields {
    let mut fields = Fields::default();
    for question in &asked.questions {
        let name = field(question);
        fields = match answers.to(&question.r#ref.text) {
            None => fields,
            Some(Given::Scale(number)) => fields.with(&name, &number.to_string()),
            Some(Given::One(text) | Given::Text(text)) => fields.with(&name, text),
            Some(Given::Any(all)) => all.iter().fold(fields, |fields, it| fields.with(&name, it)),
            Some(Given::Items(said)) => said.iter().fold(fields, |fields, said| {
                let item = asked.items.iter().find(|item| item.r#ref.text == said.item);
                match item {
                    // What was said of an item that is in another state now was said of another.
                    Some(item) if ItemState::of(item) == said.state => {
                        fields.with(&item_field(question, item), said.said.word())
                    }
                    _ => fields,
                }
            }),
        };
    }
    fields
}

/// These fields with the answer that the link in the mail has chosen: the `number`th choice of the
/// first question with choices, or that number of its scale. Any other number changes nothing.
#[must_use]
pub fn preselected(asked: &Asked, fields: Fields, number: u32) -> Fields {
    let first = asked.questions.iter().find_map(|question| match &question.answer {
        Some(Answer::Scale { from, to }) => {
            Some((question, (*from..=*to).contains(&number).then(|| number.to_string())))
        }
        Some(Answer::ChooseOne(choices) | Answer::ChooseAny(choices)) => {
            let index = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
            Some((question, index.and_then(|index| choices.get(index).cloned())))
        }
        _ => None,
    });
    match first {
        Some((question, Some(value))) => fields.replacing(&field(question), &value),
        _ => fields,
    }
}

fn question_view(
    shown: &Shown,
    number: usize,
    question: &Question,
    needed: bool,
) -> Option<FormQuestion> {
    let name = field(question);
    let id = format!("q{number}");
    let values = shown.fields.all(&name);
    let text = values.first().cloned().unwrap_or_default();
    let view = FormQuestion {
        field: name.clone(),
        title: plain(shown, &question.title),
        body: html(shown, &question.prose, &id),
        sort: "text",
        needed,
        choices: Vec::new(),
        items: Vec::new(),
        text,
        from: 0,
        to: 0,
        longest: LONGEST_TEXT,
        problem: problem_of(shown, &name),
        id: id.clone(),
    };
    let offer = |options: Vec<String>| choices(&id, options, values, needed);
    Some(match question.answer.as_ref()? {
        Answer::Text => view,
        Answer::Scale { from, to } if to.saturating_sub(*from) >= MOST_STEPS => {
            FormQuestion { sort: "number", from: *from, to: *to, ..view }
        }
        Answer::Scale { from, to } => {
            let steps = (*from..=*to).map(|step| step.to_string()).collect();
            FormQuestion { sort: "scale", from: *from, to: *to, choices: offer(steps), ..view }
        }
        Answer::ChooseOne(all) => FormQuestion { sort: "one", choices: offer(all.clone()), ..view },
        Answer::ChooseAny(all) => {
            FormQuestion { sort: "any", choices: choices(&id, all.clone(), values, true), ..view }
        }
        Answer::MyItems => {
            FormQuestion { sort: "items", items: items(shown, &id, question), ..view }
        }
    })
}

/// The options of a question, and one to take the answer back unless it must be given.
fn choices(id: &str, options: Vec<String>, values: &[String], needed: bool) -> Vec<FormChoice> {
    let mut choices: Vec<FormChoice> = options
        .into_iter()
        .enumerate()
        .map(|(index, option)| FormChoice {
            id: format!("{id}-{}", index + 1),
            chosen: values.contains(&option),
            label: option.clone(),
            value: option,
        })
        .collect();
    if !needed {
        choices.push(FormChoice {
            id: format!("{id}-0"),
            value: NOTHING.to_owned(),
            label: String::new(),
            chosen: !choices.iter().any(|choice| choice.chosen),
        });
    }
    choices
}

fn items(shown: &Shown, id: &str, question: &Question) -> Vec<FormItem> {
    let view = |(index, item): (usize, &&Item)| {
        let name = item_field(question, item);
        let id = format!("{id}-i{}", index + 1);
        let state = ItemState::of(item);
        let options = state.words().map(|word| word.word().to_owned()).to_vec();
        let mut choices = choices(&id, options, shown.fields.all(&name), false);
        for choice in choices.iter_mut().filter(|choice| choice.value != NOTHING) {
            let key = format!("form.item.{}.{}", state.word(), choice.value);
            choice.label = shown.words.text(&key, &[]);
        }
        FormItem {
            title: plain(shown, &item.title),
            state: state.word(),
            reason: item
                .reason
                .as_ref()
                .filter(|_| state == ItemState::Skipped)
                .map(|reason| plain(shown, &reason.value.sentence)),
            choices,
            problem: problem_of(shown, &name),
            field: name,
            id,
        }
    };
    shown.asked.items.iter().enumerate().map(view).collect()
}

fn problem_of(shown: &Shown, name: &str) -> Option<String> {
    let problem = shown.problems.iter().find(|it| it.field.as_deref() == Some(name))?;
    Some(words_of(problem.kind, shown.words))
}

fn words_of(kind: ProblemKind, words: &Words) -> String {
    let key = format!("form.problem.{}", kind.word());
    match kind {
        ProblemKind::TooLong(length) => {
            let most = words.number(LONGEST_TEXT as f64);
            let over = words.number((length - LONGEST_TEXT.min(length)) as f64);
            words.text(&key, &[("most", &most), ("over", &over)])
        }
        _ => words.text(&key, &[]),
    }
}

/// A problem with the question it is about, and the first field of it to go to.
fn problem_view(problem: &Problem, questions: &[FormQuestion], words: &Words) -> FormProblem {
    let text = words_of(problem.kind, words);
    let name = problem.field.as_deref();
    let first = |choices: &[FormChoice]| choices.first().map(|choice| choice.id.clone());
    for question in questions {
        if Some(question.field.as_str()) == name {
            let target = first(&question.choices).unwrap_or_else(|| format!("{}-1", question.id));
            return FormProblem {
                text,
                question: Some(question.title.clone()),
                target: Some(target),
            };
        }
        let item = question.items.iter().find(|item| Some(item.field.as_str()) == name);
        if let Some(item) = item {
            let target = first(&item.choices);
            return FormProblem { text, question: Some(item.title.clone()), target };
        }
    }
    FormProblem { text, question: None, target: None }
}

fn plain(shown: &Shown, text: &str) -> String {
    let hidden = shown.words.text("address_hidden", &[]);
    prose::plain_for(text, &shown.round.people, &hidden)
}

/// Prose as HTML. Links to the web stay; links to files of the round lead nowhere from here.
fn html(shown: &Shown, text: &crate::model::Prose, id: &str) -> String {
    let words = prose_words(shown.words);
    prose::html(
        text,
        &prose::Context {
            id,
            heading: 3,
            people: &shown.round.people,
            words: &words,
            links: &|_| None,
        },
    )
}
