//! Whoever comes without a link that works, and whoever means harm with one that does.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use littlethings::survey::{Purpose, Secret, Token};

use super::program::{Got, ROUND, Served, asking, form, path, posted};
use crate::survey::desk::encoded;

const FORM: &str = "application/x-www-form-urlencoded";

/// All that an answer says but the time of day.
fn said(got: &Got) -> String {
    let head = got.head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("date:"));
    format!("{}\n{}", head.collect::<Vec<_>>().join("\n"), got.body)
}

/// Tokens that are none, each made from one that is.
fn spoilt(right: &str, secret: &Secret) -> Vec<String> {
    let mut wrong = Vec::new();
    for at in 0..right.len() {
        for bit in 0..8 {
            let mut bytes = right.as_bytes().to_vec();
            bytes[at] ^= 1 << bit;
            // What cannot stand in a path as it is, is written as browsers write it.
            let shown = |byte: &u8| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => {
                    char::from(*byte).to_string()
                }
                byte => format!("%{byte:02X}"),
            };
            wrong.push(bytes.iter().map(shown).collect());
        }
        wrong.push(right[..at].to_owned());
        let mut encoded = right.to_owned();
        encoded.replace_range(at..=at, &format!("%{:02X}", right.as_bytes()[at]));
        wrong.push(encoded);
    }
    let of = |purpose, round, person| Token::of(secret, purpose, round, person).as_str().to_owned();
    wrong.extend([
        right.to_uppercase(),
        right.to_lowercase(),
        format!("{right}="),
        format!("{right}A"),
        format!("{right}%00"),
        "A".repeat(right.len()),
        "A".repeat(4_000),
        of(Purpose::Answer, "2026-spring", "ana"),
        of(Purpose::Answer, ROUND, "nobody"),
        of(Purpose::Unremind, ROUND, "ana"),
    ]);
    wrong
}

#[test]
fn every_link_that_is_none_gets_the_same_bytes() {
    let repository = asking();
    let served = Served::of(&repository, &[]);
    let right = form(&served.secret, "ana");
    let right = right.rsplit('/').next().unwrap();
    let mut said_to = BTreeSet::new();
    // `/a/` itself is no route, and gets the page of no route: below another folder.
    for wrong in spoilt(right, &served.secret).iter().filter(|wrong| !wrong.is_empty()) {
        let got = served.get(&format!("/a/{wrong}"));
        assert_eq!(got.status, 404, "{wrong}");
        said_to.insert(said(&got));
    }
    assert_eq!(said_to.len(), 1, "{said_to:#?}");
    let page = said_to.first().unwrap();
    assert!(page.contains("referrer-policy: no-referrer") && page.contains("no-store"), "{page}");
    assert!(!page.contains(right) && !page.contains("Ana"));
    // A form sent there is no better off, until there are too many of them.
    let posts: BTreeSet<String> = [&right[1..], &right.to_uppercase(), "x"]
        .iter()
        .map(|wrong| said(&served.post(&format!("/a/{wrong}"), &[("q.again", "Yes")])))
        .collect();
    assert_eq!(posts.len(), 1);
    let mut many = (0..80).map(|_| served.post("/a/x", &[("q.again", "Yes")]).status);
    assert!(many.any(|status| status == 429), "knocking has a limit");
    // And nobody with a link pays for it, who comes from the same address.
    assert_eq!(served.answer("ana", &[("q.again", "Yes")]).status, 303);
    let log = served.kill();
    assert!(!log.contains(right) && !log.contains(&right[..20]), "a token is in the log");
}

#[test]
fn hostile_forms_are_refused_and_the_next_person_is_served() {
    let repository = asking();
    let served = Served::of(&repository, &[]);
    let form = form(&served.secret, "ana");
    let long = format!("q.change={}", "x".repeat(200_000));
    let many: String = (0..10_000).map(|index| format!("f{index}=1&")).collect();
    for (what, status, request) in [
        ("oversize", 413, posted(&form, FORM, long.as_bytes())),
        ("ten thousand fields", 400, posted(&form, FORM, many.as_bytes())),
        ("NUL", 400, posted(&form, FORM, b"q.change=a%00b")),
        ("a lone surrogate", 400, posted(&form, FORM, b"q.change=%ED%A0%80")),
        ("no UTF-8", 400, posted(&form, FORM, b"q.change=\xff\xfe")),
        ("JSON", 415, posted(&form, "application/json", br#"{"q.again":"Yes"}"#)),
        ("multipart", 415, posted(&form, "multipart/form-data; boundary=x", b"--x--")),
        ("text", 415, posted(&form, "text/plain", b"q.again=Yes")),
        ("from elsewhere", 403, {
            let request = String::from_utf8(posted(&form, FORM, b"q.again=Yes")).unwrap();
            request.replacen("host: h", "host: h\r\norigin: https://evil.example", 1).into_bytes()
        }),
    ] {
        let got = served.ask(request);
        assert_eq!(got.status, status, "{what}: {}", got.body);
        assert!(got.head.to_ascii_lowercase().contains("referrer-policy: no-referrer"), "{what}");
        assert!(!got.body.contains("surrogate") && !got.body.contains("xxxx"), "{what}");
    }
    let page = served.get(&form);
    for (what, fields) in [
        ("a missing choice", vec![("q.again", "")]),
        ("an invented choice", vec![("q.again", "Never"), ("q.how", "6")]),
        ("two of one", vec![("q.again", "Yes"), ("q.again", "No")]),
        ("somebody else's question", vec![("q.nothing", "x"), ("q.again", "Maybe")]),
    ] {
        let got = served.post(&form, &page.filled(&fields));
        assert_eq!(got.status, 422, "{what}: {}", got.body);
    }
    let emoji = "🎉".repeat(4_001);
    let got = served.post(&form, &page.filled(&[("q.again", "Yes"), ("q.change", &emoji)]));
    assert_eq!(got.status, 422, "{}", got.body);
    assert!(got.body.contains(&emoji), "what was typed is kept, so that it can be cut");
    let fits = "🎉".repeat(4_000);
    assert_eq!(served.answer("ana", &[("q.again", "Yes"), ("q.change", &fits)]).status, 303);
    let log = served.kill();
    assert!(!log.contains("🎉") && !log.contains("Never"), "{log}");
}

#[test]
fn what_people_type_is_only_ever_text() {
    let repository = asking();
    let served = Served::of(&repository, &[]);
    for typed in [
        "</textarea><script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "{{ 7 * 7 }}{% include 'x' %}",
        "=cmd|'/C calc'!A0",
        "\u{202e}gnirts\u{0}".trim_end_matches('\0'),
        "&lt;b&gt;",
    ] {
        let got = served.answer("jonas", &[("q.again", "Yes"), ("q.change", typed)]);
        assert_eq!(got.status, 303, "{typed}");
        let page = served.get(&form(&served.secret, "jonas")).body;
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains(">49"));
        let shown = typed.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let shown = shown.replace('"', "&quot;").replace('\'', "&#x27;");
        let page = page.replace("&#39;", "&#x27;").replace("&#x2F;", "/");
        assert!(page.contains(&shown), "{typed}: {page}");
    }
}

#[test]
fn a_thousand_slow_connections_keep_nobody_out() {
    let repository = asking();
    let served = Served::of(&repository, &[]);
    let form = form(&served.secret, "ana");
    let head = format!(
        "POST {form} HTTP/1.1\r\nhost: h\r\ncontent-type: {FORM}\r\ncontent-length: 30000\r\n\r\n"
    );
    let begin = Instant::now();
    let mut slow: Vec<TcpStream> = Vec::new();
    for index in 0..1_000 {
        let mut stream = served.connect();
        // Half of them never end their head, and half of them never their body.
        let sent = if index % 2 == 0 { &head[..40] } else { head.as_str() };
        let _ = stream.write_all(sent.as_bytes());
        slow.push(stream);
    }
    let got = served.answer("marta", &[("q.again", "Yes")]);
    assert_eq!(got.status, 303, "{}", got.body);
    assert!(begin.elapsed() < Duration::from_secs(50), "it took {:?}", begin.elapsed());
    drop(slow);
    assert_eq!(served.get("/healthz").status, 200);
}

#[test]
fn a_body_without_end_is_cut_off() {
    let repository = asking();
    let served = Served::of(&repository, &[]);
    let form = form(&served.secret, "ana");
    let mut stream = served.connect();
    let head = format!(
        "POST {form} HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-type: {FORM}\r\n\
         transfer-encoding: chunked\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let chunk = format!("1000\r\n{}\r\n", "a".repeat(0x1000));
    let mut sent = 0;
    while sent < 64 << 20 && stream.write_all(chunk.as_bytes()).is_ok() {
        sent += chunk.len();
    }
    assert!(sent < 64 << 20, "64 MiB were taken");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert_eq!(served.answer("ana", &[("q.again", "Yes")]).status, 303);
}

#[test]
fn one_click_of_a_mail_program_stops_the_reminders_and_a_look_does_not() {
    let repository = asking();
    let served = Served::of(&repository, &[]);
    let link = path(&served.secret, Purpose::Unremind, "ana");
    let unreminded = || {
        let place = littlethings::store::Place::File(repository.path(".littlethings/store.db"));
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let store = littlethings::store::Store::open_to_read(&place).await.unwrap().unwrap();
            store.who_wants_no_reminder().await.unwrap()
        })
    };
    for method in ["GET", "HEAD", "OPTIONS"] {
        served.method(method, &link);
    }
    assert!(served.get(&link).body.contains("<button type=\"submit\">"));
    assert_eq!(served.post(&link, &[("List-Unsubscribe", "Maybe")]).status, 400);
    assert!(unreminded().is_empty());
    let body = encoded(&[("List-Unsubscribe", "One-Click")]);
    assert_eq!(served.post_body(&link, body.as_bytes()).status, 200);
    assert!(unreminded()[ROUND].contains("ana"));
    assert!(!served.kill().contains(link.rsplit('/').next().unwrap()));
}
