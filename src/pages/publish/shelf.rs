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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::disk::RealDisk;
    use super::*;

    fn bring(shelf: &Shelf, folder: &Path, numbers: std::ops::Range<usize>) {
        for number in numbers {
            let bytes = number.to_string().into_bytes();
            shelf.put(folder.join(number.to_string()), bytes.into()).unwrap();
        }
    }

    #[test]
    fn whatever_was_brought_by_however_many_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(&RealDisk);
        std::thread::scope(|scope| {
            for part in 0..8 {
                let (shelf, folder) = (&shelf, folder.path());
                scope.spawn(move || bring(shelf, folder, part * 50..part * 50 + 50));
            }
        });
        shelf.clear().unwrap();
        for number in 0..400 {
            let text = std::fs::read_to_string(folder.path().join(number.to_string())).unwrap();
            assert_eq!(text, number.to_string());
        }
    }

    #[test]
    fn a_shelf_never_holds_more_than_there_is_room_for() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(&RealDisk);
        // Somebody is writing, and for a while comes to nothing.
        let pen = lock(&shelf.pen);
        bring(&shelf, folder.path(), 0..ROOM);
        assert_eq!(lock(&shelf.waiting).len(), ROOM);
        drop(pen);
        bring(&shelf, folder.path(), ROOM..ROOM + 1);
        assert_eq!(lock(&shelf.waiting).len(), 0);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), ROOM + 1);
    }

    #[test]
    fn a_page_that_cannot_be_written_is_told_to_who_writes() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(&RealDisk);
        let nowhere = folder.path().join("nowhere/page.html");
        let told = shelf.put(nowhere, Cow::Borrowed(b"page")).unwrap_err();
        assert!(told.to_string().contains("nowhere/page.html"), "{told}");
    }
}
