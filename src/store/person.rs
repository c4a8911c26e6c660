//! All that a store keeps about one person, to be shown to them or to be erased.

use jiff::Timestamp;
use sqlx::{Any, Transaction};

use super::events::{self, Said};
use super::letters::supersede;
use super::rows::Columns;
use super::{During, Invited, State, Store, StoreError};

/// What was erased of a person's letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct Erased {
    /// Letters whose text and address are gone.
    pub letters: u32,
    /// How many of them were still to go out, and do not any more.
    pub taken_back: u32,
    /// Letters that a run has in hand just now; they are as they were.
    pub in_hand: u32,
}

impl Store {
    /// The ids of everybody this store knows by a letter or a survey, in order.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn ids(&self) -> Result<Vec<String>, StoreError> {
        let mut tx = self.read().await?;
        let rows = sqlx::query(
            "SELECT person FROM letters UNION SELECT person FROM invited ORDER BY person",
        )
        .fetch_all(&mut *tx)
        .await
        .during("see whom it knows")?;
        rows.iter().map(|row| Columns(row).text("person")).collect()
    }

    /// In which rounds a person was asked, and whether they answered.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn invitations(&self, person: &str) -> Result<Vec<(String, Invited)>, StoreError> {
        let mut tx = self.read().await?;
        let rows =
            sqlx::query("SELECT DISTINCT round FROM invited WHERE person = $1 ORDER BY round")
                .bind(person)
                .fetch_all(&mut *tx)
                .await
                .during("say who was asked")?;
        drop(tx);
        let mut invitations = Vec::new();
        for row in &rows {
            let round = Columns(row).text("round")?;
            let invited = self.invited(&round).await?;
            let of_person = invited.into_iter().filter(|it| it.person == person);
            invitations.extend(of_person.map(|it| (round.clone(), it)));
        }
        Ok(invitations)
    }

    /// Erases text and address of all letters to a person, and takes back those that wait. What is
    /// left says by the person's id what they were told, so that nobody tells it again. It is gone
    /// from the file, too.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn forget_letters(&self, person: &str, now: Timestamp) -> Result<Erased, StoreError> {
        let task = "erase letters";
        let mut tx = self.write().await?;
        let rows = sqlx::query(
            "SELECT id, state, begun, lease_until, bytes, address FROM letters WHERE person = $1",
        )
        .bind(person)
        .fetch_all(&mut *tx)
        .await
        .during(task)?;
        let mut erased = Erased::default();
        for row in &rows {
            let row = Columns(row);
            let state = State::read(&row.text("state")?)?;
            if state == State::Claimed && row.whole("lease_until")? > now.as_millisecond() {
                erased.in_hand += 1;
                continue;
            }
            let id = row.text("id")?;
            erased.taken_back += u32::from(give_up(&mut tx, &id, state, now).await?);
            let is_there = row.some_text("bytes")?.is_some() || row.some_text("address")?.is_some();
            erased.letters += u32::from(is_there);
            blank(&mut tx, &id).await?;
        }
        tx.commit().await.during(task)?;
        self.wipe().await?;
        Ok(erased)
    }
}

/// Sees to it that a letter does not go out any more. `true` where it would have.
async fn give_up(
    tx: &mut Transaction<'_, Any>,
    id: &str,
    state: State,
    now: Timestamp,
) -> Result<bool, StoreError> {
    if matches!(state, State::Accepted | State::Superseded | State::Baseline) {
        return Ok(false);
    }
    if supersede(tx, id, now).await? {
        return Ok(true);
    }
    // A copy of it may be out, or nobody will have it: it is settled without one.
    sqlx::query(
        "UPDATE letters SET state = 'baseline', next_at = 0, holder = '', lease_until = 0, \
         changed_at = $2 WHERE id = $1",
    )
    .bind(id)
    .bind(now.as_millisecond())
    .execute(&mut **tx)
    .await
    .during("settle a letter")?;
    events::add(tx, id, now, State::Baseline, Said::default()).await?;
    Ok(state != State::Refused)
}

/// Leaves of a letter what it was about. An answer of a mail server may repeat the address, and a
/// Message-ID is made from it.
async fn blank(tx: &mut Transaction<'_, Any>, id: &str) -> Result<(), StoreError> {
    for erase in [
        "UPDATE letters SET bytes = '', address = '', recipient = '', message_id = '', words = '' \
         WHERE id = $1",
        // Notices are unique by their address, so each letter has one of its own.
        "UPDATE notices SET address = 'erased ' || letter, why = '' WHERE letter = $1",
        "UPDATE events SET words = '' WHERE letter = $1",
    ] {
        sqlx::query(erase).bind(id).execute(&mut **tx).await.during("erase letters")?;
    }
    Ok(())
}
