//! People, and how a written name becomes one of them.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::finding::Place;
use crate::words;

/// One table of people.toml.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: String,
    pub name: String,
    /// Never published. Empty where people.toml holds no usable address; a finding says so.
    pub mail: String,
    pub side: Side,
    pub hub: Option<String>,
    pub team: Option<String>,
    pub role: Option<String>,
    pub away: Vec<Days>,
    /// The first day on which this person is no longer there.
    pub left: Option<Date>,
    /// The name's place in people.toml.
    pub place: Place,
    /// The address's place, or the name's where there is none.
    pub mail_place: Place,
}

impl Person {
    /// Whether this person is not there on that day: away, or gone for good.
    pub fn is_away(&self, day: Date) -> bool {
        self.away.iter().any(|days| days.contains(day)) || self.has_left(day)
    }

    /// Whether this person is gone for good on that day.
    pub fn has_left(&self, day: Date) -> bool {
        self.left.is_some_and(|left| left <= day)
    }

    /// Whether there are days on which this person is away at all.
    pub fn is_ever_away(&self) -> bool {
        !self.away.is_empty() || self.left.is_some()
    }

    /// The first name, for pages that show who is meant without showing who they are elsewhere.
    pub fn first_name(&self) -> &str {
        self.name.split_whitespace().next().unwrap_or(&self.name)
    }
}

/// Which side of the week a person is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    Partner,
    Developer,
    Manager,
}

impl Side {
    pub const ALL: [Side; 3] = [Side::Partner, Side::Developer, Side::Manager];

    pub fn word(self) -> &'static str {
        match self {
            Side::Partner => "partner",
            Side::Developer => "developer",
            Side::Manager => "manager",
        }
    }
}

/// A day, or first to last with both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    pub first: Date,
    pub last: Date,
}

impl Days {
    pub fn contains(self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }
}

/// Everybody of people.toml, in file order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People {
    all: Vec<Arc<Person>>,
    by_id: HashMap<String, usize>,
    by_mail: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
    /// Where people.toml cannot be read, or that it is missing: a finding says so, and nobody can
    /// be known.
    pub unread: Option<Place>,
}

/// A person as written in a list, and who is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    pub written: String,
    pub reading: Reading,
    pub place: Place,
}

impl Mention {
    pub fn person(&self) -> Option<&Arc<Person>> {
        match &self.reading {
            Reading::Person(person) => Some(person),
            _ => None,
        }
    }

    /// The name to show: the known person's, or what was written with its address left out.
    pub fn shown(&self) -> String {
        match &self.reading {
            Reading::Person(person) => person.name.clone(),
            _ => without_address(&self.written),
        }
    }
}

/// Who a written name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    Person(Arc<Person>),
    /// Nobody of that name; perhaps this one was meant.
    Unknown {
        nearest: Option<Arc<Person>>,
    },
    /// More than one person, as written.
    Several(Vec<String>),
    /// A name that more than one person bears.
    Ambiguous(Vec<Arc<Person>>),
}

impl People {
    pub fn new(all: Vec<Person>) -> People {
        let mut people = People::default();
        for (index, person) in all.into_iter().enumerate() {
            people.by_id.entry(person.id.to_lowercase()).or_insert(index);
            if !person.mail.is_empty() {
                people.by_mail.entry(person.mail.to_lowercase()).or_insert(index);
            }
            people.by_name.entry(words::fold(&person.name)).or_default().push(index);
            people.all.push(Arc::new(person));
        }
        people
    }

    /// Nobody, because people.toml is missing or cannot be read.
    pub fn unread(place: Place) -> People {
        People { unread: Some(place), ..People::default() }
    }

    pub fn all(&self) -> &[Arc<Person>] {
        &self.all
    }

    /// The place of the person with that id in the order of people.toml, from 0.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.by_id.get(&id.to_lowercase()).copied()
    }

    /// The person with that id, in any case, with or without its `@`.
    pub fn by_id(&self, id: &str) -> Option<&Arc<Person>> {
        let id = id.strip_prefix('@').unwrap_or(id).to_lowercase();
        self.by_id.get(&id).map(|index| &self.all[*index])
    }

    /// The person with that mail address, in any case.
    pub fn by_mail(&self, mail: &str) -> Option<&Arc<Person>> {
        self.by_mail.get(&mail.to_lowercase()).map(|index| &self.all[*index])
    }

    /// Reads a name, `@id`, mail address or `Name <mail>` from the source text of a value.
    pub fn read(&self, written: &str) -> Reading {
        let written = clean(written);
        if let Some(reading) = self.one(&written) {
            return reading;
        }
        let parts = split_people(&written);
        if parts.len() > 1 {
            return Reading::Several(parts);
        }
        Reading::Unknown { nearest: self.nearest(&written) }
    }

    fn one(&self, written: &str) -> Option<Reading> {
        if let Some(id) = written.strip_prefix('@') {
            return self.by_id(id).cloned().map(Reading::Person);
        }
        if let Some((name, mail)) = name_and_mail(written) {
            return match (self.by_mail(&mail), self.named(&name)) {
                (Some(person), _) => Some(Reading::Person(person.clone())),
                (None, _) => None,
            };
        }
        if written.contains('@') {
            return self.by_mail(written).cloned().map(Reading::Person);
        }
        self.named(written).or_else(|| {
            let (last, first) = written.split_once(',')?;
            (!first.contains(',')).then(|| self.named(&format!("{first} {last}")))?
        })
    }

    fn named(&self, name: &str) -> Option<Reading> {
        let folded = words::fold(name);
        if folded.is_empty() {
            return None;
        }
        match self.by_name.get(&folded)?.as_slice() {
            [only] => Some(Reading::Person(self.all[*only].clone())),
            several => Some(Reading::Ambiguous(
                several.iter().map(|index| self.all[*index].clone()).collect(),
            )),
        }
    }

    /// The person most likely meant: by a near name, an id without its `@`, or a first name.
    fn nearest(&self, written: &str) -> Option<Arc<Person>> {
        if self.all.is_empty() {
            return None;
        }
        let name = name_and_mail(written).map_or_else(|| written.to_owned(), |(name, _)| name);
        let bare = name.trim_start_matches('@');
        if let Some(person) = self.by_id(bare) {
            return Some(person.clone());
        }
        if let Some(Reading::Person(person)) = self.named(&name) {
            return Some(person);
        }
        let folded = words::fold(bare);
        let mut first_named =
            self.all.iter().filter(|person| words::fold(person.first_name()) == folded);
        if let (Some(person), None) = (first_named.next(), first_named.next()) {
            return Some(person.clone());
        }
        self.alike(bare)
    }

    /// A person whose name, id or address is nearly what was written. Of addresses only what
    /// stands before the `@` counts: colleagues share the rest.
    fn alike(&self, bare: &str) -> Option<Arc<Person>> {
        let local = |mail: &str| mail.split('@').next().unwrap_or_default().to_owned();
        let words_of = |person: &Person| {
            if bare.contains('@') {
                vec![local(&person.mail)]
            } else {
                vec![person.name.clone(), person.id.clone()]
            }
        };
        let written = if bare.contains('@') { local(bare) } else { bare.to_owned() };
        let all: Vec<String> = self.all.iter().flat_map(|person| words_of(person)).collect();
        let near = words::nearest(&written, all.iter().map(String::as_str))?;
        self.all.iter().find(|person| words_of(person).iter().any(|word| word == near)).cloned()
    }
}

/// Takes away what Markdown editors put around a name: backslashes, stars, code ticks, links.
fn clean(written: &str) -> String {
    let written = written.replace("&nbsp;", " ").replace("&amp;", "&");
    let mut text = String::with_capacity(written.len());
    let mut chars = written.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.peek().is_some_and(char::is_ascii_punctuation) => {
                text.extend(chars.next())
            }
            c if words::is_invisible(c) => {}
            c if c.is_whitespace() => text.push(' '),
            c => text.push(c),
        }
    }
    let mut text = text.trim();
    // Some editors end every line of a bullet with a line break of HTML.
    while let Some(before) =
        ["<br>", "<br/>", "<br />"].iter().find_map(|tag| text.strip_suffix(tag))
    {
        text = before.trim_end();
    }
    while let Some(inner) = ["**", "__", "*", "`"].iter().find_map(|mark| {
        text.strip_prefix(mark)?.strip_suffix(mark).filter(|inner| !inner.is_empty())
    }) {
        text = inner.trim();
    }
    linked(text).unwrap_or_else(|| text.to_owned())
}

/// `[Ana Duarte](mailto:ana@example.org)` reads as `Ana Duarte <ana@example.org>`.
fn linked(text: &str) -> Option<String> {
    let (name, target) = text.strip_prefix('[')?.strip_suffix(')')?.split_once("](")?;
    Some(match target.strip_prefix("mailto:") {
        Some(mail) if name.contains('@') => mail.to_owned(),
        Some(mail) => format!("{name} <{mail}>"),
        None => name.to_owned(),
    })
}

/// `Name <mail>`, or `<mail>` with an empty name.
fn name_and_mail(text: &str) -> Option<(String, String)> {
    let (name, mail) = text.strip_suffix('>')?.rsplit_once('<')?;
    let mail = mail.trim().trim_start_matches("mailto:");
    // A second address before this one belongs to a second person.
    if name.contains(['<', '@']) {
        return None;
    }
    Some((name.trim().trim_matches('"').to_owned(), mail.to_owned()))
}

/// The parts of `Ana, Bob and Carla/Dan`.
pub fn split_people(text: &str) -> Vec<String> {
    let mut text = text.to_owned();
    if text.split_whitespace().all(|word| word.starts_with('@')) {
        text = text.split_whitespace().collect::<Vec<_>>().join(",");
    }
    for between in [
        " and ", " And ", " AND ", " or ", " & ", " + ", " und ", " et ", " y ", " e ", "/", ";",
        "、", "，",
    ] {
        text = text.replace(between, ",");
    }
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// What was written, without anything that looks like a mail address.
fn without_address(written: &str) -> String {
    if written.trim().is_empty() {
        return String::new();
    }
    if let Some((name, _)) = name_and_mail(written.trim())
        && !name.is_empty()
    {
        return name;
    }
    // `@id` is no address, but `@zoe@example.org` is one.
    let shown = |word: &&str| !word.strip_prefix('@').unwrap_or(word).contains('@');
    let kept: Vec<&str> = written.split_whitespace().filter(shown).collect();
    if kept.is_empty() { "address hidden".to_owned() } else { kept.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: &str, name: &str) -> Person {
        Person {
            id: id.into(),
            name: name.into(),
            mail: format!("{}@example.org", id.trim_matches('_')),
            side: Side::Partner,
            hub: None,
            team: None,
            role: None,
            away: vec![],
            left: None,
            place: Place::whole("content/people.toml"),
            mail_place: Place::whole("content/people.toml"),
        }
    }

    fn people() -> People {
        People::new(vec![
            person("ana", "Ana Duarte"),
            person("_bob_", "Bob Öz"),
            person("rp", "Rosa and Partners"),
        ])
    }

    fn id(written: &str) -> Option<String> {
        match people().read(written) {
            Reading::Person(person) => Some(person.id.clone()),
            _ => None,
        }
    }

    #[test]
    fn a_person_is_known_by_name_id_and_mail() {
        for written in [
            "Ana Duarte",
            "ana  duarte",
            "@ana",
            "@Ana",
            "ANA@example.org",
            "<ana@example.org>",
            "Ana Duarte <ana@example.org>",
            "**Ana Duarte**",
            "Duarte, Ana",
            "[Ana](mailto:ana@example.org)",
            "Ana\u{a0}Duarte",
            "Ana&nbsp;Duarte<br>",
        ] {
            assert_eq!(id(written).as_deref(), Some("ana"), "{written}");
        }
        assert_eq!(id("@_bob_").as_deref(), Some("_bob_"));
        assert_eq!(id("@\\_bob\\_").as_deref(), Some("_bob_"));
        assert_eq!(id("Bob Oz").as_deref(), Some("_bob_"));
        assert_eq!(id("Rosa and Partners").as_deref(), Some("rp"));
    }

    #[test]
    fn two_names_are_two_people() {
        for written in ["Ana, Bob", "Ana and Bob", "Ana/Bob", "Ana Duarte & Bob Öz", "@ana, @_bob_"]
        {
            assert!(
                matches!(people().read(written), Reading::Several(parts) if parts.len() == 2),
                "{written}"
            );
        }
    }

    #[test]
    fn a_stranger_comes_with_the_nearest_name() {
        for written in ["Ana Duart", "ana", "Ana", "@anna", "Ana Duarte <ana@elsewhere.org>"] {
            match people().read(written) {
                Reading::Unknown { nearest: Some(near) } => assert_eq!(near.id, "ana", "{written}"),
                other => panic!("{written}: {other:?}"),
            }
        }
        assert!(matches!(people().read("Zacharias"), Reading::Unknown { nearest: None }));
    }

    #[test]
    fn an_address_is_never_shown() {
        assert_eq!(without_address("Zoe <zoe@example.org>"), "Zoe");
        for written in ["zoe@example.org", "@zoe@example.org", "zoe@x.org <zoe@x.org>"] {
            assert_eq!(without_address(written), "address hidden", "{written}");
        }
        assert_eq!(without_address("@zoe"), "@zoe");
    }
}
