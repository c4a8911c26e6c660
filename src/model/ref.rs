//! An item's lasting identity. It keeps address and mail history when a title is reworded.

use std::borrow::Cow;
use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

use crate::finding::Place;
use crate::words;

/// Letters, digits and underscores of any script, joined by single hyphens, in Unicode normal form C. Never
/// empty and short enough for a file name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ref {
    pub text: String,
    /// Where it was written; `None` when it was made from the title.
    pub place: Option<Place>,
    /// What was written, where it had to be changed to stand in an address.
    pub untidy: Option<String>,
}

/// File systems take 255 bytes for a name; the rest is for `.html` and temporary endings.
const LONGEST: usize = 120;

impl Ref {
    /// A written ref, as it may stand in an address. Equal to what was written if that was fine.
    pub fn clean(written: &str) -> String {
        let composed = if written.is_ascii() {
            Cow::Borrowed(written)
        } else {
            Cow::Owned(written.nfc().collect())
        };
        let mut text = String::with_capacity(composed.len());
        let mut gap = false;
        for c in composed.chars() {
            if c.is_alphanumeric()
                || (c == '_' && !text.is_empty() && !gap)
                || (unicode_normalization::char::is_combining_mark(c)
                    && !text.is_empty()
                    && !gap
                    && !('\u{fe00}'..='\u{fe0f}').contains(&c)
                    && c != '\u{20e3}')
            {
                if gap && !text.is_empty() {
                    text.push('-');
                }
                gap = false;
                text.push(c);
            } else if !matches!(c, '\'' | '\u{2019}') && !words::is_invisible(c) {
                gap = true;
            }
        }
        shorten(&mut text);
        if is_reserved(&text) {
            text.push_str("-1");
        }
        text
    }

    /// The ref of a title: lower case, accents kept. A title without a letter or digit, such as
    /// an emoji alone, is named by its code points.
    pub fn from_title(title: &str) -> String {
        let text = Ref::clean(&title.to_lowercase());
        if !text.is_empty() {
            return text;
        }
        let points: Vec<String> = title
            .chars()
            .filter(|c| !c.is_whitespace() && !words::is_invisible(*c))
            .take(4)
            .map(|c| format!("{:x}", u32::from(c)))
            .collect();
        if points.is_empty() { "item".to_owned() } else { format!("item-{}", points.join("-")) }
    }

    /// `text`, or the first of `text-2`, `text-3` … that is not taken. Two refs that differ only
    /// by case are one file on some disks, so both count as the same.
    pub fn free(text: &str, taken: impl Fn(&str) -> bool) -> String {
        if !taken(&Ref::key(text)) {
            return text.to_owned();
        }
        (2..)
            .map(|number| format!("{text}-{number}"))
            .find(|candidate| !taken(&Ref::key(candidate)))
            .unwrap_or_else(|| text.to_owned())
    }

    /// The name of the page that a ref gives: in lower case, so that it stays where it is when
    /// somebody writes the ref with capitals. Two refs without a key in common never give one name.
    pub fn address(text: &str) -> String {
        if text.is_ascii() {
            return text.to_ascii_lowercase();
        }
        text.chars().flat_map(char::to_lowercase).collect()
    }

    /// Whether [`Ref::address`] of a text is `address`, without making it.
    pub fn has_address(text: &str, address: &str) -> bool {
        if text.is_ascii() {
            return text.eq_ignore_ascii_case(address);
        }
        text.chars().flat_map(char::to_lowercase).eq(address.chars())
    }

    /// What two refs must not have in common.
    pub fn key(text: &str) -> String {
        if text.is_ascii() {
            return text.to_ascii_lowercase();
        }
        text.nfkc().flat_map(char::to_lowercase).collect()
    }

    /// Whether [`Ref::key`] of a text is `key`, without making it: most refs are ASCII.
    pub fn has_key(text: &str, key: &str) -> bool {
        if text.is_ascii() { text.eq_ignore_ascii_case(key) } else { Ref::key(text) == key }
    }
}

/// Refs that are taken, by their keys, each with the last number that was tried behind it: a
/// thousand equal titles are no reason to wait.
#[derive(Debug, Default)]
pub struct Taken {
    keys: HashMap<String, u32>,
}

impl Taken {
    /// Takes a ref, and says whether it was free; taking it again changes nothing.
    pub fn take(&mut self, text: &str) -> bool {
        let key = Ref::key(text);
        let is_free = !self.keys.contains_key(&key);
        if is_free {
            self.keys.insert(key, 1);
        }
        is_free
    }

    /// Takes `text`, or the first of `text-2`, `text-3` … that is free.
    pub fn free(&mut self, text: &str) -> String {
        let Some(last) = self.keys.get(&Ref::key(text)) else {
            self.take(text);
            return text.to_owned();
        };
        let mut number = *last;
        let free = loop {
            number += 1;
            let candidate = format!("{text}-{number}");
            if !self.keys.contains_key(&Ref::key(&candidate)) {
                break candidate;
            }
        };
        self.keys.insert(Ref::key(text), number);
        self.take(&free);
        free
    }
}

fn shorten(text: &mut String) {
    if text.len() <= LONGEST {
        return;
    }
    let mut end = LONGEST;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    // A word cut in two helps nobody, unless the title is one long word.
    if let Some(hyphen) = text.rfind('-').filter(|at| *at > LONGEST / 2) {
        text.truncate(hyphen);
    }
}

/// Names that Windows keeps for devices.
fn is_reserved(text: &str) -> bool {
    let lower = text.to_lowercase();
    matches!(lower.as_str(), "con" | "prn" | "aux" | "nul")
        || (lower.len() == 4
            && (lower.starts_with("com") || lower.starts_with("lpt"))
            && lower.ends_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ref_keeps_letters_and_digits_of_all_scripts() {
        assert_eq!(
            Ref::from_title("Invoice PDF shows the wrong currency"),
            "invoice-pdf-shows-the-wrong-currency"
        );
        assert_eq!(Ref::from_title("Größe & Höhe"), "größe-höhe");
        assert_eq!(Ref::from_title("請求書の通貨"), "請求書の通貨");
        assert_eq!(Ref::from_title("e\u{301}tat"), "état");
        assert_eq!(Ref::from_title("Don't panic!"), "dont-panic");
        assert_eq!(Ref::clean("codegen_retags"), "codegen_retags");
        assert_eq!(Ref::clean("_a_ b"), "a_-b");
    }

    #[test]
    fn a_ref_is_never_empty_nor_a_device_nor_too_long() {
        assert_eq!(Ref::from_title("🚀"), "item-1f680");
        assert_eq!(Ref::from_title("  "), "item");
        assert_eq!(Ref::from_title("CON"), "con-1");
        assert!(Ref::from_title(&"wort ".repeat(100)).len() <= LONGEST);
        assert!(Ref::from_title(&"ß".repeat(300)).len() <= LONGEST);
        assert_eq!(Ref::clean("../../etc"), "etc");
    }

    #[test]
    fn a_taken_ref_gets_a_number_even_when_only_its_case_differs() {
        let taken = ["a".to_owned(), "a-2".to_owned()];
        assert_eq!(Ref::free("A", |key| taken.iter().any(|t| t == key)), "A-3");
    }

    #[test]
    fn a_text_has_its_own_key_and_no_other() {
        let texts = ["a", "A", "a-2", "Ä", "ä", "a\u{308}", "K", "\u{212a}", "１", "1", ""];
        for one in texts {
            for other in texts {
                let key = Ref::key(other);
                assert_eq!(Ref::has_key(one, &key), Ref::key(one) == key, "{one} {other}");
            }
        }
    }

    #[test]
    fn capitals_give_no_page_another_name() {
        for (text, address) in [("Atlas-Two", "atlas-two"), ("ÄB_2", "äb_2"), ("İ", "i\u{307}")]
        {
            assert_eq!(Ref::address(text), address);
            assert_eq!(Ref::address(address), address);
            assert!(Ref::has_address(text, address) && !Ref::has_address(text, "atlas-two-2"));
        }
    }

    #[test]
    fn each_ref_is_taken_once() {
        let mut taken = Taken::default();
        taken.take("a-3");
        let got: Vec<String> = (0..4).map(|_| taken.free("a")).collect();
        assert_eq!(got, ["a", "a-2", "a-4", "a-5"]);
        assert_eq!(taken.free("A"), "A-6");
        assert_eq!(taken.free("a-2"), "a-2-2");
    }
}
