//! Paragraphs that many letters have in common, such as all of the footer: read and put into lines
//! once, and then known by their Markdown.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, RwLock};

use super::body::Span;

/// With so many known, no more are kept: the common ones come early, and the rest are titles.
const MOST: usize = 1_000;

/// A paragraph that other letters may have as well.
#[derive(Debug, PartialEq, Eq)]
pub struct Common {
    pub spans: Vec<Span<'static>>,
    /// The same in the text part.
    pub lines: String,
}

/// The paragraphs that are known.
#[derive(Default)]
pub struct Commons {
    known: RwLock<HashMap<String, Arc<Common>>>,
}

impl Commons {
    /// The paragraph that this Markdown makes, by `make` if it is not known yet.
    pub fn get(&self, markdown: &str, make: impl FnOnce() -> Common) -> Arc<Common> {
        // A lock that somebody died with only costs the work again.
        let known = self.known.read().ok().and_then(|known| known.get(markdown).cloned());
        known.unwrap_or_else(|| {
            let made = Arc::new(make());
            if let Ok(mut known) = self.known.write()
                && known.len() < MOST
            {
                known.insert(markdown.to_owned(), made.clone());
            }
            made
        })
    }
}

/// A part of a letter's Markdown that means the same on its own.
#[derive(Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// One paragraph on one line.
    Paragraph(&'a str),
    /// Anything, with all that may belong together.
    Blocks(&'a str),
}

/// Cuts Markdown where a blank line stands before or after a paragraph: whatever comes there is
/// ended by one and begun by the other. Where something reaches over blank lines nothing is cut.
pub fn parts(markdown: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut blocks: Option<Range<usize>> = None;
    let (mut start, mut after_blank) = (0, true);
    let mut lines = markdown.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let (range, text) = (start..start + line.len(), line.trim_end_matches('\n'));
        start = range.end;
        if text.is_empty() {
            after_blank = true;
            continue;
        }
        if reaches_on(text) {
            return vec![Part::Blocks(markdown)];
        }
        let before_blank = lines.peek().is_none_or(|next| *next == "\n");
        if after_blank && before_blank && is_paragraph(text) {
            parts.extend(blocks.take().map(|range| Part::Blocks(&markdown[range])));
            parts.push(Part::Paragraph(text));
        } else {
            blocks = Some(blocks.map_or(range.start, |blocks| blocks.start)..range.end);
        }
        after_blank = false;
    }
    parts.extend(blocks.map(|range| Part::Blocks(&markdown[range])));
    parts
}

/// Whether a line may mean something for what stands behind a blank line: the fence of a block of
/// code, raw HTML, or where a link leads.
fn reaches_on(line: &str) -> bool {
    let line = line.trim_start();
    match line.chars().next() {
        None => false,
        Some(c) if c.is_alphabetic() => false,
        Some('[') => line.contains("]:"),
        Some('`' | '~' | '<') => true,
        Some(_) => ["```", "~~~", "<", "]:"].iter().any(|it| line.contains(it)),
    }
}

/// Whether a line between blank ones can be nothing but a paragraph, the same in every letter:
/// nothing at its beginning makes another block, and nothing in it could be hidden or replaced.
fn is_paragraph(line: &str) -> bool {
    let begins = |c: char| c.is_alphabetic() || matches!(c, '[' | '“' | '„' | '«' | '»');
    // The last is the first byte of the wide signs of an address and of the tokens of prose.
    let is_odd = |byte: u8| matches!(byte, b'<' | b'`' | b'@' | b'%' | 0xef);
    // All are looked at, because that is faster than to stop at the first.
    line.starts_with(begins) && !line.bytes().fold(false, |odd, it| odd | is_odd(it))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Parser};

    use super::*;

    #[test]
    fn paragraphs_stand_alone_and_lists_stay_whole() {
        use Part::{Blocks, Paragraph};
        let markdown = "# Title\n\n\nHello,\n\n- a\n\n- b\n\n  c\n\n[On](x)\nnext\n\n---\n\nBye\n";
        assert_eq!(
            parts(markdown),
            [
                Blocks("# Title\n"),
                Paragraph("Hello,"),
                Blocks("- a\n\n- b\n\n  c\n\n[On](x)\nnext\n\n---\n"),
                Paragraph("Bye"),
            ]
        );
        for whole in ["a\n\n```\nb\n\nc\n```", "[a]: x\n\n[a]", "a\n\n<!--\n\nb\n\n-->"] {
            assert_eq!(parts(whole), [Blocks(whole)]);
        }
    }

    const LINES: [&str; 20] = [
        "Hello,",
        "“Quoted” *is* it",
        "[On](x)",
        "[On",
        "[a]: x",
        "[a]",
        "- a",
        "1. b",
        "  c",
        "    d",
        "> e",
        "# f",
        "---",
        "===",
        "* * *",
        "```",
        "<!--",
        "-->",
        "<b>",
        "| g |",
    ];

    proptest! {
        #[test]
        fn parts_mean_together_what_the_whole_means(
            lines in prop::collection::vec((prop::sample::select(LINES.to_vec()), 1..4_usize), 0..9)
        ) {
            let markdown: String =
                lines.iter().map(|(line, ends)| format!("{line}{}", "\n".repeat(*ends))).collect();
            let whole: Vec<Event> = Parser::new(&markdown).collect();
            let apart = parts(&markdown).into_iter().flat_map(|part| match part {
                Part::Paragraph(text) | Part::Blocks(text) => Parser::new(text),
            });
            prop_assert_eq!(apart.collect::<Vec<_>>(), whole, "{}", markdown);
        }
    }
}
