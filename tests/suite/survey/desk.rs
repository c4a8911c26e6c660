//! A small round whose survey is open, and somebody who sends requests to its form.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::http::{HeaderMap, Request};
use axum::response::Response;
use jiff::Timestamp;
use littlethings::model::{Asked, Round, Site};
use littlethings::store::{Place, Store};
use littlethings::survey::collect::{self, Collector, Limits, Parts};
use littlethings::survey::{Purpose, Secret, Token};
use littlethings::{content, theme};
use secrecy::ExposeSecret;
use tower::ServiceExt;

use crate::postgres;
use crate::repository::Repository;

pub const ROUND: &str = "2026-summer";
/// The first Wednesday on which the survey is open.
pub const OPEN: &str = "2026-08-05T12:00:00+02:00";
pub const CLOSED: &str = "2026-08-15T00:00:00+02:00";
pub const FORM: &str = "application/x-www-form-urlencoded";

/// Five questions of all sorts. The last one is for managers alone.
pub const SURVEY: &str = "# How was it?

## Should there be another week?
- Ref: again
- For: owners, hubs, developers, managers
- Answer: choose one
  - Yes
  - Yes, but differently
  - No

## How was this one for you?
- Ref: how
- For: owners, developers
- Answer: scale 1 to 5

## What became of your little things?
- Ref: mine
- For: owners
- Answer: my items

## What helped?
- Ref: helped
- For: owners, developers
- Answer: choose any
  - Deputies
  - Mails
  - Cake & tea

## What should we change?
- Ref: change
- For: owners, developers, managers
- Answer: text
";

/// What a request came to.
pub struct Got {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

pub struct Desk {
    pub repository: Repository,
    pub site: Site,
    pub secret: Secret,
    pub store: Store,
    pub lines: Arc<Mutex<Vec<String>>>,
    seconds: Arc<AtomicI64>,
    router: axum::Router,
}

pub fn repository() -> Repository {
    Repository::new().with("content/2026-summer/survey.md", SURVEY)
}

pub fn instant(written: &str) -> Timestamp {
    written.parse().unwrap()
}

impl Desk {
    pub async fn open() -> Desk {
        Desk::of(repository(), |_| {}).await
    }

    pub async fn of(repository: Repository, change: impl FnOnce(&mut Limits)) -> Desk {
        let place = super::place(&repository).await;
        Desk::at(repository, &place, change).await
    }

    pub async fn at(
        repository: Repository,
        place: &Place,
        change: impl FnOnce(&mut Limits),
    ) -> Desk {
        let site = content::read(&repository.path("")).unwrap().site;
        let theme = theme::load(&repository.path(""), "default", "en").unwrap().theme;
        let store = Store::open(place).await.unwrap();
        let secret = Secret::of([7; 32]);
        let seconds = Arc::new(AtomicI64::new(instant(OPEN).as_second()));
        let clock = seconds.clone();
        let clock: collect::Clock =
            Arc::new(move || Timestamp::from_second(clock.load(Ordering::SeqCst)).unwrap());
        let mut limits = Limits::default();
        change(&mut limits);
        let lines = Arc::new(Mutex::new(Vec::new()));
        let log = lines.clone();
        let collector = Collector::new(Parts {
            site: site.clone(),
            theme,
            store: store.clone(),
            secret: secret.clone(),
            now: clock.clone(),
            watch: clock,
            limits,
            is_trial: false,
            public: None,
            log: Arc::new(move |line| log.lock().unwrap().push(line.to_string())),
        });
        let router = collect::router(Arc::new(collector));
        Desk { repository, site, secret, store, lines, seconds, router }
    }

    pub fn round(&self) -> &Round {
        &self.site.rounds[0]
    }

    pub fn asked(&self, person: &str) -> Asked<'_> {
        self.round().asks(self.site.people.by_id(person).unwrap()).unwrap()
    }

    pub fn wait(&self, seconds: i64) {
        self.seconds.fetch_add(seconds, Ordering::SeqCst);
    }

    pub fn until(&self, when: &str) {
        self.seconds.store(instant(when).as_second(), Ordering::SeqCst);
    }

    pub fn token(&self, purpose: Purpose, person: &str) -> String {
        Token::of(&self.secret, purpose, ROUND, person).as_str().to_owned()
    }

    /// The path of somebody's form.
    pub fn form(&self, person: &str) -> String {
        format!("/a/{}", self.token(Purpose::Answer, person))
    }

    pub fn unremind(&self, person: &str) -> String {
        format!("/unremind/{}", self.token(Purpose::Unremind, person))
    }

    pub async fn ask(&self, request: Request<Body>) -> Got {
        let response: Response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = axum::body::to_bytes(response.into_body(), 1 << 24).await.unwrap();
        Got { status, headers, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    pub async fn method(&self, method: &str, path: &str) -> Got {
        let request = Request::builder().method(method).uri(path);
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Got {
        self.method("GET", path).await
    }

    pub async fn post_as(&self, path: &str, sort: &str, body: impl Into<Body>) -> Got {
        let request = Request::builder().method("POST").uri(path).header("content-type", sort);
        self.ask(request.body(body.into()).unwrap()).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Got {
        self.post_as(path, FORM, encoded(fields)).await
    }

    /// Opens the form, reads it for a while, and sends it with these fields filled in.
    pub async fn answer(&self, person: &str, fields: &[(&str, &str)]) -> Got {
        let path = self.form(person);
        let page = self.get(&path).await;
        assert_eq!(page.status, 200, "{}", page.body);
        self.wait(61);
        self.send(&path, &page, fields).await
    }

    /// Sends the form of a page with these fields filled in.
    pub async fn send(&self, path: &str, page: &Got, fields: &[(&str, &str)]) -> Got {
        let hidden = page.hidden();
        let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let all: Vec<(&str, &str)> = hidden.chain(fields.iter().copied()).collect();
        self.post(path, &all).await
    }

    /// The database and its log, byte for byte. The index of the log beside them is memory that
    /// readers share, and says who is reading. Of a server, all rows with what it notes of each.
    pub async fn bytes(&self) -> BTreeMap<String, Vec<u8>> {
        if let Some(address) = self.address() {
            return postgres::rows(&address).await;
        }
        let mut files = crate::repository::files(&self.repository.path(""));
        files.retain(|path, _| path.starts_with("store.db") && !path.ends_with("-shm"));
        assert!(!files.is_empty());
        files
    }

    /// What lies on the disk.
    pub async fn on_disk(&self) -> BTreeMap<String, Vec<u8>> {
        match self.address() {
            Some(address) => postgres::files(&address).await,
            None => self.bytes().await,
        }
    }

    /// Of the database, where the store is not a file.
    pub fn address(&self) -> Option<String> {
        match self.store.place() {
            Place::Postgres(address) => Some(address.expose_secret().to_owned()),
            Place::File(_) | Place::Unknown(_) => None,
        }
    }
}

impl Got {
    /// The fields of its form that nobody types into.
    pub fn hidden(&self) -> Vec<(String, String)> {
        let inputs = self.body.split("<input type=\"hidden\" name=\"").skip(1);
        let field = |input: &str| {
            let (name, rest) = input.split_once("\" value=\"").unwrap();
            (name.to_owned(), rest.split_once('"').unwrap().0.to_owned())
        };
        inputs.map(field).collect()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Fields as a browser sends them.
pub fn encoded(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String {
        let byte = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        };
        text.bytes().map(byte).collect()
    };
    let pairs = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}
