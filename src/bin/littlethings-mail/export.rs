//! `littlethings-mail export`: all that the store keeps about a person, for that person.

use std::process::ExitCode;

use clap::Args;
use littlethings::store::{Letter, Store};
use littlethings::survey::Given;
use serde_json::{Value, json};

use crate::office::{self, Office};
use crate::options::Options;
use crate::person;
use crate::screen;
use crate::trouble::Trouble;

/// Print all that the store keeps about a person, as JSON.
///
/// It holds addresses, letters and answers: it is for that person alone.
#[derive(Args)]
pub struct Export {
    /// An id of people.toml, a name or a mail address; somebody who is not in people.toml any more
    /// is known by their id
    #[arg(value_name = "PERSON")]
    person: String,
}

impl Export {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let office = office::gather(options)?;
        let kept = office::block_on(kept(&office, &self.person))?;
        let text = serde_json::to_string_pretty(&kept).map_err(|error| Trouble::Write {
            path: "what is kept".to_owned(),
            source: error.into(),
        })?;
        screen::say(&(text + "\n"))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Reads the store and writes nothing into it.
async fn kept(office: &Office, written: &str) -> Result<Value, Trouble> {
    let place = office.place();
    let Some(store) = Store::open_to_read(&place).await? else {
        return Err(Trouble::NoStore { place: place.to_string() });
    };
    let id = person::id(office, &store, written).await?;
    let events = store.events().await?;
    let mut letters = Vec::new();
    for letter in store.letters().await?.iter().filter(|letter| letter.person == id) {
        let happened: Vec<Value> = events
            .iter()
            .filter(|event| event.letter == letter.id)
            .map(|event| {
                json!({
                    "at": event.at,
                    "state": event.state.word(),
                    "stage": event.stage,
                    "code": event.code,
                    "words": event.words,
                })
            })
            .collect();
        letters.push(of_letter(letter, happened, store.bytes(&letter.id).await?));
    }
    let surveys = surveys(&store, &id).await?;
    Ok(json!({ "person": id, "letters": letters, "surveys": surveys }))
}

fn of_letter(letter: &Letter, events: Vec<Value>, mail: String) -> Value {
    let notices: Vec<Value> = letter
        .notices
        .iter()
        .map(|it| {
            json!({
                "kind": it.kind,
                "subject": it.subject,
                "number": it.number,
                "said": it.said,
                "why": it.why,
            })
        })
        .collect();
    json!({
        "id": letter.id,
        "round": letter.round,
        "kind": letter.genre,
        "address": letter.address,
        "subject": letter.line,
        "message_id": letter.message_id,
        "state": letter.state.word(),
        "made_at": letter.made_at,
        "changed_at": letter.changed_at,
        "notices": notices,
        "events": events,
        "mail": mail,
    })
}

/// In which rounds they were asked. What they answered is known until the survey closes.
async fn surveys(store: &Store, id: &str) -> Result<Vec<Value>, Trouble> {
    let mut surveys = Vec::new();
    for (round, invited) in store.invitations(id).await? {
        let is_sealed = store.is_sealed(&round).await?;
        let reply = store.reply(&round, id).await?;
        let answers: Option<Vec<Value>> = reply.map(|reply| {
            let answer = |(question, value): &(String, String)| {
                let given = Given::read(value).and_then(|it| serde_json::to_value(it).ok());
                json!({ "question": question, "answer": given.unwrap_or_else(|| json!(value)) })
            };
            reply.answers.iter().map(answer).collect()
        });
        let note = is_sealed.then_some(
            "the survey is closed, and nobody can tell any more which answers were theirs",
        );
        surveys.push(json!({
            "round": round,
            "side": invited.side,
            "asked_on": invited.asked_on,
            "answered": invited.answered,
            "no_reminders": invited.unremind,
            "answers": answers,
            "note": note,
        }));
    }
    Ok(surveys)
}
