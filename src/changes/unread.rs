//! What could not be read in one of two states. It is told in a sentence and taken to be as in the
//! other state: a bracket too few in people.toml gives no item another owner.

use std::sync::Arc;

use crate::model::{Mention, People, Reading, Round, Site};

/// A state that is about to be compared.
#[derive(Debug)]
pub struct Side<'a> {
    pub site: &'a mut Site,
    /// littlethings.toml could not be read.
    pub settings_refused: bool,
}

/// Gives each state what only the other one could read, and says so.
pub fn bridge(before: Side, after: Side) -> Vec<String> {
    let mut told = Vec::new();
    let readable = match (before.settings_refused, after.settings_refused) {
        (false, true) => {
            after.site.settings = before.site.settings.clone();
            Some("cannot be read any more")
        }
        (true, false) => {
            before.site.settings = after.site.settings.clone();
            Some("can be read again")
        }
        _ => None,
    };
    told.extend(readable.map(|readable| format!("littlethings.toml {readable}")));
    let readable = match (&before.site.people.unread, &after.site.people.unread) {
        (None, Some(_)) => {
            acquaint(after.site, &before.site.people);
            Some("cannot be read any more, so nobody is known")
        }
        (Some(_), None) => {
            acquaint(before.site, &after.site.people);
            Some("can be read again")
        }
        _ => None,
    };
    told.extend(readable.map(|readable| format!("people.toml {readable}")));
    told
}

/// Reads everybody who is named in a site anew.
fn acquaint(site: &mut Site, people: &Arc<People>) {
    site.people = people.clone();
    for round in &mut site.rounds {
        round.people = people.clone();
        for mention in in_round(round).filter(|mention| !mention.written.is_empty()) {
            // In round.toml an id may stand without its `@`.
            let by_id = people.by_id(mention.written.trim()).cloned().map(Reading::Person);
            mention.reading = by_id.unwrap_or_else(|| people.read(&mention.written));
        }
        for mention in on_lists(round) {
            mention.reading = people.read(&mention.written);
        }
    }
}

fn in_round(round: &mut Round) -> impl Iterator<Item = &mut Mention> {
    let managers = round.products.iter_mut().map(|product| &mut product.manager);
    round.coordinators.iter_mut().chain(managers)
}

fn on_lists(round: &mut Round) -> impl Iterator<Item = &mut Mention> {
    let lists = round.products.iter_mut().filter_map(|product| product.list.list_mut());
    lists.flat_map(|list| &mut list.items).flat_map(|item| {
        let one = item.owner.iter_mut().chain(&mut item.deputy);
        one.chain(&mut item.with).chain(&mut item.devs)
    })
}
