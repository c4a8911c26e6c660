//! What people may write into files, all the way to a mail server: each letter arrives as one
//! letter to one person, or is refused with the file and the line to mend, and stops no other.

use std::collections::BTreeMap;

use calcard::{Entry, Parser};
use mail_parser::{HeaderValue, Message, MessageParser, MimeHeaders};

use super::runs::{log, mailer, run, with_letters};
use crate::mailserver::{self, At, Does, Script};
#[cfg(unix)]
use crate::postfix;
use crate::repository::{Repository, Told};

/// In the week: owners hear that it is there, and what was skipped.
const NOW: &str = "2026-07-28T09:00:00+02:00";
const FIELDS: [&str; 13] = [
    "Date",
    "From",
    "Reply-To",
    "To",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Subject",
    "List-Id",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
];

/// One owner with a product, an item and a reason of their own, as written into the files, and
/// what becomes of it.
struct Case {
    id: String,
    name: String,
    mail: String,
    product: String,
    title: String,
    reason: String,
    comes: Comes,
}

enum Comes {
    /// A letter to that address and name, with that subject.
    Letter { address: String, name: String, subject: String, reason: String },
    /// None, because of the address.
    NoAddress,
    /// None, because the list cannot be read.
    NoList,
}

impl Case {
    fn new(number: usize) -> Case {
        let (id, words) = (format!("p{number:02}"), |what: &str| format!("{what} {number}"));
        let (name, title, reason) = (words("Pia"), words("Title"), words("Too big"));
        let comes = Comes::Letter {
            address: format!("{id}@example.org"),
            name: name.clone(),
            subject: format!("Product {number}: {title}"),
            reason: reason.clone(),
        };
        let mail = format!("{id}@example.org");
        Case { id, name, mail, product: words("Product"), title, reason, comes }
    }

    fn person(&self) -> String {
        let Case { id, name, mail, .. } = self;
        let (name, mail) = (toml(name), toml(mail));
        format!("\n[{id}]\nname = {name}\nmail = {mail}\nside = \"partner\"\nhub = \"Lisbon\"\n")
    }

    fn list(&self) -> String {
        let Case { id, title, reason, .. } = self;
        format!(
            "# A list\n\n- Agreed by Lisbon: yes\n\n## {title}\n- Owner: @{id}\n- Ref: skipped-{id}\n\
             - Status: skipped\n- Reason: {reason}\n\n## {title} again\n- Owner: @{id}\n\
             - Ref: submitted-{id}\n"
        )
    }
}

/// A text between quotation marks, everything but letters escaped.
fn toml(text: &str) -> String {
    let escaped = |c: char| match c {
        ' '..='~' if !matches!(c, '"' | '\\') => c.to_string(),
        c => format!("\\U{:08x}", u32::from(c)),
    };
    format!("\"{}\"", text.chars().map(escaped).collect::<String>())
}

/// A name, as written and as a reader of mail sees it.
fn names() -> Vec<(String, String)> {
    [
        ("Pia\r\nBcc: evil@evil.example", "Pia Bcc: evil@evil.example"),
        ("Pia\nTo: <evil@evil.example>,", "Pia To: <evil@evil.example>,"),
        ("Pia\u{0}\u{1}\u{1b} [31m Pahl", "Pia [31m Pahl"),
        ("\"Pia\" O'Pahl, Jr.; (x) \\", "\"Pia\" O'Pahl, Jr.; (x) \\"),
        ("Pia, evil@evil.example", "Pia, evil@evil.example"),
        ("Pia <evil@evil.example>", "Pia <evil@evil.example>"),
        ("=?utf-8?q?=0D=0ABcc:_evil@evil.example?=", "=?utf-8?q?=0D=0ABcc:_evil@evil.example?="),
        ("=?utf-8?B?UGlh?= =?", "=?utf-8?B?UGlh?= =?"),
        ("\u{202e}aiP \u{200f}\u{2066}Pahl\u{feff}", "aiP Pahl"),
        ("Pia\u{2028}Pahl\u{85}Jr", "Pia Pahl Jr"),
        ("請求書 👩‍👩‍👧 e\u{301}", "請求書 👩‍👩‍👧 e\u{301}"),
        ("{{ site.title }} {% raw %} **Pia**", "{{ site.title }} {% raw %} **Pia**"),
    ]
    .map(|(written, read)| (written.to_owned(), read.to_owned()))
    .into_iter()
    .chain([
        ("x".repeat(1_200), format!("{}…", "x".repeat(197))),
        ("äöü".repeat(200), format!("{}…", "äöü".repeat(32) + "äö")),
        ("wörter ".repeat(240), format!("{}…", ["wörter"; 24].join(" "))),
    ])
    .collect()
}

/// An address, and how it arrives; `None` where no mail server can be expected to take it.
const ADDRESSES: [(&str, Option<&str>); 22] = [
    (" pia@example.org ", Some("pia@example.org")),
    ("pia+week@größe.example", Some("pia+week@xn--gre-6ka8i.example")),
    ("pia@例え.jp", Some("pia@xn--r8jz45g.jp")),
    ("o'pahl@example.org", Some("o'pahl@example.org")),
    ("-oQ/tmp@example.org", None),
    ("größe@example.org", None),
    ("ｐｉａ@example.org", None),
    ("pia@example.org\r\nBcc: evil@evil.example", None),
    ("pia@example.org\nRCPT TO:<evil@evil.example>", None),
    ("pia@example.org\u{0}", None),
    ("pia@example.org, evil@evil.example", None),
    ("pia@example.org evil@evil.example", None),
    ("pia@example.org>, <evil@evil.example", None),
    ("<pia@example.org>", None),
    ("Pia <pia@example.org>", None),
    ("\"pia pahl\"@example.org", None),
    ("pia(evil@evil.example)@example.org", None),
    ("=?utf-8?q?evil=40evil.example=2C_?=@example.org", None),
    ("pia@\u{202e}example.org", None),
    ("pia@[127.0.0.1]", None),
    ("pia@-.example", None),
    ("pia@example", None),
];

/// A title behind `## `, and how it is read.
fn titles() -> Vec<(String, String)> {
    [
        ("Title\u{2028}Bcc: evil@evil.example", "Title"),
        ("Title\rBcc: evil@evil.example", "Title"),
        ("Title\u{85}X-Evil: yes", "Title"),
        ("Ti\u{1}t\u{7f}l\u{1b}e", "Title"),
        ("\"Title\", 'title'; (title) \\\\", "\"Title\", 'title'; (title) \\"),
        ("=?utf-8?q?=0D=0ABcc:_evil@evil.example?=", "=?utf-8?q?=0D=0ABcc:address hidden?="),
        ("=?utf-8?B?UGlh?=", "=?utf-8?B?UGlh?="),
        ("\u{202e}eltiT \u{200f}\u{2066}التاريخ\u{feff}", "eltiT التاريخ"),
        ("Ask somebody@example.org", "Ask address hidden"),
        ("[Title](javascript:alert(1)) ![x](https://evil.example/x.png)", "Title x"),
        ("<b>Title</b> &#10;Bcc: &#0; `co\\de`", "<b>Title</b> Bcc: \u{fffd} co\\de"),
        ("{{ site.title }} {% raw %}", "{{ site.title }} {% raw %}"),
        ("請求書 👩‍👩‍👧 e\u{301}", "請求書 👩‍👩‍👧 e\u{301}"),
    ]
    .map(|(written, read)| (written.to_owned(), read.to_owned()))
    .into()
}

/// What is longer than a subject can be, below a product of ten bytes with its colon and blank.
fn long_titles() -> Vec<(String, String)> {
    vec![
        ("x".repeat(1_200), format!("{}…", "x".repeat(185))),
        ("äöü".repeat(200), format!("{}…", "äöü".repeat(30) + "äö")),
        ("wort ".repeat(240), format!("{}…", ["wort"; 37].join(" "))),
    ]
}

/// The name of a product, and how a subject begins with it: no letter shows an address in its
/// text, and a long name leaves room for a title.
fn products() -> Vec<(String, String)> {
    let read = |(written, read): (String, String)| {
        let read = match written.chars().next() {
            Some('x') => format!("{}…", "x".repeat(77)),
            Some('ä') => format!("{}…", "äöü".repeat(12) + "äö"),
            Some('w') => format!("{}…", ["wörter"; 9].join(" ")),
            _ => read.replace("_evil@", "evil@").replace("evil@evil.example", "address hidden"),
        };
        (written, read)
    };
    names().into_iter().map(read).collect()
}

fn reasons() -> Vec<(String, String)> {
    [
        ("too big:\u{2028}Bcc: evil@evil.example", "too big:"),
        ("too\u{1} b\u{1b}ig", "too big"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("=?utf-8?q?x?= \u{202e}gib oot", "=?utf-8?q?x?= gib oot"),
        ("\".\" , ; {{ site.title }} {% raw %}", "\".\" , ; {{ site.title }} {% raw %}"),
    ]
    .map(|(written, read)| (written.to_owned(), read.to_owned()))
    .into_iter()
    .chain([("x".repeat(1_200), "x".repeat(1_200)), ("äöü".repeat(200), "äöü".repeat(200))])
    .collect()
}

/// All that is hostile, each at a person of its own.
fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut add = |change: &mut dyn FnMut(&mut Case)| {
        let mut case = Case::new(cases.len());
        change(&mut case);
        cases.push(case);
    };
    for (written, read) in names() {
        add(&mut |case| {
            case.name.clone_from(&written);
            if let Comes::Letter { name, .. } = &mut case.comes {
                name.clone_from(&read);
            }
        });
    }
    for (written, arrives) in ADDRESSES {
        add(&mut |case| {
            case.mail = written.to_owned();
            match (arrives, &mut case.comes) {
                (Some(arrives), Comes::Letter { address, .. }) => *address = arrives.to_owned(),
                _ => case.comes = Comes::NoAddress,
            }
        });
    }
    for (written, read) in titles().into_iter().chain(long_titles()) {
        add(&mut |case| {
            case.title.clone_from(&written);
            let product = case.product.clone();
            if let Comes::Letter { subject, .. } = &mut case.comes {
                *subject = format!("{product}: {read}");
            }
        });
    }
    for (written, read) in products() {
        add(&mut |case| {
            case.product.clone_from(&written);
            let title = case.title.clone();
            if let Comes::Letter { subject, .. } = &mut case.comes {
                *subject = format!("{read}: {title}");
            }
        });
    }
    for (written, read) in reasons() {
        add(&mut |case| {
            case.reason.clone_from(&written);
            if let Comes::Letter { reason, .. } = &mut case.comes {
                reason.clone_from(&read);
            }
        });
    }
    add(&mut |case| (case.title, case.comes) = ("Ti\u{0}tle".to_owned(), Comes::NoList));
    add(&mut |case| (case.reason, case.comes) = ("too b\u{0}ig".to_owned(), Comes::NoList));
    cases
}

const FROM: &str = "\"Zoë, =?utf-8?q?x?= \\\"and\\\" <team>\" <week@größe.example>";

const ROUND: &str = "Summer\r\nBcc: evil@evil.example =?utf-8?q?x?=";
const ROUND_READ: &str = "Summer Bcc: address hidden =?utf-8?q?x?=";

fn repository_of(cases: &[Case]) -> Repository {
    let repository = Repository::new();
    let mail = format!("\n[mail]\nfrom = {}\nreply_to = \"ana@example.org\"\n", toml(FROM));
    let settings = repository.read("littlethings.toml") + &mail;
    let mut people = repository.read("content/people.toml");
    let round = repository.read("content/2026-summer/round.toml");
    let round = round.split("[products.atlas]").next().unwrap();
    let mut round = round.replace("\"Summer 2026\"", &toml(ROUND));
    for case in cases {
        people.push_str(&case.person());
        let name = toml(&case.product);
        round.push_str(&format!(
            "\n[products.{}]\nname = {name}\nmanager = \"bob\"\nhubs = [\"Lisbon\"]\n",
            case.id
        ));
        repository.write(&format!("content/2026-summer/lists/{}.md", case.id), case.list());
    }
    std::fs::remove_file(repository.path("content/2026-summer/lists/atlas.md")).unwrap();
    repository
        .with("littlethings.toml", &settings)
        .with("content/people.toml", &people)
        .with("content/2026-summer/round.toml", &round)
}

/// Where the file stands that has to be mended, for a case that comes to no letter.
fn place_of(case: &Case, repository: &Repository) -> Option<String> {
    match case.comes {
        Comes::Letter { .. } => None,
        Comes::NoAddress => {
            let people = repository.read("content/people.toml");
            let table = people.lines().position(|line| line == format!("[{}]", case.id)).unwrap();
            assert!(people.lines().nth(table + 2).unwrap().starts_with("mail = "));
            Some(format!("content/people.toml:{}", table + 3))
        }
        Comes::NoList => Some(format!("content/2026-summer/lists/{}.md:1", case.id)),
    }
}

/// What a server took for one recipient.
struct Arrived {
    /// The recipient of the envelope.
    to: String,
    /// The letter as it was sent.
    bytes: String,
}

/// The letters by recipient, each once.
fn by_recipient(arrived: Vec<Arrived>) -> BTreeMap<String, Vec<String>> {
    let mut letters: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for Arrived { to, bytes } in arrived {
        let known = letters.entry(to).or_default();
        if !known.contains(&bytes) {
            known.push(bytes);
        }
    }
    letters
}

/// Every case came to what it should, and nobody else got anything.
fn assert_all_is_as_it_should(cases: &[Case], arrived: Vec<Arrived>) {
    let mut letters = by_recipient(arrived);
    let mut other = Vec::new();
    for case in cases {
        let Comes::Letter { address, name, subject, reason } = &case.comes else { continue };
        let both = letters.remove(address).unwrap_or_default();
        assert_eq!(both.len(), 2, "{address}: {both:#?}");
        let mut invited = 0;
        for bytes in &both {
            assert_has_only_its_fields(bytes);
            let message = MessageParser::default().parse(bytes).unwrap();
            assert_is_for_one(&message, address, name);
            if message.attachments().chain(message.html_bodies()).any(is_calendar) {
                assert!(message.subject().unwrap().starts_with(ROUND_READ), "{message:?}");
                assert_invites_one(&message, address);
                invited += 1;
            } else {
                let read = message.subject().unwrap();
                other.extend((read != subject).then(|| (read.to_owned(), subject)));
                let text = without_blanks(&message.body_text(0).unwrap());
                assert!(text.contains(&without_blanks(reason)), "{reason}: {text}");
            }
        }
        assert_eq!(invited, 1, "{address}");
    }
    assert_eq!(other, Vec::new(), "subjects as they are read and as they should be");
    assert_eq!(letters.keys().collect::<Vec<_>>(), Vec::<&String>::new());
}

fn without_blanks(text: &str) -> String {
    text.split_whitespace().collect()
}

fn assert_has_only_its_fields(bytes: &str) {
    assert!(bytes.is_ascii());
    let head = bytes.replace("\r\n", "\n");
    let head = head.split_once("\n\n").unwrap().0;
    assert!(!head.contains('\r') && head.lines().all(|line| line.len() <= 998), "{head}");
    let fields = head.lines().filter(|line| !line.starts_with(' '));
    let fields: Vec<&str> = fields.map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(fields, FIELDS, "{head}");
}

fn assert_is_for_one(message: &Message, address: &str, name: &str) {
    let one = |field: &str| {
        let Some(HeaderValue::Address(address)) = message.header(field) else {
            panic!("{field}: {:?}", message.header(field))
        };
        let all: Vec<_> = address.iter().collect();
        assert_eq!(all.len(), 1, "{field}: {all:?}");
        let part = |text: Option<&str>| text.unwrap_or_default().to_owned();
        (part(all[0].name()), part(all[0].address()))
    };
    assert_eq!(one("To"), (name.to_owned(), address.to_owned()));
    let from = "Zoë, =?utf-8?q?x?= \"and\" <team>".to_owned();
    assert_eq!(one("From"), (from, "week@xn--gre-6ka8i.example".to_owned()));
    assert_eq!(one("Reply-To"), (String::new(), "ana@example.org".to_owned()));
    let html = message.body_html(0).unwrap();
    assert!(!["<script", "<img", "javascript:"].iter().any(|it| html.contains(it)), "{html}");
}

fn is_calendar(part: &mail_parser::MessagePart) -> bool {
    part.content_type().is_some_and(|it| it.subtype() == Some("calendar"))
}

fn assert_invites_one(message: &Message, address: &str) {
    let part = message.parts.iter().find(|part| is_calendar(part)).unwrap();
    let Entry::ICalendar(calendar) = Parser::new(part.text_contents().unwrap()).entry() else {
        panic!("{part:?}")
    };
    let text = calendar.to_string().replace("\r\n ", "");
    let lines = |name: &str| text.lines().filter(|line| line.starts_with(name)).collect::<Vec<_>>();
    let [attendee] = lines("ATTENDEE")[..] else { panic!("{text}") };
    assert!(attendee.ends_with(&format!("mailto:{address}")), "{attendee}");
    let [organizer] = lines("ORGANIZER")[..] else { panic!("{text}") };
    assert!(organizer.ends_with("mailto:week@xn--gre-6ka8i.example"), "{organizer}");
    for name in ["BEGIN:VEVENT", "UID", "SUMMARY", "METHOD:REQUEST"] {
        assert_eq!(lines(name).len(), 1, "{name}: {text}");
    }
}

/// What cannot be told is told with its line, at each run.
fn assert_refusals_are_told(cases: &[Case], repository: &Repository, told: &Told) {
    for (case, place) in cases.iter().filter_map(|it| Some((it, place_of(it, repository)?))) {
        let line = told.out.lines().find(|line| line.ends_with(&format!("({place})")));
        let line = line.unwrap_or_else(|| panic!("{} {}: {}", case.id, case.mail, told.out));
        assert!(line.starts_with("withheld  "), "{line}");
    }
    assert!(!told.out.contains('\r') && !told.out.contains('\u{1b}'), "{}", told.out);
}

/// `due` knows who cannot be written to before anything is sent.
fn assert_due_tells_the_same(cases: &[Case], repository: &Repository) {
    let told = run(repository, "folder:out", &["due", "--short", "--now", NOW]);
    for place in cases.iter().filter_map(|case| place_of(case, repository)) {
        let starts = ["withheld: ", "  cannot be sent: "].map(|it| format!("{it}{place}: "));
        let is_told = |line: &str| starts.iter().any(|start| line.starts_with(start));
        assert!(told.out.lines().any(is_told), "{place}: {}", told.out);
    }
    let report = run(repository, "folder:out", &["due", "--format", "json", "--now", NOW]);
    let report: serde_json::Value = serde_json::from_str(&report.out).unwrap();
    let sent = cases.iter().filter(is_sent).count() * 2;
    assert_eq!(report["letters"].as_array().unwrap().len(), sent);
}

fn is_sent(case: &&Case) -> bool {
    matches!(case.comes, Comes::Letter { .. })
}

#[test]
fn whatever_people_write_a_server_gets_right_letters_and_a_refusal_has_its_line() {
    let cases = cases();
    let repository = repository_of(&cases);
    let script = Script::plain()
        .after(5, At::Recipient, Does::Says("451 4.3.0 later"))
        .after(20, At::Dot, Does::TakesAndDrops)
        .after(40, At::MidBody, Does::Drops)
        .after(60, At::Sender, Does::SaysAndDrops("421 4.3.2 busy"));
    let server = mailserver::start(script);
    let url = server.url();
    assert_due_tells_the_same(&cases, &repository);
    let first = run(&repository, &url, &["send", "--all", "--now", NOW]);
    assert_refusals_are_told(&cases, &repository, &first);
    let later = NOW.replace("09:00:00", "09:01:00");
    let second = run(&repository, &url, &["send", "--now", &later]);
    assert_eq!((first.code, second.code), (1, 1), "{}{}", second.out, second.err);
    assert_refusals_are_told(&cases, &repository, &second);

    let sent = cases.iter().filter(is_sent).count() * 2;
    let letters = log(&repository);
    assert_eq!(letters.len(), sent);
    assert!(letters.iter().all(|letter| letter["state"] == "accepted"), "{letters:#?}");
    let arrived = server.journal().letters.into_iter();
    assert_all_is_as_it_should(
        &cases,
        arrived.map(|letter| Arrived { to: letter.to, bytes: letter.body }).collect(),
    );
}

#[test]
fn a_file_that_cannot_be_read_is_told_with_its_line_and_no_letter_goes() {
    let server = mailserver::start(Script::plain());
    for (path, added, line) in [
        ("content/people.toml", "\n[pia]\nname = \"Pia", 3),
        ("content/people.toml", "\u{0}", 1),
        ("content/2026-summer/round.toml", "\nx = [", 2),
    ] {
        let repository = with_letters(6);
        let text = repository.read(path);
        let place = match added {
            "\u{0}" => format!("({path}:1)"),
            _ => format!("({path}:{})", text.lines().count() + line),
        };
        let repository = repository.with(path, &(text + added));
        let told = run(&repository, &server.url(), &["send", "--all", "--now", NOW]);
        assert_eq!(told.code, 1, "{}{}", told.out, told.err);
        let withheld: Vec<&str> =
            told.out.lines().filter(|it| it.starts_with("withheld")).collect();
        assert!(withheld.len() == 1 && withheld[0].ends_with(&place), "{place}: {}", told.out);
        assert!(withheld[0].contains("littlethings check"), "{}", told.out);
    }
    assert_eq!(server.journal().connections, 0);
}

#[cfg(unix)]
#[test]
fn whatever_people_write_arrives_through_a_real_mail_server() {
    let Some(postfix) = postfix::start() else { return };
    let mut cases = cases();
    cases.retain(|case| is_sent(&case));
    let repository = repository_of(&cases);
    let told = mailer(&repository, "")
        .args(["send", "--all", "--now", NOW])
        .envs(postfix.variables_with_tls())
        .output()
        .unwrap();
    assert!(told.status.success(), "{}{}", String::from_utf8_lossy(&told.stdout), postfix.log());
    let arrived = postfix.letters(cases.len() * 2).into_iter().map(|letter| {
        let text = String::from_utf8(letter.bytes).unwrap();
        let (above, own) = text.split_at(text.find("\nDate: ").unwrap() + 1);
        let added = above.lines().filter(|line| !line.starts_with([' ', '\t']));
        let added: Vec<&str> = added.map(|line| line.split(':').next().unwrap()).collect();
        assert_eq!(added, ["Return-Path", "X-Original-To", "Delivered-To", "Received"], "{above}");
        Arrived { to: letter.to, bytes: own.to_owned() }
    });
    assert_all_is_as_it_should(&cases, arrived.collect());
}
