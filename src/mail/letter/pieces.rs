//! Prose that people wrote, put into a letter whole. A template gets a token for it and places it;
//! only when the template has become events does the prose come in, so that neither can tear the
//! other.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::scope::{Scope, ascii};
use crate::model::{Prose, Target};
use crate::pages::{self, prose};

/// Two of the characters that Unicode keeps for a program's own use; no value holds them.
pub const OPEN: char = '\u{fdd0}';
pub const CLOSE: char = '\u{fdd1}';

#[derive(Default)]
pub struct Pieces {
    all: Vec<Vec<Event<'static>>>,
}

impl Pieces {
    /// Blocks: what a file says below a heading.
    pub fn blocks(&mut self, prose: &Prose, scope: &Scope) -> Option<String> {
        if prose.is_empty() {
            return None;
        }
        let from = prose.place.as_ref().map_or("", |place| &*place.path);
        let events = prose::events(prose, &scope.round.people, scope.hidden());
        Some(self.add(linked(events, from, scope)))
    }

    /// Words with marks: the value of a fact, as the file `from` says it.
    pub fn words(&mut self, written: &str, from: &str, scope: &Scope) -> Option<String> {
        let events = prose::inline_events(written, &scope.round.people, scope.hidden());
        let is_there =
            |event: &Event| !matches!(event, Event::Text(text) if text.trim().is_empty());
        events.iter().any(is_there).then(|| self.add(linked(events, from, scope)))
    }

    fn add(&mut self, events: Vec<Event<'static>>) -> String {
        self.all.push(events);
        format!("{OPEN}{}{CLOSE}", self.all.len() - 1)
    }

    /// The events behind a token's number.
    pub fn get(&self, number: &str) -> Option<&[Event<'static>]> {
        self.all.get(number.parse::<usize>().ok()?).map(Vec::as_slice)
    }
}

/// Links lead from a mail as they lead on the site; pictures become links to themselves, because a
/// letter asks nobody for anything.
fn linked(events: Vec<Event<'static>>, from: &str, scope: &Scope) -> Vec<Event<'static>> {
    let mut open: Vec<bool> = Vec::new();
    let mut linked = Vec::with_capacity(events.len());
    for event in events {
        match event {
            Event::Start(Tag::Link { dest_url, link_type, title, id }) => {
                let leads = leads(&dest_url, from, scope);
                open.push(leads.is_some());
                linked.extend(leads.map(|url| {
                    Event::Start(Tag::Link { dest_url: url.into(), link_type, title, id })
                }));
            }
            Event::Start(Tag::Image { dest_url, link_type, title, id }) => {
                // A link cannot stand in a link: the outer one leads somewhere better.
                let inside = open.contains(&true);
                let leads = leads(&dest_url, from, scope).filter(|_| !inside);
                open.push(leads.is_some());
                linked.extend(leads.map(|url| {
                    Event::Start(Tag::Link { dest_url: url.into(), link_type, title, id })
                }));
            }
            Event::End(TagEnd::Link | TagEnd::Image) => {
                if open.pop() == Some(true) {
                    linked.push(Event::End(TagEnd::Link));
                }
            }
            event => linked.push(event),
        }
    }
    linked
}

fn leads(target: &str, from: &str, scope: &Scope) -> Option<String> {
    let site = scope.desk.site;
    if prose::holds_address(target, &scope.round.people) {
        return None;
    }
    match Target::read(target) {
        Target::Web(url) => Some(ascii(&url)),
        Target::Phone(number) => Some(ascii(&format!("tel:{number}"))),
        Target::Anchor(anchor) => {
            let page = from.rsplit('/').next()?;
            let page = pages::address_of_file(site, from, page, "")?;
            Some(scope.absolute(&format!("{page}#{}", pages::address(&anchor))))
        }
        Target::File { path, anchor } => {
            let page = pages::address_of_file(site, from, &path, "")?;
            let anchor = anchor.map(|it| format!("#{}", pages::address(&it))).unwrap_or_default();
            Some(scope.absolute(&format!("{page}{anchor}")))
        }
        Target::Mail(_) | Target::Forbidden(_) => None,
    }
}
