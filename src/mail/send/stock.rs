//! Bringing the letters of the store in line with the plan: what is still to be said stays, what
//! is no longer so is taken back, what is new is put into words and stored.

use std::collections::HashMap;

use jiff::Timestamp;

use crate::mail::{Draft, Notice, Plan, letter};
use crate::store::{Enqueued, Letter, NewLetter, NewNotice, Store, StoreError};

/// What is to be done with the letters of the store and of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stock<'a> {
    /// Drafts for which no letter waits yet.
    pub fresh: Vec<&'a Draft>,
    /// Drafts whose letter is stored already, with its id. It keeps its words.
    pub kept: Vec<(&'a Draft, String)>,
    /// Ids of waiting letters that say what is no longer due.
    pub superseded: Vec<String>,
}

impl<'a> Stock<'a> {
    /// Compares a plan with the letters of the store. Only what waits is looked at: a letter of
    /// which a copy may be out can be taken back no more.
    pub fn of(plan: &'a Plan, letters: &[Letter]) -> Stock<'a> {
        let mut waiting: HashMap<Key, Vec<&Letter>> = HashMap::new();
        for letter in letters.iter().filter(|letter| letter.is_waiting()) {
            waiting.entry(key_of_letter(letter)).or_default().push(letter);
        }
        let (mut fresh, mut kept) = (Vec::new(), Vec::new());
        for draft in &plan.drafts {
            match waiting.get_mut(&key_of_draft(draft)).and_then(Vec::pop) {
                Some(letter) => kept.push((draft, letter.id.clone())),
                None => fresh.push(draft),
            }
        }
        let left =
            |letter: &&Letter| letter.is_waiting() && !kept.iter().any(|(_, id)| *id == letter.id);
        let superseded = letters.iter().filter(left).map(|letter| letter.id.clone()).collect();
        Stock { fresh, kept, superseded }
    }
}

/// What makes two letters say the same to the same: round, letter, person, address, and what each
/// notice says.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    to: [String; 4],
    notices: Vec<(String, String, u32, String)>,
}

fn key_of_draft(draft: &Draft) -> Key {
    let Draft { round, person, genre, notices } = draft;
    let to = [round.clone(), genre.word().to_owned(), person.id.clone(), person.mail.clone()];
    let notice = |Notice { key, said, .. }: &Notice| {
        (key.kind.word().to_owned(), key.subject.clone(), key.number, said.clone())
    };
    let mut notices: Vec<_> = notices.iter().map(notice).collect();
    notices.sort();
    Key { to, notices }
}

fn key_of_letter(letter: &Letter) -> Key {
    let Letter { round, genre, person, address, .. } = letter;
    let to = [round.clone(), genre.clone(), person.clone(), address.clone()];
    let mut notices: Vec<_> = letter
        .notices
        .iter()
        .map(|it| (it.kind.clone(), it.subject.clone(), it.number, it.said.clone()))
        .collect();
    notices.sort();
    Key { to, notices }
}

/// A draft that could not be put into words, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unworded<'a, E> {
    pub draft: &'a Draft,
    pub error: E,
}

/// What came of stocking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stocked<'a, E> {
    /// `SomebodyElsePlanned`: nothing was stored; read what was told and plan again.
    pub enqueued: Enqueued,
    /// These are not stored. They stop nobody else's letter.
    pub unworded: Vec<Unworded<'a, E>>,
}

/// Stores what is new and takes back what is no longer so, in one step. `word` makes the final
/// letter of a draft, on several processors at once.
///
/// # Errors
/// Where the store fails.
pub async fn stock<'a, E: Send>(
    store: &Store,
    plan: &'a Plan,
    now: Timestamp,
    word: impl Fn(&Draft) -> Result<NewLetter, E> + Sync,
) -> Result<Stocked<'a, E>, StoreError> {
    let letters = store.letters().await?;
    let Stock { fresh, kept: _, superseded } = Stock::of(plan, &letters);
    let (mut worded, mut unworded) = (Vec::new(), Vec::new());
    let written = letter::for_each(&fresh, word);
    for (draft, letter) in fresh.into_iter().zip(written) {
        match letter {
            Ok(letter) => worded.push(letter),
            Err(error) => unworded.push(Unworded { draft, error }),
        }
    }
    let enqueued = store.enqueue(&worded, &superseded, now).await?;
    Ok(Stocked { enqueued, unworded })
}

/// Counts everything of a plan as told, without a letter, and takes back whatever waits.
///
/// # Errors
/// Where the store fails.
pub async fn baseline(store: &Store, plan: &Plan, now: Timestamp) -> Result<Enqueued, StoreError> {
    let letters = store.letters().await?;
    let waiting = letters.iter().filter(|letter| letter.is_waiting());
    let superseded: Vec<String> = waiting.map(|letter| letter.id.clone()).collect();
    let settled: Vec<NewLetter> = plan.drafts.iter().map(unwritten).collect();
    store.baseline(&settled, &superseded, now).await
}

/// A letter that is never written.
fn unwritten(draft: &Draft) -> NewLetter {
    NewLetter {
        round: draft.round.clone(),
        genre: draft.genre.word().to_owned(),
        person: draft.person.id.clone(),
        address: draft.person.mail.clone(),
        recipient: String::new(),
        sender: String::new(),
        line: String::new(),
        message_id: String::new(),
        bytes: String::new(),
        notices: notices_of(draft),
    }
}

/// The notices of a draft, for the store.
pub fn notices_of(draft: &Draft) -> Vec<NewNotice> {
    let row = |Notice { key, said, why }: &Notice| NewNotice {
        kind: key.kind.word().to_owned(),
        subject: key.subject.clone(),
        number: key.number,
        said: said.clone(),
        why: why.clone(),
    };
    draft.notices.iter().map(row).collect()
}
