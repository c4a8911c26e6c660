//! A product without a list asks for nothing, and a list without a product is read by nobody.

use jiff::Timestamp;

use super::{Breach, Deadline, Rule};
use crate::finding::{Place, Severity};
use crate::model::{ListFile, Product, Round, StrayList};
use crate::words::{count, nearest};

pub const RULE: Rule = Rule {
    name: "one-list-per-product",
    asks: "Each product has one list, in one file. Two lists would compete, and without one nobody knows what to ask for.",
    deadline: Deadline::ListsDue,
    before: Severity::Hint,
    after: Severity::Error,
    judge,
};

fn judge(round: &Round, _now: Timestamp) -> Vec<Breach> {
    let missing = round
        .products
        .iter()
        .filter(|product| product.list == ListFile::Missing && misnamed(round, product).is_none())
        .map(|product| no_list(round, product));
    missing.chain(round.strays.iter().map(|stray| no_product(round, stray))).collect()
}

fn no_list(round: &Round, product: &Product) -> Breach {
    Breach::new(
        &Place::whole(product.list_path.clone()),
        format!("`{}` has no list", product.name),
        format!(
            "add this file with `# {}` and {} as `## What is wanted`, or type `littlethings new list {}`",
            product.name,
            count(round.limits.items, "item", "items"),
            product.key
        ),
    )
}

fn no_product(round: &Round, stray: &StrayList) -> Breach {
    let name = &stray.name;
    let help = match meant(round, stray) {
        Some(product) => format!("rename the file to `{}.md`", product.key),
        None => format!("add `[products.{name}]` to round.toml, or take the file away"),
    };
    let breach = Breach::new(&stray.place, format!("`{name}` is no product of this round"), help)
        .at_least(Severity::Warning);
    // A guess is nobody's promise.
    if is_guess(stray) { breach.at_most(Severity::Warning) } else { breach }
}

/// The product whose file the stray was most likely meant to be: one that has none yet.
fn meant<'a>(round: &'a Round, stray: &StrayList) -> Option<&'a Product> {
    let waiting: Vec<&Product> = round
        .products
        .iter()
        .filter(|product| match is_guess(stray) {
            true => product.guesses.is_none(),
            false => product.list == ListFile::Missing,
        })
        .collect();
    let key = nearest(&stray.name, waiting.iter().map(|product| product.key.as_str()))?;
    waiting.into_iter().find(|product| product.key == key)
}

/// The stray file that is this product's list under a wrong name; it is told there, once.
fn misnamed<'a>(round: &'a Round, product: &Product) -> Option<&'a StrayList> {
    round
        .strays
        .iter()
        .filter(|stray| !is_guess(stray))
        .find(|stray| meant(round, stray).is_some_and(|meant| meant.key == product.key))
}

fn is_guess(stray: &StrayList) -> bool {
    stray.place.path.contains("/guesses/")
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn a_missing_list_is_a_hint_until_the_lists_are_due() {
        let round = round().product("atlas");
        assert_eq!(told(&RULE, &round, LISTING), ["hint lists/atlas.md:1 `Atlas` has no list"]);
        assert_eq!(told(&RULE, &round, FROZEN), ["error lists/atlas.md:1 `Atlas` has no list"]);
        assert_eq!(
            told(&RULE, &round.decided(), DECIDING),
            ["hint lists/atlas.md:1 `Atlas` has no list"]
        );
    }

    #[test]
    fn a_list_that_is_there_or_was_refused_is_nothing_to_tell() {
        let mut round = round().list("atlas", |list| list).product("harbour");
        round.products[1].list = ListFile::Refused;
        assert_eq!(told(&RULE, &round, FROZEN), NOTHING);
    }

    #[test]
    fn a_misnamed_list_is_told_once_and_under_its_own_name() {
        let round = round().product("harbour").stray("lists/harbor.md");
        assert_eq!(
            told(&RULE, &round, LISTING),
            ["warning lists/harbor.md:1 `harbor` is no product of this round"]
        );
        assert_eq!(helps(&RULE, &round, LISTING), ["rename the file to `harbour.md`"]);
    }

    #[test]
    fn a_stray_guess_is_never_an_error() {
        let round = round().list("atlas", |list| list).stray("guesses/ships.md");
        assert_eq!(
            told(&RULE, &round, FROZEN),
            ["warning guesses/ships.md:1 `ships` is no product of this round"]
        );
    }
}
