//! What the templates of the preview see.

use serde::Serialize;

/// Everything that a template of the preview gets.
#[derive(Serialize)]
pub struct PreviewPage<'a, V> {
    /// The site.
    pub site: PreviewSite<'a>,
    /// What only this page shows.
    pub view: &'a V,
}

/// The site, as a preview knows it.
#[derive(Serialize)]
pub struct PreviewSite<'a> {
    /// The site's title.
    pub title: &'a str,
    /// `en`.
    pub language: &'a str,
    /// `ltr` or `rtl`.
    pub direction: String,
    /// Where the style sheet is.
    pub style: &'a str,
    /// Where the icon is.
    pub icon: String,
    /// Where the letters are listed.
    pub letters: &'a str,
    /// Where everybody who is asked is listed.
    pub survey: &'a str,
}

/// The letters that are due.
#[derive(Serialize)]
pub struct LettersPage {
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
    /// Moments worth a look.
    pub coming: Vec<Coming>,
    /// Where the store is, or would be.
    pub place: String,
    /// Whether there is a store.
    pub is_told: bool,
    /// Why it is not known what is due.
    pub trouble: Option<String>,
    /// The name of the plan, where something is due.
    pub plan: Option<String>,
    /// What is due.
    pub letters: Vec<Row>,
    /// What is due and cannot go out.
    pub withheld: Vec<Held>,
}

/// A moment worth a look.
#[derive(Serialize)]
pub struct Coming {
    /// The moment.
    pub when: String,
    /// What happens then.
    pub what: String,
    /// `?now=2026-08-03T10:00`.
    pub query: String,
}

/// A letter in the list.
#[derive(Serialize)]
pub struct Row {
    /// Where the letter is shown.
    pub href: String,
    /// Who is meant.
    pub whom: Whom,
    /// Which letter it is.
    pub kind: String,
    /// The round's title.
    pub round: String,
    /// The subject line.
    pub subject: String,
    /// Why it goes.
    pub why: Vec<Why>,
}

/// Who a letter goes to. Never an address.
#[derive(Serialize)]
pub struct Whom {
    /// The first name.
    pub first_name: String,
    /// In people.toml.
    pub id: String,
}

/// Why a letter goes.
#[derive(Serialize)]
pub struct Why {
    /// The title of the item, or the name of the product.
    pub about: Option<String>,
    /// The reason, in English.
    pub why: String,
}

/// What is due and cannot go out.
#[derive(Serialize)]
pub struct Held {
    /// Which letter it is.
    pub kind: String,
    /// The place to mend.
    pub place: String,
    /// What is wrong and what to write instead, in English.
    pub message: String,
}

/// One letter.
#[derive(Serialize)]
pub struct LetterPage {
    /// What the list shows of it.
    pub row: Row,
    /// Back to the list, at the same moment.
    pub all: String,
    /// The letter before it.
    pub previous: Option<String>,
    /// The letter after it.
    pub next: Option<String>,
    /// The moment, where it is another one than now.
    pub other: Option<String>,
    /// Where the HTML part is.
    pub html: String,
    /// The text part.
    pub text: String,
    /// The head of the mail, a field a line; or why there is none.
    pub head: String,
    /// Whether there is a head.
    pub is_mail: bool,
    /// The entry that comes with it.
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
    /// From when to when.
    pub days: String,
    /// How often it was changed before.
    pub sequence: u32,
    /// Its title.
    pub summary: String,
    /// Its text.
    pub description: String,
}

/// Something to say.
#[derive(Serialize)]
pub struct PreviewMessage {
    /// What it is about.
    pub title: String,
    /// More about it.
    pub text: Option<String>,
    /// What a program said, in English.
    pub trouble: Option<String>,
}

/// A survey to try.
#[derive(Serialize)]
pub struct TrialPage {
    /// The latest first.
    pub rounds: Vec<TrialRound>,
}

/// A round with a survey.
#[derive(Serialize)]
pub struct TrialRound {
    /// The round's title.
    pub title: String,
    /// How many questions there are.
    pub questions: usize,
    /// How many people are asked.
    pub asked: usize,
    /// How many have answered in the trial.
    pub answered: usize,
    /// Where the results are, once somebody has answered.
    pub results: Option<String>,
    /// Where the button leads that makes answers up.
    pub make_up: String,
    /// Everybody who is asked.
    pub people: Vec<TrialPerson>,
}

/// Somebody who is asked.
#[derive(Serialize)]
pub struct TrialPerson {
    /// Who is meant.
    pub whom: Whom,
    /// As what: owners, hubs, developers, managers.
    pub roles: String,
    /// Where their form is.
    pub form: String,
    /// Where they end the reminders.
    pub silence: String,
    /// Whether they have answered in the trial.
    pub has_answered: bool,
}
