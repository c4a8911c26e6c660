//! Letters as bytes, read again by parsers that others wrote.

use calcard::{Entry, Parser};
use littlethings::mail::{Kind, Letter, calendar, message};
use mail_parser::{HeaderValue, Message, MessageParser, MimeHeaders};

use super::{LANGUAGES, Post, ROUND, all, at, sender};

const MADE: &str = "2026-07-27T10:05:00+02:00";

fn bytes(letter: &Letter) -> String {
    message::text(letter, &sender(), at(MADE)).unwrap()
}

fn parsed(mail: &str) -> Message<'_> {
    MessageParser::default().parse(mail.as_bytes()).unwrap()
}

/// The names of the fields of a head, in order.
fn fields(mail: &str) -> Vec<&str> {
    let head = mail.split_once("\r\n\r\n").unwrap().0;
    let lines = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t']));
    lines.map(|line| line.split_once(':').unwrap().0).collect()
}

fn raw<'m>(message: &Message<'m>, name: &'static str) -> Option<String> {
    let value = message.header_raw(name)?;
    Some(value.replace("\r\n ", " ").trim().to_owned())
}

const ALWAYS: [&str; 9] = [
    "Date",
    "From",
    "Reply-To",
    "To",
    "Message-ID",
    "Subject",
    "List-Id",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
];

#[test]
fn every_letter_opens_in_another_parser_with_the_same_words() {
    for language in LANGUAGES {
        for (name, letter) in all(language) {
            let mail = bytes(&letter);
            assert!(mail.is_ascii(), "{name}");
            assert!(!mail.replace("\r\n", "").contains(['\r', '\n']), "{name}");
            assert!(mail.split("\r\n").all(|line| line.len() <= 998), "{name}");
            let message = parsed(&mail);
            assert_eq!(message.subject(), Some(letter.subject.as_str()), "{name}.{language}");
            let text = message.body_text(0).unwrap().replace("\r\n", "\n");
            assert_eq!(text, letter.text, "{name}.{language}");
            let html = message.body_html(0).unwrap().replace("\r\n", "\n");
            assert_eq!(html, letter.html, "{name}.{language}");
            let to = message.to().unwrap().as_list().unwrap();
            assert_eq!(to.len(), 1);
            assert_eq!(to[0].name.as_deref(), Some(letter.name.as_str()), "{name}");
            assert_eq!(to[0].address.as_deref(), Some(letter.address.as_str()), "{name}");
        }
    }
}

#[test]
fn a_head_says_what_machines_must_know_and_nothing_twice() {
    for (name, letter) in all("en") {
        let mail = bytes(&letter);
        let mut expected: Vec<&str> = ALWAYS.to_vec();
        if letter.thread.is_some() {
            expected.extend(["In-Reply-To", "References"]);
        }
        if letter.unsubscribe.is_some() {
            expected.extend(["List-Unsubscribe", "List-Unsubscribe-Post"]);
        }
        expected.extend(["MIME-Version", "Content-Type"]);
        let mut there = fields(&mail);
        there.sort_unstable();
        expected.sort_unstable();
        assert_eq!(there, expected, "{name}");
        let message = parsed(&mail);
        let value = |field| raw(&message, field).unwrap();
        assert_eq!(value("From"), "The dev team <week@example.org>");
        assert_eq!(value("Reply-To"), "Ana Duarte <ana@example.org>");
        assert_eq!(value("Date"), "Mon, 27 Jul 2026 08:05:00 +0000");
        assert_eq!(value("Auto-Submitted"), "auto-generated");
        assert_eq!(value("X-Auto-Response-Suppress"), "All");
        let slug = if name == "results-out" { "2026-spring" } else { ROUND };
        assert_eq!(value("List-Id"), format!("<{slug}.week.example.org>"), "{name}");
    }
}

#[test]
fn parts_come_in_the_order_in_which_they_get_better() {
    for (name, letter) in all("de") {
        let mail = bytes(&letter);
        let message = parsed(&mail);
        let kinds: Vec<String> = message
            .parts
            .iter()
            .map(|part| {
                let kind = part.content_type().unwrap();
                format!("{}/{}", kind.ctype(), kind.subtype().unwrap())
            })
            .collect();
        let mut expected = vec!["multipart/alternative", "text/plain", "text/html"];
        if letter.calendar.is_some() {
            expected.push("text/calendar");
        }
        assert_eq!(kinds, expected, "{name}");
        for part in &message.parts[1..] {
            assert_eq!(part.content_transfer_encoding(), Some("quoted-printable"), "{name}");
        }
    }
}

#[test]
fn only_what_is_no_duty_can_be_stopped() {
    for (name, letter) in all("en") {
        let mail = bytes(&letter);
        let message = parsed(&mail);
        let is_reminder = name.starts_with("survey-reminder");
        let post = is_reminder.then(|| "List-Unsubscribe=One-Click".to_owned());
        assert_eq!(raw(&message, "List-Unsubscribe-Post"), post, "{name}");
        if let Some(url) = raw(&message, "List-Unsubscribe") {
            assert!(url.starts_with("<https://") && url.ends_with("/silence>"), "{name}: {url}");
        }
    }
}

#[test]
fn the_same_letter_is_the_same_bytes_and_another_one_is_not() {
    let post = Post::new("en");
    let letter = post.write("ana", &[(Kind::Started, "invoice-currency")]);
    assert_eq!(bytes(&letter), bytes(&post.write("ana", &[(Kind::Started, "invoice-currency")])));
    let done = post.write("ana", &[(Kind::Done, "invoice-currency")]);
    assert_ne!(letter.id, done.id);
    let [a, b] = [(Kind::Done, "monthly-mail"), (Kind::Started, "invoice-currency")];
    assert_eq!(post.write("ana", &[a, b]).id, post.write("ana", &[b, a]).id);
    let mut draft = post.draft(ROUND, "ana", &[a]);
    draft.notices[0].key.number = 2;
    assert_ne!(post.try_write(&draft).unwrap().id, post.write("ana", &[a]).id);
}

#[test]
fn an_item_is_one_thread_with_one_subject_whatever_its_title_becomes() {
    let first = Post::new("en").write("ana", &[(Kind::Started, "invoice-currency")]);
    let mut later = Post::new("en")
        .told(
            Kind::HandedOver,
            "invoice-currency",
            "ana",
            "News of 2 little things of yours",
            "2026-07-27T09:00:00+02:00",
        )
        .told(
            Kind::Done,
            "monthly-mail",
            "ana",
            "News of 2 little things of yours",
            "2026-07-27T09:00:00+02:00",
        )
        .told(Kind::Started, "invoice-currency", "ana", &first.subject, MADE);
    for product in &mut later.round().products {
        for item in product.list.list_mut().into_iter().flat_map(|list| &mut list.items) {
            item.title = "Reworded".into();
        }
    }
    let second = later.write("ana", &[(Kind::Done, "invoice-currency")]);
    assert_eq!(second.subject, first.subject);
    assert!(second.text.contains("“Reworded” is done"), "{}", second.text);
    assert_eq!(second.thread, first.thread);
    let mail = bytes(&second);
    let message = parsed(&mail);
    let root = format!("<{}@example.org>", first.thread.as_ref().unwrap());
    assert_eq!(raw(&message, "References"), Some(root.clone()));
    assert_eq!(raw(&message, "In-Reply-To"), Some(root));
    let somebody_else = later.write("rui", &[(Kind::Moved, "invoice-currency")]);
    assert_ne!(somebody_else.thread, first.thread);
    assert_eq!(somebody_else.subject, "Ledger: Reworded");
}

fn entry(letter: &Letter) -> (String, calcard::icalendar::ICalendar) {
    let mail = bytes(letter);
    let message = parsed(&mail);
    let part = message.parts.last().unwrap();
    let kind = part.content_type().unwrap();
    let method = kind.attribute("method").unwrap().to_owned();
    assert!(kind.attribute("charset").unwrap().eq_ignore_ascii_case("utf-8"));
    let text = part.text_contents().unwrap().to_owned();
    assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
    match Parser::new(&text).entry() {
        Entry::ICalendar(calendar) => (method, calendar),
        other => panic!("{other:?}\n{text}"),
    }
}

/// The lines of a property in the event, as the other parser understood them.
fn said(calendar: &calcard::icalendar::ICalendar, name: &str) -> Vec<String> {
    let text = calendar.to_string().replace("\r\n ", "");
    let begins =
        |line: &&str| line.strip_prefix(name).is_some_and(|rest| rest.starts_with([':', ';']));
    text.lines().map(str::trim_end).filter(begins).map(str::to_owned).collect()
}

#[test]
fn the_week_is_an_entry_that_another_parser_opens() {
    let post = Post::new("de").at("2026-07-24T10:00:00+02:00");
    let (method, calendar) = entry(&post.write("ines", &[(Kind::WeekAhead, "-")]));
    assert_eq!(method, "REQUEST");
    let one = |name: &str| {
        let lines = said(&calendar, name);
        assert_eq!(lines.len(), 1, "{name}: {lines:?}");
        lines[0].clone()
    };
    assert_eq!(one("METHOD"), "METHOD:REQUEST");
    assert_eq!(one("DTSTART"), "DTSTART;VALUE=DATE:20260727");
    assert_eq!(one("DTEND"), "DTEND;VALUE=DATE:20260801");
    assert_eq!(one("TRANSP"), "TRANSP:TRANSPARENT");
    assert_eq!(one("SEQUENCE"), "SEQUENCE:0");
    assert_eq!(one("DTSTAMP"), "DTSTAMP:20260727T080500Z");
    assert_eq!(one("STATUS"), "STATUS:CONFIRMED");
    assert_eq!(one("SUMMARY"), "SUMMARY:Summer 2026: für Fragen erreichbar sein");
    assert!(one("ORGANIZER").ends_with(":mailto:week@example.org"), "{}", one("ORGANIZER"));
    assert!(one("ATTENDEE").ends_with(":mailto:ines@example.org"), "{}", one("ATTENDEE"));
    assert!(one("ATTENDEE").contains("RSVP=TRUE"), "{}", one("ATTENDEE"));
    assert!(!one("UID").contains('@'));
}

#[test]
fn an_entry_keeps_its_name_and_counts_its_changes() {
    let mut post = Post::new("en");
    let mut seen = Vec::new();
    for kind in [Kind::WeekAhead, Kind::WeekOff, Kind::WeekAhead] {
        let letter = post.write("ines", &[(kind, "-")]);
        let week = letter.calendar.clone().unwrap();
        let (method, calendar) = entry(&letter);
        seen.push((method, week.sequence, said(&calendar, "STATUS"), said(&calendar, "UID")));
        post = post.told(kind, "-", "ines", &letter.subject, MADE);
        post = post.told(Kind::WeekAhead, "glossary", "ines", &letter.subject, MADE);
    }
    let uid = seen[0].3.clone();
    assert_eq!(
        seen,
        [
            ("REQUEST".to_owned(), 0, vec!["STATUS:CONFIRMED".to_owned()], uid.clone()),
            ("CANCEL".to_owned(), 1, vec!["STATUS:CANCELLED".to_owned()], uid.clone()),
            ("REQUEST".to_owned(), 2, vec!["STATUS:CONFIRMED".to_owned()], uid.clone()),
        ]
    );
    let other = post.write("ana", &[(Kind::WeekAhead, "-")]).calendar.unwrap();
    assert_ne!(vec![format!("UID:{}", other.uid)], uid);
    assert_eq!(other.method, calendar::Method::Request);
}

#[test]
fn a_date_before_time_began_is_no_reason_to_fall() {
    let letter = Post::new("en").write("ana", &[(Kind::Started, "invoice-currency")]);
    for when in ["-009999-01-03T00:00:00Z", "9999-12-30T21:00:00Z"] {
        let mail = message::text(&letter, &sender(), at(when)).unwrap();
        assert!(matches!(parsed(&mail).header("Date"), Some(HeaderValue::DateTime(_))), "{when}");
    }
}
