//! Where a round stands.

use jiff::{Timestamp, ToSpan};

use super::Round;

/// The phases of a round, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// Until seven days before the lists are due.
    Inviting,
    /// Until the lists are due.
    Listing,
    /// The lists stand; the week has not begun.
    Frozen,
    /// From the week's first day to the end of its last.
    Week,
    /// After the week, until the survey has closed.
    Asking,
    /// The survey has closed and nothing has been decided.
    Deciding,
    /// decision.md says what was decided.
    Decided,
}

impl Phase {
    pub const ALL: [Phase; 7] = [
        Phase::Inviting,
        Phase::Listing,
        Phase::Frozen,
        Phase::Week,
        Phase::Asking,
        Phase::Deciding,
        Phase::Decided,
    ];

    /// The phase of `round` at `now`.
    pub fn of(round: &Round, now: Timestamp) -> Phase {
        let dates = &round.dates;
        if round.is_decided() {
            Phase::Decided
        } else if now >= dates.survey_closes.end() {
            Phase::Deciding
        } else if now >= dates.week_last.end() {
            Phase::Asking
        } else if now >= dates.week_first.start() {
            Phase::Week
        } else if now >= dates.lists_due.start() {
            Phase::Frozen
        } else if now >= listing_begins(round) {
            Phase::Listing
        } else {
            Phase::Inviting
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Phase::Inviting => "inviting",
            Phase::Listing => "listing",
            Phase::Frozen => "frozen",
            Phase::Week => "week",
            Phase::Asking => "asking",
            Phase::Deciding => "deciding",
            Phase::Decided => "decided",
        }
    }
}

/// Seven days, on the wall clock, before the lists are due.
pub fn listing_begins(round: &Round) -> Timestamp {
    let due = &round.dates.lists_due.at;
    due.checked_sub(7.days()).map_or(Timestamp::MIN, |zoned| zoned.timestamp())
}
