//! The text part: what a person would type.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use super::body::{Block, Span, words};
use super::scope::{is_one_line, is_printable};

/// The columns of a line, as RFC 5322 and old habit have it, less what a reply puts before it.
const WIDTH: usize = 72;

/// The blocks as text, a blank line between them.
pub fn write(blocks: &[Block]) -> String {
    let footer = footer(blocks);
    let mut text = String::new();
    for (index, block) in blocks.iter().enumerate() {
        if index > 0 && footer.map(|at| at + 1) != Some(index) {
            text.push('\n');
        }
        // Two dashes and a blank are a signature to mail programs; the blank is part of it.
        if footer == Some(index) {
            text.push_str("-- \n");
        } else {
            add(block, WIDTH, &mut text);
        }
    }
    text
}

/// Where the footer begins: the last line across the letter.
pub fn footer(blocks: &[Block]) -> Option<usize> {
    blocks.iter().rposition(|block| *block == Block::Rule)
}

/// Adds a block, as lines of at most `width` columns, each ending in LF.
fn add(block: &Block, width: usize, text: &mut String) {
    match block {
        Block::Paragraph(spans) => add_paragraph(spans, width, text),
        Block::Common(common) => text.push_str(&common.lines),
        Block::Heading(spans) => {
            let from = text.len();
            add_wrapped(&flat(spans), width, text);
            let longest = text[from..].lines().map(columns).max().unwrap_or_default();
            text.push_str(&"-".repeat(longest.max(3)));
            text.push('\n');
        }
        Block::List { first, items } => add_list(*first, items, width, text),
        Block::Quote(blocks) => {
            add_indented(&stacked(blocks, width.saturating_sub(4)), "    ", "    ", text);
        }
        Block::Code(code) => {
            for line in code.lines() {
                add_line(&["    ", line], text);
            }
        }
        Block::Rule => add_line(&["* * *"], text),
    }
}

fn add_paragraph(spans: &[Span], width: usize, text: &mut String) {
    match alone(spans) {
        Some((url, words)) => add_link(url, &words, width, text),
        None => add_wrapped(&flat(spans), width, text),
    }
}

/// The lines of a paragraph that stands in no other block.
pub fn paragraph(spans: &[Span]) -> String {
    let mut lines = String::new();
    add_paragraph(spans, WIDTH, &mut lines);
    lines
}

fn add_line(parts: &[&str], text: &mut String) {
    text.extend(parts.iter().copied());
    text.push('\n');
}

fn add_list(first: Option<u64>, items: &[Vec<Block>], width: usize, text: &mut String) {
    let airy = items.iter().any(|item| item.len() > 1);
    for (index, item) in items.iter().enumerate() {
        let mark = match first {
            Some(first) => format!("{}. ", first.saturating_add(index as u64)),
            None => "- ".to_owned(),
        };
        if airy && index > 0 {
            text.push('\n');
        }
        let inner = stacked(item, width.saturating_sub(mark.len()));
        add_indented(&inner, &mark, &" ".repeat(mark.len()), text);
    }
}

/// Blocks inside another one.
fn stacked(blocks: &[Block], width: usize) -> String {
    let mut all = String::new();
    for (index, block) in blocks.iter().enumerate() {
        // A list belongs to the words above it.
        if index > 0 && !matches!(block, Block::List { .. }) {
            all.push('\n');
        }
        add(block, width, &mut all);
    }
    all
}

fn add_indented(lines: &str, first: &str, others: &str, text: &mut String) {
    for (index, line) in lines.split_terminator('\n').enumerate() {
        match (index, line.is_empty()) {
            (0, _) => add_line(&[first, line], text),
            (_, true) => text.push('\n'),
            (_, false) => add_line(&[others, line], text),
        }
    }
}

/// A link that has its block for itself.
pub fn alone<'b>(spans: &'b [Span]) -> Option<(&'b str, String)> {
    match spans {
        [Span::Link { url, words: inner }] => Some((url, words(inner))),
        [Span::Strong(inner) | Span::Emphasis(inner)] => alone(inner),
        _ => None,
    }
}

/// `Words: address`, on two lines where one is too short: a program makes a link of an address
/// that is whole.
fn add_link(url: &str, words: &str, width: usize, text: &mut String) {
    if words == url {
        return add_line(&[url], text);
    }
    let colon = if words.ends_with([':', '?', '!', '.']) { "" } else { ":" };
    if columns(words) + colon.len() + 1 + columns(url) <= width {
        return add_line(&[words, colon, " ", url], text);
    }
    add_wrapped(&format!("{words}{colon}"), width, text);
    add_line(&[url], text);
}

/// Spans in a line, with links in the brackets that RFC 3986 (appendix C) has for them.
fn flat<'b>(spans: &'b [Span]) -> Cow<'b, str> {
    if let [Span::Text(text) | Span::Code(text)] = spans {
        return Cow::Borrowed(text);
    }
    let mut line = String::new();
    for span in spans {
        match span {
            Span::Text(text) | Span::Code(text) => line.push_str(text),
            Span::Break => line.push('\n'),
            Span::Strong(inner) | Span::Emphasis(inner) => line.push_str(&flat(inner)),
            Span::Link { url, words: inner } if *words(inner) == **url => line.push_str(url),
            Span::Link { url, words: inner } => {
                line.extend([&*flat(inner), " <", url, ">"]);
            }
        }
    }
    Cow::Owned(line)
}

/// The words in lines of at most `width` columns; a word that is longer has a line for itself.
fn add_wrapped(words: &str, width: usize, text: &mut String) {
    for part in words.split('\n') {
        if is_one_line(part) {
            add_wrapped_line(part, width, text);
            continue;
        }
        let (mut taken, mut is_first) = (0, true);
        for word in part.split([' ', '\t']).filter(|word| !word.is_empty()) {
            let wide = columns(word);
            if !is_first && taken + 1 + wide > width {
                text.push('\n');
                (taken, is_first) = (0, true);
            }
            if !is_first {
                text.push(' ');
                taken += 1;
            }
            text.push_str(word);
            (taken, is_first) = (taken + wide, false);
        }
        text.push('\n');
    }
}

/// The same of a line of ASCII with single blanks between its words, which most are: there a line
/// ends at the last blank that leaves it short enough, or else at the next one.
fn add_wrapped_line(line: &str, width: usize, text: &mut String) {
    let mut rest = line;
    while rest.len() > width {
        let near = rest[..=width].rfind(' ');
        let Some(end) = near.or_else(|| rest.find(' ')) else { break };
        add_line(&[&rest[..end]], text);
        rest = &rest[end + 1..];
    }
    add_line(&[rest], text);
}

/// How many columns a text takes. Of ASCII that is the number of its bytes.
fn columns(text: &str) -> usize {
    if is_printable(text) { text.len() } else { text.width() }
}
