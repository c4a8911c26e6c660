//! The rule for another week is written before anybody knows how this one went, and the decision
//! after it, where all can read both.

use jiff::{Timestamp, ToSpan};

use super::{Breach, Deadline, Rule, same};
use crate::finding::{Place, Placed, Severity};
use crate::model::effort::decimal;
use crate::model::{Answer, Decision, DecisionRule, Outcome, Question, Ref, Round};
use crate::words::{nearest, or, ticked};

pub const RULE: Rule = Rule {
    name: "decision-is-written",
    asks: "What decides about another week stands before it begins, and what was decided is written down afterwards. Then nobody has to guess whether their answers counted.",
    deadline: Deadline::SurveyCloses,
    before: Severity::Warning,
    after: Severity::Error,
    judge,
};

/// How long the decision may take once the survey has closed.
const DAYS_TO_DECIDE: i64 = 14;

fn judge(round: &Round, now: Timestamp) -> Vec<Breach> {
    let mut breaches: Vec<Breach> = decision(round, now).into_iter().collect();
    if let Some(rule) = &round.decision_rule {
        breaches.extend(shares(rule));
        breaches.extend(question(round, rule));
    }
    breaches
}

fn decision(round: &Round, now: Timestamp) -> Option<Breach> {
    let outcomes = or(&ticked(&Outcome::KNOWN.map(|outcome| outcome.word().to_owned())));
    let help = format!("write `- Decision: ` and {outcomes} under a heading in decision.md");
    match &round.decision {
        Some(decision) if decision.outcome.is_none() => {
            Some(Breach::new(&decision.place, "decision.md does not say what was decided", help))
        }
        Some(decision) => round.is_decided().then(|| too_early(round, decision, now)).flatten(),
        None => RULE.deadline.has_passed(round, now).then(|| {
            let place = Place::whole(round.path("decision.md"));
            let at_most = if is_overdue(round, now) { Severity::Error } else { Severity::Warning };
            Breach::new(&place, "nothing is decided about another week", help).at_most(at_most)
        }),
    }
}

/// A decision before the answers are in: begun too early, or copied from another round.
fn too_early(round: &Round, decision: &Decision, now: Timestamp) -> Option<Breach> {
    let closes = round.dates.survey_closes.end();
    let day = (closes - 1.second()).to_zoned(round.zone.zone.clone());
    (now < closes).then(|| {
        Breach::new(
            &decision.place,
            format!(
                "the round is decided before its survey has closed, on {}",
                day.strftime("%-d %B %Y")
            ),
            "keep decision.md until everybody has been heard; the survey goes out all the same",
        )
        .at_most(Severity::Warning)
    })
}

fn is_overdue(round: &Round, now: Timestamp) -> bool {
    let closed = round.dates.survey_closes.end().to_zoned(round.zone.zone.clone());
    closed.checked_add(DAYS_TO_DECIDE.days()).is_ok_and(|day| now >= day.timestamp())
}

fn shares(rule: &DecisionRule) -> impl Iterator<Item = Breach> {
    [("answered", rule.answered), ("yes", rule.yes)]
        .into_iter()
        .filter(|(_, share)| !(0.0..=1.0).contains(share))
        .map(|(key, share)| {
            let percent = share > 1.0 && share <= 100.0;
            let meant = if percent { share / 100.0 } else { 0.5 };
            Breach::new(
                &rule.place,
                format!("`{key} = {}` is not a share: all of them are 1", decimal(share)),
                format!("write `{key} = {}`", decimal(meant)),
            )
        })
}

fn question(round: &Round, rule: &DecisionRule) -> Vec<Breach> {
    // A missing survey and an empty one are another rule's matter.
    let Some(survey) = round.survey.as_ref().filter(|survey| !survey.questions.is_empty()) else {
        return Vec::new();
    };
    let key = Ref::key(&rule.question.value);
    match survey.questions.iter().find(|question| Ref::key(&question.r#ref.text) == key) {
        // Something hides a part of the survey, and the question may be there.
        None if survey.cut_short => Vec::new(),
        None => vec![no_question(&survey.questions, &rule.question)],
        Some(question) => match &question.answer {
            Some(Answer::ChooseOne(choices)) => {
                rule.counts_as_yes.iter().filter_map(|yes| no_choice(choices, yes)).collect()
            }
            Some(_) => vec![Breach::new(
                &rule.question.place,
                format!("`{}` has no choices that could count as yes", rule.question.value),
                "name a question with `- Answer: choose one`",
            )],
            // The reader has told that its answer cannot be read.
            None => Vec::new(),
        },
    }
}

fn no_question(questions: &[Question], written: &Placed<String>) -> Breach {
    let fitting: Vec<&str> = questions
        .iter()
        .filter(|question| matches!(question.answer, Some(Answer::ChooseOne(_))))
        .map(|question| question.r#ref.text.as_str())
        .collect();
    let help = match (nearest(&written.value, fitting.iter().copied()), fitting.as_slice()) {
        (Some(near), _) => format!("write `question = \"{near}\"`"),
        (None, []) => {
            format!(
                "write a question with `- Ref: {}` and `- Answer: choose one` in survey.md",
                written.value
            )
        }
        (None, some) => format!("write the ref of a question: {}", or(&ticked(some))),
    };
    Breach::new(&written.place, format!("survey.md has no question `{}`", written.value), help)
}

fn no_choice(choices: &[String], yes: &Placed<String>) -> Option<Breach> {
    if choices.iter().any(|choice| same(choice, &yes.value)) {
        return None;
    }
    let choices = choices.iter().map(String::as_str);
    let help = match nearest(&yes.value, choices.clone()) {
        Some(near) => format!("write `\"{near}\"`"),
        None => format!("write {}", or(&ticked(&choices.collect::<Vec<_>>()))),
    };
    let message = format!("`{}` is no choice of that question", yes.value);
    Some(Breach::new(&yes.place, message, help))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::model::Audience;

    fn ruled(write: impl Fn(&mut DecisionRule)) -> Round {
        let choices = ["Yes", "Yes, but differently", "No"].map(str::to_owned).to_vec();
        let mut round = round()
            .question("again", &Audience::ALL, Answer::ChooseOne(choices))
            .question("change", &Audience::ALL, Answer::Text);
        let place = place("round.toml", 40);
        let mut rule = DecisionRule {
            question: Placed::new("again".to_owned(), place.clone()),
            counts_as_yes: vec![Placed::new("Yes".to_owned(), place.clone())],
            answered: 0.5,
            yes: 0.6,
            place,
        };
        write(&mut rule);
        round.decision_rule = Some(rule);
        round
    }

    #[test]
    fn a_decision_is_waited_for_and_then_missed() {
        let told_as =
            |severity| format!("{severity} decision.md:1 nothing is decided about another week");
        assert_eq!(told(&RULE, &round(), ASKING), NOTHING);
        assert_eq!(told(&RULE, &round(), "2026-08-16T12:00:00+02:00"), [told_as("warning")]);
        assert_eq!(told(&RULE, &round(), "2026-08-29T12:00:00+02:00"), [told_as("error")]);
        assert_eq!(told(&RULE, &round().decided(), DECIDING), NOTHING);
        assert_eq!(
            helps(&RULE, &round(), DECIDING),
            [
                "write `- Decision: ` and `again`, `again, differently` or `not again` under a heading in decision.md"
            ]
        );
    }

    #[test]
    fn a_decision_before_everybody_was_heard_is_too_early() {
        let early = "warning decision.md:1 the round is decided before its survey has closed, on 14 August 2026";
        for now in [INVITED, WEEK, ASKING, "2026-08-14T23:59:00+02:00"] {
            assert_eq!(told(&RULE, &round().decided(), now), [early], "{now}");
        }
        assert_eq!(told(&RULE, &round().decided(), "2026-08-15T00:00:00+02:00"), NOTHING);
    }

    #[test]
    fn a_decision_that_decides_nothing_is_an_error() {
        let mut round = round().decided();
        round.decision.as_mut().unwrap().outcome = None;
        assert_eq!(
            told(&RULE, &round, DECIDING),
            ["error decision.md:1 decision.md does not say what was decided"]
        );
    }

    #[test]
    fn the_rule_names_a_question_with_choices() {
        assert_eq!(told(&RULE, &ruled(|_| {}), LISTING), NOTHING);
        let unknown = ruled(|rule| rule.question.value = "agian".to_owned());
        assert_eq!(
            told(&RULE, &unknown, LISTING),
            ["warning round.toml:40 survey.md has no question `agian`"]
        );
        assert!(told(&RULE, &unknown, DECIDING)[1].starts_with("error"));
        assert_eq!(helps(&RULE, &unknown, LISTING), ["write `question = \"again\"`"]);
        assert_eq!(
            told(&RULE, &ruled(|rule| rule.question.value = "change".to_owned()), LISTING),
            ["warning round.toml:40 `change` has no choices that could count as yes"]
        );
    }

    #[test]
    fn a_question_that_may_be_hidden_is_not_missing() {
        let mut round = ruled(|rule| rule.question.value = "agian".to_owned());
        round.survey.as_mut().unwrap().cut_short = true;
        assert_eq!(told(&RULE, &round, LISTING), NOTHING);
        let survey = round.survey.as_mut().unwrap();
        (survey.cut_short, survey.questions) = (false, Vec::new());
        assert_eq!(told(&RULE, &round, LISTING), NOTHING, "that there is none is told elsewhere");
    }

    #[test]
    fn what_counts_as_yes_is_a_choice() {
        let round = ruled(|rule| rule.counts_as_yes[0].value = "yess".to_owned());
        assert_eq!(
            told(&RULE, &round, LISTING),
            ["warning round.toml:40 `yess` is no choice of that question"]
        );
        assert_eq!(helps(&RULE, &round, LISTING), ["write `\"Yes\"`"]);
    }

    #[test]
    fn shares_are_not_percents() {
        let round = ruled(|rule| rule.yes = 60.0);
        assert_eq!(
            told(&RULE, &round, LISTING),
            ["warning round.toml:40 `yes = 60` is not a share: all of them are 1"]
        );
        assert_eq!(helps(&RULE, &round, LISTING), ["write `yes = 0.6`"]);
    }
}
