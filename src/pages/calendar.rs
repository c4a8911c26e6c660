//! `calendar.ics`: the week and the deadlines of a round, for people's own calendars.
//!
//! Days are days and instants are UTC, so no program needs to know the round's time zone.

use icalendar::{Calendar, Component, Event, Property};
use jiff::{Timestamp, ToSpan};

use super::prose::without_addresses;
use super::text;
use crate::model::{Round, Site, When};

/// The words of a calendar, in the language of the site. Each may hold `{site}` and `{round}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarWords {
    /// The calendar's name: `{site}: {round}`.
    pub name: String,
    pub week: String,
    pub lists_due: String,
    pub survey_opens: String,
    pub survey_closes: String,
    pub address_hidden: String,
}

/// The calendar of a round.
pub fn calendar(site: &Site, round: &Round, words: &CalendarWords) -> String {
    let maker = Maker { site, round, words };
    let name = maker.filled(&words.name);
    let mut calendar = Calendar::empty();
    calendar
        .append_property(Property::new("VERSION", "2.0"))
        .append_property(Property::new("PRODID", "-//littlethings//calendar//EN"))
        .append_property(Property::new("CALSCALE", "GREGORIAN"))
        .append_property(Property::new("METHOD", "PUBLISH"))
        // NAME would be the standard's, but this one is what programs read.
        .append_property(Property::new("X-WR-CALNAME", name))
        .push(maker.week());
    let dates = &round.dates;
    let closes = last_minute(&dates.survey_closes);
    calendar.push(maker.instant("lists-due", &words.lists_due, dates.lists_due.start()));
    calendar.push(maker.instant("survey-opens", &words.survey_opens, dates.survey_opens.start()));
    calendar.push(maker.instant("survey-closes", &words.survey_closes, closes));
    calendar.to_string()
}

struct Maker<'a> {
    site: &'a Site,
    round: &'a Round,
    words: &'a CalendarWords,
}

impl Maker<'_> {
    /// The days of the week itself. Nobody is busy because of it: it is a week like others.
    fn week(&self) -> Event {
        let (first, last) = self.round.week();
        let mut event = self.event("week", &self.words.week);
        let day = |key: &str, day: jiff::civil::Date| {
            Property::new(key, day.strftime("%Y%m%d").to_string())
                .add_parameter("VALUE", "DATE")
                .done()
        };
        event.append_property(day("DTSTART", first));
        // The end is the first day that does not belong to it.
        event.append_property(day("DTEND", last.tomorrow().unwrap_or(last)));
        event
    }

    fn instant(&self, name: &str, title: &str, at: Timestamp) -> Event {
        let mut event = self.event(name, title);
        event.add_property("DTSTART", utc(at));
        event
    }

    fn event(&self, name: &str, title: &str) -> Event {
        let slug = self.round.slug.replace('@', "-");
        let page =
            text::url(&self.site.settings.base_url, &format!("{}/index.html", self.round.slug));
        let mut event = Event::new();
        event
            // Some servers take what stands before an `@` for a mailbox.
            .uid(&text::clean(&format!("{slug}-{name}.littlethings")))
            .summary(&self.filled(title))
            .description(&page)
            .add_property("URL", &page)
            .add_property("DTSTAMP", utc(self.stamp()))
            .add_property("TRANSP", "TRANSPARENT");
        event
    }

    /// When this was last said: programs keep the later of two calendars.
    fn stamp(&self) -> Timestamp {
        let commit = self.site.last_commit.as_ref().map(|commit| commit.at);
        commit.unwrap_or_else(|| self.round.dates.invitation.start())
    }

    fn filled(&self, words: &str) -> String {
        let (site, round) = (&self.site.settings.title, &self.round.title);
        let text = text::filled(words, &[("site", site), ("round", round)]);
        text::clean(&without_addresses(&text, &self.round.people, &self.words.address_hidden))
    }
}

/// What closes with a day closes a minute before midnight in calendars, or they would show it on
/// the day after.
fn last_minute(closes: &When) -> Timestamp {
    if !closes.bare {
        return closes.end();
    }
    closes.end().checked_sub(1.minute()).unwrap_or(closes.end())
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Commit;
    use crate::pages::fixture;

    fn words() -> CalendarWords {
        CalendarWords {
            name: "{site}: {round}".into(),
            week: "The week; {round}".into(),
            lists_due: "Lists are due".into(),
            survey_opens: "Survey opens".into(),
            survey_closes: "Survey closes, the last day on which anybody can still change an answer: 請求書の通貨".into(),
            address_hidden: "address hidden".into(),
        }
    }

    #[test]
    fn a_round_is_a_week_and_three_deadlines() {
        let site = fixture::site();
        let text = calendar(&site, &site.rounds[0], &words());
        let unfolded = text.replace("\r\n ", "");
        let lines: Vec<&str> = unfolded.split_terminator("\r\n").collect();
        let page = "https://week.example.org/of/2026-summer/index.html";
        let event = |name: &str, start: &str, end: &[&str], summary: &str| {
            let mut event = vec!["BEGIN:VEVENT".to_owned()];
            event.push(format!("DESCRIPTION:{page}"));
            event.extend(end.iter().map(|end| (*end).to_owned()));
            event.push("DTSTAMP:20260705T220000Z".to_owned());
            event.push(start.to_owned());
            event.push(format!("SUMMARY:{summary}"));
            event.push("TRANSP:TRANSPARENT".to_owned());
            event.push(format!("UID:2026-summer-{name}.littlethings"));
            event.push(format!("URL:{page}"));
            event.push("END:VEVENT".to_owned());
            event
        };
        let mut expected = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//littlethings//calendar//EN",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
            "X-WR-CALNAME:Little & things: Summer\\, 2026",
        ]
        .map(str::to_owned)
        .to_vec();
        expected.extend(event(
            "week",
            "DTSTART;VALUE=DATE:20260727",
            &["DTEND;VALUE=DATE:20260801"],
            "The week\\; Summer\\, 2026",
        ));
        expected.extend(event("lists-due", "DTSTART:20260724T080000Z", &[], "Lists are due"));
        expected.extend(event("survey-opens", "DTSTART:20260803T080000Z", &[], "Survey opens"));
        expected.extend(event("survey-closes", "DTSTART:20260814T215900Z", &[], "Survey closes\\, the last day on which anybody can still change an answer: 請求書の通貨"));
        expected.push("END:VCALENDAR".to_owned());
        assert_eq!(lines, expected);
        assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')), "{text}");
    }

    #[test]
    fn a_calendar_holds_no_address_and_no_control_character() {
        let mut site = fixture::site();
        let round = &mut site.rounds[0];
        round.title = "Ask ana@example.org\r\nBEGIN:VALARM\u{7}".into();
        round.slug = "week@home\r\nX:".into();
        site.last_commit =
            Some(Commit { id: "c".into(), at: fixture::instant("2026-07-20T10:00:00.5Z") });
        let text = calendar(&site, &site.rounds[0], &words());
        assert!(text.contains("The week\\; Ask Ana Duarte BEGIN:VALARM\r\n"), "{text}");
        assert!(text.contains("UID:week-home X:-week.littlethings\r\n"), "{text}");
        assert!(text.contains("DTSTAMP:20260720T100000Z\r\n"), "{text}");
        assert!(!text.contains("example.org\r\nBEGIN") && !text.contains('\u{7}'), "{text}");
    }
}
