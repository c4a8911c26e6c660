//! A list: ten rows, who agreed, what changed after the freeze, and what had been expected.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use super::super::labels::{self, Label};
use super::common::{Link, Marks, PersonView};
use super::findings::{self, FindingView};
use super::home::list_state;
use super::scope::RoundScope;
use crate::model::{Agreement, List, ListFile, Product, places_then};
use crate::words;

/// `lists/<product>.html`.
#[derive(Clone, Debug, Serialize)]
pub struct ListView {
    /// The product's name.
    pub product: String,
    /// The product's manager.
    pub manager: PersonView,
    /// `missing`, `refused`, `empty` or `there`.
    pub list: &'static str,
    /// What stands above the first entry, as HTML.
    pub intro: String,
    /// How many items there are.
    pub listed: usize,
    /// One for each item, most important first, as HTML: what the component `row` makes.
    pub rows: String,
    /// How many items a list has.
    pub limit: usize,
    /// How many places are free.
    pub free: usize,
    /// The marks of the list.
    pub marks: Marks,
    /// One for each hub that must agree.
    pub agreements: Vec<AgreementView>,
    /// How many hubs agree.
    pub agreed: usize,
    /// How many hubs must agree.
    pub must_agree: usize,
    /// What changed after the lists were due; none before that and while nobody can tell.
    pub frozen: Option<FreezeView>,
    /// Once the lists are in.
    pub guesses: Option<Vec<GuessView>>,
    /// How many guesses were right.
    pub guessed: usize,
    /// What the check found in its file, in file order.
    pub problems: Vec<FindingView>,
    /// Where it is edited, if it is there.
    pub edit: Option<String>,
    /// Where the guesses are edited, if there are any.
    pub edit_guesses: Option<String>,
}

/// What a hub says.
#[derive(Clone, Debug, Serialize)]
pub struct AgreementView {
    /// The hub.
    pub hub: String,
    /// Yes, or not yet.
    pub agreed: Label,
    /// What was written behind the comma.
    pub words: String,
    /// Whether the list needs this hub.
    pub needed: bool,
}

/// The list against how it stood when it was due.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FreezeView {
    /// Items that came after the freeze.
    pub added: Vec<Link>,
    /// The titles of items that went after the freeze.
    pub removed: Vec<String>,
    /// The items that stayed are in another order.
    pub reordered: bool,
    /// Whether nothing changed.
    pub same: bool,
}

/// An expectation, and the item it was about.
#[derive(Clone, Debug, Serialize)]
pub struct GuessView {
    /// Its place among the guesses, from 1.
    pub position: usize,
    /// Its title.
    pub title: String,
    /// The item it was right about.
    pub hit: Option<Hit>,
}

/// The item a guess was right about.
#[derive(Clone, Debug, Serialize)]
pub struct Hit {
    /// The item.
    pub link: Link,
    /// The item's place in its list.
    pub position: usize,
    /// Other products' items may have been meant.
    pub elsewhere: Option<String>,
}

impl ListView {
    /// `rows` are those of its items.
    pub fn of(product: &Product, rows: &[String], scope: &RoundScope) -> ListView {
        let list = product.list.list();
        let agreements = agreements(product, list, scope);
        let needed = || agreements.iter().filter(|agreement| agreement.needed);
        let guesses = guesses(product, scope);
        ListView {
            product: product.name.clone(),
            manager: PersonView::of(&product.manager, scope),
            list: list_state(product),
            intro: list.map_or_else(String::new, |list| scope.html(&list.intro, "intro", 2)),
            limit: scope.round.limits.items,
            free: scope.round.limits.items.saturating_sub(rows.len()),
            marks: Marks::of(product, scope),
            agreed: needed().filter(|agreement| agreement.agreed.slug == "yes").count(),
            must_agree: needed().count(),
            agreements,
            frozen: freeze(product, scope),
            guessed: guesses.iter().flatten().filter(|guess| guess.hit.is_some()).count(),
            guesses,
            problems: findings::on_file(&product.list_path, scope.site),
            listed: rows.len(),
            rows: rows.join("\n"),
            edit: scope.edit_list(product),
            edit_guesses: scope.edit(&product.guesses_path, product.guesses.is_some()),
        }
    }
}

/// The hubs that must agree, in the round's order, then whoever else spoke.
fn agreements(product: &Product, list: Option<&List>, scope: &RoundScope) -> Vec<AgreementView> {
    let Some(list) = list else { return Vec::new() };
    let hubs = scope.hubs_of(product);
    let mut by_hub: HashMap<String, &Agreement> = HashMap::new();
    for said in &list.agreements {
        by_hub.entry(words::fold(&said.hub.value)).or_insert(said);
    }
    let view = |hub: &str, needed| {
        let said = by_hub.get(&words::fold(hub)).copied();
        AgreementView {
            hub: hub.to_owned(),
            agreed: labels::agreed(said.map(|said| &said.agreed), scope.words),
            words: said.map_or_else(String::new, |said| said.words.clone()),
            needed,
        }
    };
    let mut views: Vec<AgreementView> = hubs.iter().map(|hub| view(hub, true)).collect();
    let mut seen: HashSet<String> = hubs.iter().map(|hub| words::fold(hub)).collect();
    for said in &list.agreements {
        if seen.insert(words::fold(&said.hub.value)) {
            views.push(view(&said.hub.value, false));
        }
    }
    views
}

/// Only once the lists are in: what the last commit says before that is no list that was due.
fn freeze(product: &Product, scope: &RoundScope) -> Option<FreezeView> {
    let frozen = scope.round.history.frozen.as_ref().filter(|_| scope.lists_are_in())?;
    let frozen = frozen.iter().find(|frozen| frozen.product == product.key)?;
    let list = product.list.list()?;
    let places = places_then(&list.items, &frozen.items);
    let stands: HashSet<usize> = places.iter().flatten().copied().collect();
    let was = || list.items.iter().zip(&places);
    let added: Vec<Link> = was()
        .filter(|(_, place)| place.is_none())
        .map(|(item, _)| Link::to_item(item, scope))
        .collect();
    let removed: Vec<String> = frozen
        .items
        .iter()
        .enumerate()
        // What is not to be seen may be where the list is hidden.
        .filter(|(place, _)| !list.cut_short && !stands.contains(place))
        .map(|(_, was)| was.title.clone())
        .collect();
    let kept = was().filter(|(item, _)| !item.is_copy());
    let kept: Vec<usize> = kept.filter_map(|(_, place)| *place).collect();
    let reordered = !kept.is_sorted();
    let same = added.is_empty() && removed.is_empty() && !reordered;
    (!same || !list.cut_short).then_some(FreezeView { added, removed, reordered, same })
}

/// Shown only once the lists are in: a guess that everybody reads beforehand is a suggestion. Of a
/// list that cannot be read nobody can say which guess was right.
pub fn guesses(product: &Product, scope: &RoundScope) -> Option<Vec<GuessView>> {
    let can_tell = scope.lists_are_in() && !matches!(product.list, ListFile::Refused);
    let guesses = product.guesses.as_ref().filter(|_| can_tell)?;
    let view = |guess: &crate::model::Guess| GuessView {
        position: guess.position,
        title: guess.title.clone(),
        hit: guess.r#ref.as_ref().and_then(|r#ref| {
            let (owner, item) = scope.round.item_near(&product.key, &r#ref.value)?;
            Some(Hit {
                link: Link::to_item(item, scope),
                position: item.position,
                elsewhere: (owner.key != product.key).then(|| owner.name.clone()),
            })
        }),
    };
    Some(guesses.all.iter().map(view).collect())
}
