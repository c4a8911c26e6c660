//! The store of letters: every step of a letter's way, on every kind of database there is.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use littlethings::store::{
    Answer, Claim, Enqueued, InHand, Letter, NewLetter, NewNotice, NewReply, Outcome, Place,
    Resolution, State, Store, StoreError,
};
use tempfile::TempDir;

use crate::postgres;

/// A place for a store of one test, and what has to live as long as it.
pub struct Ground {
    pub place: Place,
    _folder: TempDir,
}

/// A file, and a new database where there is a server.
async fn grounds() -> Vec<Ground> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("deep/store.db");
    let mut grounds = vec![Ground { place: Place::File(file), _folder: folder }];
    if let Some(place) = postgres::place().await {
        grounds.push(Ground { place, _folder: TempDir::new().unwrap() });
    }
    grounds
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_785_000_000 + seconds).unwrap()
}

const LEASE: SignedDuration = SignedDuration::from_mins(15);

fn letter(person: &str, subject: &str, number: u32) -> NewLetter {
    NewLetter {
        round: "2026-summer".to_owned(),
        genre: "news".to_owned(),
        person: person.to_owned(),
        address: format!("{person}@example.org"),
        recipient: format!("{person}@example.org"),
        sender: "week@example.org".to_owned(),
        line: format!("About {subject}"),
        message_id: format!("<{person}.{subject}.{number}@example.org>"),
        bytes: format!("To: {person}@example.org\r\n\r\n{subject} {number}\r\n"),
        notices: vec![NewNotice {
            kind: "started".to_owned(),
            subject: subject.to_owned(),
            number,
            said: "started".to_owned(),
            why: "it was started".to_owned(),
        }],
    }
}

async fn stored(store: &Store, letters: &[NewLetter]) {
    assert_eq!(store.enqueue(letters, &[], at(0)).await.unwrap(), Enqueued::Stored);
}

async fn only(store: &Store) -> Letter {
    let mut letters = store.letters().await.unwrap();
    assert_eq!(letters.len(), 1);
    letters.remove(0)
}

fn claim<'a>(letter: &'a str, holder: &'a str) -> Claim<'a> {
    Claim { letter, holder, lease: LEASE }
}

fn answer(outcome: Outcome) -> Answer<'static> {
    Answer { outcome, stage: "body", code: Some(250), words: "as you say" }
}

async fn claimed(store: &Store, now: Timestamp) -> InHand {
    let queue = store.queue(now).await.unwrap();
    store.claim(claim(&queue[0].id, "a"), now).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_letter_is_stored_with_its_bytes_and_accepted_once() {
    for ground in grounds().await {
        let store = Store::open(&ground.place).await.unwrap();
        stored(&store, &[letter("ana", "currency", 1)]).await;
        let letter = only(&store).await;
        assert_eq!((letter.state, letter.tries, letter.begun), (State::Planned, 0, 0));
        assert_eq!(store.bytes(&letter.id).await.unwrap().lines().last(), Some("currency 1"));
        let hand = claimed(&store, at(1)).await;
        assert_eq!((hand.recipient.as_str(), hand.tries, hand.begun), ("ana@example.org", 1, 1));
        assert_eq!(store.claim(claim(&hand.id, "b"), at(1)).await.unwrap(), None);
        let next = store.answered(&hand, answer(Outcome::Accepted), at(2), None).await.unwrap();
        assert_eq!(next, None);
        let letter = only(&store).await;
        assert_eq!((letter.state, letter.begun, letter.next_at), (State::Accepted, 0, None));
        assert_eq!((letter.code, letter.words.as_deref()), (Some(250), Some("as you say")));
        assert_eq!(store.queue(at(99_999)).await.unwrap(), []);
        let states: Vec<State> =
            store.events().await.unwrap().into_iter().map(|event| event.state).collect();
        assert_eq!(states, [State::Planned, State::Claimed, State::Accepted]);
    }
}

#[tokio::test]
async fn the_same_is_stored_once_and_letters_all_or_none() {
    for ground in grounds().await {
        let store = Store::open(&ground.place).await.unwrap();
        stored(&store, &[letter("ana", "currency", 1)]).await;
        let both = [letter("ben", "login", 1), letter("ana", "currency", 1)];
        let enqueued = store.enqueue(&both, &[], at(1)).await.unwrap();
        assert_eq!(enqueued, Enqueued::SomebodyElsePlanned);
        assert_eq!(only(&store).await.person, "ana");
        // At another address, or a second time, it is another notice.
        let mut moved = letter("ana", "currency", 1);
        moved.address = "ana@example.net".to_owned();
        stored(&store, &[moved, letter("ana", "currency", 2)]).await;
        assert_eq!(store.told().await.unwrap().len(), 3);
    }
}

#[tokio::test]
async fn what_waits_can_be_replaced_and_what_is_out_cannot() {
    for ground in grounds().await {
        let store = Store::open(&ground.place).await.unwrap();
        stored(&store, &[letter("ana", "currency", 1)]).await;
        let first = only(&store).await;
        let again = [letter("ana", "currency", 1)];
        let enqueued = store.enqueue(&again, std::slice::from_ref(&first.id), at(1)).await.unwrap();
        assert_eq!(enqueued, Enqueued::Stored);
        let letters = store.letters().await.unwrap();
        assert_eq!(letters[0].state, State::Superseded);
        assert_ne!(letters[0].id, letters[1].id);
        assert_eq!(store.told().await.unwrap().len(), 1);
        let hand = claimed(&store, at(2)).await;
        let enqueued = store.enqueue(&[], std::slice::from_ref(&hand.id), at(2)).await.unwrap();
        assert_eq!(enqueued, Enqueued::SomebodyElsePlanned);
        let later = Outcome::Deferred { next_at: at(60) };
        store.answered(&hand, answer(later), at(3), None).await.unwrap();
        let enqueued = store.enqueue(&[], &[hand.id], at(4)).await.unwrap();
        assert_eq!(enqueued, Enqueued::Stored);
    }
}

#[tokio::test]
async fn a_deferred_letter_waits_and_a_refused_one_stays() {
    for ground in grounds().await {
        let store = Store::open(&ground.place).await.unwrap();
        stored(&store, &[letter("ana", "currency", 1)]).await;
        let hand = claimed(&store, at(1)).await;
        let later = Outcome::Deferred { next_at: at(60) };
        store.answered(&hand, answer(later), at(2), None).await.unwrap();
        assert_eq!(store.queue(at(59)).await.unwrap(), []);
        assert_eq!(store.claim(claim(&hand.id, "a"), at(59)).await.unwrap(), None);
        assert!(only(&store).await.is_waiting());
        let hand = claimed(&store, at(60)).await;
        assert_eq!((hand.tries, hand.begun, hand.first_try_at), (2, 1, at(1)));
        store.answered(&hand, answer(Outcome::Refused), at(61), None).await.unwrap();
        assert_eq!(only(&store).await.state, State::Refused);
        assert_eq!(store.queue(at(99_999)).await.unwrap(), []);
    }
}

#[tokio::test]
async fn an_uncertain_letter_goes_once_more_and_then_a_person_decides() {
    for ground in grounds().await {
        let store = Store::open(&ground.place).await.unwrap();
        stored(&store, &[letter("ana", "currency", 1)]).await;
        let hand = claimed(&store, at(1)).await;
        let unknown = |seconds| answer(Outcome::Uncertain { again_at: at(seconds) });
        store.answered(&hand, unknown(900), at(2), None).await.unwrap();
        assert_eq!(store.queue(at(899)).await.unwrap(), []);
        let again = claimed(&store, at(900)).await;
        assert_eq!((again.begun, &again.bytes), (2, &hand.bytes));
        // "Not now" to the second copy says nothing about the first.
        let later = Outcome::Deferred { next_at: at(960) };
        store.answered(&again, answer(later), at(901), None).await.unwrap();
        let waiting = only(&store).await;
        assert_eq!((waiting.state, waiting.begun), (State::Uncertain, 1));
        assert!(!waiting.is_waiting() && !waiting.is_for_a_person());
        let again = claimed(&store, at(960)).await;
        store.answered(&again, unknown(2000), at(961), None).await.unwrap();
        assert!(only(&store).await.is_for_a_person());
        assert_eq!(store.queue(at(99_999)).await.unwrap(), []);
        store.resolve(&again.id, Resolution::Lost, at(962)).await.unwrap();
        assert_eq!(claimed(&store, at(963)).await.bytes, hand.bytes);
        let error = store.resolve(&again.id, Resolution::Arrived, at(964)).await.unwrap_err();
        assert!(matches!(error, StoreError::Settled { .. }), "{error}");
        let error = store.resolve("nonsense", Resolution::Arrived, at(964)).await.unwrap_err();
        assert!(matches!(error, StoreError::NoLetter { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_letter_left_behind_is_uncertain_once_its_lease_is_over() {
    for ground in grounds().await {
        let store = Store::open(&ground.place).await.unwrap();
        stored(&store, &[letter("ana", "currency", 1)]).await;
        let slow = claimed(&store, at(0)).await;
        let wait = SignedDuration::from_mins(20);
        assert!(store.expire(at(899), wait).await.unwrap().is_empty());
        assert_eq!(store.expire(at(900), wait).await.unwrap(), std::slice::from_ref(&slow.id));
        let letter = only(&store).await;
        assert_eq!((letter.state, letter.next_at), (State::Uncertain, Some(at(1200))));
        let again = store.claim(claim(&slow.id, "b"), at(1200)).await.unwrap().unwrap();
        // The first run was only slow. Its "not now" is too late to count; its "yes" is not.
        let later = answer(Outcome::Deferred { next_at: at(9999) });
        store.answered(&slow, later, at(1201), None).await.unwrap();
        assert_eq!(only(&store).await.state, State::Claimed);
        store.answered(&slow, answer(Outcome::Accepted), at(1202), None).await.unwrap();
        assert_eq!(only(&store).await.state, State::Accepted);
        let later = answer(Outcome::Deferred { next_at: at(9999) });
        store.answered(&again, later, at(1203), None).await.unwrap();
        assert_eq!(only(&store).await.state, State::Accepted);
    }
}

#[tokio::test]
async fn a_letter_given_back_is_as_it_was() {
    for ground in grounds().await {
        let store = Store::open(&ground.place).await.unwrap();
        stored(&store, &[letter("ana", "currency", 1)]).await;
        let hand = claimed(&store, at(1)).await;
        store.answered(&hand, answer(Outcome::GivenBack), at(2), None).await.unwrap();
        let letter = only(&store).await;
        assert_eq!((letter.state, letter.tries, letter.begun), (State::Planned, 0, 0));
        assert_eq!(claimed(&store, at(3)).await.first_try_at, at(3));
    }
}

#[tokio::test]
async fn one_commit_accepts_a_letter_and_claims_the_next() {
    for ground in grounds().await {
        let store = Store::open(&ground.place).await.unwrap();
        stored(&store, &[letter("ana", "currency", 1), letter("ben", "login", 1)]).await;
        let queue = store.queue(at(1)).await.unwrap();
        let hand = claimed(&store, at(1)).await;
        let next = Some(claim(&queue[1].id, "a"));
        let accepted = answer(Outcome::Accepted);
        let next = store.answered(&hand, accepted, at(2), next).await.unwrap().unwrap();
        assert_eq!(next.person, "ben");
        let states: Vec<_> = store.letters().await.unwrap().iter().map(|it| it.state).collect();
        assert_eq!(states, [State::Accepted, State::Claimed]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_runs_share_the_letters_and_never_one() {
    for ground in grounds().await {
        let store = Store::open(&ground.place).await.unwrap();
        let letters: Vec<_> = (0..20).map(|n| letter(&format!("p{n}"), "currency", 1)).collect();
        stored(&store, &letters).await;
        let runs = ["a", "b", "c"].map(|name| tokio::spawn(take_all(ground.place.clone(), name)));
        let mut taken = Vec::new();
        for run in runs {
            taken.extend(run.await.unwrap());
        }
        taken.sort();
        let mut all: Vec<_> =
            store.letters().await.unwrap().into_iter().map(|letter| letter.id).collect();
        all.sort();
        assert_eq!(taken, all);
    }
}

async fn take_all(place: Place, holder: &'static str) -> Vec<String> {
    let store = Store::open(&place).await.unwrap();
    let mut taken = Vec::new();
    for queued in store.queue(at(1)).await.unwrap() {
        if let Some(hand) = store.claim(claim(&queued.id, holder), at(1)).await.unwrap() {
            taken.push(hand.id.clone());
            store.answered(&hand, answer(Outcome::Accepted), at(2), None).await.unwrap();
        }
    }
    taken
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_store_is_made_by_whoever_comes_first() {
    for ground in grounds().await {
        let opened = [0; 6].map(|_| {
            let place = ground.place.clone();
            tokio::spawn(async move { Store::open(&place).await.map(drop) })
        });
        for opened in opened {
            opened.await.unwrap().unwrap();
        }
    }
}

#[tokio::test]
async fn everything_can_count_as_told_without_a_letter() {
    for ground in grounds().await {
        let store = Store::open(&ground.place).await.unwrap();
        stored(&store, &[letter("ana", "currency", 1)]).await;
        let hand = claimed(&store, at(1)).await;
        let unknown = answer(Outcome::Uncertain { again_at: at(900) });
        store.answered(&hand, unknown, at(2), None).await.unwrap();
        let settled = store.baseline(&[letter("ben", "login", 1)], &[], at(3)).await.unwrap();
        assert_eq!(settled, Enqueued::Stored);
        assert!(store.told().await.unwrap().iter().all(|row| row.state == State::Baseline));
        assert_eq!(store.queue(at(99_999)).await.unwrap(), []);
    }
}

#[tokio::test]
async fn with_everything_counts_as_told_what_a_killed_run_left_behind_and_what_was_in_a_letter() {
    for ground in grounds().await {
        let store = Store::open(&ground.place).await.unwrap();
        let people = ["ana", "ben", "cleo", "dan"];
        stored(&store, &people.map(|person| letter(person, "currency", 1))).await;
        let ids: Vec<String> =
            store.queue(at(1)).await.unwrap().into_iter().map(|it| it.id).collect();
        // Ana's was in the hands of a run that was killed, and Dan's is in those of another one.
        store.claim(claim(&ids[0], "killed"), at(1)).await.unwrap().unwrap();
        let later = at(1) + LEASE;
        for (id, stage) in [(&ids[1], "body"), (&ids[2], "recipient")] {
            let hand = store.claim(claim(id, "a"), later).await.unwrap().unwrap();
            let refused = Answer { stage, ..answer(Outcome::Refused) };
            store.answered(&hand, refused, later, None).await.unwrap();
        }
        let in_hand = store.claim(claim(&ids[3], "b"), later).await.unwrap().unwrap();
        assert_eq!(store.baseline(&[], &[], later).await.unwrap(), Enqueued::Stored);
        let states = || async {
            let letters = store.letters().await.unwrap();
            letters.into_iter().map(|it| (it.person, it.state)).collect::<Vec<_>>()
        };
        let expected = [State::Baseline, State::Baseline, State::Refused, State::Claimed];
        let people = people.map(str::to_owned);
        assert_eq!(states().await, people.clone().into_iter().zip(expected).collect::<Vec<_>>());
        store.answered(&in_hand, answer(Outcome::Accepted), later, None).await.unwrap();
        assert_eq!(states().await[3].1, State::Accepted);
        assert_eq!(store.queue(at(99_999)).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_store_remembers_values_and_whether_it_was_adopted() {
    for ground in grounds().await {
        let store = Store::open(&ground.place).await.unwrap();
        assert!(!store.is_adopted().await.unwrap());
        store.adopt(at(0)).await.unwrap();
        assert!(store.is_adopted().await.unwrap());
        store.set_meta("colour", "red").await.unwrap();
        store.set_meta("colour", "blue").await.unwrap();
        assert_eq!(store.meta("colour").await.unwrap().as_deref(), Some("blue"));
    }
}

/// Seven tables are wiped one after the other, and whoever reads while that goes on sees no table
/// without its rows.
#[tokio::test]
async fn what_is_read_while_a_server_writes_tables_anew_is_whole() {
    use sqlx::{AnyConnection, Connection};
    let Some(address) = postgres::database().await else { return };
    let store = Store::open(&Place::read(&address)).await.unwrap();
    stored(&store, &[letter("ana", "currency", 1)]).await;
    let mut other = AnyConnection::connect(&address).await.unwrap();
    let hold = "BEGIN; LOCK TABLE notices IN ACCESS EXCLUSIVE MODE";
    sqlx::raw_sql(hold).execute(&mut other).await.unwrap();
    let wipe = async {
        let waits = "SELECT count(*) FROM pg_locks WHERE NOT granted";
        let waiting =
            async |other: &mut _| sqlx::query_scalar::<_, i64>(waits).fetch_one(other).await;
        while waiting(&mut other).await.unwrap() == 0 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        let anew = "ALTER TABLE notices ALTER COLUMN why TYPE TEXT USING why || ''; COMMIT";
        sqlx::raw_sql(anew).execute(&mut other).await.unwrap();
    };
    let (letters, ()) = tokio::join!(store.letters(), wipe);
    assert_eq!(letters.unwrap()[0].notices.len(), 1);
}

#[tokio::test]
async fn a_store_of_a_later_version_is_left_alone() {
    use sqlx::Connection;
    let ground = grounds().await.remove(0);
    let Place::File(path) = &ground.place else { panic!("a file comes first") };
    Store::open(&ground.place).await.unwrap().close().await;
    let address = format!("sqlite://{}", path.display());
    let mut connection = sqlx::AnyConnection::connect(&address).await.unwrap();
    let later = "INSERT INTO migrations (name) VALUES ('9999_from_the_future')";
    sqlx::raw_sql(later).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    for error in [
        Store::open(&ground.place).await.unwrap_err(),
        Store::open_to_read(&ground.place).await.unwrap_err(),
    ] {
        assert!(error.to_string().contains("`9999_from_the_future`"), "{error}");
    }
}

/// All files below a folder with what is in them.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter();
    let files = files.map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    files
        .map(|file| (file.path().display().to_string(), std::fs::read(file.path()).unwrap()))
        .collect()
}

#[tokio::test]
async fn reading_makes_no_file_and_writes_no_byte() {
    let folder = TempDir::new().unwrap();
    let place = Place::File(folder.path().join("a #1?/store%20.db"));
    assert!(Store::open_to_read(&place).await.unwrap().is_none());
    assert_eq!(contents(folder.path()), []);
    let store = Store::open(&place).await.unwrap();
    stored(&store, &[letter("ana", "currency", 1)]).await;
    // In the hands of somebody who writes: there is a log beside it.
    let open = contents(folder.path());
    assert!(open.len() > 1);
    let reading = Store::open_to_read(&place).await.unwrap().unwrap();
    assert_eq!(reading.told().await.unwrap().len(), 1);
    assert_eq!(contents(folder.path()), open);
    // As a program that was killed leaves it.
    let left = folder.path().join("left");
    std::fs::create_dir(&left).unwrap();
    for (name, bytes) in &open {
        std::fs::write(left.join(Path::new(name).file_name().unwrap()), bytes).unwrap();
    }
    let before = contents(&left);
    let killed = Place::File(left.join("store%20.db"));
    let reading = Store::open_to_read(&killed).await.unwrap().unwrap();
    assert_eq!(reading.told().await.unwrap().len(), 1);
    assert_eq!(contents(&left), before);
    // And in nobody's hands.
    store.close().await;
    let closed = contents(&folder.path().join("a #1?"));
    assert_eq!(closed.len(), 1);
    let reading = Store::open_to_read(&place).await.unwrap().unwrap();
    assert_eq!(reading.told().await.unwrap().len(), 1);
    assert_eq!(contents(&folder.path().join("a #1?")), closed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_can_be_read_while_another_program_writes_and_moves_its_log() {
    let folder = TempDir::new().unwrap();
    let place = Place::File(folder.path().join("store.db"));
    let store = Store::open(&place).await.unwrap();
    stored(&store, &[letter("ana", "currency", 1)]).await;
    let writer = tokio::spawn(async move {
        for number in 0..60 {
            // Sealing moves the log into the file, and so does closing.
            let round = format!("round-{number}");
            let day = "2026-08-15".parse().unwrap();
            store.set_meta("colour", &"red".repeat(20_000)).await.unwrap();
            let new = NewReply {
                round: &round,
                person: "ana",
                side: "partner",
                replaces: 0,
                answers: vec![("change".to_owned(), "Earlier".repeat(5_000))],
                day,
                mail: None,
            };
            let _ = store.keep_reply(&new).await.unwrap();
            assert!(store.seal(&round, day, |rows| rows).await.unwrap());
        }
    });
    while !writer.is_finished() {
        let reading = Store::open_to_read(&place).await.unwrap().unwrap();
        assert_eq!(reading.told().await.unwrap().len(), 1);
        assert_eq!(reading.meta("none").await.unwrap(), None);
    }
    writer.await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_store_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("private/store.db");
    let store = Store::open(&Place::File(path.clone())).await.unwrap();
    stored(&store, &[letter("ana", "currency", 1)]).await;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(path.parent().unwrap()), 0o700);
    for (path, _) in contents(folder.path()) {
        assert_eq!(mode(Path::new(&path)), 0o600, "{path}");
    }
}

#[tokio::test]
async fn nothing_that_is_printed_holds_an_address_or_a_password() {
    let ground = grounds().await.remove(0);
    let store = Store::open(&ground.place).await.unwrap();
    stored(&store, &[letter("ana", "currency", 1)]).await;
    let hand = claimed(&store, at(1)).await;
    let told = store.told().await.unwrap();
    let all =
        format!("{store:?} {hand:?} {told:?} {:?} {:?}", only(&store).await, letter("a", "b", 1));
    assert!(!all.contains('@'), "{all}");
    for url in ["postgres://u:hush@127.0.0.1:1/week", "postgres://u:hush@[bad/week"] {
        let error = Store::open(&Place::read(url)).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hush"), "{error:?}");
    }
}
