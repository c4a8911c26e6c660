//! The form: what it shows and how it is read. Pure functions of the questions, the earlier
//! answers and what was typed; the network is [`super::collect`].

use crate::model::{Item, Question};

mod body;
mod page;
mod read;
mod view;

pub use body::{Fields, LONGEST_BODY, Malformed};
pub use page::{Frame, Message, Page, Thanks, on_site, page};
pub use read::{Problem, ProblemKind, read, tidy};
pub use view::{FormView, Shown, closes, deciding, filled, preselected, view};

/// The hidden field with the number of the answer that the form was filled from, so that two tabs
/// notice each other.
pub const REVISION: &str = "rev";
/// The hidden field that says, signed, when the form was shown.
pub const SHOWN_AT: &str = "shown";

/// The fields that are not answers.
const SEEN: [&str; 2] = [REVISION, SHOWN_AT];

/// The value of a choice that takes an answer back.
const NOTHING: &str = "";

/// The name of the field of a question.
pub fn field(question: &Question) -> String {
    format!("q.{}", question.r#ref.text)
}

/// The name of the field of an item under a question about `my items`. No ref holds a full stop.
pub fn item_field(question: &Question, item: &Item) -> String {
    format!("q.{}.{}", question.r#ref.text, item.r#ref.text)
}
