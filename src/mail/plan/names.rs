//! Items that go on under another ref, and lists under another product.
//!
//! A ref that nobody wrote is made from the title, and becomes another with it; and the file of a
//! list may be given another name. What was told under the old one stays told.

use std::collections::BTreeSet;

use super::items::{MOVED, is_what};
use super::week::is_whole;
use super::{Desk, Kind, dates};
use crate::mail::ToldNotice;
use crate::mail::told::Index;
use crate::model::{Item, Ref, Status};

/// Takes what was told about refs that no item has any more for told about the items that have it
/// now. A list that cannot be read may hide them, and then everything stays where it is.
pub fn follow(desk: &mut Desk) {
    if !is_whole(desk) {
        return;
    }
    follow_lists(desk);
    let here: BTreeSet<String> =
        desk.round.items().map(|(_, item)| Ref::key(&item.r#ref.text)).collect();
    let elsewhere = desk.told.standing_elsewhere(&here);
    let mut gone: Vec<&ToldNotice> = elsewhere.filter(|told| told.key.subject != "-").collect();
    gone.sort_by(|one, other| one.key.cmp(&other.key));
    // A title that is still the same says more than an owner and a status.
    for is_same in [has_its_title, has_its_owner, has_gone_on] {
        for (_, item) in desk.round.items() {
            let r#ref = item.r#ref.text.as_str();
            if gone.is_empty() || desk.told.anybody_about(&Kind::STANDING, r#ref) {
                continue;
            }
            if let Some(old) = gone.iter().find(|told| is_same(item, told, &desk.told)).copied() {
                desk.told.carry(&old.key.subject, r#ref);
                gone.retain(|told| !Ref::has_key(&told.key.subject, &Ref::key(&old.key.subject)));
            }
        }
    }
}

/// That a list is complete is told with the refs on it, and by more than half of them a list is the
/// one it was. Of a list that was told without them nobody can say that.
fn follow_lists(desk: &mut Desk) {
    let round = desk.round;
    let here: BTreeSet<String> = round.products.iter().map(|it| Ref::key(&it.key)).collect();
    let mut gone: Vec<&ToldNotice> = desk.told.lists_elsewhere(&here).collect();
    gone.sort_by(|one, other| one.key.cmp(&other.key));
    if gone.is_empty() {
        return;
    }
    // Also where somebody has heard it under the new name: the others have under the old one.
    for (product, list) in round.lists() {
        let now = dates::complete(list);
        for old in gone.iter().filter(|told| is_mostly(&told.said, &now)) {
            desk.told.carry_list(&old.key.subject, &product.key);
        }
    }
}

/// Whether two complete lists share more than half of what is on either.
fn is_mostly(said: &str, now: &str) -> bool {
    let [before, now] =
        [said, now].map(|it| it.split_whitespace().skip(1).collect::<BTreeSet<_>>());
    before.intersection(&now).count() * 2 > before.len().max(now.len())
}

/// Somebody wrote a ref into an item that was told under the one of its title.
fn has_its_title(item: &Item, told: &ToldNotice, _: &Index) -> bool {
    Ref::has_key(&told.key.subject, &Ref::key(&Ref::from_title(&item.title)))
}

/// The title was reworded, and its ref with it; whoever has written that down since may have been
/// `fmt`.
fn has_its_owner(item: &Item, told: &ToldNotice, all: &Index) -> bool {
    is_what(&told.said, item) && is_reworded(item, told, all)
}

/// The same, and something happened to it since. That is told under either ref.
fn has_gone_on(item: &Item, told: &ToldNotice, all: &Index) -> bool {
    let ended = [Status::Done.word(), Status::SignedOff.word(), MOVED];
    matches!(item.status, Status::Started | Status::Skipped | Status::Done)
        && !ended.contains(&told.said.as_str())
        && is_reworded(item, told, all)
}

fn is_reworded(item: &Item, told: &ToldNotice, all: &Index) -> bool {
    let owner = item.owner.as_ref().and_then(|owner| owner.person());
    owner.is_some_and(|owner| owner.id == all.id_now(&told.key.person))
        && (item.r#ref.place.is_none()
            || is_made_of(&item.r#ref.text, &item.title)
            || is_made_of(&told.key.subject, &item.title))
}

/// Whether a ref is the one of a title, or that with a number where another item has the plain one.
fn is_made_of(r#ref: &str, title: &str) -> bool {
    let (r#ref, made) = (Ref::key(r#ref), Ref::key(&Ref::from_title(title)));
    r#ref.strip_prefix(&made).is_some_and(|rest| {
        let number = rest.strip_prefix('-').unwrap_or("1");
        (rest.is_empty() || rest.starts_with('-')) && number.parse::<u32>().is_ok()
    })
}
