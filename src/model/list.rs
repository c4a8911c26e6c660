//! The list of one product: what the hubs agreed to ask for, most important first.

use super::{Item, Prose};
use crate::finding::{Place, Placed};

/// What became of `lists/<product>.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListFile {
    Missing,
    /// The file is there and cannot be read: wrong encoding, conflict markers, too large. The
    /// findings on its path say why.
    Refused,
    Read(Box<List>),
}

impl ListFile {
    pub fn list(&self) -> Option<&List> {
        match self {
            ListFile::Read(list) => Some(list),
            ListFile::Missing | ListFile::Refused => None,
        }
    }

    pub fn list_mut(&mut self) -> Option<&mut List> {
        match self {
            ListFile::Read(list) => Some(list),
            ListFile::Missing | ListFile::Refused => None,
        }
    }
}

/// A list as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    pub title: Option<Placed<String>>,
    pub agreements: Vec<Agreement>,
    /// Free text between the title and the first item.
    pub intro: Prose,
    /// The items, in the order of the file, which is the order of priority. Untouched slots of a
    /// fresh list are not among them.
    pub items: Vec<Item>,
    /// How many untouched slots there are.
    pub slots: usize,
    /// Something hides a part of the file (an unclosed comment or code block, say), so the number
    /// of items means nothing. A finding of the reader says where.
    pub cut_short: bool,
    /// A line about a hub's agreement went wrong, so that its hub is unknown. A finding of the
    /// reader says so.
    pub agreements_garbled: bool,
    /// The file as a whole.
    pub place: Place,
}

impl List {
    /// The heading of a slot that nobody has filled yet, as a fresh list has it.
    pub const SLOT: &str = "(what is wanted, in one line)";

    /// Whether nobody has written an item yet: there is nothing to agree to.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && !self.cut_short
    }
}

/// `Agreed by <hub>: yes, Marta, 20 July`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// As the round spells it where it knows it.
    pub hub: Placed<String>,
    pub agreed: Agreed,
    /// What follows the comma.
    pub words: String,
    /// The value's place, or the key's where there is no value.
    pub place: Place,
}

/// What a hub says to a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agreed {
    Yes,
    NotYet,
    /// Neither word.
    Other(String),
}
