//! A deadline is a moment on clocks that people look at. `CET` is none of them in July: it is an
//! hour off the clocks on the wall, and somebody's list comes an hour late.

use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;

use super::dates_in_order::named;
use super::{Breach, Deadline, Rule, same};
use crate::finding::Severity;
use crate::model::{ClockTrouble, Round, When, Zone};
use crate::words::nearest;

pub const RULE: Rule = Rule {
    name: "deadline-has-a-zone",
    asks: "The dates of a round name a place whose clocks they mean, such as `Europe/Zurich`. Then ten o'clock is the same moment in every hub.",
    deadline: Deadline::Always,
    before: Severity::Error,
    after: Severity::Error,
    judge,
};

fn judge(round: &Round, _now: Timestamp) -> Vec<Breach> {
    let mut breaches: Vec<Breach> = judge_zone(&round.zone).into_iter().collect();
    // Clocks of an unknown place say nothing.
    if round.zone.known {
        breaches.extend(
            named(&round.dates)
                .into_iter()
                .filter_map(|(key, when)| judge_time(&round.zone, key, when)),
        );
    }
    breaches
}

fn judge_zone(zone: &Zone) -> Option<Breach> {
    let written = zone.written.trim();
    if !zone.known {
        return Some(Breach::new(
            &zone.place,
            format!("`{written}` is not a time zone"),
            format!("write `time_zone = \"{}\"`, or another area and city", city(written)),
        ));
    }
    names_no_place(written).then(|| {
        Breach::new(
            &zone.place,
            format!("`{written}` names no place, so it may be an hour off the clocks on the wall"),
            format!("write `time_zone = \"{}\"`, or another area and city", city(written)),
        )
        .at_most(Severity::Warning)
    })
}

/// Whether a known name is an abbreviation or an offset. UTC is what it says; names such as
/// `Japan` or `GB` are places.
fn names_no_place(written: &str) -> bool {
    let name = written.to_lowercase();
    let name = name.strip_prefix("etc/").unwrap_or(&name);
    let is_utc = matches!(name, "utc" | "uct" | "zulu" | "universal");
    let is_short = matches!(
        name,
        "cet" | "met" | "eet" | "wet" | "est" | "mst" | "hst" | "gmt" | "greenwich" | "factory"
    );
    !is_utc && (is_short || name.contains(|c: char| c.is_ascii_digit() || c == '+'))
}

/// A city that was likely meant: by the abbreviation people use there, by the city alone, or by a
/// name with a mistake in it.
fn city(written: &str) -> String {
    let by_custom = match written.to_uppercase().as_str() {
        "CET" | "CEST" | "MET" | "MEST" | "MEZ" | "MESZ" => Some("Europe/Berlin"),
        "GMT" | "BST" | "GREENWICH" => Some("Europe/London"),
        "WET" | "WEST" => Some("Europe/Lisbon"),
        "EET" | "EEST" => Some("Europe/Helsinki"),
        "EST" | "EDT" | "ET" | "EST5EDT" => Some("America/New_York"),
        "CST" | "CDT" | "CST6CDT" => Some("America/Chicago"),
        "MST" | "MDT" | "MST7MDT" => Some("America/Denver"),
        "PST" | "PDT" | "PT" | "PST8PDT" => Some("America/Los_Angeles"),
        "HST" => Some("Pacific/Honolulu"),
        "IST" => Some("Asia/Kolkata"),
        "JST" => Some("Asia/Tokyo"),
        _ => None,
    };
    if let Some(city) = by_custom {
        return city.to_owned();
    }
    // The names that came with this program, so that every machine gives the same advice.
    let database = TimeZoneDatabase::bundled();
    let names: Vec<String> = database
        .available()
        .map(|name| name.as_str().to_owned())
        .filter(|name| name.contains('/') && !name.starts_with("Etc/"))
        .collect();
    let by_city =
        names.iter().find(|name| name.rsplit('/').next().is_some_and(|city| same(city, written)));
    by_city
        .map(String::as_str)
        .or_else(|| nearest(written, names.iter().map(String::as_str)))
        .unwrap_or("Europe/Zurich")
        .to_owned()
}

fn judge_time(zone: &Zone, key: &str, when: &When) -> Option<Breach> {
    let time = when.at.strftime("%H:%M");
    let day = when.at.strftime("%-d %B");
    Some(match when.trouble.as_ref()? {
        ClockTrouble::Gap => Breach::new(
            &when.place,
            format!("the clocks of `{}` jump over this time on {day}", zone.written),
            format!("write {time}, or another time those clocks show, for `{key}`"),
        ),
        ClockTrouble::Twice => Breach::new(
            &when.place,
            format!("the clocks of `{}` show {time} twice on {day}", zone.written),
            format!("write a time an hour or two later for `{key}`"),
        )
        .at_most(Severity::Warning),
        ClockTrouble::OtherOffset { written, zone: own } => Breach::new(
            &when.place,
            format!("`{key}` says `{written}`, but on {day} `{}` is at `{own}`", zone.written),
            format!("take `{written}` away: the time zone of the round says it"),
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use jiff::civil::datetime;

    fn in_zone(written: &str, known: bool) -> Round {
        let mut round = round();
        round.zone.written = written.to_owned();
        round.zone.known = known;
        round
    }

    #[test]
    fn a_city_is_fine_and_so_is_utc() {
        for zone in
            ["Europe/Zurich", "America/Argentina/Ushuaia", "UTC", "Etc/UTC", "Japan", "GB-Eire"]
        {
            assert_eq!(told(&RULE, &in_zone(zone, true), LISTING), NOTHING, "{zone}");
        }
    }

    #[test]
    fn an_abbreviation_is_a_trap() {
        for zone in ["CET", "EST", "MST", "GMT", "EST5EDT", "Etc/GMT-1", "GMT+0"] {
            assert_eq!(
                told(&RULE, &in_zone(zone, true), LISTING),
                [format!(
                    "warning round.toml:2 `{zone}` names no place, so it may be an hour off the clocks on the wall"
                )]
            );
        }
    }

    #[test]
    fn an_unknown_zone_comes_with_a_city() {
        for (written, city) in [
            ("CEST", "Europe/Berlin"),
            ("Zürich", "Europe/Zurich"),
            ("Europe/Zürich", "Europe/Zurich"),
            ("America/NewYork", "America/New_York"),
            ("GMT+1", "Europe/Zurich"),
        ] {
            let round = in_zone(written, false);
            assert_eq!(
                told(&RULE, &round, LISTING),
                [format!("error round.toml:2 `{written}` is not a time zone")]
            );
            assert_eq!(
                helps(&RULE, &round, LISTING),
                [format!("write `time_zone = \"{city}\"`, or another area and city")]
            );
        }
        assert!(told(&RULE, &in_zone("CEST", false).decided(), LISTING)[0].starts_with("hint"));
    }

    #[test]
    fn a_time_that_is_not_one_moment_is_told_at_its_date() {
        let mut round = round();
        let place = round.dates.lists_due.place.clone();
        let zone = round.zone.zone.clone();
        round.dates.lists_due = When::at(datetime(2026, 3, 29, 2, 30, 0, 0), &zone, place.clone());
        assert_eq!(
            told(&RULE, &round, LISTING),
            ["error round.toml:11 the clocks of `Europe/Zurich` jump over this time on 29 March"]
        );
        assert_eq!(
            helps(&RULE, &round, LISTING),
            ["write 03:30, or another time those clocks show, for `lists_due`"]
        );
        round.dates.lists_due = When::at(datetime(2026, 10, 25, 2, 30, 0, 0), &zone, place);
        assert_eq!(
            told(&RULE, &round, LISTING),
            ["warning round.toml:11 the clocks of `Europe/Zurich` show 02:30 twice on 25 October"]
        );
        round.dates.lists_due.trouble =
            Some(ClockTrouble::OtherOffset { written: "+02:00".into(), zone: "+01:00".into() });
        assert_eq!(
            told(&RULE, &round, LISTING),
            [
                "error round.toml:11 `lists_due` says `+02:00`, but on 25 October `Europe/Zurich` is at `+01:00`"
            ]
        );
    }
}
