//! Letters as people and machines are shown them: the first name and the subject line for the one,
//! the person's id for the other. Never an address.

use littlethings::mail::{Draft, Notice, Unsendable};
use littlethings::model::{Person, Site};
use littlethings::store::{Letter, State};
use serde::Serialize;

/// One letter of a plan or of the store.
#[derive(Serialize)]
pub struct Shown {
    pub kind: String,
    /// The person's id in people.toml.
    pub to: String,
    pub subject: String,
    /// The items and products it is about.
    pub refs: Vec<String>,
    pub why: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<&'static str>,
}

impl Shown {
    pub fn of_letter(letter: &Letter) -> Shown {
        let Letter { genre, person, line, state, notices, .. } = letter;
        Shown {
            kind: genre.clone(),
            to: person.clone(),
            subject: line.clone(),
            refs: refs(notices.iter().map(|notice| notice.subject.as_str())),
            why: joined(notices.iter().map(|notice| notice.why.as_str())),
            state: Some(state.word()),
        }
    }

    /// A letter that is due, with its subject line.
    pub fn of_plan(draft: &Draft, subject: &str) -> Shown {
        let subjects = draft.notices.iter().map(|Notice { key, .. }| key.subject.as_str());
        Shown {
            kind: draft.genre.word().to_owned(),
            to: draft.person.id.clone(),
            subject: subject.to_owned(),
            refs: refs(subjects),
            why: joined(draft.notices.iter().map(|notice| notice.why.as_str())),
            state: None,
        }
    }
}

/// Whether only a person can say what became of a letter, or what is to become of it. One that was
/// refused at another address than the person has now, or whose reader has left, is settled.
pub fn is_unsettled(site: &Site, letter: &Letter) -> bool {
    let is_still_for = |person: &Person| person.mail == letter.address && person.left.is_none();
    match letter.state {
        State::Refused => site.people.by_id(&letter.person).is_some_and(|it| is_still_for(it)),
        _ => letter.is_for_a_person(),
    }
}

/// What a person can do about a letter that is uncertain, or was refused at that stage.
pub fn way_out(id: &str, state: State, stage: Option<&str>) -> String {
    let resolve = format!("type `littlethings-mail resolve {id}");
    match (state, stage) {
        (State::Refused, Some("recipient")) => {
            format!(
                "mend the address in people.toml, or {resolve} --lost` to send it again as it is"
            )
        }
        (State::Refused, _) => {
            format!("{resolve} --lost` to send it again, or `--arrived` to leave it at that")
        }
        _ => format!("look whether it arrived, then {resolve} --arrived` or `--lost`"),
    }
}

/// `refused    Ana: Invoice PDF shows the wrong currency: 554 5.6.0 no; type …`
pub fn unsettled(first_name: &str, letter: &Letter) -> String {
    let Letter { id, line, state, stage, code, words, .. } = letter;
    let said = said(*code, words.as_deref().unwrap_or_default());
    let said = if said.is_empty() { said } else { format!(": {said}") };
    let out = way_out(id, *state, stage.as_deref());
    format!("{:<9}  {first_name}: {line}{said}; {out}\n", state.word())
}

/// What the server said, without addresses.
pub fn said(code: Option<u16>, words: &str) -> String {
    let words = without_addresses(words);
    match code {
        // Most answers repeat their code.
        Some(code) if words.is_empty() => code.to_string(),
        Some(code) if !words.starts_with(&code.to_string()) => format!("{code} {words}"),
        _ => words,
    }
}

/// `Ana: started (invoice-currency), done (login-length)`
pub fn in_short(draft: &Draft) -> String {
    let about = draft.notices.iter().map(|Notice { key, .. }| match key.subject.as_str() {
        "-" => key.kind.word().to_owned(),
        subject => format!("{} ({subject})", key.kind.word()),
    });
    format!("{}: {}", draft.person.first_name(), about.collect::<Vec<_>>().join(", "))
}

fn refs<'a>(subjects: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut refs: Vec<String> = Vec::new();
    for subject in subjects.filter(|subject| *subject != "-") {
        if !refs.iter().any(|known| known == subject) {
            refs.push(subject.to_owned());
        }
    }
    refs
}

fn joined<'a>(reasons: impl Iterator<Item = &'a str>) -> String {
    let mut said: Vec<&str> = Vec::new();
    for reason in reasons {
        if !said.contains(&reason) {
            said.push(reason);
        }
    }
    said.join("; ")
}

/// Why a letter cannot be sent, without addresses but for those that the help has as examples.
pub fn why(error: &Unsendable) -> String {
    match error {
        Unsendable::Written { message, help, .. } => {
            format!("{}; {help}", without_addresses(message))
        }
        other => without_addresses(&other.to_string()),
    }
}

/// The words of a mail server, or ours about an address, without the addresses in them.
pub fn without_addresses(words: &str) -> String {
    let shown = |word: &str| if holds_address(word) { "…".to_owned() } else { word.to_owned() };
    words.split_whitespace().map(shown).collect::<Vec<_>>().join(" ")
}

/// Whether something stands before an `@`: `@ana` and a sole `@` lead to nobody.
fn holds_address(word: &str) -> bool {
    let is_mark = |c: char| matches!(c, '`' | '(' | '<' | '"' | '\'');
    word.trim_start_matches(is_mark).find('@').is_some_and(|at| at > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_is_left_in_what_a_server_said() {
        let words = "5.1.1 <ana@example.org>: Recipient address rejected (to=ana@example.org)";
        assert_eq!(without_addresses(words), "5.1.1 … Recipient address rejected …");
        let ours = "`@ana` has letters before its `@`; `ana@example.org`, \"a b\"@example.org";
        assert_eq!(without_addresses(ours), "`@ana` has letters before its `@`; … \"a …");
    }
}
