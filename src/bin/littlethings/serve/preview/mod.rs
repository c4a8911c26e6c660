//! What only a preview shows: the letters that are due, and a survey to try. It lies where no page
//! of a site can, below a folder that begins with a dot, so that it is never published. Letters are
//! read and never sent, and the store is opened to read only.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, get, post};
use axum::{Extension, Router};
use littlethings::mail::{Plan, plan};
use littlethings::survey::Secret;
use tokio::sync::OnceCell;

use super::answer::with_headers;
use super::live::Live;
use crate::trouble::Trouble;

mod dates;
mod letters;
mod pages;
mod told;
mod trial;
mod views;

use told::Ledger;
use trial::Trial;

/// Where the letters are listed.
const LETTERS: &str = "/.littlethings/letters/";
/// Where everybody who is asked is listed.
const SURVEY: &str = "/.littlethings/survey/";
/// Where the forms are.
const TRIAL: &str = "/.littlethings/trial";
/// Where the results of the trial are.
const RESULTS: &str = "/.littlethings/results/";
/// The style sheet of these pages.
const STYLE: &str = "/.littlethings/preview.css";

/// What these pages are made from.
pub struct Preview {
    live: Arc<Live>,
    /// What addresses in letters begin with: `http://127.0.0.1:8000`.
    origin: String,
    /// Links into the trial are made with it, and nobody ever knows it.
    secret: Secret,
    /// Made when somebody first looks at it.
    trial: OnceCell<Trial>,
}

type Shared = State<Arc<Preview>>;

impl Preview {
    /// Nothing is read or made before somebody asks.
    pub fn new(live: Arc<Live>, origin: String) -> Result<Preview, Trouble> {
        let secret = Secret::throw_away()
            .map_err(|error| Trouble::Serve { source: std::io::Error::other(error) })?;
        Ok(Preview { live, origin, secret, trial: OnceCell::new() })
    }

    /// What to tell on the terminal: what is due, and where to see it.
    pub async fn lines(&self) -> Vec<String> {
        let ledger = Ledger::read(self.live.root()).await;
        let (letters, has_survey) = self.live.look(|run, _| {
            let letters = match &ledger {
                Ok(ledger) => {
                    let plan = plan(&run.site, &ledger.told, run.now);
                    letters::announced(&plan)
                }
                Err(trouble) => format!("it is not known which letters are due: {trouble}"),
            };
            (letters, run.site.rounds.iter().any(|round| !round.asked().is_empty()))
        });
        let mut lines = vec![format!("{letters}: {}{LETTERS}", self.origin)];
        if has_survey {
            lines.push(format!("the survey can be tried: {}{SURVEY}", self.origin));
        }
        lines
    }

    fn due(&self, ledger: &Ledger) -> Plan {
        self.live.look(|run, _| plan(&run.site, &ledger.told, run.now))
    }
}

/// Answers every address of the preview.
pub fn router(preview: Arc<Preview>) -> Router {
    let private = Router::new()
        .route("/.littlethings/due.json", get(due))
        .route("/.littlethings/letters", get(letters::list))
        .route(LETTERS, get(letters::list))
        .route("/.littlethings/letters/{round}/{genre}/{person}", get(letters::one))
        .route("/.littlethings/letters/{round}/{genre}/{person}/mail.html", get(letters::html))
        .route("/.littlethings/survey", get(trial::list))
        .route(SURVEY, get(trial::list))
        .route("/.littlethings/survey/{round}/answers", post(trial::make_up))
        .layer(middleware::from_fn(only_here));
    // A link to a form is personal and opens nothing else, so a phone may try it as well.
    let open = Router::new()
        .route(STYLE, get(style))
        .route("/.littlethings/trial/{*path}", any(trial::form))
        // The way home from a form leads back to the forms.
        .route(RESULTS, get(|| async { Redirect::temporary(SURVEY) }))
        .route("/.littlethings/results/{*path}", get(trial::results));
    private.merge(open).with_state(preview)
}

/// People are never published, so letters to them are shown to nobody but this machine: not where
/// the site is shown to a network, and not to a page of somebody else that has given its own name
/// to this machine's address, or that sends a form here.
async fn only_here(
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    request: Request,
    next: Next,
) -> Response {
    let is_near = peer.is_some_and(|Extension(ConnectInfo(peer))| {
        let ip = peer.ip().to_canonical();
        ip.is_loopback()
    });
    let is_ours = request.method().is_safe() || is_sent_from_here(request.headers());
    if is_near && is_asked_by_name_of_here(request.headers()) && is_ours {
        return next.run(request).await;
    }
    let told =
        "letters and the trial are shown only on the machine that serves them, as localhost\n";
    (StatusCode::FORBIDDEN, told).into_response()
}

fn is_asked_by_name_of_here(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.and_then(|host| host.parse::<Authority>().ok()).is_some_and(|host| {
        let name = host.host().trim_start_matches('[').trim_end_matches(']');
        name == "localhost" || name.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
    })
}

/// Programs that are no browser say nothing of it.
fn is_sent_from_here(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").map(|site| site.to_str().unwrap_or("-"));
    matches!(site, None | Some("same-origin" | "none"))
}

/// How much there is to see, for whoever looks at a page of the site.
async fn due(State(preview): Shared) -> Response {
    let ledger = Ledger::read(preview.live.root()).await;
    pages::blocking(move || {
        let letters = ledger.ok().map(|ledger| preview.due(&ledger).drafts.len());
        let links = preview.live.look(|run, _| {
            let words = run.theme.words();
            let text = match letters {
                None => words.text("preview.letters.title", &[]),
                Some(0) => words.text("preview.no_letters", &[]),
                Some(letters) => words.count("preview.due", letters, &[]),
            };
            let survey = run.site.rounds.iter().any(|round| !round.asked().is_empty());
            let survey = survey.then(|| (words.text("preview.try", &[]), SURVEY));
            [Some((text, LETTERS)), survey].into_iter().flatten().collect::<Vec<_>>()
        });
        let text = serde_json::json!(links).to_string();
        with_headers(StatusCode::OK, "due.json", text.into_bytes())
    })
    .await
}

async fn style(State(preview): Shared) -> Response {
    let text = preview.live.look(|run, _| run.theme.preview_style().to_owned());
    with_headers(StatusCode::OK, STYLE, text.into_bytes())
}

/// The value of a parameter in an address, decoded.
fn parameter(uri: &Uri, name: &str) -> Option<String> {
    let query = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri).ok()?;
    query.0.into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &'static str, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())])
    }

    #[test]
    fn only_names_of_this_machine_are_believed() {
        let asked = |host| is_asked_by_name_of_here(&with("host", host));
        for here in ["127.0.0.1:8000", "localhost:8000", "localhost", "[::1]:8000", "127.0.0.2"] {
            assert!(asked(here), "{here}");
        }
        for elsewhere in ["evil.example:8000", "192.0.2.1:8000", "localhost.evil.example", ""] {
            assert!(!asked(elsewhere), "{elsewhere}");
        }
        assert!(!is_asked_by_name_of_here(&HeaderMap::new()));
    }

    #[test]
    fn a_form_of_somebody_else_is_not_taken() {
        assert!(is_sent_from_here(&HeaderMap::new()));
        assert!(is_sent_from_here(&with("sec-fetch-site", "same-origin")));
        assert!(!is_sent_from_here(&with("sec-fetch-site", "cross-site")));
        assert!(!is_sent_from_here(&with("sec-fetch-site", "same-site")));
    }
}
