//! The end of a survey: its key is destroyed, and what was answered is counted.

use jiff::Timestamp;

use super::asking::note_who_was_asked;
pub use super::letters::Letters;
use super::results::{self, Results, unlink};
use super::simulate::is_simulated;
use crate::model::{Record, Round, Site, SurveyRecord};
use crate::store::{Store, StoreError};

/// Notes who was asked, destroys the keys of all rounds whose survey has closed, and returns those
/// rounds. Whatever runs first after closing calls this; a second time it finds nothing to do.
/// Never to be called with a clock that somebody set: what it does cannot be undone.
///
/// # Errors
///
/// Where the database fails.
pub async fn seal_what_is_over(
    store: &Store,
    site: &Site,
    now: Timestamp,
) -> Result<Vec<String>, StoreError> {
    note_who_was_asked(store, site).await?;
    let mut sealed = Vec::new();
    for round in site.rounds.iter().filter(|round| now >= round.dates.survey_closes.end()) {
        let day = now.to_zoned(round.zone.zone.clone()).date();
        if store.seal(&round.slug, day, unlink).await? {
            sealed.push(round.slug.clone());
        }
    }
    Ok(sealed)
}

/// What the store tells of a round's survey: who was asked and answered, by side, and once it is
/// sealed what was answered.
///
/// # Errors
///
/// Where the database fails.
pub async fn results(
    store: &Store,
    round: &Round,
    address_hidden: &str,
) -> Result<Results, StoreError> {
    let invited = store.invited(&round.slug).await?;
    let simulated = is_simulated(store).await?;
    if !store.is_sealed(&round.slug).await? {
        let sides = results::sides(&invited);
        return Ok(Results { sides, simulated, ..Results::default() });
    }
    let (rows, _) = store.answer_rows(&round.slug).await?;
    Ok(Results { simulated, ..results::count(round, &rows, &invited, address_hidden) })
}

/// The record of a round as it should stand now. The rule about the next round is evaluated once
/// there is nothing left to count.
pub fn record(
    round: &Round,
    results: Results,
    letters: Letters,
    is_counted: bool,
    now: Timestamp,
) -> Record {
    let Letters { told, asked_at, reminded_at } = letters;
    let Results { sides, questions, comments, withheld: _, simulated } = results;
    // No letter asked those who were made up.
    let made_up = (simulated && !sides.is_empty()).then(|| round.dates.survey_opens.letters_go());
    let asked_at = asked_at.or(made_up);
    let mut record = Record {
        written: Some(now),
        simulated,
        told,
        survey: SurveyRecord { asked_at, reminded_at, sides },
        questions,
        comments,
        outcome: None,
        place: crate::finding::Place::whole(round.path("record.toml")),
    };
    if is_counted {
        record.outcome = results::outcome(round, &record);
    }
    record
}
