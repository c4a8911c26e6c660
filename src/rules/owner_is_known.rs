//! Whoever is named gets mail, so each name must lead to one person.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Breach, Deadline, Rule, is_placeholder, known_name, meant, same, somebody};
use crate::finding::Severity;
use crate::model::{Key, Mention, Person, Reading, Round, Side};
use crate::words::{count, or, ticked};

pub const RULE: Rule = Rule {
    name: "owner-is-known",
    asks: "Everybody who is named is in people.toml and still with us. News for a name that nobody knows would reach no one, and nobody would notice.",
    deadline: Deadline::ListsDue,
    before: Severity::Warning,
    after: Severity::Error,
    judge,
};

fn judge(round: &Round, _now: Timestamp) -> Vec<Breach> {
    // That people.toml cannot be read is told by the reader, and then nobody is known.
    if round.people.unread.is_some() {
        return Vec::new();
    }
    // Without any people each name is unknown, and one line says as much as forty.
    if round.people.all().is_empty() {
        return vec![nobody(round)];
    }
    named_people(round)
        .into_iter()
        .filter_map(|(role, mention)| judge_name(round, role, mention))
        .collect()
}

fn nobody(round: &Round) -> Breach {
    Breach::new(
        &round.place,
        "people.toml names nobody, so no owner can be known",
        "add each person as `[ana]` with `name`, `mail` and `side` to people.toml",
    )
}

/// Where somebody is named.
#[derive(Clone, Copy)]
enum Role {
    Coordinator,
    Manager,
    Fact(Key),
}

impl Role {
    /// What the person is there.
    fn word(self) -> &'static str {
        match self {
            Role::Coordinator => "coordinator",
            Role::Manager => "manager",
            Role::Fact(Key::Owner) => "owner",
            Role::Fact(Key::Deputy) => "deputy",
            Role::Fact(Key::Dev) => "developer",
            Role::Fact(_) => "person",
        }
    }

    /// The side such people are mostly of.
    fn side(self) -> Side {
        match self {
            Role::Manager => Side::Manager,
            Role::Fact(Key::Dev) => Side::Developer,
            Role::Coordinator | Role::Fact(_) => Side::Partner,
        }
    }

    /// How to name that person there.
    fn naming(self, person: &Person) -> String {
        match self {
            Role::Coordinator => format!("`\"{}\"` among the `coordinators`", person.id),
            Role::Manager => format!("`manager = \"{}\"`", person.id),
            Role::Fact(key) => format!("`- {}: {}`", key.word(), person.name),
        }
    }
}

fn named_people(round: &Round) -> Vec<(Role, &Mention)> {
    let coordinators = round.coordinators.iter().map(|named| (Role::Coordinator, named));
    let managers = round.products.iter().map(|product| (Role::Manager, &product.manager));
    let mut all: Vec<(Role, &Mention)> = coordinators.chain(managers).collect();
    for (_, item) in round.items() {
        all.extend(item.owner.iter().map(|named| (Role::Fact(Key::Owner), named)));
        all.extend(item.deputy.iter().map(|named| (Role::Fact(Key::Deputy), named)));
        all.extend(item.with.iter().map(|named| (Role::Fact(Key::With), named)));
        all.extend(item.devs.iter().map(|named| (Role::Fact(Key::Dev), named)));
    }
    all
}

fn judge_name(round: &Round, role: Role, mention: &Mention) -> Option<Breach> {
    // A manager whom nobody wrote is told by the reader.
    if mention.written.trim().is_empty() {
        return None;
    }
    let written = mention.shown();
    let (message, help) = match &mention.reading {
        Reading::Person(person) => has_left(round, role, person)?,
        Reading::Unknown { nearest: Some(person) } if has_other_address(mention, person) => (
            format!("the address behind `{}` is not the one in people.toml", person.name),
            format!("write {}, without an address", role.naming(person)),
        ),
        Reading::Unknown { nearest } => (
            format!("`{written}` is not in people.toml"),
            match meant(round, &mention.written, nearest.as_deref()) {
                Some(person) => format!("write {}", role.naming(person)),
                None => nobody_of_that_name(round, role, &mention.written),
            },
        ),
        // Two owners are another rule's matter.
        Reading::Several(_) if matches!(role, Role::Fact(Key::Owner)) => return None,
        Reading::Several(parts) => (
            format!("`{written}` reads as {}", count(parts.len(), "name", "names")),
            parts.iter().find_map(|part| known_name(round, part)).map_or_else(
                || "write one name from people.toml".to_owned(),
                |name| format!("write one name, such as `{name}`"),
            ),
        ),
        Reading::Ambiguous(people) => (
            format!("`{written}` is the name of {}", count(people.len(), "person", "people")),
            format!("write {}", or(&ticked(&ids(people)))),
        ),
    };
    // Nobody waits for those who only look on.
    let looks_on = matches!(role, Role::Fact(Key::With));
    let at_most = if looks_on { Severity::Warning } else { Severity::Error };
    Some(Breach::new(&mention.place, message, help).at_most(at_most))
}

/// `Ana Duarte <ana@elsewhere.org>`: the name is known, and the address is not hers.
fn has_other_address(mention: &Mention, person: &Person) -> bool {
    let written = mention.written.trim();
    let name = written.strip_suffix('>').and_then(|written| written.rsplit_once('<'));
    name.is_some_and(|(name, address)| address.contains('@') && same(name, &person.name))
}

fn nobody_of_that_name(round: &Round, role: Role, written: &str) -> String {
    // Beside somebody's name another one would read as a suggestion.
    let example = somebody(round, role.side(), None, |_| is_placeholder(written))
        .map_or_else(String::new, |person| format!(", such as {}", role.naming(person)));
    let otherwise = match role {
        Role::Fact(Key::Owner) if is_placeholder(written) => String::new(),
        Role::Fact(key) if is_placeholder(written) => {
            format!(", or nothing behind `- {}:`", key.word())
        }
        _ => ", or add this one there with `name`, `mail` and `side`".to_owned(),
    };
    format!("write a name from people.toml{example}{otherwise}")
}

/// Who leaves during the week is away on some of its days, which is another rule's matter.
fn has_left(round: &Round, role: Role, person: &Person) -> Option<(String, String)> {
    let left = person.left.filter(|left| *left <= round.week().0)?;
    Some((
        format!("`{}` left on {}", person.name, left.strftime("%-d %B %Y")),
        format!(
            "write another {} who is there in the week, by a name from people.toml",
            role.word()
        ),
    ))
}

fn ids(people: &[Arc<Person>]) -> Vec<String> {
    people.iter().map(|person| format!("@{}", person.id)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::model::People;

    fn owned_by(written: &str) -> Round {
        round().list("atlas", |list| list.item("Printer", |item| item.owner(written)))
    }

    #[test]
    fn known_people_are_fine() {
        assert_eq!(told(&RULE, &owned_by("@ana"), FROZEN), NOTHING);
        let without = round().list("atlas", |list| list.item("Printer", bare));
        assert_eq!(told(&RULE, &without, FROZEN), NOTHING);
    }

    #[test]
    fn a_stranger_comes_with_the_name_that_was_meant() {
        let round = owned_by("Ana Duart");
        assert_eq!(
            told(&RULE, &round, LISTING),
            ["warning lists/atlas.md:21 `Ana Duart` is not in people.toml"]
        );
        assert_eq!(
            told(&RULE, &round, FROZEN),
            ["error lists/atlas.md:21 `Ana Duart` is not in people.toml"]
        );
        assert_eq!(helps(&RULE, &round, FROZEN), ["write `- Owner: Ana Duarte`"]);
        assert_eq!(
            told(&RULE, &round.decided(), DECIDING),
            ["hint lists/atlas.md:21 `Ana Duart` is not in people.toml"]
        );
    }

    #[test]
    fn no_address_is_repeated() {
        assert_eq!(
            helps(&RULE, &owned_by("zoe@example.net"), FROZEN),
            ["write a name from people.toml, or add this one there with `name`, `mail` and `side`"]
        );
        assert_eq!(
            told(&RULE, &owned_by("zoe@example.net"), FROZEN),
            ["error lists/atlas.md:21 `address hidden` is not in people.toml"]
        );
    }

    #[test]
    fn a_near_address_is_one_of_a_near_name() {
        assert_eq!(
            helps(&RULE, &owned_by("anna@example.org"), FROZEN),
            ["write `- Owner: Ana Duarte`"]
        );
    }

    #[test]
    fn a_dash_for_nobody_is_better_nothing() {
        let round = round().list("atlas", |list| {
            list.item("Printer", |item| item.owner("TBD").deputy("-").dev("none"))
        });
        assert_eq!(
            helps(&RULE, &round, FROZEN),
            [
                "write a name from people.toml, such as `- Owner: Ana Duarte`",
                "write a name from people.toml, such as `- Deputy: Ana Duarte`, or nothing behind `- Deputy:`",
                "write a name from people.toml, such as `- Dev: Jonas Weber`, or nothing behind `- Dev:`",
            ]
        );
    }

    #[test]
    fn a_name_with_more_around_it_is_that_name() {
        for written in ["Ana Duarte (Lisbon)", "Duarte Ana", "Lisbon - Ana Duarte", "Ana M. Duarte"]
        {
            assert_eq!(helps(&RULE, &owned_by(written), FROZEN), ["write `- Owner: Ana Duarte`"]);
        }
    }

    #[test]
    fn a_name_of_two_people_asks_for_their_ids() {
        let round = owned_by("Carla Rossi");
        assert_eq!(
            told(&RULE, &round, FROZEN),
            ["error lists/atlas.md:21 `Carla Rossi` is the name of 2 people"]
        );
        assert_eq!(helps(&RULE, &round, FROZEN), ["write `@carla` or `@carla2`"]);
    }

    #[test]
    fn who_left_before_the_week_cannot_be_asked() {
        assert_eq!(
            told(&RULE, &owned_by("Gil Moreau"), FROZEN),
            ["error lists/atlas.md:21 `Gil Moreau` left on 30 June 2026"]
        );
        assert_eq!(
            helps(&RULE, &owned_by("Gil Moreau"), FROZEN),
            ["write another owner who is there in the week, by a name from people.toml"]
        );
    }

    #[test]
    fn two_owners_are_told_elsewhere_and_two_deputies_here() {
        let mut round = owned_by("Ana Duarte and Marta Lind");
        assert_eq!(told(&RULE, &round, FROZEN), NOTHING);
        let item = &mut round.list_mut("atlas").items[0];
        item.deputy = item.owner.clone();
        assert_eq!(
            told(&RULE, &round, FROZEN),
            ["error lists/atlas.md:21 `Ana Duarte and Marta Lind` reads as 2 names"]
        );
        assert_eq!(helps(&RULE, &round, FROZEN), ["write one name, such as `Ana Duarte`"]);
    }

    #[test]
    fn managers_coordinators_developers_and_onlookers_count_too() {
        let mut round = round().list("atlas", |list| {
            list.item("Printer", |item| item.dev("Jonas Webber").with("Zacharias"))
        });
        round.products[0].manager.reading = Reading::Unknown { nearest: None };
        round.coordinators[0].reading = Reading::Unknown { nearest: None };
        assert_eq!(
            told(&RULE, &round, FROZEN),
            [
                "warning lists/atlas.md:23 `Zacharias` is not in people.toml",
                "error lists/atlas.md:30 `Jonas Webber` is not in people.toml",
                "error round.toml:3 `ana` is not in people.toml",
                "error round.toml:31 `bob` is not in people.toml",
            ]
        );
    }

    #[test]
    fn what_the_reader_has_told_is_not_told_again() {
        let mut round = owned_by("Zacharias");
        round.people = People::unread(crate::finding::Place::whole("content/people.toml")).into();
        assert_eq!(told(&RULE, &round, FROZEN), NOTHING, "people.toml cannot be read");
        let mut round = self::round().product("atlas");
        round.products[0].manager.written.clear();
        round.products[0].manager.reading = Reading::Several(Vec::new());
        assert_eq!(told(&RULE, &round, FROZEN), NOTHING, "a manager is missing");
    }

    #[test]
    fn without_people_there_is_one_finding() {
        let mut round = owned_by("Zacharias");
        round.people = People::default().into();
        assert_eq!(
            told(&RULE, &round, FROZEN),
            ["error round.toml:1 people.toml names nobody, so no owner can be known"]
        );
    }
}
