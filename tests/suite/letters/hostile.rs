//! What people may write into names, titles and addresses: a correct letter, or a refusal with its
//! place. Never another field, never another recipient, never a panic.

use std::sync::Arc;

use littlethings::finding::Place;
use littlethings::mail::{Draft, Kind, Letter, Mailbox, Sender, Unsendable, letter, message};
use littlethings::model::Person;
use mail_parser::MessageParser;
use proptest::prelude::*;

use super::{Post, ROUND, at};

const MADE: &str = "2026-07-27T10:05:00+02:00";

const TEETH: [&str; 34] = [
    "\r\nBcc: evil@evil.example",
    "\n\n<script>alert(1)</script>",
    "\r",
    "\0",
    "\u{1}\u{1b}[31m",
    "\"",
    "'",
    ",",
    ";",
    ":",
    "(comment)",
    "<evil@evil.example>",
    "\\",
    "=?utf-8?q?=0D=0ABcc:_evil@evil.example?=",
    "=?utf-8?B?QUJD?=",
    "=?",
    "?=",
    "\u{202e}txet",
    "\u{2066}\u{200f}\u{feff}",
    "التاريخ",
    "請求書の通貨",
    "ü",
    "👩‍👩‍👧",
    "e\u{301}\u{302}\u{303}",
    "\u{fdd0}0\u{fdd1}",
    "\u{2028}\u{85}",
    "{{ site.title }} {% raw %}",
    "{what}",
    "[here](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "# Heading",
    "`code",
    "ana@example.org",
    " Order export ",
];

fn biting() -> impl Strategy<Value = String> {
    let tooth = prop_oneof![
        8 => prop::sample::select(TEETH.to_vec()).prop_map(str::to_owned),
        1 => prop::sample::select(TEETH.to_vec()).prop_map(|tooth| tooth.repeat(60)),
        1 => "\\PC{0,40}",
        1 => Just("x".repeat(1_200)),
        1 => Just("wort ".repeat(240)),
        1 => Just("äöü".repeat(200)),
    ];
    prop::collection::vec(tooth, 0..5).prop_map(|teeth| teeth.concat())
}

/// Who bites where.
#[derive(Clone, Debug, Default)]
struct Bite {
    name: String,
    title: String,
    product: String,
    reason: String,
    hub: String,
}

fn bites() -> impl Strategy<Value = Bite> {
    (biting(), biting(), biting(), biting(), biting())
        .prop_map(|(name, title, product, reason, hub)| Bite { name, title, product, reason, hub })
}

fn bitten(bite: &Bite, language: &str) -> Post {
    let mut post = Post::new(language);
    let round = post.round();
    round.title = bite.title.clone();
    for product in &mut round.products {
        product.name = bite.product.clone();
        for hub in &mut product.hubs {
            hub.value = bite.hub.clone();
        }
        for item in product.list.list_mut().into_iter().flat_map(|list| &mut list.items) {
            item.title = bite.title.clone();
            for words in [&mut item.done_when, &mut item.note].into_iter().flatten() {
                words.value = bite.reason.clone();
            }
            if let Some(reason) = &mut item.reason {
                reason.value.sentence = bite.reason.clone();
            }
        }
    }
    if let Some(survey) = &mut round.survey {
        survey.questions[0].title = bite.title.clone();
        survey.intro.text = bite.reason.clone();
    }
    if let Some(invitation) = &mut round.invitation {
        invitation.title = bite.title.clone();
        invitation.prose.text = bite.reason.clone();
    }
    post
}

const KINDS: [(Kind, &str); 9] = [
    (Kind::Skipped, "captions"),
    (Kind::Done, "export-columns"),
    (Kind::Started, "invoice-currency"),
    (Kind::Reopened, "monthly-mail"),
    (Kind::WeekAhead, "-"),
    (Kind::ListsDue, "ledger"),
    (Kind::ListComplete, "atlas"),
    (Kind::Survey, "-"),
    (Kind::Invitation, "-"),
];

fn named(mut draft: Draft, name: &str, mail: &str) -> Draft {
    let person = Person { name: name.into(), mail: mail.into(), ..(*draft.person).clone() };
    draft.person = Arc::new(person);
    draft
}

/// The mail of a letter is what the letter says and nothing more.
fn holds(letter: &Letter, sender: &Sender) -> Result<(), TestCaseError> {
    let to = message::recipient(letter).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let mail = message::text(letter, sender, at(MADE))
        .map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert!(mail.is_ascii());
    prop_assert!(mail.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])));
    let head = mail.split_once("\r\n\r\n").unwrap().0;
    let names: Vec<&str> = head
        .split("\r\n")
        .filter(|line| !line.starts_with(' '))
        .map(|line| line.split(':').next().unwrap())
        .collect();
    for name in &names {
        prop_assert_eq!(names.iter().filter(|it| *it == name).count(), 1, "{} twice", name);
        let known = [
            "Date",
            "From",
            "Reply-To",
            "To",
            "Message-ID",
            "Subject",
            "List-Id",
            "Auto-Submitted",
            "X-Auto-Response-Suppress",
            "In-Reply-To",
            "References",
            "List-Unsubscribe",
            "List-Unsubscribe-Post",
            "MIME-Version",
            "Content-Type",
        ];
        prop_assert!(known.contains(name), "an extra field: {}", name);
    }
    let message = MessageParser::default().parse(mail.as_bytes()).unwrap();
    prop_assert_eq!(message.subject().unwrap_or_default(), letter.subject.trim());
    let list = message.to().unwrap().as_list().unwrap();
    prop_assert_eq!(list.len(), 1);
    prop_assert_eq!(list[0].address.as_deref(), Some(to.address.as_str()));
    prop_assert_eq!(list[0].name.as_deref().unwrap_or_default(), to.name.as_str());
    prop_assert!(to.name.len() <= 200 && letter.subject.len() <= 200);
    let text = message.body_text(0).unwrap().replace("\r\n", "\n");
    prop_assert_eq!(&text, &letter.text);
    let html = message.body_html(0).unwrap().replace("\r\n", "\n");
    prop_assert_eq!(&html, &letter.html);
    Ok(())
}

/// What no letter may hold, whoever wrote what.
fn is_clean(letter: &Letter) -> Result<(), TestCaseError> {
    for part in [&letter.text, &letter.html, &letter.subject] {
        prop_assert!(!part.contains("ana@example.org"), "{}", part);
        prop_assert!(!part.chars().any(|c| c.is_control() && c != '\n'), "{:?}", part);
        let turning = ['\u{202e}', '\u{2066}', '\u{200f}', '\u{fdd0}', '\u{fdd1}'];
        prop_assert!(!part.contains(turning), "{:?}", part);
    }
    for tag in ["<script", "<img", "href=\"javascript", "<b>"] {
        prop_assert!(!letter.html.contains(tag), "{}", tag);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_a_letter_is_one_letter_to_one_person(
        bite in bites(), language in prop::sample::select(vec!["en", "de"])
    ) {
        let post = bitten(&bite, language);
        let sender = Sender::of(&post.site.settings).unwrap();
        for (kind, subject) in KINDS {
            let draft = named(post.draft(ROUND, "ana", &[(kind, subject)]), &bite.name, "ana@example.org");
            match post.try_write(&draft) {
                Ok(letter) => {
                    is_clean(&letter)?;
                    holds(&letter, &sender)?;
                }
                // Only what is not there at all cannot be told.
                Err(error) => {
                    prop_assert_eq!(kind, Kind::Invitation, "{}", error);
                    prop_assert!(error.place().path.ends_with("invitation.md"));
                }
            }
        }
        let both = [(Kind::Done, "export-columns"), (Kind::Skipped, "captions")];
        let digest = named(post.draft(ROUND, "ana", &both), &bite.name, "ana@example.org");
        holds(&post.try_write(&digest).unwrap(), &sender)?;
    }

    #[test]
    fn an_address_is_written_as_it_is_or_refused_with_its_place(written in biting(), local in "[a-z]{0,3}") {
        let post = Post::new("en");
        let address = format!("{local}{written}@example.org");
        let mut draft = named(post.draft(ROUND, "ana", &[(Kind::Done, "export-columns")]), "Ana", &address);
        let place = Place { line: 7, ..Place::whole("content/people.toml") };
        draft.person = Arc::new(Person { mail_place: place.clone(), ..(*draft.person).clone() });
        let letter = post.try_write(&draft).unwrap();
        let sender = Sender::of(&post.site.settings).unwrap();
        match message::text(&letter, &sender, at(MADE)) {
            Ok(_) => {
                prop_assert!(address.trim().is_ascii());
                holds(&letter, &sender)?;
            }
            Err(error) => {
                prop_assert_eq!(error.place(), place);
                prop_assert!(!error.to_string().chars().any(char::is_control));
            }
        }
    }
}

fn mailbox(written: &str) -> Result<String, Unsendable> {
    Mailbox::new("x", written, &Place::whole("content/people.toml")).map(|mailbox| mailbox.address)
}

#[test]
fn an_address_is_taken_where_mail_servers_take_it() {
    for (written, expected) in [
        ("ana@example.org", "ana@example.org"),
        (" ana@example.org ", "ana@example.org"),
        ("o'brien+week@example.org", "o'brien+week@example.org"),
        ("ana@größe.example", "ana@xn--gre-6ka8i.example"),
        ("ana@例え.jp", "ana@xn--r8jz45g.jp"),
        ("Ana.Duarte@EXAMPLE.org", "Ana.Duarte@example.org"),
    ] {
        assert_eq!(mailbox(written).as_deref(), Ok(expected), "{written}");
    }
    let long = format!("{}@example.org", "a".repeat(65));
    for written in [
        "",
        "@",
        "ana",
        "ana@",
        "@example.org",
        "ana@@example.org",
        "a b@example.org",
        "\"a b\"@example.org",
        "ana@example.org, rui@example.org",
        "ana@exa mple.org",
        "ana@[127.0.0.1]",
        "ana@-x.example",
        ".ana@example.org",
        "ana..d@example.org",
        "ana@example.org\r\nBcc: x@y.example",
        "<ana@example.org>",
        "ana@example.org\0",
        &long,
    ] {
        let error = mailbox(written).unwrap_err();
        assert!(error.to_string().contains("write one, such as"), "{written}: {error}");
    }
    let error = mailbox("größe@example.org").unwrap_err();
    assert!(error.to_string().contains("letters beyond ASCII before its `@`"), "{error}");
}

#[test]
fn a_sender_is_read_from_the_settings_or_its_place_is_told() {
    let mut settings = Post::new("en").site.settings;
    settings.mail.from = Some("\"Zoë, team \\\"x\\\"\" <week@größe.example>".into());
    settings.mail.reply_to = Some("ana@example.org".into());
    let sender = Sender::of(&settings).unwrap();
    assert_eq!(sender.from.address, "week@xn--gre-6ka8i.example");
    assert_eq!(sender.reply_to.unwrap().name, "");
    for broken in
        [None, Some("The dev team".to_owned()), Some("week@example.org\r\nBcc: a@b.c".to_owned())]
    {
        settings.mail.from = broken;
        assert_eq!(&*Sender::of(&settings).unwrap_err().place().path, "littlethings.toml");
    }
}

#[test]
fn a_survey_without_a_form_and_an_item_that_is_gone_are_told() {
    struct Nowhere;
    impl littlethings::mail::Links for Nowhere {
        fn survey(
            &self,
            _: &littlethings::model::Round,
            _: &str,
            _: Option<u32>,
        ) -> Option<String> {
            None
        }
        fn silence(&self, _: &littlethings::model::Round, _: &str) -> Option<String> {
            None
        }
    }
    let post = Post::new("en");
    let desk =
        littlethings::mail::Desk::new(&post.site, &post.theme, &post.told, &Nowhere, post.now);
    let survey = letter::write(&post.draft(ROUND, "ana", &[(Kind::Survey, "-")]), &desk);
    assert_eq!(&*survey.unwrap_err().place().path, "littlethings.toml");
    let gone = letter::write(&post.draft(ROUND, "ana", &[(Kind::Done, "no-such-thing")]), &desk);
    assert!(matches!(gone, Err(Unsendable::Gone { .. })));
    let round = letter::write(&post.draft("1999", "ana", &[(Kind::Done, "x")]), &desk);
    assert!(matches!(round, Err(Unsendable::Gone { .. })));
}

#[test]
fn a_template_that_breaks_is_told_and_the_letter_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let letters = folder.path().join("themes/default/letters");
    std::fs::create_dir_all(&letters).unwrap();
    std::fs::write(letters.join("news.md"), "# x\n\n{{ view.nonsense.deep }}\n").unwrap();
    std::fs::write(letters.join("survey.md"), "{% if %}").unwrap();
    let loaded = littlethings::theme::load(folder.path(), "default", "en").unwrap();
    let told: Vec<String> = loaded.findings.iter().map(|it| it.place.short()).collect();
    assert_eq!(told, ["themes/default/letters/survey.md:1"]);
    let post = Post { theme: loaded.theme, ..Post::new("en") };
    let letter = post.write("ana", &[(Kind::Started, "invoice-currency")]);
    assert_eq!(
        letter.text,
        Post::new("en").write("ana", &[(Kind::Started, "invoice-currency")]).text
    );
    assert_eq!(letter.findings[0].place.short(), "themes/default/letters/news.md:3");
    assert!(letter.findings[0].help.contains("the letter is written as in the default theme"));
    std::fs::write(letters.join("news.md"), "Nothing\n").unwrap();
    let theme = littlethings::theme::load(folder.path(), "default", "en").unwrap().theme;
    let post = Post { theme, ..Post::new("en") };
    let letter = post.write("ana", &[(Kind::Started, "invoice-currency")]);
    assert_eq!(letter.findings.len(), 1);
    assert!(letter.text.contains("is started"));
}
