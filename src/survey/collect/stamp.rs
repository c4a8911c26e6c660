//! When a form was shown, signed and carried by the form itself: showing it writes nothing.

use jiff::Timestamp;

use super::super::secret::Secret;
use super::super::token::keyed;

/// What a form says about the moment it was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// Unix seconds.
    pub at: i64,
    /// It was shown to ask for a second press.
    pub again: bool,
}

impl Stamp {
    pub fn first(now: Timestamp) -> Stamp {
        Stamp { at: now.as_second(), again: false }
    }

    pub fn again(now: Timestamp) -> Stamp {
        Stamp { again: true, ..Stamp::first(now) }
    }

    /// The stamp as text, of use to nobody but `person` in `round`.
    pub fn write(self, secret: &Secret, round: &str, person: &str) -> String {
        let key = secret.first().derive("form shown");
        self.text(&key, round, person)
    }

    fn text(self, key: &[u8; 32], round: &str, person: &str) -> String {
        let sort = if self.again { "again" } else { "first" };
        let at = self.at.to_string();
        let code = keyed(key, &[sort, &at, round, person]).to_hex();
        format!("{sort}-{at}-{}", &code.as_str()[..32])
    }

    /// Reads what [`Stamp::write`] wrote for the same person.
    pub fn read(written: &str, secret: &Secret, round: &str, person: &str) -> Option<Stamp> {
        let mut parts = written.splitn(3, '-');
        let again = match parts.next()? {
            "first" => false,
            "again" => true,
            _ => return None,
        };
        let stamp = Stamp { at: parts.next()?.parse().ok()?, again };
        let is_same = |key: &[u8; 32]| {
            let right = stamp.text(key, round, person);
            // Whole hashes compare in constant time.
            blake3::keyed_hash(key, right.as_bytes()) == blake3::keyed_hash(key, written.as_bytes())
        };
        secret.keys().iter().any(|key| is_same(&key.derive("form shown"))).then_some(stamp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_of_use_to_its_person_alone() {
        let secret = Secret::of([7; 32]);
        let stamp = Stamp::again("2026-08-03T10:00:00Z".parse().unwrap());
        let text = stamp.write(&secret, "summer", "ana");
        assert_eq!(Stamp::read(&text, &secret, "summer", "ana"), Some(stamp));
        assert_eq!(Stamp::read(&text, &secret, "summer", "bob"), None);
        assert_eq!(Stamp::read(&text, &secret, "spring", "ana"), None);
        assert_eq!(Stamp::read(&text, &Secret::of([8; 32]), "summer", "ana"), None);
        let first = text.replace("again", "first");
        assert_eq!(Stamp::read(&first, &secret, "summer", "ana"), None);
        for bad in ["", "again", "again-1", "again--", "again-1-x", "later-1-x"] {
            assert_eq!(Stamp::read(bad, &secret, "summer", "ana"), None, "{bad}");
        }
    }
}
