//! A finding is one thing a writer should know about what they wrote: the rule it comes from, its
//! place, what is wrong, and what to type instead. Findings are data; only the printer at the end
//! of a run turns them into text, so that all of them come out once and in file order.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::words::count;

/// Where something stands in a file. Lines and columns count from 1, columns in characters
/// (Unicode scalar values); a line ends at LF, CRLF or a lone CR. A byte-order mark is not counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Relative to the folder of `littlethings.toml`, with `/` between the names.
    pub path: Arc<str>,
    pub line: u32,
    pub column: u32,
    /// The end is exclusive: the column after the last character.
    pub end_line: u32,
    pub end_column: u32,
}

impl Place {
    /// The place that stands for a whole file.
    pub fn whole(path: impl Into<Arc<str>>) -> Place {
        Place { path: path.into(), line: 1, column: 1, end_line: 1, end_column: 1 }
    }

    /// `path:line`, as a sentence names another place.
    pub fn short(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }
}

/// A value and where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed<T> {
    pub value: T,
    pub place: Place,
}

impl<T> Placed<T> {
    pub fn new(value: T, place: Place) -> Placed<T> {
        Placed { value, place }
    }

    pub fn map<U>(self, to: impl FnOnce(T) -> U) -> Placed<U> {
        Placed::new(to(self.value), self.place)
    }
}

/// How grave a finding is; the order is the order of gravity, lightest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Hint,
    /// Understood, but surely not meant.
    Warning,
    /// A rule is broken after its deadline, or something cannot be understood as written.
    Error,
}

impl Severity {
    pub fn word(self) -> &'static str {
        match self {
            Severity::Hint => "hint",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// One thing to tell a writer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: &'static str,
    pub severity: Severity,
    pub place: Place,
    /// What is wrong: lower case, names in backticks, no full stop.
    pub message: String,
    /// What to type instead.
    pub help: String,
}

impl Finding {
    /// The order in which findings are told: by file, then by place, the gravest first.
    pub fn sort(findings: &mut Vec<Finding>) {
        findings.sort_by(|a, b| {
            (&a.place, std::cmp::Reverse(a.severity), a.rule, &a.message).cmp(&(
                &b.place,
                std::cmp::Reverse(b.severity),
                b.rule,
                &b.message,
            ))
        });
        findings.dedup();
    }
}

/// How many findings of each severity there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub error: usize,
    pub warning: usize,
    pub hint: usize,
}

impl Counts {
    pub fn of(findings: &[Finding]) -> Counts {
        let mut counts = Counts::default();
        for finding in findings {
            match finding.severity {
                Severity::Error => counts.error += 1,
                Severity::Warning => counts.warning += 1,
                Severity::Hint => counts.hint += 1,
            }
        }
        counts
    }

    /// `2 errors, 1 warning, 5 hints`, without what there is none of.
    pub fn words(self) -> String {
        let Counts { error, warning, hint } = self;
        let parts: Vec<String> =
            [(error, "error", "errors"), (warning, "warning", "warnings"), (hint, "hint", "hints")]
                .into_iter()
                .filter(|(number, _, _)| *number > 0)
                .map(|(number, one, many)| count(number, one, many))
                .collect();
        parts.join(", ")
    }
}

/// The texts the findings point into, by path, without their byte-order marks.
/// A file that could not be read as text is not among them.
pub type Sources = BTreeMap<Arc<str>, Arc<str>>;

/// A rule in words: what the site's rules page and `littlethings rules` show of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleText {
    pub name: &'static str,
    /// With `{items}` and `{estimate}` where a round's limits belong.
    pub asks: &'static str,
    pub before: Severity,
    pub after: Severity,
    /// The end of "graver once …", such as "once the lists are due".
    pub deadline: &'static str,
}
