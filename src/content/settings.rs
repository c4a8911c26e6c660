//! littlethings.toml: what the site is called and where it lives.

use jiff::Timestamp;
use serde::Deserialize;

use super::notes::{Notes, SETTINGS_ARE_READ};
use super::people::is_address;
use super::source::Source;
use super::toml::{self, Said, Taker};
use crate::finding::Placed;
use crate::model::{MailSettings, Settings};

const KNOWN: &[&str] = &[
    "title",
    "base_url",
    "language",
    "theme",
    "repository",
    "support",
    "people",
    "now",
    "mail",
    "survey",
    "from",
    "reply_to",
    "url",
    "thanks",
];

#[derive(Deserialize)]
struct RawSettings {
    title: Option<Said<String>>,
    base_url: Option<Said<String>>,
    language: Option<Said<String>>,
    theme: Option<Said<String>>,
    repository: Option<Said<String>>,
    support: Option<Said<String>>,
    people: Option<Said<String>>,
    now: Option<Said<::toml::value::Datetime>>,
    #[serde(default)]
    mail: RawMail,
    #[serde(default)]
    survey: RawSurvey,
}

#[derive(Default, Deserialize)]
struct RawMail {
    from: Option<Said<String>>,
    reply_to: Option<Said<String>>,
}

#[derive(Default, Deserialize)]
struct RawSurvey {
    url: Option<Said<String>>,
    thanks: Option<Said<bool>>,
}

/// The settings, and where the people are: `content/people.toml` unless said otherwise.
pub(crate) struct Read {
    pub settings: Settings,
    pub people: Placed<String>,
    /// Nothing could be read, and the settings are a stand-in.
    pub refused: bool,
}

/// Reads the settings. What is missing has a finding and a stand-in, so that the other files can
/// still be checked.
pub(crate) fn read(source: &Source, notes: &mut Notes) -> Read {
    match toml::read::<RawSettings>(source, KNOWN, notes) {
        Some((raw, keys)) => assemble(raw, Taker { source, keys: &keys, known: KNOWN, notes }),
        None => Read {
            settings: stand_in(source),
            people: Placed::new(PEOPLE.to_owned(), source.whole()),
            refused: true,
        },
    }
}

const PEOPLE: &str = "content/people.toml";

fn stand_in(source: &Source) -> Settings {
    Settings {
        title: "A week of little things".to_owned(),
        base_url: "https://week.example.org/".to_owned(),
        language: "en".to_owned(),
        theme: "default".to_owned(),
        repository: None,
        support: None,
        now: None,
        mail: MailSettings::default(),
        survey_url: None,
        survey_thanks: false,
        place: source.whole(),
    }
}

fn assemble(raw: RawSettings, mut take: Taker) -> Read {
    let RawSettings {
        title,
        base_url,
        language,
        theme,
        repository,
        support,
        people,
        now,
        mail,
        survey,
    } = raw;
    let RawMail { from, reply_to } = mail;
    let RawSurvey { url, thanks } = survey;
    let fallback = stand_in(take.source);
    let title = take
        .required(title, &["title"], "\"A week of little things\"")
        .map_or(fallback.title, |title| title.value);
    let base_url = take
        .required(base_url, &["base_url"], "\"https://week.example.org/\"")
        .and_then(|url| web(url, "base_url", &mut take))
        .map_or(fallback.base_url, with_slash);
    let language = take
        .required(language, &["language"], "\"en\"")
        .map_or(fallback.language, |language| language.value.trim().to_owned());
    let theme = take
        .optional(theme, &["theme"], "\"default\"")
        .filter(|theme| is_plain(theme, take.notes))
        .map_or(fallback.theme, |theme| theme.value);
    let settings = Settings {
        title: title.trim().to_owned(),
        base_url,
        language,
        theme,
        repository: take
            .optional(repository, &["repository"], "\"https://…\"")
            .and_then(|url| web(url, "repository", &mut take))
            .map(with_slash),
        support: take
            .optional(support, &["support"], "\"https://…\"")
            .and_then(|url| web(url, "support", &mut take)),
        now: take
            .optional(now, &["now"], "2026-07-29T15:00:00+02:00")
            .and_then(|now| instant(now, &mut take)),
        mail: MailSettings {
            from: take
                .optional(from, &["mail", "from"], "\"The dev team <week@example.org>\"")
                .and_then(|from| sender(from, "from", &mut take)),
            reply_to: take
                .optional(reply_to, &["mail", "reply_to"], "\"Ana Duarte <ana@example.org>\"")
                .and_then(|reply_to| sender(reply_to, "reply_to", &mut take)),
        },
        survey_url: take
            .optional(url, &["survey", "url"], "\"https://answers.example.org/\"")
            .and_then(|url| web(url, "url", &mut take))
            .map(with_slash),
        survey_thanks: take
            .optional(thanks, &["survey", "thanks"], "true")
            .is_some_and(|thanks| thanks.value),
        place: take.source.whole(),
    };
    let place = take.source.whole();
    let people = take
        .optional(people, &["people"], "\"content/people.toml\"")
        .unwrap_or_else(|| Placed::new(PEOPLE.to_owned(), place));
    Read { settings, people, refused: false }
}

fn with_slash(url: String) -> String {
    if url.ends_with('/') { url } else { url + "/" }
}

/// A web address; a support link may also be an address to write to.
fn web(url: Placed<String>, key: &str, take: &mut Taker) -> Option<String> {
    let written = url.value.trim().to_owned();
    let host = written.strip_prefix("https://").or_else(|| written.strip_prefix("http://"));
    if host.is_some_and(|host| {
        !host.is_empty() && !host.starts_with('/') && !written.contains(char::is_whitespace)
    }) {
        return Some(written);
    }
    take.notes.error(
        SETTINGS_ARE_READ,
        url.place,
        format!("`{key}` is no web address"),
        format!("write `{key} = \"https://…\"`"),
    );
    None
}

/// `Name <address>` or an address alone, on one line.
fn sender(written: Placed<String>, key: &str, take: &mut Taker) -> Option<String> {
    let text = written.value.trim();
    let address = text
        .strip_suffix('>')
        .and_then(|text| text.rsplit_once('<'))
        .map_or(text, |(_, address)| address);
    if is_address(address) && !text.contains(char::is_control) {
        return Some(text.to_owned());
    }
    take.notes.error(
        SETTINGS_ARE_READ,
        written.place,
        format!("`{key}` holds no mail address"),
        format!("write `{key} = \"The dev team <week@example.org>\"`"),
    );
    None
}

/// The name of a theme is the name of a folder.
fn is_plain(theme: &Placed<String>, notes: &mut Notes) -> bool {
    let plain = !theme.value.is_empty()
        && theme.value.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if !plain {
        notes.error(
            SETTINGS_ARE_READ,
            theme.place.clone(),
            "`theme` is not the name of a folder",
            "write the name of a folder under `themes/`, such as `theme = \"default\"`",
        );
    }
    plain
}

fn instant(now: Placed<::toml::value::Datetime>, take: &mut Taker) -> Option<Timestamp> {
    let instant = now.value.to_string().parse::<Timestamp>();
    if instant.is_err() {
        take.notes.error(
            SETTINGS_ARE_READ,
            now.place,
            "`now` is no instant, because its offset from UTC is missing",
            "write `now = 2026-07-29T15:00:00+02:00`",
        );
    }
    instant.ok()
}
