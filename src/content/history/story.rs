//! From versions of lists to the story of their items. Pure.

use std::collections::BTreeMap;

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
        .map(|item| Standing { r#ref: item.r#ref.text, title: item.title, status: item.status })
        .collect();
    Version { items }
}

/// The same of a list that has been read already, in a site or not: where no ref was written, the
/// one that it has now may be another than the list alone would give it.
pub(super) fn standing(list: &List) -> Version {
    let mut taken = Taken::default();
    let mut own = |item: &Item| match item.r#ref.place {
        Some(_) => {
            taken.take(&item.r#ref.text);
            item.r#ref.text.clone()
        }
        None => taken.free(&Ref::from_title(&item.title)),
    };
    let stands = |item: &Item| Standing {
        r#ref: own(item),
        title: item.title.clone(),
        status: item.status.clone(),
    };
    Version { items: list.items.iter().map(stands).collect() }
}

/// What the steps of a round, oldest first, tell of it. `due` is when its lists were due.
pub(super) fn history(steps: &[Step], due: Timestamp) -> History {
    let mut now: BTreeMap<&str, &Version> = BTreeMap::new();
    let mut frozen = None;
    let mut changes = Vec::new();
    for step in steps {
        let before = statuses(&now);
        for (product, version) in &step.lists {
            match version {
                Some(version) => now.insert(product, version),
                None => now.remove(product),
            };
        }
        if step.commit.at <= due {
            frozen = Some(freeze(&now));
        }
        changes.extend(changed(&before, &now, step.commit));
    }
    History { frozen, changes, gap: None }
}

/// Tells what happened under a name that a list has no more as what happened to the list that its
/// items are on now. A list that went for good takes its story with it.
pub(super) fn follow(history: &mut History, products: &[Product]) {
    let is_there = |name: &str| products.iter().any(|product| product.key == name);
    let holds = |product: &Product, r#ref: &str| {
        let key = Ref::key(r#ref);
        product.items().iter().any(|item| Ref::key(&item.r#ref.text) == key)
    };
    history.changes.retain_mut(|change| {
        if is_there(&change.product) {
            return true;
        }
        let now = products.iter().find(|product| holds(product, &change.r#ref));
        if let Some(product) = now {
            change.product = product.key.clone();
        }
        now.is_some()
    });
    let Some(frozen) = &mut history.frozen else { return };
    let (mut kept, gone): (Vec<Frozen>, Vec<Frozen>) =
        std::mem::take(frozen).into_iter().partition(|list| is_there(&list.product));
    for mut list in gone {
        let shared = |product: &Product| {
            list.items.iter().filter(|(r#ref, _)| holds(product, r#ref)).count()
        };
        let heir = products
            .iter()
            .filter(|product| !kept.iter().any(|list| list.product == product.key))
            .filter(|product| shared(product) * 2 >= list.items.len().max(1))
            .max_by_key(|product| shared(product));
        if let Some(product) = heir {
            list.product = product.key.clone();
            kept.push(list);
        }
    }
    *frozen = kept;
}

/// The status of every item of the round, by the key of its ref: an item may move to another list.
fn statuses(lists: &BTreeMap<&str, &Version>) -> BTreeMap<String, Status> {
    lists
        .values()
        .flat_map(|version| &version.items)
        .map(|item| (Ref::key(&item.r#ref), item.status.clone()))
        .collect()
}

fn freeze(lists: &BTreeMap<&str, &Version>) -> Vec<Frozen> {
    lists
        .iter()
        .map(|(product, version)| Frozen {
            product: (*product).to_owned(),
            items: version
                .items
                .iter()
                .map(|item| (item.r#ref.clone(), item.title.clone()))
                .collect(),
        })
        .collect()
}

fn changed(
    before: &BTreeMap<String, Status>,
    lists: &BTreeMap<&str, &Version>,
    commit: &Commit,
) -> Vec<Change> {
    let mut changes = Vec::new();
    for (product, version) in lists {
        for item in &version.items {
            let from = before.get(&Ref::key(&item.r#ref));
            if from != Some(&item.status) {
                changes.push(Change {
                    product: (*product).to_owned(),
                    r#ref: item.r#ref.clone(),
                    from: from.cloned(),
                    to: item.status.clone(),
                    at: commit.at,
                    commit: commit.id.clone(),
                });
            }
        }
    }
    changes
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
