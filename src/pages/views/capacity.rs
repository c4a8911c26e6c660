//! Capacity: what the week costs, what was planned, what it took.

use serde::Serialize;

use super::scope::RoundScope;
use crate::model::Status;

/// Days given, and days used.
#[derive(Clone, Debug, Serialize)]
pub struct CapacityView {
    /// Days of the week, out of the quarter's.
    pub days: String,
    /// The working days of the quarter.
    pub quarter: String,
    /// The week's part of the quarter, in per cent.
    pub share: Option<String>,
    /// How many take part.
    pub developers: String,
    /// The same in words, with the days of each.
    pub team: String,
    /// People times days.
    pub gross: String,
    /// The person-days of the support rota.
    pub support: String,
    /// The person-days of leave.
    pub away: String,
    /// The person-days that are left.
    pub net: String,
    /// Estimates of what was started or finished.
    pub planned: String,
    /// What the begun items took, in words.
    pub took: Option<String>,
    /// How many of the items started or finished have an estimate, and a time.
    pub estimated: usize,
    /// How many items say what they took.
    pub timed: usize,
    /// How many items were begun.
    pub begun: usize,
}

impl CapacityView {
    pub fn of(scope: &RoundScope) -> Option<CapacityView> {
        let capacity = scope.round.capacity?;
        let words = scope.words;
        let days = working_days(scope);
        let gross = capacity.developers * days;
        let net = (gross - capacity.support_days - capacity.away_days).max(0.0);
        let begun: Vec<_> = scope
            .round
            .items()
            .map(|(_, item)| item)
            .filter(|item| item.status == Status::Started || item.status.is_finished())
            .collect();
        let sizes = |of: fn(&crate::model::Item) -> Option<f64>| -> Vec<f64> {
            begun.iter().filter_map(|item| of(item)).collect()
        };
        let planned = sizes(|item| Some(item.estimate.as_ref()?.value.effort()?.days()));
        let took = sizes(|item| Some(item.took.as_ref()?.value.effort()?.days()));
        let developers = words.number(capacity.developers);
        let fill = [("developers", developers.as_str()), ("days", &words.person_days(days))];
        Some(CapacityView {
            team: words.count("capacity.gross", capacity.developers.ceil() as usize, &fill),
            days: words.number(days),
            quarter: words.number(capacity.quarter_days),
            share: share(scope, days, capacity.quarter_days),
            developers,
            gross: words.person_days(gross),
            support: words.person_days(capacity.support_days),
            away: words.person_days(capacity.away_days),
            net: words.person_days(net),
            planned: words.person_days(planned.iter().sum()),
            took: (!took.is_empty()).then(|| words.person_days(took.iter().sum())),
            estimated: planned.len(),
            timed: took.len(),
            begun: begun.len(),
        })
    }
}

/// One decimal: 5 of 65 is 7.7 %, and a whole percent would hide half of the difference.
fn share(scope: &RoundScope, days: f64, quarter: f64) -> Option<String> {
    if quarter <= 0.0 {
        return None;
    }
    let number = (days / quarter * 1000.0).round() / 10.0;
    Some(scope.words.text("number.percent", &[("number", &scope.words.number(number))]))
}

/// Mondays to Fridays between the week's first and last day.
fn working_days(scope: &RoundScope) -> f64 {
    let (first, last) = scope.round.week();
    let days = first.series(jiff::ToSpan::days(1)).take_while(|day| *day <= last).take(366);
    days.filter(|day| day.weekday().to_monday_one_offset() <= 5).count() as f64
}
