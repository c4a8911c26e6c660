//! TOML with places: what serde reads, where each value stands, and which keys nobody asked for.

use std::ops::Range;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::notes::{KNOWN_WORDS, Notes, SETTINGS_ARE_READ};
use super::source::Source;
use crate::finding::{Place, Placed};
use crate::words;

/// A value with its place, or why it is not what its key asks for. A wrong value is a finding at
/// its place; it never costs the reader the rest of the file.
#[derive(Debug)]
pub(crate) struct Said<T> {
    span: Range<usize>,
    value: Result<T, String>,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Said<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Said<T>, D::Error> {
        let spanned = Spanned::<toml::Value>::deserialize(deserializer)?;
        let span = spanned.span();
        let value =
            T::deserialize(spanned.into_inner()).map_err(|error| error.message().to_owned());
        Ok(Said { span, value })
    }
}

/// A parsed file: where its keys and tables stand.
pub(crate) struct Keys<'s> {
    source: &'s Source,
    table: DeTable<'s>,
}

/// Parses a file as `T`. Keys that `T` does not know become findings with the nearest of `known`.
/// `None` when nothing of it can be used; a finding says why.
pub(crate) fn read<'s, T: DeserializeOwned>(
    source: &'s Source,
    known: &[&str],
    notes: &mut Notes,
) -> Option<(T, Keys<'s>)> {
    let document = match DeTable::parse(&source.text) {
        Ok(document) => document,
        Err(error) => {
            not_toml(source, &error, notes);
            return None;
        }
    };
    // To copy what is parsed takes less than to parse it again.
    let deserializer = toml::de::Deserializer::from(document.clone());
    let keys = Keys { source, table: document.into_inner() };
    let mut ignored = Vec::new();
    match serde_ignored::deserialize::<_, _, T>(deserializer, |path| ignored.push(segments(&path)))
    {
        Ok(value) => {
            for path in ignored {
                keys.unknown(&path, known, notes);
            }
            Some((value, keys))
        }
        Err(error) => {
            not_toml(source, &error, notes);
            None
        }
    }
}

fn not_toml(source: &Source, error: &toml::de::Error, notes: &mut Notes) {
    let span = error.span().unwrap_or(0..0);
    // An error at the very end of a line, or of the file, is shown on the line it belongs to.
    let at = if span.start > 0 && span.is_empty() {
        span.start.min(source.text.len())
    } else {
        span.start
    };
    let place = source.place(at..span.end.max(at));
    let message = error.message().replace('\n', ", ");
    let line = source.text[source.text[..at].rfind('\n').map_or(0, |at| at + 1)..]
        .lines()
        .next()
        .unwrap_or_default();
    let help = if let Some(date) = date_in(line) {
        format!("write the date as year, month and day: `{date}`")
    } else if message.contains("duplicate key") {
        "keep one of the two and take the other away".to_owned()
    } else if message.contains("invalid type") {
        "write a table: `[name]` on a line of its own, with `key = value` below it".to_owned()
    } else {
        "write `key = \"text\"`, `key = 5` or `key = [\"one\", \"two\"]`, with every quotation mark and bracket closed".to_owned()
    };
    notes.error(
        SETTINGS_ARE_READ,
        place,
        format!("this file cannot be read: {}", in_words(&message)),
        help,
    );
}

/// `6.7.2026`, `06/07/2026` or `2026-7-6` behind a key, as TOML wants it. Days come first, as
/// everywhere but in one country.
fn date_in(line: &str) -> Option<String> {
    let value = line.split_once('=')?.1.split('#').next()?.trim().trim_matches(['"', '\'']);
    let numbers: Vec<i16> = value
        .split(['.', '/', '-', ' '])
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let (year, month, day) = match *numbers.as_slice() {
        [day, month, year] if year > 1000 => (year, month, day),
        [year, month, day] if year > 1000 => (year, month, day),
        _ => return None,
    };
    let date =
        jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(date.to_string())
}

/// What serde says, without the names of types.
fn in_words(message: &str) -> String {
    let mut words = message.replace("invalid type: ", "").replace("invalid value: ", "");
    for (name, word) in [
        ("expected f64", "but a number is expected"),
        ("expected i64", "but a whole number is expected"),
        ("expected u32", "but a whole number is expected"),
        ("expected a sequence", "but a list in brackets is expected"),
        ("expected a string", "but text in quotation marks is expected"),
        ("expected a TOML datetime", "but a date is expected"),
        ("expected a datetime", "but a date is expected"),
        ("expected a map", "but a table is expected"),
        ("floating point", "the number"),
        ("integer", "the number"),
        ("boolean", "the word"),
        ("string ", "the text "),
    ] {
        words = words.replace(name, word);
    }
    match words.split_once("expected struct ") {
        Some((before, _)) => format!("{before}but a table is expected"),
        None => words,
    }
}

fn segments(path: &serde_ignored::Path) -> Vec<String> {
    use serde_ignored::Path;
    match path {
        Path::Root => Vec::new(),
        Path::Seq { parent, index } => {
            let mut all = segments(parent);
            all.push(index.to_string());
            all
        }
        Path::Map { parent, key } => {
            let mut all = segments(parent);
            if !key.starts_with("$__") {
                all.push(key.clone());
            }
            all
        }
        Path::Some { parent }
        | Path::NewtypeStruct { parent }
        | Path::NewtypeVariant { parent } => segments(parent),
    }
}

impl Keys<'_> {
    /// The place of the key at `path`, if it was written.
    pub fn key(&self, path: &[&str]) -> Option<Place> {
        self.key_span(path).map(|span| self.source.place(span))
    }

    /// The place of the key at `path`, or of the nearest table above it that was written.
    pub fn near(&self, path: &[&str]) -> Place {
        (0..=path.len())
            .rev()
            .filter(|length| *length > 0)
            .find_map(|length| self.key(&path[..length]))
            .unwrap_or_else(|| self.source.whole())
    }

    /// The places of the elements of the array at `path`.
    fn elements(&self, path: &[&str]) -> Vec<Place> {
        let Some((last, tables)) = path.split_last() else { return Vec::new() };
        let mut table = &self.table;
        for key in tables {
            match table.get(*key).map(|value| value.get_ref()) {
                Some(DeValue::Table(inner)) => table = inner,
                _ => return Vec::new(),
            }
        }
        match table.get(*last).map(|value| value.get_ref()) {
            Some(DeValue::Array(array)) => {
                array.iter().map(|element| self.source.place(element.span())).collect()
            }
            _ => Vec::new(),
        }
    }

    /// A key beside the one at `path` that nobody asked for and that resembles it.
    fn misspelt(&self, path: &[&str], known: &[&str]) -> Option<Placed<String>> {
        let (last, table) = path.split_last()?;
        self.written(table).into_iter().find(|key| {
            !known.contains(&key.value.as_str())
                && words::nearest(&key.value, known.iter().copied()) == Some(*last)
        })
    }

    /// The keys of the table at `path`, in the order in which they were written.
    pub fn written(&self, path: &[&str]) -> Vec<Placed<String>> {
        let mut table = &self.table;
        for key in path {
            match table.get(*key).map(|value| value.get_ref()) {
                Some(DeValue::Table(inner)) => table = inner,
                _ => return Vec::new(),
            }
        }
        let mut keys: Vec<(usize, Placed<String>)> = table
            .iter()
            .map(|(key, _)| {
                (
                    key.span().start,
                    Placed::new(key.get_ref().to_string(), self.source.place(key.span())),
                )
            })
            .collect();
        keys.sort_by_key(|(start, _)| *start);
        keys.into_iter().map(|(_, key)| key).collect()
    }

    fn key_span(&self, path: &[&str]) -> Option<Range<usize>> {
        let (last, tables) = path.split_last()?;
        let mut table = &self.table;
        for key in tables {
            match table.get(*key)?.get_ref() {
                DeValue::Table(inner) => table = inner,
                DeValue::Array(array) => match array.get(key.parse::<usize>().ok()?)?.get_ref() {
                    DeValue::Table(inner) => table = inner,
                    _ => return None,
                },
                _ => return None,
            }
        }
        table.iter().find(|(key, _)| key.get_ref().as_ref() == *last).map(|(key, _)| key.span())
    }

    fn unknown(&self, path: &[String], known: &[&str], notes: &mut Notes) {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let Some(last) = path.last() else { return };
        let help = match words::nearest(last, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "take it away, or write it as a comment with `#` before it".to_owned(),
        };
        notes.warning(
            KNOWN_WORDS,
            self.near(&path),
            format!("`{last}` is no key that stands here"),
            help,
        );
    }
}

impl<T> Said<T> {
    pub fn place(&self, source: &Source) -> Place {
        source.place(self.span.clone())
    }
}

/// How values are taken from a file: each in its place, each missing or wrong one noted.
pub(crate) struct Taker<'a, 's> {
    pub source: &'s Source,
    pub keys: &'a Keys<'s>,
    /// All keys that stand in such a file.
    pub known: &'a [&'a str],
    pub notes: &'a mut Notes,
}

impl Taker<'_, '_> {
    /// A value that may be left out.
    pub fn optional<T>(
        &mut self,
        said: Option<Said<T>>,
        path: &[&str],
        form: &str,
    ) -> Option<Placed<T>> {
        let said = said?;
        let place = said.place(self.source);
        match said.value {
            Ok(value) => Some(Placed::new(value, place)),
            Err(message) => {
                let key = path.last().copied().unwrap_or_default();
                self.notes.error(
                    SETTINGS_ARE_READ,
                    place,
                    format!("`{key}` is not what it should be: {}", in_words(&message)),
                    format!("write `{key} = {form}`"),
                );
                None
            }
        }
    }

    /// The elements of a list, each in its place; `None` when there is no list.
    pub fn list<T>(
        &mut self,
        said: Option<Said<Vec<T>>>,
        path: &[&str],
        form: &str,
    ) -> Option<Vec<Placed<T>>> {
        let places = self.keys.elements(path);
        let all = self.optional(said, path, form)?;
        Some(
            all.value
                .into_iter()
                .enumerate()
                .map(|(index, value)| {
                    Placed::new(value, places.get(index).unwrap_or(&all.place).clone())
                })
                .collect(),
        )
    }

    /// A value that must be there and must not be empty.
    pub fn required(
        &mut self,
        said: Option<Said<String>>,
        path: &[&str],
        form: &str,
    ) -> Option<Placed<String>> {
        let written = said.is_some();
        let value = self.optional(said, path, form);
        match value {
            Some(value) if value.value.trim().is_empty() => {
                let key = path.last().copied().unwrap_or_default();
                self.notes.error(
                    SETTINGS_ARE_READ,
                    value.place,
                    format!("`{key}` is empty"),
                    format!("write `{key} = {form}`"),
                );
                None
            }
            None if !written => {
                self.missing(path, form);
                None
            }
            value => value,
        }
    }

    /// Notes a table that must be there, with what belongs into it.
    pub fn missing_table(&mut self, path: &[&str], inside: &str) {
        let table = path.join(".");
        self.notes.error(
            SETTINGS_ARE_READ,
            self.keys.near(path),
            format!("`[{table}]` is missing"),
            format!("write `[{table}]` on a line of its own, with {inside} below it"),
        );
    }

    /// Notes a key that must be there. If it is there under a misspelt name, that is the mistake.
    pub fn missing(&mut self, path: &[&str], form: &str) {
        if let Some(misspelt) = self.keys.misspelt(path, self.known) {
            let key = path.last().copied().unwrap_or_default();
            self.notes.findings.retain(|finding| finding.place != misspelt.place);
            self.notes.error(
                KNOWN_WORDS,
                misspelt.place,
                format!("`{}` is no key that stands here", misspelt.value),
                format!("did you mean `{key}`? write `{key} = {form}`"),
            );
            return;
        }
        let place = self.keys.near(path);
        let key = path.last().copied().unwrap_or_default();
        let inside = if path.len() > 1 {
            format!(" below `[{}]`", path[..path.len() - 1].join("."))
        } else {
            String::new()
        };
        self.notes.error(
            SETTINGS_ARE_READ,
            place,
            format!("`{}` is missing", path.join(".")),
            format!("write `{key} = {form}`{inside}"),
        );
    }
}
