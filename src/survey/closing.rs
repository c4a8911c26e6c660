//! The end of a survey: its key is destroyed, and what was answered is counted.

use jiff::Timestamp;

use super::asking::note_who_was_asked;
use super::results::{self, Results, unlink};
use crate::model::{Record, Round, Site, SurveyRecord, Told};
use crate::store::{Store, StoreError};

/// Notes who was asked, destroys the keys of all rounds whose survey has closed, and returns those
/// rounds. Whatever runs first after closing calls this; a second time it finds nothing to do. Never to be called
/// with a clock that somebody set: what it does cannot be undone.
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
    if !store.is_sealed(&round.slug).await? {
        return Ok(Results { sides: results::sides(&invited), ..Results::default() });
    }
    let (rows, _) = store.answer_rows(&round.slug).await?;
    Ok(results::count(round, &rows, &invited, address_hidden))
}

/// What letters say about a record: which statuses owners were told, and when everybody was asked.
#[derive(Clone, Debug, Default)]
pub struct Letters {
    pub told: Vec<Told>,
    pub asked_at: Option<Timestamp>,
    pub reminded_at: Vec<Timestamp>,
}

/// The record of a round as it should stand now. The rule about the next round is evaluated once
/// the survey is sealed.
pub fn record(
    round: &Round,
    results: Results,
    letters: Letters,
    is_sealed: bool,
    is_simulated: bool,
    now: Timestamp,
) -> Record {
    let Letters { told, asked_at, reminded_at } = letters;
    let Results { sides, questions, comments, withheld: _ } = results;
    let mut record = Record {
        written: Some(now),
        simulated: is_simulated,
        told,
        survey: SurveyRecord { asked_at, reminded_at, sides },
        questions,
        comments,
        outcome: None,
        place: crate::finding::Place::whole(round.path("record.toml")),
    };
    if is_sealed {
        record.outcome = results::outcome(round, &record);
    }
    record
}
