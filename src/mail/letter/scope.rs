//! A draft with all that belongs to it: its round, where things lie, and how words come clean.

use std::borrow::Cow;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::Unsendable;
use super::body::{self, Body};
use super::desk::{Desk, Frame};
use super::pieces::Pieces;
use super::views::{Instant, LetterRound, LetterSite, LetterView, Reader};
use crate::finding::{Finding, Place};
use crate::mail::{Draft, Kind, Mailbox, NoticeKey};
use crate::model::{Item, Mention, Person, Product, Round, Status, When};
use crate::pages::{self, prose};
use crate::theme::{Broken, Prepared, Sort, Words};

/// What a heading, a name or a subject may take. Servers refuse lines of more than 998 bytes, and
/// a title of that length has no blank at which to fold it.
const LONGEST: usize = 200;

/// What the name of a product may take, so that a subject has room for a title behind it.
const LONGEST_PRODUCT: usize = 80;

#[derive(Clone, Copy)]
pub struct Scope<'a> {
    pub draft: &'a Draft,
    pub desk: &'a Desk<'a>,
    pub round: &'a Round,
    pub words: &'a Words,
}

impl<'a> Scope<'a> {
    pub fn of(draft: &'a Draft, desk: &'a Desk<'a>) -> Result<Scope<'a>, Unsendable> {
        let round = desk.site.rounds.iter().find(|round| round.slug == draft.round);
        let round = round.ok_or_else(|| Unsendable::Gone {
            what: draft.round.clone(),
            place: desk.site.settings.place.clone(),
        })?;
        Ok(Scope { draft, desk, round, words: desk.theme.words() })
    }

    pub fn person(&self) -> &'a Person {
        &self.draft.person
    }

    /// The subjects of the draft's notices, each once, in their order.
    pub fn subjects(&self) -> Vec<&'a str> {
        let mut subjects: Vec<&str> = Vec::new();
        for notice in &self.draft.notices {
            if !subjects.contains(&notice.key.subject.as_str()) {
                subjects.push(&notice.key.subject);
            }
        }
        subjects
    }

    /// Those of them that are items.
    pub fn items(&self) -> Vec<&'a str> {
        let mut items = self.subjects();
        items.retain(|subject| *subject != "-");
        items
    }

    /// What the person answers for, list by list; what is skipped asks nothing of anybody.
    pub fn owned(&self) -> Vec<(&'a Product, &'a Item)> {
        let mut owned = self.desk.owned(&self.round.slug, &self.person().id);
        owned.retain(|(_, item)| item.status != Status::Skipped);
        owned
    }

    /// How often, with this letter, the person will have been told something.
    pub fn number(&self, kind: Kind) -> usize {
        let notices = self.draft.notices.iter().filter(|notice| notice.key.kind == kind);
        notices.map(|notice| notice.key.number as usize).max().unwrap_or(0)
    }

    pub fn item(&self, key: &NoticeKey) -> Result<(&'a Product, &'a Item), Unsendable> {
        self.desk.item(self.round, &key.subject).ok_or_else(|| self.gone(&key.subject))
    }

    pub fn product(&self, key: &str) -> Result<&'a Product, Unsendable> {
        let found = self.round.products.iter().find(|product| product.key == key);
        found.ok_or_else(|| self.gone(key))
    }

    fn gone(&self, what: &str) -> Unsendable {
        Unsendable::Gone { what: what.to_owned(), place: self.round.place.clone() }
    }

    /// A title or a name: words alone, without an address, on one line, of a length that a head
    /// can bear.
    pub fn title(&self, written: &str) -> String {
        let words = prose::plain_for(written, &self.round.people, self.hidden());
        shown(&words)
    }

    /// A name, in which nothing is a mark.
    pub fn name(&self, written: &str) -> String {
        let name = prose::without_addresses(written, &self.round.people, self.hidden());
        shown(&name)
    }

    /// The name of a product.
    pub fn product_name(&self, product: &Product) -> String {
        shortened_to(&self.name(&product.name), LONGEST_PRODUCT)
    }

    /// Names as in a sentence.
    pub fn names(&self, mentions: &[Mention]) -> Option<String> {
        let names: Vec<String> = mentions.iter().map(|it| self.name(&it.shown())).collect();
        (!names.is_empty()).then(|| self.words.and(&names))
    }

    pub fn hidden(&self) -> &'a str {
        &self.desk.hidden
    }

    /// The whole address of a page of the round.
    pub fn page(&self, file: &str) -> String {
        self.absolute(&pages::address(&format!("{}/{file}", self.round.slug)))
    }

    pub fn item_page(&self, item: &Item) -> String {
        self.page(&format!("items/{}.html", item.address))
    }

    pub fn list_page(&self, product: &Product) -> String {
        self.page(&format!("lists/{}.html", product.key))
    }

    /// An address from the site's top, as a whole one.
    pub fn absolute(&self, href: &str) -> String {
        ascii(&format!("{}{href}", self.desk.site.settings.base_url))
    }

    /// Where a file can be edited, at that line.
    pub fn edit(&self, place: &Place) -> Option<String> {
        let repository = self.desk.site.settings.repository.as_deref()?;
        Some(ascii(&format!("{repository}{}#L{}", pages::address(&place.path), place.line)))
    }

    /// A deadline with all that can be misunderstood about it: weekday, zone, offset, UTC.
    pub fn instant(&self, when: &When) -> Instant {
        self.told("letter.moment", &when.at, when.date())
    }

    /// The end of what lasts until `when`: a bare date includes its whole day.
    pub fn end(&self, when: &When) -> Instant {
        if !when.bare {
            return self.instant(when);
        }
        let end = when.end().to_zoned(when.at.time_zone().clone());
        self.told("letter.last_day", &end, when.date())
    }

    fn told(&self, key: &str, at: &jiff::Zoned, date: Date) -> Instant {
        let day = self.words.date_long(date);
        let utc = at.with_time_zone(TimeZone::UTC);
        let here = self.words.time(at.time());
        let there = self.words.time(utc.time());
        // Where a day ends it is 0:00 of the next one, so there the day of UTC always needs saying.
        let there = if utc.date() == date && at.date() == date {
            there
        } else {
            format!("{}, {there}", self.words.date_weekday(utc.date()))
        };
        let offset = offset(at);
        let fill = [
            ("day", day.as_str()),
            ("time", &here),
            ("zone", &self.round.zone.written),
            ("offset", &offset),
            ("utc", &there),
        ];
        Instant { full: self.words.text(key, &fill), day }
    }

    /// What every letter gets, and what this one is about.
    pub fn frame<V>(&self, view: V) -> LetterView<'a, V> {
        let Frame { site, round } = self.desk.frame(self.round, || self.same_for_all());
        let person = Reader {
            name: self.name(&self.person().name),
            first_name: self.name(self.person().first_name()),
        };
        LetterView { site, round, person, view }
    }

    /// What is the same in all letters of a round.
    fn same_for_all(&self) -> Frame {
        let settings = &self.desk.site.settings;
        let (first, last) = self.round.week();
        let is_web = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
        let answers = settings.mail.reply_to.as_ref().or(settings.mail.from.as_ref());
        let answers = answers.and_then(|written| Mailbox::split(written).0);
        Frame {
            site: Prepared::of(&LetterSite {
                title: self.name(&settings.title),
                url: self.absolute(""),
                support: settings.support.as_ref().filter(is_web).map(|url| ascii(url)),
                answers: answers.map(|name| self.name(&name)),
            }),
            round: Prepared::of(&LetterRound {
                title: self.title(&self.round.title),
                url: self.page("index.html"),
                week: self.words.days(first, last),
            }),
        }
    }

    /// What `used` makes of the letter's body, and the overrides of its template that had to be
    /// left out: those that fail, and those that make no letter.
    pub fn body<T>(
        &self,
        view: &impl Serialize,
        pieces: &Pieces,
        used: impl Fn(Body) -> T,
    ) -> Result<(T, Vec<Finding>), Unsendable> {
        let template = format!("{}.md", self.draft.genre.word());
        let mut theme = Cow::Borrowed(self.desk.theme);
        let mut findings = Vec::new();
        loop {
            let made = theme.render_letter(&template, view).and_then(|markdown| {
                let body = body::read(&markdown, pieces, self);
                body.map(&used).ok_or_else(|| no_letter(&template))
            });
            let broken = match made {
                Ok(made) => return Ok((made, findings)),
                Err(broken) => broken,
            };
            let (without, finding) = theme.without(&broken)?;
            findings.push(finding);
            theme = Cow::Owned(without);
        }
    }
}

fn no_letter(template: &str) -> Broken {
    Broken {
        sort: Sort::Letter,
        template: template.to_owned(),
        line: 1,
        column: 1,
        message: "it makes no letter, which begins with `# ` and the subject".to_owned(),
    }
}

/// `+2`, `-3:30`, `±0`.
fn offset(at: &jiff::Zoned) -> String {
    let seconds = at.offset().seconds();
    let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() / 60 % 60);
    let sign = match seconds {
        0 => '±',
        seconds if seconds < 0 => '−',
        _ => '+',
    };
    match minutes {
        0 => format!("{sign}{hours}"),
        _ => format!("{sign}{hours}:{minutes:02}"),
    }
}

/// On one line, without characters that nobody sees and the tokens of [`super::pieces`].
pub fn one_line(text: &str) -> String {
    if is_one_line(text) {
        return text.to_owned();
    }
    let kept: String = text.chars().filter(|c| c.is_whitespace() || !is_hidden(*c)).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a text is ASCII that one can see.
pub fn is_printable(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Whether a text is ASCII and a line already: most are, and that is told by their bytes.
pub fn is_one_line(text: &str) -> bool {
    is_printable(text) && !text.starts_with(' ') && !text.ends_with(' ') && !text.contains("  ")
}

/// Control characters, characters that are none, and marks that turn the direction of a line. The
/// joiners stay: scripts and emoji need them.
pub fn is_hidden(c: char) -> bool {
    let noncharacter = u32::from(c) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&c);
    let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || noncharacter || turns || c == '\u{feff}'
}

/// As a line; three dots where a reader would see nothing.
fn shown(text: &str) -> String {
    let line = shortened(&one_line(text));
    if line.is_empty() { "…".to_owned() } else { line }
}

/// At most [`LONGEST`] bytes, cut between two characters and, where one is near, two words.
pub fn shortened(text: &str) -> String {
    shortened_to(text, LONGEST)
}

fn shortened_to(text: &str, longest: usize) -> String {
    if text.len() <= longest {
        return text.to_owned();
    }
    let mut end = longest - '…'.len_utf8();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let whole = text[..end].rfind(' ').filter(|at| *at > longest / 2).unwrap_or(end);
    format!("{}…", text[..whole].trim_end())
}

/// An address of the web in ASCII, as the plain part of a letter has to write it.
pub fn ascii(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").map_or(("", url), |(scheme, rest)| (scheme, rest));
    let at = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(at);
    let mut url = String::with_capacity(url.len());
    if !scheme.is_empty() {
        url.push_str(scheme);
        url.push_str("://");
    }
    push_encoded(&mut url, &ascii_host(host));
    push_encoded(&mut url, path);
    url
}

/// A host in the letters of the name system. Most are written so, and need no table.
fn ascii_host(host: &str) -> Cow<'_, str> {
    let plain = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-');
    if host.bytes().all(plain) && !host.contains("xn--") {
        return Cow::Borrowed(host);
    }
    idna::domain_to_ascii(host).map_or(Cow::Borrowed(host), Cow::Owned)
}

/// Adds a part of an address, with `%` before what cannot stand in it.
fn push_encoded(url: &mut String, part: &str) {
    let is_kept = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | '`' | '\\');
    let mut rest = part;
    while let Some(at) = rest.find(|c| !is_kept(c)) {
        let (kept, after) = rest.split_at(at);
        url.push_str(kept);
        rest = after.trim_start_matches(|c| !is_kept(c));
        for byte in after[..after.len() - rest.len()].bytes() {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    url.push_str(rest);
}
