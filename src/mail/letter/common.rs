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
    let reaches = ["```", "~~~", "\n<", "]: "];
    if markdown.starts_with('<') || reaches.iter().any(|it| markdown.contains(it)) {
        return vec![Part::Blocks(markdown)];
    }
    let mut parts = Vec::new();
    let mut blocks: Option<Range<usize>> = None;
    let mut at = 0;
    for piece in markdown.split("\n\n") {
        let range = at..at + piece.len();
        at = range.end + 2;
        let line = piece.trim_matches('\n');
        if is_paragraph(line) {
            parts.extend(blocks.take().map(|range| Part::Blocks(&markdown[range])));
            parts.push(Part::Paragraph(line));
        } else if !line.is_empty() {
            // With the end of its last line, which is part of a block of code.
            let end = markdown.len().min(range.end + 1);
            blocks = Some(blocks.map_or(range.start, |blocks| blocks.start)..end);
        }
    }
    parts.extend(blocks.map(|range| Part::Blocks(&markdown[range])));
    parts
}

/// Whether a text, between blank lines, can be nothing but a paragraph, the same in every letter:
/// nothing at its beginning makes another block, and nothing in it could be hidden or replaced.
fn is_paragraph(text: &str) -> bool {
    let begins = |c: char| c.is_alphabetic() || matches!(c, '[' | '“' | '„' | '«' | '»');
    let odd = ['\n', '<', '`', '@', '%', '\u{ff20}', '\u{fe6b}', super::pieces::OPEN];
    text.starts_with(begins) && !text.contains(odd)
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
