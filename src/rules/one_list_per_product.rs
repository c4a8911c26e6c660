//! A product without a list asks for nothing, and a list without a product is read by nobody.

use jiff::Timestamp;

use super::{Breach, Deadline, Rule, same};
use crate::finding::{Place, Severity};
use crate::model::{ListFile, Product, Ref, Round, StrayList};
use crate::words::{count, fold, nearest};

pub const RULE: Rule = Rule {
    name: "one-list-per-product",
    asks: "Each product has one list, in one file. Two lists would compete, and without one nobody knows what to ask for.",
    deadline: Deadline::ListsDue,
    before: Severity::Hint,
    after: Severity::Error,
    judge,
};

fn judge(round: &Round, _now: Timestamp) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let mut found = Vec::new();
    for product in round.products.iter().filter(|product| product.list == ListFile::Missing) {
        let breach = match misnamed(round, product) {
            Some(path) => {
                found.push(path);
                under_another_name(product, path)
            }
            None => no_list(round, product),
        };
        breaches.push(breach);
    }
    let strays = round.strays.iter().filter(|stray| !found.contains(&&*stray.place.path));
    breaches
        .extend(strays.filter(|stray| !is_read_me(stray)).map(|stray| stray_file(round, stray)));
    breaches
}

fn no_list(round: &Round, product: &Product) -> Breach {
    Breach::new(
        &Place::whole(product.list_path.clone()),
        format!("`{}` has no list", product.name),
        format!(
            "add `{}` with `# {}` and {} as `## What is wanted`, or type `littlethings new list {}`",
            in_round(&product.list_path),
            product.name,
            count(round.limits.items, "item", "items"),
            product.key
        ),
    )
}

/// The file that is this product's list under a wrong name. It is told there, once.
fn under_another_name(product: &Product, path: &str) -> Breach {
    let wanted = in_round(&product.list_path);
    let folder = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let help = if is_document(path) {
        format!("save it as plain text under the name `{wanted}`")
    } else if folder(path) == folder(&product.list_path) {
        format!("rename it to `{wanted}`")
    } else {
        format!("move it to `{wanted}`")
    };
    let message =
        format!("this looks like the list of `{}`, which is read from `{wanted}`", product.name);
    Breach::new(&Place::whole(path), message, help).at_least(Severity::Warning)
}

/// A file among the lists or guesses that belongs to no product.
fn stray_file(round: &Round, stray: &StrayList) -> Breach {
    let name = &stray.name;
    let (folder, products): (&str, Vec<&Product>) = if is_guess(stray) {
        ("guesses", round.products.iter().filter(|product| product.guesses.is_none()).collect())
    } else {
        ("lists", Vec::new())
    };
    let wanted = nearest(name, products.iter().map(|product| product.key.as_str()));
    let copied = || round.products.iter().find(|product| is_copy(stray, product));
    let help = match (wanted, copied()) {
        (Some(key), _) => format!("rename the file to `{folder}/{key}.md`"),
        (None, Some(product)) => {
            format!("put what is right into `{folder}/{}.md`, and take this file away", product.key)
        }
        (None, None) if Ref::clean(name) == *name && name.is_ascii() => {
            format!("add `[products.{name}]` to round.toml, or take the file away")
        }
        (None, None) => "take the file away, or add its product to round.toml".to_owned(),
    };
    let breach = Breach::new(&stray.place, format!("`{name}` is no product of this round"), help)
        .at_least(Severity::Warning);
    // A guess is nobody's promise.
    if is_guess(stray) { breach.at_most(Severity::Warning) } else { breach }
}

/// The file of the round that was most likely meant to be the list of this product.
fn misnamed<'a>(round: &'a Round, product: &Product) -> Option<&'a str> {
    let missing = || round.products.iter().filter(|product| product.list == ListFile::Missing);
    let another = |path: &str| round.products.iter().any(|other| *other.list_path == *path);
    let named_so = round.files.iter().map(String::as_str).find(|path| {
        !another(path) && stem(round, path).is_some_and(|stem| same(stem, &product.key))
    });
    let nearly = || {
        let mut strays = round.strays.iter().filter(|stray| !is_guess(stray));
        strays.find_map(|stray| {
            let near = nearest(&stray.name, missing().map(|product| product.key.as_str()));
            let copied = is_copy(stray, product) && near.is_none();
            (near == Some(product.key.as_str()) || copied).then_some(&*stray.place.path)
        })
    };
    named_so.or_else(nearly)
}

/// The name of a file that may hold a list, without the endings of texts: of `lists/atlas.md.txt`
/// it is `atlas`.
fn stem<'a>(round: &Round, path: &'a str) -> Option<&'a str> {
    let inside = path.strip_prefix(&round.folder)?.strip_prefix('/')?;
    let (folder, mut name) = inside.rsplit_once('/').unwrap_or(("", inside));
    if same(folder, "guesses") || (folder.is_empty() && PAGES.contains(&name)) {
        return None;
    }
    while let Some((rest, ending)) = name.rsplit_once('.') {
        if !TEXTS.contains(&ending.to_lowercase().as_str()) && !is_document(name) {
            return None;
        }
        name = rest;
    }
    Some(name)
}

/// Pages that a round has whatever its products are called.
const PAGES: [&str; 5] = ["invitation.md", "rules.md", "faq.md", "survey.md", "decision.md"];

const TEXTS: [&str; 6] = ["md", "markdown", "mdown", "mkd", "txt", "text"];

/// What a word processor saves. It has to be opened and saved as text, not only renamed.
fn is_document(path: &str) -> bool {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    ending.is_some_and(|ending| ["doc", "docx", "odt", "rtf"].contains(&&*ending))
}

/// `atlas (1)`, `atlas-draft`, `copy of atlas`: the key with more around it.
fn is_copy(stray: &StrayList, product: &Product) -> bool {
    let (name, key) = (fold(&stray.name), fold(&product.key));
    !key.is_empty() && format!(" {name} ").contains(&format!(" {key} "))
}

fn is_guess(stray: &StrayList) -> bool {
    stray.place.path.contains("/guesses/")
}

/// Words about the folder, which forges show below its files.
fn is_read_me(stray: &StrayList) -> bool {
    same(&stray.name, "readme")
}

/// A path as people of the round name it: `lists/atlas.md`.
fn in_round(path: &str) -> &str {
    path.splitn(3, '/').nth(2).unwrap_or(path)
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
        for (file, help) in [
            ("lists/harbor.md", "rename it to `lists/harbour.md`"),
            ("lists/Harbour.md", "rename it to `lists/harbour.md`"),
            ("lists/harbour (1).md", "rename it to `lists/harbour.md`"),
            ("lists/harbour.markdown", "rename it to `lists/harbour.md`"),
            ("lists/harbour.md.txt", "rename it to `lists/harbour.md`"),
            ("lists/HARBOUR.TXT", "rename it to `lists/harbour.md`"),
            ("lists/harbour", "rename it to `lists/harbour.md`"),
            ("harbour.md", "move it to `lists/harbour.md`"),
            ("lists/old/harbour.md", "move it to `lists/harbour.md`"),
            ("Lists/harbour.md", "move it to `lists/harbour.md`"),
            ("lists/Harbour.docx", "save it as plain text under the name `lists/harbour.md`"),
        ] {
            let mut round = round().list("atlas", |list| list).product("harbour");
            round.files.insert(round.path(file));
            if file.starts_with("lists/") && file.ends_with(".md") {
                round = round.stray(file);
            }
            let said =
                "this looks like the list of `Harbour`, which is read from `lists/harbour.md`";
            assert_eq!(told(&RULE, &round, LISTING), [format!("warning {file}:1 {said}")]);
            assert_eq!(told(&RULE, &round, FROZEN), [format!("error {file}:1 {said}")]);
            assert_eq!(helps(&RULE, &round, LISTING), [help], "{file}");
        }
    }

    #[test]
    fn a_file_of_another_kind_is_no_list() {
        let mut round = round().product("harbour");
        for file in ["lists/harbour.png", "guesses/harbour.md", "faq.md"] {
            round.files.insert(round.path(file));
        }
        assert_eq!(told(&RULE, &round, LISTING), ["hint lists/harbour.md:1 `Harbour` has no list"]);
        assert_eq!(
            helps(&RULE, &round, LISTING),
            [
                "add `lists/harbour.md` with `# Harbour` and 10 items as `## What is wanted`, or type `littlethings new list harbour`"
            ]
        );
    }

    #[test]
    fn a_list_of_no_product_says_what_to_do_with_it() {
        for (file, help) in [
            ("lists/ships.md", "add `[products.ships]` to round.toml, or take the file away"),
            ("lists/two words.md", "take the file away, or add its product to round.toml"),
            (
                "lists/atlas (1).md",
                "put what is right into `lists/atlas.md`, and take this file away",
            ),
        ] {
            let round = round().list("atlas", |list| list).stray(file);
            assert!(told(&RULE, &round, LISTING)[0].starts_with("warning"), "{file}");
            assert_eq!(helps(&RULE, &round, LISTING), [help]);
        }
        let round = round().list("atlas", |list| list).stray("lists/README.md");
        assert_eq!(told(&RULE, &round, FROZEN), NOTHING);
    }

    #[test]
    fn a_stray_guess_is_never_an_error() {
        let round = round().list("atlas", |list| list).stray("guesses/ships.md");
        assert_eq!(
            told(&RULE, &round, FROZEN),
            ["warning guesses/ships.md:1 `ships` is no product of this round"]
        );
        let near = self::round().list("atlas", |list| list).stray("guesses/atls.md");
        assert_eq!(helps(&RULE, &near, FROZEN), ["rename the file to `guesses/atlas.md`"]);
    }
}
