//! Markdown to events that are ready to be written: comments gone, raw HTML as text, addresses
//! hidden, footnotes apart.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use pulldown_cmark::{BrokenLink, Event, Options, Parser, Tag, TagEnd, TextMergeStream};

use super::{Hide, address};
use crate::model::Prose;
use crate::model::prose::Definitions;

const INLINE: Options = Options::ENABLE_STRIKETHROUGH;
const BLOCKS: Options = INLINE
    .union(Options::ENABLE_TABLES)
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_GFM);

/// What is parsed for one text: itself, and the footnotes it borrows from other entries of its
/// file. Each is parsed on its own, so that none can swallow what comes after it.
pub(super) struct Sources<'a> {
    texts: Vec<Cow<'a, str>>,
    /// Where each of the texts begins; before it stands what makes their references known.
    begins: usize,
}

/// A text in events. Its footnotes do not stand where they were written.
pub(super) struct Entry<'a> {
    pub(super) body: Vec<Event<'a>>,
    /// By label.
    pub(super) notes: BTreeMap<String, Vec<Event<'a>>>,
}

impl<'a> Sources<'a> {
    pub(super) fn of(prose: &'a Prose) -> Sources<'a> {
        let borrowed = borrowed(prose);
        if borrowed.is_empty() {
            return Sources { texts: vec![Cow::Borrowed(&prose.text)], begins: 0 };
        }
        let known: String =
            borrowed.iter().map(|(label, _)| format!("[^{label}]: x\n\n")).collect();
        // Without something between, a text that begins indented would belong to the footnote.
        let known = format!("{known}<!-- -->\n\n");
        let definitions = borrowed.iter().map(|(_, definition)| *definition);
        let texts = [prose.text.as_str()].into_iter().chain(definitions);
        Sources {
            texts: texts.map(|text| format!("{known}{text}").into()).collect(),
            begins: known.len(),
        }
    }
}

/// The footnotes of the file that a text needs, also through one another: label and Markdown.
fn borrowed(prose: &Prose) -> Vec<(String, &str)> {
    let all = &prose.definitions.footnotes;
    let mut seen = HashSet::new();
    let mut needed = Vec::new();
    let mut texts = vec![prose.text.as_str()];
    while let Some(text) = texts.pop() {
        for label in labels(text) {
            if let Some(definition) = all.get(&label).filter(|_| seen.insert(label.clone())) {
                needed.push((label, definition.as_str()));
                texts.push(definition);
            }
        }
    }
    needed
}

fn labels(text: &str) -> impl Iterator<Item = String> {
    text.split("[^").skip(1).filter_map(|rest| rest.split_once(']')).map(|(name, _)| label(name))
}

/// A label as labels are compared: in lower case, with single spaces.
pub(super) fn label(written: &str) -> String {
    written.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) fn entry<'a>(sources: &'a Sources, definitions: &Definitions, hide: Hide) -> Entry<'a> {
    let mut entry = Entry { body: Vec::new(), notes: BTreeMap::new() };
    for (index, text) in sources.texts.iter().enumerate() {
        let (body, notes) = blocks(text, sources.begins, definitions);
        if index == 0 {
            entry.body = tidy(body, hide);
        }
        // The entry's own footnote goes before one of the same label elsewhere.
        for (label, note) in notes {
            entry.notes.entry(label).or_insert_with(|| tidy(note, hide));
        }
    }
    entry
}

type Notes<'a> = Vec<(String, Vec<Event<'a>>)>;

/// The events from `begins` on, and apart from them the footnotes.
fn blocks<'a>(
    text: &'a str,
    begins: usize,
    definitions: &Definitions,
) -> (Vec<Event<'a>>, Notes<'a>) {
    let elsewhere = |link: BrokenLink<'a>| {
        let found = definitions.links.get(&label(&link.reference))?;
        Some((found.target.clone().into(), found.title.clone().into()))
    };
    let parser = Parser::new_with_broken_link_callback(text, BLOCKS, Some(elsewhere));
    let mut body = Vec::new();
    let mut open: Notes = Vec::new();
    let mut notes = Vec::new();
    for (event, range) in parser.into_offset_iter() {
        if range.start < begins {
            continue;
        }
        match event {
            Event::Start(Tag::FootnoteDefinition(name)) => open.push((label(&name), Vec::new())),
            Event::End(TagEnd::FootnoteDefinition) => notes.extend(open.pop()),
            event => open.last_mut().map_or(&mut body, |(_, note)| note).push(event),
        }
    }
    (body, notes)
}

/// The events inside the one paragraph that a fact's value is.
pub(super) fn inline<'a>(text: &str, hide: Hide) -> Vec<Event<'a>> {
    // A letter and a blank in front keep `1. x`, `# x` or `> x` from becoming a block.
    let line: String = text.split_whitespace().flat_map(|word| [" ", word]).collect();
    let line = format!("x{line}");
    let mut events: Vec<Event> = Parser::new_ext(&line, INLINE)
        .filter(|event| {
            !matches!(event, Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph))
        })
        .map(Event::into_static)
        .collect();
    if let Some(Event::Text(first)) = events.first_mut() {
        *first = first.strip_prefix('x').unwrap_or(first).trim_start().to_owned().into();
    }
    tidy(events, hide)
}

/// What a reader sees of an event.
pub(super) fn visible<'e>(event: &'e Event) -> &'e str {
    match event {
        Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => text,
        Event::SoftBreak | Event::HardBreak => "\n",
        _ => "",
    }
}

fn tidy<'a>(events: Vec<Event<'a>>, hide: Hide) -> Vec<Event<'a>> {
    // The parser cuts text where a mark might have been; a link or an address must be whole.
    let mut events: Vec<Event> = TextMergeStream::new(html_as_text(events).into_iter()).collect();
    for run in events.split_mut(|event| is_block(event)) {
        hide_in(run, hide);
    }
    events
}

/// A block of raw HTML becomes a paragraph of text, a comment becomes nothing.
fn html_as_text(events: Vec<Event>) -> Vec<Event> {
    let is_html = |event: &Event| {
        matches!(event, Event::Start(Tag::HtmlBlock) | Event::Html(_) | Event::InlineHtml(_))
    };
    if !events.iter().any(is_html) {
        return events;
    }
    let mut kept = Vec::with_capacity(events.len());
    let mut block: Option<String> = None;
    for event in events {
        match (event, &mut block) {
            (Event::Start(Tag::HtmlBlock), _) => block = Some(String::new()),
            (Event::End(TagEnd::HtmlBlock), _) => {
                let text = without_comments(&block.take().unwrap_or_default()).trim().to_owned();
                if !text.is_empty() {
                    kept.push(Event::Start(Tag::Paragraph));
                    kept.push(Event::InlineHtml(text.into()));
                    kept.push(Event::End(TagEnd::Paragraph));
                }
            }
            (Event::Html(text) | Event::Text(text), Some(block)) => block.push_str(&text),
            (Event::InlineHtml(text), _) => {
                let text = without_comments(&text);
                if !text.is_empty() {
                    kept.push(Event::InlineHtml(text.into()));
                }
            }
            (event, _) => kept.push(event),
        }
    }
    kept
}

/// Raw HTML without its closed comments.
fn without_comments(html: &str) -> String {
    let mut kept = String::new();
    let mut rest = html;
    while let Some((before, comment)) = rest.split_once("<!--") {
        // `<!-->` and `<!--->` are whole comments.
        let end = [">", "->"].iter().find(|end| comment.starts_with(**end)).map(|end| end.len());
        let end = end.or_else(|| comment.find("-->").map(|at| at + "-->".len()));
        let Some(end) = end else { break };
        kept.push_str(before);
        rest = &comment[end..];
    }
    kept.push_str(rest);
    kept
}

/// Hides addresses in a run of inline events, also one that marks of emphasis cut in pieces.
fn hide_in(run: &mut [Event], hide: Hide) {
    if !run.iter().any(|event| address::may_begin(visible(event))) {
        return;
    }
    let text: String = run.iter().map(visible).collect();
    let hits = address::hits(&text, hide.people, hide.instead);
    if hits.is_empty() {
        return;
    }
    let mut at = 0;
    for event in run {
        let part = at..at + visible(event).len();
        at = part.end;
        if let Event::Text(shown) | Event::Code(shown) | Event::InlineHtml(shown) = event {
            *shown = address::cut(&text, part, &hits).into();
        }
    }
}

fn is_block(event: &Event) -> bool {
    match event {
        Event::Start(tag) => !is_inline(tag.to_end()),
        Event::End(tag) => !is_inline(*tag),
        Event::Rule => true,
        _ => false,
    }
}

fn is_inline(tag: TagEnd) -> bool {
    use TagEnd::{Emphasis, Image, Link, Strikethrough, Strong};
    matches!(tag, Emphasis | Strong | Strikethrough | Link | Image)
}
