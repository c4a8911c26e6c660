//! One fact for one person: the smallest thing that somebody is told, and is told once.

use std::fmt;

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// There is a round; this is what it is and what is asked.
    Invitation,
    /// A hub has not agreed to a list, or the list of a manager's product is missing.
    ListsDue,
    /// A list has all its items and all its hubs have agreed.
    ListComplete,
    /// The week is about to begin, and the person owns something in it. Carries the calendar entry.
    WeekAhead,
    /// The person owns nothing in the week any more. Cancels the calendar entry.
    WeekOff,
    /// The item is waiting again, although another status was told.
    Submitted,
    Started,
    Skipped,
    Done,
    /// It was done, and is started again.
    Reopened,
    /// The item is the person's now; says where it stands.
    HandedOver,
    /// The item is somebody else's now.
    Moved,
    /// It has been done for a while and is not signed off.
    SignOffReminder,
    /// What becomes of an item that was not finished.
    Fate,
    /// How was it? Carries the personal link.
    Survey,
    /// The same, to the silent only.
    SurveyReminder,
    /// The answers have arrived.
    SurveyThanks,
    /// The results stand on the site.
    ResultsOut,
}

impl Kind {
    /// The notices after which somebody knows where an item stands, or that it is not theirs.
    pub const STANDING: [Kind; 8] = [
        Kind::WeekAhead,
        Kind::Submitted,
        Kind::Started,
        Kind::Skipped,
        Kind::Done,
        Kind::Reopened,
        Kind::HandedOver,
        Kind::Moved,
    ];

    /// The notices that are about a product and its list.
    pub const OF_LISTS: [Kind; 2] = [Kind::ListsDue, Kind::ListComplete];

    pub const ALL: [Kind; 18] = [
        Kind::Invitation,
        Kind::ListsDue,
        Kind::ListComplete,
        Kind::WeekAhead,
        Kind::WeekOff,
        Kind::Submitted,
        Kind::Started,
        Kind::Skipped,
        Kind::Done,
        Kind::Reopened,
        Kind::HandedOver,
        Kind::Moved,
        Kind::SignOffReminder,
        Kind::Fate,
        Kind::Survey,
        Kind::SurveyReminder,
        Kind::SurveyThanks,
        Kind::ResultsOut,
    ];

    /// The word in the store, in record.toml, in keys of words and in names of templates.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Invitation => "invitation",
            Kind::ListsDue => "lists-due",
            Kind::ListComplete => "list-complete",
            Kind::WeekAhead => "week-ahead",
            Kind::WeekOff => "week-off",
            Kind::Submitted => "submitted",
            Kind::Started => "started",
            Kind::Skipped => "skipped",
            Kind::Done => "done",
            Kind::Reopened => "reopened",
            Kind::HandedOver => "handed-over",
            Kind::Moved => "moved",
            Kind::SignOffReminder => "sign-off-reminder",
            Kind::Fate => "fate",
            Kind::Survey => "survey",
            Kind::SurveyReminder => "survey-reminder",
            Kind::SurveyThanks => "survey-thanks",
            Kind::ResultsOut => "results-out",
        }
    }

    /// The kind of that word, if it is one.
    pub fn from_word(word: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// What makes a notice the one it is: no two letters ever carry the same key to the same address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NoticeKey {
    /// The folder of the round.
    pub round: String,
    pub kind: Kind,
    /// The ref of an item or the key of a product; `-` where the whole round is meant.
    pub subject: String,
    /// The person's id in people.toml.
    pub person: String,
    /// From 1: how many times this was to be told. An item can be started more than once.
    pub number: u32,
}

/// `2026-summer/started/invoice-currency/ana/1`
impl fmt::Display for NoticeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NoticeKey { round, kind, subject, person, number } = self;
        write!(f, "{round}/{}/{subject}/{person}/{number}", kind.word())
    }
}

/// A notice that is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub key: NoticeKey,
    /// What the person knows once they have read it, in one word or two: `started`, the first and
    /// last day of a week. The next plan compares with this.
    pub said: String,
    /// Why it is due, for whoever reads the plan: one sentence, lower case, without a full stop.
    pub why: String,
}
