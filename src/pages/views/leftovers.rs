//! Leftovers: what the week did not finish, and what becomes of it.

use serde::Serialize;

use super::super::labels::{self, Label};
use super::common::{Link, NextView};
use super::row::Row;
use super::scope::RoundScope;
use crate::model::{Item, NextStep, Status};

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
    /// Lists that cannot be read: nothing of them is counted here.
    pub unreadable: Vec<Link>,
}

/// Items of which the same becomes.
#[derive(Clone, Debug, Serialize)]
pub struct Fate {
    /// `None`: nobody has said yet.
    pub step: Option<Label>,
    /// The items, in order.
    pub items: Vec<Leftover>,
}

/// An item that was not finished.
#[derive(Clone, Debug, Serialize)]
pub struct Leftover {
    /// The item.
    pub item: Row,
    /// What becomes of it.
    pub next: Option<NextView>,
}

impl LeftoversView {
    pub fn of(scope: &RoundScope) -> LeftoversView {
        let items: Vec<Leftover> = scope
            .round
            .items()
            .filter(|(_, item)| is_left(item, scope))
            .map(|(product, item)| Leftover {
                item: Row::of(product, item, scope),
                next: NextView::of(item, scope),
            })
            .collect();
        let count = items.len();
        let groups = groups(items, scope);
        let without_fate =
            groups.iter().filter(|group| group.step.is_none()).map(|group| group.items.len()).sum();
        LeftoversView {
            has_begun: scope.has_begun(),
            is_over: scope.is_over(),
            groups,
            count,
            without_fate,
            unreadable: scope.unreadable(),
        }
    }
}

/// Until the week is over, only what was skipped is known to be left.
fn is_left(item: &Item, scope: &RoundScope) -> bool {
    let known = item.status == Status::Skipped || item.next.is_some();
    scope.has_begun() && !item.status.is_finished() && (scope.is_over() || known)
}

/// The known fates in their order; of those nobody knows each alone, as it was written.
fn groups(items: Vec<Leftover>, scope: &RoundScope) -> Vec<Fate> {
    let known = NextStep::KNOWN.iter().map(|step| Some(labels::next_step(step, scope.words)));
    let mut groups: Vec<Fate> =
        std::iter::once(None).chain(known).map(|step| Fate { step, items: Vec::new() }).collect();
    let mut strange = Vec::new();
    for item in items {
        let step = item.next.as_ref().map(|next| &next.step);
        match groups.iter_mut().find(|group| group.step.as_ref() == step) {
            Some(group) => group.items.push(item),
            None => strange.push(Fate { step: step.cloned(), items: vec![item] }),
        }
    }
    groups.retain(|group| !group.items.is_empty());
    groups.extend(strange);
    groups
}
