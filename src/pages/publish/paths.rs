//! Which names a page may have, and which folder may hold pages.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use super::{PublishError, STAGING, cannot_read, is_absent, marker, shown};

/// The files and folders of a site, none of which any disk takes for another.
pub(super) struct Names<'a> {
    /// By what disks compare.
    all: BTreeMap<String, Name<'a>>,
}

#[derive(Clone, Copy)]
struct Name<'a> {
    path: &'a str,
    folder: bool,
}

impl<'a> Names<'a> {
    pub(super) fn of(paths: &[&'a str]) -> Result<Names<'a>, PublishError> {
        let mut names = Names { all: BTreeMap::new() };
        for path in paths.iter().copied() {
            let first = path.split('/').next().unwrap_or_default();
            let reserved = [marker::NAME, STAGING].contains(&key(first).as_str());
            if !is_plain(path) || reserved {
                return Err(PublishError::Name { path: path.to_owned() });
            }
            for (end, _) in path.match_indices('/') {
                names.add(Name { path: &path[..end], folder: true })?;
            }
            names.add(Name { path, folder: false })?;
        }
        Ok(names)
    }

    fn add(&mut self, name: Name<'a>) -> Result<(), PublishError> {
        match self.all.insert(key(name.path), name) {
            Some(other) if !(other.folder && name.folder && other.path == name.path) => {
                Err(PublishError::SameName { one: other.path.into(), other: name.path.into() })
            }
            _ => Ok(()),
        }
    }

    /// The folders, each after the one it lies in.
    pub(super) fn folders(&self) -> impl Iterator<Item = &str> {
        self.all.values().filter(|name| name.folder).map(|name| name.path)
    }

    pub(super) fn is_file(&self, path: &str) -> bool {
        self.all.get(&key(path)).is_some_and(|name| !name.folder && name.path == path)
    }

    /// Whether a page can only be put in place when the stale file `path` is gone.
    pub(super) fn needs_place_of(&self, path: &str) -> bool {
        let key = key(path);
        let ends = key.match_indices('/').map(|(end, _)| end);
        self.all.contains_key(&key)
            || ends
                .map(|end| &key[..end])
                .any(|folder| self.all.get(folder).is_some_and(|name| !name.folder))
    }
}

/// What disks compare that tell neither case nor the way an accent is encoded.
pub(super) fn key(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    path.nfc().flat_map(char::to_lowercase).nfc().collect()
}

/// A relative path that stays in its folder, with `/` between names that all systems read alike.
pub(super) fn is_plain(path: &str) -> bool {
    let is_name = |name: &str| !matches!(name, "" | "." | "..");
    path.split('/').all(is_name)
        && !path.contains(|c: char| c == '\\' || c.is_control())
        && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

/// The output folder with all links on the way followed.
pub(super) enum Folder {
    There(PathBuf),
    Absent(PathBuf),
}

pub(super) fn resolve(root: &Path, out: &Path) -> Result<Folder, PublishError> {
    let folder = follow(out)?;
    let (Folder::There(path) | Folder::Absent(path)) = &folder;
    let root = root.canonicalize().map_err(|source| cannot_read(root, source))?;
    let holds_root = root.starts_with(path);
    let touches = |name: &str| {
        let sources = root.join(name);
        let sources = sources.canonicalize().unwrap_or(sources);
        sources.starts_with(path) || path.starts_with(&sources)
    };
    if holds_root || ["content", "themes", ".git"].into_iter().any(touches) {
        return Err(PublishError::HoldsSources { path: shown(out) });
    }
    Ok(folder)
}

fn follow(out: &Path) -> Result<Folder, PublishError> {
    match out.canonicalize() {
        Ok(path) if path.is_dir() => return Ok(Folder::There(path)),
        Ok(_) => return Err(PublishError::NotAFolder { path: shown(out) }),
        Err(error) if is_absent(&error) => {}
        Err(source) => return Err(cannot_read(out, source)),
    }
    if out.is_symlink() {
        return Err(PublishError::LinkToNothing { path: shown(out) });
    }
    // Of what is not there yet, the part that is there says where it will be.
    let (Some(parent), Some(name)) = (out.parent(), out.file_name()) else {
        return Err(PublishError::NotAFolder { path: shown(out) });
    };
    let parent = if parent == Path::new("") { Path::new(".") } else { parent };
    let (Folder::There(parent) | Folder::Absent(parent)) = follow(parent)?;
    Ok(Folder::Absent(parent.join(name)))
}

/// The bytes of a file of the repository.
pub(super) fn read_source(root: &Path, file: &str) -> Result<Vec<u8>, PublishError> {
    let path = root.join(file);
    let inside = root.canonicalize().map_err(|source| cannot_read(root, source))?;
    let real = path.canonicalize().map_err(|source| cannot_read(&path, source))?;
    if !is_plain(file) || !real.starts_with(inside) {
        return Err(PublishError::Leaves { path: shown(&path) });
    }
    if !real.is_file() {
        return Err(cannot_read(&path, io::Error::other("it is not a file")));
    }
    fs::read(&real).map_err(|source| cannot_read(&path, source))
}
