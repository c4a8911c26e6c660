//! From versions of lists to the story of their items. Pure.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::Timestamp;

use crate::content::list::{self, Known};
use crate::content::notes::Notes;
use crate::content::source::Source;
use crate::model::{
    Change, Commit, Frozen, FrozenItem, History, Item, List, People, Product, Ref, Status, Taken,
};
use crate::words::{are_shared, fold, likeness, nearest};

mod frozen;
#[cfg(test)]
mod tests;

use frozen::{Stood, frozen};

/// A list as one commit left it: its items in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Version {
    items: Vec<Standing>,
    /// What all headings say, in order, of a list of which some are hidden.
    hides: Option<Vec<String>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Standing {
    r#ref: String,
    /// What the ref is compared by.
    key: String,
    /// Whether somebody wrote the ref. One that is made from the title is nobody's intention.
    is_written: bool,
    title: String,
    position: usize,
    /// Whoever owns it, as far as names can be compared. Asked only where nobody wrote a ref.
    owner: Option<String>,
    /// What its prose is compared by, if there is any. Asked only where nobody wrote a ref.
    prose: Option<u64>,
    status: Status,
}

impl Standing {
    /// `ref`: the one that its list alone gives it.
    fn of(item: &Item, r#ref: String) -> Standing {
        let is_written = item.r#ref.place.is_some();
        let owner = item.owner.as_ref().filter(|_| !is_written);
        let prose = Some(item.prose.text.trim()).filter(|text| !is_written && !text.is_empty());
        Standing {
            key: Ref::key(&r#ref),
            is_written,
            r#ref,
            title: item.title.clone(),
            position: item.position,
            owner: owner.map(|owner| fold(&owner.written)),
            prose: prose.map(hash),
            status: item.status.clone(),
        }
    }

    /// Whether this may be what stood on the list before, where nobody had written a ref.
    fn is_heir_of(&self, was: &Standing, by: Trait) -> bool {
        !was.is_written
            && match by {
                Trait::Title => likeness(&self.title) == likeness(&was.title),
                Trait::Place => {
                    !self.is_written
                        && self.position == was.position
                        && self.owner.is_some()
                        && self.owner == was.owner
                        && self.says_what(was)
                }
            }
    }

    /// Whether its words are those of another with a new title, and not another wish.
    fn says_what(&self, was: &Standing) -> bool {
        (self.prose.is_some() && self.prose == was.prose)
            || nearest(&self.title, [was.title.as_str()]).is_some()
            || are_shared(&self.title, &was.title)
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// By what an item is known again that has another ref.
#[derive(Clone, Copy)]
enum Trait {
    Title,
    /// And its owner, and what it says.
    Place,
}

/// A commit that changed lists of a round.
#[derive(Debug)]
pub(super) struct Step<'a> {
    pub commit: &'a Commit,
    pub lists: Vec<(&'a str, Left<'a>)>,
    /// What was done to lists of the round on a branch that it merged.
    pub drafts: Vec<Draft<'a>>,
    /// Whether what it left may be older, from a commit that is missing.
    pub is_cut: bool,
}

/// What a commit of a branch did to a list, whichever that was.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub commit: &'a Commit,
    pub before: Left<'a>,
    pub after: Left<'a>,
}

/// What a commit left in the place of a list.
#[derive(Clone, Copy, Debug)]
pub(super) enum Left<'a> {
    List(&'a Version),
    /// Something that is no text, or two edits that were not put together. Nobody took the items
    /// off: they count as they last stood.
    Unreadable,
    /// Git has not got it, so nobody knows.
    Lost,
    Nothing,
}

impl<'a> Step<'a> {
    /// Whether git has not got all of it.
    pub fn is_lost(&self) -> bool {
        let drafts = self.drafts.iter().flat_map(|draft| [&draft.before, &draft.after]);
        let mut all = self.lists.iter().map(|(_, left)| left).chain(drafts);
        all.any(|left| matches!(left, Left::Lost))
    }

    /// The items of the lists that it changed, each with the product of its list.
    fn items(&self) -> impl Iterator<Item = (&'a str, &'a Standing)> {
        self.lists
            .iter()
            .flat_map(|(product, left)| left.items().iter().map(move |item| (*product, item)))
    }
}

impl<'a> Left<'a> {
    fn items(self) -> &'a [Standing] {
        match self {
            Left::List(version) => &version.items,
            Left::Unreadable | Left::Lost | Left::Nothing => &[],
        }
    }
}

/// Who wrote which status on a branch, oldest first, by the key of the item's ref.
#[derive(Default)]
struct Drafted<'a>(HashMap<&'a str, Vec<(&'a Status, &'a Commit)>>);

impl<'a> Drafted<'a> {
    fn of(step: &Step<'a>) -> Drafted<'a> {
        let mut drafted = Drafted::default();
        // They come newest first, and of two of one second neither has a later date.
        let mut drafts: Vec<&Draft> = step.drafts.iter().rev().collect();
        drafts.sort_by_key(|draft| draft.commit.at);
        for Draft { commit, before, after } in drafts {
            let before: HashSet<(&str, &str)> =
                before.items().iter().map(|item| (item.key.as_str(), item.status.word())).collect();
            for item in after.items() {
                if !before.contains(&(item.key.as_str(), item.status.word())) {
                    drafted.0.entry(&item.key).or_default().push((&item.status, commit));
                }
            }
        }
        drafted
    }

    /// The commit by which an item got its status: the first on the branch that wrote it since the
    /// item got the one before, or the one on the line; `None` if it may be one that is missing.
    fn writer(&self, item: &Standing, was: Option<Last>, step: &Step<'a>) -> Option<&'a Commit> {
        self.of_item(item, was)
            .filter(|(status, commit)| **status == item.status && commit.at < step.commit.at)
            .map(|(_, commit)| commit)
            .next()
            .or_else(|| (!step.is_cut && !step.is_lost()).then_some(step.commit))
    }

    /// What was written of an item since it got the status before.
    fn of_item(
        &self,
        item: &Standing,
        was: Option<Last>,
    ) -> impl Iterator<Item = (&'a Status, &'a Commit)> {
        let all = self.0.get(item.key.as_str()).into_iter().flatten().copied();
        all.filter(move |(_, commit)| was.is_none_or(|was| commit.at > was.since))
    }

    /// Since when an item has the status that the step leaves it in.
    fn since(&self, item: &Standing, was: Option<Last>, step: &Step<'a>) -> Timestamp {
        match was.filter(|was| *was.status == item.status) {
            Some(was) => was.since,
            None => self.writer(item, was, step).map_or(Timestamp::MIN, |commit| commit.at),
        }
    }
}

/// Reads an old text of a list. Who the owners were does not matter here, nor what was wrong.
pub(super) fn version(source: &Source) -> Version {
    let known = Known { people: &People::default(), hubs: &[] };
    let list = list::read(source, known, &mut Notes::default());
    let items = list.items.iter().map(|item| Standing::of(item, item.r#ref.text.clone())).collect();
    Version { items, hides: hides(&list, &source.text) }
}

/// The same of a list that has been read already, in a site or not: where no ref was written, the
/// one that it has now may be another than the list alone would give it.
pub(super) fn standing(list: &List, text: &str) -> Version {
    let stands = |(item, r#ref): (&Item, String)| Standing::of(item, r#ref);
    let items = list.items.iter().zip(own_refs(list)).map(stands).collect();
    Version { items, hides: hides(list, text) }
}

/// What an open comment hides is no item, and yet its heading stands there.
fn hides(list: &List, text: &str) -> Option<Vec<String>> {
    let heading = |line: &str| {
        let title = line.trim_start().strip_prefix('#')?.trim_start_matches('#').trim();
        Some(likeness(list::typed_number(title).0))
    };
    list.cut_short.then(|| text.lines().filter_map(heading).collect())
}

/// The refs that the list alone gives its items.
fn own_refs(list: &List) -> impl Iterator<Item = String> {
    let mut taken = Taken::default();
    list.items.iter().map(move |item| match item.r#ref.place {
        Some(_) => {
            taken.take(&item.r#ref.text);
            item.r#ref.text.clone()
        }
        None => taken.free(&Ref::from_title(&item.title)),
    })
}

/// What the steps of a round, oldest first, tell of it. `due` is when its lists were due.
pub(super) fn history(steps: &[Step], due: Timestamp, now: Timestamp) -> History {
    let mut trail = Trail::default();
    let mut changes: Vec<(usize, Change)> = Vec::new();
    let mut frozen = frozen(steps, due, now);
    for (number, step) in steps.iter().enumerate() {
        for (item, change) in trail.take(step) {
            // What was written on a branch comes to the line after what others did meanwhile.
            let is_draft = change.commit != step.commit.id;
            let is_later = |(_, other): &&(usize, Change)| is_draft && other.at > change.at;
            let later = changes.iter().rev().take_while(is_later).count();
            changes.insert(changes.len() - later, (item, change));
        }
        for Stood { product, texts } in frozen.iter_mut().flatten() {
            let of_step = texts.iter_mut().filter(|(text, _)| text.step == number);
            of_step.for_each(|(text, items)| *items = trail.items(product, text.version));
        }
    }
    let changes = changes.into_iter().map(|(item, change)| trail.call(item, change)).collect();
    let all = frozen.iter().flatten();
    let untold = all.filter(|stood| stood.texts.is_empty()).map(|it| it.product.to_owned());
    let untold = untold.collect();
    let told = |all: Vec<Stood>| {
        all.iter().filter(|it| !it.texts.is_empty()).map(|it| trail.freeze(it)).collect()
    };
    History { frozen: frozen.map(told), untold, changes, ..History::default() }
}

/// Where every item stands, and one that was taken away stood last, for whoever goes through the
/// commits: each of them costs only the lists that it changed.
#[derive(Default)]
struct Trail<'a> {
    lists: HashMap<&'a str, &'a Version>,
    /// By the key of the ref. That there is more than one of it breaks a rule and must be borne.
    last: HashMap<&'a str, Vec<Last<'a>>>,
    /// The lists of which git has not got what they were before.
    lost: HashSet<&'a str>,
    /// What every item is called that ever was, by its number.
    names: Vec<Name<'a>>,
}

/// What an item is called, or was when it was taken off.
struct Name<'a> {
    title: &'a str,
    product: &'a str,
    /// The ref, of one that had another before.
    r#ref: Option<&'a str>,
}

#[derive(Clone, Copy)]
struct Last<'a> {
    /// The number of the item.
    item: usize,
    product: &'a str,
    /// Of the ref it had.
    key: &'a str,
    title: &'a str,
    /// Whether its ref was.
    is_written: bool,
    status: &'a Status,
    /// When it got the status.
    since: Timestamp,
    stands: bool,
}

impl<'a> Trail<'a> {
    /// Takes a step, and says what changed by it, and of which item.
    fn take(&mut self, step: &Step<'a>) -> Vec<(usize, Change)> {
        let mut before = HashMap::new();
        for (product, left) in &step.lists {
            before.extend(self.lift(product, *left).map(|version| (*product, version)));
        }
        let drafted = Drafted::of(step);
        let lost = self.lose(step);
        let all: Vec<(&'a str, &'a Standing)> = step.items().collect();
        // Who stayed on a list comes before who moved to another, and who kept the title before who
        // did not: of two that share a ref, none may be taken for the other.
        let mut stayed: Vec<Option<Last>> = vec![None; all.len()];
        for entitled in [true, false] {
            let open = all.iter().zip(&mut stayed).filter(|(_, stayed)| stayed.is_none());
            for ((product, item), stayed) in open {
                let Some(last) = self.stay(product, item, entitled) else { continue };
                let since = drafted.since(item, Some(*last), step);
                let stands = Last::of(last.item, product, item, since);
                *stayed = Some(std::mem::replace(last, stands));
            }
        }
        let (all, stayed): (Vec<_>, Vec<_>) = all
            .into_iter()
            .zip(stayed)
            .filter(|((product, item), stayed)| stayed.is_some() || !self.is_copied(product, item))
            .unzip();
        let mut from: Vec<Option<Last>> = all
            .iter()
            .zip(&stayed)
            .map(|((_, item), stayed)| stayed.or_else(|| self.leave(item)))
            .collect();
        // Only who is nobody else's by the ref may be known again by anything else.
        for by in [Trait::Title, Trait::Place] {
            let open = all.iter().zip(&mut from).filter(|(_, from)| from.is_none());
            for ((product, item), from) in open {
                *from =
                    before.get(product).and_then(|before| self.inherit(item, product, before, by));
            }
        }
        let mut numbers = Vec::new();
        for (((product, item), stayed), from) in all.iter().zip(stayed).zip(&from) {
            let number = self.name(product, item, *from);
            numbers.push(number);
            if stayed.is_none() {
                let last = Last::of(number, product, item, drafted.since(item, *from, step));
                self.last.entry(&item.key).or_default().push(last);
            }
        }
        all.into_iter()
            .zip(from)
            .zip(numbers)
            .filter(|(((_, item), from), _)| from.is_none_or(|from| *from.status != item.status))
            .filter(|(((product, _), _), _)| !lost.contains(product))
            .filter_map(|(((product, item), from), number)| {
                let commit = drafted.writer(item, from, step)?;
                let drafts = drafted.of_item(item, from).map(|(status, _)| status.clone());
                let change = Change {
                    product: product.to_owned(),
                    product_now: product.to_owned(),
                    r#ref: item.r#ref.clone(),
                    ref_then: item.r#ref.clone(),
                    title: item.title.clone(),
                    from: from.map(|from| from.status.clone()),
                    drafts: drafts.collect(),
                    to: item.status.clone(),
                    at: commit.at,
                    commit: commit.id.clone(),
                };
                Some((number, change))
            })
            .collect()
    }

    /// Notes what an item is called, and says its number.
    fn name(&mut self, product: &'a str, item: &'a Standing, from: Option<Last>) -> usize {
        let Some(Last { item: number, key, .. }) = from else {
            self.names.push(Name { title: &item.title, product, r#ref: None });
            return self.names.len() - 1;
        };
        if let Some(name) = self.names.get_mut(number) {
            (name.title, name.product) = (&item.title, product);
            if name.r#ref.is_some() || key != item.key {
                name.r#ref = Some(&item.r#ref);
            }
        }
        number
    }

    /// A change, told of its item by what that is called now.
    fn call(&self, item: usize, change: Change) -> Change {
        let Some(name) = self.names.get(item) else { return change };
        let r#ref = name.r#ref.map_or(change.r#ref, str::to_owned);
        let product_now = name.product.to_owned();
        Change { r#ref, title: name.title.to_owned(), product_now, ..change }
    }

    /// The numbers of the items of a list that has just been taken, or stood last.
    fn items(&self, product: &str, version: &Version) -> Vec<Option<usize>> {
        let number = |item: &Standing| {
            let is_it = |last: &&Last| last.product == product && last.title == item.title;
            self.last.get(item.key.as_str())?.iter().rfind(is_it).map(|last| last.item)
        };
        version.items.iter().map(number).collect()
    }

    /// A list as it stood, its items told of by what they are called now.
    fn freeze(&self, stood: &Stood) -> Frozen {
        let items = stood.items().into_iter().map(|(item, number)| {
            let name = number.and_then(|number| self.names.get(number)?.r#ref);
            let then = FrozenItem::new(&item.r#ref, &item.title);
            FrozenItem { r#ref: name.map_or(then.r#ref, str::to_owned), ..then }
        });
        Frozen { product: stood.product.to_owned(), items: items.collect() }
    }

    /// The lists that git had not got before the step: who changed what of them is not known.
    fn lose(&mut self, step: &Step<'a>) -> HashSet<&'a str> {
        let mut found = HashSet::new();
        for (product, left) in &step.lists {
            let was_lost = match left {
                Left::Lost => !self.lost.insert(product),
                _ => self.lost.remove(product),
            };
            if was_lost {
                found.insert(*product);
            }
        }
        found
    }

    /// A list is another now: nobody stands on it until it has been looked at. Returns what it was.
    fn lift(&mut self, product: &'a str, left: Left<'a>) -> Option<&'a Version> {
        let before = match left {
            Left::List(version) => self.lists.insert(product, version),
            Left::Nothing => self.lists.remove(product),
            Left::Unreadable | Left::Lost => None,
        };
        for item in before.into_iter().flat_map(|before| &before.items) {
            let all = self.last.get_mut(item.key.as_str()).into_iter().flatten();
            all.filter(|last| last.product == product).for_each(|last| last.stands = false);
        }
        before
    }

    /// An item that stood on the same list before, with the same title or with any.
    fn stay(&mut self, product: &str, item: &Standing, entitled: bool) -> Option<&mut Last<'a>> {
        let was_here = |last: &&mut Last| !last.stands && last.product == product;
        let all = self.last.get_mut(item.key.as_str())?;
        all.iter_mut().filter(was_here).find(|last| !entitled || last.title == item.title)
    }

    /// Whether an item that is new on its list was copied from one that still stands, with its ref.
    /// Until that one is gone, what is told of the ref is told of it. Under the same title on another
    /// list it is rather on its way there.
    fn is_copied(&self, product: &str, item: &Standing) -> bool {
        let is_copy_of = |last: &Last| {
            last.stands
                && last.is_written
                && (last.product == product || likeness(last.title) != likeness(&item.title))
        };
        let all = self.last.get(item.key.as_str()).filter(|_| item.is_written);
        all.is_some_and(|all| all.iter().any(is_copy_of))
    }

    /// What an item was that is new on its list: the one that left another list or, where
    /// somebody wrote the same ref, still stands there; whoever moves an item may write it down
    /// first and take it away later. Only the title in common is not enough for that.
    fn leave(&mut self, item: &Standing) -> Option<Last<'a>> {
        let all = self.last.get_mut(item.key.as_str())?;
        match all.iter().rposition(|last| !last.stands) {
            Some(at) => Some(all.remove(at)),
            None => all.last().filter(|_| item.is_written).copied(),
        }
    }

    /// What an item was on its list before somebody wrote its ref, or another title that makes
    /// another ref.
    fn inherit(
        &mut self,
        item: &Standing,
        product: &str,
        before: &Version,
        by: Trait,
    ) -> Option<Last<'a>> {
        before.items.iter().filter(|was| item.is_heir_of(was, by)).find_map(|was| {
            let all = self.last.get_mut(was.key.as_str())?;
            let is_it =
                |last: &Last| !last.stands && last.product == product && last.title == was.title;
            all.iter().rposition(is_it).map(|at| all.remove(at))
        })
    }
}

impl<'a> Last<'a> {
    fn of(number: usize, product: &'a str, item: &'a Standing, since: Timestamp) -> Last<'a> {
        let Standing { key, title, is_written, status, .. } = item;
        let is_written = *is_written;
        Last { item: number, product, key, title, is_written, status, since, stands: true }
    }
}

/// The product and the title of whoever had a ref when it was last one item's alone, by its key.
pub(super) type Holdings<'a> = HashMap<&'a str, (&'a str, &'a str)>;

/// Who had these refs, which more than one item has now.
pub(super) fn holdings<'a>(twice: &HashSet<String>, steps: &[Step<'a>]) -> Holdings<'a> {
    let mut stand: HashMap<&str, Vec<(&str, &str)>> = HashMap::new();
    let mut holdings = Holdings::new();
    for (product, left) in steps.iter().flat_map(|step| &step.lists) {
        if matches!(left, Left::Unreadable | Left::Lost) {
            continue;
        }
        stand.values_mut().for_each(|all| all.retain(|(list, _)| list != product));
        for item in left.items().iter().filter(|item| twice.contains(&item.key)) {
            stand.entry(&item.key).or_default().push((product, &item.title));
        }
        for (key, all) in &stand {
            if let [only] = all.as_slice() {
                holdings.insert(*key, *only);
            }
        }
    }
    holdings
}

/// The last other ref that an item of that title had on the list of that product.
pub(super) fn former<'a>(product: &str, item: &Item, steps: &'a [Step]) -> Option<&'a str> {
    let (title, key) = (likeness(&item.title), Ref::key(&item.r#ref.text));
    let then = steps.iter().flat_map(Step::items);
    then.filter(|(list, it)| *list == product && it.key != key && likeness(&it.title) == title)
        .last()
        .map(|(_, it)| it.r#ref.as_str())
}

/// Tells what happened under a name that a list has no more as what happened to the list that its
/// items are on now. A list that went for good takes its story with it.
pub(super) fn follow(history: &mut History, products: &[Product]) {
    let there: HashSet<&str> = products.iter().map(|product| product.key.as_str()).collect();
    let is_there = |name: &str| there.contains(name);
    let lists = history.frozen.iter().flatten().map(|list| &list.product);
    let of_changes = history.changes.iter().flat_map(|it| [&it.product, &it.product_now]);
    if of_changes.chain(lists).all(|it| is_there(it)) {
        return;
    }
    let holders = holders(products);
    history.changes.retain_mut(|Change { product, product_now, r#ref, .. }| {
        if is_there(product) && is_there(product_now) {
            return true;
        }
        let now = holders.get(&Ref::key(r#ref)).and_then(|all| all.first());
        if let Some(now) = now {
            let gone = [&mut *product, product_now].into_iter().filter(|it| !is_there(it));
            gone.for_each(|gone| gone.clone_from(&products[*now].key));
        }
        now.is_some() || is_there(product)
    });
    if let Some(frozen) = &mut history.frozen {
        let (kept, gone): (Vec<Frozen>, Vec<Frozen>) =
            std::mem::take(frozen).into_iter().partition(|list| is_there(&list.product));
        *frozen = inherited(kept, gone, products, &holders);
    }
}

/// Tells of an item without a written ref by the one that it has on the site: two lists with one
/// title know nothing of each other, and each alone would give it the same.
pub(super) fn readdress(history: &mut History, products: &[Product]) {
    let mut addresses: HashMap<(&str, String), &str> = HashMap::new();
    for (product, list) in products.iter().filter_map(|it| Some((it, it.list.list()?))) {
        if list.items.iter().any(|item| item.r#ref.place.is_none()) {
            for (item, own) in list.items.iter().zip(own_refs(list)) {
                if own != item.r#ref.text {
                    addresses.insert((&product.key, Ref::key(&own)), &item.r#ref.text);
                }
            }
        }
    }
    if addresses.is_empty() {
        return;
    }
    let readdress = |product: &str, r#ref: &mut String| {
        if let Some(address) = addresses.get(&(product, Ref::key(r#ref))) {
            *r#ref = (*address).to_owned();
        }
    };
    for Change { product, product_now, r#ref, ref_then, .. } in &mut history.changes {
        readdress(product_now, r#ref);
        readdress(product, ref_then);
    }
    for Frozen { product, items } in history.frozen.iter_mut().flatten() {
        for FrozenItem { r#ref, ref_then, .. } in items {
            readdress(product, r#ref);
            readdress(product, ref_then);
        }
    }
}

/// The numbers of the products on whose lists a ref stands, by its key.
type Holders = HashMap<String, Vec<usize>>;

fn holders(products: &[Product]) -> Holders {
    let mut holders = Holders::new();
    for (number, product) in products.iter().enumerate() {
        for item in product.items() {
            let all = holders.entry(Ref::key(&item.r#ref.text)).or_default();
            if all.last() != Some(&number) {
                all.push(number);
            }
        }
    }
    holders
}

/// The lists that were frozen, with those that are gone under the name of the one that has at least
/// half of their items now, unless that had a list of its own.
fn inherited(
    mut kept: Vec<Frozen>,
    gone: Vec<Frozen>,
    products: &[Product],
    holders: &Holders,
) -> Vec<Frozen> {
    let mut had: HashSet<String> = kept.iter().map(|list| list.product.clone()).collect();
    for mut list in gone {
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for number in list.items.iter().filter_map(|item| holders.get(&Ref::key(&item.r#ref))) {
            number.iter().for_each(|number| *shared.entry(*number).or_default() += 1);
        }
        let heir = shared
            .into_iter()
            .filter(|(number, _)| !had.contains(&products[*number].key))
            .filter(|(_, shared)| shared * 2 >= list.items.len())
            .max_by_key(|(_, shared)| *shared);
        if let Some((number, _)) = heir {
            list.product = products[number].key.clone();
            had.insert(list.product.clone());
            kept.push(list);
        }
    }
    kept
}
