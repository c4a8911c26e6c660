//! What stops a command before it could do its work: exit code 2.

use std::io;

use littlethings::content::ReadError;
use littlethings::mail::Unsendable;
use littlethings::mail::door::{DoorError, Stage};
use littlethings::store::StoreError;
use littlethings::survey::SecretError;
use littlethings::survey::import::ImportError;
use littlethings::survey::merge::RealRecord;
use littlethings::survey::simulate::SimulationError;
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
    Store(#[from] StoreError),
    #[error(transparent)]
    Door(#[from] DoorError),
    #[error(transparent)]
    Secret(#[from] SecretError),
    #[error("cannot read {path}: {source}")]
    Read { path: String, source: io::Error },
    #[error("cannot write {path}: {source}")]
    Write { path: String, source: io::Error },
    #[error("cannot begin: {source}")]
    Begin { source: io::Error },
    #[error("littlethings.toml cannot be used as it is; `littlethings check` says what to mend")]
    BrokenSettings,
    #[error("{place}: {0}", place = .0.place().short())]
    Sender(Unsendable),
    #[error("`--redirect-to`: {0}")]
    RedirectTo(Unsendable),
    #[error(
        "the clock stands still at {now}, and no real mail goes out while it does; \
         take `--redirect-to ME`, `LITTLETHINGS_SMTP_URL=folder:PATH` or a mail server on loopback, \
         or let the clock go: no `--now`, and no `now` in littlethings.toml"
    )]
    Frozen { now: String },
    #[error(
        "the clock stands still at {now}, and no real answer comes in while it does; \
         take an address of this machine alone, such as `--listen 127.0.0.1:8025`, \
         or let the clock go: no `--now`, and no `now` in littlethings.toml"
    )]
    FrozenForm { now: String },
    #[error(
        "the clock stands still at {now}, so nothing will ever be due; leave `--send` out, \
         or let the clock go: no `--now`, and no `now` in littlethings.toml"
    )]
    FrozenSending { now: String },
    #[error("cannot listen on {address}: {source}")]
    Listen { address: String, source: io::Error },
    #[error("cannot answer requests: {source}")]
    Serve { source: io::Error },
    #[error("`--public`: there is no folder {path}; `littlethings build` makes it")]
    NoPublic { path: String },
    #[error(
        "`--lease` is not longer than a letter may take at the door ({letter}, by \
         LITTLETHINGS_SMTP_LETTER_TIMEOUT), so a second run could send the same; make it longer"
    )]
    ShortLease { letter: String },
    #[error(
        "the plan is `{found}` by now, not `{wanted}`; nothing was sent. Look at it again with `littlethings-mail due`"
    )]
    AnotherPlan { wanted: String, found: String },
    #[error(
        "the store {place} {why}, and what is due may have been told already; nothing was sent. \
         `--baseline` counts the above as told without a letter, `--all` sends it"
    )]
    Untrusted { place: String, why: String },
    #[error("there is no variable `{written}`; {instead}")]
    NoVariable { written: String, instead: String },
    #[error("there is no round `{slug}`; {instead}")]
    NoRound { slug: String, instead: String },
    #[error("there is no round yet; `littlethings new round NAME` makes one")]
    NoRoundYet,
    #[error("a table is of one round: add `--round` and {rounds}")]
    WhichRound { rounds: String },
    #[error(
        "{path} was not written: {source}; for a demonstration take it away, in a copy of the content"
    )]
    RealRecord { path: String, source: RealRecord },
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    #[error(
        "the answers in the store {place} are made up, and no real mail goes out from it; \
         give another path in LITTLETHINGS_STORE"
    )]
    MadeUp { place: String },
    #[error(transparent)]
    Import(#[from] ImportError),
    #[error(
        "the clock stands still at {now}, and no real answer comes in while it does; \
         let it go: no `--now`, and no `now` in littlethings.toml"
    )]
    FrozenImport { now: String },
    #[error("there is no store {place}; LITTLETHINGS_STORE says where it is")]
    NoStore { place: String },
    #[error("there is nobody of that name in people.toml or in the store{perhaps}")]
    NoPerson { perhaps: String },
    #[error("more than one person has that name; write {ids}")]
    WhichPerson { ids: String },
    #[error("others are planning letters all the time; try again")]
    Crowded,
    #[error(
        "no letter can be sent like this; the mail server said at the stage `{stage}`: {words}"
    )]
    Stopped { stage: Stage, words: String },
}
