//! Round to site: `render` turns what was read into files, `publish` puts them into a folder.

use jiff::Timestamp;

use crate::finding::{Finding, RuleText};
use crate::model::Site;
use crate::theme::{Theme, ThemeError};

pub mod calendar;
pub mod feed;
#[cfg(test)]
mod fixture;
pub mod prose;
mod publish;
pub mod round_json;
pub mod sitemap;
mod text;

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

/// Renders the whole site. The same input gives the same bytes, in the order of the paths.
///
/// # Errors
///
/// When a template fails on data that the embedded theme was tested with.
pub fn render(input: Input) -> Result<Vec<Output>, ThemeError> {
    let _ = input;
    Ok(Vec::new())
}
