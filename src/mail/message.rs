//! A letter as the bytes that go over the wire (RFC 5322, MIME): the text first, the same in HTML
//! second, the entry for the calendar last.
//!
//! What is written by people goes into the head encoded here and not by lettre: of a name with a
//! line break it makes a panic or a letter to nobody, of `=?utf-8?…` typed in a title something
//! else, and it keeps domains in letters that mail servers do not know.

use jiff::Timestamp;
use lettre::address::{Address, Envelope};
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Body, Message, MultiPart, SinglePart};

use super::calendar;
use super::letter::{Letter, Unsendable, hash};

mod head;
mod mailbox;

pub use mailbox::{Mailbox, Sender};

/// What a line of a mail may hold, without its end (RFC 5322, 2.1.1).
const LONGEST_LINE: usize = 998;

/// The whole mail, ASCII with CRLF. The same arguments give the same bytes; whoever sends keeps
/// them and never makes them again.
///
/// # Errors
///
/// When the address of the person, or something else that people wrote, cannot stand in a mail.
pub fn text(letter: &Letter, sender: &Sender, made_at: Timestamp) -> Result<String, Unsendable> {
    let to = recipient(letter)?;
    let built = build(letter, sender, &to, made_at);
    let refused = || Unsendable::Written {
        message: format!("no mail can be made for `{}`", letter.name),
        help: "look at the name and the address".to_owned(),
        place: letter.address_place.clone(),
    };
    let mail = String::from_utf8(built.map_err(|_| refused())?).map_err(|_| refused())?;
    let fits = mail.split("\r\n").all(|line| line.len() <= LONGEST_LINE);
    if !fits || !mail.is_ascii() { Err(refused()) } else { Ok(mail) }
}

/// Who the letter goes to, as a mail can name them.
///
/// # Errors
///
/// When mail servers cannot take the address.
pub fn recipient(letter: &Letter) -> Result<Mailbox, Unsendable> {
    Mailbox::new(&letter.name, &letter.address, &letter.address_place)
}

fn build(
    letter: &Letter,
    sender: &Sender,
    to: &Mailbox,
    made_at: Timestamp,
) -> Result<Vec<u8>, lettre::error::Error> {
    let domain = sender.from.domain();
    let mut mail = Message::builder()
        .envelope(envelope(&sender.from, to)?)
        .date(made_at.max(Timestamp::UNIX_EPOCH).into())
        .raw_header(field("From", &sender.from.address, head::mailbox("From", &sender.from)));
    if let Some(reply_to) = &sender.reply_to {
        let written = head::mailbox("Reply-To", reply_to);
        mail = mail.raw_header(field("Reply-To", &reply_to.address, written));
    }
    mail = mail
        .raw_header(field("To", &to.address, head::mailbox("To", to)))
        .raw_header(plain("Message-ID", format!("<{}@{domain}>", letter.id)));
    if let Some(thread) = &letter.thread {
        let root = format!("<{thread}@{domain}>");
        mail = mail
            .raw_header(plain("In-Reply-To", root.clone()))
            .raw_header(plain("References", root));
    }
    mail = mail
        .raw_header(field("Subject", &letter.subject, head::text("Subject", &letter.subject)))
        .raw_header(plain("List-Id", format!("<{}>", letter.list)))
        .raw_header(plain("Auto-Submitted", "auto-generated".to_owned()))
        // Exchange answers by itself unless it is told not to.
        .raw_header(plain("X-Auto-Response-Suppress", "All".to_owned()));
    if let Some(url) = &letter.unsubscribe {
        mail = mail
            .raw_header(plain("List-Unsubscribe", format!("<{url}>")))
            .raw_header(plain("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
    }
    Ok(mail.multipart(parts(letter, sender, to, made_at))?.formatted())
}

fn parts(letter: &Letter, sender: &Sender, to: &Mailbox, made_at: Timestamp) -> MultiPart {
    // `=_` cannot stand in quoted-printable, so no body can hold the line between two of them.
    let boundary = format!("=_{}", hash(&[&letter.id, &letter.text, &letter.html]));
    let parts = MultiPart::alternative()
        .boundary(boundary)
        .singlepart(part(ContentType::TEXT_PLAIN, &letter.text))
        .singlepart(part(ContentType::TEXT_HTML, &letter.html));
    let Some(week) = &letter.calendar else { return parts };
    let kind = format!("text/calendar; method={}; charset=UTF-8", week.method.word());
    let kind = ContentType::parse(&kind).unwrap_or(ContentType::TEXT_PLAIN);
    parts.singlepart(part(kind, &calendar::text(week, &sender.from, to, made_at)))
}

/// Left alone, lettre sends short texts with umlauts as base64, which filters like less.
fn part(kind: ContentType, text: &str) -> SinglePart {
    let encoding = ContentTransferEncoding::QuotedPrintable;
    let body = Body::new_with_encoding(text.to_owned(), encoding).unwrap_or_else(Body::new);
    SinglePart::builder().header(kind).body(body)
}

/// Lettre would look for it in the head, where it cannot read what it has not written.
fn envelope(from: &Mailbox, to: &Mailbox) -> Result<Envelope, lettre::error::Error> {
    let address = |mailbox: &Mailbox| {
        mailbox.address.parse::<Address>().map_err(|_| lettre::error::Error::MissingTo)
    };
    Envelope::new(Some(address(from)?), vec![address(to)?])
}

/// A field whose value is ASCII without line breaks already.
fn plain(name: &'static str, value: String) -> HeaderValue {
    field(name, "", value)
}

/// A field with the value lettre looks at and the value it writes.
fn field(name: &'static str, meant: &str, written: String) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str(name);
    HeaderValue::dangerous_new_pre_encoded(name, meant.to_owned(), written)
}
