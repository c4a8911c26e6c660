//! Mail addresses in text: found by what a reader would copy, and replaced by a name.

use std::borrow::Cow;
use std::ops::Range;

use linkify::{LinkFinder, LinkKind};

use super::escape;
use crate::model::People;
use crate::words::is_invisible;

/// A part of a text that must not be shown, and what stands there instead.
pub(super) struct Hit {
    pub(super) range: Range<usize>,
    pub(super) instead: String,
}

/// `text` with every mail address replaced: by the name of the person if `people` know it, else
/// by `instead`.
pub fn hidden<'t>(text: &'t str, people: &People, instead: &str) -> Cow<'t, str> {
    let hits = hits(text, people, instead);
    if hits.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(cut(text, 0..text.len(), &hits)) }
}

/// The name to show for one address, as a link may write it.
pub(super) fn name(address: &str, people: &People, instead: &str) -> String {
    let address = unescaped(address);
    let person = people.by_mail(address.trim());
    person.map_or_else(|| instead.to_owned(), |person| person.name.clone())
}

/// Whether a link would give an address away, also in percent-encoding.
pub fn is_in(url: &str, people: &People) -> bool {
    let url = unescaped(url);
    may_hold(&url) && !addresses(&url, people).is_empty()
}

/// All addresses of a text, in order and apart.
pub(super) fn hits(text: &str, people: &People, instead: &str) -> Vec<Hit> {
    if !may_hold(text) {
        return Vec::new();
    }
    let urls = telling_urls(text, people);
    let mut hits: Vec<Hit> = urls
        .iter()
        .map(|url| Hit { range: url.clone(), instead: instead.to_owned() })
        .chain(
            addresses(text, people)
                .into_iter()
                .filter(|range| !touches(&urls, range))
                .map(|range| named(text, range, people, instead)),
        )
        .collect();
    hits.sort_by_key(|hit| hit.range.start);
    // Two addresses may touch, and a name before one may reach into the one before it.
    for at in 1..hits.len() {
        let before = hits[at - 1].range.end;
        let range = &mut hits[at].range;
        *range = range.start.max(before)..range.end.max(before);
    }
    hits
}

/// The `part` of `text` without its hits. What stands instead comes where a hit begins.
pub(super) fn cut(text: &str, part: Range<usize>, hits: &[Hit]) -> String {
    let mut kept = String::new();
    let mut at = part.start;
    let first = hits.partition_point(|hit| hit.range.end <= part.start);
    for hit in hits[first..].iter().take_while(|hit| hit.range.start < part.end) {
        kept.push_str(&text[at..hit.range.start.max(at)]);
        if part.contains(&hit.range.start) {
            kept.push_str(&hit.instead);
        }
        at = hit.range.end.min(part.end);
    }
    kept.push_str(&text[at..part.end]);
    kept
}

/// Whether a range overlaps one of several that are in order and apart.
fn touches(all: &[Range<usize>], range: &Range<usize>) -> bool {
    let first = all.partition_point(|other| other.end <= range.start);
    all.get(first).is_some_and(|other| other.start < range.end)
}

/// Whether a piece of a text holds the sign of an address or the beginning of one: most do not,
/// and bytes tell that faster than characters.
pub(super) fn may_begin(piece: &str) -> bool {
    // The wide forms of the sign begin with the last of these.
    piece.bytes().any(|byte| matches!(byte, b'@' | b'%' | 0xef))
}

/// Half the texts of a site hold no `@` at all.
fn may_hold(text: &str) -> bool {
    text.contains(is_at) || text.contains("%40")
}

/// What a reader does not see, and what is left out when text is written.
fn is_silent(c: char) -> bool {
    is_invisible(c) || !escape::may_stand(c)
}

fn is_at(c: char) -> bool {
    matches!(c, '@' | '\u{ff20}' | '\u{fe6b}')
}

/// URLs that hold an address are hidden whole: half a URL leads to the wrong page.
fn telling_urls(text: &str, people: &People) -> Vec<Range<usize>> {
    LinkFinder::new()
        .kinds(&[LinkKind::Url])
        .links(text)
        .filter(|link| is_in(link.as_str(), people))
        .map(|link| link.start()..link.end())
        .collect()
}

fn named(text: &str, range: Range<usize>, people: &People, instead: &str) -> Hit {
    let address = folded(&text[range.clone()]);
    let Some(person) = people.by_mail(&address) else {
        return Hit { range, instead: instead.to_owned() };
    };
    match after_name(text, &range, &person.name) {
        Some(range) => Hit { range, instead: String::new() },
        None => Hit { range, instead: person.name.clone() },
    }
}

/// Nobody wants to read `Ana Duarte Ana Duarte`: an address right after its name just goes, with
/// the blank and the brackets around it.
fn after_name(text: &str, range: &Range<usize>, name: &str) -> Option<Range<usize>> {
    let before = text[..range.start].trim_end();
    if before.ends_with(name) {
        return Some(before.len()..range.end);
    }
    let inner = before.strip_suffix(['(', '<', '['])?.trim_end();
    let after = text[range.end..].chars().next()?;
    (inner.ends_with(name) && matches!(after, ')' | '>' | ']'))
        .then(|| inner.len()..range.end + after.len_utf8())
}

fn addresses(text: &str, people: &People) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, sign) in text.char_indices().filter(|(_, c)| is_at(*c)) {
        let domain = at + sign.len_utf8();
        let start = local_start(&text[..at]);
        let end = domain + domain_length(&text[domain..]);
        if start == at || end == domain {
            continue;
        }
        let known = people.by_mail(&folded(&text[start..end])).is_some();
        if known || is_public_domain(&folded(&text[domain..end])) {
            let start = found.last().map_or(start, |last| start.max(last.end));
            found.push(start..end);
        }
    }
    found
}

/// Where the part before the `@` begins.
fn local_start(before: &str) -> usize {
    if let Some(quoted) = before.strip_suffix('"') {
        return quoted.rfind('"').unwrap_or(before.len());
    }
    // Fewer signs than the standard allows: `mail=ana@example.org` is a key and an address.
    let local = |c: char| c.is_alphanumeric() || is_silent(c) || "._+-'%~".contains(c);
    let start = before.char_indices().rev().take_while(|(_, c)| local(*c)).last();
    let start = start.map_or(before.len(), |(start, _)| start);
    // Quotes, stars and dots around an address are punctuation of the sentence.
    let lead = before[start..].find(|c: char| c.is_alphanumeric() || c == '_');
    lead.map_or(before.len(), |lead| start + lead)
}

fn domain_length(after: &str) -> usize {
    let part = |c: char| c.is_alphanumeric() || is_silent(c) || matches!(c, '.' | '-' | '\u{3002}');
    let end = after.find(|c: char| !part(c)).unwrap_or(after.len());
    after[..end].trim_end_matches(|c: char| !c.is_alphanumeric()).len()
}

/// `example.org`, but not the `1.2.3` of `serde@1.2.3`.
fn is_public_domain(domain: &str) -> bool {
    let is_top = |part: &str| part.chars().count() > 1 && part.starts_with(char::is_alphabetic);
    domain.split('.').skip(1).any(is_top)
}

/// An address as people.toml would write it.
fn folded(written: &str) -> String {
    written
        .chars()
        .filter(|c| !is_silent(*c))
        .map(|c| match c {
            c if is_at(c) => '@',
            '\u{3002}' => '.',
            c => c,
        })
        .collect()
}

/// Percent-encoding taken away, where it is text underneath.
fn unescaped(url: &str) -> String {
    let mut bytes = Vec::with_capacity(url.len());
    let mut rest = url.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match (first, tail) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)).map(|(high, low)| high * 16 + low),
            _ => None,
        };
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| url.to_owned())
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
