//! All lists as columns.

use serde::Serialize;

use super::common::{BriefItem, Marks};
use super::home::list_state;
use super::scope::RoundScope;

/// `side-by-side.html`.
#[derive(Clone, Debug, Serialize)]
pub struct SideBySide {
    pub columns: Vec<Column>,
    /// The most items a column has.
    pub rows: usize,
}

#[derive(Clone, Debug, Serialize)]
pub struct Column {
    pub product: String,
    pub href: String,
    pub list: &'static str,
    pub marks: Marks,
    pub items: Vec<BriefItem>,
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
