//! Templates: the embedded ones with a theme's over them, and which one is to blame. There are four
//! sorts of them, pages, letters, the survey's form and the preview, and they share nothing but this
//! code.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use serde::Serialize;
use tera::{Context, Kwargs, State, Tera, TeraResult, Value};

use super::overrides::Overrides;
use super::words::filled_around;
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
    fn escape(self) -> fn(&str, &mut dyn io::Write) -> io::Result<()> {
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

/// Templates of a sort that most runs never use. Where nothing lies over the embedded ones, they
/// are only made ready when the first is asked for.
#[derive(Clone, Debug)]
pub struct Seldom {
    sort: Sort,
    words: Words,
    ready: OnceLock<Result<Templates, String>>,
}

impl Seldom {
    /// [`Templates::load`], unless it can wait.
    pub fn load(
        sort: Sort,
        overrides: &Overrides,
        words: &Words,
    ) -> Result<(Seldom, Vec<Broken>), ThemeError> {
        let seldom = Seldom { sort, words: words.clone(), ready: OnceLock::new() };
        if overrides.of(sort.folder()).next().is_none() {
            return Ok((seldom, Vec::new()));
        }
        let (templates, broken) = Templates::load(sort, overrides, words)?;
        Ok((Seldom { ready: OnceLock::from(Ok(templates)), ..seldom }, broken))
    }

    pub fn render(&self, template: &str, view: impl Serialize) -> Result<String, Broken> {
        self.ready().map_err(|error| self.broken(template, error))?.render(template, view)
    }

    pub fn without(&self, broken: &Broken, words: &Words) -> Result<Seldom, ThemeError> {
        let templates = self.ready().map_err(|_| at_fault(broken))?.without(broken, words)?;
        Ok(Seldom { ready: OnceLock::from(Ok(templates)), ..self.clone() })
    }

    fn ready(&self) -> Result<&Templates, &str> {
        let load = || {
            let loaded = Templates::load(self.sort, &Overrides::default(), &self.words);
            loaded.map(|(templates, _)| templates).map_err(|error| error.to_string())
        };
        self.ready.get_or_init(load).as_ref().map_err(String::as_str)
    }

    /// The embedded templates cannot be used, which is our own fault.
    fn broken(&self, template: &str, message: &str) -> Broken {
        let (template, message) = (template.to_owned(), message.to_owned());
        Broken { sort: self.sort, template, line: 1, column: 1, message }
    }
}

#[derive(Clone, Debug)]
struct Source {
    text: Arc<str>,
    /// It comes from the repository, not from the binary.
    overrides: bool,
}

impl Source {
    /// The template with words in the place of `{{ t(key="…") }}`: they are the same on each of
    /// thousands of pages. In letters, which are little else, also where only names have to be
    /// filled in. What comes from the repository stays as it is written, so that what goes wrong
    /// there is told with its column.
    fn with_words(&self, sort: Sort, words: &Words) -> Cow<'_, str> {
        const BEGIN: &str = "{{ t(key=\"";
        let is_many = matches!(sort, Sort::Page | Sort::Letter);
        if !is_many || self.overrides || !self.text.contains(BEGIN) {
            return Cow::Borrowed(&self.text);
        }
        let mut text = String::with_capacity(self.text.len());
        let mut rest = &*self.text;
        while let Some((before, after)) = rest.split_once(BEGIN) {
            text.push_str(before);
            let call = after.split_once(") }}").and_then(|(call, after)| {
                let (key, arguments) = call.split_once('"')?;
                Some((inlined(sort, words, key, arguments)?, after))
            });
            match call {
                Some((words, after)) => {
                    text.push_str(&words);
                    rest = after;
                }
                None => {
                    text.push_str(BEGIN);
                    rest = after;
                }
            }
        }
        Cow::Owned(text + rest)
    }
}

/// Words as they may stand in the text of a template, with the `arguments` of their call in their
/// places; `None` where they would mean something else there, or depend on a number.
fn inlined(sort: Sort, words: &Words, key: &str, arguments: &str) -> Option<String> {
    let (text, of_one) = (words.find(key, None)?, words.find(key, Some(1))?);
    let is_ready = arguments.is_empty() || (sort == Sort::Letter && text == of_one);
    if !is_ready || text.trim() != text {
        return None;
    }
    let mut arguments = arguments.split(", ");
    // Anything else behind the key belongs to it.
    arguments.next().filter(|more| more.is_empty())?;
    let paths: HashMap<&str, &str> = arguments.map(argument).collect::<Option<_>>()?;
    let piece = |piece| match piece {
        Piece::Words(words) => Some(words),
        Piece::Name(name) => paths.get(&*name).map(|path| format!("{{{{ {path} }}}}")),
    };
    pieces(sort, text)?.into_iter().map(piece).collect()
}

/// `name=person.first_name`, and nothing that has to be worked out.
fn argument(written: &str) -> Option<(&str, &str)> {
    let (name, path) = written.split_once('=')?;
    let is_path = path.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '_' | '.'));
    is_path.then_some((name, path))
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

/// `{{ t(key="list.rows", count=7, product=name) }}`: the words for a key, with its arguments in
/// their places. Words and arguments are escaped here, arguments that are HTML already are not.
struct Translate {
    words: Words,
    /// The words of letters as they may stand in a template, by key, for many things and for one:
    /// a letter is made of them, and a round has thousands. Pages hold most of theirs already.
    escaped: HashMap<String, [Vec<Piece>; 2]>,
}

/// A part of words with names in them.
enum Piece {
    /// Escaped.
    Words(String),
    Name(String),
}

impl Translate {
    fn of(sort: Sort, words: &Words) -> Translate {
        let keys = (sort == Sort::Letter).then(|| words.keys());
        let escaped = keys.into_iter().flatten().filter_map(|key| {
            let pieces = |count| pieces(sort, words.find(key, count)?);
            Some((key.to_owned(), [pieces(None)?, pieces(Some(1))?]))
        });
        Translate { words: words.clone(), escaped: escaped.collect() }
    }

    fn ready(&self, key: &str, count: Option<i64>) -> Option<&[Piece]> {
        let [many, one] = self.escaped.get(key)?;
        Some(if count == Some(1) { one } else { many })
    }
}

/// Words cut at the names in them; `None` where a brace is no name's.
fn pieces(sort: Sort, words: &str) -> Option<Vec<Piece>> {
    let escaped = |words: &str| {
        let mut bytes = Vec::with_capacity(words.len());
        (sort.escape())(words, &mut bytes).ok()?;
        String::from_utf8(bytes).ok().map(Piece::Words)
    };
    let mut pieces = Vec::new();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        pieces.push(escaped(before)?);
        pieces.push(Piece::Name(name.to_owned()));
        rest = after;
    }
    pieces.push(escaped(rest)?);
    Some(pieces)
}

impl tera::Function<TeraResult<String>> for Translate {
    fn call(&self, kwargs: Kwargs, state: &State) -> TeraResult<String> {
        let key: &str = kwargs.must_get("key")?;
        let count: Option<i64> = kwargs.get("count")?;
        let trouble = Cell::new(None);
        let told = |error| trouble.set(Some(error));
        let value = |name: &str| {
            let value: Value = kwargs.get(name).ok()??;
            shown(&value, state, &self.words).map_err(told).ok()
        };
        let filled = match self.ready(key, count).and_then(|pieces| joined(pieces, value)) {
            Some(filled) => filled,
            None => {
                let text = self.words.find(key, count);
                let unknown = || tera::Error::message(format!("there are no words for `{key}`"));
                let escape = |words: &str| state.escape(words).map_err(told).unwrap_or_default();
                filled_around(text.ok_or_else(unknown)?, escape, value)
            }
        };
        trouble.into_inner().map_or(Ok(filled), Err)
    }

    fn is_safe(&self) -> bool {
        true
    }
}

/// The words with their names filled in; `None` where one of them has no value.
fn joined(pieces: &[Piece], value: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut joined = String::new();
    for piece in pieces {
        match piece {
            Piece::Words(words) => joined.push_str(words),
            Piece::Name(name) => joined.push_str(&value(name)?),
        }
    }
    Some(joined)
}

fn shown(value: &Value, state: &State, words: &Words) -> TeraResult<String> {
    if let Some(number) = value.as_i64() {
        return Ok(words.number(number as f64));
    }
    match value.as_str().filter(|_| !value.is_safe()) {
        Some(text) => state.escape(text),
        None => state.escape_if_needed(value),
    }
}

/// Which template an error is about: the first override it names, or else the first template it
/// names, or else `otherwise`.
fn blame(
    sort: Sort,
    error: &tera::Error,
    sources: &BTreeMap<String, Source>,
    otherwise: &str,
) -> Broken {
    let report = error.to_string();
    let mut places: Vec<(&str, u32, u32)> =
        report.lines().filter_map(|line| place(line, sources)).collect();
    places.sort_by_key(|(name, ..)| !sources.get(*name).is_some_and(|source| source.overrides));
    let message = message(error, &report);
    match places.first() {
        Some((name, line, column)) => {
            Broken { sort, template: (*name).to_owned(), line: *line, column: *column, message }
        }
        None => {
            let named = sources
                .iter()
                .find(|(name, source)| source.overrides && report.contains(name.as_str()))
                .map_or(otherwise, |(name, _)| name);
            Broken { sort, template: named.to_owned(), line: 1, column: 1, message }
        }
    }
}

/// `--> list.html:3:15` and `note: called from list.html:3:15` name a place.
fn place<'a>(line: &'a str, sources: &BTreeMap<String, Source>) -> Option<(&'a str, u32, u32)> {
    let line = line.trim_start();
    let named = line.strip_prefix("--> ").or_else(|| line.strip_prefix("note: "))?;
    let (rest, column) = named.rsplit_once(':')?;
    let (rest, number) = rest.rsplit_once(':')?;
    let name = sources
        .contains_key(rest)
        .then_some(rest)
        .or_else(|| rest.rsplit_once(' ').map(|(_, name)| name))?;
    Some((name, number.parse().ok()?, column.parse().ok()?))
}

fn message(error: &tera::Error, report: &str) -> String {
    use tera::ErrorKind::{RenderingError, SyntaxError};
    let message = match error.kind() {
        SyntaxError(report) | RenderingError(report) => report.message(),
        _ => {
            let first = report.lines().next().unwrap_or_default();
            first.strip_prefix("error: ").unwrap_or(first)
        }
    };
    let message = message.trim().trim_end_matches('.');
    let mut chars = message.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().collect::<String>() + chars.as_str())
}
