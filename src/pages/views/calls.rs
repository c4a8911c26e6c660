//! Calls: what was expected against what came, and what it felt like against what it took.

use serde::Serialize;

use super::common::{EffortView, Link, PersonView};
use super::list::{GuessView, guesses};
use super::scope::RoundScope;
use crate::finding::Placed;
use crate::model::{Estimate, Item};

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
    /// The item.
    pub item: SizedItem,
    /// Widths of bars, in percent of the longest one on the page.
    pub bars: Bars,
    /// `twice as long as estimated`, where both are known: took through estimate.
    pub factor: Option<String>,
}

/// An item among its sizes.
#[derive(Clone, Debug, Serialize)]
pub struct SizedItem {
    /// Its address, from the site's top.
    pub href: String,
    /// Its title.
    pub title: String,
    /// The size on the list.
    pub feels_like: Option<EffortView>,
    /// How long the developers think it takes.
    pub estimate: Option<EffortView>,
    /// How long it took.
    pub took: Option<EffortView>,
}

/// How long the bars of an item are.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Bars {
    /// The length of its bar, from 0 to 100.
    pub feels_like: Option<u32>,
    /// The length of its bar, from 0 to 100.
    pub estimate: Option<u32>,
    /// The length of its bar, from 0 to 100.
    pub took: Option<u32>,
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
        let items: Vec<SizedItem> = scope
            .round
            .items()
            .map(|(_, item)| item)
            .filter(|item| {
                item.feels_like.is_some() || item.estimate.is_some() || item.took.is_some()
            })
            .map(|item| SizedItem::of(item, scope))
            .collect();
        let longest = items
            .iter()
            .flat_map(|item| [&item.feels_like, &item.estimate, &item.took])
            .filter_map(|size| size.as_ref()?.days)
            .fold(0.0, f64::max);
        CallsView {
            products: guessed(scope),
            lists_are_in: scope.lists_are_in(),
            totals: totals(scope, &items),
            sizes: items.into_iter().map(|item| row(scope, item, longest)).collect(),
        }
    }
}

impl SizedItem {
    fn of(item: &Item, scope: &RoundScope) -> SizedItem {
        let effort = |written: &Option<Placed<Estimate>>| {
            written.as_ref().map(|estimate| EffortView::of(&estimate.value, scope.words))
        };
        SizedItem {
            href: scope.item_href(&item.address),
            title: item.title.clone(),
            feels_like: effort(&item.feels_like),
            estimate: effort(&item.estimate),
            took: effort(&item.took),
        }
    }
}

fn row(scope: &RoundScope, item: SizedItem, longest: f64) -> SizeRow {
    let days = |size: &Option<super::common::EffortView>| size.as_ref().and_then(|size| size.days);
    let width = |size: &Option<super::common::EffortView>| {
        days(size).map(|days| ((days / longest * 100.0).round() as u32).max(1))
    };
    let bars = Bars {
        feels_like: width(&item.feels_like),
        estimate: width(&item.estimate),
        took: width(&item.took),
    };
    let factor = days(&item.took)
        .zip(days(&item.estimate))
        .map(|(took, estimate)| factor(scope, took, estimate));
    SizeRow { item, bars, factor }
}

fn factor(scope: &RoundScope, took: f64, estimate: f64) -> String {
    let number = (took / estimate * 10.0).round() / 10.0;
    scope.words.text("calls.factor", &[("number", &scope.words.number(number))])
}

fn totals(scope: &RoundScope, items: &[SizedItem]) -> Totals {
    let pairs: Vec<(f64, f64)> = items
        .iter()
        .filter_map(|item| item.took.as_ref()?.days.zip(item.estimate.as_ref()?.days))
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
            let hit = |href: &str| {
                guesses.iter().any(|guess| guess.hit.as_ref().is_some_and(|h| h.link.href == href))
            };
            let surprises = product
                .items()
                .iter()
                .map(|item| Link { href: scope.item_href(&item.address), text: item.title.clone() })
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
