//! All lists as columns.

use serde::Serialize;

use super::common::{BriefItem, Marks};
use super::home::list_state;
use super::scope::RoundScope;

/// `side-by-side.html`.
#[derive(Clone, Debug, Serialize)]
pub struct SideBySide {
    /// One for each product.
    pub columns: Vec<Column>,
    /// The most items a column has.
    pub rows: usize,
}

/// A list as a column.
#[derive(Clone, Debug, Serialize)]
pub struct Column {
    /// The product's name.
    pub product: String,
    /// Its address, from the site's top.
    pub href: String,
    /// `missing`, `refused`, `empty` or `there`.
    pub list: &'static str,
    /// The marks of the list.
    pub marks: Marks,
    /// The items, in order.
    pub items: Vec<BriefItem>,
    /// How many places are free.
    pub free: usize,
}

impl SideBySide {
    pub fn of(scope: &RoundScope) -> SideBySide {
        let limit = scope.round.limits.items;
        let columns: Vec<Column> = scope
            .round
            .products
            .iter()
            .map(|product| Column {
                product: product.name.clone(),
                href: scope.list_href(product),
                list: list_state(product),
                marks: Marks::of(product, scope),
                items: product.items().iter().map(|item| BriefItem::of(item, scope)).collect(),
                free: limit.saturating_sub(product.items().len()),
            })
            .collect();
        let rows = columns.iter().map(|column| column.items.len()).max().unwrap_or(0).max(limit);
        SideBySide { columns, rows }
    }
}
