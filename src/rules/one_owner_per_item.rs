//! Where two answer, nobody does.

use std::collections::HashSet;

use jiff::Timestamp;

use super::{Breach, Deadline, Rule, known_name, somebody, whole_items};
use crate::finding::Severity;
use crate::model::{Item, Key, Reading, Round, Side};
use crate::words::count;

pub const RULE: Rule = Rule {
    name: "one-owner-per-item",
    asks: "Each item names one person who answers for it. That person hears all news about it first, answers questions and says when it is right.",
    deadline: Deadline::ListsDue,
    before: Severity::Warning,
    after: Severity::Error,
    judge,
};

/// Of so many names a help can hold no more.
const MOST: usize = 20;

fn judge(round: &Round, _now: Timestamp) -> Vec<Breach> {
    let several = round.items().filter_map(|(_, item)| too_many(round, item));
    let twice = round.items().filter_map(|(_, item)| onlooker(item));
    let none = whole_items(round)
        .filter(|item| item.owner.is_none() && !item.is_garbled(Key::Owner))
        .map(|item| no_owner(round, item));
    several.chain(twice).chain(none).collect()
}

fn no_owner(round: &Round, item: &Item) -> Breach {
    let hub = item.hub.as_ref().map(|hub| hub.value.as_str());
    let example = somebody(round, Side::Partner, hub, |_| true)
        .map_or_else(String::new, |person| format!(", such as `- Owner: {}`", person.name));
    Breach::new(
        item.place_for(Key::Owner),
        format!("`{}` has no owner", item.title),
        format!("write `- Owner: ` and one name from people.toml{example}"),
    )
}

fn too_many(round: &Round, item: &Item) -> Option<Breach> {
    let owner = item.owner.as_ref()?;
    let Reading::Several(parts) = &owner.reading else { return None };
    // A firm may be called "Rosa and Partners", and only people.toml knows.
    if round.people.unread.is_some() {
        return None;
    }
    let mut seen = HashSet::new();
    let mut names: Vec<String> = Vec::new();
    let different = parts.iter().filter(|part| seen.insert(part.as_str())).take(MOST);
    for name in different.filter_map(|part| known_name(round, part)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let help = match names.as_slice() {
        [] => "write one name from people.toml, and the others as `- With: `".to_owned(),
        [one] => format!("write one name: `- Owner: {one}`"),
        [first, others @ ..] => format!(
            "write one name: `- Owner: {first}`, and `- With: {}` for the {}",
            others.join(", "),
            if others.len() == 1 { "other" } else { "others" }
        ),
    };
    Some(Breach::new(
        &owner.place,
        format!("`{}` has {}", item.title, count(parts.len(), "owner", "owners")),
        help,
    ))
}

/// An owner who is named as an onlooker as well gets all news anyway.
fn onlooker(item: &Item) -> Option<Breach> {
    let owner = item.owner.as_ref()?.person()?;
    let twice =
        item.with.iter().find(|with| with.person().is_some_and(|with| with.id == owner.id))?;
    let breach = Breach::new(
        &twice.place,
        format!("`{}` owns `{}` and looks on as well", owner.name, item.title),
        format!("take `{}` away from `- With: `", owner.name),
    );
    Some(breach.at_most(Severity::Hint))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::model::People;

    #[test]
    fn one_owner_is_fine_known_or_not() {
        let round = round().list("atlas", |list| {
            list.item("Printer", |item| item.owner("Ana Duarte"))
                .item("Scanner", |item| item.owner("Nobody of that name"))
        });
        assert_eq!(told(&RULE, &round, FROZEN), NOTHING);
    }

    #[test]
    fn an_item_without_an_owner_is_graver_once_the_lists_are_due() {
        let round = round().list("atlas", |list| list.item("Printer", bare));
        assert_eq!(
            told(&RULE, &round, LISTING),
            ["warning lists/atlas.md:20 `Printer` has no owner"]
        );
        assert_eq!(told(&RULE, &round, FROZEN), ["error lists/atlas.md:20 `Printer` has no owner"]);
        assert_eq!(
            told(&RULE, &round.clone().decided(), DECIDING),
            ["hint lists/atlas.md:20 `Printer` has no owner"]
        );
        assert_eq!(
            helps(&RULE, &round, FROZEN),
            ["write `- Owner: ` and one name from people.toml, such as `- Owner: Ana Duarte`"]
        );
    }

    #[test]
    fn two_owners_are_told_at_their_line_and_without_their_addresses() {
        let owned_by =
            |owner| round().list("atlas", |list| list.item("Printer", |item| item.owner(owner)));
        assert_eq!(
            told(&RULE, &owned_by("Ana Duarte and zoe@example.net"), FROZEN),
            ["error lists/atlas.md:21 `Printer` has 2 owners"]
        );
        for (owners, help) in [
            ("Ana Duarte and zoe@example.net", "write one name: `- Owner: Ana Duarte`"),
            (
                "zoe@example.net/foo@example.net",
                "write one name from people.toml, and the others as `- With: `",
            ),
            (
                "Ana, Marta",
                "write one name: `- Owner: Ana Duarte`, and `- With: Marta Lind` for the other",
            ),
            (
                "@marta @ana @bob",
                "write one name: `- Owner: Marta Lind`, and `- With: Ana Duarte, Bob Öz` for the others",
            ),
        ] {
            assert_eq!(helps(&RULE, &owned_by(owners), FROZEN), [help]);
        }
        let mut unread = owned_by("Rosa and Partners");
        unread.people = People::unread(crate::finding::Place::whole("content/people.toml")).into();
        assert_eq!(told(&RULE, &unread, FROZEN), NOTHING, "the reader has told of people.toml");
    }

    #[test]
    fn an_owner_who_looks_on_is_a_hint() {
        let round = round().list("atlas", |list| {
            list.item("Printer", |item| item.owner("Ana Duarte").with("@ana"))
        });
        assert_eq!(
            told(&RULE, &round, FROZEN),
            ["hint lists/atlas.md:23 `Ana Duarte` owns `Printer` and looks on as well"]
        );
    }

    #[test]
    fn what_the_reader_has_told_is_not_told_again() {
        let round = round().list("atlas", |list| {
            list.item("Printer", |item| Item { garbled: vec![Key::Owner], ..item })
        });
        assert_eq!(told(&RULE, &round, FROZEN), NOTHING);
        let hidden = self::round().list("atlas", |list| list.item("Printer", bare).cut_short());
        assert_eq!(told(&RULE, &hidden, FROZEN), NOTHING);
    }
}
