//! What people read last is what is so, although a letter got no answer and goes out once more.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::runs::{log, mailer, run, with_letters};
use crate::mailserver::{self, At, Does, Script, Server};
use crate::repository::{self, Repository};

const LIST: &str = "content/2026-summer/lists/atlas.md";

/// Ana has heard that her item was started.
fn started(server: &Server) -> Repository {
    let repository = with_letters(6);
    let baseline = ["send", "--baseline", "--now", "2026-07-24T12:00:00+02:00"];
    assert_eq!(run(&repository, &server.url(), &baseline).code, 0);
    set(&repository, "started", "Ana Duarte");
    assert_eq!(send(&repository, server, "12:00"), (0, "1 told\n".to_owned()));
    repository
}

/// Writes where Ana's item stands and whose it is.
fn set(repository: &Repository, status: &str, owner: &str) {
    let item = "- Owner: Ana Duarte\n- Kind: bug\n- Ref: invoices\n- Status:";
    let text = repository::list(10);
    assert!(text.contains(item));
    let now = format!("- Owner: {owner}\n- Kind: bug\n- Ref: invoices\n- Status: {status}");
    repository.write(LIST, text.replace(item, &now));
}

fn at(clock: &str) -> String {
    format!("2026-07-28T{clock}:00+02:00")
}

/// The exit code, and what was said besides the letters.
fn send(repository: &Repository, server: &Server, clock: &str) -> (i32, String) {
    let mut command = mailer(repository, &server.url());
    command.env("LITTLETHINGS_UNCERTAIN_WAIT", "15m").args(["send", "--now", &at(clock)]);
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = said.lines().filter(|line| !line.contains("Ana: ") && !line.contains("Eva: "));
    (output.status.code().unwrap(), lines.map(|line| format!("{line}\n")).collect())
}

/// The Message-IDs of the letters to a person that the server took, in order, in small numbers.
fn heard(server: &Server, person: &str) -> Vec<usize> {
    let mut known: Vec<String> = Vec::new();
    let journal = server.journal();
    let to = format!("{person}@example.org");
    let letters = journal.letters.iter().filter(|letter| letter.to == to);
    letters
        .map(|letter| {
            let id = letter.body.lines().find(|line| line.starts_with("Message-ID: ")).unwrap();
            known.iter().position(|it| it == id).unwrap_or_else(|| {
                known.push(id.to_owned());
                known.len() - 1
            })
        })
        .collect()
}

/// What the last letter of the store to a person is about, and how far it got.
fn last(repository: &Repository, person: &str) -> (String, String) {
    let letters = log(repository);
    let letter = letters.iter().rfind(|letter| letter["to"] == person).unwrap();
    let text = |key: &str| letter[key].as_str().unwrap().to_owned();
    (text("why"), text("state"))
}

const WAITS: &str = "1 uncertain and 1 not sent yet\n\
                     1 letter waits until an earlier one about the same is certain; the next run goes on\n";

#[test]
fn what_was_said_since_comes_after_the_second_copy_of_an_uncertain_letter() {
    let server = mailserver::start(Script::plain().after(1, At::Dot, Does::TakesAndDrops));
    let repository = started(&server);
    set(&repository, "done", "Ana Duarte");
    assert_eq!(send(&repository, &server, "12:30"), (1, "1 uncertain\n".to_owned()));
    set(&repository, "started", "Ana Duarte");
    assert_eq!(send(&repository, &server, "12:40"), (1, WAITS.to_owned()));
    assert_eq!(heard(&server, "ana"), [0, 1], "started, done");
    assert_eq!(send(&repository, &server, "12:50"), (0, "2 told\n".to_owned()));
    assert_eq!(heard(&server, "ana"), [0, 1, 1, 2], "started, done, the same again, reopened");
    let reopened = "it is started, and done was told".to_owned();
    assert_eq!(last(&repository, "ana"), (reopened, "accepted".to_owned()));
    let nothing = "nobody is to be told anything\n".to_owned();
    assert_eq!(send(&repository, &server, "12:51"), (0, nothing));
}

#[test]
fn what_changed_back_before_the_second_copy_went_is_not_told() {
    let server = mailserver::start(Script::plain().after(1, At::Dot, Does::TakesAndDrops));
    let repository = started(&server);
    set(&repository, "done", "Ana Duarte");
    assert_eq!(send(&repository, &server, "12:30").0, 1);
    set(&repository, "started", "Ana Duarte");
    assert_eq!(send(&repository, &server, "12:40"), (1, WAITS.to_owned()));
    set(&repository, "done", "Ana Duarte");
    assert_eq!(send(&repository, &server, "12:50"), (0, "1 told\n".to_owned()));
    assert_eq!(heard(&server, "ana"), [0, 1, 1]);
}

#[test]
fn a_new_owner_hears_at_once_and_the_former_one_after_the_second_copy() {
    let server = mailserver::start(Script::plain().after(1, At::Dot, Does::TakesAndDrops));
    let repository = started(&server);
    set(&repository, "done", "Ana Duarte");
    assert_eq!(send(&repository, &server, "12:30").0, 1);
    set(&repository, "done", "Eva Sand");
    let (code, said) = send(&repository, &server, "12:40");
    assert_eq!((code, said.starts_with("1 told, 1 uncertain and 1 not sent yet\n")), (1, true));
    assert_eq!((heard(&server, "ana"), heard(&server, "eva")), (vec![0, 1], vec![0]));
    assert_eq!(send(&repository, &server, "12:50"), (0, "2 told\n".to_owned()));
    assert_eq!((heard(&server, "ana"), heard(&server, "eva")), (vec![0, 1, 1, 2], vec![0]));
    assert_eq!(last(&repository, "ana").0, "it is Eva's now");
}

#[test]
fn after_a_run_that_was_killed_the_same_holds() {
    let server = mailserver::start(Script::plain().after(1, At::Dot, Does::TakesAndHangs));
    let repository = started(&server);
    set(&repository, "done", "Ana Duarte");
    let mut command = mailer(&repository, &server.url());
    command.args(["send", "--now", &at("12:30")]).stdout(Stdio::null());
    let mut killed = command.spawn().unwrap();
    let began = Instant::now();
    while heard(&server, "ana").len() < 2 {
        assert!(began.elapsed().as_secs() < 60);
        std::thread::sleep(Duration::from_millis(1));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    set(&repository, "started", "Ana Duarte");
    assert_eq!(send(&repository, &server, "12:40"), (1, WAITS.to_owned()));
    assert_eq!(send(&repository, &server, "12:50"), (0, "2 told\n".to_owned()));
    assert_eq!(heard(&server, "ana"), [0, 1, 1, 2]);
}

#[test]
fn a_letter_that_got_no_answer_twice_holds_nothing_back_and_is_not_sent_after_what_followed() {
    let twice = Script::plain().after(1, At::Dot, Does::TakesAndDrops);
    let server = mailserver::start(twice.after(2, At::Dot, Does::TakesAndDrops));
    let repository = started(&server);
    set(&repository, "done", "Ana Duarte");
    assert_eq!(send(&repository, &server, "12:30").0, 1);
    set(&repository, "started", "Ana Duarte");
    assert_eq!(send(&repository, &server, "12:40"), (1, WAITS.to_owned()));
    assert_eq!(send(&repository, &server, "12:50"), (1, "1 told and 1 uncertain\n".to_owned()));
    assert_eq!(heard(&server, "ana"), [0, 1, 1, 2]);
    let letters = log(&repository);
    let uncertain: Vec<&Value> =
        letters.iter().filter(|letter| letter["state"] == "uncertain").collect();
    let id = uncertain[0]["id"].as_str().unwrap();
    let lost = ["resolve", id, "--lost", "--now", &at("12:55")];
    assert_eq!((uncertain.len(), run(&repository, &server.url(), &lost).code), (1, 0));
    assert!(!log(&repository).iter().any(|letter| letter["state"] == "planned"));
    assert_eq!(send(&repository, &server, "13:00").0, 0);
    assert_eq!(heard(&server, "ana"), [0, 1, 1, 2]);
}
