//! The door into a folder: a file per letter, and nobody gets mail.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::{Delivery, Door, Envelope, Stage, one_line};

/// A folder that letters are written into, as `.eml`.
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    pub fn new(path: PathBuf) -> Folder {
        Folder { path }
    }
}

impl Door for Folder {
    /// Writes the letter whole or not at all. The same letter for the same recipient is the same
    /// file, so that a second try leaves no second letter.
    fn deliver(&mut self, envelope: &Envelope, bytes: &str) -> Delivery {
        let name = name(envelope, bytes);
        match keep(&self.path, &name, bytes) {
            Ok(()) => Delivery::Accepted { words: format!("written to {name}") },
            Err(error) => Delivery::Stop {
                stage: Stage::Body,
                code: None,
                words: one_line(&format!(
                    "cannot write into {}: {error}; name another folder in LITTLETHINGS_SMTP_URL",
                    self.path.display()
                )),
            },
        }
    }

    fn close(&mut self) {}
}

/// From the recipient and the bytes, never from a time or a counter.
fn name(envelope: &Envelope, bytes: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(envelope.to.as_bytes()).update(&[0]).update(bytes.as_bytes());
    let hash = hasher.finalize().to_hex();
    format!("{}.eml", &hash[..32])
}

/// Letters name people, so the folder is made for its owner only, and so are the files.
fn keep(folder: &Path, name: &str, bytes: &str) -> io::Result<()> {
    let mut maker = std::fs::DirBuilder::new();
    maker.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut maker, 0o700);
    maker.create(folder)?;
    let mut file = tempfile::Builder::new().prefix(".letter-").tempfile_in(folder)?;
    file.write_all(bytes.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(folder.join(name)).map_err(|error| error.error)?;
    // The name is as durable as the bytes only once its folder is written too.
    #[cfg(unix)]
    std::fs::File::open(folder)?.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(address: &str) -> Envelope {
        Envelope { from: "week@example.org".to_owned(), to: address.to_owned() }
    }

    fn files(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn the_same_letter_is_the_same_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        let mut door = Folder::new(path.clone());
        for (address, bytes) in [
            ("ana@example.org", "one\r\n"),
            ("ana@example.org", "one\r\n"),
            ("bob@example.org", "one\r\n"),
            ("ana@example.org", "two\r\n"),
        ] {
            let delivery = door.deliver(&to(address), bytes);
            assert!(matches!(delivery, Delivery::Accepted { .. }), "{delivery:?}");
        }
        let names = files(&path);
        assert_eq!(names.len(), 3, "{names:?}");
        assert!(names.iter().all(|name| name.ends_with(".eml") && !name.contains("ana")));
        let kept = name(&to("ana@example.org"), "one\r\n");
        assert_eq!(std::fs::read_to_string(path.join(kept)).unwrap(), "one\r\n");
    }

    #[test]
    fn a_folder_that_cannot_be_written_stops_the_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "").unwrap();
        let delivery = Folder::new(path.join("below")).deliver(&to("ana@example.org"), "x");
        let Delivery::Stop { stage: Stage::Body, code: None, words } = delivery else {
            panic!("{delivery:?}")
        };
        assert!(words.contains("cannot write into"), "{words}");
    }
}
