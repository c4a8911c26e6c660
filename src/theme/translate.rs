//! The words of a site inside its templates: by the function `t`, or in the place of its calls.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashMap;

use tera::{Kwargs, State, TeraResult, Value};

use super::Words;
use super::templates::Sort;
use super::words::filled_around;

/// The text of a template with words in the place of `{{ t(key="…") }}`: they are the same on each
/// of thousands of pages. In letters, which are little else, also where only names have to be filled
/// in.
pub(super) fn translated<'t>(template: &'t str, sort: Sort, words: &Words) -> Cow<'t, str> {
    const BEGIN: &str = "{{ t(key=\"";
    let is_many = matches!(sort, Sort::Page | Sort::Letter);
    if !is_many || !template.contains(BEGIN) {
        return Cow::Borrowed(template);
    }
    let mut text = String::with_capacity(template.len());
    let mut rest = template;
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

/// `{{ t(key="list.rows", count=7, product=name) }}`: the words for a key, with its arguments in
/// their places. Words and arguments are escaped here, arguments that are HTML already are not.
pub(super) struct Translate {
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
    pub fn of(sort: Sort, words: &Words) -> Translate {
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
