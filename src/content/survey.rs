//! survey.md: from entries to questions. Pure.

use std::collections::BTreeSet;

use super::fact::Grammar;
use super::notes::{KNOWN_WORDS, Notes, QUESTIONS_ARE_READ};
use super::outline::{Fact, Outline, Part, outline};
use super::source::Source;
use crate::finding::Placed;
use crate::model::{Answer, Audience, Question, Survey, Taken};
use crate::words;

pub(crate) const SURVEY: Grammar = Grammar {
    title_keys: &[],
    title_named: None,
    entry_keys: Some(&["Ref", "For", "Answer"]),
    telling: "Answer",
};

pub(crate) fn read(source: &Source, notes: &mut Notes) -> Survey {
    let Outline { parts, hidden } = outline(source, &SURVEY, notes);
    let mut survey = Survey {
        title: None,
        intro: Default::default(),
        questions: Vec::new(),
        cut_short: hidden,
        place: source.whole(),
    };
    let mut taken = Taken::default();
    for part in parts {
        match part.level {
            0 => survey.intro = part.prose,
            1 => {
                survey.title = Some(Placed::new(part.title, part.title_place));
                survey.intro = part.prose;
            }
            _ => survey.questions.push(question(part, &mut taken, notes)),
        }
    }
    survey
}

fn question(part: Part, taken: &mut Taken, notes: &mut Notes) -> Question {
    let r#ref = super::list::read_ref(part.value("Ref"), &part.title, taken);
    let audience = audience(&part, notes);
    let answer = match part.fact("Answer").filter(|fact| !fact.value.value.is_empty()) {
        Some(fact) => answer(fact, notes),
        None => {
            if !part.garbled.contains(&"Answer") {
                notes.error(
                    QUESTIONS_ARE_READ,
                    part.title_place.clone(),
                    format!("nobody can tell how `{}` is answered", part.title),
                    format!("write `- Answer: ` and one of {FORMS}"),
                );
            }
            None
        }
    };
    Question {
        r#ref,
        title: part.title,
        place: part.title_place,
        audience,
        answer,
        prose: part.prose,
    }
}

const FORMS: &str = "`scale 1 to 5`, `choose one`, `choose any`, `my items` or `text`";

fn audience(part: &Part, notes: &mut Notes) -> Vec<Audience> {
    let Some(written) = part.value("For") else {
        if !part.garbled.contains(&"For") {
            notes.error(
                QUESTIONS_ARE_READ,
                part.title_place.clone(),
                format!("nobody is asked `{}`", part.title),
                "write `- For: owners, hubs, developers, managers`, or some of them",
            );
        }
        return Vec::new();
    };
    let mut all = BTreeSet::new();
    for word in written
        .value
        .replace(" and ", ",")
        .split([',', ';', '/', '&'])
        .map(str::trim)
        .filter(|word| !word.is_empty())
    {
        match Audience::ALL.into_iter().find(|audience| is_audience(word, *audience)) {
            Some(audience) => {
                all.insert(audience);
            }
            None => {
                let near = words::nearest(word, Audience::ALL.map(Audience::word));
                let help = near.map_or_else(
                    || {
                        "write `- For: owners, hubs, developers, managers`, or some of them"
                            .to_owned()
                    },
                    |near| format!("did you mean `{near}`?"),
                );
                notes.error(
                    KNOWN_WORDS,
                    written.place.clone(),
                    format!("`{word}` is nobody who can be asked"),
                    help,
                );
            }
        }
    }
    all.into_iter().collect()
}

/// `owners`, or one `owner`.
fn is_audience(word: &str, audience: Audience) -> bool {
    let folded = words::fold(word);
    folded == audience.word() || Some(folded.as_str()) == audience.word().strip_suffix('s')
}

fn answer(fact: &Fact, notes: &mut Notes) -> Option<Answer> {
    let written = &fact.value;
    let folded = words::fold(&written.value);
    match folded.as_str() {
        "text" => Some(Answer::Text),
        "my items" => Some(Answer::MyItems),
        "choose one" => choices(fact, notes).map(Answer::ChooseOne),
        "choose any" => choices(fact, notes).map(Answer::ChooseAny),
        scale if scale.starts_with("scale") => self::scale(scale, written, notes),
        _ => {
            let near = words::nearest(
                &written.value,
                ["text", "my items", "choose one", "choose any", "scale 1 to 5"],
            );
            let help = near.map_or_else(
                || format!("write one of {FORMS}"),
                |near| format!("did you mean `{near}`?"),
            );
            notes.error(
                KNOWN_WORDS,
                written.place.clone(),
                format!("`{}` is no way to answer", written.value),
                help,
            );
            None
        }
    }
}

/// A scale has at least two steps and at most eleven, so that it fits on a phone.
fn scale(folded: &str, written: &Placed<String>, notes: &mut Notes) -> Option<Answer> {
    let numbers: Vec<u32> = folded.split(' ').filter_map(|word| word.parse().ok()).collect();
    match numbers.as_slice() {
        [from, to] if from < to && to - from <= 10 => Some(Answer::Scale { from: *from, to: *to }),
        _ => {
            notes.error(
                QUESTIONS_ARE_READ,
                written.place.clone(),
                format!(
                    "`{}` is no scale from low to high with at most eleven steps",
                    written.value
                ),
                "write `- Answer: scale 1 to 5`",
            );
            None
        }
    }
}

fn choices(fact: &Fact, notes: &mut Notes) -> Option<Vec<String>> {
    let mut choices: Vec<String> = Vec::new();
    for choice in fact.choices.iter().filter(|choice| !choice.value.is_empty()) {
        if choices.iter().any(|other| words::fold(other) == words::fold(&choice.value)) {
            notes.error(
                QUESTIONS_ARE_READ,
                choice.place.clone(),
                format!("`{}` can be chosen twice", choice.value),
                "take one of the two away",
            );
        } else {
            choices.push(choice.value.clone());
        }
    }
    if choices.len() < 2 {
        let what = if choices.is_empty() { "no choices stand" } else { "only one choice stands" };
        notes.error(
            QUESTIONS_ARE_READ,
            fact.value.place.clone(),
            format!("{what} under `{}`", fact.value.value),
            "write each choice as a bullet with two spaces before it: `  - Yes`",
        );
        return None;
    }
    Some(choices)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survey(text: &str) -> (Survey, Vec<String>) {
        let mut notes = Notes::default();
        let survey = read(&Source::new("survey.md", text), &mut notes);
        (
            survey,
            notes
                .findings
                .iter()
                .map(|finding| {
                    format!("{}: {} ({})", finding.place.line, finding.message, finding.help)
                })
                .collect(),
        )
    }

    #[test]
    fn questions_are_read_with_their_choices() {
        let (survey, notes) = survey(
            "# How was it?\n\n## Another week?\n- Ref: again\n- For: owners, hubs and developers\n- Answer: choose one\n  - Yes\n  - Yes, but differently\n  - No\n\nThink of both sides.\n\n## How much joy?\n- Ref: joy\n- For: owner\n- Answer: scale 1 to 5\n",
        );
        assert_eq!(notes, Vec::<String>::new());
        assert_eq!(
            survey.questions[0].answer,
            Some(Answer::ChooseOne(vec!["Yes".into(), "Yes, but differently".into(), "No".into()]))
        );
        assert_eq!(
            survey.questions[0].audience,
            [Audience::Owners, Audience::Hubs, Audience::Developers]
        );
        assert_eq!(survey.questions[1].answer, Some(Answer::Scale { from: 1, to: 5 }));
        assert_eq!(survey.audience(), [Audience::Owners, Audience::Hubs, Audience::Developers]);
    }

    #[test]
    fn what_cannot_be_asked_is_told_in_its_line() {
        for (facts, line, word) in [
            ("- For: owners\n- Answer: scale 5 to 1", 5, "scale 1 to 5"),
            ("- For: everybody\n- Answer: text", 4, "owners, hubs"),
            ("- For: owners\n- Answer: choose one", 5, "  - Yes"),
            ("- For: owners\n- Answer: choose one\n  - Yes", 5, "  - Yes"),
            ("- For: owners\n- Answer: choos one", 5, "choose one"),
            ("- For: owners", 3, "- Answer:"),
            ("- Answer: text", 3, "- For:"),
        ] {
            let (_, notes) = survey(&format!("# S\n\n## Q\n{facts}\n"));
            assert_eq!(notes.len(), 1, "{facts}\n{notes:?}");
            assert!(
                notes[0].starts_with(&format!("{line}: ")) && notes[0].contains(word),
                "{facts}\n{notes:?}"
            );
        }
    }
}
