//! What people typed, made fit to stand in somebody else's Markdown: no address, no markup, and
//! no `@` that would call a person. Pure.

use crate::model::{Mention, Person, Reading};
use crate::words;

/// What is longer than this is told in part: a reader who wants all of it opens the file.
const LONGEST: usize = 120;

/// A text as a code span.
pub fn code(text: &str) -> String {
    let text = cut(&hidden(text));
    if text.is_empty() {
        return "(nothing)".to_owned();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let gap = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{gap}{text}{gap}{fence}")
}

/// A name as plain text. A forge makes a link of an address even there, so each is a code span.
pub fn plain(text: &str) -> String {
    let text = cut(&hidden(text));
    let words = text.split(' ').map(|word| if is_link(word) { code(word) } else { escaped(word) });
    words.collect::<Vec<_>>().join(" ")
}

/// Whether a word holds what leads out of the page where it stands.
fn is_link(word: &str) -> bool {
    let word = word.to_lowercase();
    word.contains("://") || word.contains("www.")
}

fn escaped(word: &str) -> String {
    let mut plain = String::new();
    for c in word.chars().filter(|c| *c != '@') {
        if c.is_ascii_punctuation() && !matches!(c, '.' | ',' | '-' | '\'' | '(' | ')' | '/' | ':')
        {
            plain.push('\\');
        }
        plain.push(c);
    }
    plain
}

/// The first name of whoever is meant.
pub fn first_name(mention: &Mention) -> String {
    match &mention.reading {
        Reading::Person(person) => plain(person.first_name()),
        Reading::Several(names) => {
            let names: Vec<String> = names.iter().map(|name| first_word(name)).collect();
            words::and(&names)
        }
        Reading::Unknown { .. } | Reading::Ambiguous(_) => first_word(&mention.shown()),
    }
}

/// The same of whoever is named now: a slip in a name must not read like the name.
pub fn named_now(mention: &Mention) -> String {
    let name = first_name(mention);
    if matches!(mention.reading, Reading::Unknown { .. }) {
        return format!("{name} (not in people.toml)");
    }
    name
}

/// The first names of several people, or `nobody`.
pub fn first_names<'a>(mentions: impl IntoIterator<Item = &'a Mention>) -> String {
    let names: Vec<String> = mentions.into_iter().map(first_name).collect();
    if names.is_empty() { "nobody".to_owned() } else { words::and(&names) }
}

/// Two people of one first name are told apart by their hubs, as colleagues do it.
pub fn now_and_before(now: &Mention, before: &Mention) -> (String, String) {
    let names = (named_now(now), first_name(before));
    if names.0 != names.1 {
        return names;
    }
    let of = |mention: &Mention| {
        let hub = mention.person().and_then(|person: &std::sync::Arc<Person>| person.hub.clone());
        of_hub(&names.0, hub.as_deref())
    };
    let (now, before) = (of(now), of(before));
    if now == before { (format!("another {now}"), before) } else { (now, before) }
}

/// Somebody of whose first name there are several.
pub fn of_hub(first_name: &str, hub: Option<&str>) -> String {
    hub.map_or_else(|| first_name.to_owned(), |hub| format!("{first_name} of {}", plain(hub)))
}

fn first_word(name: &str) -> String {
    let hidden = hidden(name);
    if hidden.starts_with(HIDDEN) {
        return HIDDEN.to_owned();
    }
    hidden.split_whitespace().next().map_or_else(|| "nobody".to_owned(), plain)
}

const HIDDEN: &str = "address hidden";

/// The text on one line, without the words that hold a mail address.
fn hidden(text: &str) -> String {
    let text: String = text.chars().filter(|c| !words::is_invisible(*c)).collect();
    let words: Vec<&str> = text
        .split_whitespace()
        .map(|word| if holds_address(word) { HIDDEN } else { word })
        .collect();
    words.join(" ")
}

/// Whether something stands on both sides of an `@`, however it is written.
fn holds_address(word: &str) -> bool {
    let word = word.replace("%40", "@").replace("&#64;", "@").replace("&commat;", "@");
    word.split_once(['@', '\u{ff20}', '\u{fe6b}']).is_some_and(|(before, after)| {
        before.ends_with(|c: char| c.is_alphanumeric() || "._-+\"\\".contains(c))
            && after.contains(char::is_alphanumeric)
    })
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let kept: String = text.chars().take(LONGEST - 1).collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_is_a_code_span_whatever_it_holds() {
        assert_eq!(code("Invoice <b>PDF</b> @ana"), "`Invoice <b>PDF</b> @ana`");
        assert_eq!(code("use ``x`` or `y`"), "``` use ``x`` or `y` ```");
        assert_eq!(code("two\nlines"), "`two lines`");
        assert_eq!(code(" "), "(nothing)");
        assert!(code(&"x".repeat(500)).chars().count() < 130);
    }

    #[test]
    fn no_name_is_a_link() {
        assert_eq!(plain("Atlas https://evil.example *x*"), "Atlas `https://evil.example` \\*x\\*");
        assert_eq!(plain("(WWW.evil.example)"), "`(WWW.evil.example)`");
        assert_eq!(first_word("http://evil.example/`x` Ana"), "`` http://evil.example/`x` ``");
        assert_eq!(plain("Atlas 2.0: the web"), "Atlas 2.0: the web");
    }

    #[test]
    fn no_address_is_shown() {
        for address in [
            "zoe@example.org",
            "<zoe@example.org>,",
            "mailto:zoe%40example.org",
            "zoe＠example.org",
        ] {
            assert_eq!(code(&format!("ask {address} first")), "`ask address hidden first`");
            assert_eq!(first_word(address), "address hidden");
        }
        assert_eq!(code("2 @ 3"), "`2 @ 3`");
        assert_eq!(plain("@zoe *x* [y](z)"), "zoe \\*x\\* \\[y\\](z)");
    }
}
