//! `littlethings fmt`: gives a ref to what has none, and changes nothing else.

use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use littlethings::content::{self, Content};
use littlethings::model::ListFile;
use littlethings::words::{self, count};

use crate::options::Options;
use crate::screen;
use crate::trouble::Trouble;

/// Add the refs that are missing, and nothing else.
///
/// A ref is an item's lasting identity: with it a title may be reworded and an item moved. Every
/// other byte stays. Exits with 1 when a file cannot be read, or under --check when one would change.
#[derive(Args)]
pub struct Fmt {
    /// Only say which files would change
    #[arg(long)]
    check: bool,
}

impl Fmt {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let root = options.root()?;
        let content = content::read(&root)?;
        let changes = content::add_refs(&content);
        for content::Rewrite { path, text, added } in &changes {
            if !self.check {
                replace(&root.join(path), text)
                    .map_err(|source| Trouble::Write { path: path.clone(), source })?;
            }
            let done = if self.check { "would get" } else { "got" };
            let refs = words::and(&words::ticked(added));
            screen::say(&format!("{path}: {done} {refs}\n"))?;
        }
        let refused = refused(&content);
        for path in &refused {
            screen::note(format_args!("{path}: left alone, `littlethings check` says why"));
        }
        if changes.is_empty() && refused.is_empty() {
            screen::say("nothing to add: every item and every question has its ref\n")?;
        } else if !changes.is_empty() {
            let files = count(changes.len(), "file", "files");
            let done = if self.check { "would change" } else { "changed" };
            screen::say(&format!("{files} {done}\n"))?;
        }
        let stop = !refused.is_empty() || (self.check && !changes.is_empty());
        Ok(if stop { ExitCode::from(1) } else { ExitCode::SUCCESS })
    }
}

/// The lists and surveys that cannot be read as text, and so are not written either.
fn refused(content: &Content) -> Vec<String> {
    let mut refused = Vec::new();
    for round in &content.site.rounds {
        for product in &round.products {
            if product.list == ListFile::Refused {
                refused.push(product.list_path.to_string());
            }
        }
        if round.survey_refused {
            refused.push(round.path("survey.md"));
        }
    }
    refused
}

/// The byte-order mark, which readers leave out of the text and writers keep.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Puts `text` in the place of a file, whole or not at all, with the permissions it had.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let permissions = fs::metadata(path)?.permissions();
    let mut new = tempfile::NamedTempFile::new_in(folder)?;
    if fs::read(path)?.starts_with(MARK) {
        new.write_all(MARK)?;
    }
    new.write_all(text.as_bytes())?;
    new.as_file().set_permissions(permissions)?;
    new.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_with_its_permissions_and_no_leftovers() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("atlas.md");
        std::fs::write(&path, "old").unwrap();
        let before = fs::metadata(&path).unwrap().permissions();
        replace(&path, "\u{feff}new\r\n").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), "\u{feff}new\r\n".as_bytes());
        assert_eq!(fs::metadata(&path).unwrap().permissions(), before);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
