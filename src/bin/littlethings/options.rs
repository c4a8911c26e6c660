//! The flags of every command: where the repository is, and what time it is.

use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use littlethings::model::Settings;

use crate::trouble::Trouble;

/// The file whose folder is the root of everything.
pub const SETTINGS: &str = "littlethings.toml";

/// What every command takes.
#[derive(Args, Clone)]
pub struct Options {
    /// The folder of littlethings.toml [default: the nearest one, upwards from here]
    #[arg(long, global = true, value_name = "DIR")]
    root: Option<PathBuf>,

    /// Do as if it were this instant, such as 2026-07-29T15:00:00+02:00
    #[arg(long, global = true, value_name = "INSTANT", value_parser = instant)]
    now: Option<Timestamp>,
}

impl Options {
    /// The folder of littlethings.toml.
    pub fn root(&self) -> Result<PathBuf, Trouble> {
        if let Some(root) = &self.root {
            return Ok(root.clone());
        }
        let here = here()?;
        here.ancestors()
            .find(|folder| folder.join(SETTINGS).is_file())
            .map(Path::to_owned)
            .ok_or_else(|| Trouble::NoRoot { start: here.display().to_string() })
    }

    /// These, with the root that is found now, by the one name that the system has for it: for
    /// whoever goes on while files come and go, and is told of them by that name.
    pub fn rooted(&self) -> Result<Options, Trouble> {
        let root = self.root()?;
        // Whoever reads there says best what is wrong with a folder that is not there.
        Ok(Options { root: Some(root.canonicalize().unwrap_or(root)), now: self.now })
    }

    /// The folder to begin a repository in: the one named, or where the person stands.
    pub fn folder(&self, named: Option<PathBuf>) -> Result<PathBuf, Trouble> {
        match named.or_else(|| self.root.clone()) {
            Some(folder) => Ok(folder),
            None => here(),
        }
    }

    /// The instant asked for, or the time, where there are no settings yet.
    pub fn moment(&self) -> Timestamp {
        self.now.unwrap_or_else(system_clock)
    }

    /// The instant to judge by: the one asked for, the frozen clock of the settings, or the time.
    pub fn now(&self, settings: &Settings) -> Timestamp {
        self.now.or(settings.now).unwrap_or_else(system_clock)
    }

    /// The instant asked for, if one was.
    pub fn instant(&self) -> Option<Timestamp> {
        self.now
    }

    /// Whether the clock stands still, so that nothing changes by waiting.
    pub fn is_frozen(&self, settings: &Settings) -> bool {
        self.now.is_some() || settings.now.is_some()
    }
}

/// The current folder, which paths on the command line are relative to.
#[allow(clippy::disallowed_methods, reason = "a person types paths relative to where they stand")]
pub fn here() -> Result<PathBuf, Trouble> {
    std::env::current_dir()
        .map_err(|source| Trouble::Read { path: "the current folder".to_owned(), source })
}

#[allow(clippy::disallowed_methods, reason = "the only place that asks for the time")]
pub fn system_clock() -> Timestamp {
    Timestamp::now()
}

fn instant(written: &str) -> Result<Timestamp, String> {
    written.trim().parse().map_err(|_| {
        "write a date, a time and an offset, as in 2026-07-29T15:00:00+02:00 \
         or 2026-07-29T13:00:00Z"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_has_an_offset() {
        assert!(instant("2026-07-29T15:00:00+02:00").is_ok());
        assert!(instant("2026-07-29T13:00:00Z").is_ok());
        for bad in ["", "2026-07-29", "2026-07-29T15:00:00", "now", "2026-02-30T00:00:00Z"] {
            assert!(instant(bad).unwrap_err().contains("+02:00"), "{bad}");
        }
    }
}
