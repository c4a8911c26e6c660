//! What every command that looks at letters begins with: the content, the theme, the store.

use std::path::{Path, PathBuf};
use std::time::Instant;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use littlethings::content::{self, Remembered};
use littlethings::finding::{Finding, Severity};
use littlethings::mail::Told;
use littlethings::model::Site;
use littlethings::store::{Place, Store, StoreError};
use littlethings::theme::{self, Theme};

use crate::options::{Options, SETTINGS, system_clock};
use crate::progress::Progress;
use crate::trouble::Trouble;

/// What is private lies in this folder, below the root, if nobody says otherwise.
pub const FOLDER: &str = ".littlethings";

/// Everything that is known before anything is sent.
#[derive(Clone)]
pub struct Office {
    pub root: PathBuf,
    pub now: Timestamp,
    pub is_frozen: bool,
    pub site: Site,
    pub theme: Theme,
    /// What cannot be understood of anything but lists: settings, people, rounds, surveys.
    pub broken: Vec<Finding>,
    began: Instant,
}

/// Reads the repository and loads its theme.
pub fn gather(options: &Options) -> Result<Office, Trouble> {
    let root = options.root()?;
    let _progress = Progress::begin("reading");
    let mut remembered = Remembered::default();
    let begun = content::begin(&root, &mut remembered)?;
    let clock = |settings: &_| options.now(settings);
    let (content, loaded) = begun.read_beside(&mut remembered, clock, |settings| {
        theme::load(&root, &settings.theme, &settings.language)
    })?;
    let content::Content { site, findings, .. } = content;
    if findings.iter().any(breaks_settings) {
        return Err(Trouble::BrokenSettings);
    }
    let now = options.now(&site.settings);
    let is_frozen = options.is_frozen(&site.settings);
    let broken = findings.into_iter().filter(breaks_more_than_a_list).collect();
    let theme = loaded?.theme;
    Ok(Office { root, now, is_frozen, site, theme, broken, began: Instant::now() })
}

/// With settings that cannot be read, addresses in letters would be made up.
fn breaks_settings(finding: &Finding) -> bool {
    finding.severity == Severity::Error && finding.place.path.as_ref() == SETTINGS
}

fn breaks_more_than_a_list(finding: &Finding) -> bool {
    let is_of_list = |path: &str| path.contains("/lists/") || path.contains("/guesses/");
    finding.severity == Severity::Error && !is_of_list(&finding.place.path)
}

impl Office {
    /// The time as it goes on. A frozen clock goes on as well while a command runs, or nothing
    /// that waits would ever end.
    pub fn clock(&self) -> impl Fn() -> Timestamp + Send + Sync + use<> {
        let (is_frozen, now, began) = (self.is_frozen, self.now, self.began);
        move || {
            let passed = SignedDuration::try_from(began.elapsed()).unwrap_or_default();
            if is_frozen { now + passed } else { system_clock() }
        }
    }

    /// The same content, as late as it is now. A frozen clock stands still.
    pub fn later(&self) -> Office {
        let now = if self.is_frozen { self.now } else { system_clock() };
        Office { now, ..self.clone() }
    }

    pub fn place(&self) -> Place {
        place(&self.root)
    }

    /// The zone of the latest round, in which people are told times.
    pub fn zone(&self) -> TimeZone {
        self.site.rounds.last().map_or(TimeZone::UTC, |round| round.zone.zone.clone())
    }

    /// The first name of a person, or their id where they are not in people.toml any more.
    pub fn first_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.site.people.by_id(id).map_or(id, |person| person.first_name())
    }
}

/// Where the store of the repository at `root` is.
pub fn place(root: &Path) -> Place {
    Place::of(root, |name| std::env::var(name).ok())
}

/// The store, to work with; `None` where there is none yet. None is made.
pub async fn existing_store(office: &Office) -> Result<Option<Store>, Trouble> {
    let place = office.place();
    match Store::open_to_read(&place).await {
        Ok(None) => return Ok(None),
        Ok(Some(store)) => store.close().await,
        // It is brought up to date below.
        Err(StoreError::Older { .. }) => {}
        Err(error) => return Err(error.into()),
    }
    Ok(Some(Store::open(&place).await?))
}

/// Everything that people were told already, and whom a survey need not remind.
pub async fn told(store: &Store) -> Result<Told, Trouble> {
    Ok(Told::read(store).await?)
}

/// Runs what waits for databases and mail servers.
pub fn block_on<T>(task: impl Future<Output = Result<T, Trouble>>) -> Result<T, Trouble> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build();
    runtime.map_err(|source| Trouble::Begin { source })?.block_on(task)
}
