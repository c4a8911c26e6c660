//! What nobody meant: headings that are none, titles that are too many, facts without a heading,
//! and whatever an open comment or code block swallows.

use std::ops::Range;

use super::unclosed::{Unclosed, unclosed};
use super::{Part, Reader};
use crate::content::blocks::{Block, BlockKind, Bullet};
use crate::content::fact::{self, FactKey, Keys};
use crate::content::headings;
use crate::content::notes::{FACTS_ARE_BULLETS, HEADINGS_ARE_CLEAR, NOTHING_IS_HIDDEN};
use crate::words::shortened;

impl<'a> Reader<'a> {
    /// What was opened and never closed. Returns whether headings vanish because of it.
    pub(super) fn hidden_parts(&mut self) -> bool {
        let mut hidden = false;
        for (block, what) in self.unclosed() {
            let text = self.text(&block.range);
            hidden |= matches!(what, Unclosed::Facts)
                || text.lines().any(|line| line.trim_start().starts_with("##"));
            let place = self.place(self.first_line(&block.range));
            let (message, help) = what.told();
            self.notes.error(NOTHING_IS_HIDDEN, place, message, help);
        }
        for at in &self.blocks.open_comments {
            let place = self.place(*at..*at + 4);
            let (message, help) = if self.folded.text[*at..].starts_with("<!--") {
                (
                    "this comment is never closed, so it is shown as text",
                    "write `-->` where the comment ends",
                )
            } else {
                ("a long dash begins no comment", "write `<!--` and `-->`, with two hyphens each")
            };
            self.notes.error(NOTHING_IS_HIDDEN, place, message, help);
        }
        hidden
    }

    fn unclosed(&self) -> Vec<(&'a Block, Unclosed)> {
        let all = &self.blocks.all;
        let mut found: Vec<(&Block, Unclosed)> = all
            .iter()
            .filter_map(|block| {
                let text = self.text(&block.range);
                let what = unclosed(block, text).or_else(|| self.swallowed_facts(block, text));
                Some((block, what?))
            })
            .collect();
        // When a fence is open at the end, an earlier one may have taken the next one's beginning
        // for its own end. The first that holds the facts of an entry is the one to be closed.
        if let Some(last) = found.iter_mut().find(|(_, what)| matches!(what, Unclosed::Fence(_)))
            && let Some(first) = all.iter().find(|block| {
                matches!(block.kind, BlockKind::Fenced)
                    && self.holds_an_entry(self.text(&block.range))
            })
        {
            last.0 = first;
        }
        found
    }

    /// HTML goes on until an empty line, and takes the facts in it along.
    fn swallowed_facts(&self, block: &Block, text: &str) -> Option<Unclosed> {
        let keys = self.grammar.keys(2);
        let facts = || text.lines().any(|line| fact::slipped(line, keys).is_some());
        let html = matches!(block.kind, BlockKind::Html) && !text.trim_start().starts_with("<!--");
        (html && facts()).then_some(Unclosed::Facts)
    }

    fn holds_an_entry(&self, text: &str) -> bool {
        let keys = self.grammar.keys(2);
        let mut heading = false;
        text.lines().any(|line| {
            heading |= line.starts_with("## ");
            heading && fact::slipped(line, keys).is_some()
        })
    }

    /// Text directly above `---` becomes a heading that nobody sees in the source. Returns whether
    /// one of them was meant to begin an entry.
    pub(super) fn phantom_headings(&mut self) -> bool {
        let mut meant = false;
        if self.grammar.entry_keys.is_none() {
            return false;
        }
        for (index, block) in self.blocks.all.iter().enumerate() {
            let BlockKind::Heading(heading) = &block.kind else { continue };
            if !heading.underlined || heading.level != 2 {
                continue;
            }
            let written = self.text(&block.range).trim_end();
            let last_line = written.trim_end_matches(['-', ' ', '\t']).trim_end();
            let start = block.range.start + last_line.rfind(['\n', '\r']).map_or(0, |at| at + 1);
            let place = self.place(start..block.range.start + written.len());
            let line = last_line.lines().last().unwrap_or_default().trim();
            self.notes.error(
                HEADINGS_ARE_CLEAR,
                place,
                format!("`{}` directly above `---` becomes a heading", shortened(line)),
                format!(
                    "put an empty line above `---`, or write `## {}` if it is meant as an entry",
                    shortened(line)
                ),
            );
            meant |= self.has_facts(&self.blocks.all[index + 1..]);
        }
        meant
    }

    fn has_facts(&self, below: &[Block]) -> bool {
        headings::has_facts(&self.folded.text, below, self.grammar.keys(2), self.grammar)
    }

    /// `### Title` with the facts of an entry below it: a note that nobody will count.
    pub(super) fn notes_with_facts(&mut self) -> bool {
        let mut found = false;
        for (index, block) in self.blocks.all.iter().enumerate() {
            let BlockKind::Heading(heading) = &block.kind else { continue };
            if heading.level < 3
                || self.grammar.entry_keys.is_none()
                || !self.has_facts(&self.blocks.all[index + 1..])
            {
                continue;
            }
            found = true;
            let hashes = "#".repeat(heading.level);
            let place = self.place(self.first_line(&block.range));
            self.notes.error(
                HEADINGS_ARE_CLEAR,
                place,
                format!(
                    "`{hashes} {}` has the facts of an entry, but `{hashes}` begins none",
                    heading.title
                ),
                format!("write `## {}`, or take the facts out of the note", heading.title),
            );
        }
        found
    }

    pub(super) fn titles(&mut self) {
        let headings = || {
            self.blocks.all.iter().filter_map(|block| match &block.kind {
                BlockKind::Heading(heading) => Some((block, heading)),
                _ => None,
            })
        };
        let mut titles = headings().filter(|(_, heading)| heading.level == 1);
        let first = titles.next();
        if first.is_none()
            && self.grammar.entry_keys.is_some()
            && !self.folded.text.trim().is_empty()
        {
            self.notes.error(
                HEADINGS_ARE_CLEAR,
                self.source.whole(),
                "this file has no title",
                "write `# ` and the name on the first line",
            );
        }
        let Some((first, _)) = first else { return };
        let first_line = self.place(first.range.clone()).line;
        for (block, heading) in titles {
            let place = self.place(self.first_line(&block.range));
            let help = if heading.underlined {
                format!(
                    "put an empty line above the `=`, or write `## {}`",
                    shortened(&heading.title)
                )
            } else {
                format!(
                    "write `## {}`, or `### {}` for a note inside an entry",
                    heading.title, heading.title
                )
            };
            self.notes.error(
                HEADINGS_ARE_CLEAR,
                place,
                format!("a second title; the first is in line {first_line}"),
                help,
            );
        }
    }

    /// Bullets deep in the prose that can only be the facts of an entry without a heading.
    pub(super) fn facts_of_another_entry(
        &mut self,
        body: &[Block],
        prose: &[Range<usize>],
        keys: Keys,
        part: &mut Part,
    ) {
        let mut previous: Option<&Block> = None;
        let (mut is_near, mut previous_is_deep) = (true, false);
        for block in body {
            let deep = prose.iter().any(|range| range.contains(&block.range.start));
            // A finding on the heading directly above says it already.
            let explained =
                previous.is_some_and(|block| matches!(&block.kind, BlockKind::Heading(_)));
            if let BlockKind::List { bullets, ordered: false } = &block.kind
                && deep
                && !explained
                && bullets.len() > 2
                && !part.facts.is_empty()
                && self.tells(bullets, keys)
            {
                let place = self.place(self.first_line(&block.range));
                self.notes.warning(
                    FACTS_ARE_BULLETS,
                    place,
                    "these look like the facts of another entry, but no heading stands above them",
                    "write `## ` and a title directly above them",
                );
            } else if let BlockKind::List { bullets, ordered: false } = &block.kind
                && deep
                && !explained
                && self.are_cut_off(bullets, keys, part, is_near)
            {
                // What is told is not missed as well, and no second one is written.
                part.garbled.extend(self.known(bullets, keys));
                let place = self.place(self.first_line(&block.range));
                self.notes.error(
                    FACTS_ARE_BULLETS,
                    place,
                    match bullets.as_slice() {
                        [_] => "this fact stands below text, so it is read as prose",
                        _ => "these facts stand below text, so they are read as prose",
                    },
                    match bullets.as_slice() {
                        [_] => "move it up, directly below the other facts",
                        _ => "move them up, directly below the other facts",
                    },
                );
            }
            // Near is what comes right after the one paragraph that touches the facts.
            if deep && (previous_is_deep || matches!(block.kind, BlockKind::List { .. })) {
                is_near = false;
            }
            previous_is_deep |= deep;
            previous = Some(block);
        }
    }

    /// Whether bullets are facts that the entry lacks: text has come between. Of a single one that
    /// is sure only near the others, and never of a note, which may be prose.
    fn are_cut_off(&self, bullets: &[Bullet], keys: Keys, part: &Part, is_near: bool) -> bool {
        let known = self.known(bullets, keys);
        !part.facts.is_empty()
            && (known.len() > 1 || (is_near && bullets.len() == 1 && known != ["Note"]))
            && !known.is_empty()
            && known.iter().all(|key| part.fact(key).is_none())
    }

    /// The keys that bullets begin with, where they are known.
    fn known(&self, bullets: &[Bullet], keys: Keys) -> Vec<&'static str> {
        let key = |bullet: &Bullet| {
            let text = self.text(&bullet.text);
            match keys.read(&text[fact::split(text)?.key]) {
                FactKey::Known(key) => Some(key),
                FactKey::Named(_) | FactKey::Unknown(_) => None,
            }
        };
        bullets.iter().filter_map(key).collect()
    }

    /// A heading without words is fine as long as nothing stands below it: an untouched slot.
    pub(super) fn empty_heading(&mut self, part: &Part) {
        let used =
            !part.prose.is_empty() || part.facts.iter().any(|fact| !fact.value.value.is_empty());
        if part.title.is_empty() && (used || part.level == 1) {
            self.notes.error(
                HEADINGS_ARE_CLEAR,
                part.title_place.clone(),
                "this heading is empty",
                "write what is wanted behind it, in one line",
            );
        }
    }
}
