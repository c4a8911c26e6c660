//! Prose to HTML that is safe on any page: what people wrote in Markdown, and nothing else.
//!
//! Raw HTML is shown as text, links lead only where [`crate::model::Target`] allows, and no mail
//! address comes through, wherever it hides. There are no inline styles, no scripts, and nothing
//! of the page around: files, clock and template are somebody else's.

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::model::{People, Prose};

mod address;
mod escape;
mod headings;
mod parse;
#[cfg(test)]
mod tests;
mod write;

pub use address::{hidden as without_addresses, is_in as holds_address};
pub use headings::Heading;

/// What must be known of the page around a text.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// What the ids in this text begin with, such as an item's ref; a full stop follows, which
    /// neither refs nor headings hold, so that two entries on a page never share an id. Empty
    /// where the text has its page for itself: then a heading's id is its slug.
    pub id: &'a str,
    /// The level of the highest heading in the text, 1 to 6. The others follow without gaps.
    pub heading: u8,
    /// Whose addresses become names.
    pub people: &'a People,
    pub words: &'a Words,
    /// Where a relative link leads on this page. It is asked with the file as written, without
    /// its anchor (`../faq.md`, `picture.png`), or with `#anchor` where no heading of the text
    /// itself bears it. `None` leaves the text without a link.
    pub links: &'a dyn Fn(&str) -> Option<String>,
}

/// Whose addresses become names, and what stands for the others.
#[derive(Clone, Copy)]
struct Hide<'a> {
    people: &'a People,
    instead: &'a str,
}

impl<'a> Context<'a> {
    fn hide(&self) -> Hide<'a> {
        Hide { people: self.people, instead: &self.words.address_hidden }
    }
}

/// The words that this module puts into a text, in the language of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// Stands for the mail address of somebody unknown: `address hidden`.
    pub address_hidden: String,
    /// The titles of the five alerts: `Note`, `Tip`, `Important`, `Warning`, `Caution`.
    pub note: String,
    pub tip: String,
    pub important: String,
    pub warning: String,
    pub caution: String,
    /// Names the part below a text: `Footnotes`.
    pub footnotes: String,
    /// With `{number}`: `Back to footnote {number} in the text`.
    pub back: String,
    /// Names a table that can be scrolled; its columns follow: `Table`.
    pub table: String,
    /// A ticked and an open box of a task list: `done`, `open`.
    pub ticked: String,
    pub unticked: String,
}

/// A text as blocks: paragraphs, lists, tables and, at its end, its footnotes.
pub fn html(prose: &Prose, context: &Context) -> String {
    let sources = parse::Sources::of(prose);
    let entry = parse::entry(&sources, &prose.definitions, context.hide());
    write::blocks(&entry, context)
}

/// The value of a fact: inline Markdown only, for the inside of a paragraph or a table cell.
pub fn inline(text: &str, context: &Context) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    write::inline(&parse::inline(text, context.hide()), context)
}

/// Whether a text of one line says in HTML and in Markdown what it says as it is: most facts do.
fn is_plain(text: &str) -> bool {
    let blank = |text: &str| text.starts_with(' ') || text.ends_with(' ') || text.contains("  ");
    text.chars().all(|c| c.is_alphanumeric() || " ,.;()?%-".contains(c)) && !blank(text)
}

/// The words of a title or a fact alone, for where no markup can stand. They are not escaped.
pub fn plain(text: &str, context: &Context) -> String {
    plain_for(text, context.people, &context.words.address_hidden)
}

/// [`plain`] where there is no page around, as in a feed or a calendar.
pub fn plain_for(text: &str, people: &People, address_hidden: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    words_of(&parse::inline(text, Hide { people, instead: address_hidden }))
}

/// A text as events, for who writes something else than pages: raw HTML is text, no address is in
/// it, and its footnotes stand at its end, a paragraph each.
pub fn events(prose: &Prose, people: &People, address_hidden: &str) -> Vec<Event<'static>> {
    let sources = parse::Sources::of(prose);
    let hide = Hide { people, instead: address_hidden };
    let entry = parse::entry(&sources, &prose.definitions, hide);
    let notes = entry.notes.into_iter().flat_map(|(label, note)| {
        let name = [
            Event::Start(Tag::Paragraph),
            Event::FootnoteReference(label.into()),
            Event::End(TagEnd::Paragraph),
        ];
        name.into_iter().chain(note)
    });
    entry.body.into_iter().chain(notes).map(Event::into_static).collect()
}

/// The inline [`events`] of a fact's value.
pub fn inline_events(text: &str, people: &People, address_hidden: &str) -> Vec<Event<'static>> {
    if is_plain(text) {
        return vec![Event::Text(text.to_owned().into())];
    }
    parse::inline(text, Hide { people, instead: address_hidden })
        .into_iter()
        .map(Event::into_static)
        .collect()
}

/// The headings of a text with the ids they have in its HTML.
pub fn headings(prose: &Prose, context: &Context) -> Vec<Heading> {
    let sources = parse::Sources::of(prose);
    let entry = parse::entry(&sources, &prose.definitions, context.hide());
    let mut found = headings::of(&entry.body, context);
    found.retain(|heading| !heading.text.is_empty());
    found
}

/// The first paragraph in words alone, for a description: at most `longest` characters, cut
/// between two words. They are not escaped.
pub fn summary(prose: &Prose, context: &Context, longest: usize) -> String {
    let sources = parse::Sources::of(prose);
    let entry = parse::entry(&sources, &prose.definitions, context.hide());
    let paragraphs = entry.body.split(|event| matches!(event, Event::Start(Tag::Paragraph)));
    let words = paragraphs.skip(1).map(|from| words_of(until_paragraph_end(from)));
    cut(&words.into_iter().find(|words| !words.is_empty()).unwrap_or_default(), longest)
}

fn until_paragraph_end<'e, 'a>(events: &'e [Event<'a>]) -> &'e [Event<'a>] {
    let end = events.iter().position(|event| matches!(event, Event::End(TagEnd::Paragraph)));
    &events[..end.unwrap_or(events.len())]
}

fn cut(text: &str, longest: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(longest) else {
        return text.to_owned();
    };
    let room = text[..end].char_indices().next_back().map_or(0, |(last, _)| last);
    let between = text[room..].starts_with(' ');
    let whole = if between { room } else { text[..room].rfind(' ').unwrap_or(room) };
    format!("{}\u{2026}", text[..whole].trim_end())
}

/// What a reader sees of inline events, blanks folded.
fn words_of(events: &[Event]) -> String {
    let text: String = events.iter().map(parse::visible).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
