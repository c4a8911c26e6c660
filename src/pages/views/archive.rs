//! The archive: all rounds by the same five numbers.

use serde::Serialize;

use super::super::labels::{self, Label};
use super::capacity::CapacityView;
use super::findings::UnreadView;
use super::home::Counts;
use super::scope::{RoundScope, SiteScope};
use super::survey_state::SurveyState;
use super::verdict::Verdict;

/// `/archive.html`.
#[derive(Clone, Debug, Serialize)]
pub struct ArchiveView {
    /// The newest first.
    pub rounds: Vec<RoundNumbers>,
    /// The same rounds, the oldest first, once there are two to compare.
    pub trend: Vec<RoundNumbers>,
    /// Rounds whose round.toml cannot be read.
    pub unread: Vec<UnreadView>,
}

/// A round by its five numbers.
#[derive(Clone, Debug, Serialize)]
pub struct RoundNumbers {
    /// Its title.
    pub title: String,
    /// Its address, from the site's top.
    pub href: String,
    /// `27 to 31 July 2026`.
    pub week: String,
    /// The phase it is in.
    pub phase: Label,
    /// How many items were asked for.
    pub listed: usize,
    /// How many lists cannot be read: nothing of them is counted here.
    pub unreadable: usize,
    /// Finished of listed.
    pub finished: Rate,
    /// Finished of what was started: promises kept.
    pub kept: Rate,
    /// Answered of asked.
    pub answered: Rate,
    /// Yes to another round, of the answers to that question.
    pub again: Rate,
    /// The answers were made up for a demonstration.
    pub simulated: bool,
    /// What the week costs, where round.toml says so.
    pub capacity: Option<CapacityView>,
    /// What was decided, once it was.
    pub outcome: Option<Label>,
}

/// A part of a whole.
#[derive(Clone, Debug, Serialize)]
pub struct Rate {
    /// How many it is true of.
    pub part: usize,
    /// Of how many.
    pub whole: usize,
    /// `None` while there is nothing to divide by.
    pub text: Option<String>,
    /// Whole percents, for a bar.
    pub percent: usize,
}

impl ArchiveView {
    pub fn of(scope: SiteScope) -> ArchiveView {
        let mut rounds: Vec<RoundNumbers> = scope.rounds().iter().map(RoundNumbers::of).collect();
        let trend = if rounds.len() > 1 { rounds.clone() } else { Vec::new() };
        rounds.reverse();
        let unread = &scope.input.site.unread;
        ArchiveView {
            rounds,
            trend,
            unread: unread.iter().map(|round| UnreadView::of(round, scope)).collect(),
        }
    }
}

impl RoundNumbers {
    fn of(scope: &RoundScope) -> RoundNumbers {
        let counts = Counts::of_round(scope.round);
        let (first, last) = scope.round.week();
        let survey = SurveyState::of(scope);
        let figures = Verdict::of(scope).and_then(|verdict| verdict.figures?.said);
        let rate = |part: usize, whole: usize| Rate {
            part,
            whole,
            text: scope.words.percent(part as f64, whole as f64),
            percent: (part * 100 + whole / 2).checked_div(whole).unwrap_or(0),
        };
        let decision = scope.round.decision.as_ref();
        RoundNumbers {
            title: scope.round.title.clone(),
            href: scope.href("index.html"),
            week: scope.words.days(first, last),
            phase: labels::phase(scope.phase, scope.words),
            listed: counts.listed,
            unreadable: scope.unreadable().len(),
            finished: rate(counts.finished, counts.listed),
            kept: rate(counts.finished, counts.finished + counts.started),
            answered: rate(survey.answered as usize, survey.asked as usize),
            again: figures.map_or_else(|| rate(0, 0), |f| rate(f.yes as usize, f.answers as usize)),
            simulated: survey.simulated,
            capacity: CapacityView::of(scope),
            outcome: decision
                .and_then(|decision| decision.outcome.as_ref())
                .map(|outcome| labels::outcome(&outcome.value, scope.words)),
        }
    }
}
