//! What is due because of a date before the week: the invitation, the lists, the complete lists.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Desk, Kind, coordinators};
use crate::finding::Placed;
use crate::model::phase::listing_begins;
use crate::model::{Agreed, List, ListFile, Person, Product, Ref, Side};
use crate::words::{and, count, fold, ticked};

/// From its day on everybody who is to take part is invited once, also who came later; when the
/// lists are due it is too late for that.
pub fn invite(desk: &mut Desk) {
    let dates = &desk.round.dates;
    if desk.round.is_decided()
        || desk.now < dates.invitation.letters_go()
        || desk.now >= dates.lists_due.start()
    {
        return;
    }
    let Some(invitation) = &desk.round.invitation else {
        let place = crate::finding::Place::whole(desk.round.path("invitation.md"));
        let (message, help) = ("invitation.md is missing", "write it; it is also the mail");
        return desk.withhold(Kind::Invitation, "-", message, help, &place);
    };
    let why = format!("`{}` invites to the round", invitation.title);
    for person in invited(desk) {
        if desk.told.last(&[Kind::Invitation], "-", &person).is_none() {
            desk.due(&person, Kind::Invitation, "-", "invited", why.clone());
        }
    }
}

/// Partners, managers and the coordinators who are still there.
fn invited(desk: &Desk) -> Vec<Arc<Person>> {
    let today = desk.now.to_zoned(desk.round.zone.zone.clone()).date();
    let coordinators = coordinators::there(desk);
    let is_invited = |person: &&Arc<Person>| {
        person.left.is_none_or(|left| left > today)
            && (matches!(person.side, Side::Partner | Side::Manager)
                || coordinators.iter().any(|it| it.id == person.id))
    };
    desk.round.people.all().iter().filter(is_invited).cloned().collect()
}

/// In the last seven days before the lists are due: the hubs that have not agreed, and the manager
/// of a product without a list, or the coordinators in their place.
pub fn ask_for_lists(desk: &mut Desk) {
    let round = desk.round;
    if round.is_decided()
        || desk.now < listing_begins(round)
        || desk.now >= round.dates.lists_due.start()
    {
        return;
    }
    for product in &round.products {
        match &product.list {
            ListFile::Missing => {
                let why = format!("the list of `{}` is missing", product.name);
                ask_for_list(desk, product, &why);
            }
            // Nobody can say what a file that cannot be read is about.
            ListFile::Refused => {}
            ListFile::Read(list) if list.is_empty() => {
                let why = format!("the list of `{}` is empty", product.name);
                ask_for_list(desk, product, &why);
            }
            ListFile::Read(list) => ask_hubs(desk, product, list),
        }
    }
}

/// A list for which nobody is asked would be forgotten: where no letter can reach the manager, the
/// coordinators are asked.
fn ask_for_list(desk: &mut Desk, product: &Product, why: &str) {
    coordinators::withhold_absent_manager(desk, product);
    let manager = product.manager.person().filter(|manager| !desk.has_left(manager));
    if let Some(manager) = manager {
        ask(desk, manager, product, "missing", why.to_owned());
    }
    if manager.is_none_or(|manager| !desk.can_reach(manager)) {
        let is_another = |it: &Arc<Person>| manager.is_none_or(|manager| manager.id != it.id);
        for person in coordinators::there(desk).into_iter().filter(is_another) {
            let why = format!("{why}, and no letter can reach its manager");
            ask(desk, &person, product, "missing", why);
        }
    }
}

fn ask_hubs(desk: &mut Desk, product: &Product, list: &List) {
    if list.cut_short || list.agreements_garbled {
        return;
    }
    let round = desk.round;
    for hub in waiting_for(product, list) {
        let why = format!("`{}` has not agreed to the list of `{}`", hub.value, product.name);
        let of_hub = |person: &&Arc<Person>| {
            person.side == Side::Partner
                && person.hub.as_deref().is_some_and(|it| fold(it) == fold(&hub.value))
                && !desk.has_left(person)
        };
        let people: Vec<&Arc<Person>> = round.people.all().iter().filter(of_hub).collect();
        for person in &people {
            ask(desk, person, product, "not agreed", why.clone());
        }
        if people.is_empty() {
            let message = format!("{why}, and no partner in people.toml belongs to it");
            let help = format!("write `hub = \"{}\"` for whoever speaks for it", hub.value);
            desk.withhold(Kind::ListsDue, &product.key, message, help, &hub.place);
        }
    }
}

/// That a list is missing and that it waits for a yes are two things to hear, each once.
fn ask(desk: &mut Desk, person: &Arc<Person>, product: &Product, said: &str, why: String) {
    if !desk.told.has_said(Kind::ListsDue, &product.key, person, said) {
        desk.due(person, Kind::ListsDue, &product.key, said, why);
    }
}

/// The hubs whose yes is missing.
fn waiting_for<'a>(product: &'a Product, list: &List) -> Vec<&'a Placed<String>> {
    let has_agreed = |hub: &str| {
        list.agreements
            .iter()
            .any(|it| it.agreed == Agreed::Yes && fold(&it.hub.value) == fold(hub))
    };
    product.hubs.iter().filter(|hub| !has_agreed(&hub.value)).collect()
}

/// A list with all its items and all its hubs' yes is news for the coordinators, from the invitation
/// to the week.
pub fn tell_of_complete_lists(desk: &mut Desk) {
    let round = desk.round;
    if round.is_decided()
        || desk.now < round.dates.invitation.letters_go()
        || desk.now >= round.dates.week_first.start()
    {
        return;
    }
    for (product, list) in round.lists() {
        let is_complete = !list.cut_short
            && list.items.len() == round.limits.items
            && !product.hubs.is_empty()
            && waiting_for(product, list).is_empty();
        if !is_complete {
            continue;
        }
        let said = complete(list);
        let hubs: Vec<&str> = product.hubs.iter().map(|hub| hub.value.as_str()).collect();
        let items = count(list.items.len(), "item", "items");
        let agree = if hubs.len() == 1 { "agrees" } else { "agree" };
        let why = format!("`{}` has {items}, and {} {agree}", product.name, and(&ticked(&hubs)));
        for person in coordinators::there(desk) {
            if desk.told.last(&[Kind::ListComplete], &product.key, &person).is_none() {
                desk.due(&person, Kind::ListComplete, &product.key, &said, why.clone());
            }
        }
    }
}

/// What is said of a complete list: that it is, and the refs by which it is known under any name.
pub fn complete(list: &List) -> String {
    let refs: BTreeSet<String> = list.items.iter().map(|item| Ref::key(&item.r#ref.text)).collect();
    refs.into_iter().fold("complete".to_owned(), |said, key| said + " " + &key)
}
