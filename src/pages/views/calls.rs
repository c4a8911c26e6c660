//! Calls: what was expected against what came, and what it felt like against what it took.

use serde::Serialize;

use super::common::{EffortView, Link, PersonView};
use super::list::{GuessView, guesses};
use super::scope::RoundScope;
use crate::finding::Placed;
use crate::model::{Effort, Estimate, Item, ListFile};
use crate::theme::Text;

/// `calls.html`.
#[derive(Clone, Debug, Serialize)]
pub struct CallsView {
    /// One for each product of the round, in the order of round.toml.
    pub products: Vec<GuessedProduct>,
    /// Guesses are shown once the lists are in.
    pub lists_are_in: bool,
    /// The items somebody has put a size to.
    pub sizes: Vec<SizeRow>,
    /// Their sums.
    pub totals: Totals,
    /// Lists that cannot be read: nothing of them is counted here.
    pub unreadable: Vec<Link>,
    /// Somebody guessed what stands on one of these.
    pub guessed_unreadable: bool,
}

/// The guesses about a product.
#[derive(Clone, Debug, Serialize)]
pub struct GuessedProduct {
    /// Its name.
    pub name: String,
    /// Its address, from the site's top.
    pub href: String,
    /// The product's manager.
    pub manager: PersonView,
    /// The guesses, most expected first.
    pub guesses: Vec<GuessView>,
    /// How many of them were right.
    pub hits: usize,
    /// Items nobody had expected.
    pub surprises: Vec<Link>,
}

/// An item that somebody has put a size to.
#[derive(Clone, Debug, Serialize)]
pub struct SizeRow {
    /// Its address, from the site's top.
    pub href: String,
    /// Its title.
    pub title: String,
    /// What it felt like, what the developers estimated, what it took: a column each.
    pub sizes: Vec<SizeView>,
    /// `twice as long as estimated`, where both are known: took through estimate.
    pub factor: Option<String>,
}

/// A size of an item.
#[derive(Clone, Debug, Serialize)]
pub struct SizeView {
    /// What the column is called.
    pub label: String,
    /// As understood, or as written; none where nobody has put a size to it.
    pub text: Option<String>,
    /// The length of its bar, in percent of the longest one on the page.
    pub width: Option<u32>,
}

/// Sums over the items where both sizes are known, so that they can be compared.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Totals {
    /// How many items have both an estimate and what they took.
    pub compared: usize,
    /// All estimates of these items, in words.
    pub estimate: String,
    /// All they took, in words.
    pub took: String,
    /// What it took, divided by the estimate: `1.4`.
    pub factor: Option<String>,
}

impl CallsView {
    pub fn of(scope: &RoundScope) -> CallsView {
        let items: Vec<&Item> = scope
            .round
            .items()
            .map(|(_, item)| item)
            .filter(|item| sizes(item).iter().any(Option::is_some))
            .collect();
        let longest =
            items.iter().flat_map(|item| sizes(item)).filter_map(days).fold(0.0, f64::max);
        CallsView {
            products: guessed(scope),
            lists_are_in: scope.lists_are_in(),
            unreadable: scope.unreadable(),
            guessed_unreadable: scope.round.products.iter().any(|product| {
                product.guesses.is_some() && matches!(product.list, ListFile::Refused)
            }),
            totals: totals(scope, &items),
            sizes: items.into_iter().map(|item| row(scope, item, longest)).collect(),
        }
    }
}

type Size = Placed<Estimate>;

fn sizes(item: &Item) -> [Option<&Size>; 3] {
    [item.feels_like.as_ref(), item.estimate.as_ref(), item.took.as_ref()]
}

fn days(size: Option<&Size>) -> Option<f64> {
    size?.value.effort().map(Effort::days)
}

fn row(scope: &RoundScope, item: &Item, longest: f64) -> SizeRow {
    let [feels_like, estimate, took] = sizes(item);
    let view = |key: &str, size: Option<&Size>| SizeView {
        label: scope.words.text(key, &[]),
        text: size.map(|size| EffortView::of(&size.value, scope.words).text.to_string()),
        width: days(size).map(|days| ((days / longest * 100.0).round() as u32).max(1)),
    };
    SizeRow {
        href: scope.item_href(&item.address),
        title: item.title.clone(),
        sizes: vec![
            view("item.feels_like", feels_like),
            view("item.estimate", estimate),
            view("item.took", took),
        ],
        factor: days(took).zip(days(estimate)).map(|(took, days)| factor(scope, took, days)),
    }
}

fn factor(scope: &RoundScope, took: f64, estimate: f64) -> String {
    let number = (took / estimate * 10.0).round() / 10.0;
    scope.words.text("calls.factor", &[("number", &scope.words.number(number))])
}

fn totals(scope: &RoundScope, items: &[&Item]) -> Totals {
    let pairs: Vec<(f64, f64)> = items
        .iter()
        .filter_map(|item| days(item.took.as_ref()).zip(days(item.estimate.as_ref())))
        .collect();
    if pairs.is_empty() {
        return Totals::default();
    }
    let took: f64 = pairs.iter().map(|(took, _)| took).sum();
    let estimate: f64 = pairs.iter().map(|(_, estimate)| estimate).sum();
    Totals {
        compared: pairs.len(),
        estimate: scope.words.person_days(estimate),
        took: scope.words.person_days(took),
        factor: Some(factor(scope, took, estimate)),
    }
}

fn guessed(scope: &RoundScope) -> Vec<GuessedProduct> {
    let products = scope.round.products.iter();
    products
        .filter_map(|product| {
            let guesses = guesses(product, scope)?;
            let hit = |href: &Text| {
                guesses
                    .iter()
                    .any(|guess| guess.hit.as_ref().is_some_and(|hit| hit.link.href == *href))
            };
            let surprises = product
                .items()
                .iter()
                .map(|item| Link::to_item(item, scope))
                .filter(|link| !hit(&link.href))
                .collect();
            Some(GuessedProduct {
                name: product.name.clone(),
                href: scope.list_href(product),
                manager: PersonView::of(&product.manager, scope),
                hits: guesses.iter().filter(|guess| guess.hit.is_some()).count(),
                guesses,
                surprises,
            })
        })
        .collect()
}
