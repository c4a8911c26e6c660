//! record.toml: what the site shows of the store. Names nobody. The reader in `content` reads back
//! exactly what is written here.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::{Counted, Record};

/// The text of a record, its instants on the clocks of `zone`. The same record gives the same
/// bytes.
pub fn write(record: &Record, zone: &TimeZone) -> String {
    let at = |at: Timestamp| instant(at, zone);
    let mut text =
        "# Written by littlethings-mail; please leave it to it. No person is named here.\n\
                    format = 1\n"
            .to_owned();
    line(&mut text, "written", record.written.map(at));
    line(&mut text, "simulated", record.simulated.then(|| "true".to_owned()));
    for told in &record.told {
        text += "\n[[told]]\n";
        line(&mut text, "ref", Some(quoted(&told.r#ref)));
        line(&mut text, "kind", Some(quoted(&told.kind)));
        line(&mut text, "at", Some(at(told.at)));
    }
    survey(&mut text, record, &at);
    for counted in &record.questions {
        question(&mut text, counted);
    }
    for comment in &record.comments {
        text += "\n[[comments]]\n";
        line(&mut text, "question", Some(quoted(&comment.question)));
        line(&mut text, "text", Some(quoted(&comment.text)));
    }
    if let Some(outcome) = record.outcome {
        text += "\n[decision]\n";
        line(&mut text, "outcome", Some(quoted(outcome.word())));
    }
    text
}

/// Puts a text in place of a file at once, or leaves the file as it was: on any error, and where
/// it has that text already. Says whether it was written.
///
/// # Errors
///
/// When the folder cannot be written to.
pub fn replace(path: &Path, text: &str) -> io::Result<bool> {
    if fs::read(path).is_ok_and(|there| there == text.as_bytes()) {
        return Ok(false);
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".record-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    #[cfg(unix)]
    {
        // It is published, and a temporary file is for its owner alone.
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(path).map_or(0o644, |about| about.permissions().mode());
        file.as_file().set_permissions(fs::Permissions::from_mode(mode))?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(true)
}

fn survey(text: &mut String, record: &Record, at: &dyn Fn(Timestamp) -> String) {
    let survey = &record.survey;
    if survey.asked_at.is_none() && survey.reminded_at.is_empty() && survey.sides.is_empty() {
        return;
    }
    *text += "\n[survey]\n";
    line(text, "asked_at", survey.asked_at.map(at));
    let reminded: Vec<String> = survey.reminded_at.iter().map(|reminded| at(*reminded)).collect();
    line(text, "reminded_at", Some(format!("[{}]", reminded.join(", "))));
    for (side, count) in &survey.sides {
        let _ = writeln!(text, "\n[survey.sides.{}]", side.word());
        line(text, "asked", Some(count.asked.to_string()));
        line(text, "answered", Some(count.answered.to_string()));
    }
}

fn question(text: &mut String, counted: &Counted) {
    *text += "\n[[questions]]\n";
    line(text, "ref", Some(quoted(&counted.r#ref)));
    line(text, "side", Some(quoted(counted.side.map_or("all", |side| side.word()))));
    line(text, "answers", Some(counted.answers.to_string()));
    let Some(counts) = &counted.counts else {
        line(text, "hidden", Some("true".to_owned()));
        return;
    };
    let counts: Vec<String> =
        counts.iter().map(|(choice, count)| format!("{} = {count}", quoted(choice))).collect();
    let counts =
        if counts.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", counts.join(", ")) };
    line(text, "counts", Some(counts));
}

fn line(text: &mut String, key: &str, value: Option<String>) {
    if let Some(value) = value {
        let _ = writeln!(text, "{key} = {value}");
    }
}

/// An instant as people of that zone write it. TOML knows offsets of whole minutes.
fn instant(at: Timestamp, zone: &TimeZone) -> String {
    let offset = zone.to_offset(at);
    if offset.seconds() % 60 == 0 {
        at.display_with_offset(offset).to_string()
    } else {
        at.to_string()
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
