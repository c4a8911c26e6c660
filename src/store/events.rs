//! What happened to letters, in order. Rows are added and never changed.

use jiff::Timestamp;
use sqlx::{Any, Transaction};

use super::rows::Columns;
use super::{During, State, Store, StoreError};

/// Something that happened to a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The id of the letter.
    pub letter: String,
    pub at: Timestamp,
    /// The state it was in from then on.
    pub state: State,
    /// At which stage the server spoke.
    pub stage: Option<String>,
    pub code: Option<u16>,
    /// The server's own words, or those of the person who settled it.
    pub words: Option<String>,
}

impl Store {
    /// Everything that happened, oldest first.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn events(&self) -> Result<Vec<Event>, StoreError> {
        let mut tx = self.read().await?;
        let rows = sqlx::query(
            "SELECT letter, at, state, stage, code, words FROM events ORDER BY at, letter, position",
        )
        .fetch_all(&mut *tx)
        .await
        .during("read what happened")?;
        rows.iter()
            .map(|row| {
                let row = Columns(row);
                Ok(Event {
                    letter: row.text("letter")?,
                    at: row.time("at")?,
                    state: State::read(&row.text("state")?)?,
                    stage: row.some_text("stage")?,
                    code: row.code("code")?,
                    words: row.some_text("words")?,
                })
            })
            .collect()
    }
}

/// What a server said, ready to be written.
#[derive(Clone, Copy, Default)]
pub(super) struct Said<'a> {
    pub stage: &'a str,
    pub code: i64,
    pub words: &'a str,
}

/// Adds a row to the history of a letter.
pub(super) async fn add(
    tx: &mut Transaction<'_, Any>,
    letter: &str,
    at: Timestamp,
    state: State,
    said: Said<'_>,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO events (letter, position, at, state, stage, code, words) \
         VALUES ($1, (SELECT COUNT(*) + 1 FROM events WHERE letter = $1), $2, $3, $4, $5, $6)",
    )
    .bind(letter)
    .bind(at.as_millisecond())
    .bind(state.word())
    .bind(said.stage)
    .bind(said.code)
    .bind(said.words)
    .execute(&mut **tx)
    .await
    .during("write down what happened")?;
    Ok(())
}
