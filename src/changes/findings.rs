//! What the check says of a change: how many findings more and fewer of each rule. The findings
//! themselves stand beside their lines.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

use crate::finding::{Counts, Finding, Severity};

/// Findings that a change brings and takes away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingChanges {
    pub more: Vec<Difference>,
    pub fewer: Vec<Difference>,
}

/// So many findings of one rule; the gravest come first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub severity: Severity,
    pub rule: &'static str,
    pub number: usize,
}

/// What has another name in the later of two states: the old path of each, and the new one.
#[derive(Debug, Default)]
pub(super) struct Renamed<'a> {
    pub files: HashMap<&'a str, &'a str>,
    pub folders: Vec<(&'a str, &'a str)>,
}

impl Renamed<'_> {
    /// Where a file of the earlier state lies now.
    fn now<'p>(&'p self, path: &'p str) -> Cow<'p, str> {
        if let Some(now) = self.files.get(path) {
            return Cow::Borrowed(now);
        }
        let moved = self.folders.iter().find_map(|(old, new)| {
            let rest = path.strip_prefix(old).filter(|rest| rest.starts_with('/'))?;
            Some(format!("{new}{rest}"))
        });
        moved.map_or(Cow::Borrowed(path), Cow::Owned)
    }
}

impl FindingChanges {
    /// A finding is the same in both states if its rule finds the same thing in the same file: its
    /// line moves whenever somebody writes above it, and of nine things without an owner eight is
    /// less of the same. A file that is `renamed` stays the same.
    pub(super) fn between(
        before: &[Finding],
        after: &[Finding],
        renamed: &Renamed,
    ) -> FindingChanges {
        let mut balance: BTreeMap<_, isize> = BTreeMap::new();
        for (findings, by) in [(before, -1), (after, 1)] {
            for finding in findings {
                let path: &str = &finding.place.path;
                let now = if by < 0 { renamed.now(path) } else { Cow::Borrowed(path) };
                let key = (Reverse(finding.severity), finding.rule, now, subject(&finding.message));
                *balance.entry(key).or_default() += by;
            }
        }
        let mut changes = FindingChanges::default();
        for ((severity, rule, _, _), number) in balance {
            let side = if number > 0 { &mut changes.more } else { &mut changes.fewer };
            add(side, severity.0, rule, number.unsigned_abs());
        }
        changes
    }

    /// A line for each side, after a heading; nothing where nothing is different.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        for (side, word) in [(&self.more, "more"), (&self.fewer, "fewer")] {
            if !side.is_empty() {
                let _ = writeln!(text, "- {} {word}: {}", counted(side), rules(side));
            }
        }
        if text.is_empty() { text } else { format!("\n## What the check says\n\n{text}") }
    }
}

fn add(side: &mut Vec<Difference>, severity: Severity, rule: &'static str, number: usize) {
    if number == 0 {
        return;
    }
    match side.last_mut().filter(|last| last.severity == severity && last.rule == rule) {
        Some(last) => last.number += number,
        None => side.push(Difference { severity, rule, number }),
    }
}

/// What a finding is about: the first thing it names. What names nothing is about its whole file.
fn subject(message: &str) -> &str {
    message.split('`').nth(1).unwrap_or_default()
}

fn counted(side: &[Difference]) -> String {
    let mut counts = Counts::default();
    for difference in side {
        match difference.severity {
            Severity::Error => counts.error += difference.number,
            Severity::Warning => counts.warning += difference.number,
            Severity::Hint => counts.hint += difference.number,
        }
    }
    counts.words()
}

fn rules(side: &[Difference]) -> String {
    let mut names: Vec<String> = Vec::new();
    for Difference { rule, .. } in side {
        let name = format!("`{rule}`");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Place;

    fn finding(rule: &'static str, severity: Severity, line: u32, message: &str) -> Finding {
        let place = Place { line, ..Place::whole("a.md") };
        Finding { rule, severity, place, message: message.into(), help: String::new() }
    }

    fn between(before: &[Finding], after: &[Finding]) -> FindingChanges {
        FindingChanges::between(before, after, &Renamed::default())
    }

    #[test]
    fn findings_are_counted_the_worst_first() {
        let before = [
            finding("known-words", Severity::Error, 3, "`x` is no key"),
            finding("owner-load", Severity::Hint, 9, "4 items"),
            finding("no-look-alikes", Severity::Warning, 9, "as in a.md:3"),
        ];
        let after = [
            finding("owner-load", Severity::Hint, 12, "4 items"),
            finding("no-look-alikes", Severity::Warning, 12, "as in a.md:7"),
            finding("links-resolve", Severity::Warning, 20, "no such file"),
            finding("one-owner-per-item", Severity::Error, 21, "`A` has no owner"),
            finding("one-owner-per-item", Severity::Error, 29, "`B` has no owner"),
        ];
        assert_eq!(
            between(&before, &after).markdown(),
            "\n## What the check says\n\n\
             - 2 errors, 1 warning more: `one-owner-per-item`, `links-resolve`\n\
             - 1 error fewer: `known-words`\n"
        );
        assert_eq!(between(&after, &after).markdown(), "");
    }

    #[test]
    fn less_of_the_same_is_no_other_finding() {
        let of = |slots: u32, owned: &str| {
            [
                finding("exactly-ten-items", Severity::Hint, 1, &format!("{slots} of 10 items")),
                finding(
                    "ref-is-unique",
                    Severity::Hint,
                    1,
                    &format!("{slots} items without a ref"),
                ),
                finding("owner-load", Severity::Hint, 9, owned),
            ]
        };
        let before = of(1, "`Ana Duarte` owns 4 items of `Summer`: 4 on `Atlas`");
        let after = of(2, "`Ana Duarte` owns 5 items of `Summer`: 4 on `Atlas` and 1 on `Hermes`");
        assert_eq!(between(&before, &after), FindingChanges::default());
        let other = of(2, "`Rui Lopes` owns 4 items of `Summer`: 4 on `Atlas`");
        assert_eq!(
            between(&after, &other).markdown(),
            "\n## What the check says\n\n- 1 hint more: `owner-load`\n\
             - 1 hint fewer: `owner-load`\n"
        );
    }
}
