//! Ten is few enough to be read and enough to choose from, and their order says what comes first.

use jiff::Timestamp;

use super::{Breach, Deadline, Rule};
use crate::finding::Severity;
use crate::model::{List, Round};
use crate::words::count;

pub const RULE: Rule = Rule {
    name: "exactly-ten-items",
    asks: "Each list has exactly {items} items. Fewer leave room for something somebody needs; more mean that nobody chose. Their order in the file is the order of importance.",
    deadline: Deadline::ListsDue,
    before: Severity::Hint,
    after: Severity::Error,
    judge,
};

fn judge(round: &Round, _now: Timestamp) -> Vec<Breach> {
    let limit = round.limits.items;
    round
        .lists()
        .flat_map(|(_, list)| [too_few(list, limit), too_many(list, limit), misnumbered(list)])
        .flatten()
        .collect()
}

fn too_few(list: &List, limit: usize) -> Option<Breach> {
    let number = list.items.len();
    // That a file has nothing in it is told by the reader, who misses its title.
    let is_empty = list.title.is_none() && number == 0 && list.slots == 0;
    if number >= limit || list.cut_short || is_empty {
        return None;
    }
    let missing = count(limit - number, "item", "items");
    let help = match list.slots {
        0 => format!("add {missing} as `## What is wanted`, each with its owner"),
        slots => format!(
            "add {missing}: write over the {}, with what is wanted and its owner",
            count(slots, "empty slot", "empty slots")
        ),
    };
    Some(Breach::new(&list.place, format!("{number} of {}", count(limit, "item", "items")), help))
}

/// Beyond the limit each item is in the wrong place, and the first one is where to look.
fn too_many(list: &List, limit: usize) -> Option<Breach> {
    let first = list.items.get(limit)?;
    Some(Breach::new(
        &first.place,
        format!("item {} of a list of {limit}", limit + 1),
        format!(
            "take {} off the list, or agree with the other hubs which to keep",
            count(list.items.len() - limit, "item", "items")
        ),
    ))
}

/// A typed number that disagrees with the place. One item put in above makes all numbers below
/// wrong, so only the first is told.
fn misnumbered(list: &List) -> Option<Breach> {
    let (item, number) = list
        .items
        .iter()
        .filter_map(|item| Some((item, item.typed_number?)))
        .find(|(item, number)| *number != item.position)?;
    let breach = Breach::new(
        &item.place,
        format!("`{}` is numbered {number} and stands at place {}", item.title, item.position),
        format!("write `## {}`, without a number: the order in the file counts", item.title),
    );
    Some(breach.at_least(Severity::Warning).at_most(Severity::Warning))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    fn with_items(number: usize) -> Round {
        round().list("atlas", |list| {
            (1..=number).fold(list, |list, n| list.item(&format!("Thing {n}"), bare))
        })
    }

    #[test]
    fn ten_items_are_fine() {
        assert_eq!(told(&RULE, &with_items(10), FROZEN), NOTHING);
    }

    #[test]
    fn fewer_are_a_hint_until_the_lists_are_due() {
        assert_eq!(told(&RULE, &with_items(7), LISTING), ["hint lists/atlas.md:1 7 of 10 items"]);
        assert_eq!(told(&RULE, &with_items(7), FROZEN), ["error lists/atlas.md:1 7 of 10 items"]);
        assert_eq!(
            told(&RULE, &with_items(7).decided(), DECIDING),
            ["hint lists/atlas.md:1 7 of 10 items"]
        );
        assert_eq!(
            helps(&RULE, &with_items(9), LISTING),
            ["add 1 item as `## What is wanted`, each with its owner"]
        );
    }

    #[test]
    fn of_too_many_the_first_is_told() {
        assert_eq!(
            told(&RULE, &with_items(12), FROZEN),
            ["error lists/atlas.md:220 item 11 of a list of 10"]
        );
    }

    #[test]
    fn a_list_of_which_a_part_is_hidden_is_not_counted() {
        let mut round = round().list("atlas", |list| list.item("Printer", bare).cut_short());
        assert_eq!(told(&RULE, &round, FROZEN), NOTHING);
        let list = round.list_mut("atlas");
        (list.cut_short, list.title) = (false, None);
        assert_eq!(told(&RULE, &round, FROZEN).len(), 1);
        round.list_mut("atlas").items.clear();
        assert_eq!(told(&RULE, &round, FROZEN), NOTHING, "an empty file is told by the reader");
    }

    #[test]
    fn empty_slots_are_there_to_be_written_over() {
        let mut round = with_items(8);
        round.list_mut("atlas").slots = 2;
        assert_eq!(
            helps(&RULE, &round, LISTING),
            ["add 2 items: write over the 2 empty slots, with what is wanted and its owner"]
        );
    }

    #[test]
    fn a_number_that_disagrees_with_its_place_is_told_once() {
        let mut round = with_items(10);
        let list = round.list_mut("atlas");
        list.items[0].typed_number = Some(1);
        list.items[1].typed_number = Some(3);
        list.items[2].typed_number = Some(4);
        assert_eq!(
            told(&RULE, &round, LISTING),
            ["warning lists/atlas.md:40 `Thing 2` is numbered 3 and stands at place 2"]
        );
    }
}
