//! The moment for which letters are shown: now, or another one that somebody asks for (pure).

use jiff::civil::{Date, DateTime, Time, Weekday, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use littlethings::model::{Round, Site};
use littlethings::theme::Words;

use super::views::Coming;

/// How many coming moments are offered.
const MOST: usize = 8;

/// The moment that somebody typed: an instant with its offset, or a date and a time on the clocks of
/// `zone`. A date alone is the end of its day, so that all that goes out on it is seen.
pub fn read(written: &str, zone: &TimeZone) -> Option<Timestamp> {
    let written = written.trim();
    // An address has blanks where somebody typed `+`.
    if let Ok(instant) = written.replace(' ', "+").parse::<Timestamp>() {
        return Some(instant);
    }
    let last_minute = time(23, 59, 0, 0);
    let civil = match written.parse::<Date>() {
        Ok(date) if written.len() <= "2026-08-03".len() => date.to_datetime(last_minute),
        _ => written.parse::<DateTime>().ok()?,
    };
    zone.to_ambiguous_zoned(civil).compatible().ok().map(|zoned| zoned.timestamp())
}

/// The zone that moments are told in: that of the latest round.
pub fn zone(site: &Site) -> TimeZone {
    site.rounds.last().map_or(TimeZone::UTC, |round| round.zone.zone.clone())
}

/// A moment as a field for date and time has it: `2026-08-03T10:00`.
pub fn field(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// Moments worth a look, the nearest first: the next days, and what the rounds have ahead of them.
pub fn coming(site: &Site, now: Timestamp, words: &Words) -> Vec<Coming> {
    let zone = zone(site);
    let mut moments: Vec<(Timestamp, TimeZone, String)> = Vec::new();
    for (key, at) in [("tomorrow", a_day_later(now, &zone)), ("next_monday", monday(now, &zone))] {
        let label = words.text(&format!("preview.letters.{key}"), &[]);
        moments.extend(at.map(|at| (at, zone.clone(), label)));
    }
    for round in site.rounds.iter().filter(|round| round.zone.known) {
        for (key, at) in of_round(round).into_iter().filter(|(_, at)| *at > now) {
            moments.push((at, round.zone.zone.clone(), words.text(key, &[])));
        }
    }
    moments.sort_by_key(|(at, ..)| *at);
    moments.truncate(MOST);
    let shown = |(at, zone, what): (Timestamp, TimeZone, String)| {
        let zoned = at.to_zoned(zone.clone());
        let (date, time) = (words.date_weekday(zoned.date()), words.time(zoned.time()));
        let when = words.text("date.moment", &[("date", &date), ("time", &time)]);
        Coming { when, what, query: format!("?now={}", field(at, &zone)) }
    };
    moments.into_iter().map(shown).collect()
}

fn a_day_later(now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    Some(now.to_zoned(zone.clone()).checked_add(1.day()).ok()?.timestamp())
}

/// Ten o'clock, when everything of a bare date has gone out.
fn monday(now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let day = now.to_zoned(zone.clone()).date().nth_weekday(1, Weekday::Monday).ok()?;
    let zoned = zone.to_ambiguous_zoned(day.to_datetime(Time::constant(10, 0, 0, 0)));
    zoned.compatible().ok().map(|zoned| zoned.timestamp())
}

/// When letters of a round go.
fn of_round(round: &Round) -> Vec<(&'static str, Timestamp)> {
    let dates = &round.dates;
    let mut all = vec![
        ("dates.invitation", dates.invitation.letters_go()),
        ("dates.lists_due", dates.lists_due.start()),
        ("dates.week_first", dates.week_first.letters_go()),
        ("dates.survey_opens", dates.survey_opens.letters_go()),
        ("dates.survey_closes", dates.survey_closes.end()),
    ];
    for days in &dates.reminders {
        let at = dates.survey_opens.letters_go_after(days.value);
        all.extend(at.map(|at| ("preview.letters.reminder", at)));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_on_the_clocks_of_the_round() {
        let zurich = TimeZone::get("Europe/Zurich").unwrap();
        let read = |written: &str| read(written, &zurich).map(|at| at.to_string());
        let ten = Some("2026-08-03T08:00:00Z".to_owned());
        for same in [
            "2026-08-03T10:00",
            " 2026-08-03 10:00:00 ",
            "2026-08-03T10:00:00+02:00",
            "2026-08-03T10:00:00 02:00",
            "2026-08-03T08:00:00Z",
        ] {
            assert_eq!(read(same), ten, "{same}");
        }
        assert_eq!(read("2026-08-03"), Some("2026-08-03T21:59:00Z".to_owned()));
        for bad in ["", "Monday", "2026-02-30", "2026-08-03T25:00", "10:00"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn monday_is_the_next_one_even_on_a_monday() {
        let zurich = TimeZone::get("Europe/Zurich").unwrap();
        let monday = |now: &str| monday(now.parse().unwrap(), &zurich).unwrap().to_string();
        assert_eq!(monday("2026-07-29T13:00:00Z"), "2026-08-03T08:00:00Z");
        assert_eq!(monday("2026-08-03T06:00:00Z"), "2026-08-10T08:00:00Z");
    }
}
