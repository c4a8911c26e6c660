//! The week ahead, for those who own something in it; and that it is off, for those who do not any
//! more.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::time;
use jiff::{Timestamp, ToSpan};

use super::items::{WRITE_OWNER, trouble};
use super::{Desk, Kind};
use crate::finding::Place;
use crate::model::{Item, Key, ListFile, Person, Round, Status};

/// How many days before the week its letters go at the earliest.
const DAYS_AHEAD: i32 = 4;

pub fn tell(desk: &mut Desk) {
    let round = desk.round;
    if round.is_decided() || desk.now >= round.dates.week_last.end() {
        return;
    }
    let owned = owned(desk);
    call_off(desk, &owned);
    if desk.now < begins(round) {
        return;
    }
    let (first, last) = round.week();
    let days = format!("{first}/{last}");
    for (_, (owner, items)) in owned {
        if items.iter().all(|item| item.status == Status::Skipped || item.status.is_finished()) {
            continue;
        }
        let why = match desk.told.last(&[Kind::WeekAhead, Kind::WeekOff], "-", &owner) {
            None => format!("the week begins on {first}"),
            Some(told) if told.key.kind == Kind::WeekOff => {
                format!("`{}` owns something in the week again", owner.name)
            }
            Some(told) if told.said != days => {
                format!("the week is {days}, and {} was told", told.said)
            }
            Some(_) => continue,
        };
        desk.due(&owner, Kind::WeekAhead, "-", &days, why);
        // Whose item it is has been told with this, so that a later owner can hear that it moved.
        for item in items.into_iter().filter(|item| item.status == Status::Submitted) {
            if !desk.told.anybody_about(&Kind::STANDING, &item.r#ref.text) {
                let why = "it is theirs in this week".to_owned();
                desk.due(&owner, Kind::WeekAhead, &item.r#ref.text, "submitted", why);
            }
        }
    }
}

/// The owners of the round with what they own, in the order of people.toml.
fn owned<'a>(desk: &Desk<'a>) -> BTreeMap<usize, (Arc<Person>, Vec<&'a Item>)> {
    let mut owned: BTreeMap<usize, (Arc<Person>, Vec<&Item>)> = BTreeMap::new();
    for (_, item) in desk.round.items() {
        if let Some(owner) = item.owner.as_ref().and_then(|owner| owner.person())
            && let Some(index) = desk.round.people.position(&owner.id)
        {
            owned.entry(index).or_insert_with(|| (owner.clone(), Vec::new())).1.push(item);
        }
    }
    owned
}

/// From when on: the lists stand, and the week is near.
pub fn begins(round: &Round) -> Timestamp {
    let dates = &round.dates;
    let near =
        dates.week_first.at.checked_sub(DAYS_AHEAD.days()).and_then(|day| {
            day.date().to_datetime(time(9, 0, 0, 0)).to_zoned(day.time_zone().clone())
        });
    dates.lists_due.start().max(near.map_or(Timestamp::MIN, |near| near.timestamp()))
}

/// Who owns nothing any more need not be reachable. A list that cannot be read takes nobody's items
/// away, and while somebody's owner cannot be read it may be anybody who seems to own nothing.
fn call_off(desk: &mut Desk, owned: &BTreeMap<usize, (Arc<Person>, Vec<&Item>)>) {
    if !is_whole(desk) {
        return;
    }
    let unclear = desk.round.items().find_map(|(_, item)| unclear_owner(item));
    for person in desk.round.people.all() {
        let owns = desk.round.people.position(&person.id).is_some_and(|it| owned.contains_key(&it));
        let told = desk.told.last(&[Kind::WeekAhead, Kind::WeekOff], "-", person);
        if owns || told.is_none_or(|told| told.key.kind == Kind::WeekOff) {
            continue;
        }
        match &unclear {
            None => {
                let why = format!("`{}` owns nothing in the week any more", person.name);
                desk.due(person, Kind::WeekOff, "-", "off", why);
            }
            Some(_) if desk.has_left(person) => {}
            Some((trouble, place)) => {
                let name = &person.name;
                let message = format!("`{name}` may own something in the week still: {trouble}");
                desk.withhold(Kind::WeekOff, "-", message, WRITE_OWNER, place);
            }
        }
    }
}

/// Why nobody can tell who owns an item of which somebody wrote an owner, and where that stands.
fn unclear_owner(item: &Item) -> Option<(String, &Place)> {
    if item.is_garbled(Key::Owner) {
        return Some((format!("the owner of `{}` cannot be read", item.title), &item.place));
    }
    let owner = item.owner.as_ref().filter(|owner| owner.person().is_none())?;
    Some((trouble(owner), &owner.place))
}

/// Whether every list that is there could be read to its end, so that what is not seen is not there.
/// Where one is missing and a file lies beside the lists that no product owns, it may be that one.
pub fn is_whole(desk: &Desk) -> bool {
    let round = desk.round;
    let lists = round.path("lists/");
    let may_be_elsewhere = round.strays.iter().any(|stray| stray.place.path.starts_with(&lists));
    round.products.iter().all(|product| match &product.list {
        ListFile::Missing => !may_be_elsewhere,
        ListFile::Refused => false,
        ListFile::Read(list) => !list.cut_short,
    })
}
