//! Round to site: `render` turns what was read into files, `publish` puts them into a folder.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::crew;
use crate::finding::{Finding, RuleText};
use crate::model::{Page, Ref, Round, Site};
use crate::theme::{Broken, Theme, ThemeError};

mod addresses;
pub mod calendar;
pub mod feed;
#[cfg(test)]
mod fixture;
mod glances;
mod labels;
mod links;
mod machines;
mod markup;
mod plan;
mod press;
pub mod prose;
mod publish;
pub mod round_json;
mod rows;
pub mod sitemap;
mod targets;
mod text;
mod views;

pub use glances::Glances;
pub use links::encode as address;
pub use markup::words as prose_words;
pub use plan::Plan;
pub use press::Press;
pub use publish::{Files, PublishError, Published, publish, seal, untouched};
pub use targets::{href as address_of_file, named as files_named_on};

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
    let Settled { theme, findings } = settle(input)?;
    let settled = Input { theme: &theme, ..input };
    let outputs: Result<Vec<Output>, Broken> = with_press(settled, |press| {
        let paths = press.plan().paths();
        paths
            .enumerate()
            .map(|(number, path)| Ok(Output { path: path.to_owned(), body: press.body(number)? }))
            .collect()
    });
    // After settling only the embedded theme itself can be at fault.
    let outputs = outputs.map_err(|broken| theme.at_fault(&broken))?;
    Ok(Rendered { outputs, findings })
}

/// A theme with which every page of a site can be made.
#[derive(Debug)]
pub struct Settled<'a> {
    pub theme: Cow<'a, Theme>,
    /// Templates that failed while rendering; the embedded ones stand in for them.
    pub findings: Vec<Finding>,
}

/// Tries the templates that come from the repository on every page, and leaves out what fails. A
/// template may fail on the last page only, and a site never has two looks.
///
/// # Errors
///
/// When the embedded theme itself fails.
pub fn settle(input: Input<'_>) -> Result<Settled<'_>, ThemeError> {
    let cured = input.theme.cured(|theme| {
        if !theme.has_own_templates() {
            return Ok(());
        }
        with_press(Input { theme, ..input }, |press| {
            let all: Vec<usize> = (0..press.plan().len()).collect();
            crew::each(&all, |number| press.body(number).map(drop), |_, ()| Ok(()))
        })
    })?;
    Ok(Settled { theme: cured.theme, findings: cured.findings })
}

/// Everything that is needed to make pages, for as long as `work` takes.
pub fn with_press<T>(input: Input, work: impl FnOnce(&Press) -> T) -> T {
    let plan = Plan::of(input.site, input.theme);
    let words = Press::words(input.theme);
    work(&Press::new(input, &plan, &words, &Glances::default()))
}

impl Files for Press<'_> {
    fn paths(&self) -> Vec<&str> {
        self.plan().paths().collect()
    }

    fn body(&self, number: usize) -> Result<Cow<'_, Body>, Broken> {
        Press::body(self, number).map(Cow::Owned)
    }

    fn order(&self) -> Vec<usize> {
        let (large, small): (Vec<usize>, Vec<usize>) =
            (0..self.plan().len()).partition(|number| self.plan().is_large(*number));
        spread(&large, &small)
    }
}

/// The large ones evenly among the small ones, and none at the end: while one of them is made, the
/// other processors are busy with small ones, so that seldom two of them lie in memory at once.
fn spread(large: &[usize], small: &[usize]) -> Vec<usize> {
    let run = small.len().div_ceil(large.len().max(1)).max(1);
    let mut runs = small.chunks(run);
    let mut order = Vec::with_capacity(large.len() + small.len());
    for number in large {
        order.push(*number);
        order.extend(runs.next().unwrap_or_default());
    }
    order.extend(runs.flatten());
    order
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
