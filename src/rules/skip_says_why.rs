//! "No" without a reason is heard as "we did not look".

use jiff::Timestamp;

use super::{Breach, Deadline, Rule, is_placeholder, status_place, whole_items};
use crate::finding::Severity;
use crate::model::{Item, Key, Round, Status};

pub const RULE: Rule = Rule {
    name: "skip-says-why",
    asks: "Whoever skips an item says why, in a sentence. The owner reads it first, and a reason turns a refusal into an answer.",
    deadline: Deadline::WeekBegins,
    before: Severity::Warning,
    after: Severity::Error,
    judge,
};

fn judge(round: &Round, _now: Timestamp) -> Vec<Breach> {
    whole_items(round)
        .filter(|item| item.status == Status::Skipped && !has_reason(item))
        .filter(|item| !item.is_garbled(Key::Reason))
        .map(|item| {
            let place = item.reason.as_ref().map_or(status_place(item), |reason| &reason.place);
            Breach::new(
                place,
                format!("`{}` is skipped without a reason", item.title),
                "write `- Reason: ` and a sentence, such as `too big: it needs a new printer driver`",
            )
        })
        .collect()
}

/// Whether there is a reason, and not only something in its place.
fn has_reason(item: &Item) -> bool {
    item.reason.as_ref().is_some_and(|reason| !is_placeholder(&reason.value.sentence))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    fn skipped(write: impl Fn(Item) -> Item) -> Round {
        round().list("atlas", |list| list.item("Printer", |item| write(item.status("skipped"))))
    }

    #[test]
    fn a_reason_is_enough() {
        assert_eq!(told(&RULE, &skipped(|item| item.reason("too big: see there")), WEEK), NOTHING);
        assert_eq!(told(&RULE, &skipped(|item| item.status("started")), WEEK), NOTHING);
    }

    #[test]
    fn a_skip_without_a_reason_is_told_at_its_status() {
        let told_as = |severity| {
            format!("{severity} lists/atlas.md:33 `Printer` is skipped without a reason")
        };
        assert_eq!(told(&RULE, &skipped(bare), FROZEN), [told_as("warning")]);
        assert_eq!(told(&RULE, &skipped(bare), WEEK), [told_as("error")]);
        assert_eq!(told(&RULE, &skipped(bare).decided(), WEEK), [told_as("hint")]);
    }

    #[test]
    fn a_dash_is_no_reason() {
        for reason in ["-", "TBD", "n/a", "?", "none."] {
            assert_eq!(
                told(&RULE, &skipped(|item| item.reason(reason)), WEEK),
                ["error lists/atlas.md:34 `Printer` is skipped without a reason"]
            );
        }
        assert_eq!(told(&RULE, &skipped(|item| item.reason("太大")), WEEK), NOTHING);
    }

    #[test]
    fn a_reason_that_went_wrong_is_told_by_the_reader() {
        let round = skipped(|item| Item { garbled: vec![Key::Reason], ..item });
        assert_eq!(told(&RULE, &round, WEEK), NOTHING);
    }
}
