//! The body of a form: `application/x-www-form-urlencoded`, taken apart strictly.

use std::collections::BTreeMap;
use std::fmt;

/// The most that may be typed into one form, in bytes.
pub const LONGEST: usize = 32 << 10;

/// The most bytes of a body: percent-encoding makes three of one.
pub const LONGEST_BODY: usize = 3 * LONGEST;

/// More than any survey that people would answer.
const MOST_FIELDS: usize = 1_000;

/// The fields of a form by name, each with its values in order. `Debug` shows none of them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields(BTreeMap<String, Vec<String>>);

/// Why a body is no form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("it is longer than 32 KiB")]
    TooLong,
    #[error("it has more than 1,000 fields")]
    TooManyFields,
    #[error("it is not UTF-8, or holds a NUL")]
    NotText,
}

impl Fields {
    /// Takes a body apart. Unlike browsers do, what is not UTF-8 is refused rather than replaced:
    /// nobody can have typed it.
    ///
    /// # Errors
    ///
    /// When it is too long, has too many fields, is not UTF-8 or holds a NUL.
    pub fn read(body: &[u8]) -> Result<Fields, Malformed> {
        if body.len() > LONGEST_BODY {
            return Err(Malformed::TooLong);
        }
        let mut fields = Fields::default();
        let mut typed = 0;
        let pairs = body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
        for (index, pair) in pairs.enumerate() {
            if index >= MOST_FIELDS {
                return Err(Malformed::TooManyFields);
            }
            let split = pair.iter().position(|byte| *byte == b'=');
            let (name, value) = pair.split_at(split.unwrap_or(pair.len()));
            let (name, value) = (decode(name)?, decode(value.strip_prefix(b"=").unwrap_or(value))?);
            typed += name.len() + value.len();
            fields.0.entry(name).or_default().push(value);
        }
        if typed > LONGEST {
            return Err(Malformed::TooLong);
        }
        Ok(fields)
    }

    /// All values of a field, in order; none where it was not sent.
    pub fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// The value of a field that was sent once.
    pub fn one(&self, name: &str) -> Option<&str> {
        match self.all(name) {
            [value] => Some(value),
            _ => None,
        }
    }

    /// The names of all fields.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// These fields with one more value.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Fields {
        self.0.entry(name.to_owned()).or_default().push(value.to_owned());
        self
    }

    /// These fields with this value alone in that field.
    #[must_use]
    pub fn replacing(mut self, name: &str, value: &str) -> Fields {
        self.0.insert(name.to_owned(), vec![value.to_owned()]);
        self
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fields({})", self.0.len())
    }
}

fn decode(encoded: &[u8]) -> Result<String, Malformed> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded;
    while let [first, after @ ..] = rest {
        rest = after;
        bytes.push(match (first, after) {
            (b'+', _) => b' ',
            (b'%', [high, low, after @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    rest = after;
                    high << 4 | low
                }
                // A lone percent sign stands for itself, as everywhere on the web.
                _ => b'%',
            },
            (other, _) => *other,
        });
    }
    let text = String::from_utf8(bytes).map_err(|_| Malformed::NotText)?;
    if text.contains('\0') { Err(Malformed::NotText) } else { Ok(text) }
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_taken_apart_as_browsers_put_it_together() {
        let fields =
            Fields::read(b"a=1&b=caf%C3%A9+%26+cr%c3%a8me&a=2&empty=&bare&&p=100%").unwrap();
        assert_eq!(fields.all("a"), ["1", "2"]);
        assert_eq!(fields.one("a"), None);
        assert_eq!(fields.one("b"), Some("café & crème"));
        assert_eq!(fields.one("empty"), Some(""));
        assert_eq!(fields.one("bare"), Some(""));
        assert_eq!(fields.one("p"), Some("100%"));
        assert!(fields.all("c").is_empty());
        assert_eq!(format!("{fields:?}"), "Fields(5)");
    }

    #[test]
    fn what_nobody_can_have_typed_is_refused() {
        // A lone surrogate in UTF-8, a byte that begins nothing, an overlong slash, a NUL.
        for bad in ["a=%ED%A0%80", "a=%FF", "a=%C0%AF", "a=%00", "%00=a", "a=\0"] {
            assert_eq!(Fields::read(bad.as_bytes()), Err(Malformed::NotText), "{bad}");
        }
    }

    #[test]
    fn what_is_too_much_is_refused_before_it_is_kept() {
        let many = "a=1&".repeat(10_000);
        assert_eq!(Fields::read(many.as_bytes()), Err(Malformed::TooManyFields));
        assert!(Fields::read("&".repeat(LONGEST).as_bytes()).unwrap().is_empty());
        let long = format!("a={}", "x".repeat(LONGEST));
        assert_eq!(Fields::read(long.as_bytes()), Err(Malformed::TooLong));
        let emoji = format!("a={}", "%F0%9F%9A%80".repeat(4_001));
        assert!(emoji.len() > LONGEST && emoji.len() < LONGEST_BODY);
        assert_eq!(
            Fields::read(emoji.as_bytes()).unwrap().one("a").unwrap().chars().count(),
            4_001
        );
        assert_eq!(Fields::read(&vec![b'x'; LONGEST_BODY + 1]), Err(Malformed::TooLong));
    }
}
