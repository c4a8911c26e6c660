//! The doctor against servers that are ill in one way each: what is wrong is found where it is, in
//! words a person can act on, and nothing is sent.

use std::ffi::OsString;
use std::path::Path;

use jiff::Timestamp;
use littlethings::mail::doctor::{self, Check, Health};
use littlethings::mail::door::Settings;
use rstest::rstest;

use crate::mailserver::{self, At, Certificate, Does::Says, Script, Server};

const PASSWORD: &str = "correct-horse-battery-staple";
const FROM: &str = "week@example.org";

fn settings(server: &Server, more: &[(&str, &str)]) -> Settings {
    let own = server.variables();
    Settings::read(Path::new("/"), |name| {
        let more = more.iter().find(|(key, _)| *key == name).map(|(_, it)| OsString::from(*it));
        more.or_else(|| own.iter().find(|(key, _)| key == name).map(|(_, it)| it.clone()))
    })
    .unwrap()
}

fn signed_in(server: &Server) -> Settings {
    let url = server.url_of(&format!("ana:{PASSWORD}@"));
    settings(server, &[("LITTLETHINGS_SMTP_URL", &url), ("LITTLETHINGS_SMTP_TIMEOUT", "1s")])
}

fn now() -> Timestamp {
    "2026-07-24T12:02:00Z".parse().unwrap()
}

fn words<'a>(checks: &'a [Check], about: &str) -> &'a str {
    let found = checks.iter().find(|check| check.about == about);
    found.unwrap_or_else(|| panic!("nothing about {about}: {checks:#?}")).words.as_str()
}

#[rstest]
#[case::plain(Script::plain())]
#[case::starttls(Script::start_tls())]
#[case::implicit(Script::implicit_tls())]
fn what_is_well_is_shown_and_nothing_is_sent(#[case] script: Script) {
    let server = mailserver::start(script.account("ana", PASSWORD));
    let checks = doctor::examine(&signed_in(&server), Some(FROM), None, now());
    assert!(checks.iter().all(|check| check.health != Health::Bad), "{checks:#?}");
    assert!(words(&checks, "capabilities").contains("SIZE 10240000, 8BITMIME"));
    assert!(words(&checks, "greeting").contains("mail.tests.example"));
    assert_eq!(words(&checks, "sign-in"), "the server knows the user");
    if server.url().contains("localhost") {
        assert!(words(&checks, "encryption").starts_with("TLS 1.3, TLS_AES_256_GCM"));
        let certificate = words(&checks, "certificate");
        for fact in ["A mail server of the tests", "localhost, 127.0.0.1", "An authority", "4096-"]
        {
            assert!(certificate.contains(fact), "{certificate}");
        }
    }
    let journal = server.journal();
    assert!(journal.letters.is_empty());
    assert!(journal.heard.iter().all(|heard| heard.line != "DATA"));
    assert!(!format!("{checks:?}").contains(PASSWORD));
}

#[rstest]
#[case::no_starttls(Script::start_tls().hides_starttls(), "encryption", "no STARTTLS")]
#[case::expired(Script::start_tls().certificate(Certificate::Expired), "encryption", "has expired")]
#[case::other_name(Script::implicit_tls().certificate(Certificate::OfAnother), "encryption", "mail.elsewhere.example")]
#[case::unknown(Script::implicit_tls().certificate(Certificate::SelfSigned), "encryption", "LITTLETHINGS_SMTP_CA_FILE")]
#[case::turned_away(Script::plain().always(At::Greeting, Says("554 5.7.1 not you")), "greeting", "does not take mail from this machine")]
#[case::silent(Script::plain().always(At::Greeting, mailserver::Does::Hangs), "greeting", "smtps://")]
#[case::no_passwords(Script::implicit_tls().always(At::Auth, Says("550 5.7.30 Basic authentication is not supported for Client Submission.")), "sign-in", "LITTLETHINGS_SMTP_TOKEN_FILE")]
#[case::no_passwords_either(Script::implicit_tls().always(At::Auth, Says("535 5.7.139 Authentication unsuccessful, basic authentication is disabled.")), "sign-in", "relay")]
#[case::wrong_password(Script::implicit_tls().always(At::Auth, Says("535 5.7.8 no")), "sign-in", "user and password")]
#[case::tokens_only(Script::implicit_tls().mechanisms("XOAUTH2"), "sign-in", "takes no passwords")]
#[case::not_owned(Script::plain().always(At::Recipient, Says("553 5.7.1 <week@example.org>: Sender address rejected: not owned by user ana")), "sender", "may not send as")]
#[case::relay(Script::plain().always(At::Recipient, Says("554 5.7.1 <ana@example.net>: Relay access denied")), "sender", "sign in")]
fn what_is_ill_is_told_where_it_is(
    #[case] script: Script,
    #[case] about: &str,
    #[case] says: &str,
) {
    let server = mailserver::start(script.account("ana", PASSWORD));
    let checks = doctor::examine(&signed_in(&server), Some(FROM), None, now());
    let bad: Vec<&Check> = checks.iter().filter(|check| check.health == Health::Bad).collect();
    assert_eq!(bad.len(), 1, "{checks:#?}");
    assert_eq!(bad[0].about, about, "{checks:#?}");
    assert!(bad[0].words.contains(says), "{}", bad[0].words);
    assert!(server.journal().letters.is_empty());
    assert!(!format!("{checks:?}").contains(PASSWORD));
}

#[test]
fn a_certificate_that_is_not_believed_is_shown_all_the_same() {
    let server = mailserver::start(Script::implicit_tls().certificate(Certificate::Expired));
    let checks = doctor::examine(&settings(&server, &[]), Some(FROM), None, now());
    let certificate = words(&checks, "certificate");
    assert!(certificate.contains("2021-01-01") && certificate.contains("expired"), "{certificate}");
}

#[test]
fn a_trial_is_sent_to_who_asked_for_it() {
    let server = mailserver::start(Script::start_tls());
    let check = doctor::send_trial(&settings(&server, &[]), FROM, "ana@example.org", now());
    assert_eq!(check.health, Health::Good, "{check:?}");
    let journal = server.journal();
    assert_eq!(journal.recipients(), ["ana@example.org"]);
    assert!(journal.letters[0].body.contains("Subject: A trial of littlethings-mail\r\n"));
}
