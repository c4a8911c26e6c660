//! Asked, answered, silent; or not asked yet, and how late that is.

use serde::Serialize;

use super::common::Moment;
use super::scope::RoundScope;
use crate::model::{Phase, SideCount};

/// Where the survey stands.
#[derive(Clone, Debug, Serialize)]
pub struct SurveyState {
    /// `unplanned`, `planned`, `late`, `open`, `closed` or `never`.
    pub slug: &'static str,
    /// When it opens.
    pub opens: Moment,
    /// When it closes.
    pub closes: Moment,
    /// When everybody was asked; none before that.
    pub asked_at: Option<Moment>,
    /// How many reminders went out.
    pub reminded: usize,
    /// How many were asked.
    pub asked: u32,
    /// How many answered.
    pub answered: u32,
    /// How many did not.
    pub silent: u32,
    /// Of those asked.
    pub rate: Option<String>,
    /// How many days late it is.
    pub late_days: i32,
}

impl SurveyState {
    pub fn of(scope: &RoundScope) -> SurveyState {
        let dates = &scope.round.dates;
        let record = scope.round.record.as_ref().map(|record| &record.survey);
        let asked_at = record.and_then(|survey| survey.asked_at);
        let total = record.map_or_else(SideCount::default, |survey| survey.total());
        SurveyState {
            slug: slug(scope, asked_at.is_some()),
            opens: scope.when(&dates.survey_opens),
            closes: scope.when(&dates.survey_closes),
            asked_at: asked_at.map(|at| scope.moment(at)),
            reminded: record.map_or(0, |survey| survey.reminded_at.len()),
            asked: total.asked,
            answered: total.answered,
            silent: total.silent(),
            rate: scope.words.percent(f64::from(total.answered), f64::from(total.asked)),
            late_days: dates
                .survey_opens
                .date()
                .until(scope.today)
                .map_or(0, |span| span.get_days()),
        }
    }
}

fn slug(scope: &RoundScope, was_asked: bool) -> &'static str {
    let dates = &scope.round.dates;
    if was_asked {
        return if scope.now() < dates.survey_closes.end() { "open" } else { "closed" };
    }
    if scope.phase == Phase::Decided {
        return "never";
    }
    if scope.now() >= dates.survey_opens.letters_go() {
        return "late";
    }
    if scope.round.survey.is_none() { "unplanned" } else { "planned" }
}
