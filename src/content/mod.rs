//! Files in, rounds out.

mod blocks;
mod fact;
mod notes;
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

/// The new texts of the files in which an item or a question has no ref yet, by path, relative to
/// the root. Nothing but the refs differs.
pub fn fmt(root: &Path, content: &Content) -> Vec<(String, String)> {
    let _ = (root, content);
    Vec::new()
}
