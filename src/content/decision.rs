//! decision.md: what was decided. Pure.

use jiff::civil::Date;

use super::fact::Grammar;
use super::notes::{Notes, SETTINGS_ARE_READ};
use super::outline::{Outline, outline};
use super::source::Source;
use crate::finding::Placed;
use crate::model::{Decision, Outcome};
use crate::words;

pub(crate) const DECISION: Grammar = Grammar {
    title_keys: &["Decision", "Date", "Next round"],
    title_named: None,
    entry_keys: None,
    telling: "Decision",
};

pub(crate) fn read(source: &Source, notes: &mut Notes) -> Decision {
    let Outline { parts, .. } = outline(source, &DECISION, notes);
    let mut decision = Decision {
        title: None,
        outcome: None,
        date: None,
        next_round: None,
        prose: Default::default(),
        place: source.whole(),
    };
    for part in parts {
        if part.level == 0 {
            decision.prose = part.prose;
            continue;
        }
        decision.outcome =
            part.value("Decision").map(|value| value.map(|words| read_outcome(&words)));
        decision.date = part.value("Date").and_then(|value| read_date(value, notes));
        decision.next_round = part.value("Next round");
        decision.title = Some(Placed::new(part.title, part.title_place));
        decision.prose = part.prose;
    }
    decision
}

fn read_outcome(written: &str) -> Outcome {
    let folded = words::fold(written);
    Outcome::KNOWN
        .into_iter()
        .find(|outcome| words::fold(outcome.word()) == folded)
        .unwrap_or_else(|| Outcome::Other(written.to_owned()))
}

fn read_date(written: Placed<String>, notes: &mut Notes) -> Option<Placed<Date>> {
    match written.value.trim().parse::<Date>() {
        Ok(date) => Some(Placed::new(date, written.place)),
        Err(_) => {
            notes.error(
                SETTINGS_ARE_READ,
                written.place,
                format!("`{}` is no date", written.value),
                "write year, month and day, such as `- Date: 2026-08-20`",
            );
            None
        }
    }
}
