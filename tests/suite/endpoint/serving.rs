//! The program from its first line to its last: it serves, follows the content, and ends whole.

use std::io::{Read, Write};

use littlethings::store::{Place, Store};
use littlethings::survey::{Purpose, Secret};

use super::program::{
    Got, ROUND, Served, asking, form, path, posted, run, secret, set_dates, with_survey,
};
use crate::repository::{Repository, files};
use crate::survey::desk::encoded;

const FORM: &str = "application/x-www-form-urlencoded";

/// What the store holds of somebody's answer to the question that matters.
fn kept(repository: &Repository, person: &str) -> Option<String> {
    let place = Place::File(repository.path(".littlethings/store.db"));
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Store::open_to_read(&place).await.unwrap().unwrap();
        let reply = store.reply(ROUND, person).await.unwrap()?;
        let answer = reply.answers.iter().find(|(question, _)| question == "again")?;
        Some(answer.1.clone())
    })
}

#[test]
fn a_form_is_answered_and_its_log_says_nothing_about_anybody() {
    let repository = asking();
    let served = Served::of(&repository, &[]);
    let sent = served.answer("ana", &[("q.again", "Yes"), ("q.change", "More cake, please")]);
    assert_eq!(sent.status, 303, "{}", sent.body);
    let form = form(&served.secret, "ana");
    assert!(served.get(&format!("{form}/thanks")).body.contains("Thank you"));
    assert!(served.get(&form).body.contains("More cake, please"));
    assert_eq!(kept(&repository, "ana").unwrap(), r#"{"one":"Yes"}"#);
    served.terminate();
    let (code, said) = served.ended();
    assert_eq!(code, Some(0), "{said}");
    for line in ["GET /a/{token} 200\n", "POST /a/{token} 303\n", "GET /a/{token}/thanks 200\n"] {
        assert!(said.contains(line), "{said}");
    }
    let token = form.rsplit('/').next().unwrap();
    for secret in [token, "cake", "ana", "Ana", "@"] {
        assert!(!said.contains(secret), "`{secret}` in {said}");
    }
}

#[test]
fn the_content_is_read_again_and_a_broken_one_changes_nothing() {
    let repository = asking();
    let served = Served::of(&repository, &[]);
    let form = form(&served.secret, "jonas");
    let survey = repository.read("content/2026-summer/survey.md");
    let page = || served.get(&form).body;
    repository
        .write("content/2026-summer/survey.md", survey.replace("another week?", "another year?"));
    served.wait_until("asked about a year", || page().contains("another year?"));
    let people = repository.read("content/people.toml");
    repository.write("content/people.toml", &people[..people.len() / 2 + 7]);
    served.wait_for("people.toml:");
    served.wait_for("; the form stays as it was");
    assert!(page().contains("another year?"), "whoever is asked still is");
    repository.write("content/people.toml", people);
    served.wait_for("the content can be read again");
    repository.write("content/2026-summer/survey.md", &survey);
    served.wait_until("asked about a week", || page().contains("another week?"));
    // A closing date that moves is followed, too. The key of what nobody answered is none.
    set_dates(&repository, -9, -1);
    served.wait_until("closed", || served.get(&form).status == 410);
    set_dates(&repository, -9, 1);
    served.wait_until("open again", || served.get(&form).status == 200);
}

#[test]
fn what_was_answered_with_success_outlives_any_end() {
    let repository = asking();
    let served = Served::of(&repository, &[]);
    for person in ["ana", "marta"] {
        assert_eq!(served.answer(person, &[("q.again", "Yes")]).status, 303);
    }
    served.kill();
    assert!(kept(&repository, "ana").is_some() && kept(&repository, "marta").is_some());
    let served = Served::of(&repository, &[]);
    assert!(served.get(&form(&served.secret, "ana")).body.contains("answered already"));
}

#[test]
fn a_form_that_is_being_sent_is_kept_before_it_ends() {
    let repository = asking();
    let served = Served::of(&repository, &[]);
    let form = form(&served.secret, "ana");
    let asked = served.get(&form);
    let asked = served.post(&form, &asked.filled(&[("q.again", "Yes")]));
    assert_eq!(asked.status, 409);
    let request = posted(&form, FORM, encoded(&asked.filled(&[("q.again", "No")])).as_bytes());
    let request = String::from_utf8(request).unwrap();
    let request = request.replacen("connection:", "expect: 100-continue\r\nconnection:", 1);
    let (begin, end) = request.split_at(request.len() - 5);
    let mut stream = served.connect();
    stream.write_all(begin.as_bytes()).unwrap();
    // So it says that it has begun to read the body.
    let mut go_on = [0; 25];
    stream.read_exact(&mut go_on).unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
    served.terminate();
    served.wait_for("finishing what is in hand");
    stream.write_all(end.as_bytes()).unwrap();
    assert_eq!(Got::read(stream).status, 303);
    let (code, said) = served.ended();
    assert_eq!(code, Some(0), "{said}");
    assert!(kept(&repository, "ana").unwrap().contains("No"));
}

#[test]
fn a_secret_that_was_lost_is_missed() {
    let repository = asking();
    let told = run(&repository, &["send", "--all"]);
    assert_eq!((told.code, told.err.as_str()), (0, ""));
    let path = repository.path(".littlethings/secret");
    let old = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    let served = Served::of(&repository, &[]);
    served.wait_for("is not the one that links were made with");
    drop(served);
    let told = run(&repository, &["send"]);
    assert!(told.err.contains("put the old one back"), "{}", told.err);
    let new = std::fs::read_to_string(&path).unwrap();
    assert!(!told.err.contains(old.trim()) && !told.err.contains(new.trim()));
    // Below the new one it opens what it made.
    let ana = form(&Secret::of(key(&old)), "ana");
    std::fs::write(&path, format!("{new}{old}")).unwrap();
    let served = Served::of(&repository, &[]);
    assert_eq!(served.get(&ana).status, 200);
    assert!(!served.said().contains("secret"), "{}", served.said());
}

fn key(line: &str) -> [u8; 32] {
    let digits: Vec<u8> = line.trim().bytes().collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.chunks(2).map(byte).collect::<Vec<u8>>().try_into().unwrap()
}

#[test]
fn two_windows_notice_each_other() {
    let repository = asking();
    let served = Served::of(&repository, &[]);
    let form = form(&served.secret, "ana");
    let other = served.get(&form);
    assert_eq!(served.answer("ana", &[("q.again", "Yes")]).status, 303);
    let asked = served.post(&form, &other.filled(&[("q.again", "Yes"), ("q.change", "x")]));
    assert_eq!(asked.status, 409);
    assert!(asked.body.contains("another window"), "{}", asked.body);
    assert!(asked.body.contains(">\nx</textarea>"), "and what was typed is still there");
}

#[test]
fn a_closed_survey_is_sealed_and_leads_to_its_results() {
    let repository = asking();
    let served = Served::of(&repository, &[]);
    assert_eq!(served.answer("ana", &[("q.again", "Yes")]).status, 303);
    served.terminate();
    assert_eq!(served.ended().0, Some(0));
    set_dates(&repository, -9, -1);
    let served = Served::of(&repository, &[]);
    served.wait_until("sealed", || kept(&repository, "ana").is_none());
    for (method, status) in [("GET", 410), ("POST", 410)] {
        let got = match method {
            "GET" => served.get(&form(&served.secret, "ana")),
            _ => served.post(&form(&served.secret, "ana"), &[("q.again", "No")]),
        };
        assert_eq!(got.status, status, "{method}");
        assert!(got.body.contains("https://week.example.org/2026-summer/results.html"));
    }
    // A date that moves now comes too late.
    set_dates(&repository, -9, 1);
    served.wait_until("still closed", || served.get(&form(&served.secret, "bob")).status == 410);
}

#[test]
fn one_process_on_a_small_server_is_enough() {
    let repository = asking();
    let built = repository.run(["build"]);
    assert_eq!(built.code, 0, "{}", built.err);
    // It cannot be known whether another store has told all this.
    let served = Served::of(&repository, &["--public", "public", "--send"]);
    served.wait_for("`--all` sends it");
    assert!(served.get("/index.html").body.contains("A week of little things"));
    assert_eq!(served.get("/nothing.html").status, 404);
    assert_eq!(served.get(&form(&served.secret, "ana")).status, 200);
    assert!(files(&repository.path("out")).is_empty());
    served.terminate();
    assert_eq!(served.ended().0, Some(0));
    let baseline = run(&repository, &["send", "--baseline"]);
    assert_eq!(baseline.code, 0, "{}", baseline.err);
    let served = Served::of(&repository, &["--public", "public", "--send"]);
    assert_eq!(served.get("/2026-summer/index.html").status, 200);
    let list = "content/2026-summer/lists/atlas.md";
    let text = repository.read(list);
    repository.write(list, text.replacen("- Status:\n", "- Status: started\n", 1));
    served.wait_for("told       Ana: ");
    assert_eq!(files(&repository.path("out")).len(), 1);
    served.terminate();
    let (code, said) = served.ended();
    assert_eq!(code, Some(0));
    assert!(!said.contains('@'), "{said}");
}

#[test]
fn under_a_clock_that_stands_still_answers_are_thrown_away() {
    let repository = with_survey(-2, 5, "https://answers.example.org/");
    repository.write(".littlethings/secret", format!("{}\n", "07".repeat(32)));
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(repository.path(".littlethings/secret"), mode).unwrap();
    let before = repository.files("");
    let served = Served::of(&repository, &["--now", "2026-08-20T10:00:00Z"]);
    served.wait_for("answers are thrown away at the end");
    served.wait_for("as Jonas, developer: ");
    let said = served.said();
    let link = said.lines().find_map(|line| line.strip_prefix("as Ana, partner: ")).unwrap();
    let own = link.strip_prefix(&format!("http://{}", served.address)).unwrap();
    assert_eq!(served.get(own).status, 200);
    // What is in letters opens nothing here.
    assert_eq!(served.get(&path(&secret(&repository), Purpose::Answer, "ana")).status, 404);
    drop(served);
    assert!(repository.files("") == before, "something was written");
    for (arguments, says) in [
        (vec!["--listen", "0.0.0.0:0"], "address of this machine alone"),
        (vec!["--send"], "nothing will ever be due"),
        (vec!["--public", "nowhere"], "littlethings build"),
    ] {
        let arguments =
            [&["serve", "--now", "2026-08-20T10:00:00Z"], arguments.as_slice()].concat();
        let told = run(&repository, &arguments);
        assert_eq!(told.code, 2);
        assert!(told.err.contains(says), "{}", told.err);
    }
}
