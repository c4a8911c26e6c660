//! The text part: what a person would type.

use unicode_width::UnicodeWidthStr;

use super::body::{Block, Span, words};

/// The columns of a line, as RFC 5322 and old habit have it, less what a reply puts before it.
const WIDTH: usize = 72;

/// The blocks as text, a blank line between them.
pub fn write(blocks: &[Block]) -> String {
    let footer = footer(blocks);
    let mut text = String::new();
    for (index, block) in blocks.iter().enumerate() {
        // Two dashes and a blank are a signature to mail programs; the blank is part of it.
        let lines =
            if footer == Some(index) { vec!["-- ".to_owned()] } else { lines(block, WIDTH) };
        if index > 0 && (footer.is_none() || footer.map(|at| at + 1) != Some(index)) {
            text.push('\n');
        }
        for line in lines {
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}

/// Where the footer begins: the last line across the letter.
pub fn footer(blocks: &[Block]) -> Option<usize> {
    blocks.iter().rposition(|block| *block == Block::Rule)
}

fn lines(block: &Block, width: usize) -> Vec<String> {
    match block {
        Block::Paragraph(spans) => match alone(spans) {
            Some((url, words)) => link_lines(url, &words, width),
            None => wrapped(&flat(spans), width),
        },
        Block::Heading(spans) => {
            let mut lines = wrapped(&flat(spans), width);
            let longest = lines.iter().map(|line| line.width()).max().unwrap_or_default();
            lines.push("-".repeat(longest.max(3)));
            lines
        }
        Block::List { first, items } => list(*first, items, width),
        Block::Quote(blocks) => indented(&stacked(blocks, width.saturating_sub(4)), "    ", "    "),
        Block::Code(code) => code.lines().map(|line| format!("    {line}")).collect(),
        Block::Rule => vec!["* * *".to_owned()],
    }
}

fn list(first: Option<u64>, items: &[Vec<Block>], width: usize) -> Vec<String> {
    let airy = items.iter().any(|item| item.len() > 1);
    let mut all = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let mark = match first {
            Some(first) => format!("{}. ", first.saturating_add(index as u64)),
            None => "- ".to_owned(),
        };
        if airy && index > 0 {
            all.push(String::new());
        }
        let inner = stacked(item, width.saturating_sub(mark.len()));
        all.extend(indented(&inner, &mark, &" ".repeat(mark.len())));
    }
    all
}

/// Blocks inside another one.
fn stacked(blocks: &[Block], width: usize) -> Vec<String> {
    let mut all = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        // A list belongs to the words above it.
        if index > 0 && !matches!(block, Block::List { .. }) {
            all.push(String::new());
        }
        all.extend(lines(block, width));
    }
    all
}

fn indented(lines: &[String], first: &str, others: &str) -> Vec<String> {
    let indent = |(index, line): (usize, &String)| match (index, line.is_empty()) {
        (0, _) => format!("{first}{line}"),
        (_, true) => String::new(),
        (_, false) => format!("{others}{line}"),
    };
    lines.iter().enumerate().map(indent).collect()
}

/// A link that has its block for itself.
pub fn alone(spans: &[Span]) -> Option<(&str, String)> {
    match spans {
        [Span::Link { url, words: inner }] => Some((url, words(inner))),
        [Span::Strong(inner) | Span::Emphasis(inner)] => alone(inner),
        _ => None,
    }
}

/// `Words: address`, on two lines where one is too short: a program makes a link of an address
/// that is whole.
fn link_lines(url: &str, words: &str, width: usize) -> Vec<String> {
    if words == url {
        return vec![url.to_owned()];
    }
    let colon = if words.ends_with([':', '?', '!', '.']) { "" } else { ":" };
    let line = format!("{words}{colon} {url}");
    if line.width() <= width {
        return vec![line];
    }
    let mut lines = wrapped(&format!("{words}{colon}"), width);
    lines.push(url.to_owned());
    lines
}

/// Spans in a line, with links in the brackets that RFC 3986 (appendix C) has for them.
fn flat(spans: &[Span]) -> String {
    spans
        .iter()
        .map(|span| match span {
            Span::Text(text) | Span::Code(text) => text.clone(),
            Span::Break => "\n".to_owned(),
            Span::Strong(inner) | Span::Emphasis(inner) => flat(inner),
            Span::Link { url, words: inner } if words(inner) == *url => url.clone(),
            Span::Link { url, words: inner } => format!("{} <{url}>", flat(inner)),
        })
        .collect()
}

/// The words in lines of at most `width` columns; a word that is longer has a line for itself.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for part in text.split('\n') {
        let (mut line, mut columns) = (String::new(), 0);
        for word in part.split([' ', '\t']).filter(|word| !word.is_empty()) {
            let wide = word.width();
            if !line.is_empty() && columns + 1 + wide > width {
                lines.push(std::mem::take(&mut line));
                columns = 0;
            }
            if !line.is_empty() {
                line.push(' ');
                columns += 1;
            }
            line.push_str(word);
            columns += wide;
        }
        lines.push(line);
    }
    lines
}
