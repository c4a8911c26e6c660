//! Who is who in two states, and who joined and who left. What else is known of a person is nobody's
//! business here.

use super::shown::plain;
use crate::model::{Mention, People, Person};
use crate::words;

pub fn changes(before: &People, after: &People) -> Vec<String> {
    if before.unread.is_some() || after.unread.is_some() {
        return Vec::new();
    }
    let missing_in = |other: &People, all: &People| -> Vec<String> {
        all.all()
            .iter()
            .filter(|person| other.by_id(&person.id).is_none())
            .filter(|person| !other.all().iter().any(|other| is_one(person, other)))
            .map(|person| plain(person.first_name()))
            .collect()
    };
    let changed: Vec<String> = after
        .all()
        .iter()
        .filter(|person| before.by_id(&person.id).is_some_and(|old| differs(old, person)))
        .map(|person| plain(person.first_name()))
        .collect();
    let named_anew: Vec<String> = after
        .all()
        .iter()
        .filter(|person| before.by_id(&person.id).is_none())
        .filter(|person| before.all().iter().any(|old| is_one(old, person)))
        .map(|person| plain(person.first_name()))
        .collect();
    [
        (missing_in(before, after), "new among the people"),
        (missing_in(after, before), "taken away from the people"),
        (changed, "changed among the people"),
        (named_anew, "under another id"),
    ]
    .into_iter()
    .filter(|(names, _)| !names.is_empty())
    .map(|(names, what)| format!("{what}: {}", words::and(&names)))
    .collect()
}

/// Whether two mentions are of one person, however they are written. What is written as before, and
/// of which one state does not know who it is, was changed by nobody.
pub fn is_same(one: &Mention, other: &Mention) -> bool {
    match (one.person(), other.person()) {
        (Some(one), Some(other)) => is_one(one, other),
        _ => words::fold(&one.written) == words::fold(&other.written),
    }
}

/// The same of several, in their order.
pub fn are_same(some: &[Mention], others: &[Mention]) -> bool {
    some.len() == others.len() && some.iter().zip(others).all(|(one, other)| is_same(one, other))
}

/// A person whose id is another one, and whose name and mail are not, is the same person.
fn is_one(one: &Person, other: &Person) -> bool {
    one.id.to_lowercase() == other.id.to_lowercase()
        || (!one.mail.is_empty()
            && words::fold(&one.name) == words::fold(&other.name)
            && one.mail.to_lowercase() == other.mail.to_lowercase())
}

fn differs(old: &Person, now: &Person) -> bool {
    let Person { id: _, name, mail, side, hub, team, role, away, left, place: _, mail_place: _ } =
        now;
    (name, mail, side, hub, team, role, away, left)
        != (&old.name, &old.mail, &old.side, &old.hub, &old.team, &old.role, &old.away, &old.left)
}
