//! Bringing a store up to date: named steps, in order, each once.
//!
//! sqlx has its own migrations; they keep a table with types that differ between the two
//! databases, and on SQLite two first runs at once both apply them.

use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::{During, Place, Store, StoreError};

/// All steps, in order. A step that was released is never changed; a new one is added.
pub(super) const MIGRATIONS: &[Migration] = &[
    Migration::everywhere("0001_letters", include_str!("migrations/0001_letters.sql")),
    Migration::everywhere("0002_answers", include_str!("migrations/0002_answers.sql")),
    Migration::everywhere(
        "0003_replies_by_mail",
        include_str!("migrations/0003_replies_by_mail.sql"),
    ),
    Migration {
        name: "0004_no_samples",
        on_file: "",
        on_postgres: include_str!("migrations/0004_no_samples.postgres.sql"),
    },
];

/// A step, and what it does on each of the two databases.
pub(super) struct Migration {
    name: &'static str,
    on_file: &'static str,
    on_postgres: &'static str,
}

impl Migration {
    const fn everywhere(name: &'static str, sql: &'static str) -> Migration {
        Migration { name, on_file: sql, on_postgres: sql }
    }
}

/// How much of [`MIGRATIONS`] a store has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    /// Nothing at all: it is no store yet.
    Empty,
    /// This many steps, and more are known.
    Older(usize),
    Current,
}

/// Applies what is missing, each step in its own transaction.
pub(super) async fn migrate(store: &Store) -> Result<(), StoreError> {
    for Migration { name, on_file, on_postgres } in MIGRATIONS {
        let sql = if store.is_postgres() { on_postgres } else { on_file };
        let mut tx = store.write().await?;
        sqlx::raw_sql("CREATE TABLE IF NOT EXISTS migrations (name TEXT NOT NULL PRIMARY KEY)")
            .execute(&mut *tx)
            .await
            .during("list its migrations")?;
        if !applied(&mut tx, store.place()).await?.iter().any(|it| it == name) {
            let source = |source| StoreError::Migrate { migration: name, source };
            sqlx::raw_sql(*sql).execute(&mut *tx).await.map_err(source)?;
            sqlx::query("INSERT INTO migrations (name) VALUES ($1)")
                .bind(*name)
                .execute(&mut *tx)
                .await
                .map_err(source)?;
        }
        tx.commit().await.during("keep its migrations")?;
    }
    Ok(())
}

/// Looks how old a store is, without touching it.
pub(super) async fn age(store: &Store) -> Result<Age, StoreError> {
    let mut tx = store.look().await?;
    let table = if store.is_postgres() {
        "SELECT 1 FROM pg_catalog.pg_tables WHERE tablename = 'migrations' AND schemaname = current_schema()"
    } else {
        "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migrations'"
    };
    let found = sqlx::raw_sql(table).fetch_optional(&mut *tx).await;
    if found.during("list its migrations")?.is_none() {
        return Ok(Age::Empty);
    }
    Ok(match applied(&mut tx, store.place()).await?.len() {
        0 => Age::Empty,
        all if all == MIGRATIONS.len() => Age::Current,
        some => Age::Older(some),
    })
}

/// The steps a store has. One that is not known here was made by a later version.
async fn applied(tx: &mut Transaction<'_, Any>, place: &Place) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query("SELECT name FROM migrations ORDER BY name").fetch_all(&mut **tx).await;
    let names: Result<Vec<String>, _> =
        rows.during("list its migrations")?.iter().map(|row: &AnyRow| row.try_get(0)).collect();
    let names = names.during("list its migrations")?;
    let known = |name: &String| MIGRATIONS.iter().any(|migration| migration.name == name);
    match names.iter().find(|name| !known(name)) {
        Some(name) => Err(StoreError::Newer { place: place.to_string(), migration: name.clone() }),
        None => Ok(names),
    }
}
