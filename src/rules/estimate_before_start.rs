//! What nobody has sized nobody can promise.

use jiff::Timestamp;

use super::{Breach, Deadline, Rule, status_place, whole_items};
use crate::finding::Severity;
use crate::model::{Estimate, Item, Key, Round, Status};

pub const RULE: Rule = Rule {
    name: "estimate-before-start",
    asks: "The developers estimate an item before they start it. Starting is a promise to finish, and a promise needs to be looked at first.",
    deadline: Deadline::WeekBegins,
    before: Severity::Warning,
    after: Severity::Error,
    judge,
};

fn judge(round: &Round, _now: Timestamp) -> Vec<Breach> {
    whole_items(round)
        .filter(|item| matches!(item.status, Status::Started | Status::Done | Status::SignedOff))
        .filter(|item| !item.is_garbled(Key::Estimate))
        .filter_map(judge_item)
        .collect()
}

fn judge_item(item: &Item) -> Option<Breach> {
    let status = item.status.word();
    let (place, message) = match &item.estimate {
        None => (status_place(item), format!("`{}` is {status} and has no estimate", item.title)),
        Some(estimate) if estimate.value == Estimate::Unknown => {
            (&estimate.place, format!("`{}` is {status} and not estimated yet", item.title))
        }
        Some(_) => return None,
    };
    Some(Breach::new(
        place,
        message,
        "write `- Estimate: ` and a duration, such as `2h`, `half a day` or `3 days`",
    ))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    fn item(write: impl Fn(Item) -> Item) -> Round {
        round().list("atlas", |list| list.item("Printer", write))
    }

    #[test]
    fn what_is_estimated_or_not_begun_is_fine() {
        for round in [
            item(|item| item.status("started").estimate("3 days")),
            item(|item| item.status("skipped")),
            item(bare),
        ] {
            assert_eq!(told(&RULE, &round, WEEK), NOTHING);
        }
    }

    #[test]
    fn what_is_started_without_an_estimate_is_told_at_its_status() {
        let round = item(|item| item.status("started"));
        let told_as = |severity| {
            format!("{severity} lists/atlas.md:33 `Printer` is started and has no estimate")
        };
        assert_eq!(told(&RULE, &round, FROZEN), [told_as("warning")]);
        assert_eq!(told(&RULE, &round, WEEK), [told_as("error")]);
        assert_eq!(told(&RULE, &round.decided(), WEEK), [told_as("hint")]);
    }

    #[test]
    fn a_question_mark_is_no_estimate() {
        assert_eq!(
            told(&RULE, &item(|item| item.status("done").estimate("?")), WEEK),
            ["error lists/atlas.md:31 `Printer` is done and not estimated yet"]
        );
    }

    #[test]
    fn what_is_told_elsewhere_is_not_told_again() {
        for round in [
            item(|item| item.status("started").estimate("soon")),
            item(|item| Item { garbled: vec![Key::Estimate], ..item.status("started") }),
            round().list("atlas", |l| l.item("Printer", |item| item.status("done")).cut_short()),
        ] {
            assert_eq!(told(&RULE, &round, WEEK), NOTHING);
        }
    }
}
