//! `littlethings-mail import`: reads answers that came by mail.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use littlethings::survey::import::{Automatic, Counted, Doubt, Doubtful, Import as Imported};
use littlethings::survey::{import, simulate};
use littlethings::words::{and, count, ticked};
use serde_json::{Value, json};

use crate::office::{self, Office};
use crate::options::{Options, here};
use crate::screen;
use crate::trouble::Trouble;

/// Read answers to the survey that came by mail.
///
/// What stands above the quoted letter becomes a comment, and numbers between its brackets become
/// answers. Automatic replies, bounces and read receipts are set aside. Every mail counts once,
/// however often this is run; nothing in the mailbox is moved or marked. Prints first names and
/// where a mail lies that a person has to look at, and nothing of what anybody wrote.
#[derive(Args)]
pub struct Import {
    /// A Maildir, an mbox, or a single mail in a file that ends in .eml
    #[arg(value_name = "PATH", required = true)]
    mailboxes: Vec<PathBuf>,

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

impl Import {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let office = office::gather(options)?;
        let here = here()?;
        let mailboxes: Vec<PathBuf> = self.mailboxes.iter().map(|path| here.join(path)).collect();
        let imported = office::block_on(read(&office, &mailboxes))?;
        screen::say(&match self.format {
            Format::Human => human(&office, &imported),
            Format::Json => as_json(&imported)?,
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

async fn read(office: &Office, mailboxes: &[PathBuf]) -> Result<Imported, Trouble> {
    let Some(store) = office::existing_store(office).await? else {
        return Err(Trouble::NoStore { place: office.place().to_string() });
    };
    if office.is_frozen && !simulate::is_simulated(&store).await? {
        return Err(Trouble::FrozenImport { now: office.now.to_string() });
    }
    let imported = import::import(&store, &office.site, mailboxes, office.now).await;
    store.close().await;
    Ok(imported?)
}

fn human(office: &Office, imported: &Imported) -> String {
    let Imported { mails, counted, known, automatic, late, doubts, others } = imported;
    let mut text = String::new();
    for it in counted {
        text.push_str(&line(office, it));
    }
    let answers = count(counted.len(), "answer", "answers");
    let _ = writeln!(text, "{answers} in {}", count(*mails, "mail", "mails"));
    if *known > 0 {
        let _ = writeln!(text, "{} read before", count(*known, "was", "were"));
    }
    if !automatic.is_empty() {
        let _ = writeln!(text, "set aside: {}", set_aside(automatic));
    }
    for (round, number) in late {
        let came = count(*number, "mail does", "mails do");
        let _ = writeln!(text, "the survey of `{round}` is closed: {came} not count");
    }
    if *others > 0 {
        let _ = writeln!(text, "{} about other things", count(*others, "is", "are"));
    }
    if !doubts.is_empty() {
        text.push_str("for a person to look at:\n");
    }
    for it in doubts {
        let _ = writeln!(text, "  {}: {}", it.place, doubt(office, it));
    }
    text
}

/// `Ana: 2 questions and a comment`
fn line(office: &Office, counted: &Counted) -> String {
    let Counted { person, questions, has_words, older, .. } = counted;
    let numbers = (!questions.is_empty()).then(|| count(questions.len(), "question", "questions"));
    let words = has_words.then(|| "a comment".to_owned());
    let what: Vec<String> = numbers.into_iter().chain(words).collect();
    let older = match older {
        0 => String::new(),
        older => format!("; {older} of them answered later in the form, which counts"),
    };
    format!("{}: {}{older}\n", office.first_name(person), and(&what))
}

/// `2 automatic replies and 1 bounce`
fn set_aside(automatic: &[(Automatic, String)]) -> String {
    let mut counts: BTreeMap<Automatic, usize> = BTreeMap::new();
    for (sort, _) in automatic {
        *counts.entry(*sort).or_default() += 1;
    }
    let counts: Vec<String> = counts
        .into_iter()
        .map(|(sort, number)| {
            let (one, several) = sort.words();
            count(number, one, several)
        })
        .collect();
    and(&counts)
}

fn doubt(office: &Office, doubtful: &Doubtful) -> String {
    let name = doubtful.person.as_deref().map(|id| office.first_name(id)).unwrap_or_default();
    match &doubtful.doubt {
        Doubt::OtherAddress => format!(
            "it answers the letter of {name} from another address than theirs, and does not count"
        ),
        Doubt::NotAsked => format!(
            "it answers the letter of {name}, who is not asked any more, and does not count"
        ),
        Doubt::Empty => format!("nothing of {name}'s own could be found in it"),
        Doubt::Buried => format!(
            "{name} wrote something among quoted lines that nothing marks; that does not count"
        ),
        Doubt::Unclear(names) => format!(
            "what {name} put into the brackets of {} cannot be understood; all else counts",
            and(&ticked(names))
        ),
        Doubt::TooLong => format!("{name} wrote more than 4,000 characters; the rest was left out"),
        Doubt::Unreadable => "it is too large, or no mail at all".to_owned(),
    }
}

fn as_json(imported: &Imported) -> Result<String, Trouble> {
    let Imported { mails, counted, known, automatic, late, doubts, others } = imported;
    let counted: Vec<Value> = counted
        .iter()
        .map(|it| {
            json!({
                "round": it.round,
                "person": it.person,
                "place": it.place,
                "questions": it.questions,
                "comment": it.has_words,
                "older": it.older,
            })
        })
        .collect();
    let automatic: Vec<Value> = automatic
        .iter()
        .map(|(sort, place)| json!({ "sort": sort.word(), "place": place }))
        .collect();
    let doubts: Vec<Value> = doubts
        .iter()
        .map(|it| json!({ "place": it.place, "person": it.person, "why": word(&it.doubt) }))
        .collect();
    let all = json!({
        "mails": mails,
        "counted": counted,
        "known": known,
        "set_aside": automatic,
        "closed": late,
        "doubts": doubts,
        "others": others,
    });
    serde_json::to_string_pretty(&all)
        .map(|text| text + "\n")
        .map_err(|error| Trouble::Write { path: "the answers".to_owned(), source: error.into() })
}

fn word(doubt: &Doubt) -> &'static str {
    match doubt {
        Doubt::OtherAddress => "other address",
        Doubt::NotAsked => "not asked",
        Doubt::Empty => "empty",
        Doubt::Buried => "buried",
        Doubt::Unclear(_) => "unclear",
        Doubt::TooLong => "too long",
        Doubt::Unreadable => "unreadable",
    }
}
