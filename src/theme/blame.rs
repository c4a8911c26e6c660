//! Which template an error is about, and where in it.

use std::collections::BTreeMap;

use super::templates::{Broken, Sort, Source};

/// Which template an error is about: the first override it names, or else the first template it
/// names, or else `otherwise`.
pub(super) fn blame(
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
