//! An item as one row among many: pages of a whole round have thousands of them.

use serde::Serialize;

use super::super::labels::{self, Label};
use super::common::{EffortView, PersonView, ReasonView, is_too_big};
use super::scope::RoundScope;
use crate::finding::Placed;
use crate::model::{Estimate, Item, Product};
use crate::theme::Text;

/// What the component `row` gets.
#[derive(Clone, Debug, Serialize)]
pub struct RowView {
    /// The item.
    pub item: Row,
    /// The way to the site's top: put it before each address.
    pub root: &'static str,
    /// Whether the product is named, and not the place in its list.
    pub product: bool,
}

/// An item in a row.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// Its place in the list, from 1.
    pub position: Text,
    /// Its address, from the site's top.
    pub href: Text,
    /// Its title.
    pub title: Text,
    /// The product's name.
    pub product: Text,
    /// Its status.
    pub status: Label,
    /// Who answers for it.
    pub owner: Option<PersonView>,
    /// The hub, where there is one.
    pub hub: Option<Text>,
    /// Bug, feature and so on.
    pub kind: Option<Label>,
    /// Why it was skipped.
    pub reason: Option<ReasonView>,
    /// What it took in the end, or else the estimate, or else the asker's guess, in words.
    pub size: Option<Text>,
    /// The size is an estimate over the round's limit, so the item can only be skipped; and it was
    /// not.
    pub too_big: bool,
}

impl Row {
    pub fn of(product: &Product, item: &Item, scope: &RoundScope) -> Row {
        Row {
            position: scope.words.number(item.position as f64).into(),
            href: scope.item_href(&item.address).into(),
            title: item.title.as_str().into(),
            product: product.name.as_str().into(),
            status: labels::status(&item.status, scope.words),
            owner: item.owner.as_ref().map(|owner| PersonView::of(owner, scope)),
            hub: item.hub.as_ref().map(|hub| hub.value.as_str().into()),
            kind: item.kind.as_ref().map(|kind| labels::kind(&kind.value, scope.words)),
            reason: ReasonView::of(item, scope),
            size: size(item, scope).map(Text::from),
            too_big: item.took.is_none() && is_too_big(item, scope),
        }
    }
}

fn size(item: &Item, scope: &RoundScope) -> Option<String> {
    let text = |size: &Placed<Estimate>| EffortView::of(&size.value, scope.words).text.to_string();
    let words = |key: &str, text: &str| scope.words.text(key, &[("size", text)]);
    if let Some(took) = &item.took {
        return Some(words("item.took_size", &text(took)));
    }
    match (&item.estimate, &item.feels_like) {
        (Some(estimate), _) if estimate.value.effort().is_none() => Some(text(estimate)),
        (Some(estimate), _) => Some(words("item.estimate_size", &text(estimate))),
        (None, Some(feels_like)) => Some(words("item.feels_like_size", &text(feels_like))),
        (None, None) => None,
    }
}
