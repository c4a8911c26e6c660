//! A secret in a file that only its owner may read.

use std::fs::{self, File, Metadata};
use std::io::Read;
use std::path::Path;

use secrecy::SecretString;
use secrecy::zeroize::Zeroizing;

use super::DoorError;

/// Passwords and tokens are far below this; a larger file is some other file.
const MOST: u64 = 64 * 1024;

/// Reads the one line of `path`. `variable` names the setting the path came from, for the words of
/// an error.
///
/// # Errors
///
/// When the file cannot be read, is no plain file, is empty or more than one line, or when anyone
/// but the user who runs this may read it.
pub fn read(variable: &'static str, path: &Path) -> Result<SecretString, DoorError> {
    let unreadable = |source| DoorError::Unreadable { variable, path: path.to_owned(), source };
    // Asked before it is opened: opening a pipe would wait for somebody to write into it.
    if !fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(DoorError::NotAFile { variable, path: path.to_owned() });
    }
    let file = File::open(path).map_err(unreadable)?;
    is_private(variable, path, &file.metadata().map_err(unreadable)?)?;
    let mut written = Zeroizing::new(Vec::new());
    file.take(MOST + 1).read_to_end(&mut written).map_err(unreadable)?;
    let not_a_secret = |what| DoorError::NotASecret { variable, path: path.to_owned(), what };
    let line = std::str::from_utf8(&written).map_err(|_| not_a_secret("is not UTF-8"))?;
    let line = line.strip_suffix('\n').unwrap_or(line);
    let line = line.strip_suffix('\r').unwrap_or(line);
    match line {
        "" => Err(not_a_secret("is empty")),
        _ if written.len() as u64 > MOST => Err(not_a_secret("is larger than 64 KiB")),
        _ if line.contains(['\n', '\r']) => Err(not_a_secret("has more than one line")),
        _ if line.contains(char::is_control) => Err(not_a_secret("holds a control character")),
        _ => Ok(SecretString::from(line)),
    }
}

/// Whether there is a file at `path`, without reading it.
///
/// # Errors
///
/// When there is something else, or anyone but the user who runs this may read it.
pub fn is_there(variable: &'static str, path: &Path) -> Result<bool, DoorError> {
    let about = match fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(source) => {
            return Err(DoorError::Unreadable { variable, path: path.to_owned(), source });
        }
        Ok(about) => about,
    };
    if !about.is_file() {
        return Err(DoorError::NotAFile { variable, path: path.to_owned() });
    }
    is_private(variable, path, &about).map(|()| true)
}

/// Whether nobody but the user who runs this may read the file.
#[cfg(unix)]
fn is_private(variable: &'static str, path: &Path, about: &Metadata) -> Result<(), DoorError> {
    use std::os::unix::fs::MetadataExt;

    let mode = about.mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(DoorError::TooOpen { variable, path: path.to_owned(), mode });
    }
    if about.uid() != rustix::process::geteuid().as_raw() {
        return Err(DoorError::NotYours { variable, path: path.to_owned() });
    }
    Ok(())
}

/// There are no such bits elsewhere; the folder it lies in has to be private.
#[cfg(not(unix))]
fn is_private(_: &'static str, _: &Path, _: &Metadata) -> Result<(), DoorError> {
    Ok(())
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use secrecy::ExposeSecret;

    use super::*;

    fn kept(text: &[u8], mode: u32) -> Result<SecretString, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        read("THE_VARIABLE", &path).map_err(|error| {
            let words = error.to_string();
            assert!(words.starts_with("THE_VARIABLE names "), "{words}");
            words
        })
    }

    #[test]
    fn the_line_end_is_not_part_of_it() {
        for written in ["pa ss:wörd", "pa ss:wörd\n", "pa ss:wörd\r\n"] {
            for mode in [0o600, 0o400] {
                assert_eq!(kept(written.as_bytes(), mode).unwrap().expose_secret(), "pa ss:wörd");
            }
        }
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        for mode in [0o644, 0o640, 0o604, 0o660, 0o610] {
            let words = kept(b"hunter2", mode).unwrap_err();
            assert!(
                words.contains("chmod 600") && words.contains(&format!("{mode:04o}")),
                "{words}"
            );
            assert!(!words.contains("hunter2"));
        }
    }

    #[test]
    fn what_is_no_secret_is_refused_in_words() {
        assert!(kept(b"", 0o600).unwrap_err().contains("is empty"));
        assert!(kept(b"\n", 0o600).unwrap_err().contains("is empty"));
        assert!(kept(b"one\ntwo\n", 0o600).unwrap_err().contains("more than one line"));
        assert!(kept(b"a\0b", 0o600).unwrap_err().contains("control character"));
        assert!(kept(b"\xff\xfe", 0o600).unwrap_err().contains("not UTF-8"));
        assert!(kept(&vec![b'x'; 70_000], 0o600).unwrap_err().contains("64 KiB"));
    }

    #[test]
    fn a_folder_or_nothing_is_no_secret() {
        let folder = tempfile::tempdir().unwrap();
        let words = read("THE_VARIABLE", folder.path()).unwrap_err().to_string();
        assert!(words.contains("not a plain file"), "{words}");
        let words = read("THE_VARIABLE", &folder.path().join("none")).unwrap_err().to_string();
        assert!(words.contains("cannot be read"), "{words}");
    }
}
