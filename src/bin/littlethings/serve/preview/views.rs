//! What the templates of the preview see.

use serde::Serialize;

/// `letters.html`.
#[derive(Serialize)]
pub struct LettersView {
    /// The moment that is shown.
    pub at: String,
    /// On whose clocks.
    pub zone: String,
    /// The same for a field: `2026-08-03T10:00`.
    pub field: String,
    /// It is another moment than now.
    pub is_other: bool,
    /// What was typed and is no moment.
    pub wrong: Option<String>,
    pub coming: Vec<Coming>,
    /// Where the store is, or would be.
    pub place: String,
    /// Whether there is a store.
    pub is_told: bool,
    /// Why it is not known what is due.
    pub trouble: Option<String>,
    /// The name of the plan, where something is due.
    pub plan: Option<String>,
    pub letters: Vec<Row>,
    pub withheld: Vec<Held>,
}

/// A moment worth a look.
#[derive(Serialize)]
pub struct Coming {
    pub when: String,
    pub what: String,
    /// `?now=2026-08-03T10:00`.
    pub query: String,
}

/// A letter in the list.
#[derive(Serialize)]
pub struct Row {
    pub href: String,
    pub whom: Whom,
    /// Which letter it is.
    pub kind: String,
    pub round: String,
    pub subject: String,
    pub why: Vec<Why>,
}

/// Who a letter goes to. Never an address.
#[derive(Serialize)]
pub struct Whom {
    pub first_name: String,
    /// In people.toml.
    pub id: String,
}

/// Why a letter goes.
#[derive(Serialize)]
pub struct Why {
    /// The title of the item, or the name of the product.
    pub about: Option<String>,
    pub why: String,
}

/// What is due and cannot go out.
#[derive(Serialize)]
pub struct Held {
    pub kind: String,
    /// The place to mend.
    pub place: String,
    pub message: String,
}

/// `letter.html`.
#[derive(Serialize)]
pub struct LetterView {
    pub row: Row,
    /// Back to the list, at the same moment.
    pub all: String,
    pub previous: Option<String>,
    pub next: Option<String>,
    /// The moment, where it is another one than now.
    pub other: Option<String>,
    /// Where the HTML part is.
    pub html: String,
    pub text: String,
    /// The head of the mail, a field a line; or why there is none.
    pub head: String,
    pub is_mail: bool,
    pub calendar: Option<Entry>,
    /// Where links to the survey lead in the mail.
    pub survey: Option<String>,
    /// A template of the site's own failed.
    pub is_broken: bool,
}

/// The entry for a calendar.
#[derive(Serialize)]
pub struct Entry {
    /// `request` or `cancel`.
    pub method: String,
    pub days: String,
    pub sequence: u32,
    pub summary: String,
    pub description: String,
}

/// `message.html`.
#[derive(Serialize)]
pub struct Message {
    pub title: String,
    pub text: Option<String>,
    /// What a program said, in English.
    pub trouble: Option<String>,
}

/// `trial.html`.
#[derive(Serialize)]
pub struct TrialView {
    /// The latest first.
    pub rounds: Vec<TrialRound>,
}

/// A round with a survey.
#[derive(Serialize)]
pub struct TrialRound {
    pub title: String,
    pub questions: usize,
    pub asked: usize,
    pub answered: usize,
    /// Where the results are, once somebody has answered.
    pub results: Option<String>,
    /// Where the button leads that makes answers up.
    pub make_up: String,
    pub people: Vec<TrialPerson>,
}

/// Somebody who is asked.
#[derive(Serialize)]
pub struct TrialPerson {
    pub whom: Whom,
    /// As what: owners, hubs, developers, managers.
    pub roles: String,
    pub form: String,
    pub silence: String,
    pub has_answered: bool,
}
