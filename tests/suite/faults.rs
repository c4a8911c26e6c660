//! Whole runs against a server that goes wrong once, or always, or for one recipient: at every
//! stage, in every way. After each run the store and the server's own journal agree; in the end
//! nothing is lost, at most one identical copy exists, and everybody else was served.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant};

use data_encoding::BASE64;
use jiff::{SignedDuration, Timestamp};
use littlethings::mail::door::Settings as DoorSettings;
use littlethings::mail::send::{Ended, Report, Run, Sent, Settings, run};
use littlethings::store::{Enqueued, NewLetter, NewNotice, Place, State, Store};
use rstest::rstest;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::mailserver::{self, At, Does, Journal, Script, Server};
use Does::*;

const PASSWORD: &str = "correct-horse-battery-staple";
const PEOPLE: [&str; 5] = ["ana", "ben", "cem", "dan", "eve"];
/// What one run may take: three letters that wait for everything that can be waited for.
const LONGEST: Duration = Duration::from_secs(25);

/// Every stage. What is said there in place of what belongs there is a stage's first word.
const STAGES: [At; 10] = [
    At::Greeting,
    At::Hello,
    At::StartTls,
    At::Handshake,
    At::Auth,
    At::Sender,
    At::Recipient,
    At::Data,
    At::MidBody,
    At::Dot,
];

const CODES: [&str; 11] = [
    "421 4.3.2 closing",
    "432 4.3.2 concurrent connections",
    "450 4.2.0 later",
    "451 4.7.1 later",
    "452 4.3.1 no room",
    "501 5.5.4 what",
    "535 5.7.8 no",
    "550 5.1.1 nobody",
    "552 5.3.4 too big",
    "554-5.7.1 no,\r\n554 5.7.1 and no",
    "999 nonsense",
];

/// A server, a store with five letters, and time.
struct Office {
    _folder: TempDir,
    store: Store,
    server: Server,
    now: Timestamp,
}

impl Office {
    async fn new(script: Script) -> Office {
        let folder = TempDir::new().unwrap();
        let store = Store::open(&Place::File(folder.path().join("store.db"))).await.unwrap();
        let now = Timestamp::from_second(1_785_000_000).unwrap();
        let letters = PEOPLE.map(letter);
        assert_eq!(store.enqueue(&letters, &[], now).await.unwrap(), Enqueued::Stored);
        let server = mailserver::start(script.account("ana", PASSWORD));
        Office { _folder: folder, store, server, now }
    }

    /// One run, a while after the last, and what has to be so after any.
    async fn run(&mut self) -> Report {
        self.now += SignedDuration::from_hours(3);
        let (now, began) = (self.now, Instant::now());
        let clock = move || now + SignedDuration::try_from(began.elapsed()).unwrap();
        let settings = Settings { rate: 0, ..Settings::default() };
        let report = run(Run {
            store: &self.store,
            door: &mut *self.door().door(),
            settings: &settings,
            holder: "this run",
            clock: &clock,
            stop: watch::channel(false).1,
            tell: &mut |_: &Sent| {},
        })
        .await
        .unwrap();
        assert!(began.elapsed() < LONGEST, "{:?}", began.elapsed());
        self.assert_agree().await;
        report
    }

    fn door(&self) -> DoorSettings {
        let mut variables = self.server.variables();
        let url = self.server.url_of(&format!("ana:{PASSWORD}@"));
        for (name, value) in [
            ("LITTLETHINGS_SMTP_URL", url.as_str()),
            ("LITTLETHINGS_SMTP_TIMEOUT", "1s"),
            ("LITTLETHINGS_SMTP_BODY_TIMEOUT", "1s"),
            ("LITTLETHINGS_SMTP_LETTER_TIMEOUT", "6s"),
        ] {
            variables.insert(0, (name.to_owned(), OsString::from(value)));
        }
        let find = |name: &str| variables.iter().find(|(key, _)| key == name);
        DoorSettings::read(Path::new("/"), |name| find(name).map(|it| it.1.clone())).unwrap()
    }

    async fn states(&self) -> BTreeMap<String, State> {
        let letters = self.store.letters().await.unwrap();
        letters.into_iter().map(|letter| (letter.person, letter.state)).collect()
    }

    async fn those(&self, state: State) -> BTreeSet<String> {
        let states = self.states().await.into_iter();
        states.filter(|(_, found)| *found == state).map(|(person, _)| person).collect()
    }

    /// What the store calls accepted the server has, and what else the server has is uncertain.
    async fn assert_agree(&self) {
        let journal = self.server.journal();
        let taken = taken(&journal);
        let accepted = self.those(State::Accepted).await;
        let there: BTreeSet<String> = taken.keys().cloned().collect();
        assert!(accepted.is_subset(&there), "{accepted:?} are not all of {there:?}");
        let more: BTreeSet<String> = there.difference(&accepted).cloned().collect();
        assert!(more.is_subset(&self.those(State::Uncertain).await), "{more:?} is not known");
        for (person, copies) in &taken {
            assert!(copies.len() <= 2, "{} copies for {person}", copies.len());
            assert!(copies.iter().all(|copy| *copy == copies[0]), "two letters for {person}");
        }
        assert_not_in_clear(&journal);
    }
}

fn letter(person: &str) -> NewLetter {
    let address = format!("{person}@example.org");
    NewLetter {
        round: "2026-summer".to_owned(),
        genre: "news".to_owned(),
        person: person.to_owned(),
        recipient: address.clone(),
        sender: "week@example.org".to_owned(),
        line: "Invoice".to_owned(),
        message_id: format!("<{address}>"),
        bytes: format!("To: {address}\r\nSubject: Invoice\r\n\r\nHello.\r\n.\r\nMore.\r\n"),
        address,
        notices: vec![NewNotice {
            kind: "started".to_owned(),
            subject: "invoice-currency".to_owned(),
            number: 1,
            said: "started".to_owned(),
            why: "it was started".to_owned(),
        }],
    }
}

/// What a server took, by person.
fn taken(journal: &Journal) -> BTreeMap<String, Vec<String>> {
    let mut taken: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for letter in &journal.letters {
        let person = letter.to.split('@').next().unwrap().to_owned();
        taken.entry(person).or_default().push(letter.body.clone());
    }
    taken
}

fn assert_not_in_clear(journal: &Journal) {
    let clear = journal.in_clear();
    for form in [
        PASSWORD.to_owned(),
        BASE64.encode(PASSWORD.as_bytes()),
        BASE64.encode(format!("\0ana\0{PASSWORD}").as_bytes()),
    ] {
        assert!(!clear.contains(&form), "in clear:\n{clear}");
    }
}

/// Whether the whole world said no to one letter, so that it is given up.
fn is_final(at: At, does: Does) -> bool {
    let code = match does {
        Says(code) | SaysAndDrops(code) => code,
        _ => return false,
    };
    let no = code.starts_with('5');
    no && (matches!(at, At::Recipient | At::Dot)
        || (at == At::Data && (code.starts_with("550") || code.starts_with("553"))))
}

/// What goes wrong once: everybody is told in the end, but who was refused for good.
async fn goes_wrong_once(at: At, does: Does) {
    let mut office = Office::new(Script::start_tls().once(at, does)).await;
    for _ in 0..4 {
        office.run().await;
    }
    let (accepted, refused) =
        (office.those(State::Accepted).await, office.those(State::Refused).await);
    let expected = usize::from(is_final(at, does));
    assert_eq!(refused.len(), expected, "{at:?} {does:?}: {:?}", office.states().await);
    assert_eq!(accepted.len(), PEOPLE.len() - expected, "{at:?} {does:?}");
    let copies = office.server.journal().letters.len() - accepted.len();
    let may_be_twice = at == At::Dot && matches!(does, TakesAndDrops | TakesAndHangs | Drips);
    assert_eq!(copies > 0, may_be_twice, "{at:?} {does:?}: {copies} copies");
}

/// What is said at a stage at which there is nothing to say is no fault.
fn is_possible(at: At, does: Does) -> bool {
    match does {
        Says(_) | SaysAndDrops(_) => !matches!(at, At::Handshake | At::MidBody),
        Drips => !matches!(at, At::Auth | At::Handshake | At::MidBody),
        TakesAndDrops | TakesAndHangs => at == At::Dot,
        _ => true,
    }
}

/// Everything at once: most of the time of all of it is waiting.
async fn at_every_stage<F>(stages: &'static [At], does: Does, task: impl Fn(At, Does) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut all = JoinSet::new();
    for at in stages.iter().filter(|at| is_possible(**at, does)) {
        all.spawn(task(*at, does));
    }
    all.join_all().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 10)]
async fn a_code_at_any_stage_costs_nobody_else_a_letter(
    #[values(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)] code: usize,
) {
    for does in [Says(CODES[code]), SaysAndDrops(CODES[code])] {
        at_every_stage(&STAGES, does, goes_wrong_once).await;
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 10)]
async fn silence_and_noise_at_any_stage_cost_nobody_a_letter(
    #[values(Drops, Hangs, Drips, OneEndlessLine, EndlessLines, TakesAndDrops, TakesAndHangs)]
    does: Does,
) {
    at_every_stage(&STAGES, does, goes_wrong_once).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 10)]
async fn a_server_that_is_always_wrong_ends_the_run_and_loses_nothing(
    #[values(Drops, Hangs, Says("451 4.3.0 later"), Says("554 5.7.1 no"))] does: Does,
) {
    at_every_stage(&STAGES, does, goes_always_wrong).await;
}

async fn goes_always_wrong(at: At, does: Does) {
    let mut office = Office::new(Script::start_tls().always(at, does)).await;
    let report = office.run().await;
    let states = office.states().await;
    assert!(office.those(State::Accepted).await.is_empty(), "{states:?}");
    assert!(office.server.journal().letters.is_empty());
    assert_eq!(states.len(), PEOPLE.len());
    // From here on it may be about each of the letters, but at the recipient it is no doubt.
    let is_about_each = matches!(at, At::Sender | At::Recipient | At::Data | At::Dot);
    if !is_about_each || (at != At::Recipient && does == Says("554 5.7.1 no")) {
        assert_ne!(report.ended, Ended::Done, "{at:?} {does:?}");
    }
    if !is_about_each {
        assert!(!states.values().any(|state| *state == State::Refused), "{states:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread", worker_threads = 10)]
async fn what_goes_wrong_for_one_is_nothing_to_the_others(
    #[values(
        Says("451 4.3.0 later"),
        Says("421 4.3.2 closing"),
        Says("550 5.1.1 nobody"),
        SaysAndDrops("554 5.5.1 no valid recipients"),
        Drops,
        Hangs,
        TakesAndDrops
    )]
    does: Does,
) {
    let stages = &[At::Recipient, At::Data, At::MidBody, At::Dot];
    at_every_stage(stages, does, goes_wrong_for_one).await;
}

async fn goes_wrong_for_one(at: At, does: Does) {
    let mut office =
        Office::new(Script::start_tls().for_recipient("ben@example.org", at, does)).await;
    assert_eq!(office.run().await.ended, Ended::Done);
    let others = ["ana", "cem", "dan", "eve"].map(str::to_owned);
    assert_eq!(office.those(State::Accepted).await, BTreeSet::from(others));
    for _ in 0..3 {
        office.run().await;
    }
    assert_ne!(office.states().await["ben"], State::Accepted);
}

#[rstest]
#[case::stripped(Script::start_tls().hides_starttls())]
#[case::of_another(Script::start_tls().certificate(mailserver::Certificate::OfAnother))]
#[case::expired(Script::implicit_tls().certificate(mailserver::Certificate::Expired))]
#[case::of_nobody(Script::implicit_tls().certificate(mailserver::Certificate::SelfSigned))]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_trust_no_letter_leaves_and_none_is_given_up(#[case] script: Script) {
    let mut office = Office::new(script).await;
    let report = office.run().await;
    assert!(matches!(report.ended, Ended::Stopped { .. }), "{:?}", report.ended);
    assert_eq!(office.those(State::Planned).await.len(), PEOPLE.len());
    let journal = office.server.journal();
    assert!(journal.letters.is_empty());
    assert!(journal.heard.iter().all(|heard| !heard.line.to_uppercase().contains("AUTH")));
}
