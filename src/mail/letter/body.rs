//! Markdown as a tree of blocks, which both parts of a letter are written from.

use std::borrow::Cow;
use std::sync::Arc;

use pulldown_cmark::{CowStr, Event, Parser, Tag, TagEnd, TextMergeStream};

use super::common::{self, Common, Part};
use super::pieces::{CLOSE, OPEN, Pieces};
use super::plain;
use super::scope::{Scope, is_hidden};
use crate::model::Target;
use crate::pages::prose;

/// What a letter says.
pub struct Body<'a> {
    /// The first heading, in words alone.
    pub subject: String,
    pub blocks: Vec<Block<'a>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block<'a> {
    Paragraph(Vec<Span<'a>>),
    /// The same, where other letters may have it too.
    Common(Arc<Common>),
    Heading(Vec<Span<'a>>),
    List {
        first: Option<u64>,
        items: Vec<Vec<Block<'a>>>,
    },
    Quote(Vec<Block<'a>>),
    Code(String),
    Rule,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Span<'a> {
    Text(CowStr<'a>),
    Code(CowStr<'a>),
    Break,
    Strong(Vec<Span<'a>>),
    Emphasis(Vec<Span<'a>>),
    Link { url: CowStr<'a>, words: Vec<Span<'a>> },
}

/// Reads what a template made. `None` where that is no letter.
pub fn read<'a>(markdown: &'a str, pieces: &'a Pieces, scope: &Scope) -> Option<Body<'a>> {
    let mut blocks = Vec::new();
    for part in common::parts(markdown) {
        match part {
            Part::Paragraph(text) => {
                blocks.push(Block::Common(scope.desk.commons.get(text, || paragraph(text, scope))))
            }
            Part::Blocks(text) => blocks.extend(parsed(text, pieces, scope)),
        }
    }
    let is_heading = |block: &Block| matches!(block, Block::Heading(_));
    let subject = match blocks.iter().position(is_heading).map(|at| blocks.remove(at)) {
        Some(Block::Heading(spans)) => words(&spans),
        _ => String::new(),
    };
    let is_letter = !subject.trim().is_empty() && !blocks.is_empty();
    is_letter.then_some(Body { subject, blocks })
}

fn parsed<'a>(markdown: &'a str, pieces: &'a Pieces, scope: &Scope) -> Vec<Block<'a>> {
    let mut events = Vec::new();
    for event in TextMergeStream::new(Parser::new(markdown)) {
        add(event, pieces, &mut events);
    }
    hide(&mut events, scope);
    blocks(&mut events.into_iter())
}

fn paragraph(markdown: &str, scope: &Scope) -> Common {
    let events = TextMergeStream::new(Parser::new(markdown)).map(Event::into_static);
    let mut events: Vec<Event> = events.collect();
    hide(&mut events, scope);
    let mut events = events.into_iter();
    // The first begins the paragraph.
    events.next();
    let spans = spans(&mut events);
    let lines = plain::paragraph(&spans);
    Common { spans, lines }
}

impl Body<'_> {
    /// The paragraph below the greeting, in words alone.
    pub fn state(&self) -> String {
        let mut paragraphs = self.blocks.iter().filter_map(|block| match block {
            Block::Paragraph(spans) => Some(words(spans)),
            Block::Common(common) => Some(words(&common.spans)),
            _ => None,
        });
        let greeting = paragraphs.next().unwrap_or_default();
        paragraphs.next().unwrap_or(greeting)
    }
}

/// What a reader sees of spans.
pub fn words(spans: &[Span]) -> String {
    let mut all = String::new();
    add_words(spans, &mut all);
    all
}

fn add_words(spans: &[Span], all: &mut String) {
    for span in spans {
        match span {
            Span::Text(text) | Span::Code(text) => all.push_str(text),
            Span::Break => all.push(' '),
            Span::Strong(inner) | Span::Emphasis(inner) | Span::Link { words: inner, .. } => {
                add_words(inner, all);
            }
        }
    }
}

/// The last guard: whatever a template put into its text, no address is in it, and no character
/// that nobody sees.
fn hide(events: &mut [Event], scope: &Scope) {
    for event in events {
        if let Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) = event
            && let Some(shown) = without_what_is_hidden(text, scope)
        {
            *text = shown.into();
        }
    }
}

/// `None` where nothing is.
fn without_what_is_hidden(text: &str, scope: &Scope) -> Option<String> {
    // Most texts are ASCII, and there two bytes tell.
    if text.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~') && byte != b'@' && byte != b'%')
    {
        return None;
    }
    let is_shown = |c: char| c == '\n' || !is_hidden(c);
    let shown: Cow<str> = if text.chars().all(is_shown) {
        text.into()
    } else {
        text.chars().filter(|c| is_shown(*c)).collect()
    };
    let safe = prose::without_addresses(&shown, &scope.round.people, scope.hidden());
    (*safe != *text).then(|| safe.into_owned())
}

/// Adds an event, with prose in the places of its tokens: a paragraph that is a token alone becomes
/// the prose's blocks.
fn add<'a>(event: Event<'a>, pieces: &'a Pieces, all: &mut Vec<Event<'a>>) {
    match event {
        Event::Text(text) if text.contains(OPEN) => spliced(&text, pieces, all),
        Event::End(TagEnd::Paragraph) if ends_with_block(all) => {}
        event => all.push(event),
    }
}

/// Whether the open paragraph has been taken away for a block.
fn ends_with_block(events: &[Event]) -> bool {
    let last = events.iter().rev().find_map(|event| match event {
        Event::Start(Tag::Paragraph) => Some(true),
        Event::End(
            TagEnd::Paragraph | TagEnd::List(_) | TagEnd::CodeBlock | TagEnd::Heading(_),
        ) => Some(false),
        Event::End(TagEnd::BlockQuote(_) | TagEnd::Table) | Event::Rule => Some(false),
        _ => None,
    });
    last == Some(false)
}

fn spliced<'a>(text: &str, pieces: &'a Pieces, all: &mut Vec<Event<'a>>) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        let Some((number, after)) = after.split_once(CLOSE) else { break };
        let piece = pieces.get(number).unwrap_or_default();
        push(before, all);
        if is_blocks(piece) {
            let alone = before.is_empty()
                && after.is_empty()
                && matches!(all.last(), Some(Event::Start(Tag::Paragraph)));
            if alone {
                all.pop();
                all.extend_from_slice(piece);
            } else {
                all.extend(piece.iter().filter(|event| is_leaf(event)).cloned());
            }
        } else {
            all.extend_from_slice(piece);
        }
        rest = after;
    }
    push(rest, all);
}

fn push(text: &str, all: &mut Vec<Event>) {
    if !text.is_empty() {
        all.push(Event::Text(text.to_owned().into()));
    }
}

fn is_blocks(piece: &[Event]) -> bool {
    match piece.first() {
        Some(Event::Start(tag)) => !is_inline(&tag.to_end()),
        Some(Event::Rule) => true,
        _ => false,
    }
}

fn is_leaf(event: &Event) -> bool {
    matches!(event, Event::Text(_) | Event::Code(_) | Event::SoftBreak | Event::HardBreak)
}

fn is_inline(tag: &TagEnd) -> bool {
    use TagEnd::{Emphasis, Image, Link, Strikethrough, Strong, Subscript, Superscript};
    matches!(tag, Emphasis | Strong | Strikethrough | Link | Image | Subscript | Superscript)
}

type Events<'a> = std::vec::IntoIter<Event<'a>>;

/// Blocks up to the end of what encloses them. Words that stand without a paragraph, as in a tight
/// list, get one.
fn blocks<'a>(events: &mut Events<'a>) -> Vec<Block<'a>> {
    let mut found = Vec::new();
    let mut loose: Vec<Span<'a>> = Vec::new();
    while let Some(event) = events.next() {
        if is_of_a_line(&event) {
            loose.extend(span(event, events));
            continue;
        }
        if !loose.is_empty() {
            found.push(Block::Paragraph(std::mem::take(&mut loose)));
        }
        match event {
            Event::End(_) => break,
            Event::Rule => found.push(Block::Rule),
            Event::Start(tag) => found.extend(block(tag, events)),
            _ => {}
        }
    }
    if !loose.is_empty() {
        found.push(Block::Paragraph(loose));
    }
    found
}

fn is_of_a_line(event: &Event) -> bool {
    match event {
        Event::Start(tag) => is_inline(&tag.to_end()),
        Event::End(_) | Event::Rule => false,
        _ => true,
    }
}

fn block<'a>(tag: Tag<'a>, events: &mut Events<'a>) -> Vec<Block<'a>> {
    match tag {
        Tag::Paragraph => vec![Block::Paragraph(spans(events))],
        Tag::Heading { .. } => vec![Block::Heading(spans(events))],
        Tag::BlockQuote(_) => vec![Block::Quote(blocks(events))],
        Tag::CodeBlock(_) => vec![Block::Code(words(&spans(events)).trim_end().to_owned())],
        Tag::List(first) => vec![Block::List { first, items: items(events) }],
        // A table of a letter is read line by line: its cells are words with a dash between them.
        Tag::Table(_) => vec![Block::List { first: None, items: items(events) }],
        Tag::TableHead | Tag::TableRow => vec![Block::Paragraph(cells(events))],
        _ => blocks(events),
    }
}

fn items<'a>(events: &mut Events<'a>) -> Vec<Vec<Block<'a>>> {
    let mut items = Vec::new();
    while let Some(event) = events.next() {
        match event {
            Event::Start(Tag::Item) => items.push(blocks(events)),
            Event::Start(tag) => items.push(block(tag, events)),
            Event::End(_) => break,
            _ => {}
        }
    }
    items
}

fn cells<'a>(events: &mut Events<'a>) -> Vec<Span<'a>> {
    let mut row = Vec::new();
    while let Some(event) = events.next() {
        match event {
            Event::Start(_) => {
                if !row.is_empty() {
                    row.push(Span::Text(" – ".into()));
                }
                row.extend(spans(events));
            }
            Event::End(_) => break,
            _ => {}
        }
    }
    row
}

/// Inline content up to the end of what encloses it.
fn spans<'a>(events: &mut Events<'a>) -> Vec<Span<'a>> {
    let mut found = Vec::new();
    while let Some(event) = events.next() {
        match event {
            Event::End(_) => break,
            event => found.extend(span(event, events)),
        }
    }
    found
}

fn span<'a>(event: Event<'a>, events: &mut Events<'a>) -> Vec<Span<'a>> {
    match event {
        Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => {
            vec![Span::Text(text)]
        }
        Event::Code(text) => vec![Span::Code(text)],
        Event::SoftBreak => vec![Span::Text(" ".into())],
        Event::HardBreak => vec![Span::Break],
        Event::FootnoteReference(label) => vec![Span::Text(format!("[{label}]").into())],
        Event::TaskListMarker(ticked) => {
            vec![Span::Text(if ticked { "☑ " } else { "☐ " }.into())]
        }
        Event::Start(Tag::Link { dest_url, .. }) => {
            let (url, words) = (dest_url, spans(events));
            // Whatever a template lets through, a link leads to the web or to a phone.
            match Target::read(&url) {
                Target::Web(_) | Target::Phone(_) => vec![Span::Link { url, words }],
                _ => words,
            }
        }
        Event::Start(Tag::Strong) => vec![Span::Strong(spans(events))],
        Event::Start(Tag::Emphasis) => vec![Span::Emphasis(spans(events))],
        Event::Start(_) => spans(events),
        _ => Vec::new(),
    }
}
