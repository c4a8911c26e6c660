//! What owners are asked about their items once the week is over.

use serde::{Deserialize, Serialize};

use super::{Item, Status};

/// How far an item got, as its owner is asked about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemState {
    /// Done or signed off.
    Done,
    Skipped,
    /// Submitted or started, and the week is over.
    NotReached,
}

/// What can be said about an item. Which three of them depends on its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ItemWord {
    /// It does what was needed.
    Yes,
    /// It does a part of that.
    Partly,
    /// It does not, or it is not needed any more.
    No,
    /// It is still needed, and soon.
    Soon,
    /// It is still needed, some time.
    Later,
}

impl ItemState {
    pub const ALL: [ItemState; 3] = [ItemState::Done, ItemState::Skipped, ItemState::NotReached];

    /// How far `item` is.
    pub fn of(item: &Item) -> ItemState {
        match item.status {
            Status::Done | Status::SignedOff => ItemState::Done,
            Status::Skipped => ItemState::Skipped,
            Status::Submitted | Status::Started | Status::Other(_) => ItemState::NotReached,
        }
    }

    /// The word in record.toml and in keys of words.
    pub fn word(self) -> &'static str {
        match self {
            ItemState::Done => "done",
            ItemState::Skipped => "skipped",
            ItemState::NotReached => "not-reached",
        }
    }

    /// What can be said about an item in this state, in the order in which it is offered.
    pub fn words(self) -> [ItemWord; 3] {
        match self {
            ItemState::Done => [ItemWord::Yes, ItemWord::Partly, ItemWord::No],
            ItemState::Skipped | ItemState::NotReached => {
                [ItemWord::Soon, ItemWord::Later, ItemWord::No]
            }
        }
    }
}

impl ItemWord {
    /// The word in record.toml, in keys of words and in fields of the form.
    pub fn word(self) -> &'static str {
        match self {
            ItemWord::Yes => "yes",
            ItemWord::Partly => "partly",
            ItemWord::No => "no",
            ItemWord::Soon => "soon",
            ItemWord::Later => "later",
        }
    }
}
