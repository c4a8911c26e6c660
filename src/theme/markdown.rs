//! Values as Markdown: whatever somebody wrote stands in a letter as they wrote it, and makes no
//! heading, link or list of its own.

use std::io::{Result, Write};

/// Writes `text` so that Markdown shows exactly it, on one line. A backslash may stand before any
/// ASCII punctuation, in text as in the address of a link, so each gets one that could be a mark
/// where it stands. Blanks are folded, because four of them begin a block of code and two of them
/// break a line; control characters and marks that turn the direction of what follows are left out.
pub fn escape(text: &str, out: &mut dyn Write) -> Result<()> {
    let (mut blank, mut after_letter) = (false, false);
    // Where what is written as it stands begins: runs are written whole.
    let mut from = 0;
    for (at, c) in text.char_indices() {
        // Most of all characters, and most blanks, stay as they are.
        if c.is_ascii_alphanumeric() || (c == ' ' && !blank) {
            (blank, after_letter) = (c == ' ', c.is_ascii_alphabetic());
            continue;
        }
        let is_blank = folds(c);
        let is_left_out = !c.is_whitespace() && (c.is_control() || turns(c));
        let is_mark = may_be_mark(c, after_letter);
        if is_left_out || is_blank || is_mark {
            out.write_all(&text.as_bytes()[from..at])?;
            from = if is_mark { at } else { at + c.len_utf8() };
        }
        if is_blank && !blank {
            out.write_all(b" ")?;
        } else if is_mark {
            out.write_all(b"\\")?;
        }
        blank = is_blank || (blank && is_left_out);
        after_letter = c.is_alphabetic() || (after_letter && is_left_out);
    }
    out.write_all(&text.as_bytes()[from..])
}

/// Whether Markdown may take a character for more than itself. Behind a letter a hyphen and a full
/// stop make neither a list nor a line, and an apostrophe no title of a link.
fn may_be_mark(c: char, after_letter: bool) -> bool {
    match c {
        ',' | '/' | ':' | ';' | '?' | '%' => false,
        '-' | '.' | '\'' => !after_letter,
        c => c.is_ascii_punctuation(),
    }
}

/// Blanks of which several are one. Some keep what is around them together; those stay.
fn folds(c: char) -> bool {
    c.is_whitespace() && c != '\u{a0}' && c != '\u{202f}'
}

/// Overrides, embeddings, isolates and marks of direction: in a letter there is no way to end what
/// one of them has begun.
fn turns(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Parser, Tag};

    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = Vec::new();
        escape(text, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_value_is_a_mark() {
        assert_eq!(escaped("# 1. *a*\r\n\r\n    [b](c)"), r"\# 1\. \*a\* \[b\]\(c\)");
        assert_eq!(escaped("&amp; <b> \u{202e}x\u{0}"), r"\&amp; \<b\> x");
        assert_eq!(escaped("- x, 2. y's a-b: c.d/e -"), r"\- x, 2\. y's a-b: c.d/e \-");
        assert_eq!(escaped("Hello "), "Hello ");
    }

    /// What a reader sees of Markdown, where its links lead, and how many marks there are.
    fn read(markdown: &str) -> (String, String, usize) {
        let (mut text, mut url, mut marks) = (String::new(), String::new(), 0);
        for event in Parser::new(markdown) {
            match event {
                Event::Text(words) => text.extend(words.split_whitespace()),
                Event::End(_) => {}
                other => {
                    marks += 1;
                    if let Event::Start(Tag::Link { dest_url, .. }) = other {
                        url = dest_url.into_string();
                    }
                }
            }
        }
        (text, url, marks)
    }

    proptest! {
        #[test]
        fn a_value_is_only_itself_wherever_it_stands(
            value in "[-a1#*_+=~`<>&;:.!?/'\"(){}|\\\\\\[\\]%@, \u{a0}ä]{0,12}"
        ) {
            let shown: String = value.split_whitespace().collect();
            let value = escaped(&value);
            let places =
                [("x ", " x", 1), ("# ", " x", 1), ("> ", " x", 2), ("- ", " x", 2), ("[", "](x)", 2), ("", " x", 1)];
            for (before, after, marks) in places {
                let (text, _, found) = read(&format!("{before}{value}{after}"));
                prop_assert_eq!(found, marks, "{}{}{}", before, value, after);
                let around = |text: &str| text.strip_prefix('x').map_or("", |_| "x").to_owned();
                let after = if after == " x" { "x" } else { "" };
                prop_assert_eq!(text, around(before) + &shown + after);
            }
            if !value.contains(char::is_whitespace) {
                let (_, url, _) = read(&format!("[x](a{value})"));
                prop_assert_eq!(url, format!("a{shown}"));
            }
        }
    }
}
