//! The other door: a letter about the survey is answered by mail, in every way in which mail
//! programs quote, and by everything else that answers mail.

use std::fmt::Write;
use std::path::PathBuf;

use littlethings::mail::send::word;
use littlethings::mail::{
    Desk as LetterDesk, Draft, Genre, Kind, Links, Notice, NoticeKey, Sender, Told,
};
use littlethings::model::Round;
use littlethings::model::survey::BY_MAIL;
use littlethings::store::{Enqueued, Kept, NewReply};
use littlethings::survey::import::{Automatic, Doubt, Import, import};
use littlethings::survey::{Answers, Given, closing};
use littlethings::theme;

use super::desk::{CLOSED, Desk, OPEN, ROUND, instant, repository};
use super::mailer::run_mailer;
use crate::repository::Repository;

const LINK: &str = "https://answers.example.org/a/7Qx2kT9bVn4Rz8personal";

struct Form;

impl Links for Form {
    fn survey(&self, _: &Round, _: &str, answer: Option<u32>) -> Option<String> {
        Some(answer.map_or(LINK.to_owned(), |answer| format!("{LINK}?answer={answer}")))
    }

    fn silence(&self, _: &Round, _: &str) -> Option<String> {
        None
    }
}

/// The letters of a round, and a mailbox for what is answered to them.
struct Post {
    desk: Desk,
    language: &'static str,
}

/// A letter as its reader has it.
struct Sent {
    id: String,
    text: String,
}

fn with_mail() -> Repository {
    let repository = repository();
    let settings = repository.read("littlethings.toml")
        + "\n[mail]\nfrom = \"The dev team <week@example.org>\"\n";
    repository.with("littlethings.toml", &settings)
}

impl Post {
    async fn open() -> Post {
        Post { desk: Desk::of(with_mail(), |_| {}).await, language: "en" }
    }

    /// The survey goes to somebody.
    async fn asks(&self, person: &str) -> Sent {
        let site = &self.desk.site;
        let theme = theme::load(&self.desk.repository.path(""), "default", self.language).unwrap();
        let told = Told::default();
        let letters = LetterDesk::new(site, &theme.theme, &told, &Form, instant(OPEN));
        let key = NoticeKey {
            round: ROUND.to_owned(),
            kind: Kind::Survey,
            subject: "-".to_owned(),
            person: person.to_owned(),
            number: 1,
        };
        let draft = Draft {
            round: ROUND.to_owned(),
            person: site.people.by_id(person).unwrap().clone(),
            genre: Genre::Survey,
            notices: vec![Notice { key, said: "asked".to_owned(), why: "a test".to_owned() }],
        };
        let sender = Sender::of(&site.settings).unwrap();
        let letter = word(&draft, &letters, &sender).unwrap();
        let text = littlethings::mail::letter::write(&draft, &letters).unwrap().text;
        let id = letter.message_id.clone();
        let stored = self.desk.store.enqueue(&[letter], &[], instant(OPEN)).await.unwrap();
        assert_eq!(stored, Enqueued::Stored);
        Sent { id, text }
    }

    /// Puts a mail into the Maildir.
    fn arrives(&self, mail: impl AsRef<[u8]>) {
        let folder = self.desk.repository.path("Maildir/new");
        let number = std::fs::read_dir(&folder).map_or(0, |files| files.count());
        self.desk.repository.write(&format!("Maildir/new/{number:03}.host"), mail);
    }

    fn mailbox(&self) -> Vec<PathBuf> {
        vec![self.desk.repository.path("Maildir")]
    }

    async fn import(&self) -> Import {
        self.import_at(OPEN).await
    }

    async fn import_at(&self, now: &str) -> Import {
        let mailbox = self.mailbox();
        import(&self.desk.store, &self.desk.site, &mailbox, instant(now)).await.unwrap()
    }

    async fn answers(&self, person: &str) -> Answers {
        let reply = self.desk.store.reply(ROUND, person).await.unwrap().unwrap_or_default();
        let answers = reply.answers.iter();
        Answers(answers.map(|(to, it)| (to.clone(), Given::read(it).unwrap())).collect())
    }

    async fn words(&self, person: &str) -> String {
        match self.answers(person).await.to("change") {
            Some(Given::Text(words)) => words.clone(),
            _ => String::new(),
        }
    }

    async fn choice(&self, person: &str) -> Option<String> {
        match self.answers(person).await.to("again") {
            Some(Given::One(choice)) => Some(choice.clone()),
            _ => None,
        }
    }
}

/// An answer to a letter, from Ana and with this body.
fn answer(sent: &Sent, body: &str) -> String {
    mail(sent, "ana@example.org", "m1@example.org", "", body)
}

fn mail(sent: &Sent, from: &str, id: &str, head: &str, body: &str) -> String {
    format!(
        "Return-Path: <{from}>\r\nFrom: Ana Duarte <{from}>\r\nTo: week@example.org\r\n\
         Subject: Re: How was it?\r\nDate: Wed, 5 Aug 2026 11:00:00 +0200\r\nMessage-ID: <{id}>\r\n\
         In-Reply-To: {}\r\nMIME-Version: 1.0\r\n{head}\r\n{body}",
        sent.id
    )
}

fn quoted(text: &str) -> String {
    text.lines().map(|line| format!("> {line}\n")).collect()
}

/// The letter with a number between the brackets of a question.
fn filled(text: &str, name: &str, number: &str) -> String {
    let empty = format!("{name}: [ ]");
    assert!(text.contains(&empty), "{empty}: {text}");
    text.replace(&empty, &format!("{name}: [{number}]"))
}

const WORDS: &str = "It was fun.\n\nMore cake, and tell us on Monday: what is too big?";

/// The same answer in the ways of many programs. `{words}` is what was written, `{quoted}` and
/// `{plain}` the letter with and without marks.
const WAYS: [(&str, &str); 14] = [
    (
        "above",
        "{words}\n\nOn Wed, 5 Aug 2026 at 10:00, The dev team <week@example.org> wrote:\n\n{quoted}",
    ),
    (
        "above, in two lines",
        "{words}\n\nOn Wednesday, 5 August 2026 at 10:00, The dev team\n<week@example.org> wrote:\n{quoted}",
    ),
    (
        "above, in German",
        "{words}\n\nAm Mi., 5. Aug. 2026 um 10:00 Uhr schrieb The dev team <week@example.org>:\n\n{quoted}\n",
    ),
    ("below", "On 05.08.26 10:00, The dev team wrote:\n{quoted}\n{words}\n"),
    ("alone", "{words}\n"),
    (
        "Outlook",
        "{words}\n\n-----Original Message-----\nFrom: The dev team <week@example.org>\nSent: Wednesday, August 5, 2026 10:00 AM\nTo: Ana Duarte <ana@example.org>\nSubject: How was it?\n\n{plain}",
    ),
    (
        "Outlook in German",
        "{words}\n\nVon: The dev team <week@example.org>\nGesendet: Mittwoch, 5. August 2026 10:00\nAn: Ana Duarte <ana@example.org>\nBetreff: How was it?\n\n{plain}",
    ),
    (
        "Outlook, new",
        "{words}\n\n________________________________\nFrom: The dev team <week@example.org>\nSent: Wednesday, August 5, 2026 10:00 AM\nTo: Ana Duarte <ana@example.org>\nSubject: How was it?\n\n{plain}",
    ),
    (
        "Outlook, bold",
        "{words}\n\n*Von:* The dev team <week@example.org>\n*Gesendet:* Mittwoch, 5. August 2026 10:00\n*An:* Ana Duarte <ana@example.org>\n*Betreff:* How was it?\n\n{plain}",
    ),
    (
        "old German",
        "{words}\n\n-----Ursprüngliche Nachricht-----\nVon: The dev team\nGesendet: Mittwoch\nAn: Ana\nBetreff: How\n\n{plain}",
    ),
    ("not marked at all", "{words}\n\n{plain}"),
    (
        "signed",
        "{words}\n\nBest regards,\nAna Duarte\nHead of Everything\n+351 21 000 00 00\n\nOn 05.08.26 10:00, The dev team wrote:\n{quoted}",
    ),
    ("signed in German", "{words}\n\nViele Grüße\nAna\n\n-- \nAna Duarte\nLisbon\n\n> quoted\n"),
    (
        "by telephone",
        "{words}\n\nSent from my telephone\n\nOn 5 Aug 2026, at 10:00, The dev team <week@example.org> wrote:\n\n{quoted}",
    ),
];

#[tokio::test]
async fn words_are_found_however_a_program_quotes() {
    let post = Post::open().await;
    let sent = post.asks("ana").await;
    for (number, (way, body)) in WAYS.iter().enumerate() {
        let ending = if number % 2 == 0 { "\n" } else { "\r\n" };
        let body = body
            .replace("{words}", WORDS)
            .replace("{quoted}", &quoted(&sent.text))
            .replace("{plain}", &sent.text)
            .replace('\n', ending);
        let head = "Content-Type: text/plain; charset=utf-8\r\n";
        post.arrives(mail(&sent, "ana@example.org", &format!("{number}@x"), head, &body));
        let imported = post.import().await;
        assert_eq!((imported.counted.len(), imported.known), (1, number), "{way}: {imported:?}");
        assert!(imported.doubts.is_empty(), "{way}: {imported:?}");
        assert_eq!(post.words("ana").await, WORDS, "{way}");
        assert!(post.desk.store.forget_reply(ROUND, "ana").await.unwrap());
    }
}

#[tokio::test]
async fn numbers_between_the_brackets_count_wherever_the_letter_lies() {
    for way in ["{quoted}", "{plain}", "Hello.\n\n-----Original Message-----\n{plain}"] {
        let post = Post::open().await;
        let sent = post.asks("ana").await;
        let mut text = filled(&sent.text, "again", " 2 ");
        text = filled(&text, "how", "4 of 5");
        text = filled(&text, "helped", "1, 3");
        text = filled(&text, "mine.invoices", "3");
        let body = way.replace("{quoted}", &quoted(&text)).replace("{plain}", &text);
        post.arrives(answer(&sent, &body));
        let imported = post.import().await;
        assert!(imported.doubts.is_empty(), "{way}: {imported:?}");
        let answers = post.answers("ana").await;
        assert!(answers.to("again") == Some(&Given::One("Yes, but differently".to_owned())));
        assert!(answers.to("how") == Some(&Given::Scale(4)));
        let helped = ["Deputies", "Cake & tea"].map(str::to_owned).to_vec();
        assert!(answers.to("helped") == Some(&Given::Any(helped)));
        let Some(Given::Items(said)) = answers.to("mine") else { panic!("{way}") };
        assert_eq!((said.len(), said[0].item.as_str(), said[0].said.word()), (1, "invoices", "no"));
        assert_eq!(imported.counted[0].has_words, way.starts_with("Hello"));
    }
}

#[tokio::test]
async fn a_number_may_stand_beside_the_brackets_and_a_wrong_one_is_shown() {
    let post = Post::open().await;
    let sent = post.asks("ana").await;
    let body = "> again: [ ] 3\n> how: 5\n> helped: [7]\n> mine.printing:\n> [ 1 ]\n\
                > change: [nothing]\nhow: it was 3 times better than ever\n";
    post.arrives(answer(&sent, body));
    let imported = post.import().await;
    assert_eq!(imported.doubts.len(), 1);
    assert_eq!(imported.doubts[0].doubt, Doubt::Unclear(vec!["helped".to_owned()]));
    assert_eq!(imported.counted[0].questions, ["again", "how", "mine"]);
    assert_eq!(post.choice("ana").await.as_deref(), Some("No"));
    assert_eq!(post.words("ana").await, "how: it was 3 times better than ever");
}

#[tokio::test]
async fn a_letter_in_german_is_answered_like_one_in_english() {
    let post = Post { language: "de", ..Post::open().await };
    let sent = post.asks("ana").await;
    assert!(sent.text.contains("Oder einfach per Mail"), "{}", sent.text);
    let text = quoted(&filled(&sent.text, "again", "1"));
    let body =
        format!("Schön war's!\n\nMfG\nAna Duarte\n\nAm 5.8.2026 um 10:00 schrieb Wir:\n{text}");
    let head =
        "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n";
    let latin = mail(&sent, "ANA@Example.ORG", "m1@x", head, &body);
    let latin: Vec<u8> =
        latin.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
    post.arrives(latin);
    post.import().await;
    assert_eq!(post.words("ana").await, "Schön war's!");
    assert_eq!(post.choice("ana").await.as_deref(), Some("Yes"));
}

#[tokio::test]
async fn html_alone_is_read_and_its_quotes_are_known() {
    for (way, html) in [
        (
            "blockquote",
            "<div dir=ltr>It was <b>fun</b>.<br>More&nbsp;cake &amp; tea.</div><br><div class=gmail_quote><div>On Wed, 5 Aug 2026 at 10:00 The dev team &lt;<a href=\"mailto:week@example.org\">week@example.org</a>&gt; wrote:<br></div><blockquote>{html}</blockquote></div>",
        ),
        (
            "Outlook",
            "<html><head><style>p{margin:0}</style></head><body><p>It was <b>fun</b>.</p><p>More&nbsp;cake &amp; tea.</p><div id=divRplyFwdMsg><hr><b>Von:</b> The dev team<br><b>Gesendet:</b> Mittwoch, 5. August 2026 10:00<br><b>An:</b> Ana Duarte<br><b>Betreff:</b> How was it?</div>{html}</body></html>",
        ),
    ] {
        let post = Post::open().await;
        let sent = post.asks("ana").await;
        let text = filled(&sent.text, "again", "1");
        let lines: String = text.lines().map(|line| format!("<p>{line}</p>\n")).collect();
        let head = "Content-Type: text/html; charset=utf-8\r\n";
        let body = html.replace("{html}", &lines);
        post.arrives(mail(&sent, "ana@example.org", "m1@x", head, &body));
        let imported = post.import().await;
        assert_eq!(imported.counted.len(), 1, "{way}: {imported:?}");
        let words = post.words("ana").await;
        let words: Vec<&str> = words.lines().filter(|line| !line.is_empty()).collect();
        let words: Vec<String> = words.iter().map(|line| line.replace('\u{a0}', " ")).collect();
        assert_eq!(words, ["It was fun.", "More cake & tea."], "{way}");
        assert_eq!(post.choice("ana").await.as_deref(), Some("Yes"), "{way}");
    }
}

#[tokio::test]
async fn answers_between_the_quoted_lines_are_words_and_a_personal_link_never_is() {
    let post = Post::open().await;
    let sent = post.asks("ana").await;
    let body = format!(
        "> How was this one for you?\n\nVery good.\n\n> What should we change?\n\nThe time of year.\n\
         My link is {LINK} by the way.\n"
    );
    post.arrives(answer(&sent, &body));
    post.import().await;
    assert_eq!(post.words("ana").await, "Very good.\n\nThe time of year.");
}

#[tokio::test]
async fn thanks_at_the_beginning_are_no_signature() {
    let post = Post::open().await;
    let sent = post.asks("ana").await;
    post.arrives(answer(&sent, "Thanks,\n\nplease do it again\nbefore the summer\n\nDanke\nAna\n"));
    post.import().await;
    assert_eq!(post.words("ana").await, "Thanks,\n\nplease do it again\nbefore the summer");
}

#[tokio::test]
async fn words_below_an_unmarked_quote_are_shown_to_a_person_and_not_published() {
    let post = Post::open().await;
    let sent = post.asks("ana").await;
    let inline = sent.text.replace("What helped?", "Nothing helped me at all.\n\nWhat helped?");
    assert_ne!(inline, sent.text);
    let head = "-----Original Message-----\nFrom: The dev team\nSent: Wednesday\nTo: Ana\n\n";
    post.arrives(answer(&sent, &format!("See below.\n\n{head}{inline}")));
    let imported = post.import().await;
    assert_eq!(imported.doubts[0].doubt, Doubt::Buried, "{imported:?}");
    assert_eq!(post.words("ana").await, "See below.");
}

#[tokio::test]
async fn what_programs_answer_is_set_aside() {
    let post = Post::open().await;
    let sent = post.asks("ana").await;
    let plain = |id: &str, head: &str| mail(&sent, "ana@example.org", id, head, "I am away.\n");
    let automatic = [
        "Auto-Submitted: auto-replied\r\n",
        "Precedence: bulk\r\n",
        "X-Autoreply: yes\r\n",
        "X-Vacation: on\r\n",
    ];
    for (number, head) in automatic.iter().enumerate() {
        post.arrives(plain(&format!("a{number}@x"), head));
    }
    for (number, subject) in
        ["Automatic reply: How was it?", "Abwesenheitsnotiz: How", "Out of Office: Re: How"]
            .iter()
            .enumerate()
    {
        let mail = plain(&format!("s{number}@x"), "");
        post.arrives(mail.replace("Subject: Re: How was it?", &format!("Subject: {subject}")));
    }
    let report = |sort: &str| {
        format!(
            "Content-Type: multipart/report; report-type={sort}; boundary=b\r\n\r\n--b\r\n\
             Content-Type: text/plain\r\n\r\nIt was.\r\n--b--\r\n"
        )
    };
    post.arrives(plain("b1@x", &report("delivery-status")));
    post.arrives(plain("b2@x", "").replace("Return-Path: <ana@example.org>", "Return-Path: <>"));
    post.arrives(plain("b3@x", "").replace("<ana@example.org>", "<MAILER-DAEMON@example.org>"));
    post.arrives(plain("r1@x", &report("disposition-notification")));
    post.arrives(plain("r2@x", "").replace("Subject: Re:", "Subject: Gelesen:"));
    post.arrives(plain("c1@x", "Content-Type: text/calendar; method=REPLY\r\n"));
    let imported = post.import().await;
    let count = |sort| imported.automatic.iter().filter(|(it, _)| *it == sort).count();
    assert_eq!(
        [Automatic::Reply, Automatic::Bounce, Automatic::Receipt, Automatic::Calendar].map(count),
        [8, 2, 2, 1],
        "{imported:?}"
    );
    assert!(imported.counted.is_empty() && imported.doubts.is_empty());
    assert!(post.desk.store.who_answered().await.unwrap().is_empty());
    // What a person wrote about being away is no automatic reply.
    let subject = "Subject: Re: Out of office";
    let body = "Auto-Submitted: no\r\nPrecedence: list\r\n";
    post.arrives(plain("p1@x", body).replace("Subject: Re: How was it?", subject));
    assert_eq!(post.import().await.counted.len(), 1);
}

#[tokio::test]
async fn the_same_mail_counts_once_wherever_it_lies() {
    let post = Post::open().await;
    let sent = post.asks("ana").await;
    let mail = answer(&sent, "Once.\n");
    post.arrives(&mail);
    post.arrives(&mail);
    let imported = post.import().await;
    assert_eq!((imported.counted.len(), imported.known), (1, 1));
    let mbox = format!("From ana@example.org Wed Aug  5 11:00:00 2026\n{mail}\n\n");
    post.desk.repository.write("box", &mbox);
    post.desk.repository.write("one.eml", &mail);
    let paths = ["box", "one.eml"].map(|path| post.desk.repository.path(path));
    let imported = import(&post.desk.store, &post.desk.site, &paths, instant(OPEN)).await.unwrap();
    assert_eq!((imported.counted.len(), imported.known), (0, 2));
    assert_eq!(post.words("ana").await, "Once.");
    assert_eq!(post.desk.store.reply(ROUND, "ana").await.unwrap().unwrap().revision, 1);
}

#[tokio::test]
async fn an_mbox_is_cut_where_its_mails_begin() {
    let post = Post::open().await;
    let (ana, marta) = (post.asks("ana").await, post.asks("marta").await);
    let mut mbox = String::new();
    let body = "Two things.\n\n>From now on earlier.\n";
    write!(mbox, "From a Wed Aug  5 11:00:00 2026\n{}\n", answer(&ana, body)).unwrap();
    let second = mail(&marta, "marta@example.org", "m2@x", "", "Hello\nFrom: nobody\n");
    write!(mbox, "From b Wed Aug  5 11:00:00 2026\n{second}\n").unwrap();
    post.desk.repository.write("box", &mbox);
    let path = [post.desk.repository.path("box")];
    let imported = import(&post.desk.store, &post.desk.site, &path, instant(OPEN)).await.unwrap();
    assert_eq!((imported.mails, imported.counted.len()), (2, 2));
    assert_eq!(post.words("ana").await, "Two things.\n\nFrom now on earlier.");
}

#[tokio::test]
async fn an_answer_from_elsewhere_is_shown_to_a_person() {
    let post = Post::open().await;
    let sent = post.asks("ana").await;
    for (id, from) in [("1", "eve@example.org"), ("2", "ana@example.org.evil.example"), ("3", "")] {
        post.arrives(mail(&sent, from, id, "", "I am Ana.\n"));
    }
    let two = mail(&sent, "ana@example.org>, <eve@example.org", "4", "", "We are Ana.\n");
    post.arrives(two);
    let other = mail(&sent, "ana@example.org", "5", "", "About something else.\n");
    post.arrives(other.replace(&sent.id, "<another@example.org>"));
    let imported = post.import().await;
    assert!(imported.counted.is_empty(), "{imported:?}");
    let counts = (imported.doubts.len(), imported.automatic.len(), imported.others);
    assert_eq!(counts, (3, 1, 1), "of which one came from nobody");
    assert!(imported.doubts.iter().all(|it| it.doubt == Doubt::OtherAddress));
    assert!(post.desk.store.who_answered().await.unwrap().is_empty());
}

/// What somebody answers in the form on that day.
async fn in_form(post: &Post, choice: &str, day: &str) {
    let before = post.desk.store.reply(ROUND, "ana").await.unwrap().unwrap_or_default();
    let new = NewReply {
        round: ROUND,
        person: "ana",
        side: "partner",
        replaces: before.revision,
        answers: vec![("again".to_owned(), Given::One(choice.to_owned()).write())],
        day: day.parse().unwrap(),
        mail: None,
    };
    assert_eq!(post.desk.store.keep_reply(&new).await.unwrap(), Kept::Kept(before.revision + 1));
}

#[tokio::test]
async fn of_form_and_mail_the_later_one_counts() {
    for (form, choice, older) in [("2026-08-04", "No", 0), ("2026-08-05", "Yes", 1)] {
        let post = Post::open().await;
        let sent = post.asks("ana").await;
        in_form(&post, "Yes", form).await;
        post.arrives(answer(&sent, "A word by mail.\n> again: [3]\n> how: [2]\n"));
        let imported = post.import().await;
        assert_eq!(imported.counted[0].older, older, "{form}");
        assert_eq!(post.choice("ana").await.as_deref(), Some(choice), "{form}");
        // What only the mail says counts in any case.
        assert!(post.answers("ana").await.to("how") == Some(&Given::Scale(2)));
        assert_eq!(post.words("ana").await, "A word by mail.");
        // And the form, once it is sent again, has the last word.
        in_form(&post, "Yes, but differently", "2026-08-06").await;
        assert_eq!(post.import().await.known, 1);
        assert_eq!(post.choice("ana").await.as_deref(), Some("Yes, but differently"));
    }
}

#[tokio::test]
async fn of_two_mails_the_later_one_counts_in_whatever_order_they_lie() {
    let post = Post::open().await;
    let sent = post.asks("ana").await;
    let later = mail(&sent, "ana@example.org", "2", "", "Second.\n> again: [3]\n");
    post.arrives(later.replace("11:00:00", "11:00:01"));
    post.arrives(mail(&sent, "ana@example.org", "1", "", "First.\n> again: [1]\n"));
    assert_eq!(post.import().await.counted.len(), 2);
    assert_eq!(post.choice("ana").await.as_deref(), Some("No"));
    assert_eq!(post.words("ana").await, "First.\n\nSecond.");
}

#[tokio::test]
async fn a_closed_survey_takes_no_mail_and_says_so() {
    let post = Post::open().await;
    let sent = post.asks("ana").await;
    post.arrives(answer(&sent, "Too late.\n"));
    let imported = post.import_at(CLOSED).await;
    assert_eq!((imported.counted.len(), imported.late[ROUND]), (0, 1));
    assert!(post.desk.store.reply(ROUND, "ana").await.unwrap().is_none());
}

#[tokio::test]
async fn words_of_people_who_are_asked_nothing_in_words_are_kept_beside_the_questions() {
    let repository = with_mail();
    let survey = repository.read("content/2026-summer/survey.md");
    let survey = survey.replace(
        "- For: owners, developers, managers\n- Answer: text",
        "- For: managers\n- Answer: text",
    );
    repository.write("content/2026-summer/survey.md", survey);
    let post = Post { desk: Desk::of(repository, |_| {}).await, language: "en" };
    for (number, person) in ["ana", "marta", "rui", "eva", "jonas"].iter().enumerate() {
        let sent = post.asks(person).await;
        let from = format!("{person}@example.org");
        post.arrives(mail(&sent, &from, &format!("{number}"), "", &format!("Word {number}.\n")));
    }
    assert_eq!(post.import().await.counted.len(), 5);
    let sent = post.desk.answer("ana", &[("q.again", "Yes")]).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert!(
        post.answers("ana").await.to(BY_MAIL).is_some(),
        "the form keeps what it does not show"
    );
    closing::seal_what_is_over(&post.desk.store, &post.desk.site, instant(CLOSED)).await.unwrap();
    let results = closing::results(&post.desk.store, post.desk.round(), "hidden").await.unwrap();
    assert_eq!(results.comments.len(), 5);
    assert!(results.comments.iter().all(|comment| comment.question == BY_MAIL));
}

#[tokio::test]
async fn nothing_that_arrives_does_harm() {
    let post = Post::open().await;
    let sent = post.asks("ana").await;
    let hostile: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"\0\0\0".to_vec(),
        b"not a mail at all".to_vec(),
        vec![b'x'; (32 << 20) + 1],
        answer(&sent, "").into_bytes(),
        answer(&sent, &">".repeat(1 << 20)).into_bytes(),
        answer(&sent, &"again: [".repeat(10_000)).into_bytes(),
        mail(
            &sent,
            "ana@example.org",
            "h",
            "Content-Type: text/html\r\n",
            &"<div>".repeat(100_000),
        )
        .into_bytes(),
        mail(
            &sent,
            "ana@example.org",
            "q",
            "Content-Type: text/html\r\n",
            &"<blockquote>".repeat(20_000),
        )
        .into_bytes(),
        mail(
            &sent,
            "ana@example.org",
            "t",
            "Content-Type: text/html\r\n",
            &"<table><tr><td>".repeat(20_000),
        )
        .into_bytes(),
        mail(
            &sent,
            "ana@example.org",
            "c",
            "Content-Type: text/plain; charset=x-no-such\r\n",
            "caf\u{e9}\n",
        )
        .into_bytes(),
        mail(
            &sent,
            "ana@example.org",
            "b",
            "Content-Type: multipart/mixed; boundary=\"\"\r\n",
            "--\r\n--\r\n",
        )
        .into_bytes(),
        mail(
            &sent,
            "ana@example.org",
            "n",
            &"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n".repeat(5_000),
            "x",
        )
        .into_bytes(),
        mail(&sent, "ana@example.org", "u", "Content-Transfer-Encoding: base64\r\n", "!!!!")
            .into_bytes(),
        mail(
            &sent,
            "ana@example.org",
            "e",
            "",
            &format!("{}\u{202e}\n", "\u{1f680}".repeat(4_001)),
        )
        .into_bytes(),
    ];
    for mail in &hostile {
        post.arrives(mail);
    }
    let imported = post.import().await;
    assert_eq!(imported.mails, hostile.len());
    assert!(imported.doubts.iter().any(|it| it.doubt == Doubt::TooLong), "{imported:?}");
    assert!(imported.doubts.iter().any(|it| it.doubt == Doubt::Unreadable));
    assert!(post.words("ana").await.chars().count() <= 4_000);
    // The same in one mbox, and cut in the middle.
    let mut mbox = Vec::new();
    for mail in &hostile {
        mbox.extend_from_slice(b"From x Wed Aug  5 11:00:00 2026\n");
        mbox.extend_from_slice(mail);
        mbox.push(b'\n');
    }
    mbox.truncate(mbox.len() - 5);
    post.desk.repository.write("box", &mbox);
    let path = [post.desk.repository.path("box")];
    let imported = import(&post.desk.store, &post.desk.site, &path, instant(OPEN)).await.unwrap();
    assert_eq!(imported.mails, hostile.len());
}

/// A round whose survey is open whenever this runs.
fn open_for_ever() -> Repository {
    let repository = with_mail();
    let round = repository.read("content/2026-summer/round.toml");
    let round = round.replace("2026-0", "2021-0").replace("2021-08-14", "2999-08-14");
    repository.with("content/2026-summer/round.toml", &round)
}

#[tokio::test]
async fn the_program_tells_first_names_and_where_to_look() {
    let repository = open_for_ever();
    std::fs::create_dir_all(repository.path(".littlethings")).unwrap();
    let place = littlethings::store::Place::File(repository.path(".littlethings/store.db"));
    let post = Post { desk: Desk::at(repository, &place, |_| {}).await, language: "en" };
    let sent = post.asks("ana").await;
    post.arrives(answer(&sent, "A secret of mine.\n> again: [1]\n> how: [9]\n"));
    post.arrives(mail(&sent, "eve@example.org", "e", "", "Me, too.\n"));
    post.arrives(mail(
        &sent,
        "ana@example.org",
        "a",
        "Auto-Submitted: auto-replied\r\n",
        "Away.\n",
    ));
    let told = run_mailer(&post.desk.repository, &["import", "Maildir"]);
    assert_eq!(told.code, 0, "{}", told.err);
    for said in [
        "Ana: 1 question and a comment\n1 answer in 3 mails\n",
        "set aside: 1 automatic reply",
        "Maildir/new/001.host: it answers the letter of Ana from another address",
        "Maildir/new/000.host: what Ana put into the brackets of `how` cannot be understood",
    ] {
        assert!(told.out.contains(said), "{}", told.out);
    }
    let again = run_mailer(&post.desk.repository, &["import", "Maildir", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&again.out).unwrap();
    assert_eq!(
        (&json["known"], &json["set_aside"][0]["sort"]),
        (&1.into(), &"automatic reply".into())
    );
    for out in [&told.out, &again.out] {
        assert!(!out.contains("secret") && !out.contains('@'), "{out}");
    }
    let frozen = run_mailer(&post.desk.repository, &["import", "Maildir", "--now", OPEN]);
    assert_eq!(frozen.code, 2);
    assert!(frozen.err.contains("the clock stands still"), "{}", frozen.err);
    let nothing = run_mailer(&post.desk.repository, &["import", "content"]);
    assert!(nothing.err.contains("is no mailbox"), "{}", nothing.err);
}
