//! The last guard of a promise: no mail address leaves for a page, wherever it was written.

use std::borrow::Cow;

use memchr::memchr;

use crate::model::People;

/// The text with each mail address replaced by the person's name, or by `hidden`.
pub fn hide<'t>(text: &'t str, people: &People, hidden: &str) -> Cow<'t, str> {
    let mut safe = String::new();
    let mut from = 0;
    let mut search = 0;
    // Every page is searched as a whole.
    while let Some(at) = memchr(b'@', &text.as_bytes()[search..]).map(|found| search + found) {
        search = at + 1;
        let Some((start, end)) = address_around(&text[from..], at - from) else { continue };
        let address = &text[from + start..from + end];
        safe.push_str(&text[from..from + start]);
        match people.by_mail(address) {
            Some(person) => safe.push_str(&escaped(&person.name)),
            None => safe.push_str(hidden),
        }
        from += end;
        search = from;
    }
    if from == 0 {
        return Cow::Borrowed(text);
    }
    safe.push_str(&text[from..]);
    Cow::Owned(safe)
}

/// Whether there is a mail address in a text.
#[cfg(test)]
pub fn found(text: &str) -> bool {
    text.match_indices('@').any(|(at, _)| address_around(text, at).is_some())
}

/// The bytes of the address whose `@` stands at `at`: a name before it, and after it a host whose
/// last part is made of letters. `pkg@1.2.3` and `@ana` are none.
fn address_around(text: &str, at: usize) -> Option<(usize, usize)> {
    let start = text[..at]
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_alphanumeric() || "._%+-".contains(*c))
        .last()
        .map(|(start, _)| start)?;
    let host: &str = &text[at + 1..];
    let length =
        host.find(|c: char| !(c.is_alphanumeric() || c == '.' || c == '-')).unwrap_or(host.len());
    let host = host[..length].trim_end_matches(['.', '-']);
    let last = host.rsplit_once('.')?.1;
    let is_host = last.chars().count() >= 2 && last.chars().all(char::is_alphabetic);
    is_host.then_some((start, at + 1 + host.len()))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_hidden_and_nothing_else() {
        let people = People::default();
        let hide = |text| hide(text, &people, "…").into_owned();
        assert_eq!(hide("ask ana@example.org."), "ask ….");
        assert_eq!(hide("<b>zoe.x+y@mail.example.org</b>, a@b.de"), "<b>…</b>, …");
        for fine in ["@ana", "pkg@1.2.3", "a @ b", "https://matrix.example/@ana", "ü@", "@"] {
            assert_eq!(hide(fine), fine);
            assert!(!found(fine));
        }
    }
}
