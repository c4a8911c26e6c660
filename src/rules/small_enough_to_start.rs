//! A little thing fits in the week; what does not is skipped, and that is no shame.

use jiff::Timestamp;

use super::{Breach, Deadline, Rule};
use crate::finding::Severity;
use crate::model::{Item, Round, Status};

pub const RULE: Rule = Rule {
    name: "small-enough-to-start",
    asks: "What is estimated at more than {estimate} is skipped, not started. It may still be worth doing, but not in a week of little things.",
    deadline: Deadline::WeekBegins,
    before: Severity::Warning,
    after: Severity::Error,
    judge,
};

fn judge(round: &Round, _now: Timestamp) -> Vec<Breach> {
    round.items().filter_map(|(_, item)| judge_item(round, item)).collect()
}

fn judge_item(round: &Round, item: &Item) -> Option<Breach> {
    let limit = round.limits.estimate;
    let estimate = item.estimate.as_ref()?;
    let effort = estimate.value.effort().filter(|effort| *effort > limit)?;
    let begun = matches!(item.status, Status::Started | Status::Done | Status::SignedOff);
    begun.then(|| {
        Breach::new(
            &estimate.place,
            format!(
                "`{}` is {} and estimated at {effort}; the limit is {limit}",
                item.title,
                item.status.word()
            ),
            // Not only "skip it": what was started in public must be finished.
            "write `- Status: skipped` with a `- Reason: `, or agree with the owner on a part that fits \
             and write it as `- Done when: ` with its own `- Estimate: `",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    fn item(estimate: &str, status: &str) -> Round {
        round().list("atlas", |list| {
            list.item("Printer", |item| item.estimate(estimate).status(status))
        })
    }

    #[test]
    fn what_fits_or_is_skipped_is_fine() {
        for round in [
            item("3-5 days", "started"),
            item("a week", "done"),
            item("2 weeks", "skipped"),
            item("2 weeks", "submitted"),
            item("?", "started"),
        ] {
            assert_eq!(told(&RULE, &round, WEEK), NOTHING);
        }
    }

    #[test]
    fn what_is_too_big_is_not_started() {
        let round = item("4-8 days", "started");
        let told_as = |severity| {
            format!(
                "{severity} lists/atlas.md:31 `Printer` is started and estimated at 8 days; the limit is 5 days"
            )
        };
        assert_eq!(told(&RULE, &round, FROZEN), [told_as("warning")]);
        assert_eq!(told(&RULE, &round, WEEK), [told_as("error")]);
        assert_eq!(told(&RULE, &round.decided(), WEEK), [told_as("hint")]);
    }
}
