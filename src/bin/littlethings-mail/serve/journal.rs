//! A line for each request. They are written beside the requests: a terminal that stands still, or
//! a reader that has gone away, keeps nobody from answering.

use std::sync::mpsc::{self, SyncSender};

use littlethings::survey::collect::Line;

use crate::screen;

/// Lines that may wait. What is more than that is left out.
const MOST: usize = 1024;

/// A panic says where it was and nothing else: its message may quote what somebody has typed.
pub fn keep_panics_short() {
    std::panic::set_hook(Box::new(|about| match about.location() {
        Some(place) => screen::note(format_args!("panicked at {place}")),
        None => screen::note("panicked"),
    }));
}

pub struct Lines(SyncSender<String>);

/// Begins to write. It ends with the process.
pub fn begin() -> Lines {
    let (sender, lines) = mpsc::sync_channel::<String>(MOST);
    std::thread::spawn(move || {
        for line in lines {
            screen::note(line);
        }
    });
    Lines(sender)
}

impl Lines {
    /// Route and status; nothing about anybody.
    pub fn note(&self, line: &Line) {
        let _ = self.0.try_send(line.to_string());
    }
}
