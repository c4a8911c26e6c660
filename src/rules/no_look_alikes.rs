//! Two things that look the same are one thing written twice, or will be taken for it.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Breach, Deadline, Rule};
use crate::finding::Severity;
use crate::model::{Item, Person, Product, Ref, Round};
use crate::words::fold;

pub const RULE: Rule = Rule {
    name: "no-look-alikes",
    asks: "No two items of a round have the same title, and no two products or people can be taken for each other. Whoever reads a title knows which item is meant.",
    deadline: Deadline::Always,
    before: Severity::Warning,
    after: Severity::Warning,
    judge,
};

fn judge(round: &Round, _now: Timestamp) -> Vec<Breach> {
    let titles = pairs(round.items().map(|(_, item)| (fold(&item.title), item)))
        // An item that was copied with its ref is told once, by its ref.
        .into_iter()
        .filter(|(first, second)| Ref::key(&first.r#ref.text) != Ref::key(&second.r#ref.text))
        .map(|(first, second)| same_title(first, second));
    let products = pairs(round.products.iter().map(|product| (Ref::key(&product.key), product)))
        .into_iter()
        .map(|(first, second)| same_key(first, second));
    // people.toml belongs to the rounds that are still open.
    let people = round.people.all().iter().filter(|_| !round.is_decided());
    let mails = pairs(people.map(|person| (person.mail.trim().to_lowercase(), person.as_ref())))
        .into_iter()
        .map(|(first, second)| same_mail(first, second));
    titles.chain(products).chain(mails).collect()
}

/// Each thing whose key was there before, with the first that had it. An empty key is none.
fn pairs<'a, T>(all: impl Iterator<Item = (String, &'a T)>) -> Vec<(&'a T, &'a T)> {
    let mut first = HashMap::new();
    let mut pairs = Vec::new();
    for (key, thing) in all.filter(|(key, _)| !key.is_empty()) {
        match first.get(&key) {
            Some(before) => pairs.push((*before, thing)),
            None => {
                first.insert(key, thing);
            }
        }
    }
    pairs
}

fn same_title(first: &Item, second: &Item) -> Breach {
    Breach::new(
        &second.place,
        format!("`{}` has the same title as the item in {}", second.title, first.place.short()),
        "write in the title what is different, or keep one of the two",
    )
}

/// Their files and addresses would be one on many disks.
fn same_key(first: &Product, second: &Product) -> Breach {
    let message = format!("the keys `{}` and `{}` differ by case only", first.key, second.key);
    Breach::new(&second.place, message, format!("write another key instead of `{}`", second.key))
        .at_least(Severity::Error)
}

fn same_mail(first: &Person, second: &Person) -> Breach {
    Breach::new(
        &second.mail_place,
        format!("`{}` has the same mail address as `{}`", second.name, first.name),
        "write each person's own address, or keep one of the two",
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::model::People;

    fn two(one: &str, other: &str) -> Round {
        round()
            .list("atlas", |list| list.item(one, |item| item.with_ref("one")))
            .list("harbour", |list| list.item(other, |item| item.with_ref("other")))
    }

    #[test]
    fn different_titles_are_fine_and_so_are_two_without_letters() {
        assert_eq!(told(&RULE, &two("Printer", "Scanner"), WEEK), NOTHING);
        assert_eq!(told(&RULE, &two("🚀", "🎉"), WEEK), NOTHING);
    }

    #[test]
    fn the_same_title_twice_names_both_places() {
        let round = two("Größe der Bilder", "größe DER Bilder!");
        assert_eq!(
            told(&RULE, &round, WEEK),
            [
                "warning lists/harbour.md:20 `größe DER Bilder!` has the same title as the item in content/2026-summer/lists/atlas.md:20"
            ]
        );
        assert!(told(&RULE, &round.decided(), WEEK)[0].starts_with("hint"));
    }

    #[test]
    fn a_copied_ref_is_told_elsewhere() {
        let mut round = two("Printer", "Printer");
        round.list_mut("harbour").items[0].r#ref.text = "One".to_owned();
        assert_eq!(told(&RULE, &round, WEEK), NOTHING);
    }

    #[test]
    fn products_that_differ_by_case_only_are_an_error() {
        assert_eq!(
            told(&RULE, &round().product("atlas").product("Atlas"), WEEK),
            ["error round.toml:40 the keys `atlas` and `Atlas` differ by case only"]
        );
    }

    #[test]
    fn two_people_with_one_address_are_told_without_it() {
        let mut round = round();
        let mut people: Vec<Person> = round.people.all().iter().map(|p| (**p).clone()).collect();
        people[1].mail = "ANA@example.org".to_owned();
        round.people = People::new(people).into();
        assert_eq!(
            told(&RULE, &round, WEEK),
            ["warning content/people.toml:21 `Bob Öz` has the same mail address as `Ana Duarte`"]
        );
        assert_eq!(told(&RULE, &round.decided(), WEEK), NOTHING);
    }
}
