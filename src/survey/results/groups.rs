//! Which groups may be shown, so that no small one can be had by subtraction (pure).

use std::collections::{BTreeMap, BTreeSet};

use super::FEWEST;
use crate::model::Side;

/// Which numbers of a question are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Margins {
    pub sides: BTreeSet<Side>,
    /// All sides in one number.
    pub together: bool,
}

/// What may be shown of groups of these sizes. A side is shown from five answers on. All together
/// are, if what is then left over when the shown sides are taken away is nobody, or five people of
/// more than one side: sides beside each other say more than their sum, so where both cannot be
/// shown, the sum is not.
pub fn margins(sizes: &BTreeMap<Side, u32>) -> Margins {
    let there = || sizes.iter().filter(|(_, size)| **size > 0);
    let sides: BTreeSet<Side> =
        there().filter(|(_, size)| **size >= FEWEST).map(|(side, _)| *side).collect();
    let hidden: Vec<u32> =
        there().filter(|(_, size)| **size < FEWEST).map(|(_, size)| *size).collect();
    let left_over: u32 = hidden.iter().sum();
    let several = there().count() > 1;
    let together = several && (hidden.is_empty() || (hidden.len() > 1 && left_over >= FEWEST));
    Margins { sides, together }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sizes(partner: u32, developer: u32, manager: u32) -> BTreeMap<Side, u32> {
        Side::ALL.into_iter().zip([partner, developer, manager]).collect()
    }

    fn shown(partner: u32, developer: u32, manager: u32) -> String {
        let margins = margins(&sizes(partner, developer, manager));
        let mut words: Vec<&str> = margins.sides.iter().map(|side| side.word()).collect();
        words.extend(margins.together.then_some("all"));
        words.join(" ")
    }

    #[test]
    fn small_sides_and_what_gives_them_away_are_hidden() {
        assert_eq!(shown(8, 7, 5), "partner developer manager all");
        assert_eq!(shown(8, 7, 0), "partner developer all");
        assert_eq!(shown(8, 3, 0), "partner");
        assert_eq!(shown(8, 7, 1), "partner developer");
        assert_eq!(shown(8, 3, 2), "partner all");
        assert_eq!(shown(8, 2, 2), "partner");
        assert_eq!(shown(4, 4, 1), "all");
        assert_eq!(shown(4, 0, 0), "");
        assert_eq!(shown(9, 0, 0), "partner");
        assert_eq!(shown(2, 1, 1), "");
    }

    proptest! {
        /// Adds and takes away all published numbers in every way there is.
        #[test]
        fn nothing_small_can_be_had_by_subtraction(p in 0u32..12, d in 0u32..12, m in 0u32..12) {
            let sizes = sizes(p, d, m);
            let margins = margins(&sizes);
            let mut published: Vec<BTreeSet<Side>> =
                margins.sides.iter().map(|side| BTreeSet::from([*side])).collect();
            if margins.together {
                published.push(Side::ALL.into());
            }
            let ways = 5_u32.pow(published.len() as u32);
            for way in 0..ways {
                // How often each side counts in this sum of published numbers: -2 to 2 times each.
                let mut weights = BTreeMap::from(Side::ALL.map(|side| (side, 0_i32)));
                let mut rest = way;
                for group in &published {
                    let times = (rest % 5) as i32 - 2;
                    rest /= 5;
                    for side in group {
                        *weights.get_mut(side).unwrap() += times;
                    }
                }
                // A sum that is so many times the number of one group of people tells that number.
                let told: Vec<i32> = weights
                    .iter()
                    .filter(|(side, weight)| **weight != 0 && sizes[side] > 0)
                    .map(|(_, weight)| *weight)
                    .collect();
                if told.is_empty() || told.iter().any(|weight| *weight != told[0]) {
                    continue;
                }
                let people: u32 =
                    weights.iter().filter(|(_, w)| **w != 0).map(|(side, _)| sizes[side]).sum();
                prop_assert!(people >= FEWEST, "{sizes:?} {margins:?} tells of {people}");
            }
        }
    }
}
