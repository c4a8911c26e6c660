//! A file's text with its line table, and the folded copy that a Markdown parser can be given.
//!
//! People paste from word processors and chat windows. A no-break space after `##`, a zero-width
//! space before `-` or a U+2028 between two lines makes a heading or a bullet vanish for a
//! Markdown parser, though nobody can see why. Folding mends these before parsing, and keeps a map
//! so that every place still points into the file as it was written.

use std::iter;
use std::ops::Range;
use std::sync::Arc;

use memchr::{memchr2, memchr2_iter, memchr3};

use crate::finding::Place;
use crate::words::is_invisible;

/// Text without its byte-order mark, and where its lines begin.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub path: Arc<str>,
    pub text: Arc<str>,
    line_starts: Vec<usize>,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Source {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Source { path: path.into(), text: text.into(), line_starts: line_starts(text) }
    }

    /// The file as a whole.
    pub fn whole(&self) -> Place {
        Place::whole(self.path.clone())
    }

    /// The place of a byte range. Bytes beyond the end, or inside a character, are taken back to
    /// the nearest character that is there.
    pub fn place(&self, range: Range<usize>) -> Place {
        let start = self.character(range.start);
        let end = self.character(range.end.max(range.start));
        let line = self.line(start);
        // Nearly everything ends on the line it begins on.
        let is_short = self.line_starts.get(line).is_none_or(|next| end < *next);
        let end_line = if is_short { line } else { self.line(end) };
        Place {
            path: self.path.clone(),
            line: clamp(line),
            column: self.column(line, start),
            end_line: clamp(end_line),
            end_column: self.column(end_line, end),
        }
    }

    /// The nearest character that begins there or before.
    fn character(&self, offset: usize) -> usize {
        let offset = offset.min(self.text.len());
        (0..=offset).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or_default()
    }

    fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset).max(1)
    }

    fn column(&self, line: usize, offset: usize) -> u32 {
        clamp(self.text[self.line_starts[line - 1]..offset].chars().count() + 1)
    }
}

fn clamp(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Lines end at LF, CRLF or a lone CR.
fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = memchr2_iter(b'\n', b'\r', bytes)
        .filter(|at| bytes[*at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'));
    iter::once(0).chain(ends.map(|at| at + 1)).collect()
}

/// The ranges of all lines, without their ends.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut next = 0;
    iter::from_fn(move || {
        // Behind the last line end is a line only if there is something in it.
        let rest = text.get(next..).filter(|rest| !rest.is_empty())?;
        let line = next..next + line_end(rest).unwrap_or(rest.len());
        next = line.end + 1;
        Some(line)
    })
}

/// Where the first line of a text ends, if it does.
pub(crate) fn line_end(text: &str) -> Option<usize> {
    memchr2(b'\n', b'\r', text.as_bytes())
}

/// Text to be parsed, and for every byte of it the byte of the file it stands for.
#[derive(Clone, Debug)]
pub(crate) struct Folded {
    pub text: String,
    /// Ascending by `at`; the first begins at 0.
    pieces: Vec<Piece>,
}

#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Where the piece begins in the folded text.
    at: usize,
    /// Where what it stands for begins in the file, and how long that is.
    from: usize,
    length: usize,
}

/// One change on the way from the file to the text that is parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    pub range: Range<usize>,
    pub with: String,
}

impl Folded {
    /// Folds what hides structure; see the head of this file.
    pub fn new(source: &str) -> Folded {
        let whole = Folded {
            text: source.to_owned(),
            pieces: vec![Piece { at: 0, from: 0, length: source.len() }],
        };
        let edits = look_alikes(source);
        if edits.is_empty() { whole } else { whole.edited(&edits) }
    }

    /// The byte of the file that a byte of the folded text stands for.
    pub fn original(&self, offset: usize) -> usize {
        let index = self.pieces.partition_point(|piece| piece.at <= offset).saturating_sub(1);
        let piece = self.pieces[index];
        piece.from + (offset - piece.at).min(piece.length)
    }

    /// The bytes of the file that a range of the folded text stands for.
    pub fn original_range(&self, range: Range<usize>) -> Range<usize> {
        let start = self.original(range.start);
        start..self.original(range.end).max(start)
    }

    /// The text with `edits` applied; they are in order and do not overlap.
    pub fn edited(&self, edits: &[Edit]) -> Folded {
        let mut folded =
            Folded { text: String::with_capacity(self.text.len()), pieces: Vec::new() };
        let mut done = 0;
        for Edit { range, with } in edits {
            folded.keep(self, done..range.start);
            let from = self.original(range.start);
            folded.pieces.push(Piece {
                at: folded.text.len(),
                from,
                length: self.original(range.end) - from,
            });
            folded.text.push_str(with);
            done = range.end;
        }
        folded.keep(self, done..self.text.len());
        folded
    }

    fn keep(&mut self, old: &Folded, range: Range<usize>) {
        let first = old.pieces.partition_point(|piece| piece.at <= range.start).saturating_sub(1);
        for piece in &old.pieces[first..] {
            if piece.at > range.end {
                break;
            }
            let start = range.start.max(piece.at);
            let skipped = (start - piece.at).min(piece.length);
            self.pieces.push(Piece {
                at: self.text.len() + (start - range.start),
                from: piece.from + skipped,
                length: piece.length - skipped,
            });
        }
        self.text.push_str(&old.text[range]);
    }
}

/// Invisible characters at the beginning of a line and around its marker, blanks that only look
/// like blanks there, and line separators anywhere.
fn look_alikes(source: &str) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut at_marker = true;
    let mut marker_seen = false;
    let mut fence = fence_after(source, None);
    edits.extend(blanks_before_heading(source, 0));
    let mut next = 0;
    while let Some(c) = source[next..].chars().next() {
        let index = next;
        next += c.len_utf8();
        // Behind the marker only what ends a line matters, and most of a text stands there.
        if !at_marker && !may_end_line(c) {
            next += before_line_end(&source.as_bytes()[next..]);
            continue;
        }
        let range = index..next;
        match c {
            '\n' | '\r' => {
                // Not every part of a Markdown parser takes a lone CR for the end of a line.
                if c == '\r' && !source[index + 1..].starts_with('\n') {
                    edits.push(Edit { range, with: "\n".into() });
                }
                at_marker = true;
                marker_seen = false;
                fence = fence_after(&source[index + 1..], fence);
                if fence.is_none() {
                    edits.extend(blanks_before_heading(source, index + 1));
                }
            }
            // The line and paragraph separators of Unicode end a line for the eye.
            '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{b}' | '\u{c}' => {
                edits.push(Edit { range, with: "\n".into() });
                at_marker = true;
                marker_seen = false;
            }
            c if at_marker && is_invisible(c) => edits.push(Edit { range, with: String::new() }),
            ' ' | '\t' => {}
            c if at_marker && c.is_whitespace() => edits.push(Edit { range, with: " ".into() }),
            '#' | '-' | '*' | '+' | '>' if at_marker => marker_seen = true,
            '0'..='9' | '.' | ')' if at_marker && !marker_seen => {}
            _ => at_marker = false,
        }
    }
    edits
}

fn may_end_line(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// How many bytes there are before the first with which a character of [`may_end_line`] may begin.
fn before_line_end(rest: &[u8]) -> usize {
    let end = memchr3(b'\n', 0xc2, 0xe2, rest).unwrap_or(rest.len());
    memchr3(b'\r', 0x0b, 0x0c, &rest[..end]).unwrap_or(end)
}

/// The mark of the code block that is open once the line at the head of `rest` has been read.
fn fence_after(rest: &str, open: Option<char>) -> Option<char> {
    let line = rest.trim_start_matches(' ');
    let mark = [('`', "```"), ('~', "~~~")]
        .into_iter()
        .find_map(|(mark, fence)| line.starts_with(fence).then_some(mark));
    match (open, mark) {
        (None, mark) => mark,
        (Some(open), Some(mark)) if open == mark => None,
        (open, _) => open,
    }
}

/// One to three blanks before `## Title` are nothing to see, but after a bullet they make the
/// heading a part of it.
fn blanks_before_heading(source: &str, start: usize) -> Option<Edit> {
    let line = &source[start..];
    let blanks = line.len() - line.trim_start_matches(' ').len();
    let marked = line[blanks..].trim_start_matches('#');
    let marks = line.len() - blanks - marked.len();
    let heading = (1..=3).contains(&blanks) && (1..=6).contains(&marks) && marked.starts_with(' ');
    heading.then(|| Edit { range: start..start + blanks, with: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(text: &str, part: &str) -> (u32, u32) {
        let source = Source::new("list.md", text);
        let start = source.text.find(part).unwrap();
        let place = source.place(start..start + part.len());
        (place.line, place.column)
    }

    #[test]
    fn lines_end_at_lf_crlf_and_lone_cr_and_columns_are_characters() {
        assert_eq!(place("a\r\nb\rc\nzoë x", "x"), (4, 5));
        assert_eq!(place("\u{feff}# Atlas", "Atlas"), (1, 3));
    }

    #[test]
    fn a_place_never_leaves_the_file() {
        let source = Source::new("list.md", "ab\n");
        let place = source.place(90..99);
        assert_eq!((place.line, place.column, place.end_line), (2, 1, 2));
        assert_eq!(Source::new("x", "").place(0..0).line, 1);
    }

    #[test]
    fn hidden_blanks_around_markers_are_folded_and_places_stay() {
        let text = "##\u{a0}Title\n\u{200b}-\u{a0}Owner: Ana\u{a0}B\u{2028}- Hub: x\n";
        let folded = Folded::new(text);
        assert_eq!(folded.text, "## Title\n- Owner: Ana\u{a0}B\n- Hub: x\n");
        for part in ["Title", "Owner", "Hub"] {
            assert_eq!(
                folded.original(folded.text.find(part).unwrap()),
                text.find(part).unwrap(),
                "{part}"
            );
        }
    }

    #[test]
    fn edits_upon_edits_keep_their_places() {
        let text = "\u{200b}##Title\n–Owner: Ana\nend";
        let folded = Folded::new(text);
        let at = folded.text.find("Title").unwrap();
        let dash = folded.text.find('–').unwrap();
        let edited = folded.edited(&[
            Edit { range: at..at, with: " ".into() },
            Edit { range: dash..dash + '–'.len_utf8(), with: "- ".into() },
        ]);
        assert_eq!(edited.text, "## Title\n- Owner: Ana\nend");
        for part in ["Title", "Owner", "end"] {
            assert_eq!(
                edited.original(edited.text.find(part).unwrap()),
                text.find(part).unwrap(),
                "{part}"
            );
        }
        let again = edited.edited(&[Edit { range: 0..0, with: "x\n".into() }]);
        assert_eq!(again.original(again.text.find("end").unwrap()), text.find("end").unwrap());
        assert_eq!(again.original(again.text.len()), text.len());
    }
}
