//! Findings for people, drawn as compilers draw them.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use annotate_snippets::{
    AnnotationKind, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};
use littlethings::finding::{Counts, Finding, Place, Severity, Sources};
use littlethings::words;

/// Nobody reads more of the same about one file, and drawing thousands takes long.
const MOST: usize = 50;

/// The findings, in file order, each with its source line underlined.
pub fn human(findings: &[Finding], sources: &Sources, renderer: &Renderer) -> String {
    let mut drawn = String::new();
    let mut file = Lines::default();
    for of_file in findings.chunk_by(|one, other| one.place.path == other.place.path) {
        let mut told: BTreeMap<&str, usize> = BTreeMap::new();
        for finding in of_file {
            let count = told.entry(finding.rule).or_default();
            *count += 1;
            if *count <= MOST {
                file.turn_to(&finding.place.path, sources);
                drawn.push_str(&draw(finding, &file, renderer));
                drawn.push_str("\n\n");
            }
        }
        for (rule, count) in told.into_iter().filter(|(_, count)| *count > MOST) {
            let path = &of_file[0].place.path;
            drawn.push_str(&format!("{path}: {} more of {rule}\n\n", count - MOST));
        }
    }
    drawn
}

/// `2 errors, 1 warning, 5 hints in 9 files`: how a run ends.
pub fn summary(findings: &[Finding]) -> String {
    if findings.is_empty() {
        return "nothing to say: all is well".to_owned();
    }
    let files: BTreeSet<&str> = findings.iter().map(|finding| &*finding.place.path).collect();
    format!("{} in {}", Counts::of(findings).words(), words::count(files.len(), "file", "files"))
}

fn draw(finding: &Finding, file: &Lines, renderer: &Renderer) -> String {
    let Finding { rule, severity, place, message, help } = finding;
    let title = level(*severity).primary_title(message.as_str()).id(*rule);
    let help = (!help.is_empty()).then(|| Level::HELP.message(normalize_untrusted_str(help)));
    let Some((line, span)) = file.span(place) else {
        let origin =
            Origin::path(&*place.path).line(place.line as usize).char_column(place.column as usize);
        let drawn = renderer.render(&[title.element(origin).elements(help)]);
        // Without line numbers nothing is indented; beside the others that looks like a slip.
        return drawn.replace('\n', "\n ");
    };
    let snippet = Snippet::source(line)
        .path(&*place.path)
        .line_start(place.line as usize)
        .annotation(AnnotationKind::Primary.span(span));
    renderer.render(&[title.element(snippet).elements(help)])
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        // A help by colour; its own name keeps it apart from the help of each finding.
        Severity::Hint => Level::HELP.with_name(Some("hint")),
    }
}

/// The lines of the file whose findings are being drawn.
#[derive(Default)]
struct Lines<'a> {
    path: &'a str,
    /// Empty for a file that could not be read as text.
    lines: Vec<&'a str>,
}

impl<'a> Lines<'a> {
    fn turn_to(&mut self, path: &'a str, sources: &'a Sources) {
        if self.path != path {
            self.path = path;
            self.lines = sources.get(path).map(|text| lines(text)).unwrap_or_default();
        }
    }

    /// The line a place begins in and the bytes of it to underline. `None` where there is no text
    /// to draw, or where the whole file is meant and no line of it more than another.
    fn span(&self, place: &Place) -> Option<(&'a str, Range<usize>)> {
        if *place == Place::whole(place.path.clone()) {
            return None;
        }
        let line = *self.lines.get((place.line as usize).checked_sub(1)?)?;
        let start = offset(line, place.column);
        let end =
            if place.end_line > place.line { line.len() } else { offset(line, place.end_column) };
        Some((line, start..end.max(start)))
    }
}

/// The lines of a text; each ends at LF, CRLF or a lone CR, as places count them.
fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\n', '\r']) {
        lines.push(&rest[..at]);
        let ending = if rest[at..].starts_with("\r\n") { 2 } else { 1 };
        rest = &rest[at + ending..];
    }
    lines.push(rest);
    lines
}

/// The byte at which the character of that column begins, or the line's end.
fn offset(line: &str, column: u32) -> usize {
    let before = (column as usize).saturating_sub(1);
    line.char_indices().nth(before).map_or(line.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn at(line: u32, column: u32, end_line: u32, end_column: u32) -> Finding {
        Finding {
            rule: "one-owner-per-item",
            severity: Severity::Error,
            place: Place { path: "content/a.md".into(), line, column, end_line, end_column },
            message: "two owners".into(),
            help: "write one name".into(),
        }
    }

    fn drawn(finding: Finding, text: Option<&str>) -> String {
        let sources: Sources =
            text.map(|text| (finding.place.path.clone(), Arc::from(text))).into_iter().collect();
        human(&[finding], &sources, &Renderer::plain())
    }

    #[test]
    fn the_line_is_underlined_where_the_place_is() {
        insta::assert_snapshot!(drawn(at(2, 10, 2, 17), Some("## x\n- Owner:\tAna Bob\n")), @r"
        error[one-owner-per-item]: two owners
         --> content/a.md:2:10
          |
        2 | - Owner:    Ana Bob
          |             ^^^^^^^
          |
          = help: write one name
        ");
    }

    #[test]
    fn columns_are_characters_and_wide_ones_take_two() {
        insta::assert_snapshot!(drawn(at(1, 4, 1, 7), Some("## 請求書 x")), @r"
        error[one-owner-per-item]: two owners
         --> content/a.md:1:4
          |
        1 | ## 請求書 x
          |    ^^^^^^
          |
          = help: write one name
        ");
    }

    #[test]
    fn a_lone_carriage_return_ends_a_line() {
        assert_eq!(lines("a\rb\r\nc\n"), ["a", "b", "c", ""]);
        assert!(drawn(at(2, 1, 2, 2), Some("a\rb\rc")).contains("2 | b\n"));
    }

    #[test]
    fn a_whole_file_and_a_file_without_text_have_a_place_and_no_line() {
        let expected = "\
error[one-owner-per-item]: two owners
 --> content/a.md:1:1
  = help: write one name

";
        assert_eq!(drawn(at(1, 1, 1, 1), Some("# Atlas")), expected);
        assert_eq!(drawn(at(1, 1, 1, 1), None), expected);
    }

    #[test]
    fn places_past_the_end_are_drawn_at_the_end() {
        for text in ["", "a", "a\n", "ä\u{1b}[31m\u{202e}\0", "\u{feff}", "\r"] {
            for place in [
                at(1, 1, 1, 9),
                at(1, 7, 1, 2),
                at(9, 9, 9, 9),
                at(0, 0, 0, 0),
                at(1, 2, 7, 1),
                at(u32::MAX, u32::MAX, u32::MAX, u32::MAX),
            ] {
                let drawn = drawn(place, Some(text));
                assert!(drawn.contains("two owners") && !drawn.contains('\u{1b}'), "{text:?}");
            }
        }
    }

    #[test]
    fn a_very_long_line_is_cut_around_its_place() {
        let line = "請求 word ".repeat(20_000);
        let drawn = drawn(at(1, 90_000, 1, 90_004), Some(&line));
        assert!(drawn.contains(":1:90000") && drawn.len() < 2_000, "{drawn}");
    }

    #[test]
    fn more_of_the_same_is_counted_and_not_drawn() {
        let many: Vec<Finding> = (1..=MOST as u32 + 7).map(|line| at(line, 1, line, 2)).collect();
        let drawn = human(&many, &Sources::new(), &Renderer::plain());
        assert_eq!(drawn.matches("two owners").count(), MOST);
        assert!(drawn.ends_with("content/a.md: 7 more of one-owner-per-item\n\n"), "{drawn}");
    }

    #[test]
    fn the_summary_counts_in_words() {
        assert_eq!(summary(&[]), "nothing to say: all is well");
        let hint = Finding { severity: Severity::Hint, ..at(1, 1, 1, 1) };
        assert_eq!(summary(&[at(1, 1, 1, 1), at(2, 1, 2, 1), hint]), "2 errors, 1 hint in 1 file");
    }
}
