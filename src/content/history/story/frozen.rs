//! The lists as they stood when they were due. Pure.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::iter;

use jiff::Timestamp;

use super::{Left, Standing, Step, Version};
use crate::words::likeness;

/// A list that counts as the one that stood when the lists were due.
pub(super) struct Stood<'a> {
    pub product: &'a str,
    /// What it was, and then what tells what was hidden of it; each with the numbers of its items,
    /// known as soon as its step has been taken. Empty where nobody can tell what it was.
    pub texts: Vec<(Text<'a>, Vec<Option<usize>>)>,
}

impl<'a> Stood<'a> {
    /// The items with their numbers, in order; also what was hidden, as far as another text tells
    /// of an item with such a heading.
    pub fn items(&self) -> Vec<(&'a Standing, Option<usize>)> {
        let all = |(text, items): &(Text<'a>, Vec<Option<usize>>)| {
            text.version.items.iter().zip(items.clone()).collect()
        };
        let mut texts = self.texts.iter();
        let Some(first) = texts.next() else { return Vec::new() };
        let shown: Vec<(&Standing, Option<usize>)> = all(first);
        let Some(headings) = &first.0.version.hides else { return shown };
        let mut next = 0;
        let mut placed = Vec::new();
        for (item, number) in shown {
            let title = likeness(&item.title);
            let at = headings[next..].iter().position(|heading| *heading == title);
            next = at.map_or(next, |at| next + at + 1);
            placed.push((next, (item, number)));
        }
        for (item, number) in texts.flat_map(all) {
            let title = likeness(&item.title);
            let Some(at) = headings.iter().position(|heading| *heading == title) else { continue };
            let is_it = |(_, (other, its)): &(usize, (&Standing, Option<usize>))| {
                other.key == item.key || (number.is_some() && number == *its)
            };
            if !placed.iter().any(is_it) {
                placed.push((at + 1, (item, number)));
            }
        }
        placed.sort_by_key(|(at, _)| *at);
        placed.into_iter().map(|(_, item)| item).collect()
    }
}

/// What a list was, and the number of the step that made it so.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    pub step: usize,
    pub version: &'a Version,
}

/// The lists as the last commit left them that was made before they were due. What follows on a
/// commit that was made later was made later as well, whatever its clock says; only a date that is
/// yet to come says nothing of when that was.
pub(super) fn frozen<'a>(
    steps: &[Step<'a>],
    due: Timestamp,
    now: Timestamp,
) -> Option<Vec<Stood<'a>>> {
    let is_late = |step: &Step| due < step.commit.at && step.commit.at <= now;
    let before = steps.split(is_late).next()?;
    let last = before.iter().rposition(|step| step.commit.at <= due)?;
    let mut lists: BTreeMap<&str, Place> = BTreeMap::new();
    for (step, product, left) in lefts(steps).take_while(|(step, ..)| *step <= last) {
        let place = lists.entry(product).or_default();
        place.left = Some(left);
        if let Left::List(version) = left {
            place.last = Some(Text { step, version });
            place.whole = place.last.filter(|last| last.version.hides.is_none()).or(place.whole);
        }
    }
    if lists.values().any(|place| matches!(place.left, Some(Left::Lost))) {
        return None;
    }
    let (mut next, mut next_whole) = (HashMap::new(), HashMap::new());
    for (step, product, left) in lefts(steps).skip_while(|(step, ..)| *step <= last) {
        if let Left::List(version) = left {
            next.entry(product).or_insert(Text { step, version });
            if version.hides.is_none() {
                next_whole.entry(product).or_insert(Text { step, version });
            }
        }
    }
    let stood = |(product, place): (&'a str, Place<'a>)| {
        let Some(text) = place.stood(next.get(product).copied()) else {
            let is_there = matches!(place.left, Some(Left::Unreadable));
            return is_there.then(|| Stood { product, texts: Vec::new() });
        };
        let whole = [place.whole, next_whole.get(product).copied()].into_iter().flatten();
        let beside = whole.filter(|_| text.version.hides.is_some());
        let texts = iter::once(text).chain(beside).map(|text| (text, Vec::new())).collect();
        Some(Stood { product, texts })
    };
    Some(lists.into_iter().filter_map(stood).collect())
}

/// What the steps left in the places of lists, each with the number of the step.
fn lefts<'a>(steps: &[Step<'a>]) -> impl Iterator<Item = (usize, &'a str, Left<'a>)> {
    let all = steps.iter().enumerate();
    all.flat_map(|(number, step)| step.lists.iter().map(move |(list, left)| (number, *list, *left)))
}

/// The place of a list when the lists were due.
#[derive(Default)]
struct Place<'a> {
    left: Option<Left<'a>>,
    /// The list that last stood there.
    last: Option<Text<'a>>,
    /// The one of which nothing was hidden.
    whole: Option<Text<'a>>,
}

impl<'a> Place<'a> {
    /// The list that counts. One that nobody could read just then is the one before or, where there
    /// was none, what could be read of it first; one that was away just then and came `back` as it
    /// was has not been away.
    fn stood(&self, back: Option<Text<'a>>) -> Option<Text<'a>> {
        match self.left? {
            Left::List(_) => self.last,
            Left::Unreadable | Left::Lost => self.last.or(back),
            Left::Nothing => {
                self.last.filter(|last| back.is_some_and(|back| last.version.is_like(back.version)))
            }
        }
    }
}

impl Version {
    /// Whether at least half of the items are among those of another.
    fn is_like(&self, other: &Version) -> bool {
        let there: HashSet<&str> = other.items.iter().map(|item| item.key.as_str()).collect();
        let shared = self.items.iter().filter(|item| there.contains(item.key.as_str())).count();
        shared * 2 >= self.items.len()
    }
}
