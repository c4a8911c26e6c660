//! The final letter of a draft, as the store keeps it.

use super::notices_of;
use crate::mail::letter::{self, Desk};
use crate::mail::{Draft, Letter, Mailbox, Sender, Unsendable, message};
use crate::store::NewLetter;

/// Puts a draft into words and bytes.
///
/// # Errors
/// When something that people wrote cannot stand in a letter, or a link it needs is not there.
pub fn word(draft: &Draft, desk: &Desk, sender: &Sender) -> Result<NewLetter, Unsendable> {
    finish(draft, letter::write(draft, desk)?, desk, sender)
}

/// The same for a trial: it goes to `me` and says so first. Nothing gets into a calendar by it, and
/// nobody's reminders are stopped. The links of its desk are to lead to nobody's own form.
///
/// # Errors
/// As for [`word`].
pub fn word_for_trial(
    draft: &Draft,
    desk: &Desk,
    sender: &Sender,
    me: &Mailbox,
) -> Result<NewLetter, Unsendable> {
    let mut letter = letter::write(draft, desk)?;
    let intended = draft.person.first_name();
    letter.subject = format!("[to {intended}] {}", letter.subject);
    letter.text = format!("[A trial. This letter is for {intended}.]\n\n{}", letter.text);
    letter.html = with_line(&letter.html, intended);
    // Mail programs drop a second letter with an id that they know, and file it in its thread.
    letter.id = format!("trial-{}", letter.id);
    letter.thread = letter.thread.map(|thread| format!("trial-{thread}"));
    (letter.calendar, letter.unsubscribe) = (None, None);
    (letter.name, letter.address) = (me.name.clone(), me.address.clone());
    finish(draft, letter, desk, sender)
}

/// Says at the beginning of a page whom it is for.
fn with_line(html: &str, intended: &str) -> String {
    let mut shown = Vec::new();
    // Writing into memory does not fail.
    let _ = tera::escape_html(intended, &mut shown);
    let shown = String::from_utf8(shown).unwrap_or_default();
    let body = html.find("<body").and_then(|at| html[at..].find('>').map(|end| at + end + 1));
    let (before, after) = html.split_at(body.unwrap_or(0));
    format!("{before}<p>[A trial. This letter is for {shown}.]</p>{after}")
}

fn finish(
    draft: &Draft,
    letter: Letter,
    desk: &Desk,
    sender: &Sender,
) -> Result<NewLetter, Unsendable> {
    Ok(NewLetter {
        round: draft.round.clone(),
        genre: draft.genre.word().to_owned(),
        person: draft.person.id.clone(),
        address: draft.person.mail.clone(),
        recipient: message::recipient(&letter)?.address,
        sender: sender.from.address.clone(),
        message_id: format!("<{}@{}>", letter.id, sender.from.domain()),
        bytes: message::text(&letter, sender, desk.now)?,
        line: letter.subject,
        notices: notices_of(draft),
    })
}
