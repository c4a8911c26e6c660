//! A list that one hub wrote alone is that hub's list.

use jiff::Timestamp;

use super::{Breach, Deadline, Rule, agreements, head, same};
use crate::finding::{Placed, Severity};
use crate::model::{Agreed, Agreement, List, Product, Round};
use crate::words::{and, fold, nearest, or, ticked};

pub const RULE: Rule = Rule {
    name: "every-hub-agrees",
    asks: "Every hub that lives with a product says yes to its list. What all have agreed on, nobody needs to defend later.",
    deadline: Deadline::ListsDue,
    before: Severity::Hint,
    after: Severity::Error,
    judge,
};

fn judge(round: &Round, _now: Timestamp) -> Vec<Breach> {
    // Without the hubs of the round, which the reader misses, no hub is strange and none is silent.
    if round.hubs.is_empty() {
        return Vec::new();
    }
    round.lists().flat_map(|(product, list)| judge_list(round, product, list)).collect()
}

fn judge_list(round: &Round, product: &Product, list: &List) -> Vec<Breach> {
    let silent = silent_hubs(round, product, list);
    let strange = agreements(list)
        .filter(|agreement| !is_among(&agreement.hub.value, &product.hubs))
        .map(|agreement| not_asked(round, product, &silent, agreement));
    let pending = agreements(list).filter_map(|agreement| not_yet(product, agreement));
    strange.chain(unheard(list, &silent)).chain(pending).collect()
}

/// Hubs without a line, told once a list. Without a title the reader found no such lines at all,
/// and said so.
fn unheard(list: &List, silent: &[&str]) -> Option<Breach> {
    // A misspelt hub has spoken: it is told at its line, not as missing as well.
    let spoke = |hub: &str| agreements(list).any(|said| meant(said, silent) == Some(hub));
    let hubs: Vec<&str> = silent.iter().copied().filter(|hub| !spoke(hub)).collect();
    if hubs.is_empty() || list.cut_short || list.agreements_garbled || list.title.is_none() {
        return None;
    }
    let (have, agree, they) = match hubs.as_slice() {
        [_] => ("has", "it agrees", "it does"),
        _ => ("have", "they agree", "they do"),
    };
    let lines: Vec<String> = hubs.iter().map(|hub| format!("- Agreed by {hub}: yes")).collect();
    Some(Breach::new(
        head(list),
        format!("{} {have} not said whether {agree}", and(&ticked(&hubs))),
        format!("write {} under the title, or `not yet` until {they}", and(&ticked(&lines))),
    ))
}

fn not_yet(product: &Product, agreement: &Agreement) -> Option<Breach> {
    let hub = &agreement.hub.value;
    (agreement.agreed == Agreed::NotYet && is_among(hub, &product.hubs)).then(|| {
        Breach::new(
            &agreement.place,
            format!("`{hub}` does not agree yet"),
            format!("write `- Agreed by {hub}: yes` as soon as it does"),
        )
    })
}

/// A hub that was not asked: of another product, which is worth knowing, or of nowhere.
fn not_asked(round: &Round, product: &Product, silent: &[&str], agreement: &Agreement) -> Breach {
    let hub = &agreement.hub.value;
    if is_among(hub, &round.hubs) {
        return Breach::new(
            &agreement.hub.place,
            format!("`{hub}` need not agree to the list of `{}`", product.name),
            format!("take the line away, or add `{hub}` to the product's `hubs` in round.toml"),
        )
        .at_most(Severity::Hint);
    }
    let known: Vec<&str> = round.hubs.iter().map(|hub| hub.value.as_str()).collect();
    let help = match meant(agreement, silent).or_else(|| nearest(hub, known.iter().copied())) {
        Some(near) => format!("write `- Agreed by {near}: `"),
        None => format!("write `- Agreed by ` and {}", or(&ticked(&known))),
    };
    Breach::new(&agreement.hub.place, format!("`{hub}` is not a hub of this round"), help)
        .at_least(Severity::Warning)
}

/// The hubs that must agree and of which no line speaks.
fn silent_hubs<'a>(round: &Round, product: &'a Product, list: &List) -> Vec<&'a str> {
    product
        .hubs
        .iter()
        .map(|hub| hub.value.as_str())
        .filter(|hub| is_among(hub, &round.hubs))
        .filter(|hub| !agreements(list).any(|agreement| same(&agreement.hub.value, hub)))
        .collect()
}

fn meant<'a>(agreement: &Agreement, silent: &[&'a str]) -> Option<&'a str> {
    nearest(&agreement.hub.value, silent.iter().copied()).or_else(|| {
        // `Lisbon office`: the hub with more around it.
        let written = format!(" {} ", fold(&agreement.hub.value));
        silent.iter().copied().find(|hub| written.contains(&format!(" {} ", fold(hub))))
    })
}

fn is_among(hub: &str, hubs: &[Placed<String>]) -> bool {
    hubs.iter().any(|known| same(&known.value, hub))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn hubs_that_all_agree_are_left_in_peace() {
        let round = round()
            .list("atlas", |list| list.agreed("Berlin", Agreed::Yes).agreed("Lisbon", Agreed::Yes));
        assert_eq!(told(&RULE, &round, FROZEN), NOTHING);
    }

    #[test]
    fn who_has_not_agreed_is_a_hint_until_the_lists_are_due() {
        let round = round().list("atlas", |list| list.agreed("Lisbon", Agreed::NotYet));
        assert_eq!(
            told(&RULE, &round, LISTING),
            [
                "hint lists/atlas.md:1 `Berlin` has not said whether it agrees",
                "hint lists/atlas.md:3 `Lisbon` does not agree yet",
            ]
        );
        assert_eq!(
            told(&RULE, &round, FROZEN),
            [
                "error lists/atlas.md:1 `Berlin` has not said whether it agrees",
                "error lists/atlas.md:3 `Lisbon` does not agree yet",
            ]
        );
        assert_eq!(
            helps(&RULE, &round, FROZEN),
            [
                "write `- Agreed by Berlin: yes` under the title, or `not yet` until it does",
                "write `- Agreed by Lisbon: yes` as soon as it does",
            ]
        );
        assert!(
            told(&RULE, &round.decided(), DECIDING).iter().all(|told| told.starts_with("hint"))
        );
    }

    #[test]
    fn a_misspelt_hub_is_told_once() {
        for written in ["Lisbn", "Lisbon office", "the hub of lisbon"] {
            let round = round().list("atlas", |list| {
                list.agreed("Berlin", Agreed::Yes).agreed(written, Agreed::Yes)
            });
            assert_eq!(
                told(&RULE, &round, LISTING),
                [format!("warning lists/atlas.md:4 `{written}` is not a hub of this round")]
            );
            assert_eq!(helps(&RULE, &round, LISTING), ["write `- Agreed by Lisbon: `"]);
        }
    }

    #[test]
    fn a_hub_that_need_not_agree_is_always_a_hint() {
        let round = round().list("atlas", |list| {
            list.agreed("Berlin", Agreed::Yes)
                .agreed("Lisbon", Agreed::Yes)
                .agreed("Support", Agreed::NotYet)
        });
        assert_eq!(
            told(&RULE, &round, FROZEN),
            ["hint lists/atlas.md:5 `Support` need not agree to the list of `Atlas`"]
        );
    }

    #[test]
    fn what_may_be_hidden_is_not_missing() {
        let mut round = round().list("atlas", |list| list.cut_short());
        assert_eq!(told(&RULE, &round, FROZEN), NOTHING);
        let list = round.list_mut("atlas");
        (list.cut_short, list.title) = (false, None);
        assert_eq!(told(&RULE, &round, FROZEN), NOTHING, "lines are read below a title only");
    }

    #[test]
    fn two_silent_hubs_are_one_finding() {
        let round = round().list("atlas", |list| list);
        assert_eq!(
            told(&RULE, &round, FROZEN),
            ["error lists/atlas.md:1 `Berlin` and `Lisbon` have not said whether they agree"]
        );
        assert_eq!(
            helps(&RULE, &round, FROZEN),
            [
                "write `- Agreed by Berlin: yes` and `- Agreed by Lisbon: yes` under the title, or `not yet` until they do"
            ]
        );
    }

    #[test]
    fn of_two_lines_of_one_hub_the_first_counts() {
        let round = round().list("atlas", |list| {
            list.agreed("Berlin", Agreed::Yes)
                .agreed("Lisbon", Agreed::Yes)
                .agreed("berlin", Agreed::NotYet)
        });
        assert_eq!(told(&RULE, &round, FROZEN), NOTHING);
    }

    #[test]
    fn without_hubs_in_round_toml_no_hub_is_strange() {
        let mut round = round().list("atlas", |list| list.agreed("Berlin", Agreed::Yes));
        round.hubs.clear();
        assert_eq!(told(&RULE, &round, FROZEN), NOTHING);
    }
}
