//! Lines that people mean as headings and facts though no Markdown parser reads them so. Each
//! becomes a finding that says what to type, and an edit after which the text reads as it was
//! meant: one mistake is one finding, and the page still shows who the owner is. Pure.

use std::ops::Range;

use super::blocks::{Block, BlockKind, Blocks, Bullet};
use super::fact::{self, FactKey, Grammar, Keys, Slip, Slipped};
use super::notes::{FACTS_ARE_BULLETS, HEADINGS_ARE_CLEAR, Notes};
use super::source::{Edit, Folded, Source};
use crate::finding::Place;

/// A text after folding and repairs, as it was parsed last.
pub(crate) struct Repaired {
    pub folded: Folded,
    pub blocks: Blocks,
}

/// A mended line can uncover the next; deeper than this nobody nests mistakes.
const PASSES: usize = 5;

/// Parses a file, mending what is surely meant and noting each mended line.
pub(crate) fn repaired(source: &Source, grammar: &Grammar, notes: &mut Notes) -> Repaired {
    let mut folded = Folded::new(&source.text);
    let mut blocks = Blocks::parse(&folded.text);
    for _ in 0..PASSES {
        let mut edits =
            Mender { source, grammar, folded: &folded, blocks: &blocks, notes, edits: Vec::new() }
                .mend();
        if edits.is_empty() {
            break;
        }
        edits.sort_by_key(|edit| edit.range.start);
        edits.dedup_by_key(|edit| edit.range.start);
        folded = folded.edited(&edits);
        blocks = Blocks::parse(&folded.text);
    }
    Repaired { folded, blocks }
}

struct Mender<'a> {
    source: &'a Source,
    grammar: &'a Grammar,
    folded: &'a Folded,
    blocks: &'a Blocks,
    notes: &'a mut Notes,
    edits: Vec<Edit>,
}

impl Mender<'_> {
    fn mend(mut self) -> Vec<Edit> {
        self.headings_without_space();
        if !self.edits.is_empty() {
            // Where entries begin decides what everything else is.
            return self.edits;
        }
        self.headings_of_another_level();
        if !self.edits.is_empty() {
            return self.edits;
        }
        let all = &self.blocks.all;
        let mut begins: Vec<usize> =
            (0..all.len()).filter(|index| level(&all[*index], self.grammar).is_some()).collect();
        begins.push(all.len());
        for pair in begins.windows(2) {
            let level = level(&all[pair[0]], self.grammar).unwrap_or(1);
            self.facts(&all[pair[0] + 1..pair[1]], self.grammar.keys(level));
        }
        self.edits
    }

    fn place(&self, range: Range<usize>) -> Place {
        self.source.place(self.folded.original_range(range))
    }

    /// `##Title`: a paragraph to a parser, so the entry and its facts drown in the one above.
    fn headings_without_space(&mut self) {
        let has_title =
            self.blocks.all.iter().any(
                |block| matches!(&block.kind, BlockKind::Heading(heading) if heading.level == 1),
            );
        let first_entry = self
            .blocks
            .all
            .iter()
            .find(|block| matches!(&block.kind, BlockKind::Heading(_)))
            .map_or(usize::MAX, |block| block.range.start);
        for line in lines(&self.folded.text) {
            let text = &self.folded.text[line.clone()];
            let Some((marks, length, wide)) = marks_without_space(text) else { continue };
            let meant = match marks {
                1 => {
                    !has_title
                        && line.start < first_entry
                        && text.trim_start_matches([' ', '#']).starts_with(char::is_alphabetic)
                }
                2 => self.grammar.entry_keys.is_some() || !wide,
                _ => false,
            };
            let start = line.start + (text.len() - text.trim_start().len());
            if !meant || self.blocks.is_opaque(start) {
                continue;
            }
            let title = text.trim_start()[length..].trim();
            let hashes = "#".repeat(marks);
            let message = if wide {
                format!("`{}` is no heading: the `＃` is too wide", text.trim())
            } else {
                format!("`{}` is no heading: a space is missing after `{hashes}`", text.trim())
            };
            self.notes.error(
                HEADINGS_ARE_CLEAR,
                self.place(line.clone()),
                message,
                format!("write `{hashes} {title}`"),
            );
            self.edits.push(Edit { range: start..start + length, with: format!("{hashes} ") });
        }
    }

    /// `### Title` or a second `# Title` with the facts of an entry below it.
    fn headings_of_another_level(&mut self) {
        let Some(keys) = self.grammar.entry_keys else { return };
        let keys = Keys { all: keys, named: None };
        let mut title_seen = false;
        for (index, block) in self.blocks.all.iter().enumerate() {
            let BlockKind::Heading(heading) = &block.kind else { continue };
            let first_title = heading.level == 1 && !title_seen;
            title_seen |= heading.level == 1;
            if heading.level == 2
                || heading.underlined
                || first_title
                || !self.has_facts(&self.blocks.all[index + 1..], keys)
            {
                continue;
            }
            let hashes = "#".repeat(heading.level);
            let place = self.place(line_of(&self.folded.text, block.range.start));
            self.notes.error(
                HEADINGS_ARE_CLEAR,
                place,
                format!(
                    "`{hashes} {}` has the facts of an entry, but `{hashes}` begins none",
                    heading.title
                ),
                format!("write `## {}`", heading.title),
            );
            self.edits.push(Edit {
                range: block.range.start..block.range.start + heading.level,
                with: "##".into(),
            });
        }
    }

    /// Whether the first thing after a heading is a list with the telling key, or with two keys.
    fn has_facts(&self, after: &[Block], keys: Keys) -> bool {
        let first = after.iter().find(|block| !self.is_comment(block));
        let Some(Block { kind: BlockKind::List { bullets, .. }, .. }) = first else { return false };
        let known: Vec<FactKey> = bullets
            .iter()
            .filter_map(|bullet| self.key(bullet, keys))
            .filter(|key| !matches!(key, FactKey::Unknown(_)))
            .collect();
        known.len() > 1 || known.contains(&FactKey::Known(self.grammar.telling))
    }

    fn key(&self, bullet: &Bullet, keys: Keys) -> Option<FactKey> {
        let text = &self.folded.text[bullet.text.clone()];
        fact::split(text).map(|split| keys.read(&text[split.key]))
    }

    fn is_comment(&self, block: &Block) -> bool {
        matches!(block.kind, BlockKind::Html)
            && super::blocks::only_comments(&self.folded.text[block.range.clone()])
    }

    /// The lines from a heading to the end of its facts and of the one paragraph touching them.
    fn facts(&mut self, blocks: &[Block], keys: Keys) {
        let mut given: Vec<FactKey> = Vec::new();
        let mut any_list = false;
        for block in blocks {
            match &block.kind {
                BlockKind::Html if self.is_comment(block) => {}
                BlockKind::List { bullets, ordered } => {
                    let known = self.known(bullets, keys);
                    if known.is_empty() {
                        return;
                    }
                    any_list = true;
                    given.extend(known);
                    let proper: Vec<usize> = bullets
                        .iter()
                        .filter(|_| !ordered)
                        .map(|bullet| bullet.range.start)
                        .collect();
                    let end = end_of_facts(bullets, |bullet| self.is_factual(bullet, keys))
                        .unwrap_or(block.range.end);
                    self.lines_of(block.range.start..end, &proper, keys);
                }
                BlockKind::Paragraph | BlockKind::Indented | BlockKind::Quote => {
                    if !self.touching(block, any_list.then_some(&given), keys) {
                        return;
                    }
                }
                BlockKind::Heading(heading) if heading.underlined => {
                    if !self.touching(block, any_list.then_some(&given), keys) {
                        return;
                    }
                }
                _ => return,
            }
        }
    }

    /// The known keys of a list, those with an empty value left out but for one: an empty fact
    /// makes a list factual, and yet its key may be given below.
    fn known(&self, bullets: &[Bullet], keys: Keys) -> Vec<FactKey> {
        let mut known = Vec::new();
        for bullet in bullets {
            let text = &self.folded.text[bullet.text.clone()];
            match fact::split(text) {
                Some(split) if keys.knows(&text[split.key.clone()]) => {
                    let empty = split.value.is_empty() && bullet.nested.is_empty();
                    known.push(if empty {
                        FactKey::Unknown(String::new())
                    } else {
                        keys.read(&text[split.key])
                    });
                }
                None if keys.without_colon(text).is_some() => {
                    known.push(FactKey::Unknown(text.to_owned()))
                }
                _ => {}
            }
        }
        known
    }

    fn is_factual(&self, bullet: &Bullet, keys: Keys) -> bool {
        is_factual(&self.folded.text[bullet.text.clone()], keys)
    }

    /// A block that is no list but stands where facts do. Returns whether it was nothing but
    /// facts gone wrong, so that facts may go on after it.
    fn touching(&mut self, block: &Block, given: Option<&Vec<FactKey>>, keys: Keys) -> bool {
        let mut only_facts = true;
        let mut found = false;
        let code = matches!(block.kind, BlockKind::Indented);
        for line in lines_in(&self.folded.text, &block.range) {
            let text = &self.folded.text[line.clone()];
            match fact::slipped(text, keys) {
                Some(slipped)
                    if self.is_meant(&slipped, given, keys)
                        && (code || !self.blocks.is_opaque(line.start)) =>
                {
                    self.slip(
                        line,
                        if code { Slipped { slip: Slip::Indented, ..slipped } } else { slipped },
                    );
                    found = true;
                }
                _ => {
                    only_facts &= text.trim().is_empty()
                        || text.trim().chars().all(|c| matches!(c, '-' | '='))
                }
            }
        }
        found && only_facts
    }

    /// Directly below the heading every known key is meant as a fact. After the facts a paragraph
    /// may well begin with `Note:`; only a key that is nowhere given tells that it was forgotten.
    fn is_meant(&self, slipped: &Slipped, given: Option<&Vec<FactKey>>, keys: Keys) -> bool {
        let Some(given) = given else { return true };
        if slipped.slip != Slip::NoBullet {
            return true;
        }
        let key = keys.read(&slipped.key);
        let ordinary = ["Note", "Next", "With", "Reason", "Kind", "Ticket"]
            .iter()
            .any(|word| key == FactKey::Known(word));
        !ordinary && !given.contains(&key)
    }

    /// The lines of a list that do not begin a bullet of its own.
    fn lines_of(&mut self, range: Range<usize>, proper: &[usize], keys: Keys) {
        for line in lines_in(&self.folded.text, &range) {
            if proper.iter().any(|start| line.contains(start) || line.start == *start)
                || self.blocks.is_opaque(line.start)
                || self.blocks.is_opaque(line.end)
            {
                continue;
            }
            if let Some(slipped) = fact::slipped(&self.folded.text[line.clone()], keys) {
                self.slip(line, slipped);
            }
        }
    }

    fn slip(&mut self, line: Range<usize>, slipped: Slipped) {
        let Slipped { slip, prefix, key, value } = slipped;
        let help = if value.is_empty() {
            format!("write `- {key}:` at the beginning of the line")
        } else {
            format!("write `- {key}: {value}` at the beginning of the line")
        };
        let (message, help) = match slip {
            Slip::Indented => (
                format!("the spaces before `{key}` hide this fact"),
                format!("remove the spaces before {key}, so that the line begins with `- {key}:`"),
            ),
            Slip::NoSpace(bullet) => {
                (format!("a space is missing between `{bullet}` and `{key}`"), help)
            }
            Slip::OtherBullet(bullet) => (format!("`{bullet}` begins no bullet"), help),
            Slip::NoBullet => (format!("`{key}:` is no bullet, so it is read as prose"), help),
            Slip::Quoted => (format!("`{key}` stands in a quotation"), help),
            Slip::Numbered => (format!("`{key}` is numbered, and facts are bullets"), help),
        };
        let start = line.start + prefix;
        self.notes.error(FACTS_ARE_BULLETS, self.place(start..line.end), message, help);
        self.edits.push(Edit { range: line.start..start, with: "- ".into() });
    }
}

/// Whether a bullet's text is a fact, or so nearly one that it must be told.
pub(crate) fn is_factual(text: &str, keys: Keys) -> bool {
    match fact::split(text) {
        Some(split) => {
            let key = &text[split.key];
            keys.knows(key) || keys.nearest(key).is_some() || is_key_shaped(key)
        }
        None => keys.without_colon(text).is_some(),
    }
}

/// One or two words with a capital, as in `- Priority: high`.
fn is_key_shaped(key: &str) -> bool {
    key.starts_with(char::is_uppercase)
        && key.split_whitespace().count() <= 2
        && key.chars().all(|c| c.is_alphanumeric() || c == ' ')
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

/// The level of a heading that begins a part of the file: its title, or an entry.
pub(crate) fn level(block: &Block, grammar: &Grammar) -> Option<usize> {
    match &block.kind {
        BlockKind::Heading(heading) if heading.level == 1 => Some(1),
        BlockKind::Heading(heading)
            if heading.level == 2 && !heading.underlined && grammar.entry_keys.is_some() =>
        {
            Some(2)
        }
        _ => None,
    }
}

/// The ranges of all lines, without their ends.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split_inclusive(['\n', '\r']).map(move |line| {
        let range = start..start + line.trim_end_matches(['\n', '\r']).len();
        start += line.len();
        range
    })
}

/// The lines that a range touches, the first from its very beginning.
fn lines_in(text: &str, range: &Range<usize>) -> Vec<Range<usize>> {
    let start = text[..range.start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let end = range.end.max(start);
    lines(&text[start..end])
        .map(|line| start + line.start..start + line.end)
        .filter(|line| line.end > range.start)
        .collect()
}

/// The rest of the line from `start`.
fn line_of(text: &str, start: usize) -> Range<usize> {
    let end = text[start..].find(['\n', '\r']).map_or(text.len(), |at| start + at);
    start..end
}

/// The number of `#` at the head of a line that lacks the space after them, their length in bytes,
/// and whether they are full-width ones.
fn marks_without_space(line: &str) -> Option<(usize, usize, bool)> {
    let indent = line.len() - line.trim_start_matches(' ').len();
    let text = line.get(indent..).filter(|_| indent < 4)?;
    let marks: Vec<char> = text.chars().take_while(|c| matches!(c, '#' | '＃')).collect();
    let length = marks.iter().map(|c| c.len_utf8()).sum();
    let wide = marks.contains(&'＃');
    let next = text[length..].chars().next()?;
    (!marks.is_empty() && marks.len() <= 6 && (wide || !next.is_whitespace())).then_some((
        marks.len(),
        length,
        wide,
    ))
}
