//! Items as rows, of which most pages of a round have many.

use super::views::{RoundScope, Row, RowView};
use crate::model::{Item, Product};
use crate::theme::{Broken, Moulds};

/// An item as HTML, by what the component `row` makes of it: with the name of its `product`, or
/// else with its place in the list.
pub fn row(
    (product, item): (&Product, &Item),
    is_named: bool,
    scope: &RoundScope,
    moulds: &Moulds,
) -> Result<String, Broken> {
    let item = Row::of(product, item, scope);
    let view = RowView { item, root: scope.way, product: is_named };
    let theme = scope.site.input.theme;
    moulds.cast("row", &view, || theme.component("parts.html", "row", &view))
}
