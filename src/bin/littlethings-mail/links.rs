//! The personal links of letters, and the secret that they are made with.

use std::path::{Path, PathBuf};

use littlethings::mail::Links;
use littlethings::model::Round;
use littlethings::store::{Place, Store};
use littlethings::survey::{Purpose, Secret, SecretError, Token};

use crate::office::{self, Office};
use crate::trouble::Trouble;

/// Where the secret of the personal links is. Only from the environment, like the store's.
pub const SECRET: &str = "LITTLETHINGS_SECRET_FILE";

/// What it is called if nobody says so, beside the store.
const USUAL_SECRET: &str = "secret";

/// Where the secret of the repository at `root` is: beside the store, so that whoever keeps one of
/// them keeps both.
pub fn secret_file(root: &Path) -> PathBuf {
    if let Some(path) = std::env::var_os(SECRET).filter(|path| !path.is_empty()) {
        return root.join(path);
    }
    match office::place(root) {
        Place::File(store) => store.with_file_name(USUAL_SECRET),
        Place::Postgres(_) | Place::Unknown(_) => root.join(office::FOLDER).join(USUAL_SECRET),
    }
}

/// The secret, made where there is none yet.
pub fn secret(root: &Path) -> Result<Secret, SecretError> {
    Secret::read_or_make(&secret_file(root))
}

/// The name under which a store remembers the key that its links were made with.
const KEY: &str = "links";

/// Whether `secret` opens the links of the letters that this store has sent; if not, what to do
/// about it. A secret that was lost would be made anew without a word otherwise, and everybody who
/// was asked would find a page that is not there.
pub async fn look_at_secret(
    office: &Office,
    store: &Store,
    secret: &Secret,
) -> Result<Option<String>, Trouble> {
    let known = store.meta(KEY).await?;
    if let Some(name) = &known
        && !secret.opens(name)
        && is_being_asked(office)
    {
        let path = secret_file(&office.root).display().to_string();
        return Ok(Some(format!(
            "the secret in {path} is not the one that links were made with, so whoever was asked \
             finds nothing behind theirs; put the old one back, or its line below the new one"
        )));
    }
    if known != Some(secret.name()) {
        store.set_meta(KEY, &secret.name()).await?;
    }
    Ok(None)
}

/// Whether the survey of any round is open.
fn is_being_asked(office: &Office) -> bool {
    let is_open = |round: &Round| {
        let dates = &round.dates;
        office.now >= dates.survey_opens.start() && office.now < dates.survey_closes.end()
    };
    office.site.rounds.iter().any(is_open)
}

/// Links that work, where it is known at which address the form is reachable.
pub struct Personal {
    base: Option<(String, Secret)>,
}

impl Personal {
    /// Made with the secret, which is made itself where there is none yet.
    pub fn of(office: &Office) -> Result<Personal, Trouble> {
        let base = match &office.site.settings.survey_url {
            Some(url) => Some((url.clone(), secret(&office.root)?)),
            None => None,
        };
        Ok(Personal { base })
    }

    /// Links that open nothing, for letters that go to somebody else than whose they are.
    pub fn of_nobody(office: &Office) -> Result<Personal, Trouble> {
        let base = match &office.site.settings.survey_url {
            Some(url) => Some((url.clone(), Secret::throw_away()?)),
            None => None,
        };
        Ok(Personal { base })
    }

    /// The secret they are made with.
    pub fn secret(&self) -> Option<&Secret> {
        self.base.as_ref().map(|(_, secret)| secret)
    }

    fn link(&self, purpose: Purpose, round: &Round, person: &str) -> Option<String> {
        let (base, secret) = self.base.as_ref()?;
        Some(Token::of(secret, purpose, &round.slug, person).link(base, purpose))
    }
}

impl Links for Personal {
    fn survey(&self, round: &Round, person: &str, answer: Option<u32>) -> Option<String> {
        let link = self.link(Purpose::Answer, round, person)?;
        Some(match answer {
            Some(number) => format!("{link}?answer={number}"),
            None => link,
        })
    }

    fn silence(&self, round: &Round, person: &str) -> Option<String> {
        self.link(Purpose::Unremind, round, person)
    }
}

/// Links as a terminal or a log may show them: whoever knows a personal one can answer with it.
/// They need no secret.
pub struct Unsaid<'a> {
    base: Option<&'a str>,
}

impl<'a> Unsaid<'a> {
    pub fn of(office: &'a Office) -> Unsaid<'a> {
        Unsaid { base: office.site.settings.survey_url.as_deref() }
    }

    fn link(&self, purpose: Purpose) -> Option<String> {
        Some(format!("{}/{}/...", self.base?.trim_end_matches('/'), purpose.route()))
    }
}

impl Links for Unsaid<'_> {
    fn survey(&self, _: &Round, _: &str, answer: Option<u32>) -> Option<String> {
        let link = self.link(Purpose::Answer)?;
        Some(match answer {
            Some(number) => format!("{link}?answer={number}"),
            None => link,
        })
    }

    fn silence(&self, _: &Round, _: &str) -> Option<String> {
        self.link(Purpose::Unremind)
    }
}
