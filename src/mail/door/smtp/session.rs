//! One conversation with a mail server, step by step, so that a failure knows where it happened.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Quit, Rcpt, Rset, Starttls};
use lettre::transport::smtp::extension::{ClientId, MailBodyParameter, MailParameter};

use super::failure::{Cause, Failure};
use super::reply::Reply;
use super::sign_in;
use super::tls::{self, Shown};
use super::wire::{Encryption, Wire};
use crate::mail::door::address::Addressed;
use crate::mail::door::settings::{Patience, Security, SmtpSettings};
use crate::mail::door::{Stage, one_line};

/// An open conversation.
pub struct Session {
    wire: Wire,
    patience: Patience,
    /// When this letter has had its time.
    until: Instant,
    /// What the server can do, a keyword and its parameters a line, in capitals.
    offers: Vec<String>,
    /// Whether a letter was begun and not ended.
    is_begun: bool,
}

impl Session {
    /// Goes all the way to where letters can be handed over.
    pub fn open(
        settings: &SmtpSettings,
        patience: Patience,
        until: Instant,
        shown: &Shown,
    ) -> Result<Session, Failure> {
        let mut session = Session::connect(settings, patience, until)?;
        if settings.security == Security::FromTheFirstByte {
            session.encrypt(settings, shown)?;
        }
        session.greeting()?;
        session.hello()?;
        if settings.security == Security::StartTls {
            session.start_tls()?;
            session.encrypt(settings, shown)?;
            session.hello()?;
        }
        session.sign_in(settings)?;
        Ok(session)
    }

    /// Reaches the server.
    pub fn connect(
        settings: &SmtpSettings,
        patience: Patience,
        until: Instant,
    ) -> Result<Session, Failure> {
        let limit = patience.answer.min(until.saturating_duration_since(Instant::now()));
        let wire = Wire::connect(&settings.host, settings.port, limit)
            .map_err(|cause| cause.at(Stage::Connect))?;
        let session = Session { wire, patience, until, offers: Vec::new(), is_begun: false };
        if settings.security == Security::PlainOnLoopback && !session.wire.is_loopback() {
            let words = format!(
                "{} is not this machine, so nothing goes there without encryption; \
                 write its name and `smtps://`, or add `?tls=required`",
                settings.host
            );
            return Err(Cause::Settings(words).at(Stage::Connect));
        }
        Ok(session)
    }

    /// Reads the greeting.
    pub fn greeting(&mut self) -> Result<Reply, Failure> {
        let limit = self.limit();
        let reply = self.wire.listen(limit).map_err(|cause| cause.at(Stage::Greeting))?;
        expect(reply.code == 220, reply, Stage::Greeting)
    }

    /// Says who we are and learns what the server can do.
    pub fn hello(&mut self) -> Result<(), Failure> {
        let name = own_name(self.wire.own_address());
        let reply = self.ask(Stage::Hello, Ehlo::new(name))?;
        let reply = expect(reply.code == 250, reply, Stage::Hello)?;
        self.offers = reply.lines.iter().skip(1).map(|line| line.trim().to_uppercase()).collect();
        Ok(())
    }

    /// Asks for encryption, which has to be offered.
    pub fn start_tls(&mut self) -> Result<(), Failure> {
        if !self.offers("STARTTLS") {
            let words = "the server offers no STARTTLS here, or somebody between here and there \
                         has taken the offer out; nothing was said in clear. Use `smtps://` if the \
                         server has port 465";
            return Err(Cause::Settings(words.to_owned()).at(Stage::Tls));
        }
        let reply = self.ask(Stage::Tls, Starttls)?;
        expect(reply.code == 220, reply, Stage::Tls).map(|_| ())
    }

    /// Makes the connection an encrypted one with the server of that name.
    pub fn encrypt(&mut self, settings: &SmtpSettings, shown: &Shown) -> Result<(), Failure> {
        let config = tls::config(&settings.authorities, shown)
            .map_err(|error| Cause::Settings(error.to_string()).at(Stage::Tls))?;
        let limit = self.limit();
        // What was offered in clear counts no more (RFC 3207, section 4.2).
        self.offers.clear();
        self.wire.encrypt(&settings.host, config, limit).map_err(|cause| cause.at(Stage::Tls))
    }

    /// Signs in, if there is an account.
    pub fn sign_in(&mut self, settings: &SmtpSettings) -> Result<(), Failure> {
        let Some(account) = &settings.account else { return Ok(()) };
        if !self.wire.is_encrypted() && !self.wire.is_loopback() {
            let words = "the password is not sent without encryption".to_owned();
            return Err(Cause::Settings(words).at(Stage::Auth));
        }
        sign_in::sign_in(self, account).map_err(|cause| cause.at(Stage::Auth))
    }

    /// Hands over one letter.
    pub fn hand_over(&mut self, letter: &Letter, until: Instant) -> Result<Reply, Failure> {
        self.until = until;
        let parameters = self.parameters(letter)?;
        if self.is_begun {
            let reply = self.ask(Stage::Sender, Rset)?;
            expect(reply.is_yes(), reply, Stage::Sender)?;
        }
        self.is_begun = true;
        let from = Some(letter.addressed.from.clone());
        let reply = self.ask(Stage::Sender, Mail::new(from, parameters))?;
        expect(reply.is_yes() && reply.code != 221, reply, Stage::Sender)?;
        let reply = self.ask(Stage::Recipient, Rcpt::new(letter.addressed.to.clone(), vec![]))?;
        expect(reply.is_yes() && reply.code != 221, reply, Stage::Recipient)?;
        let reply = self.ask(Stage::Data, Data)?;
        expect(reply.code == 354, reply, Stage::Data)?;
        let limit = self.patience.body.min(self.left());
        let reply =
            self.wire.hand_over(&letter.body, limit).map_err(|cause| cause.at(Stage::Body))?;
        self.is_begun = false;
        expect(reply.is_yes() && reply.code != 221, reply, Stage::Body)
    }

    /// Asks whether a letter with that envelope would be taken, and takes the question back. Some
    /// servers answer about the sender only once they know a recipient.
    pub fn try_envelope(&mut self, addressed: &Addressed) -> Result<(), Failure> {
        let parameters = match addressed.needs_utf8() && self.offers("SMTPUTF8") {
            true => vec![MailParameter::SmtpUtfEight],
            false => vec![],
        };
        let reply = self.ask(Stage::Sender, Mail::new(Some(addressed.from.clone()), parameters))?;
        expect(reply.is_yes() && reply.code != 221, reply, Stage::Sender)?;
        let reply = self.ask(Stage::Recipient, Rcpt::new(addressed.to.clone(), vec![]))?;
        expect(reply.is_yes() && reply.code != 221, reply, Stage::Recipient)?;
        self.ask(Stage::Sender, Rset).map(|_| ())
    }

    /// What MAIL has to say about the letter, if the server can carry it at all.
    fn parameters(&self, letter: &Letter) -> Result<Vec<MailParameter>, Failure> {
        let mut parameters = Vec::new();
        let unfit = |stage: Stage, words: &str| Err(Cause::Unfit(words.to_owned()).at(stage));
        if letter.needs_utf8 && !self.offers("SMTPUTF8") {
            return unfit(
                Stage::Recipient,
                "the server cannot carry addresses with letters beyond ASCII before the `@` \
                 (SMTPUTF8); another address of this person would do",
            );
        }
        if letter.needs_utf8 {
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if !letter.body.is_ascii() && !self.offers("8BITMIME") {
            return unfit(Stage::Body, "the server cannot carry letters beyond ASCII (8BITMIME)");
        }
        if !letter.body.is_ascii() {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        Ok(parameters)
    }

    /// Says good-bye, without waiting long for the answer.
    pub fn close(mut self) {
        let _ = self.wire.ask(Quit, self.patience.answer.min(Duration::from_secs(5)));
        self.wire.close();
    }

    /// Ends the connection as it is.
    pub fn abandon(mut self) {
        self.wire.close();
    }

    pub fn ask(&mut self, stage: Stage, command: impl std::fmt::Display) -> Result<Reply, Failure> {
        let limit = self.limit();
        self.wire.ask(command, limit).map_err(|cause| cause.at(stage))
    }

    /// Whether the server can do that.
    pub fn offers(&self, keyword: &str) -> bool {
        self.offered(keyword).is_some()
    }

    /// The parameters of what the server can do: the mechanisms of `AUTH`, the bytes of `SIZE`.
    pub fn offered(&self, keyword: &str) -> Option<Vec<&str>> {
        // Old servers write `AUTH=`.
        let mut found = self.offers.iter().filter_map(|line| {
            let mut words = line.split([' ', '=']).filter(|word| !word.is_empty());
            (words.next() == Some(keyword)).then(|| words.collect::<Vec<_>>())
        });
        let mut parameters = found.next()?;
        parameters.extend(found.flatten());
        Some(parameters)
    }

    /// All that the server can do, line by line.
    pub fn capabilities(&self) -> Vec<String> {
        self.offers.iter().map(|line| one_line(line)).collect()
    }

    pub fn encryption(&self) -> Option<Encryption> {
        self.wire.encryption()
    }

    fn limit(&self) -> Duration {
        self.patience.answer.min(self.left())
    }

    fn left(&self) -> Duration {
        self.until.saturating_duration_since(Instant::now())
    }
}

/// A letter ready for the wire.
pub struct Letter {
    pub addressed: Addressed,
    pub needs_utf8: bool,
    /// Dot-stuffed and with its final dot.
    body: String,
}

impl Letter {
    pub fn new(addressed: Addressed, bytes: &str) -> Letter {
        let header = bytes.split("\r\n\r\n").next().unwrap_or_default();
        let needs_utf8 = addressed.needs_utf8() || !header.is_ascii();
        Letter { addressed, needs_utf8, body: with_dots(bytes) }
    }
}

/// Doubles the dots that begin lines and ends with one alone (RFC 5321, section 4.5.2). Every line
/// ends with CRLF: a bare CR or LF in front of a dot is the end of the letter to some servers, and
/// what follows would be commands.
fn with_dots(bytes: &str) -> String {
    let mut body = String::with_capacity(bytes.len() + 64);
    let text = bytes.replace("\r\n", "\n").replace('\r', "\n");
    let text = text.strip_suffix('\n').unwrap_or(&text);
    for line in text.split('\n') {
        if line.starts_with('.') {
            body.push('.');
        }
        body.push_str(line);
        body.push_str("\r\n");
    }
    body.push_str(".\r\n");
    body
}

fn expect(is_right: bool, reply: Reply, stage: Stage) -> Result<Reply, Failure> {
    if is_right { Ok(reply) } else { Err(Cause::Answered(reply).at(stage)) }
}

/// The name of this machine where it is a whole one, else its address, as RFC 5321, section 4.1.4,
/// asks for.
fn own_name(address: Option<IpAddr>) -> ClientId {
    let is_whole = |name: &str| {
        name.contains('.')
            && name.len() < 254
            && name.split('.').all(|label| {
                !label.is_empty()
                    && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            })
    };
    match (ClientId::default(), address) {
        (ClientId::Domain(name), _) if is_whole(&name) => ClientId::Domain(name),
        (_, Some(IpAddr::V4(address))) => ClientId::Ipv4(address),
        (_, Some(IpAddr::V6(address))) => ClientId::Ipv6(address),
        (_, None) => ClientId::Domain("localhost".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_ends_with_its_own_dot_only() {
        for (written, told) in [
            ("", "\r\n.\r\n"),
            ("a\r\n", "a\r\n.\r\n"),
            ("a", "a\r\n.\r\n"),
            ("a\r\n\r\n", "a\r\n\r\n.\r\n"),
            (".\r\n", "..\r\n.\r\n"),
            ("a\r\n.\r\nb\r\n", "a\r\n..\r\nb\r\n.\r\n"),
            ("..a\r\n", "...a\r\n.\r\n"),
            ("a.\r\n", "a.\r\n.\r\n"),
            ("a\n.\nMAIL FROM:<eve@x>\n", "a\r\n..\r\nMAIL FROM:<eve@x>\r\n.\r\n"),
            ("a\r.\rb", "a\r\n..\r\nb\r\n.\r\n"),
            ("a\n.\r\nb", "a\r\n..\r\nb\r\n.\r\n"),
        ] {
            assert_eq!(with_dots(written), told, "{written:?}");
        }
    }
}
