//! The headings of a text: their levels below the page's own, and their ids.

use std::collections::HashMap;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::{Context, words_of};

/// A heading of a text, as it stands on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    pub level: u8,
    pub id: String,
    pub text: String,
}

/// All headings, also empty ones, in the order of the text.
pub(super) fn of(events: &[Event], context: &Context) -> Vec<Heading> {
    let mut taken = HashMap::new();
    // The headings that the next one may stand below, as written.
    let mut above: Vec<u8> = Vec::new();
    let mut found = Vec::new();
    for (at, event) in events.iter().enumerate() {
        let Some(written) = level(event) else { continue };
        let inside = &events[at + 1..];
        let end = inside.iter().position(|event| matches!(event, Event::End(TagEnd::Heading(_))));
        let text = words_of(&inside[..end.unwrap_or(inside.len())]);
        let id = id(context.id, &free(&slug(&text), &mut taken));
        // One below the heading it belongs to, so that no reader meets a gap.
        above.retain(|level| *level < written);
        let depth = u8::try_from(above.len()).unwrap_or(6);
        above.push(written);
        let level = context.heading.saturating_add(depth).clamp(1, 6);
        found.push(Heading { level, id, text });
    }
    found
}

fn level(event: &Event) -> Option<u8> {
    match event {
        Event::Start(Tag::Heading { level, .. }) => Some(*level as u8),
        _ => None,
    }
}

/// An id of this text. A full stop never stands in a slug or a ref.
pub(super) fn id(entry: &str, name: &str) -> String {
    if entry.is_empty() { name.to_owned() } else { format!("{entry}.{name}") }
}

/// A heading's name in addresses, as GitHub makes it, so that a link to `faq.md#who-pays` works
/// in both places.
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.trim().chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric()
            || matches!(c, '-' | '_')
            || unicode_normalization::char::is_combining_mark(c)
        {
            slug.push(c);
        } else if c.is_whitespace() {
            slug.push('-');
        }
    }
    if slug.is_empty() { "section".to_owned() } else { slug }
}

/// The first of `slug`, `slug-1`, `slug-2` … that is free.
fn free(slug: &str, taken: &mut HashMap<String, u32>) -> String {
    let mut name = slug.to_owned();
    let mut number = taken.get(slug).copied().unwrap_or(0);
    while taken.contains_key(&name) {
        number += 1;
        name = format!("{slug}-{number}");
    }
    // The last number tried for a slug: a thousand headings of one name are no reason to wait.
    taken.insert(slug.to_owned(), number);
    taken.entry(name.clone()).or_insert(0);
    name
}
