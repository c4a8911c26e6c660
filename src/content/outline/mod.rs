//! Markdown to entries: heading, facts, prose, each with its place. One grammar serves lists,
//! guesses, the survey and the decision. Pure.

mod facts;
mod oversights;
mod unclosed;

use std::ops::Range;
use std::sync::Arc;

use super::blocks::{Block, BlockKind, Blocks, Heading};
use super::fact::{FactKey, Grammar};
use super::headings;
use super::notes::Notes;
use super::repair::{self, Repaired};
use super::source::{Folded, Source, line_end};
use crate::finding::{Place, Placed};
use crate::model::prose::Definitions;
use crate::model::{Link, Prose};
use crate::words::{self, Anchors};

/// A file cut into what stands before any heading, its title, and its entries. Together their
/// ranges tile the file.
#[derive(Debug)]
pub(crate) struct Outline {
    pub parts: Vec<Part>,
    /// Entries are hidden, or stand under a heading that begins none: their number means nothing.
    pub hidden: bool,
}

/// A heading with its facts and its prose.
#[derive(Debug)]
pub(crate) struct Part {
    /// 0 before any heading, 1 for the title, 2 for an entry.
    pub level: usize,
    /// Without marks and emphasis; empty for level 0.
    pub title: String,
    /// The title's text, or the heading where it has none.
    pub title_place: Place,
    pub facts: Vec<Fact>,
    /// Known keys that went wrong so that their value is lost.
    pub garbled: Vec<&'static str>,
    pub prose: Prose,
    /// Bytes of the file, without its byte-order mark.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the property that parts tile the file is tested")
    )]
    pub range: Range<usize>,
    /// Where a new fact is to be written: behind the heading or the fact that ends here, by key.
    pub heading_end: usize,
}

/// A fact as it was written, on one line and without comments.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub key: FactKey,
    /// Where the value stands; the key where the value is empty.
    pub value: Placed<String>,
    /// The bullets under it.
    pub choices: Vec<Placed<String>>,
    /// Where the fact ends in the file, without its line end.
    pub end: usize,
}

impl Part {
    /// The value of that key, if it is not empty.
    pub fn value(&self, key: &str) -> Option<Placed<String>> {
        self.fact(key).map(|fact| fact.value.clone()).filter(|value| !value.value.is_empty())
    }

    /// The first fact with that key that says something, or else the first.
    pub fn fact(&self, key: &str) -> Option<&Fact> {
        let mut all = self
            .facts
            .iter()
            .filter(|fact| matches!(fact.key, FactKey::Known(known) if known == key));
        let first = all.next()?;
        if !first.value.value.is_empty() || !first.choices.is_empty() {
            return Some(first);
        }
        all.find(|fact| !fact.value.value.is_empty()).or(Some(first))
    }
}

/// Reads a file by its grammar.
pub(crate) fn outline(source: &Source, grammar: &Grammar, notes: &mut Notes) -> Outline {
    let Repaired { folded, blocks } = repair::repaired(source, grammar, notes);
    let definitions = Arc::new(blocks.definitions.clone());
    let mut reader =
        Reader { source, grammar, folded: &folded, blocks: &blocks, definitions, notes };
    let hidden = reader.hidden_parts() | reader.phantom_headings() | reader.notes_with_facts();
    reader.titles();
    Outline { parts: reader.parts(), hidden }
}

struct Reader<'a> {
    source: &'a Source,
    grammar: &'a Grammar,
    folded: &'a Folded,
    blocks: &'a Blocks,
    definitions: Arc<Definitions>,
    notes: &'a mut Notes,
}

impl<'a> Reader<'a> {
    fn text(&self, range: &Range<usize>) -> &'a str {
        &self.folded.text[range.clone()]
    }

    fn place(&self, range: Range<usize>) -> Place {
        self.source.place(self.folded.original_range(range))
    }

    fn first_line(&self, range: &Range<usize>) -> Range<usize> {
        let length = line_end(self.text(range)).unwrap_or(range.len());
        range.start..range.start + length
    }

    fn parts(&mut self) -> Vec<Part> {
        let all = &self.blocks.all;
        let mut title_seen = false;
        let mut begins: Vec<(usize, usize, &Heading)> = Vec::new();
        for (index, block) in all.iter().enumerate() {
            let BlockKind::Heading(heading) = &block.kind else { continue };
            match headings::level(block, self.grammar) {
                // A second title is a finding already; its text stays with what is above it.
                Some(1) if title_seen => {}
                Some(level) => {
                    title_seen |= level == 1;
                    begins.push((index, level, heading));
                }
                None => {}
            }
        }
        let start = |at: usize| {
            begins.get(at).map_or(self.folded.text.len(), |(index, ..)| all[*index].range.start)
        };
        let first = begins.first().map_or(all.len(), |(index, ..)| *index);
        let mut parts = vec![self.preamble(start(0), &all[..first], title_seen)];
        for (at, (index, level, heading)) in begins.iter().enumerate() {
            let next = begins.get(at + 1).map_or(all.len(), |(next, ..)| *next);
            let range = start(at)..start(at + 1);
            parts.push(self.part(*level, heading, range, &all[*index], &all[index + 1..next]));
        }
        parts
    }

    /// What stands before any heading. In a file without a title its facts stand there.
    fn preamble(&mut self, end: usize, body: &[Block], titled: bool) -> Part {
        let keys = self.grammar.keys(1);
        let (bullets, prose) = if titled {
            (Vec::new(), [0..0, 0..end])
        } else {
            self.facts_and_prose(0, body, keys, end)
        };
        let mut part = Part {
            level: 0,
            title: String::new(),
            title_place: self.source.whole(),
            facts: Vec::new(),
            garbled: Vec::new(),
            prose: self.prose(&prose, &(0..end)),
            range: 0..self.folded.original(end),
            heading_end: 0,
        };
        for bullet in bullets {
            self.fact(bullet, keys, 1, &mut part);
        }
        part
    }

    fn part(
        &mut self,
        level: usize,
        heading: &Heading,
        range: Range<usize>,
        head: &Block,
        body: &[Block],
    ) -> Part {
        let keys = self.grammar.keys(level);
        let inner = heading.inner.clone().unwrap_or_else(|| self.first_line(&head.range));
        let title = flat_title(&heading.title);
        let (lists, prose) = self.facts_and_prose(head.range.end, body, keys, range.end);
        let mut part = Part {
            level,
            title,
            title_place: self.place(inner),
            facts: Vec::with_capacity(lists.len()),
            garbled: Vec::new(),
            prose: self.prose(&prose, &range),
            range: self.folded.original(range.start)..self.folded.original(range.end),
            heading_end: self
                .folded
                .original(head.range.start + self.text(&head.range).trim_end().len()),
        };
        for bullet in lists {
            self.fact(bullet, keys, level, &mut part);
        }
        self.facts_in_another_dress(body, keys, &mut part);
        self.twice(&mut part);
        self.empty_heading(&part);
        if level == 2 {
            self.facts_of_another_entry(body, &prose, keys, &mut part);
        }
        part
    }

    /// The prose of some ranges, with the links and the HTML of the whole part.
    fn prose(&self, ranges: &[Range<usize>], part: &Range<usize>) -> Prose {
        let pieces: Vec<&str> = ranges
            .iter()
            .map(|range| self.text(range))
            .filter(|piece| !piece.trim().is_empty())
            .collect();
        let text = pieces.join("\n\n");
        let lead = ranges.iter().find(|range| !self.text(range).trim().is_empty());
        let place = lead.map(|range| {
            let text = self.text(range);
            let start = range.start + (text.len() - text.trim_start().len());
            self.place(start..range.start + text.trim_end().len())
        });
        let links = within(&self.blocks.links, part, |link| &link.range)
            .iter()
            .map(|link| Link {
                target: link.target.clone(),
                image: link.image,
                place: self.place(link.written.clone()),
            })
            .collect();
        let mut anchors = Anchors::default();
        let anchors = within(&self.blocks.all, part, |block| &block.range)
            .iter()
            .filter(|block| ranges.iter().any(|range| range.contains(&block.range.start)))
            .filter_map(|block| match &block.kind {
                BlockKind::Heading(heading) => Some(anchors.next(&heading.title)),
                _ => None,
            })
            .collect();
        let html = within(&self.blocks.html, part, |range| range)
            .iter()
            // A comment that is never closed has a finding of its own.
            .filter(|range| !self.text(range).starts_with("<!--"))
            .map(|range| self.place(self.first_line(range)))
            .collect();
        Prose {
            text: text.trim_matches(['\n', '\r']).to_owned(),
            place,
            links,
            anchors,
            html,
            definitions: self.definitions.clone(),
        }
    }
}

/// What begins in a part, of things in the order of the text: a file may have thousands of parts.
fn within<'t, T>(all: &'t [T], part: &Range<usize>, at: fn(&T) -> &Range<usize>) -> &'t [T] {
    let from = all.partition_point(|one| at(one).start < part.start);
    let length = all[from..].partition_point(|one| at(one).start < part.end);
    &all[from..from + length]
}

fn flat_title(title: &str) -> String {
    title
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .trim_matches(words::is_invisible)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::content::list::LIST;

    proptest! {
        /// Whatever is typed, nothing of it is lost between two entries, and no place lies outside.
        #[test]
        fn parts_tile_the_file_and_findings_stand_in_it(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..40), noise in "\\PC{0,12}") {
            let text = pieces.concat() + &noise;
            let source = Source::new("list.md", &text);
            let mut notes = Notes::default();
            let outline = outline(&source, &LIST, &mut notes);
            let mut end = 0;
            for part in &outline.parts {
                prop_assert_eq!(part.range.start, end);
                end = part.range.end;
            }
            prop_assert_eq!(end, source.text.len());
            let lines = source.text.split(['\n', '\r']).count() as u32;
            for finding in &notes.findings {
                prop_assert!(finding.place.line >= 1 && finding.place.line <= lines, "{finding:?}");
                prop_assert!(!finding.message.is_empty() && !finding.help.is_empty(), "{finding:?}");
            }
        }
    }

    const PIECES: &[&str] = &[
        "# Atlas\n",
        "## One\n",
        "##Two\n",
        "### Note\n",
        "- Owner: Ana\n",
        "-Owner: Ana\n",
        "\t- Hub: x\n",
        "    - Kind: bug\n",
        "• Ref: a\n",
        "Status: done\n",
        "- Agreed by Berlin: yes\n",
        "\n",
        "\r\n",
        "\r",
        "---\n",
        "===\n",
        "<!--",
        "-->",
        "```\n",
        "~~~\n",
        "> ",
        "1. ",
        "- [ ] ",
        "\u{a0}",
        "\u{200b}",
        "\u{2028}",
        "\u{feff}",
        "Prose.\n",
        "[a]: javascript:x\n",
        "[^1]: note\n",
        "<pre>\n",
        "**Owner:** x\n",
        "Owner： x\n",
        "| a | b |\n|---|---|\n",
        "🚀",
        "é",
        "\u{0}",
        "::",
        "*",
        "_",
    ];
}
