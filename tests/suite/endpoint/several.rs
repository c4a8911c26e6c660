//! Two of them at once on one database, each with the letters; one is killed while people answer.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpStream;

use littlethings::store::{Place, Store};
use serde_json::Value;

use super::program::{PATIENCE, ROUND, Served, asking, form, mailer, posted};
use crate::postgres;
use crate::repository::{Repository, files};
use crate::survey::desk::encoded;

/// What somebody got, if the other side lived long enough to say it.
struct Heard {
    status: u16,
    body: String,
}

fn ask(address: &str, request: &[u8]) -> Option<Heard> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    stream.write_all(request).ok()?;
    let mut said = String::new();
    stream.read_to_string(&mut said).ok()?;
    let (head, body) = said.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Heard { status, body: body.to_owned() })
}

/// Opens a form and answers, twice as somebody does who was too fast. Whether it was kept; `None`
/// where nobody said.
fn answer(address: &str, path: &str, choice: &str) -> Option<bool> {
    let get = format!("GET {path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
    let mut page = ask(address, get.as_bytes())?;
    for _ in 0..2 {
        let hidden = hidden(&page.body);
        let mut fields: Vec<(&str, &str)> =
            hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.push(("q.again", choice));
        let form = posted(path, "application/x-www-form-urlencoded", encoded(&fields).as_bytes());
        page = ask(address, &form)?;
    }
    Some(page.status == 303)
}

fn hidden(page: &str) -> Vec<(String, String)> {
    let inputs = page.split("<input type=\"hidden\" name=\"").skip(1);
    let field = |input: &str| {
        let (name, rest) = input.split_once("\" value=\"")?;
        Some((name.to_owned(), rest.split_once('"')?.0.to_owned()))
    };
    inputs.filter_map(field).collect()
}

/// How often each of these people was told that their answer was kept, until nobody answers.
fn answers(address: &str, people: &[(&'static str, String)]) -> Vec<(&'static str, i64)> {
    let mut kept: Vec<(&str, i64)> = people.iter().map(|(person, _)| (*person, 0)).collect();
    for _ in 0..10 {
        for (number, (_, path)) in people.iter().enumerate() {
            match answer(address, path, "Yes") {
                Some(true) => kept[number].1 += 1,
                Some(false) => {}
                None => return kept,
            }
        }
    }
    kept
}

fn revision(repository: &Repository, database: Option<&str>, person: &str) -> i64 {
    let place = match database {
        Some(address) => Place::read(address),
        None => Place::File(repository.path(".littlethings/store.db")),
    };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let store = Store::open(&place).await.unwrap();
        let reply = store.reply(ROUND, person).await.unwrap();
        reply.map_or(0, |reply| reply.revision)
    })
}

#[test]
fn one_of_two_is_killed_and_nothing_is_lost_and_nobody_is_mailed_twice() {
    let repository = asking();
    let database = postgres::database_now();
    let program = || {
        let mut program = mailer(&repository);
        program.env_remove("DATABASE_URL");
        program.envs(database.as_ref().map(|address| ("DATABASE_URL", address)));
        program
    };
    // Everything before today counts as told, so that a new store may send.
    let baseline = program().args(["send", "--baseline"]).output().unwrap();
    assert!(baseline.status.success(), "{}", String::from_utf8_lossy(&baseline.stderr));
    let serve = || {
        let mut serve = program();
        serve.args(["serve", "--send", "--listen", "127.0.0.1:0"]);
        Served::by(&repository, serve)
    };
    let (one, other) = (serve(), serve());
    // Both see it, and four owners hear of it.
    let list = "content/2026-summer/lists/atlas.md";
    repository.write(list, repository.read(list).replace("- Status:\n", "- Status: started\n"));
    let letters = || -> Vec<Vec<u8>> {
        let files = files(&repository.path("out")).into_iter();
        files.filter(|(path, _)| path.ends_with(".eml")).map(|(_, bytes)| bytes).collect()
    };
    other.wait_until("told", || letters().len() >= 4);
    let of = |people: [&'static str; 3]| {
        people.map(|person| (person, form(&one.secret, person))).to_vec()
    };
    let (first, second) = (of(["ana", "marta", "rui"]), of(["eva", "bob", "jonas"]));
    let (one_at, other_at) = (one.address.clone(), other.address.clone());
    let kept = std::thread::scope(|scope| {
        let answering = scope.spawn(|| answers(&one_at, &first));
        let others = scope.spawn(|| answers(&other_at, &second));
        other.wait_until("answered", || {
            first.iter().all(|(person, _)| revision(&repository, database.as_deref(), person) > 0)
        });
        one.kill();
        [answering.join().unwrap(), others.join().unwrap()].concat()
    });
    for (person, times) in kept {
        let found = revision(&repository, database.as_deref(), person);
        // One may have been kept by whom nobody heard of again.
        let is_whole =
            found == times || (found == times + 1 && first.iter().any(|it| it.0 == person));
        assert!(is_whole && times > 0, "{person}: {times} kept, {found} in the store");
    }
    let again = answer(&other_at, &first[0].1, "No");
    assert_eq!(again, Some(true), "the other one goes on with everybody");
    other.terminate();
    assert_eq!(other.ended().0, Some(0));

    let log = program().args(["log", "--format", "json"]).output().unwrap();
    let log: Value = serde_json::from_slice(&log.stdout).unwrap();
    let sent: Vec<&Value> =
        log["letters"].as_array().unwrap().iter().filter(|it| it["state"] == "accepted").collect();
    let letters = letters();
    let all: BTreeSet<&Vec<u8>> = letters.iter().collect();
    assert_eq!((letters.len(), all.len()), (4, 4), "no letter is there twice");
    assert_eq!(sent.len(), letters.len());
}
