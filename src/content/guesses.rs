//! guesses/<product>.md: what the product manager expects. Pure.

use super::fact::Grammar;
use super::list::typed_number;
use super::notes::Notes;
use super::outline::{Outline, outline};
use super::source::Source;
use crate::finding::Placed;
use crate::model::{Guess, Guesses};

pub(crate) const GUESSES: Grammar =
    Grammar { title_keys: &[], title_named: None, entry_keys: Some(&["Ref"]), telling: "Ref" };

pub(crate) fn read(source: &Source, notes: &mut Notes) -> Guesses {
    let Outline { parts, .. } = outline(source, &GUESSES, notes);
    let mut guesses =
        Guesses { title: None, intro: Default::default(), all: Vec::new(), place: source.whole() };
    for part in parts {
        match part.level {
            0 => guesses.intro = part.prose,
            1 => {
                guesses.title = Some(Placed::new(part.title, part.title_place));
                guesses.intro = part.prose;
            }
            _ if super::list::is_slot(&part) => {}
            _ => guesses.all.push(Guess {
                title: typed_number(&part.title).0.to_owned(),
                r#ref: part.value("Ref"),
                place: part.title_place,
                position: guesses.all.len() + 1,
                prose: part.prose,
            }),
        }
    }
    guesses
}
