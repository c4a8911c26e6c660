//! The door to a mail server against one that goes wrong at every stage: what became of the letter
//! is right, it ends in bounded time, the next letter is served, and no password is ever in clear.

use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant};

use data_encoding::BASE64;
use littlethings::mail::door::{Delivery, Door, Envelope, Settings, Stage};
use rstest::rstest;

use crate::mailserver::{self, At, Certificate, Does, Script, Server};
use Does::*;

const PASSWORD: &str = "correct-horse-battery-staple";
const LETTER: &str = "Subject: one\r\n\r\nHello.\r\n.\r\n..and a dot\r\n";

/// What became of a letter, without its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Became {
    Accepted,
    NotNow(Stage),
    Never(Stage),
    Unknown,
    Stop(Stage),
}
use Became::*;

fn became(delivery: &Delivery) -> Became {
    match delivery {
        Delivery::Accepted { .. } => Accepted,
        Delivery::NotNow { stage, .. } => NotNow(*stage),
        Delivery::Never { stage, .. } => Never(*stage),
        Delivery::Unknown { .. } => Unknown,
        Delivery::Stop { stage, .. } => Stop(*stage),
    }
}

fn words(delivery: &Delivery) -> &str {
    match delivery {
        Delivery::Accepted { words }
        | Delivery::NotNow { words, .. }
        | Delivery::Never { words, .. }
        | Delivery::Unknown { words }
        | Delivery::Stop { words, .. } => words,
    }
}

/// A door to the server with these variables on top of its own.
fn settings(server: &Server, more: &[(&str, &str)]) -> Settings {
    let own = server.variables();
    Settings::read(Path::new("/"), |name| {
        let more = more.iter().find(|(key, _)| *key == name).map(|(_, it)| OsString::from(*it));
        more.or_else(|| own.iter().find(|(key, _)| key == name).map(|(_, it)| it.clone()))
    })
    .unwrap()
}

fn door(server: &Server, more: &[(&str, &str)]) -> Box<dyn Door> {
    settings(server, more).door()
}

/// With a user and a password in the URL.
fn signed_in(server: &Server) -> Box<dyn Door> {
    door(server, &[("LITTLETHINGS_SMTP_URL", &server.url_of(&format!("ana:{PASSWORD}@")))])
}

fn to(address: &str) -> Envelope {
    Envelope { from: "week@example.org".to_owned(), to: address.to_owned() }
}

/// The server's memory once it has caught up with what the client has already seen.
fn recipients(server: &Server) -> Vec<String> {
    server.journal().recipients().into_iter().map(str::to_owned).collect()
}

fn stage_of(at: At) -> Stage {
    match at {
        At::Greeting => Stage::Greeting,
        At::StartTls | At::Handshake => Stage::Tls,
        At::Hello => Stage::Hello,
        At::Auth => Stage::Auth,
        At::Sender => Stage::Sender,
        At::Recipient => Stage::Recipient,
        At::Data => Stage::Data,
        At::MidBody | At::Dot => Stage::Body,
    }
}

/// The password is on no line that could be read on the way, in no form.
fn assert_not_in_clear(server: &Server) {
    let clear = server.journal().in_clear();
    for form in [
        PASSWORD.to_owned(),
        BASE64.encode(PASSWORD.as_bytes()),
        BASE64.encode(format!("\0ana\0{PASSWORD}").as_bytes()),
    ] {
        assert!(!clear.contains(&form), "in clear:\n{clear}");
    }
    assert!(!clear.to_uppercase().contains("AUTH"), "{clear}");
}

#[rstest]
#[case::in_clear_on_this_machine(Script::plain())]
#[case::by_starttls(Script::start_tls())]
#[case::from_the_first_byte(Script::implicit_tls())]
fn letters_arrive_as_they_are_on_one_connection(#[case] script: Script) {
    let server = mailserver::start(script.account("ana", PASSWORD));
    let mut door = signed_in(&server);
    for address in ["bob@example.org", "cleo@bücher.example", "dan@example.org"] {
        let delivery = door.deliver(&to(address), LETTER);
        assert_eq!(became(&delivery), Accepted, "{delivery:?}");
        assert!(words(&delivery).starts_with("250 2.0.0 taken as "), "{delivery:?}");
    }
    door.close();
    let journal = server.journal();
    let told = ["bob@example.org", "cleo@xn--bcher-kva.example", "dan@example.org"];
    assert_eq!(journal.recipients(), told);
    assert_eq!((journal.connections, journal.goodbyes), (1, 1));
    for taken in &journal.letters {
        assert_eq!(taken.body, LETTER);
        assert_eq!(taken.from, "week@example.org");
        assert_eq!(taken.user.as_deref(), Some("ana"));
    }
    if journal.letters[0].was_encrypted {
        assert_not_in_clear(&server);
    }
}

#[rstest]
#[case::greeting(At::Greeting)]
#[case::starttls(At::StartTls)]
#[case::hello(At::Hello)]
#[case::auth(At::Auth)]
#[case::sender(At::Sender)]
#[case::recipient(At::Recipient)]
#[case::data(At::Data)]
#[case::dot(At::Dot)]
fn a_code_at_any_stage_is_understood_there(#[case] at: At) {
    let stage = stage_of(at);
    let permanent = match at {
        At::Recipient => Never(stage),
        At::Dot => Never(stage),
        _ => Stop(stage),
    };
    for (reply, expected) in [
        ("421 4.3.2 closing", NotNow(stage)),
        ("432 4.3.2 concurrent connections", NotNow(stage)),
        ("450 4.2.0 later", NotNow(stage)),
        ("451 4.3.0 later", NotNow(stage)),
        ("452 4.3.1 no room", NotNow(stage)),
        ("454 4.7.0 later", NotNow(stage)),
        ("500 5.5.1 what", permanent),
        ("501 5.5.4 what", permanent),
        ("521 5.3.2 no mail here", permanent),
        ("535 5.7.8 no", permanent),
        ("550 5.1.1 nobody", if at == At::Data { Never(stage) } else { permanent }),
        ("550-5.7.1 no,\r\n550 5.7.1 and no", permanent),
        ("552 5.3.4 too big", permanent),
        ("553 5.1.3 no", if at == At::Data { Never(stage) } else { permanent }),
        ("554 5.7.1 no", permanent),
    ] {
        for does in [Says(reply), SaysAndDrops(reply)] {
            let server =
                mailserver::start(Script::start_tls().account("ana", PASSWORD).once(at, does));
            let mut door = signed_in(&server);
            let first = door.deliver(&to("bob@example.org"), LETTER);
            assert_eq!(became(&first), expected, "{at:?} {does:?}: {first:?}");
            assert!(words(&first).starts_with(&reply[..3]), "{first:?}");
            let second = door.deliver(&to("cleo@example.org"), LETTER);
            assert_eq!(became(&second), Accepted, "after {at:?} {does:?}: {second:?}");
            assert_eq!(recipients(&server), ["cleo@example.org"], "{at:?} {does:?}");
            assert_not_in_clear(&server);
        }
    }
}

/// A second for each answer: long enough for a busy machine, short enough to wait for.
const IMPATIENT: [(&str, &str); 3] = [
    ("LITTLETHINGS_SMTP_TIMEOUT", "1s"),
    ("LITTLETHINGS_SMTP_BODY_TIMEOUT", "1s"),
    ("LITTLETHINGS_SMTP_LETTER_TIMEOUT", "6s"),
];

#[rstest]
fn silence_ends_and_the_next_letter_is_served(
    #[values(
        At::Greeting,
        At::Hello,
        At::StartTls,
        At::Handshake,
        At::Auth,
        At::Sender,
        At::Recipient,
        At::Data,
        At::MidBody,
        At::Dot
    )]
    at: At,
    #[values(Drops, Hangs, Drips, OneEndlessLine, EndlessLines)] does: Does,
) {
    if does == Drips && matches!(at, At::Auth | At::Handshake | At::MidBody) {
        return; // what is right to say there is nothing
    }
    let server = mailserver::start(Script::start_tls().account("ana", PASSWORD).once(at, does));
    let url = server.url_of(&format!("ana:{PASSWORD}@"));
    let mut variables = IMPATIENT.to_vec();
    variables.push(("LITTLETHINGS_SMTP_URL", &url));
    let mut door = door(&server, &variables);
    let began = Instant::now();
    let first = door.deliver(&to("bob@example.org"), LETTER);
    let took = began.elapsed();
    let expected = match at {
        At::MidBody | At::Dot => Unknown,
        // Bytes that are no TLS: whatever they are, they do not pass by themselves.
        At::Handshake if matches!(does, OneEndlessLine | EndlessLines) => Stop(Stage::Tls),
        _ => NotNow(stage_of(at)),
    };
    assert_eq!(became(&first), expected, "{first:?}");
    assert!(took < Duration::from_secs(7), "{took:?}");
    let second = door.deliver(&to("cleo@example.org"), LETTER);
    assert_eq!(became(&second), Accepted, "{second:?}");
    let taken = recipients(&server);
    assert_eq!(taken.last().map(String::as_str), Some("cleo@example.org"));
    assert!(taken.len() == 1 || (at == At::Dot && does == Drips), "{taken:?}");
    assert_not_in_clear(&server);
}

#[rstest]
fn a_letter_that_was_taken_without_a_word_is_unknown(
    #[values(TakesAndDrops, TakesAndHangs)] does: Does,
) {
    let server = mailserver::start(Script::plain().once(At::Dot, does));
    let mut door = door(&server, &IMPATIENT);
    let first = door.deliver(&to("bob@example.org"), LETTER);
    assert_eq!(became(&first), Unknown, "{first:?}");
    let second = door.deliver(&to("bob@example.org"), LETTER);
    assert_eq!(became(&second), Accepted, "{second:?}");
    let journal = server.journal();
    assert_eq!(journal.letters[0], journal.letters[1]);
}

#[test]
fn a_body_that_could_not_be_handed_over_was_not_taken() {
    let server = mailserver::start(Script::plain().once(At::MidBody, Hangs));
    let mut door = door(&server, &IMPATIENT);
    let large = format!("Subject: large\r\n\r\n{}", "0123456789abcdef\r\n".repeat(2_000_000));
    let first = door.deliver(&to("bob@example.org"), &large);
    assert_eq!(became(&first), NotNow(Stage::Body), "{first:?}");
    let second = door.deliver(&to("cleo@example.org"), LETTER);
    assert_eq!(became(&second), Accepted, "{second:?}");
    assert_eq!(recipients(&server), ["cleo@example.org"]);
}

#[test]
fn a_letter_has_one_deadline_however_many_answers_are_slow() {
    let script = Script::plain()
        .always(At::Greeting, Drips)
        .always(At::Hello, Says("250 mail.tests.example"))
        .always(At::Sender, Drips)
        .always(At::Recipient, Drips);
    let server = mailserver::start(script);
    let slow = [("LITTLETHINGS_SMTP_TIMEOUT", "20s"), ("LITTLETHINGS_SMTP_LETTER_TIMEOUT", "1.5s")];
    let began = Instant::now();
    let delivery = door(&server, &slow).deliver(&to("bob@example.org"), LETTER);
    assert!(matches!(became(&delivery), NotNow(_)), "{delivery:?}");
    assert!(began.elapsed() < Duration::from_secs(4), "{:?}", began.elapsed());
}

#[rstest]
#[case::goodbye(Says("421 4.7.0 enough letters on this connection"))]
#[case::goodbye_and_drop(SaysAndDrops("421 4.4.2 timeout"))]
#[case::closing(SaysAndDrops("221 2.0.0 bye"))]
#[case::drop(Drops)]
fn a_connection_that_has_had_its_time_costs_no_letter(#[case] does: Does) {
    let server = mailserver::start(Script::plain().after(1, At::Sender, does));
    let mut door = door(&server, &[]);
    for address in ["bob@example.org", "cleo@example.org", "dan@example.org"] {
        let delivery = door.deliver(&to(address), LETTER);
        assert_eq!(became(&delivery), Accepted, "{address}: {delivery:?}");
    }
    let journal = server.journal();
    assert_eq!(journal.recipients(), ["bob@example.org", "cleo@example.org", "dan@example.org"]);
    assert_eq!(journal.connections, 2);
}

#[test]
fn a_goodbye_that_nobody_asked_for_costs_no_letter() {
    let script = Script::plain().once(At::Dot, Says("250 2.0.0 taken\r\n421 4.4.2 and good night"));
    let server = mailserver::start(script);
    let mut door = door(&server, &[]);
    for address in ["bob@example.org", "cleo@example.org"] {
        let delivery = door.deliver(&to(address), LETTER);
        assert_eq!(became(&delivery), Accepted, "{address}: {delivery:?}");
    }
    assert_eq!(recipients(&server), ["bob@example.org", "cleo@example.org"]);
}

#[test]
fn an_answer_given_in_advance_is_not_taken_for_one() {
    // Says yes to the body before there is one, and then will not have it.
    let script = Script::plain()
        .once(At::Data, AddsInClear("250 2.0.0 taken"))
        .once(At::Dot, Says("554 5.7.1 no"));
    let server = mailserver::start(script);
    let delivery = door(&server, &[]).deliver(&to("bob@example.org"), LETTER);
    assert_ne!(became(&delivery), Accepted, "{delivery:?}");
    assert!(server.journal().letters.is_empty());
}

#[test]
fn one_refused_recipient_is_one() {
    let script = Script::plain()
        .for_recipient("bob@example.org", At::Recipient, Says("550 5.1.1 <bob@example.org> nobody"))
        .for_recipient("cleo@example.org", At::Dot, Says("554 5.6.0 no such content here"));
    let server = mailserver::start(script);
    let mut door = door(&server, &[]);
    for (address, expected) in [
        ("bob@example.org", Never(Stage::Recipient)),
        ("cleo@example.org", Never(Stage::Body)),
        ("dan@example.org", Accepted),
        ("not an address", Never(Stage::Recipient)),
        ("eve@example.org", Accepted),
    ] {
        let delivery = door.deliver(&to(address), LETTER);
        assert_eq!(became(&delivery), expected, "{address}: {delivery:?}");
    }
    let journal = server.journal();
    assert_eq!(journal.recipients(), ["dan@example.org", "eve@example.org"]);
    assert_eq!(journal.connections, 1);
}

#[rstest]
#[case::missing(Script::start_tls().hides_starttls(), "no STARTTLS")]
#[case::of_another(Script::start_tls().certificate(Certificate::OfAnother), "is for mail.elsewhere.example and not for localhost")]
#[case::expired(Script::start_tls().certificate(Certificate::Expired), "has expired")]
#[case::too_early(Script::start_tls().certificate(Certificate::NotYetValid), "not valid yet")]
#[case::of_nobody(Script::start_tls().certificate(Certificate::SelfSigned), "LITTLETHINGS_SMTP_CA_FILE")]
#[case::of_another_at_once(Script::implicit_tls().certificate(Certificate::OfAnother), "is for mail.elsewhere.example")]
#[case::expired_at_once(Script::implicit_tls().certificate(Certificate::Expired), "has expired")]
#[case::injected(Script::start_tls().always(At::StartTls, AddsInClear("250-injected\r\n250 AUTH PLAIN")), "added it")]
fn without_trust_nothing_is_said(#[case] script: Script, #[case] says: &str) {
    let server = mailserver::start(script.account("ana", PASSWORD));
    let delivery = signed_in(&server).deliver(&to("bob@example.org"), LETTER);
    assert_eq!(became(&delivery), Stop(Stage::Tls), "{delivery:?}");
    assert!(words(&delivery).contains(says), "{delivery:?}");
    assert!(!words(&delivery).contains(PASSWORD));
    let journal = server.journal();
    assert!(journal.letters.is_empty());
    assert!(journal.heard.iter().all(|heard| !heard.was_encrypted && !heard.line.contains('@')));
    assert_not_in_clear(&server);
}

#[test]
fn an_authority_has_to_be_named_to_be_trusted() {
    let server = mailserver::start(Script::implicit_tls());
    let delivery =
        door(&server, &[("LITTLETHINGS_SMTP_CA_FILE", "")]).deliver(&to("bob@example.org"), LETTER);
    assert_eq!(became(&delivery), Stop(Stage::Tls), "{delivery:?}");
}

#[test]
fn the_wrong_beginning_is_told_with_the_right_one() {
    let plain = mailserver::start(Script::plain());
    let url = format!("smtps://localhost:{}", plain.port);
    let delivery =
        door(&plain, &[("LITTLETHINGS_SMTP_URL", &url)]).deliver(&to("bob@example.org"), LETTER);
    assert_eq!(became(&delivery), Stop(Stage::Tls), "{delivery:?}");
    assert!(words(&delivery).contains("STARTTLS"), "{delivery:?}");

    // Who speaks TLS waits for the other to begin, so there is only silence.
    let encrypted = mailserver::start(Script::implicit_tls());
    let url = format!("smtp://localhost:{}", encrypted.port);
    let mut variables = IMPATIENT.to_vec();
    variables.push(("LITTLETHINGS_SMTP_URL", &url));
    let delivery = door(&encrypted, &variables).deliver(&to("bob@example.org"), LETTER);
    assert_eq!(became(&delivery), NotNow(Stage::Greeting), "{delivery:?}");
    assert!(words(&delivery).contains("smtps://"), "{delivery:?}");
}

#[rstest]
#[case::plain("PLAIN LOGIN XOAUTH2", "PLAIN")]
#[case::login("LOGIN", "LOGIN")]
#[case::other_first("GSSAPI NTLM login plain", "PLAIN")]
fn a_password_goes_the_way_that_is_offered(#[case] offered: &'static str, #[case] way: &str) {
    let server =
        mailserver::start(Script::implicit_tls().account("ana", PASSWORD).mechanisms(offered));
    let delivery = signed_in(&server).deliver(&to("bob@example.org"), LETTER);
    assert_eq!(became(&delivery), Accepted, "{delivery:?}");
    let begins = format!("AUTH {way}");
    assert!(server.journal().heard.iter().any(|heard| heard.line.starts_with(&begins)));
}

#[cfg(unix)]
#[test]
fn a_token_is_read_from_its_file_each_time() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let write = |token: &str| {
        std::fs::write(&path, token).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    };
    write("an-old-token\n");
    let server = mailserver::start(Script::start_tls().account("ana@example.org", "a-new-token"));
    let url = server.url_of("ana%40example.org@");
    let mut door = door(
        &server,
        &[
            ("LITTLETHINGS_SMTP_URL", &url),
            ("LITTLETHINGS_SMTP_TOKEN_FILE", path.to_str().unwrap()),
        ],
    );
    let delivery = door.deliver(&to("bob@example.org"), LETTER);
    assert_eq!(became(&delivery), Stop(Stage::Auth), "{delivery:?}");
    write("a-new-token\n");
    let delivery = door.deliver(&to("bob@example.org"), LETTER);
    assert_eq!(became(&delivery), Accepted, "{delivery:?}");
    // A file that has become readable for others is refused from then on.
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    door.close();
    let delivery = door.deliver(&to("bob@example.org"), LETTER);
    assert_eq!(became(&delivery), Stop(Stage::Auth), "{delivery:?}");
    assert!(words(&delivery).contains("chmod 600"), "{delivery:?}");
}

#[rstest]
#[case::tokens_only("XOAUTH2", "LITTLETHINGS_SMTP_TOKEN_FILE")]
#[case::none("", "no sign-in here")]
#[case::strange("GSSAPI", "takes no passwords")]
fn a_sign_in_that_is_not_offered_is_told(#[case] offered: &'static str, #[case] says: &str) {
    let server =
        mailserver::start(Script::implicit_tls().account("ana", PASSWORD).mechanisms(offered));
    let delivery = signed_in(&server).deliver(&to("bob@example.org"), LETTER);
    assert_eq!(became(&delivery), Stop(Stage::Auth), "{delivery:?}");
    assert!(words(&delivery).contains(says), "{delivery:?}");
}

#[test]
fn what_a_server_repeats_of_a_password_is_not_kept() {
    let spoken = BASE64.encode(format!("\0ana\0{PASSWORD}").as_bytes());
    let reply: &'static str =
        Box::leak(format!("535 5.7.8 not `{PASSWORD}` nor `AUTH PLAIN {spoken}`").into_boxed_str());
    let server = mailserver::start(
        Script::implicit_tls().account("ana", PASSWORD).always(At::Auth, Says(reply)),
    );
    let delivery = signed_in(&server).deliver(&to("bob@example.org"), LETTER);
    assert_eq!(became(&delivery), Stop(Stage::Auth));
    let words = words(&delivery);
    assert!(!words.contains(PASSWORD) && !words.contains(&spoken), "{words}");
}

#[test]
fn letters_beyond_ascii_need_a_server_that_carries_them() {
    let accented = "Subject: one\r\n\r\nGrüße\r\n";
    let bare = mailserver::start(Script::plain().does_not_offer("8BITMIME"));
    let mut to_bare = door(&bare, &[]);
    for (address, bytes, expected) in [
        ("josé@example.org", LETTER, Never(Stage::Recipient)),
        ("bob@example.org", accented, Never(Stage::Body)),
        ("bob@example.org", LETTER, Accepted),
    ] {
        let delivery = to_bare.deliver(&to(address), bytes);
        assert_eq!(became(&delivery), expected, "{address}: {delivery:?}");
    }
    let able = mailserver::start(Script::plain().offers("SMTPUTF8"));
    let mut to_able = door(&able, &[]);
    for (address, bytes, parameters) in [
        ("josé@example.org", LETTER, "SMTPUTF8"),
        ("bob@example.org", accented, "BODY=8BITMIME"),
        ("josé@bücher.example", accented, "SMTPUTF8 BODY=8BITMIME"),
        ("bob@example.org", LETTER, ""),
    ] {
        let delivery = to_able.deliver(&to(address), bytes);
        assert_eq!(became(&delivery), Accepted, "{address}: {delivery:?}");
        let taken = able.journal().letters.pop().unwrap();
        assert_eq!((taken.parameters.as_str(), taken.body.as_str()), (parameters, bytes));
    }
}

#[test]
fn a_server_that_is_not_there_stops_the_run() {
    let port = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    for (url, says) in [
        (format!("smtp://127.0.0.1:{port}"), "refuses connections"),
        ("smtps://mail.does-not-exist.invalid".to_owned(), "cannot be resolved"),
    ] {
        let settings = Settings::read(Path::new("/"), |name| {
            (name == "LITTLETHINGS_SMTP_URL").then(|| OsString::from(&url))
        });
        let delivery = settings.unwrap().door().deliver(&to("bob@example.org"), LETTER);
        assert_eq!(became(&delivery), Stop(Stage::Connect), "{delivery:?}");
        assert!(words(&delivery).contains(says), "{delivery:?}");
    }
}

#[test]
fn what_is_no_mail_server_stops_the_run() {
    let server = mailserver::start(Script::plain().always(At::Greeting, Says("SSH-2.0-x")));
    let delivery = door(&server, &[]).deliver(&to("bob@example.org"), LETTER);
    assert_eq!(became(&delivery), Stop(Stage::Greeting), "{delivery:?}");
}
