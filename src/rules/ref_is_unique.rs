//! A ref is an item's identity: its address and the letters about it hang on it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Breach, Deadline, Rule, head};
use crate::finding::{Place, Severity};
use crate::model::{Guess, Item, Key, List, Product, Ref, Round};
use crate::words::{count, nearest};

pub const RULE: Rule = Rule {
    name: "ref-is-unique",
    asks: "Each item has a ref of its own, written once and then left alone. Titles may be reworded and items moved; by its ref an item keeps its page and its news.",
    deadline: Deadline::Always,
    before: Severity::Error,
    after: Severity::Error,
    judge,
};

fn judge(round: &Round, now: Timestamp) -> Vec<Breach> {
    let mut breaches =
        twice(round.items().map(|(_, item)| (&item.r#ref, &item.title, &item.place)));
    breaches.extend(twice(
        round
            .survey
            .iter()
            .flat_map(|survey| &survey.questions)
            .map(|question| (&question.r#ref, &question.title, &question.place)),
    ));
    breaches.extend(round.items().filter_map(|(_, item)| untidy(item)));
    breaches.extend(round.lists().filter_map(|(_, list)| without_refs(list)));
    breaches.extend(missed_guesses(round, now));
    breaches
}

/// Refs that were used before. Two that differ by case only are one file on some disks.
fn twice<'a>(all: impl Iterator<Item = (&'a Ref, &'a String, &'a Place)>) -> Vec<Breach> {
    let mut first: BTreeMap<String, (&str, &Place)> = BTreeMap::new();
    let mut breaches = Vec::new();
    for (r#ref, title, heading) in all {
        let place = r#ref.place.as_ref().unwrap_or(heading);
        let Some((other, elsewhere)) = first.get(&Ref::key(&r#ref.text)) else {
            first.insert(Ref::key(&r#ref.text), (title, place));
            continue;
        };
        breaches.push(Breach::new(
            place,
            format!("`{}` is already the ref of `{other}` in {}", r#ref.text, elsewhere.short()),
            format!(
                "write `- Ref: {}`, or take the line away: `littlethings fmt` finds a new one",
                another(r#ref, title)
            ),
        ));
    }
    breaches
}

/// A ref that the title offers, or the same with a number.
fn another(taken: &Ref, title: &str) -> String {
    let offered = Ref::from_title(title);
    let key = Ref::key(&taken.text);
    if Ref::key(&offered) == key { Ref::free(&taken.text, |other| other == key) } else { offered }
}

fn untidy(item: &Item) -> Option<Breach> {
    let written = item.r#ref.untidy.as_ref()?;
    let breach = Breach::new(
        item.r#ref.place.as_ref().unwrap_or(&item.place),
        format!("`{written}` cannot stand in an address as it is"),
        format!("write `- Ref: {}`", item.r#ref.text),
    );
    Some(breach.at_most(Severity::Warning))
}

/// Once a list, because one command adds them all.
fn without_refs(list: &List) -> Option<Breach> {
    let number = list
        .items
        .iter()
        .filter(|item| item.r#ref.place.is_none() && !item.is_garbled(Key::Ref))
        .count();
    (number > 0 && !list.cut_short).then(|| {
        let breach = Breach::new(
            head(list),
            format!("{} without a ref", count(number, "item", "items")),
            "type `littlethings fmt`, which adds what is missing",
        );
        breach.at_most(Severity::Hint)
    })
}

/// Refs of guesses that lead to no item of their product's list, once all items can be there.
fn missed_guesses(round: &Round, now: Timestamp) -> Vec<Breach> {
    if !Deadline::ListsDue.has_passed(round, now) {
        return Vec::new();
    }
    let products = round.products.iter().filter_map(|product| {
        let list = product.list.list().filter(|list| !is_doubtful(list))?;
        Some((product, list, product.guesses.as_ref()?))
    });
    products
        .flat_map(|(product, list, guesses)| {
            guesses.all.iter().filter_map(|guess| missed(round, product, list, guess))
        })
        .collect()
}

/// Whether the ref that a guess means may be on the list and not be seen, or not as it was
/// written. Another finding tells of that.
fn is_doubtful(list: &List) -> bool {
    let untidy = |item: &Item| item.r#ref.untidy.is_some() || item.is_garbled(Key::Ref);
    list.cut_short || list.items.is_empty() || list.items.iter().any(untidy)
}

fn missed(round: &Round, product: &Product, list: &List, guess: &Guess) -> Option<Breach> {
    let written = guess.r#ref.as_ref()?;
    let key = Ref::key(&written.value);
    if list.items.iter().any(|item| Ref::key(&item.r#ref.text) == key) {
        return None;
    }
    let (message, help) = match round.item(&written.value) {
        Some((other, _)) => (
            format!(
                "`{}` is an item of `{}`, and this is a guess about `{}`",
                written.value, other.name, product.name
            ),
            format!(
                "write the ref of an item of `{}`, or move the guess to guesses/{}.md",
                product.name, other.key
            ),
        ),
        None => (
            format!("no item of `{}` has the ref `{}`", product.name, written.value),
            match nearest(&written.value, list.items.iter().map(|item| &*item.r#ref.text)) {
                Some(near) => format!("write `- Ref: {near}`"),
                None => "write the ref of the item that was meant, or nothing behind `- Ref:` where the guess missed".to_owned(),
            },
        ),
    };
    Some(Breach::new(&written.place, message, help).at_most(Severity::Warning))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::model::{Answer, Audience, ListFile};

    fn two(one: &str, other: &str) -> Round {
        round()
            .list("atlas", |list| list.item("Printer", |item| item.with_ref(one)))
            .list("harbour", |list| list.item("Scanner", |item| item.with_ref(other)))
    }

    #[test]
    fn refs_of_their_own_are_fine() {
        assert_eq!(told(&RULE, &two("printer", "scanner"), WEEK), NOTHING);
    }

    #[test]
    fn a_ref_used_twice_names_both_places() {
        for (one, other) in [("printer", "printer"), ("printer", "Printer")] {
            let round = two(one, other);
            assert_eq!(
                told(&RULE, &round, LISTING),
                [format!(
                    "error lists/harbour.md:29 `{other}` is already the ref of `Printer` in content/2026-summer/lists/atlas.md:29"
                )]
            );
            assert_eq!(
                helps(&RULE, &round, LISTING),
                [
                    "write `- Ref: scanner`, or take the line away: `littlethings fmt` finds a new one"
                ]
            );
            assert!(told(&RULE, &round.decided(), LISTING)[0].starts_with("hint"));
        }
    }

    #[test]
    fn questions_have_refs_of_their_own_too() {
        let round = round().question("again", &Audience::ALL, Answer::Text).question(
            "again",
            &Audience::ALL,
            Answer::Text,
        );
        assert_eq!(
            told(&RULE, &round, LISTING),
            [
                "error survey.md:21 `again` is already the ref of `again?` in content/2026-summer/survey.md:11"
            ]
        );
    }

    #[test]
    fn an_untidy_ref_comes_with_the_tidy_one() {
        let mut round = two("printer-jams", "scanner");
        round.list_mut("atlas").items[0].r#ref.untidy = Some("printer jams!".to_owned());
        assert_eq!(
            told(&RULE, &round, LISTING),
            ["warning lists/atlas.md:29 `printer jams!` cannot stand in an address as it is"]
        );
        assert_eq!(helps(&RULE, &round, LISTING), ["write `- Ref: printer-jams`"]);
    }

    #[test]
    fn missing_refs_are_one_hint_a_list() {
        let mut round = two("printer", "scanner");
        round.list_mut("atlas").items[0].r#ref.place = None;
        assert_eq!(told(&RULE, &round, WEEK), ["hint lists/atlas.md:1 1 item without a ref"]);
    }

    #[test]
    fn a_guess_that_leads_nowhere_is_told_once_the_lists_are_due() {
        let mut round = two("printer", "scanner").guess("atlas", "prnter");
        assert_eq!(told(&RULE, &round, LISTING), NOTHING);
        assert_eq!(
            told(&RULE, &round, FROZEN),
            ["warning guesses/atlas.md:11 no item of `Atlas` has the ref `prnter`"]
        );
        assert_eq!(helps(&RULE, &round, FROZEN), ["write `- Ref: printer`"]);
        round.list_mut("harbour").cut_short = true;
        assert_eq!(told(&RULE, &round, FROZEN).len(), 1, "another list says nothing of this one");
    }

    #[test]
    fn a_guess_about_an_item_of_another_list_is_told() {
        let round = two("printer", "scanner").guess("atlas", "Scanner");
        assert_eq!(
            told(&RULE, &round, FROZEN),
            [
                "warning guesses/atlas.md:11 `Scanner` is an item of `Harbour`, and this is a guess about `Atlas`"
            ]
        );
        assert_eq!(
            helps(&RULE, &round, FROZEN),
            ["write the ref of an item of `Atlas`, or move the guess to guesses/harbour.md"]
        );
    }

    #[test]
    fn where_a_ref_may_be_unseen_no_guess_is_wrong() {
        let unseen = |change: fn(&mut List)| {
            let mut round = two("printer", "scanner").guess("atlas", "plotter");
            assert_eq!(told(&RULE, &round, FROZEN).len(), 1);
            change(round.list_mut("atlas"));
            let told = told(&RULE, &round, FROZEN);
            assert!(!told.iter().any(|told| told.contains("guesses")), "{told:?}");
        };
        unseen(|list| list.cut_short = true);
        unseen(|list| list.items.clear());
        unseen(|list| list.items[0].r#ref.untidy = Some("../../plotter".to_owned()));
        unseen(|list| list.items[0].garbled.push(Key::Ref));
        let mut round = two("printer", "scanner").guess("atlas", "plotter");
        for file in [ListFile::Missing, ListFile::Refused] {
            round.products[0].list = file;
            assert_eq!(told(&RULE, &round, FROZEN), NOTHING);
        }
    }
}
