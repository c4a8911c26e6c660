//! What people were told already, as the store knows it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::{Kind, NoticeKey};
use crate::store::{State, ToldRow};

/// A notice that is in a letter of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldNotice {
    pub key: NoticeKey,
    pub said: String,
    /// The address the letter went to.
    pub address: String,
    /// The subject line of the letter: a thread keeps its first one.
    pub line: String,
    pub state: ToldState,
    /// When the state was reached.
    pub at: Timestamp,
}

/// How far a letter got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ToldState {
    /// Stored and not yet handed over, or deferred by the server: its body never left.
    Waiting,
    /// A run has it in hand, or had when it was killed.
    Claimed,
    /// The server took it, or the notice was settled without a letter.
    Accepted,
    /// The body left and no answer came. It may have arrived.
    Uncertain,
    /// The server will not have it for this address.
    Refused,
}

/// All that the store knows when a plan is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// In the order in which they were told.
    pub notices: Vec<ToldNotice>,
    /// Who has answered the survey of which round: round, then ids of people.
    pub answered: BTreeMap<String, BTreeSet<String>>,
    /// Who asked not to be reminded of the survey of which round.
    pub unreminded: BTreeMap<String, BTreeSet<String>>,
}

impl Told {
    /// What the rows of the store say. A kind that is not known here is of a later version and
    /// stays out, as does what was superseded.
    pub fn from_rows(rows: impl IntoIterator<Item = ToldRow>) -> Told {
        let notices = rows.into_iter().filter_map(told_notice).collect();
        Told { notices, ..Told::default() }
    }

    /// What was told, or is being told, about `subject` of `round` to `person`, oldest first.
    pub fn about<'a>(
        &'a self,
        round: &'a str,
        subject: &'a str,
        person: &'a str,
    ) -> impl DoubleEndedIterator<Item = &'a ToldNotice> {
        self.notices.iter().filter(move |notice| {
            notice.key.round == round
                && notice.key.subject == subject
                && notice.key.person == person
        })
    }

    /// How often a notice was told or tried.
    pub fn times(&self, round: &str, kind: Kind, subject: &str, person: &str) -> u32 {
        let told = self.about(round, subject, person).filter(|notice| notice.key.kind == kind);
        told.map(|notice| notice.key.number).max().unwrap_or(0)
    }
}

fn told_notice(row: ToldRow) -> Option<ToldNotice> {
    let ToldRow { notice, address, line, state, begun, at } = row;
    let state = match state {
        // The server said "not now" to a second copy; the first may have arrived.
        State::Planned | State::Deferred if begun > 0 => ToldState::Uncertain,
        State::Planned | State::Deferred => ToldState::Waiting,
        State::Claimed => ToldState::Claimed,
        State::Accepted | State::Baseline => ToldState::Accepted,
        State::Uncertain => ToldState::Uncertain,
        State::Refused => ToldState::Refused,
        State::Superseded => return None,
    };
    let key = NoticeKey {
        round: notice.round,
        kind: Kind::from_word(&notice.kind)?,
        subject: notice.subject,
        person: notice.person,
        number: notice.number,
    };
    Some(ToldNotice { key, said: notice.said, address, line, state, at })
}
