//! Results for a spreadsheet and for a terminal (pure).

use std::fmt::Write;

use super::Results;
use crate::words::count;

const MADE_UP: &str = "these answers were made up for a demonstration";

/// The results as CSV (RFC 4180): question, side, choice, count, one row a number; then the
/// comments. What a spreadsheet would take for a formula begins with an apostrophe.
pub fn csv(results: &Results) -> String {
    let mut text = line(["question", "side", "choice", "count"]);
    if results.simulated {
        text += &line(["", "", MADE_UP, ""]);
    }
    for (side, count) in &results.sides {
        for (what, number) in [("asked", count.asked), ("answered", count.answered)] {
            text += &line(["", side.word(), what, &number.to_string()]);
        }
    }
    for counted in &results.questions {
        let side = counted.side.map_or("all", |side| side.word());
        match &counted.counts {
            None => text += &line([&counted.r#ref, side, "hidden", &counted.answers.to_string()]),
            Some(counts) => {
                text += &line([&counted.r#ref, side, "answers", &counted.answers.to_string()]);
                for (choice, count) in counts {
                    text += &line([&counted.r#ref, side, choice, &count.to_string()]);
                }
            }
        }
    }
    for comment in &results.comments {
        text += &line([&comment.question, "", &comment.text, ""]);
    }
    text
}

/// The results for a person at a terminal.
pub fn plain(results: &Results) -> String {
    let mut text = String::new();
    if results.simulated {
        let _ = writeln!(text, "{MADE_UP}");
    }
    for (side, count) in &results.sides {
        let _ = writeln!(
            text,
            "{}: {} asked, {} answered, {} silent",
            side.word(),
            count.asked,
            count.answered,
            count.silent()
        );
    }
    for counted in &results.questions {
        let side = counted.side.map_or("all", |side| side.word());
        let counts = counted.counts.as_ref().map_or("hidden, too few".to_owned(), |counts| {
            let parts = counts.iter().map(|(choice, count)| format!("{choice} {count}"));
            parts.collect::<Vec<_>>().join(", ")
        });
        let _ = writeln!(text, "{} ({side}, {}): {counts}", counted.r#ref, counted.answers);
    }
    let comments = count(results.comments.len(), "comment", "comments");
    let _ = writeln!(text, "{comments}, {} withheld", results.withheld);
    text
}

fn line(cells: [&str; 4]) -> String {
    cells.map(cell).join(",") + "\r\n"
}

fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for begin in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"] {
            let shown = cell(begin);
            assert!(shown.trim_start_matches('"').starts_with('\''), "{shown:?}");
        }
        assert_eq!(cell("a, \"b\"\nc"), "\"a, \"\"b\"\"\nc\"");
        assert_eq!(cell("a=b"), "a=b");
    }
}
