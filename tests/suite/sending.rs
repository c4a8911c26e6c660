//! A run of letters through doors that say what they are told to.

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use littlethings::finding::Place as Written;
use littlethings::mail::door::{Delivery, Door, Envelope, Stage};
use littlethings::mail::send::{
    Ended, Report, Run, Sent, Settings, Stock, Trust, acknowledge, baseline, notices_of, run,
    stock, trust,
};
use littlethings::mail::{Draft, Genre, Kind, Notice, NoticeKey, Plan, Told, ToldState};
use littlethings::model::{Person, Side, Site};
use littlethings::store::{Claim, Enqueued, NewLetter, Place, State, Store};
use tempfile::TempDir;
use tokio::sync::watch;

/// What a door says to one recipient, in order; the last is said again and again.
type Script = HashMap<String, Vec<Delivery>>;

/// A door that does as its script says, takes everything else, and keeps a journal.
#[derive(Default)]
struct Scripted {
    script: Script,
    journal: Vec<(String, String)>,
    closed: usize,
    /// Called after each letter.
    after: Option<Box<dyn FnMut(usize) + Send>>,
}

impl Door for Scripted {
    fn deliver(&mut self, envelope: &Envelope, bytes: &str) -> Delivery {
        let person = envelope.to.split('@').next().unwrap().to_owned();
        let said = match self.script.get_mut(&person) {
            Some(said) if said.len() > 1 => said.remove(0),
            Some(said) => said[0].clone(),
            None => accepted(),
        };
        if matches!(said, Delivery::Accepted { .. }) {
            self.journal.push((person, bytes.to_owned()));
        }
        if let Some(after) = &mut self.after {
            after(self.journal.len());
        }
        said
    }

    fn close(&mut self) {
        self.closed += 1;
    }
}

fn accepted() -> Delivery {
    Delivery::Accepted { words: "queued".to_owned() }
}

fn not_now(stage: Stage, code: u16) -> Delivery {
    Delivery::NotNow { stage, code: Some(code), words: "not now".to_owned() }
}

fn never(stage: Stage) -> Delivery {
    Delivery::Never { stage, code: Some(550), words: "no".to_owned() }
}

fn unknown() -> Delivery {
    Delivery::Unknown { words: "the line went dead".to_owned() }
}

fn script<const N: usize>(said: [(&str, Vec<Delivery>); N]) -> Script {
    said.into_iter().map(|(person, said)| (person.to_owned(), said)).collect()
}

/// A store with letters, and a clock that goes on by itself and can be set ahead.
struct Desk {
    _folder: TempDir,
    place: Place,
    store: Store,
    ahead: Arc<AtomicI64>,
    began: std::time::Instant,
    settings: Settings,
}

const START: i64 = 1_785_000_000_000;

impl Desk {
    async fn new(people: &[&str]) -> Desk {
        let folder = TempDir::new().unwrap();
        let place = Place::File(folder.path().join("store.db"));
        let store = Store::open(&place).await.unwrap();
        let letters: Vec<NewLetter> = people.iter().map(|person| letter(person)).collect();
        let now = Timestamp::from_millisecond(START).unwrap();
        assert_eq!(store.enqueue(&letters, &[], now).await.unwrap(), Enqueued::Stored);
        let settings = Settings { rate: 0, ..Settings::default() };
        Desk {
            _folder: folder,
            place,
            store,
            ahead: Arc::default(),
            began: std::time::Instant::now(),
            settings,
        }
    }

    fn clock(&self) -> impl Fn() -> Timestamp + Sync + use<> {
        let began = self.began;
        let ahead = self.ahead.clone();
        move || {
            let passed = i64::try_from(began.elapsed().as_millis()).unwrap();
            Timestamp::from_millisecond(START + ahead.load(Ordering::SeqCst) + passed).unwrap()
        }
    }

    fn later(&self, minutes: i64) {
        self.ahead.fetch_add(minutes * 60_000, Ordering::SeqCst);
    }

    async fn send(&self, door: &mut Scripted) -> Report {
        self.send_until(door, watch::channel(false).1).await
    }

    async fn send_until(&self, door: &mut Scripted, stop: watch::Receiver<bool>) -> Report {
        let (clock, mut heard) = (self.clock(), Vec::new());
        let report = run(Run {
            store: &self.store,
            door,
            settings: &self.settings,
            holder: "this run",
            clock: &clock,
            stop,
            tell: &mut |sent: &Sent| heard.push(sent.clone()),
        })
        .await
        .unwrap();
        assert_eq!(heard, report.sent);
        report
    }

    async fn states(&self) -> Vec<(String, State)> {
        let letters = self.store.letters().await.unwrap();
        letters.into_iter().map(|letter| (letter.person, letter.state)).collect()
    }

    async fn state(&self, person: &str) -> State {
        self.states().await.into_iter().find(|(name, _)| name == person).unwrap().1
    }
}

fn letter(person: &str) -> NewLetter {
    let draft = draft(person, Kind::Started, "invoice-currency", 1);
    worded(&draft)
}

fn worded(draft: &Draft) -> NewLetter {
    let address = draft.person.mail.clone();
    NewLetter {
        round: draft.round.clone(),
        genre: draft.genre.word().to_owned(),
        person: draft.person.id.clone(),
        bytes: format!("To: {address}\r\n\r\nHello.\r\n"),
        message_id: format!("<{address}>"),
        recipient: address.clone(),
        address,
        sender: "week@example.org".to_owned(),
        line: "Invoice".to_owned(),
        notices: notices_of(draft),
    }
}

fn draft(person: &str, kind: Kind, subject: &str, number: u32) -> Draft {
    let round = "2026-summer".to_owned();
    let key = NoticeKey {
        round: round.clone(),
        kind,
        subject: subject.to_owned(),
        person: person.to_owned(),
        number,
    };
    let why = "it was started".to_owned();
    Draft {
        round,
        person: Arc::new(somebody(person)),
        genre: Genre::of(kind),
        notices: vec![Notice { key, said: kind.word().to_owned(), why }],
    }
}

fn somebody(id: &str) -> Person {
    Person {
        id: id.to_owned(),
        name: id.to_owned(),
        mail: format!("{id}@example.org"),
        side: Side::Partner,
        hub: None,
        team: None,
        role: None,
        away: vec![],
        left: None,
        place: Written::whole("content/people.toml"),
        mail_place: Written::whole("content/people.toml"),
    }
}

fn plan_of(drafts: Vec<Draft>) -> Plan {
    Plan { drafts, ..Plan::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_is_told_once_and_a_second_run_has_nothing_to_do() {
    let desk = Desk::new(&["ana", "ben", "cem"]).await;
    let mut door = Scripted::default();
    let report = desk.send(&mut door).await;
    assert_eq!((report.ended, report.sent.len(), report.over), (Ended::Done, 3, 0));
    let people: Vec<&str> = door.journal.iter().map(|(person, _)| person.as_str()).collect();
    assert_eq!(people, ["ana", "ben", "cem"]);
    assert_eq!(door.closed, 1);
    let again = desk.send(&mut door).await;
    assert_eq!((again.sent.len(), door.journal.len()), (0, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_bad_address_stops_nobody_else() {
    let desk = Desk::new(&["ana", "ben", "cem", "dan", "eve"]).await;
    let mut door = Scripted {
        script: script([
            ("ana", vec![never(Stage::Recipient)]),
            ("ben", vec![not_now(Stage::Recipient, 451)]),
            ("cem", vec![unknown()]),
            ("dan", vec![never(Stage::Body)]),
        ]),
        ..Scripted::default()
    };
    assert_eq!(desk.send(&mut door).await.ended, Ended::Done);
    let states: Vec<State> = desk.states().await.into_iter().map(|(_, state)| state).collect();
    use State::{Accepted, Deferred, Refused, Uncertain};
    assert_eq!(states, [Refused, Deferred, Uncertain, Refused, Accepted]);
    // Only the refused address is bad; a refused text says nothing about the address.
    let told = Told::from_rows(desk.store.told().await.unwrap());
    let states: Vec<ToldState> = told.notices.iter().map(|notice| notice.state).collect();
    assert_eq!(states[0], ToldState::Refused);
    assert_eq!(states[1], ToldState::Waiting);
    assert_eq!(states[2..4], [ToldState::Uncertain, ToldState::Uncertain]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn not_now_is_tried_again_when_its_time_has_come() {
    let desk = Desk::new(&["ana"]).await;
    let said = vec![not_now(Stage::Recipient, 450), not_now(Stage::Body, 451), accepted()];
    let mut door = Scripted { script: script([("ana", said)]), ..Scripted::default() };
    assert_eq!(desk.send(&mut door).await.sent[0].state, State::Deferred);
    assert_eq!(desk.send(&mut door).await.sent, []);
    desk.later(2);
    assert_eq!(desk.send(&mut door).await.sent[0].state, State::Deferred);
    desk.later(2);
    assert_eq!(desk.send(&mut door).await.sent, []);
    desk.later(5);
    assert_eq!(desk.send(&mut door).await.sent[0].state, State::Accepted);
    assert_eq!(door.journal.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_two_days_not_now_is_no() {
    let desk = Desk::new(&["ana"]).await;
    let said = vec![not_now(Stage::Recipient, 450)];
    let mut door = Scripted { script: script([("ana", said)]), ..Scripted::default() };
    for _ in 0..60 {
        desk.send(&mut door).await;
        desk.later(76);
    }
    assert_eq!(desk.state("ana").await, State::Refused);
    let tries = desk.store.letters().await.unwrap()[0].tries;
    assert!((38..=42).contains(&tries), "{tries}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_uncertain_letter_goes_once_more_with_the_same_bytes() {
    let desk = Desk::new(&["ana"]).await;
    let said = vec![unknown(), accepted()];
    let mut door = Scripted { script: script([("ana", said)]), ..Scripted::default() };
    desk.send(&mut door).await;
    let bytes = desk.store.bytes(&desk.store.letters().await.unwrap()[0].id).await.unwrap();
    desk.later(14);
    assert_eq!(desk.send(&mut door).await.sent, []);
    desk.later(2);
    assert_eq!(desk.send(&mut door).await.sent[0].state, State::Accepted);
    assert_eq!(door.journal, [("ana".to_owned(), bytes)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_can_stay_until_all_is_said() {
    let mut desk = Desk::new(&["ana", "ben"]).await;
    let millis = SignedDuration::from_millis;
    desk.settings.stay = millis(20_000);
    desk.settings.backoff = vec![millis(40)];
    desk.settings.uncertain_wait = millis(60);
    let mut door = Scripted {
        script: script([
            ("ana", vec![not_now(Stage::Recipient, 450), not_now(Stage::Data, 451), accepted()]),
            ("ben", vec![unknown(), accepted()]),
        ]),
        ..Scripted::default()
    };
    let report = desk.send(&mut door).await;
    assert_eq!((report.ended, report.sent.len(), door.journal.len()), (Ended::Done, 5, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn wrong_settings_end_the_run_and_leave_every_letter_as_it_was() {
    for stage in [Stage::Greeting, Stage::Tls, Stage::Auth, Stage::Sender] {
        let desk = Desk::new(&["ana", "ben"]).await;
        let stop = Delivery::Stop { stage, code: Some(535), words: "who are you?".to_owned() };
        let mut door =
            Scripted { script: script([("ana", vec![stop, accepted()])]), ..Scripted::default() };
        let report = desk.send(&mut door).await;
        assert!(matches!(report.ended, Ended::Stopped { .. }), "{:?}", report.ended);
        assert!(desk.states().await.iter().all(|(_, state)| *state == State::Planned));
        assert_eq!(desk.send(&mut door).await.sent.len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_turns_everybody_away_is_left_alone() {
    for (said, state) in [
        (not_now(Stage::Connect, 0), State::Deferred),
        (not_now(Stage::Greeting, 421), State::Deferred),
        (unknown(), State::Uncertain),
        (never(Stage::Body), State::Refused),
    ] {
        let people = ["ana", "ben", "cem", "dan", "eve"];
        let desk = Desk::new(&people).await;
        let script = people.iter().map(|it| ((*it).to_owned(), vec![said.clone()])).collect();
        let report = desk.send(&mut Scripted { script, ..Scripted::default() }).await;
        assert!(matches!(report.ended, Ended::TurnedAway { .. }), "{:?}", report.ended);
        let states: Vec<State> = desk.states().await.into_iter().map(|it| it.1).collect();
        assert_eq!(states, [state, state, state, State::Planned, State::Planned]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_to_end_waits_for_one_letter_only() {
    let desk = Desk::new(&["ana", "ben", "cem"]).await;
    let (ask, stop) = watch::channel(false);
    let mut door = Scripted {
        after: Some(Box::new(move |sent| ask.send(sent >= 2).unwrap())),
        ..Scripted::default()
    };
    let report = desk.send_until(&mut door, stop).await;
    assert_eq!((report.ended, report.sent.len()), (Ended::Interrupted, 2));
    assert_eq!(desk.state("cem").await, State::Planned);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_ends_in_time_even_while_it_waits_for_its_turn() {
    let mut desk = Desk::new(&["ana", "ben", "cem"]).await;
    desk.settings.rate = 1;
    desk.settings.deadline = SignedDuration::from_millis(600);
    let began = std::time::Instant::now();
    let report = desk.send(&mut Scripted::default()).await;
    assert_eq!((report.ended, report.sent.len()), (Ended::Deadline, 1));
    assert!(began.elapsed().as_secs() < 5);
    assert_eq!(desk.state("ben").await, State::Planned);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_and_a_person_have_enough_some_time() {
    let mut desk = Desk::new(&["ana", "ben", "cem"]).await;
    let more = ["a", "b", "c"].map(|it| worded(&draft("ana", Kind::Done, it, 1)));
    let now = (desk.clock())();
    assert_eq!(desk.store.enqueue(&more, &[], now).await.unwrap(), Enqueued::Stored);
    desk.settings.most_a_person = 2;
    desk.settings.most = 3;
    desk.later(1);
    let mut door = Scripted::default();
    let report = desk.send(&mut door).await;
    let people: Vec<&str> = door.journal.iter().map(|(person, _)| person.as_str()).collect();
    assert_eq!((people, report.over), (vec!["ana", "ben", "cem"], 3));
    let report = desk.send(&mut door).await;
    assert_eq!((report.sent.len(), report.over), (2, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_runs_at_once_send_no_letter_twice() {
    let people: Vec<String> = (0..60).map(|number| format!("p{number}")).collect();
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let desk = Desk::new(&people).await;
    let journal: Arc<Mutex<Vec<String>>> = Arc::default();
    let runs = ["one", "two", "three"].map(|holder| {
        let (place, journal, clock) = (desk.place.clone(), journal.clone(), desk.clock());
        tokio::spawn(async move {
            let store = Store::open(&place).await.unwrap();
            let settings = Settings { rate: 0, ..Settings::default() };
            let mut door = Scripted::default();
            let (stop, mut tell) = (watch::channel(false).1, |_: &Sent| {});
            let (door_, settings, clock) = (&mut door, &settings, &clock);
            let store = &store;
            let report =
                run(Run { store, door: door_, settings, holder, clock, stop, tell: &mut tell });
            let report = report.await.unwrap();
            journal.lock().unwrap().extend(door.journal.into_iter().map(|it| it.0));
            report.sent.len()
        })
    });
    let mut sent = 0;
    for run in runs {
        sent += run.await.unwrap();
    }
    let mut told = journal.lock().unwrap().clone();
    told.sort();
    let mut all: Vec<String> = people.iter().map(|it| (*it).to_owned()).collect();
    all.sort();
    assert_eq!((sent, told), (60, all));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_left_behind_goes_once_more() {
    let desk = Desk::new(&["ana"]).await;
    let now = (desk.clock())();
    let id = desk.store.letters().await.unwrap()[0].id.clone();
    let lease = desk.settings.lease;
    let claim = Claim { letter: &id, holder: "killed", lease };
    assert!(desk.store.claim(claim, now).await.unwrap().is_some());
    let mut door = Scripted::default();
    desk.later(19);
    assert_eq!(desk.send(&mut door).await.sent, []);
    assert_eq!(desk.state("ana").await, State::Claimed);
    desk.later(2);
    assert_eq!(desk.send(&mut door).await.sent[0].state, State::Accepted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_does_not_stay_for_a_letter_that_waits_for_the_letter_of_another_run() {
    let mut desk = Desk::new(&["ana"]).await;
    desk.settings.stay = SignedDuration::from_mins(10);
    let now = (desk.clock())();
    let id = desk.store.letters().await.unwrap()[0].id.clone();
    let claim = Claim { letter: &id, holder: "another", lease: desk.settings.lease };
    assert!(desk.store.claim(claim, now).await.unwrap().is_some());
    let after = [
        worded(&draft("ana", Kind::Done, "Invoice-Currency", 1)),
        worded(&draft("ana", Kind::Done, "login-length", 1)),
        worded(&draft("ben", Kind::HandedOver, "invoice-currency", 1)),
    ];
    assert_eq!(desk.store.enqueue(&after, &[], now).await.unwrap(), Enqueued::Stored);
    let mut door = Scripted::default();
    let run = tokio::time::timeout(std::time::Duration::from_secs(60), desk.send(&mut door));
    let report = run.await.expect("a run that waits for nothing ends");
    assert_eq!((report.ended, report.sent.len(), report.held), (Ended::Done, 2, 1));
    use State::{Accepted, Claimed, Planned};
    let states: Vec<State> = desk.states().await.into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, [Claimed, Planned, Accepted, Accepted]);
}

#[test]
fn a_stored_letter_stays_while_the_plan_says_the_same() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let desk = Desk::new(&[]).await;
        let now = (desk.clock())();
        let word = |draft: &Draft| Ok::<_, String>(worded(draft));
        let both = plan_of(vec![
            draft("ana", Kind::Started, "invoice-currency", 1),
            draft("ben", Kind::Started, "login-length", 1),
        ]);
        let stocked = stock(&desk.store, &both, now, word).await.unwrap();
        assert_eq!(stocked.enqueued, Enqueued::Stored);
        let ids: Vec<String> =
            desk.store.letters().await.unwrap().into_iter().map(|it| it.id).collect();
        let again = stock(&desk.store, &both, now, word).await.unwrap();
        assert_eq!(again.enqueued, Enqueued::Stored);
        assert_eq!(desk.store.letters().await.unwrap().len(), 2);
        // Ben's was done before anybody heard that it was started; Ana moved.
        let mut ana = draft("ana", Kind::Started, "invoice-currency", 1);
        ana.person = Arc::new(Person { mail: "ana@new.example".to_owned(), ..somebody("ana") });
        let then = plan_of(vec![ana, draft("ben", Kind::Done, "login-length", 1)]);
        let letters = desk.store.letters().await.unwrap();
        let stock_ = Stock::of(&then, &letters);
        assert_eq!((stock_.fresh.len(), stock_.kept.len()), (2, 0));
        assert_eq!(stock_.superseded, ids);
        let _ = stock(&desk.store, &then, now, word).await.unwrap();
        let states: Vec<State> = desk.states().await.into_iter().map(|it| it.1).collect();
        use State::{Planned, Superseded};
        assert_eq!(states, [Superseded, Superseded, Planned, Planned]);
    });
}

#[tokio::test]
async fn a_letter_without_words_keeps_nobody_elses_back() {
    let desk = Desk::new(&[]).await;
    let now = (desk.clock())();
    let plan = plan_of(vec![
        draft("ana", Kind::Started, "invoice-currency", 1),
        draft("ben", Kind::Started, "login-length", 1),
    ]);
    let word = |draft: &Draft| {
        if draft.person.id == "ana" { Err("no words".to_owned()) } else { Ok(worded(draft)) }
    };
    let stocked = stock(&desk.store, &plan, now, word).await.unwrap();
    assert_eq!(stocked.unworded.len(), 1);
    assert_eq!(stocked.unworded[0].draft.person.id, "ana");
    assert_eq!(desk.states().await, [("ben".to_owned(), State::Planned)]);
}

#[tokio::test]
async fn a_baseline_tells_nobody_and_counts_as_told() {
    let desk = Desk::new(&["ana"]).await;
    let now = (desk.clock())();
    let plan = plan_of(vec![draft("ana", Kind::Started, "invoice-currency", 1)]);
    assert_eq!(baseline(&desk.store, &plan, now).await.unwrap(), Enqueued::Stored);
    assert_eq!(desk.store.queue(now).await.unwrap(), []);
    let told = Told::from_rows(desk.store.told().await.unwrap());
    assert_eq!(told.notices.len(), 1);
    assert_eq!(told.notices[0].state, ToldState::Accepted);
    assert_eq!(told.notices[0].key, plan.drafts[0].notices[0].key);
}

/// A shipped site, whose record speaks of letters.
fn site_with_a_record() -> Site {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let site = littlethings::content::read(root).unwrap().site;
    assert!(site.rounds.iter().any(|it| it.record.as_ref().is_some_and(|it| !it.told.is_empty())));
    site
}

#[tokio::test]
async fn a_store_is_believed_once_somebody_said_so_and_while_it_knows_what_was_published() {
    let desk = Desk::new(&[]).await;
    let (site, told) = (site_with_a_record(), Told::default());
    let now = (desk.clock())();
    assert_eq!(trust(&desk.store, &site, &told).await.unwrap(), Trust::New);
    // It was adopted before there was a record, and then went back to a backup.
    desk.store.adopt(now).await.unwrap();
    let trusted = trust(&desk.store, &site, &told).await.unwrap();
    assert!(matches!(trusted, Trust::Older { .. }), "{trusted:?}");
    acknowledge(&desk.store, &site, now).await.unwrap();
    assert_eq!(trust(&desk.store, &site, &told).await.unwrap(), Trust::Known);
}
