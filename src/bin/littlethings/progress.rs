//! What takes longer than a blink says on a terminal how far it is: one line, written over itself
//! and taken away at the end. Never in a pipe, nor
//! where a line cannot be written over.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use littlethings::words::count;

/// Until then nobody wonders.
const BLINK: Duration = Duration::from_millis(300);
const BETWEEN: Duration = Duration::from_millis(100);
/// Back to the line's beginning, and clear it.
const CLEAR: &str = "\r\u{1b}[K";

/// How far something is, for as long as this is there.
pub struct Progress {
    far: Arc<Far>,
    telling: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Far {
    stage: &'static str,
    /// Zero while nothing is counted.
    all: AtomicUsize,
    done: AtomicUsize,
    over: AtomicBool,
}

impl Progress {
    pub fn begin(stage: &'static str) -> Progress {
        let far = Arc::new(Far { stage, ..Far::default() });
        let telling = is_heard().then(|| {
            let far = far.clone();
            thread::spawn(move || tell(&far))
        });
        Progress { far, telling }
    }

    /// That many files are to be done.
    pub fn expect(&self, all: usize) {
        self.far.all.store(all, Ordering::Relaxed);
    }

    /// One more file is done.
    pub fn step(&self) {
        self.far.done.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.far.over.store(true, Ordering::Relaxed);
        if let Some(telling) = self.telling.take() {
            telling.thread().unpark();
            let _ = telling.join();
        }
    }
}

/// Whether somebody looks, at a terminal that knows how to clear a line.
fn is_heard() -> bool {
    io::stderr().is_terminal() && anstyle_query::term_supports_ansi_color()
}

fn tell(far: &Far) {
    let mut told = false;
    thread::park_timeout(BLINK);
    while !far.over.load(Ordering::Relaxed) {
        told = true;
        let _ = write!(io::stderr().lock(), "{CLEAR}{}", within(columns(), &far.line()));
        thread::park_timeout(BETWEEN);
    }
    if told {
        let _ = write!(io::stderr().lock(), "{CLEAR}");
    }
}

/// How many columns the terminal has now: somebody may draw it larger. `None` where it does not say.
fn columns() -> Option<usize> {
    terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| usize::from(width.0))
}

/// As much of a line as a terminal has room for. What goes on in a second row could not be written
/// over. The last column stays free, because some terminals begin the next row with it.
fn within(columns: Option<usize>, line: &str) -> String {
    let room = columns.map_or(usize::MAX, |columns| columns.saturating_sub(1));
    line.chars().take(room).collect()
}

impl Far {
    fn line(&self) -> String {
        let stage = self.stage;
        match self.all.load(Ordering::Relaxed) {
            0 => format!("{stage} …"),
            // What is made twice is counted once.
            all => {
                let done = self.done.load(Ordering::Relaxed).min(all);
                format!("{stage}: {done} of {}", count(all, "file", "files"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_as_long_as_a_terminal_has_room_for() {
        let line = "reading: 1 of 9 files";
        assert_eq!(within(Some(80), line), line);
        assert_eq!(within(Some(15), line), "reading: 1 of ");
        assert_eq!(within(Some(0), line), "");
        assert_eq!(within(None, line), line);
    }

    #[test]
    fn a_line_says_how_far_it_is() {
        let progress = Progress::begin("making pages");
        assert_eq!(progress.far.line(), "making pages …");
        progress.expect(2);
        for line in ["0 of 2 files", "1 of 2 files", "2 of 2 files", "2 of 2 files"] {
            assert_eq!(progress.far.line(), format!("making pages: {line}"));
            progress.step();
        }
    }
}
