//! Plurals and lists in sentences, and when two words count as the same word.

use std::collections::{BTreeSet, HashMap};

use unicode_normalization::UnicodeNormalization;

/// `1 item`, `3 items`.
pub fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A number with at most two decimals and no trailing zeros.
pub fn decimal(number: f64) -> String {
    // Most are counts, and whole numbers are cheap to write.
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return format!("{}", number as i64);
    }
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `a`, `a and b`, `a, b and c`.
pub fn and<S: AsRef<str>>(words: &[S]) -> String {
    joined(words, "and")
}

/// `a`, `a or b`, `a, b or c`.
pub fn or<S: AsRef<str>>(words: &[S]) -> String {
    joined(words, "or")
}

/// Each word in backticks, as messages show what to type.
pub fn ticked<S: AsRef<str>>(words: &[S]) -> Vec<String> {
    words.iter().map(|word| format!("`{}`", word.as_ref())).collect()
}

fn joined<S: AsRef<str>>(words: &[S], between: &str) -> String {
    match words {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} {between} {}", first.join(", "), last.as_ref())
        }
    }
}

/// What is left of a text when case, accents, punctuation and the width of its blanks do not
/// matter: words in lower case with single spaces between them. Empty for text without letters
/// or digits. Marks are dropped only where they are accents on letters; in scripts that write
/// their vowels as marks those stay, because there they tell words apart.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        // Most texts, and the names of all keys: nothing to decompose, and no table to look into.
        let plain = text.bytes().map(|byte| char::from(byte.to_ascii_lowercase()));
        return joined_words(plain, |c| c.is_ascii_alphanumeric(), text.len());
    }
    let plain = text
        .chars()
        .flat_map(char::to_lowercase)
        .nfkd()
        .filter(|c| !is_accent(*c) && !is_invisible(*c));
    joined_words(plain, |c| c.is_alphanumeric() || is_vowel_sign(c), text.len())
}

/// What two texts that are the same to a reader have in common, to look for one among many.
pub fn likeness(text: &str) -> String {
    let folded = fold(text);
    // Without letters or digits nothing is left, and only equal signs are alike.
    if folded.is_empty() { text.to_owned() } else { folded }
}

/// Single spaces between what is left of words.
fn joined_words(
    plain: impl Iterator<Item = char>,
    is_of_word: impl Fn(char) -> bool,
    length: usize,
) -> String {
    let mut folded = String::with_capacity(length);
    let mut gap = false;
    for c in plain {
        // An apostrophe belongs to its word: "don't" folds to "dont".
        if matches!(c, '\'' | '\u{2019}') {
            continue;
        }
        if is_of_word(c) {
            if gap && !folded.is_empty() {
                folded.push(' ');
            }
            gap = false;
            folded.push(c);
        } else {
            gap = true;
        }
    }
    folded
}

/// The names that the headings of a text get in addresses, as GitHub makes them, so that a link to
/// `faq.md#who-pays` works in both places: `who-pays`, and `who-pays-1` for a second one.
#[derive(Debug, Default)]
pub struct Anchors {
    taken: HashMap<String, u32>,
}

impl Anchors {
    /// The name of the next heading.
    pub fn next(&mut self, heading: &str) -> String {
        let plain = anchor(heading);
        let mut name = plain.clone();
        let mut number = self.taken.get(&plain).copied().unwrap_or(0);
        while self.taken.contains_key(&name) {
            number += 1;
            name = format!("{plain}-{number}");
        }
        // The last number tried for a name: a thousand headings alike are no reason to wait.
        self.taken.insert(plain, number);
        self.taken.entry(name.clone()).or_insert(0);
        name
    }
}

/// The name of a heading, as long as no other has it.
pub fn anchor(heading: &str) -> String {
    let mut name = String::with_capacity(heading.len());
    for c in heading.trim().chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric()
            || matches!(c, '-' | '_')
            || unicode_normalization::char::is_combining_mark(c)
        {
            name.push(c);
        } else if c.is_whitespace() {
            name.push('-');
        }
    }
    if name.is_empty() { "section".to_owned() } else { name }
}

/// Characters that take no room on a page and so are never meant as part of a word.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn is_accent(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

/// Marks that are not "alphabetic" but part of a word in their script, such as a virama.
fn is_vowel_sign(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
        && !is_accent(c)
        && !('\u{fe00}'..='\u{fe0f}').contains(&c)
        && c != '\u{20e3}'
}

/// A text as a message may show it: what would be no sign on a screen is spelt out.
pub fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_invisible(c) {
            visible.extend(c.escape_default());
        } else {
            visible.push(c);
        }
    }
    visible
}

/// The beginning of a text, to be quoted in a message.
pub fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", line[..at].trim_end()),
        None => line,
    }
}

/// The known word that `word` was most likely meant to be, if one is near enough to suggest:
/// a third of its letters wrong at most, and at least one right.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = fold(word);
    let room = (word.chars().count() / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&word, &fold(candidate)), candidate))
        .filter(|(distance, candidate)| *distance <= room && *distance < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Whether a third of the words of the shorter one of two texts, at least, are words of the other.
/// Words of up to three letters are of every text, and do not count.
pub fn are_shared(one: &str, other: &str) -> bool {
    let words = |text: &str| -> BTreeSet<String> {
        let folded = fold(text);
        folded.split(' ').filter(|it| it.chars().count() > 3).map(str::to_owned).collect()
    };
    let (one, other) = (words(one), words(other));
    let shared = one.intersection(&other).count();
    shared > 0 && shared * 3 >= one.len().min(other.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_and_lists_read_like_sentences() {
        assert_eq!(count(1, "item", "items"), "1 item");
        assert_eq!(count(0, "item", "items"), "0 items");
        assert_eq!(or(&["a", "b", "c"]), "a, b or c");
        assert_eq!(and(&["a"]), "a");
    }

    #[test]
    fn folding_forgets_case_accents_and_punctuation() {
        assert_eq!(fold("Zoë  O’Brien-Świątek!"), "zoe obrien swiatek");
        assert_eq!(fold("\u{200b}Ana\u{a0}Duarte"), "ana duarte");
        assert_eq!(fold("🚀 !!"), "");
    }

    #[test]
    fn folding_keeps_words_of_other_scripts_apart() {
        assert_ne!(fold("कि"), fold("की"));
        assert_eq!(fold("רשימה"), "רשימה");
    }

    #[test]
    fn only_what_nobody_sees_is_spelt_out() {
        assert_eq!(visible("Größe \"x\" 請求書"), "Größe \"x\" 請求書");
        assert_eq!(visible("a\u{1b}[31m\n\u{202e}b"), "a\\u{1b}[31m\\n\\u{202e}b");
    }

    #[test]
    fn the_nearest_word_is_near() {
        assert_eq!(nearest("Ower", ["Owner", "Hub"]), Some("Owner"));
        assert_eq!(nearest("startd", ["started", "skipped"]), Some("started"));
        assert_eq!(nearest("Priority", ["Owner", "Hub"]), None);
    }

    #[test]
    fn texts_share_the_words_that_not_all_texts_have() {
        let faster = "Faster printing of labels, which take a minute each";
        assert!(are_shared(faster, "Labels take a minute to print, and nobody has that"));
        assert!(are_shared("LABELS!", "Faster labels"));
        assert!(!are_shared(faster, "A coffee machine for Lisbon, because the old one leaks"));
        assert!(!are_shared("One for all", "All for one"));
        assert!(!are_shared("", ""));
    }
}
