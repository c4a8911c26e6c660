//! Dates and times as a round means them: in its own time zone, on clocks that people look at.

use jiff::civil::{Date, DateTime, Time, time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Span, Timestamp, Zoned};

use crate::finding::Place;

/// The time zone of a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// As written, such as `Europe/Zurich`.
    pub written: String,
    /// UTC where the written name is unknown, so that the rest of the round can still be read.
    pub zone: TimeZone,
    pub known: bool,
    pub place: Place,
}

/// One deadline or opening of a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    pub at: Zoned,
    /// A date without a time of day.
    pub bare: bool,
    pub trouble: Option<ClockTrouble>,
    pub place: Place,
}

/// Why a written time is not one instant on the clocks of its zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClockTrouble {
    /// The clocks jump over this time; `at` is the same wall time read with the offset before it.
    Gap,
    /// The clocks show this time twice; `at` is the first.
    Twice,
    /// An offset was written, and the zone has another one on that day.
    OtherOffset { written: String, zone: String },
}

impl When {
    /// A date with a time of day in that zone.
    pub fn at(written: DateTime, zone: &TimeZone, place: Place) -> When {
        let ambiguous = zone.to_ambiguous_zoned(written);
        let trouble = match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { .. } => None,
            AmbiguousOffset::Gap { .. } => Some(ClockTrouble::Gap),
            AmbiguousOffset::Fold { .. } => Some(ClockTrouble::Twice),
        };
        When {
            at: ambiguous
                .compatible()
                .unwrap_or_else(|_| Zoned::new(Timestamp::UNIX_EPOCH, zone.clone())),
            bare: false,
            trouble,
            place,
        }
    }

    /// A bare date: it starts at 00:00. A zone that skips that midnight is no trouble, because
    /// nobody wrote the time.
    pub fn on(date: Date, zone: &TimeZone, place: Place) -> When {
        When {
            bare: true,
            trouble: None,
            ..When::at(date.to_datetime(Time::midnight()), zone, place)
        }
    }

    pub fn date(&self) -> Date {
        self.at.date()
    }

    /// The first instant after this date or time: a closing date includes its whole day.
    pub fn end(&self) -> Timestamp {
        if !self.bare {
            return self.at.timestamp();
        }
        day_after(self.at.date(), self.at.time_zone())
    }

    /// When letters for this go: at its time or, for a bare date, at nine on the clocks of its zone.
    pub fn letters_go(&self) -> Timestamp {
        self.letters_go_after(0).unwrap_or_else(|| self.start())
    }

    /// When letters for so many days later go, at the same hour. `None` after the end of time.
    pub fn letters_go_after(&self, days: u32) -> Option<Timestamp> {
        let day = self.at.checked_add(Span::new().try_days(days).ok()?).ok()?;
        if !self.bare {
            return Some(day.timestamp());
        }
        let nine = day.date().to_datetime(time(9, 0, 0, 0));
        let zoned = day.time_zone().to_ambiguous_zoned(nine).compatible();
        zoned.ok().map(|at| at.timestamp())
    }

    /// When this begins.
    pub fn start(&self) -> Timestamp {
        self.at.timestamp()
    }
}

/// 00:00 of the day after `date` in `zone`.
pub fn day_after(date: Date, zone: &TimeZone) -> Timestamp {
    let next = date.tomorrow().unwrap_or(date);
    zone.to_ambiguous_zoned(next.to_datetime(Time::midnight()))
        .compatible()
        .map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, datetime};

    fn zurich() -> TimeZone {
        TimeZone::get("Europe/Zurich").unwrap()
    }

    fn at(written: DateTime) -> When {
        When::at(written, &zurich(), Place::whole("round.toml"))
    }

    #[test]
    fn a_time_the_clocks_skip_or_show_twice_is_noticed() {
        assert_eq!(at(datetime(2026, 3, 29, 2, 30, 0, 0)).trouble, Some(ClockTrouble::Gap));
        assert_eq!(at(datetime(2026, 10, 25, 2, 30, 0, 0)).trouble, Some(ClockTrouble::Twice));
        assert_eq!(at(datetime(2026, 7, 24, 10, 0, 0, 0)).trouble, None);
    }

    #[test]
    fn a_closing_date_includes_its_whole_day() {
        let closes = When::on(date(2026, 8, 14), &zurich(), Place::whole("round.toml"));
        assert_eq!(closes.start().to_string(), "2026-08-13T22:00:00Z");
        assert_eq!(closes.end().to_string(), "2026-08-14T22:00:00Z");
    }
}
