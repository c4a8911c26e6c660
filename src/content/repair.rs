//! Lines that people mean as headings and facts though no Markdown parser reads them so. Each
//! becomes a finding that says what to type, and an edit after which the text reads as it was
//! meant: one mistake is one finding, and the page still shows who the owner is. Pure.

use std::ops::Range;

use super::blocks::{self, Block, BlockKind, Blocks, Bullet};
use super::fact::{self, FactKey, Grammar, Keys, Slip, Slipped};
use super::headings::{self, Mend};
use super::notes::{FACTS_ARE_BULLETS, HEADINGS_ARE_CLEAR, Notes, QUESTIONS_ARE_READ};
use super::source::{Edit, Folded, Source, lines};
use crate::finding::Place;
use crate::words;

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
        let mut edits = Mender {
            source,
            grammar,
            folded: &folded,
            blocks: &blocks,
            notes,
            edits: Vec::new(),
            slips: Vec::new(),
        }
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
    /// Facts that went wrong, to be told together.
    slips: Vec<(Range<usize>, Slipped)>,
}

impl Mender<'_> {
    fn mend(mut self) -> Vec<Edit> {
        self.headings();
        if !self.edits.is_empty() {
            return self.edits;
        }
        let all = &self.blocks.all;
        let begins: Vec<usize> = (0..all.len())
            .filter(|index| headings::level(&all[*index], self.grammar).is_some())
            .collect();
        let titled =
            begins.iter().any(|index| headings::level(&all[*index], self.grammar) == Some(1));
        if !titled {
            // Without a title its facts stand at the very beginning.
            self.facts(&all[..begins.first().copied().unwrap_or(all.len())], self.grammar.keys(1));
        }
        for (at, index) in begins.iter().enumerate() {
            let level = headings::level(&all[*index], self.grammar).unwrap_or(1);
            let next = begins.get(at + 1).copied().unwrap_or(all.len());
            self.facts(&all[index + 1..next], self.grammar.keys(level));
        }
        self.tell();
        self.edits
    }

    fn headings(&mut self) {
        for Mend { line, told, edit } in
            headings::mends(&self.folded.text, self.blocks, self.grammar)
        {
            if let Some((message, help)) = told {
                self.notes.error(HEADINGS_ARE_CLEAR, self.place(line), message, help);
            }
            self.edits.push(edit);
        }
    }

    fn place(&self, range: Range<usize>) -> Place {
        self.source.place(self.folded.original_range(range))
    }

    /// The lines from a heading to the end of its facts and of the one paragraph touching them.
    fn facts(&mut self, blocks: &[Block], keys: Keys) {
        let mut given: Vec<FactKey> = Vec::new();
        let mut any_list = false;
        for block in blocks {
            match &block.kind {
                BlockKind::Html if headings::is_comment(&self.folded.text, block) => {}
                BlockKind::List { bullets, ordered } => {
                    let known = self.known(bullets, keys);
                    if known.is_empty() {
                        return;
                    }
                    any_list = true;
                    given.extend(known);
                    // A bullet without text of its own holds it deeper: `- - Owner`, or code.
                    let proper: Vec<usize> = bullets
                        .iter()
                        .filter(|bullet| !ordered && !bullet.text.is_empty())
                        .map(|bullet| bullet.range.start)
                        .collect();
                    self.choices(bullets);
                    let end = blocks::end_of_facts(bullets, |bullet| self.is_factual(bullet, keys))
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
            let Some(split) = fact::split(text) else {
                if keys.without_colon(text).is_some() {
                    known.push(FactKey::Unknown(text.to_owned()));
                }
                continue;
            };
            let empty = split.value.is_empty() && bullet.nested.is_empty();
            match keys.read(&text[split.key]) {
                FactKey::Unknown(_) => {}
                _ if empty => known.push(FactKey::Unknown(String::new())),
                key => known.push(key),
            }
        }
        known
    }

    fn is_factual(&self, bullet: &Bullet, keys: Keys) -> bool {
        fact::is_factual(&self.folded.text[bullet.text.clone()], keys)
    }

    /// A block that is no list but stands where facts do. Returns whether it was nothing but
    /// facts gone wrong, so that facts may go on after it.
    fn touching(&mut self, block: &Block, given: Option<&Vec<FactKey>>, keys: Keys) -> bool {
        let mut only_facts = true;
        let mut found = false;
        let code = matches!(block.kind, BlockKind::Indented);
        let folded = self.folded;
        for line in lines_in(&folded.text, &block.range) {
            let text = &folded.text[line.clone()];
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

    /// The lines of a list that do not begin a bullet of its own; `proper` is where those begin.
    fn lines_of(&mut self, range: Range<usize>, proper: &[usize], keys: Keys) {
        let folded = self.folded;
        for line in lines_in(&folded.text, &range) {
            let next = proper.partition_point(|start| *start < line.start);
            let begins = |start: &usize| *start < line.end.max(line.start + 1);
            if proper.get(next).is_some_and(begins) || self.blocks.is_opaque(line.start) {
                continue;
            }
            if let Some(slipped) = fact::slipped(&folded.text[line.clone()], keys) {
                self.slip(line, slipped);
            }
        }
    }

    fn slip(&mut self, line: Range<usize>, slipped: Slipped) {
        let start = line.start + slipped.prefix;
        self.edits.push(Edit { range: line.start..start, with: "- ".into() });
        self.slips.push((start..line.end, slipped));
    }

    /// Notes the slips, lines in a row that slipped alike in one finding: it was one mistake.
    fn tell(&mut self) {
        let slips = std::mem::take(&mut self.slips);
        let mut rest = slips.as_slice();
        while let [(range, first), more @ ..] = rest {
            let mut end = range.end;
            let alike = more
                .iter()
                .take_while(|(next, slipped)| {
                    let adjoins = self.folded.text[end..next.start]
                        .matches('\n')
                        .count()
                        .max(self.folded.text[end..next.start].matches('\r').count())
                        == 1;
                    end = next.end;
                    adjoins && slipped.slip == first.slip
                })
                .count();
            let (message, help) = first.told(alike);
            self.notes.error(FACTS_ARE_BULLETS, self.place(range.clone()), message, help);
            rest = &more[alike..];
        }
    }

    /// Choices beside `Answer: choose one` instead of under it.
    fn choices(&mut self, bullets: &[Bullet]) {
        if self.grammar.telling != "Answer" {
            return;
        }
        let text = |bullet: &Bullet| &self.folded.text[bullet.text.clone()];
        let asks = |bullet: &Bullet| {
            let text = text(bullet);
            fact::split(text).is_some_and(|split| {
                words::fold(&text[split.key]) == "answer"
                    && words::fold(&text[split.value]).starts_with("choose")
            })
        };
        let Some(at) = bullets.iter().position(|bullet| asks(bullet) && bullet.nested.is_empty())
        else {
            return;
        };
        let beside: Vec<&Bullet> = bullets[at + 1..]
            .iter()
            .take_while(|bullet| fact::split(text(bullet)).is_none() && !bullet.text.is_empty())
            .collect();
        let Some(first) = beside.first() else { return };
        let choice = fact::flat(text(first));
        let place = self.place(first.text.clone());
        self.edits.extend(beside.iter().map(|bullet| Edit {
            range: bullet.range.start..bullet.range.start,
            with: "  ".into(),
        }));
        self.notes.error(
            QUESTIONS_ARE_READ,
            place,
            format!("`{choice}` stands beside `Answer`, not under it"),
            format!("write each choice with two spaces before its bullet: `  - {choice}`"),
        );
    }
}

impl Slipped {
    /// What is wrong and what to write, for this line and `more` below it that slipped alike.
    fn told(&self, more: usize) -> (String, String) {
        let Slipped { slip, key, value, .. } = self;
        let fact =
            if value.is_empty() { format!("`- {key}:`") } else { format!("`- {key}: {value}`") };
        let (message, help) = match slip {
            Slip::Indented => (
                format!("the spaces before `{key}` hide this fact from everybody else"),
                format!("remove the spaces before {key}, so that the line begins with `- {key}:`"),
            ),
            Slip::NoSpace(bullet) => (
                format!("a space is missing between `{bullet}` and `{key}`"),
                format!("write {fact}"),
            ),
            Slip::OtherBullet(bullet) => (
                format!("`{bullet}` begins no bullet"),
                format!("write {fact}, with a hyphen and a space"),
            ),
            Slip::NoBullet => (
                format!("`{key}:` is no bullet; it counts here, and is prose to everybody else"),
                format!("write {fact} at the beginning of the line"),
            ),
            Slip::Quoted => (
                format!("`{key}` stands in a quotation"),
                format!("write {fact} at the beginning of the line, without `>`"),
            ),
            Slip::Numbered => (
                format!("`{key}` is numbered, and facts are bullets"),
                format!("write {fact} instead of a number"),
            ),
        };
        let below = match more {
            0 => String::new(),
            1 => "; the same in the line below".to_owned(),
            more => format!("; the same in the {more} lines below"),
        };
        (message, help + &below)
    }
}

/// The lines that a range touches, the first from its very beginning.
fn lines_in<'t>(text: &'t str, range: &Range<usize>) -> impl Iterator<Item = Range<usize>> + 't {
    let begin = range.start;
    let start = text[..begin].rfind(['\n', '\r']).map_or(0, |at| at + 1);
    let end = range.end.max(start);
    lines(&text[start..end])
        .map(move |line| start + line.start..start + line.end)
        .filter(move |line| line.end > begin)
}
