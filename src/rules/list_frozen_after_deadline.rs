//! A list that keeps changing is never agreed on. Titles may be reworded and statuses change;
//! which items there are, and in what order, stands once the lists are due.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::dates_in_order::written;
use super::{Breach, Deadline, Rule, head};
use crate::finding::Severity;
use crate::model::{FrozenItem, HistoryGap, Item, List, ListFile, Round, order, places_then};
use crate::words::count;

pub const RULE: Rule = Rule {
    name: "list-frozen-after-deadline",
    asks: "Once the lists are due, no item is added, taken away or moved. The developers estimate what they see, and all hubs have agreed on just that.",
    deadline: Deadline::ListsDue,
    before: Severity::Hint,
    after: Severity::Error,
    judge,
};

fn judge(round: &Round, now: Timestamp) -> Vec<Breach> {
    let is_due = RULE.deadline.has_passed(round, now);
    let unknown = round.history.frozen.is_none();
    let missing = match (is_due, &round.history.gap) {
        (true, gap) if unknown => Some(no_history(round, gap.as_ref())),
        (_, None | Some(HistoryGap::Late)) => None,
        (_, gap) => Some(no_history(round, gap.as_ref())),
    };
    let changed = if is_due { changed(round) } else { Vec::new() };
    missing.into_iter().chain(changed).collect()
}

fn changed(round: &Round) -> Vec<Breach> {
    let Some(frozen) = &round.history.frozen else { return Vec::new() };
    let frozen: HashMap<&str, &[FrozenItem]> =
        frozen.iter().map(|frozen| (frozen.product.as_str(), frozen.items.as_slice())).collect();
    round
        .lists()
        .filter(|(product, _)| !round.history.untold.contains(&product.key))
        .flat_map(|(product, list)| {
            let then = frozen.get(product.key.as_str()).copied().unwrap_or_default();
            compare(list, then, round.limits.items)
        })
        .collect()
}

/// Whether the lists were due, and the deadline has been put off since: it is the earlier one that
/// was agreed.
pub(super) fn is_put_off(before: &Round, round: &Round, now: Timestamp) -> bool {
    let due = |round: &Round| round.dates.lists_due.start();
    RULE.deadline.has_passed(before, now) && due(before) < due(round)
}

/// Where the history knows how the lists stood when they were due, it has told everything; where
/// it does not, or knows only how they stood by another deadline, the state before the change is
/// the next best.
pub(super) fn since(before: &Round, round: &Round, now: Timestamp) -> Vec<Breach> {
    let is_put_off = is_put_off(before, round, now);
    let is_told = !RULE.deadline.has_passed(round, now) || round.history.frozen.is_some();
    let mut breaches: Vec<Breach> = deadline_moved(before, round, now).into_iter().collect();
    if is_put_off {
        let changed = changed_since(before, round);
        breaches.extend(changed.into_iter().map(|breach| breach.at_least(RULE.after)));
    } else if !is_told {
        breaches.extend(changed_since(before, round));
    }
    breaches
}

fn deadline_moved(before: &Round, round: &Round, now: Timestamp) -> Option<Breach> {
    let (was, is) = (&before.dates.lists_due, &round.dates.lists_due);
    if !RULE.deadline.has_passed(before, now) || was.start() == is.start() {
        return None;
    }
    let value = was.at.strftime(if was.bare { "%Y-%m-%d" } else { "%Y-%m-%dT%H:%M:%S" });
    let breach = Breach::new(
        &is.place,
        format!("`lists_due` was {} and had passed before it was moved", written(was)),
        format!("write `lists_due = {value}` again: what changed in the lists is told by it"),
    );
    Some(breach.at_least(Severity::Warning).at_most(Severity::Warning))
}

fn changed_since(before: &Round, round: &Round) -> Vec<Breach> {
    let lists = round.products.iter().zip(round.earlier(before));
    lists
        .filter_map(|(product, old)| Some((product.list.list()?, old)))
        .flat_map(|(list, old)| {
            let then: Vec<FrozenItem> = match old.map(|product| &product.list) {
                Some(ListFile::Read(old)) if !old.cut_short => old
                    .items
                    .iter()
                    .map(|item| FrozenItem::new(&item.r#ref.text, &item.title))
                    .collect(),
                None | Some(ListFile::Missing) => Vec::new(),
                Some(ListFile::Read(_) | ListFile::Refused) => return Vec::new(),
            };
            compare(list, &then, round.limits.items)
        })
        .collect()
}

/// What cannot be told, in one hint for the whole round.
fn no_history(round: &Round, gap: Option<&HistoryGap>) -> Breach {
    let (message, help) = match gap {
        None => (
            "these lists are not in git yet, so nobody can tell what changes in them",
            "commit the lists before they are due",
        ),
        Some(HistoryGap::NoGit) => (
            "there is no git history to compare the lists with",
            "keep these files in a git repository, and commit the lists before they are due",
        ),
        Some(HistoryGap::NoCommit) => (
            "nothing is committed yet, so nobody can tell what changes in the lists",
            "commit the lists before they are due",
        ),
        Some(HistoryGap::Refused { because }) => {
            let message = format!("git does not tell what the lists once were: {because}");
            let help = "`git log`, run here by the same user, says more";
            return Breach::new(&round.place, message, help).at_most(Severity::Hint);
        }
        Some(HistoryGap::Shallow) => (
            "this clone has no older commits, so a part of what happened to the lists is not known",
            "run this where the whole history is: `git clone` without `--depth`, or `fetch-depth: 0` in a workflow",
        ),
        Some(HistoryGap::Lost) => (
            "git has not got all of what the lists once were, so a part of what happened to them is not known",
            "run this where git can reach what it was cloned from, or `git clone` without `--filter`",
        ),
        Some(HistoryGap::Linked) => (
            "a list is a link, and git keeps only where that leads, so what happened to the list is not known",
            "keep the list itself in `lists/`, and let a link lead to it from elsewhere",
        ),
        Some(HistoryGap::Late) => (
            "the lists came into git, or to this place in it, after they were due, so nobody can tell what changed since",
            "commit the lists before they are due",
        ),
    };
    Breach::new(&round.place, message, help).at_most(Severity::Hint)
}

fn compare(list: &List, then: &[FrozenItem], limit: usize) -> Vec<Breach> {
    if then.is_empty() {
        return late_list(list).into_iter().collect();
    }
    let places = places_then(&list.items, then);
    let kept: HashSet<usize> = places.iter().flatten().copied().collect();
    let renamed = renamed(list, then, &places, &kept);
    // Another rule asks to fill a list that is too short and to shorten one that is too long, so
    // neither is an error here.
    let added_at_most = if then.len() < limit { Severity::Warning } else { Severity::Error };
    let removed_at_most = if then.len() > limit { Severity::Warning } else { Severity::Error };
    let added = list
        .items
        .iter()
        .enumerate()
        .filter(|(index, _)| places[*index].is_none())
        .map(|(index, item)| added(item, then.get(index).filter(|_| renamed.contains(&index))))
        .map(|breach| breach.at_most(added_at_most));
    let removed = then
        .iter()
        .enumerate()
        .filter(|(index, _)| !list.cut_short && !kept.contains(index))
        .filter(|(index, _)| !renamed.contains(index))
        .map(|(index, was)| removed(list, index, was).at_most(removed_at_most));
    added.chain(removed).chain(moved(list, &places)).collect()
}

/// A late list is better than none, so it is told once and not item by item.
fn late_list(list: &List) -> Option<Breach> {
    (!list.items.is_empty()).then(|| {
        Breach::new(
            head(list),
            format!("{} came after the lists were due", count(list.items.len(), "item", "items")),
            "agree with the coordinators that the list still counts",
        )
        .at_most(Severity::Warning)
    })
}

/// Places where an item without a ref of its own stands for one that is gone: most likely the
/// same with a new title, which is told once and not as one added and one taken off.
fn renamed(
    list: &List,
    then: &[FrozenItem],
    places: &[Option<usize>],
    kept: &HashSet<usize>,
) -> HashSet<usize> {
    list.items
        .iter()
        .zip(0..then.len())
        .filter(|(item, index)| item.r#ref.place.is_none() && places[*index].is_none())
        .map(|(_, index)| index)
        .filter(|index| !kept.contains(index))
        .collect()
}

fn added(item: &Item, renamed_from: Option<&FrozenItem>) -> Breach {
    let help = match renamed_from {
        Some(was) => format!("write `- Ref: {}` if only the title is new", was.r#ref),
        None => "take it off the list, and keep it for the next round".to_owned(),
    };
    Breach::new(&item.place, format!("`{}` was added after the lists were due", item.title), help)
}

fn removed(list: &List, index: usize, was: &FrozenItem) -> Breach {
    let FrozenItem { r#ref, title, .. } = was;
    Breach::new(
        head(list),
        format!("`{title}` was taken off after the lists were due"),
        format!("put it back at place {} as `## {title}` with `- Ref: {}`", index + 1, r#ref),
    )
}

/// The items that somebody moved, all that a diff tells.
fn moved(list: &List, places: &[Option<usize>]) -> Vec<Breach> {
    let mut seen = HashSet::new();
    let mut kept: Vec<(usize, usize)> = Vec::new();
    for (index, (item, place)) in list.items.iter().zip(places).enumerate() {
        // Of two items with one ref the copy is another rule's matter.
        if let Some(place) = place.filter(|place| !item.is_copy() && seen.insert(*place)) {
            kept.push((index, place));
        }
    }
    let moved = order::moved(&kept);
    kept.iter()
        .filter(|(index, _)| moved.contains(index))
        .map(|(index, place)| {
            let item = &list.items[*index];
            let message = format!("`{}` was moved after the lists were due", item.title);
            Breach::new(&item.place, message, format!("put it back to place {}", place + 1))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    /// A list of these titles now, and of those when the lists were due.
    fn changed(now: &[&str], then: &[&str]) -> Round {
        let mut round = round()
            .frozen("atlas", then)
            .list("atlas", |list| now.iter().fold(list, |list, title| list.item(title, bare)));
        round.limits.items = then.len();
        round
    }

    #[test]
    fn a_list_as_it_was_is_fine() {
        let round = changed(&["Printer", "Scanner"], &["Printer", "Scanner"]);
        assert_eq!(told(&RULE, &round, WEEK), NOTHING);
        let mut reworded = round;
        reworded.list_mut("atlas").items[0].title = "All printers".to_owned();
        assert_eq!(told(&RULE, &reworded, WEEK), NOTHING);
    }

    #[test]
    fn before_the_deadline_everything_may_change() {
        assert_eq!(told(&RULE, &changed(&["Scanner"], &["Printer"]), LISTING), NOTHING);
    }

    #[test]
    fn what_is_added_or_taken_off_is_told() {
        let round = changed(&["Printer", "Mouse"], &["Printer", "Scanner"]);
        assert_eq!(
            told(&RULE, &round, FROZEN),
            [
                "error lists/atlas.md:1 `Scanner` was taken off after the lists were due",
                "error lists/atlas.md:40 `Mouse` was added after the lists were due",
            ]
        );
        assert_eq!(
            helps(&RULE, &round, FROZEN)[0],
            "put it back at place 2 as `## Scanner` with `- Ref: scanner`"
        );
        assert!(
            told(&RULE, &round.decided(), DECIDING).iter().all(|told| told.starts_with("hint"))
        );
    }

    #[test]
    fn a_new_title_without_a_ref_is_told_once() {
        let mut round = changed(&["Printer", "Mouse"], &["Printer", "Scanner"]);
        round.list_mut("atlas").items[1].r#ref.place = None;
        assert_eq!(
            told(&RULE, &round, FROZEN),
            ["error lists/atlas.md:40 `Mouse` was added after the lists were due"]
        );
        assert_eq!(
            helps(&RULE, &round, FROZEN),
            ["write `- Ref: scanner` if only the title is new"]
        );
    }

    #[test]
    fn an_item_is_known_by_the_ref_that_it_got_since_and_by_the_one_it_had() {
        let mut round = changed(&["Louder bells", "Chairs"], &["Bells", "Scanner"]);
        round.history.frozen.as_mut().unwrap()[0].items[0].r#ref = "12".to_owned();
        let with_refs = |refs: [&str; 2]| {
            let mut round = round.clone();
            for (item, r#ref) in round.list_mut("atlas").items.iter_mut().zip(refs) {
                (item.r#ref.text, item.address) = (r#ref.to_owned(), r#ref.to_owned());
            }
            told(&RULE, &round, FROZEN).len()
        };
        assert_eq!(with_refs(["12", "scanner"]), 0);
        assert_eq!(with_refs(["bells", "scanner"]), 0, "somebody put it back");
        assert_eq!(with_refs(["louder-bells", "scanner"]), 2);
        // What has the old ref now is another item, as long as the new one is there.
        let both = with_refs(["bells", "12"]);
        assert_eq!(both, 2, "one was added, and one taken off");
    }

    #[test]
    fn of_a_new_order_only_the_item_that_was_moved_is_told() {
        let round = changed(&["B", "C", "D", "A"], &["A", "B", "C", "D"]);
        assert_eq!(
            told(&RULE, &round, FROZEN),
            ["error lists/atlas.md:80 `A` was moved after the lists were due"]
        );
        assert_eq!(helps(&RULE, &round, FROZEN), ["put it back to place 1"]);
    }

    #[test]
    fn of_two_that_changed_places_the_one_is_told_that_a_diff_tells() {
        let round = changed(&["A", "C", "B", "D"], &["A", "B", "C", "D"]);
        assert_eq!(
            told(&RULE, &round, FROZEN),
            ["error lists/atlas.md:60 `B` was moved after the lists were due"]
        );
        assert_eq!(helps(&RULE, &round, FROZEN), ["put it back to place 2"]);
    }

    #[test]
    fn all_that_were_moved_are_told_in_one_run() {
        let round = changed(&["D", "A", "C", "B"], &["A", "B", "C", "D"]);
        assert_eq!(
            told(&RULE, &round, FROZEN),
            [
                "error lists/atlas.md:20 `D` was moved after the lists were due",
                "error lists/atlas.md:80 `B` was moved after the lists were due"
            ]
        );
        assert_eq!(
            helps(&RULE, &round, FROZEN),
            ["put it back to place 4", "put it back to place 2"]
        );
    }

    #[test]
    fn a_copy_of_an_item_is_a_new_item_and_moves_nothing() {
        let mut round = changed(&["A", "A", "B"], &["A", "B"]);
        assert_eq!(told(&RULE, &round, FROZEN), NOTHING, "a ref used twice is told elsewhere");
        round.list_mut("atlas").items[1].r#ref.text = "a-2".to_owned();
        assert_eq!(
            told(&RULE, &round, FROZEN),
            ["error lists/atlas.md:40 `A` was added after the lists were due"]
        );
    }

    #[test]
    fn filling_a_short_list_is_a_warning() {
        let mut round = changed(&["Printer", "Scanner"], &["Printer"]);
        round.limits.items = 10;
        assert_eq!(
            told(&RULE, &round, FROZEN),
            ["warning lists/atlas.md:40 `Scanner` was added after the lists were due"]
        );
        let late = changed(&["Printer", "Scanner"], &[]);
        assert_eq!(
            told(&RULE, &late, FROZEN),
            ["warning lists/atlas.md:1 2 items came after the lists were due"]
        );
    }

    #[test]
    fn what_may_be_hidden_was_not_taken_off() {
        let mut round = changed(&["Printer"], &["Printer", "Scanner"]);
        round.list_mut("atlas").cut_short = true;
        assert_eq!(told(&RULE, &round, FROZEN), NOTHING);
    }

    #[test]
    fn without_a_history_the_state_before_the_change_is_compared() {
        let list = |titles: &[&str]| {
            round().list("atlas", |list| titles.iter().fold(list, |list, it| list.item(it, bare)))
        };
        let mut after = list(&["Printer", "Mouse"]);
        after.limits.items = 2;
        let told =
            |after: &Round, now| told_since(&RULE, &list(&["Printer", "Scanner"]), after, now);
        assert_eq!(
            told(&after, FROZEN),
            [
                "error lists/atlas.md:1 `Scanner` was taken off after the lists were due",
                "error lists/atlas.md:40 `Mouse` was added after the lists were due",
            ]
        );
        assert_eq!(told(&after, LISTING), NOTHING);
        // The history knows that this is how it was agreed, and the change puts it right again.
        let known = after.frozen("atlas", &["Printer", "Mouse"]);
        assert_eq!(told(&known, FROZEN), NOTHING);
    }

    #[test]
    fn a_deadline_that_had_passed_is_not_put_off_in_silence() {
        let list = |titles: &[&str]| {
            let mut round = round()
                .list("atlas", |list| titles.iter().fold(list, |list, it| list.item(it, bare)));
            round.limits.items = 2;
            round
        };
        let before = list(&["Printer", "Scanner"]);
        let due_in = |days: i8, round: Round| {
            let mut round = round;
            let due = &mut round.dates.lists_due;
            due.at = &due.at + jiff::Span::new().days(days);
            round
        };
        let moved = "warning round.toml:11 `lists_due` was 2026-07-24 10:00 and had passed before \
            it was moved";
        let frozen = [
            "error lists/atlas.md:1 `Scanner` was taken off after the lists were due",
            "error lists/atlas.md:40 `Mouse` was added after the lists were due",
            moved,
        ];
        // By the new deadline the history takes the list for agreed, whether that has passed or not.
        let after = list(&["Printer", "Mouse"]).frozen("atlas", &["Printer", "Mouse"]);
        let after = due_in(2, after);
        let told = |after: &Round, now| told_since(&RULE, &before, after, now);
        assert_eq!(told(&after, FROZEN), frozen);
        assert_eq!(told(&after, WEEK), frozen);
        assert_eq!(told(&after, LISTING), NOTHING, "it may be put off until it has passed");
        let same = due_in(-1, before.clone().frozen("atlas", &["Printer", "Scanner"]));
        assert_eq!(told(&same, FROZEN), [moved]);
        assert!(told(&after.decided(), DECIDING).iter().all(|told| told.starts_with("hint")));
    }

    #[test]
    fn what_is_missing_is_told_before_the_lists_are_due_too() {
        let mut round = changed(&["Printer", "Mouse"], &["Printer", "Scanner"]);
        round.history.gap = Some(HistoryGap::Shallow);
        let hint = "hint round.toml:1 this clone has no older commits, so a part of what happened to \
            the lists is not known";
        assert_eq!(told(&RULE, &round, LISTING), [hint]);
        let all = told(&RULE, &round, FROZEN);
        assert!(all.len() == 3 && all.iter().any(|it| it == hint), "{all:?}");
        round.history.gap = Some(HistoryGap::Late);
        assert_eq!(told(&RULE, &round, LISTING), NOTHING);
    }

    #[test]
    fn a_list_of_which_nobody_can_tell_how_it_stood_did_not_come_late() {
        let mut round = changed(&["Printer", "Mouse"], &[]);
        assert_eq!(told(&RULE, &round, FROZEN).len(), 1);
        round.history.untold.push("atlas".to_owned());
        assert_eq!(told(&RULE, &round, FROZEN), NOTHING);
    }

    #[test]
    fn without_a_history_there_is_one_hint() {
        let mut round = round().list("atlas", |list| list.item("Printer", bare));
        let mut hint = |gap| {
            round.history.gap = gap;
            told(&RULE, &round, WEEK)
        };
        assert_eq!(
            hint(None),
            [
                "hint round.toml:1 these lists are not in git yet, so nobody can tell what changes in them"
            ]
        );
        assert_eq!(
            hint(Some(HistoryGap::NoGit)),
            ["hint round.toml:1 there is no git history to compare the lists with"]
        );
    }
}
