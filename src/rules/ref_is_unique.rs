//! A ref is an item's identity: its address and the letters about it hang on it.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;

use super::list_frozen_after_deadline::is_put_off;
use super::{Breach, Deadline, Rule, head, same};
use crate::finding::{Finding, Place, Severity};
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
    let mut breaches = copied(round);
    let questions = round.survey.iter().flat_map(|survey| &survey.questions);
    breaches.extend(twice(questions.map(|question| Entry {
        r#ref: &question.r#ref,
        title: &question.title,
        place: &question.place,
        had: None,
    })));
    breaches.extend(round.items().filter_map(|(_, item)| untidy(item)));
    breaches.extend(round.lists().filter_map(|(_, list)| without_refs(list)));
    breaches.extend(missed_guesses(round, now));
    breaches
}

/// Items with the ref of another, which had it first.
fn copied(round: &Round) -> Vec<Breach> {
    let (copies, own): (Vec<&Item>, Vec<&Item>) =
        round.items().map(|(_, item)| item).partition(|item| item.is_copy());
    let former = |item: &Item| round.history.former.get(&item.address).map(String::as_str);
    let had = |item: &Item| agreed_as(round, &item.title).or_else(|| former(item));
    twice(own.into_iter().chain(copies).map(|item| Entry {
        r#ref: &item.r#ref,
        title: &item.title,
        place: &item.place,
        had: if item.is_copy() { had(item) } else { None },
    }))
}

/// The ref that an item of that title had when the lists were due, if nobody has it now.
fn agreed_as<'a>(round: &'a Round, title: &str) -> Option<&'a str> {
    let frozen = round.history.frozen.iter().flatten().flat_map(|list| &list.items);
    let mut had = frozen.filter(|was| same(&was.title, title)).map(|was| was.r#ref.as_str());
    had.find(|r#ref| round.item(r#ref).is_none())
}

/// Refs that were there and are not any more: an item's page and its news hang on its ref.
pub(super) fn since(before: &Round, round: &Round, now: Timestamp) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let (were, are) = (before.items_by_ref(), round.items_by_ref());
    let is_put_off = is_put_off(before, round, now);
    let is_due = is_put_off || Deadline::ListsDue.has_passed(round, now);
    // By another deadline the history knows something else than what was agreed.
    let agreed = agreed(round).filter(|_| !is_put_off);
    let mut heirs: HashMap<&str, &Product> = HashMap::new();
    for (product, old) in round.products.iter().zip(round.earlier(before)) {
        if let Some(old) = old {
            heirs.entry(&old.key).or_insert(product);
        }
    }
    for old in &before.products {
        let Some(was) = old.list.list() else { continue };
        let vanished: Vec<&Item> = was
            .items
            .iter()
            .filter(|item| !are.contains_key(&Ref::key(&item.r#ref.text)))
            .collect();
        let Some(product) = heirs.get(old.key.as_str()) else {
            breaches.extend(product_is_gone(round, old, vanished.len()));
            continue;
        };
        // A list that cannot be read whole hides its refs, and another finding says so.
        let Some(list) = product.list.list().filter(|list| !list.cut_short) else { continue };
        let is_new =
            |item: &&Item| item.is_copy() || !were.contains_key(&Ref::key(&item.r#ref.text));
        for item in vanished {
            match list.items.iter().filter(is_new).find(|now| now.is_most_likely(item)) {
                // That its ref is another's is told already.
                Some(now) if now.is_copy() => {}
                Some(now) => breaches.push(ref_changed(item, now)),
                None => breaches.extend(item_is_gone(agreed.as_ref(), is_due, list, item)),
            }
        }
    }
    breaches.extend(lost_questions(before, round, now));
    breaches
}

/// The keys of the refs of what stood on the lists when they were due, where that is known.
fn agreed(round: &Round) -> Option<HashSet<String>> {
    let lists = round.history.frozen.as_ref()?;
    let items = lists.iter().flat_map(|list| &list.items);
    Some(items.flat_map(|was| [&was.r#ref, &was.ref_then]).map(|it| Ref::key(it)).collect())
}

fn ref_changed(old: &Item, now: &Item) -> Breach {
    let breach = Breach::new(
        now.r#ref.place.as_ref().unwrap_or(&now.place),
        format!(
            "the ref of `{}` was `{}` and is `{}` now",
            now.title, old.r#ref.text, now.r#ref.text
        ),
        format!("write `- Ref: {}`: its page and its news hang on it", old.r#ref.text),
    );
    // Of a ref that nobody ever wrote down, nobody could know that it matters.
    if old.r#ref.place.is_none() { breach.at_most(Severity::Warning) } else { breach }
}

/// Once the lists are due, another rule tells of what was taken off the list that was agreed.
fn item_is_gone(
    agreed: Option<&HashSet<String>>,
    frozen: bool,
    list: &List,
    item: &Item,
) -> Option<Breach> {
    // What was there before the change may well have been agreed.
    let agreed = agreed.is_none_or(|refs| refs.contains(&Ref::key(&item.r#ref.text)));
    let breach = Breach::new(
        head(list),
        format!("`{}` is gone, and with it the page of `{}`", item.title, item.r#ref.text),
        format!("if it only has another title, write `- Ref: {}` below that", item.r#ref.text),
    );
    (!frozen || !agreed)
        .then(|| breach.at_most(if frozen { Severity::Warning } else { Severity::Hint }))
}

fn product_is_gone(round: &Round, old: &Product, items: usize) -> Option<Breach> {
    let breach = Breach::new(
        &round.place,
        format!("`{}` is gone, and with it {}", old.name, count(items, "item", "items")),
        format!("put `[products.{}]` and lists/{}.md back", old.key, old.key),
    );
    (items > 0).then(|| breach.at_most(Severity::Warning))
}

/// Answers hang on the refs of questions.
fn lost_questions(before: &Round, round: &Round, now: Timestamp) -> Vec<Breach> {
    let (Some(was), Some(survey)) = (&before.survey, &round.survey) else { return Vec::new() };
    if survey.cut_short || !Deadline::SurveyOpens.has_passed(round, now) {
        return Vec::new();
    }
    let is_there = |r#ref: &Ref| {
        survey
            .questions
            .iter()
            .any(|question| Ref::key(&question.r#ref.text) == Ref::key(&r#ref.text))
    };
    let place = survey.title.as_ref().map_or(&survey.place, |title| &title.place);
    was.questions
        .iter()
        .filter(|question| !is_there(&question.r#ref))
        .map(|question| {
            Breach::new(
                place,
                format!(
                    "the question `{}` is gone, and the survey is open already",
                    question.title
                ),
                format!(
                    "put it back with `- Ref: {}`: its answers hang on it",
                    question.r#ref.text
                ),
            )
        })
        .collect()
}

/// A round is kept for ever, and so are the addresses of its pages.
pub(super) fn round_is_gone(old: &Round) -> Option<Finding> {
    let items = old.items().count();
    (items > 0).then(|| Finding {
        rule: RULE.name,
        severity: Severity::Error,
        place: old.place.clone(),
        message: format!(
            "the round `{}` is gone, and with it the pages of {}",
            old.title,
            count(items, "item", "items")
        ),
        help: format!("put the folder {} back: a round is kept for ever", old.folder),
    })
}

/// The pages of a round, and what was told of it to whom, hang on the name of its folder.
pub(super) fn round_is_elsewhere(old: &Round, round: &Round) -> Option<Finding> {
    let items = old.items().count();
    (items > 0).then(|| Finding {
        rule: RULE.name,
        severity: Severity::Error,
        place: round.place.clone(),
        message: format!(
            "the folder of `{}` was called {} until now, and with that address the pages of {} \
             are gone",
            round.title,
            old.slug,
            count(items, "item", "items")
        ),
        help: format!(
            "call it {} again: links lead there, and whoever had letters would get them once more",
            old.slug
        ),
    })
}

/// What has a ref.
struct Entry<'a> {
    r#ref: &'a Ref,
    title: &'a str,
    /// Its heading.
    place: &'a Place,
    /// The ref that it had before, if nobody has that now.
    had: Option<&'a str>,
}

/// Refs that were used before. Two that differ by case only are one file on some disks.
fn twice<'a>(all: impl Iterator<Item = Entry<'a>>) -> Vec<Breach> {
    let mut first: BTreeMap<String, (&str, &Place)> = BTreeMap::new();
    let mut breaches = Vec::new();
    for Entry { r#ref, title, place, had } in all {
        let place = r#ref.place.as_ref().unwrap_or(place);
        let Some((other, elsewhere)) = first.get(&Ref::key(&r#ref.text)) else {
            first.insert(Ref::key(&r#ref.text), (title, place));
            continue;
        };
        let offered = had.map_or_else(|| another(r#ref, title), str::to_owned);
        breaches.push(Breach::new(
            place,
            format!("`{}` is already the ref of `{other}` in {}", r#ref.text, elsewhere.short()),
            format!(
                "write `- Ref: {offered}`, or take the line away: `littlethings fmt` finds a new one"
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

/// Whoever fills in a list leaves its refs alone.
const LEFT_TO_FMT: &str =
    "leave it so: whoever keeps the round types `littlethings fmt`, which adds what is missing";

/// Whether a finding is for whoever keeps the round, and nothing that a change made worse.
pub fn is_left_to_fmt(finding: &Finding) -> bool {
    finding.rule == RULE.name && finding.help == LEFT_TO_FMT
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
            LEFT_TO_FMT,
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
    fn a_ref_that_was_changed_is_told_where_it_stands() {
        let before = two("printer", "scanner");
        let after = two("printers", "scanner");
        assert_eq!(
            told_since(&RULE, &before, &after, WEEK),
            ["error lists/atlas.md:29 the ref of `Printer` was `printer` and is `printers` now"]
        );
        assert_eq!(told_since(&RULE, &before, &two("Printer", "scanner"), WEEK), NOTHING);
        let mut moved = two("scanner", "printer");
        moved.list_mut("atlas").items[0].title = "Scanner".into();
        moved.list_mut("harbour").items[0].title = "Printer".into();
        assert_eq!(told_since(&RULE, &before, &moved, WEEK), NOTHING);
    }

    #[test]
    fn an_item_that_is_gone_is_told_at_the_title_of_its_list() {
        let before = two("printer", "scanner");
        let mut after = two("printer", "scanner");
        after.list_mut("atlas").items.clear();
        assert_eq!(
            told_since(&RULE, &before, &after, LISTING),
            ["hint lists/atlas.md:1 `Printer` is gone, and with it the page of `printer`"]
        );
        assert_eq!(told_since(&RULE, &before, &after, WEEK), NOTHING, "told by the frozen list");
        let after = after.frozen("atlas", &["Other"]);
        assert!(told_since(&RULE, &before, &after, WEEK)[0].starts_with("warning"));
        let mut put_off = after.clone();
        put_off.dates.lists_due = put_off.dates.week_last.clone();
        assert_eq!(
            told_since(&RULE, &before, &put_off, FROZEN),
            NOTHING,
            "told by the frozen list"
        );
        let mut hidden = after;
        hidden.list_mut("atlas").cut_short = true;
        assert_eq!(told_since(&RULE, &before, &hidden, WEEK), NOTHING);
    }

    #[test]
    fn products_rounds_and_open_questions_do_not_vanish_in_silence() {
        let before = two("printer", "scanner");
        let mut after = two("printer", "scanner");
        after.products.remove(1);
        assert_eq!(
            told_since(&RULE, &before, &after, WEEK),
            ["warning round.toml:1 `Harbour` is gone, and with it 1 item"]
        );
        let mut renamed = two("printer", "scanner");
        renamed.products[1].key = "port".into();
        assert_eq!(told_since(&RULE, &before, &renamed, WEEK), NOTHING);
        assert!(round_is_gone(&before).unwrap().message.contains("the pages of 2 items"));

        let asked = round().question("again", &Audience::ALL, Answer::Text);
        let other = round().question("once-more", &Audience::ALL, Answer::Text);
        assert_eq!(told_since(&RULE, &asked, &other, WEEK), NOTHING);
        assert_eq!(told_since(&RULE, &asked, &other, ASKING).len(), 1);
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
        assert!(helps(&RULE, &round, WEEK)[0].starts_with("leave it so"));
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
