//! Whom a command is about: somebody in people.toml, or somebody only the store still knows.

use littlethings::model::Reading;
use littlethings::store::Store;
use littlethings::words::{nearest, or, ticked};

use crate::office::Office;
use crate::trouble::Trouble;

/// The id of a person, written as in a list: a name, `@id` or a mail address; or the bare id.
pub async fn id(office: &Office, store: &Store, written: &str) -> Result<String, Trouble> {
    let people = &office.site.people;
    if let Some(person) = people.by_id(written) {
        return Ok(person.id.clone());
    }
    let known = store.ids().await?;
    let bare = written.strip_prefix('@').unwrap_or(written);
    if let Some(id) = known.iter().find(|id| id.eq_ignore_ascii_case(bare)) {
        return Ok(id.clone());
    }
    match people.read(written) {
        Reading::Person(person) => Ok(person.id.clone()),
        Reading::Ambiguous(several) => {
            let ids: Vec<String> = several.iter().map(|person| person.id.clone()).collect();
            Err(Trouble::WhichPerson { ids: or(&ticked(&ids)) })
        }
        Reading::Unknown { .. } | Reading::Several(_) => {
            by_address(store, written).await?.ok_or_else(|| {
                let ids = people.all().iter().map(|person| person.id.as_str());
                let nearest = nearest(bare, ids.chain(known.iter().map(String::as_str)));
                let perhaps = nearest.map(|id| format!("; did you mean `{id}`?"));
                Trouble::NoPerson { perhaps: perhaps.unwrap_or_default() }
            })
        }
    }
}

/// Whose letters went to that address.
async fn by_address(store: &Store, written: &str) -> Result<Option<String>, Trouble> {
    let letters = store.letters().await?;
    let found = letters.into_iter().find(|it| it.address.eq_ignore_ascii_case(written.trim()));
    Ok(found.map(|letter| letter.person))
}
