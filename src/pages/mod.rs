//! Round to site: `render` turns what was read into files, `publish` puts them into a folder.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::finding::{Finding, RuleText};
use crate::model::{Page, Ref, Round, Site};
use crate::theme::{Theme, ThemeError};

mod addresses;
mod build;
pub mod calendar;
pub mod feed;
#[cfg(test)]
mod fixture;
mod labels;
mod links;
mod machines;
mod markup;
pub mod prose;
mod publish;
pub mod round_json;
pub mod sitemap;
mod targets;
mod text;
mod views;

pub use publish::{PublishError, Published, publish};

/// Everything pages are made from.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    pub site: &'a Site,
    /// All findings of the run, in file order: a page shows the problems of its own files.
    pub findings: &'a [Finding],
    /// The rules of engagement, for the rules page.
    pub rules: &'a [RuleText],
    pub theme: &'a Theme,
    pub now: Timestamp,
    /// The clock stands still: such a site is a demonstration and never stale.
    pub is_frozen: bool,
}

/// One file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Relative to the output folder, with `/`.
    pub path: String,
    pub body: Body,
}

/// What is in a file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    Bytes(Vec<u8>),
    /// A file of the repository, copied as it is: its path relative to the root.
    Copy(String),
}

/// A whole site, and the templates that had to be left out to make it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    pub outputs: Vec<Output>,
    /// Templates of the theme that failed while rendering; the embedded ones stand in for them.
    pub findings: Vec<Finding>,
}

/// Renders the whole site. The same input gives the same bytes, in the order of the paths.
///
/// # Errors
///
/// When a template fails on data that the embedded theme was tested with.
pub fn render(input: Input) -> Result<Rendered, ThemeError> {
    let mut theme = Cow::Borrowed(input.theme);
    let mut findings = Vec::new();
    loop {
        // A template may fail on the last page only. All pages are then made anew, so that a site
        // never has two looks.
        let broken = match build::site(Input { theme: &theme, ..input }) {
            Ok(outputs) => return Ok(Rendered { outputs, findings }),
            Err(broken) => broken,
        };
        let (without, finding) = theme.without(&broken)?;
        findings.push(finding);
        theme = Cow::Owned(without);
    }
}

/// Names of pages that every round has.
const OWN_PAGES: [&str; 12] = [
    "index",
    "invitation",
    "rules",
    "faq",
    "side-by-side",
    "people",
    "calls",
    "leftovers",
    "survey",
    "results",
    "wall",
    "404",
];

/// A round's other Markdown files with the files they become. A name that is taken gets a number.
fn other_pages(round: &Round) -> Vec<(&Page, String)> {
    let mut taken: Vec<String> = OWN_PAGES.iter().map(|name| Ref::key(name)).collect();
    let mut pages = Vec::new();
    for page in &round.pages {
        let name = Ref::free(&page.name, |key| taken.iter().any(|name| name == key));
        taken.push(Ref::key(&name));
        pages.push((page, format!("{name}.html")));
    }
    pages
}

#[cfg(test)]
mod tests;
