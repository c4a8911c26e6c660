//! Words: what a site says, in one TOML file a language. Where a translation has no words for
//! something, the English ones are used.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::overrides::Overrides;
use super::{RULE, ThemeError, embedded};
use crate::finding::{Finding, Place, Severity};
use crate::words::decimal;

/// The words of one language, with the English ones where it has none.
#[derive(Clone, Debug)]
pub struct Words {
    language: String,
    texts: Arc<HashMap<String, Text>>,
}

/// What is said for one key.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Text {
    Always(String),
    Counted { one: String, other: String },
}

type Texts = BTreeMap<String, Text>;

impl Words {
    pub(super) fn load(
        language: &str,
        overrides: &Overrides,
        findings: &mut Vec<Finding>,
    ) -> Result<Words, ThemeError> {
        let mut english = embedded_texts("en")?;
        let changed = override_texts("en", overrides, findings);
        let primary = language.split(['-', '_']).next().unwrap_or_default().to_lowercase();
        if primary == "en" {
            lay_over(&mut english, changed, &Texts::new());
            return Ok(Words::of(language, english));
        }
        let mut texts = english.clone();
        lay_over(&mut texts, changed, &Texts::new());
        let mut own = if embedded::file(&format!("words/{primary}.toml")).is_some() {
            embedded_texts(&primary)?
        } else {
            Texts::new()
        };
        for name in [primary.as_str(), language] {
            lay_over(&mut own, override_texts(name, overrides, findings), &english);
        }
        if own.is_empty() {
            findings.push(unknown_language(language, overrides));
            return Ok(Words::of("en", texts));
        }
        let path = overrides.path(&format!("words/{primary}.toml"));
        findings.extend(differences(&own, &english, &path));
        texts.extend(own);
        Ok(Words::of(language, texts))
    }

    fn of(language: &str, texts: Texts) -> Words {
        Words { language: language.to_owned(), texts: Arc::new(texts.into_iter().collect()) }
    }

    /// The language of the page, as HTML names it.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// `ltr` or `rtl`.
    pub fn direction(&self) -> String {
        self.text("language.direction", &[])
    }

    /// The words for a key with holes still in them; for a number of things if `count` is given.
    pub(super) fn find(&self, key: &str, count: Option<i64>) -> Option<&str> {
        Some(match self.texts.get(key)? {
            Text::Always(text) => text,
            Text::Counted { one, other } => match count {
                Some(1) => one,
                _ => other,
            },
        })
    }

    /// Whether there are words for a key.
    pub fn has(&self, key: &str) -> bool {
        self.texts.contains_key(key)
    }

    /// The words for a key, each `{name}` filled in. Plain text: nothing is escaped.
    pub fn text(&self, key: &str, fill: &[(&str, &str)]) -> String {
        self.fill(key, None, fill)
    }

    /// The words for a key, each `{name}` filled in with what `value` has for it.
    pub(super) fn text_with(&self, key: &str, value: impl Fn(&str) -> Option<String>) -> String {
        filled(self.find(key, None).unwrap_or(key), value)
    }

    /// The words for that many things; `{count}` is the number.
    pub fn count(&self, key: &str, count: usize, fill: &[(&str, &str)]) -> String {
        let number = i64::try_from(count).unwrap_or(i64::MAX);
        let shown = self.number(count as f64);
        let fill: Vec<(&str, &str)> =
            [("count", shown.as_str())].iter().chain(fill).copied().collect();
        self.fill(key, Some(number), &fill)
    }

    /// The words for that many of a whole, which is so many of what `things` counts: `{count}` is the
    /// part, `{whole}` the whole in words. They are those of one for one thing of many, and also
    /// for what there is but one of.
    pub fn part(
        &self,
        key: &str,
        part: usize,
        (things, whole): (&str, usize),
        fill: &[(&str, &str)],
    ) -> String {
        let number = if whole == 1 { 1 } else { i64::try_from(part).unwrap_or(i64::MAX) };
        let (part, whole) = (self.number(part as f64), self.count(things, whole, &[]));
        let own = [("count", part.as_str()), ("whole", whole.as_str())];
        let fill: Vec<(&str, &str)> = own.iter().chain(fill).copied().collect();
        self.fill(key, Some(number), &fill)
    }

    fn fill(&self, key: &str, count: Option<i64>, fill: &[(&str, &str)]) -> String {
        // A missing key shows itself; a test asks for each key that is used.
        let text = self.find(key, count).unwrap_or(key);
        if !text.contains('{') {
            return text.to_owned();
        }
        filled(text, |name| {
            fill.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    /// A number with at most two decimals, as the language writes it.
    pub fn number(&self, number: f64) -> String {
        decimal(number).replace('.', &self.text("number.decimal", &[]))
    }

    /// Words joined as in a sentence: `a, b and c`.
    pub fn and<S: AsRef<str>>(&self, words: &[S]) -> String {
        self.joined("and", words)
    }

    /// `a, b or c`.
    pub fn or<S: AsRef<str>>(&self, words: &[S]) -> String {
        self.joined("or", words)
    }

    fn joined<S: AsRef<str>>(&self, key: &str, words: &[S]) -> String {
        match words {
            [] => String::new(),
            [one] => one.as_ref().to_owned(),
            [first @ .., last] => {
                let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
                let fill = [("first", first.join(", ")), ("last", last.as_ref().to_owned())];
                self.text(key, &fill.each_ref().map(|(name, value)| (*name, value.as_str())))
            }
        }
    }

    /// Every key, in no order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }
}

/// The text with each `{name}` replaced, in one pass: what is filled in is never looked at again.
pub(super) fn filled(text: &str, value: impl FnMut(&str) -> Option<String>) -> String {
    filled_around(text, str::to_owned, value)
}

/// [`filled`], with what stands around the names gone through `around`.
pub(super) fn filled_around(
    text: &str,
    mut around: impl FnMut(&str) -> String,
    mut value: impl FnMut(&str) -> Option<String>,
) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(&around(before));
        match after.split_once('}').and_then(|(name, after)| Some((value(name)?, after))) {
            Some((value, after)) => {
                filled.push_str(&value);
                rest = after;
            }
            None => {
                filled.push_str(&around("{"));
                rest = after;
            }
        }
    }
    filled + &around(rest)
}

fn embedded_texts(language: &str) -> Result<Texts, ThemeError> {
    let path = format!("words/{language}.toml");
    let text = embedded::file(&path).map_or("", embedded::File::text);
    let table = text.parse::<toml::Table>().map_err(|error| ThemeError {
        path: format!("themes/default/{path}"),
        message: error.message().to_owned(),
    })?;
    let mut texts = Texts::new();
    flatten("", &table, &mut texts);
    Ok(texts)
}

fn override_texts(language: &str, overrides: &Overrides, findings: &mut Vec<Finding>) -> Texts {
    let file = format!("words/{language}.toml");
    let mut texts = Texts::new();
    let Some(text) = overrides.text(&file) else { return texts };
    match text.parse::<toml::Table>() {
        Ok(table) => flatten("", &table, &mut texts),
        Err(error) => findings.push(Finding {
            rule: RULE,
            severity: Severity::Error,
            place: at(overrides.path(&file), text, error.span().map_or(0, |span| span.start)),
            message: format!("these words cannot be read: {}", error.message()),
            help: "write `key = \"words\"`; until then the default theme's are used".to_owned(),
        }),
    }
    texts
}

/// Tables in tables become `page.part.key`; a table of `one` and `other` counts things.
fn flatten(prefix: &str, table: &toml::Table, texts: &mut Texts) {
    for (key, value) in table {
        let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::String(text) => {
                texts.insert(key, Text::Always(text.clone()));
            }
            toml::Value::Table(inner) => match (inner.get("one"), inner.get("other")) {
                (Some(toml::Value::String(one)), Some(toml::Value::String(other))) => {
                    let (one, other) = (one.clone(), other.clone());
                    texts.insert(key, Text::Counted { one, other });
                }
                _ => flatten(&key, inner, texts),
            },
            _ => {}
        }
    }
}

/// Puts words in the place of others. Of a key that counts, here or in English, one of the two forms
/// may be given alone: `other` is for any number then, and `one` leaves the other as it was.
fn lay_over(texts: &mut Texts, changed: Texts, english: &Texts) {
    for (key, text) in changed {
        let counted = key.rsplit_once('.').and_then(|(stem, form)| {
            match texts.get(stem).or_else(|| english.get(stem))? {
                Text::Counted { other, .. } => Some((stem.to_owned(), form, other.clone())),
                Text::Always(_) => None,
            }
        });
        match (counted, text) {
            (Some((stem, "other", _)), text) => texts.insert(stem, text),
            (Some((stem, "one", other)), Text::Always(one)) => {
                texts.insert(stem, Text::Counted { one, other })
            }
            (_, text) => texts.insert(key, text),
        };
    }
}

/// What a translation lacks, and what it has that nothing asks for.
fn differences(own: &Texts, english: &Texts, path: &str) -> Vec<Finding> {
    let told = |missing: Vec<&String>, message: &str, help: &str| {
        let shown: Vec<String> = missing.iter().take(5).map(|key| format!("`{key}`")).collect();
        let more = missing.len().saturating_sub(shown.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        (!missing.is_empty()).then(|| Finding {
            rule: RULE,
            severity: Severity::Hint,
            place: Place::whole(path),
            message: format!("{message} {}{more}", shown.join(", ")),
            help: help.to_owned(),
        })
    };
    let missing = english.keys().filter(|key| !own.contains_key(*key)).collect();
    let extra = own
        .keys()
        .filter(|key| !english.contains_key(*key) && !key.starts_with("rules."))
        .collect();
    let missing = told(missing, "no words for", "add them; until then they are shown in English");
    let extra = told(extra, "nothing asks for", "compare the keys with those of `en.toml`");
    missing.into_iter().chain(extra).collect()
}

fn unknown_language(language: &str, overrides: &Overrides) -> Finding {
    let known: Vec<&str> =
        embedded::of("words").filter_map(|(name, _)| name.strip_suffix(".toml")).collect();
    Finding {
        rule: RULE,
        severity: Severity::Warning,
        place: Place::whole("littlethings.toml"),
        message: format!("there are no words in the language `{language}`"),
        help: format!(
            "write `language = \"en\"` or another of {}, or translate into `{}`; until then pages are in English",
            known.join(", "),
            overrides.path(&format!("words/{language}.toml")),
        ),
    }
}

/// The place of a byte of a text.
fn at(path: String, text: &str, byte: usize) -> Place {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() as u32 + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() as u32 + 1;
    Place { path: path.into(), line, column, end_line: line, end_column: column + 1 }
}
