//! Templates: the embedded ones with a theme's over them, and which one is to blame. There are four
//! sorts of them, pages, letters, the survey's form and the preview, and they share nothing but this
//! code.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::Serialize;
use tera::{Context, Tera, TeraResult, Value};

use super::blame::blame;
use super::overrides::Overrides;
use super::translate::{Translate, translated};
use super::{ThemeError, Words, embedded, markdown};

/// What a template makes, and so where it lies and what escapes the values in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// HTML or XML, in `pages`.
    Page,
    /// Markdown, in `letters`.
    Letter,
    /// HTML, in `survey`.
    Form,
    /// HTML, in `preview`.
    Preview,
}

impl Sort {
    /// The folder of the theme.
    pub fn folder(self) -> &'static str {
        match self {
            Sort::Page => "pages",
            Sort::Letter => "letters",
            Sort::Form => "survey",
            Sort::Preview => "preview",
        }
    }

    /// What makes text of a value that it is not trusted with marks.
    pub(super) fn escape(self) -> fn(&str, &mut dyn io::Write) -> io::Result<()> {
        match self {
            Sort::Letter => markdown::escape,
            Sort::Page | Sort::Form | Sort::Preview => tera::escape_html,
        }
    }
}

/// A template of an override that cannot be used, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub sort: Sort,
    /// The file's path inside the folder of its sort.
    pub template: String,
    pub line: u32,
    pub column: u32,
    pub message: String,
}

/// A part of a view that many pages share, turned into what templates read once and for all.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Prepared<V> {
    value: Value,
    #[serde(skip)]
    view: PhantomData<V>,
}

impl<V: Serialize> Prepared<V> {
    pub fn of(view: &V) -> Prepared<V> {
        Prepared { value: Value::from_serializable(view), view: PhantomData }
    }
}

/// Most pages have no more bytes than these.
const USUAL: usize = 16 * 1024;

#[derive(Clone, Debug)]
pub struct Templates {
    sort: Sort,
    tera: Tera,
    sources: BTreeMap<String, Source>,
}

#[derive(Clone, Debug)]
pub(super) struct Source {
    pub text: Arc<str>,
    /// It comes from the repository, not from the binary.
    pub overrides: bool,
}

impl Source {
    /// With its words in it, unless it comes from the repository: that stays as it is written, so
    /// that what goes wrong there is told with its column.
    fn with_words(&self, sort: Sort, words: &Words) -> Cow<'_, str> {
        if self.overrides { Cow::Borrowed(&self.text) } else { translated(&self.text, sort, words) }
    }
}

impl Templates {
    /// The embedded templates with those of `overrides` over them, and those that had to be left
    /// out again.
    pub fn load(
        sort: Sort,
        overrides: &Overrides,
        words: &Words,
    ) -> Result<(Templates, Vec<Broken>), ThemeError> {
        let mut sources = embedded_sources(sort);
        let folder = sort.folder();
        for (name, _) in overrides.of(folder).filter(|(name, _)| !name.ends_with(STYLE)) {
            let text = overrides.text(&format!("{folder}/{name}")).unwrap_or_default();
            // A copy of the default is not blamed for anything.
            if sources.get(name).is_none_or(|source| &*source.text != text) {
                sources.insert(name.to_owned(), Source { text: text.into(), overrides: true });
            }
        }
        settle(sort, sources, words)
    }

    /// Whether any template differs from the default theme's.
    pub fn any_overrides(&self) -> bool {
        self.sources.values().any(|source| source.overrides)
    }

    pub fn render(&self, template: &str, view: impl Serialize) -> Result<String, Broken> {
        let context = Context::from_serialize(&view);
        // Of a page that shows a whole round the view is large, and it is in the context now.
        drop(view);
        let mut made = Vec::with_capacity(USUAL);
        context
            .and_then(|context| self.tera.render_to(template, &context, &mut made))
            .and_then(|()| Ok(String::from_utf8(made)?))
            .map_err(|error| blame(self.sort, &error, &self.sources, template))
    }

    pub fn component(
        &self,
        template: &str,
        component: &str,
        arguments: &impl Serialize,
    ) -> Result<String, Broken> {
        Context::from_serialize(arguments)
            .and_then(|context| self.tera.render_component(component, &context, None, true))
            .map_err(|error| blame(self.sort, &error, &self.sources, template))
    }

    /// These templates without the one that broke, or without any override where the one that
    /// broke is embedded: then it was asked for something it cannot do.
    pub fn without(&self, broken: &Broken, words: &Words) -> Result<Templates, ThemeError> {
        let mut sources = self.sources.clone();
        let guilty = sources.get(&broken.template).is_some_and(|source| source.overrides);
        if !self.any_overrides() {
            return Err(at_fault(broken));
        }
        if guilty {
            restore(self.sort, &mut sources, &broken.template);
        } else {
            sources = embedded_sources(self.sort);
        }
        settle(self.sort, sources, words).map(|(templates, _)| templates)
    }
}

pub(super) fn at_fault(broken: &Broken) -> ThemeError {
    let folder = broken.sort.folder();
    ThemeError {
        path: format!("themes/default/{folder}/{}:{}", broken.template, broken.line),
        message: broken.message.clone(),
    }
}

/// What lies among templates and is none.
const STYLE: &str = ".css";

fn embedded_sources(sort: Sort) -> BTreeMap<String, Source> {
    embedded::of(sort.folder())
        .filter(|(name, _)| !name.ends_with(STYLE))
        .map(|(name, file)| {
            (name.to_owned(), Source { text: file.text().into(), overrides: false })
        })
        .collect()
}

/// Leaves out overrides until the rest can be used.
fn settle(
    sort: Sort,
    mut sources: BTreeMap<String, Source>,
    words: &Words,
) -> Result<(Templates, Vec<Broken>), ThemeError> {
    let mut left_out = Vec::new();
    loop {
        let error = match engine(sort, &sources, words) {
            Ok(tera) => return Ok((Templates { sort, tera, sources }, left_out)),
            Err(error) => error,
        };
        let Some(first) = sources.iter().find(|(_, source)| source.overrides) else {
            return Err(ThemeError {
                path: format!("themes/default/{}", sort.folder()),
                message: error.to_string(),
            });
        };
        let broken = blame(sort, &error, &sources, first.0);
        if sources.get(&broken.template).is_some_and(|source| source.overrides) {
            restore(sort, &mut sources, &broken.template);
        } else {
            sources = embedded_sources(sort);
        }
        left_out.push(broken);
    }
}

fn restore(sort: Sort, sources: &mut BTreeMap<String, Source>, template: &str) {
    match embedded::file(&format!("{}/{template}", sort.folder())) {
        Some(file) => {
            let source = Source { text: file.text().into(), overrides: false };
            sources.insert(template.to_owned(), source);
        }
        None => {
            sources.remove(template);
        }
    }
}

fn engine(sort: Sort, sources: &BTreeMap<String, Source>, words: &Words) -> TeraResult<Tera> {
    let mut tera = Tera::default();
    // Every template is escaped, whatever an override is called.
    tera.autoescape_on([""]);
    tera.set_escape_fn(sort.escape());
    tera.register_function("t", Translate::of(sort, words));
    let texts = sources.iter().map(|(name, source)| (name, source.with_words(sort, words)));
    let texts: Vec<(&String, Cow<str>)> = texts.collect();
    tera.add_raw_templates(texts.iter().map(|(name, text)| (name, &**text)))?;
    Ok(tera)
}
