//! record.toml: what letters told and the survey said, written by the program over what stands.

use std::collections::BTreeMap;

use littlethings::content;
use littlethings::mail::Kind;
use littlethings::model::{Counted, Record, Round, RuleOutcome, Side, SideCount, Told};
use littlethings::store::{Kept, NewReply, NoticeRow, Place, State, Store, ToldRow};
use littlethings::survey::letters::{self, Letters};
use littlethings::survey::merge::{merge, says_the_same};

use super::desk::{CLOSED, OPEN, ROUND, instant, repository};
use super::mailer::run_mailer;
use crate::repository::Repository;

const RECORD: &str = "content/2026-summer/record.toml";

fn row(kind: Kind, subject: &str, person: &str, state: State, at: &str) -> ToldRow {
    ToldRow {
        notice: NoticeRow {
            round: ROUND.to_owned(),
            kind: kind.word().to_owned(),
            subject: subject.to_owned(),
            person: person.to_owned(),
            number: 1,
            said: String::new(),
            why: String::new(),
        },
        address: format!("{person}@example.org"),
        line: String::new(),
        state,
        stage: None,
        begun: 0,
        at: instant(at),
    }
}

fn round(repository: &Repository) -> Round {
    content::read(&repository.path("")).unwrap().site.rounds.remove(0)
}

#[test]
fn only_what_arrived_was_told_and_nobody_is_named() {
    let round = round(&repository());
    let rows = [
        row(Kind::Done, "b", "ana", State::Accepted, "2026-07-28T10:00:00.7Z"),
        row(Kind::Started, "b", "ana", State::Accepted, "2026-07-27T10:00:00.123Z"),
        row(Kind::Started, "a", "bob", State::Accepted, "2026-07-27T10:00:00.9Z"),
        row(Kind::Started, "c", "bob", State::Baseline, "2026-07-27T10:00:00Z"),
        row(Kind::Started, "d", "bob", State::Uncertain, "2026-07-27T10:00:00Z"),
        row(Kind::Invitation, "-", "bob", State::Accepted, "2026-07-06T10:00:00Z"),
        row(Kind::Survey, "-", "bob", State::Accepted, "2026-08-03T22:30:00Z"),
        row(Kind::Survey, "-", "ana", State::Accepted, "2026-08-03T08:00:01Z"),
        row(Kind::Survey, "-", "eva", State::Baseline, "2026-08-03T08:00:00Z"),
        row(Kind::SurveyReminder, "-", "bob", State::Accepted, "2026-08-06T08:00:02Z"),
        row(Kind::SurveyReminder, "-", "ana", State::Accepted, "2026-08-06T08:00:01Z"),
    ];
    let Letters { told, asked_at, reminded_at } = Letters::of(&rows, &round);
    let told = told.iter().map(|told| format!("{} {} {}", told.at, told.r#ref, told.kind));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "2026-07-27T10:00:00Z a started",
            "2026-07-27T10:00:00Z b started",
            "2026-07-28T10:00:00Z b done"
        ]
    );
    assert_eq!(asked_at, Some(instant("2026-08-03T08:00:01Z")));
    assert_eq!(reminded_at, [instant("2026-08-06T08:00:01Z")], "one, however many were silent");
    let asked = letters::asked(&rows, &round);
    assert_eq!(asked["ana"].to_string(), "2026-08-03");
    assert_eq!(asked["bob"].to_string(), "2026-08-04", "in the zone of the round");
    assert!(!asked.contains_key("eva"));
}

fn told(r#ref: &str, at: &str) -> Told {
    Told { r#ref: r#ref.to_owned(), kind: "started".to_owned(), at: instant(at) }
}

fn record(repository: &Repository) -> Record {
    let mut record = Record {
        written: Some(instant(OPEN)),
        simulated: false,
        told: vec![told("b", "2026-07-28T10:00:00Z"), told("a", "2026-07-27T10:00:00Z")],
        survey: Default::default(),
        questions: Vec::new(),
        comments: Vec::new(),
        outcome: None,
        place: round(repository).place,
    };
    record.survey.asked_at = Some(instant("2026-08-03T08:00:00Z"));
    record.survey.reminded_at = vec![instant("2026-08-06T08:00:00Z")];
    record.survey.sides.insert(Side::Partner, SideCount { asked: 12, answered: 7 });
    record
}

fn counted(answers: u32) -> Counted {
    Counted { r#ref: "again".to_owned(), side: None, answers, counts: Some(Vec::new()) }
}

fn new(record: &Record) -> Record {
    Record {
        told: Vec::new(),
        survey: Default::default(),
        questions: Vec::new(),
        outcome: None,
        ..record.clone()
    }
}

#[test]
fn a_store_that_was_lost_takes_nothing_out_of_the_record() {
    let repository = repository();
    let mut old = record(&repository);
    old.questions.push(counted(7));
    old.outcome = Some(RuleOutcome::Repeat);
    let merged = merge(Some(&old), new(&old)).unwrap();
    assert!(says_the_same(&merged.record, &old));
    assert_eq!((merged.old_letters, merged.old_survey, merged.old_results), (2, true, true));
    // It tells one letter more, and asks three people who were asked before.
    let mut fresh = new(&old);
    fresh.told.push(told("c", "2026-07-27T12:00:00Z"));
    fresh.survey.asked_at = Some(instant("2026-08-05T08:00:00Z"));
    fresh.survey.sides.insert(Side::Partner, SideCount { asked: 3, answered: 1 });
    fresh.questions.push(counted(1));
    let merged = merge(Some(&old), fresh).unwrap();
    let refs: Vec<&str> = merged.record.told.iter().map(|told| told.r#ref.as_str()).collect();
    assert_eq!(refs, ["a", "c", "b"]);
    assert_eq!(merged.record.survey, old.survey);
    assert_eq!(merged.record.questions, old.questions);
}

#[test]
fn the_store_that_asked_is_believed_also_when_an_answer_was_erased() {
    let repository = repository();
    let old = record(&repository);
    let mut newer = new(&old);
    newer.told = old.told.clone();
    newer.survey = old.survey.clone();
    newer.survey.sides.insert(Side::Partner, SideCount { asked: 12, answered: 6 });
    let merged = merge(Some(&old), newer.clone()).unwrap();
    assert_eq!(merged.record.survey.sides[&Side::Partner].answered, 6);
    assert_eq!((merged.old_letters, merged.old_survey, merged.old_results), (0, false, false));
    assert!(!says_the_same(&merged.record, &old));
}

#[test]
fn what_was_made_up_never_lies_over_what_is_real_nor_below_it() {
    let repository = repository();
    let real = record(&repository);
    let made_up = Record { simulated: true, questions: vec![counted(9)], ..new(&real) };
    assert!(merge(Some(&real), made_up.clone()).is_err());
    let merged = merge(Some(&made_up), new(&real)).unwrap();
    assert!(merged.record.questions.is_empty() && !merged.record.simulated);
    // Where nobody has been asked yet a demonstration may add to what owners were told.
    let week = Record { survey: Default::default(), ..real.clone() };
    let merged = merge(Some(&week), made_up).unwrap();
    assert_eq!((merged.record.told.len(), merged.record.simulated), (2, true));
}

/// Two things were started and their owners told, in the store as `send` leaves it.
fn told_of_two() -> Repository {
    let settings = repository().read("littlethings.toml")
        + "\n[mail]\nfrom = \"The dev team <week@example.org>\"\n";
    let repository = repository()
        .with("littlethings.toml", &settings)
        .with_in_list("- Ref: invoices\n- Status:", "- Ref: invoices\n- Status: started")
        .with_in_list("- Ref: labels\n- Status:", "- Ref: labels\n- Status: started");
    let now = "2026-07-27T14:02:30+02:00";
    assert_eq!(run_mailer(&repository, &["send", "--all", "--now", now]).code, 0);
    repository
}

#[test]
fn the_site_shows_when_an_owner_was_told() {
    let repository = told_of_two();
    let now = ["--now", "2026-07-27T15:00:00+02:00"];
    let said = run_mailer(&repository, &[&["results"], &now[..]].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("record.toml written: 2 letters to owners"), "{}", said.out);
    let text = repository.read(RECORD);
    assert!(
        text.contains("ref = \"labels\"\nkind = \"started\"\nat = 2026-07-27T14:02:3"),
        "{text}"
    );
    for hidden in ["ana", "Ana", "marta", "Marta", "@"] {
        assert!(!text.contains(hidden), "{text}");
    }
    assert_eq!(repository.run([&["build"], &now[..]].concat()).code, 0);
    let page = repository.read("public/2026-summer/items/labels.html");
    assert!(page.contains("14:02") && page.contains("it was started"), "{page}");
    // Nothing new: not a byte, whatever the clock says.
    let later = run_mailer(&repository, &["results", "--now", "2026-07-28T15:00:00+02:00"]);
    assert!(later.out.contains("unchanged"), "{}", later.out);
    assert_eq!(repository.read(RECORD), text);
    // The store that wrote it is believed afterwards.
    let sent = run_mailer(&repository, &["send", "--now", "2026-07-27T16:00:00+02:00"]);
    assert_eq!(sent.code, 0, "{}{}", sent.out, sent.err);
}

#[test]
fn a_new_store_touches_no_record() {
    let repository = told_of_two();
    run_mailer(&repository, &["results", "--now", "2026-07-27T15:00:00+02:00"]);
    let text = repository.read(RECORD);
    std::fs::remove_dir_all(repository.path(".littlethings")).unwrap();
    let said = run_mailer(&repository, &["results"]);
    assert_eq!(said.code, 0);
    assert!(said.out.contains("knows nothing to write down"), "{}", said.out);
    assert_eq!(repository.read(RECORD), text);
    assert!(!repository.path(".littlethings").exists(), "none is made by looking");
}

/// A store in which these people have answered yes.
async fn answered(repository: &Repository, people: &[(&str, &str)]) {
    let store = Store::open(&Place::File(repository.path(".littlethings/store.db"))).await.unwrap();
    let day = "2026-08-05".parse().unwrap();
    for (person, side) in people {
        let new = NewReply {
            round: ROUND,
            person,
            side,
            replaces: 0,
            answers: vec![("again".to_owned(), r#"{"one":"Yes"}"#.to_owned())],
            day,
            mail: None,
        };
        assert_eq!(store.keep_reply(&new).await.unwrap(), Kept::Kept(1));
    }
    store.invite(ROUND, &[("bob", "manager"), ("jonas", "developer")], day).await.unwrap();
    store.close().await;
}

const FIVE: [(&str, &str); 5] = [
    ("ana", "partner"),
    ("marta", "partner"),
    ("rui", "partner"),
    ("eva", "partner"),
    ("p5", "partner"),
];

#[tokio::test]
async fn closing_is_left_to_a_clock_that_goes() {
    let repository = repository();
    answered(&repository, &FIVE).await;
    let frozen = run_mailer(&repository, &["results", "--now", CLOSED, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&frozen.out).unwrap();
    assert_eq!((&json["sealed"], &json["rounds"][0]["counted"]), (&[""; 0].into(), &false.into()));
    assert_eq!(json["rounds"][0]["sides"]["partner"]["answered"], 5);
    assert!(json["rounds"][0]["questions"].as_array().unwrap().is_empty());
    let said = run_mailer(&repository, &["results", "--now", CLOSED]);
    assert!(said.out.contains("not counted under a clock that stands still"), "{}", said.out);
    let store = Store::open(&Place::File(repository.path(".littlethings/store.db"))).await.unwrap();
    assert!(!store.is_sealed(ROUND).await.unwrap());
}

#[tokio::test]
async fn results_that_nobody_published_are_late_by_days() {
    let repository = repository();
    let record = "format = 1\nwritten = 2026-08-05T12:00:00+02:00\n[survey]\n\
                  asked_at = 2026-08-03T10:00:00+02:00\n[survey.sides.partner]\n\
                  asked = 12\nanswered = 7\n";
    repository.write(RECORD, record);
    for (now, days) in
        [("2026-08-16T09:00:00+02:00", "1 day late"), ("2026-08-20T09:00:00+02:00", "5 days late")]
    {
        let found = repository.findings(now);
        let late = found.iter().find(|it| it["rule"] == "survey-went-out").unwrap();
        assert_eq!(late["severity"], "error");
        assert!(late["message"].as_str().unwrap().ends_with(days), "{late}");
        assert_eq!(repository.run(["check", "--now", now]).code, 1);
        assert_eq!(repository.run(["build", "--now", now]).code, 0);
        let home = repository.read("public/index.html");
        assert!(home.contains(&format!("its results are not published: {days}.")), "{home}");
    }
    let home = |now: &str| {
        repository.run(["build", "--now", now]);
        repository.read("public/index.html")
    };
    assert!(home("2026-08-15T09:00:00+02:00").contains("its results are due today"));
    assert!(home(OPEN).contains("Answers are welcome until"));
    repository.write(RECORD, format!("{record}[decision]\noutcome = \"too few answers\"\n"));
    assert!(home("2026-08-20T09:00:00+02:00").contains("The survey closed on"));
}

/// A round whose dates lie behind every clock.
fn long_ago() -> Repository {
    let repository = repository();
    let text = repository.read("content/2026-summer/round.toml").replace("2026-", "2021-");
    repository.with("content/2026-summer/round.toml", &text)
}

#[tokio::test]
async fn the_first_run_after_closing_destroys_the_key_and_counts() {
    let repository = long_ago();
    answered(&repository, &FIVE).await;
    let said = run_mailer(&repository, &["results"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("the key of `2026-summer` is destroyed"), "{}", said.out);
    assert!(said.out.contains("again (partner, 5): No 0, Yes 5"), "{}", said.out);
    let text = repository.read(RECORD);
    assert!(text.contains("[survey.sides.developer]\nasked = 1\nanswered = 0\n"), "{text}");
    assert!(text.contains("counts = { \"No\" = 0, \"Yes\" = 5"), "{text}");
    let again = run_mailer(&repository, &["results"]);
    assert!(again.out.contains("unchanged") && !again.out.contains("destroyed"), "{}", again.out);
    let csv = run_mailer(&repository, &["results", "--format", "csv"]);
    assert!(csv.out.starts_with("question,side,choice,count\r\n,partner,asked,5\r\n"));
    assert!(csv.out.contains("again,partner,Yes,5\r\n"), "{}", csv.out);
}

#[tokio::test]
async fn silence_is_written_down_once_it_is_certain() {
    let repository = long_ago();
    answered(&repository, &[]).await;
    let round =
        repository.read("content/2026-summer/round.toml") + "\n[decision]\nquestion = \"again\"\n";
    repository.write("content/2026-summer/round.toml", round);
    run_mailer(&repository, &["results", "--now", "2021-08-05T12:00:00+02:00"]);
    assert!(!repository.read(RECORD).contains("[decision]"));
    let said = run_mailer(&repository, &["results"]);
    assert!(said.out.contains("too few answers"), "{}", said.out);
    assert!(repository.read(RECORD).contains("outcome = \"too few answers\""));
    // And not written again and again.
    assert!(run_mailer(&repository, &["results"]).out.contains("unchanged"));
}

#[test]
fn a_demonstration_says_so_and_sends_nobody_mail() {
    let repository = repository();
    let settings = repository.read("littlethings.toml")
        + "\n[mail]\nfrom = \"The dev team <week@example.org>\"\n";
    let repository = repository.with("littlethings.toml", &settings);
    let said = run_mailer(&repository, &["survey", "--simulate", "30", "--seed", "7"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let said = run_mailer(&repository, &["results", "--now", CLOSED]);
    assert!(said.out.contains("made up for a demonstration"), "{}", said.out);
    assert!(repository.read(RECORD).contains("simulated = true"));
    let csv = run_mailer(&repository, &["results", "--now", CLOSED, "--format", "csv"]);
    assert!(csv.out.contains("made up for a demonstration"), "{}", csv.out);
    assert_eq!(repository.run(["build", "--now", CLOSED]).code, 0);
    for page in ["index.html", "2026-summer/results.html", "2026-summer/survey.html"] {
        let page = repository.read(&format!("public/{page}"));
        assert!(page.contains("made up for a demonstration"), "{page}");
    }
    assert!(repository.read("public/archive.html").contains("answers made up"));
    assert!(repository.read("public/2026-summer/wall.html").contains("answers made up"));
    assert!(repository.read("public/2026-summer/round.json").contains("\"simulated\": true"));
    let told = run_mailer(&repository, &["survey", "--simulate", "3", "--round", "2026-winter"]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("there is `2026-summer`"), "{}", told.err);
}

#[test]
fn a_store_that_knows_people_takes_no_inventions() {
    let repository = told_of_two();
    let before: BTreeMap<_, _> = repository.files(".littlethings");
    let told = run_mailer(&repository, &["survey", "--simulate", "3"]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("knows real people"), "{}", told.err);
    let after = repository.files(".littlethings");
    assert_eq!(before["store.db"], after["store.db"]);
}
