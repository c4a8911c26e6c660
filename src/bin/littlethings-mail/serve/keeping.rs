//! What answers are kept in, and what links are made with.

use std::fmt::Write;
use std::net::SocketAddr;

use littlethings::store::{Place, Store};
use littlethings::survey::{Purpose, Secret, Token};
use tempfile::TempDir;

use crate::links;
use crate::office::Office;
use crate::screen;
use crate::trouble::Trouble;

pub struct Keeping {
    pub store: Store,
    pub secret: Secret,
    /// Where a store lies that is thrown away at the end.
    folder: Option<TempDir>,
}

impl Keeping {
    /// The store and the secret of the repository. Under a frozen clock others take their place,
    /// because what is answered at a time that is not true is no answer.
    pub async fn of(office: &Office) -> Result<Keeping, Trouble> {
        if !office.is_frozen {
            let secret = links::secret(&office.root)?;
            let store = Store::open(&office.place()).await?;
            if let Some(trouble) = links::look_at_secret(office, &store, &secret).await? {
                screen::note(trouble);
            }
            return Ok(Keeping { store, secret, folder: None });
        }
        let folder = tempfile::tempdir()
            .map_err(|source| Trouble::Write { path: "a temporary folder".to_owned(), source })?;
        let store = Store::open(&Place::File(folder.path().join("store.db"))).await?;
        Ok(Keeping { store, secret: Secret::throw_away()?, folder: Some(folder) })
    }

    pub fn is_trial(&self) -> bool {
        self.folder.is_some()
    }

    /// Links to try the form with, one for each side. They are good for this run alone.
    pub fn trial(&self, office: &Office, address: SocketAddr) -> String {
        let mut text = "the clock stands still, so answers are thrown away at the end\n".to_owned();
        let mut rounds = office.site.rounds.iter().rev();
        let Some(round) = rounds.find(|round| !round.asked().is_empty()) else { return text };
        let mut sides = Vec::new();
        for asked in round.asked() {
            let person = &asked.person;
            if sides.contains(&person.side.word()) {
                continue;
            }
            sides.push(person.side.word());
            let token = Token::of(&self.secret, Purpose::Answer, &round.slug, &person.id);
            let link = token.link(&format!("http://{address}"), Purpose::Answer);
            let _ = writeln!(text, "as {}, {}: {link}", person.first_name(), person.side.word());
        }
        text
    }
}
