//! people.toml: who takes part. Never published.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use super::notes::{KNOWN_WORDS, Notes, SETTINGS_ARE_READ};
use super::source::Source;
use super::toml::{self, Said, Taker};
use crate::finding::Placed;
use crate::model::{Days, People, Person, Side};
use crate::words;

const KNOWN: &[&str] = &["name", "mail", "side", "hub", "team", "role", "away", "left"];

#[derive(Deserialize)]
struct RawPerson {
    name: Option<Said<String>>,
    mail: Option<Said<String>>,
    side: Option<Said<String>>,
    hub: Option<Said<String>>,
    team: Option<Said<String>>,
    role: Option<Said<String>>,
    away: Option<Said<Vec<String>>>,
    left: Option<Said<::toml::value::Datetime>>,
}

pub(crate) fn read(source: &Source, notes: &mut Notes) -> People {
    let Some((mut raw, keys)) = toml::read::<BTreeMap<String, RawPerson>>(source, KNOWN, notes)
    else {
        return People::unread(notes.place_in(&source.path));
    };
    let mut people: Vec<Person> = Vec::new();
    for id in keys.written(&[]) {
        let Some(person) = raw.remove(&id.value) else { continue };
        let mut take = Taker { source, keys: &keys, known: KNOWN, notes };
        people.push(assemble(&id, person, &mut take));
    }
    People::new(people)
}

fn assemble(id: &Placed<String>, raw: RawPerson, take: &mut Taker) -> Person {
    let RawPerson { name, mail, side, hub, team, role, away, left } = raw;
    let key = id.value.as_str();
    let name = take.required(name, &[key, "name"], "\"Ana Duarte\"");
    if let Some(name) = &name {
        one_line(name, take.notes);
    }
    let mail = take.required(mail, &[key, "mail"], "\"ana@example.org\"");
    let mail_place = mail.as_ref().map(|mail| mail.place.clone());
    let mail = mail.filter(|mail| is_mail(mail, take.notes));
    let side =
        take.required(side, &[key, "side"], "\"partner\"").map(|side| read_side(&side, take.notes));
    let left = take.optional(left, &[key, "left"], "2026-09-30").and_then(|left| day(&left, take));
    let hub = take.optional(hub, &[key, "hub"], "\"Lisbon\"");
    let team = take.optional(team, &[key, "team"], "\"Search\"");
    let role = take.optional(role, &[key, "role"], "\"Support lead\"");
    let mut absences = Vec::new();
    for days in take
        .list(away, &[key, "away"], "[\"2026-07-29\", \"2026-08-03/2026-08-07\"]")
        .unwrap_or_default()
    {
        absences.extend(absence(&days, take.notes));
    }
    // Whoever is named here is known, whatever else is wrong: an item's owner is not to be called
    // a stranger because of a mistake in another file.
    let name = name.unwrap_or_else(|| id.clone());
    Person {
        id: key.to_owned(),
        name: words_of(&name.value),
        mail: mail.map(|mail| mail.value.trim().to_owned()).unwrap_or_default(),
        side: side.unwrap_or(Side::Partner),
        hub: hub.map(|hub| words_of(&hub.value)),
        team: team.map(|team| words_of(&team.value)),
        role: role.map(|role| words_of(&role.value)),
        away: absences,
        left: left.map(|left| left.value),
        mail_place: mail_place.unwrap_or_else(|| name.place.clone()),
        place: name.place,
    }
}

fn words_of(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Control characters in a name would end up in the head of a letter.
fn one_line(name: &Placed<String>, notes: &mut Notes) {
    if name.value.chars().any(char::is_control) {
        notes.error(
            SETTINGS_ARE_READ,
            name.place.clone(),
            "`name` holds a line break or another control character",
            "write `name` on one line, without `\\n` and the like",
        );
    }
}

fn is_mail(mail: &Placed<String>, notes: &mut Notes) -> bool {
    let good = is_address(mail.value.trim());
    if !good {
        notes.error(
            SETTINGS_ARE_READ,
            mail.place.clone(),
            "this is no mail address",
            "write one address, such as `mail = \"ana@example.org\"`",
        );
    }
    good
}

/// One address that letters can be sent to: no list, no name, no comment.
pub(crate) fn is_address(written: &str) -> bool {
    let parts = written.rsplit_once('@').is_some_and(|(name, host)| {
        !name.is_empty()
            && !name.contains('@')
            && host.contains('.')
            && host.split('.').all(|label| !label.is_empty())
    });
    parts
        && !written.contains(|c: char| {
            c.is_whitespace()
                || c.is_control()
                || matches!(c, ',' | ';' | '<' | '>' | '"' | '(' | ')' | '\\')
        })
}

fn read_side(side: &Placed<String>, notes: &mut Notes) -> Side {
    let folded = words::fold(&side.value);
    if let Some(known) = Side::ALL.into_iter().find(|known| known.word() == folded) {
        return known;
    }
    let near = words::nearest(&side.value, Side::ALL.map(Side::word));
    let help = near.map_or_else(
        || "write `partner`, `developer` or `manager`".to_owned(),
        |near| format!("did you mean `{near}`? write `partner`, `developer` or `manager`"),
    );
    notes.error(KNOWN_WORDS, side.place.clone(), format!("`{}` is no side", side.value), help);
    near.and_then(|near| Side::ALL.into_iter().find(|side| side.word() == near))
        .unwrap_or(Side::Partner)
}

/// A TOML date without a time.
pub(crate) fn day(
    written: &Placed<::toml::value::Datetime>,
    take: &mut Taker,
) -> Option<Placed<Date>> {
    let date = written.value.date.filter(|_| written.value.time.is_none()).and_then(|date| {
        Date::new(
            i16::try_from(date.year).ok()?,
            i8::try_from(date.month).ok()?,
            i8::try_from(date.day).ok()?,
        )
        .ok()
    });
    if date.is_none() {
        take.notes.error(
            SETTINGS_ARE_READ,
            written.place.clone(),
            format!("`{}` is no day", written.value),
            "write a date without a time, such as `2026-09-30`",
        );
    }
    date.map(|date| Placed::new(date, written.place.clone()))
}

/// `2026-07-29`, or `2026-08-03/2026-08-07` with both days included.
fn absence(written: &Placed<String>, notes: &mut Notes) -> Option<Days> {
    let parse = |text: &str| text.trim().parse::<Date>().ok();
    let days = match written.value.split_once('/') {
        Some((first, last)) => {
            parse(first).zip(parse(last)).map(|(first, last)| Days { first, last })
        }
        None => parse(&written.value).map(|day| Days { first: day, last: day }),
    };
    match days {
        None => notes.error(
            SETTINGS_ARE_READ,
            written.place.clone(),
            format!("`{}` is no day and no range of days", written.value),
            "write `\"2026-07-29\"`, or `\"2026-08-03/2026-08-07\"` for the first and the last day",
        ),
        Some(days) if days.last < days.first => {
            notes.error(
                SETTINGS_ARE_READ,
                written.place.clone(),
                "the last day is before the first",
                format!("write `\"{}/{}\"`", days.last, days.first),
            );
            return None;
        }
        Some(_) => {}
    }
    days
}
