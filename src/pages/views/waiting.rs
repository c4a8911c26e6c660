//! What waits for whom, at this instant.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::Serialize;

use super::common::Link;
use super::scope::RoundScope;
use crate::model::{Agreed, Item, ListFile, Mention, Phase, Product, Status};
use crate::words;

/// Somebody, and what they are waited for.
#[derive(Clone, Debug, Serialize)]
pub struct Wait {
    /// Which sentence says it: `list`, `agree`, `decide`, `finish`, `sign_off`, `fate`.
    pub key: &'static str,
    /// The person, or who it is in words.
    pub who: String,
    /// Somebody else answers, because the owner is away.
    pub stands_in_for: Option<String>,
    /// The items or lists it is about.
    pub for_what: Vec<Link>,
}

/// What is waited for in one line, for a page that has no room for more.
#[derive(Clone, Debug, Serialize)]
pub struct WaitGroup {
    /// Which sort it is: a key of the words.
    pub key: &'static str,
    /// Who, in words.
    pub who: String,
    /// Items, lists or products.
    pub count: usize,
}

/// The same, a line for each deed. What was promised has its own part of the page.
pub fn in_short(waits: &[Wait], scope: &RoundScope) -> Vec<WaitGroup> {
    let mut keys: Vec<&'static str> = Vec::new();
    for wait in waits {
        if !keys.contains(&wait.key) && wait.key != "finish" {
            keys.push(wait.key);
        }
    }
    let group = |key: &'static str| {
        let of: Vec<&Wait> = waits.iter().filter(|wait| wait.key == key).collect();
        let mut seen = HashSet::new();
        let who: Vec<&str> =
            of.iter().map(|wait| wait.who.as_str()).filter(|who| seen.insert(*who)).collect();
        let count = of.iter().map(|wait| wait.for_what.len()).sum();
        WaitGroup { key, who: scope.words.and(&who), count }
    };
    keys.into_iter().map(group).collect()
}

/// Everything that is waited for, in the order of the round.
pub fn waiting(scope: &RoundScope) -> Vec<Wait> {
    let mut waits = Vec::new();
    if scope.phase < Phase::Asking {
        waits.extend(lists(scope));
    }
    if scope.phase >= Phase::Week {
        waits.extend(items(scope));
    }
    waits
}

/// Hubs that have not agreed, and managers of products without a list.
fn lists(scope: &RoundScope) -> Vec<Wait> {
    let mut hubs: BTreeMap<&str, Vec<Link>> = BTreeMap::new();
    let mut waits = Vec::new();
    for product in &scope.round.products {
        let link = Link { href: scope.list_href(product), text: product.name.clone() };
        match &product.list {
            ListFile::Read(list) if !list.items.is_empty() => {
                for hub in missing_hubs(product, scope) {
                    hubs.entry(hub).or_default().push(link.clone());
                }
            }
            // A list that cannot be read is a problem, not a wait.
            ListFile::Refused => {}
            _ => waits.push(Wait {
                key: "list",
                who: words_and(scope, &scope.hubs_of(product)),
                stands_in_for: None,
                for_what: vec![link],
            }),
        }
    }
    waits.extend(hubs.into_iter().map(|(hub, for_what)| Wait {
        key: "agree",
        who: hub.to_owned(),
        stands_in_for: None,
        for_what,
    }));
    waits
}

fn words_and(scope: &RoundScope, hubs: &[&str]) -> String {
    scope.words.and(hubs)
}

/// The hubs that must agree to a list and have not.
pub fn missing_hubs<'a>(product: &'a Product, scope: &RoundScope<'a>) -> Vec<&'a str> {
    let Some(list) = product.list.list() else { return Vec::new() };
    scope
        .hubs_of(product)
        .into_iter()
        .filter(|hub| {
            !list.agreements.iter().any(|agreement| {
                agreement.agreed == Agreed::Yes
                    && words::fold(&agreement.hub.value) == words::fold(hub)
            })
        })
        .collect()
}

/// Who has to do something about an item, one entry for each person and deed.
fn items(scope: &RoundScope) -> Vec<Wait> {
    let mut waits: Vec<Wait> = Vec::new();
    let mut known: HashMap<Due, usize> = HashMap::new();
    for (product, item) in scope.round.items() {
        let link = Link { href: scope.item_href(&item.address), text: item.title.clone() };
        for due in due(scope, product, item) {
            match known.get(&due) {
                Some(wait) => waits[*wait].for_what.push(link.clone()),
                None => {
                    let (key, who, stands_in_for) = due.clone();
                    known.insert(due, waits.len());
                    waits.push(Wait { key, who, stands_in_for, for_what: vec![link.clone()] });
                }
            }
        }
    }
    waits.sort_by_key(|wait| ORDER.iter().position(|key| *key == wait.key));
    waits
}

const ORDER: [&str; 4] = ["sign_off", "finish", "decide", "fate"];

type Due = (&'static str, String, Option<String>);

fn due(scope: &RoundScope, product: &Product, item: &Item) -> Vec<Due> {
    let developers = || {
        if item.devs.is_empty() {
            vec![scope.words.text("waits.the_developers", &[])]
        } else {
            item.devs.iter().map(Mention::shown).collect()
        }
    };
    let each = |key: &'static str, names: Vec<String>| {
        names.into_iter().map(|name| (key, name, None)).collect()
    };
    let undecided = item.next.is_none() && scope.is_over() && scope.phase != Phase::Decided;
    match &item.status {
        Status::Done => sign_off(scope, item).into_iter().collect(),
        Status::Started => each("finish", developers()),
        Status::Submitted | Status::Other(_) if scope.phase == Phase::Week => {
            each("decide", developers())
        }
        Status::Submitted | Status::Other(_) | Status::Skipped if undecided => {
            vec![("fate", product.manager.shown(), None)]
        }
        _ => Vec::new(),
    }
}

/// The owner, or the deputy while the owner is away.
fn sign_off(scope: &RoundScope, item: &Item) -> Option<Due> {
    let owner = item.owner.as_ref()?;
    let is_away =
        |mention: &Mention| mention.person().is_some_and(|person| person.is_away(scope.today));
    match &item.deputy {
        Some(deputy) if is_away(owner) && !is_away(deputy) => {
            Some(("sign_off", deputy.shown(), Some(owner.shown())))
        }
        _ => Some(("sign_off", owner.shown(), None)),
    }
}
