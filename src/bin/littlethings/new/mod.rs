//! `littlethings new`: a fresh round, list or theme, ready to be filled in. Nothing that is already
//! there is ever written over.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{Args, Subcommand};
use littlethings::model::Ref;
use littlethings::words;

use crate::options::Options;
use crate::trouble::Trouble;

mod list;
mod round;
mod theme;
mod toml;

pub use round::{FirstRound, RoundFiles, first_round};

/// Begin a round, a list or a theme.
#[derive(Args)]
pub struct New {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    Round(round::NewRound),
    List(list::NewList),
    Theme(theme::NewTheme),
}

impl New {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        match self.what {
            What::Round(round) => round.run(options),
            What::List(list) => list.run(options),
            What::Theme(theme) => theme.run(options),
        }
    }
}

/// A name that becomes a file and an address: letters and digits of any script, and hyphens.
fn checked_name(written: &str) -> Result<&str, Trouble> {
    let clean = Ref::clean(written);
    if clean == written && !clean.is_empty() {
        return Ok(written);
    }
    let instead = if clean.is_empty() {
        "use letters, digits and hyphens".to_owned()
    } else {
        format!("try `{clean}`")
    };
    Err(Trouble::BadName { written: words::visible(written), instead })
}

/// Writes a file that is not there yet. Two names that differ only by case are one file on some
/// disks, so both count as there.
pub fn write_new(root: &Path, path: &str, text: impl AsRef<[u8]>) -> Result<(), Trouble> {
    let full = root.join(path);
    if let Some(folder) = full.parent() {
        fs::create_dir_all(folder)
            .map_err(|source| Trouble::Write { path: path.to_owned(), source })?;
    }
    refuse_existing(root, path)?;
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&full)
        .and_then(|mut file| file.write_all(text.as_ref()))
        .map_err(|source| match source.kind() {
            io::ErrorKind::AlreadyExists => Trouble::Exists { path: path.to_owned() },
            _ => Trouble::Write { path: path.to_owned(), source },
        })
}

/// Stops where `path` or a name that differs from it only by case is there.
fn refuse_existing(root: &Path, path: &str) -> Result<(), Trouble> {
    existing(root, path).map_or(Ok(()), |path| Err(Trouble::Exists { path }))
}

/// What is there under that name, or under one that differs from it only by case.
pub fn existing(root: &Path, path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mut entries = fs::read_dir(root.join(folder)).ok()?.flatten();
    entries.find_map(|entry| {
        let other = entry.file_name().to_string_lossy().into_owned();
        let is_there = Ref::key(&other) == Ref::key(name);
        let path = if folder.is_empty() { other } else { format!("{folder}/{other}") };
        is_there.then_some(path)
    })
}

/// The guide for partners that `init` writes. From then on it is the organiser's.
pub const GUIDE: &str = "CONTRIBUTING.md";

/// One step more where the guide leads partners to lists and none of them is, or is in, this one.
fn step_for_guide(root: &Path, list: &str) -> String {
    match fs::read_to_string(root.join(GUIDE)) {
        Ok(guide) if guide.contains("/lists/") && !guide.contains(list) => {
            format!("then: lead partners to {list} in {GUIDE}, which names other lists\n")
        }
        _ => String::new(),
    }
}

/// `2026-summer` as a person says it: `Summer 2026`.
fn title(name: &str) -> String {
    let mut words: Vec<String> = name.split('-').map(capitalised).collect();
    if words.len() > 1 && words[0].len() == 4 && words[0].bytes().all(|b| b.is_ascii_digit()) {
        words.rotate_left(1);
    }
    words.join(" ")
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_file_and_an_address() {
        for good in ["2026-summer", "atlas", "größe", "請求書", "a_b"] {
            assert!(checked_name(good).is_ok(), "{good}");
        }
        for bad in ["", "..", "../up", "a b", "a/b", "con", "-x", "🚀", "a\u{1b}b", ".git"] {
            assert!(checked_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_title_is_how_a_person_says_the_name() {
        assert_eq!(title("2026-summer"), "Summer 2026");
        assert_eq!(title("billing-portal"), "Billing Portal");
        assert_eq!(title("2026"), "2026");
        assert_eq!(title("élan"), "Élan");
    }

    #[test]
    fn a_file_is_never_written_over() {
        let root = tempfile::tempdir().unwrap();
        write_new(root.path(), "content/a/lists/Atlas.md", "first").unwrap();
        let again = write_new(root.path(), "content/a/lists/atlas.md", "second");
        assert!(
            matches!(again, Err(Trouble::Exists { path }) if path == "content/a/lists/Atlas.md")
        );
        assert_eq!(fs::read(root.path().join("content/a/lists/Atlas.md")).unwrap(), b"first");
    }
}
