//! How findings read: drawn for people, as commands for the forge, as JSON for machines. Findings
//! come in file order and leave in file order; nothing is judged, hidden or counted twice here.

mod github;
mod human;
mod json;

pub use github::github;
pub use human::{human, summary};
pub use json::json;
