//! The personal part of a link. It is bound to a round, a person and a purpose, says nothing about
//! any of them, and works until the round's survey closes, however often it is opened: mail
//! scanners open links before people do.

use std::collections::HashMap;
use std::fmt;

use data_encoding::BASE64URL_NOPAD;

use super::secret::{Key, Secret};
use crate::model::Site;

/// Key id, invitee number, authentication code: 27 bytes are 36 characters with no bit to spare,
/// so that no two texts decode to one token.
const NUMBER: usize = 8;
const CODE: usize = 18;
const BYTES: usize = 1 + NUMBER + CODE;

/// How many characters a token has. All of them are letters, digits, `-` and `_`.
pub const LENGTH: usize = BYTES / 3 * 4;

/// Counts the ways in which tokens have been made; another one makes all links invalid.
const VERSION: u8 = 1;

/// What a link is for. A token of one purpose does not open the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// Show the form, and keep what is answered.
    Answer,
    /// Send no more reminders of this survey.
    Unremind,
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Purpose::Answer => "answer",
            Purpose::Unremind => "unremind",
        }
    }

    /// The first part of the path of its links.
    pub fn route(self) -> &'static str {
        match self {
            Purpose::Answer => "a",
            Purpose::Unremind => "unremind",
        }
    }
}

/// Who is asked what: a person in a round.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Invitee {
    /// The folder of the round.
    pub round: String,
    /// The person's id in people.toml.
    pub person: String,
}

/// A token as it stands in a link. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token of `person` in `round` for that purpose: always the same for the same secret.
    pub fn of(secret: &Secret, purpose: Purpose, round: &str, person: &str) -> Token {
        let key = secret.first();
        let mut bytes = [0; BYTES];
        bytes[0] = id(key);
        bytes[1..=NUMBER].copy_from_slice(&number(key, round, person));
        bytes[1 + NUMBER..].copy_from_slice(&code(key, purpose, round, person)[..CODE]);
        Token(BASE64URL_NOPAD.encode(&bytes))
    }

    /// The token as text. It must not get into a log or a message to anybody else.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The link with this token, where the form is reachable at `base`.
    pub fn link(&self, base: &str, purpose: Purpose) -> String {
        format!("{}/{}/{}", base.trim_end_matches('/'), purpose.route(), self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// The two links of a person in a letter about the survey.
#[derive(Clone, PartialEq, Eq)]
pub struct Links {
    /// Opens the form. With `?answer=` and a number, the first question has that answer already:
    /// of choices the first is 1, of a scale it is the number itself.
    pub answer: String,
    /// Ends the reminders: a page with a button, or one click (RFC 8058).
    pub unremind: String,
}

/// The links of `person` in `round`, where the form is reachable at `base`.
pub fn links(secret: &Secret, base: &str, round: &str, person: &str) -> Links {
    let link = |purpose| Token::of(secret, purpose, round, person).link(base, purpose);
    Links { answer: link(Purpose::Answer), unremind: link(Purpose::Unremind) }
}

impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Links(..)")
    }
}

/// Everybody whose token may be shown, by the number in it.
#[derive(Clone)]
pub struct Invitees {
    keys: Vec<Key>,
    by_number: HashMap<[u8; NUMBER], Invitee>,
    /// Stands in for who is not found, so that a wrong token takes the way of a right one.
    nobody: Invitee,
}

impl Invitees {
    /// Everybody who is asked something in any round of the site.
    pub fn of(secret: &Secret, site: &Site) -> Invitees {
        let mut by_number = HashMap::new();
        for round in &site.rounds {
            for asked in round.asked() {
                let person = asked.person.id.clone();
                for key in secret.keys() {
                    let invitee = Invitee { round: round.slug.clone(), person: person.clone() };
                    by_number.insert(number(key, &round.slug, &person), invitee);
                }
            }
        }
        let nobody = Invitee { round: String::new(), person: String::new() };
        Invitees { keys: secret.keys().to_vec(), by_number, nobody }
    }

    /// Whose token was shown, if it is one of that purpose. Right and wrong ones are decoded,
    /// looked up, authenticated and compared in constant time, in this order and without a short
    /// cut: how long it takes does not tell how near a guess was.
    pub fn find(&self, purpose: Purpose, shown: &str) -> Option<&Invitee> {
        let (bytes, decoded) = decoded(shown);
        let known = self.keys.iter().find(|key| id(key) == bytes[0]);
        let key = known.unwrap_or(&self.keys[0]);
        let mut wanted = [0; NUMBER];
        wanted.copy_from_slice(&bytes[1..=NUMBER]);
        let found = self.by_number.get(&wanted);
        let invitee = found.unwrap_or(&self.nobody);
        let right = code(key, purpose, &invitee.round, &invitee.person);
        let same = is_same(key, &right[..CODE], &bytes[1 + NUMBER..]);
        (decoded & known.is_some() & found.is_some() & same).then_some(invitee)
    }
}

impl fmt::Debug for Invitees {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invitees({})", self.by_number.len())
    }
}

/// The bytes of a token, or zeros where it is none.
fn decoded(shown: &str) -> ([u8; BYTES], bool) {
    let mut bytes = [0; BYTES];
    let fits = shown.len() == LENGTH;
    let text = if fits { shown.as_bytes() } else { &[b'A'; LENGTH] };
    let decoded = BASE64URL_NOPAD.decode_mut(text, &mut bytes).is_ok();
    (bytes, fits & decoded)
}

/// Compares without telling by time where the first difference is: [`blake3::Hash`] does so, and
/// hashing first makes whole hashes of what are parts of one.
fn is_same(key: &Key, one: &[u8], other: &[u8]) -> bool {
    let key = key.derive("comparison");
    blake3::keyed_hash(&key, one) == blake3::keyed_hash(&key, other)
}

/// Tells which of the keys made a token.
fn id(key: &Key) -> u8 {
    key.derive("key id")[0]
}

fn number(key: &Key, round: &str, person: &str) -> [u8; NUMBER] {
    let hash = keyed(&key.derive("invitee number"), &[round, person]);
    let mut number = [0; NUMBER];
    number.copy_from_slice(&hash.as_bytes()[..NUMBER]);
    number
}

fn code(key: &Key, purpose: Purpose, round: &str, person: &str) -> [u8; 32] {
    let version = VERSION.to_string();
    *keyed(&key.derive("token"), &[purpose.word(), round, person, &version]).as_bytes()
}

/// A keyed hash of several texts. Each has its length before it: `a`, `bc` is not `ab`, `c`.
pub(super) fn keyed(key: &[u8; 32], texts: &[&str]) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new_keyed(key);
    for text in texts {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.finalize()
}
