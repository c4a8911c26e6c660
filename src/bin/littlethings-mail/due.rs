//! `littlethings-mail due`: what would go out now, to whom, why, and what it says. It opens no
//! socket and writes nothing.

use std::fmt::Write;
use std::process::ExitCode;

use clap::Args;
use littlethings::mail::{
    self, Desk, Draft, Genre, Plan, Told, Unsendable, Withheld, letter, letter::Said, plan,
};
use littlethings::store::{Letter, Store};
use littlethings::words::count;
use serde::Serialize;

use crate::letters::{self, Shown, in_short, is_unsettled, why};
use crate::links::Unsaid;
use crate::office::{self, Office};
use crate::options::Options;
use crate::progress::Progress;
use crate::screen;
use crate::trouble::Trouble;

/// Say what would go out now, to whom, why, and what it says.
///
/// Compares what the content says with what the store says was told. Opens no socket and writes
/// nothing. The plan's hash, given to `send --plan`, sends exactly this or nothing.
#[derive(Args)]
pub struct Due {
    /// For people, or for machines
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,

    /// Only say who hears what, not in which words
    #[arg(long)]
    short: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Human,
    Json,
}

impl Due {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let office = office::gather(options)?;
        let (told, letters) = office::block_on(read(&office))?;
        let unsettled: Vec<&Letter> =
            letters.iter().filter(|it| is_unsettled(&office.site, it)).collect();
        let progress = Progress::begin("writing letters");
        let links = Unsaid::of(&office);
        // Neither asks for the other.
        let (plan, desk) = std::thread::scope(|scope| {
            let plan = scope.spawn(|| plan(&office.site, &told, office.now));
            let desk = Desk::new(&office.site, &office.theme, &told, &links, office.now);
            (plan.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), desk)
        });
        let texts = match self.format {
            Format::Human => {
                let lines = unsettled
                    .iter()
                    .map(|it| letters::unsettled(office.first_name(&it.person), it));
                lines.chain(self.human(&plan, &desk)).collect()
            }
            Format::Json => vec![json(&plan, &desk, &unsettled)?],
        };
        drop(progress);
        screen::say_all(texts.iter().map(String::as_str))?;
        // The process ends here, and the system takes all of it back at once.
        std::mem::forget((desk, plan, texts));
        std::mem::forget((office, told, letters));
        Ok(ExitCode::SUCCESS)
    }

    /// A text for each letter, and one for the whole.
    fn human(&self, plan: &Plan, desk: &Desk) -> Vec<String> {
        let told = letter::for_each(&plan.drafts, |draft| {
            let said = letter::say(draft, desk);
            (self.told(draft, &said), said.is_ok())
        });
        let sendable = told.iter().filter(|(_, is_sendable)| *is_sendable).count();
        let whole = whole(plan, sendable);
        told.into_iter().map(|(text, _)| text).chain([whole]).collect()
    }

    /// Who hears what and why, and in which words.
    fn told(&self, draft: &Draft, said: &Result<Said, Unsendable>) -> String {
        let mut text = in_short(draft) + "\n";
        for notice in &draft.notices {
            let _ = writeln!(text, "  because {}", notice.why);
        }
        match said {
            Ok(said) if !self.short => set_in(said, &mut text),
            Ok(_) => {}
            Err(error) => {
                let place = error.place().short();
                let _ = writeln!(text, "  cannot be sent: {place}: {}", why(error));
            }
        }
        text
    }
}

/// What is withheld, the counts, and the plan's hash.
fn whole(plan: &Plan, sendable: usize) -> String {
    let mut text = String::new();
    for Withheld { message, help, place, .. } in &plan.withheld {
        let _ = writeln!(text, "withheld: {}: {message}; {help}", place.short());
    }
    let withheld = plan.withheld.len() + plan.drafts.len() - sendable;
    let _ = match (sendable, withheld) {
        (0, 0) => writeln!(text, "nothing is due"),
        (due, 0) => writeln!(text, "{} due", count(due, "letter", "letters")),
        (due, held) => {
            writeln!(text, "{} due, {held} withheld", count(due, "letter", "letters"))
        }
    };
    if sendable > 0 {
        let _ = writeln!(text, "plan {}", mail::send::hash(plan));
    }
    text
}

/// Adds the subject and the text, set in from the left.
fn set_in(said: &Said, text: &mut String) {
    let _ = write!(text, "\n    Subject: {}\n\n", said.subject);
    for line in said.text.lines() {
        if !line.is_empty() {
            text.push_str("    ");
        }
        text.push_str(line);
        text.push('\n');
    }
    text.push('\n');
}

/// What people were told, as a store knows it that is only read. Where there is none, nothing.
pub async fn read_told(office: &Office) -> Result<Told, Trouble> {
    match Store::open_to_read(&office.place()).await? {
        Some(store) => office::told(&store).await,
        None => Ok(Told::default()),
    }
}

/// The same, with all letters.
async fn read(office: &Office) -> Result<(Told, Vec<Letter>), Trouble> {
    match Store::open_to_read(&office.place()).await? {
        Some(store) => Ok((office::told(&store).await?, store.letters().await?)),
        None => Ok((Told::default(), Vec::new())),
    }
}

#[derive(Serialize)]
struct Report {
    plan: String,
    letters: Vec<Shown>,
    withheld: Vec<Held>,
    /// Letters that wait for a person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unsettled: Vec<Shown>,
}

/// What is due and cannot go out, and where to mend it.
#[derive(Serialize)]
struct Held {
    kind: &'static str,
    refs: Vec<String>,
    path: String,
    line: u32,
    message: String,
    help: String,
}

fn json(plan: &Plan, desk: &Desk, unsettled: &[&Letter]) -> Result<String, Trouble> {
    let said = letter::for_each(&plan.drafts, |draft| letter::say(draft, desk));
    let (mut letters, mut held) = (Vec::new(), Vec::new());
    for (draft, said) in plan.drafts.iter().zip(&said) {
        match said {
            Ok(said) => letters.push(Shown::of_plan(draft, &said.subject)),
            Err(error) => held.push(unsendable(draft.genre, error)),
        }
    }
    let withheld = plan.withheld.iter().map(withheld).chain(held).collect();
    let unsettled = unsettled.iter().map(|letter| Shown::of_letter(letter)).collect();
    let report = Report { plan: mail::send::hash(plan), letters, withheld, unsettled };
    let text = serde_json::to_string(&report)
        .map_err(|error| Trouble::Write { path: "the plan".to_owned(), source: error.into() })?;
    Ok(text + "\n")
}

fn withheld(withheld: &Withheld) -> Held {
    let Withheld { round: _, kind, subject, message, help, place } = withheld;
    Held {
        kind: kind.word(),
        refs: (subject != "-").then(|| subject.clone()).into_iter().collect(),
        path: place.path.to_string(),
        line: place.line,
        message: message.clone(),
        help: help.clone(),
    }
}

fn unsendable(genre: Genre, error: &Unsendable) -> Held {
    let place = error.place();
    Held {
        kind: genre.word(),
        refs: Vec::new(),
        path: place.path.to_string(),
        line: place.line,
        message: why(error),
        help: String::new(),
    }
}
