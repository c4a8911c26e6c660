//! What a site was made from, in a line that is kept with it: while nothing of that is other than
//! it was, the site need not be made again.

use std::time::UNIX_EPOCH;

use blake3::Hash;
use jiff::{Timestamp, ToSpan};
use littlethings::finding::Counts;
use littlethings::model::{Round, Site};

/// The sources and the program, as one hash; and of a clock that stands still, its instant.
pub struct MadeFrom {
    hash: String,
    frozen: Option<Timestamp>,
}

/// What is kept: the sources, for how long they make the same site, and what there was to say.
#[derive(Debug, PartialEq, Eq)]
pub struct Seal {
    sources: String,
    made: Timestamp,
    until: Timestamp,
    pub counts: Counts,
}

impl MadeFrom {
    /// `None` where it cannot be told for sure.
    pub fn of(content: Hash, address: Option<&str>, frozen: Option<Timestamp>) -> Option<MadeFrom> {
        let mut hash = blake3::Hasher::new();
        hash.update(content.as_bytes());
        hash.update(program()?.as_bytes());
        hash.update(address.unwrap_or_default().as_bytes());
        Some(MadeFrom { hash: hash.finalize().to_hex().to_string(), frozen })
    }

    /// The seal of the site that these make now.
    pub fn seal(&self, site: &Site, now: Timestamp, counts: Counts) -> Seal {
        let (made, until) = match (self.frozen, site.settings.now) {
            // A clock that stands still makes the same site only at the same instant.
            (Some(_), _) => (now, now),
            // One that stands still in the settings is among the sources.
            (None, Some(_)) => (Timestamp::MIN, Timestamp::MAX),
            (None, None) => (now, until(site, now)),
        };
        Seal { sources: self.hash.clone(), made, until, counts }
    }

    /// Whether these still make the site of that seal.
    pub fn still_make(&self, seal: &Seal, now: Timestamp) -> bool {
        let fresh = match self.frozen {
            Some(_) => now == seal.made,
            None => seal.made <= now && now < seal.until,
        };
        fresh && self.hash == seal.sources
    }
}

/// Another build of the program may make other pages from the same sources.
fn program() -> Option<String> {
    let about = std::env::current_exe().ok()?.metadata().ok()?;
    let changed = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(format!("{} {} {}", env!("CARGO_PKG_VERSION"), about.len(), changed.as_nanos()))
}

/// The next instant at which anything that is relative to now may change: a date of a round, the
/// next day there, or the next hour, which `built.json` tells.
pub fn until(site: &Site, now: Timestamp) -> Timestamp {
    let hour = now.as_second().div_euclid(3600) * 3600 + 3600;
    let hour = Timestamp::from_second(hour).unwrap_or(now);
    site.rounds
        .iter()
        .flat_map(|round| instants(round, now))
        .filter(|instant| *instant > now)
        .fold(hour, Timestamp::min)
}

/// The dates of a round, and the same times of the day today: whatever is due some days before or
/// after a date is due at its time of the day.
fn instants(round: &Round, now: Timestamp) -> Vec<Timestamp> {
    let dates = &round.dates;
    let today = now.to_zoned(round.zone.zone.clone());
    let mut instants: Vec<Timestamp> = [
        &dates.invitation,
        &dates.lists_due,
        &dates.week_first,
        &dates.week_last,
        &dates.survey_opens,
        &dates.survey_closes,
    ]
    .into_iter()
    .flat_map(|when| [when.start(), when.end()])
    .flat_map(|date| {
        let time = date.to_zoned(round.zone.zone.clone()).time();
        [Some(date), today.with().time(time).build().ok().map(|today| today.timestamp())]
    })
    .flatten()
    .collect();
    let midnight = today.checked_add(1.day()).and_then(|tomorrow| tomorrow.start_of_day());
    instants.extend(midnight.map(|midnight| midnight.timestamp()));
    instants
}

impl Seal {
    pub fn line(&self) -> String {
        let Seal { sources, made, until, counts } = self;
        let Counts { error, warning, hint } = counts;
        format!("{sources} {made} {until} {error} {warning} {hint}")
    }

    pub fn read(line: &str) -> Option<Seal> {
        let fields: Vec<&str> = line.split(' ').collect();
        let [sources, made, until, error, warning, hint] = fields.as_slice() else { return None };
        Some(Seal {
            sources: (*sources).to_owned(),
            made: made.parse().ok()?,
            until: until.parse().ok()?,
            counts: Counts {
                error: error.parse().ok()?,
                warning: warning.parse().ok()?,
                hint: hint.parse().ok()?,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_seal_is_read_as_it_was_written() {
        let counts = Counts { error: 1, warning: 2, hint: 3 };
        let (made, until) = (at("2026-07-29T15:00:00Z"), at("2026-07-29T16:00:00Z"));
        let seal = Seal { sources: "abc".into(), made, until, counts };
        assert_eq!(Seal::read(&seal.line()), Some(seal));
        assert_eq!(Seal::read("abc"), None);
    }

    #[test]
    fn a_seal_holds_for_the_same_sources_until_its_time_is_over() {
        let counts = Counts::default();
        let (made, until) = (at("2026-07-29T15:10:00Z"), at("2026-07-29T16:00:00Z"));
        let seal = Seal { sources: "abc".into(), made, until, counts };
        let running = MadeFrom { hash: "abc".into(), frozen: None };
        assert!(
            running.still_make(&seal, made)
                && running.still_make(&seal, at("2026-07-29T15:59:59Z"))
        );
        assert!(
            !running.still_make(&seal, until)
                && !running.still_make(&seal, at("2026-07-29T15:00:00Z"))
        );
        assert!(!MadeFrom { hash: "abd".into(), frozen: None }.still_make(&seal, made));
        let frozen = MadeFrom { hash: "abc".into(), frozen: Some(made) };
        assert!(
            frozen.still_make(&seal, made) && !frozen.still_make(&seal, at("2026-07-29T15:10:01Z"))
        );
    }
}
