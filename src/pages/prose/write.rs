//! Events to HTML.

use std::collections::HashSet;

use linkify::{LinkFinder, LinkKind};
use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, Event, LinkType, Tag, TagEnd};

use super::headings::{self, Heading};
use super::parse::Entry;
use super::{Context, address, escape, words_of};
use crate::model::Target;

mod footnotes;
mod links;
mod tables;

use footnotes::Notes;
use links::Open;
use tables::Table;

/// A text with its footnotes at its end.
pub(super) fn blocks(entry: &Entry, context: &Context) -> String {
    let headings = headings::of(&entry.body, context);
    let mut writer = Writer::new(context, headings);
    writer.notes = Notes::of(&entry.notes);
    writer.events(&entry.body);
    writer.footnotes();
    writer.out
}

/// Inline events, without a paragraph around them.
pub(super) fn inline(events: &[Event], context: &Context) -> String {
    let mut writer = Writer::new(context, Vec::new());
    writer.events(events);
    writer.out
}

struct Writer<'e> {
    context: &'e Context<'e>,
    out: String,
    headings: Vec<Heading>,
    /// The ids of all of them.
    ids: HashSet<String>,
    /// How many headings have been begun.
    heading: usize,
    notes: Notes<'e>,
    /// The links that are open, whether or not they are shown as links.
    links: Vec<Open>,
    /// The tables that are open; more than one only where the parser surprises us.
    table: Option<Table>,
    code: bool,
    /// Where the open paragraphs and headings began: before the tag, and after it.
    begun: Vec<(usize, usize)>,
    urls: LinkFinder,
}

impl<'e> Writer<'e> {
    fn new(context: &'e Context<'e>, headings: Vec<Heading>) -> Writer<'e> {
        let mut urls = LinkFinder::new();
        urls.kinds(&[LinkKind::Url]);
        Writer {
            context,
            out: String::new(),
            ids: headings.iter().map(|heading| heading.id.clone()).collect(),
            headings,
            heading: 0,
            notes: Notes::default(),
            links: Vec::new(),
            table: None,
            code: false,
            begun: Vec::new(),
            urls,
        }
    }

    fn events(&mut self, events: &[Event]) {
        let mut at = 0;
        while let Some(event) = events.get(at) {
            at += 1;
            match event {
                Event::Start(Tag::Image { dest_url, title, .. }) => {
                    let inside = &events[at..];
                    let end = end_of_image(inside);
                    self.image(dest_url, title, &inside[..end]);
                    at += end + 1;
                }
                Event::Start(Tag::Table(columns)) => self.open_table(columns, &events[at..]),
                Event::Start(Tag::TableCell) => {
                    let empty = matches!(events.get(at), Some(Event::End(TagEnd::TableCell)));
                    self.open_cell(empty);
                }
                Event::Start(Tag::Item) => self.open_item(&events[at..]),
                Event::Start(tag) => self.start(tag),
                Event::End(tag) => self.end(*tag),
                event => self.leaf(event),
            }
        }
    }

    fn leaf(&mut self, event: &Event) {
        match event {
            Event::Text(text) => self.text(text),
            Event::Code(text) => {
                self.out.push_str("<code>");
                escape::text(&mut self.out, text);
                self.out.push_str("</code>");
            }
            Event::InlineHtml(text) | Event::Html(text) => escape::text(&mut self.out, text),
            Event::SoftBreak => self.out.push('\n'),
            Event::HardBreak => self.out.push_str("<br>\n"),
            Event::Rule => self.out.push_str("<hr>\n"),
            Event::FootnoteReference(label) => self.reference(label),
            Event::TaskListMarker(ticked) => self.task(*ticked),
            Event::InlineMath(text) | Event::DisplayMath(text) => {
                escape::text(&mut self.out, text);
            }
            Event::Start(_) | Event::End(_) => {}
        }
    }

    fn start(&mut self, tag: &Tag) {
        match tag {
            Tag::Paragraph => self.begin("<p>"),
            Tag::Heading { .. } => self.open_heading(),
            Tag::BlockQuote(kind) => self.open_quote(*kind),
            Tag::CodeBlock(kind) => self.open_code(kind),
            Tag::List(Some(1)) => self.open_line("<ol>\n"),
            Tag::List(Some(first)) => self.open_line(&format!("<ol start=\"{first}\">\n")),
            Tag::List(None) => self.open_line("<ul>\n"),
            Tag::TableHead => self.open_head(),
            Tag::TableRow => self.open_row(),
            Tag::Emphasis => self.out.push_str("<em>"),
            Tag::Strong => self.out.push_str("<strong>"),
            Tag::Strikethrough => self.out.push_str("<del>"),
            Tag::Link { link_type: LinkType::Email, dest_url, .. } => self.open_mail(dest_url),
            Tag::Link { dest_url, title, .. } => self.open_link(dest_url, title),
            // Handled with what is in them, or never parsed with our options.
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph => self.finish("</p>\n"),
            TagEnd::Heading(_) => self.close_heading(),
            TagEnd::BlockQuote(None) => self.out.push_str("</blockquote>\n"),
            TagEnd::BlockQuote(Some(_)) => self.out.push_str("</div>\n"),
            TagEnd::CodeBlock => {
                self.code = false;
                self.out.push_str("</code></pre>\n");
            }
            TagEnd::List(true) => self.out.push_str("</ol>\n"),
            TagEnd::List(false) => self.out.push_str("</ul>\n"),
            TagEnd::Item => self.out.push_str("</li>\n"),
            TagEnd::Table => self.close_table(),
            TagEnd::TableHead | TagEnd::TableRow => self.close_row(tag),
            TagEnd::TableCell => self.close_cell(),
            TagEnd::Emphasis => self.out.push_str("</em>"),
            TagEnd::Strong => self.out.push_str("</strong>"),
            TagEnd::Strikethrough => self.out.push_str("</del>"),
            TagEnd::Link => self.close_link(),
            _ => {}
        }
    }

    /// Opens a block on a line of its own.
    fn open_line(&mut self, tag: &str) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
        self.out.push_str(tag);
    }

    /// Opens a block that goes again if nothing comes into it.
    fn begin(&mut self, tag: &str) {
        let before = self.out.len();
        self.open_line(tag);
        self.begun.push((before, self.out.len()));
    }

    fn finish(&mut self, tag: &str) {
        let Some((before, after)) = self.begun.pop() else { return };
        if self.out[after..].trim().is_empty() {
            self.out.truncate(before);
        } else {
            self.out.push_str(tag);
        }
    }

    /// In a footnote a heading is a paragraph: its number would be a place nobody wrote it at.
    fn open_heading(&mut self) {
        let Some(heading) = self.headings.get(self.heading) else {
            return self.begin("<p>");
        };
        let mut tag = format!("<h{} id=\"", heading.level);
        escape::attribute(&mut tag, &heading.id);
        tag.push_str("\">");
        self.begin(&tag);
    }

    fn close_heading(&mut self) {
        match self.headings.get(self.heading) {
            Some(heading) => self.finish(&format!("</h{}>\n", heading.level)),
            None => self.finish("</p>\n"),
        }
        self.heading += 1;
    }

    fn open_quote(&mut self, kind: Option<BlockQuoteKind>) {
        let words = self.context.words;
        let (class, title) = match kind {
            None => return self.open_line("<blockquote>\n"),
            Some(BlockQuoteKind::Note) => ("note", &words.note),
            Some(BlockQuoteKind::Tip) => ("tip", &words.tip),
            Some(BlockQuoteKind::Important) => ("important", &words.important),
            Some(BlockQuoteKind::Warning) => ("warning", &words.warning),
            Some(BlockQuoteKind::Caution) => ("caution", &words.caution),
        };
        self.open_line(&format!("<div class=\"alert {class}\" role=\"note\">\n"));
        self.out.push_str("<p class=\"alert-title\">");
        escape::text(&mut self.out, title);
        self.out.push_str("</p>\n");
    }

    /// A block of code scrolls, so the keyboard must be able to reach it.
    fn open_code(&mut self, kind: &CodeBlockKind) {
        self.code = true;
        self.open_line("<pre tabindex=\"0\"><code");
        let language: String = match kind {
            CodeBlockKind::Fenced(info) => {
                let first = info.split([' ', ',', '{']).next().unwrap_or_default();
                first.chars().filter(|c| c.is_ascii_alphanumeric() || "+-#_".contains(*c)).collect()
            }
            CodeBlockKind::Indented => String::new(),
        };
        if !language.is_empty() {
            self.out.push_str(&format!(" class=\"language-{language}\""));
        }
        self.out.push('>');
    }

    fn open_item(&mut self, inside: &[Event]) {
        let first = inside.iter().find(|event| !matches!(event, Event::Start(Tag::Paragraph)));
        let task = matches!(first, Some(Event::TaskListMarker(_)));
        self.open_line(if task { "<li class=\"task\">" } else { "<li>" });
    }

    /// A box that nobody can tick is no form field; its state is a sign with a word.
    fn task(&mut self, ticked: bool) {
        let words = self.context.words;
        let (sign, word) =
            if ticked { ('\u{2611}', &words.ticked) } else { ('\u{2610}', &words.unticked) };
        self.out.push_str("<span role=\"img\" aria-label=\"");
        escape::attribute(&mut self.out, word);
        self.out.push_str(&format!("\">{sign}</span> "));
    }

    /// Text, in which a bare web address becomes a link, as it does where the lists are edited.
    fn text(&mut self, text: &str) {
        if self.code || self.in_link() {
            return escape::text(&mut self.out, text);
        }
        let mut at = 0;
        for link in self.urls.links(text).collect::<Vec<_>>() {
            if !matches!(Target::read(link.as_str()), Target::Web(_)) {
                continue;
            }
            escape::text(&mut self.out, &text[at..link.start()]);
            self.open_link(link.as_str(), "");
            escape::text(&mut self.out, link.as_str());
            self.close_link();
            at = link.end();
        }
        escape::text(&mut self.out, &text[at..]);
    }
}

fn end_of_image(inside: &[Event]) -> usize {
    let mut depth = 0;
    for (at, event) in inside.iter().enumerate() {
        match event {
            Event::Start(Tag::Image { .. }) => depth += 1,
            Event::End(TagEnd::Image) if depth == 0 => return at,
            Event::End(TagEnd::Image) => depth -= 1,
            _ => {}
        }
    }
    inside.len()
}
