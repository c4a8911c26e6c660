//! Mails out of a Maildir, an mbox or a single file, one after the other and none larger than
//! there is any use for. Nothing is moved, marked or deleted.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// No mail that answers a letter is larger than this, with all its pictures.
const LARGEST: u64 = 32 << 20;

/// A mail as it lies in a mailbox.
pub struct Mail {
    /// Where it lies: a path and, in an mbox, its number from 1.
    pub place: String,
    /// `None` where it is too large.
    pub bytes: Option<Vec<u8>>,
}

/// Why a mailbox could not be read.
#[derive(Debug, thiserror::Error)]
pub enum MailboxError {
    #[error("cannot read {path}: {source}")]
    Read { path: String, source: io::Error },
    #[error(
        "{path} is no mailbox: a Maildir has the folders `cur` and `new`, an mbox begins with \
         `From `, and a single mail is a file that ends in `.eml`"
    )]
    NoMailbox { path: String },
}

/// Hands over every mail at `path`.
///
/// # Errors
///
/// When it is no mailbox, or cannot be read.
pub fn each(path: &Path, mut take: impl FnMut(Mail)) -> Result<(), MailboxError> {
    let trouble = |source| MailboxError::Read { path: path.display().to_string(), source };
    let no_mailbox = || MailboxError::NoMailbox { path: path.display().to_string() };
    let about = fs::metadata(path).map_err(trouble)?;
    if about.is_dir() {
        let folders: Vec<PathBuf> = ["cur", "new"]
            .map(|name| path.join(name))
            .into_iter()
            .filter(|it| it.is_dir())
            .collect();
        if folders.is_empty() {
            return Err(no_mailbox());
        }
        for folder in folders {
            for file in files(&folder).map_err(trouble)? {
                whole(&file, &mut take).map_err(trouble)?;
            }
        }
        return Ok(());
    }
    let mut file = BufReader::new(File::open(path).map_err(trouble)?);
    let begin = file.fill_buf().map_err(trouble)?;
    if begin.starts_with(b"From ") || begin.is_empty() {
        mbox(path, file, &mut take).map_err(trouble)
    } else if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("eml")) {
        whole(path, &mut take).map_err(trouble)
    } else {
        Err(no_mailbox())
    }
}

/// The files of a folder, by name. Of a Maildir that is roughly the order of their arrival.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        // A pipe would keep us waiting, and one that is gone by now was taken away by its reader.
        if fs::metadata(&path).is_ok_and(|about| about.is_file()) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn whole(path: &Path, take: &mut impl FnMut(Mail)) -> io::Result<()> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        file => file?,
    };
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    let fits = bytes.len() as u64 <= LARGEST;
    take(Mail { place: path.display().to_string(), bytes: fits.then_some(bytes) });
    Ok(())
}

/// Cuts at lines that begin with `From `; what was quoted because it would look like one is not
/// any more.
fn mbox(path: &Path, mut file: impl BufRead, take: &mut impl FnMut(Mail)) -> io::Result<()> {
    let (mut number, mut is_line_start) = (0, true);
    let mut mail: Option<Vec<u8>> = None;
    let mut piece = Vec::new();
    let mut hand_over = |number: usize, mail: Vec<u8>| {
        let fits = mail.len() as u64 <= LARGEST;
        let place = format!("{}, mail {number}", path.display());
        take(Mail { place, bytes: fits.then_some(mail) });
    };
    loop {
        piece.clear();
        // A line may be as long as the file.
        let read = file.by_ref().take(1 << 16).read_until(b'\n', &mut piece)?;
        if is_line_start && piece.starts_with(b"From ") {
            if let Some(whole) = mail.replace(Vec::new()) {
                hand_over(number, whole);
            }
            number += 1;
        } else if let Some(mail) = &mut mail
            && mail.len() as u64 <= LARGEST
        {
            let quoted = is_line_start && unquoted(&piece).is_some();
            mail.extend_from_slice(&piece[usize::from(quoted)..]);
        }
        is_line_start = piece.ends_with(b"\n");
        if read == 0 {
            break;
        }
    }
    if let Some(whole) = mail {
        hand_over(number, whole);
    }
    Ok(())
}

/// What stands behind the marks of a line such as `>From `.
fn unquoted(line: &[u8]) -> Option<&[u8]> {
    let marks = line.iter().take_while(|byte| **byte == b'>').count();
    let rest = &line[marks..];
    (marks > 0 && rest.starts_with(b"From ")).then_some(rest)
}
