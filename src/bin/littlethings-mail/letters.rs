//! Letters as people and machines are shown them: the first name and the subject line for the one,
//! the person's id for the other. Never an address.

use littlethings::mail::{Draft, Notice, Unsendable};
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
        let shown = Shown::of_draft(draft, State::Planned);
        Shown { subject: subject.to_owned(), state: None, ..shown }
    }

    /// A letter that was not written; its state is the one it is in.
    pub fn of_draft(draft: &Draft, state: State) -> Shown {
        let subjects = draft.notices.iter().map(|Notice { key, .. }| key.subject.as_str());
        Shown {
            kind: draft.genre.word().to_owned(),
            to: draft.person.id.clone(),
            subject: String::new(),
            refs: refs(subjects),
            why: joined(draft.notices.iter().map(|notice| notice.why.as_str())),
            state: Some(state.word()),
        }
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
