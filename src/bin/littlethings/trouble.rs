//! What stops a command before it could do its work: exit code 2. What a writer should know about
//! what they wrote is never here; that is a finding.

use std::io;

use littlethings::content::ReadError;
use littlethings::pages::PublishError;
use littlethings::theme::ThemeError;

/// Why a command could not run.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error(
        "there is no littlethings.toml in {start} or any folder above it; \
         `--root DIR` says where it is, and `littlethings init` begins a new one"
    )]
    NoRoot { start: String },
    #[error(transparent)]
    Content(#[from] ReadError),
    #[error(transparent)]
    Theme(#[from] ThemeError),
    #[error(transparent)]
    Publish(#[from] PublishError),
    #[error("cannot read {path}: {source}")]
    Read { path: String, source: io::Error },
    #[error("cannot write {path}: {source}")]
    Write { path: String, source: io::Error },
    #[error("{path} is not in {root}, so nothing is known about it")]
    Outside { path: String, root: String },
    #[error("littlethings.toml cannot be used as it is; mend the above first")]
    BrokenSettings,
    #[error("{path} is already there; nothing was written")]
    Exists { path: String },
    #[error("{paths} already there; nothing was written; {instead}")]
    AllExist { paths: String, instead: String },
    #[error(
        "{path} is a file, and a repository begins in a folder; \
         give another name, or move the file away"
    )]
    NotAFolder { path: String },
    #[error("`{written}` cannot be a name here: it becomes a file and an address; {instead}")]
    BadName { written: String, instead: String },
    #[error("there is no round `{slug}`; {instead}")]
    NoRound { slug: String, instead: String },
    #[error("there is no round yet; `littlethings new round NAME` makes one")]
    NoRoundYet,
    #[error("there is no calendar for a round at {now}")]
    NoCalendar { now: String },
    #[error("cannot listen on {address}: {source}")]
    Listen { address: String, source: io::Error },
    #[error("cannot serve: {source}")]
    Serve { source: io::Error },
}
