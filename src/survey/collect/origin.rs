//! Where a request came from: the page that sent it, and the address behind the proxies.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::{Extensions, HeaderMap, header};

/// Whether a form was sent by a page of somebody else. There are no cookies to steal the use of,
/// so this is a second fence. `null` is what browsers send from our own pages, because those send
/// no referrer; a program sends nothing.
pub fn is_foreign(headers: &HeaderMap, own: Option<&str>) -> bool {
    let value = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("-"));
    if matches!(value("sec-fetch-site"), Some(site) if site != "same-origin" && site != "none") {
        return true;
    }
    let Some(origin) = value(header::ORIGIN.as_str()).filter(|origin| *origin != "null") else {
        return false;
    };
    let host = value(header::HOST.as_str());
    let same_host = origin.split_once("://").is_some_and(|(_, origin)| Some(origin) == host);
    !same_host && !own.is_some_and(|own| is_origin_of(origin, own))
}

/// Whether `url` begins with that scheme, host and port.
fn is_origin_of(origin: &str, url: &str) -> bool {
    url.get(..origin.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(origin))
        && matches!(url.as_bytes().get(origin.len()), None | Some(b'/'))
}

/// The address that a request came from. What proxies say is believed of the last `hops` of them
/// only, counted from the right: whatever stands further left, anybody can have written.
pub fn address(headers: &HeaderMap, extensions: &Extensions, hops: usize) -> IpAddr {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let peer = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let Some(hop) = hops.checked_sub(1) else { return peer };
    let lines = headers.get_all("x-forwarded-for").iter();
    let said: Vec<&str> = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .collect();
    let said = said.iter().rev().nth(hop).and_then(|said| said.parse().ok());
    said.unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in all {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn our_own_pages_and_programs_may_send_forms() {
        let own = Some("https://answers.example.org/survey/");
        for ours in [
            &[][..],
            &[("host", "a:1"), ("origin", "http://a:1")],
            &[("host", "internal:8025"), ("origin", "https://answers.example.org")],
            &[("origin", "null"), ("sec-fetch-site", "same-origin")],
            &[("origin", "null")],
            &[("sec-fetch-site", "none")],
        ] {
            assert!(!is_foreign(&headers(ours), own), "{ours:?}");
        }
        for foreign in [
            &[("host", "a"), ("origin", "https://evil.example")][..],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("origin", "null"), ("sec-fetch-site", "cross-site")],
            &[("origin", "https://answers.example.or")],
            &[("origin", "https://answers.example.org.evil.example")],
            &[("origin", "")],
        ] {
            assert!(is_foreign(&headers(foreign), own), "{foreign:?}");
        }
    }

    #[test]
    fn proxies_are_believed_from_the_right() {
        let told = |lines: &[(&'static str, &'static str)], hops| {
            let mut extensions = Extensions::new();
            extensions.insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 9))));
            address(&headers(lines), &extensions, hops).to_string()
        };
        let lines = [("x-forwarded-for", "1.1.1.1, 2.2.2.2"), ("x-forwarded-for", "2001:db8::3")];
        assert_eq!(told(&lines, 0), "127.0.0.1");
        assert_eq!(told(&lines, 1), "2001:db8::3");
        assert_eq!(told(&lines, 2), "2.2.2.2");
        assert_eq!(told(&lines, 9), "127.0.0.1");
        assert_eq!(told(&[("x-forwarded-for", "1.1.1.1, nonsense")], 1), "127.0.0.1");
    }
}
