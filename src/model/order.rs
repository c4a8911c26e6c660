//! Which place an item had before, and which items somebody moved. Moving one shifts others, which
//! nobody moved. Pure.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};

use super::{FrozenItem, Item, Ref};
use crate::words::likeness;

/// Where each item stood, from 0, among `then`: the ref tells, rather the one that an item has now
/// than the one that it had then, and the title for an item whose ref came later. A copy of an item
/// that is still there stood nowhere, unless nobody can tell it from the other.
pub fn places_then(items: &[Item], then: &[FrozenItem]) -> Vec<Option<usize>> {
    let there: HashSet<String> = items.iter().map(|item| Ref::key(&item.r#ref.text)).collect();
    let (mut by_ref, mut by_title) = (HashMap::new(), HashMap::new());
    let mut missed = Vec::new();
    for (index, was) in then.iter().enumerate() {
        let key = Ref::key(&was.r#ref);
        if !there.contains(&key) {
            missed.push((Ref::key(&was.ref_then), index));
        }
        by_ref.entry(key).or_insert(index);
    }
    for (key, index) in missed {
        if !there.contains(&key) {
            by_title.entry(likeness(&then[index].title)).or_insert(index);
        }
        by_ref.entry(key).or_insert(index);
    }
    let is_alike = |item: &Item, at: usize| likeness(&then[at].title) == likeness(&item.title);
    let place = |item: &Item| {
        let by_ref = by_ref.get(&Ref::key(&item.r#ref.text)).copied();
        by_ref
            .filter(|at| !item.is_copy() || is_alike(item, *at))
            .or_else(|| by_title.get(&likeness(&item.title)).copied())
    };
    items.iter().map(place).collect()
}

/// The places now of what somebody moved: the fewest whose going leaves the rest in the order it
/// had; rather none that is where it was. `kept` are pairs of the place now and the place before, in
/// the order of now; that something above was taken away moves nothing.
pub fn moved(kept: &[(usize, usize)]) -> BTreeSet<usize> {
    // The longest row of items in their old order that ends at each item, how many of it are where
    // they were, and the item before.
    let mut best: Vec<((usize, usize), Option<usize>)> = Vec::new();
    for (index, (now, old)) in kept.iter().enumerate() {
        let before = (0..index)
            .filter(|earlier| kept[*earlier].1 < *old)
            .max_by_key(|earlier| (best[*earlier].0, Reverse(*earlier)));
        let (length, at_home) = before.map_or((0, 0), |earlier| best[earlier].0);
        best.push(((length + 1, at_home + usize::from(now == old)), before));
    }
    let mut stayed = BTreeSet::new();
    let mut at = (0..best.len()).max_by_key(|index| (best[*index].0, Reverse(*index)));
    while let Some(index) = at {
        stayed.insert(kept[index].0);
        at = best[index].1;
    }
    let moved = kept.iter().filter(|(now, old)| now != old && !stayed.contains(now));
    moved.map(|(now, _)| *now).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The places, from 1, of the items that moved when `old` became this order.
    fn moved_in(old: &[usize]) -> Vec<usize> {
        moved(&old.iter().enumerate().map(|(at, old)| (at + 1, *old)).collect::<Vec<_>>())
            .into_iter()
            .collect()
    }

    #[test]
    fn only_what_somebody_moved_has_moved() {
        assert_eq!(moved_in(&[1, 2, 3]), [0; 0]);
        assert_eq!(moved_in(&[1, 7, 2, 3, 4, 5, 6, 8]), [2]);
        assert_eq!(moved_in(&[2, 3, 4, 1]), [4]);
        assert_eq!(moved_in(&[3, 4, 6]), [0; 0], "others were taken away");
        assert_eq!(moved_in(&[2, 1]), [2]);
        assert_eq!(moved_in(&[3, 2, 1]), [1, 3], "the second is where it was");
        assert_eq!(moved_in(&[4, 5, 3, 1, 2]), [4, 5], "and so is the third");
        assert_eq!(moved_in(&[]), [0; 0]);
    }
}
