//! One list read again, for whoever watches files: an edit of one list of a thousand must not cost
//! a reading of them all.

use std::fs;
use std::path::Path;

use super::notes::{NAMES_ARE_ADDRESSES, Notes};
use super::tree::{Files, Opened};
use super::{list, list::Known};
use crate::finding::{Finding, Sources};
use crate::model::{Item, ListFile, Site};

/// Reads the list at `path`, relative to the root, into the site that knows it. Returns what the
/// reader has to say of that file now, or `None` where the whole must be read again: the file is
/// no list that was read before, it cannot be read any more, or a page would get another address.
/// Whether there are copies among the items of the site stays the same for as long as this succeeds.
pub fn reread_list(
    root: &Path,
    path: &str,
    (site, has_copies): (&mut Site, bool),
    sources: &mut Sources,
) -> Option<Vec<Finding>> {
    let round = site.rounds.iter_mut().find(|round| {
        path.strip_prefix(round.folder.as_str()).is_some_and(|rest| rest.starts_with('/'))
    })?;
    let decided = round.is_decided();
    let (people, hubs) = (round.people.clone(), round.hubs.clone());
    let product = round.products.iter_mut().find(|product| &*product.list_path == path)?;
    let before = match &mut product.list {
        ListFile::Read(list) => list,
        ListFile::Missing | ListFile::Refused => return None,
    };
    // Where a link leads, and whether it may, only a walk through the whole finds out.
    if fs::symlink_metadata(root.join(path)).is_ok_and(|about| about.is_symlink()) {
        return None;
    }
    let (mut texts, mut notes) = (Sources::new(), Notes::default());
    let Opened::Text(source) = Files::Disk(root).open(path, &mut texts, &mut notes) else {
        return None;
    };
    let mut list = list::read(&source, Known { people: &people, hubs: &hubs }, &mut notes);
    if decided {
        notes.only_hints(0);
    }
    // Of two items with one ref the titles tell whose it is.
    let is_retitled =
        || before.items.iter().zip(&list.items).any(|(old, it)| old.title != it.title);
    if !has_same_addresses(&before.items, &list.items) || (has_copies && is_retitled()) {
        return None;
    }
    for (item, before) in list.items.iter_mut().zip(&before.items) {
        item.address.clone_from(&before.address);
        item.r#ref.text.clone_from(&before.r#ref.text);
    }
    **before = list;
    sources.append(&mut texts);
    Some(notes.findings)
}

/// Whether a finding is on the name of a file: one that reading the file again cannot find again.
pub fn is_on_the_name_of_a_file(finding: &Finding) -> bool {
    finding.rule == NAMES_ARE_ADDRESSES
}

/// Whether all items are called as before, so that no address in the round can change.
fn has_same_addresses(before: &[Item], after: &[Item]) -> bool {
    before.len() == after.len()
        && before.iter().zip(after).all(|(before, after)| {
            match (&before.r#ref.place, &after.r#ref.place) {
                (Some(_), Some(_)) => before.r#ref.text == after.r#ref.text,
                (None, None) => before.title == after.title,
                _ => false,
            }
        })
}
