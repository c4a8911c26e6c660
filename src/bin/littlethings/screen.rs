//! The one place that writes to the terminal. Styles are taken off where nobody would see them.

use std::fmt::Display;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use clap::builder::styling::{AnsiColor, Style};

use crate::trouble::Trouble;

/// The colour of what stops a run, as in the findings.
const ERROR: Style = AnsiColor::BrightRed.on_default().bold();

/// Writes `text` to standard output. A reader that has gone away, such as `head`, has seen
/// enough: that is no trouble.
pub fn say(text: &str) -> Result<(), Trouble> {
    say_all([text])
}

/// Writes texts one after the other, as [`say`] does.
pub fn say_all<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<(), Trouble> {
    match write_all(texts) {
        Err(source) if source.kind() != io::ErrorKind::BrokenPipe => {
            Err(Trouble::Write { path: "the output".to_owned(), source })
        }
        _ => Ok(()),
    }
}

fn write_all<'a>(texts: impl IntoIterator<Item = &'a str>) -> io::Result<()> {
    // Texts of megabytes are not cut into lines, and where there are no styles nothing is searched.
    let mut plain = BufWriter::with_capacity(64 * 1024, io::stdout().lock());
    for text in texts {
        if is_plain(text) {
            plain.write_all(text.as_bytes())?;
        } else {
            plain.flush()?;
            anstream::AutoStream::auto(io::stdout()).write_all(text.as_bytes())?;
        }
    }
    plain.flush()
}

/// Whether there is nothing to take off, as it is with nearly all that is said. Every byte is looked
/// at, because that is faster than to stop at the first.
fn is_plain(text: &str) -> bool {
    let is_odd = |byte: u8| byte == 0x7f || (byte < b' ' && !matches!(byte, b'\t'..=b'\r'));
    !text.bytes().fold(false, |odd, byte| odd | is_odd(byte))
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
