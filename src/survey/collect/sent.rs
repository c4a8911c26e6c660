//! A form that was sent: is it ours, is it a form, and what stands in it.

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::Response;

use super::super::form::{Fields, LONGEST_BODY, Malformed, Message};
use super::{Collector, origin};

impl Collector {
    /// Refuses what another page has sent, and what is no form.
    pub(super) fn refused(&self, headers: &HeaderMap, root: &str) -> Option<Response> {
        let own = self.content().site.settings.survey_url.clone();
        if origin::is_foreign(headers, own.as_deref()) {
            return Some(self.message(StatusCode::FORBIDDEN, root, Message::of("foreign")));
        }
        let sort = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let sort = sort.and_then(|sort| sort.split(';').next()).unwrap_or_default().trim();
        let is_form = sort.eq_ignore_ascii_case("application/x-www-form-urlencoded");
        (!is_form)
            .then(|| self.message(StatusCode::UNSUPPORTED_MEDIA_TYPE, root, Message::of("refused")))
    }

    /// Whether a form with a link that does not work is one too many from there.
    pub(super) fn knocks_too_often(&self, request: &Request<Body>) -> bool {
        let hops = self.limits.trusted_hops;
        let address = origin::address(request.headers(), request.extensions(), hops);
        let now = self.watch();
        !self.guard(|guard| guard.may_knock(address, now))
    }

    /// The bytes of a body that is neither too long nor too slow.
    pub(super) async fn body(&self, body: Body, root: &str) -> Result<Vec<u8>, Response> {
        let read = axum::body::to_bytes(body, LONGEST_BODY);
        match tokio::time::timeout(self.limits.body, read).await {
            Ok(Ok(bytes)) => Ok(bytes.to_vec()),
            Ok(Err(_)) => Err(self.too_long(root)),
            Err(_) => Err(self.message(StatusCode::REQUEST_TIMEOUT, root, Message::of("trouble"))),
        }
    }

    /// The fields of a body.
    pub(super) async fn fields(&self, body: Body, root: &str) -> Result<Fields, Response> {
        let bytes = self.body(body, root).await?;
        Fields::read(&bytes).map_err(|malformed| match malformed {
            Malformed::TooLong => self.too_long(root),
            Malformed::TooManyFields | Malformed::NotText => {
                self.message(StatusCode::BAD_REQUEST, root, Message::of("refused"))
            }
        })
    }

    fn too_long(&self, root: &str) -> Response {
        self.message(StatusCode::PAYLOAD_TOO_LARGE, root, Message::of("too-long"))
    }
}
