//! A list that one hub wrote alone is that hub's list.

use jiff::Timestamp;

use super::{Breach, Deadline, Rule, head, same};
use crate::finding::{Placed, Severity};
use crate::model::{Agreed, Agreement, List, Product, Round};
use crate::words::{nearest, or, ticked};

pub const RULE: Rule = Rule {
    name: "every-hub-agrees",
    asks: "Every hub that lives with a product says yes to its list. What all have agreed on, nobody needs to defend later.",
    deadline: Deadline::ListsDue,
    before: Severity::Hint,
    after: Severity::Error,
    judge,
};

fn judge(round: &Round, _now: Timestamp) -> Vec<Breach> {
    round.lists().flat_map(|(product, list)| judge_list(round, product, list)).collect()
}

fn judge_list(round: &Round, product: &Product, list: &List) -> Vec<Breach> {
    let silent = silent_hubs(round, product, list);
    let strange = list
        .agreements
        .iter()
        .filter(|agreement| !is_among(&agreement.hub.value, &product.hubs))
        .map(|agreement| not_asked(round, product, &silent, agreement));
    // A misspelt hub has spoken: it is told at its line, not as missing as well.
    let unheard = silent.iter().filter(|hub| {
        !list.cut_short
            && !list.agreements.iter().any(|agreement| meant(agreement, &silent) == Some(**hub))
    });
    let missing = unheard.map(|hub| {
        Breach::new(
            head(list),
            format!("`{hub}` has not said whether it agrees"),
            format!("write `- Agreed by {hub}: yes` under the title, or `not yet` until it does"),
        )
    });
    let pending = list.agreements.iter().filter_map(|agreement| not_yet(product, agreement));
    strange.chain(missing).chain(pending).collect()
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
        .filter(|hub| !list.agreements.iter().any(|agreement| same(&agreement.hub.value, hub)))
        .collect()
}

fn meant<'a>(agreement: &Agreement, silent: &[&'a str]) -> Option<&'a str> {
    nearest(&agreement.hub.value, silent.iter().copied())
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
        let round = round()
            .list("atlas", |list| list.agreed("Berlin", Agreed::Yes).agreed("Lisbn", Agreed::Yes));
        assert_eq!(
            told(&RULE, &round, LISTING),
            ["warning lists/atlas.md:4 `Lisbn` is not a hub of this round"]
        );
        assert_eq!(helps(&RULE, &round, LISTING), ["write `- Agreed by Lisbon: `"]);
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
        let round = round().list("atlas", |list| list.cut_short());
        assert_eq!(told(&RULE, &round, FROZEN), NOTHING);
    }
}
