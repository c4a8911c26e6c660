//! A name and an address, as a mail can name them.

use crate::finding::Place;
use crate::mail::letter::{Unsendable, one_line, shortened};
use crate::model::Settings;

/// A name and an address that any mail server takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailbox {
    /// On one line, without control characters; may be empty.
    pub name: String,
    /// ASCII; the domain of `ana@größe.example` stands in its encoded form.
    pub address: String,
}

/// Who the letters of a site come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    pub from: Mailbox,
    /// Who gets the answers, where that is somebody else.
    pub reply_to: Option<Mailbox>,
}

impl Sender {
    /// `[mail]` of littlethings.toml.
    ///
    /// # Errors
    ///
    /// When nobody is named there, or somebody whom no answer could reach.
    pub fn of(settings: &Settings) -> Result<Sender, Unsendable> {
        let place = &settings.place;
        let from = settings.mail.from.as_deref().ok_or_else(|| Unsendable::Written {
            message: "it is not known who the letters come from".to_owned(),
            help: "write `from = \"The dev team <week@example.org>\"` under `[mail]`".to_owned(),
            place: place.clone(),
        })?;
        let reply_to = settings.mail.reply_to.as_deref();
        Ok(Sender {
            from: Mailbox::read(from, place)?,
            reply_to: reply_to.map(|written| Mailbox::read(written, place)).transpose()?,
        })
    }
}

impl Mailbox {
    /// A name and an address as people wrote them; `place` is the address's.
    ///
    /// # Errors
    ///
    /// When a mail server cannot be expected to take the address.
    pub fn new(name: &str, address: &str, place: &Place) -> Result<Mailbox, Unsendable> {
        let wrong = |message: String, help: &str| Unsendable::Written {
            message,
            help: help.to_owned(),
            place: place.clone(),
        };
        let shown = shortened(&one_line(address));
        let no_address = || {
            wrong(format!("`{shown}` is no mail address"), "write one, such as `ana@example.org`")
        };
        let (local, domain) = address.trim().rsplit_once('@').ok_or_else(no_address)?;
        if !local.is_ascii() {
            let help = "write another address of theirs: few mail servers take such a one";
            return Err(wrong(format!("`{shown}` has letters beyond ASCII before its `@`"), help));
        }
        let domain = ascii(domain).ok_or_else(no_address)?;
        let address = format!("{local}@{domain}");
        // What lettre takes and what we take must be the same, or it would stop the run later.
        if !is_local(local) || address.len() > 254 || address.parse::<lettre::Address>().is_err() {
            return Err(no_address());
        }
        Ok(Mailbox { name: shortened(&one_line(name)), address })
    }

    /// `Name <address>`, or an address alone.
    ///
    /// # Errors
    ///
    /// As [`Mailbox::new`].
    pub fn read(written: &str, place: &Place) -> Result<Mailbox, Unsendable> {
        let (name, address) = Mailbox::split(written);
        Mailbox::new(&name.unwrap_or_default(), &address, place)
    }

    /// The name, where there is one, and the address of `Name <address>`.
    pub fn split(written: &str) -> (Option<String>, String) {
        let parts = written.trim().strip_suffix('>').and_then(|rest| rest.rsplit_once('<'));
        match parts {
            Some((name, address)) => {
                let name = unquoted(name.trim());
                ((!name.is_empty()).then_some(name), address.trim().to_owned())
            }
            None => (None, written.trim().to_owned()),
        }
    }

    /// What stands behind the `@`.
    pub fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

/// What a quoted string (RFC 5322, 3.2.4) says; anything else says itself.
fn unquoted(name: &str) -> String {
    let inside = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let Some(inside) = inside else { return name.to_owned() };
    let mut said = String::with_capacity(inside.len());
    let mut characters = inside.trim().chars();
    while let Some(c) = characters.next() {
        said.push(if c == '\\' { characters.next().unwrap_or(c) } else { c });
    }
    said
}

/// A dot-atom (RFC 5322, 3.2.3). What needs quotes exists only in tests of mail programs; Postfix
/// takes no hyphen at the beginning, because some program might take it for an option, and readers
/// would decode what looks like an encoded word.
fn is_local(local: &str) -> bool {
    let atom = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c);
    let misleads = local.starts_with('-') || local.contains("=?");
    !misleads
        && local.len() <= 64
        && local.split('.').all(|part| !part.is_empty() && part.chars().all(atom))
}

/// A domain in the letters of the name system (RFC 5891).
fn ascii(domain: &str) -> Option<String> {
    let domain = idna::domain_to_ascii(domain).ok()?;
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    (domain.len() <= 253 && domain.split('.').all(label)).then_some(domain)
}
