//! Markdown to entries: heading, facts, prose, each with its place. One grammar serves lists,
//! guesses, the survey and the decision. Pure.

use std::ops::Range;
use std::sync::Arc;

use super::blocks::{self, Block, BlockKind, Blocks, Bullet, Heading};
use super::fact::{self, FactKey, Grammar, Keys};
use super::headings;
use super::notes::{FACTS_ARE_BULLETS, HEADINGS_ARE_CLEAR, KNOWN_WORDS, NOTHING_IS_HIDDEN, Notes};
use super::repair::{self, Repaired};
use super::source::{Folded, Source};
use crate::finding::{Place, Placed, Severity};
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
    /// The first fact with that key; a value only if it is not empty.
    pub fn value(&self, key: &str) -> Option<Placed<String>> {
        self.fact(key).map(|fact| fact.value.clone()).filter(|value| !value.value.is_empty())
    }

    pub fn fact(&self, key: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| matches!(fact.key, FactKey::Known(known) if known == key))
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
        let length = self.text(range).find(['\n', '\r']).unwrap_or(range.len());
        range.start..range.start + length
    }

    /// What was opened and never closed. Returns whether headings vanish because of it.
    fn hidden_parts(&mut self) -> bool {
        let mut hidden = false;
        for (block, what) in self.unclosed() {
            let text = self.text(&block.range);
            hidden |= text.lines().any(|line| line.trim_start().starts_with("##"));
            let place = self.place(self.first_line(&block.range));
            let (message, help) = what.told();
            self.notes.error(NOTHING_IS_HIDDEN, place, message, help);
        }
        for at in &self.blocks.open_comments {
            let place = self.place(*at..*at + 4);
            self.notes.error(
                NOTHING_IS_HIDDEN,
                place,
                "this comment is never closed, so it is shown as text",
                "write `-->` where the comment ends",
            );
        }
        hidden
    }

    fn unclosed(&self) -> Vec<(&'a Block, Unclosed)> {
        let all = &self.blocks.all;
        let mut found: Vec<(&Block, Unclosed)> = all
            .iter()
            .filter_map(|block| Some((block, unclosed(block, self.text(&block.range))?)))
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
    fn phantom_headings(&mut self) -> bool {
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
    fn notes_with_facts(&mut self) -> bool {
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

    fn titles(&mut self) {
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

    fn parts(&mut self) -> Vec<Part> {
        let all = &self.blocks.all;
        let mut title_seen = false;
        let mut begins: Vec<(usize, usize, &Heading)> = Vec::new();
        for (index, block) in all.iter().enumerate() {
            let BlockKind::Heading(heading) = &block.kind else { continue };
            match repair::level(block, self.grammar) {
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
            facts: Vec::new(),
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
        self.twice(&mut part);
        self.empty_heading(&part);
        if level == 2 {
            self.facts_of_another_entry(body, &prose, keys, &part);
        }
        part
    }

    /// A heading without words is fine as long as nothing stands below it: an untouched slot.
    fn empty_heading(&mut self, part: &Part) {
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

    /// The bullets that are facts, and the ranges of the prose.
    fn facts_and_prose<'b>(
        &mut self,
        head_end: usize,
        body: &'b [Block],
        keys: Keys,
        end: usize,
    ) -> (Vec<&'b Bullet>, [Range<usize>; 2]) {
        let mut facts = Vec::new();
        let mut facts_end = head_end;
        for block in body {
            match &block.kind {
                BlockKind::Html if blocks::only_comments(self.text(&block.range)) => {}
                BlockKind::List { bullets, .. } => {
                    let factual =
                        |bullet: &Bullet| repair::is_factual(self.text(&bullet.text), keys);
                    let known = bullets.iter().any(|bullet| self.is_known(bullet, keys));
                    let Some(ends) = repair::end_of_facts(bullets, factual)
                        .filter(|_| known || !facts.is_empty())
                    else {
                        break;
                    };
                    facts.extend(bullets.iter().filter(|bullet| bullet.range.start < ends));
                    facts_end = ends;
                    if ends < block.range.end
                        && bullets.iter().any(|bullet| bullet.range.start >= ends)
                    {
                        break;
                    }
                }
                _ => break,
            }
        }
        if facts.is_empty()
            && let Some((list, range)) = self.facts_after_prose(body, keys)
        {
            return (list, [head_end..range.start, range.end..end]);
        }
        (facts, [facts_end..facts_end, facts_end..end])
    }

    fn is_known(&self, bullet: &Bullet, keys: Keys) -> bool {
        let text = self.text(&bullet.text);
        match fact::split(text) {
            Some(split) => {
                let key = &text[split.key];
                keys.knows(key) || keys.nearest(key).is_some() || keys.nearest_named(key).is_some()
            }
            None => keys.without_colon(text).is_some(),
        }
    }

    /// Facts that somebody wrote below a sentence instead of above it.
    fn facts_after_prose<'b>(
        &mut self,
        body: &'b [Block],
        keys: Keys,
    ) -> Option<(Vec<&'b Bullet>, Range<usize>)> {
        let note = body
            .iter()
            .position(|block| matches!(block.kind, BlockKind::Heading(_)))
            .unwrap_or(body.len());
        let (block, bullets) = body[..note].iter().find_map(|block| match &block.kind {
            BlockKind::List { bullets, ordered: false } if self.tells(bullets, keys) => {
                Some((block, bullets))
            }
            _ => None,
        })?;
        let first = self.first_line(&block.range);
        let example = shortened(self.text(&first));
        self.notes.error(
            FACTS_ARE_BULLETS,
            self.place(first),
            "these facts stand below text, so they are read as prose",
            format!("write `{example}` and what follows directly below the heading, and the text below them"),
        );
        Some((bullets.iter().collect(), block.range.clone()))
    }

    /// Whether bullets hold the telling key and at least one more.
    fn tells(&self, bullets: &[Bullet], keys: Keys) -> bool {
        let known: Vec<FactKey> = bullets
            .iter()
            .filter_map(|bullet| {
                let text = self.text(&bullet.text);
                fact::split(text).map(|split| keys.read(&text[split.key]))
            })
            .filter(|key| !matches!(key, FactKey::Unknown(_)))
            .collect();
        let named = known.iter().any(|key| matches!(key, FactKey::Named(_)));
        named || (known.len() > 1 && known.contains(&FactKey::Known(self.grammar.telling)))
    }

    /// Bullets deep in the prose that can only be the facts of an entry without a heading.
    fn facts_of_another_entry(
        &mut self,
        body: &[Block],
        prose: &[Range<usize>],
        keys: Keys,
        part: &Part,
    ) {
        let mut previous: Option<&Block> = None;
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
            }
            previous = Some(block);
        }
    }

    fn fact(&mut self, bullet: &Bullet, keys: Keys, level: usize, part: &mut Part) {
        let text = self.text(&bullet.text);
        let Some(split) = fact::split(text) else {
            self.fact_without_colon(bullet, keys, part);
            return;
        };
        let at = bullet.text.start;
        let mut key = keys.read(&text[split.key.clone()]);
        let key_range = at + split.key.start..at + split.key.end;
        if let FactKey::Unknown(written) = key.clone() {
            match keys.nearest_named(&written) {
                Some((right, name)) => {
                    self.notes.error(
                        KNOWN_WORDS,
                        self.place(key_range.clone()),
                        format!("`{written}` is no key that stands here"),
                        format!("did you mean `{right} {name}`? write `- {right} {name}:`"),
                    );
                    key = FactKey::Named(name);
                }
                None => {
                    self.unknown_key(&written, keys, level, self.place(key_range.clone()), part)
                }
            }
        }
        let value = fact::flat(&text[split.value.clone()]);
        let value_range =
            if value.is_empty() { key_range } else { at + split.value.start..at + split.value.end };
        let choices: Vec<Placed<String>> = bullet
            .nested
            .iter()
            .map(|range| Placed::new(fact::flat(self.text(range)), self.place(range.clone())))
            .collect();
        part.facts.push(Fact {
            key,
            value: Placed::new(value, self.place(value_range)),
            choices,
            end: self.fact_end(bullet),
        });
    }

    fn fact_end(&self, bullet: &Bullet) -> usize {
        self.folded.original(bullet.range.start + self.text(&bullet.range).trim_end().len())
    }

    fn fact_without_colon(&mut self, bullet: &Bullet, keys: Keys, part: &mut Part) {
        let text = self.text(&bullet.text);
        let place = self.place(if bullet.text.is_empty() {
            bullet.range.start..bullet.range.start + 1
        } else {
            self.first_line(&bullet.text)
        });
        match keys.without_colon(text) {
            Some((key, value)) => {
                let value = fact::flat(value);
                let help = if value.is_empty() {
                    format!("write `- {key}:`")
                } else {
                    format!("write `- {key}: {value}`")
                };
                self.notes.error(
                    FACTS_ARE_BULLETS,
                    place.clone(),
                    format!("a colon is missing after `{key}`"),
                    help,
                );
                part.facts.push(Fact {
                    key: keys.read(&key),
                    value: Placed::new(value, place),
                    choices: Vec::new(),
                    end: self.fact_end(bullet),
                });
            }
            None if text.trim().is_empty() => self.notes.hint(
                FACTS_ARE_BULLETS,
                place,
                "an empty bullet among the facts",
                "take it away",
            ),
            None => self.notes.warning(
                FACTS_ARE_BULLETS,
                place,
                format!("`{}` stands among the facts and is none", shortened(text)),
                "write it as `- Key: value`, or below an empty line and a sentence if it is prose",
            ),
        }
    }

    fn unknown_key(
        &mut self,
        written: &str,
        keys: Keys,
        level: usize,
        place: Place,
        part: &mut Part,
    ) {
        let (severity, help) = match keys.nearest(written) {
            Some(near) => {
                part.garbled.push(near);
                (Severity::Error, format!("did you mean `{near}`? write `- {near}:`"))
            }
            None if level == 1
                && self
                    .grammar
                    .entry_keys
                    .is_some_and(|all| Keys { all, named: None }.knows(written)) =>
            {
                (
                    Severity::Error,
                    format!("`{written}` belongs to an entry: write it below a `## ` heading"),
                )
            }
            None => (Severity::Warning, known_keys(keys)),
        };
        self.notes.note(
            severity,
            KNOWN_WORDS,
            place,
            format!("`{written}` is no key that stands here"),
            help,
        );
    }

    fn twice(&mut self, part: &mut Part) {
        let mut seen: Vec<(FactKey, u32)> = Vec::new();
        for fact in &part.facts {
            let key = match &fact.key {
                FactKey::Named(name) => FactKey::Named(words::fold(name)),
                FactKey::Unknown(name) => FactKey::Unknown(words::fold(name)),
                FactKey::Known(key) => FactKey::Known(key),
            };
            if let Some((_, line)) = seen.iter().find(|(other, _)| *other == key) {
                let name = match &fact.key {
                    FactKey::Known(key) => (*key).to_owned(),
                    FactKey::Named(name) => {
                        format!("{} {name}", self.grammar.title_named.unwrap_or_default())
                    }
                    FactKey::Unknown(name) => name.clone(),
                };
                self.notes.error(
                    FACTS_ARE_BULLETS,
                    fact.value.place.clone(),
                    format!("`{name}` stands here twice; the first, in line {line}, counts"),
                    format!("keep one `- {name}:` and take the other away"),
                );
            } else {
                seen.push((key, fact.value.place.line));
            }
        }
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
        let links = self
            .blocks
            .links
            .iter()
            .filter(|link| part.contains(&link.range.start))
            .map(|link| Link {
                target: link.target.clone(),
                image: link.image,
                place: self.place(link.written.clone()),
            })
            .collect();
        let mut anchors = Anchors::default();
        let anchors = self
            .blocks
            .all
            .iter()
            .filter(|block| ranges.iter().any(|range| range.contains(&block.range.start)))
            .filter_map(|block| match &block.kind {
                BlockKind::Heading(heading) => Some(anchors.next(&heading.title)),
                _ => None,
            })
            .collect();
        let html = self
            .blocks
            .html
            .iter()
            // A comment that is never closed has a finding of its own.
            .filter(|range| part.contains(&range.start) && !self.text(range).starts_with("<!--"))
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

enum Unclosed {
    Comment,
    Fence(String),
    Html(&'static str),
    /// HTML that ends only at an empty line, with a heading in it.
    Heading,
}

impl Unclosed {
    fn told(self) -> (String, String) {
        match self {
            Unclosed::Comment => (
                "this comment is never closed, so everything after it vanishes".to_owned(),
                "write `-->` where the comment ends".to_owned(),
            ),
            Unclosed::Fence(fence) => (
                "this code block is never closed, so everything after it is code".to_owned(),
                format!("write `{fence}` on a line of its own where the code ends"),
            ),
            Unclosed::Html(tag) => (
                format!("`<{tag}>` is never closed, so everything after it is swallowed"),
                format!(
                    "remove `<{tag}>`, or write `</{tag}>` where it ends: HTML is shown as text anyway"
                ),
            ),
            Unclosed::Heading => (
                "this HTML swallows the heading below it".to_owned(),
                "put an empty line below the HTML, or remove it: HTML is shown as text anyway"
                    .to_owned(),
            ),
        }
    }
}

/// What a top-level block opens and does not close where it should.
fn unclosed(block: &Block, text: &str) -> Option<Unclosed> {
    match block.kind {
        BlockKind::Html => unclosed_html(text),
        BlockKind::Fenced => unclosed_fence(text).map(Unclosed::Fence),
        _ => None,
    }
}

fn unclosed_html(text: &str) -> Option<Unclosed> {
    let lower = text.trim_start().to_lowercase();
    let heading = lower.lines().any(|line| line.starts_with("## "));
    if let Some(comment) = lower.strip_prefix("<!--") {
        // A comment that another comment closes was never closed itself.
        let inside = comment.split("-->").next().unwrap_or_default();
        let open = !comment.contains("-->") || (inside.contains("<!--") && heading);
        return open.then_some(Unclosed::Comment);
    }
    let tag = [
        ("script", "</script>"),
        ("pre", "</pre>"),
        ("style", "</style>"),
        ("textarea", "</textarea>"),
        ("?", "?>"),
        ("![cdata[", "]]>"),
    ]
    .into_iter()
    .find(|(open, close)| {
        lower.strip_prefix('<').is_some_and(|rest| rest.starts_with(open))
            && !lower.contains(close)
            && lower.lines().count() > 1
    });
    match tag {
        Some((open, _)) => Some(Unclosed::Html(open)),
        None => heading.then_some(Unclosed::Heading),
    }
}

/// The fence that would close a code block which none closes.
fn unclosed_fence(text: &str) -> Option<String> {
    let mut lines = text.trim_end().lines();
    let first = lines.next()?.trim_start();
    let mark = first.chars().next()?;
    let fence: String = first.chars().take_while(|c| *c == mark).collect();
    let last = lines.last().unwrap_or_default().trim();
    let closed = last.chars().all(|c| c == mark) && last.chars().count() >= fence.chars().count();
    (!closed).then_some(fence)
}

fn known_keys(keys: Keys) -> String {
    let mut all: Vec<String> = keys.all.iter().map(|key| (*key).to_owned()).collect();
    all.extend(keys.named.map(|named| format!("{named} <hub>")));
    if all.is_empty() {
        "no facts stand here: write it as a sentence".to_owned()
    } else {
        format!("write one of {}", words::or(&words::ticked(&all)))
    }
}

fn flat_title(title: &str) -> String {
    title
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .trim_matches(words::is_invisible)
        .to_owned()
}

/// The beginning of a text, to be quoted in a message.
pub(crate) fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", line[..at].trim_end()),
        None => line,
    }
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
