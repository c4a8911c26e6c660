//! What a person wrote into the answer to a letter, apart from what they only quoted (pure).
//!
//! Mail programs quote in three ways: with `>` before each line; below a line such as
//! `-----Original Message-----` or a copy of the head, without any mark; or not at all. Above,
//! below and between is what the person wrote. What is doubtful is left out rather than published,
//! because a quoted letter holds a personal link.

use std::collections::BTreeMap;

use crate::words::fold;

/// What somebody answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// Their own words, without signature.
    pub words: String,
    /// What they filled in, by the name before the brackets, in lower case.
    pub filled: BTreeMap<String, String>,
    /// There are words of theirs among lines that nothing marks as quoted.
    pub is_buried: bool,
}

/// Who answers what.
pub struct Asked<'a> {
    /// The text of the letter that is answered.
    pub letter: &'a str,
    /// The names before its brackets.
    pub names: &'a [String],
    /// The name of the person, which they may have put below.
    pub name: &'a str,
}

/// A line without the marks before it.
#[derive(Clone, Copy, Debug)]
struct Line<'a> {
    /// How many `>` stood before it.
    depth: usize,
    text: &'a str,
}

/// Reads the text of an answer.
pub fn read(text: &str, asked: &Asked) -> Reply {
    let lines: Vec<Line> = text.lines().map(line).collect();
    let (filled, used) = filled(&lines, asked.names);
    let letter = Letter::of(asked.letter);
    let end = divider(&lines, &letter).unwrap_or(lines.len());
    let mut own: Vec<Option<&str>> = lines[..end]
        .iter()
        .zip(&used)
        .map(|(line, used)| (line.depth == 0 && !used).then_some(line.text))
        .collect();
    drop_introductions(&mut own, end < lines.len());
    drop_signatures(&mut own, asked.name);
    let is_link = |line: &str| line.split_whitespace().any(|word| letter.has_link(word));
    let words: Vec<&str> = own.into_iter().flatten().filter(|line| !is_link(line)).collect();
    let is_new = |text: &str| !letter.has(text) && !is_link(text) && !is_of_head(text);
    let is_buried =
        lines[end..].iter().zip(&used[end..]).any(|(line, used)| !used && is_new(line.text));
    Reply { words: joined(&words), filled, is_buried }
}

fn line(written: &str) -> Line<'_> {
    let (mut depth, mut text) = (0, written);
    // Some programs put blanks before or between the marks.
    while let Some(rest) = text.trim_start().strip_prefix('>') {
        (depth, text) = (depth + 1, rest);
    }
    let text = text.trim_end();
    Line { depth, text: if depth > 0 { text.trim_start() } else { text } }
}

/// The letter as it can be found again however its lines were broken.
struct Letter {
    flat: String,
    lines: Vec<String>,
}

impl Letter {
    fn of(text: &str) -> Letter {
        let bare = |line: &str| flat(line.trim_start_matches(['-', ' ']));
        let lines: Vec<String> = text.lines().map(bare).filter(|line| !line.is_empty()).collect();
        Letter { flat: flat(text), lines }
    }

    /// Whether a line is one of the letter, or a part of one.
    fn has(&self, line: &str) -> bool {
        // HTML has other marks before headings and in lists.
        let line = flat(line.trim_start_matches(['*', '#', '-', '•', '>', ' ', '\u{a0}']));
        !line.contains(char::is_alphanumeric)
            || self.lines.contains(&line)
            || (line.chars().count() > 12 && self.flat.contains(&line))
    }

    fn has_link(&self, word: &str) -> bool {
        let link =
            word.find("http").map(|at| word[at..].trim_end_matches(['>', ')', ']', '.', ',']));
        link.is_some_and(|link| link.len() > 12 && self.flat.contains(link))
    }
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where everything below is quoted without marks.
fn divider(lines: &[Line], letter: &Letter) -> Option<usize> {
    let is_plain = |line: &Line| line.depth == 0;
    let at = (0..lines.len()).find(|&at| {
        is_plain(&lines[at])
            && (is_rule(lines[at].text) || is_head(&lines[at..]) || is_letter(&lines[at..], letter))
    })?;
    // The line across the mail that stands above a head belongs to it.
    let is_line = |line: &Line| {
        let text = line.text.trim();
        text.chars().count() > 4 && text.chars().all(|c| matches!(c, '_' | '-' | '─' | '*'))
    };
    let above = lines[..at].iter().rposition(|line| !line.text.trim().is_empty());
    Some(above.filter(|&above| is_line(&lines[above])).unwrap_or(at))
}

/// `-----Original Message-----`
fn is_rule(line: &str) -> bool {
    const WORDS: [&str; 6] = [
        "original message",
        "ursprüngliche nachricht",
        "originalnachricht",
        "original-nachricht",
        "forwarded message",
        "weitergeleitete nachricht",
    ];
    let text = line.trim();
    let words = text.to_lowercase();
    text.starts_with("--") && text.ends_with("--") && WORDS.iter().any(|it| words.contains(it))
}

/// One line of such a head, or the rule above it.
fn is_of_head(line: &str) -> bool {
    const NAMES: [&str; 14] = [
        "from:",
        "von:",
        "sent:",
        "gesendet:",
        "date:",
        "datum:",
        "to:",
        "an:",
        "cc:",
        "reply-to:",
        "antwort an:",
        "subject:",
        "betreff:",
        "importance:",
    ];
    let text = line.trim_start_matches([' ', '*']).to_lowercase();
    is_rule(line) || NAMES.iter().any(|name| text.starts_with(name))
}

/// `From: …`, and below it when, to whom and about what.
fn is_head(lines: &[Line]) -> bool {
    let begins = |line: &str, names: &[&str]| {
        let line = line.trim_start_matches([' ', '*']).to_lowercase();
        names.iter().any(|name| line.starts_with(name))
    };
    let Some(first) = lines.first().filter(|line| begins(line.text, &["from:", "von:", "de:"]))
    else {
        return false;
    };
    const OTHERS: [&str; 8] =
        ["sent:", "gesendet:", "date:", "datum:", "to:", "an:", "subject:", "betreff:"];
    let rest = lines[1..].iter().filter(|line| !line.text.trim().is_empty()).take(6);
    let below = rest.filter(|line| begins(line.text, &OTHERS)).count();
    let words = first.text.to_lowercase();
    let beside = OTHERS.iter().filter(|name| words.contains(*name)).count();
    below >= 2 || beside >= 2
}

/// Three lines that follow each other in the letter as well.
fn is_letter(lines: &[Line], letter: &Letter) -> bool {
    let next: Vec<&str> =
        lines.iter().map(|line| line.text).filter(|text| !text.trim().is_empty()).take(3).collect();
    let together = flat(&next.join(" "));
    next.len() == 3 && together.chars().count() > 40 && letter.flat.contains(&together)
}

/// Takes out the lines above what is quoted that say when and who wrote that. They name people.
fn drop_introductions(own: &mut [Option<&str>], is_quoted_below: bool) {
    for at in 0..=own.len() {
        let is_quote = own.get(at).map_or(is_quoted_below && at == own.len(), Option::is_none);
        let follows = at > 0 && own[at - 1].is_some();
        if is_quote && follows {
            drop_introduction(&mut own[..at]);
        }
    }
}

fn drop_introduction(above: &mut [Option<&str>]) {
    const BEGINS: [&str; 8] = ["on ", "am ", "le ", "el ", "il ", "op ", "den ", "em "];
    const LONGEST: usize = 4;
    let is_empty = |line: &Option<&str>| line.is_some_and(|text| text.trim().is_empty());
    let Some(last) = above.iter().rposition(|line| !is_empty(line)) else { return };
    if above.len() - last > 2 || !above[last].is_some_and(|text| text.trim_end().ends_with(':')) {
        return;
    }
    let lines = above[..=last].iter().rev().take(LONGEST);
    let lines = lines.take_while(|line| line.is_some_and(|text| !text.trim().is_empty())).count();
    let begins = |at: &usize| {
        let text = above[*at].unwrap_or_default().trim_start().to_lowercase();
        BEGINS.iter().any(|begin| text.starts_with(begin))
    };
    let first = (last + 1 - lines..=last).rev().find(begins).unwrap_or(last);
    let words: Vec<&str> = above[first..=last].iter().flatten().copied().collect();
    let words = words.join(" ").to_lowercase();
    let tells = ["wrote", "schrieb", "écrit", "escribió", "scritto", "geschreven", "skrev", "@"];
    let digits = words.chars().filter(char::is_ascii_digit).count();
    if tells.iter().any(|tell| words.contains(tell)) || digits >= 6 {
        above[first..=last].fill(None);
    }
}

/// Takes out what stands below an answer and says whose it is.
fn drop_signatures(own: &mut [Option<&str>], name: &str) {
    let mut is_signature = false;
    for line in own.iter_mut() {
        match line {
            None => is_signature = false,
            Some("--") => is_signature = true,
            Some(text) if is_of_program(text) => *line = None,
            Some(_) => {}
        }
        if is_signature {
            *line = None;
        }
    }
    drop_regards(own, name);
}

/// `Sent from my phone`
fn is_of_program(line: &str) -> bool {
    const BEGINS: [&str; 7] = [
        "sent from my ",
        "sent from outlook",
        "get outlook for",
        "von meinem ",
        "gesendet von ",
        "gesendet mit ",
        "diese nachricht wurde von meinem ",
    ];
    let text = line.trim().to_lowercase();
    text.chars().count() < 80 && BEGINS.iter().any(|begin| text.starts_with(begin))
}

/// What ends a mail, whatever follows.
const REGARDS: [&str; 17] = [
    "best regards",
    "kind regards",
    "warm regards",
    "regards",
    "best wishes",
    "sincerely",
    "viele gruesse",
    "viele grusse",
    "viele liebe grusse",
    "mit freundlichen grussen",
    "freundliche grusse",
    "liebe grusse",
    "beste grusse",
    "schone grusse",
    "herzliche grusse",
    "grusse",
    "mfg",
];

/// What ends a mail where nothing or a name follows; it may begin one as well.
const THANKS: [&str; 12] = [
    "all the best",
    "best",
    "cheers",
    "thanks",
    "thank you",
    "many thanks",
    "danke",
    "vielen dank",
    "gruss",
    "liebe gruss",
    "lg",
    "vg",
];

/// Cuts at the greeting at the end, and takes a name off it where there is none.
fn drop_regards(own: &mut [Option<&str>], name: &str) {
    /// A name, a role, a company, two lines of address, a telephone number.
    const LONGEST: usize = 8;
    let first = name.split_whitespace().next().unwrap_or_default();
    let names = [plain(name), plain(first)];
    let is_name = |text: &str| names.contains(&plain(text));
    // With the name on the same line or without.
    let is_one_of = |all: &[&str], text: &str| {
        let text = plain(text);
        all.iter().any(|one| {
            let rest = text.strip_prefix(one).map(str::trim);
            rest.is_some_and(|rest| rest.is_empty() || names.iter().any(|name| name == rest))
        })
    };
    let written: Vec<(usize, &str)> = own
        .iter()
        .enumerate()
        .filter_map(|(at, line)| Some((at, (*line)?)).filter(|(_, text)| !text.trim().is_empty()))
        .collect();
    let tail = &written[written.len().saturating_sub(LONGEST)..];
    let end = tail.iter().enumerate().find(|(index, (_, text))| {
        let follows = tail.get(index + 1).map(|(_, next)| *next);
        is_one_of(&REGARDS, text) || (is_one_of(&THANKS, text) && follows.is_none_or(is_name))
    });
    let is_last_name = |(_, text): &&(usize, &str)| is_name(text);
    let end = end.map(|(_, end)| end).or_else(|| tail.last().filter(is_last_name));
    if let Some((at, _)) = end {
        own[*at..].fill(None);
    }
}

/// For comparing: folded, and `ß` as people without one type it.
fn plain(text: &str) -> String {
    fold(&text.replace('ß', "ss"))
}

/// Lines as a text, without blank lines at the ends and more than one between.
fn joined(lines: &[&str]) -> String {
    let mut text = String::new();
    let mut is_apart = false;
    for line in lines {
        if line.trim().is_empty() {
            is_apart = !text.is_empty();
            continue;
        }
        if !text.is_empty() {
            text.push_str(if is_apart { "\n\n" } else { "\n" });
        }
        text.push_str(line.trim_end());
        is_apart = false;
    }
    text
}

/// What was filled in, the outermost first, and which lines hold brackets.
fn filled(lines: &[Line], names: &[String]) -> (BTreeMap<String, String>, Vec<bool>) {
    let mut filled: BTreeMap<String, (usize, String)> = BTreeMap::new();
    let mut used = vec![false; lines.len()];
    for (at, line) in lines.iter().enumerate() {
        let next = lines.get(at + 1).map_or("", |next| next.text.trim());
        let Some(Blank { name, value, is_broken }) = blank(line.text, next, names) else {
            continue;
        };
        used[at] = true;
        if is_broken {
            used[at + 1] = true;
        }
        let is_outer = filled.get(&name).is_none_or(|(depth, _)| line.depth < *depth);
        if is_outer && !value.is_empty() {
            filled.insert(name, (line.depth, value));
        }
    }
    (filled.into_iter().map(|(name, (_, value))| (name, value)).collect(), used)
}

/// A line with brackets, or what became of them.
struct Blank {
    name: String,
    value: String,
    /// The brackets stand on the next line.
    is_broken: bool,
}

fn blank(text: &str, next: &str, names: &[String]) -> Option<Blank> {
    let text = text.trim_start_matches([' ', '\u{a0}', '\t', '-', '*', '•']).to_lowercase();
    let (name, rest) = text.split_once(':')?;
    let name = names.iter().map(|name| name.to_lowercase()).find(|it| *it == name.trim_end())?;
    let is_broken = rest.trim().is_empty() && next.starts_with('[');
    let rest = if is_broken { next } else { rest }.trim();
    let value = match rest.split_once('[') {
        Some((_, inside)) => {
            let (inside, behind) = inside.split_once(']').unwrap_or((inside, ""));
            if is_nothing(inside) { behind } else { inside }
        }
        // Without brackets a sentence may begin like this as well.
        None if rest.chars().all(|c| c.is_ascii_digit() || " ,;+&/.".contains(c)) => rest,
        None => return None,
    };
    let value = if is_nothing(value) { String::new() } else { value.trim().to_owned() };
    Some(Blank { name, value, is_broken })
}

fn is_nothing(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || matches!(c, '_' | '.' | '\u{a0}'))
}
