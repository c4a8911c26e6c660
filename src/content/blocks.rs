//! What a Markdown parser makes of a text: its top-level blocks with their ranges, the bullets of
//! its lists, and the links, raw HTML and hidden parts a reader must know of. Pure.

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, LinkType, Options, Parser, Tag};

use crate::model::prose::Definitions;
use crate::model::{Definition, Target};

/// The dialect of every text: CommonMark with what forges add to it.
pub(crate) fn dialect() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_GFM
}

/// A text as a Markdown parser sees it. All ranges are bytes of that text.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    pub all: Vec<Block>,
    pub links: Vec<RawLink>,
    /// Raw HTML that is no closed comment.
    pub html: Vec<Range<usize>>,
    /// Code and HTML, comments among it: nothing in there is a heading or a fact.
    pub opaque: Vec<Range<usize>>,
    /// `<!--` that stands in the text and opens nothing, because it is never closed.
    pub open_comments: Vec<usize>,
    pub definitions: Definitions,
}

#[derive(Debug)]
pub(crate) struct Block {
    pub kind: BlockKind,
    pub range: Range<usize>,
}

#[derive(Debug)]
pub(crate) enum BlockKind {
    Heading(Heading),
    List { ordered: bool, bullets: Vec<Bullet> },
    Paragraph,
    Fenced,
    Indented,
    Html,
    Quote,
    Other,
}

#[derive(Debug, Default)]
pub(crate) struct Heading {
    /// 1 to 6.
    pub level: usize,
    /// Underlined with `---` or `===` instead of marked with `#`.
    pub underlined: bool,
    /// The text without its marks.
    pub title: String,
    /// Where the text stands; `None` for a heading without text.
    pub inner: Option<Range<usize>>,
}

/// One bullet of a top-level list.
#[derive(Debug)]
pub(crate) struct Bullet {
    pub range: Range<usize>,
    /// From the first to the last character of its own text, without nested lists; empty ranges
    /// stand at the bullet's end.
    pub text: Range<usize>,
    /// The texts of the bullets directly under it.
    pub nested: Vec<Range<usize>>,
    /// An empty line stands before it.
    pub after_gap: bool,
}

#[derive(Debug)]
pub(crate) struct RawLink {
    pub target: Target,
    pub image: bool,
    pub range: Range<usize>,
    /// Where its target was written: with a reference, in the definition.
    pub written: Range<usize>,
}

impl Blocks {
    pub fn parse(text: &str) -> Blocks {
        let parser = Parser::new_ext(text, dialect());
        let mut blocks = Blocks::default();
        for (label, definition) in parser.reference_definitions().iter() {
            let title = definition.title.as_deref().unwrap_or_default().to_owned();
            blocks.definitions.links.insert(
                label_key(label),
                Definition { target: definition.dest.to_string(), title },
            );
        }
        let mut defined = BTreeMap::new();
        for (label, definition) in parser.reference_definitions().iter() {
            defined.insert(label_key(label), definition.span.clone());
        }
        let mut walk = Walk { text, blocks, open: Vec::new(), defined };
        for (event, range) in parser.into_offset_iter() {
            walk.step(event, range);
        }
        let mut blocks = walk.blocks;
        blocks.open_comments = open_comments(text, &blocks);
        blocks
    }

    /// Whether `offset` lies in code or HTML.
    pub fn is_opaque(&self, offset: usize) -> bool {
        let next = self.opaque.partition_point(|range| range.start <= offset);
        self.opaque[..next].iter().rev().take(8).any(|range| range.contains(&offset))
    }
}

/// Where `<!--` stands outside of code and HTML, so that it is shown: nothing closes it.
fn open_comments(text: &str, blocks: &Blocks) -> Vec<usize> {
    if !text.contains("<!") {
        return Vec::new();
    }
    // Word processors make one long dash of two hyphens.
    ["<!--", "<!–", "<!—"]
        .iter()
        .flat_map(|open| text.match_indices(open))
        .map(|(at, _)| at)
        .filter(|at| !blocks.is_opaque(*at) && !text[..*at].ends_with('\\'))
        .collect()
}

/// What two labels of link definitions have in common when they mean the same.
pub(crate) fn label_key(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

struct Walk<'t> {
    text: &'t str,
    blocks: Blocks,
    /// The tags we are inside of, outermost first.
    open: Vec<Open>,
    /// Where the definitions of links stand, by label.
    defined: BTreeMap<String, Range<usize>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Open {
    Heading,
    List,
    Item,
    Paragraph,
    Code,
    Html,
    Inline,
    Other,
}

impl Walk<'_> {
    fn step(&mut self, event: Event, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(_) => {
                self.open.pop();
            }
            Event::Text(text) => {
                self.inline(range, &text);
            }
            Event::Code(text) => {
                self.blocks.opaque.push(range.clone());
                self.inline(range, &text);
            }
            Event::SoftBreak | Event::HardBreak => self.inline(range, " "),
            Event::InlineHtml(html) => {
                let comment = html.starts_with("<!--");
                self.blocks.opaque.push(range.clone());
                if !comment {
                    self.blocks.html.push(range.clone());
                }
                self.inline(range, if comment { "" } else { &html });
            }
            Event::Rule if self.open.is_empty() => {
                self.blocks.all.push(Block { kind: BlockKind::Other, range })
            }
            _ => self.inline(range, ""),
        }
    }

    fn start(&mut self, tag: Tag, range: Range<usize>) {
        let top = self.open.is_empty();
        let kind = match &tag {
            Tag::Heading { level, .. } => BlockKind::Heading(self.heading(*level, &range)),
            Tag::List(number) => BlockKind::List { ordered: number.is_some(), bullets: Vec::new() },
            Tag::Paragraph => BlockKind::Paragraph,
            Tag::CodeBlock(CodeBlockKind::Fenced(_)) => BlockKind::Fenced,
            Tag::CodeBlock(CodeBlockKind::Indented) => BlockKind::Indented,
            Tag::HtmlBlock => BlockKind::Html,
            Tag::BlockQuote(_) => BlockKind::Quote,
            _ => BlockKind::Other,
        };
        if top {
            self.blocks.all.push(Block { kind, range: range.clone() });
        }
        match &tag {
            Tag::Item if self.open == [Open::List] => self.bullet(&range),
            Tag::Item if self.open == [Open::List, Open::Item, Open::List] => {
                self.nested(range.end)
            }
            Tag::CodeBlock(_) => self.blocks.opaque.push(range.clone()),
            Tag::HtmlBlock => self.html_block(&range),
            Tag::FootnoteDefinition(label) if top => {
                self.blocks
                    .definitions
                    .footnotes
                    .entry(label_key(label))
                    .or_insert_with(|| self.text[range.clone()].trim_end().to_owned());
            }
            Tag::Link { link_type, dest_url, id, .. } => {
                self.link(*link_type, dest_url, id, false, &range)
            }
            Tag::Image { link_type, dest_url, id, .. } => {
                self.link(*link_type, dest_url, id, true, &range)
            }
            _ => {}
        }
        let open = open_as(&tag);
        if open == Open::Inline {
            self.inline(range, "");
        }
        self.open.push(open);
    }

    fn heading(&self, level: HeadingLevel, range: &Range<usize>) -> Heading {
        let written = self.text[range.clone()].trim_start();
        Heading {
            level: level as usize,
            underlined: !written.starts_with('#'),
            title: String::new(),
            inner: None,
        }
    }

    fn bullet(&mut self, range: &Range<usize>) {
        let after_gap = blank_line_before(&self.text[..range.start]);
        if let Some(Block { kind: BlockKind::List { bullets, .. }, .. }) =
            self.blocks.all.last_mut()
        {
            let end = self.text[range.clone()].trim_end().len() + range.start;
            bullets.push(Bullet {
                range: range.clone(),
                text: end..end,
                nested: Vec::new(),
                after_gap,
            });
        }
    }

    fn nested(&mut self, end: usize) {
        if let Some(bullet) = self.last_bullet() {
            bullet.nested.push(end..end);
        }
    }

    fn last_bullet(&mut self) -> Option<&mut Bullet> {
        match self.blocks.all.last_mut() {
            Some(Block { kind: BlockKind::List { bullets, .. }, .. }) => bullets.last_mut(),
            _ => None,
        }
    }

    fn html_block(&mut self, range: &Range<usize>) {
        self.blocks.opaque.push(range.clone());
        if !only_comments(&self.text[range.clone()]) {
            self.blocks.html.push(range.clone());
        }
    }

    fn link(&mut self, kind: LinkType, url: &str, label: &str, image: bool, range: &Range<usize>) {
        let target =
            if kind == LinkType::Email { Target::Mail(url.to_owned()) } else { Target::read(url) };
        let by_label =
            matches!(kind, LinkType::Reference | LinkType::Collapsed | LinkType::Shortcut);
        let defined = self.defined.get(&label_key(label)).filter(|_| by_label);
        let written = defined.unwrap_or(range).clone();
        self.blocks.links.push(RawLink { target, image, range: range.clone(), written });
    }

    /// A piece of running text: part of a heading's title, or of a bullet's own text.
    fn inline(&mut self, range: Range<usize>, text: &str) {
        match self.open.as_slice() {
            [Open::Heading, ..] => {
                if let Some(Block { kind: BlockKind::Heading(heading), .. }) =
                    self.blocks.all.last_mut()
                {
                    heading.title.push_str(text);
                    heading.inner = Some(joined(heading.inner.take(), &range));
                }
            }
            [Open::List, Open::Item, Open::List, Open::Item, rest @ ..] if is_running(rest) => {
                if let Some(nested) = self.last_bullet().and_then(|bullet| bullet.nested.last_mut())
                {
                    *nested = grown(nested, &range);
                }
            }
            [Open::List, Open::Item, rest @ ..] if is_running(rest) => {
                if let Some(bullet) = self.last_bullet() {
                    bullet.text = grown(&bullet.text, &range);
                }
            }
            _ => {}
        }
    }
}

fn open_as(tag: &Tag) -> Open {
    match tag {
        Tag::Heading { .. } => Open::Heading,
        Tag::List(_) => Open::List,
        Tag::Item => Open::Item,
        Tag::Paragraph => Open::Paragraph,
        Tag::CodeBlock(_) => Open::Code,
        Tag::HtmlBlock => Open::Html,
        Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. } => {
            Open::Inline
        }
        _ => Open::Other,
    }
}

fn is_running(rest: &[Open]) -> bool {
    rest.iter().all(|open| matches!(open, Open::Paragraph | Open::Inline))
}

fn joined(range: Option<Range<usize>>, more: &Range<usize>) -> Range<usize> {
    match range {
        Some(range) => range.start.min(more.start)..range.end.max(more.end),
        None => more.clone(),
    }
}

/// An empty range is one that has not been filled yet.
fn grown(range: &Range<usize>, more: &Range<usize>) -> Range<usize> {
    if range.is_empty() { more.clone() } else { joined(Some(range.clone()), more) }
}

fn blank_line_before(before: &str) -> bool {
    let before = before.trim_end_matches([' ', '\t', '>']);
    let line_end =
        ["\r\n", "\n", "\r"].into_iter().find(|end| before.ends_with(end)).map_or(0, str::len);
    let before = before[..before.len() - line_end].trim_end_matches([' ', '\t']);
    before.is_empty() || before.ends_with(['\n', '\r'])
}

/// Whether nothing is left of some HTML once its closed comments are gone.
pub(crate) fn only_comments(html: &str) -> bool {
    let mut rest = html.trim();
    while let Some(inner) = rest.strip_prefix("<!--") {
        match inner.split_once("-->") {
            Some((_, after)) => rest = after.trim(),
            None => return false,
        }
    }
    rest.is_empty()
}

/// Where the facts of a list end: behind the last factual bullet, and the bullets that follow it
/// without an empty line between. What comes after a gap is prose that happens to be a list.
pub(crate) fn end_of_facts(bullets: &[Bullet], factual: impl Fn(&Bullet) -> bool) -> Option<usize> {
    let last = bullets.iter().rposition(factual)?;
    let next_gap = bullets[last + 1..]
        .iter()
        .position(|bullet| bullet.after_gap)
        .map_or(bullets.len(), |at| last + 1 + at);
    bullets.get(next_gap - 1).map(|bullet| bullet.range.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bullets_have_their_own_text_and_that_of_the_bullets_under_them() {
        let text = "# A\n\n- Answer: choose one\n  - Yes\n  - **No**, really\n\n- Ref: x\n";
        let blocks = Blocks::parse(text);
        let BlockKind::List { bullets, .. } = &blocks.all[1].kind else { panic!("{blocks:?}") };
        let texts: Vec<&str> = bullets.iter().map(|bullet| &text[bullet.text.clone()]).collect();
        assert_eq!(texts, ["Answer: choose one", "Ref: x"]);
        let nested: Vec<&str> =
            bullets[0].nested.iter().map(|range| &text[range.clone()]).collect();
        assert_eq!(nested, ["Yes", "**No**, really"]);
        assert_eq!((bullets[0].after_gap, bullets[1].after_gap), (true, true));
    }

    #[test]
    fn a_gap_is_an_empty_line_whatever_ends_lines() {
        for (text, gaps) in [
            ("- a\n- b\n\n- c\n", vec![true, false, true]),
            ("- a\r\n- b\r\n\r\n- c\r\n", vec![true, false, true]),
            ("- a\r- b\r\r- c\r", vec![true, false, true]),
        ] {
            let blocks = Blocks::parse(text);
            let BlockKind::List { bullets, .. } = &blocks.all[0].kind else { panic!("{blocks:?}") };
            assert_eq!(
                bullets.iter().map(|bullet| bullet.after_gap).collect::<Vec<_>>(),
                gaps,
                "{text:?}"
            );
        }
    }

    #[test]
    fn headings_know_their_text_and_how_they_are_marked() {
        let blocks = Blocks::parse("## The *wrong* `CHF` <!-- x -->sign\n\nfoo\n---\n");
        let headings: Vec<_> = blocks
            .all
            .iter()
            .filter_map(|block| match &block.kind {
                BlockKind::Heading(heading) => Some((heading.title.as_str(), heading.underlined)),
                _ => None,
            })
            .collect();
        assert_eq!(headings, [("The wrong CHF sign", false), ("foo", true)]);
    }
}
