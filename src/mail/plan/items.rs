//! What happened to an item since its owner last heard of it.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use jiff::civil::{Date, Weekday, time};
use jiff::{Timestamp, ToSpan};

use super::{Desk, Kind};
use crate::mail::ToldNotice;
use crate::model::{Item, Key, Mention, Person, Reading, Ref, Status};

/// What is said to a former owner.
pub const MOVED: &str = "moved";
/// After how many working days of silence an owner is asked to sign off.
const WORKING_DAYS_TO_LOOK: usize = 2;

/// What to write where nobody can tell who owns an item.
pub const WRITE_OWNER: &str = "write `- Owner: ` and one name from people.toml";

/// What an owner hears of a skipped item of which nobody has said why.
const WITHOUT_REASON: &str = "skipped without a reason";

/// With the decision only that ends which was never begun: a promise is kept later, too.
pub fn tell(desk: &mut Desk) {
    let twice = refs_used_twice(desk);
    for (_, item) in desk.round.items() {
        if item.is_garbled(Key::Owner) || item.is_garbled(Key::Status) || item.is_garbled(Key::Ref)
        {
            continue;
        }
        if desk.round.is_decided() && !is_begun(desk, item) {
            continue;
        }
        if let Status::Other(written) = &item.status {
            withhold_unread(desk, item, written);
        }
        if twice.contains(&Ref::key(&item.r#ref.text)) {
            if !is_past(desk, item) {
                withhold_twin(desk, item);
            }
            continue;
        }
        match item.owner.as_ref().and_then(|owner| owner.person()).cloned() {
            Some(owner) => tell_of(desk, item, &owner),
            None if is_past(desk, item) => {}
            None => withhold_ownerless(desk, item),
        }
    }
}

/// Whether somebody was told that something is done about it, or why not.
fn is_begun(desk: &Desk, item: &Item) -> bool {
    let waits = [Status::Submitted.word(), MOVED];
    desk.told.standings(&item.r#ref.text).any(|told| !waits.contains(&told.said.as_str()))
}

/// Whether the round is decided and where the item stands was told: whoever owned it then need not
/// be known for ever.
fn is_past(desk: &Desk, item: &Item) -> bool {
    let mut standings = desk.told.standings(&item.r#ref.text);
    desk.round.is_decided() && standings.any(|told| is_what(&told.said, item))
}

/// A word that is no status may mean anything, and whoever waits for news would hear nothing.
fn withhold_unread(desk: &mut Desk, item: &Item, written: &str) {
    let message = format!("`{written}` is not a status");
    let help = "write `submitted`, `skipped`, `started`, `done` or `signed off`";
    let place = item.status_place.as_ref().unwrap_or(&item.place);
    desk.withhold(Kind::Submitted, &item.r#ref.text, message, help, place);
}

/// Two items under one name would be told as one that goes to and fro for ever.
fn refs_used_twice(desk: &Desk) -> BTreeSet<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (_, item) in desk.round.items() {
        *seen.entry(Ref::key(&item.r#ref.text)).or_default() += 1;
    }
    seen.into_iter().filter(|(_, times)| *times > 1).map(|(key, _)| key).collect()
}

fn withhold_twin(desk: &mut Desk, item: &Item) {
    if let Some(kind) = kind_of(&item.status) {
        let r#ref = &item.r#ref.text;
        let message = format!("`{ref}` is the ref of more than one item");
        let place = item.r#ref.place.as_ref().unwrap_or(&item.place);
        desk.withhold(kind, r#ref, message, "give each its own", place);
    }
}

fn withhold_ownerless(desk: &mut Desk, item: &Item) {
    let Some(kind) = kind_of(&item.status) else { return };
    let (message, place) = match &item.owner {
        None => (format!("`{}` has no owner", item.title), item.place_for(Key::Owner)),
        Some(owner) => (trouble(owner), &owner.place),
    };
    desk.withhold(kind, &item.r#ref.text, message, WRITE_OWNER, place);
}

/// Why an owner who was written is nobody whom a letter could go to.
pub fn trouble(owner: &Mention) -> String {
    let trouble = match &owner.reading {
        Reading::Ambiguous(_) => "is the name of more than one person",
        Reading::Several(_) => "are several people, and one answers for an item",
        _ => "is not in people.toml",
    };
    format!("`{}` {trouble}", owner.shown())
}

fn tell_of(desk: &mut Desk, item: &Item, owner: &Arc<Person>) {
    let r#ref = item.r#ref.text.as_str();
    tell_former_owners(desk, r#ref, owner);
    let status = item.status.word();
    match desk.told.last(&Kind::STANDING, r#ref, owner) {
        Some(told) if told.key.kind == Kind::Moved => {
            hand_over(desk, item, owner, "it is theirs again".to_owned());
        }
        Some(told) if is_what(&told.said, item) => remind(desk, item, owner, told),
        Some(told) => {
            let done = [Status::Done.word(), Status::SignedOff.word()];
            let told_done = done.contains(&told.said.as_str());
            let kind = match &item.status {
                Status::Started if told_done => Some(Kind::Reopened),
                Status::Submitted => Some(Kind::Submitted),
                other => kind_of(other),
            };
            if let Some(kind) = kind {
                let why = format!("it is {status}, and {} was told", told.said);
                desk.due(owner, kind, r#ref, said_of(desk, item), why);
            }
        }
        None if desk.told.anybody_about(&Kind::STANDING, r#ref) => {
            hand_over(desk, item, owner, format!("it is {}'s now", owner.first_name()));
        }
        None => {
            if let Some(kind) = kind_of(&item.status) {
                let why = format!("it is {status}, and nothing was told");
                desk.due(owner, kind, r#ref, said_of(desk, item), why);
            }
        }
    }
}

/// What an owner knows of an item once they have read where it stands.
fn said_of<'a>(desk: &Desk, item: &'a Item) -> &'a str {
    if item.status == Status::Skipped && !has_reason(desk, item) {
        return WITHOUT_REASON;
    }
    item.status.word()
}

/// Whether an owner who was told `said` knows all that is to be known: the first reason is news.
pub fn is_what(said: &str, item: &Item) -> bool {
    said == item.status.word()
        || (said == WITHOUT_REASON && item.status == Status::Skipped && item.reason.is_none())
}

/// A letter names an estimate that is too big as a reason, too.
fn has_reason(desk: &Desk, item: &Item) -> bool {
    let effort = item.estimate.as_ref().and_then(|estimate| estimate.value.effort());
    item.reason.is_some() || effort.is_some_and(|effort| effort > desk.round.limits.estimate)
}

/// The notice that a status is worth when nothing was told before. What an owner has signed off
/// they know.
fn kind_of(status: &Status) -> Option<Kind> {
    match status {
        Status::Started => Some(Kind::Started),
        Status::Skipped => Some(Kind::Skipped),
        Status::Done => Some(Kind::Done),
        Status::Submitted | Status::SignedOff | Status::Other(_) => None,
    }
}

fn hand_over(desk: &mut Desk, item: &Item, owner: &Arc<Person>, why: String) {
    if !matches!(item.status, Status::Other(_)) {
        desk.due(owner, Kind::HandedOver, &item.r#ref.text, said_of(desk, item), why);
    }
}

/// Whoever was told something about an item and does not own it any more hears that it moved.
fn tell_former_owners(desk: &mut Desk, r#ref: &str, owner: &Arc<Person>) {
    for id in desk.told.people_of(r#ref) {
        let Some(person) = desk.round.people.by_id(&id).cloned() else { continue };
        let told = desk.told.last(&Kind::STANDING, r#ref, &person);
        if person.id != owner.id && told.is_some_and(|told| told.key.kind != Kind::Moved) {
            let why = format!("it is {}'s now", owner.first_name());
            desk.due(&person, Kind::Moved, r#ref, MOVED, why);
        }
    }
}

/// What is done and was told is to be looked at: once, after two working days.
fn remind(desk: &mut Desk, item: &Item, owner: &Arc<Person>, told: &ToldNotice) {
    let r#ref = item.r#ref.text.as_str();
    if item.status != Status::Done || desk.now < time_to_ask(desk, told.at) {
        return;
    }
    let reminded = desk.told.last(&[Kind::SignOffReminder], r#ref, owner);
    if reminded.is_none_or(|reminded| reminded.at < told.at) {
        let day = told.at.to_zoned(desk.round.zone.zone.clone()).date();
        let why = format!("it was told as done on {day} and is not signed off");
        desk.due(owner, Kind::SignOffReminder, r#ref, Status::Done.word(), why);
    }
}

/// Nine o'clock, two working days after it was told.
fn time_to_ask(desk: &Desk, told: Timestamp) -> Timestamp {
    let zone = &desk.round.zone.zone;
    let is_working = |day: &Date| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    let day = told.to_zoned(zone.clone()).date();
    day.series(1.day())
        .skip(1)
        .filter(is_working)
        .nth(WORKING_DAYS_TO_LOOK - 1)
        .and_then(|day| day.to_datetime(time(9, 0, 0, 0)).to_zoned(zone.clone()).ok())
        .map_or(Timestamp::MAX, |at| at.timestamp())
}
