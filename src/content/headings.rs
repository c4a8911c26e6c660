//! Lines that people mean as headings though a Markdown parser reads them as prose, as code, or as
//! a heading of another level. Where entries begin decides what everything else is, so these are
//! mended before any fact is looked at. Pure.

use std::ops::Range;

use super::blocks::{Block, BlockKind, Blocks, Bullet, Heading};
use super::fact::{self, FactKey, Grammar, Keys};
use super::source::{Edit, lines};
use crate::words::{is_invisible, shortened};

/// A heading that went wrong: where, why, what to write, and how to read on.
#[derive(Debug)]
pub(crate) struct Mend {
    pub line: Range<usize>,
    /// `None` where a later look at the mended text tells it better.
    pub told: Option<(String, String)>,
    pub edit: Edit,
}

/// The headings to be mended in a text, in order.
pub(crate) fn mends(text: &str, blocks: &Blocks, grammar: &Grammar) -> Vec<Mend> {
    let mut mends: Vec<Mend> = front_matter(text).into_iter().collect();
    if !mends.is_empty() {
        return mends;
    }
    let first = first_heading(blocks);
    let titled = title_line(blocks).is_some();
    for line in lines(text) {
        let Some(written) = Written::read(&text[line.clone()]) else { continue };
        let rest = &text[line.end..];
        let below = lines(rest).map(|line| &rest[line]).find(|line| !line.trim().is_empty());
        let above_title = !titled && line.start < first;
        if blocks.is_opaque(line.start + written.start) && written.slip != Slip::Indented {
            continue;
        }
        if let Some(mend) = written.mend(&line, below, above_title, grammar) {
            mends.push(mend);
        }
    }
    if mends.is_empty() {
        mends.extend(another_level(text, blocks, grammar));
    }
    if mends.is_empty() {
        mends.extend(without_signs(text, blocks, grammar));
    }
    mends
}

/// A short line on its own directly above the facts of another entry, or of the first: bare, bold,
/// quoted, numbered, or with a backslash that an editor put before its `#`. It can only be a title.
fn without_signs(text: &str, blocks: &Blocks, grammar: &Grammar) -> Option<Mend> {
    let keys = grammar.keys(2);
    let tells = |block: &Block| tells(text, block, keys, grammar);
    let mut entry = 0;
    for (index, (block, below)) in blocks.all.iter().zip(blocks.all.iter().skip(1)).enumerate() {
        if level(block, grammar) == Some(2) {
            // What stands directly below a heading belongs to it.
            entry = index + 1;
            continue;
        }
        let other = matches!(
            block.kind,
            BlockKind::Fenced | BlockKind::Html | BlockKind::Heading(_) | BlockKind::Other
        );
        // Before the first entry nothing but another entry has such facts.
        let in_entry = || entry == 0 || blocks.all[entry..index].iter().any(tells);
        if other || !tells(below) || !in_entry() {
            continue;
        }
        let written = text[block.range.clone()].trim_end();
        let title = bare_title(written);
        let alone = !written.contains(['\n', '\r'])
            && (1..=120).contains(&title.chars().count())
            && !title.ends_with(['.', ':', '!', ',']);
        if alone {
            let line = block.range.start..block.range.start + written.len();
            let message = format!("`{}` stands above facts and is no heading", shortened(written));
            return Some(Mend {
                told: Some((message, format!("write `## {title}`"))),
                edit: Edit { range: line.clone(), with: format!("## {title}") },
                line,
            });
        }
    }
    None
}

/// The words of a line without the marks around them.
fn bare_title(line: &str) -> &str {
    let mark = |c: char| c.is_whitespace() || matches!(c, '\\' | '#' | '>' | '*' | '_');
    let line = line.trim_start_matches(mark);
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let line = digits.strip_prefix(['.', ')']).unwrap_or(line);
    line.trim_start_matches(mark).trim_end_matches(mark)
}

/// Whether a block is a list of three facts or more, with the telling key among them.
fn tells(text: &str, block: &Block, keys: Keys, grammar: &Grammar) -> bool {
    let BlockKind::List { bullets, ordered: false } = &block.kind else { return false };
    let known = known_keys(text, bullets, keys);
    known.len() > 2 && known.contains(&FactKey::Known(grammar.telling))
}

/// The known keys among some bullets.
fn known_keys(text: &str, bullets: &[Bullet], keys: Keys) -> Vec<FactKey> {
    bullets
        .iter()
        .filter_map(|bullet| {
            let text = &text[bullet.text.clone()];
            fact::split(text).map(|split| keys.read(&text[split.key]))
        })
        .filter(|key| !matches!(key, FactKey::Unknown(_)))
        .collect()
}

/// `key: value` lines between two `---` at the very top, as other site generators want them. To a
/// Markdown parser they are a line, and a heading that nobody wrote.
fn front_matter(text: &str) -> Option<Mend> {
    let is_fence = |line: &Range<usize>| matches!(text[line.clone()].trim_end(), "---" | "+++");
    let first = lines(text).next().filter(is_fence)?;
    let rest: Vec<Range<usize>> = lines(text).skip(1).take(40).collect();
    let end = rest.iter().position(is_fence)?;
    let inside = &rest[..end];
    let keyed = inside.iter().all(|line| {
        let line = &text[line.clone()];
        line.trim().is_empty() || line.contains([':', '=']) || line.starts_with([' ', '-'])
    });
    if inside.is_empty() || !keyed {
        return None;
    }
    Some(Mend {
        line: first.clone(),
        told: Some((
            "the lines between these two `---` say nothing here".to_owned(),
            format!("remove lines 1 to {}, and begin the file with `# ` and its title", end + 2),
        )),
        edit: Edit { range: first.start..rest[end].end, with: String::new() },
    })
}

fn title_line(blocks: &Blocks) -> Option<&Block> {
    blocks
        .all
        .iter()
        .find(|block| matches!(&block.kind, BlockKind::Heading(heading) if heading.level == 1))
}

fn first_heading(blocks: &Blocks) -> usize {
    blocks
        .all
        .iter()
        .find(|block| matches!(&block.kind, BlockKind::Heading(_)))
        .map_or(usize::MAX, |block| block.range.start)
}

/// A line that begins with `#` in a way that makes no heading.
#[derive(Debug)]
struct Written<'t> {
    slip: Slip,
    marks: usize,
    /// Where the first mark stands in the line, and where the last one ends.
    start: usize,
    end: usize,
    title: &'t str,
    line: &'t str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slip {
    NoSpace,
    /// `＃＃ Title`, as a Japanese keyboard types it.
    Wide,
    /// Four blanks or a tab make it code, or part of the bullet above.
    Indented,
    /// `- ## Title`.
    Bullet,
}

impl<'t> Written<'t> {
    fn read(line: &'t str) -> Option<Written<'t>> {
        let indent = line.len() - line.trim_start().len();
        let bare = &line[indent..];
        let bulleted = bare
            .strip_prefix(['-', '*', '+'])
            .filter(|rest| rest.starts_with([' ', '\t']))
            .map(str::trim_start)
            .filter(|rest| rest.starts_with('#'));
        let marked = bulleted.unwrap_or(bare);
        if !marked.starts_with(['#', '＃']) {
            return None;
        }
        let start = line.len() - marked.len();
        let marks: Vec<char> = marked.chars().take_while(|c| matches!(c, '#' | '＃')).collect();
        let end = start + marks.iter().map(|c| c.len_utf8()).sum::<usize>();
        let next = line[end..].chars().next()?;
        if marks.is_empty() || marks.len() > 6 {
            return None;
        }
        let slip = if marks.contains(&'＃') {
            Slip::Wide
        } else if bulleted.is_some() {
            Slip::Bullet
        } else if !next.is_whitespace() {
            Slip::NoSpace
        } else if indent >= 4 || line[..indent].contains('\t') {
            Slip::Indented
        } else {
            return None;
        };
        let title = line[end..].trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
        Some(Written { slip, marks: marks.len(), start, end, title, line })
    }

    fn mend(
        self,
        line: &Range<usize>,
        below: Option<&str>,
        above_title: bool,
        grammar: &Grammar,
    ) -> Option<Mend> {
        let entries = grammar.entry_keys.is_some();
        let has_facts = below.is_some_and(|below| {
            is_fact(below, grammar.keys(2)) || is_fact(below, grammar.keys(1))
        });
        let meant = match (self.marks, self.slip) {
            (1, Slip::NoSpace | Slip::Wide) => {
                above_title && self.title.starts_with(char::is_alphabetic)
            }
            (2, Slip::NoSpace) => true,
            (2, Slip::Wide | Slip::Bullet) => entries,
            (_, Slip::NoSpace | Slip::Indented) => has_facts && entries,
            _ => false,
        };
        if !meant {
            return None;
        }
        let hashes = "#".repeat(self.marks);
        let written = shortened(self.line.trim());
        let message = match self.slip {
            Slip::NoSpace => {
                format!("`{written}` is no heading: a space is missing after `{hashes}`")
            }
            Slip::Wide => format!("`{written}` is no heading: the `＃` is too wide"),
            Slip::Indented => format!("the spaces before `{written}` make it no heading"),
            Slip::Bullet => format!("`{written}` is a bullet and begins no entry"),
        };
        let help = match self.slip {
            Slip::Indented => format!(
                "remove the spaces, and write `{hashes} {}` at the beginning of the line",
                self.title
            ),
            _ => format!("write `{hashes} {}` at the beginning of the line", self.title),
        };
        // Of `###Title` with facts below, that it is one of `###` is what matters.
        let told = (self.marks <= 2).then_some((message, help));
        let edit = Edit {
            range: line.start
                ..line.start
                    + self.end
                    + (self.line[self.end..].len() - self.line[self.end..].trim_start().len()),
            with: format!("{hashes} "),
        };
        Some(Mend { line: line.start + self.start..line.end, told, edit })
    }
}

fn is_fact(line: &str, keys: Keys) -> bool {
    fact::slipped(line, keys).is_some()
}

/// A second `# Title` with the facts of an entry, or a first `## Title` with those of a title.
fn another_level(text: &str, blocks: &Blocks, grammar: &Grammar) -> Option<Mend> {
    let mut headings =
        blocks.all.iter().enumerate().filter_map(|(index, block)| match &block.kind {
            BlockKind::Heading(heading) if !heading.underlined => Some((index, block, heading)),
            _ => None,
        });
    let (index, block, heading) = headings.next()?;
    let below = &blocks.all[index + 1..];
    if title_line(blocks).is_none()
        && level(block, grammar) == Some(2)
        && has_facts(text, below, grammar.keys(1), grammar)
    {
        return Some(mend_level(
            text,
            block,
            heading,
            "#",
            "has what belongs to the title of the file",
        ));
    }
    headings
        .find(|(index, _, heading)| {
            heading.level == 1
                && has_facts(text, &blocks.all[index + 1..], grammar.keys(2), grammar)
        })
        .map(|(_, block, heading)| {
            mend_level(text, block, heading, "##", "has the facts of an entry, but `#` begins none")
        })
}

fn mend_level(text: &str, block: &Block, heading: &Heading, right: &str, why: &str) -> Mend {
    let hashes = "#".repeat(heading.level);
    let end = text[block.range.start..]
        .find(['\n', '\r'])
        .map_or(text.len(), |at| block.range.start + at);
    Mend {
        line: block.range.start..end,
        told: Some((
            format!("`{hashes} {}` {why}", heading.title),
            format!("write `{right} {}`", heading.title),
        )),
        edit: Edit {
            range: block.range.start..block.range.start + heading.level,
            with: right.to_owned(),
        },
    }
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

/// Whether the first thing below a heading is a list with the telling key, a named one, or two.
pub(crate) fn has_facts(text: &str, below: &[Block], keys: Keys, grammar: &Grammar) -> bool {
    let first = below.iter().find(|block| !is_comment(text, block));
    let Some(Block { kind: BlockKind::List { bullets, .. }, .. }) = first else { return false };
    let known = known_keys(text, bullets, keys);
    known.len() > 1
        || known
            .iter()
            .any(|key| matches!(key, FactKey::Named(_)) || *key == FactKey::Known(grammar.telling))
}

pub(crate) fn is_comment(text: &str, block: &Block) -> bool {
    matches!(block.kind, BlockKind::Html)
        && super::blocks::only_comments(&text[block.range.clone()])
}
