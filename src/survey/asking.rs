//! Who was asked, which is what letters say: whoever's invitation arrived. It is derived from them
//! again and again, so that a run that is killed after a letter has gone loses nobody.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::mail::{Kind, Told, ToldState};
use crate::model::{Round, Site};
use crate::store::{Store, StoreError};

/// Notes everybody whose letter about a survey was accepted since this was last done. Writes
/// nothing where there is nobody new.
///
/// # Errors
///
/// Where the database fails.
pub async fn note_who_was_asked(store: &Store, site: &Site) -> Result<(), StoreError> {
    let told = Told::from_rows(store.told().await?);
    for round in &site.rounds {
        let mut asked = asked(round, &told);
        if asked.is_empty() {
            continue;
        }
        let known: BTreeSet<String> =
            store.invited(&round.slug).await?.into_iter().map(|it| it.person).collect();
        for (day, people) in &mut asked {
            people.retain(|(person, _)| !known.contains(*person));
            if !people.is_empty() {
                store.invite(&round.slug, people, *day).await?;
            }
        }
    }
    Ok(())
}

/// Ids and sides.
type Asked<'a> = Vec<(&'a str, &'static str)>;

/// Everybody who was asked in a round by the day of it, as letters alone say it.
fn asked<'a>(round: &'a Round, told: &Told) -> BTreeMap<Date, Asked<'a>> {
    let is_asking = |kind: Kind| matches!(kind, Kind::Survey | Kind::SurveyReminder);
    let letters = told.notices.iter().filter(|notice| {
        notice.key.round == round.slug
            && is_asking(notice.key.kind)
            && notice.state == ToldState::Accepted
    });
    let mut asked: BTreeMap<Date, Asked> = BTreeMap::new();
    for notice in letters {
        if let Some(person) = round.people.by_id(&notice.key.person) {
            let day = notice.at.to_zoned(round.zone.zone.clone()).date();
            asked.entry(day).or_default().push((&person.id, person.side.word()));
        }
    }
    asked
}
