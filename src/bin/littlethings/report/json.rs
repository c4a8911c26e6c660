//! Findings for machines.

use littlethings::finding::{Counts, Finding, Severity};
use serde::Serialize;

#[derive(Serialize)]
struct Report<'a> {
    findings: Vec<Entry<'a>>,
    counts: Counts,
}

/// A finding with its place spread out.
#[derive(Serialize)]
struct Entry<'a> {
    rule: &'a str,
    severity: Severity,
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    message: &'a str,
    help: &'a str,
}

/// `{"findings":[…],"counts":{…}}` on one line.
pub fn json(findings: &[Finding]) -> serde_json::Result<String> {
    let report =
        Report { findings: findings.iter().map(entry).collect(), counts: Counts::of(findings) };
    serde_json::to_string(&report).map(|text| text + "\n")
}

fn entry(finding: &Finding) -> Entry<'_> {
    let Finding { rule, severity, place, message, help } = finding;
    Entry {
        rule,
        severity: *severity,
        path: &place.path,
        line: place.line,
        column: place.column,
        end_line: place.end_line,
        end_column: place.end_column,
        message,
        help,
    }
}

#[cfg(test)]
mod tests {
    use littlethings::finding::Place;

    use super::*;

    #[test]
    fn the_keys_are_the_documented_ones() {
        let finding = Finding {
            rule: "known-words",
            severity: Severity::Warning,
            place: Place { path: "a.md".into(), line: 3, column: 2, end_line: 4, end_column: 1 },
            message: "`\u{1b}`".into(),
            help: "x".into(),
        };
        assert_eq!(
            json(&[finding]).unwrap(),
            concat!(
                r#"{"findings":[{"rule":"known-words","severity":"warning","path":"a.md","#,
                r#""line":3,"column":2,"end_line":4,"end_column":1,"message":"`\u001b`","#,
                r#""help":"x"}],"counts":{"error":0,"warning":1,"hint":0}}"#,
                "\n"
            )
        );
        assert_eq!(
            json(&[]).unwrap(),
            "{\"findings\":[],\"counts\":{\"error\":0,\"warning\":0,\"hint\":0}}\n"
        );
    }
}
