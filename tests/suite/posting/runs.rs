//! Runs of `send`, each a program of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::mailserver::{self, At, Does, Journal, Script, Server};
use crate::repository::{Repository, Told};

/// The invitation has been due for a while.
pub const NOW: &str = "2026-07-08T09:00:00+02:00";

/// A repository with so many letters due: Ana hears that her list is complete, a developer hears
/// nothing, and everybody else is invited.
pub fn with_letters(number: usize) -> Repository {
    let repository = Repository::new();
    let mut people = repository.read("content/people.toml");
    let known = people.matches("mail = ").count();
    for number in known..number {
        people.push_str(&format!(
            "\n[p{number}]\nname = \"Pia{number} Pahl\"\nmail = \"p{number}@example.org\"\n\
             side = \"partner\"\nhub = \"Lisbon\"\n"
        ));
    }
    let settings = repository.read("littlethings.toml")
        + "\n[mail]\nfrom = \"The dev team <week@example.org>\"\n";
    let repository =
        repository.with("content/people.toml", &people).with("littlethings.toml", &settings);
    match super::database() {
        Some(address) => repository.with(DATABASE, &address),
        None => repository,
    }
}

/// Where a repository of these tests keeps the address of its database, if it has one.
const DATABASE: &str = "database";

/// The program, in the repository, with mail that goes to `url`.
pub fn mailer(repository: &Repository, url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_littlethings-mail"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LITTLETHINGS_")) {
        command.env_remove(name);
    }
    command
        .current_dir(repository.path(""))
        .stdin(Stdio::null())
        .env("LITTLETHINGS_SMTP_URL", url)
        .env("LITTLETHINGS_SMTP_LETTER_TIMEOUT", "1500ms")
        .env("LITTLETHINGS_LEASE", "2s")
        .env("LITTLETHINGS_UNCERTAIN_WAIT", "0s")
        .env("LITTLETHINGS_BACKOFF", "50ms")
        .env("LITTLETHINGS_RATE", "0")
        .env_remove("DATABASE_URL");
    if repository.path(DATABASE).exists() {
        command.env("DATABASE_URL", repository.read(DATABASE));
    }
    command
}

pub fn run(repository: &Repository, url: &str, arguments: &[&str]) -> Told {
    let output = mailer(repository, url).args(arguments).output().unwrap();
    let told = Told {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    };
    assert!(!told.err.contains("panicked"), "{}", told.err);
    // Only ever first names and subject lines; an example is nobody's address.
    let said = format!("{}{}", told.out, told.err).replace("such as `ana@example.org`", "");
    let mut lines = said.lines().filter(|line| !line.contains("message_id"));
    assert!(lines.all(|line| !line.contains("@example")), "{said}");
    told
}

/// The letters that the store knows.
pub fn log(repository: &Repository) -> Vec<Value> {
    let told = run(repository, "folder:out", &["log", "--format", "json"]);
    let log: Value = serde_json::from_str(&told.out).unwrap_or_else(|_| panic!("{}", told.err));
    log["letters"].as_array().unwrap().clone()
}

pub fn ids_of(letters: &[Value], state: &str) -> BTreeSet<String> {
    let those = letters.iter().filter(|letter| letter["state"] == state);
    those.map(|letter| letter["message_id"].as_str().unwrap().to_owned()).collect()
}

/// What a server took, by Message-ID.
pub fn taken(journal: &Journal) -> BTreeMap<String, Vec<String>> {
    let mut taken: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for letter in &journal.letters {
        let id = letter.body.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap();
        taken.entry(id.trim().to_owned()).or_default().push(letter.body.clone());
    }
    taken
}

#[test]
fn everybody_is_told_once_and_a_second_run_sends_none() {
    let repository = with_letters(12);
    let server = mailserver::start(Script::plain());
    let url = server.url();
    let told = run(&repository, &url, &["send", "--all", "--now", NOW]);
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    assert!(told.out.contains("12 told"), "{}", told.out);
    let recipients: BTreeSet<String> =
        server.journal().letters.iter().map(|letter| letter.to.clone()).collect();
    assert_eq!((recipients.len(), server.journal().letters.len()), (11, 12));
    let told = run(&repository, &url, &["send", "--now", NOW]);
    assert_eq!((told.code, told.out.as_str()), (0, "nobody is to be told anything\n"));
    assert_eq!(server.journal().letters.len(), 12);
}

#[test]
fn machines_get_each_letter_with_its_state() {
    let repository = with_letters(6);
    let script = Script::plain()
        .for_recipient(
            "ana@example.org",
            At::Recipient,
            Does::Says("550 5.1.1 <ana@example.org> nobody"),
        )
        .for_recipient("rui@example.org", At::Recipient, Does::Says("451 4.3.0 later"));
    let server = mailserver::start(script);
    let arguments = ["send", "--all", "--now", NOW, "--format", "json"];
    let told = run(&repository, &server.url(), &arguments);
    assert_eq!(told.code, 1);
    let sent: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(sent["plan"].as_str().unwrap().len(), 16);
    let state = |person: &str| {
        let letters = sent["letters"].as_array().unwrap();
        let letter = letters.iter().find(|letter| letter["to"] == person).unwrap();
        assert_eq!(letter["kind"], "invitation");
        for key in ["subject", "refs", "why"] {
            assert!(letter.get(key).is_some(), "{key}");
        }
        letter["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(state("ana"), "refused");
    assert_eq!(state("rui"), "deferred");
    assert_eq!(state("marta"), "accepted");
    let told = run(&repository, &server.url(), &["log"]);
    assert!(told.out.contains("550 5.1.1 …"), "{}", told.out);
}

#[test]
fn a_new_store_sends_nothing_before_somebody_has_said_what_it_knows() {
    let repository = with_letters(6);
    let server = mailserver::start(Script::plain());
    let told = run(&repository, &server.url(), &["send", "--now", NOW]);
    assert_eq!((told.code, told.out.as_str()), (2, ""));
    assert!(
        told.err.contains("Ana: invitation") && told.err.contains("--baseline"),
        "{}",
        told.err
    );
    assert!(log(&repository).is_empty());
    let told = run(&repository, &server.url(), &["send", "--baseline", "--now", NOW]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert_eq!(run(&repository, &server.url(), &["send", "--now", NOW]).code, 0);
    assert_eq!(server.journal().connections, 0);
    assert!(log(&repository).iter().all(|letter| letter["state"] == "baseline"));
}

#[test]
fn a_first_run_with_nothing_to_say_makes_a_store_the_right_one() {
    let repository = with_letters(6);
    let server = mailserver::start(Script::plain());
    let before = "2026-06-01T09:00:00+02:00";
    assert_eq!(run(&repository, &server.url(), &["send", "--now", before]).code, 0);
    let told = run(&repository, &server.url(), &["send", "--now", NOW]);
    assert_eq!((told.code, server.journal().letters.len()), (0, 6), "{}", told.err);
}

#[test]
fn a_store_from_a_backup_is_told_by_the_record() {
    let repository = with_letters(6);
    let server = mailserver::start(Script::plain());
    let before = "2026-06-01T09:00:00+02:00";
    assert_eq!(run(&repository, &server.url(), &["send", "--now", before]).code, 0);
    let record = "format = 1\nwritten = 2026-07-07T09:00:00Z\n\n[[told]]\nref = \"invoices\"\n\
                  kind = \"started\"\nat = 2026-07-07T08:00:00Z\n";
    repository.write("content/2026-summer/record.toml", record);
    let told = run(&repository, &server.url(), &["send", "--now", NOW]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("the record of `2026-summer`"), "{}", told.err);
    assert_eq!(run(&repository, &server.url(), &["send", "--all", "--now", NOW]).code, 0);
    assert_eq!(run(&repository, &server.url(), &["send", "--now", NOW]).code, 0);
    assert_eq!(server.journal().letters.len(), 6);
}

#[test]
fn a_plan_is_sent_as_it_was_looked_at_or_not_at_all() {
    let repository = with_letters(6);
    let server = mailserver::start(Script::plain());
    let other = ["send", "--all", "--plan", "0123456789abcdef", "--now", NOW];
    let told = run(&repository, &server.url(), &other);
    assert_eq!((told.code, server.journal().connections), (2, 0));
    let hash = told.err.split('`').nth(1).unwrap();
    let told = run(&repository, &server.url(), &["send", "--all", "--plan", hash, "--now", NOW]);
    assert_eq!((told.code, server.journal().letters.len()), (0, 6), "{}", told.err);
}

#[test]
fn a_trial_tells_only_one_person_and_counts_for_nothing() {
    let repository = with_letters(6);
    let server = mailserver::start(Script::plain());
    let trial = ["send", "--redirect-to", "me@example.net", "--now", NOW];
    let told = run(&repository, &server.url(), &trial);
    assert_eq!(told.code, 0, "{}", told.err);
    let journal = server.journal();
    assert_eq!(journal.recipients(), ["me@example.net"; 6]);
    assert!(journal.letters.iter().all(|letter| !letter.body.contains("ana@example.org")));
    assert!(journal.letters.iter().any(|letter| letter.body.contains("Subject: [to Ana] ")));
    assert!(!repository.path(".littlethings").exists());
}

#[test]
fn under_a_frozen_clock_no_real_mail_goes_out() {
    let repository = with_letters(6);
    let told = run(&repository, "smtps://mail.example.org", &["send", "--all", "--now", NOW]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("the clock stands still"), "{}", told.err);
    assert!(!repository.path(".littlethings").exists());
}

#[test]
fn wrong_settings_leave_every_letter_where_it_was() {
    let repository = with_letters(6);
    let script = Script::plain().always(At::Greeting, Does::Says("554 5.7.1 not you"));
    let server = mailserver::start(script);
    let told = run(&repository, &server.url(), &["send", "--all", "--now", NOW]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("`greeting`") && told.err.contains("not you"), "{}", told.err);
    assert!(log(&repository).iter().all(|letter| letter["state"] == "planned"));
}

#[test]
fn lost_answers_are_settled_by_a_person() {
    let repository = with_letters(6);
    let script = Script::plain().for_recipient("ana@example.org", At::Dot, Does::TakesAndDrops);
    let server = mailserver::start(script);
    let url = server.url();
    let send = |minute| {
        let now = format!("2026-07-08T09:{minute}:00+02:00");
        run(&repository, &url, &["send", "--all", "--now", &now])
    };
    assert_eq!(send("00").code, 1);
    let told = send("01");
    assert_eq!(told.code, 1);
    assert_eq!(told.out.matches("type `littlethings-mail resolve ").count(), 2, "{}", told.out);
    let before = server.journal().letters.len();
    assert_eq!(send("02").code, 1);
    assert_eq!(server.journal().letters.len(), before);
    for letter in log(&repository).iter().filter(|letter| letter["state"] == "uncertain") {
        let resolve = ["resolve", letter["id"].as_str().unwrap(), "--arrived", "--now", NOW];
        assert_eq!(run(&repository, &url, &resolve).code, 0);
        assert_eq!(run(&repository, &url, &resolve).code, 2);
    }
    assert_eq!(send("03").code, 0);
    let copies = taken(&server.journal());
    assert!(copies.values().all(|copies| copies.iter().all(|copy| *copy == copies[0])));
}

/// Begins to send at `NOW` and so much later.
fn begin(repository: &Repository, server: &Server, later: Duration) -> Child {
    let now: Timestamp = NOW.parse().unwrap();
    let now = (now + SignedDuration::try_from(later).unwrap()).to_string();
    let mut command = mailer(repository, &server.url());
    command.args(["send", "--all", "--now", &now]).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

fn wait_for(server: &Server, letters: usize, child: &mut Child) {
    let began = Instant::now();
    while server.journal().letters.len() < letters && child.try_wait().unwrap().is_none() {
        assert!(began.elapsed().as_secs() < 60, "{} letters", server.journal().letters.len());
        std::thread::sleep(Duration::from_micros(200));
    }
}

#[test]
fn two_programs_at_once_send_no_letter_twice() {
    let repository = with_letters(60);
    let server = mailserver::start(Script::plain());
    let mut both = [0; 2].map(|_| begin(&repository, &server, Duration::ZERO));
    for child in &mut both {
        child.wait().unwrap();
    }
    assert_eq!(run(&repository, &server.url(), &["send", "--now", NOW]).code, 0);
    let taken = taken(&server.journal());
    assert_eq!((taken.len(), server.journal().letters.len()), (60, 60));
    assert_eq!(ids_of(&log(&repository), "accepted"), taken.into_keys().collect());
}

#[test]
fn of_two_programs_at_once_one_is_killed_and_the_other_tells_everybody() {
    let (people, kills) = (120, 6);
    let repository = with_letters(people);
    let server = mailserver::start(Script::plain());
    let began = Instant::now();
    let mut other = begin(&repository, &server, Duration::ZERO);
    for kill in 1..=kills {
        let mut one = begin(&repository, &server, began.elapsed());
        wait_for(&server, people * kill / (kills + 1), &mut one);
        one.kill().unwrap();
        one.wait().unwrap();
        if other.try_wait().unwrap().is_some() {
            other = begin(&repository, &server, began.elapsed());
        }
    }
    other.wait().unwrap();
    finish(&repository, &server, began);
    assert_agree(&repository, &server, people, kills);
}

#[cfg(unix)]
#[test]
fn who_is_asked_to_end_finishes_the_letter_in_hand() {
    let repository = with_letters(120);
    let server = mailserver::start(Script::plain());
    let mut child = begin(&repository, &server, Duration::ZERO);
    wait_for(&server, 10, &mut child);
    let signal = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(signal.success());
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let letters = log(&repository);
    let accepted = ids_of(&letters, "accepted");
    assert_eq!(accepted, taken(&server.journal()).into_keys().collect());
    assert!(accepted.len() < 120, "it was over before anybody asked");
    assert_eq!(ids_of(&letters, "planned").len(), 120 - accepted.len());
}

/// How often the run of the next test is killed; the benchmark of a release kills it 200 times.
fn kills() -> usize {
    let kills = std::env::var("LITTLETHINGS_TEST_KILLS").ok();
    kills.map_or(20, |kills| kills.parse().unwrap())
}

#[test]
fn a_run_that_is_killed_again_and_again_tells_everybody() {
    let (people, kills) = (200, kills());
    let repository = with_letters(people);
    let server = mailserver::start(Script::plain());
    let began = Instant::now();
    for kill in 1..=kills {
        let mut child = begin(&repository, &server, began.elapsed());
        // Anywhere in the run, and a little later each time within a letter.
        wait_for(&server, people * kill / (kills + 1), &mut child);
        std::thread::sleep(Duration::from_micros(u64::try_from(kill * 7_919 % 4_000).unwrap()));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    finish(&repository, &server, began);
    assert_agree(&repository, &server, people, kills);
}

/// Everybody was told, store and server agree, and a kill cost one more copy at most, with the same
/// bytes.
fn assert_agree(repository: &Repository, server: &Server, people: usize, kills: usize) {
    let taken = taken(&server.journal());
    let accepted = ids_of(&log(repository), "accepted");
    assert_eq!(accepted, taken.keys().cloned().collect(), "delivered is what the store says");
    assert_eq!(accepted.len(), people);
    let copies: usize = taken.values().map(|copies| copies.len() - 1).sum();
    assert!(copies <= kills, "{copies} copies of {kills} kills");
    assert!(taken.values().flatten().all(|body| body.ends_with("\r\n")));
    assert!(taken.values().all(|copies| copies.iter().all(|copy| *copy == copies[0])));
    let (file, database) = (repository.path(".littlethings/store.db"), repository.path(DATABASE));
    assert_ne!(file.exists(), database.exists(), "the store is where it should be");
}

/// Lets a run come to its end. Where a letter was hit twice, a person looks whether it arrived.
fn finish(repository: &Repository, server: &Server, began: Instant) {
    for _ in 0..10 {
        if begin(repository, server, began.elapsed()).wait().unwrap().success() {
            return;
        }
        let there = taken(&server.journal());
        for letter in log(repository) {
            if letter["state"] == "uncertain" && letter["next_at"].is_null() {
                let is_there = there.contains_key(letter["message_id"].as_str().unwrap());
                let found = if is_there { "--arrived" } else { "--lost" };
                let resolve = ["resolve", letter["id"].as_str().unwrap(), found];
                assert_eq!(run(repository, &server.url(), &resolve).code, 0);
            }
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    panic!("it does not come to its end: {:?}", log(repository));
}

#[test]
fn looking_at_the_log_writes_nothing() {
    let repository = with_letters(6);
    let told = run(&repository, "folder:out", &["log"]);
    assert!(told.out.starts_with("there are no letters"), "{}", told.out);
    assert!(!Path::new(&repository.path(".littlethings")).exists());
}
