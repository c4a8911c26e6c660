//! The doctor against servers that are ill in one way each: what is wrong is found where it is, in
//! words a person can act on, and nothing is sent.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

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
#[case::of_an_authority(Script::implicit_tls().certificate(Certificate::Authority), "encryption", "is marked as that of an authority (CA:TRUE)")]
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

#[rstest]
#[case::after_a_challenge(Script::start_tls())]
#[case::at_once(Script::start_tls().once(At::Auth, Says("535 5.7.3 Authentication unsuccessful")))]
fn a_token_that_is_refused_is_to_be_renewed(#[case] script: Script) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "a-token-of-yesterday").unwrap();
    #[cfg(unix)]
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let script = script.mechanisms("XOAUTH2").account("ana", "a-token-of-today");
    let server = mailserver::start(script);
    let url = server.url_of("ana@");
    let more = [
        ("LITTLETHINGS_SMTP_URL", url.as_str()),
        ("LITTLETHINGS_SMTP_TOKEN_FILE", file.to_str().unwrap()),
        ("LITTLETHINGS_SMTP_TIMEOUT", "1s"),
    ];
    let checks = doctor::examine(&settings(&server, &more), Some(FROM), None, now());
    let said = words(&checks, "sign-in");
    assert!(said.contains("renew the file that LITTLETHINGS_SMTP_TOKEN_FILE names"), "{said}");
    assert!(said.starts_with('5') && !said.contains("password"), "{said}");
}

#[rstest]
#[case::nobody("nobody@example.org", "550 5.1.1 no such user")]
#[case::no_address("nobody", "this is not a mail address")]
fn who_is_to_get_the_trial_and_cannot_is_no_trouble_with_the_sender(
    #[case] to: &str,
    #[case] says: &str,
) {
    let script = Script::plain().always(At::Recipient, Says("550 5.1.1 no such user"));
    let server = mailserver::start(script);
    let checks = doctor::examine(&settings(&server, &[]), Some(FROM), Some(to), now());
    assert_eq!(words(&checks, "recipient"), says);
    assert!(checks.iter().all(|check| check.about != "sender"), "{checks:#?}");
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

/// The command in a folder with nothing but settings, and nothing of our own in its environment.
fn command(folder: &Path) -> Command {
    std::fs::create_dir_all(folder.join("content")).unwrap();
    let settings = "title = \"A week\"\nbase_url = \"https://week.example.org/\"\nlanguage = \"en\"\n\
                    [mail]\nfrom = \"The dev team <week@example.org>\"\n";
    std::fs::write(folder.join("littlethings.toml"), settings).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_littlethings-mail"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("LITTLETHINGS_") {
            command.env_remove(name);
        }
    }
    command.args(["doctor", "--root"]).arg(folder);
    command
}

fn run(command: &mut Command) -> (i32, String) {
    let output = command.output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

#[test]
fn the_command_says_line_by_line_what_it_found() {
    let folder = tempfile::tempdir().unwrap();
    let server = mailserver::start(Script::start_tls().account("ana", PASSWORD));
    let url = server.url_of(&format!("ana:{PASSWORD}@"));
    let well = |folder: &Path| {
        let mut command = command(folder);
        command.envs(server.variables()).env("LITTLETHINGS_SMTP_URL", &url);
        command
    };
    let (code, said) = run(&mut well(folder.path()));
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("good  sign-in"), "{said}");
    assert!(said.ends_with("letters can leave\n"), "{said}");
    assert!(!said.contains(PASSWORD), "{said}");
    assert!(server.journal().letters.is_empty());

    let (code, said) =
        run(well(folder.path()).args(["--to", "ana@example.org", "--format", "json"]));
    assert_eq!(code, 0, "{said}");
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(report["bad"], 0);
    let checks = report["checks"].as_array().unwrap();
    let trial = checks.iter().find(|check| check["about"] == "trial").unwrap();
    assert_eq!(trial["health"], "good", "{said}");
    assert_eq!(server.journal().recipients(), ["ana@example.org"]);
}

#[test]
fn the_command_says_where_letters_would_lead_to_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let said = |url: &str, survey: &str| {
        let mut command = command(folder.path());
        let path = folder.path().join("littlethings.toml");
        let settings = std::fs::read_to_string(&path).unwrap();
        let settings = settings.replace("https://week.example.org/", url);
        std::fs::write(path, settings + survey).unwrap();
        let (code, said) = run(command.env("LITTLETHINGS_SMTP_URL", "folder:letters"));
        assert_eq!(code, 0, "{said}");
        said
    };
    let made_up = said("https://week.example.org/", "");
    assert!(made_up.contains("letters lead to https://week.example.org/"), "{made_up}");
    assert!(made_up.contains("not known where the survey is answered"), "{made_up}");
    let survey = "[survey]\nurl = \"https://answers.example.org/\"\n";
    let survey = said("https://week.islands.ch/", survey);
    assert!(survey.contains("the survey leads to https://answers.example.org/"), "{survey}");
    assert!(!survey.contains("letters lead"), "{survey}");
    let own = "[survey]\nurl = \"https://answers.islands.ch/\"\n";
    let own = said("https://week.islands.ch/", own);
    assert!(!own.contains("lead") && !own.contains("survey"), "{own}");
}

#[test]
fn the_command_fails_where_letters_cannot_leave() {
    let folder = tempfile::tempdir().unwrap();
    for (url, says) in [
        ("", "LITTLETHINGS_SMTP_URL is not set"),
        ("mail.example.org", "`smtps://` and its name"),
        ("smtps://ana@mail.example.org", "without a password"),
        ("smtp://127.0.0.1:9", "refuses connections"),
        ("sendmail:/nowhere/sendmail", "install the sendmail"),
    ] {
        let (code, said) = run(command(folder.path()).env("LITTLETHINGS_SMTP_URL", url));
        assert_eq!(code, 1, "{url}: {said}");
        assert!(said.contains(says) && said.contains("letters cannot leave"), "{url}: {said}");
    }
    let (code, said) = run(command(folder.path()).env("LITTLETHINGS_SMTP_URL", "folder:letters"));
    assert_eq!(code, 0, "{said}");
    assert!(
        !folder.path().join("letters").exists() && !folder.path().join(".littlethings").exists()
    );
}

#[test]
fn under_a_frozen_clock_no_trial_leaves_by_a_real_door() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(folder.path());
    command.args(["--to", "ana@example.org", "--now", "2026-07-24T12:00:00Z"]);
    let (code, said) = run(command.env("LITTLETHINGS_SMTP_URL", "sendmail:/nowhere/sendmail"));
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("the clock stands still"), "{said}");
}

#[cfg(unix)]
#[test]
fn the_command_looks_at_the_secrets() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    std::fs::write(&path, "x\n").unwrap();
    for (mode, expected) in [(0o644, 1), (0o600, 0)] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let mut command = command(folder.path());
        command.env("LITTLETHINGS_SECRET_FILE", "secret");
        let (code, said) = run(command.env("LITTLETHINGS_SMTP_URL", "folder:letters"));
        assert_eq!(code, expected, "{said}");
        assert_eq!(said.contains("chmod 600"), mode == 0o644, "{said}");
    }
}
