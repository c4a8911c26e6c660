//! Who was asked, which is what letters say: whoever's letter arrived. It is derived from them
//! again and again, so that a run that is killed after a letter has gone loses nobody.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::letters;
use crate::model::Site;
use crate::store::{Store, StoreError};

/// Notes everybody whose letter about a survey was accepted since this was last done, by the day
/// on which it arrived. Writes nothing where there is nobody new. Who is not in people.toml any
/// more has no side to be counted on, and stays out.
///
/// # Errors
///
/// Where the database fails.
pub async fn note_who_was_asked(store: &Store, site: &Site) -> Result<(), StoreError> {
    let told = store.told().await?;
    for round in &site.rounds {
        let asked = letters::asked(&told, round);
        if asked.is_empty() {
            continue;
        }
        let known: BTreeSet<String> =
            store.invited(&round.slug).await?.into_iter().map(|it| it.person).collect();
        // A day at a time: each commit waits for the disk.
        let mut new: BTreeMap<Date, Vec<(&str, &str)>> = BTreeMap::new();
        for (id, day) in asked.iter().filter(|(id, _)| !known.contains(*id)) {
            if let Some(person) = round.people.by_id(id) {
                new.entry(*day).or_default().push((&person.id, person.side.word()));
            }
        }
        for (day, people) in new {
            store.invite(&round.slug, &people, day).await?;
        }
    }
    Ok(())
}
