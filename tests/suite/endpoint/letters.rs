//! The letters of a survey: personal links, who gets which letter, and what nobody may see.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;

use littlethings::store::{Place, Store};
use littlethings::survey::Purpose;
use mail_parser::MessageParser;
use sqlx::Connection;

use super::program::{asking, form, path, run, secret, with_survey};
use crate::repository::{Repository, files};

/// When the survey of [`clocked`] has opened, its first reminder is due, and it is over.
const OPEN: &str = "2026-08-03T10:05:00+02:00";
const REMINDING: &str = "2026-08-06T10:05:00+02:00";

/// A repository under a clock that stands still.
fn clocked() -> Repository {
    let settled = Repository::new();
    let round = settled.read("content/2026-summer/round.toml");
    asking().with("content/2026-summer/round.toml", &round)
}

/// The letters in the folder: person, subject and the whole mail, by address and time.
fn letters(repository: &Repository) -> Vec<(String, String)> {
    let mut letters: Vec<(String, String)> = files(&repository.path("out"))
        .into_iter()
        .filter(|(path, _)| path.ends_with(".eml"))
        .map(|(_, bytes)| {
            let message = MessageParser::default().parse(&bytes).unwrap();
            let to = message.to().unwrap().first().unwrap().address().unwrap();
            let person = to.split('@').next().unwrap().to_owned();
            (person, String::from_utf8(bytes.clone()).unwrap())
        })
        .collect();
    letters.sort();
    letters
}

fn text(mail: &str) -> String {
    let message = MessageParser::default().parse(mail.as_bytes()).unwrap();
    message.body_text(0).unwrap().replace("\r\n", "\n")
}

/// Sends what is due at that instant, and returns what was sent of the survey.
fn send(repository: &Repository, now: &str) -> BTreeMap<String, String> {
    let _ = std::fs::remove_dir_all(repository.path("out"));
    let told = run(repository, &["send", "--all", "--now", now]);
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    assert!(!told.out.contains("/a/") && !told.err.contains("/a/"), "{}{}", told.out, told.err);
    let asking = |mail: &str| mail.contains("/survey/a/");
    letters(repository).into_iter().filter(|(_, mail)| asking(&text(mail))).collect()
}

#[test]
fn what_is_due_is_listed_without_a_secret_and_nothing_is_written() {
    let repository = clocked();
    let before = repository.files("");
    let due = run(&repository, &["due", "--now", OPEN]);
    assert_eq!(due.code, 0, "{}", due.err);
    assert!(due.out.contains("Jonas: survey\n") && due.out.contains("Should there be another"));
    assert!(due.out.contains("https://answers.example.org/survey/a/...?answer=2"), "{}", due.out);
    assert!(repository.files("") == before, "something was written");
    let plan =
        |out: &str| out.lines().find_map(|line| line.strip_prefix("plan ")).map(str::to_owned);
    let hash = plan(&due.out).unwrap();
    let told = run(&repository, &["send", "--all", "--plan", &hash, "--now", OPEN]);
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    // With a secret it says no more than before.
    let due = run(&repository, &["due", "--now", REMINDING]);
    assert!(due.out.contains("Jonas: survey-reminder"), "{}", due.out);
    assert!(due.out.contains("/survey/a/...") && !due.out.contains("/survey/a/Y"), "{}", due.out);
}

#[test]
fn everybody_gets_links_of_their_own_and_nobody_else_may_read_the_secret() {
    let repository = clocked();
    let sent = send(&repository, OPEN);
    let people: Vec<&str> = sent.keys().map(String::as_str).collect();
    assert_eq!(people, ["ana", "bob", "eva", "jonas", "marta", "rui"]);
    let about = std::fs::metadata(repository.path(".littlethings/secret")).unwrap();
    assert_eq!(about.permissions().mode() & 0o777, 0o600);
    let secret = secret(&repository);
    for (person, mail) in &sent {
        let own = format!("https://answers.example.org/survey{}", form(&secret, person));
        let text = text(mail);
        for number in 1..=3 {
            assert!(text.contains(&format!("{own}?answer={number}\n")), "{text}");
        }
        let links = text.matches("/survey/a/").count();
        assert_eq!((links, text.matches(&own).count()), (4, 4), "{text}");
        assert!(!mail.contains("List-Unsubscribe"), "a question is no list");
        assert!(text.contains("confidential, not anonymous"), "{text}");
    }
}

#[test]
fn only_the_silent_are_reminded_and_can_stop_it_with_one_click() {
    let repository = clocked();
    send(&repository, OPEN);
    let place = Place::File(repository.path(".littlethings/store.db"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let day = "2026-08-04".parse().unwrap();
    runtime.block_on(async {
        let store = Store::open(&place).await.unwrap();
        let new = littlethings::store::NewReply {
            round: "2026-summer",
            person: "bob",
            side: "manager",
            replaces: 0,
            answers: vec![("again".to_owned(), r#"{"one":"Yes"}"#.to_owned())],
            day,
            mail: None,
        };
        let _ = store.keep_reply(&new).await.unwrap();
        store.stop_reminding("2026-summer", "eva", "partner", day).await.unwrap();
        // Whoever was asked is known, on the day on which they were.
        let invited = store.invited("2026-summer").await.unwrap();
        let jonas = invited.iter().find(|it| it.person == "jonas").unwrap();
        assert_eq!((invited.len(), jonas.side.as_str()), (6, "developer"));
        assert_eq!(jonas.asked_on.to_string(), "2026-08-03");
        store.close().await;
    });
    let sent = send(&repository, REMINDING);
    let people: Vec<&str> = sent.keys().map(String::as_str).collect();
    assert_eq!(people, ["ana", "jonas", "marta", "rui"], "bob has answered, eva wants none");
    let secret = secret(&repository);
    for (person, mail) in &sent {
        let stop = path(&secret, Purpose::Unremind, person);
        let stop = format!("https://answers.example.org/survey{stop}");
        let message = MessageParser::default().parse(mail.as_bytes()).unwrap();
        let raw = |name| message.header_raw(name).map(|it| it.trim().replace("\r\n", ""));
        assert_eq!(raw("List-Unsubscribe").unwrap(), format!("<{stop}>"));
        assert_eq!(raw("List-Unsubscribe-Post").unwrap(), "List-Unsubscribe=One-Click");
        assert!(text(mail).contains(&stop), "and a link for people");
    }
}

#[test]
fn without_an_address_the_survey_waits_and_the_rest_goes() {
    let repository = clocked();
    let settings = repository.read("littlethings.toml");
    let settings = settings.split("[survey]").next().unwrap();
    repository.write("littlethings.toml", settings);
    let list = repository.read("content/2026-summer/lists/atlas.md");
    let list = list.replacen("- Status:\n", "- Status: started\n", 1);
    repository.write("content/2026-summer/lists/atlas.md", list);
    let due = run(&repository, &["due", "--now", OPEN]);
    assert!(due.out.contains("withheld: littlethings.toml"), "{}", due.out);
    assert!(due.out.contains("write `url = \"https://…\"` under `[survey]`"), "{}", due.out);
    assert!(!due.out.contains("Jonas: survey"), "{}", due.out);
    let told = run(&repository, &["send", "--all", "--now", OPEN]);
    assert!(told.out.contains("told       Ana"), "{}", told.out);
    assert_eq!(told.code, 1, "somebody was not told: {}", told.out);
    assert!(!repository.path(".littlethings/secret").exists(), "nobody needed it");
}

#[test]
fn a_trial_gives_nobodys_links_away() {
    let repository = clocked();
    let told = run(&repository, &["send", "--redirect-to", "me@example.org", "--now", OPEN]);
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    assert!(!repository.path(".littlethings").exists(), "a trial leaves nothing");
    let preview = run(&repository, &["preview", "--out", "shown", "--now", OPEN]);
    assert_eq!(preview.code, 0, "{}", preview.err);
    let secret = secret(&repository);
    let shown = files(&repository.path("shown"));
    let own = form(&secret, "jonas");
    let shown = |person: &str| {
        let found = shown.iter().find(|(path, _)| path.ends_with(&format!("-survey-{person}.eml")));
        text(&String::from_utf8(found.unwrap().1.clone()).unwrap())
    };
    assert!(shown("jonas").contains(&own), "a preview is for the eyes of who keeps the secret");
    assert!(letters(&repository).iter().all(|(_, mail)| !text(mail).contains(&own)));
}

#[test]
fn a_run_that_was_killed_before_it_noted_whom_it_asked_has_lost_nobody() {
    let repository = clocked();
    assert_eq!(send(&repository, OPEN).len(), 6);
    let file = repository.path(".littlethings/store.db");
    let site = littlethings::content::read(&repository.path("")).unwrap().site;
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        // A run that never came to its end: letters were accepted, and nothing else was written.
        let address = format!("sqlite:{}", file.display());
        let mut database = sqlx::SqliteConnection::connect(&address).await.unwrap();
        sqlx::raw_sql("DELETE FROM invited").execute(&mut database).await.unwrap();
        database.close().await.unwrap();
        let store = Store::open(&Place::File(file)).await.unwrap();
        assert!(store.invited("2026-summer").await.unwrap().is_empty());
        let over: jiff::Timestamp = "2026-08-15T09:00:00+02:00".parse().unwrap();
        littlethings::survey::closing::seal_what_is_over(&store, &site, over).await.unwrap();
        assert_eq!(store.invited("2026-summer").await.unwrap().len(), 6);
    });
}

#[test]
fn the_survey_has_an_address_of_any_sort() {
    for url in ["http://127.0.0.1:8025/", "https://week.example.org"] {
        let repository = with_survey(-2, 5, url);
        let told = run(&repository, &["send", "--all"]);
        assert_eq!(told.code, 0, "{}{}", told.out, told.err);
        let own = form(&secret(&repository), "jonas");
        let own = format!("{}{own}?answer=1", url.trim_end_matches('/'));
        assert!(letters(&repository).iter().any(|(_, mail)| text(mail).contains(&own)), "{own}");
    }
}
