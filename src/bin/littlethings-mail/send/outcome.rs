//! What a run did, in words, for machines, and as an exit code.

use std::process::ExitCode;

use littlethings::mail::door::Stage;
use littlethings::mail::send::{Ended, Sent, Unworded};
use littlethings::mail::{Unsendable, Withheld};
use littlethings::store::{Letter, State};
use littlethings::words;
use serde::Serialize;
use serde_json::json;

use crate::letters::{Shown, said, way_out, why, without_addresses};
use crate::office::Office;
use crate::trouble::Trouble;

/// What a run did.
pub struct Outcome {
    pub plan: String,
    pub letters: Vec<Reached>,
    pub unsent: Vec<Unsent>,
    /// How many letters were too many for this run.
    pub over: usize,
    /// How many letters wait until an earlier one about the same is certain.
    pub held: usize,
    /// A line for each letter that waits for a person since an earlier run.
    pub unsettled: Vec<String>,
    pub ended: Ended,
    pub is_trial: bool,
    /// A last line, where more is to be known.
    pub note: String,
}

/// A letter that the run could have sent, and how far it got.
pub struct Reached {
    pub state: State,
    pub shown: Shown,
}

impl Reached {
    pub fn of(letter: &Letter) -> Reached {
        Reached { state: letter.state, shown: Shown::of_letter(letter) }
    }
}

/// Something that is due and could not be written.
#[derive(Serialize)]
pub struct Unsent {
    kind: &'static str,
    message: String,
    /// `content/people.toml:12`
    place: String,
}

impl Unsent {
    pub fn of_unworded(unworded: &Unworded<'_, Unsendable>) -> Unsent {
        let Unworded { draft, error } = unworded;
        let name = without_addresses(draft.person.first_name());
        let message = format!("the letter for {name}: {}", why(error));
        Unsent { kind: draft.genre.word(), message, place: error.place().short() }
    }

    pub fn of_withheld(withheld: &Withheld) -> Unsent {
        let Withheld { kind, message, help, place, .. } = withheld;
        let message = without_addresses(&format!("{message}; {help}"));
        Unsent { kind: kind.word(), message, place: place.short() }
    }
}

impl Outcome {
    /// What it is when nobody gets mail and everything counts as told.
    pub fn baseline(hash: String, letters: Vec<Reached>) -> Outcome {
        Outcome {
            plan: hash,
            letters,
            unsent: Vec::new(),
            over: 0,
            held: 0,
            unsettled: Vec::new(),
            ended: Ended::Done,
            is_trial: false,
            note: String::new(),
        }
    }

    /// The counts, and what is to be known besides.
    pub fn text(&self) -> String {
        let mut text = self.unsettled.concat();
        for Unsent { message, place, .. } in &self.unsent {
            text.push_str(&format!("withheld   {message} ({place})\n"));
        }
        text.push_str(&self.counts());
        text.push('\n');
        if self.held > 0 {
            text.push_str(&format!(
                "{} until an earlier one about the same is certain; the next run goes on\n",
                words::count(self.held, "letter waits", "letters wait")
            ));
        }
        text + &self.why_it_ended() + &self.note
    }

    /// Whether everybody was told.
    pub fn is_well(&self) -> bool {
        matches!(self.exit_code(), Ok(code) if code == ExitCode::SUCCESS)
    }

    /// What has to be known of a run that is one of many; empty where everybody was told.
    pub fn trouble(&self) -> String {
        match self.exit_code() {
            _ if self.is_well() => String::new(),
            Ok(_) => self.text(),
            Err(trouble) => trouble.to_string(),
        }
    }

    /// Whether somebody counts as told by this run.
    pub fn has_told(&self) -> bool {
        self.letters.iter().any(|letter| letter.state == State::Accepted)
    }

    fn counts(&self) -> String {
        let count = |state| self.letters.iter().filter(|it| it.state == state).count();
        if self.letters.is_empty() && self.unsent.is_empty() {
            return "nobody is to be told anything".to_owned();
        }
        let told = if self.is_trial { "letters of the trial sent" } else { "told" };
        let counts = [
            (count(State::Accepted), told),
            (count(State::Baseline), "counted as told without a letter"),
            (count(State::Deferred), "deferred"),
            (count(State::Refused), "refused"),
            (count(State::Uncertain), "uncertain"),
            (count(State::Planned), "not sent yet"),
            (count(State::Claimed), "in the hands of another run"),
            (self.unsent.len(), "withheld"),
        ];
        let said: Vec<String> = counts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, what)| format!("{count} {what}"))
            .collect();
        words::and(&said)
    }

    fn why_it_ended(&self) -> String {
        let early = match &self.ended {
            Ended::Done if self.over > 0 => format!(
                "{} too many for one run or one person (`--most`, `--most-a-person`); \
                 the next run goes on",
                words::count(self.over, "letter was", "letters were")
            ),
            Ended::Done | Ended::Stopped { .. } => return String::new(),
            Ended::Interrupted => "ended because somebody asked; the next run goes on".to_owned(),
            Ended::Deadline => {
                "ended because its time was up (`--deadline`); the next run goes on".to_owned()
            }
            Ended::TurnedAway { stage, code, words } => format!(
                "ended because the mail server turned away one letter after the other, \
                 the last at the stage `{stage}`: {}",
                said(*code, words)
            ),
        };
        early + "\n"
    }

    pub fn json(&self) -> Result<String, Trouble> {
        let letters: Vec<&Shown> = self.letters.iter().map(|it| &it.shown).collect();
        let mut all = json!({ "plan": self.plan, "letters": letters, "withheld": self.unsent });
        if self.is_trial {
            all["trial"] = json!(true);
        }
        serde_json::to_string_pretty(&all).map(|text| text + "\n").map_err(|error| Trouble::Write {
            path: "the letters".to_owned(),
            source: error.into(),
        })
    }

    /// 0 where everybody was told, 1 where somebody was not.
    pub fn exit_code(&self) -> Result<ExitCode, Trouble> {
        if let Ended::Stopped { stage, code, words } = &self.ended {
            return Err(Trouble::Stopped { stage: *stage, words: said(*code, words) });
        }
        let told = [State::Accepted, State::Baseline];
        let all = self.letters.iter().all(|it| told.contains(&it.state));
        let all = all && self.unsent.is_empty() && self.over == 0;
        Ok(if all { ExitCode::SUCCESS } else { ExitCode::from(1) })
    }
}

/// `told       Ana: Invoice PDF shows the wrong currency`
pub fn line(office: &Office, sent: &Sent) -> String {
    let Sent { letter, person, line, state, next_at, stage, code, words } = sent;
    let name = office.first_name(person);
    let next = next_at.map(|at| format!(" from {}", at.to_zoned(office.zone()).strftime("%H:%M")));
    let next = next.unwrap_or_default();
    let (what, more) = match state {
        State::Accepted => ("told", String::new()),
        State::Deferred => ("deferred", format!(", again{next}: {}", said(*code, words))),
        State::Refused => {
            let out = way_out(letter, *state, stage.map(Stage::word));
            ("refused", format!(": {}; {out}", said(*code, words)))
        }
        State::Uncertain if next_at.is_some() => {
            ("uncertain", format!(", once more{next}: {}", said(*code, words)))
        }
        State::Uncertain => {
            ("uncertain", format!(", {}", way_out(letter, *state, stage.map(Stage::word))))
        }
        _ => ("not sent", String::new()),
    };
    format!("{what:<9}  {name}: {line}{more}\n")
}
