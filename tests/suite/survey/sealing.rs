//! Confidential for real: what the store can tell before closing, and what nobody can afterwards.

use littlethings::store::{Kept, NewReply};
use sqlx::{AnyConnection, Connection, Row};

use super::desk::{Desk, ROUND, instant};
use crate::postgres;

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
    assert!(holds(&desk, &respondents[0]).await, "they are looked for where they lie");
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
    for old in &respondents {
        assert!(!holds(&desk, old).await, "the disk still knows a respondent");
    }
}

/// What a server erases it keeps for whoever began to read before, in this database or, for a
/// moment, on the way into any.
#[tokio::test]
async fn a_reader_elsewhere_keeps_nothing_that_was_sealed() {
    let desk = Desk::open().await;
    let Some(address) = desk.address() else { return };
    assert_eq!(desk.store.keep_reply(&reply("ana", "words")).await.unwrap(), Kept::Kept(1));
    let (rows, _) = desk.store.answer_rows(ROUND).await.unwrap();
    let mut reader = AnyConnection::connect(&address).await.unwrap();
    let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM meta";
    sqlx::raw_sql(begin).execute(&mut reader).await.unwrap();
    assert!(desk.store.seal(ROUND, "2026-08-15".parse().unwrap(), |rows| rows).await.unwrap());
    assert!(!holds(&desk, &rows[0].respondent).await, "the disk still knows a respondent");
    reader.close().await.unwrap();
}

/// A server samples columns for its planner, and keeps what it found beside the tables.
#[tokio::test]
async fn a_server_takes_no_samples_of_what_will_be_sealed() {
    let desk = Desk::open().await;
    let Some(address) = desk.address() else { return };
    for round in [ROUND, "2027-summer", "2028-summer"] {
        for person in ["ana", "marta", "rui"] {
            let reply = NewReply { round, ..reply(person, "words") };
            assert_eq!(desk.store.keep_reply(&reply).await.unwrap(), Kept::Kept(1));
        }
    }
    postgres::execute(&address, "ANALYZE").await;
    let mut connection = AnyConnection::connect(&address).await.unwrap();
    let sampled = "SELECT CAST(tablename || '.' || attname AS TEXT) FROM pg_stats";
    let rows = sqlx::query(sampled).fetch_all(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let sampled: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert!(sampled.contains(&"answers.question".to_owned()), "{sampled:?}");
    for secret in ["surveys.respondent_key", "replies.respondent", "answers.respondent"] {
        assert!(!sampled.contains(&secret.to_owned()), "{secret}");
    }
}

/// Whether this lies on the disk, readable or not.
async fn holds(desk: &Desk, text: &str) -> bool {
    let files = desk.on_disk().await;
    files.values().any(|bytes| bytes.windows(text.len()).any(|it| it == text.as_bytes()))
}

#[tokio::test]
async fn rows_do_not_lie_in_the_order_in_which_people_answered() {
    let desk = Desk::open().await;
    let people: Vec<String> = (0..40).map(|number| format!("p{number:02}")).collect();
    for person in &people {
        let kept = desk.store.keep_reply(&reply(person, person)).await.unwrap();
        assert_eq!(kept, Kept::Kept(1));
    }
    // A server puts rows where they come. While there is a key, that tells nothing new.
    if desk.address().is_none() {
        assert_mixed(&desk, &people).await;
    }
    let day = "2026-08-15".parse().unwrap();
    assert!(desk.store.seal(ROUND, day, |rows| rows).await.unwrap());
    assert_mixed(&desk, &people).await;
}

/// The answers of these people lie in another order than this one.
async fn assert_mixed(desk: &Desk, people: &[String]) {
    let (address, order) = match desk.address() {
        Some(address) => (address, "ctid"),
        None => (format!("sqlite://{}", desk.repository.path("store.db").display()), "rowid"),
    };
    let mut connection = AnyConnection::connect(&address).await.unwrap();
    let query = format!("SELECT value FROM answers WHERE question = 'change' ORDER BY {order}");
    let rows = sqlx::query(sqlx::AssertSqlSafe(query)).fetch_all(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let values: Vec<String> = rows.iter().map(|row| row.get(0)).collect();
    assert_eq!(values.len(), people.len());
    assert!(!values.is_sorted() && !values.iter().rev().is_sorted(), "{values:?}");
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
    let before: Vec<Vec<u8>> =
        desk.on_disk().await.values().flat_map(|bytes| keys(bytes)).collect();
    assert!(!before.is_empty(), "there is a key to look for");
    assert!(desk.store.seal(ROUND, "2026-08-15".parse().unwrap(), |rows| rows).await.unwrap());
    // While the store is still open, and after it was closed.
    for is_closed in [false, true] {
        if is_closed {
            desk.store.close().await;
        }
        for (path, bytes) in desk.on_disk().await {
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
