//! Files in, a site out: everything below `content/` becomes a [`Site`], and what could not be
//! understood as written becomes findings.
//!
//! `tree` opens files, `history` asks git, `source` folds look-alikes, `blocks` asks the Markdown
//! parser, `repair` mends what is surely meant, `outline` cuts entries, and a file for each kind of
//! content turns entries into the model. Nothing here asks for the time or judges a rule.

mod again;
mod blocks;
mod decision;
mod fact;
mod fingerprint;
mod git_folder;
mod guesses;
mod headings;
mod history;
mod list;
mod notes;
mod outline;
mod page;
mod people;
mod reading;
mod record;
mod refs;
mod repair;
mod round;
mod settings;
mod source;
mod survey;
mod toml;
mod tree;
mod zone;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread;

use blake3::Hash;
use jiff::Timestamp;

use crate::finding::{Finding, Sources};
use crate::model::{Settings, Site};

use history::Asked;
use reading::Reading;
use tree::{Files, Past};

pub use again::{is_on_the_name_of_a_file, reread_list};
pub use fingerprint::fingerprint;
pub use git_folder::GitFolder;
pub use history::Remembered;
pub use notes::texts;
pub use refs::{Rewrite, add_refs};

/// What reading a repository gives.
#[derive(Debug)]
pub struct Content {
    pub site: Site,
    /// What could not be understood as written, in no particular order.
    pub findings: Vec<Finding>,
    /// The texts that were read, for whoever draws a finding.
    pub sources: Sources,
    /// littlethings.toml could not be read, and what stands in the settings is made up.
    pub settings_refused: bool,
    /// The files of themes by their paths relative to the root, where they do not lie on the disk:
    /// of a commit that was read by [`read_at`].
    pub themes: BTreeMap<String, Vec<u8>>,
}

/// Why nothing could be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error(
        "there is no littlethings.toml in {path}; `--root DIR` says where it is, \
         and `littlethings init` begins a new one"
    )]
    NoSettings { path: String },
    #[error("cannot read {path}: {source}")]
    Unreadable { path: String, source: std::io::Error },
    #[error("there is nothing to compare with: {because}")]
    NoPast { because: String },
    #[error(
        "git knows no commit `{revision}` here; where the clone is shallow, \
         `git fetch --unshallow` brings the rest (in a workflow: `fetch-depth: 0`)"
    )]
    UnknownRevision { revision: String },
    #[error(
        "git knows no commit from which both `{revision}` and what is checked out have come; where \
         the clone is shallow, `git fetch --unshallow` brings the rest (in a workflow: \
         `fetch-depth: 0`)"
    )]
    Apart { revision: String },
}

/// Reads the repository at `root`, the folder of littlethings.toml, for whoever asks nothing that
/// hangs on the time.
///
/// # Errors
///
/// When there are no settings or a folder cannot be listed. Everything else is a finding.
pub fn read(root: &Path) -> Result<Content, ReadError> {
    let mut remembered = Remembered::default();
    let begun = begin(root, &mut remembered)?;
    let (content, ()) = begun.read_beside(&mut remembered, |_| Timestamp::MAX, |_| ())?;
    Ok(content)
}

/// Begins to read the repository at `root` by asking git, which takes its time. What is remembered
/// from an earlier reading saves asking for as long as the same commit is checked out; the reading
/// takes it along and gives it back.
///
/// # Errors
///
/// When there are no settings.
pub fn begin(root: &Path, remembered: &mut Remembered) -> Result<Begun, ReadError> {
    if !root.join("littlethings.toml").exists() {
        return Err(ReadError::NoSettings { path: root.display().to_string() });
    }
    let head = git_folder::head(root);
    let asked = history::ask(root, head.clone(), std::mem::take(remembered));
    Ok(Begun { root: root.to_owned(), head, asked })
}

/// A reading that has begun: git has been asked, and no file is read yet.
pub struct Begun {
    root: PathBuf,
    /// The commit that was checked out when git was asked.
    head: Option<String>,
    asked: Asked,
}

impl Begun {
    /// [`fingerprint`] of what is about to be read.
    pub fn fingerprint(&self) -> Option<Hash> {
        fingerprint::at(&self.root, self.head.as_deref()?)
    }

    /// Reads the files while somebody else does the work that waits for nothing but the settings,
    /// and then hears git, of what was known when the `clock` says that it is. What is remembered
    /// saves a later reading the asking, whether or not this one succeeds.
    ///
    /// # Errors
    ///
    /// When a folder cannot be listed. Everything else is a finding.
    pub fn read_beside<T: Send>(
        self,
        remembered: &mut Remembered,
        clock: impl FnOnce(&Settings) -> Timestamp,
        work: impl FnOnce(&Settings) -> T + Send,
    ) -> Result<(Content, T), ReadError> {
        let read = read_from(Files::Disk(&self.root), work);
        *remembered = history::hear(self.asked);
        let (mut content, done) = read?;
        let now = clock(&content.site.settings);
        history::fill_in(&self.root, &mut content, remembered, now);
        Ok((content, done))
    }
}

/// Reads the repository as it was before what is checked out left the line of a commit, without
/// touching a file: `revision` is whatever git takes for one. A commit that led here is that place
/// itself; of a branch that has gone on since, what it did alone is no part of the comparison. What
/// stands there has no history of its own but that commit.
///
/// # Errors
///
/// Where there is no git, no repository, no such commit, or none that led to both.
pub fn read_at(root: &Path, revision: &str) -> Result<Content, ReadError> {
    let history::Snapshot { commit, held, themes } = history::snapshot(root, &peelable(revision))?;
    let (mut content, ()) = read_from(Files::Past(Past { held, root }), |_| ())?;
    content.site.last_commit = Some(commit);
    content.themes = themes;
    Ok(content)
}

/// `:/text` ends with its text, so that nothing can be asked of the commit behind it. `HEAD^{/text}`
/// is the same among the commits that led here.
fn peelable(revision: &str) -> Cow<'_, str> {
    match revision.strip_prefix(":/") {
        Some(text) => Cow::Owned(format!("HEAD^{{/{text}}}")),
        None => Cow::Borrowed(revision),
    }
}

/// Fills in what git remembers of the rounds of a commit that was read by [`read_at`], as far as it
/// had come about by then and is known at `now`. What is remembered is of a later reading of the
/// same repository.
pub fn recall(root: &Path, past: &mut Content, remembered: &mut Remembered, now: Timestamp) {
    history::recall(root, past, remembered, now);
}

fn read_from<T: Send>(
    files: Files,
    work: impl FnOnce(&Settings) -> T + Send,
) -> Result<(Content, T), ReadError> {
    let mut reading = Reading::of(&files);
    let settings = reading.settings();
    thread::scope(|scope| {
        let known = settings.settings.clone();
        let beside = scope.spawn(move || work(&known));
        let content = reading.all(settings)?;
        let done = beside.join().unwrap_or_else(|panic| resume_unwind(panic));
        Ok((content, done))
    })
}
