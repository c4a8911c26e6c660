//! decision.md: what was decided after a round.

use jiff::civil::Date;

use super::Prose;
use crate::finding::{Place, Placed};

/// What was decided, in the words of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub title: Option<Placed<String>>,
    pub outcome: Option<Placed<Outcome>>,
    pub date: Option<Placed<Date>>,
    /// The folder of the next round.
    pub next_round: Option<Placed<String>>,
    pub prose: Prose,
    pub place: Place,
}

/// Whether there is another round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Again,
    AgainDifferently,
    NotAgain,
    /// Words that are none of these.
    Other(String),
}

impl Outcome {
    pub const KNOWN: [Outcome; 3] = [Outcome::Again, Outcome::AgainDifferently, Outcome::NotAgain];

    pub fn word(&self) -> &str {
        match self {
            Outcome::Again => "again",
            Outcome::AgainDifferently => "again, differently",
            Outcome::NotAgain => "not again",
            Outcome::Other(words) => words,
        }
    }
}
