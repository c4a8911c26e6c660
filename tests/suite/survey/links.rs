//! Personal links: whom they let in, and that nothing else does.

use littlethings::survey::token::{LENGTH, links};
use littlethings::survey::{Invitee, Invitees, Purpose, Secret, Token};

use super::desk::{CLOSED, Desk, ROUND};

#[tokio::test]
async fn everybody_who_is_asked_has_links_of_their_own() {
    let desk = Desk::open().await;
    let invitees = Invitees::of(&desk.secret, &desk.site);
    let mut seen = std::collections::BTreeSet::new();
    for person in ["ana", "marta", "rui", "eva", "bob", "jonas"] {
        let links = links(&desk.secret, "https://answers.example.org/x/", ROUND, person);
        let token = links.answer.strip_prefix("https://answers.example.org/x/a/").unwrap();
        assert_eq!(token.len(), LENGTH);
        let invitee = Invitee { round: ROUND.into(), person: person.into() };
        assert_eq!(invitees.find(Purpose::Answer, token), Some(&invitee));
        assert_eq!(invitees.find(Purpose::Unremind, token), None);
        let token = links.unremind.strip_prefix("https://answers.example.org/x/unremind/").unwrap();
        assert_eq!(invitees.find(Purpose::Unremind, token), Some(&invitee));
        assert!(seen.insert(links.answer.clone()) && seen.insert(links.unremind.clone()));
        assert_eq!(format!("{links:?}"), "Links(..)");
    }
    assert_eq!(format!("{:?}", Token::of(&desk.secret, Purpose::Answer, "a", "b")), "Token(..)");
    assert_eq!(format!("{invitees:?}"), "Invitees(6)");
}

#[tokio::test]
async fn whatever_is_changed_about_a_token_makes_it_none() {
    let desk = Desk::open().await;
    let invitees = Invitees::of(&desk.secret, &desk.site);
    let right = desk.token(Purpose::Answer, "ana");
    let wrong = |text: &str| assert_eq!(invitees.find(Purpose::Answer, text), None, "{text}");
    for at in 0..right.len() {
        for bit in 0..8 {
            let mut bytes = right.clone().into_bytes();
            bytes[at] ^= 1 << bit;
            wrong(&String::from_utf8_lossy(&bytes));
        }
        wrong(&right[..at]);
        wrong(&right[at + 1..]);
        let mut bytes = right.clone().into_bytes();
        let turned = bytes[at].is_ascii_lowercase();
        bytes[at] =
            if turned { bytes[at].to_ascii_uppercase() } else { bytes[at].to_ascii_lowercase() };
        if bytes != right.as_bytes() {
            wrong(&String::from_utf8(bytes).unwrap());
        }
    }
    wrong("");
    wrong(&format!("{right}="));
    wrong(&format!("{right}A"));
    wrong(&right.to_uppercase());
    wrong(&"A".repeat(LENGTH));
    wrong(Token::of(&desk.secret, Purpose::Answer, "2026-spring", "ana").as_str());
    wrong(Token::of(&desk.secret, Purpose::Answer, ROUND, "nobody").as_str());
    wrong(Token::of(&Secret::of([8; 32]), Purpose::Answer, ROUND, "ana").as_str());
}

#[tokio::test]
async fn all_wrong_links_look_the_same() {
    let desk = Desk::open().await;
    let right = desk.token(Purpose::Answer, "ana");
    let percent = format!("%{:02X}{}", right.as_bytes()[0], &right[1..]);
    let mut flipped = right.clone().into_bytes();
    flipped[20] = if flipped[20] == b'A' { b'B' } else { b'A' };
    let wrong = [
        String::from_utf8(flipped).unwrap(),
        percent,
        right[1..].to_owned(),
        format!("{right}A"),
        right.to_lowercase(),
        Token::of(&desk.secret, Purpose::Answer, "2026-spring", "ana").as_str().to_owned(),
        desk.token(Purpose::Unremind, "ana"),
        "x".repeat(5_000),
        "%00".to_owned(),
        "%FF".to_owned(),
    ];
    let mut seen = std::collections::BTreeSet::new();
    for token in &wrong {
        for method in ["GET", "POST"] {
            let path = format!("/a/{token}");
            let got = if method == "GET" {
                desk.get(&path).await
            } else {
                desk.post(&path, &[("q.again", "Yes")]).await
            };
            assert_eq!(got.status, 404, "{method} {token}");
            seen.insert((got.body, format!("{:?}", got.headers)));
        }
    }
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_eq!(desk.get(&format!("/a/{right}")).await.status, 200);
}

#[tokio::test]
async fn after_closing_a_right_link_leads_to_the_results_and_a_wrong_one_nowhere() {
    let desk = Desk::open().await;
    desk.until(CLOSED);
    for path in [desk.form("ana"), desk.unremind("ana"), format!("{}/thanks", desk.form("ana"))] {
        let got = desk.get(&path).await;
        assert_eq!(got.status, 410);
        assert!(got.body.contains("https://week.example.org/2026-summer/results.html"));
        assert!(got.body.contains("Friday 14 August 2026"), "{}", got.body);
    }
    assert_eq!(desk.answer_late().await, 410);
    assert_eq!(desk.get("/a/wrong").await.status, 404);
    desk.until("2026-08-03T09:59:59+02:00");
    assert_eq!(desk.get(&desk.form("ana")).await.status, 403);
    desk.until("2026-08-03T10:00:00+02:00");
    assert_eq!(desk.get(&desk.form("ana")).await.status, 200);
}

impl Desk {
    async fn answer_late(&self) -> u16 {
        self.post(&self.form("ana"), &[("q.again", "Yes")]).await.status
    }
}

#[tokio::test]
async fn a_log_says_what_was_asked_and_not_by_whom() {
    let desk = Desk::open().await;
    desk.answer("ana", &[("q.again", "Yes"), ("q.change", "Tell us earlier")]).await;
    desk.get("/a/wrong").await;
    desk.get(&desk.unremind("ana")).await;
    desk.get("/elsewhere?ana@example.org").await;
    let lines = desk.lines.lock().unwrap().clone();
    assert_eq!(
        lines,
        [
            "GET /a/{token} 200",
            "POST /a/{token} 303",
            "GET /a/{token} 404",
            "GET /unremind/{token} 200",
            "GET - 404"
        ]
    );
}
