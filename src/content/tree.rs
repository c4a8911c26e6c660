//! The only code that opens content files: walks the folders in the order of their names, reads
//! each file once, and turns whatever is no text into a finding. The files may lie on the disk or,
//! for a comparison with the past, in memory; whoever reads them sees no difference.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use memchr::memchr;
use walkdir::{DirEntry, WalkDir};

use super::ReadError;
use super::notes::{FILE_IS_TEXT, NAMES_ARE_ADDRESSES, Notes};
use super::source::Source;
use crate::finding::{Place, Sources};

/// A file longer than this is no list that people read.
const LARGEST: u64 = 1024 * 1024;

/// Where the files of a repository are.
pub(crate) enum Files<'a> {
    /// Below this folder.
    Disk(&'a Path),
    /// As a commit left them.
    Past(Past<'a>),
}

/// The files of a commit, by their paths relative to the root, with `/`.
pub(crate) struct Past<'a> {
    /// The bytes of what may be text. Of pictures and the like only the names are known.
    pub held: BTreeMap<String, Option<Vec<u8>>>,
    /// The folder on the disk. What git never knew, such as people who are kept outside of the
    /// repository, is read as it is today.
    pub root: &'a Path,
}

impl Files<'_> {
    pub fn walk(&self, notes: &mut Notes) -> Result<Tree, ReadError> {
        match self {
            Files::Disk(root) => walk(root, notes),
            Files::Past(past) => Ok(past.tree()),
        }
    }

    /// Opens a file by its path relative to the root. It need not be among the content.
    pub fn open(&self, path: &str, sources: &mut Sources, notes: &mut Notes) -> Opened {
        match self {
            Files::Disk(root) => read(sized(&root.join(path)), path, sources, notes),
            Files::Past(past) => match past.held.get(path) {
                Some(Some(bytes)) => read(held(bytes), path, sources, notes),
                Some(None) => Opened::Refused,
                None => read(sized(&past.root.join(path)), path, sources, notes),
            },
        }
    }

    /// Opens a file of the tree.
    pub fn open_in(
        &self,
        tree: &Tree,
        path: &str,
        sources: &mut Sources,
        notes: &mut Notes,
    ) -> Opened {
        match (self, tree.files.get(path)) {
            (_, None) => Opened::Missing,
            (Files::Disk(_), Some(file)) => read(sized(file), path, sources, notes),
            (Files::Past(_), Some(_)) => self.open(path, sources, notes),
        }
    }
}

impl Past<'_> {
    fn tree(&self) -> Tree {
        let shown = |path: &&String| {
            path.strip_prefix("content/")
                .is_some_and(|rest| rest.split('/').all(|name| !name.starts_with('.')))
        };
        let files: BTreeMap<String, PathBuf> = self
            .held
            .keys()
            .filter(shown)
            .map(|path| (path.clone(), self.root.join(path)))
            .collect();
        let folders: BTreeSet<String> = files
            .keys()
            .filter_map(|path| path.strip_prefix("content/")?.split_once('/'))
            .map(|(folder, _)| folder.to_owned())
            .collect();
        Tree { files, folders: folders.into_iter().collect() }
    }
}

/// The files below `content/`, by their paths relative to the root, with `/`.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    files: BTreeMap<String, PathBuf>,
    /// Folders directly below `content/`.
    pub folders: Vec<String>,
}

/// What became of one file.
pub(crate) enum Opened {
    Missing,
    /// It is there and is no text; a finding says why.
    Refused,
    Text(Source),
}

impl Opened {
    pub fn text(self) -> Option<Source> {
        match self {
            Opened::Text(source) => Some(source),
            Opened::Missing | Opened::Refused => None,
        }
    }
}

/// Lists `root/content`. Hidden files are left out; so is everything that a link leads out to.
fn walk(root: &Path, notes: &mut Notes) -> Result<Tree, ReadError> {
    let content = root.join("content");
    let mut tree = Tree::default();
    if !content.is_dir() {
        notes.error(super::notes::SETTINGS_ARE_READ, Place::whole("content"), "there is no folder `content`", "make a folder `content` beside littlethings.toml: `littlethings new round NAME` begins one");
        return Ok(tree);
    }
    let inside = fs::canonicalize(root).map_err(|source| unreadable(root, source))?;
    let walker =
        WalkDir::new(&content).follow_links(false).min_depth(1).sort_by_file_name().into_iter();
    for entry in walker.filter_entry(|entry| !is_hidden(entry)) {
        match entry {
            Ok(entry) => add(&mut tree, root, &inside, &entry, notes),
            Err(error) => {
                let path = error.path().map_or_else(
                    || "content".to_owned(),
                    |path| relative(root, path).unwrap_or_else(|| "content".to_owned()),
                );
                notes.error(
                    FILE_IS_TEXT,
                    Place::whole(path),
                    format!("this cannot be read: {error}"),
                    "make it readable for the user that runs littlethings",
                );
            }
        }
    }
    look_alikes(&tree, notes);
    Ok(tree)
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with('.')
}

fn add(tree: &mut Tree, root: &Path, inside: &Path, entry: &DirEntry, notes: &mut Notes) {
    let Some(path) = relative(root, entry.path()) else {
        let shown = entry.path().to_string_lossy().replace('\\', "/");
        let shown = shown.rsplit('/').next().unwrap_or_default().to_owned();
        notes.error(
            NAMES_ARE_ADDRESSES,
            Place::whole(format!("content/{shown}")),
            "the name of this file is not UTF-8",
            "rename it, with letters, digits and hyphens",
        );
        return;
    };
    let kind = entry.file_type();
    if kind.is_symlink() && !leads_to_a_file_inside(entry.path(), inside) {
        notes.error(
            NAMES_ARE_ADDRESSES,
            Place::whole(path),
            "this is a link that leads out of the repository, to a folder, or nowhere",
            "put the file itself here",
        );
    } else if kind.is_dir() {
        if entry.depth() == 1 {
            tree.folders.push(entry.file_name().to_string_lossy().into_owned());
        }
    } else if kind.is_file() || kind.is_symlink() {
        tree.files.insert(path, entry.path().to_owned());
    }
}

fn leads_to_a_file_inside(path: &Path, inside: &Path) -> bool {
    fs::canonicalize(path).is_ok_and(|target| target.starts_with(inside) && target.is_file())
}

/// Two names that differ only by case are one file on some disks, and one address for some readers.
fn look_alikes(tree: &Tree, notes: &mut Notes) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for path in tree.files.keys() {
        if let Some(first) = seen.insert(crate::model::Ref::key(path), path) {
            notes.error(
                NAMES_ARE_ADDRESSES,
                Place::whole(path.as_str()),
                format!("`{path}` and `{first}` differ only by case"),
                "rename one of the two, or put them together",
            );
        }
    }
}

/// The path relative to the root, with `/`; `None` when it is not UTF-8.
fn relative(root: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> =
        path.strip_prefix(root).ok()?.components().map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}

fn unreadable(path: &Path, source: io::Error) -> ReadError {
    ReadError::Unreadable { path: path.display().to_string(), source }
}

impl Tree {
    /// The paths below a folder, in order.
    pub fn below<'t>(&'t self, folder: &'t str) -> impl Iterator<Item = &'t str> + 't {
        let prefix = format!("{folder}/");
        self.files.keys().map(String::as_str).filter(move |path| path.starts_with(&prefix))
    }

    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }
}

/// Reads one file: text goes among the sources, anything else becomes a finding.
fn read(
    bytes: io::Result<Option<Cow<[u8]>>>,
    path: &str,
    sources: &mut Sources,
    notes: &mut Notes,
) -> Opened {
    let bytes = match bytes {
        Ok(Some(bytes)) => bytes.into_owned(),
        Ok(None) => {
            notes.error(FILE_IS_TEXT, Place::whole(path), "this file is larger than 1 MiB", "keep it under the size limit of 1 MiB: move pictures and attachments into files of their own");
            return Opened::Refused;
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Opened::Missing,
        Err(error) => {
            notes.error(
                FILE_IS_TEXT,
                Place::whole(path),
                format!("this file cannot be read: {error}"),
                "make it a plain file that the user who runs littlethings may read",
            );
            return Opened::Refused;
        }
    };
    let Some(text) = text(bytes, path, notes) else { return Opened::Refused };
    let source = Source::new(path, &text);
    sources.insert(source.path.clone(), source.text.clone());
    if has_conflict(&source, notes) { Opened::Refused } else { Opened::Text(source) }
}

/// The text of a file that stood there once, if it was one; what was wrong with it is past.
pub(crate) fn legible(bytes: &[u8]) -> Option<Source> {
    read(held(bytes), "", &mut Sources::new(), &mut Notes::default()).text()
}

/// The bytes of a file, or `None` when there are too many.
fn sized(file: &Path) -> io::Result<Option<Cow<'static, [u8]>>> {
    let metadata = fs::metadata(file)?;
    // A pipe or a device has no size, and no end either.
    if !metadata.is_file() {
        return Err(io::Error::other("it is no plain file"));
    }
    if metadata.len() > LARGEST {
        return Ok(None);
    }
    fs::read(file).map(|bytes| (bytes.len() as u64 <= LARGEST).then_some(Cow::Owned(bytes)))
}

/// The same of bytes in memory.
fn held(bytes: &[u8]) -> io::Result<Option<Cow<'_, [u8]>>> {
    Ok((bytes.len() as u64 <= LARGEST).then_some(Cow::Borrowed(bytes)))
}

fn text(bytes: Vec<u8>, path: &str, notes: &mut Notes) -> Option<String> {
    let is_wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let nul = memchr(0, &bytes);
    let (message, text) = match String::from_utf8(bytes) {
        Ok(text) if let (false, Some(nul)) = (is_wide, nul) => {
            let line = Source::new(path, &text).place(nul..nul).line;
            (format!("this file is UTF-16, or holds NUL bytes, the first in line {line}"), None)
        }
        _ if is_wide || nul.is_some() => {
            ("this file is UTF-16, or holds NUL bytes".to_owned(), None)
        }
        Ok(text) => return Some(text),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(&error.as_bytes()[..good]).into_owned();
            let place = Source::new(path, &before).place(before.len()..before.len());
            (
                format!(
                    "this file is not UTF-8: line {}, column {} holds a byte of another encoding",
                    place.line, place.column
                ),
                None,
            )
        }
    };
    notes.error(
        FILE_IS_TEXT,
        Place::whole(path),
        message,
        "save as UTF-8 in your editor, and upload the file again",
    );
    text
}

/// The marks that git leaves where two edits met. Both sides would read as facts, so the file is
/// refused before anything else.
fn has_conflict(source: &Source, notes: &mut Notes) -> bool {
    let mut above = "";
    let conflict = super::source::lines(&source.text).find(|line| {
        let text = &source.text[line.clone()];
        let found = is_mark(text)
            || (is_middle(text)
                && (above.trim().is_empty() || above.trim_start().starts_with("- ")));
        above = text;
        found
    });
    if let Some(line) = conflict {
        notes.error(
            FILE_IS_TEXT,
            source.place(line),
            "two edits met here and were not put together",
            "keep what is right of both sides, and take away the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`",
        );
        return true;
    }
    false
}

/// Seven of one sign at the beginning of a line, more where a tool was told so.
fn is_mark(line: &str) -> bool {
    let line = line.trim_start();
    let Some(sign) = line.chars().next().filter(|sign| matches!(sign, '<' | '|' | '>')) else {
        return false;
    };
    let rest = line.trim_start_matches(sign);
    line.len() - rest.len() >= 7 && (rest.is_empty() || rest.starts_with(' '))
}

/// The mark between two sides. Below text it may be the line under a title.
fn is_middle(line: &str) -> bool {
    line.len() >= 7 && line.chars().all(|c| c == '=')
}
