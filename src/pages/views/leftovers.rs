//! Leftovers: what the week did not finish, and what becomes of it.

use serde::Serialize;

use super::super::labels::{self, Label};
use super::common::{ItemView, items_where};
use super::scope::RoundScope;
use crate::model::NextStep;

/// `leftovers.html`.
#[derive(Clone, Debug, Serialize)]
pub struct LeftoversView {
    /// Whether the week has begun.
    pub has_begun: bool,
    /// Whether the week is over.
    pub is_over: bool,
    /// By what becomes of them; those without a fate first.
    pub groups: Vec<Fate>,
    /// How many items were not finished.
    pub count: usize,
    /// How many of them have no `Next`.
    pub without_fate: usize,
}

/// Items of which the same becomes.
#[derive(Clone, Debug, Serialize)]
pub struct Fate {
    /// `None`: nobody has said yet.
    pub step: Option<Label>,
    /// The items, in order.
    pub items: Vec<ItemView>,
}

impl LeftoversView {
    pub fn of(scope: &RoundScope) -> LeftoversView {
        // Until the week is over, only what was skipped is known to be left.
        let items = items_where(scope, |item| {
            use crate::model::Status::Skipped;
            !item.status.is_finished()
                && scope.has_begun()
                && (scope.is_over() || item.status == Skipped || item.next.is_some())
        });
        let count = items.len();
        let mut groups: Vec<Fate> = Vec::new();
        let known = NextStep::KNOWN.iter().map(|step| Some(labels::next_step(step, scope.words)));
        for step in std::iter::once(None).chain(known) {
            let slug = step.as_ref().map(|step| step.slug);
            let of_step: Vec<ItemView> = items
                .iter()
                .filter(|item| item.next.as_ref().map(|next| next.step.slug) == slug)
                .cloned()
                .collect();
            if !of_step.is_empty() {
                groups.push(Fate { step, items: of_step });
            }
        }
        for item in items.into_iter().filter(is_strange) {
            let step = item.next.as_ref().map(|next| next.step.clone());
            groups.push(Fate { step, items: vec![item] });
        }
        let without_fate =
            groups.iter().filter(|group| group.step.is_none()).map(|group| group.items.len()).sum();
        LeftoversView {
            has_begun: scope.has_begun(),
            is_over: scope.is_over(),
            groups,
            count,
            without_fate,
        }
    }
}

/// Its fate is a word nobody knows.
fn is_strange(item: &ItemView) -> bool {
    item.next.as_ref().is_some_and(|next| next.step.slug == "unknown")
}
