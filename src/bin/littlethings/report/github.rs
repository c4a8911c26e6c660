//! Findings as workflow commands: the forge shows them beside the lines of a pull request.

use std::fmt::Write;

use littlethings::finding::{Finding, Severity};

/// One command a finding. `prefix` leads from the top of the forge's checkout to the root, with a
/// slash at its end, and is empty where they are the same.
pub fn github(findings: &[Finding], prefix: &str) -> String {
    let mut commands = String::new();
    for Finding { rule, severity, place, message, help } in findings {
        let command = match severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Hint => "notice",
        };
        let path = property(&format!("{prefix}{}", place.path));
        let _ = write!(commands, "::{command} file={path},line={}", place.line);
        // The forge takes columns only within one line.
        if place.line == place.end_line {
            let _ = write!(
                commands,
                ",col={},endLine={},endColumn={}",
                place.column, place.end_line, place.end_column
            );
        } else {
            let _ = write!(commands, ",endLine={}", place.end_line);
        }
        let text = if help.is_empty() { message.clone() } else { format!("{message}\n{help}") };
        let _ = writeln!(commands, ",title={}::{}", property(rule), data(&text));
    }
    commands
}

/// The text of a command: one line, whatever it holds.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a command, which also ends at a comma or a colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use littlethings::finding::Place;

    use super::*;

    fn finding(path: &str, message: &str) -> Finding {
        Finding {
            rule: "known-words",
            severity: Severity::Hint,
            place: Place { path: path.into(), line: 3, column: 2, end_line: 3, end_column: 9 },
            message: message.into(),
            help: "write `done`".into(),
        }
    }

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(
            github(&[finding("lists/a,b:c.md", "100 %\r\nsure: yes, really")], "week/"),
            "::notice file=week/lists/a%2Cb%3Ac.md,line=3,col=2,endLine=3,endColumn=9,\
             title=known-words::100 %25%0D%0Asure: yes, really%0Awrite `done`\n"
        );
    }

    #[test]
    fn a_place_of_many_lines_has_no_columns() {
        let mut long = finding("a.md", "open");
        long.place.end_line = 5;
        long.severity = Severity::Error;
        assert!(github(&[long], "").starts_with("::error file=a.md,line=3,endLine=5,title="));
    }
}
