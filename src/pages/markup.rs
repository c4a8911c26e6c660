//! Free text on pages: the one door to Markdown.

use super::prose::{self, Context};
use super::targets;
use super::views::{RoundScope, SiteScope};
use crate::model::Prose;
use crate::theme::Words;

/// The words that prose puts between people's own.
pub fn words(words: &Words) -> prose::Words {
    let text = |key: &str| words.text(&format!("prose.{key}"), &[]);
    prose::Words {
        address_hidden: words.text("address_hidden", &[]),
        note: text("note"),
        tip: text("tip"),
        important: text("important"),
        warning: text("warning"),
        caution: text("caution"),
        footnotes: text("footnotes"),
        back: text("back"),
        table: text("table"),
        ticked: text("ticked"),
        unticked: text("unticked"),
    }
}

/// Where a text stands on a page.
#[derive(Clone, Copy)]
pub struct Spot<'a> {
    /// The way from the page to the site's top.
    pub way: &'a str,
    /// What its ids begin with; empty where it is all there is.
    pub id: &'a str,
    /// The level of its highest heading.
    pub heading: u8,
}

pub fn html(scope: &RoundScope, prose: &Prose, spot: Spot) -> String {
    let from = prose.place.as_ref().map_or("", |place| &*place.path);
    with(scope.site, from, spot, |context| prose::html(prose, context))
}

/// A fact's value, written in the file `from`.
pub fn inline(scope: &RoundScope, written: &str, from: &str) -> String {
    let spot = Spot { way: scope.way, id: "", heading: 6 };
    with(scope.site, from, spot, |context| prose::inline(written, context))
}

fn with(scope: SiteScope, from: &str, spot: Spot, to: impl FnOnce(&Context) -> String) -> String {
    let links = |target: &str| targets::href(scope.input.site, from, target, spot.way);
    to(&Context {
        id: spot.id,
        heading: spot.heading,
        people: &scope.input.site.people,
        words: scope.prose,
        links: &links,
    })
}

/// A message of ours: what stands in backticks is code.
pub fn message(text: &str) -> String {
    let mut html = String::new();
    for (index, part) in text.split('`').enumerate() {
        let part = escape(part);
        if index % 2 == 1 {
            // Somebody's own words: of another direction, they would turn the sentence around.
            html.push_str(&format!("<bdi><code>{part}</code></bdi>"));
        } else {
            html.push_str(&part);
        }
    }
    html
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
