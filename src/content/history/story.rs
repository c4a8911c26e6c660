//! From versions of lists to the story of their items. Pure.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;

use crate::content::list::{self, Known};
use crate::content::notes::Notes;
use crate::content::source::Source;
use crate::model::{
    Change, Commit, Frozen, History, Item, List, People, Product, Ref, Status, Taken,
};

/// A list as one commit left it: its items in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Version {
    items: Vec<Standing>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Standing {
    r#ref: String,
    /// What the ref is compared by.
    key: String,
    /// Whether somebody wrote the ref. One that is made from the title is nobody's intention.
    is_written: bool,
    title: String,
    status: Status,
}

/// A commit that changed lists of a round; `None` for a list it took away.
#[derive(Debug)]
pub(super) struct Step<'a> {
    pub commit: &'a Commit,
    pub lists: Vec<(&'a str, Option<&'a Version>)>,
}

/// Reads an old text of a list. Who the owners were does not matter here, nor what was wrong.
pub(super) fn version(text: &str) -> Version {
    let known = Known { people: &People::default(), hubs: &[] };
    let list = list::read(&Source::new("", text), known, &mut Notes::default());
    let items = list
        .items
        .into_iter()
        .map(|item| Standing {
            key: Ref::key(&item.r#ref.text),
            is_written: item.r#ref.place.is_some(),
            r#ref: item.r#ref.text,
            title: item.title,
            status: item.status,
        })
        .collect();
    Version { items }
}

/// The same of a list that has been read already, in a site or not: where no ref was written, the
/// one that it has now may be another than the list alone would give it.
pub(super) fn standing(list: &List) -> Version {
    let stands = |(item, r#ref): (&Item, String)| Standing {
        key: Ref::key(&r#ref),
        is_written: item.r#ref.place.is_some(),
        r#ref,
        title: item.title.clone(),
        status: item.status.clone(),
    };
    Version { items: list.items.iter().zip(own_refs(list)).map(stands).collect() }
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
pub(super) fn history(steps: &[Step], due: Timestamp) -> History {
    let mut trail = Trail::default();
    let changes = steps.iter().flat_map(|step| trail.take(step)).collect();
    History { frozen: frozen(steps, due), changes, gap: None }
}

/// The lists as the last commit left them that was made before they were due.
fn frozen(steps: &[Step], due: Timestamp) -> Option<Vec<Frozen>> {
    let last = steps.iter().rposition(|step| step.commit.at <= due)?;
    let mut lists: BTreeMap<&str, &Version> = BTreeMap::new();
    for (product, version) in steps[..=last].iter().flat_map(|step| &step.lists) {
        match version {
            Some(version) => lists.insert(product, version),
            None => lists.remove(product),
        };
    }
    Some(lists.into_iter().map(|(product, version)| freeze(product, version)).collect())
}

fn freeze(product: &str, version: &Version) -> Frozen {
    let items = version.items.iter().map(|item| (item.r#ref.clone(), item.title.clone()));
    Frozen { product: product.to_owned(), items: items.collect() }
}

/// Where every item stands, and one that was taken away stood last, for whoever goes through the
/// commits: each of them costs only the lists that it changed.
#[derive(Default)]
struct Trail<'a> {
    lists: HashMap<&'a str, &'a Version>,
    /// By the key of the ref. That there is more than one of it breaks a rule and must be borne.
    last: HashMap<&'a str, Vec<Last<'a>>>,
}

struct Last<'a> {
    product: &'a str,
    title: &'a str,
    status: &'a Status,
    stands: bool,
}

impl<'a> Trail<'a> {
    /// Takes a step, and says what changed by it.
    fn take(&mut self, step: &Step<'a>) -> Vec<Change> {
        for (product, version) in &step.lists {
            self.lift(product, *version);
        }
        let all: Vec<(&str, &Standing)> = step
            .lists
            .iter()
            .flat_map(|(product, version)| Some((*product, (*version)?)))
            .flat_map(|(product, version)| version.items.iter().map(move |item| (product, item)))
            .collect();
        // Who stayed on a list comes before who moved to another: of two that share a ref, none
        // may be taken for the other.
        let stayed: Vec<Option<&Status>> =
            all.iter().map(|(product, item)| self.stay(product, item)).collect();
        let from: Vec<Option<&Status>> = all
            .iter()
            .zip(&stayed)
            .map(|((_, item), stayed)| stayed.or_else(|| self.leave(item)))
            .collect();
        for ((product, item), _) in all.iter().zip(stayed).filter(|(_, stayed)| stayed.is_none()) {
            self.last.entry(&item.key).or_default().push(Last::of(product, item));
        }
        all.into_iter()
            .zip(from)
            .filter(|((_, item), from)| *from != Some(&item.status))
            .map(|((product, item), from)| change(product, item, from, step.commit))
            .collect()
    }

    /// A list is another now: nobody stands on it until it has been looked at.
    fn lift(&mut self, product: &'a str, version: Option<&'a Version>) {
        let before = match version {
            Some(version) => self.lists.insert(product, version),
            None => self.lists.remove(product),
        };
        for item in before.into_iter().flat_map(|before| &before.items) {
            let all = self.last.get_mut(item.key.as_str()).into_iter().flatten();
            all.filter(|last| last.product == product).for_each(|last| last.stands = false);
        }
    }

    /// The status of an item that stood on the same list before.
    fn stay(&mut self, product: &'a str, item: &'a Standing) -> Option<&'a Status> {
        let all = self.last.get_mut(item.key.as_str())?;
        let was_here = |last: &Last| !last.stands && last.product == product;
        let at = all
            .iter()
            .position(|last| was_here(last) && last.title == item.title)
            .or_else(|| all.iter().position(was_here))?;
        Some(std::mem::replace(&mut all[at], Last::of(product, item)).status)
    }

    /// The status of an item that is new on its list: of the one that left another list or, where
    /// somebody wrote the same ref, still stands there; whoever moves an item may write it down
    /// first and take it away later. Only the title in common is not enough for that.
    fn leave(&mut self, item: &Standing) -> Option<&'a Status> {
        let all = self.last.get_mut(item.key.as_str())?;
        match all.iter().rposition(|last| !last.stands) {
            Some(at) => Some(all.remove(at).status),
            None => all.last().filter(|_| item.is_written).map(|last| last.status),
        }
    }
}

impl<'a> Last<'a> {
    fn of(product: &'a str, item: &'a Standing) -> Last<'a> {
        Last { product, title: &item.title, status: &item.status, stands: true }
    }
}

fn change(product: &str, item: &Standing, from: Option<&Status>, commit: &Commit) -> Change {
    Change {
        product: product.to_owned(),
        r#ref: item.r#ref.clone(),
        from: from.cloned(),
        to: item.status.clone(),
        at: commit.at,
        commit: commit.id.clone(),
    }
}

/// Tells what happened under a name that a list has no more as what happened to the list that its
/// items are on now. A list that went for good takes its story with it.
pub(super) fn follow(history: &mut History, products: &[Product]) {
    let there: HashSet<&str> = products.iter().map(|product| product.key.as_str()).collect();
    let is_there = |name: &str| there.contains(name);
    let lists = history.frozen.iter().flatten().map(|list| &list.product);
    if history.changes.iter().map(|change| &change.product).chain(lists).all(|it| is_there(it)) {
        return;
    }
    let holders = holders(products);
    history.changes.retain_mut(|change| {
        if is_there(&change.product) {
            return true;
        }
        let now = holders.get(&Ref::key(&change.r#ref)).and_then(|all| all.first());
        if let Some(product) = now {
            change.product = products[*product].key.clone();
        }
        now.is_some()
    });
    if let Some(frozen) = &mut history.frozen {
        let (kept, gone): (Vec<Frozen>, Vec<Frozen>) =
            std::mem::take(frozen).into_iter().partition(|list| is_there(&list.product));
        *frozen = inherited(kept, gone, products, &holders);
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
        for number in list.items.iter().filter_map(|(r#ref, _)| holders.get(&Ref::key(r#ref))) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(second: i64) -> Commit {
        Commit { id: format!("c{second}"), at: Timestamp::from_second(second).unwrap() }
    }

    fn told(history: &History) -> Vec<String> {
        history
            .changes
            .iter()
            .map(|change| {
                format!(
                    "{} {}: {} > {}",
                    change.commit,
                    change.r#ref,
                    change.from.as_ref().map_or("new", Status::word),
                    change.to.word()
                )
            })
            .collect()
    }

    #[test]
    fn an_item_keeps_its_story_when_it_moves_and_when_its_title_changes() {
        let (one, two, three) = (commit(1), commit(2), commit(3));
        let first = version("# A\n\n## Printer\n- Ref: printer\n- Status: submitted\n");
        let started = version("# A\n\n## Printer jams\n- Ref: printer\n- Status: started\n");
        let (empty, moved) =
            (version("# A\n"), version("# B\n\n## Printer jams\n- Ref: Printer\n- Status: done\n"));
        let steps = [
            Step { commit: &one, lists: vec![("atlas", Some(&first))] },
            Step { commit: &two, lists: vec![("atlas", Some(&started))] },
            Step {
                commit: &three,
                lists: vec![("atlas", Some(&empty)), ("borealis", Some(&moved))],
            },
        ];
        let history = history(&steps, Timestamp::from_second(1).unwrap());
        assert_eq!(
            told(&history),
            [
                "c1 printer: new > submitted",
                "c2 printer: submitted > started",
                "c3 Printer: started > done"
            ]
        );
        assert_eq!(
            history.frozen,
            Some(vec![Frozen {
                product: "atlas".into(),
                items: vec![("printer".into(), "Printer".into())]
            }])
        );
    }

    /// What the steps tell, each of which changes some lists; no text takes the list away.
    fn story(steps: &[&[(&str, Option<&str>)]]) -> Vec<String> {
        let commits: Vec<Commit> = (1..).map(commit).take(steps.len()).collect();
        let versions: Vec<Vec<(&str, Option<Version>)>> = steps
            .iter()
            .map(|lists| lists.iter().map(|(name, text)| (*name, text.map(version))).collect())
            .collect();
        let steps: Vec<Step> = commits
            .iter()
            .zip(&versions)
            .map(|(commit, lists)| Step {
                commit,
                lists: lists.iter().map(|(name, version)| (*name, version.as_ref())).collect(),
            })
            .collect();
        told(&history(&steps, Timestamp::UNIX_EPOCH))
    }

    #[test]
    fn a_commit_to_another_list_changes_nothing_for_two_of_one_name() {
        for written in ["", "- Ref: jams\n"] {
            let started = format!("# A\n\n## Jams\n{written}- Status: started\n");
            let submitted = format!("# B\n\n## Jams\n{written}- Status: submitted\n");
            let done = started.replace("started", "done");
            let story = story(&[
                &[("atlas", Some(&started)), ("borealis", Some(&submitted))],
                &[("corona", Some("# C\n\n## Labels\n"))],
                &[("corona", Some("# C\n\n## Labels\n- Status: done\n"))],
                &[("borealis", Some(&submitted.replace("# B", "# Borealis")))],
                &[("atlas", Some(&done))],
            ]);
            assert_eq!(
                story,
                [
                    "c1 jams: new > started",
                    "c1 jams: new > submitted",
                    "c2 labels: new > submitted",
                    "c3 labels: submitted > done",
                    "c5 jams: started > done"
                ]
            );
        }
    }

    #[test]
    fn of_two_with_one_ref_on_a_list_the_titles_tell_which_is_which() {
        let first = "# A\n\n## One\n- Ref: x\n- Status: done\n\n## Two\n- Ref: x\n";
        let second =
            "# A\n\n## Two\n- Ref: x\n- Status: skipped\n\n## One\n- Ref: x\n- Status: done\n";
        assert_eq!(
            story(&[&[("atlas", Some(first))], &[("atlas", Some(second))]]),
            ["c1 x: new > done", "c1 x: new > submitted", "c2 x: submitted > skipped"]
        );
    }

    #[test]
    fn who_moves_an_item_in_two_commits_moves_its_story() {
        let item = "## Jams\n- Ref: jams\n- Status: started\n";
        let empty = Some("# A\n");
        let (a, b) = (format!("# A\n\n{item}"), format!("# B\n\n{item}"));
        let began: &[_] = &[("atlas", Some(a.as_str()))];
        let written: &[_] = &[("borealis", Some(b.as_str()))];
        let finished = b.replace("started", "done");
        let finished: &[_] = &[("borealis", Some(finished.as_str()))];
        for gone in [&[("atlas", empty)][..], &[("atlas", None)]] {
            for steps in [[began, gone, written, finished], [began, written, gone, finished]] {
                let done = steps.len();
                let done = format!("c{done} jams: started > done");
                assert_eq!(story(&steps), ["c1 jams: new > started", &done]);
            }
        }
    }

    #[test]
    fn an_item_with_the_title_of_another_is_a_new_one() {
        let started = Some("# A\n\n## Jams\n- Status: started\n");
        let fresh = Some("# B\n\n## Jams\n");
        let both = [&[("atlas", started)][..], &[("borealis", fresh)]];
        assert_eq!(story(&both), ["c1 jams: new > started", "c2 jams: new > submitted"]);
        // Unless the other one is gone: then somebody moved it.
        let moved = [&[("atlas", started)][..], &[("atlas", None), ("borealis", fresh)]];
        assert_eq!(story(&moved), ["c1 jams: new > started", "c2 jams: started > submitted"]);
    }

    #[test]
    fn a_list_stands_as_its_text_says_whatever_refs_the_site_gave_it() {
        let text = "# A\n\n## One\n- Status: done\n\n## One\n\n## Two\n- Ref: one-2\n\n## One\n- Ref: ONE\n\n## 3. ✨\n- Ref: !\n";
        let known = Known { people: &People::default(), hubs: &[] };
        let mut list = list::read(&Source::new("a.md", text), known, &mut Notes::default());
        assert_eq!(standing(&list), version(text));
        let other = "# B\n\n## Two\n- Ref: one\n";
        let mut other = list::read(&Source::new("b.md", other), known, &mut Notes::default());
        list::addresses(other.items.iter_mut().chain(&mut list.items));
        assert_ne!(list.items[0].r#ref.text, version(text).items[0].r#ref);
        assert_eq!(standing(&list), version(text));
    }

    #[test]
    fn a_history_that_begins_after_the_deadline_says_nothing_of_the_freeze() {
        let late = commit(9);
        let version = version("# A\n\n## Printer\n");
        let history = history(
            &[Step { commit: &late, lists: vec![("atlas", Some(&version))] }],
            Timestamp::from_second(1).unwrap(),
        );
        assert_eq!(history.frozen, None);
        assert_eq!(history.changes.len(), 1);
    }
}
