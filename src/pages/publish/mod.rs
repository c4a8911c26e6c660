//! Pages to the output folder: whole or not at all.
//!
//! Nothing is written before everything has been compared and allowed, and nothing is put in its
//! place before everything has been written: a full disk leaves the site as it was, and a run
//! that is killed leaves every page either old or new, and all of it to the next run. A marker in
//! the folder lists what is ours; what it does not list is never overwritten and never removed.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Body, Output};
use crate::crew;
use crate::theme::Broken;

mod compare;
mod disk;
mod marker;
mod paths;
mod shelf;
#[cfg(test)]
mod tests;

use compare::{is_there, nothing_but_ours, nothing_in_the_way, stale};
use disk::{Disk, RealDisk};
use marker::Marker;
use paths::{Folder, Names};
use shelf::Shelf;

/// What a publish did, in files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Published {
    pub written: usize,
    pub unchanged: usize,
    pub removed: usize,
}

/// Why the output folder is as it was before.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    #[error("cannot write {path}: {source}")]
    Write { path: String, source: io::Error },
    #[error("cannot read {path}: {source}")]
    Read { path: String, source: io::Error },
    #[error(
        "{path} was not made by littlethings; move it away, or name another folder with `--out`"
    )]
    Foreign { path: String },
    #[error("{path} is not a folder; name another one with `--out`")]
    NotAFolder { path: String },
    #[error("{path} is a link to nothing; remove it, or make the folder it leads to")]
    LinkToNothing { path: String },
    #[error("{path} holds what the site is made of; name another folder with `--out`")]
    HoldsSources { path: String },
    #[error(
        "{path} cannot be read as a list of files; empty the folder it stands in, and build again"
    )]
    Marker { path: String },
    #[error("`{path}` cannot be the name of a page")]
    Name { path: String },
    #[error("`{one}` and `{other}` would be the same file on some disks; rename one of them")]
    SameName { one: String, other: String },
    #[error("{path} leads out of the repository; copy the file into it")]
    Leaves { path: String },
    #[error("themes/default/pages/{}:{}: {}", .0.template, .0.line, .0.message)]
    Template(Broken),
}

/// The files of a site. Each can be had alone and when its turn comes, so that a site never has to
/// be in memory as a whole.
pub trait Files: Sync {
    fn paths(&self) -> Vec<&str>;

    /// What is in a file.
    ///
    /// # Errors
    ///
    /// When its template fails.
    fn body(&self, number: usize) -> Result<Cow<'_, Body>, Broken>;

    /// What all of it is made from, in one line, if that is known. [`seal`] tells it again.
    fn seal(&self) -> Option<String> {
        None
    }

    /// The numbers of all files in the order in which they are best made.
    fn order(&self) -> Vec<usize> {
        (0..self.paths().len()).collect()
    }
}

impl Files for [Output] {
    fn paths(&self) -> Vec<&str> {
        self.iter().map(|output| output.path.as_str()).collect()
    }

    fn body(&self, number: usize) -> Result<Cow<'_, Body>, Broken> {
        Ok(Cow::Borrowed(&self[number].body))
    }
}

/// The temporaries of a later build, in the output folder.
const STAGING: &str = ".littlethings-new";

/// Puts `files` into the folder `out`. `root` is where files to be copied lie.
///
/// A folder that is a link is followed, because the same holds of where it leads: it must be
/// empty or carry the marker.
///
/// # Errors
///
/// When the folder holds files that are not ours, or the disk refuses.
pub fn publish(
    root: &Path,
    out: &Path,
    files: &(impl Files + ?Sized),
) -> Result<Published, PublishError> {
    publish_on(&RealDisk, root, out, files)
}

fn publish_on(
    disk: &dyn Disk,
    root: &Path,
    out: &Path,
    files: &(impl Files + ?Sized),
) -> Result<Published, PublishError> {
    let pages = Pages { root, files, paths: files.paths() };
    let names = Names::of(&pages.paths)?;
    match paths::resolve(root, out)? {
        Folder::Absent(out) => first_build(disk, &out, &pages, &names),
        Folder::There(out) => later_build(disk, &out, &pages, &names),
    }
}

/// The seal of the site in the folder `out`, if it has one.
pub fn seal(out: &Path) -> Option<String> {
    Marker::read(out).ok()??.seal
}

/// How many files the site in the folder `out` has, if all of them are as they were put there.
pub fn untouched(out: &Path) -> Option<usize> {
    let marker = Marker::read(out).ok()??;
    let files = marker.hashes()?;
    let all: Vec<usize> = (0..files.len()).collect();
    let sealed = last_change(&out.join(marker::NAME));
    let as_it_was = |number: usize| {
        let (path, hash) = files[number];
        let place = out.join(path);
        // The marker is written last. What has not changed since need not be read.
        if sealed.is_some() && last_change(&place).is_some_and(|change| Some(change) < sealed) {
            return Ok(());
        }
        let bytes = fs::read(place).map_err(drop)?;
        if blake3::hash(&bytes).to_hex().as_str() == hash { Ok(()) } else { Err(()) }
    };
    crew::each(&all, as_it_was, |_, ()| Ok(())).ok()?;
    Some(files.len())
}

/// When a file or anything about it last changed, by the one clock of a file that nobody can set:
/// also a copy that keeps its date, put in the place of another file, is new by it.
#[cfg(unix)]
fn last_change(path: &Path) -> Option<(i64, i64)> {
    use std::os::unix::fs::MetadataExt;
    let about = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some((about.ctime(), about.ctime_nsec()))
}

#[cfg(not(unix))]
fn last_change(_: &Path) -> Option<(i64, i64)> {
    None
}

/// The files of a site, and where those lie that are copied.
struct Pages<'a, F: ?Sized> {
    root: &'a Path,
    files: &'a F,
    paths: Vec<&'a str>,
}

impl<F: Files + ?Sized> Pages<'_, F> {
    fn bytes(&self, number: usize) -> Result<Cow<'_, [u8]>, PublishError> {
        Ok(match self.files.body(number).map_err(PublishError::Template)? {
            Cow::Borrowed(Body::Bytes(bytes)) => Cow::Borrowed(bytes),
            Cow::Owned(Body::Bytes(bytes)) => Cow::Owned(bytes),
            Cow::Borrowed(Body::Copy(file)) => Cow::Owned(paths::read_source(self.root, file)?),
            Cow::Owned(Body::Copy(file)) => Cow::Owned(paths::read_source(self.root, &file)?),
        })
    }

    fn marker(&self, hashes: &[blake3::Hash]) -> Marker {
        let mut marker = Marker::of(self.paths.iter().copied().zip(hashes));
        marker.seal = self.files.seal();
        marker
    }

    /// As many as there are files.
    fn no_hashes(&self) -> Vec<blake3::Hash> {
        vec![blake3::Hash::from_bytes([0; blake3::OUT_LEN]); self.paths.len()]
    }
}

/// Writes a folder beside the one that is wanted, and renames it.
fn first_build(
    disk: &dyn Disk,
    out: &Path,
    pages: &Pages<impl Files + ?Sized>,
    names: &Names,
) -> Result<Published, PublishError> {
    let fresh = sibling(out);
    if let Some(parent) = out.parent() {
        fs::create_dir_all(parent).map_err(|source| cannot_write(parent, source))?;
    }
    clear(disk, &fresh)?;
    let filled = fill(disk, &fresh, pages, names)
        .and_then(|()| disk.rename(&fresh, out).map_err(|source| cannot_write(out, source)));
    if filled.is_err() {
        // The first error is the one to tell; what stays behind is recognised by its name.
        let _ = disk.clear(&fresh);
    }
    filled.map(|()| Published { written: pages.paths.len(), ..Published::default() })
}

fn fill(
    disk: &dyn Disk,
    folder: &Path,
    pages: &Pages<impl Files + ?Sized>,
    names: &Names,
) -> Result<(), PublishError> {
    let mut folders = Folders::new(disk, folder);
    folders.make(Path::new(""))?;
    names.folders().try_for_each(|name| folders.make(Path::new(name)))?;
    let mut hashes = pages.no_hashes();
    let shelf = Shelf::new(disk);
    crew::each(
        &pages.files.order(),
        |number| {
            let bytes = pages.bytes(number)?;
            let hash = blake3::hash(&bytes);
            shelf.put(folder.join(pages.paths[number]), bytes)?;
            Ok(hash)
        },
        |number, hash| {
            hashes[number] = hash;
            Ok(())
        },
    )?;
    shelf.clear()?;
    write(disk, &folder.join(marker::NAME), pages.marker(&hashes).text().as_bytes())
}

/// Writes what changed, puts it in place, removes what is stale.
fn later_build(
    disk: &dyn Disk,
    out: &Path,
    pages: &Pages<impl Files + ?Sized>,
    names: &Names,
) -> Result<Published, PublishError> {
    clear(disk, &sibling(out))?;
    let owned = match Marker::read(out)? {
        Some(marker) => marker,
        None => nothing_but_ours(out)?,
    };
    let (changed, marker) = changed(out, pages, &owned, names)?;
    let stale = stale(out, &owned, names)?;
    let (written, removed) = (changed.len(), stale.len());
    let staging = out.join(STAGING);
    clear(disk, &staging)?;
    if written > 0 || removed > 0 || marker != owned {
        let done = replace(disk, out, (pages, &changed), &stale, (&owned, &marker), names);
        let cleared = clear(disk, &staging);
        done.and(cleared)?;
    }
    Ok(Published { written, unchanged: pages.paths.len() - written, removed })
}

/// The pages that are not on disk as they should be, and the marker of all. What they hold is made
/// again when it is written: to keep a whole site in memory for it would be dearer.
fn changed(
    out: &Path,
    pages: &Pages<impl Files + ?Sized>,
    owned: &Marker,
    names: &Names,
) -> Result<(Vec<usize>, Marker), PublishError> {
    nothing_in_the_way(out, owned, names)?;
    let mut hashes = pages.no_hashes();
    let mut changed = Vec::new();
    crew::each(
        &pages.files.order(),
        |number| {
            let bytes = pages.bytes(number)?;
            Ok((blake3::hash(&bytes), is_there(out, pages.paths[number], &bytes, owned)?))
        },
        |number, (hash, there)| {
            hashes[number] = hash;
            if !there {
                changed.push(number);
            }
            Ok(())
        },
    )?;
    changed.sort_unstable();
    Ok((changed, pages.marker(&hashes)))
}

/// The effects of a later build, in the order that makes any of them the last one if need be.
fn replace(
    disk: &dyn Disk,
    out: &Path,
    (pages, changed): (&Pages<impl Files + ?Sized>, &[usize]),
    stale: &BTreeSet<&str>,
    (before, after): (&Marker, &Marker),
    names: &Names,
) -> Result<(), PublishError> {
    let staging = out.join(STAGING);
    disk.make_folder(&staging).map_err(|source| cannot_write(&staging, source))?;
    let shelf = Shelf::new(disk);
    crew::each(
        changed,
        |number| shelf.put(staging.join(number.to_string()), pages.bytes(number)?),
        |_, ()| Ok(()),
    )?;
    shelf.clear()?;
    // From here on a killed run must find its new pages among its own.
    let both = before.and(after);
    if both != *before {
        set_marker(disk, out, &both)?;
    }
    let unwanted = || before.paths().filter(|path| !names.is_file(path));
    unwanted()
        .filter(|path| names.needs_place_of(path))
        .try_for_each(|path| remove(disk, out, path, stale))?;
    let mut folders = Folders::new(disk, out);
    for number in changed {
        let path = Path::new(pages.paths[*number]);
        folders.make(path.parent().unwrap_or(Path::new("")))?;
        let place = out.join(path);
        disk.rename(&staging.join(number.to_string()), &place)
            .map_err(|source| cannot_write(&place, source))?;
    }
    unwanted()
        .filter(|path| !names.needs_place_of(path))
        .try_for_each(|path| remove(disk, out, path, stale))?;
    if both != *after { set_marker(disk, out, after) } else { Ok(()) }
}

fn set_marker(disk: &dyn Disk, out: &Path, marker: &Marker) -> Result<(), PublishError> {
    let (fresh, place) = (out.join(STAGING).join(marker::NAME), out.join(marker::NAME));
    write(disk, &fresh, marker.text().as_bytes())?;
    disk.rename(&fresh, &place).map_err(|source| cannot_write(&place, source))
}

/// Removes a file if it is `stale`, and the folders that are empty without it. A file that is
/// gone may have left its folders, or a killed run may have made them for it.
fn remove(
    disk: &dyn Disk,
    out: &Path,
    path: &str,
    stale: &BTreeSet<&str>,
) -> Result<(), PublishError> {
    let place = out.join(path);
    if stale.contains(path) {
        disk.remove(&place).map_err(|source| cannot_write(&place, source))?;
    }
    let mut folder = Path::new(path).parent();
    while let Some(name) = folder.filter(|name| *name != Path::new("")) {
        match disk.remove_folder(&out.join(name)) {
            Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => break,
            Err(error) if !is_absent(&error) => return Err(cannot_write(&out.join(name), error)),
            _ => folder = name.parent(),
        }
    }
    Ok(())
}

/// The folders that are known to be there, so that each is made once.
struct Folders<'a> {
    disk: &'a dyn Disk,
    top: &'a Path,
    known: std::collections::HashSet<PathBuf>,
}

impl<'a> Folders<'a> {
    fn new(disk: &'a dyn Disk, top: &'a Path) -> Folders<'a> {
        Folders { disk, top, known: std::collections::HashSet::new() }
    }

    fn make(&mut self, folder: &Path) -> Result<(), PublishError> {
        if self.known.contains(folder) {
            return Ok(());
        }
        if let Some(parent) = folder.parent() {
            self.make(parent)?;
        }
        let path = self.top.join(folder);
        if kind(&path)?.is_none() {
            self.disk.make_folder(&path).map_err(|source| cannot_write(&path, source))?;
        }
        self.known.insert(folder.to_owned());
        Ok(())
    }
}

/// Where a first build is written. The name is ours, and so is what an earlier run left there.
fn sibling(out: &Path) -> PathBuf {
    let name = out.file_name().unwrap_or_default().to_string_lossy();
    out.with_file_name(format!(".{name}{STAGING}"))
}

fn clear(disk: &dyn Disk, path: &Path) -> Result<(), PublishError> {
    match kind(path)? {
        Some(_) => disk.clear(path).map_err(|source| cannot_write(path, source)),
        None => Ok(()),
    }
}

fn write(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    disk.write(path, bytes).map_err(|source| cannot_write(path, source))
}

/// What is at a path, links not followed.
fn kind(path: &Path) -> Result<Option<fs::FileType>, PublishError> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(metadata.file_type())),
        Err(error) if is_absent(&error) => Ok(None),
        Err(source) => Err(cannot_read(path, source)),
    }
}

/// Nothing is there, or a file where a folder would have to be.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn cannot_write(path: &Path, source: io::Error) -> PublishError {
    PublishError::Write { path: shown(path), source }
}

fn cannot_read(path: &Path, source: io::Error) -> PublishError {
    PublishError::Read { path: shown(path), source }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
