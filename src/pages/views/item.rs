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
            story: story(item, scope, all),
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
    changes: HashMap<String, Vec<&'a Change>>,
    told: HashMap<String, Vec<&'a Told>>,
}

impl<'a> Stories<'a> {
    pub fn of(round: &'a Round) -> Stories<'a> {
        let mut stories = Stories { changes: HashMap::new(), told: HashMap::new() };
        for change in &round.history.changes {
            stories.changes.entry(Ref::key(&change.r#ref)).or_default().push(change);
        }
        for told in round.record.iter().flat_map(|record| &record.told) {
            stories.told.entry(Ref::key(&told.r#ref)).or_default().push(told);
        }
        stories
    }
}

/// What is told of a ref is the story of the item that had it first.
fn story(item: &Item, scope: &RoundScope, all: &Stories) -> Vec<StoryLine> {
    let changes = all.changes.get(&Ref::key(&item.r#ref.text)).filter(|_| !item.is_copy());
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
