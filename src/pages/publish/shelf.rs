//! Where finished pages wait for the one who writes.
//!
//! A folder takes one new file at a time. Two who make files in it at once only wait for each other,
//! and the system waits by turning in circles; so whoever finds nobody writing writes for all.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::disk::Disk;
use super::{PublishError, write};

/// How many pages may wait before who brings one waits, too: they lie in memory.
const ROOM: usize = 64;

pub(super) struct Shelf<'a> {
    disk: &'a dyn Disk,
    waiting: Mutex<Vec<Page<'a>>>,
    /// Whoever has it writes.
    pen: Mutex<()>,
}

/// Where it belongs, and what is in it.
type Page<'a> = (PathBuf, Cow<'a, [u8]>);

impl<'a> Shelf<'a> {
    pub fn new(disk: &'a dyn Disk) -> Shelf<'a> {
        Shelf { disk, waiting: Mutex::default(), pen: Mutex::default() }
    }

    /// Writes a page, or leaves it to whoever is writing.
    pub fn put(&self, path: PathBuf, bytes: Cow<'a, [u8]>) -> Result<(), PublishError> {
        let waiting = {
            let mut waiting = lock(&self.waiting);
            waiting.push((path, bytes));
            waiting.len()
        };
        if waiting > ROOM {
            return self.clear();
        }
        match self.pen.try_lock() {
            Ok(_pen) => self.write_all(),
            Err(_) => Ok(()),
        }
    }

    /// Writes what is still waiting, when everybody has brought theirs.
    pub fn clear(&self) -> Result<(), PublishError> {
        let _pen = lock(&self.pen);
        self.write_all()
    }

    fn write_all(&self) -> Result<(), PublishError> {
        while let Some((path, bytes)) = self.next() {
            write(self.disk, &path, &bytes)?;
        }
        Ok(())
    }

    fn next(&self) -> Option<Page<'a>> {
        lock(&self.waiting).pop()
    }
}

/// Nothing is left half done by whoever panics: a page is on the shelf or it is not.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
