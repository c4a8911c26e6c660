//! Who owns much is asked much, all in the same week.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Breach, Deadline, Rule};
use crate::finding::Severity;
use crate::model::{Person, Product, Round};
use crate::words::and;

pub const RULE: Rule = Rule {
    name: "owner-load",
    asks: "Nobody owns more than three items of a round. Each brings questions, a look at the result and a sign-off, and all of them come in one week.",
    deadline: Deadline::Always,
    before: Severity::Hint,
    after: Severity::Hint,
    judge,
};

/// How many items a person answers for without trouble.
const COMFORTABLE: usize = 3;

fn judge(round: &Round, _now: Timestamp) -> Vec<Breach> {
    // Nothing can be shared out any more, and people.toml is read by the rounds to come.
    if round.is_decided() {
        return Vec::new();
    }
    let mut owned: BTreeMap<&str, (&Person, Vec<&Product>)> = BTreeMap::new();
    for (product, item) in round.items() {
        if let Some(person) = item.owner.as_ref().and_then(|owner| owner.person()) {
            owned.entry(&person.id).or_insert((person, Vec::new())).1.push(product);
        }
    }
    owned
        .into_values()
        .filter(|(_, products)| products.len() > COMFORTABLE)
        .map(|(person, products)| too_much(round, person, &products))
        .collect()
}

fn too_much(round: &Round, person: &Person, products: &[&Product]) -> Breach {
    let number = products.len();
    Breach::new(
        &person.place,
        format!(
            "`{}` owns {number} items of `{}`: {}",
            person.name,
            round.title,
            and(&per_product(products))
        ),
        format!("write somebody else as the `- Owner: ` of {} of them", number - COMFORTABLE),
    )
}

/// `3 on `Atlas``, in the order of the products.
fn per_product(products: &[&Product]) -> Vec<String> {
    let same_product = |a: &&Product, b: &&Product| a.key == b.key;
    products
        .chunk_by(same_product)
        .map(|items| format!("{} on `{}`", items.len(), items[0].name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    fn owning(number: usize) -> Round {
        round().list("atlas", |list| list.item("Printer", |item| item.owner("Ana Duarte"))).list(
            "harbour",
            |list| {
                (1..number).fold(list, |list, n| {
                    list.item(&format!("Ship {n}"), |item| item.owner("@ana"))
                })
            },
        )
    }

    #[test]
    fn three_items_are_fine() {
        assert_eq!(told(&RULE, &owning(3), WEEK), NOTHING);
    }

    #[test]
    fn more_are_one_hint_about_the_person() {
        for now in [LISTING, WEEK] {
            assert_eq!(
                told(&RULE, &owning(5), now),
                [
                    "hint content/people.toml:10 `Ana Duarte` owns 5 items of `Summer 2026`: 1 on `Atlas` and 4 on `Harbour`"
                ]
            );
        }
        assert_eq!(
            helps(&RULE, &owning(5), WEEK),
            ["write somebody else as the `- Owner: ` of 2 of them"]
        );
        assert_eq!(told(&RULE, &owning(5).decided(), DECIDING), NOTHING);
    }
}
