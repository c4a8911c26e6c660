//! One item: its facts, its prose, the story of its statuses, and when its owner was told.

use std::collections::HashMap;

use serde::Serialize;

use super::super::labels::{self, Label};
use super::common::{ItemView, Link, Moment};
use super::findings::{self, FindingView};
use super::scope::RoundScope;
use crate::model::{Change, Item, Product, Ref, Round, Told};
use crate::theme::Text;

/// `items/<ref>.html`.
#[derive(Clone, Debug, Serialize)]
pub struct ItemPage {
    /// The item.
    pub item: ItemView,
    /// The prose, as HTML.
    pub body: Text,
    /// The steps of its status, the oldest first.
    pub story: Vec<StoryLine>,
    /// The letters to the owner, oldest first.
    pub told: Vec<ToldView>,
    /// What the check found in its file, in file order.
    pub problems: Vec<FindingView>,
    /// The item before it.
    pub previous: Option<Link>,
    /// The item after it.
    pub next: Option<Link>,
    /// The largest estimate that can be started.
    pub limit: String,
}

/// A step of an item's story.
#[derive(Clone, Debug, Serialize)]
pub struct StoryLine {
    /// What it was before; none when it was new.
    pub from: Option<Label>,
    /// What it became.
    pub to: Label,
    /// When.
    pub at: Moment,
    /// The first letters of the commit's id.
    pub commit: Text,
}

/// A letter about an item.
#[derive(Clone, Debug, Serialize)]
pub struct ToldView {
    /// `started`, in the site's words where there are some.
    pub kind: String,
    /// When.
    pub at: Moment,
}

impl ItemPage {
    pub fn of(product: &Product, item: &Item, scope: &RoundScope, all: &Stories) -> ItemPage {
        let items = product.items();
        let here = items.iter().position(|other| other.place == item.place).unwrap_or(0);
        let link = |item: &Item| Link::to_item(item, scope);
        ItemPage {
            item: ItemView::of(product, item, scope),
            body: scope.html(&item.prose, "item", 2).into(),
            story: story(product, item, scope, all),
            told: told(item, scope, all),
            problems: problems(item, items.get(here + 1), scope),
            previous: here.checked_sub(1).and_then(|index| items.get(index)).map(link),
            next: items.get(here + 1).map(link),
            limit: scope.words.effort(scope.round.limits.estimate.minutes),
        }
    }
}

/// What happened to each item of a round, by the key of its ref: looked for once for all of them.
pub struct Stories<'a> {
    /// With the product on whose list the item stands: of twins of which one was taken off, the
    /// other has its own story.
    changes: HashMap<(String, &'a str), Vec<&'a Change>>,
    told: HashMap<String, Vec<&'a Told>>,
}

impl<'a> Stories<'a> {
    pub fn of(round: &'a Round) -> Stories<'a> {
        let mut stories = Stories { changes: HashMap::new(), told: HashMap::new() };
        for change in &round.history.changes {
            let of = (Ref::key(&change.r#ref), change.product_now.as_str());
            stories.changes.entry(of).or_default().push(change);
        }
        let then = refs_then(round);
        for told in round.record.iter().flat_map(|record| &record.told) {
            let key = Ref::key(&told.r#ref);
            let changes = then.get(&key).into_iter().flatten();
            let now = changes.rev().find(|change| change.at <= told.at);
            let key = now.map_or(key, |change| Ref::key(&change.r#ref));
            stories.told.entry(key).or_default().push(told);
        }
        stories
    }
}

/// What happened to whoever had a ref, by its key, where some have another now.
fn refs_then(round: &Round) -> HashMap<String, Vec<&Change>> {
    let mut then: HashMap<String, Vec<&Change>> = HashMap::new();
    let changes = &round.history.changes;
    if changes.iter().any(|change| change.r#ref != change.ref_then) {
        for change in changes {
            then.entry(Ref::key(&change.ref_then)).or_default().push(change);
        }
    }
    then
}

/// What is told of a ref is the story of the item that had it first.
fn story(product: &Product, item: &Item, scope: &RoundScope, all: &Stories) -> Vec<StoryLine> {
    let of = (Ref::key(&item.r#ref.text), product.key.as_str());
    let changes = all.changes.get(&of).filter(|_| !item.is_copy());
    changes
        .into_iter()
        .flatten()
        .map(|change| StoryLine {
            from: change.from.as_ref().map(|from| labels::status(from, scope.words)),
            to: labels::status(&change.to, scope.words),
            at: scope.moment(change.at),
            commit: change.commit.chars().take(7).collect::<String>().into(),
        })
        .collect()
}

fn told(item: &Item, scope: &RoundScope, all: &Stories) -> Vec<ToldView> {
    let told = all.told.get(&Ref::key(&item.r#ref.text)).filter(|_| !item.is_copy());
    told.into_iter()
        .flatten()
        .map(|told| {
            let key = format!("letter.{}", told.kind.replace([' ', '-'], "_"));
            let known = scope.words.has(&key);
            ToldView {
                kind: if known { scope.words.text(&key, &[]) } else { told.kind.clone() },
                at: scope.moment(told.at),
            }
        })
        .collect()
}

/// The findings between this item's heading and the next one's.
fn problems(item: &Item, next: Option<&Item>, scope: &RoundScope) -> Vec<FindingView> {
    let from = item.place.line;
    let to = next.map_or(u32::MAX, |next| next.place.line);
    let on_list = findings::of_file(&item.place.path, scope.site).iter();
    findings::views(on_list.filter(|finding| (from..to).contains(&finding.place.line)), scope.site)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::tests::fixture;

    #[test]
    fn what_an_owner_was_told_follows_a_ref_that_came_later() {
        let mut round =
            fixture::site().rounds.into_iter().find(|it| it.slug == "2026-summer").unwrap();
        let told = |round: &Round| {
            let stories = Stories::of(round);
            let count = |key: &str| stories.told.get(key).map_or(0, Vec::len);
            [count("invoice-currency"), count("currency")]
        };
        assert_eq!(told(&round), [2, 0]);
        let changes = &mut round.history.changes;
        for change in changes.iter_mut().filter(|it| it.r#ref == "invoice-currency") {
            change.r#ref = "currency".to_owned();
        }
        assert_eq!(told(&round), [0, 2]);
        // Before the second letter another item took the ref.
        let mut other = round.history.changes[0].clone();
        (other.r#ref, other.at) = (other.ref_then.clone(), fixture::at("2026-07-28T15:35:00Z"));
        round.history.changes.insert(3, other);
        assert_eq!(told(&round), [1, 1]);
    }
}
