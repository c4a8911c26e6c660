//! Why a letter did not go through, before it is judged.

use std::io;
use std::time::Duration;

use super::reply::Reply;
use crate::mail::door::Stage;

/// What went wrong, and where.
#[derive(Debug)]
pub struct Failure {
    pub stage: Stage,
    pub cause: Cause,
}

/// What went wrong.
#[derive(Debug)]
pub enum Cause {
    /// The server said no, or something that has no place there.
    Answered(Reply),
    /// The server said no to a token.
    TokenRefused(Reply),
    /// It took longer than this.
    TimedOut(Duration),
    /// The connection ended.
    Dropped,
    /// The network said so.
    Network(io::Error),
    /// What came was no answer.
    NoReply,
    /// The answer did not end.
    Endless,
    /// More was answered than had been asked.
    Unasked,
    /// The handshake failed, in words a person can act on.
    Tls(String),
    /// Something is missing that the settings ask for, in words a person can act on.
    Settings(String),
    /// The server cannot carry this letter, in words.
    Unfit(String),
    /// The body could not be handed over to its end, so the server never saw the end of it.
    CutOff(Box<Cause>),
}

impl Cause {
    pub fn at(self, stage: Stage) -> Failure {
        Failure { stage, cause: self }
    }
}

impl Failure {
    /// Whether the connection can be used for the next letter: the server has answered, and said
    /// nothing about leaving.
    pub fn leaves_connection(&self) -> bool {
        match &self.cause {
            Cause::Answered(reply) => {
                self.stage >= Stage::Sender && !reply.says_goodbye() && reply.code >= 400
            }
            Cause::Unfit(_) => true,
            _ => false,
        }
    }

    /// Whether a connection that was kept from an earlier letter had merely come to its end, so
    /// that a new one may do better. Only where nothing of this letter had been said but MAIL.
    pub fn is_worn_out(&self) -> bool {
        self.stage == Stage::Sender
            && match &self.cause {
                Cause::Answered(reply) => reply.says_goodbye(),
                Cause::Dropped | Cause::Network(_) | Cause::Unasked => true,
                _ => false,
            }
    }
}
