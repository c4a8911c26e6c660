//! People: who is waited for, who is away on which day of the week, and who owns what.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::common::{Link, Moment, PersonView, week_days};
use super::scope::RoundScope;
use super::waiting::{Wait, waiting};
use crate::model::{Mention, Person};

/// `people.html`.
#[derive(Clone, Debug, Serialize)]
pub struct PeopleView {
    /// What waits for whom.
    pub waits: Vec<Wait>,
    /// The people who organise the round.
    pub coordinators: Vec<PersonView>,
    /// The days of the week.
    pub days: Vec<DayView>,
    /// The owners with their items.
    pub owners: Vec<OwnerView>,
    /// Items that nobody answers for.
    pub ownerless: Vec<Link>,
    /// Lists that cannot be read: nothing of them is counted here.
    pub unreadable: Vec<Link>,
}

/// A day of the week.
#[derive(Clone, Debug, Serialize)]
pub struct DayView {
    /// The day.
    pub at: Moment,
    /// Whether it is the day of the build.
    pub is_today: bool,
    /// Who is away.
    pub away: Vec<Absence>,
}

/// Somebody who is away on a day.
#[derive(Clone, Debug, Serialize)]
pub struct Absence {
    /// Who.
    pub name: String,
    /// Items they own, and who answers instead.
    pub covers: Vec<Cover>,
}

/// An item whose owner is away.
#[derive(Clone, Debug, Serialize)]
pub struct Cover {
    /// The item.
    pub item: Link,
    /// Who answers when the owner is away.
    pub deputy: Option<String>,
    /// The deputy is away as well.
    pub deputy_away: bool,
}

/// An owner with their items.
#[derive(Clone, Debug, Serialize)]
pub struct OwnerView {
    /// Who.
    pub person: PersonView,
    /// The owner's items.
    pub items: Vec<OwnedItem>,
}

/// An item of an owner.
#[derive(Clone, Debug, Serialize)]
pub struct OwnedItem {
    /// The item.
    pub link: Link,
    /// Its status.
    pub status: super::super::labels::Label,
    /// The product's name.
    pub product: String,
}

impl PeopleView {
    pub fn of(scope: &RoundScope) -> PeopleView {
        let round = scope.round;
        PeopleView {
            waits: waiting(scope),
            coordinators: round
                .coordinators
                .iter()
                .map(|coordinator| PersonView::of(coordinator, scope))
                .collect(),
            days: week_days(scope)
                .into_iter()
                .map(|day| DayView {
                    at: Moment::on(day, scope.today, scope.words),
                    is_today: day == scope.today,
                    away: absences(scope, day),
                })
                .collect(),
            owners: owners(scope),
            ownerless: round
                .items()
                .filter(|(_, item)| item.owner.is_none())
                .map(|(_, item)| link(scope, item))
                .collect(),
            unreadable: scope.unreadable(),
        }
    }
}

fn link(scope: &RoundScope, item: &crate::model::Item) -> Link {
    Link::to_item(item, scope)
}

/// Everybody the round names: owners, deputies, developers, managers, coordinators.
fn everybody<'a>(scope: &RoundScope<'a>) -> BTreeMap<&'a str, &'a Arc<Person>> {
    let round = scope.round;
    let of_items =
        round.items().flat_map(|(_, item)| item.owner.iter().chain(&item.deputy).chain(&item.devs));
    of_items
        .chain(round.products.iter().map(|product| &product.manager))
        .chain(&round.coordinators)
        .filter_map(Mention::person)
        .map(|person| (person.name.as_str(), person))
        .collect()
}

fn absences(scope: &RoundScope, day: jiff::civil::Date) -> Vec<Absence> {
    let away = |mention: &Mention| mention.person().is_some_and(|person| person.is_away(day));
    let absent = everybody(scope).into_values().filter(|person| person.is_away(day));
    absent
        .map(|person| Absence {
            name: person.name.clone(),
            covers: scope
                .round
                .items()
                .filter(|(_, item)| {
                    item.owner
                        .as_ref()
                        .and_then(Mention::person)
                        .is_some_and(|owner| owner.id == person.id)
                })
                .map(|(_, item)| Cover {
                    item: link(scope, item),
                    deputy: item.deputy.as_ref().map(Mention::shown),
                    deputy_away: item.deputy.as_ref().is_some_and(away),
                })
                .collect(),
        })
        .collect()
}

fn owners(scope: &RoundScope) -> Vec<OwnerView> {
    let mut owners: BTreeMap<String, OwnerView> = BTreeMap::new();
    for (product, item) in scope.round.items() {
        let Some(owner) = &item.owner else { continue };
        let person = PersonView::of(owner, scope);
        owners
            .entry(crate::words::fold(&person.name))
            .or_insert_with(|| OwnerView { person, items: Vec::new() })
            .items
            .push(OwnedItem {
                link: link(scope, item),
                status: super::super::labels::status(&item.status, scope.words),
                product: product.name.clone(),
            });
    }
    owners.into_values().collect()
}
