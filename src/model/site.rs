//! The whole of what becomes one site: settings, people, rounds.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Commit, People, Round};
use crate::finding::Place;

/// Everything that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Site {
    pub settings: Settings,
    pub people: Arc<People>,
    /// The file they are in, relative to the root, as the settings say.
    pub people_file: String,
    /// By folder name.
    pub rounds: Vec<Round>,
    /// Rounds whose round.toml could not be read; the findings on it say why.
    pub unread: Vec<UnreadRound>,
    /// The last commit that touched what the site is made of, where git knows one.
    pub last_commit: Option<Commit>,
    /// Files that pages show: pictures and attachments, relative to the root.
    pub files: Vec<String>,
}

impl Site {
    /// For each round, in order, what it was in an earlier state of this site: the one in that folder
    /// or, for a folder with a new name, the one that is gone and can only be the same.
    pub fn earlier<'b>(&self, before: &'b Site) -> Vec<Option<&'b Round>> {
        let gone = before.rounds.iter().filter(|old| !self.has(&old.slug));
        let new = self.rounds.iter().filter(|round| !before.has(&round.slug));
        let same: Vec<(&Round, &Round)> = new
            .flat_map(|round| gone.clone().map(move |old| (round, old)))
            .filter(|(round, old)| round.is_surely(old))
            .collect();
        let renamed = |slug: &str| {
            let (_, old) = only(same.iter().filter(|(round, _)| round.slug == slug))?;
            only(same.iter().filter(|(_, other)| other.slug == old.slug)).map(|(_, old)| *old)
        };
        let there = |slug: &str| before.rounds.iter().find(|old| old.slug == slug);
        self.rounds
            .iter()
            .map(|round| there(&round.slug).or_else(|| renamed(&round.slug)))
            .collect()
    }

    /// Whether there is a round of that folder, though it may not be readable.
    fn has(&self, slug: &str) -> bool {
        self.rounds.iter().any(|round| round.slug == slug)
            || self.unread.iter().any(|round| round.slug == slug)
    }
}

fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.next().is_none().then_some(first)
}

/// A folder that is a round but cannot be shown as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadRound {
    pub slug: String,
    pub place: Place,
}

/// littlethings.toml.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub title: String,
    /// Ends with a slash.
    pub base_url: String,
    pub language: String,
    pub theme: String,
    /// What an edit link begins with; the path follows.
    pub repository: Option<String>,
    pub support: Option<String>,
    /// The frozen clock of a demonstration.
    pub now: Option<Timestamp>,
    pub mail: MailSettings,
    /// Where the survey's form is reachable.
    pub survey_url: Option<String>,
    /// Whether those who have answered are thanked by mail: no, unless asked for.
    pub survey_thanks: bool,
    pub place: Place,
}

/// `[mail]`: who the letters come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailSettings {
    pub from: Option<String>,
    pub reply_to: Option<String>,
}
