//! "Do not remind me": a page with a button for people, and one click for mail programs (RFC 8058).

use axum::extract::{Request, State};
use axum::http::{StatusCode, Uri, header};
use axum::response::Response;
use jiff::civil::Date;

use super::super::form::{Message, Page};
use super::super::token::Purpose;
use super::connections::Working;
use super::{Collector, Door, Shared, origin};

const ROOT: &str = "../";

/// The one body that acts, from our own button as from a mail program.
const CLICK: (&str, &str) = ("List-Unsubscribe", "One-Click");

pub(super) async fn show(State(collector): Shared, uri: Uri) -> Response {
    let content = collector.content();
    let Some(guest) = content.guest(Purpose::Unremind, uri.path()) else {
        return collector.lost(ROOT);
    };
    match collector.door(guest.round).await {
        Ok(door @ Door::Closed) => collector.turned_away(&content, guest.round, &door, ROOT),
        Ok(_) => {
            let settings = &content.site.settings;
            let frame = collector.frame(settings, Some(guest.round), ROOT);
            collector.page(StatusCode::OK, &frame, &Page::Unremind)
        }
        Err(_) => collector.trouble(ROOT),
    }
}

pub(super) async fn keep(State(collector): Shared, request: Request) -> Response {
    let own = collector.content().site.settings.survey_url.clone();
    if origin::is_foreign(request.headers(), own.as_deref()) {
        return collector.message(StatusCode::FORBIDDEN, ROOT, Message::of("foreign"));
    }
    let content = collector.content();
    let Some(guest) = content.guest(Purpose::Unremind, request.uri().path()) else {
        if collector.knocks_too_often(&request) {
            return collector.message(StatusCode::TOO_MANY_REQUESTS, ROOT, Message::of("too-many"));
        }
        return collector.lost(ROOT);
    };
    let (head, body) = request.into_parts();
    let sort = head.headers.get(header::CONTENT_TYPE).and_then(|sort| sort.to_str().ok());
    let sort = sort.unwrap_or_default().to_owned();
    let clicked = match collector.body(body, ROOT).await {
        Ok(body) => is_click(&sort, &body),
        Err(response) => return response,
    };
    let _working = Working::on(&head.extensions);
    if !clicked {
        return collector.message(StatusCode::BAD_REQUEST, ROOT, Message::of("refused"));
    }
    match collector.door(guest.round).await {
        Ok(door @ Door::Closed) => {
            return collector.turned_away(&content, guest.round, &door, ROOT);
        }
        Ok(_) => {}
        Err(_) => return collector.trouble(ROOT),
    }
    let day = collector.today(guest.round);
    let person = &guest.asked.person;
    let done =
        collector.store.stop_reminding(&guest.round.slug, &person.id, person.side.word(), day);
    match done.await {
        Ok(()) => collector.message(StatusCode::OK, ROOT, Message::of("unreminded")),
        Err(_) => collector.trouble(ROOT),
    }
}

impl Collector {
    /// The day it is in the zone of a round.
    pub(super) fn today(&self, round: &crate::model::Round) -> Date {
        self.now().to_zoned(round.zone.zone.clone()).date()
    }
}

/// Whether a body is `List-Unsubscribe=One-Click` and nothing else, as RFC 8058 section 3.2 has it
/// sent: as `multipart/form-data` or as `application/x-www-form-urlencoded`.
fn is_click(sort: &str, body: &[u8]) -> bool {
    let Ok(body) = std::str::from_utf8(body) else { return false };
    let (name, value) = CLICK;
    let lower = sort.to_ascii_lowercase();
    if lower.starts_with("application/x-www-form-urlencoded") {
        return body.trim_end_matches(['\r', '\n']) == format!("{name}={value}");
    }
    let boundary = lower.starts_with("multipart/form-data").then(|| lower.find("boundary="));
    let Some(at) = boundary.flatten() else { return false };
    let boundary = sort[at + "boundary=".len()..].split(';').next().unwrap_or_default();
    let boundary = boundary.trim().trim_matches('"');
    let parts: Vec<&str> = body.split(&format!("--{boundary}")).collect();
    let [before, part, after] = parts[..] else { return false };
    let Some((head, said)) = part.split_once("\r\n\r\n") else { return false };
    !boundary.is_empty()
        && before.trim().is_empty()
        && after.trim() == "--"
        && head.to_ascii_lowercase().contains(&format!("name=\"{}\"", name.to_ascii_lowercase()))
        && said.trim_end_matches(['\r', '\n']) == value
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "application/x-www-form-urlencoded";

    #[test]
    fn one_click_is_known_in_both_its_forms() {
        assert!(is_click(FORM, b"List-Unsubscribe=One-Click"));
        assert!(is_click(&format!("{FORM}; charset=utf-8"), b"List-Unsubscribe=One-Click\r\n"));
        let part = "Content-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click";
        let whole = format!("--x\r\n{part}\r\n--x--\r\n");
        assert!(is_click("multipart/form-data; boundary=x", whole.as_bytes()));
        assert!(is_click("multipart/form-data; boundary=\"x\"", whole.as_bytes()));
        for (sort, body) in [
            (FORM, "list-unsubscribe=one-click"),
            (FORM, "List-Unsubscribe=One-Click&x=1"),
            (FORM, ""),
            ("text/plain", "List-Unsubscribe=One-Click"),
            ("multipart/form-data", whole.as_str()),
            ("multipart/form-data; boundary=", whole.as_str()),
            ("multipart/form-data; boundary=x", "--x\r\n--x--"),
            ("multipart/form-data; boundary=x", "List-Unsubscribe=One-Click"),
        ] {
            assert!(!is_click(sort, body.as_bytes()), "{sort}: {body}");
        }
    }
}
