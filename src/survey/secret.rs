//! The secret that links are made with: a file that only its owner may read.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use data_encoding::HEXLOWER_PERMISSIVE;

/// Whoever knows this can answer for anybody. One or more keys: new links are made with the first,
/// links made with any of them open, so that a key can be replaced while a survey runs.
#[derive(Clone)]
pub struct Secret {
    keys: Vec<Key>,
}

/// 256 bits, used through [`Key::derive`] only.
#[derive(Clone)]
pub(super) struct Key([u8; 32]);

/// Why there is no secret to work with.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("cannot read the secret file {path}: {source}")]
    Read { path: String, source: io::Error },
    #[error("cannot make the secret file {path}: {source}")]
    Make { path: String, source: io::Error },
    #[error(
        "others may read the secret file {path} (its mode is {mode:o}), and with it answer for \
         anybody; `chmod 600 {path}` mends it"
    )]
    TooOpen { path: String, mode: u32 },
    #[error(
        "line {line} of the secret file {path} is no key; a key is 64 hexadecimal digits, and \
         where the file does not exist one is made"
    )]
    NoKey { path: String, line: usize },
    #[error("the system gives no random numbers: {0}")]
    NoRandomness(getrandom::Error),
}

impl Secret {
    /// Reads the file at `path`, or makes it with a new key and mode 0600 where there is none.
    /// A key stands on a line of its own; empty lines and lines that begin with `#` are skipped.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or made, holds anything but keys, or others may read it.
    pub fn read_or_make(path: &Path) -> Result<Secret, SecretError> {
        match Secret::make(path) {
            Err(SecretError::Make { source, .. })
                if source.kind() == io::ErrorKind::AlreadyExists =>
            {
                Secret::read(path)
            }
            made => made,
        }
    }

    /// A secret that nobody ever knows, for stores that are thrown away.
    ///
    /// # Errors
    ///
    /// When the system gives no random numbers.
    pub fn throw_away() -> Result<Secret, SecretError> {
        Ok(Secret { keys: vec![Key(random()?)] })
    }

    /// The secret of one known key, for tests and benchmarks.
    pub fn of(key: [u8; 32]) -> Secret {
        Secret { keys: vec![Key(key)] }
    }

    /// Makes the file, complete before it has its name: two first runs at once agree on one key.
    fn make(path: &Path) -> Result<Secret, SecretError> {
        let make = |source| SecretError::Make { path: path.display().to_string(), source };
        if path.exists() {
            return Err(make(io::ErrorKind::AlreadyExists.into()));
        }
        let key: [u8; 32] = random()?;
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        fs::create_dir_all(folder).map_err(make)?;
        // A temporary file of this crate has mode 0600 from its first moment.
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(make)?;
        writeln!(file, "{}", HEXLOWER_PERMISSIVE.encode(&key)).map_err(make)?;
        file.as_file().sync_all().map_err(make)?;
        file.persist_noclobber(path).map_err(|error| make(error.error))?;
        Ok(Secret { keys: vec![Key(key)] })
    }

    fn read(path: &Path) -> Result<Secret, SecretError> {
        let shown = || path.display().to_string();
        let read = |source| SecretError::Read { path: shown(), source };
        refuse_open(path, &fs::metadata(path).map_err(read)?)?;
        let text = fs::read_to_string(path).map_err(read)?;
        let mut keys = Vec::new();
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let key = HEXLOWER_PERMISSIVE.decode(line.as_bytes()).ok();
            let key = key.and_then(|bytes| bytes.try_into().ok());
            let bad = || SecretError::NoKey { path: shown(), line: index + 1 };
            keys.push(Key(key.ok_or_else(bad)?));
        }
        if keys.is_empty() {
            return Err(SecretError::NoKey { path: shown(), line: 1 });
        }
        Ok(Secret { keys })
    }

    /// Names the key that new links are made with, and says nothing about it.
    pub fn name(&self) -> String {
        self.first().name()
    }

    /// Whether links open the form that were made with the key of that name.
    pub fn opens(&self, name: &str) -> bool {
        self.keys.iter().any(|key| key.name() == name)
    }

    /// The key that new links are made with.
    pub(super) fn first(&self) -> &Key {
        // Every way to make a secret gives it at least one key.
        &self.keys[0]
    }

    pub(super) fn keys(&self) -> &[Key] {
        &self.keys
    }
}

impl Key {
    /// A key for one use, from which neither this one nor that of another use can be had.
    pub(super) fn derive(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(&format!("littlethings 2026-11 {purpose}"), &self.0)
    }

    fn name(&self) -> String {
        HEXLOWER_PERMISSIVE.encode(&self.derive("name")[..8])
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// That many random bytes from the system.
pub(super) fn random<const N: usize>() -> Result<[u8; N], SecretError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(SecretError::NoRandomness)?;
    Ok(bytes)
}

#[cfg(unix)]
fn refuse_open(path: &Path, about: &fs::Metadata) -> Result<(), SecretError> {
    use std::os::unix::fs::PermissionsExt;
    let mode = about.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(SecretError::TooOpen { path: path.display().to_string(), mode })
}

#[cfg(not(unix))]
fn refuse_open(_: &Path, _: &fs::Metadata) -> Result<(), SecretError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_made_once_and_read_ever_after() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("inner/secret");
        let made = Secret::read_or_make(&path).unwrap();
        let read = Secret::read_or_make(&path).unwrap();
        assert_eq!(made.first().0, read.first().0);
        assert_eq!(format!("{made:?} {:?}", made.first()), "Secret(..) Key(..)");
        let other = Secret::read_or_make(&folder.path().join("other")).unwrap();
        assert_ne!(made.first().0, other.first().0);
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_may_read_is_refused_in_words() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        Secret::read_or_make(&path).unwrap();
        let mode = |mode| fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        for open in [0o640, 0o604, 0o660, 0o644] {
            mode(open);
            let error = Secret::read_or_make(&path).unwrap_err().to_string();
            assert!(error.contains("chmod 600"), "{error}");
        }
        mode(0o400);
        assert!(Secret::read_or_make(&path).is_ok());
    }

    #[test]
    fn what_is_no_key_is_named_by_its_line_and_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        Secret::read_or_make(&path).unwrap();
        let good = fs::read_to_string(&path).unwrap();
        let name = Secret::read_or_make(&path).unwrap().name();
        let new = "07".repeat(32);
        fs::write(&path, format!("# two keys\n\n{new}\n{good}")).unwrap();
        let two = Secret::read_or_make(&path).unwrap();
        assert_eq!((two.keys().len(), two.opens(&name), two.name() == name), (2, true, false));
        assert!(!Secret::of([8; 32]).opens(&name) && !good.contains(&name));
        fs::write(&path, format!("{good}hunter2\n")).unwrap();
        let error = Secret::read_or_make(&path).unwrap_err().to_string();
        assert!(error.contains("line 2") && !error.contains("hunter2"), "{error}");
        fs::write(&path, "\n").unwrap();
        assert!(matches!(Secret::read_or_make(&path), Err(SecretError::NoKey { .. })));
    }
}
