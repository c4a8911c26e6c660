//! The files of `themes/<name>` in the repository: the only code that opens them.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;
use std::sync::Arc;

use walkdir::WalkDir;

use super::{RULE, embedded};
use crate::finding::{Finding, Place, Severity, Sources};
use crate::words::nearest;

/// More than any page needs; whoever puts a film into a theme means something else.
const LARGEST: u64 = 4 << 20;

/// The folders of a theme.
const PARTS: [&str; 6] = ["letters", "pages", "preview", "static", "survey", "words"];

/// What lies over the default theme and differs from it, by path inside the theme's folder:
/// `pages/list.html`.
#[derive(Debug, Default)]
pub struct Overrides {
    pub theme: String,
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Overrides {
    /// Reads the folder of the theme called `name`. No folder is fine for the default theme alone.
    pub fn read(root: &Path, name: &str, findings: &mut Vec<Finding>) -> Overrides {
        let mut overrides = Overrides { theme: name.to_owned(), ..Overrides::default() };
        let folder = root.join("themes").join(name);
        if !is_plain(name) || !folder.is_dir() {
            if name != "default" {
                findings.push(unknown(folders(root), name));
            }
            return overrides;
        }
        for part in PARTS {
            let walk = WalkDir::new(folder.join(part)).sort_by_file_name().into_iter();
            // Links are not followed: a theme ends at its folder.
            for entry in walk.flatten().filter(|entry| entry.file_type().is_file()) {
                if let Some(path) = inner_path(&folder, entry.path()) {
                    let size = entry.metadata().map_or(0, |about| about.len());
                    overrides.add(path, size, || std::fs::read(entry.path()), findings);
                }
            }
        }
        overrides
    }

    /// Those of the theme called `name` among files that are held, by their paths relative to the
    /// root.
    pub fn held(
        files: &BTreeMap<String, Vec<u8>>,
        name: &str,
        findings: &mut Vec<Finding>,
    ) -> Overrides {
        let mut overrides = Overrides { theme: name.to_owned(), ..Overrides::default() };
        let folder = overrides.path("");
        let mut inside = files
            .iter()
            .filter_map(|(path, bytes)| Some((path.strip_prefix(&folder)?, bytes)))
            .peekable();
        if !is_plain(name) || inside.peek().is_none() {
            if name != "default" {
                let themes = files.keys().filter_map(|path| path.strip_prefix("themes/"));
                let names = themes.filter_map(|path| Some(path.split_once('/')?.0.to_owned()));
                findings.push(unknown(names.collect(), name));
            }
            return overrides;
        }
        for (path, bytes) in inside.filter(|(path, _)| is_of_a_part(path)) {
            let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            overrides.add(path.to_owned(), size, || Ok(bytes.clone()), findings);
        }
        overrides
    }

    fn add(
        &mut self,
        path: String,
        size: u64,
        read: impl FnOnce() -> io::Result<Vec<u8>>,
        findings: &mut Vec<Finding>,
    ) {
        let trouble = if size > LARGEST {
            Some("larger than 4 MiB".to_owned())
        } else {
            match read() {
                // A copy of the default looks as the default does, and costs nothing.
                Ok(bytes) if embedded::file(&path).is_some_and(|file| file.bytes == bytes) => None,
                Ok(bytes) if path.starts_with("static/") || std::str::from_utf8(&bytes).is_ok() => {
                    self.files.insert(path.clone(), bytes);
                    None
                }
                Ok(_) => Some("not UTF-8".to_owned()),
                Err(error) => Some(error.to_string()),
            }
        };
        if let Some(trouble) = trouble {
            findings.push(Finding {
                rule: RULE,
                severity: Severity::Error,
                place: Place::whole(self.path(&path)),
                message: format!("this file cannot be used: {trouble}"),
                help: "save it as UTF-8 text; until then the default theme's is used".to_owned(),
            });
        }
    }

    /// The path of a file of this theme, relative to the root.
    pub fn path(&self, file: &str) -> String {
        format!("themes/{}/{file}", self.theme)
    }

    /// The text of a file that is there.
    pub fn text(&self, file: &str) -> Option<&str> {
        std::str::from_utf8(self.files.get(file)?)
            .ok()
            .map(|text| text.strip_prefix('\u{feff}').unwrap_or(text))
    }

    /// The files of a folder: the path inside that folder and the bytes.
    pub fn of<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.files.iter().filter_map(move |(path, bytes)| {
            Some((path.strip_prefix(folder)?.strip_prefix('/')?, bytes.as_slice()))
        })
    }

    pub fn sources(&self) -> Sources {
        self.files
            .keys()
            .filter_map(|file| Some((Arc::from(self.path(file)), Arc::from(self.text(file)?))))
            .collect()
    }
}

/// A name of a folder and nothing more: no way out of `themes`.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':', '\0'])
}

/// `pages/list.html`, with `/` on every system; hidden files are no part of a theme.
fn inner_path(folder: &Path, file: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> =
        file.strip_prefix(folder).ok()?.iter().map(|part| part.to_str()).collect();
    let parts = parts?;
    (!parts.iter().any(|part| part.starts_with('.'))).then(|| parts.join("/"))
}

/// Whether a file, by its path inside a theme's folder, may be a part of that theme.
fn is_of_a_part(path: &str) -> bool {
    let part = path.split_once('/').map(|(part, _)| part);
    part.is_some_and(|part| PARTS.contains(&part)) && !path.split('/').any(|it| it.starts_with('.'))
}

/// The themes that lie in the repository.
fn folders(root: &Path) -> Vec<String> {
    std::fs::read_dir(root.join("themes"))
        .map(|entries| {
            entries
                .flatten()
                .filter(|entry| entry.path().is_dir())
                .filter_map(|entry| entry.file_name().into_string().ok())
                .collect()
        })
        .unwrap_or_default()
}

fn unknown(mut known: Vec<String>, name: &str) -> Finding {
    known.push("default".to_owned());
    known.sort();
    let help = nearest(name, known.iter().map(String::as_str)).map_or_else(
        || "make the folder, or write `theme = \"default\"`".to_owned(),
        |near| format!("write `theme = \"{near}\"`"),
    );
    Finding {
        rule: RULE,
        severity: Severity::Error,
        place: Place::whole("littlethings.toml"),
        message: format!("there is no theme `{name}` in the folder `themes`"),
        help,
    }
}
