//! `littlethings-mail log`: what was sent, deferred, refused and is uncertain.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use littlethings::store::{Event, Letter, State, Store};
use littlethings::words;
use serde_json::json;

use crate::letters::{Shown, said, way_out, without_addresses};
use crate::office::{self, Office};
use crate::options::Options;
use crate::screen;
use crate::trouble::Trouble;

/// Show every letter and how far it got.
///
/// First names and subject lines only. The id is what `resolve` asks for.
#[derive(Args)]
pub struct Log {
    /// Show only letters in this state
    #[arg(long, value_name = "STATE", value_parser = state())]
    state: Option<String>,

    /// Show all that happened to each letter
    #[arg(long)]
    history: bool,

    /// For people or for machines
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    #[default]
    Human,
    Json,
}

fn state() -> clap::builder::PossibleValuesParser {
    State::ALL.map(State::word).into()
}

impl Log {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let office = office::gather(options)?;
        let (mut letters, events) = office::block_on(read(&office))?;
        letters.retain(|letter| self.state.as_deref().is_none_or(|it| it == letter.state.word()));
        screen::say(&match self.format {
            Format::Human => self.text(&office, &letters, &events),
            Format::Json => as_json(&letters, &events)?,
        })?;
        Ok(ExitCode::SUCCESS)
    }

    fn text(&self, office: &Office, letters: &[Letter], events: &[Event]) -> String {
        if letters.is_empty() {
            return format!("there are no letters in {}\n", office.place());
        }
        let mut text = String::new();
        for letter in letters {
            text.push_str(&line(office, letter));
            let of_letter = events.iter().filter(|event| event.letter == letter.id);
            if self.history {
                text.extend(of_letter.map(|event| happened(office, letter, event)));
            }
        }
        text + "\n" + &counts(letters) + "\n"
    }
}

/// All letters and all that happened. A store that is not there holds none.
async fn read(office: &Office) -> Result<(Vec<Letter>, Vec<Event>), Trouble> {
    match Store::open_to_read(&office.place()).await? {
        Some(store) => Ok((store.letters().await?, store.events().await?)),
        None => Ok((Vec::new(), Vec::new())),
    }
}

/// `24 Jul 14:02  accepted    Ana: Invoice PDF shows the wrong currency  [k3v9q2m7xa]`
fn line(office: &Office, letter: &Letter) -> String {
    let Letter { id, person, line, state, .. } = letter;
    let at = instant(office, letter, letter.changed_at);
    let name = office.first_name(person);
    let subject = if line.is_empty() { &letter.genre } else { line };
    let mut text = format!("{at}  {:<10}  {name}: {subject}  [{id}]\n", state.word());
    if let Some(what) = what_now(office, letter) {
        text.push_str(&format!("{:>14}{what}\n", ""));
    }
    text
}

/// What the server said of a letter that is not settled, and what happens next.
fn what_now(office: &Office, letter: &Letter) -> Option<String> {
    let said = said(letter.code, letter.words.as_deref().unwrap_or_default());
    let out = || way_out(&letter.id, letter.state, letter.stage.as_deref());
    let at = |at| instant(office, letter, at);
    let next = match letter.state {
        State::Accepted | State::Superseded | State::Baseline => return None,
        State::Planned if letter.tries == 0 && said.is_empty() => return None,
        State::Planned => "goes with the next run".to_owned(),
        State::Claimed => format!("in the hands of a run until {}", at(letter.lease_until?)),
        State::Deferred => format!("goes again from {}", at(letter.next_at?)),
        State::Uncertain => match letter.next_at {
            Some(next) => format!("may have arrived; goes once more from {}", at(next)),
            None => out(),
        },
        State::Refused => format!("does not go again; {}", out()),
    };
    Some(if said.is_empty() { next } else { format!("{next} ({said})") })
}

fn happened(office: &Office, letter: &Letter, event: &Event) -> String {
    let at = instant(office, letter, event.at);
    let stage = event.stage.as_deref().map(|stage| format!(" at {stage}")).unwrap_or_default();
    let said = said(event.code, event.words.as_deref().unwrap_or_default());
    let said = if said.is_empty() { said } else { format!(" {said}") };
    format!("{:>4}{at}  {}{stage}{said}\n", "", event.state.word())
}

/// In the zone of the round.
fn instant(office: &Office, letter: &Letter, at: Timestamp) -> String {
    let round = office.site.rounds.iter().find(|round| round.slug == letter.round);
    let zone = round.map_or(TimeZone::UTC, |round| round.zone.zone.clone());
    at.to_zoned(zone).strftime("%e %b %H:%M").to_string()
}

/// `12 accepted, 1 deferred and 1 refused`
fn counts(letters: &[Letter]) -> String {
    let count = |state| letters.iter().filter(|letter| letter.state == state).count();
    let counts = State::ALL.map(|state| (count(state), state));
    let counts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, state)| format!("{count} {}", state.word()))
        .collect();
    words::and(&counts)
}

fn as_json(letters: &[Letter], events: &[Event]) -> Result<String, Trouble> {
    let letters: Result<Vec<_>, _> = letters.iter().map(|it| of_letter(it, events)).collect();
    let text = letters.and_then(|it| serde_json::to_string_pretty(&json!({ "letters": it })));
    text.map(|text| text + "\n")
        .map_err(|error| Trouble::Write { path: "the letters".to_owned(), source: error.into() })
}

/// What was said stays out of addresses here too: this ends up in the logs of job runners.
fn of_letter(letter: &Letter, events: &[Event]) -> serde_json::Result<serde_json::Value> {
    let mut shown = serde_json::to_value(Shown::of_letter(letter))?;
    let events: Vec<_> = events
        .iter()
        .filter(|event| event.letter == letter.id)
        .map(|event| {
            json!({
                "at": event.at,
                "state": event.state.word(),
                "stage": event.stage,
                "code": event.code,
                "words": event.words.as_deref().map(without_addresses),
            })
        })
        .collect();
    let more = json!({
        "id": letter.id,
        "round": letter.round,
        "message_id": letter.message_id,
        "tries": letter.tries,
        "next_at": letter.next_at.filter(|at| *at >= letter.made_at),
        "changed_at": letter.changed_at,
        "events": events,
    });
    if let (Some(shown), serde_json::Value::Object(more)) = (shown.as_object_mut(), more) {
        shown.extend(more);
    }
    Ok(shown)
}
