//! One database for several programs, on a server that is set otherwise than we would, that is
//! restarted, or that is not the right one.

use std::sync::Arc;

use littlethings::store::{Kept, NewReply, Place, Store};

use crate::postgres;

const ROUND: &str = "2026-summer";

async fn open(address: &str) -> Store {
    Store::open(&Place::read(address)).await.unwrap()
}

fn reply<'a>(person: &'a str, replaces: i64, text: &str) -> NewReply<'a> {
    NewReply {
        round: ROUND,
        person,
        side: "partner",
        replaces,
        answers: vec![("change".to_owned(), text.to_owned())],
        day: "2026-08-05".parse().unwrap(),
        mail: None,
    }
}

async fn people_of(store: &Store) -> Vec<String> {
    let invited = store.invited(ROUND).await.unwrap();
    invited.into_iter().map(|it| it.person).collect()
}

#[tokio::test]
async fn a_user_signs_in_by_password_and_a_wrong_one_is_not_repeated() {
    let Some([right, wrong]) = postgres::with_password().await else { return };
    let store = open(&right).await;
    store.set_meta("colour", "red").await.unwrap();
    assert!(!format!("{store:?}").contains("horse"), "{store:?}");
    let error = Store::open(&Place::read(&wrong)).await.unwrap_err();
    let said = format!("{error} {error:?}");
    assert!(said.contains("password authentication failed"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
    let nowhere = right.replace("littlethings_test", "elsewhere");
    let error = Store::open(&Place::read(&nowhere)).await.unwrap_err().to_string();
    assert!(error.contains("elsewhere") && !error.contains("horse"), "{error}");
}

#[tokio::test]
async fn a_database_that_cannot_hold_every_letter_is_refused_with_the_right_command() {
    let Some(address) = postgres::database().await else { return };
    let name = postgres::name(&address);
    let other = format!("{name}_latin1");
    let make = format!("CREATE DATABASE {other} ENCODING 'LATIN1' TEMPLATE template0");
    postgres::execute(&address, &make).await;
    let place = Place::read(&address.replace(name, &other));
    let error = Store::open(&place).await.unwrap_err().to_string();
    assert!(error.contains("is in LATIN1") && error.contains("ENCODING 'UTF8'"), "{error}");
}

#[tokio::test]
async fn a_store_outlives_a_restart_of_its_server() {
    let Some(address) = postgres::database().await else { return };
    let store = open(&address).await;
    store.set_meta("colour", "red").await.unwrap();
    let hang_up = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
    postgres::execute(&address, hang_up).await;
    assert_eq!(store.meta("colour").await.unwrap().as_deref(), Some("red"));
    postgres::execute(&address, hang_up).await;
    store.set_meta("colour", "blue").await.unwrap();
}

/// What a database may be set to: transactions that see the past, and none that writes.
const STRANGE: [&str; 2] =
    ["default_transaction_isolation = 'repeatable read'", "default_transaction_read_only = on"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn programs_that_write_at_once_lose_nothing_whatever_the_database_is_set_to() {
    let Some(address) = postgres::database().await else { return };
    let name = postgres::name(&address);
    for setting in STRANGE {
        postgres::execute(&address, &format!("ALTER DATABASE {name} SET {setting}")).await;
    }
    let people: Arc<Vec<String>> = Arc::new((0..24).map(|it| format!("p{it:02}")).collect());
    let programs = [0; 4].map(|_| {
        let (address, people) = (address.clone(), people.clone());
        tokio::spawn(async move {
            let store = open(&address).await;
            let mut kept = Vec::new();
            for person in people.iter() {
                match store.keep_reply(&reply(person, 0, "first")).await.unwrap() {
                    Kept::Kept(1) => kept.push(person.clone()),
                    other => assert_eq!(other, Kept::Elsewhere(1)),
                }
            }
            kept
        })
    });
    let mut kept = Vec::new();
    for program in programs {
        kept.extend(program.await.unwrap());
    }
    kept.sort();
    assert_eq!(kept, **people, "each was kept once");
    let store = open(&address).await;
    assert_eq!(store.answer_rows(ROUND).await.unwrap().0.len(), people.len());
    assert_eq!(people_of(&store).await, **people);
}

#[tokio::test]
async fn names_sort_as_bytes_on_every_database() {
    let Some(address) = postgres::database().await else { return };
    let name = postgres::name(&address);
    let german = format!("{name}_german");
    let make = format!(
        "CREATE DATABASE {german} LOCALE_PROVIDER icu ICU_LOCALE 'de' ENCODING 'UTF8' \
         TEMPLATE template0"
    );
    postgres::execute(&address, &make).await;
    let store = open(&address.replace(name, &german)).await;
    let people = ["Zoe", "ana", "a-b", "ab", "Ärne"];
    let invited: Vec<(&str, &str)> = people.iter().map(|it| (*it, "partner")).collect();
    store.invite(ROUND, &invited, "2026-08-03".parse().unwrap()).await.unwrap();
    assert_eq!(people_of(&store).await, ["Zoe", "a-b", "ab", "ana", "Ärne"]);
}
