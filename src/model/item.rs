//! One little thing: a line of a list, with its owner, its facts and its prose.

use super::{Estimate, Key, Mention, Prose, Ref, Status};
use crate::finding::{Place, Placed};
use crate::words;

/// An item as it was written, resolved as far as it could be. A fact that was not written, or
/// written empty, is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub r#ref: Ref,
    /// The name of the item's page: its ref in lower case, with a number where another item of the
    /// round has taken that name already.
    pub address: String,
    pub title: String,
    /// The heading's text.
    pub place: Place,
    /// Place in the order of the list, from 1: the priority.
    pub position: usize,
    /// A number typed before the title; it is not part of the title.
    pub typed_number: Option<usize>,
    pub owner: Option<Mention>,
    pub deputy: Option<Mention>,
    pub with: Vec<Mention>,
    /// As the round spells it where it knows it.
    pub hub: Option<Placed<String>>,
    pub kind: Option<Placed<Kind>>,
    pub feels_like: Option<Placed<Estimate>>,
    pub ticket: Option<Placed<String>>,
    pub done_when: Option<Placed<String>>,
    pub devs: Vec<Mention>,
    pub estimate: Option<Placed<Estimate>>,
    pub took: Option<Placed<Estimate>>,
    pub status: Status,
    /// `None` when no status was written.
    pub status_place: Option<Place>,
    pub reason: Option<Placed<Reason>>,
    pub next: Option<Placed<Next>>,
    pub note: Option<Placed<String>>,
    pub prose: Prose,
    /// Keys that were written so that they could not be read. A finding of the reader says so,
    /// and a rule that misses the fact need not say it again.
    pub garbled: Vec<Key>,
    /// Facts that were written empty, and where: what is missing belongs there.
    pub blank: Vec<(Key, Place)>,
}

impl Item {
    /// Where a missing fact is to be written: behind its empty key, or below the heading.
    pub fn place_for(&self, key: Key) -> &Place {
        self.blank.iter().find(|(blank, _)| *blank == key).map_or(&self.place, |(_, place)| place)
    }

    /// Whether another item of the round had the ref first, so that this one's page has another
    /// name: most likely a copy that nobody gave a ref of its own.
    pub fn is_copy(&self) -> bool {
        !Ref::has_address(&self.r#ref.text, &self.address)
    }

    /// Whether both are copies, of which nobody says more than that they have the same ref.
    pub fn is_the_same_copy(&self, old: &Item) -> bool {
        let is_same = || Ref::key(&self.r#ref.text) == Ref::key(&old.r#ref.text);
        self.is_copy() && old.is_copy() && is_same()
    }

    /// Whether a finding of the reader already tells that this fact went wrong.
    pub fn is_garbled(&self, key: Key) -> bool {
        self.garbled.contains(&key)
    }

    /// Whether this is most likely what `old` was though their refs differ: by its title or, where
    /// nobody wrote a ref and the title made another, by its owner, its place and what it says.
    pub fn is_most_likely(&self, old: &Item) -> bool {
        let title = words::fold(&self.title);
        let owner = |item: &Item| item.owner.as_ref().map(|owner| words::fold(&owner.shown()));
        self.title == old.title
            || (!title.is_empty() && title == words::fold(&old.title))
            || (self.r#ref.place.is_none()
                && old.r#ref.place.is_none()
                && self.position == old.position
                && owner(self) == owner(old)
                && self.says_what(old))
    }

    /// Whether its words are those of `old` as somebody reworded them, and not another wish.
    fn says_what(&self, old: &Item) -> bool {
        let said = |item: &Item| format!("{} {}", item.title, item.prose.text);
        words::nearest(&self.title, [old.title.as_str()]).is_some()
            || words::are_shared(&said(self), &said(old))
    }
}

/// What sort of thing an item is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Bug,
    Feature,
    Docs,
    Help,
    Training,
    Advice,
    /// The word `other`.
    Miscellaneous,
    /// A word that is no kind.
    Other(String),
}

impl Kind {
    pub const KNOWN: [Kind; 7] = [
        Kind::Bug,
        Kind::Feature,
        Kind::Docs,
        Kind::Help,
        Kind::Training,
        Kind::Advice,
        Kind::Miscellaneous,
    ];

    pub fn word(&self) -> &str {
        match self {
            Kind::Bug => "bug",
            Kind::Feature => "feature",
            Kind::Docs => "docs",
            Kind::Help => "help",
            Kind::Training => "training",
            Kind::Advice => "advice",
            Kind::Miscellaneous => "other",
            Kind::Other(word) => word,
        }
    }
}

/// Why an item was skipped: `too big: the printer driver is not ours`, or a sentence alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// What stands before the colon, if it is short enough to be a category.
    pub category: Option<String>,
    pub sentence: String,
}

impl Reason {
    /// Splits `category: sentence`. A category is one to three words without a full stop.
    pub fn read(written: &str) -> Reason {
        let split = written.split_once(':').filter(|(category, sentence)| {
            let words = category.split_whitespace().count();
            (1..=3).contains(&words)
                && !category.contains(['.', '/', '`', '['])
                && sentence.starts_with(char::is_whitespace)
                && !sentence.trim().is_empty()
        });
        match split {
            Some((category, sentence)) => Reason {
                category: Some(category.trim().to_lowercase()),
                sentence: sentence.trim().to_owned(),
            },
            None => Reason { category: None, sentence: written.trim().to_owned() },
        }
    }
}

/// What becomes of an item that was not finished.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    pub step: NextStep,
    /// What was written after the word: a link, a sentence.
    pub words: String,
}

/// The fates a leftover may have.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NextStep {
    Roadmap,
    NextRound,
    Ticket,
    WontDo,
    Undecided,
    /// A word that is none of these.
    Other(String),
}

impl NextStep {
    pub const KNOWN: [NextStep; 5] = [
        NextStep::Roadmap,
        NextStep::NextRound,
        NextStep::Ticket,
        NextStep::WontDo,
        NextStep::Undecided,
    ];

    pub fn word(&self) -> &str {
        match self {
            NextStep::Roadmap => "roadmap",
            NextStep::NextRound => "next round",
            NextStep::Ticket => "ticket",
            NextStep::WontDo => "won't do",
            NextStep::Undecided => "undecided",
            NextStep::Other(word) => word,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_may_begin_with_its_category() {
        assert_eq!(
            Reason::read("Too big: the driver is not ours"),
            Reason { category: Some("too big".into()), sentence: "the driver is not ours".into() }
        );
        assert_eq!(Reason::read("see https://example.org/1").category, None);
        assert_eq!(
            Reason::read("it waits for the new printer, which comes: in May").category,
            None
        );
    }
}
