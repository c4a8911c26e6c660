//! The content as it changes: read again when somebody writes, and once a minute in any case,
//! because not every disk tells of changes and the time goes on. A reading that is broken changes
//! nothing, and is told once.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use littlethings::survey::collect::Collector;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::watch;

use super::Latest;
use crate::office::{self, Office};
use crate::options::{Options, SETTINGS};
use crate::screen;

/// What is told of without a change.
const A_MINUTE: Duration = Duration::from_secs(60);
/// Somebody who saves several files has finished after such a pause.
const QUIET: Duration = Duration::from_millis(100);
/// Who never pauses is not waited for.
const LONGEST: Duration = Duration::from_secs(1);

/// Folders whose every file matters.
const DEEP: [&str; 2] = ["content", "themes"];

/// Listens for changes, from before the first reading.
pub struct Follow {
    options: Options,
    /// `None` where the system cannot tell of changes.
    watcher: Option<RecommendedWatcher>,
    changes: Receiver<()>,
}

impl Follow {
    pub fn begin(options: &Options) -> Result<Follow, crate::trouble::Trouble> {
        let (sender, changes) = mpsc::channel();
        let root = options.root()?;
        let watched = root.clone();
        let tell = move |event: notify::Result<Event>| {
            if event.map_or(true, |event| is_change(&event, &watched)) {
                // Who does not listen any more need not be told.
                let _ = sender.send(());
            }
        };
        let watcher = notify::recommended_watcher(tell).ok();
        let mut follow = Follow { options: options.clone(), watcher, changes };
        follow.watch_folders(&root);
        Ok(follow)
    }

    /// Folders are watched and not files: editors replace files. One that was deleted and made
    /// again is another.
    fn watch_folders(&mut self, root: &Path) {
        let Some(watcher) = &mut self.watcher else { return };
        let folders = DEEP.map(|folder| (root.join(folder), RecursiveMode::Recursive));
        let root = (root.to_owned(), RecursiveMode::NonRecursive);
        for (folder, mode) in folders.into_iter().chain([root]) {
            let _ = watcher.unwatch(&folder);
            // Where it cannot be watched, the minutes are left.
            let _ = watcher.watch(&folder, mode);
        }
    }

    /// Hands each good reading to the form and to whoever has what this returns. Ends with the
    /// process.
    pub fn follow(self, first: Office, collector: Arc<Collector>) -> Latest {
        let (told, latest) = watch::channel(Arc::new(first));
        std::thread::spawn(move || self.read_again(&told, &collector));
        latest
    }

    fn read_again(mut self, told: &watch::Sender<Arc<Office>>, collector: &Collector) {
        let mut complaint = None;
        loop {
            let has_changed = self.wait();
            let last = told.borrow().clone();
            if has_changed {
                self.watch_folders(&last.root);
            }
            match read(&self.options, &last) {
                Ok(office) => {
                    if complaint.take().is_some() {
                        screen::note("the content can be read again");
                    }
                    collector.renew(office.site.clone(), office.theme.clone());
                    let _ = told.send(Arc::new(office));
                }
                Err(new) => {
                    if complaint.as_ref() != Some(&new) {
                        screen::note(format_args!("{new}; the form stays as it was"));
                    }
                    complaint = Some(new);
                    // Time goes on all the same: the silent are reminded, and what is over closes.
                    let _ = told.send(Arc::new(last.later()));
                }
            }
        }
    }

    /// Waits for a change and the pause after it, or for a minute. Whether there was a change.
    fn wait(&self) -> bool {
        match self.changes.recv_timeout(A_MINUTE) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return false,
            Err(RecvTimeoutError::Disconnected) => {
                std::thread::sleep(A_MINUTE);
                return false;
            }
        }
        let begun = Instant::now();
        while begun.elapsed() < LONGEST && self.changes.recv_timeout(QUIET).is_ok() {}
        true
    }
}

/// Whether anything may have another text now. The root holds much that is not content; a store may
/// even lie there.
fn is_change(event: &Event, root: &Path) -> bool {
    let is_content = |path: &Path| match path.parent() {
        Some(parent) if parent == root => {
            let is = |name: &str| path.file_name().is_some_and(|it| it == name);
            is(SETTINGS) || DEEP.iter().any(|folder| is(folder))
        }
        _ => true,
    };
    let is_reading = matches!(event.kind, EventKind::Access(_));
    event.need_rescan() || !is_reading && event.paths.iter().any(|path| is_content(path))
}

/// The content, or why it cannot take the place of the last.
fn read(options: &Options, last: &Office) -> Result<Office, String> {
    let office = office::gather(options).map_err(|trouble| trouble.to_string())?;
    let was_broken = |path: &str| last.broken.iter().any(|it| it.place.path.as_ref() == path);
    match office.broken.iter().find(|finding| !was_broken(&finding.place.path)) {
        Some(finding) => Err(format!("{}: {}", finding.place.short(), finding.message)),
        None => Ok(office),
    }
}
