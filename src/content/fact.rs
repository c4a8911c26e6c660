//! One fact: a bullet with a key, a colon and a value. And the ways in which people write a line
//! that is meant as one and is none. Pure.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr3;

use super::source::lines;
use crate::words;

/// The keys that one kind of file knows.
#[derive(Debug)]
pub(crate) struct Grammar {
    /// Keys directly below the `# Title`.
    pub title_keys: &'static [&'static str],
    /// A key below the title that a name follows, as in `Agreed by Berlin`.
    pub title_named: Option<&'static str>,
    /// Whether `## Heading` begins an entry, and with which keys.
    pub entry_keys: Option<&'static [&'static str]>,
    /// The key that tells the facts of an entry from any other bullets.
    pub telling: &'static str,
}

/// A key as it was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum FactKey {
    Known(&'static str),
    /// The name that follows a named key: `Berlin` of `Agreed by Berlin`.
    Named(String),
    Unknown(String),
}

/// The keys that may stand at one place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Keys {
    pub all: &'static [&'static str],
    pub named: Option<&'static str>,
}

impl Grammar {
    /// The keys below a heading of that level.
    pub fn keys(&self, level: usize) -> Keys {
        match level {
            2 => Keys { all: self.entry_keys.unwrap_or_default(), named: None },
            _ => Keys { all: self.title_keys, named: self.title_named },
        }
    }
}

impl Keys {
    /// What a written key stands for.
    pub fn read(self, written: &str) -> FactKey {
        let bare = linked(written).trim();
        // Nearly all are written as they are known.
        if let Some(key) = self.all.iter().find(|key| **key == bare) {
            return FactKey::Known(key);
        }
        let folded = words::fold(bare);
        if let Some(key) = self.all.iter().find(|key| words::fold(key) == folded) {
            return FactKey::Known(key);
        }
        let named =
            self.named.and_then(|key| folded.strip_prefix(&words::fold(key))?.strip_prefix(' '));
        if let (Some(key), Some(_)) = (self.named, named) {
            let words_of_key = key.split_whitespace().count();
            let name = written.split_whitespace().skip(words_of_key).collect::<Vec<_>>().join(" ");
            return FactKey::Named(name);
        }
        FactKey::Unknown(written.trim().to_owned())
    }

    /// Whether a written key is one of these.
    pub fn knows(self, written: &str) -> bool {
        !matches!(self.read(written), FactKey::Unknown(_))
    }

    /// The known key that was most likely meant.
    pub fn nearest(self, written: &str) -> Option<&'static str> {
        words::nearest(written, self.all.iter().copied())
            .and_then(|near| self.all.iter().copied().find(|key| *key == near))
    }

    /// The known key that another word for it stands for.
    pub fn synonym(self, written: &str) -> Option<&'static str> {
        let folded = words::fold(written);
        let (key, _) = SYNONYMS.iter().find(|(_, words)| words.contains(&folded.as_str()))?;
        self.all.iter().copied().find(|known| known == key)
    }

    /// The named key that was most likely meant, and the name: `Agred by Berlin`.
    pub fn nearest_named(self, written: &str) -> Option<(&'static str, String)> {
        let named = self.named?;
        let words: Vec<&str> = written.split_whitespace().collect();
        let (key, name) = words.split_at_checked(named.split_whitespace().count())?;
        let near = !name.is_empty() && words::nearest(&key.join(" "), [named]).is_some();
        near.then(|| (named, name.join(" ")))
    }

    /// The key, and the rest, of a text that begins with a known key but has no colon after it.
    pub fn without_colon(self, text: &str) -> Option<(String, &str)> {
        let bare = text.trim_start_matches(['*', '_', '`', ' ']);
        // A key stands on one line.
        let line = bare.split(['\n', '\r']).next().unwrap_or_default();
        let mut ends: Vec<usize> =
            line.char_indices().filter(|(_, c)| !c.is_alphanumeric()).map(|(at, _)| at).collect();
        ends.push(line.len());
        // The longest key first, so that "Done when" is not read as a stranger called "Done".
        let known = |end: &usize| {
            let key = &bare[..*end];
            (key.chars().count() <= LONGEST_KEY
                && self.all.iter().any(|known| words::fold(known) == words::fold(key)))
            .then_some(*end)
        };
        let end = ends.iter().rev().find_map(known).or_else(|| self.named_without_colon(line))?;
        let rest = bare[end..].trim_start_matches(|c: char| {
            c.is_whitespace() || matches!(c, '*' | '_' | '`' | '-' | '–' | '—' | '=' | ';' | '>')
        });
        Some((bare[..end].trim_matches(|c: char| !c.is_alphanumeric()).to_owned(), rest))
    }

    /// `Agreed by Berlin yes`: the name is one word, for want of a colon that would end it.
    fn named_without_colon(self, bare: &str) -> Option<usize> {
        let named = self.named?;
        let rest = bare
            .get(..named.len())
            .filter(|start| words::fold(start) == words::fold(named))
            .map(|_| &bare[named.len()..])?;
        let name = rest.trim_start();
        let end = name.find(char::is_whitespace).unwrap_or(name.len());
        (end > 0).then(|| bare.len() - name.len() + end)
    }
}

/// What people write who know another list, or another language.
const SYNONYMS: &[(&str, &[&str])] = &[
    (
        "Owner",
        &[
            "own",
            "owned by",
            "responsible",
            "contact",
            "assignee",
            "asker",
            "requester",
            "besitzer",
            "verantwortlich",
            "verantwortliche",
            "proprietaire",
            "responsable",
            "propietario",
        ],
    ),
    ("Deputy", &["stand in", "backup", "substitute", "vertretung", "stellvertretung"]),
    ("Hub", &["team", "office", "location", "standort"]),
    ("Kind", &["type", "category", "art", "typ"]),
    ("Feels like", &["guess", "size", "gut feeling"]),
    ("Ticket", &["issue", "jira", "link", "url"]),
    ("Done when", &["acceptance", "acceptance criteria", "definition of done", "fertig wenn"]),
    ("Ref", &["id", "reference", "slug", "key"]),
    ("Dev", &["developer", "developers", "engineer", "assigned to", "entwickler"]),
    ("Estimate", &["estimated", "effort", "time", "days", "aufwand", "schatzung"]),
    ("Took", &["actual", "spent", "time spent"]),
    ("Status", &["state", "progress", "zustand", "stand"]),
    ("Reason", &["why", "because", "grund"]),
    ("Next", &["next step", "next steps", "follow up"]),
    ("Note", &["notes", "comment", "comments", "remark", "bemerkung"]),
    ("For", &["audience", "who", "asked"]),
    ("Answer", &["answers", "type", "kind"]),
];

/// The words of a key that an editor made a link: `[Owner](faq.md)`.
fn linked(key: &str) -> &str {
    key.strip_prefix('[').and_then(|rest| rest.split_once("](")).map_or(key, |(words, _)| words)
}

/// What stands before the name of a hub in the key of its agreement.
pub(crate) const AGREED_BY: &str = "Agreed by";

/// In characters: nobody's key is longer, and a sentence with a colon in it is none.
const LONGEST_KEY: usize = 60;
/// But the key that a hub agrees with holds its name, and that may be as long as it likes.
const LONGEST_AGREEMENT: usize = 300;

/// A text taken apart at its first colon. All ranges are bytes of that text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Split {
    pub key: Range<usize>,
    pub value: Range<usize>,
}

/// Splits `Owner: Ana` or `**Owner:** Ana`, with a colon of any width; `None` without a colon that
/// could end a key. Closed comments count as blanks.
pub(crate) fn split(text: &str) -> Option<Split> {
    let masked = without_comments(text);
    let start = masked.find(|c: char| !is_blank(c))?;
    let colon = colon(&masked[start..])?;
    let opening = mark(&masked[start..]);
    let mut key = start + opening.len()..start + colon.start;
    let mut closed = opening.is_empty();
    if !closed && masked[key.clone()].trim_end().ends_with(opening) {
        key.end = key.start + masked[key.clone()].trim_end().len() - opening.len();
        closed = true;
    }
    let mut value = start + colon.end..masked.len();
    if !closed && masked[value.clone()].starts_with(opening) {
        value.start += opening.len();
        closed = true;
    }
    value = trimmed(&masked, value);
    if !closed && masked[value.clone()].ends_with(opening) {
        value.end -= opening.len();
    }
    let key = trimmed(&masked, key);
    // The colon of an address ends no key.
    (!key.is_empty() && !masked[value.clone()].starts_with("//")).then_some(Split { key, value })
}

/// The colon that may end the key at the head of a text: no key goes on in the next line.
fn colon(text: &str) -> Option<Range<usize>> {
    let longest = if is_agreement(text) { LONGEST_AGREEMENT } else { LONGEST_KEY };
    let head = &text[..text.floor_char_boundary((longest + 1) * WIDEST)];
    let at = if head.is_ascii() {
        memchr3(b':', b'\n', b'\r', head.as_bytes())?
    } else {
        head.find([':', '：', '﹕', '︓', '\n', '\r'])?
    };
    let c = head[at..].chars().next()?;
    let is_end = !matches!(c, '\n' | '\r') && head[..at].chars().count() <= longest;
    is_end.then(|| at..at + c.len_utf8())
}

/// A character, in bytes.
const WIDEST: usize = 4;

/// Whether a text may begin with the key that a hub agrees with, in emphasis or not.
fn is_agreement(text: &str) -> bool {
    let key = text.trim_start_matches(['*', '_']);
    key.get(..AGREED_BY.len()).is_some_and(|words| words.eq_ignore_ascii_case(AGREED_BY))
}

/// The emphasis a text begins with.
fn mark(text: &str) -> &str {
    if !text.starts_with(['*', '_', '`']) {
        return "";
    }
    ["**", "__", "*", "_", "`"].into_iter().find(|mark| text.starts_with(mark)).unwrap_or_default()
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || words::is_invisible(c)
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let part = &text[range.clone()];
    let start = range.start + (part.len() - part.trim_start_matches(is_blank).len());
    start..(start + text[start..range.end].trim_end_matches(is_blank).len()).max(start)
}

/// The text with its comments as blanks, byte for byte as long as before. A comment that is never
/// closed ends with its line: a finding tells of it, and the value is what stands before.
pub(crate) fn without_comments(text: &str) -> Cow<'_, str> {
    if !has_comments(text) {
        return Cow::Borrowed(text);
    }
    let mut masked = text.to_owned();
    let mut done = 0;
    while let Some(start) = masked[done..].find("<!--").map(|at| done + at) {
        let rest = &masked[start..];
        let length = rest
            .find("-->")
            .map_or_else(|| rest.find(['\n', '\r']).unwrap_or(rest.len()), |at| at + 3);
        let end = start + length;
        masked.replace_range(start..end, &" ".repeat(end - start));
        done = end;
    }
    Cow::Owned(masked)
}

fn has_comments(text: &str) -> bool {
    // Hardly any text has even the first sign, and that is found much faster.
    text.contains('<') && text.contains("<!--")
}

/// A value on one line: comments gone, line ends and the blanks around them as one blank.
pub(crate) fn flat(text: &str) -> String {
    let masked = without_comments(text);
    let mut flat = String::with_capacity(masked.len());
    for line in lines(&masked) {
        let line = masked[line].trim_matches(is_blank).trim_end_matches('\\');
        if !flat.is_empty() && !line.is_empty() {
            flat.push(' ');
        }
        flat.push_str(line);
    }
    match masked {
        Cow::Borrowed(_) => flat,
        Cow::Owned(_) => flat.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}

/// How a line that is meant as a fact fails to be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slip {
    /// Blanks before the bullet make it code, or part of the bullet above.
    Indented,
    /// `-Owner: x`.
    NoSpace(char),
    /// `• Owner: x`, `– Owner: x`.
    OtherBullet(char),
    /// `Owner: x`.
    NoBullet,
    /// `> - Owner: x`.
    Quoted,
    /// `1. Owner: x`.
    Numbered,
}

/// A line that begins with a known key and a colon, once all that may stand before it is gone.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Slipped {
    pub slip: Slip,
    /// Bytes before the key, or before its emphasis.
    pub prefix: usize,
    /// The key, and its value as far as this line goes, as they were written.
    pub key: String,
    pub value: String,
}

/// Reads a line as a fact that went wrong. A correct bullet without blanks before it is one too,
/// as `Indented`: whoever asks knows already that it is no bullet where it stands.
pub(crate) fn slipped(line: &str, keys: Keys) -> Option<Slipped> {
    let (prefix, slip) = prefix(line);
    let rest = &line[prefix..];
    let split = split(rest).filter(|split| keys.knows(&rest[split.key.clone()]))?;
    Some(Slipped {
        slip,
        prefix,
        key: rest[split.key].to_owned(),
        value: rest[split.value].to_owned(),
    })
}

/// The length of blanks, quote marks, bullets and numbers at the beginning of a line.
fn prefix(line: &str) -> (usize, Slip) {
    let mut slip = None;
    let mut rest = line;
    loop {
        let blank = rest.len() - rest.trim_start_matches(is_blank).len();
        rest = &rest[blank..];
        let Some(c) = rest.chars().next() else { break };
        let after = &rest[c.len_utf8()..];
        let spaced = after.starts_with(is_blank);
        match c {
            '>' => slip = Some(Slip::Quoted),
            '*' | '_' if !spaced && (after.contains(c) || c == '_') => break,
            'o' if spaced && slip.is_none() => slip = Some(Slip::OtherBullet('o')),
            '-' | '*' | '+' if slip.is_none() => {
                slip = Some(if spaced { Slip::Indented } else { Slip::NoSpace(c) })
            }
            '-' | '*' | '+' => {}
            '•' | '·' | '‣' | '▪' | '◦' | '●' | '○' | '■' | '–' | '—' | '−' | '‐' | '‑' | '⁃'
            | '►' | '➢' | '✓' | '\u{f0b7}' => {
                slip = slip.or(Some(Slip::OtherBullet(c)));
            }
            '[' => match after.get(..2) {
                Some(" ]" | "x]" | "X]") => {
                    rest = &after[2..];
                    continue;
                }
                _ => break,
            },
            '0'..='9' => match numbered(rest) {
                Some(length) => {
                    slip = slip.or(Some(Slip::Numbered));
                    rest = &rest[length..];
                    continue;
                }
                None => break,
            },
            _ => break,
        }
        rest = after;
    }
    (line.len() - rest.len(), slip.unwrap_or(Slip::NoBullet))
}

fn numbered(text: &str) -> Option<usize> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    text[digits..].starts_with(['.', ')']).then_some(digits + 1)
}

/// Whether a bullet's text is a fact, or so nearly one that it must be told.
pub(crate) fn is_factual(text: &str, keys: Keys) -> bool {
    match split(text) {
        Some(split) => {
            let key = &text[split.key];
            keys.knows(key)
                || keys.nearest(key).is_some()
                || keys.nearest_named(key).is_some()
                || is_key_shaped(key)
        }
        None => keys.without_colon(text).is_some(),
    }
}

/// One or two words with a capital, as in `- Priority: high`.
fn is_key_shaped(key: &str) -> bool {
    key.starts_with(char::is_uppercase)
        && key.split_whitespace().count() <= 2
        && key.chars().all(|c| c.is_alphanumeric() || c == ' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: Keys =
        Keys { all: &["Owner", "Hub", "Done when", "Status"], named: Some("Agreed by") };

    fn parts(text: &str) -> Option<(&str, &str)> {
        split(text).map(|split| (&text[split.key], &text[split.value]))
    }

    #[test]
    fn a_fact_is_split_at_its_colon_bold_or_not() {
        for text in [
            "Owner: Ana",
            "**Owner:** Ana",
            "**Owner**: Ana",
            "__Owner:__ Ana",
            "*Owner*: Ana",
            "Owner： Ana",
            "Owner :Ana ",
            "**Owner: Ana**",
            "<!-- who --> Owner: Ana <!-- x -->",
        ] {
            assert_eq!(parts(text), Some(("Owner", "Ana")), "{text}");
        }
        assert_eq!(parts("Owner: **Ana**"), Some(("Owner", "**Ana**")));
        assert_eq!(parts("Owner:"), Some(("Owner", "")));
        assert_eq!(parts("see https://example.org"), None);
        assert_eq!(parts(": x"), None);
    }

    #[test]
    fn a_hub_may_have_a_long_name_and_a_sentence_with_a_colon_is_no_key() {
        let hub = "Поддержка клиентов в Новосибирске, Омске и Красноярске, вторая смена";
        for key in [format!("Agreed by {hub}"), format!("agreed BY {hub}")] {
            assert_eq!(parts(&format!("{key}: yes")), Some((&*key, "yes")));
            assert_eq!(parts(&format!("**{key}:** yes")), Some((&*key, "yes")));
        }
        // Sixty letters, whatever they take in bytes.
        let key = "ключ ".repeat(12);
        assert_eq!(parts(&format!("{}: yes", key.trim())), Some((key.trim(), "yes")));
        let sentence = "What somebody wants to say of all of this takes a whole line and then some";
        assert_eq!(parts(&format!("{sentence}: yes")), None);
    }

    #[test]
    fn keys_are_read_in_any_case_and_a_name_may_follow_one() {
        assert_eq!(KEYS.read("done WHEN"), FactKey::Known("Done when"));
        assert_eq!(KEYS.read("Agreed by Berlin"), FactKey::Named("Berlin".into()));
        assert_eq!(KEYS.read("Ower"), FactKey::Unknown("Ower".into()));
        assert_eq!(KEYS.nearest("Ower"), Some("Owner"));
    }

    #[test]
    fn a_missing_colon_is_noticed_after_a_known_key() {
        for text in ["Owner Ana", "**Owner** Ana", "Owner - Ana", "owner = Ana", "Owner"] {
            let (key, rest) = KEYS.without_colon(text).unwrap();
            assert!(key.eq_ignore_ascii_case("owner"), "{text}");
            assert!(rest.is_empty() || rest == "Ana", "{text}");
        }
        assert_eq!(
            KEYS.without_colon("Done when it works"),
            Some(("Done when".into(), "it works"))
        );
        assert_eq!(
            KEYS.without_colon("Agreed by Berlin yes"),
            Some(("Agreed by Berlin".into(), "yes"))
        );
        assert_eq!(KEYS.without_colon("Ownership matters"), None);
    }

    #[test]
    fn lines_that_are_meant_as_facts_are_recognised() {
        for (line, slip) in [
            ("    - Owner: x", Slip::Indented),
            ("\t- Owner: x", Slip::Indented),
            ("-Owner: x", Slip::NoSpace('-')),
            ("*Owner: x", Slip::NoSpace('*')),
            ("• Owner: x", Slip::OtherBullet('•')),
            ("o\tOwner: x", Slip::OtherBullet('o')),
            ("– Owner: x", Slip::OtherBullet('–')),
            ("Owner: x", Slip::NoBullet),
            ("**Owner:** x", Slip::NoBullet),
            ("> - Owner: x", Slip::Quoted),
            ("1. Owner: x", Slip::Numbered),
        ] {
            assert_eq!(slipped(line, KEYS).map(|slipped| slipped.slip), Some(slip), "{line}");
        }
        for line in ["The owner: Ana", "- Priority: high", "https://example.org", "Ownership: x"] {
            assert_eq!(slipped(line, KEYS), None, "{line}");
        }
    }

    #[test]
    fn a_value_is_one_line_without_comments() {
        assert_eq!(flat("a <!-- b\nc --> d\n   e  f"), "a d e f");
        assert_eq!(flat("a\r\n  b"), "a b");
    }
}
