//! Find and load `themes/<theme>`; explain a broken one.
//!
//! The default theme is part of the binary. A folder `themes/<name>` in the repository lies over it
//! file by file: templates and static files replace each other whole, words key by key. Whatever in
//! an override cannot be used becomes a finding, and what is embedded is used in its place; a site
//! never fails for its looks. This module knows nothing of rounds and pages.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use crate::finding::{Finding, Place, Severity, Sources};

mod assets;
mod blame;
mod dates;
mod embedded;
mod markdown;
mod mould;
mod overrides;
mod seldom;
mod templates;
mod translate;
mod words;

pub use assets::Asset;
pub use mould::{Long, Moulds, Parts, Text};
pub use templates::{Broken, Prepared, Sort};
pub use words::Words;

use assets::Assets;
use overrides::Overrides;
use seldom::Seldom;
use templates::Templates;

/// What findings on a theme are called.
pub const RULE: &str = "theme-can-be-used";

/// Templates, words and looks of a site.
#[derive(Clone, Debug)]
pub struct Theme {
    name: String,
    words: Words,
    templates: Templates,
    letters: Seldom,
    forms: Seldom,
    previews: Seldom,
    assets: Assets,
    form_style: String,
    preview_style: String,
}

/// A theme that works, and what had to be left out to make it work.
#[derive(Debug)]
pub struct Loaded {
    pub theme: Theme,
    pub findings: Vec<Finding>,
    /// The texts of the files that lie over the default, for whoever draws a finding.
    pub sources: Sources,
}

/// What was made with a theme after whatever failed meanwhile was left out.
#[derive(Debug)]
pub struct Cured<'a, T> {
    pub made: T,
    /// The theme that it was made with.
    pub theme: Cow<'a, Theme>,
    /// What had to be left out, in the order in which it failed.
    pub findings: Vec<Finding>,
}

/// The theme could not be used even with every override left out.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {message}")]
pub struct ThemeError {
    pub path: String,
    pub message: String,
}

/// The files of the default theme, by their paths inside its folder.
pub fn default_files() -> impl Iterator<Item = (&'static str, &'static [u8])> {
    embedded::FILES.iter().map(|file| (file.path, file.bytes))
}

/// Loads the theme called `name` under `root/themes`, over the embedded default, with the words of
/// `language`. What is broken in an override becomes a finding, and the embedded file is used.
///
/// # Errors
///
/// When the embedded theme itself cannot be used.
pub fn load(root: &Path, name: &str, language: &str) -> Result<Loaded, ThemeError> {
    let mut findings = Vec::new();
    let overrides = Overrides::read(root, name, &mut findings);
    over_default(overrides, findings, language)
}

/// The same of files that are held, such as those of a commit, by their paths relative to the root.
///
/// # Errors
///
/// When the embedded theme itself cannot be used.
pub fn load_held(
    files: &BTreeMap<String, Vec<u8>>,
    name: &str,
    language: &str,
) -> Result<Loaded, ThemeError> {
    let mut findings = Vec::new();
    let overrides = Overrides::held(files, name, &mut findings);
    over_default(overrides, findings, language)
}

fn over_default(
    overrides: Overrides,
    mut findings: Vec<Finding>,
    language: &str,
) -> Result<Loaded, ThemeError> {
    let words = Words::load(language, &overrides, &mut findings)?;
    let (templates, mut broken) = Templates::load(Sort::Page, &overrides, &words)?;
    let (letters, broken_letters) = Seldom::load(Sort::Letter, &overrides, &words)?;
    let (forms, broken_forms) = Seldom::load(Sort::Form, &overrides, &words)?;
    let (previews, broken_previews) = Seldom::load(Sort::Preview, &overrides, &words)?;
    broken.extend(broken_letters.into_iter().chain(broken_forms).chain(broken_previews));
    let theme = Theme {
        name: overrides.theme.clone(),
        words,
        templates,
        letters,
        forms,
        previews,
        assets: Assets::load(&overrides),
        form_style: style_with("survey/form.css", &overrides),
        preview_style: style_with("preview/preview.css", &overrides),
    };
    findings.extend(broken.iter().map(|broken| theme.finding(broken)));
    Ok(Loaded { theme, findings, sources: overrides.sources() })
}

impl Theme {
    /// What to say in the site's language.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// The static files, by the path at which pages find them.
    pub fn assets(&self) -> &BTreeMap<String, Asset> {
        self.assets.all()
    }

    /// The path of the static file called `name`, which may carry a hash of its content.
    pub fn asset(&self, name: &str) -> Option<&str> {
        self.assets.path(name)
    }

    /// Whether templates lie over the default ones: only rendering shows whether they work.
    pub fn has_own_templates(&self) -> bool {
        self.templates.any_overrides()
    }

    /// Renders `template` with what `view` shows of a page.
    ///
    /// # Errors
    ///
    /// When the template asks for what the view does not have. [`Theme::without`] is the cure.
    pub fn render(&self, template: &str, view: impl Serialize) -> Result<String, Broken> {
        self.templates.render(template, view)
    }

    /// Renders a component that stands in `template`, with its arguments.
    ///
    /// # Errors
    ///
    /// When the component is gone, or asks for what it does not get. [`Theme::without`] is the cure.
    pub fn component(
        &self,
        template: &str,
        component: &str,
        arguments: &impl Serialize,
    ) -> Result<String, Broken> {
        self.templates.component(template, component, arguments)
    }

    /// Renders the letter `template` as Markdown. Every value in it is text: what would be a mark
    /// in Markdown stands behind a backslash, and control characters are gone.
    ///
    /// # Errors
    ///
    /// When the template asks for what the view does not have. [`Theme::without`] is the cure.
    pub fn render_letter(&self, template: &str, view: &impl Serialize) -> Result<String, Broken> {
        self.letters.render(template, view)
    }

    /// Renders the page `template` of the survey's form.
    ///
    /// # Errors
    ///
    /// When the template asks for what the view does not have. [`Theme::without`] is the cure.
    pub fn render_form(&self, template: &str, view: &impl Serialize) -> Result<String, Broken> {
        self.forms.render(template, view)
    }

    /// The style sheet of the survey's form: the site's, and what forms have beyond pages.
    pub fn form_style(&self) -> &str {
        &self.form_style
    }

    /// Renders the page `template` of what only a preview shows.
    ///
    /// # Errors
    ///
    /// When the template asks for what the view does not have. [`Theme::without`] is the cure.
    pub fn render_preview(&self, template: &str, view: &impl Serialize) -> Result<String, Broken> {
        self.previews.render(template, view)
    }

    /// The style sheet of what only a preview shows: the site's, and what those pages have beyond.
    pub fn preview_style(&self) -> &str {
        &self.preview_style
    }

    /// This theme without the override that broke, and what to tell about it.
    ///
    /// # Errors
    ///
    /// When nothing is overridden, so that the embedded theme itself is at fault.
    pub fn without(&self, broken: &Broken) -> Result<(Theme, Finding), ThemeError> {
        let mut theme = self.clone();
        match broken.sort {
            Sort::Page => theme.templates = self.templates.without(broken, &self.words)?,
            Sort::Letter => theme.letters = self.letters.without(broken, &self.words)?,
            Sort::Form => theme.forms = self.forms.without(broken, &self.words)?,
            Sort::Preview => theme.previews = self.previews.without(broken, &self.words)?,
        }
        Ok((theme, self.finding(broken)))
    }

    /// Makes something, and makes it again without each override that breaks meanwhile.
    ///
    /// # Errors
    ///
    /// When the embedded theme itself is at fault.
    pub fn cured<T>(
        &self,
        make: impl Fn(&Theme) -> Result<T, Broken>,
    ) -> Result<Cured<'_, T>, ThemeError> {
        let mut theme = Cow::Borrowed(self);
        let mut findings = Vec::new();
        loop {
            let broken = match make(&theme) {
                Ok(made) => return Ok(Cured { made, theme, findings }),
                Err(broken) => broken,
            };
            let (without, finding) = theme.without(&broken)?;
            findings.push(finding);
            theme = Cow::Owned(without);
        }
    }

    /// The embedded theme itself is at fault.
    pub fn at_fault(&self, broken: &Broken) -> ThemeError {
        templates::at_fault(broken)
    }

    fn finding(&self, broken: &Broken) -> Finding {
        let (line, column) = (broken.line, broken.column);
        let path = format!("themes/{}/{}/{}", self.name, broken.sort.folder(), broken.template);
        let what = match broken.sort {
            Sort::Page => "the page is shown",
            Sort::Letter => "the letter is written",
            Sort::Form => "the form is shown",
            Sort::Preview => "the preview is shown",
        };
        Finding {
            rule: RULE,
            severity: Severity::Error,
            place: Place {
                path: path.into(),
                line,
                column,
                end_line: line,
                end_column: column + 1,
            },
            message: format!("this template cannot be used: {}", broken.message),
            help: format!("{what} as in the default theme until this is mended"),
        }
    }
}

/// The site's style sheet with another one after it. The form is served by another program than the
/// site, so it brings all of its looks along.
fn style_with(more: &str, overrides: &Overrides) -> String {
    let text = |path: &str| {
        let embedded = || embedded::file(path).map_or("", embedded::File::text);
        overrides.text(path).unwrap_or_else(embedded)
    };
    format!("{}\n{}", text("static/style.css"), text(more))
}

#[cfg(test)]
mod tests;
