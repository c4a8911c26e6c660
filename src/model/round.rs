//! A round: one week and all around it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;

use super::{
    Decision, Effort, Guesses, History, Item, List, ListFile, Mention, Outcome, People, Prose,
    Record, Survey, When, Zone,
};
use crate::finding::{Place, Placed};

/// Everything in one folder of `content/`.
#[derive(Clone, Debug, PartialEq)]
pub struct Round {
    /// The folder's name, which is also its address.
    pub slug: String,
    pub title: String,
    pub zone: Zone,
    pub coordinators: Vec<Mention>,
    pub hubs: Vec<Placed<String>>,
    pub dates: Dates,
    pub limits: Limits,
    /// In the order of round.toml.
    pub products: Vec<Product>,
    pub capacity: Option<Capacity>,
    pub decision_rule: Option<DecisionRule>,
    pub invitation: Option<Page>,
    pub rules: Option<Page>,
    pub faq: Option<Page>,
    /// Other Markdown files of the folder, by name.
    pub pages: Vec<Page>,
    pub survey: Option<Survey>,
    /// survey.md is there and could not be read as text; a finding of the reader says why.
    pub survey_refused: bool,
    pub decision: Option<Decision>,
    pub record: Option<Record>,
    /// Files under `lists/` or `guesses/` that belong to no product.
    pub strays: Vec<StrayList>,
    /// Every file under the round's folder, relative to the root: what a link may lead to.
    pub files: BTreeSet<String>,
    pub history: History,
    pub people: Arc<People>,
    /// round.toml as a whole.
    pub place: Place,
    /// The path of the folder, relative to the root: `content/2026-summer`.
    pub folder: String,
}

impl Round {
    pub fn lists(&self) -> impl Iterator<Item = (&Product, &List)> {
        self.products.iter().filter_map(|product| Some((product, product.list.list()?)))
    }

    /// All items of all lists, product by product, in order of priority.
    pub fn items(&self) -> impl Iterator<Item = (&Product, &Item)> {
        self.lists().flat_map(|(product, list)| list.items.iter().map(move |item| (product, item)))
    }

    /// Whether any item has a ref that another one had first.
    pub fn has_copies(&self) -> bool {
        self.items().any(|(_, item)| item.is_copy())
    }

    /// The item with that ref, in any case; of two the one that had it first.
    pub fn item(&self, r#ref: &str) -> Option<(&Product, &Item)> {
        let key = super::Ref::key(r#ref);
        let mut all =
            self.items().filter(|(_, item)| super::Ref::has_key(&item.r#ref.text, &key)).peekable();
        let first = all.peek().copied();
        all.find(|(_, item)| !item.is_copy()).or(first)
    }

    /// The same, for whoever knows the key of the product on whose list it most likely is.
    pub fn item_near(&self, product: &str, r#ref: &str) -> Option<(&Product, &Item)> {
        let key = super::Ref::key(r#ref);
        let near = self.products.iter().find(|it| it.key == product).and_then(|product| {
            let items = product.items().iter();
            let mut items =
                items.filter(|item| !item.is_copy() && super::Ref::has_key(&item.r#ref.text, &key));
            Some((product, items.next()?))
        });
        near.or_else(|| self.item(r#ref))
    }

    /// All items by the key of their ref, for whoever looks for many: of two with one ref the one
    /// that had it first.
    pub fn items_by_ref(&self) -> HashMap<String, (&Product, &Item)> {
        let mut items = HashMap::new();
        let (copies, own): (Vec<_>, Vec<_>) = self.items().partition(|(_, item)| item.is_copy());
        for (product, item) in own.into_iter().chain(copies) {
            items.entry(super::Ref::key(&item.r#ref.text)).or_insert((product, item));
        }
        items
    }

    /// For each product, in order, the one of an earlier state of this round whose list it has now:
    /// the one of the same key or, for a list with a new name, the one that is gone and shares most
    /// of its refs.
    pub fn earlier<'b>(&self, before: &'b Round) -> Vec<Option<&'b Product>> {
        let keys: HashSet<&str> = self.products.iter().map(|it| it.key.as_str()).collect();
        let (there, gone): (Vec<&Product>, Vec<&Product>) =
            before.products.iter().partition(|it| keys.contains(it.key.as_str()));
        let there: HashMap<&str, &Product> =
            there.into_iter().map(|it| (it.key.as_str(), it)).collect();
        let mut holders: HashMap<String, Vec<usize>> = HashMap::new();
        for (number, product) in gone.iter().enumerate() {
            for key in product.refs() {
                holders.entry(key).or_default().push(number);
            }
        }
        let most_shared = |product: &Product| {
            let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
            // Most often nothing is gone, and then nobody needs refs.
            let refs = if gone.is_empty() { BTreeSet::new() } else { product.refs() };
            for number in refs.iter().filter_map(|key| holders.get(key)).flatten() {
                *shared.entry(*number).or_default() += 1;
            }
            let (number, _) = shared.into_iter().max_by_key(|(_, shared)| *shared)?;
            Some(gone[number])
        };
        self.products
            .iter()
            .map(|it| there.get(it.key.as_str()).copied().or_else(|| most_shared(it)))
            .collect()
    }

    /// Whether this can only be what another one was in an earlier state, be its folder called as it
    /// may: two are the same of its title, its week and the refs on its lists.
    pub fn is_surely(&self, earlier: &Round) -> bool {
        let refs = |round: &Round| -> BTreeSet<String> {
            round.products.iter().flat_map(Product::refs).collect()
        };
        let are_same =
            |refs: BTreeSet<String>, others: BTreeSet<String>| !refs.is_empty() && refs == others;
        match (self.title == earlier.title, self.week() == earlier.week()) {
            (true, true) => true,
            (true, false) | (false, true) => are_same(refs(self), refs(earlier)),
            (false, false) => false,
        }
    }

    /// The path of a file in this round's folder, relative to the root.
    pub fn path(&self, file: &str) -> String {
        format!("{}/{file}", self.folder)
    }

    /// Whether nothing is open any more: the decision is written. A decision.md that does not say
    /// what was decided decides nothing.
    pub fn is_decided(&self) -> bool {
        let outcome = self.decision.as_ref().and_then(|decision| decision.outcome.as_ref());
        outcome.is_some_and(|outcome| Outcome::KNOWN.contains(&outcome.value))
    }

    /// Whether it is decided and both sides have been heard: until the survey has closed, somebody
    /// may have begun decision.md early, and still nobody forgets to ask.
    pub fn is_settled(&self, now: Timestamp) -> bool {
        self.is_decided() && now >= self.dates.survey_closes.end()
    }

    /// The days of the week itself.
    pub fn week(&self) -> (Date, Date) {
        (self.dates.week_first.date(), self.dates.week_last.date())
    }
}

/// The dates of a round, each with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dates {
    pub invitation: When,
    pub lists_due: When,
    pub week_first: When,
    pub week_last: When,
    pub survey_opens: When,
    pub survey_closes: When,
    /// Days after the survey opened.
    pub reminders: Vec<Placed<u32>>,
}

/// The numbers of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How many items a list has: 10 unless the round says otherwise.
    pub items: usize,
    /// What is estimated longer can only be skipped: 5 days unless the round says otherwise.
    pub estimate: Effort,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { items: 10, estimate: Effort::from_days(5) }
    }
}

/// A product with its list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// The key in round.toml and the name of its files.
    pub key: String,
    pub name: String,
    pub manager: Mention,
    /// The hubs that must agree; all of the round's when left out.
    pub hubs: Vec<Placed<String>>,
    pub list: ListFile,
    pub guesses: Option<Guesses>,
    /// The key's place in round.toml.
    pub place: Place,
    /// `content/<round>/lists/<key>.md`, there or not.
    pub list_path: Arc<str>,
    pub guesses_path: Arc<str>,
}

impl Product {
    /// The items that are there, most important first.
    pub fn items(&self) -> &[Item] {
        self.list.list().map_or(&[], |list| &list.items)
    }

    /// The keys of the refs on its list.
    fn refs(&self) -> BTreeSet<String> {
        self.items().iter().map(|item| super::Ref::key(&item.r#ref.text)).collect()
    }
}

/// Who can work in the week. Days are person-days.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capacity {
    pub developers: f64,
    pub support_days: f64,
    pub away_days: f64,
    /// Working days of the quarter the week is taken from.
    pub quarter_days: f64,
}

/// What must be true for another round, written before the week.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionRule {
    /// The ref of a question of the survey.
    pub question: Placed<String>,
    /// The choices that count as yes. Empty: the first choice.
    pub counts_as_yes: Vec<Placed<String>>,
    /// Answered of asked, over both sides; 0 to 1.
    pub answered: f64,
    /// Yes of the answers to that question; 0 to 1.
    pub yes: f64,
    pub place: Place,
}

/// A Markdown page of a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The file's name without `.md`.
    pub name: String,
    /// The heading, or the name where there is none.
    pub title: String,
    pub prose: Prose,
    pub place: Place,
}

/// A file among the lists or guesses that no product owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrayList {
    /// The file's name without `.md`.
    pub name: String,
    pub place: Place,
}
