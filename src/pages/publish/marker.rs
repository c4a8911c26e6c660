//! The marker: a file in the output folder that lists what we wrote there.
//!
//! ```text
//! littlethings 1
//! <hash of the bytes> index.html
//! ```
//!
//! A path stands twice while a run replaces it, once with either hash. A line `seal` may follow
//! the first, with what the site was made from.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use super::{PublishError, cannot_read, paths, shown};

/// The marker's name in the output folder.
pub(super) const NAME: &str = ".littlethings";
const FORMAT: &str = "littlethings 1";
const SEAL: &str = "seal";

/// Paths of ours, and what we wrote at each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marker {
    files: BTreeMap<String, BTreeSet<String>>,
    /// What all of it was made from; `None` while a run replaces some of it.
    pub seal: Option<String>,
}

impl Marker {
    pub(super) fn of<'p>(pages: impl Iterator<Item = (&'p str, &'p blake3::Hash)>) -> Marker {
        let hashes = |hash: &blake3::Hash| BTreeSet::from([hash.to_hex().to_string()]);
        let files = pages.map(|(path, hash)| (path.to_owned(), hashes(hash))).collect();
        Marker { files, seal: None }
    }

    /// The marker of a folder, if it has one.
    pub(super) fn read(out: &Path) -> Result<Option<Marker>, PublishError> {
        let path = out.join(NAME);
        match fs::read_to_string(&path) {
            Ok(text) => match Marker::parse(&text) {
                Some(marker) => Ok(Some(marker)),
                None => Err(PublishError::Marker { path: shown(&path) }),
            },
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                Err(PublishError::Marker { path: shown(&path) })
            }
            Err(source) => Err(cannot_read(&path, source)),
        }
    }

    fn parse(text: &str) -> Option<Marker> {
        let mut lines = text.lines();
        if lines.next() != Some(FORMAT) {
            return None;
        }
        let mut marker = Marker::default();
        for line in lines {
            let (hash, path) = line.split_once(' ')?;
            if hash == SEAL {
                marker.seal = Some(path.to_owned());
                continue;
            }
            // Whoever edits this list shall not make us remove files elsewhere.
            if !paths::is_plain(path) {
                return None;
            }
            marker.files.entry(path.to_owned()).or_default().insert(hash.to_owned());
        }
        Some(marker)
    }

    pub(super) fn text(&self) -> String {
        let mut text = format!("{FORMAT}\n");
        if let Some(seal) = &self.seal {
            text.push_str(&format!("{SEAL} {seal}\n"));
        }
        for (path, hashes) in &self.files {
            for hash in hashes {
                text.push_str(&format!("{hash} {path}\n"));
            }
        }
        text
    }

    pub(super) fn and(&self, other: &Marker) -> Marker {
        let mut both = Marker { seal: None, ..self.clone() };
        for (path, hashes) in &other.files {
            both.files.entry(path.clone()).or_default().extend(hashes.iter().cloned());
        }
        both
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The files with their hashes; `None` where a file has two.
    pub(super) fn hashes(&self) -> Option<Vec<(&str, &str)>> {
        self.files
            .iter()
            .map(|(path, hashes)| match hashes.first() {
                Some(hash) if hashes.len() == 1 => Some((path.as_str(), hash.as_str())),
                _ => None,
            })
            .collect()
    }

    pub(super) fn owns(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    pub(super) fn owns_below(&self, folder: &str) -> bool {
        self.paths().any(|path| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
    }

    /// Whether we wrote those bytes at that path, in whatever case: a disk that does not tell
    /// `A.html` from `a.html` shows the one where we wrote the other.
    pub(super) fn wrote(&self, path: &str, hash: &blake3::Hash) -> bool {
        let hash = hash.to_hex();
        let has = |hashes: &BTreeSet<String>| hashes.contains(hash.as_str());
        self.files.get(path).is_some_and(has)
            || self
                .files
                .iter()
                .any(|(known, hashes)| has(hashes) && paths::key(known) == paths::key(path))
    }
}
