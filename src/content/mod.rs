//! Files in, rounds out.

mod blocks;
mod fact;
mod list;
mod notes;
mod record;
mod round;
mod people;
mod settings;
mod toml;
mod outline;
mod repair;
mod source;

use std::path::Path;

use crate::finding::{Finding, Sources};
use crate::model::Site;

/// What reading a repository gives.
#[derive(Debug)]
pub struct Content {
    pub site: Site,
    /// What could not be understood as written, in no particular order.
    pub findings: Vec<Finding>,
    /// The texts that were read, for whoever draws a finding.
    pub sources: Sources,
}

/// Why nothing could be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error(
        "there is no littlethings.toml in {path}; `littlethings init` makes one, `--root DIR` says where it is"
    )]
    NoSettings { path: String },
    #[error("cannot read {path}: {source}")]
    Unreadable { path: String, source: std::io::Error },
}

/// Reads the repository at `root`, the folder of littlethings.toml.
///
/// # Errors
///
/// When there are no settings or a folder cannot be listed. Everything else is a finding.
pub fn read(root: &Path) -> Result<Content, ReadError> {
    Err(ReadError::NoSettings { path: root.display().to_string() })
}
