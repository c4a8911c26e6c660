//! What people were told already, as the store knows it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use super::{Kind, NoticeKey};
use crate::model::{People, Person, Ref, Round};
use crate::store::{State, Store, StoreError, ToldRow};

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
    /// Everything that a store knows.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn read(store: &Store) -> Result<Told, StoreError> {
        let answered = store.who_answered().await?;
        let unreminded = store.who_wants_no_reminder().await?;
        Ok(Told { answered, unreminded, ..Told::from_rows(store.told().await?) })
    }

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
}

/// What was told in one round, ready to be asked a thousand times. What still waits does not count:
/// it may be taken back.
pub struct Index<'a> {
    by_subject: HashMap<String, HashMap<&'a str, Vec<&'a ToldNotice>>>,
    /// The ids of people who have another one now, by those they were told under.
    ids: HashMap<&'a str, &'a str>,
    refused: BTreeSet<&'a str>,
    answered: Option<&'a BTreeSet<String>>,
    unreminded: Option<&'a BTreeSet<String>>,
}

impl<'a> Index<'a> {
    pub(super) fn of(told: &'a Told, round: &'a Round) -> Index<'a> {
        let ids = new_ids(told, &round.people);
        let mut by_subject: HashMap<String, HashMap<&str, Vec<&ToldNotice>>> = HashMap::new();
        for notice in told.notices.iter().filter(|notice| counts(notice, round)) {
            let people = by_subject.entry(Ref::key(&notice.key.subject)).or_default();
            people.entry(id_now(&ids, &notice.key.person)).or_default().push(notice);
        }
        Index {
            by_subject,
            ids,
            refused: refused(told),
            answered: told.answered.get(&round.slug),
            unreminded: told.unreminded.get(&round.slug),
        }
    }

    fn between(&self, subject: &str, person: &Person) -> &[&'a ToldNotice] {
        let people = self.by_subject.get(&Ref::key(subject));
        people.and_then(|people| people.get(person.id.as_str())).map_or(&[], Vec::as_slice)
    }

    /// The last notice of these kinds that `person` had about `subject`.
    pub(super) fn last(
        &self,
        kinds: &[Kind],
        subject: &str,
        person: &Person,
    ) -> Option<&'a ToldNotice> {
        let all = self.between(subject, person).iter().rev();
        all.copied().find(|notice| kinds.contains(&notice.key.kind))
    }

    /// Whether anybody was told anything of these kinds about `subject`.
    pub(super) fn anybody_about(&self, kinds: &[Kind], subject: &str) -> bool {
        self.by_subject.get(&Ref::key(subject)).is_some_and(|people| {
            people.values().flatten().any(|notice| kinds.contains(&notice.key.kind))
        })
    }

    /// Whether `person` was told just that about `subject`, whatever they were told since.
    pub(super) fn has_said(&self, kind: Kind, subject: &str, person: &Person, said: &str) -> bool {
        let mut all = self.between(subject, person).iter();
        all.any(|notice| notice.key.kind == kind && notice.said == said)
    }

    /// What was said to anybody about where `subject` stands.
    pub(super) fn standings(&self, subject: &str) -> impl Iterator<Item = &'a ToldNotice> {
        let people = self.by_subject.get(&Ref::key(subject));
        let all = people.into_iter().flat_map(HashMap::values).flatten().copied();
        all.filter(|notice| Kind::STANDING.contains(&notice.key.kind))
    }

    /// Counts what was told about the item `old` as told about `new`, which is the same under another
    /// name.
    pub(super) fn carry(&mut self, old: &str, new: &str) {
        self.carry_those(old, new, |kind| !Kind::OF_LISTS.contains(&kind));
    }

    /// The same of a product and its list. An item may have the name of a product.
    pub(super) fn carry_list(&mut self, old: &str, new: &str) {
        self.carry_those(old, new, |kind| Kind::OF_LISTS.contains(&kind));
    }

    fn carry_those(&mut self, old: &str, new: &str, is_one: impl Fn(Kind) -> bool) {
        for (person, all) in self.by_subject.remove(&Ref::key(old)).unwrap_or_default() {
            let (carried, stay): (Vec<_>, Vec<_>) =
                all.into_iter().partition(|notice| is_one(notice.key.kind));
            for (subject, notices) in [(old, stay), (new, carried)] {
                if !notices.is_empty() {
                    let people = self.by_subject.entry(Ref::key(subject)).or_default();
                    people.entry(person).or_default().splice(0..0, notices);
                }
            }
        }
    }

    /// The ids of those who were told something about `subject`, in order.
    pub(super) fn people_of(&self, subject: &str) -> Vec<String> {
        let people = self.by_subject.get(&Ref::key(subject));
        let mut ids: Vec<String> = people
            .map(|people| people.keys().map(|id| (*id).to_owned()).collect())
            .unwrap_or_default();
        ids.sort();
        ids
    }

    /// The highest number that a notice has reached.
    pub(super) fn times(&self, kind: Kind, subject: &str, person: &str) -> u32 {
        let told = self.by_subject.get(&Ref::key(subject)).and_then(|people| people.get(person));
        let same = told.into_iter().flatten().filter(|notice| notice.key.kind == kind);
        same.map(|notice| notice.key.number).max().unwrap_or(0)
    }

    /// The last standing of each subject that is not among `here`, person by person.
    pub(super) fn standing_elsewhere(
        &self,
        here: &'a BTreeSet<String>,
    ) -> impl Iterator<Item = &'a ToldNotice> {
        let elsewhere = self.by_subject.iter().filter(|(subject, _)| !here.contains(*subject));
        elsewhere.flat_map(|(_, people)| people.values()).filter_map(|notices| {
            let standing = |notice: &&&ToldNotice| Kind::STANDING.contains(&notice.key.kind);
            notices.iter().rev().find(standing).copied()
        })
    }

    /// The id that whoever was told under this one has now.
    pub(super) fn id_now<'i>(&'i self, told: &'i str) -> &'i str {
        id_now(&self.ids, told)
    }

    /// Whether any of these ids is, or was, the person's.
    fn is_among(&self, ids: Option<&BTreeSet<String>>, person: &Person) -> bool {
        let mut ids = ids.into_iter().flatten();
        ids.any(|id| self.id_now(id) == person.id)
    }

    /// What was told of complete lists whose product is not among `here`.
    pub(super) fn lists_elsewhere(
        &self,
        here: &BTreeSet<String>,
    ) -> impl Iterator<Item = &'a ToldNotice> {
        let elsewhere = self.by_subject.iter().filter(|(subject, _)| !here.contains(*subject));
        let told = elsewhere.flat_map(|(_, people)| people.values()).flatten().copied();
        told.filter(|notice| notice.key.kind == Kind::ListComplete)
    }

    /// Whether the mail server said that there is nobody at this person's address.
    pub(super) fn is_refused(&self, person: &Person) -> bool {
        self.refused.contains(person.mail.as_str())
    }

    pub(super) fn has_answered(&self, person: &Person) -> bool {
        self.is_among(self.answered, person)
    }

    pub(super) fn wants_no_reminder(&self, person: &Person) -> bool {
        self.is_among(self.unreminded, person)
    }
}

/// The ids that people have now who were told something under another one. Only their address says
/// that they are the same, so it has to be theirs alone, and nothing may have been told under the
/// new id while the old one was in use: then these are two people who share an address.
fn new_ids<'a>(told: &'a Told, people: &'a People) -> HashMap<&'a str, &'a str> {
    let mut spans: HashMap<&str, (&ToldNotice, &ToldNotice)> = HashMap::new();
    for notice in &told.notices {
        let span = spans.entry(&notice.key.person).or_insert((notice, notice));
        span.1 = notice;
    }
    let now = |(id, (_, last)): (&&'a str, &(&ToldNotice, &ToldNotice))| {
        if people.by_id(id).is_some() {
            return None;
        }
        let has_it = |person: &&Arc<Person>| person.mail.eq_ignore_ascii_case(&last.address);
        let mut same = people.all().iter().filter(has_it);
        let person = same.next().filter(|_| same.next().is_none())?;
        let is_new = spans.get(&*person.id).is_none_or(|(first, _)| last.at < first.at);
        is_new.then_some((*id, &*person.id))
    };
    spans.iter().filter_map(now).collect()
}

fn id_now<'i>(ids: &HashMap<&'i str, &'i str>, told: &'i str) -> &'i str {
    ids.get(told).copied().unwrap_or(told)
}

/// Whether a notice was told in this round as far as a plan cares. A refusal counts for the address
/// that was refused: at a new one the person has heard nothing.
fn counts(notice: &ToldNotice, round: &Round) -> bool {
    let is_here = notice.key.round == round.slug;
    is_here
        && match notice.state {
            ToldState::Waiting => false,
            ToldState::Claimed | ToldState::Accepted | ToldState::Uncertain => true,
            ToldState::Refused => round
                .people
                .by_id(&notice.key.person)
                .is_none_or(|person| person.mail == notice.address),
        }
}

/// The addresses that were refused and have taken nothing since.
fn refused(told: &Told) -> BTreeSet<&str> {
    let mut refused = BTreeSet::new();
    for notice in &told.notices {
        match notice.state {
            ToldState::Refused => refused.insert(notice.address.as_str()),
            ToldState::Accepted => refused.remove(notice.address.as_str()),
            _ => false,
        };
    }
    refused
}

fn told_notice(row: ToldRow) -> Option<ToldNotice> {
    let ToldRow { notice, address, line, state, stage, begun, at } = row;
    let state = match state {
        // The server said "not now" to a second copy; the first may have arrived.
        State::Planned | State::Deferred if begun > 0 => ToldState::Uncertain,
        State::Planned | State::Deferred => ToldState::Waiting,
        State::Claimed => ToldState::Claimed,
        State::Accepted | State::Baseline => ToldState::Accepted,
        State::Uncertain => ToldState::Uncertain,
        // A letter that was refused for what is in it says nothing about the address. It will not
        // go out by itself, and until a person has looked it is not known whether it was read.
        State::Refused if stage.as_deref() != Some("recipient") => ToldState::Uncertain,
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
