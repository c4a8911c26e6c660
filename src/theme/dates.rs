//! Dates, times and durations as a language writes them.

use jiff::Zoned;
use jiff::civil::{Date, Time};

use super::Words;

/// The minutes of a working day.
const DAY: u32 = 8 * 60;

impl Words {
    /// `Friday 24 July 2026`.
    pub fn date_long(&self, date: Date) -> String {
        self.date("date.long", date)
    }

    /// `24 July 2026`.
    pub fn date_medium(&self, date: Date) -> String {
        self.date("date.medium", date)
    }

    /// `24 July`.
    pub fn date_short(&self, date: Date) -> String {
        self.date("date.short", date)
    }

    /// `Fri 24 July`.
    pub fn date_weekday(&self, date: Date) -> String {
        self.date("date.weekday", date)
    }

    /// `10:00`.
    pub fn time(&self, time: Time) -> String {
        let hour = time.hour().to_string();
        let minute = format!("{:02}", time.minute());
        self.text("date.time", &[("hour", &hour), ("minute", &minute)])
    }

    /// `Friday 24 July 2026, 10:00`.
    pub fn moment_long(&self, at: &Zoned) -> String {
        self.with_time(self.date_long(at.date()), at)
    }

    /// `24 July, 10:00`.
    pub fn moment_short(&self, at: &Zoned) -> String {
        self.with_time(self.date_short(at.date()), at)
    }

    fn with_time(&self, date: String, at: &Zoned) -> String {
        self.text("date.moment", &[("date", &date), ("time", &self.time(at.time()))])
    }

    /// `27 to 31 July 2026`, `30 July to 3 August 2026`, `28 December 2026 to 1 January 2027`.
    pub fn days(&self, first: Date, last: Date) -> String {
        if first == last {
            return self.date_medium(first);
        }
        let from = if first.year() != last.year() {
            self.date_medium(first)
        } else if first.month() != last.month() {
            self.date_short(first)
        } else {
            self.text("date.day_only", &[("day", &first.day().to_string())])
        };
        self.text("date.range", &[("first", &from), ("last", &self.date_medium(last))])
    }

    fn date(&self, pattern: &str, date: Date) -> String {
        let weekday = || date.weekday().to_monday_one_offset();
        // No pattern asks for all of them.
        self.text_with(pattern, |name| match name {
            "day" => Some(date.day().to_string()),
            "month" => Some(self.text(&format!("date.months.{}", date.month()), &[])),
            "year" => Some(date.year().to_string()),
            "weekday" => Some(self.text(&format!("date.weekdays.{}", weekday()), &[])),
            "weekday_short" => Some(self.text(&format!("date.weekdays_short.{}", weekday()), &[])),
            _ => None,
        })
    }

    /// How far a day is from today: `today`, `in 3 days`, `yesterday`.
    pub fn away(&self, from: Date, to: Date) -> String {
        let days = from.until(to).map_or(0, |span| span.get_days());
        match days {
            0 => self.text("when.today", &[]),
            1 => self.text("when.tomorrow", &[]),
            -1 => self.text("when.yesterday", &[]),
            days if days > 0 => self.count("when.in_days", days.unsigned_abs() as usize, &[]),
            days => self.count("when.days_ago", days.unsigned_abs() as usize, &[]),
        }
    }

    /// Minutes of work: `half a day`, `3 days`, `2 hours`.
    pub fn effort(&self, minutes: u32) -> String {
        let amount = |key: &str, number: f64| {
            let key = format!("effort.{key}.{}", if number == 1.0 { "one" } else { "many" });
            self.text(&key, &[("number", &self.number(number))])
        };
        match minutes {
            240 => self.text("effort.half_a_day", &[]),
            minutes if minutes < 60 => amount("minutes", f64::from(minutes)),
            minutes if minutes < DAY => amount("hours", f64::from(minutes) / 60.0),
            _ => amount("days", f64::from(minutes) / f64::from(DAY)),
        }
    }

    /// Person-days, which are sums of guesses and so have one decimal: `26.4 days`.
    pub fn person_days(&self, days: f64) -> String {
        let days = (days * 10.0).round() / 10.0;
        let key = if days == 1.0 { "effort.days.one" } else { "effort.days.many" };
        self.text(key, &[("number", &self.number(days))])
    }

    /// `58 %` of a whole; whole percents, but never all of something that is not all of it.
    pub fn percent(&self, part: f64, whole: f64) -> Option<String> {
        if whole <= 0.0 {
            return None;
        }
        let exact = part / whole * 100.0;
        let rounded = if exact > 99.0 && exact < 100.0 { 99.0 } else { exact.round() };
        Some(self.text("number.percent", &[("number", &self.number(rounded))]))
    }
}
