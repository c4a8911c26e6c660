//! `littlethings-mail results`: writes down for the site what letters told and the survey said.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use littlethings::mail::Told;
use littlethings::mail::send::{Trust, trust};
use littlethings::model::{Record, Round, RuleOutcome};
use littlethings::store::{Store, ToldRow};
use littlethings::survey::asking::note_who_was_asked;
use littlethings::survey::closing::{self, Letters};
use littlethings::survey::merge::{Merged, merge, says_the_same};
use littlethings::survey::{record, results, simulate};
use littlethings::words::{count, ticked};
use serde_json::{Value, json};

use crate::office::{self, Office};
use crate::options::Options;
use crate::rounds;
use crate::screen;
use crate::trouble::Trouble;

/// Write down for the site what letters told and what the survey said.
///
/// Writes content/ROUND/record.toml for every round the store knows: which owners were told what
/// and when, how many were asked and have answered and, once the survey has closed, what they
/// answered. No name and no address. Commit the file, and the site shows it. What the file says and
/// the store does not know stays, and a file that would say the same is not touched.
///
/// The first run after closing destroys the key that joins people and answers. Under a clock that
/// stands still it does not, and counts nothing.
#[derive(Args)]
pub struct Results {
    /// Only this round
    #[arg(long, value_name = "ROUND")]
    round: Option<String>,

    /// What to print: for people, for machines, or for a spreadsheet
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    #[default]
    Human,
    Json,
    Csv,
}

/// What became of the record of a round.
struct Outcome {
    round: String,
    path: String,
    merged: Merged,
    results: results::Results,
    is_written: bool,
    /// The survey has closed and cannot be counted under a clock that stands still.
    is_uncounted: bool,
}

impl Results {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let office = office::gather(options)?;
        let rounds: Vec<&Round> = match &self.round {
            Some(name) => vec![rounds::named(&office.site, name)?],
            None => office.site.rounds.iter().collect(),
        };
        let (sealed, outcomes) = office::block_on(write_all(&office, &rounds))?;
        screen::say(&match self.format {
            Format::Human => human(&office, &sealed, &outcomes),
            Format::Json => as_json(&sealed, &outcomes)?,
            Format::Csv => csv(&outcomes)?,
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Closes what is over, and writes the records of those rounds that the store knows.
async fn write_all(
    office: &Office,
    rounds: &[&Round],
) -> Result<(Vec<String>, Vec<Outcome>), Trouble> {
    let Some(store) = office::existing_store(office).await? else { return Ok(Default::default()) };
    let told = store.told().await?;
    let is_trusted =
        trust(&store, &office.site, &Told::from_rows(told.clone())).await? == Trust::Known;
    let may_seal = !office.is_frozen || simulate::is_simulated(&store).await?;
    let sealed = if may_seal {
        closing::seal_what_is_over(&store, &office.site, office.now).await?
    } else {
        Vec::new()
    };
    note_who_was_asked(&store, &office.site).await?;
    let mut outcomes = Vec::new();
    for round in rounds {
        let Some(outcome) = write(office, &store, round, &told).await? else { continue };
        if let (true, true, Some(at)) =
            (outcome.is_written, is_trusted, outcome.merged.record.written)
        {
            store.note_record(&round.slug, at).await?;
        }
        outcomes.push(outcome);
    }
    store.close().await;
    Ok((sealed, outcomes))
}

/// Writes the record of one round, if the store knows anything of it.
async fn write(
    office: &Office,
    store: &Store,
    round: &Round,
    told: &[ToldRow],
) -> Result<Option<Outcome>, Trouble> {
    let hidden = office.theme.words().text("address_hidden", &[]);
    let results = closing::results(store, round, &hidden).await?;
    let letters = Letters::of(told, round);
    if letters == Letters::default() && results.sides.is_empty() {
        return Ok(None);
    }
    let closed = round.dates.survey_closes.end();
    let is_over = office.now >= closed;
    let is_silent = results.sides.values().all(|side| side.answered == 0);
    let is_sealed = store.is_sealed(&round.slug).await?;
    let is_counted = is_sealed || (is_over && is_silent);
    let new = closing::record(round, results.clone(), letters, is_counted, office.now);
    let path = round.path("record.toml");
    let merged = merge(round.record.as_ref(), new)
        .map_err(|source| Trouble::RealRecord { path: path.clone(), source })?;
    // Silence after closing is a result, and its date is all that says so.
    let must_date = |old: &Record| is_counted && old.written.is_none_or(|at| at < closed);
    let is_new = round
        .record
        .as_ref()
        .is_none_or(|old| must_date(old) || !says_the_same(old, &merged.record));
    let is_written = is_new && {
        let text = record::write(&merged.record, &round.zone.zone);
        record::replace(&office.root.join(&path), &text)
            .map_err(|source| Trouble::Write { path: path.clone(), source })?
    };
    let is_uncounted = is_over && !is_counted;
    let round = round.slug.clone();
    Ok(Some(Outcome { round, path, merged, results, is_written, is_uncounted }))
}

fn human(office: &Office, sealed: &[String], outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    for round in ticked(sealed) {
        let _ = writeln!(
            text,
            "the key of {round} is destroyed: nobody can tell any more who answered what"
        );
    }
    for outcome in outcomes {
        text.push_str(&in_words(outcome));
    }
    if outcomes.is_empty() {
        let place = office.place();
        let _ =
            writeln!(text, "the store {place} knows nothing to write down; no file was touched");
    }
    text
}

fn in_words(outcome: &Outcome) -> String {
    let Outcome { path, merged, results, is_written, is_uncounted, .. } = outcome;
    let letters = count(merged.record.told.len(), "letter to an owner", "letters to owners");
    let done = if *is_written { "written" } else { "unchanged" };
    let mut text = format!("{path} {done}: {letters}\n");
    for line in results::plain(results).lines() {
        let _ = writeln!(text, "  {line}");
    }
    if let Some(outcome) = merged.record.outcome {
        let _ = writeln!(text, "  the rule about the next round says: {}", outcome.word());
    }
    for kept in kept(merged) {
        let _ = writeln!(
            text,
            "  kept as it was published, because the store does not know it: {kept}"
        );
    }
    if *is_uncounted {
        text.push_str(
            "  the survey has closed and is not counted under a clock that stands still: \
             no `--now`, and no `now` in littlethings.toml\n",
        );
    }
    text
}

/// What only the old record knew.
fn kept(merged: &Merged) -> Vec<String> {
    let letters = (merged.old_letters > 0)
        .then(|| count(merged.old_letters, "letter to an owner", "letters to owners"));
    let survey = merged.old_survey.then(|| "how many were asked".to_owned());
    let results = merged.old_results.then(|| "what was answered".to_owned());
    letters.into_iter().chain(survey).chain(results).collect()
}

fn as_json(sealed: &[String], outcomes: &[Outcome]) -> Result<String, Trouble> {
    let rounds: Vec<Value> = outcomes.iter().map(of_outcome).collect();
    let all = json!({ "sealed": sealed, "rounds": rounds });
    serde_json::to_string_pretty(&all)
        .map(|text| text + "\n")
        .map_err(|error| Trouble::Write { path: "the results".to_owned(), source: error.into() })
}

fn of_outcome(outcome: &Outcome) -> Value {
    let Outcome { round, path, merged, results, is_written, is_uncounted } = outcome;
    let record = &merged.record;
    let sides: BTreeMap<&str, Value> = record
        .survey
        .sides
        .iter()
        .map(|(side, it)| (side.word(), json!({ "asked": it.asked, "answered": it.answered })))
        .collect();
    let questions: Vec<Value> = record
        .questions
        .iter()
        .map(|it| {
            let counts: Option<BTreeMap<&str, u32>> = it.counts.as_ref().map(|counts| {
                counts.iter().map(|(choice, count)| (choice.as_str(), *count)).collect()
            });
            let side = it.side.map_or("all", |side| side.word());
            json!({ "ref": it.r#ref, "side": side, "answers": it.answers, "counts": counts })
        })
        .collect();
    let comments: Vec<Value> = record
        .comments
        .iter()
        .map(|it| json!({ "question": it.question, "text": it.text }))
        .collect();
    json!({
        "round": round,
        "path": path,
        "written": is_written,
        "counted": !is_uncounted,
        "simulated": record.simulated,
        "told": record.told.len(),
        "sides": sides,
        "questions": questions,
        "comments": comments,
        "withheld": results.withheld,
        "outcome": record.outcome.map(RuleOutcome::word),
        "kept": kept(merged),
    })
}

/// The table of one round: a column that says which is of no use to whoever wants numbers.
fn csv(outcomes: &[Outcome]) -> Result<String, Trouble> {
    match outcomes {
        [outcome] => Ok(results::csv(&outcome.results)),
        [] => Ok(results::csv(&results::Results::default())),
        several => {
            let rounds: Vec<&str> = several.iter().map(|outcome| outcome.round.as_str()).collect();
            Err(Trouble::WhichRound { rounds: littlethings::words::or(&ticked(&rounds)) })
        }
    }
}
