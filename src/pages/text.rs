//! Free text on pages: the one door to Markdown.

use super::views::RoundScope;
use crate::model::Prose;

pub fn html(_scope: &RoundScope, prose: &Prose, _page: &str) -> String {
    prose
        .text
        .split("\n\n")
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| format!("<p>{}</p>", escape(part)))
        .collect()
}

pub fn inline(_scope: &RoundScope, written: &str) -> String {
    escape(written)
}

/// A message of ours: what stands in backticks is code.
pub fn message(text: &str) -> String {
    let mut html = String::new();
    for (index, part) in text.split('`').enumerate() {
        let part = escape(part);
        if index % 2 == 1 {
            html.push_str(&format!("<code>{part}</code>"));
        } else {
            html.push_str(&part);
        }
    }
    html
}

pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
