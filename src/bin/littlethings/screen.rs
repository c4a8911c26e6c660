//! The one place that writes to the terminal. Styles are taken off where nobody would see them.

use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

use clap::builder::styling::{AnsiColor, Style};

use crate::trouble::Trouble;

/// The colour of what stops a run, as in the findings.
const ERROR: Style = AnsiColor::BrightRed.on_default().bold();

/// Writes `text` to standard output. A reader that has gone away, such as `head`, has seen
/// enough: that is no trouble.
pub fn say(text: &str) -> Result<(), Trouble> {
    let mut out: Box<dyn Write> = if is_plain(text) {
        Box::new(io::stdout().lock())
    } else {
        Box::new(anstream::stdout().lock())
    };
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(source) if source.kind() != io::ErrorKind::BrokenPipe => {
            Err(Trouble::Write { path: "the output".to_owned(), source })
        }
        _ => Ok(()),
    }
}

/// Whether there is nothing to take off: to follow the styles in a text of megabytes takes long.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_whitespace() || !byte.is_ascii_control())
}

/// Writes a line to standard error. Where even that fails there is nobody left to tell.
pub fn note(line: impl Display) {
    let _ = writeln!(anstream::stderr().lock(), "{line}");
}

/// Says why the command could not run.
pub fn give_up(trouble: &Trouble) -> ExitCode {
    note(format_args!("{ERROR}error{ERROR:#}: {trouble}"));
    ExitCode::from(2)
}

/// How many columns there are: the terminal's, or `otherwise` where the output goes to a file.
pub fn columns(otherwise: usize) -> usize {
    terminal_size::terminal_size_of(io::stdout())
        .map_or(otherwise, |(width, _)| usize::from(width.0).max(40))
}
