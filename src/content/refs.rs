//! What `littlethings fmt` does to a file: entries without a `Ref` get one, and nothing else
//! changes, not even a line end. Pure but for its input.

use super::Content;
use super::fact::{FactKey, Grammar};
use super::list::{LIST, is_slot, read_ref, typed_number};
use super::notes::Notes;
use super::outline::{Part, outline};
use super::source::Source;
use super::survey::SURVEY;
use crate::model::{Key, Ref, Taken};

/// A file that gets refs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// Relative to the root.
    pub path: String,
    /// The whole new text, without a byte-order mark.
    pub text: String,
    /// The refs that were added.
    pub added: Vec<String>,
}

/// The lists and surveys of rounds that are not decided in which an entry has no ref. A ref is
/// made from the title and is free in its whole round.
pub fn add_refs(content: &Content) -> Vec<Rewrite> {
    let mut rewrites = Vec::new();
    for round in content.site.rounds.iter().filter(|round| !round.is_decided()) {
        let mut taken = Taken::default();
        for (_, item) in round.items().filter(|(_, item)| item.r#ref.place.is_some()) {
            taken.take(&item.r#ref.text);
        }
        for product in &round.products {
            rewrites.extend(rewrite(content, &product.list_path, &LIST, &mut taken));
        }
        let mut asked = Taken::default();
        rewrites.extend(rewrite(content, &round.path("survey.md"), &SURVEY, &mut asked));
    }
    rewrites
}

fn rewrite(content: &Content, path: &str, grammar: &Grammar, taken: &mut Taken) -> Option<Rewrite> {
    let text = content.sources.get(path)?;
    let source = Source::new(path, text);
    let parts = outline(&source, grammar, &mut Notes::default()).parts;
    // The refs that stand in the file come first: none of them may be made a second time.
    for part in &parts {
        if let Some(written) = part.value("Ref") {
            read_ref(Some(written), &part.title, taken);
        }
    }
    let without: Vec<&Part> = parts.iter().filter(|part| needs_ref(part)).collect();
    // Of two equal titles the first gets the plain ref, as it had it for its page until now.
    let added: Vec<String> = without
        .iter()
        .map(|part| taken.free(&Ref::from_title(typed_number(&part.title).0)))
        .collect();
    let mut text = text.to_string();
    // From the end, so that the places above stay true.
    for (part, free) in without.iter().zip(&added).rev() {
        insert(&mut text, part, free);
    }
    (!added.is_empty()).then(|| Rewrite { path: path.to_owned(), text, added })
}

fn needs_ref(part: &Part) -> bool {
    part.level == 2
        && !is_slot(part)
        && part.value("Ref").is_none()
        && !part.garbled.contains(&"Ref")
}

/// Fills an empty `Ref:`, or writes a new line behind the last fact that comes before it.
fn insert(text: &mut String, part: &Part, free: &str) {
    if let Some(fact) = part.fact("Ref") {
        let gap = if text[..fact.end].ends_with(char::is_whitespace) { "" } else { " " };
        text.insert_str(fact.end, &format!("{gap}{free}"));
        return;
    }
    let before = part.facts.iter().rfind(|fact| match fact.key {
        FactKey::Known(key) => Key::read(key).is_none_or(|key| key < Key::Ref),
        FactKey::Named(_) | FactKey::Unknown(_) => false,
    });
    // Without any fact that comes before, the ref stands directly below the heading.
    let at = before.map_or(part.heading_end, |fact| fact.end);
    let line_end = line_end(text);
    text.insert_str(at, &format!("{line_end}- Ref: {free}"));
}

/// The line end of a file: that of its first line.
fn line_end(text: &str) -> &'static str {
    match text.find(['\n', '\r']) {
        Some(at) if text[at..].starts_with("\r\n") => "\r\n",
        Some(at) if text[at..].starts_with('\r') => "\r",
        _ => "\n",
    }
}
