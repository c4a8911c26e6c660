//! The headings of a text: their levels below the page's own, and their ids.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::{Context, words_of};
use crate::words::Anchors;

/// A heading of a text, as it stands on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    pub level: u8,
    pub id: String,
    pub text: String,
}

/// All headings, also empty ones, in the order of the text.
pub(super) fn of(events: &[Event], context: &Context) -> Vec<Heading> {
    let mut anchors = Anchors::default();
    // The headings that the next one may stand below, as written.
    let mut above: Vec<u8> = Vec::new();
    let mut found = Vec::new();
    for (at, event) in events.iter().enumerate() {
        let Some(written) = level(event) else { continue };
        let inside = &events[at + 1..];
        let end = inside.iter().position(|event| matches!(event, Event::End(TagEnd::Heading(_))));
        let text = words_of(&inside[..end.unwrap_or(inside.len())]);
        let id = id(context.id, &anchors.next(&text));
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
