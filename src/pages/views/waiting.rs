//! What waits for whom, at this instant.

use std::collections::{HashMap, HashSet};

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

/// Something that somebody has to do.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Deed {
    /// Which sentence says it: one of `ORDER`.
    pub key: &'static str,
    /// Any of these; nobody where it is for the developers and none of them is named.
    who: Vec<String>,
    stands_in_for: Option<String>,
}

/// The deeds as they are told: first those about lists.
const ORDER: [&str; 6] = ["list", "agree", "sign_off", "finish", "decide", "fate"];

impl Deed {
    fn new(key: &'static str, who: Vec<String>) -> Deed {
        Deed { key, who, stands_in_for: None }
    }

    fn is_for_the_developers(&self) -> bool {
        self.who.is_empty() && matches!(self.key, "finish" | "decide")
    }

    /// Who it is, as a sentence begins.
    fn who(&self, scope: &RoundScope) -> String {
        if self.is_for_the_developers() {
            return scope.words.text("waits.the_developers", &[]);
        }
        scope.words.and(&self.who)
    }

    /// Hubs are told by their names; everybody else in the order of the round. [`in_short`] tells
    /// them in the same order.
    fn rank(&self) -> (Option<usize>, &[String]) {
        let place = ORDER.iter().position(|key| *key == self.key);
        (place, if self.key == "agree" { &self.who } else { &[] })
    }
}

/// Everything that is waited for, one entry for each deed and who does it.
pub fn waiting(scope: &RoundScope) -> Vec<Wait> {
    let mut all: Vec<(Deed, Vec<Link>)> = Vec::new();
    let mut known: HashMap<Deed, usize> = HashMap::new();
    for product in &scope.round.products {
        for (deed, item) in deeds(product, scope) {
            let link = match item {
                Some(item) => Link::to_item(item, scope),
                None => Link::to_list(product, scope),
            };
            match known.get(&deed) {
                Some(place) => all[*place].1.push(link),
                None => {
                    // Every list that is missing is told on its own.
                    if deed.key != "list" {
                        known.insert(deed.clone(), all.len());
                    }
                    all.push((deed, vec![link]));
                }
            }
        }
    }
    all.sort_by(|(a, _), (b, _)| a.rank().cmp(&b.rank()));
    let wait = |(deed, for_what): (Deed, Vec<Link>)| {
        let who = deed.who(scope);
        Wait { key: deed.key, who, stands_in_for: deed.stands_in_for, for_what }
    };
    all.into_iter().map(wait).collect()
}

/// The same, a line for each sort of deed. What was promised has its own part of the page.
pub fn in_short<'a>(deeds: impl Iterator<Item = &'a Deed>, scope: &RoundScope) -> Vec<WaitGroup> {
    let mut by_key = ORDER.map(|key| (key, Vec::new()));
    for deed in deeds.filter(|deed| deed.key != "finish") {
        if let Some((_, all)) = by_key.iter_mut().find(|(key, _)| *key == deed.key) {
            all.push(deed);
        }
    }
    let group = |(key, deeds): (&'static str, Vec<&Deed>)| {
        let mut who: Vec<&str> =
            deeds.iter().flat_map(|deed| &deed.who).map(String::as_str).collect();
        // Whoever owns one item often owns the next.
        who.dedup();
        let mut seen = HashSet::with_capacity(who.len());
        who.retain(|who| seen.insert(*who));
        if key == "agree" {
            who.sort_unstable();
        }
        let developers = scope.words.text("waits.short.the_developers", &[]);
        if deeds.iter().any(|deed| deed.is_for_the_developers()) {
            who.push(&developers);
        }
        let count = deeds.len();
        (count > 0).then(|| WaitGroup { key, who: scope.words.and(&who), count })
    };
    by_key.into_iter().filter_map(group).collect()
}

/// What somebody has to do about a product: about an item, or else about the list.
pub fn deeds<'a>(
    product: &'a Product,
    scope: &RoundScope<'a>,
) -> impl Iterator<Item = (Deed, Option<&'a Item>)> {
    let list = if scope.phase < Phase::Asking { about_list(product, scope) } else { Vec::new() };
    let items = if scope.phase >= Phase::Week { product.items() } else { &[] };
    let items = items.iter().flat_map(move |item| {
        about_item(scope, product, item).into_iter().map(move |deed| (deed, Some(item)))
    });
    list.into_iter().map(|deed| (deed, None)).chain(items)
}

/// Hubs that have not agreed, or whoever owes a list.
fn about_list(product: &Product, scope: &RoundScope) -> Vec<Deed> {
    match &product.list {
        ListFile::Read(list) if !list.items.is_empty() => missing_hubs(product, scope)
            .into_iter()
            .map(|hub| Deed::new("agree", vec![hub.to_owned()]))
            .collect(),
        // A list that cannot be read is a problem, not a wait.
        ListFile::Refused => Vec::new(),
        _ => {
            let hubs = scope.hubs_of(product).into_iter().map(str::to_owned).collect();
            vec![Deed::new("list", hubs)]
        }
    }
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

fn about_item(scope: &RoundScope, product: &Product, item: &Item) -> Vec<Deed> {
    let developers = |key: &'static str| {
        if item.devs.is_empty() {
            return vec![Deed::new(key, Vec::new())];
        }
        item.devs.iter().map(|dev| Deed::new(key, vec![dev.shown()])).collect()
    };
    let undecided = item.next.is_none() && scope.is_over() && scope.phase != Phase::Decided;
    match &item.status {
        Status::Done => sign_off(scope, item).into_iter().collect(),
        Status::Started => developers("finish"),
        Status::Submitted | Status::Other(_) if scope.phase == Phase::Week => developers("decide"),
        Status::Submitted | Status::Other(_) | Status::Skipped if undecided => {
            vec![Deed::new("fate", vec![product.manager.shown()])]
        }
        _ => Vec::new(),
    }
}

/// The owner, or the deputy while the owner is away.
fn sign_off(scope: &RoundScope, item: &Item) -> Option<Deed> {
    let owner = item.owner.as_ref()?;
    let is_away =
        |mention: &Mention| mention.person().is_some_and(|person| person.is_away(scope.today));
    match &item.deputy {
        Some(deputy) if is_away(owner) && !is_away(deputy) => Some(Deed {
            stands_in_for: Some(owner.shown()),
            ..Deed::new("sign_off", vec![deputy.shown()])
        }),
        _ => Some(Deed::new("sign_off", vec![owner.shown()])),
    }
}
