//! Where two answer, nobody does.

use jiff::Timestamp;

use super::{Breach, Deadline, Rule, same, whole_items};
use crate::finding::Severity;
use crate::model::{Item, Key, Mention, Reading, Round, Side};
use crate::words::count;

pub const RULE: Rule = Rule {
    name: "one-owner-per-item",
    asks: "Each item names one person who answers for it. That person hears all news about it first, answers questions and says when it is right.",
    deadline: Deadline::ListsDue,
    before: Severity::Warning,
    after: Severity::Error,
    judge,
};

fn judge(round: &Round, _now: Timestamp) -> Vec<Breach> {
    let several = round.items().filter_map(|(_, item)| too_many(round, item));
    let none = whole_items(round)
        .filter(|item| item.owner.is_none() && !item.is_garbled(Key::Owner))
        .map(|item| no_owner(round, item));
    several.chain(none).collect()
}

fn no_owner(round: &Round, item: &Item) -> Breach {
    let example =
        example(round, item).map_or_else(String::new, |name| format!(", such as `{name}`"));
    Breach::new(
        &item.place,
        format!("`{}` has no owner", item.title),
        format!("write `- Owner: ` and one name from people.toml{example}"),
    )
}

fn too_many(round: &Round, item: &Item) -> Option<Breach> {
    let owner = item.owner.as_ref()?;
    let Reading::Several(parts) = &owner.reading else { return None };
    let names: Vec<String> = parts.iter().map(|part| shown(round, owner, part)).collect();
    let first = names.first().map_or("", String::as_str);
    let others = names.get(1..).unwrap_or_default().join(", ");
    Some(Breach::new(
        &owner.place,
        format!("`{}` has {}", item.title, count(names.len(), "owner", "owners")),
        format!("write `- Owner: {first}` and `- With: {others}`, or the other way round"),
    ))
}

/// One of several names, without its mail address: findings are published.
fn shown(round: &Round, owner: &Mention, part: &str) -> String {
    let reading = round.people.read(part);
    Mention { written: part.to_owned(), reading, place: owner.place.clone() }.shown()
}

/// Somebody who could be meant: a partner, of the item's hub if there is one.
fn example<'a>(round: &'a Round, item: &Item) -> Option<&'a str> {
    let partners = || {
        round
            .people
            .all()
            .iter()
            .filter(|person| person.side == Side::Partner && person.left.is_none())
    };
    let of_hub = item.hub.as_ref().and_then(|hub| {
        partners().find(|person| person.hub.as_ref().is_some_and(|own| same(own, &hub.value)))
    });
    of_hub.or_else(|| partners().next()).map(|person| person.name.as_str())
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

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
            ["write `- Owner: ` and one name from people.toml, such as `Ana Duarte`"]
        );
    }

    #[test]
    fn two_owners_are_told_at_their_line_and_without_their_addresses() {
        let round = round().list("atlas", |list| {
            list.item("Printer", |item| item.owner("Ana Duarte and zoe@example.net"))
        });
        assert_eq!(told(&RULE, &round, FROZEN), ["error lists/atlas.md:21 `Printer` has 2 owners"]);
        assert_eq!(
            helps(&RULE, &round, FROZEN),
            ["write `- Owner: Ana Duarte` and `- With: address hidden`, or the other way round"]
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
