//! What the reader asks of files before any rule of engagement can be judged: its own rules, with
//! the short ways to write their findings down.

use crate::finding::{Finding, Place, RuleText, Severity};

/// A file is UTF-8 text of a sensible size, without the leftovers of a merge.
pub(crate) const FILE_IS_TEXT: &str = "file-is-text";
/// Facts are bullets directly below their heading.
pub(crate) const FACTS_ARE_BULLETS: &str = "facts-are-bullets";
/// Headings say which part of a file is what.
pub(crate) const HEADINGS_ARE_CLEAR: &str = "headings-are-clear";
/// A comment or a code block that is opened is closed.
pub(crate) const NOTHING_IS_HIDDEN: &str = "nothing-is-hidden";
/// A key or a word that nothing knows.
pub(crate) const KNOWN_WORDS: &str = "known-words";
/// Settings files hold what they must, in the right form.
pub(crate) const SETTINGS_ARE_READ: &str = "settings-are-read";
/// Names of files and folders can be addresses.
pub(crate) const NAMES_ARE_ADDRESSES: &str = "names-are-addresses";
/// The survey's questions can be asked.
pub(crate) const QUESTIONS_ARE_READ: &str = "questions-are-read";

/// The reader's rules in words, by name. All of them hold from the beginning.
pub fn texts() -> Vec<RuleText> {
    [
        (FACTS_ARE_BULLETS, "Facts are bullets such as `- Owner: Ana Duarte`, directly below their heading: a hyphen, a space, a key, a colon. What is written otherwise is read as prose by everybody else's Markdown."),
        (FILE_IS_TEXT, "A file is UTF-8 text of at most 1 MiB without the marks of an unfinished merge. Of a file that is not, nothing can be trusted."),
        (HEADINGS_ARE_CLEAR, "A file has one `# Title`; each entry has its own `## Heading`; notes inside an entry begin at `###`."),
        (NAMES_ARE_ADDRESSES, "The names of folders, lists and products become addresses, so they are plain, stay inside the repository, and differ by more than case."),
        (NOTHING_IS_HIDDEN, "A comment `<!-- … -->` and a code block are closed again. What is left open swallows the rest of the file."),
        (QUESTIONS_ARE_READ, "Each question of the survey says whom it is for and how it is answered."),
        (SETTINGS_ARE_READ, "The settings, the people and each round say what cannot be guessed: titles, names, addresses, dates."),
    ]
    .into_iter()
    .map(|(name, asks)| RuleText {
        name,
        asks,
        before: Severity::Error,
        after: Severity::Error,
        deadline: "from the beginning",
    })
    .collect()
}

/// The findings of one reading.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    pub findings: Vec<Finding>,
}

impl Notes {
    /// A decided round is over: what was written then is judged in hints only, but for files that
    /// cannot be read.
    pub fn only_hints(&mut self, since: usize) {
        for finding in &mut self.findings[since..] {
            if finding.rule != FILE_IS_TEXT && finding.rule != NAMES_ARE_ADDRESSES {
                finding.severity = Severity::Hint;
            }
        }
    }

    /// Where the last finding on a file stands: why nothing of it could be read.
    pub fn place_in(&self, path: &str) -> Place {
        let mut places = self.findings.iter().rev().map(|finding| &finding.place);
        places.find(|place| &*place.path == path).cloned().unwrap_or_else(|| Place::whole(path))
    }

    pub fn error(
        &mut self,
        rule: &'static str,
        place: Place,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.note(Severity::Error, rule, place, message, help);
    }

    pub fn warning(
        &mut self,
        rule: &'static str,
        place: Place,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.note(Severity::Warning, rule, place, message, help);
    }

    pub fn hint(
        &mut self,
        rule: &'static str,
        place: Place,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.note(Severity::Hint, rule, place, message, help);
    }

    pub fn note(
        &mut self,
        severity: Severity,
        rule: &'static str,
        place: Place,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.findings.push(Finding {
            rule,
            severity,
            place,
            message: message.into(),
            help: help.into(),
        });
    }
}
