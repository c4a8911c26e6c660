//! Every letter there is, in both languages, from the shipped rounds: read the snapshots aloud.

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use littlethings::mail::{
    Desk, Draft, Genre, Kind, Letter, Links, Notice, NoticeKey, Sender, Told, ToldNotice,
    ToldState, letter,
};
use littlethings::model::{Agreed, ListFile, Round, Site};
use littlethings::theme::{self, Theme};

mod bytes;
mod hostile;
mod looks;
mod words;

const ROUND: &str = "2026-summer";
const LANGUAGES: [&str; 2] = ["en", "de"];
const WEDNESDAY: &str = "2026-07-29T15:00:00+02:00";
const FRIDAY: &str = "2026-07-31T16:00:00+02:00";
const SATURDAY: &str = "2026-08-01T11:00:00+02:00";
const ASKING: &str = "2026-08-03T10:00:00+02:00";

/// What lies before whoever writes: the shipped rounds, a theme, what was told.
struct Post {
    site: Site,
    theme: Theme,
    told: Told,
    now: Timestamp,
}

struct Forms;

impl Links for Forms {
    fn survey(&self, round: &Round, person: &str, answer: Option<u32>) -> Option<String> {
        let answer = answer.map(|answer| format!("?answer={answer}")).unwrap_or_default();
        Some(format!("https://answers.example.org/{}/{person}-7Qx2kT9bVn4Rz8{answer}", round.slug))
    }

    fn silence(&self, round: &Round, person: &str) -> Option<String> {
        Some(format!("https://answers.example.org/{}/{person}-7Qx2kT9bVn4Rz8/silence", round.slug))
    }
}

fn here() -> &'static std::path::Path {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn shipped() -> Site {
    static SITE: OnceLock<Site> = OnceLock::new();
    SITE.get_or_init(|| littlethings::content::read(here()).unwrap().site).clone()
}

impl Post {
    fn new(language: &str) -> Post {
        let theme = theme::load(std::path::Path::new("/nowhere"), "default", language).unwrap();
        Post { site: shipped(), theme: theme.theme, told: Told::default(), now: at(WEDNESDAY) }
    }

    fn at(mut self, now: &str) -> Post {
        self.now = at(now);
        self
    }

    fn round(&mut self) -> &mut Round {
        self.site.rounds.iter_mut().find(|round| round.slug == ROUND).unwrap()
    }

    /// Somebody was told something before, in a letter with that subject.
    fn told(mut self, kind: Kind, subject: &str, person: &str, line: &str, when: &str) -> Post {
        let number = self.next(kind, subject, person);
        self.told.notices.push(ToldNotice {
            key: key(ROUND, kind, subject, person, number),
            said: kind.word().into(),
            address: format!("{person}@example.org"),
            line: line.into(),
            state: ToldState::Accepted,
            at: at(when),
        });
        self
    }

    /// How many times this will have been told with the next letter.
    fn next(&self, kind: Kind, subject: &str, person: &str) -> u32 {
        let same = self.told.about(ROUND, subject, person).filter(|told| told.key.kind == kind);
        same.count() as u32 + 1
    }

    fn draft(&self, round: &str, person: &str, notices: &[(Kind, &str)]) -> Draft {
        Draft {
            round: round.into(),
            person: self.site.people.by_id(person).unwrap().clone(),
            genre: Genre::of(notices[0].0),
            notices: notices
                .iter()
                .map(|(kind, subject)| Notice {
                    key: key(round, *kind, subject, person, self.next(*kind, subject, person)),
                    said: kind.word().into(),
                    why: "a test".into(),
                })
                .collect(),
        }
    }

    fn try_write(&self, draft: &Draft) -> Result<Letter, letter::Unsendable> {
        let desk = Desk::new(&self.site, &self.theme, &self.told, &Forms, self.now);
        letter::write(draft, &desk)
    }

    fn write(&self, person: &str, notices: &[(Kind, &str)]) -> Letter {
        self.try_write(&self.draft(ROUND, person, notices)).unwrap()
    }
}

fn at(when: &str) -> Timestamp {
    when.parse().unwrap()
}

fn key(round: &str, kind: Kind, subject: &str, person: &str, number: u32) -> NoticeKey {
    NoticeKey { round: round.into(), kind, subject: subject.into(), person: person.into(), number }
}

fn sender() -> Sender {
    Sender::of(&shipped().settings).unwrap()
}

/// Every kind of letter, by the name of its snapshot.
fn all(language: &str) -> Vec<(&'static str, Letter)> {
    let post = || Post::new(language);
    let news = |person: &str, notices: &[(Kind, &str)]| post().write(person, notices);
    vec![
        (
            "invitation",
            post().at("2026-07-06T09:00:00+02:00").write("ana", &[(Kind::Invitation, "-")]),
        ),
        ("lists-due-agreement", not_agreed(language).write("marta", &[(Kind::ListsDue, "ledger")])),
        ("lists-due-missing", missing(language).write("sunniva", &[(Kind::ListsDue, "beacon")])),
        ("lists-due-stands-in", missing(language).write("ana", &[(Kind::ListsDue, "beacon")])),
        (
            "lists-due-several",
            not_agreed(language)
                .write("marta", &[(Kind::ListsDue, "ledger"), (Kind::ListsDue, "parcel")]),
        ),
        ("list-complete", missing(language).write("ana", &[(Kind::ListComplete, "atlas")])),
        (
            "list-complete-all",
            post().write("ana", &[(Kind::ListComplete, "atlas"), (Kind::ListComplete, "ledger")]),
        ),
        (
            "week-ahead",
            post()
                .at("2026-07-24T10:00:00+02:00")
                .write("ines", &[(Kind::WeekAhead, "-"), (Kind::WeekAhead, "glossary")]),
        ),
        ("week-ahead-late", news("ines", &[(Kind::WeekAhead, "-")])),
        ("week-ahead-uncovered", uncovered(language)),
        ("week-off", news("gregor", &[(Kind::WeekOff, "-")])),
        ("submitted", news("rui", &[(Kind::Submitted, "price-tooltip")])),
        ("started", news("ana", &[(Kind::Started, "invoice-currency")])),
        ("skipped", news("soren", &[(Kind::Skipped, "password-mail")])),
        ("skipped-too-big", news("darina", &[(Kind::Skipped, "question-on-several")])),
        ("skipped-without-reason", without_reason(language)),
        ("done", news("aylin", &[(Kind::Done, "export-columns")])),
        ("done-in-arabic", news("noor", &[(Kind::Done, "arabic-dates")])),
        ("reopened", news("ana", &[(Kind::Reopened, "monthly-mail")])),
        ("handed-over", news("ines", &[(Kind::HandedOver, "glossary")])),
        ("handed-over-done", news("marta", &[(Kind::HandedOver, "in-stock-filter")])),
        ("handed-over-submitted", news("leonie", &[(Kind::HandedOver, "first-week-page")])),
        ("moved", news("rui", &[(Kind::Moved, "glossary")])),
        ("moved-and-week-off", news("gregor", &[(Kind::Moved, "glossary"), (Kind::WeekOff, "-")])),
        (
            "sign-off-reminder",
            post()
                .told(Kind::Done, "returns-address", "kofi", "", "2026-07-27T11:00:00+02:00")
                .write("kofi", &[(Kind::SignOffReminder, "returns-address")]),
        ),
        ("fate-roadmap", post().at(ASKING).write("leonie", &[(Kind::Fate, "three-shops")])),
        ("fate-next-round", post().at(ASKING).write("darina", &[(Kind::Fate, "captions")])),
        ("fate-ticket", post().at(ASKING).write("marta", &[(Kind::Fate, "swiss-rounding")])),
        (
            "digest",
            post().at(FRIDAY).write(
                "ana",
                &[
                    (Kind::Done, "monthly-mail"),
                    (Kind::Started, "invoice-currency"),
                    (Kind::Skipped, "captions"),
                    (Kind::Moved, "glossary"),
                ],
            ),
        ),
        ("survey", post().at(ASKING).write("ana", &[(Kind::Survey, "-")])),
        ("survey-of-a-developer", post().at(ASKING).write("jonas", &[(Kind::Survey, "-")])),
        ("survey-reminder", post().at(ASKING).write("ana", &[(Kind::SurveyReminder, "-")])),
        ("survey-thanks", post().at(ASKING).write("ana", &[(Kind::SurveyThanks, "-")])),
        ("results-out", results(language)),
        ("lists-due-empty", empty(language).write("sunniva", &[(Kind::ListsDue, "beacon")])),
        ("skipped-over", post().at(SATURDAY).write("soren", &[(Kind::Skipped, "password-mail")])),
    ]
}

fn not_agreed(language: &str) -> Post {
    let mut post = Post::new(language).at("2026-07-18T10:00:00+02:00");
    for product in &mut post.round().products {
        let Some(list) = product.list.list_mut() else { continue };
        list.items.truncate(7);
        for agreement in &mut list.agreements {
            agreement.agreed = Agreed::NotYet;
        }
    }
    post
}

fn missing(language: &str) -> Post {
    let mut post = Post::new(language).at("2026-07-18T10:00:00+02:00");
    let products = &mut post.round().products;
    products.iter_mut().find(|product| product.key == "beacon").unwrap().list = ListFile::Missing;
    post
}

fn empty(language: &str) -> Post {
    let mut post = Post::new(language).at("2026-07-18T10:00:00+02:00");
    let products = &mut post.round().products;
    let beacon = products.iter_mut().find(|product| product.key == "beacon").unwrap();
    beacon.list.list_mut().unwrap().items.clear();
    post
}

fn uncovered(language: &str) -> Letter {
    let mut post = Post::new(language).at("2026-07-24T10:00:00+02:00");
    for product in &mut post.round().products {
        for item in product.list.list_mut().into_iter().flat_map(|list| &mut list.items) {
            item.deputy = None;
        }
    }
    post.write("ines", &[(Kind::WeekAhead, "-")])
}

fn without_reason(language: &str) -> Letter {
    let mut post = Post::new(language);
    for product in &mut post.round().products {
        for item in product.list.list_mut().into_iter().flat_map(|list| &mut list.items) {
            item.reason = None;
        }
    }
    post.write("darina", &[(Kind::Skipped, "captions")])
}

fn results(language: &str) -> Letter {
    let mut post = Post::new(language);
    post.told.answered.entry("2026-spring".into()).or_default().insert("ana".into());
    post.try_write(&post.draft("2026-spring", "ana", &[(Kind::ResultsOut, "-")])).unwrap()
}

#[test]
fn every_letter_reads_well_in_both_languages() {
    for language in LANGUAGES {
        for (name, letter) in all(language) {
            let shown = format!(
                "To: {} <{}>\nSubject: {}\nState: {}\n\n{}",
                letter.name, letter.address, letter.subject, letter.state, letter.text
            );
            insta::with_settings!({
                prepend_module_to_snapshot => false, omit_expression => true,
                snapshot_path => "snapshots"
            }, {
                insta::assert_snapshot!(format!("{name}.{language}"), shown);
            });
        }
    }
}

#[test]
fn one_letter_in_html_is_as_it_was() {
    let letter = Post::new("en").write("aylin", &[(Kind::Done, "export-columns")]);
    insta::with_settings!({
        prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "snapshots"
    }, {
        insta::assert_snapshot!("done.html", letter.html);
    });
}

#[test]
fn every_kind_and_genre_is_among_them() {
    let post = Post::new("en");
    for kind in Kind::ALL {
        let covered = include_str!("mod.rs").contains(&format!("Kind::{kind:?}, "));
        assert!(covered, "{kind:?}");
    }
    for genre in Genre::ALL {
        assert!(all("en").iter().any(|(_, letter)| letter.genre == genre), "{genre:?}");
    }
    let person = Arc::clone(post.site.people.by_id("ana").unwrap());
    assert_eq!(person.first_name(), "Ana");
}
