//! A draft in the words of the theme: what the person reads, as text and as HTML, and what the head
//! of the mail has to know. Pure: no clock, no store, no socket.
//!
//! A template of the theme makes Markdown; from its events come both parts, so that they cannot say
//! different things. Values in it are text, and the prose that people wrote comes in whole, as
//! events of its own, so that nothing can reach out of its place.

use std::borrow::Borrow;

use super::{Draft, Genre, Mailbox, calendar};
use crate::crew;
use crate::finding::{Finding, Place};
use crate::model::Round;
use crate::theme::ThemeError;

mod about;
mod blanks;
mod body;
mod common;
mod desk;
mod html;
mod identity;
mod news;
mod pieces;
mod plain;
mod scope;
mod views;
mod week;

use body::Body;
pub use desk::Desk;
pub(super) use identity::hash;
pub(super) use scope::{one_line, shortened};

/// Where the personal links of a letter lead; their tokens are made elsewhere. `None` where no
/// form is reachable, which makes a survey's letters unsendable.
pub trait Links: Sync {
    /// The form of this person's survey. `answer` is what it begins with as the answer to the
    /// first question: the number of the choice, from 1, or the point on the scale.
    fn survey(&self, round: &Round, person: &str, answer: Option<u32>) -> Option<String>;

    /// Where a press of a button, or the one-click POST of RFC 8058, stops the reminders.
    fn silence(&self, round: &Round, person: &str) -> Option<String>;
}

/// A letter, ready for its envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub genre: Genre,
    /// Who it goes to: the name as written, and the address.
    pub name: String,
    pub address: String,
    /// Where name and address were written, for whoever has to mend them.
    pub name_place: Place,
    pub address_place: Place,
    /// One line of at most 200 bytes, not encoded.
    pub subject: String,
    /// The first sentence below the greeting: what a list of mails shows beside the subject.
    pub state: String,
    /// Lines of at most 72 columns but for addresses, each ending in LF.
    pub text: String,
    /// A whole page, below the 102 kB at which Gmail cuts.
    pub html: String,
    /// The entry, or its cancellation, for the person's calendar.
    pub calendar: Option<calendar::Week>,
    /// What Message-ID (RFC 5322, 3.6.4) begins with: the same for the same notices to the same
    /// address.
    pub id: String,
    /// The same of the thread, for In-Reply-To and References; `None` for a letter on its own.
    pub thread: Option<String>,
    /// List-Id (RFC 2919), without its brackets.
    pub list: String,
    /// List-Unsubscribe (RFC 2369): only where a letter is no duty.
    pub unsubscribe: Option<String>,
    /// Templates of the theme that failed; the embedded ones stand in for them.
    pub findings: Vec<Finding>,
}

/// What a letter says, without all that only its envelope and other readers need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// As [`Letter::subject`].
    pub subject: String,
    /// As [`Letter::text`].
    pub text: String,
}

/// Why a letter cannot be sent, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    /// Something that people wrote has to be written otherwise. The message says what is wrong,
    /// `help` what to write instead.
    #[error("{message}; {help}")]
    Written { message: String, help: String, place: Place },
    /// The plan speaks of what is no longer there: it is older than the content.
    #[error("`{what}` is not there any more; make the plan again")]
    Gone { what: String, place: Place },
    /// A template fails even without the theme's overrides.
    #[error("{path}: {message}")]
    Template { path: String, message: String },
}

impl Unsendable {
    /// Where to mend it.
    pub fn place(&self) -> Place {
        match self {
            Unsendable::Written { place, .. } | Unsendable::Gone { place, .. } => place.clone(),
            Unsendable::Template { path, .. } => Place::whole(path.as_str()),
        }
    }
}

impl From<ThemeError> for Unsendable {
    fn from(error: ThemeError) -> Unsendable {
        Unsendable::Template { path: error.path, message: error.message }
    }
}

/// Does the same for each draft, on all processors where there are many. What comes of it is in the
/// order of the drafts, which may be references to some.
pub fn for_each<'a, D: Borrow<Draft> + Sync, T: Send>(
    drafts: &'a [D],
    act: impl Fn(&'a Draft) -> T + Sync,
) -> Vec<T> {
    crew::all(drafts.len(), |number| act(drafts[number].borrow()))
}

/// Says what the letter of a draft says.
///
/// # Errors
///
/// As for [`write`], and when no mail server takes the address.
pub fn say(draft: &Draft, desk: &Desk) -> Result<Said, Unsendable> {
    let person = &draft.person;
    Mailbox::new(&person.name, &person.mail, &person.mail_place)?;
    let scope = scope::Scope::of(draft, desk)?;
    let mut pieces = pieces::Pieces::default();
    let view = about::view(&scope, &mut pieces)?;
    let said = |body: Body| Said {
        subject: identity::subject(&scope, &body.subject),
        text: plain::write(&body.blocks),
    };
    Ok(scope.body(&scope.frame(view), &pieces, said)?.0)
}

/// Writes the letter of a draft.
///
/// # Errors
///
/// When the draft is older than the content, when a link that the letter lives by is not
/// configured, or when the theme's own template fails.
pub fn write(draft: &Draft, desk: &Desk) -> Result<Letter, Unsendable> {
    let scope = scope::Scope::of(draft, desk)?;
    let mut pieces = pieces::Pieces::default();
    let view = about::view(&scope, &mut pieces)?;
    let parts = |body: Body| {
        let subject = identity::subject(&scope, &body.subject);
        let html = html::write(&body.blocks, &subject, scope.words);
        (subject, body.state(), plain::write(&body.blocks), html)
    };
    let ((subject, state, text, html), findings) =
        scope.body(&scope.frame(view), &pieces, parts)?;
    Ok(Letter {
        genre: draft.genre,
        name: draft.person.name.clone(),
        address: draft.person.mail.clone(),
        name_place: draft.person.place.clone(),
        address_place: draft.person.mail_place.clone(),
        subject,
        state,
        text,
        html,
        calendar: week::entry(&scope),
        id: identity::id(draft),
        thread: identity::thread(&scope),
        list: identity::list(&scope),
        unsubscribe: identity::unsubscribe(&scope),
        findings,
    })
}
