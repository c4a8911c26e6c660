//! The door to a mail server.
//!
//! In reading order: `session` is the conversation, step by step; `wire` carries its bytes and knows
//! when to give up; `reply` is one answer; `tls` is whom we trust; `sign_in` is who we are.
//! `failure` says what went wrong and where, `verdict` what that means (pure), and `known` holds the
//! answers that mean something else than their code says. `examine` is a conversation without a
//! letter, and `certificate` what it shows of one.

mod certificate;
mod examine;
mod failure;
mod known;
mod reply;
mod session;
mod sign_in;
mod tls;
mod verdict;
mod wire;

use std::time::Instant;

pub(in crate::mail) use examine::examine as examine_smtp;
use failure::Failure;
use reply::Reply;
use session::{Letter, Session};
use tls::Shown;

use super::settings::{Patience, SmtpSettings};
use super::{Delivery, Door, Envelope, address};

/// A mail server. One connection is kept as long as the server keeps it.
pub struct Smtp {
    settings: SmtpSettings,
    patience: Patience,
    session: Option<Session>,
    shown: Shown,
}

impl Smtp {
    pub fn new(settings: SmtpSettings, patience: Patience) -> Smtp {
        Smtp { settings, patience, session: None, shown: Shown::default() }
    }
}

impl Door for Smtp {
    fn deliver(&mut self, envelope: &Envelope, bytes: &str) -> Delivery {
        let letter = match address::check(envelope) {
            Ok(addressed) => Letter::new(addressed, bytes),
            Err(delivery) => return delivery,
        };
        let until = Instant::now() + self.patience.letter;
        let was_kept = self.session.is_some();
        let mut outcome = self.attempt(&letter, until);
        // Servers end connections that were quiet or carried enough letters. Nothing of this one
        // was said yet.
        if was_kept && outcome.as_ref().is_err_and(Failure::is_worn_out) {
            outcome = self.attempt(&letter, until);
        }
        match outcome {
            Ok(reply) => Delivery::Accepted { words: reply.to_string() },
            Err(failure) => verdict::judge(failure),
        }
    }

    fn close(&mut self) {
        if let Some(session) = self.session.take() {
            session.close();
        }
    }
}

impl Smtp {
    /// Hands the letter over on the connection there is, or on a new one.
    fn attempt(&mut self, letter: &Letter, until: Instant) -> Result<Reply, Failure> {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => Session::open(&self.settings, self.patience, until, &self.shown)?,
        };
        let outcome = session.hand_over(letter, until);
        match &outcome {
            Err(failure) if !failure.leaves_connection() => session.abandon(),
            _ => self.session = Some(session),
        }
        outcome
    }
}
