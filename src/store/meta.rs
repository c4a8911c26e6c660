//! What is known of the store as a whole: single values by name.

use jiff::Timestamp;
use sqlx::{Any, Transaction};

use super::rows::Columns;
use super::{During, Store, StoreError};

/// When this store was accepted as the one that knows what was told.
const ADOPTED: &str = "adopted";

impl Store {
    /// The value of that name.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        let mut tx = self.read().await?;
        let row = sqlx::query("SELECT value FROM meta WHERE key = $1")
            .bind(key)
            .fetch_optional(&mut *tx)
            .await
            .during("read a value")?;
        row.map(|row| Columns(&row).text("value")).transpose()
    }

    /// Keeps a value under a name, in place of what was there.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn set_meta(&self, key: &str, value: &str) -> Result<(), StoreError> {
        let mut tx = self.write().await?;
        set(&mut tx, key, value).await?;
        tx.commit().await.during("keep a value")
    }

    /// Whether this store was ever accepted as the one that knows what was told. A new one is
    /// not: perhaps another, lost one knew.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn is_adopted(&self) -> Result<bool, StoreError> {
        Ok(self.meta(ADOPTED).await?.is_some())
    }

    /// Accepts this store.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn adopt(&self, now: Timestamp) -> Result<(), StoreError> {
        self.set_meta(ADOPTED, &now.to_string()).await
    }

    /// When the record of a round was last written from this store, as far as it knows.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn record_written(&self, round: &str) -> Result<Option<Timestamp>, StoreError> {
        let Some(written) = self.meta(&record_of(round)).await? else { return Ok(None) };
        match written.parse() {
            Ok(written) => Ok(Some(written)),
            Err(_) => Err(StoreError::Broken { found: written, expected: "a time" }),
        }
    }

    /// Remembers when the record of a round was written.
    ///
    /// # Errors
    /// Where the database fails.
    pub async fn note_record(&self, round: &str, written: Timestamp) -> Result<(), StoreError> {
        self.set_meta(&record_of(round), &written.to_string()).await
    }
}

/// Keeps a value together with whatever else is written.
pub(super) async fn set(
    tx: &mut Transaction<'_, Any>,
    key: &str,
    value: &str,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO meta (key, value) VALUES ($1, $2) \
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )
    .bind(key)
    .bind(value)
    .execute(&mut **tx)
    .await
    .during("keep a value")?;
    Ok(())
}

fn record_of(round: &str) -> String {
    format!("record/{round}")
}
