//! `littlethings status`: how a round stands, in the terminal.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use littlethings::content;
use littlethings::model::{Round, Site};
use littlethings::words;

use crate::options::Options;
use crate::progress::Progress;
use crate::screen;
use crate::trouble::Trouble;

mod numbers;
mod table;

/// Say how the round stands: items by status, agreement, who is waited for.
///
/// Without --round this is the round whose week runs or is next, and every other round that is
/// not decided yet.
#[derive(Args)]
pub struct Status {
    /// The folder of a round
    #[arg(long, value_name = "NAME")]
    round: Option<String>,

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

impl Status {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let root = options.root()?;
        let progress = Progress::begin("reading");
        let site = content::read(&root)?.site;
        drop(progress);
        let now = options.now(&site.settings);
        let rounds = match &self.round {
            Some(name) => vec![named(&site, name)?],
            None => open_rounds(&site, now),
        };
        if rounds.is_empty() {
            return Err(Trouble::NoRoundYet);
        }
        let rounds: Vec<_> = rounds.into_iter().map(|round| numbers::of(round, now)).collect();
        screen::say(&match self.format {
            Format::Human => {
                let columns = screen::columns(80).min(100);
                let tables: Vec<_> =
                    rounds.iter().map(|round| table::table(round, columns)).collect();
                tables.join("\n\n")
            }
            Format::Json => json(&rounds)?,
        })?;
        Ok(ExitCode::SUCCESS)
    }
}

fn json(rounds: &[numbers::Numbers]) -> Result<String, Trouble> {
    let text = serde_json::to_string_pretty(&serde_json::json!({ "rounds": rounds }));
    text.map(|text| text + "\n")
        .map_err(|error| Trouble::Write { path: "the numbers".to_owned(), source: error.into() })
}

/// The round with that folder.
pub fn named<'a>(site: &'a Site, name: &str) -> Result<&'a Round, Trouble> {
    if let Some(round) = site.rounds.iter().find(|round| round.slug == name) {
        return Ok(round);
    }
    let broken = site.unread.iter().any(|round| round.slug == name);
    let known: Vec<&str> = site.rounds.iter().map(|round| round.slug.as_str()).collect();
    let instead = if broken {
        "its round.toml cannot be read, `littlethings check` says why".to_owned()
    } else if known.is_empty() {
        "`littlethings new round NAME` makes one".to_owned()
    } else {
        format!("there is {}", words::and(&words::ticked(&known)))
    };
    Err(Trouble::NoRound { slug: words::visible(name), instead })
}

/// The round whose week runs or is next, then the others that are not decided. Where all are
/// decided, the latest alone.
fn open_rounds(site: &Site, now: Timestamp) -> Vec<&Round> {
    let mut rounds: Vec<&Round> = site.rounds.iter().collect();
    rounds.sort_by_key(|round| {
        let over = round.dates.week_last.end() <= now;
        let begins = round.dates.week_first.start().as_second();
        // Of weeks to come the nearest is first, of weeks that are over the latest.
        (over, if over { -begins } else { begins })
    });
    let mut open = rounds.clone();
    open.retain(|round| !round.is_decided());
    if open.is_empty() {
        rounds.truncate(1);
        return rounds;
    }
    open
}
