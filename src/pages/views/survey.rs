//! The survey: what is asked, whom, and when.

use serde::Serialize;

use super::findings::{self, FindingView};
use super::scope::RoundScope;
use super::survey_state::SurveyState;
use crate::model::{Answer, Question};

/// `survey.html`.
#[derive(Clone, Debug, Serialize)]
pub struct SurveyView {
    /// survey.md is there and can be read.
    pub written: bool,
    /// The survey's title, once it is written.
    pub title: Option<String>,
    /// What stands above the first entry, as HTML.
    pub intro: String,
    /// Where the survey stands.
    pub state: SurveyState,
    /// Who is asked, in the site's language.
    pub audience: Vec<String>,
    /// The questions, in order.
    pub questions: Vec<QuestionView>,
    /// Days after the opening on which the silent are reminded: `3 and 7`.
    pub reminders: String,
    /// The last of them.
    pub last_reminder: u32,
    /// What the check found in its file, in file order.
    pub problems: Vec<FindingView>,
    /// Where it is edited, if it is there.
    pub edit: Option<String>,
}

/// A question of the survey.
#[derive(Clone, Debug, Serialize)]
pub struct QuestionView {
    /// The question.
    pub title: String,
    /// Who is asked, in the site's language.
    pub audience: Vec<String>,
    /// `scale`, `one`, `any`, `items`, `text`; `None` where the file does not say it well.
    pub answer: Option<&'static str>,
    /// What one can choose.
    pub choices: Vec<String>,
    /// Of a scale.
    pub from: u32,
    /// The last number of a scale.
    pub to: u32,
    /// The prose below it, as HTML.
    pub body: String,
}

impl SurveyView {
    pub fn of(scope: &RoundScope) -> SurveyView {
        let survey = scope.round.survey.as_ref();
        let audience = |all: Vec<crate::model::Audience>| {
            all.into_iter()
                .map(|one| scope.words.text(&format!("audience.{}", one.word()), &[]))
                .collect()
        };
        let path = scope.round.path("survey.md");
        let reminders: Vec<u32> =
            scope.round.dates.reminders.iter().map(|days| days.value).collect();
        let days: Vec<String> = reminders.iter().map(u32::to_string).collect();
        SurveyView {
            written: survey.is_some(),
            title: survey.and_then(|survey| Some(survey.title.as_ref()?.value.clone())),
            intro: survey.map_or_else(String::new, |survey| scope.html(&survey.intro, "intro", 2)),
            state: SurveyState::of(scope),
            audience: survey.map_or_else(Vec::new, |survey| audience(survey.audience())),
            questions: survey
                .iter()
                .flat_map(|survey| &survey.questions)
                .map(|question| QuestionView {
                    audience: audience(question.audience.clone()),
                    ..view(question, scope)
                })
                .collect(),
            reminders: scope.words.and(&days),
            last_reminder: reminders.last().copied().unwrap_or_default(),
            problems: findings::on_file(&path, scope.site),
            edit: scope.edit(&path, survey.is_some()),
        }
    }
}

fn view(question: &Question, scope: &RoundScope) -> QuestionView {
    let (answer, choices, from, to) = match &question.answer {
        None => (None, Vec::new(), 0, 0),
        Some(Answer::Scale { from, to }) => (Some("scale"), Vec::new(), *from, *to),
        Some(Answer::ChooseOne(choices)) => (Some("one"), choices.clone(), 0, 0),
        Some(Answer::ChooseAny(choices)) => (Some("any"), choices.clone(), 0, 0),
        Some(Answer::MyItems) => (Some("items"), Vec::new(), 0, 0),
        Some(Answer::Text) => (Some("text"), Vec::new(), 0, 0),
    };
    QuestionView {
        title: question.title.clone(),
        audience: Vec::new(),
        answer,
        choices,
        from,
        to,
        body: scope.html(&question.prose, &question.r#ref.text, 4),
    }
}
