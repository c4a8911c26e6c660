//! Who is to hear what, and why: the content as it stands against what was told.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Notice, Told};
use crate::finding::Place;
use crate::model::{Person, Site};

/// Everything that is due, person by person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    pub drafts: Vec<Draft>,
    /// What is due and cannot be sent, with the place to mend.
    pub withheld: Vec<Withheld>,
}

/// One letter, decided and not yet worded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The folder of the round.
    pub round: String,
    pub person: Arc<Person>,
    pub genre: Genre,
    /// At least one; several of [`Genre::News`] make a digest. In the order in which to tell them.
    pub notices: Vec<Notice>,
}

/// Which letter it is. Each has its own template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Genre {
    Invitation,
    ListsDue,
    ListComplete,
    WeekAhead,
    /// What happened to the items of one owner: statuses, owners, fates, reminders to sign off.
    News,
    Survey,
    SurveyReminder,
    SurveyThanks,
    ResultsOut,
}

impl Genre {
    /// The name of the template.
    pub fn word(self) -> &'static str {
        match self {
            Genre::Invitation => "invitation",
            Genre::ListsDue => "lists-due",
            Genre::ListComplete => "list-complete",
            Genre::WeekAhead => "week-ahead",
            Genre::News => "news",
            Genre::Survey => "survey",
            Genre::SurveyReminder => "survey-reminder",
            Genre::SurveyThanks => "survey-thanks",
            Genre::ResultsOut => "results-out",
        }
    }
}

/// Something that is due and cannot go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withheld {
    pub notice: Notice,
    /// What is wrong, and what to write instead.
    pub message: String,
    pub place: Place,
}

/// Compares the content with what was told.
pub fn plan(site: &Site, told: &Told, now: Timestamp) -> Plan {
    let _ = (site, told, now);
    Plan::default()
}
