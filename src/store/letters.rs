//! Letters before they go out, and what was told by those that did.

use std::collections::HashMap;
use std::fmt;

use jiff::Timestamp;
use sqlx::any::AnyRow;
use sqlx::{Any, Transaction};

use super::events::{self, Said};
use super::rows::Columns;
use super::{AT_ONCE, During, Store, StoreError};

/// How far a letter got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Stored, and never handed over.
    Planned,
    /// A run has it in hand, or had when it was killed.
    Claimed,
    /// The server took it, or a person said that it arrived.
    Accepted,
    /// The server said "not now". No copy is out.
    Deferred,
    /// The server will not have it, or said "not now" for too long.
    Refused,
    /// Its body left and no answer came. It may have arrived.
    Uncertain,
    /// What it says is no longer so. It never went out.
    Superseded,
    /// Counted as told without a letter.
    Baseline,
}

impl State {
    pub const ALL: [State; 8] = [
        State::Planned,
        State::Claimed,
        State::Accepted,
        State::Deferred,
        State::Refused,
        State::Uncertain,
        State::Superseded,
        State::Baseline,
    ];

    /// The word in the store and in what people read.
    pub fn word(self) -> &'static str {
        match self {
            State::Planned => "planned",
            State::Claimed => "claimed",
            State::Accepted => "accepted",
            State::Deferred => "deferred",
            State::Refused => "refused",
            State::Uncertain => "uncertain",
            State::Superseded => "superseded",
            State::Baseline => "baseline",
        }
    }

    pub(super) fn read(word: &str) -> Result<State, StoreError> {
        let state = State::ALL.into_iter().find(|state| state.word() == word);
        state.ok_or_else(|| StoreError::Broken {
            found: word.to_owned(),
            expected: "the state of a letter",
        })
    }
}

/// A letter to be stored, in its final form.
#[derive(Clone, PartialEq, Eq)]
pub struct NewLetter {
    /// The folder of the round.
    pub round: String,
    /// Which letter it is, in one word.
    pub genre: String,
    /// The person's id in people.toml.
    pub person: String,
    /// The person's address as it is written in people.toml.
    pub address: String,
    /// The same for the envelope, as mail servers are told it.
    pub recipient: String,
    /// The sender's address for the envelope.
    pub sender: String,
    /// The subject line.
    pub line: String,
    pub message_id: String,
    /// The whole mail, as it is sent.
    pub bytes: String,
    /// What it tells, in order.
    pub notices: Vec<NewNotice>,
}

/// Everything but what is nobody's business.
impl fmt::Debug for NewLetter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewLetter")
            .field("round", &self.round)
            .field("genre", &self.genre)
            .field("person", &self.person)
            .field("notices", &self.notices)
            .finish_non_exhaustive()
    }
}

/// One thing that a letter tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNotice {
    pub kind: String,
    pub subject: String,
    pub number: u32,
    pub said: String,
    pub why: String,
}

/// Whether letters could be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Enqueued {
    Stored,
    /// Another run stored or sent something in between; nothing was stored. Plan again.
    SomebodyElsePlanned,
}

/// A letter of the store, without its text.
#[derive(Clone, PartialEq, Eq)]
pub struct Letter {
    pub id: String,
    pub round: String,
    pub genre: String,
    pub person: String,
    pub address: String,
    pub line: String,
    pub message_id: String,
    pub state: State,
    /// How many times it was claimed.
    pub tries: u32,
    /// How many of these tries may have left a copy that the server did not confirm.
    pub begun: u32,
    /// Not tried before this instant; `None` where it does not go out by itself.
    pub next_at: Option<Timestamp>,
    /// Until when the run that has it in hand can be believed.
    pub lease_until: Option<Timestamp>,
    /// At which stage the server spoke last, and what it said.
    pub stage: Option<String>,
    pub code: Option<u16>,
    pub words: Option<String>,
    pub made_at: Timestamp,
    pub changed_at: Timestamp,
    pub notices: Vec<NoticeRow>,
}

impl Letter {
    /// Whether it waits to go out and no copy of it can be out, so that it may still be replaced.
    pub fn is_waiting(&self) -> bool {
        matches!(self.state, State::Planned | State::Deferred) && self.begun == 0
    }

    /// Whether only a person can say what became of it.
    pub fn is_for_a_person(&self) -> bool {
        self.state == State::Uncertain && self.next_at.is_none()
    }
}

impl fmt::Debug for Letter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Letter")
            .field("id", &self.id)
            .field("genre", &self.genre)
            .field("person", &self.person)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// A notice of a letter of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeRow {
    pub round: String,
    pub kind: String,
    pub subject: String,
    pub person: String,
    pub number: u32,
    pub said: String,
    pub why: String,
}

/// A notice and how far its letter got.
#[derive(Clone, PartialEq, Eq)]
pub struct ToldRow {
    pub notice: NoticeRow,
    pub address: String,
    pub line: String,
    pub state: State,
    /// At which stage the server spoke last.
    pub stage: Option<String>,
    /// How many tries may have left a copy that the server did not confirm.
    pub begun: u32,
    /// When the state was reached.
    pub at: Timestamp,
}

impl fmt::Debug for ToldRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToldRow")
            .field("notice", &self.notice)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// All notices of all letters, in the order in which they were stored. What was superseded was
    /// never told and is not among them.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn told(&self) -> Result<Vec<ToldRow>, StoreError> {
        let letters = self.letters().await?;
        let of_letter = |letter: Letter| {
            let Letter { address, line, state, stage, begun, changed_at: at, notices, .. } = letter;
            notices.into_iter().map(move |notice| {
                let (address, line, stage) = (address.clone(), line.clone(), stage.clone());
                ToldRow { notice, address, line, state, stage, begun, at }
            })
        };
        Ok(letters.into_iter().flat_map(of_letter).collect())
    }

    /// All letters, in the order in which they were stored.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn letters(&self) -> Result<Vec<Letter>, StoreError> {
        let task = "read its letters";
        let mut tx = self.read().await?;
        let letters = sqlx::query(
            "SELECT id, round, genre, person, address, line, message_id, state, tries, begun, \
             next_at, lease_until, stage, code, words, made_at, changed_at \
             FROM letters ORDER BY position",
        )
        .fetch_all(&mut *tx)
        .await
        .during(task)?;
        let notices = sqlx::query(
            "SELECT letter, round, kind, subject, person, number, said, why \
             FROM notices ORDER BY letter, position",
        )
        .fetch_all(&mut *tx)
        .await
        .during(task)?;
        let mut by_letter: HashMap<String, Vec<NoticeRow>> = HashMap::new();
        for row in &notices {
            by_letter.entry(Columns(row).text("letter")?).or_default().push(notice(row)?);
        }
        letters.iter().map(|row| letter(row, &mut by_letter)).collect()
    }

    /// The whole mail of a letter, as it goes out.
    ///
    /// # Errors
    /// Where there is no such letter, and where the database fails.
    pub async fn bytes(&self, id: &str) -> Result<String, StoreError> {
        let mut tx = self.read().await?;
        let row = sqlx::query("SELECT bytes FROM letters WHERE id = $1")
            .bind(id)
            .fetch_optional(&mut *tx)
            .await
            .during("read a letter")?;
        row.map_or(Err(StoreError::NoLetter { id: id.to_owned() }), |row| {
            Columns(&row).text("bytes")
        })
    }

    /// Stores letters and takes back those they replace, all or none. From then on they go out
    /// with just these bytes.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn enqueue(
        &self,
        letters: &[NewLetter],
        superseded: &[String],
        now: Timestamp,
    ) -> Result<Enqueued, StoreError> {
        self.put(letters, superseded, State::Planned, now).await
    }

    /// Counts notices as told without a letter, and every letter as well of which nobody knows
    /// whether it was read. One that was refused for its address was not: its reader hears it once
    /// the address is mended. The letters need no text.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn baseline(
        &self,
        letters: &[NewLetter],
        superseded: &[String],
        now: Timestamp,
    ) -> Result<Enqueued, StoreError> {
        self.put(letters, superseded, State::Baseline, now).await
    }

    async fn put(
        &self,
        letters: &[NewLetter],
        superseded: &[String],
        state: State,
        now: Timestamp,
    ) -> Result<Enqueued, StoreError> {
        let mut tx = self.write().await?;
        for id in superseded {
            if !supersede(&mut tx, id, now).await? {
                return Ok(Enqueued::SomebodyElsePlanned);
            }
        }
        let mut position = last_position(&mut tx).await?;
        for letter in letters {
            position += 1;
            if !insert(&mut tx, letter, position, state, now).await? {
                return Ok(Enqueued::SomebodyElsePlanned);
            }
        }
        if state == State::Baseline {
            settle_unknown(&mut tx, now).await?;
        }
        tx.commit().await.during("store letters")?;
        Ok(Enqueued::Stored)
    }
}

/// Takes a letter back, unless it went out or is about to.
pub(super) async fn supersede(
    tx: &mut Transaction<'_, Any>,
    id: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let task = "take a letter back";
    let done = sqlx::query(
        "UPDATE letters SET state = 'superseded', next_at = 0, changed_at = $2 \
         WHERE id = $1 AND state IN ('planned', 'deferred') AND begun = 0",
    )
    .bind(id)
    .bind(now.as_millisecond())
    .execute(&mut **tx)
    .await
    .during(task)?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    // The same may have to be told after all, by another letter.
    sqlx::query("DELETE FROM notices WHERE letter = $1")
        .bind(id)
        .execute(&mut **tx)
        .await
        .during(task)?;
    events::add(tx, id, now, State::Superseded, Said::default()).await?;
    Ok(true)
}

/// What only a person can say when they say that everything counts as told: whether a letter that
/// got no answer arrived, or was left behind by a run that was killed, and what is to become of one
/// that was refused for what is in it.
async fn settle_unknown(tx: &mut Transaction<'_, Any>, now: Timestamp) -> Result<(), StoreError> {
    let rows = sqlx::query(
        "UPDATE letters SET state = 'baseline', next_at = 0, holder = '', lease_until = 0, \
         changed_at = $1 \
         WHERE state = 'uncertain' OR (state = 'refused' AND stage <> 'recipient') \
         OR (state = 'claimed' AND lease_until <= $1) RETURNING id",
    )
    .bind(now.as_millisecond())
    .fetch_all(&mut **tx)
    .await
    .during("settle a letter")?;
    for row in &rows {
        events::add(tx, &Columns(row).text("id")?, now, State::Baseline, Said::default()).await?;
    }
    Ok(())
}

async fn last_position(tx: &mut Transaction<'_, Any>) -> Result<i64, StoreError> {
    let row = sqlx::query("SELECT COALESCE(MAX(position), 0) AS last FROM letters")
        .fetch_one(&mut **tx)
        .await
        .during("count its letters")?;
    Columns(&row).whole("last")
}

/// Stores one letter, unless something of it was stored by somebody else.
async fn insert(
    tx: &mut Transaction<'_, Any>,
    letter: &NewLetter,
    position: i64,
    state: State,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let id = id_of(letter, position, now);
    let next_at = if state == State::Planned { AT_ONCE } else { 0 };
    sqlx::query(
        "INSERT INTO letters (id, position, round, genre, person, address, recipient, sender, \
         line, message_id, bytes, state, tries, begun, first_try_at, next_at, holder, \
         lease_until, stage, code, words, made_at, changed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0, 0, $13, '', 0, '', 0, \
         '', $14, $14)",
    )
    .bind(id.as_str())
    .bind(position)
    .bind(letter.round.as_str())
    .bind(letter.genre.as_str())
    .bind(letter.person.as_str())
    .bind(letter.address.as_str())
    .bind(letter.recipient.as_str())
    .bind(letter.sender.as_str())
    .bind(letter.line.as_str())
    .bind(letter.message_id.as_str())
    .bind(letter.bytes.as_str())
    .bind(state.word())
    .bind(next_at)
    .bind(now.as_millisecond())
    .execute(&mut **tx)
    .await
    .during("store a letter")?;
    for (place, notice) in (1..).zip(&letter.notices) {
        if !insert_notice(tx, &id, letter, place, notice).await? {
            return Ok(false);
        }
    }
    events::add(tx, &id, now, state, Said::default()).await?;
    Ok(true)
}

async fn insert_notice(
    tx: &mut Transaction<'_, Any>,
    id: &str,
    letter: &NewLetter,
    place: i64,
    notice: &NewNotice,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "INSERT INTO notices (letter, position, round, kind, subject, person, number, address, \
         said, why) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
    )
    .bind(id)
    .bind(place)
    .bind(letter.round.as_str())
    .bind(notice.kind.as_str())
    .bind(notice.subject.as_str())
    .bind(letter.person.as_str())
    .bind(i64::from(notice.number))
    .bind(letter.address.as_str())
    .bind(notice.said.as_str())
    .bind(notice.why.as_str())
    .execute(&mut **tx)
    .await
    .during("store a notice")?;
    Ok(done.rows_affected() == 1)
}

/// A short name that people can type. It differs between two letters with the same text.
fn id_of(letter: &NewLetter, position: i64, now: Timestamp) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(letter.bytes.as_bytes());
    hasher.update(&position.to_be_bytes());
    hasher.update(&now.as_millisecond().to_be_bytes());
    let hash = hasher.finalize();
    // 50 bits: with ten thousand letters, one chance in twenty million that two are alike.
    let mut name = data_encoding::BASE32_NOPAD.encode(&hash.as_bytes()[..10]).to_lowercase();
    name.truncate(10);
    name
}

fn letter(
    row: &AnyRow,
    notices: &mut HashMap<String, Vec<NoticeRow>>,
) -> Result<Letter, StoreError> {
    let row = Columns(row);
    let id = row.text("id")?;
    Ok(Letter {
        notices: notices.remove(&id).unwrap_or_default(),
        id,
        round: row.text("round")?,
        genre: row.text("genre")?,
        person: row.text("person")?,
        address: row.text("address")?,
        line: row.text("line")?,
        message_id: row.text("message_id")?,
        state: State::read(&row.text("state")?)?,
        tries: row.count("tries")?,
        begun: row.count("begun")?,
        next_at: row.some_time("next_at")?,
        lease_until: row.some_time("lease_until")?,
        stage: row.some_text("stage")?,
        code: row.code("code")?,
        words: row.some_text("words")?,
        made_at: row.time("made_at")?,
        changed_at: row.time("changed_at")?,
    })
}

fn notice(row: &AnyRow) -> Result<NoticeRow, StoreError> {
    let row = Columns(row);
    Ok(NoticeRow {
        round: row.text("round")?,
        kind: row.text("kind")?,
        subject: row.text("subject")?,
        person: row.text("person")?,
        number: row.count("number")?,
        said: row.text("said")?,
        why: row.text("why")?,
    })
}
