//! The form on the network. Requests that fetch something write nothing, because programs that
//! check mail fetch every link in it; only a form that was sent is kept, and where it may have
//! been sent by such a program, its person is asked to press once more before it counts.
//!
//! No token, address or answer leaves this module but into the store: a log line is a [`Line`].

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::Timestamp;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::timeout::TimeoutLayer;

use super::form::{Frame, Message, Page, page};
use super::secret::Secret;
use super::token::{Invitees, LENGTH, Purpose};
use crate::model::{Asked, Round, Settings, Site};
use crate::store::Store;
use crate::theme::Theme;

mod answering;
mod connections;
mod guard;
mod origin;
mod sent;
mod stamp;
mod unreminding;

pub use connections::serve;
use guard::Guard;

/// What is answered to whom, and how much of it.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Forms that one link may send in an hour.
    pub posts: u32,
    /// Forms that one address may send in an hour with links that do not work.
    pub strangers: u32,
    /// A form that comes sooner than this after its page was shown may come from a program.
    pub soonest: Duration,
    /// So do different answers that come within this time of each other.
    pub together: Duration,
    /// Connections at once.
    pub connections: usize,
    /// How long the head of a request may take.
    pub head: Duration,
    /// How long its body may take.
    pub body: Duration,
    /// How long requests in hand may take once the server is to end.
    pub last_call: Duration,
    /// How many proxies stand before this and are to be believed when they say whom they asked for.
    pub trusted_hops: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            posts: 30,
            strangers: 60,
            soonest: Duration::from_secs(2),
            together: Duration::from_secs(60),
            connections: 64,
            head: Duration::from_secs(10),
            body: Duration::from_secs(15),
            last_call: Duration::from_secs(20),
            trusted_hops: 0,
        }
    }
}

/// What time it is, asked again and again.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What a request came to, for a log: nothing in it is about anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub method: Method,
    /// The route with its holes, such as `/a/{token}`; `-` where there is none.
    pub route: String,
    pub status: StatusCode,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.method, self.route, self.status.as_u16())
    }
}

/// Everything that the form needs.
pub struct Parts {
    pub site: Site,
    pub theme: Theme,
    pub store: Store,
    pub secret: Secret,
    /// The time by which a survey is open or closed. It may stand still.
    pub now: Clock,
    /// The time that passes, for limits and for how long a page has been open.
    pub watch: Clock,
    pub limits: Limits,
    /// The store will be thrown away: answers are taken before the survey opens and after it
    /// closes, too.
    pub is_trial: bool,
    /// The published site, served at every other address.
    pub public: Option<PathBuf>,
    /// Hears of each request.
    pub log: Arc<dyn Fn(&Line) + Send + Sync>,
}

/// The form, ready to answer. Shared by all requests.
pub struct Collector {
    content: RwLock<Arc<Content>>,
    store: Store,
    secret: Secret,
    now: Clock,
    watch: Clock,
    limits: Limits,
    is_trial: bool,
    public: Option<PathBuf>,
    guard: Mutex<Guard>,
    log: Arc<dyn Fn(&Line) + Send + Sync>,
}

/// What may change while the form is served.
struct Content {
    site: Site,
    theme: Theme,
    invitees: Invitees,
}

impl Collector {
    pub fn new(parts: Parts) -> Collector {
        let Parts { site, theme, store, secret, now, watch, limits, is_trial, public, log } = parts;
        let invitees = Invitees::of(&secret, &site);
        let content = RwLock::new(Arc::new(Content { site, theme, invitees }));
        let guard = Mutex::new(Guard::new(limits));
        Collector { content, store, secret, now, watch, limits, is_trial, public, guard, log }
    }

    /// Takes up a new reading of the site: a closing date that moved, a question that changed.
    pub fn renew(&self, site: Site, theme: Theme) {
        let invitees = Invitees::of(&self.secret, &site);
        let content = Arc::new(Content { site, theme, invitees });
        *self.content.write().unwrap_or_else(PoisonError::into_inner) = content;
    }

    fn content(&self) -> Arc<Content> {
        self.content.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn now(&self) -> Timestamp {
        (self.now)()
    }

    fn watch(&self) -> Timestamp {
        (self.watch)()
    }

    fn guard<T>(&self, ask: impl FnOnce(&mut Guard) -> T) -> T {
        ask(&mut self.guard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The addresses of the form:
///
/// * `GET`, `POST` `/a/{token}` shows the form, and keeps what was answered;
/// * `GET /a/{token}/thanks` says that it was;
/// * `GET`, `POST` `/unremind/{token}` shows a button, and ends the reminders (RFC 8058);
/// * `GET /style.css`, `GET /healthz`;
/// * everything else is the published site, where there is one.
pub fn router(collector: Arc<Collector>) -> Router {
    let router = Router::new()
        .route("/a/{token}", get(answering::show).post(answering::keep))
        .route("/a/{token}/thanks", get(answering::thank))
        .route("/unremind/{token}", get(unreminding::show).post(unreminding::keep))
        .route("/style.css", get(style))
        .route("/healthz", get(health));
    let router = match &collector.public {
        Some(public) => {
            let lost = ServeFile::new(public.join("404.html"));
            router.fallback_service(ServeDir::new(public).not_found_service(lost))
        }
        None => router.fallback(lost),
    };
    router
        .layer(DefaultBodyLimit::disable()) // each body is read with its own limits
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            Duration::from_secs(60),
        ))
        .layer(CatchPanicLayer::custom(|_| -> Response {
            let said = "Something went wrong here. Please try again in a few minutes.\n";
            guarded((StatusCode::INTERNAL_SERVER_ERROR, said).into_response())
        }))
        .layer(middleware::from_fn_with_state(collector.clone(), log))
        .with_state(collector)
}

type Shared = State<Arc<Collector>>;

async fn log(State(collector): Shared, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("-", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let response = next.run(request).await;
    (collector.log)(&Line { method, route, status: response.status() });
    response
}

async fn style(State(collector): Shared) -> Response {
    let text = collector.content().theme.form_style().to_owned();
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    guarded((headers, text).into_response())
}

async fn health(State(collector): Shared) -> Response {
    match collector.store.is_sealed("").await {
        Ok(_) => guarded((StatusCode::OK, "ok\n").into_response()),
        Err(_) => guarded((StatusCode::SERVICE_UNAVAILABLE, "no store\n").into_response()),
    }
}

async fn lost(State(collector): Shared) -> Response {
    collector.lost("/")
}

/// The headers of everything that is personal.
fn guarded(mut response: Response) -> Response {
    const HEADERS: [(header::HeaderName, &str); 7] = [
        (header::CACHE_CONTROL, "no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; \
             base-uri 'none'",
        ),
    ];
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, header::HeaderValue::from_static(value));
    }
    response
}

impl Collector {
    fn frame<'a>(
        &self,
        settings: &'a Settings,
        round: Option<&'a Round>,
        root: &'a str,
    ) -> Frame<'a> {
        Frame { settings, round, root, is_trial: self.is_trial }
    }

    fn page(&self, status: StatusCode, frame: &Frame, shown: &Page) -> Response {
        let content = self.content();
        match page(&content.theme, frame, shown) {
            Ok(html) => {
                let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
                guarded((status, headers, html).into_response())
            }
            // A page that cannot be shown must not hide what became of a request.
            Err(_) => guarded((status, "This page cannot be shown.\n").into_response()),
        }
    }

    fn message(&self, status: StatusCode, root: &str, message: Message) -> Response {
        let content = self.content();
        let frame = self.frame(&content.site.settings, None, root);
        self.page(status, &frame, &Page::Message(message))
    }

    /// The same bytes for whatever is wrong with a link.
    fn lost(&self, root: &str) -> Response {
        self.message(StatusCode::NOT_FOUND, root, Message::of("not-found"))
    }

    /// The store does not answer. What it said may be for the operator, but not for this page.
    fn trouble(&self, root: &str) -> Response {
        self.message(StatusCode::SERVICE_UNAVAILABLE, root, Message::of("trouble"))
    }
}

/// The token of a path, as it was written: percent-encoding makes another text of it, and so
/// another token, which is none.
fn token(path: &str, purpose: Purpose) -> &str {
    let rest = path.strip_prefix('/').and_then(|rest| rest.strip_prefix(purpose.route()));
    let rest = rest.and_then(|rest| rest.strip_prefix('/')).unwrap_or_default();
    let token = rest.split('/').next().unwrap_or_default();
    // No more than needed goes any further.
    if token.len() > LENGTH { "" } else { token }
}

/// Somebody who came with a link that works.
struct Guest<'a> {
    round: &'a Round,
    asked: Asked<'a>,
}

impl Content {
    fn guest(&self, purpose: Purpose, path: &str) -> Option<Guest<'_>> {
        let invitee = self.invitees.find(purpose, token(path, purpose))?;
        let round = self.site.rounds.iter().find(|round| round.slug == invitee.round)?;
        Some(Guest { round, asked: round.asks(round.people.by_id(&invitee.person)?)? })
    }
}

/// Whether answers are taken now.
enum Door {
    Open,
    NotYet,
    Closed,
}

impl Collector {
    async fn door(&self, round: &Round) -> Result<Door, crate::store::StoreError> {
        if self.store.is_sealed(&round.slug).await? {
            return Ok(Door::Closed);
        }
        let now = self.now();
        Ok(if self.is_trial {
            Door::Open
        } else if now < round.dates.survey_opens.start() {
            Door::NotYet
        } else if now >= round.dates.survey_closes.end() {
            Door::Closed
        } else {
            Door::Open
        })
    }

    /// What to say at a door that is not open.
    fn turned_away(&self, content: &Content, round: &Round, door: &Door, root: &str) -> Response {
        let words = content.theme.words();
        let results = super::form::on_site(&content.site.settings, round, "results.html");
        let frame = self.frame(&content.site.settings, Some(round), root);
        let (status, message) = match door {
            Door::NotYet => {
                let opens = &round.dates.survey_opens;
                let day = if opens.bare {
                    words.date_long(opens.date())
                } else {
                    words.moment_long(&opens.at)
                };
                let message = Message { day: Some(day), ..Message::of("not-open") };
                (StatusCode::FORBIDDEN, message)
            }
            _ => {
                let day = Some(super::form::closes(round, words));
                let message = Message { day, results: Some(results), ..Message::of("closed") };
                (StatusCode::GONE, message)
            }
        };
        self.page(status, &frame, &Page::Message(message))
    }
}
