//! Text in columns: how wide it is on a terminal, wrapped, cut and padded.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many columns a text takes.
pub fn width(text: &str) -> usize {
    text.width()
}

/// `text` in lines of at most `room` columns: the first begins with `first`, the others with
/// `others`. A word that is longer than a line stands alone.
pub fn wrap(text: &str, first: &str, others: &str, room: usize) -> String {
    let mut wrapped = String::new();
    let mut indent = first;
    let mut used = 0;
    for word in text.split_whitespace() {
        if used > 0 && used + 1 + width(word) > room {
            wrapped.push('\n');
            indent = others;
            used = 0;
        }
        if used == 0 {
            wrapped.push_str(indent);
            used = width(indent);
        } else {
            wrapped.push(' ');
            used += 1;
        }
        wrapped.push_str(word);
        used += width(word);
    }
    wrapped.push('\n');
    wrapped
}

/// `text` in at most `room` columns; what had to go is told by three dots.
pub fn cut(text: &str, room: usize) -> String {
    // What a writer typed must not steer the terminal.
    let text: String = text.chars().filter(|c| !c.is_control()).collect();
    if width(&text) <= room {
        return text;
    }
    let mut kept = String::new();
    let mut used = 3;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > room {
            break;
        }
        kept.push(c);
    }
    format!("{}...", kept.trim_end())
}

/// `text` cut to `room` columns or filled up with blanks.
pub fn padded(text: &str, room: usize) -> String {
    let text = cut(text, room);
    let blanks = room.saturating_sub(width(&text));
    format!("{text}{}", " ".repeat(blanks))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_wrapped_at_the_edge() {
        assert_eq!(wrap("one two three", "  ", "    ", 9), "  one two\n    three\n");
        assert_eq!(wrap("非常 非常", "", "", 6), "非常\n非常\n");
        assert_eq!(wrap("", "  ", "  ", 9), "\n");
    }

    #[test]
    fn wide_characters_count_as_what_they_take() {
        assert_eq!(padded("請求書", 8), "請求書  ");
        assert_eq!(cut("請求書の通貨", 8), "請求...");
        assert_eq!(cut("a\u{1b}[31mb", 8), "a[31mb");
    }
}
