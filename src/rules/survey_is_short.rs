//! Under two minutes, or it is answered next week, which is never.

use jiff::Timestamp;

use super::{Breach, Deadline, Rule};
use crate::finding::Severity;
use crate::model::Round;

pub const RULE: Rule = Rule {
    name: "survey-is-short",
    asks: "The survey has five questions at most. Short ones are answered at once, long ones are put off.",
    deadline: Deadline::Always,
    before: Severity::Hint,
    after: Severity::Hint,
    judge,
};

const QUESTIONS: usize = 5;

fn judge(round: &Round, _now: Timestamp) -> Vec<Breach> {
    let questions = round.survey.as_ref().map_or(&[][..], |survey| &survey.questions);
    let first_too_many = questions.get(QUESTIONS).map(|question| {
        Breach::new(
            &question.place,
            format!("{} questions are more than {QUESTIONS}", questions.len()),
            "take away what you would not act upon",
        )
    });
    first_too_many.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    fn asking(number: usize) -> Round {
        (1..=number).fold(round(), |round, n| {
            round.question(&format!("q{n}"), &[Audience::Owners], Answer::Text)
        })
    }

    #[test]
    fn five_questions_are_fine_and_six_are_a_hint() {
        assert_eq!(told(&RULE, &round(), LISTING), NOTHING);
        assert_eq!(told(&RULE, &asking(5), LISTING), NOTHING);
        for now in [LISTING, DECIDING] {
            assert_eq!(
                told(&RULE, &asking(7), now),
                ["hint survey.md:60 7 questions are more than 5"]
            );
        }
    }
}
