//! What sort of mail it is (pure). Programs answer mail as well: their answers are no opinions.

use mail_parser::{Address, Message, MimeHeaders};

/// A mail that no person wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Automatic {
    /// Somebody is away, or a program answers for them.
    Reply,
    /// A mail server could not deliver something.
    Bounce,
    /// A mail program tells that something was read.
    Receipt,
    /// A calendar accepts or declines.
    Calendar,
}

impl Automatic {
    /// In words, as one and as several.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Automatic::Reply => ("automatic reply", "automatic replies"),
            Automatic::Bounce => ("bounce", "bounces"),
            Automatic::Receipt => ("read receipt", "read receipts"),
            Automatic::Calendar => ("answer of a calendar", "answers of calendars"),
        }
    }

    /// For machines.
    pub fn word(self) -> &'static str {
        match self {
            Automatic::Reply => "automatic reply",
            Automatic::Bounce => "bounce",
            Automatic::Receipt => "read receipt",
            Automatic::Calendar => "calendar",
        }
    }
}

/// What mail programs begin the subject with, in the languages of the themes: RFC 3834 asks for a
/// field in the head, and not everybody has read it.
const SUBJECTS: &[(Automatic, &[&str])] = &[
    (
        Automatic::Reply,
        &[
            "automatic reply",
            "auto reply",
            "autoreply",
            "auto-reply",
            "auto:",
            "out of office",
            "out of the office",
            "on vacation",
            "vacation",
            "automatische antwort",
            "abwesenheit",
            "abwesend",
            "nicht im büro",
            "ausser haus",
            "außer haus",
            "bin im urlaub",
            "ferienabwesenheit",
        ],
    ),
    (
        Automatic::Bounce,
        &[
            "undeliver",
            "delivery status notification",
            "mail delivery failed",
            "delivery failure",
            "returned mail",
            "failure notice",
            "unzustellbar",
            "nicht zustellbar",
        ],
    ),
    (
        Automatic::Receipt,
        &["read:", "read receipt", "gelesen:", "not read:", "ungelesen:", "lesebestätigung"],
    ),
];

/// Which sort of automatic mail this is; `None` where a person may have written it.
pub fn automatic(mail: &Message) -> Option<Automatic> {
    report(mail).or_else(|| by_head(mail)).or_else(|| by_subject(mail))
}

/// RFC 3464, RFC 8098 and RFC 6047 say so by the type of the mail or of one of its parts.
fn report(mail: &Message) -> Option<Automatic> {
    let kind = mail.content_type()?;
    if kind.ctype().eq_ignore_ascii_case("multipart")
        && kind.subtype().is_some_and(|it| it.eq_ignore_ascii_case("report"))
    {
        let about = kind.attribute("report-type").unwrap_or_default();
        let is_receipt = about.eq_ignore_ascii_case("disposition-notification");
        return Some(if is_receipt { Automatic::Receipt } else { Automatic::Bounce });
    }
    let is_answer = mail.parts.iter().filter_map(|part| part.content_type()).any(|kind| {
        let method = kind.attribute("method").unwrap_or_default();
        kind.subtype().is_some_and(|it| it.eq_ignore_ascii_case("calendar"))
            && (method.eq_ignore_ascii_case("reply") || method.eq_ignore_ascii_case("counter"))
    });
    is_answer.then_some(Automatic::Calendar)
}

fn by_head(mail: &Message) -> Option<Automatic> {
    let text = |name: &str| Some(mail.header_raw(name.to_owned())?.trim().to_lowercase());
    let sender = mail.from().and_then(Address::first).and_then(|it| it.address());
    let sender = sender.unwrap_or_default().to_lowercase();
    if sender.starts_with("mailer-daemon@") || sender.starts_with("postmaster@") {
        return Some(Automatic::Bounce);
    }
    let is_submitted = text("Auto-Submitted").is_some_and(|it| !it.starts_with("no"));
    // Not `list`: a person's answer that came through a list has that as well.
    let precedence = text("Precedence").unwrap_or_default();
    let is_bulk = ["bulk", "junk", "auto_reply", "auto-reply"].contains(&precedence.as_str());
    let marked = ["X-Autoreply", "X-Auto-Reply", "X-Autorespond", "X-Autoreply-From", "X-Vacation"];
    let is_marked = marked.iter().any(|name| text(name).is_some());
    // Nobody takes an answer to it.
    let is_from_nobody = text("Return-Path").is_some_and(|path| path == "<>");
    (is_submitted || is_bulk || is_marked || is_from_nobody).then_some(Automatic::Reply)
}

fn by_subject(mail: &Message) -> Option<Automatic> {
    let subject = mail.subject()?.trim().to_lowercase();
    let begins = |words: &&[&str]| words.iter().any(|begin| subject.starts_with(begin));
    SUBJECTS.iter().find(|(_, words)| begins(words)).map(|(sort, _)| *sort)
}
