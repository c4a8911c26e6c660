//! Confidential for real: what the store can tell before closing, and what nobody can afterwards.

use littlethings::store::{Kept, NewReply};

use super::desk::{Desk, ROUND, instant};

fn reply<'a>(person: &'a str, text: &str) -> NewReply<'a> {
    NewReply {
        round: ROUND,
        person,
        side: "partner",
        replaces: 0,
        answers: vec![("change".to_owned(), text.to_owned()), ("again".to_owned(), "y".to_owned())],
        day: "2026-08-05".parse().unwrap(),
        mail: None,
    }
}

#[tokio::test]
async fn once_sealed_nobody_can_tell_whose_answer_it_was() {
    let desk = Desk::open().await;
    let people = ["ana", "marta", "rui", "eva"];
    for person in people {
        let kept = desk.store.keep_reply(&reply(person, &format!("by {person}"))).await.unwrap();
        assert_eq!(kept, Kept::Kept(1));
    }
    let (rows, _) = desk.store.answer_rows(ROUND).await.unwrap();
    let respondents: Vec<String> = rows.iter().map(|row| row.respondent.clone()).collect();
    let day = instant("2026-08-15T09:00:00Z").to_zoned(jiff::tz::TimeZone::UTC).date();
    assert!(desk.store.seal(ROUND, day, |rows| rows).await.unwrap());
    assert!(!desk.store.seal(ROUND, day, |rows| rows).await.unwrap());
    assert!(desk.store.is_sealed(ROUND).await.unwrap());

    let (rows, _) = desk.store.answer_rows(ROUND).await.unwrap();
    assert_eq!(rows.len(), 8);
    let unlinked: std::collections::BTreeSet<&str> =
        rows.iter().map(|row| row.respondent.as_str()).collect();
    assert_eq!(unlinked.len(), 8, "two answers of one person have nothing in common");
    assert!(respondents.iter().all(|old| !unlinked.contains(old.as_str())));
    assert_eq!(desk.store.who_answered().await.unwrap()[ROUND].len(), 4);
    assert!(desk.store.reply(ROUND, "ana").await.unwrap().is_none());
    assert_eq!(desk.store.keep_reply(&reply("bob", "late")).await.unwrap(), Kept::Sealed);
    assert!(!desk.store.forget_reply(ROUND, "ana").await.unwrap());
    // Not in free pages and not in the log either.
    desk.store.close().await;
    for (path, bytes) in desk.bytes() {
        for old in &respondents {
            let found = bytes.windows(old.len()).any(|window| window == old.as_bytes());
            assert!(!found, "{path} still knows a respondent");
        }
    }
}

#[tokio::test]
async fn rows_do_not_lie_in_the_order_in_which_people_answered() {
    let desk = Desk::open().await;
    let people: Vec<String> = (0..40).map(|number| format!("p{number}")).collect();
    for person in &people {
        let kept = desk.store.keep_reply(&reply(person, person)).await.unwrap();
        assert_eq!(kept, Kept::Kept(1));
    }
    desk.store.close().await;
    let file = desk.repository.path("store.db");
    let output = std::process::Command::new("sqlite3")
        .arg(&file)
        .arg("SELECT value FROM answers WHERE question = 'change' ORDER BY rowid")
        .output();
    // Where there is no sqlite3 the order in the file stands for the order of rows.
    let text = match output {
        Ok(output) if output.status.success() => String::from_utf8(output.stdout).unwrap(),
        _ => {
            let bytes = std::fs::read(&file).unwrap();
            String::from_utf8_lossy(&bytes).into_owned()
        }
    };
    let places: Vec<Option<usize>> =
        people.iter().map(|person| text.find(&format!("{person}\n"))).collect();
    if places.iter().all(Option::is_some) {
        assert!(!places.is_sorted() && !places.iter().rev().is_sorted(), "{places:?}");
    }
}

#[tokio::test]
async fn a_person_is_forgotten_until_closing() {
    let desk = Desk::open().await;
    desk.answer("ana", &[("q.again", "Yes"), ("q.change", "unforgettable words")]).await;
    assert!(desk.store.forget_reply(ROUND, "ana").await.unwrap());
    assert!(desk.store.reply(ROUND, "ana").await.unwrap().is_none());
    assert!(desk.store.who_answered().await.unwrap().is_empty());
    assert!(desk.store.who_wants_no_reminder().await.unwrap()[ROUND].contains("ana"));
    assert_eq!(desk.answer("ana", &[("q.again", "No")]).await.status, 303);
}

#[tokio::test]
async fn of_two_at_once_one_is_kept() {
    let desk = Desk::open().await;
    let (one, other) = (reply("ana", "one"), reply("ana", "other"));
    let (one, other) = tokio::join!(desk.store.keep_reply(&one), desk.store.keep_reply(&other));
    let mut kept = [format!("{:?}", one.unwrap()), format!("{:?}", other.unwrap())];
    kept.sort();
    assert_eq!(kept, ["Elsewhere(1)", "Kept(1)"]);
}

/// Everything in a file that looks like a key: 64 hexadecimal digits.
fn keys(bytes: &[u8]) -> Vec<Vec<u8>> {
    let runs = bytes.split(|byte| !byte.is_ascii_hexdigit() || byte.is_ascii_uppercase());
    // Digits of a neighbour may touch it.
    runs.filter(|run| run.len() >= 64).flat_map(|run| run.windows(64).map(<[u8]>::to_vec)).collect()
}

#[tokio::test]
async fn the_key_is_in_the_file_until_it_is_sealed_and_nowhere_afterwards() {
    let desk = Desk::open().await;
    for person in ["ana", "marta"] {
        assert_eq!(desk.store.keep_reply(&reply(person, "words")).await.unwrap(), Kept::Kept(1));
    }
    let before: Vec<Vec<u8>> = desk.bytes().values().flat_map(|bytes| keys(bytes)).collect();
    assert!(!before.is_empty(), "there is a key to look for");
    assert!(desk.store.seal(ROUND, "2026-08-15".parse().unwrap(), |rows| rows).await.unwrap());
    // While the store is still open, and after it was closed.
    for is_closed in [false, true] {
        if is_closed {
            desk.store.close().await;
        }
        for (path, bytes) in desk.bytes() {
            for key in &before {
                assert!(!bytes.windows(64).any(|window| window == key), "{path} holds the key");
            }
        }
    }
}

#[test]
fn nothing_about_answers_is_finer_than_a_day() {
    let tables = include_str!("../../../src/store/migrations/0002_answers.sql").to_owned()
        + include_str!("../../../src/store/migrations/0003_replies_by_mail.sql");
    for line in tables.lines().filter(|line| !line.trim_start().starts_with("--")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        assert!(!words.iter().any(|word| word.ends_with("_at")), "{line}");
    }
    assert_eq!(tables.matches("_on TEXT").count(), 3, "days are texts such as 2026-08-05");
}
