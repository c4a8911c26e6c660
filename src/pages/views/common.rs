//! Small things that many pages show: moments, people, marks, items.

use jiff::Zoned;
use jiff::civil::Date;
use serde::Serialize;

use super::super::labels::{self, Label};
use super::scope::RoundScope;
use crate::model::{Estimate, Item, Mention, Product, Status};
use crate::theme::Words;

/// A date or an instant.
#[derive(Clone, Debug, Serialize)]
pub struct Moment {
    /// For machines: `2026-07-24T10:00:00+02:00` or `2026-07-24`.
    pub iso: String,
    /// `Friday 24 July 2026, 10:00`.
    pub long: String,
    /// `24 July, 10:00`.
    pub short: String,
    /// `Fri 24 July`.
    pub day: String,
    /// `in 3 days`.
    pub away: String,
    /// Whether it has a time of day, so that a reader elsewhere has another one.
    pub timed: bool,
}

impl Moment {
    pub fn at(at: &Zoned, today: Date, words: &Words) -> Moment {
        Moment {
            iso: at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            long: words.moment_long(at),
            short: words.moment_short(at),
            day: words.date_weekday(at.date()),
            away: words.away(today, at.date()),
            timed: true,
        }
    }

    pub fn on(date: Date, today: Date, words: &Words) -> Moment {
        Moment {
            iso: date.to_string(),
            long: words.date_long(date),
            short: words.date_short(date),
            day: words.date_weekday(date),
            away: words.away(today, date),
            timed: false,
        }
    }
}

/// A link inside the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Link {
    /// From the site's top.
    pub href: String,
    /// The words of the link.
    pub text: String,
}

/// Somebody, without an address.
#[derive(Clone, Debug, Serialize)]
pub struct PersonView {
    /// The name.
    pub name: String,
    /// people.toml knows who is meant.
    pub known: bool,
    /// The hub, where there is one.
    pub hub: Option<String>,
    /// On the day the page was made.
    pub away_today: bool,
    /// On some day of the week.
    pub away_in_week: bool,
}

impl PersonView {
    pub fn of(mention: &Mention, scope: &RoundScope) -> PersonView {
        let person = mention.person();
        PersonView {
            name: mention.shown(),
            known: person.is_some(),
            hub: person.and_then(|person| person.hub.clone()),
            away_today: person.is_some_and(|person| person.is_away(scope.today)),
            away_in_week: person.is_some_and(|person| {
                person.is_ever_away() && week_days(scope).iter().any(|day| person.is_away(*day))
            }),
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
    pub text: String,
    /// In days, where it could be understood.
    pub days: Option<f64>,
}

impl EffortView {
    pub fn of(estimate: &Estimate, words: &Words) -> EffortView {
        let text = match estimate {
            Estimate::Unknown => words.text("effort.unknown", &[]),
            Estimate::Known(effort) => words.effort(effort.minutes),
            Estimate::Other(written) => written.clone(),
        };
        EffortView { text, days: estimate.effort().map(crate::model::Effort::days) }
    }
}

/// One of the ten marks of a product.
#[derive(Clone, Debug, Serialize)]
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
    pub category: Option<String>,
    /// What was written, as HTML.
    pub html: String,
}

impl ReasonView {
    pub fn of(item: &Item, scope: &RoundScope) -> Option<ReasonView> {
        item.reason.as_ref().map(|reason| ReasonView {
            category: reason.value.category.clone(),
            html: scope.inline(&reason.value.sentence, &item.place.path),
        })
    }
}

/// What becomes of an item that was not finished.
#[derive(Clone, Debug, Serialize)]
pub struct NextView {
    /// What becomes of it.
    pub step: Label,
    /// What was written, as HTML.
    pub html: String,
}

impl NextView {
    pub fn of(item: &Item, scope: &RoundScope) -> Option<NextView> {
        item.next.as_ref().map(|next| NextView {
            step: labels::next_step(&next.value.step, scope.words),
            html: scope.inline(&next.value.words, &item.place.path),
        })
    }
}

/// An item, as its own page shows it.
#[derive(Clone, Debug, Serialize)]
pub struct ItemView {
    /// Its place in the list, from 1.
    pub position: usize,
    /// Its lasting name.
    pub r#ref: String,
    /// Its address, from the site's top.
    pub href: String,
    /// Its title.
    pub title: String,
    /// The product's name.
    pub product: String,
    /// The list's address, from the site's top.
    pub product_href: String,
    /// Its status.
    pub status: Label,
    /// Who answers for it.
    pub owner: Option<PersonView>,
    /// Who answers when the owner is away.
    pub deputy: Option<PersonView>,
    /// Who else knows about it.
    pub with: Vec<PersonView>,
    /// The hub, where there is one.
    pub hub: Option<String>,
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
    pub ticket: Option<String>,
    /// How one sees that it is right, as HTML.
    pub done_when: Option<String>,
    /// Why it was skipped.
    pub reason: Option<ReasonView>,
    /// What comes next.
    pub next: Option<NextView>,
    /// The product manager's note, as HTML.
    pub note: Option<String>,
    /// The estimate is over the round's limit, so it can only be skipped; and it was not.
    pub too_big: bool,
    /// It was started and is not finished.
    pub is_promise: bool,
    /// Where it is edited, with its line.
    pub edit: Option<String>,
}

impl ItemView {
    pub fn of(product: &Product, item: &Item, scope: &RoundScope) -> ItemView {
        let words = scope.words;
        let person = |mention: &Mention| PersonView::of(mention, scope);
        let effort = |written: &Option<crate::finding::Placed<Estimate>>| {
            written.as_ref().map(|estimate| EffortView::of(&estimate.value, words))
        };
        let inline = |written: &Option<crate::finding::Placed<String>>| {
            written.as_ref().map(|text| scope.inline(&text.value, &item.place.path))
        };
        ItemView {
            position: item.position,
            r#ref: item.r#ref.text.clone(),
            href: scope.item_href(&item.address),
            title: item.title.clone(),
            product: product.name.clone(),
            product_href: scope.list_href(product),
            status: labels::status(&item.status, words),
            owner: item.owner.as_ref().map(person),
            deputy: item.deputy.as_ref().map(person),
            with: item.with.iter().map(person).collect(),
            hub: item.hub.as_ref().map(|hub| hub.value.clone()),
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
            edit: scope.site.edit(&item.place.path, Some(item.place.line)),
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
    pub position: usize,
    /// Its address, from the site's top.
    pub href: String,
    /// Its title.
    pub title: String,
    /// Its status.
    pub status: Label,
}

impl BriefItem {
    pub fn of(item: &Item, scope: &RoundScope) -> BriefItem {
        BriefItem {
            position: item.position,
            href: scope.item_href(&item.address),
            title: item.title.clone(),
            status: labels::status(&item.status, scope.words),
        }
    }
}
