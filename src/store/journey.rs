//! What happens to one letter: claimed by a run, then whatever the server said. Every step is one
//! transaction that asks for the state it starts from, so no two runs ever take the same step.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use sqlx::{Any, Transaction};

use super::events::{self, Said};
use super::rows::Columns;
use super::{AT_ONCE, During, State, Store, StoreError, letters};

/// A letter that may go out now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    pub id: String,
    pub person: String,
    /// Since when.
    pub next_at: Timestamp,
}

/// Who claims a letter, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The id of the letter.
    pub letter: &'a str,
    /// A name for the run that no other has.
    pub holder: &'a str,
    /// Longer than handing over a letter can possibly take.
    pub lease: SignedDuration,
}

/// A claimed letter, on its way to the door.
#[derive(Clone, PartialEq, Eq)]
pub struct InHand {
    pub id: String,
    pub person: String,
    /// For the envelope, like the sender.
    pub recipient: String,
    pub sender: String,
    pub line: String,
    pub bytes: String,
    /// The run that has it.
    pub holder: String,
    /// Counts this one.
    pub tries: u32,
    /// How many tries, this one included, may have left a copy if this one is never heard of.
    pub begun: u32,
    pub first_try_at: Timestamp,
    /// When it could have been claimed, in unix milliseconds.
    due_at: i64,
}

#[cfg(test)]
impl InHand {
    /// A letter on its first try.
    pub(crate) fn for_tests(first_try_at: Timestamp) -> InHand {
        let text = String::new;
        InHand {
            id: "a".to_owned(),
            person: text(),
            recipient: text(),
            sender: text(),
            line: text(),
            bytes: text(),
            holder: text(),
            tries: 1,
            begun: 1,
            first_try_at,
            due_at: AT_ONCE,
        }
    }
}

impl fmt::Debug for InHand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InHand({})", self.id)
    }
}

/// What became of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Accepted,
    /// Not taken; to be tried again at this instant.
    Deferred {
        next_at: Timestamp,
    },
    Refused,
    /// The body left and no answer came. The first time it goes out once more at this instant;
    /// after that a person decides.
    Uncertain {
        again_at: Timestamp,
    },
    /// It was not the letter's fault and does not count as a try.
    GivenBack,
}

/// What became of a try, in the server's words.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    pub outcome: Outcome,
    /// At which stage it was said, in one word; empty where nothing was.
    pub stage: &'a str,
    pub code: Option<u16>,
    pub words: &'a str,
}

/// What a person found out about a letter that was uncertain or refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    Arrived,
    Lost,
}

impl Store {
    /// The letters that may go out now, in order.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn queue(&self, now: Timestamp) -> Result<Vec<Queued>, StoreError> {
        let mut tx = self.read().await?;
        let rows = sqlx::query(
            "SELECT id, person, next_at FROM letters \
             WHERE state IN ('planned', 'deferred', 'uncertain') \
             AND next_at > 0 AND next_at <= $1 ORDER BY position",
        )
        .bind(now.as_millisecond())
        .fetch_all(&mut *tx)
        .await
        .during("look what is to go out")?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                let (id, person) = (row.text("id")?, row.text("person")?);
                Ok(Queued { id, person, next_at: row.time("next_at")? })
            })
            .collect()
    }

    /// Takes a letter in hand. `None` where another run has it, or has dealt with it, and where an
    /// earlier letter about the same is not certain yet.
    ///
    /// From here on its body counts as begun: if this is the last that is heard of it, a copy may
    /// be out.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn claim(
        &self,
        claim: Claim<'_>,
        now: Timestamp,
    ) -> Result<Option<InHand>, StoreError> {
        let mut tx = self.write().await?;
        let hand = take(&mut tx, claim, now).await?;
        tx.commit().await.during("claim a letter")?;
        Ok(hand)
    }

    /// Writes down what became of a letter, and takes the next one in hand in the same commit: a
    /// commit waits for the disk, and with one a letter it takes half as long.
    ///
    /// # Errors
    /// Where the database fails. Then the letter stays claimed, and is uncertain later.
    pub async fn answered(
        &self,
        hand: &InHand,
        answer: Answer<'_>,
        now: Timestamp,
        next: Option<Claim<'_>>,
    ) -> Result<Option<InHand>, StoreError> {
        let mut tx = self.write().await?;
        write_down(&mut tx, hand, answer, now).await?;
        let hand = match next {
            Some(claim) => take(&mut tx, claim, now).await?,
            None => None,
        };
        tx.commit().await.during("write down what became of a letter")?;
        Ok(hand)
    }

    /// Letters whose run has not been heard of for longer than its lease are uncertain from now
    /// on. They go out again `wait` after they were claimed. Returns their ids.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn expire(
        &self,
        now: Timestamp,
        wait: SignedDuration,
    ) -> Result<Vec<String>, StoreError> {
        let task = "look for letters left behind";
        let mut tx = self.write().await?;
        // The first try may be made again by itself; after a second one a person decides.
        let rows = sqlx::query(
            "UPDATE letters SET state = 'uncertain', holder = '', lease_until = 0, \
             stage = 'body', code = 0, words = '', \
             next_at = CASE WHEN begun < 2 THEN changed_at + $2 ELSE 0 END, changed_at = $1 \
             WHERE state = 'claimed' AND lease_until <= $1 RETURNING id",
        )
        .bind(now.as_millisecond())
        .bind(millis(wait))
        .fetch_all(&mut *tx)
        .await
        .during(task)?;
        let ids: Result<Vec<String>, _> = rows.iter().map(|row| Columns(row).text("id")).collect();
        let ids = ids?;
        let said = Said { stage: "body", code: 0, words: "" };
        for id in &ids {
            events::add(&mut tx, id, now, State::Uncertain, said).await?;
        }
        tx.commit().await.during(task)?;
        Ok(ids)
    }

    /// Settles an uncertain or refused letter: it arrived, or it goes out again, with the same bytes.
    /// Where something later was said of the same, a lost letter is taken back instead, and the next
    /// plan says what is still so.
    ///
    /// # Errors
    /// Where there is no such letter, where it is neither, and where the database fails.
    pub async fn resolve(
        &self,
        id: &str,
        resolution: Resolution,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let task = "settle a letter";
        let (state, next_at, words) = match resolution {
            Resolution::Arrived => (State::Accepted, 0, "a person says that it arrived"),
            Resolution::Lost => (State::Planned, AT_ONCE, "a person says that it was lost"),
        };
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "UPDATE letters SET state = $2, next_at = $3, words = $4, begun = 0, \
             stage = '', code = 0, first_try_at = 0, changed_at = $5 \
             WHERE id = $1 AND state IN ('uncertain', 'refused')",
        )
        .bind(id)
        .bind(state.word())
        .bind(next_at)
        .bind(words)
        .bind(now.as_millisecond())
        .execute(&mut *tx)
        .await
        .during(task)?;
        if done.rows_affected() == 0 {
            return Err(unsettled(&mut tx, id).await?);
        }
        let said = Said { stage: "", code: 0, words };
        events::add(&mut tx, id, now, state, said).await?;
        if resolution == Resolution::Lost && is_overtaken(&mut tx, id).await? {
            letters::supersede(&mut tx, id, now).await?;
        }
        tx.commit().await.during(task)
    }
}

/// Whether a later letter that may have arrived told the same person of the same.
async fn is_overtaken(tx: &mut Transaction<'_, Any>, id: &str) -> Result<bool, StoreError> {
    let row = sqlx::query(
        "SELECT later.id FROM letters AS own \
         JOIN letters AS later ON later.position > own.position \
         AND later.round = own.round AND later.person = own.person \
         AND later.state IN ('claimed', 'accepted', 'uncertain') \
         JOIN notices AS said ON said.letter = own.id \
         JOIN notices AS now_said ON now_said.letter = later.id \
         AND LOWER(now_said.subject) = LOWER(said.subject) \
         WHERE own.id = $1 LIMIT 1",
    )
    .bind(id)
    .fetch_optional(&mut **tx)
    .await
    .during("settle a letter")?;
    Ok(row.is_some())
}

/// What people read last has to be what is so. A letter waits while an earlier one that tells the
/// same person of the same may still go out, or be on its way: its second copy would come after
/// what was said since, and nobody would put it right.
async fn take(
    tx: &mut Transaction<'_, Any>,
    claim: Claim<'_>,
    now: Timestamp,
) -> Result<Option<InHand>, StoreError> {
    let rows = sqlx::query(
        "UPDATE letters SET state = 'claimed', holder = $2, lease_until = $3, \
         tries = tries + 1, begun = begun + 1, changed_at = $4, \
         first_try_at = CASE WHEN first_try_at = 0 THEN $4 ELSE first_try_at END \
         WHERE id = $1 AND state IN ('planned', 'deferred', 'uncertain') \
         AND next_at > 0 AND next_at <= $4 \
         AND NOT EXISTS (SELECT 1 FROM letters AS earlier \
         JOIN notices AS said ON said.letter = earlier.id \
         JOIN notices AS now_said ON now_said.letter = $1 \
         AND LOWER(now_said.subject) = LOWER(said.subject) \
         WHERE earlier.state IN ('claimed', 'uncertain') \
         AND (earlier.state = 'claimed' OR earlier.next_at > 0) \
         AND earlier.position < letters.position \
         AND earlier.round = letters.round AND earlier.person = letters.person) \
         RETURNING id, person, recipient, sender, line, bytes, tries, begun, first_try_at, \
         next_at",
    )
    .bind(claim.letter)
    .bind(claim.holder)
    .bind(now.as_millisecond() + millis(claim.lease))
    .bind(now.as_millisecond())
    .fetch_all(&mut **tx)
    .await
    .during("claim a letter")?;
    let Some(row) = rows.first().map(Columns) else { return Ok(None) };
    events::add(tx, claim.letter, now, State::Claimed, Said::default()).await?;
    Ok(Some(InHand {
        id: row.text("id")?,
        person: row.text("person")?,
        recipient: row.text("recipient")?,
        sender: row.text("sender")?,
        line: row.text("line")?,
        bytes: row.text("bytes")?,
        holder: claim.holder.to_owned(),
        tries: row.count("tries")?,
        begun: row.count("begun")?,
        first_try_at: row.time("first_try_at")?,
        due_at: row.whole("next_at")?,
    }))
}

/// What the columns of a letter become after a try.
struct After {
    state: State,
    tries: u32,
    begun: u32,
    next_at: i64,
}

impl After {
    /// A definite "no" takes this try's copy back, but not that of an earlier try: a letter of
    /// which a copy may be out stays uncertain until it is accepted or refused.
    fn of(hand: &InHand, outcome: Outcome) -> After {
        let InHand { tries, begun, due_at, .. } = *hand;
        let before = begun.saturating_sub(1);
        let waiting = |state| if before > 0 { State::Uncertain } else { state };
        match outcome {
            Outcome::Accepted => After { state: State::Accepted, tries, begun: 0, next_at: 0 },
            Outcome::Refused => After { state: State::Refused, tries, begun: before, next_at: 0 },
            Outcome::Deferred { next_at } => After {
                state: waiting(State::Deferred),
                tries,
                begun: before,
                next_at: next_at.as_millisecond(),
            },
            Outcome::Uncertain { again_at } => {
                let next_at = if begun < 2 { again_at.as_millisecond() } else { 0 };
                After { state: State::Uncertain, tries, begun, next_at }
            }
            Outcome::GivenBack => {
                let tries = tries.saturating_sub(1);
                let state = waiting(if tries > 0 { State::Deferred } else { State::Planned });
                After { state, tries, begun: before, next_at: due_at }
            }
        }
    }
}

async fn write_down(
    tx: &mut Transaction<'_, Any>,
    hand: &InHand,
    answer: Answer<'_>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let After { state, tries, begun, next_at } = After::of(hand, answer.outcome);
    let said =
        Said { stage: answer.stage, code: answer.code.map_or(0, i64::from), words: answer.words };
    // An acceptance is true whoever thinks to have the letter by now: this run was only slow.
    // Anything else counts only while this run still has it in hand.
    let done = sqlx::query(
        "UPDATE letters SET state = $2, tries = $3, begun = $4, next_at = $5, \
         stage = $6, code = $7, words = $8, holder = '', lease_until = 0, changed_at = $9, \
         first_try_at = CASE WHEN $3 = 0 THEN 0 ELSE first_try_at END \
         WHERE id = $1 AND ((state = 'claimed' AND holder = $10) \
         OR ($2 = 'accepted' AND state IN ('claimed', 'uncertain')))",
    )
    .bind(hand.id.as_str())
    .bind(state.word())
    .bind(i64::from(tries))
    .bind(i64::from(begun))
    .bind(next_at)
    .bind(said.stage)
    .bind(said.code)
    .bind(said.words)
    .bind(now.as_millisecond())
    .bind(hand.holder.as_str())
    .execute(&mut **tx)
    .await
    .during("write down what became of a letter")?;
    if done.rows_affected() == 1 {
        events::add(tx, &hand.id, now, state, said).await?;
    }
    Ok(())
}

/// Why a letter cannot be settled.
async fn unsettled(tx: &mut Transaction<'_, Any>, id: &str) -> Result<StoreError, StoreError> {
    let row = sqlx::query("SELECT state FROM letters WHERE id = $1")
        .bind(id)
        .fetch_optional(&mut **tx)
        .await
        .during("settle a letter")?;
    Ok(match row {
        None => StoreError::NoLetter { id: id.to_owned() },
        Some(row) => {
            let state = State::read(&Columns(&row).text("state")?)?.word();
            StoreError::Settled { id: id.to_owned(), state }
        }
    })
}

fn millis(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}
