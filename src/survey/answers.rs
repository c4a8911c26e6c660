//! What somebody answered, and how that is kept.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{Asked, Question};
pub use crate::model::{ItemState, ItemWord};

/// The most characters (Unicode scalar values) of an answer in words.
pub const LONGEST_TEXT: usize = 4_000;

/// What one person answered: a question's ref and the answer to it. A question without an answer
/// is not among them. `Debug` shows none of them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Answers(pub BTreeMap<String, Given>);

/// The answer to one question.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Given {
    /// A number of a scale.
    Scale(u32),
    /// One of the choices, as it was worded.
    One(String),
    /// Some of the choices, in their order; at least one.
    Any(Vec<String>),
    /// What somebody says about their items, item by item; at least one.
    Items(Vec<ItemSaid>),
    /// At least one character that is not blank.
    Text(String),
}

/// What the owner says about one of their items.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemSaid {
    /// The item's ref; empty once the survey is closed, because an item names its owner.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub item: String,
    /// How far the item was when this was said.
    pub state: ItemState,
    pub said: ItemWord,
}

impl Answers {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The answer to the question of that ref.
    pub fn to(&self, question: &str) -> Option<&Given> {
        self.0.get(question)
    }
}

impl Given {
    /// The answer as one line of JSON, as the store keeps it.
    pub fn write(&self) -> String {
        // Numbers, texts and lists of them: nothing here can fail to be JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads what [`Given::write`] wrote; `None` for anything else.
    pub fn read(written: &str) -> Option<Given> {
        serde_json::from_str(written).ok()
    }
}

impl fmt::Debug for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answers({})", self.0.len())
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Given(..)")
    }
}

impl fmt::Debug for ItemSaid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ItemSaid(..)")
    }
}

/// Which question must be answered: the one that decides about the next round where this person
/// is asked it, or else the first with choices. All others may be left out, because a survey that
/// insists is a survey that is closed.
pub fn needed<'a>(asked: &Asked<'a>, deciding: Option<&str>) -> Option<&'a Question> {
    use crate::model::Answer::{ChooseOne, Scale};
    let chosen =
        |question: &&&Question| matches!(question.answer, Some(Scale { .. } | ChooseOne(_)));
    let decides = |question: &&&Question| Some(question.r#ref.text.as_str()) == deciding;
    let mut all = asked.questions.iter().filter(chosen);
    all.clone().find(decides).or_else(|| all.next()).copied()
}
