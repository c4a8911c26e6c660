//! What has to be done, and whether it may be: the disk as it is against the pages as they should
//! be. Nothing is written here.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::marker::Marker;
use super::paths::Names;
use super::{PublishError, STAGING, cannot_read, kind, shown};

/// A file where a folder has to be must be ours.
pub(super) fn nothing_in_the_way(
    out: &Path,
    owned: &Marker,
    names: &Names,
) -> Result<(), PublishError> {
    for folder in names.folders() {
        let in_the_way = kind(&out.join(folder))?.is_some_and(|kind| !kind.is_dir());
        if in_the_way && !is_ours(out, folder, owned)? {
            return Err(PublishError::Foreign { path: shown(&out.join(folder)) });
        }
    }
    Ok(())
}

/// Whether a page is on disk with the same bytes. Something else in its place must be ours.
pub(super) fn is_there(
    out: &Path,
    page: &str,
    wanted: &[u8],
    owned: &Marker,
) -> Result<bool, PublishError> {
    let path = out.join(page);
    let foreign = || Err(PublishError::Foreign { path: shown(&path) });
    match kind(&path)? {
        None => Ok(false),
        Some(kind) if kind.is_dir() => match foreign_file(out, page, owned)? {
            Some(path) => Err(PublishError::Foreign { path }),
            None if owned.owns_below(page) => Ok(false),
            None => foreign(),
        },
        Some(kind) if !kind.is_file() => foreign(),
        Some(_) => {
            let bytes = fs::read(&path).map_err(|source| cannot_read(&path, source))?;
            if bytes == wanted {
                return Ok(true);
            }
            let ours = owned.owns(page) || owned.wrote(page, &blake3::hash(&bytes));
            if ours { Ok(false) } else { foreign() }
        }
    }
}

/// Whether a file is there as we wrote it. One that somebody put in its place is theirs.
fn is_ours(out: &Path, path: &str, owned: &Marker) -> Result<bool, PublishError> {
    let place = out.join(path);
    if !kind(&place)?.is_some_and(|kind| kind.is_file()) {
        return Ok(false);
    }
    let bytes = fs::read(&place).map_err(|source| cannot_read(&place, source))?;
    Ok(owned.wrote(path, &blake3::hash(&bytes)))
}

/// A file that is not ours, in a folder that has to make room for a page.
fn foreign_file(out: &Path, folder: &str, owned: &Marker) -> Result<Option<String>, PublishError> {
    for entry in walkdir::WalkDir::new(out.join(folder)).sort_by_file_name() {
        let entry = entry.map_err(|error| cannot_read(&out.join(folder), error.into()))?;
        let path = entry.path().strip_prefix(out).unwrap_or(entry.path());
        let ours = match path.to_str() {
            Some(path) => is_ours(out, path, owned)?,
            None => false,
        };
        if !entry.file_type().is_dir() && !ours {
            return Ok(Some(shown(entry.path())));
        }
    }
    Ok(None)
}

/// What we wrote once and do not want any more.
pub(super) fn stale<'m>(
    out: &Path,
    owned: &'m Marker,
    names: &Names,
) -> Result<BTreeSet<&'m str>, PublishError> {
    let mut stale = BTreeSet::new();
    for path in owned.paths().filter(|path| !names.is_file(path)) {
        if is_ours(out, path, owned)? {
            stale.insert(path);
        }
    }
    Ok(stale)
}

/// A folder without a marker must be empty, but for what a killed first run may have left.
pub(super) fn nothing_but_ours(out: &Path) -> Result<Marker, PublishError> {
    let entries = fs::read_dir(out).map_err(|source| cannot_read(out, source))?;
    let mut names = Vec::new();
    for entry in entries {
        names.push(entry.map_err(|source| cannot_read(out, source))?.file_name());
    }
    names.sort();
    match names.iter().find(|name| *name != STAGING) {
        Some(name) => Err(PublishError::Foreign { path: shown(&out.join(name)) }),
        None => Ok(Marker::default()),
    }
}
