//! The private database: which letters there are and how far they got; who was asked and what was
//! answered. Embedded SQLite, or PostgreSQL where several machines share it, with one SQL text for
//! both. It knows nothing of rounds, rules or mail servers; what it keeps it is given as rows, and
//! what time it is it is told.
//!
//! In reading order: [`place`] is where a store is. [`open`] makes or opens one. `migrations` brings
//! it up to date. [`letters`] stores letters before they go out, and says what was told.
//! [`journey`] is what happens to one letter: claimed, then whatever the server said. [`events`]
//! is its history, [`answers`] what people said of the round, [`person`] all that
//! is kept about one of them, [`meta`] what is known of the store as a whole.

pub mod answers;
pub mod events;
pub mod journey;
pub mod letters;
pub mod meta;
mod migrations;
pub mod open;
pub mod person;
pub mod place;
mod rows;

pub use answers::{AnswerRow, Invited, Kept, NewReply, Reply};
pub use events::Event;
pub use journey::{Answer, Claim, InHand, Outcome, Queued, Resolution};
pub use letters::{Enqueued, Letter, NewLetter, NewNotice, NoticeRow, State, ToldRow};
pub use open::Store;
pub use person::Erased;
pub use place::{Place, Unknown};

use std::io;

/// Why the store could not do what was asked. None of these ever holds a password, an address or
/// the text of a letter.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("cannot make {path}: {source}")]
    Make { path: String, source: io::Error },
    #[error("cannot read {path}: {source}")]
    Read { path: String, source: io::Error },
    #[error("cannot open the store {place}: {source}")]
    Open { place: String, source: sqlx::Error },
    #[error("cannot open the store {place}: its address cannot be understood")]
    Address { place: String },
    #[error(transparent)]
    NoPlace(#[from] Unknown),
    #[error(
        "the store {place} was written by a newer littlethings-mail (it has `{migration}`); \
         use that version or a later one"
    )]
    Newer { place: String, migration: String },
    #[error(
        "the store {place} is older than this littlethings-mail and cannot be read before \
         `littlethings-mail send` has brought it up to date"
    )]
    Older { place: String },
    #[error(
        "the database {place} is in {found}, and letters need UTF-8; make one with \
         `CREATE DATABASE week ENCODING 'UTF8' TEMPLATE template0`"
    )]
    Encoding { place: String, found: String },
    #[error("cannot bring the store up to date with `{migration}`: {source}")]
    Migrate { migration: &'static str, source: sqlx::Error },
    #[error("the store cannot {task}: {source}")]
    Work { task: &'static str, source: sqlx::Error },
    #[error("the system gives no random numbers: {0}")]
    NoRandomness(getrandom::Error),
    #[error("the store holds `{found}` where {expected} should be")]
    Broken { found: String, expected: &'static str },
    #[error("there is no letter `{id}`; `littlethings-mail log` lists them")]
    NoLetter { id: String },
    #[error(
        "the letter `{id}` is {state}; only one that is uncertain or refused is for a person to settle"
    )]
    Settled { id: String, state: &'static str },
}

/// The next try of a letter that may go at any time. Not the time at which it was stored: a clock
/// that is set back must not keep it.
const AT_ONCE: i64 = 1;

/// Says what was being done when the database failed.
trait During<T> {
    fn during(self, task: &'static str) -> Result<T, StoreError>;
}

impl<T> During<T> for Result<T, sqlx::Error> {
    fn during(self, task: &'static str) -> Result<T, StoreError> {
        self.map_err(|source| StoreError::Work { task, source })
    }
}
