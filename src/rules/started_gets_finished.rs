//! Starting is the promise of the week, so nothing leaves `started` but by `done`.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::{Breach, Deadline, Rule, status_place};
use crate::finding::Severity;
use crate::model::{Change, Item, Key, Product, Ref, Round, Status};
use crate::words::{or, ticked};

pub const RULE: Rule = Rule {
    name: "started-gets-finished",
    asks: "What is started gets finished, if need be after the week. The owner was told that it comes, and a promise that goes quiet costs more than one never made.",
    deadline: Deadline::WeekEnds,
    before: Severity::Warning,
    after: Severity::Error,
    judge,
};

fn judge(round: &Round, now: Timestamp) -> Vec<Breach> {
    let week_is_over = Deadline::WeekEnds.has_passed(round, now);
    let told = Told::of(round);
    round
        .items()
        .filter_map(|(product, item)| match item.status {
            Status::Started => week_is_over.then(|| unfinished(item)),
            Status::Submitted => taken_back(round, &told, product, item).or_else(|| took(item)),
            Status::Skipped => taken_back(round, &told, product, item),
            Status::Done | Status::SignedOff | Status::Other(_) => None,
        })
        .collect()
}

fn unfinished(item: &Item) -> Breach {
    Breach::new(
        status_place(item),
        format!("the week is over and `{}` is still started", item.title),
        "finish it, and write `- Status: done`",
    )
}

/// Work that somebody did on what is not even started: most likely the status was forgotten.
fn took(item: &Item) -> Option<Breach> {
    let took = item.took.as_ref().filter(|_| !item.is_garbled(Key::Status))?;
    let effort = took.value.effort()?;
    let breach = Breach::new(
        &took.place,
        format!("`{}` took {effort} and is {}", item.title, item.status.word()),
        "write `- Status: done`, or `started` if it goes on",
    );
    Some(breach.at_most(Severity::Warning))
}

/// An item that was started and is not any more. Only the history knows.
fn taken_back(round: &Round, told: &Told, product: &Product, item: &Item) -> Option<Breach> {
    let change = last_start(told.of_item(product, item))?;
    let day = change.at.to_zoned(round.zone.zone.clone()).strftime("%-d %B").to_string();
    Some(Breach::new(
        status_place(item),
        format!("`{}` was started on {day} and is {} now", item.title, item.status.word()),
        "write `- Status: started` again until it is done",
    ))
}

/// Steps that no item may take. What passed through the allowed ones in several commits is fine, also
/// on a branch that was merged, and what the history has told already is not told again.
pub(super) fn since(before: &Round, round: &Round, _: Timestamp) -> Vec<Breach> {
    let (told, before) = (Told::of(round), before.items_by_ref());
    round
        .items()
        .filter(|(_, item)| !item.is_copy())
        .filter_map(|(product, item)| {
            let (_, old) = before.get(&Ref::key(&item.r#ref.text))?;
            let is_told = taken_back(round, &told, product, item).is_some()
                && matches!(item.status, Status::Submitted | Status::Skipped);
            let steps = steps(told.of_item(product, item), &old.status, &item.status);
            let Step { from, to, .. } = steps.into_iter().find(|step| !step.is_allowed())?;
            (!is_told && !item.is_garbled(Key::Status))
                .then(|| not_allowed(item, from, to))
                .flatten()
        })
        .collect()
}

/// What the history tells of each item, looked for once for all of them: by the product that it is
/// on now and by the key of the ref, oldest first.
struct Told<'a>(HashMap<(&'a str, String), Vec<&'a Change>>);

impl<'a> Told<'a> {
    fn of(round: &'a Round) -> Told<'a> {
        let there: HashSet<&str> =
            round.products.iter().map(|product| product.key.as_str()).collect();
        let mut told: HashMap<_, Vec<&Change>> = HashMap::new();
        for change in &round.history.changes {
            if there.contains(change.product_now.as_str()) {
                let item = (change.product_now.as_str(), Ref::key(&change.r#ref));
                told.entry(item).or_default().push(change);
            }
        }
        Told(told)
    }

    /// What is told of a ref is told of the item that had it first.
    fn of_item(&self, product: &'a Product, item: &Item) -> &[&'a Change] {
        if item.is_copy() {
            return &[];
        }
        let item = (product.key.as_str(), Ref::key(&item.r#ref.text));
        self.0.get(&item).map_or(&[], Vec::as_slice)
    }
}

/// From one status to the next that the site told.
struct Step<'a> {
    from: &'a Status,
    /// What was written between them on a branch.
    drafts: &'a [Status],
    to: &'a Status,
}

impl Step<'_> {
    /// Whether one may become the other, be it by way of what was written between them.
    fn is_allowed(&self) -> bool {
        let mut reached = vec![self.from];
        for next in self.drafts.iter().chain([self.to]) {
            if reached.iter().any(|status| status.may_become(next)) {
                reached.push(next);
            }
        }
        reached.contains(&self.to)
    }
}

/// The steps from the old status to the present, as far as the history knows those between.
fn steps<'a>(told: &[&'a Change], old: &'a Status, now: &'a Status) -> Vec<Step<'a>> {
    let after = told.iter().rposition(|change| change.to == *old).map_or(told.len(), |at| at + 1);
    let between = told[after..].iter().map(|change| (change.drafts.as_slice(), &change.to));
    let mut from = old;
    between
        .chain([(&[][..], now)])
        .map(|(drafts, to)| Step { from: std::mem::replace(&mut from, to), drafts, to })
        .collect()
}

/// `None` where a word that is no status stands on one of the sides: another rule tells of it.
fn not_allowed(item: &Item, from: &Status, to: &Status) -> Option<Breach> {
    let next: Vec<&str> = Status::KNOWN
        .iter()
        .filter(|status| *status != from && from.may_become(status))
        .map(Status::word)
        .collect();
    if [from, to].iter().any(|status| matches!(status, Status::Other(_))) {
        return None;
    }
    let help = match from {
        Status::SignedOff => {
            "write `- Status: signed off` again; what is still wrong is an item of the next round"
                .to_owned()
        }
        _ => format!("from {} an item goes to {}", from.word(), or(&ticked(&next))),
    };
    let breach = Breach::new(
        status_place(item),
        format!("`{}` went from {} to {} in one step", item.title, from.word(), to.word()),
        help,
    );
    // A step left out is soon made up for; a promise taken back is what the rule is about.
    Some(if leads_to(from, to) { breach.at_most(Severity::Warning) } else { breach })
}

/// Whether allowed steps lead from one status to the other.
fn leads_to(from: &Status, to: &Status) -> bool {
    let mut reached = vec![from];
    let mut at = 0;
    while at < reached.len() {
        let here = reached[at];
        reached.extend(
            Status::KNOWN
                .iter()
                .filter(|next| here.may_become(next) && !reached.contains(next))
                .collect::<Vec<_>>(),
        );
        at += 1;
    }
    reached.contains(&to)
}

/// When the item was last started, unless it was finished since: what was done and reopened is
/// started again, and a status from before the round's history counts as well.
fn last_start<'a>(told: &[&'a Change]) -> Option<&'a Change> {
    let since_it_was_finished = told.iter().rev().take_while(|change| !change.to.is_finished());
    since_it_was_finished.copied().find(|change| change.to == Status::Started)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::finding::Placed;
    use crate::model::{Effort, Estimate};

    fn item(status: &str) -> Round {
        round().list("atlas", |list| list.item("Printer", |item| item.status(status)))
    }

    #[test]
    fn a_promise_is_open_until_the_week_is_over() {
        assert_eq!(told(&RULE, &item("started"), WEEK), NOTHING);
        assert_eq!(
            told(&RULE, &item("started"), ASKING),
            ["error lists/atlas.md:33 the week is over and `Printer` is still started"]
        );
        assert_eq!(
            told(&RULE, &item("started").decided(), DECIDING),
            ["hint lists/atlas.md:33 the week is over and `Printer` is still started"]
        );
        for finished in ["done", "signed off", "skipped", "submitted"] {
            assert_eq!(told(&RULE, &item(finished), ASKING), NOTHING);
        }
    }

    #[test]
    fn what_was_started_is_not_skipped_afterwards() {
        let round = item("skipped").changed("printer", &["submitted", "started", "skipped"]);
        assert_eq!(
            told(&RULE, &round, WEEK),
            ["warning lists/atlas.md:33 `Printer` was started on 27 July and is skipped now"]
        );
        assert!(told(&RULE, &round, ASKING)[0].starts_with("error"));
    }

    #[test]
    fn a_promise_moves_to_another_list_with_its_item() {
        let mut round = item("submitted").changed("printer", &["submitted", "started"]);
        let mut told = |product: &str, product_now: &str| {
            for change in &mut round.history.changes {
                (change.product, change.product_now) = (product.into(), product_now.into());
            }
            told(&RULE, &round, WEEK)
        };
        assert_eq!(
            told("harbour", "atlas"),
            ["warning lists/atlas.md:33 `Printer` was started on 27 July and is submitted now"]
        );
        assert_eq!(told("atlas", "harbour"), NOTHING, "what is here now is another one");
    }

    #[test]
    fn what_took_its_time_was_started_at_least() {
        let took = |status: &str| {
            round().list("atlas", |list| {
                list.item("Printer", |item| {
                    let place = item.fact(Key::Took);
                    let took = Placed::new(Estimate::Known(Effort::from_days(1)), place);
                    Item { took: Some(took), ..item.status(status) }
                })
            })
        };
        for now in [WEEK, ASKING] {
            assert_eq!(
                told(&RULE, &took("submitted"), now),
                ["warning lists/atlas.md:32 `Printer` took 1 day and is submitted"]
            );
        }
        for status in ["started", "done", "skipped", "no status"] {
            assert_eq!(told(&RULE, &took(status), WEEK), NOTHING, "{status}");
        }
    }

    #[test]
    fn a_step_that_is_not_allowed_is_told_in_a_comparison() {
        let since = |from: &str, to: &str| told_since(&RULE, &item(from), &item(to), WEEK);
        assert_eq!(
            since("started", "skipped"),
            ["warning lists/atlas.md:33 `Printer` went from started to skipped in one step"]
        );
        let later = told_since(&RULE, &item("signed off"), &item("started"), ASKING);
        assert!(later[0].starts_with("error"), "{later:?}");
        let later = told_since(&RULE, &item("submitted"), &item("done"), ASKING);
        assert!(later[0].starts_with("warning"), "{later:?}");
        for (from, to) in [
            ("submitted", "started"),
            ("submitted", "skipped"),
            ("skipped", "started"),
            ("done", "started"),
            ("started", "finished"),
            ("started", "started"),
        ] {
            assert_eq!(since(from, to), NOTHING, "{from} {to}");
        }
    }

    #[test]
    fn steps_in_several_commits_are_fine_and_what_the_history_told_is_not_told_twice() {
        let done = item("done").changed("printer", &["submitted", "started", "done"]);
        assert_eq!(told_since(&RULE, &item("submitted"), &done, WEEK), NOTHING);
        let skipped = item("skipped").changed("printer", &["submitted", "started", "skipped"]);
        assert_eq!(told_since(&RULE, &item("started"), &skipped, WEEK), NOTHING);
        assert_eq!(told(&RULE, &skipped, WEEK).len(), 1);
    }

    #[test]
    fn steps_that_a_branch_took_one_by_one_are_fine() {
        let merged = |drafts: &[&str], to: &str| {
            let mut round = item(to).changed("printer", &["submitted", to]);
            round.history.changes[1].drafts =
                drafts.iter().map(|status| Status::read(status)).collect();
            told_since(&RULE, &item("submitted"), &round, WEEK)
        };
        assert_eq!(merged(&["started", "done"], "done"), NOTHING);
        assert_eq!(merged(&["started", "submitted", "started", "done"], "done"), NOTHING);
        // What was started and skipped on the branch was promised to nobody.
        assert_eq!(merged(&["started", "skipped"], "skipped"), NOTHING);
        for drafts in [&["done"][..], &["skipped", "done"], &[]] {
            assert_eq!(
                merged(drafts, "done"),
                ["warning lists/atlas.md:33 `Printer` went from submitted to done in one step"]
            );
        }
    }

    #[test]
    fn what_was_only_skipped_or_is_finished_after_all_is_fine() {
        for round in [
            item("skipped").changed("printer", &["submitted", "skipped"]),
            item("done").changed("printer", &["started", "skipped", "started", "done"]),
            item("skipped").changed("scanner", &["submitted", "started", "skipped"]),
        ] {
            assert_eq!(told(&RULE, &round, WEEK), NOTHING);
        }
    }
}
