//! Which round a command is about.

use jiff::Timestamp;
use littlethings::model::{Round, Site};
use littlethings::words;

use crate::trouble::Trouble;

/// The round with that folder.
pub fn named<'a>(site: &'a Site, name: &str) -> Result<&'a Round, Trouble> {
    let found = site.rounds.iter().find(|round| round.slug == name);
    found.ok_or_else(|| {
        let known: Vec<&str> = site.rounds.iter().map(|round| round.slug.as_str()).collect();
        let instead = match known.as_slice() {
            [] => "`littlethings new round NAME` makes one".to_owned(),
            known => format!("there is {}", words::and(&words::ticked(known))),
        };
        Trouble::NoRound { slug: words::visible(name), instead }
    })
}

/// The round with that folder or, where none is named, the one people are asked about: of those not
/// decided the one whose survey was due last, or else the first whose survey will be.
pub fn asked<'a>(site: &'a Site, name: Option<&str>, now: Timestamp) -> Result<&'a Round, Trouble> {
    if let Some(name) = name {
        return named(site, name);
    }
    let opens = |round: &&Round| round.dates.survey_opens.start();
    let open = || site.rounds.iter().filter(|round| !round.is_settled(now));
    open()
        .filter(|round| opens(round) <= now)
        .max_by_key(opens)
        .or_else(|| open().min_by_key(opens))
        .or_else(|| site.rounds.iter().max_by_key(opens))
        .ok_or(Trouble::NoRoundYet)
}
