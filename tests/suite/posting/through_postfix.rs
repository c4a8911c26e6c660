//! A round's letters through a real mail server: killed half way, run again, everyone told.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::process::Stdio;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use mail_parser::{MessageParser, MimeHeaders};

use super::runs::{NOW, ids_of, log, mailer, with_letters};
use crate::postfix::{self, Postfix, accounts};
use crate::repository::Repository;

const PEOPLE: usize = 60;

/// A run that has not ended yet, so many seconds after `NOW`.
fn begin(
    repository: &Repository,
    variables: &[(String, OsString)],
    seconds: i64,
) -> std::process::Child {
    let now: Timestamp = NOW.parse().unwrap();
    let mut send = mailer(repository, "");
    send.args(["send", "--all", "--now"])
        .arg((now + SignedDuration::from_secs(seconds)).to_string())
        .envs(variables.iter().map(|(name, value)| (name, value)));
    send.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// By Message-ID: whom it was for, and its bytes without what the server put before them.
fn received(postfix: &Postfix, count: usize) -> BTreeMap<String, Vec<(String, Vec<u8>)>> {
    let mut by_id: BTreeMap<String, Vec<(String, Vec<u8>)>> = BTreeMap::new();
    for letter in postfix.letters(count) {
        let text = String::from_utf8(letter.bytes).unwrap();
        let own = text.find("\nDate: ").unwrap();
        let message = MessageParser::default().parse(&text).unwrap();
        let id = format!("<{}>", message.message_id().unwrap());
        by_id.entry(id).or_default().push((letter.to, text.as_bytes()[own..].to_vec()));
    }
    by_id
}

#[test]
fn a_round_goes_out_is_killed_half_way_and_everyone_is_told() {
    let Some(postfix) = postfix::start() else { return };
    let repository = with_letters(PEOPLE);
    let variables = postfix.variables_to_sign_in(&format!(":{}", accounts::PASSWORD));
    let mut first = begin(&repository, &variables, 0);
    let until = Instant::now() + Duration::from_secs(60);
    while postfix.letters_now().len() < PEOPLE / 3 && first.try_wait().unwrap().is_none() {
        assert!(Instant::now() < until, "{}", postfix.log());
        std::thread::sleep(Duration::from_millis(1));
    }
    first.kill().unwrap();
    first.wait().unwrap();
    // What the killed run had in hand is believed for a while, and then goes once more.
    assert!(begin(&repository, &variables, 5).wait().unwrap().success(), "{}", postfix.log());

    let accepted = ids_of(&log(&repository), "accepted");
    assert_eq!(accepted.len(), PEOPLE);
    let received = received(&postfix, PEOPLE);
    assert_eq!(received.keys().cloned().collect::<BTreeSet<_>>(), accepted);
    let copies: usize = received.values().map(|copies| copies.len() - 1).sum();
    assert!(copies <= 1, "{copies} copies of one kill");
    assert!(received.values().all(|copies| copies.iter().all(|copy| *copy == copies[0])));

    assert!(begin(&repository, &variables, 10).wait().unwrap().success());
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(postfix.letters_now().len(), PEOPLE + copies, "a second run sends none");
}

#[test]
fn what_arrives_opens_in_another_program_and_is_for_whom_it_says() {
    let Some(postfix) = postfix::start() else { return };
    let repository = with_letters(12);
    assert!(begin(&repository, &postfix.variables_with_tls(), 0).wait().unwrap().success());
    for letter in postfix.letters(12) {
        let message = MessageParser::default().parse(&letter.bytes).unwrap();
        let to = message.to().unwrap().first().unwrap().address().unwrap();
        assert_eq!(to, letter.to, "the envelope is for whom the letter is");
        let from = message.from().unwrap().first().unwrap();
        assert_eq!(from.address(), Some("week@example.org"));
        assert!(message.date().is_some() && message.subject().is_some_and(|it| !it.is_empty()));
        assert!(message.body_text(0).unwrap().contains("https://week.example.org/"));
        let html = message.html_bodies().next().unwrap();
        assert_eq!(html.content_type().unwrap().subtype(), Some("html"));
        assert!(message.body_html(0).unwrap().contains("<html lang=\"en\""));
        assert_eq!(message.attachment_count(), 0);
        for name in ["Auto-Submitted", "List-Id", "Message-ID"] {
            assert!(message.header(name).is_some(), "{name}");
        }
    }
}
