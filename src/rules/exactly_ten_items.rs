//! Ten is few enough to be read and enough to choose from.

use jiff::Timestamp;

use super::{Breach, Deadline, Rule};
use crate::finding::Severity;
use crate::model::Round;
use crate::words::count;

pub const RULE: Rule = Rule {
    name: "exactly-ten-items",
    asks: "Each list has exactly {items} items. Fewer leave room for something somebody needs; more mean that nobody chose.",
    deadline: Deadline::ListsDue,
    before: Severity::Hint,
    after: Severity::Error,
    judge,
};

fn judge(round: &Round, _now: Timestamp) -> Vec<Breach> {
    let limit = round.limits.items;
    let mut breaches = Vec::new();
    for (_, list) in round.lists() {
        let number = list.items.len();
        if number < limit && !list.cut_short {
            breaches.push(Breach::new(
                &list.place,
                format!("{number} of {limit} items"),
                format!(
                    "add {} as `## What is wanted`, each with its owner",
                    count(limit - number, "item", "items")
                ),
            ));
        }
        // Beyond the limit each item is in the wrong place, and the first one is where to look.
        if let Some(first) = list.items.get(limit) {
            breaches.push(Breach::new(
                &first.place,
                format!("item {} of a list of {limit}", limit + 1),
                format!(
                    "take {} off the list, or agree with the other hubs which to keep",
                    count(number - limit, "item", "items")
                ),
            ));
        }
    }
    breaches
}
