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
