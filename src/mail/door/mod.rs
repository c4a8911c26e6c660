//! How a letter leaves: over SMTP to a mail server, through a local `sendmail`, or into a folder.
//!
//! A door is given the final bytes and one recipient, and says what became of them and where in
//! the conversation. It decides nothing about who is told, keeps nothing, and never tries a letter
//! twice by itself once its body has begun.

mod address;
mod error;
mod folder;
pub mod secret;
mod sendmail;
mod settings;
mod smtp;
mod url;

use std::fmt;

pub(in crate::mail) use address::ascii_address;
pub use error::DoorError;
pub use settings::{
    Account, CA_FILE, Key, PASSWORD_FILE, Patience, Security, Settings, SmtpSettings, TOKEN_FILE,
    URL, VARIABLES, Way,
};
pub(in crate::mail) use smtp::examine_smtp;

/// Where in the conversation something was answered, in its order (RFC 5321).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// Finding the server and reaching it.
    Connect,
    /// Its first words, before it was asked anything.
    Greeting,
    /// STARTTLS and the handshake (RFC 3207, RFC 8314).
    Tls,
    /// EHLO.
    Hello,
    /// Signing in (RFC 4954).
    Auth,
    /// MAIL FROM.
    Sender,
    /// RCPT TO. Only here is an answer about the recipient.
    Recipient,
    /// DATA, before the body.
    Data,
    /// The body, and the answer to its final dot.
    Body,
}

impl Stage {
    pub const ALL: [Stage; 9] = [
        Stage::Connect,
        Stage::Greeting,
        Stage::Tls,
        Stage::Hello,
        Stage::Auth,
        Stage::Sender,
        Stage::Recipient,
        Stage::Data,
        Stage::Body,
    ];

    /// The word in the store and in what machines read.
    pub fn word(self) -> &'static str {
        match self {
            Stage::Connect => "connect",
            Stage::Greeting => "greeting",
            Stage::Tls => "tls",
            Stage::Hello => "hello",
            Stage::Auth => "auth",
            Stage::Sender => "sender",
            Stage::Recipient => "recipient",
            Stage::Data => "data",
            Stage::Body => "body",
        }
    }

    /// The stage of that word, if it is one.
    pub fn from_word(word: &str) -> Option<Stage> {
        Stage::ALL.into_iter().find(|stage| stage.word() == word)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What became of one letter at the door. `words` are the other side's own where it said any, else
/// ours; on one line, of bounded length, without secrets. They may name the address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It was taken. Who took it answers for it now.
    Accepted { words: String },
    /// It was not taken, and may be later: a 4xx, or a drop or a timeout before the body.
    NotNow { stage: Stage, code: Option<u16>, words: String },
    /// This letter will not be taken, however often it is tried: a 5xx about its recipient, or
    /// about its content ([`Stage::Body`]). Other letters are not concerned.
    Never { stage: Stage, code: Option<u16>, words: String },
    /// The body had begun and no answer came: it may have arrived, or not.
    Unknown { words: String },
    /// It was not taken, for a reason that would meet every letter: the settings are wrong. The run
    /// ends, and the words say what a person can do.
    Stop { stage: Stage, code: Option<u16>, words: String },
}

/// Whom a letter is from and for, as the other side is told: addresses without names.
///
/// It has no `Debug`, so that no address ends up in a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    pub from: String,
    pub to: String,
}

/// A way out for letters.
pub trait Door: Send {
    /// Hands over one letter for one recipient and waits for the answer, for a bounded time.
    fn deliver(&mut self, envelope: &Envelope, bytes: &str) -> Delivery;

    /// Says good-bye. What was accepted stays accepted, whatever happens here.
    fn close(&mut self);
}

/// The most of another's words that is kept.
const MOST_WORDS: usize = 600;

/// What somebody else said, fit for one line of a terminal, a log or a store: no control or
/// direction characters, single blanks, and not without end.
pub(crate) fn one_line(said: &str) -> String {
    let plain = |c: char| match c {
        c if c.is_control() || c.is_whitespace() => ' ',
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => ' ',
        c => c,
    };
    let said: String = said.chars().map(plain).collect();
    let words: Vec<&str> = said.split(' ').filter(|word| !word.is_empty()).collect();
    let line = words.join(" ");
    match line.char_indices().nth(MOST_WORDS) {
        None => line,
        Some((end, _)) => format!("{}\u{2026}", &line[..end]),
    }
}
