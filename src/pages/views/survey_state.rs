//! Asked, answered, silent; or not asked yet, and how late that is.

use jiff::civil::Date;
use serde::Serialize;

use super::common::Moment;
use super::scope::RoundScope;
use crate::model::{Phase, SideCount};

/// Where the survey stands.
#[derive(Clone, Debug, Serialize)]
pub struct SurveyState {
    /// `unplanned`, `planned`, `late`, `open`, `unpublished`, `closed` or `never`.
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
    /// The answers were made up for a demonstration.
    pub simulated: bool,
    /// How many days late it is, or its results are.
    pub late_days: i32,
}

impl SurveyState {
    pub fn of(scope: &RoundScope) -> SurveyState {
        let dates = &scope.round.dates;
        let record = scope.round.record.as_ref().map(|record| &record.survey);
        let asked_at = record.and_then(|survey| survey.asked_at);
        let total = record.map_or_else(SideCount::default, |survey| survey.total());
        let slug = slug(scope, asked_at.is_some());
        SurveyState {
            slug,
            opens: scope.when(&dates.survey_opens),
            closes: scope.when(&dates.survey_closes),
            asked_at: asked_at.map(|at| scope.moment(at)),
            reminded: record.map_or(0, |survey| survey.reminded_at.len()),
            asked: total.asked,
            answered: total.answered,
            silent: total.silent(),
            rate: scope.words.percent(f64::from(total.answered), f64::from(total.asked)),
            simulated: scope.round.record.as_ref().is_some_and(|record| record.simulated),
            late_days: due(scope, slug).until(scope.today).map_or(0, |span| span.get_days()),
        }
    }
}

impl SurveyState {
    /// Which other sentence says how far the round is, for as long as nobody was asked after the
    /// week: `ahead` until that is due and `late` since then.
    pub fn unasked(&self, phase: Phase) -> Option<&'static str> {
        match (phase, self.slug) {
            (Phase::Asking, "unplanned" | "planned") => Some("ahead"),
            (Phase::Asking | Phase::Deciding, "late") => Some("late"),
            _ => None,
        }
    }
}

/// The day on which the next step is due: asking or, once the survey has closed, its results.
fn due(scope: &RoundScope, slug: &str) -> Date {
    let dates = &scope.round.dates;
    if slug != "unpublished" {
        return dates.survey_opens.date();
    }
    dates.survey_closes.end().to_zoned(scope.round.zone.zone.clone()).date()
}

fn slug(scope: &RoundScope, was_asked: bool) -> &'static str {
    let dates = &scope.round.dates;
    if was_asked {
        let closed = dates.survey_closes.end();
        let record = scope.round.record.as_ref();
        let is_done = record.is_some_and(|record| record.has_results(closed));
        return match scope.now() < closed {
            true => "open",
            false if is_done || scope.phase == Phase::Decided => "closed",
            false => "unpublished",
        };
    }
    if scope.round.is_settled(scope.now()) {
        return "never";
    }
    if scope.now() >= dates.survey_opens.letters_go() {
        return "late";
    }
    if scope.round.survey.is_none() { "unplanned" } else { "planned" }
}
