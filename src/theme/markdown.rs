//! Values as Markdown: whatever somebody wrote stands in a letter as they wrote it, and makes no
//! heading, link or list of its own.

use std::io::{Result, Write};

/// Writes `text` so that Markdown shows exactly it, on one line. A backslash may stand before any
/// ASCII punctuation, in text as in the address of a link, so each gets one. Blanks are folded,
/// because four of them begin a block of code and two of them break a line; control characters
/// and marks that turn the direction of what follows are left out.
pub fn escape(text: &str, out: &mut dyn Write) -> Result<()> {
    let mut blank = false;
    for c in text.chars().filter(|c| c.is_whitespace() || !(c.is_control() || turns(*c))) {
        // Some blanks keep what is around them together; those stay.
        if c.is_whitespace() && c != '\u{a0}' && c != '\u{202f}' {
            if !blank {
                out.write_all(b" ")?;
            }
            blank = true;
            continue;
        }
        blank = false;
        if c.is_ascii_punctuation() {
            out.write_all(b"\\")?;
        }
        write!(out, "{c}")?;
    }
    Ok(())
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
