//! What a letter's template may see. `themes/VIEWS.md` is made from this file.

use serde::Serialize;

use crate::theme::Prepared;

/// What every letter gets.
#[derive(Clone, Debug, Serialize)]
pub struct LetterView<'a, V> {
    /// The site.
    pub site: &'a Prepared<LetterSite>,
    /// The round it is about.
    pub round: &'a Prepared<LetterRound>,
    /// Who it goes to.
    pub person: Reader,
    /// What this letter is about.
    pub view: V,
}

/// The site, for a letter.
#[derive(Clone, Debug, Serialize)]
pub struct LetterSite {
    /// Its title.
    pub title: String,
    /// Where it is.
    pub url: String,
    /// Where to go with what cannot wait.
    pub support: Option<String>,
    /// The name of who gets the answers to this letter.
    pub answers: Option<String>,
}

/// The round, for a letter.
#[derive(Clone, Debug, Serialize)]
pub struct LetterRound {
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: String,
    /// The days of the week: `27 to 31 July 2026`.
    pub week: String,
}

/// Who a letter goes to.
#[derive(Clone, Debug, Serialize)]
pub struct Reader {
    /// The whole name.
    pub name: String,
    /// The first name.
    pub first_name: String,
}

/// An instant, on the clocks of the round.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Instant {
    /// `Friday 24 July 2026`.
    pub day: String,
    /// With the time, the zone, its offset and the same in UTC.
    pub full: String,
}

/// `invitation.md`.
#[derive(Clone, Debug, Serialize)]
pub struct InvitationLetter {
    /// The title of the round's invitation.
    pub title: String,
    /// Its text: blocks, to stand in a paragraph of its own.
    pub body: String,
    /// Its page.
    pub url: String,
    /// When the lists are due.
    pub lists_due: Instant,
}

/// `lists-due.md`.
#[derive(Clone, Debug, Serialize)]
pub struct ListsLetter {
    /// When they are due.
    pub due: Instant,
    /// That was before now.
    pub late: bool,
    /// The products that wait for the reader.
    pub products: Vec<ListDue>,
}

/// A product whose list waits for somebody.
#[derive(Clone, Debug, Serialize)]
pub struct ListDue {
    /// Its name.
    pub name: String,
    /// The page of its list.
    pub url: String,
    /// Where the list is edited, with its line.
    pub edit: Option<String>,
    /// The file of the list.
    pub file: String,
    /// How many items it has.
    pub listed: usize,
    /// How many it shall have.
    pub limit: usize,
    /// There is no list yet.
    pub missing: bool,
    /// There is one, and nobody has written an item into it.
    pub empty: bool,
    /// The hubs the reader speaks for that have not agreed, in words.
    pub hub: Option<String>,
    /// The reader is the product's manager.
    pub manages: bool,
    /// The reader coordinates the round and is asked for the list because no letter can reach the
    /// product's manager.
    pub stands_in: bool,
}

/// `list-complete.md`.
#[derive(Clone, Debug, Serialize)]
pub struct CompleteLetter {
    /// The lists that are complete now.
    pub products: Vec<CompleteList>,
    /// How many of all lists are.
    pub complete: usize,
    /// How many lists there are.
    pub lists: usize,
    /// The products whose lists are not complete, in words.
    pub others: Option<String>,
    /// When they are due.
    pub due: Instant,
}

/// A list that is complete.
#[derive(Clone, Debug, Serialize)]
pub struct CompleteList {
    /// The product's name.
    pub name: String,
    /// The page of the list.
    pub url: String,
    /// How many items it has.
    pub listed: usize,
    /// The hubs that have agreed, in words.
    pub hubs: String,
}

/// `week-ahead.md`.
#[derive(Clone, Debug, Serialize)]
pub struct WeekLetter {
    /// The week's first day.
    pub first: String,
    /// That day has come: the letter is late, or the item is the reader's since then.
    pub has_begun: bool,
    /// What the reader owns, product by product.
    pub items: Vec<OwnItem>,
    /// On which days of the week the reader is away, in words.
    pub away: Option<String>,
    /// From which day of the week on the reader is gone for good.
    pub leaves: Option<String>,
    /// Some item has nobody who answers on those days.
    pub uncovered: bool,
}

/// An item of the reader's.
#[derive(Clone, Debug, Serialize)]
pub struct OwnItem {
    /// Its title.
    pub title: String,
    /// The product's name.
    pub product: String,
    /// Its page.
    pub url: String,
    /// Its place in the list, from 1.
    pub position: usize,
    /// Who works on it, in words.
    pub devs: Option<String>,
    /// Who answers when the reader is away.
    pub deputy: Option<String>,
    /// Where a deputy can be named.
    pub edit: Option<String>,
}

/// `news.md`.
#[derive(Clone, Debug, Serialize)]
pub struct NewsLetter {
    /// It tells of several items.
    pub digest: bool,
    /// Of how many.
    pub count: usize,
    /// What happened, counted: `1 done, 2 skipped`.
    pub summary: String,
    /// What happened, in the order in which to tell it.
    pub news: Vec<News>,
    /// The reader owns nothing any more, and the entry in the calendar is cancelled.
    pub week_off: bool,
    /// When everybody will be asked how it was, in the last letters before that.
    pub asked_on: Option<Instant>,
    /// The week is over.
    pub over: bool,
}

/// What happened to an item.
#[derive(Clone, Debug, Serialize)]
pub struct News {
    /// `submitted`, `started`, `skipped`, `done`, `reopened`, `handed-over`, `moved`,
    /// `sign-off-reminder` or `fate`.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// The product's name.
    pub product: String,
    /// Its page.
    pub url: String,
    /// Where it is edited, with its line.
    pub edit: Option<String>,
    /// The line of its status.
    pub line: u32,
    /// What it is now: `submitted`, `skipped`, `started`, `done`, `signed-off` or `other`.
    pub status: String,
    /// The same in the words of the site.
    pub status_word: String,
    /// Who owns it now.
    pub owner: Option<String>,
    /// Who works on it, in words.
    pub devs: Option<String>,
    /// The developers' estimate, in words.
    pub estimate: Option<String>,
    /// The largest estimate that can be started.
    pub limit: String,
    /// The estimate is larger than that.
    pub too_big: bool,
    /// Why it was skipped, or what else was written behind `Reason`: words with marks.
    pub reason: Option<String>,
    /// When the owner will call it done: words with marks.
    pub done_when: Option<String>,
    /// The product manager's note: words with marks.
    pub note: Option<String>,
    /// How many days ago its owner was told that it is done.
    pub waiting: Option<usize>,
    /// What becomes of it: `roadmap`, `next-round`, `ticket`, `wont-do`, `undecided` or `other`.
    pub fate: Option<String>,
    /// What was written behind that, or instead of it: words with marks.
    pub fate_words: Option<String>,
}

/// `survey.md` and `survey-reminder.md`.
#[derive(Clone, Debug, Serialize)]
pub struct SurveyLetter {
    /// The survey's title.
    pub title: String,
    /// What stands above its questions: blocks, to stand in a paragraph of its own.
    pub intro: Option<String>,
    /// The first question.
    pub question: String,
    /// What is written below it: blocks, to stand in a paragraph of its own.
    pub about: Option<String>,
    /// The answers to choose from; empty where one writes.
    pub choices: Vec<Choice>,
    /// What can be filled in when the letter is answered by mail.
    pub blanks: Vec<BlankView>,
    /// The personal form.
    pub url: String,
    /// How many questions there are for the reader.
    pub questions: usize,
    /// How many minutes they take.
    pub minutes: usize,
    /// How many items of the reader's it is about.
    pub items: usize,
    /// When it closes.
    pub closes: Instant,
    /// Where reminders are stopped.
    pub silence: Option<String>,
    /// Which reminder it is, from 1; 0 in the first letter.
    pub number: usize,
    /// No other reminder follows.
    pub last: bool,
}

/// An answer that can be chosen in the letter.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    /// Its words.
    pub text: String,
    /// The form, with this answer chosen.
    pub url: String,
}

/// A question that can be answered with a number between two brackets.
#[derive(Clone, Debug, Serialize)]
pub struct BlankView {
    /// The question.
    pub title: String,
    /// What the numbers mean, in a line.
    pub choices: String,
    /// What must stand before the brackets, with a colon.
    pub name: String,
}

/// `survey-thanks.md`.
#[derive(Clone, Debug, Serialize)]
pub struct ThanksLetter {
    /// The survey's title.
    pub title: String,
    /// The personal form, where answers can still be changed.
    pub url: String,
    /// When it closes.
    pub closes: Instant,
    /// The page where the results will be.
    pub results: String,
}

/// `results-out.md`.
#[derive(Clone, Debug, Serialize)]
pub struct ResultsLetter {
    /// The page of the results.
    pub url: String,
    /// How many were asked.
    pub asked: usize,
    /// How many answered.
    pub answered: usize,
    /// The same in per cent.
    pub rate: Option<String>,
    /// How many items were asked for.
    pub listed: usize,
    /// How many were finished.
    pub finished: usize,
    /// That the results are out and, where anybody was asked, how many answered.
    pub turnout: String,
    /// How many items were finished, in words; none where none was asked for.
    pub work: Option<String>,
    /// The reader is among those who answered.
    pub has_answered: bool,
    /// What was decided, in a sentence.
    pub outcome: Option<String>,
    /// The round that follows.
    pub next: Option<String>,
}
