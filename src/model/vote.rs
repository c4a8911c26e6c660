//! The rule about the next round, against what was answered.

use super::{Answer, Counted, DecisionRule, Question, Record, Round, RuleOutcome};

/// Under so many answers a number says nothing, and might say who said it.
pub const FEWEST: u32 = 5;

/// How many said yes to another week, as far as it may be shown. Nothing is judged by what is not
/// shown: an outcome that hidden answers decide would tell what they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Vote {
    /// How many answers there are to the question that decides.
    pub answers: u32,
    /// How many of them count as yes.
    pub yes: u32,
    /// A group is too small to be shown, and its answers are not among these.
    pub partial: bool,
}

impl Round {
    /// The question that decides about the next round, where survey.md has it.
    pub fn deciding_question(&self) -> Option<&Question> {
        let rule = self.decision_rule.as_ref()?;
        let mut questions = self.survey.iter().flat_map(|survey| &survey.questions);
        questions.find(|question| question.r#ref.text == rule.question.value)
    }

    /// The choices that count as yes: those of the rule, or the first one of the question.
    pub fn yes_choices(&self) -> Vec<String> {
        let rule = self.decision_rule.iter().flat_map(|rule| &rule.counts_as_yes);
        let named: Vec<String> = rule.map(|choice| choice.value.clone()).collect();
        if !named.is_empty() {
            return named;
        }
        match self.deciding_question().and_then(|question| question.answer.as_ref()) {
            Some(Answer::ChooseOne(choices) | Answer::ChooseAny(choices)) => {
                choices.first().cloned().into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// The vote in a record: all sides together where they were counted so, or else the sum of
    /// those that may be shown.
    pub fn vote(&self, record: &Record) -> Vote {
        let Some(rule) = &self.decision_rule else { return Vote::default() };
        let question = rule.question.value.as_str();
        let of: Vec<&Counted> =
            record.questions.iter().filter(|counted| counted.r#ref == question).collect();
        let together: Vec<&Counted> =
            of.iter().filter(|counted| counted.side.is_none()).copied().collect();
        let yes_choices = self.yes_choices();
        let mut vote = Vote::default();
        for counted in if together.is_empty() { of } else { together } {
            let Some(counts) = &counted.counts else {
                vote.partial |= counted.answers > 0;
                continue;
            };
            let of_yes = counts.iter().filter(|(choice, _)| yes_choices.contains(choice));
            vote.answers += counted.answers;
            vote.yes += of_yes.map(|(_, count)| count).sum::<u32>();
        }
        vote
    }
}

impl DecisionRule {
    /// How the rule comes out, where that many were asked and answered at all.
    pub fn outcome(&self, total: super::SideCount, vote: Vote) -> RuleOutcome {
        let enough = f64::from(total.answered) >= self.answered * f64::from(total.asked);
        if vote.answers < FEWEST {
            RuleOutcome::TooFewAnswers
        } else if enough && f64::from(vote.yes) >= self.yes * f64::from(vote.answers) {
            RuleOutcome::Repeat
        } else {
            RuleOutcome::DoNotRepeat
        }
    }
}
