//! What changed on a list: item by item, in its order.

use std::collections::{BTreeSet, HashMap};

use super::people::{are_same, is_same};
use super::shown::{code, first_name, first_names, now_and_before, plain};
use crate::finding::Placed;
use crate::model::{
    Agreed, Estimate, Guess, Item, Key, List, ListFile, Mention, Product, Ref, Status, order,
};
use crate::words::{and, count, likeness};

/// All items of a round in one of the two states, by the keys of their refs.
pub type Items<'a> = HashMap<String, (&'a Product, &'a Item)>;

/// A product in one of the two states.
pub struct Side<'a, 'i> {
    pub items: &'i Items<'a>,
    pub product: &'a Product,
    /// The hubs of its round.
    pub hubs: &'a [Placed<String>],
}

impl<'a> Side<'a, '_> {
    /// The item of that ref, on whatever list.
    fn item(&self, r#ref: &str) -> Option<(&'a Product, &'a Item)> {
        self.items.get(&Ref::key(r#ref)).copied()
    }

    /// Whether anybody can agree under that name. In a round without hubs none is strange.
    fn is_hub(&self, name: &str) -> bool {
        let mut known = self.hubs.iter().chain(&self.product.hubs);
        self.hubs.is_empty() || known.any(|hub| likeness(&hub.value) == likeness(name))
    }
}

/// What a product brings that was not there. `before`: what was on other lists of its round.
pub fn fresh(product: &Product, before: &Items, frozen: bool, reworded: &mut usize) -> Vec<String> {
    match &product.list {
        ListFile::Missing => vec!["a new product, without a list".to_owned()],
        ListFile::Refused => vec!["a new product, whose list cannot be read".to_owned()],
        ListFile::Read(list) => new_list(list, before, frozen, reworded),
    }
}

/// A list that was not there, and what became of the items that came to it from others.
fn new_list(list: &List, before: &Items, frozen: bool, reworded: &mut usize) -> Vec<String> {
    if list.items.is_empty() {
        return vec![format!("a new list with {}", count(list.slots, "empty slot", "empty slots"))];
    }
    let was = |item: &Item| {
        let (from, old) = *before.get(&Ref::key(&item.r#ref.text)).filter(|_| !item.is_copy())?;
        Some(Was { item: old, from: Some(from) })
    };
    let pairs: Vec<(&Item, Option<Was>)> = list.items.iter().map(|it| (it, was(it))).collect();
    let new: Vec<String> = pairs
        .iter()
        .filter(|(_, was)| was.is_none())
        .map(|(item, _)| format!("{}{}", owned(item), unless_submitted(", ", &item.status)))
        .collect();
    let items = count(list.items.len(), "item", "items");
    let mut told = vec![match new.len() {
        0 => format!("a new list of {items}"),
        all if all == list.items.len() => format!("a new list of {items}: {}", new.join("; ")),
        some => format!("a new list of {items}, {some} of them new: {}", new.join("; ")),
    }];
    for (item, was) in &pairs {
        let Some(was) = was else { continue };
        told.extend(same_item(was, item, false, late(frozen)));
        *reworded += usize::from(was.item.prose.differs(&item.prose));
    }
    told
}

/// What goes when a list is taken away: of its items those that are on no other one.
pub fn taken_along(product: &Product, after: &Items) -> String {
    let all = product.items();
    let is_there =
        |item: &&Item| !item.is_copy() && after.contains_key(&Ref::key(&item.r#ref.text));
    let items = count(all.len(), "item", "items");
    match all.iter().filter(is_there).count() {
        0 => format!("is taken away, with {items}"),
        there if there == all.len() => format!("is taken away; its {items} came to other lists"),
        there => format!("is taken away, with {} of its {items}", all.len() - there),
    }
}

/// An item and who owns it.
fn owned(item: &Item) -> String {
    let title = code(&item.title);
    item.owner.as_ref().map_or(title.clone(), |owner| format!("{title} ({})", first_name(owner)))
}

/// A status behind other words, if it says more than that the item is there.
fn unless_submitted(before: &str, is: &Status) -> String {
    match is {
        Status::Submitted => String::new(),
        _ => format!("{before}{}", status(is)),
    }
}

fn late(frozen: bool) -> &'static str {
    if frozen { " after the freeze" } else { "" }
}

/// What is different on a product's list and about the product. `frozen`: the lists were due.
pub fn changes(before: &Side, after: &Side, frozen: bool, reworded: &mut usize) -> Vec<String> {
    let mut told = about(before.product, after.product, frozen, reworded);
    match (&before.product.list, &after.product.list) {
        (ListFile::Read(was), ListFile::Read(is)) if was.cut_short != is.cut_short => {
            told.push(hidden(is).into());
        }
        (ListFile::Read(was), ListFile::Read(is)) => {
            agreements(was, is, |hub| after.is_hub(hub), &mut told);
            *reworded += usize::from(was.intro.differs(&is.intro));
            items(before, after, frozen, &mut told, reworded);
        }
        (ListFile::Missing, ListFile::Read(list)) => {
            told.extend(new_list(list, before.items, frozen, reworded));
        }
        (ListFile::Refused, ListFile::Read(_)) => told.push("the list can be read again".into()),
        (ListFile::Read(_), ListFile::Missing) => {
            told.push(format!("the list {}", taken_along(before.product, after.items)));
        }
        (ListFile::Read(_) | ListFile::Missing, ListFile::Refused) => {
            told.push("the list cannot be read".into());
        }
        (ListFile::Refused | ListFile::Missing, ListFile::Missing)
        | (ListFile::Refused, ListFile::Refused) => {}
    }
    told
}

fn about(was: &Product, is: &Product, frozen: bool, reworded: &mut usize) -> Vec<String> {
    let mut told = Vec::new();
    if was.name != is.name {
        told.push(format!("was called {}", code(&was.name)));
    }
    if was.key != is.key {
        let file = |product: &Product| code(&format!("{}.md", product.key));
        let (is, was) = (file(is), file(was));
        told.push(format!("the list has another address: its file is called {is} now, was {was}"));
    }
    if first_name(&was.manager) != first_name(&is.manager) && !is_same(&was.manager, &is.manager) {
        told.push(format!(
            "managed by {} now, was {}",
            first_name(&is.manager),
            first_name(&was.manager)
        ));
    }
    let hubs = |product: &Product| -> Vec<String> {
        product.hubs.iter().map(|hub| plain(&hub.value)).collect()
    };
    if hubs(was) != hubs(is) {
        told.push(format!("{} must agree now, instead of {}", and(&hubs(is)), and(&hubs(was))));
    }
    told.extend(guesses(was, is, frozen, reworded));
    told
}

/// What the manager of a product expects, and what of it they found on the list. Guesses are
/// nobody's business before the lists are due, so until then what they say stays in the file.
fn guesses(was: &Product, is: &Product, frozen: bool, reworded: &mut usize) -> Vec<String> {
    let manager = first_name(&is.manager);
    let (was, is) = match (&was.guesses, &is.guesses) {
        (None, None) => return Vec::new(),
        (None, Some(_)) => return vec![format!("{manager} has written down guesses")],
        (Some(_), None) => return vec![format!("the guesses of {manager} are taken away")],
        (Some(was), Some(is)) => (&was.all, &is.all),
    };
    let titles = |all: &'_ [Guess]| all.iter().map(|guess| guess.title.clone()).collect::<Vec<_>>();
    if titles(was) != titles(is) {
        return vec![format!("{manager} guesses something else")];
    }
    let pairs = || was.iter().zip(is);
    *reworded += pairs().filter(|(was, is)| was.prose.differs(&is.prose)).count();
    let told: Vec<String> = pairs().filter_map(|(was, is)| found(was, is, &manager)).collect();
    if frozen || told.is_empty() {
        return told;
    }
    vec![format!("{manager} says otherwise which items were guessed")]
}

/// What the manager says now of one guess: whether it is on the list, and as which item.
fn found(was: &Guess, is: &Guess, manager: &str) -> Option<String> {
    let item = |guess: &Guess| guess.r#ref.as_ref().map(|item| item.value.clone());
    let title = code(&is.title);
    match (item(was), item(is)) {
        (None, None) => None,
        (Some(was), Some(is)) if Ref::key(&was) == Ref::key(&is) => None,
        (None, Some(_)) => Some(format!("{manager} found {title} on the list")),
        (Some(_), None) => Some(format!("{manager} does not find {title} on the list any more")),
        (Some(was), Some(is)) => {
            let (is, was) = (code(&is), code(&was));
            Some(format!("{manager} found {title} on the list as {is}, was {was}"))
        }
    }
}

/// Of what is hidden nobody can tell what became of it, nor of what was hidden what it was.
fn hidden(list: &List) -> &'static str {
    match (list.cut_short, list.items.is_empty()) {
        (true, true) => "no item of the list can be seen any more",
        (true, false) => "a part of the list is hidden, so what changes on it cannot be told",
        (false, _) => "nothing of the list is hidden any more; what else changes cannot be told",
    }
}

/// What hubs say now that they did not say before. Nobody speaks for what is no hub now.
fn agreements(was: &List, is: &List, is_hub: impl Fn(&str) -> bool, told: &mut Vec<String>) {
    let said = |list: &List, hub: &str| {
        let hub = likeness(hub);
        let mut all = list.agreements.iter();
        let found = all.find(|agreement| likeness(&agreement.hub.value) == hub);
        found.map(|agreement| agreement.agreed.clone())
    };
    let mut seen = BTreeSet::new();
    for agreement in is.agreements.iter().chain(&was.agreements) {
        let hub = &agreement.hub.value;
        if !seen.insert(likeness(hub)) {
            continue;
        }
        let (was, is) = (said(was, hub), said(is, hub));
        if is_hub(hub) {
            let or_not_yet = |said: Option<Agreed>| said.unwrap_or(Agreed::NotYet);
            told.extend(agreement_of(&plain(hub), &or_not_yet(was), &or_not_yet(is)));
        } else if was.is_none() {
            told.push(format!("{} is no hub of this round", code(hub)));
        }
    }
}

fn agreement_of(hub: &str, was: &Agreed, is: &Agreed) -> Option<String> {
    Some(match (was, is) {
        (was, is) if was == is => return None,
        (_, Agreed::Yes) => format!("{hub} agrees now"),
        (Agreed::Yes, Agreed::NotYet) => format!("{hub} does not agree any more"),
        (_, Agreed::NotYet) => format!("{hub} does not agree yet"),
        (_, Agreed::Other(word)) => format!("{hub} says {} now", code(word)),
    })
}

fn items(before: &Side, after: &Side, frozen: bool, told: &mut Vec<String>, reworded: &mut usize) {
    let pairs: Vec<(&Item, Option<Was>)> =
        after.product.items().iter().map(|item| (item, Was::of(item, before, after))).collect();
    let late = late(frozen);
    let moved = moved(&pairs);
    for (item, was) in &pairs {
        let Some(was) = was else {
            let status = unless_submitted(", ", &item.status);
            told.push(format!("new at {}{late}: {}{status}", item.position, owned(item)));
            continue;
        };
        told.extend(same_item(was, item, moved.contains(&item.position), late));
        *reworded += usize::from(was.item.prose.differs(&item.prose));
    }
    // Who is not to be seen may be where the list is hidden.
    let is_hidden = after.product.list.list().is_some_and(|list| list.cut_short);
    for old in before.product.items().iter().filter(|_| !is_hidden) {
        let is_there = (!old.is_copy() && after.item(&old.r#ref.text).is_some())
            || pairs
                .iter()
                .any(|(_, was)| was.as_ref().is_some_and(|was| std::ptr::eq(was.item, old)));
        if !is_there {
            let was = unless_submitted(", was ", &old.status);
            told.push(format!("taken away{late}: {}{was}", code(&old.title)));
        }
    }
}

/// What an item was before.
struct Was<'a> {
    item: &'a Item,
    /// The product it came from, if that is another.
    from: Option<&'a Product>,
}

impl<'a> Was<'a> {
    /// By its ref, on whatever list; or by being most likely the same though its ref is another.
    /// Of two with one ref only the one that had it first is what that was.
    fn of(item: &Item, before: &Side<'a, '_>, after: &Side) -> Option<Was<'a>> {
        let by_ref = || before.item(&item.r#ref.text);
        if let Some((product, old)) = (!item.is_copy()).then(by_ref).flatten() {
            let from = (product.key != before.product.key).then_some(product);
            return Some(Was { item: old, from });
        }
        before
            .product
            .items()
            .iter()
            .filter(|old| old.is_copy() || after.item(&old.r#ref.text).is_none())
            .find(|old| item.is_most_likely(old) || item.is_the_same_copy(old))
            .map(|old| Was { item: old, from: None })
    }
}

/// What became of an item that was there, on this list or on another one.
fn same_item(was: &Was, item: &Item, is_moved: bool, late: &str) -> Vec<String> {
    let Was { item: old, from } = was;
    let title = code(&item.title);
    let mut told = Vec::new();
    if let Some(from) = from {
        told.push(format!("{title} came from {}{late}", plain(&from.name)));
    } else if is_moved {
        let (from, to) = (old.position, item.position);
        told.push(format!("{title} moved from {from} to {to}{late}"));
    }
    if old.title != item.title {
        told.push(format!("{} is called {title} now", code(&old.title)));
    }
    if Ref::key(&old.r#ref.text) != Ref::key(&item.r#ref.text) {
        let (is, was) = (code(&item.r#ref.text), code(&old.r#ref.text));
        told.push(format!("the ref of {title} is {is} now, was {was}"));
    }
    told.extend(facts(old, item, &title));
    told
}

/// The places of the items that somebody moved.
fn moved(pairs: &[(&Item, Option<Was>)]) -> BTreeSet<usize> {
    let kept: Vec<(usize, usize)> = pairs
        .iter()
        .filter_map(|(item, was)| {
            let was = was.as_ref().filter(|was| was.from.is_none())?;
            Some((item.position, was.item.position))
        })
        .collect();
    order::moved(&kept)
}

/// What is different about one item.
fn facts(was: &Item, is: &Item, title: &str) -> Vec<String> {
    let mut told = Vec::new();
    if was.status != is.status {
        told.push(step(was, is, title));
    }
    told.extend(person("owner", was.owner.as_ref(), is.owner.as_ref(), title));
    told.extend(person("deputy", was.deputy.as_ref(), is.deputy.as_ref(), title));
    for (what, was, is) in [("developer", &was.devs, &is.devs), ("`With`", &was.with, &is.with)] {
        let are_same = are_same(was, is);
        let (was, is) = (first_names(was), first_names(is));
        if was != is && !are_same {
            told.push(format!("{what} of {title} is now {is}, was {was}"));
        }
    }
    let size = |estimate: &Option<Placed<Estimate>>| {
        estimate.as_ref().map(|estimate| match &estimate.value {
            Estimate::Unknown => "?".to_owned(),
            Estimate::Known(effort) => effort.to_string(),
            Estimate::Other(written) => code(written),
        })
    };
    for (key, was, is) in [
        ("estimate", size(&was.estimate), size(&is.estimate)),
        ("guessed size", size(&was.feels_like), size(&is.feels_like)),
    ] {
        match (was, is) {
            (was, is) if was == is => {}
            (None, Some(is)) => told.push(format!("{key} of {title} is {is}")),
            (Some(was), Some(is)) => told.push(format!("{key} of {title} is now {is}, was {was}")),
            (_, None) => told.push(format!("{key} of {title} is taken away")),
        }
    }
    match (size(&was.took), size(&is.took)) {
        (was, is) if was == is => {}
        (_, Some(took)) => told.push(format!("{title} took {took}")),
        (_, None) => told.push(format!("nothing is said any more of how long {title} took")),
    }
    // Why it was skipped is told with the step.
    let skipped = was.status != is.status && is.status == Status::Skipped;
    for (key, was, is) in
        texts(was, is).into_iter().filter(|(key, ..)| *key != Key::Reason || !skipped)
    {
        let word = key.word();
        match (was, is) {
            (was, is) if was == is => {}
            (_, Some(is)) => told.push(format!("`{word}` of {title} is now {}", code(&is))),
            (_, None) => told.push(format!("`{word}` of {title} is taken away")),
        }
    }
    told
}

/// The facts that are plain words, in both states.
fn texts(was: &Item, is: &Item) -> Vec<(Key, Option<String>, Option<String>)> {
    let of = |item: &Item| {
        [
            (Key::Hub, item.hub.as_ref().map(|it| it.value.clone())),
            (Key::Kind, item.kind.as_ref().map(|it| it.value.word().to_owned())),
            (Key::Ticket, item.ticket.as_ref().map(|it| it.value.clone())),
            (Key::DoneWhen, item.done_when.as_ref().map(|it| it.value.clone())),
            (Key::Reason, reason(item)),
            (
                Key::Next,
                item.next.as_ref().map(|next| {
                    format!("{} {}", next.value.step.word(), next.value.words).trim().to_owned()
                }),
            ),
            (Key::Note, item.note.as_ref().map(|it| it.value.clone())),
        ]
    };
    of(was).into_iter().zip(of(is)).map(|((key, was), (_, is))| (key, was, is)).collect()
}

fn reason(item: &Item) -> Option<String> {
    let reason = &item.reason.as_ref()?.value;
    Some(match &reason.category {
        Some(category) => format!("{category}: {}", reason.sentence),
        None => reason.sentence.clone(),
    })
}

fn step(was: &Item, is: &Item, title: &str) -> String {
    let again = match (&was.status, &is.status) {
        (Status::Done | Status::SignedOff, Status::Started) => " again",
        _ => "",
    };
    let why = match (&is.status, reason(is)) {
        (Status::Skipped, Some(reason)) => format!(": {}", code(&reason)),
        _ => String::new(),
    };
    format!("{title} {}{again}, was {}{why}", status(&is.status), status(&was.status))
}

fn status(status: &Status) -> String {
    match status {
        Status::Other(word) => code(word),
        known => known.word().to_owned(),
    }
}

fn person(what: &str, was: Option<&Mention>, is: Option<&Mention>, title: &str) -> Option<String> {
    match (was, is) {
        (None, None) => None,
        (Some(was), None) => Some(format!("{what} of {title} is nobody, was {}", first_name(was))),
        (None, Some(is)) => Some(format!("{what} of {title} is now {}", first_name(is))),
        (Some(was), Some(is)) => (!is_same(was, is)).then(|| {
            let (now, before) = now_and_before(is, was);
            format!("{what} of {title} is now {now}, was {before}")
        }),
    }
}
