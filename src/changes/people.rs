//! Who joined and who left. What else is known of a person is nobody's business here.

use super::shown::plain;
use crate::model::{People, Person};
use crate::words;

pub fn changes(before: &People, after: &People) -> Vec<String> {
    if before.unread.is_some() || after.unread.is_some() {
        return Vec::new();
    }
    let missing_in = |other: &People, all: &People| -> Vec<String> {
        all.all()
            .iter()
            .filter(|person| other.by_id(&person.id).is_none())
            .map(|person| plain(person.first_name()))
            .collect()
    };
    let changed: Vec<String> = after
        .all()
        .iter()
        .filter(|person| before.by_id(&person.id).is_some_and(|old| differs(old, person)))
        .map(|person| plain(person.first_name()))
        .collect();
    [
        (missing_in(before, after), "new among the people"),
        (missing_in(after, before), "taken away from the people"),
        (changed, "something else is known of"),
    ]
    .into_iter()
    .filter(|(names, _)| !names.is_empty())
    .map(|(names, what)| format!("{what}: {}", words::and(&names)))
    .collect()
}

fn differs(old: &Person, now: &Person) -> bool {
    let Person { id: _, name, mail, side, hub, team, role, away, left, place: _, mail_place: _ } =
        now;
    (name, mail, side, hub, team, role, away, left)
        != (&old.name, &old.mail, &old.side, &old.hub, &old.team, &old.role, &old.away, &old.left)
}
