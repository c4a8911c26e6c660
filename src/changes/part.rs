//! The parts of a diff, and how they are made to fit where there is little room: a comment on a
//! forge ends at 65,536 characters, and what it ends with is what people act on.

use crate::words::count;

/// The parts one below the other.
pub fn joined(parts: &[String; 3]) -> String {
    parts.concat().trim_start_matches('\n').to_owned()
}

/// The parts in at most so many bytes. The last one may take half of them and the one before it a
/// quarter; the first gets whatever they leave.
pub fn shortened(parts: [String; 3], bytes: usize) -> [String; 3] {
    let [told, check, mail] = parts;
    let mail = within(mail, bytes / 2);
    let check = within(check, bytes / 4);
    let left = bytes - mail.len() - check.len();
    [within(told, left), check, mail]
}

/// As many lines as there is room for, and a sentence that says how many there are besides. No
/// heading but the first one stands without a line below it.
fn within(part: String, bytes: usize) -> String {
    if part.len() <= bytes {
        return part;
    }
    let lines: Vec<&str> = part.split_inclusive('\n').collect();
    let room = bytes.saturating_sub(left_out(lines.len()).len());
    let mut length = 0;
    let fits = |line: &&&str| {
        length += line.len();
        length <= room
    };
    let mut kept = lines.iter().take_while(fits).count();
    let first = 1 + lines.iter().position(|line| *line != "\n").unwrap_or(0);
    while kept > first && !lines[kept - 1].starts_with("- ") {
        kept -= 1;
    }
    let more = lines[kept..].iter().filter(|line| line.starts_with("- ")).count();
    lines[..kept].concat() + &left_out(more)
}

fn left_out(lines: usize) -> String {
    let (lines, are) = (count(lines, "line", "lines"), if lines == 1 { "is" } else { "are" });
    format!("\n*{lines} {are} left out here; without `--at-most` everything is told.*\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A heading and so many lines of twenty bytes.
    fn part(heading: &str, lines: usize) -> String {
        let lines: String = (0..lines).map(|it| format!("- line {it:03} is like ü\n")).collect();
        format!("\n## {heading}\n\n{lines}")
    }

    fn fitted(lines: [usize; 3], bytes: usize) -> String {
        let [told, check, mail] = lines;
        joined(&shortened([part("Told", told), part("Check", check), part("Mail", mail)], bytes))
    }

    #[test]
    fn what_is_left_out_is_said_and_the_end_stands() {
        let text = fitted([400, 2, 3], 1000);
        assert!(text.len() <= 1000, "{}", text.len());
        let end = part("Check", 2) + &part("Mail", 3);
        let (told, said) = text.strip_suffix(&end).unwrap().rsplit_once("\n\n").unwrap();
        let kept = told.matches("\n- line ").count();
        let more =
            format!("*{} lines are left out here; without `--at-most` everything", 400 - kept);
        assert!(kept > 10 && said.starts_with(&more), "{text}");
        assert!(told.ends_with("is like ü"), "cut at a line: {text}");
    }

    #[test]
    fn every_part_is_there_whichever_is_long() {
        for lines in [[400, 400, 400], [0, 0, 400], [1, 400, 1], [0, 400, 400]] {
            let text = fitted(lines, 1000);
            assert!(text.len() <= 1000, "{lines:?}: {}", text.len());
            for heading in ["## Told", "## Check", "## Mail"] {
                assert!(text.contains(heading), "{lines:?}: {text}");
            }
        }
    }

    #[test]
    fn no_product_stands_without_what_is_said_of_it() {
        let long = format!("\n## Told\n\n- one\n\n**Atlas**\n\n- {}\n", "x".repeat(500));
        assert_eq!(
            within(long, 200),
            "\n## Told\n\n- one\n\n*1 line is left out here; without `--at-most` everything is told.*\n"
        );
    }
}
