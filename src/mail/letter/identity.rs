//! What tells letters apart and holds them together: subject, ids, threads, the list.

use super::scope::{Scope, ascii, one_line, shortened};
use crate::mail::{Draft, Genre};

/// The subject: a thread keeps the one it began with, or mail programs would tear it.
pub fn subject(scope: &Scope, rendered: &str) -> String {
    let begun = one_item(scope)
        .and_then(|item| scope.desk.line(&scope.draft.round, item, &scope.draft.person.id));
    shortened(&one_line(begun.unwrap_or(rendered)))
}

/// The only item that news are about.
fn one_item<'a>(scope: &Scope<'a>) -> Option<&'a str> {
    match scope.items().as_slice() {
        [item] if scope.draft.genre == Genre::News => Some(item),
        _ => None,
    }
}

/// What the Message-ID begins with. The order of the notices does not matter, their keys and the
/// address do.
pub fn id(draft: &Draft) -> String {
    let mut keys: Vec<String> = draft.notices.iter().map(|it| it.key.to_string()).collect();
    keys.sort();
    let mut parts = vec!["letter".to_owned(), draft.person.mail.to_lowercase()];
    parts.extend(keys);
    hash(&parts)
}

/// The thread: one for each item, one for the week, one for the survey. Its first letter need not
/// be known, because its id is made from what the thread is about.
pub fn thread(scope: &Scope) -> Option<String> {
    let about = match (scope.draft.genre, one_item(scope)) {
        (_, Some(item)) => format!("item {item}"),
        (Genre::News, None) if scope.items().is_empty() => "week".to_owned(),
        (Genre::WeekAhead, _) => "week".to_owned(),
        (Genre::Survey | Genre::SurveyReminder | Genre::SurveyThanks, _) => "survey".to_owned(),
        _ => return None,
    };
    Some(hash(&["thread", &scope.draft.round, &about, &scope.draft.person.id]))
}

/// The list that all letters of a round belong to, for people's filters: `2026-summer.example.org`.
pub fn list(scope: &Scope) -> String {
    let slug = &scope.round.slug;
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let mut name: String = slug.chars().map(|c| if plain(c) { c } else { '-' }).take(60).collect();
    if name != *slug {
        name.push_str(&format!("-{}", &hash(&["list", slug])[..8]));
    }
    let url = ascii(&scope.desk.site.settings.base_url);
    let host = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let host = host.split(['/', '?', '#', ':']).next().unwrap_or_default();
    format!("{name}.{host}")
}

/// Where one press, or a machine's POST, ends the reminders, in these only: nobody is kept from
/// being asked. RFC 8058 wants https.
pub fn unsubscribe(scope: &Scope) -> Option<String> {
    if scope.draft.genre != Genre::SurveyReminder {
        return None;
    }
    let link = scope.desk.links.silence(scope.round, &scope.draft.person.id)?;
    link.starts_with("https://").then(|| ascii(&link))
}

/// 128 bits in hexadecimal. No part can pretend to be two.
pub fn hash<S: AsRef<str>>(parts: &[S]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.as_ref().len() as u64).to_le_bytes());
        hasher.update(part.as_ref().as_bytes());
    }
    hasher.finalize().to_hex().as_str()[..32].to_owned()
}
