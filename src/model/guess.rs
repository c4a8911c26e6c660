//! What the product manager expects on a list, written before the lists are in.

use super::Prose;
use crate::finding::{Place, Placed};

/// `guesses/<product>.md`, most expected first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guesses {
    pub title: Option<Placed<String>>,
    pub intro: Prose,
    pub all: Vec<Guess>,
    pub place: Place,
}

/// One expectation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    pub title: String,
    pub place: Place,
    pub position: usize,
    /// The ref of the item that was meant. Empty after the lists are in: the guess missed.
    pub r#ref: Option<Placed<String>>,
    pub prose: Prose,
}
