//! The first such week ended in silence because nobody had written down what to ask. So the text
//! and the audience stand before anybody is invited; the date is a required one of round.toml.

use jiff::Timestamp;

use super::{Breach, Deadline, Rule};
use crate::finding::{Place, Severity};
use crate::model::{Audience, Round, Survey};
use crate::words::{and, ticked};

pub const RULE: Rule = Rule {
    name: "survey-is-planned",
    asks: "Before a round opens, it is written down what both sides are asked afterwards, who is asked, and when. Feedback nobody planned is feedback nobody gets.",
    deadline: Deadline::Invitation,
    before: Severity::Warning,
    after: Severity::Error,
    judge,
};

fn judge(round: &Round, _now: Timestamp) -> Vec<Breach> {
    match &round.survey {
        None if round.survey_refused => Vec::new(),
        None => vec![no_survey(
            &Place::whole(round.path("survey.md")),
            "nobody will be asked how it was",
        )],
        // What hides a part of it may hide the questions.
        Some(survey) if survey.cut_short => Vec::new(),
        Some(survey) if survey.questions.is_empty() => {
            vec![no_survey(&survey.place, "survey.md has no question")]
        }
        Some(survey) => one_sided(survey).into_iter().collect(),
    }
}

fn no_survey(place: &Place, message: &str) -> Breach {
    Breach::new(
        place,
        message,
        "write `## Should there be another week?` with `- For: owners, hubs, developers, managers` and `- Answer: scale 1 to 5` in survey.md",
    )
}

/// A week has two sides, and each sees what the other does not.
fn one_sided(survey: &Survey) -> Option<Breach> {
    let asked = survey.audience();
    // A `For` that could not be read is told by the reader, and may have named anybody.
    if survey.questions.iter().any(|question| question.audience.is_empty()) {
        return None;
    }
    let sides = [
        ("those who asked for things", [Audience::Owners, Audience::Hubs]),
        ("those who did the work", [Audience::Developers, Audience::Managers]),
    ];
    let (who, missing) = sides
        .into_iter()
        .find(|(_, side)| !side.iter().any(|audience| asked.contains(audience)))?;
    let words = ticked(&missing.map(Audience::word));
    Some(
        Breach::new(
            &survey.place,
            format!("the survey does not ask {who}"),
            format!("add {} to the `- For: ` of a question", and(&words)),
        )
        .at_most(Severity::Warning),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn a_survey_for_both_sides_is_fine() {
        let round = round().question("again", &Audience::ALL, Answer::Text);
        assert_eq!(told(&RULE, &round, WEEK), NOTHING);
    }

    #[test]
    fn a_missing_survey_is_an_error_once_people_are_invited() {
        let told_as = |severity| format!("{severity} survey.md:1 nobody will be asked how it was");
        assert_eq!(told(&RULE, &round(), BEFORE_ALL), [told_as("warning")]);
        assert_eq!(told(&RULE, &round(), INVITED), [told_as("error")]);
        assert_eq!(told(&RULE, &round().decided(), DECIDING), [told_as("hint")]);
        let refused = Round { survey_refused: true, ..round() };
        assert_eq!(told(&RULE, &refused, WEEK), NOTHING);
    }

    #[test]
    fn a_survey_without_a_question_asks_nothing() {
        let mut round = round().question("again", &Audience::ALL, Answer::Text);
        round.survey.as_mut().unwrap().questions.clear();
        assert_eq!(told(&RULE, &round, WEEK), ["error survey.md:1 survey.md has no question"]);
        round.survey.as_mut().unwrap().cut_short = true;
        assert_eq!(told(&RULE, &round, WEEK), NOTHING, "the reader has told what hides them");
    }

    #[test]
    fn both_sides_are_asked() {
        let round = round().question("again", &[Audience::Owners], Answer::Text);
        assert_eq!(
            told(&RULE, &round, WEEK),
            ["warning survey.md:1 the survey does not ask those who did the work"]
        );
        assert_eq!(
            helps(&RULE, &round, WEEK),
            ["add `developers` and `managers` to the `- For: ` of a question"]
        );
    }
}
