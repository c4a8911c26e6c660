//! Requests to pages. Only what the site holds is answered: no path of a request ever reaches the
//! disk.

use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use blake3::{Hash, Hasher};
use futures_util::Stream;
use littlethings::pages::Body;
use serde::Deserialize;

use super::live::{Live, Page};

type Shared = Arc<Live>;

/// What serve puts on pages, and where the rest of it is. No page of a site begins with a dot.
const SCRIPT: &str = include_str!("live.js");

/// Answers every address of the site.
pub fn router(live: Shared) -> Router {
    Router::new()
        .route("/", get(|state| answer(state, Path(String::new()))))
        .route("/.littlethings/events", get(events))
        .route("/.littlethings/live.js", get(|| async { script() }))
        .route("/{*path}", get(answer))
        .with_state(live)
}

fn script() -> Response {
    with_headers(StatusCode::OK, "live.js", SCRIPT.into())
}

/// Who listens: a page says of which revision it is, and where.
#[derive(Default, Deserialize)]
struct Listener {
    revision: Option<u64>,
    /// From the site's top; a folder stands for its page.
    #[serde(default)]
    page: String,
}

/// What is new, from now on; the first event says how things stand.
async fn events(
    State(live): State<Shared>,
    Query(listener): Query<Listener>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut news = live.news();
    news.mark_changed();
    let stream = futures_util::stream::unfold(
        (live, news, listener),
        |(live, mut news, listener)| async move {
            news.changed().await.ok()?;
            let revision = *news.borrow_and_update();
            // The last one: the server ends.
            if revision == u64::MAX {
                return None;
            }
            let event = Event::default().data(told(&live, &listener, revision));
            Some((Ok(event), (live, news, listener)))
        },
    );
    Sse::new(stream)
}

/// What a listener gets to know. A page that is not as it was loads again at once, and does not wait
/// until thousands of findings are drawn: it is told of them then.
fn told(live: &Live, listener: &Listener, revision: u64) -> String {
    match listener.revision {
        Some(mine) if mine != revision => format!("{{\"revision\":{revision}}}"),
        _ => live.told_to_a_page(revision, &page_at(listener.page.trim_start_matches('/'))),
    }
}

/// The page that an address leads to, from the site's top: of a folder, its index.
fn page_at(path: &str) -> String {
    if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path.to_owned()
    }
}

async fn answer(State(live): State<Shared>, Path(path): Path<String>) -> Response {
    // Rendering blocks, so it goes where blocking is allowed.
    let found = tokio::task::spawn_blocking(move || found(&live, &path));
    found.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn found(live: &Live, path: &str) -> Response {
    let page = page_at(path);
    if let Some(response) = file(StatusCode::OK, live, &page) {
        return response;
    }
    if live.has(&format!("{page}/index.html")) {
        // Without the slash the links of a folder's page would lead beside it.
        let name = page.rsplit('/').next().unwrap_or_default();
        return Redirect::temporary(&format!("./{}/", encoded(name))).into_response();
    }
    file(StatusCode::NOT_FOUND, live, "404.html")
        .unwrap_or_else(|| (StatusCode::NOT_FOUND, "there is no such page\n").into_response())
}

fn file(status: StatusCode, live: &Live, path: &str) -> Option<Response> {
    let Page { body, revision, beside } = match live.page(path) {
        Ok(page) => page?,
        Err(trouble) => {
            let told = format!("{trouble}\n");
            return Some((StatusCode::INTERNAL_SERVER_ERROR, told).into_response());
        }
    };
    let bytes = match body {
        Body::Bytes(html) if let Some(beside) = beside => {
            let look = look(&html, &beside);
            let html = followed(html, revision, Some(&look));
            let look = [(header::ETAG, format!("\"{look}\""))];
            return Some((look, with_headers(status, path, html)).into_response());
        }
        Body::Bytes(bytes) => bytes,
        Body::Copy(source) => match std::fs::read(live.root().join(source)) {
            Ok(bytes) => bytes,
            Err(_) => return Some((StatusCode::NOT_FOUND, "the file is gone\n").into_response()),
        },
    };
    Some(with_headers(status, path, bytes))
}

/// What a page looks like, in a word: another one if it or the pictures may look otherwise.
fn look(html: &[u8], beside: &Hash) -> String {
    let mut look = Hasher::new();
    look.update(beside.as_bytes()).update(html);
    look.finalize().to_hex()[..20].to_owned()
}

/// The page with the script that keeps it fresh. With its `look` it stays where it is for as long as
/// it would be the same, and without one it loads again whenever something is new.
pub fn followed(mut html: Vec<u8>, revision: u64, look: Option<&str>) -> Vec<u8> {
    let look = look.map(|look| format!(" data-look=\"{look}\"")).unwrap_or_default();
    let script = format!(
        "<script src=\"/.littlethings/live.js\"{look} data-revision=\"{revision}\"></script>\n"
    );
    let end = b"</body>";
    let at = html.windows(end.len()).rposition(|bytes| bytes == end).unwrap_or(html.len());
    html.splice(at..at, script.into_bytes());
    html
}

pub fn with_headers(status: StatusCode, path: &str, bytes: Vec<u8>) -> Response {
    let headers: [(HeaderName, &str); 3] = [
        (header::CONTENT_TYPE, content_type(path)),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, bytes).into_response()
}

/// A name as an address or a header may hold it: round folders have letters of any script.
pub fn encoded(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

/// What a file is, by its ending.
fn content_type(path: &str) -> &'static str {
    let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    match ending.as_str() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "xml" if path.ends_with("feed.xml") => "application/atom+xml",
        "xml" => "application/xml",
        "ics" => "text/calendar; charset=utf-8",
        "txt" | "md" | "toml" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "pdf" => "application/pdf",
        "woff2" => "font/woff2",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ATLAS, BEACON, Folder, list};
    use super::*;

    #[test]
    fn a_page_gets_its_script_at_its_end_and_nowhere_else() {
        let page = |html: &str| String::from_utf8(followed(html.into(), 7, None)).unwrap();
        let script = "<script src=\"/.littlethings/live.js\" data-revision=\"7\"></script>\n";
        assert_eq!(
            page("<p>&lt;/body></p></body></html>"),
            format!("<p>&lt;/body></p>{script}</body></html>")
        );
        assert_eq!(page("half"), format!("half{script}"));
    }

    #[test]
    fn a_page_is_another_one_if_it_or_a_picture_is() {
        let beside = |picture: &[u8]| blake3::hash(picture);
        let first = look(b"<p>bells</p>", &beside(b"1"));
        assert_eq!(first, look(b"<p>bells</p>", &beside(b"1")));
        assert_ne!(first, look(b"<p>chairs</p>", &beside(b"1")));
        assert_ne!(first, look(b"<p>bells</p>", &beside(b"2")));
        let page = String::from_utf8(followed(b"</body>".into(), 7, Some(&first))).unwrap();
        assert!(page.contains(&format!(" data-look=\"{first}\" data-revision=\"7\"></script>")));
    }

    #[test]
    fn a_page_that_must_load_again_waits_for_no_drawing() {
        let live = Folder::new().live();
        let of = |revision| Listener { revision, ..Listener::default() };
        assert_eq!(told(&live, &of(Some(1)), 2), r#"{"revision":2}"#);
        for mine in [Some(2), None] {
            assert!(told(&live, &of(mine), 2).contains("exactly-ten-items"));
        }
    }

    #[test]
    fn of_two_broken_lists_a_page_is_told_of_its_own_first() {
        let folder = Folder::new();
        for path in [ATLAS, BEACON] {
            folder.write(
                path,
                &list(if path == ATLAS { "Atlas" } else { "Beacon" }).replace("Kind:", "Knid:"),
            );
        }
        let live = folder.live();
        let first = |page: &str| {
            let told = told(&live, &Listener { revision: None, page: page.to_owned() }, 1);
            let lists = [ATLAS, BEACON].map(|path| told.find(path).unwrap());
            if lists[0] < lists[1] { ATLAS } else { BEACON }
        };
        assert_eq!(first("/2026-summer/lists/atlas.html"), ATLAS);
        assert_eq!(first("/2026-summer/lists/beacon.html"), BEACON);
        let beacons = live.paths().into_iter().find(|path| path.contains("items/beacon-")).unwrap();
        assert_eq!(first(&format!("/{beacons}")), BEACON);
        for elsewhere in ["/", "/2026-summer/", "/nowhere.html", ""] {
            assert_eq!(first(elsewhere), ATLAS, "{elsewhere}");
        }
    }

    #[test]
    fn the_name_of_a_folder_fits_into_a_header() {
        assert_eq!(encoded("été 1"), "%C3%A9t%C3%A9%201");
    }
}
