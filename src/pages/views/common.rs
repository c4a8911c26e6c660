//! Small things that many pages show: moments, people, marks, items.

use jiff::Zoned;
use jiff::civil::Date;
use serde::Serialize;

use super::super::labels::{self, Label};
use super::scope::RoundScope;
use crate::model::{Estimate, Item, ListFile, Mention, Phase, Product, Status};
use crate::theme::{Text, Words};

/// A date or an instant.
#[derive(Clone, Debug, Serialize)]
pub struct Moment {
    /// For machines: `2026-07-24T10:00:00+02:00` or `2026-07-24`.
    pub iso: Text,
    /// `Friday 24 July 2026, 10:00`.
    pub long: Text,
    /// `24 July, 10:00`.
    pub short: Text,
    /// `Fri 24 July`.
    pub day: Text,
    /// `in 3 days`.
    pub away: Text,
    /// Whether it has a time of day, so that a reader elsewhere has another one.
    pub timed: bool,
}

impl Moment {
    pub fn at(at: &Zoned, today: Date, words: &Words) -> Moment {
        Moment {
            iso: at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string().into(),
            long: words.moment_long(at).into(),
            short: words.moment_short(at).into(),
            day: words.date_weekday(at.date()).into(),
            away: words.away(today, at.date()).into(),
            timed: true,
        }
    }

    pub fn on(date: Date, today: Date, words: &Words) -> Moment {
        Moment {
            iso: date.to_string().into(),
            long: words.date_long(date).into(),
            short: words.date_short(date).into(),
            day: words.date_weekday(date).into(),
            away: words.away(today, date).into(),
            timed: false,
        }
    }
}

/// A link inside the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// From the site's top.
    pub href: Text,
    /// The words of the link.
    pub text: Text,
}

impl Link {
    pub fn new(href: impl Into<Text>, text: impl Into<Text>) -> Link {
        Link { href: href.into(), text: text.into() }
    }

    /// To the page of an item.
    pub fn to_item(item: &Item, scope: &RoundScope) -> Link {
        Link::new(scope.item_href(&item.address), item.title.as_str())
    }

    /// To the list of a product.
    pub fn to_list(product: &Product, scope: &RoundScope) -> Link {
        Link::new(scope.list_href(product), product.name.as_str())
    }
}

/// Somebody, without an address.
#[derive(Clone, Debug, Serialize)]
pub struct PersonView {
    /// The name.
    pub name: Text,
    /// people.toml knows who is meant.
    pub known: bool,
    /// The hub, where there is one.
    pub hub: Option<Text>,
    /// On the day the page was made.
    pub away_today: bool,
    /// On some day of the week.
    pub away_in_week: bool,
    /// And comes back no more; a round that is decided stays as it was.
    pub has_left: bool,
}

impl PersonView {
    pub fn of(mention: &Mention, scope: &RoundScope) -> PersonView {
        let person = mention.person();
        let has_left = person.is_some_and(|person| person.has_left(scope.today));
        PersonView {
            name: mention.shown().into(),
            known: person.is_some(),
            hub: person.and_then(|person| person.hub.as_deref()).map(Text::from),
            away_today: !has_left && person.is_some_and(|person| person.is_away(scope.today)),
            away_in_week: !has_left
                && person.is_some_and(|person| {
                    person.is_ever_away() && week_days(scope).iter().any(|day| person.is_away(*day))
                }),
            has_left: has_left && scope.phase != Phase::Decided,
        }
    }
}

/// The days of the week, at most a fortnight of them.
pub fn week_days(scope: &RoundScope) -> Vec<Date> {
    let (first, last) = scope.round.week();
    first.series(jiff::ToSpan::days(1)).take_while(|day| *day <= last).take(14).collect()
}

/// How long something takes, as written or as understood.
#[derive(Clone, Debug, Serialize)]
pub struct EffortView {
    /// As understood, or as written.
    pub text: Text,
}

impl EffortView {
    pub fn of(estimate: &Estimate, words: &Words) -> EffortView {
        let text = match estimate {
            Estimate::Unknown => words.text("effort.unknown", &[]),
            Estimate::Known(effort) => words.effort(effort.minutes),
            Estimate::Other(written) => written.clone(),
        };
        EffortView { text: text.into() }
    }
}

/// One of the ten marks of a product.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Mark {
    /// The status' slug, or `empty` where there is no item.
    pub slug: &'static str,
}

/// The marks of a product, and what they say to somebody who cannot see them.
#[derive(Clone, Debug, Serialize)]
pub struct Marks {
    /// One for each item, in order, and one for each free place.
    pub all: Vec<Mark>,
    /// `3 signed off, 2 started, 5 free`.
    pub summary: String,
    /// How many are done or signed off.
    pub finished: usize,
    /// How many items there are.
    pub total: usize,
}

impl Marks {
    pub fn of(product: &Product, scope: &RoundScope) -> Marks {
        let items = product.items();
        let limit = scope.round.limits.items;
        if matches!(product.list, ListFile::Refused) {
            // What stands there cannot be read, so no place of it is free.
            return Marks {
                all: vec![Mark { slug: "other" }; limit],
                summary: scope.words.count("marks.unknown", limit, &[]),
                finished: 0,
                total: 0,
            };
        }
        let free = limit.saturating_sub(items.len());
        let mut all: Vec<Mark> =
            items.iter().map(|item| Mark { slug: item.status.slug() }).collect();
        all.extend((0..free).map(|_| Mark { slug: "empty" }));
        Marks {
            summary: summary(items, free, scope.words),
            finished: items.iter().filter(|item| item.status.is_finished()).count(),
            total: items.len(),
            all,
        }
    }
}

/// How many items there are of each status, in words.
pub fn summary(items: &[Item], free: usize, words: &Words) -> String {
    let mut parts: Vec<String> = labels::STATUS_ORDER
        .iter()
        .map(|status| (status, items.iter().filter(|item| item.status == *status).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(status, count)| {
            let number = words.number(count as f64);
            format!("{number} {}", labels::status(status, words).word)
        })
        .collect();
    let strange = items.iter().filter(|item| matches!(item.status, Status::Other(_))).count();
    if strange > 0 {
        parts.push(words.count("marks.unknown", strange, &[]));
    }
    if free > 0 {
        parts.push(words.count("marks.free", free, &[]));
    }
    parts.join(", ")
}

/// Why an item was skipped.
#[derive(Clone, Debug, Serialize)]
pub struct ReasonView {
    /// The word before the colon, where there is one.
    pub category: Option<Text>,
    /// What was written, as HTML.
    pub html: Text,
}

impl ReasonView {
    pub fn of(item: &Item, scope: &RoundScope) -> Option<ReasonView> {
        item.reason.as_ref().map(|reason| ReasonView {
            category: reason.value.category.as_deref().map(Text::from),
            html: scope.inline(&reason.value.sentence, &item.place.path).into(),
        })
    }
}

/// What becomes of an item that was not finished.
#[derive(Clone, Debug, Serialize)]
pub struct NextView {
    /// What becomes of it.
    pub step: Label,
    /// What was written, as HTML.
    pub html: Text,
}

impl NextView {
    pub fn of(item: &Item, scope: &RoundScope) -> Option<NextView> {
        item.next.as_ref().map(|next| NextView {
            step: labels::next_step(&next.value.step, scope.words),
            html: scope.inline(&next.value.words, &item.place.path).into(),
        })
    }
}

/// An item, as its own page shows it.
#[derive(Clone, Debug, Serialize)]
pub struct ItemView {
    /// Its place in the list, from 1.
    pub position: Text,
    /// Its lasting name.
    pub r#ref: Text,
    /// Its address, from the site's top.
    pub href: Text,
    /// Its title.
    pub title: Text,
    /// The product's name.
    pub product: Text,
    /// The list's address, from the site's top.
    pub product_href: Text,
    /// Its status.
    pub status: Label,
    /// Who answers for it.
    pub owner: Option<PersonView>,
    /// Who answers when the owner is away.
    pub deputy: Option<PersonView>,
    /// Who else knows about it.
    pub with: Vec<PersonView>,
    /// The hub, where there is one.
    pub hub: Option<Text>,
    /// Bug, feature and so on.
    pub kind: Option<Label>,
    /// The asker's guess at the size.
    pub feels_like: Option<EffortView>,
    /// What the developers estimated.
    pub estimate: Option<EffortView>,
    /// What it took in the end.
    pub took: Option<EffortView>,
    /// The developers.
    pub devs: Vec<PersonView>,
    /// The ticket, as HTML.
    pub ticket: Option<Text>,
    /// How one sees that it is right, as HTML.
    pub done_when: Option<Text>,
    /// Why it was skipped.
    pub reason: Option<ReasonView>,
    /// What comes next.
    pub next: Option<NextView>,
    /// The product manager's note, as HTML.
    pub note: Option<Text>,
    /// The estimate is over the round's limit, so it can only be skipped; and it was not.
    pub too_big: bool,
    /// It was started and is not finished.
    pub is_promise: bool,
    /// Where it is edited, with its line.
    pub edit: Option<Text>,
}

impl ItemView {
    pub fn of(product: &Product, item: &Item, scope: &RoundScope) -> ItemView {
        let words = scope.words;
        let person = |mention: &Mention| PersonView::of(mention, scope);
        let effort = |written: &Option<crate::finding::Placed<Estimate>>| {
            written.as_ref().map(|estimate| EffortView::of(&estimate.value, words))
        };
        let inline = |written: &Option<crate::finding::Placed<String>>| {
            written.as_ref().map(|text| scope.inline(&text.value, &item.place.path).into())
        };
        ItemView {
            position: words.number(item.position as f64).into(),
            r#ref: item.r#ref.text.as_str().into(),
            href: scope.item_href(&item.address).into(),
            title: item.title.as_str().into(),
            product: product.name.as_str().into(),
            product_href: scope.list_href(product).into(),
            status: labels::status(&item.status, words),
            owner: item.owner.as_ref().map(person),
            deputy: item.deputy.as_ref().map(person),
            with: item.with.iter().map(person).collect(),
            hub: item.hub.as_ref().map(|hub| hub.value.as_str().into()),
            kind: item.kind.as_ref().map(|kind| labels::kind(&kind.value, words)),
            feels_like: effort(&item.feels_like),
            estimate: effort(&item.estimate),
            took: effort(&item.took),
            devs: item.devs.iter().map(person).collect(),
            ticket: inline(&item.ticket),
            done_when: inline(&item.done_when),
            reason: ReasonView::of(item, scope),
            next: NextView::of(item, scope),
            note: inline(&item.note),
            too_big: is_too_big(item, scope),
            is_promise: item.status == Status::Started,
            edit: scope.site.edit(&item.place.path, Some(item.place.line)).map(Text::from),
        }
    }
}

/// Whether the estimate is over the round's limit although the item was not skipped.
pub fn is_too_big(item: &Item, scope: &RoundScope) -> bool {
    let limit = scope.round.limits.estimate;
    let effort = item.estimate.as_ref().and_then(|estimate| estimate.value.effort());
    item.status != Status::Skipped && effort.is_some_and(|effort| effort > limit)
}

/// An item in a line of a page that shows many.
#[derive(Clone, Debug, Serialize)]
pub struct BriefItem {
    /// From 1.
    pub position: Text,
    /// Its address, from the site's top.
    pub href: Text,
    /// Its title.
    pub title: Text,
    /// Its status.
    pub status: Label,
}

impl BriefItem {
    pub fn of(item: &Item, scope: &RoundScope) -> BriefItem {
        BriefItem {
            position: scope.words.number(item.position as f64).into(),
            href: scope.item_href(&item.address).into(),
            title: item.title.as_str().into(),
            status: labels::status(&item.status, scope.words),
        }
    }
}
