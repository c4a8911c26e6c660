//! The facts of a part: which bullets they are, and what is wrong with them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::{Fact, Part, Reader};
use crate::content::blocks::{self, Block, BlockKind, Bullet};
use crate::content::fact::{self, FactKey, Keys};
use crate::content::notes::{FACTS_ARE_BULLETS, KNOWN_WORDS};
use crate::content::source::line_end;
use crate::finding::{Place, Placed, Severity};
use crate::words::{self, shortened};

impl Reader<'_> {
    /// The bullets that are facts, and the ranges of the prose.
    pub(super) fn facts_and_prose<'b>(
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
                    let factual = |bullet: &Bullet| fact::is_factual(self.text(&bullet.text), keys);
                    let known = bullets.iter().any(|bullet| self.is_known(bullet, keys));
                    let Some(ends) = blocks::end_of_facts(bullets, factual)
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

    /// Facts in a table, in a code block or behind tabs: the keys are there, and no fact is.
    pub(super) fn facts_in_another_dress(&mut self, body: &[Block], keys: Keys, part: &mut Part) {
        let Some(block) = body.first().filter(|_| part.facts.is_empty()) else { return };
        let text = self.text(&block.range);
        let cells = text
            .split(['|', '\n', '\r', '\t', ':'])
            .map(|cell| cell.trim().trim_start_matches("- "));
        let known: Vec<&'static str> = cells
            .filter_map(|cell| match keys.read(cell) {
                FactKey::Known(key) => Some(key),
                FactKey::Named(_) | FactKey::Unknown(_) => None,
            })
            .collect();
        if known.len() < 2 || !known.contains(&self.grammar.telling) {
            return;
        }
        let what = match block.kind {
            BlockKind::Fenced | BlockKind::Indented => "in a code block",
            BlockKind::Other => "in a table",
            _ => "without bullets and colons",
        };
        self.notes.error(
            FACTS_ARE_BULLETS,
            self.place(self.first_line(&block.range)),
            format!("the facts stand {what}, where nobody reads them"),
            format!(
                "write each on a line of its own as a bullet, such as `- {}: …`",
                self.grammar.telling
            ),
        );
        part.garbled.extend(keys.all);
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
            "these facts stand below text, where nobody looks for them",
            format!("write `{example}` and what follows directly below the heading, and the text below them"),
        );
        Some((bullets.iter().collect(), block.range.clone()))
    }

    /// Whether bullets hold the telling key and at least one more.
    pub(super) fn tells(&self, bullets: &[Bullet], keys: Keys) -> bool {
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

    pub(super) fn fact(&mut self, bullet: &Bullet, keys: Keys, level: usize, part: &mut Part) {
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
        self.swallowed_prose(bullet, &text[..split.key.end], at + split.key.end);
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

    /// Without an empty line between them, a sentence below an empty fact becomes its value.
    fn swallowed_prose(&mut self, bullet: &Bullet, key: &str, after_key: usize) {
        let rest = &self.folded.text[after_key..bullet.text.end.max(after_key)];
        let Some(end) = line_end(rest) else { return };
        let (line, below) = (&rest[..end], &rest[end + 1..]);
        let is_empty = line.trim_matches([':', '*', '_', ' ', '\t']).is_empty();
        let below = below.trim_start_matches(['\n', '\r']);
        if !is_empty || below.is_empty() || below.starts_with([' ', '\t']) {
            return;
        }
        let start = bullet.text.end.max(after_key) - below.len();
        let first = below.lines().next().unwrap_or_default().trim_end();
        let key = key.trim_matches(['*', '_', ' ']);
        self.notes.warning(
            FACTS_ARE_BULLETS,
            self.place(start..start + first.len()),
            format!("this line stands directly below `{key}:` and becomes its value"),
            format!("put an empty line above it, or write it behind `- {key}: `"),
        );
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
        let (severity, help) = match keys.nearest(written).or_else(|| keys.synonym(written)) {
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

    pub(super) fn twice(&mut self, part: &mut Part) {
        let mut seen: BTreeMap<FactKey, &Place> = BTreeMap::new();
        for fact in &part.facts {
            let key = match &fact.key {
                FactKey::Named(name) => FactKey::Named(words::fold(name)),
                FactKey::Unknown(name) => FactKey::Unknown(words::fold(name)),
                FactKey::Known(key) => FactKey::Known(key),
            };
            let Some(first) = seen.get(&key) else {
                seen.insert(key, &fact.value.place);
                continue;
            };
            // A line that became a fact only by mending is told already.
            if self.is_told(first.line) || self.is_told(fact.value.place.line) {
                continue;
            }
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
                format!("`{name}` stands here twice; the first is in line {}", first.line),
                format!("keep one `- {name}:` and take the other away"),
            );
        }
    }

    fn is_told(&self, line: u32) -> bool {
        self.notes.findings.iter().any(|finding| {
            finding.rule == FACTS_ARE_BULLETS
                && finding.place.line == line
                && finding.place.path == self.source.path
        })
    }
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
