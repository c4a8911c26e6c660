//! `littlethings-mail due`: what would go out now, to whom, why, and what it says. It opens no
//! socket and writes nothing.

use std::fmt::Write;
use std::process::ExitCode;

use clap::Args;
use littlethings::mail::{
    self, Desk, Draft, Genre, Letter, Links, Plan, Told, Unsendable, Withheld, letter, plan,
};

use littlethings::store::Store;
use littlethings::words::count;
use serde::Serialize;

use crate::letters::{Shown, in_short};
use crate::links::Unsaid;
use crate::office::{self, Office};
use crate::options::Options;
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

/// A draft, and the letter or why there is none.
pub struct Worded<'a> {
    pub draft: &'a Draft,
    pub letter: Result<Letter, Unsendable>,
}

impl Due {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let office = office::gather(options)?;
        let told = office::block_on(read_told(&office))?;
        let plan = plan(&office.site, &told, office.now);
        let worded = word(&office, &plan, &told, &Unsaid::of(&office));
        let text = match self.format {
            Format::Human => self.human(&plan, &worded),
            Format::Json => json(&plan, &worded)?,
        };
        screen::say(&text)?;
        Ok(ExitCode::SUCCESS)
    }

    fn human(&self, plan: &Plan, worded: &[Worded]) -> String {
        let mut text = String::new();
        for Worded { draft, letter } in worded {
            let _ = writeln!(text, "{}", in_short(draft));
            for notice in &draft.notices {
                let _ = writeln!(text, "  because {}", notice.why);
            }
            match letter {
                Ok(letter) if !self.short => text.push_str(&said(letter)),
                Ok(_) => {}
                Err(error) => {
                    let _ = writeln!(text, "  cannot be sent: {}: {error}", error.place().short());
                }
            }
        }
        for Withheld { message, help, place, .. } in &plan.withheld {
            let _ = writeln!(text, "withheld: {}: {message}; {help}", place.short());
        }
        let sendable = worded.iter().filter(|worded| worded.letter.is_ok()).count();
        let withheld = plan.withheld.len() + worded.len() - sendable;
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
}

/// What people were told, as a store knows it that is only read. Where there is none, nothing.
pub async fn read_told(office: &Office) -> Result<Told, Trouble> {
    match Store::open_to_read(&office.place()).await? {
        Some(store) => office::told(&store).await,
        None => Ok(Told::default()),
    }
}

/// Every draft in the words of the theme, with these links.
pub fn word<'a>(
    office: &Office,
    plan: &'a Plan,
    told: &Told,
    links: &dyn Links,
) -> Vec<Worded<'a>> {
    let desk = Desk::new(&office.site, &office.theme, told, links, office.now);
    let word = |draft| Worded { draft, letter: letter::write(draft, &desk) };
    plan.drafts.iter().map(word).collect()
}

/// The subject and the text, set in from the left.
fn said(letter: &Letter) -> String {
    let mut text = format!("\n    Subject: {}\n\n", letter.subject);
    for line in letter.text.lines() {
        let _ = writeln!(text, "    {line}");
    }
    text.replace("    \n", "\n") + "\n"
}

#[derive(Serialize)]
struct Report {
    plan: String,
    letters: Vec<Shown>,
    withheld: Vec<Held>,
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

fn json(plan: &Plan, worded: &[Worded]) -> Result<String, Trouble> {
    let letters = worded.iter().filter_map(|Worded { draft, letter }| {
        let letter = letter.as_ref().ok()?;
        Some(Shown::of_plan(draft, &letter.subject))
    });
    let unsendable = worded.iter().filter_map(|Worded { draft, letter }| {
        let error = letter.as_ref().err()?;
        Some(unsendable(draft.genre, error))
    });
    let withheld = plan.withheld.iter().map(withheld).chain(unsendable).collect();
    let report = Report { plan: mail::send::hash(plan), letters: letters.collect(), withheld };
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
        message: error.to_string(),
        help: String::new(),
    }
}
