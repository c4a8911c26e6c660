//! Pages of the preview, through the theme.

use axum::http::{HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::super::answer::followed;
use super::super::live::Live;
use super::views::{PreviewMessage, PreviewPage, PreviewSite};
use super::{LETTERS, STYLE, SURVEY};
use crate::run::Run;

/// Only our own style and the script that follows changes; what is in a frame has rules of its own.
const POLICY: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; \
    connect-src 'self'; frame-src 'self'; img-src 'self'; form-action 'self'; \
    frame-ancestors 'none'; base-uri 'none'";

/// A view with what stands around it.
fn framed<'a, V: Serialize>(run: &'a Run, view: &'a V) -> PreviewPage<'a, V> {
    let words = run.theme.words();
    let site = PreviewSite {
        title: &run.site.settings.title,
        language: words.language(),
        direction: words.direction(),
        style: STYLE,
        icon: format!("/{}", run.theme.asset("favicon.svg").unwrap_or_default()),
        letters: LETTERS,
        survey: SURVEY,
    };
    PreviewPage { site, view }
}

/// A page that is made anew when something changes.
pub fn page(
    status: StatusCode,
    run: &Run,
    revision: u64,
    template: &str,
    view: &impl Serialize,
) -> Response {
    let framed = framed(run, view);
    // What is left out of the site's own templates, the default ones stand in for.
    match run.theme.cured(|theme| theme.render_preview(template, &framed)) {
        Ok(cured) => guarded(status, followed(cured.made.into_bytes(), revision, None)),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response(),
    }
}

/// A page that only says something.
pub fn message(live: &Live, status: StatusCode, key: &str, about: Option<String>) -> Response {
    live.look(|run, revision| {
        let words = run.theme.words();
        let text = about.is_none().then(|| words.text(&format!("{key}_about"), &[]));
        let view = PreviewMessage { title: words.text(key, &[]), text, trouble: about };
        page(status, run, revision, "message.html", &view)
    })
}

fn guarded(status: StatusCode, html: Vec<u8>) -> Response {
    let headers: [(HeaderName, &str); 5] = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, html).into_response()
}

/// Runs what takes the processor for a while where that is allowed.
pub async fn blocking(make: impl FnOnce() -> Response + Send + 'static) -> Response {
    let made = tokio::task::spawn_blocking(make).await;
    made.unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
