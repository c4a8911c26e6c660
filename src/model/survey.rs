//! The survey of a round: what both sides are asked afterwards.

use super::{Prose, Ref};
use crate::finding::{Place, Placed};

/// survey.md, with the grammar of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    pub title: Option<Placed<String>>,
    pub intro: Prose,
    pub questions: Vec<Question>,
    /// Something hides a part of the file, so missing questions mean nothing. A finding of the
    /// reader says where.
    pub cut_short: bool,
    pub place: Place,
}

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    pub r#ref: Ref,
    pub title: String,
    /// The heading's text.
    pub place: Place,
    pub audience: Vec<Audience>,
    /// `None` where no readable `Answer` was written; a finding says so.
    pub answer: Option<Answer>,
    pub prose: Prose,
}

/// Who is asked a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Audience {
    Owners,
    Hubs,
    Developers,
    Managers,
}

impl Audience {
    pub const ALL: [Audience; 4] =
        [Audience::Owners, Audience::Hubs, Audience::Developers, Audience::Managers];

    pub fn word(self) -> &'static str {
        match self {
            Audience::Owners => "owners",
            Audience::Hubs => "hubs",
            Audience::Developers => "developers",
            Audience::Managers => "managers",
        }
    }
}

/// How a question is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// `scale 1 to 5`, both ends included.
    Scale {
        from: u32,
        to: u32,
    },
    ChooseOne(Vec<String>),
    ChooseAny(Vec<String>),
    /// The answerer's own items, by ref.
    MyItems,
    Text,
}

/// Stands for a question where people wrote by mail who are asked nothing in words. No ref holds a
/// blank, so no question has this one.
pub const BY_MAIL: &str = "by mail";

impl Survey {
    /// Everybody who is asked something.
    pub fn audience(&self) -> Vec<Audience> {
        Audience::ALL
            .into_iter()
            .filter(|audience| {
                self.questions.iter().any(|question| question.audience.contains(audience))
            })
            .collect()
    }
}
