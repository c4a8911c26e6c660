//! What was not done and is not spoken of comes back as "we asked for that two years ago".

use jiff::Timestamp;

use super::{Breach, Deadline, Rule};
use crate::finding::Severity;
use crate::model::{Item, Key, List, NextStep, Round, Status};
use crate::words::{or, ticked};

pub const RULE: Rule = Rule {
    name: "leftovers-have-a-fate",
    asks: "Every item that was not done says what comes next: the roadmap, the next round, a ticket, or that it will not be done. A clear no is kinder than silence.",
    deadline: Deadline::SurveyCloses,
    before: Severity::Warning,
    after: Severity::Error,
    judge,
};

fn judge(round: &Round, now: Timestamp) -> Vec<Breach> {
    if !Deadline::WeekEnds.has_passed(round, now) {
        return Vec::new();
    }
    let closed = RULE.deadline.has_passed(round, now);
    round
        .lists()
        .flat_map(|(_, list)| list.items.iter().map(move |item| (list, item)))
        .filter(|(_, item)| is_leftover(item))
        .filter_map(|(list, item)| judge_item(list, item, closed))
        .collect()
}

fn is_leftover(item: &Item) -> bool {
    matches!(item.status, Status::Submitted | Status::Skipped | Status::Started)
        && !item.is_garbled(Key::Status)
}

fn judge_item(list: &List, item: &Item, closed: bool) -> Option<Breach> {
    let Item { title, .. } = item;
    let fates: Vec<&str> = NextStep::KNOWN
        .iter()
        .filter(|step| **step != NextStep::Undecided)
        .map(NextStep::word)
        .collect();
    let help = format!("write `- Next: ` and {}, with a link if there is one", or(&ticked(&fates)));
    match &item.next {
        None if list.cut_short || item.is_garbled(Key::Next) => None,
        None => Some(Breach::new(
            &item.place,
            format!("`{title}` is {} and does not say what comes next", item.status.word()),
            help,
        )),
        Some(next) if next.value.step == NextStep::Undecided => {
            // Until then it may well be undecided; whoever wrote so knows.
            let at_most = if closed { Severity::Error } else { Severity::Hint };
            let message = format!("what becomes of `{title}` is undecided");
            Some(Breach::new(&next.place, message, help).at_most(at_most))
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    fn item(status: &str, write: impl Fn(Item) -> Item) -> Round {
        round().list("atlas", |list| list.item("Printer", |item| write(item.status(status))))
    }

    #[test]
    fn what_is_done_or_has_a_fate_is_fine() {
        for round in [
            item("done", bare),
            item("signed off", bare),
            item("no status", bare),
            item("skipped", |item| item.next(NextStep::Roadmap)),
            item("skipped", |item| item.next(NextStep::Other("soon".into()))),
        ] {
            assert_eq!(told(&RULE, &round, DECIDING), NOTHING);
        }
    }

    #[test]
    fn a_leftover_is_graver_once_the_survey_has_closed() {
        let told_as = |severity| {
            [format!(
                "{severity} lists/atlas.md:20 `Printer` is skipped and does not say what comes next"
            )]
        };
        assert_eq!(told(&RULE, &item("skipped", bare), WEEK), NOTHING);
        assert_eq!(told(&RULE, &item("skipped", bare), ASKING), told_as("warning"));
        assert_eq!(told(&RULE, &item("skipped", bare), DECIDING), told_as("error"));
        assert_eq!(told(&RULE, &item("skipped", bare).decided(), DECIDING), told_as("hint"));
        assert_eq!(
            helps(&RULE, &item("skipped", bare), ASKING),
            [
                "write `- Next: ` and `roadmap`, `next round`, `ticket` or `won't do`, with a link if there is one"
            ]
        );
    }

    #[test]
    fn undecided_is_a_fate_only_until_then() {
        let round = item("started", |item| item.next(NextStep::Undecided));
        assert_eq!(
            told(&RULE, &round, ASKING),
            ["hint lists/atlas.md:35 what becomes of `Printer` is undecided"]
        );
        assert_eq!(
            told(&RULE, &round, DECIDING),
            ["error lists/atlas.md:35 what becomes of `Printer` is undecided"]
        );
    }

    #[test]
    fn what_the_reader_has_told_is_not_told_again() {
        let round = item("skipped", |item| Item { garbled: vec![Key::Next], ..item });
        assert_eq!(told(&RULE, &round, DECIDING), NOTHING);
    }
}
