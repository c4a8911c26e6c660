//! Whether this store is the one that knows what was told. A new one does not, because perhaps
//! another, lost one did; one from a backup does not know the last of it. Sending on the strength
//! of either tells people the same again.

use jiff::Timestamp;

use crate::mail::{Kind, Told, ToldState};
use crate::model::{Record, Round, Site};
use crate::store::{Store, StoreError};

/// How far a store can be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    Known,
    /// Nobody ever said that it is the right one.
    New,
    /// The record of this round, by its folder, speaks of letters that it does not know.
    Older {
        round: String,
    },
}

/// Asks a store, and the records that were published from it.
///
/// # Errors
/// Where the store fails.
pub async fn trust(store: &Store, site: &Site, told: &Told) -> Result<Trust, StoreError> {
    if !store.is_adopted().await? {
        return Ok(Trust::New);
    }
    for round in &site.rounds {
        let Some(record) = &round.record else { continue };
        let known = store.record_written(&round.slug).await?;
        if known < last_of(record) && knows_more(record, round, told) {
            return Ok(Trust::Older { round: round.slug.clone() });
        }
    }
    Ok(Trust::Known)
}

/// Accepts a store as the one that knows, together with everything that records say by now.
///
/// # Errors
/// Where the store fails.
pub async fn acknowledge(store: &Store, site: &Site, now: Timestamp) -> Result<(), StoreError> {
    for round in &site.rounds {
        if let Some(written) = round.record.as_ref().and_then(last_of) {
            store.note_record(&round.slug, written).await?;
        }
    }
    store.adopt(now).await
}

/// When a record was written.
fn last_of(record: &Record) -> Option<Timestamp> {
    record.written.or_else(|| record.told.iter().map(|told| told.at).max())
}

/// Whether a record speaks of a letter that was never told.
fn knows_more(record: &Record, round: &Round, told: &Told) -> bool {
    let is_told = |kind: &str, subject: Option<&str>| {
        told.notices.iter().any(|notice| {
            notice.key.round == round.slug
                && notice.key.kind.word() == kind
                && subject.is_none_or(|subject| notice.key.subject.eq_ignore_ascii_case(subject))
                && notice.state != ToldState::Waiting
        })
    };
    let asked = record.survey.asked_at.is_some();
    record.told.iter().any(|entry| !is_told(&entry.kind, Some(&entry.r#ref)))
        || (asked && !is_told(Kind::Survey.word(), None))
}
