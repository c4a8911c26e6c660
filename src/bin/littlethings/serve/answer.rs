//! Requests to pages. Only what the site holds is answered: no path of a request ever reaches the
//! disk.

use std::fmt::Write;
use std::path::{Path as FilePath, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use littlethings::pages::Body;

use super::live::{Files, Live};

type Shared = Arc<Mutex<Live>>;

/// Answers every address of the site.
pub fn router(live: Shared) -> Router {
    Router::new()
        .route("/", get(|state| answer(state, Path(String::new()))))
        .route("/{*path}", get(answer))
        .with_state(live)
}

async fn answer(State(live): State<Shared>, Path(path): Path<String>) -> Response {
    // Reading and rendering block, so they go where blocking is allowed.
    let found = tokio::task::spawn_blocking(move || {
        let mut live = live.lock().unwrap_or_else(PoisonError::into_inner);
        let files = live.files();
        let root = live.root().to_owned();
        drop(live);
        found(&files, root, &path)
    });
    found.await.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn found(files: &Files, root: PathBuf, path: &str) -> Response {
    let page = if path.is_empty() || path.ends_with('/') {
        format!("{path}index.html")
    } else {
        path.to_owned()
    };
    if let Some(body) = files.get(&page) {
        return file(StatusCode::OK, &page, body, &root);
    }
    if files.contains_key(&format!("{page}/index.html")) {
        // Without the slash the links of a folder's page would lead beside it.
        let name = page.rsplit('/').next().unwrap_or_default();
        return Redirect::temporary(&format!("./{}/", encoded(name))).into_response();
    }
    match files.get("404.html") {
        Some(body) => file(StatusCode::NOT_FOUND, "404.html", body, &root),
        None => (StatusCode::NOT_FOUND, "there is no such page\n").into_response(),
    }
}

fn file(status: StatusCode, path: &str, body: &Body, root: &FilePath) -> Response {
    let bytes = match body {
        Body::Bytes(bytes) => bytes.clone(),
        Body::Copy(source) => match std::fs::read(root.join(source)) {
            Ok(bytes) => bytes,
            Err(_) => return (StatusCode::NOT_FOUND, "the file is gone\n").into_response(),
        },
    };
    let headers: [(HeaderName, &str); 3] = [
        (header::CONTENT_TYPE, content_type(path)),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, bytes).into_response()
}

/// A folder's name as a header may hold it: round folders have letters of any script.
fn encoded(name: &str) -> String {
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
    use super::*;

    fn files() -> Files {
        [("index.html", "home"), ("404.html", "lost"), ("2026-summer/index.html", "round")]
            .into_iter()
            .map(|(path, text)| (path.to_owned(), Body::Bytes(text.as_bytes().to_vec())))
            .chain([("logo.png".to_owned(), Body::Copy("content/gone.png".to_owned()))])
            .collect()
    }

    fn status(path: &str) -> u16 {
        found(&files(), PathBuf::from("nowhere"), path).status().as_u16()
    }

    #[test]
    fn a_folder_is_its_index_and_a_stranger_gets_the_page_for_strangers() {
        assert_eq!(status(""), 200);
        assert_eq!(status("2026-summer/"), 200);
        assert_eq!(status("2026-summer"), 307);
        assert_eq!(status("2026-summer/index.html"), 200);
        for stranger in ["x", "../littlethings.toml", "/etc/passwd", "logo.png", "2026-summer/x/"] {
            assert_eq!(status(stranger), 404, "{stranger}");
        }
    }

    #[test]
    fn a_redirect_stays_beside_where_it_came_from() {
        let response = found(&files(), PathBuf::from("nowhere"), "2026-summer");
        assert_eq!(response.headers()[header::LOCATION], "./2026-summer/");
        assert_eq!(encoded("été 1"), "%C3%A9t%C3%A9%201");
    }
}
