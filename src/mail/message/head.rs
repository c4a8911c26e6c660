//! Fields of a head: text that people wrote, encoded (RFC 2047) and folded (RFC 5322, 2.2.3).

use data_encoding::BASE64;

use super::Mailbox;

/// Where a line is folded.
const WIDTH: usize = 76;
/// The bytes of one encoded word: with its marks, and the longest name of a field before it, it
/// stays within the line of RFC 2047.
const WORD: usize = 39;

/// Free text, such as a subject.
pub fn text(name: &str, text: &str) -> String {
    if is_plain(text) { folded(name, text) } else { encoded(text) }
}

/// `Name <address>`, or the address alone.
pub fn mailbox(field: &str, mailbox: &Mailbox) -> String {
    let Mailbox { name, address } = mailbox;
    let phrase = if name.is_empty() {
        return address.clone();
    } else if !is_plain(name) {
        encoded(name)
    } else if name.chars().all(is_atom) {
        name.clone()
    } else {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    };
    folded(field, &format!("{phrase} <{address}>"))
}

/// Whether a text means in a head what it says: ASCII, and nothing that readers would decode.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && !text.contains("=?")
}

fn is_atom(c: char) -> bool {
    c.is_ascii_alphanumeric() || " !#$%&'*+-/=?^_`{|}~".contains(c)
}

/// Lines broken at blanks, which are where a reader puts them together again.
fn folded(field: &str, text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut column = field.len() + 2;
    for (index, word) in text.split(' ').enumerate() {
        let width = word.rsplit("\r\n").next().unwrap_or_default().len();
        if index > 0 {
            let fits = column + 1 + word.len() <= WIDTH;
            folded.push_str(if fits { " " } else { "\r\n " });
            column = if fits { column + 1 } else { 1 };
        }
        folded.push_str(word);
        column += width;
    }
    folded
}

/// Encoded words of UTF-8 in base64, none of which cuts a character. The blank between two of them
/// is not part of the text.
fn encoded(text: &str) -> String {
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = rest.len().min(WORD);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let (word, after) = rest.split_at(end);
        words.push(format!("=?utf-8?B?{}?=", BASE64.encode(word.as_bytes())));
        rest = after;
    }
    words.join("\r\n ")
}
