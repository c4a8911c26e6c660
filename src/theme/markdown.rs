//! Values as Markdown: whatever somebody wrote stands in a letter as they wrote it, and makes no
//! heading, link or list of its own.

use std::io::{Result, Write};

/// Writes `text` so that Markdown shows exactly it, on one line. A backslash may stand before any
/// ASCII punctuation, in text as in the address of a link, so each gets one. Blanks are folded,
/// because four of them begin a block of code and two of them break a line; control characters
/// and marks that turn the direction of what follows are left out.
pub fn escape(text: &str, out: &mut dyn Write) -> Result<()> {
    let mut blank = false;
    // Where what is written as it stands begins: runs are written whole.
    let mut from = 0;
    for (at, c) in text.char_indices() {
        let is_blank = folds(c);
        let is_left_out = !c.is_whitespace() && (c.is_control() || turns(c));
        if is_left_out || is_blank || c.is_ascii_punctuation() {
            out.write_all(&text.as_bytes()[from..at])?;
            from = if c.is_ascii_punctuation() { at } else { at + c.len_utf8() };
        }
        if is_blank && !blank {
            out.write_all(b" ")?;
        } else if c.is_ascii_punctuation() {
            out.write_all(b"\\")?;
        }
        blank = is_blank || (blank && is_left_out);
    }
    out.write_all(&text.as_bytes()[from..])
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
    use super::*;

    fn escaped(text: &str) -> String {
        let mut out = Vec::new();
        escape(text, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn no_value_is_a_mark() {
        assert_eq!(escaped("# 1. *a*\r\n\r\n    [b](c)"), r"\# 1\. \*a\* \[b\]\(c\)");
        assert_eq!(escaped("&amp; <b> \u{202e}x\u{0}"), r"\&amp\; \<b\> x");
        assert_eq!(escaped("Hello "), "Hello ");
    }
}
