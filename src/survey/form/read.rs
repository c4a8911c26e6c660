//! From typed fields to answers, or to what is wrong with them (pure).

use std::collections::BTreeSet;

use super::{Fields, NOTHING, SEEN, field, item_field};
use crate::model::{Answer, Asked, Question};
use crate::survey::answers::{Answers, Given, ItemSaid, ItemState, LONGEST_TEXT, needed};

/// Something about the form that its person has to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The field it is about; `None` for the form as a whole.
    pub field: Option<String>,
    pub kind: ProblemKind,
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// This one must be answered.
    Missing,
    /// Nothing at all was answered.
    Empty,
    /// More than one answer where one is asked.
    Twice,
    /// This many characters are too many.
    TooLong(usize),
    /// An answer that is not offered, perhaps not any more.
    NotOffered,
    /// A field that the form does not have, perhaps not any more.
    NotAsked,
}

impl ProblemKind {
    /// The last part of the key of its words.
    pub fn word(self) -> &'static str {
        match self {
            ProblemKind::Missing => "missing",
            ProblemKind::Empty => "empty",
            ProblemKind::Twice => "twice",
            ProblemKind::TooLong(_) => "too_long",
            ProblemKind::NotOffered => "not_offered",
            ProblemKind::NotAsked => "not_asked",
        }
    }
}

/// Reads what was typed into the form of `asked`. `deciding` is the ref of the question that
/// decides about the next round.
///
/// # Errors
///
/// All problems at once, in the order of the form. Nothing of what was typed is in them.
pub fn read(
    asked: &Asked,
    deciding: Option<&str>,
    fields: &Fields,
) -> Result<Answers, Vec<Problem>> {
    let mut answers = Answers::default();
    let mut problems = Vec::new();
    for question in &asked.questions {
        let problem = |kind| Problem { field: Some(field(question)), kind };
        let given = match &question.answer {
            None => continue,
            Some(Answer::MyItems) => items(asked, question, fields),
            Some(answer) => one_question(answer, fields.all(&field(question))).map_err(problem),
        };
        match given {
            Ok(Some(given)) => {
                answers.0.insert(question.r#ref.text.clone(), given);
            }
            Ok(None) => {}
            Err(problem) => problems.push(problem),
        }
    }
    problems.extend(missing(asked, deciding, &answers, &problems));
    let known = known(asked);
    if fields.names().any(|name| !known.contains(name)) {
        problems.push(Problem { field: None, kind: ProblemKind::NotAsked });
    }
    if problems.is_empty() { Ok(answers) } else { Err(problems) }
}

/// What must be there and is not, unless something is wrong with it already.
fn missing(
    asked: &Asked,
    deciding: Option<&str>,
    answers: &Answers,
    problems: &[Problem],
) -> Option<Problem> {
    let Some(needed) = needed(asked, deciding) else {
        let nothing = answers.is_empty() && problems.is_empty();
        return nothing.then_some(Problem { field: None, kind: ProblemKind::Empty });
    };
    let name = field(needed);
    let told = problems.iter().any(|problem| problem.field.as_ref() == Some(&name));
    (answers.to(&needed.r#ref.text).is_none() && !told)
        .then_some(Problem { field: Some(name), kind: ProblemKind::Missing })
}

/// Every name that a field of this form may have.
fn known(asked: &Asked) -> BTreeSet<String> {
    let mut known: BTreeSet<String> = SEEN.iter().map(|name| (*name).to_owned()).collect();
    for question in &asked.questions {
        match &question.answer {
            None => {}
            Some(Answer::MyItems) => {
                known.extend(asked.items.iter().map(|item| item_field(question, item)));
            }
            Some(_) => {
                known.insert(field(question));
            }
        }
    }
    known
}

fn one_question(answer: &Answer, values: &[String]) -> Result<Option<Given>, ProblemKind> {
    if let Answer::ChooseAny(choices) = answer {
        return any(choices, values);
    }
    let value = match values {
        [] => return Ok(None),
        [value] => value,
        _ => return Err(ProblemKind::Twice),
    };
    match answer {
        Answer::Text => text(value),
        _ if value == NOTHING => Ok(None),
        Answer::ChooseOne(choices) if choices.contains(value) => {
            Ok(Some(Given::One(value.clone())))
        }
        Answer::Scale { from, to } => match value.parse() {
            // `07` and `+7` are not offered either.
            Ok(number) if (*from..=*to).contains(&number) && number.to_string() == *value => {
                Ok(Some(Given::Scale(number)))
            }
            _ => Err(ProblemKind::NotOffered),
        },
        _ => Err(ProblemKind::NotOffered),
    }
}

fn any(choices: &[String], values: &[String]) -> Result<Option<Given>, ProblemKind> {
    if values.iter().any(|value| !choices.contains(value)) {
        return Err(ProblemKind::NotOffered);
    }
    let chosen: Vec<String> =
        choices.iter().filter(|choice| values.contains(choice)).cloned().collect();
    Ok((!chosen.is_empty()).then_some(Given::Any(chosen)))
}

fn text(typed: &str) -> Result<Option<Given>, ProblemKind> {
    let text = tidy(typed);
    let length = text.chars().count();
    if length > LONGEST_TEXT {
        return Err(ProblemKind::TooLong(length));
    }
    Ok((!text.is_empty()).then_some(Given::Text(text)))
}

/// A typed text as it is kept: lines end at LF, and what no font shows is gone.
pub fn tidy(typed: &str) -> String {
    let lines = typed.replace("\r\n", "\n").replace('\r', "\n");
    let plain: String =
        lines.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    plain.trim().to_owned()
}

fn items(asked: &Asked, question: &Question, fields: &Fields) -> Result<Option<Given>, Problem> {
    let mut said = Vec::new();
    for item in &asked.items {
        let name = item_field(question, item);
        let problem = |kind| Problem { field: Some(name.clone()), kind };
        let value = match fields.all(&name) {
            [] => continue,
            [value] if value == NOTHING => continue,
            [value] => value,
            _ => return Err(problem(ProblemKind::Twice)),
        };
        let state = ItemState::of(item);
        let word = state.words().into_iter().find(|word| word.word() == value);
        let word = word.ok_or_else(|| problem(ProblemKind::NotOffered))?;
        said.push(ItemSaid { item: item.r#ref.text.clone(), state, said: word });
    }
    Ok((!said.is_empty()).then_some(Given::Items(said)))
}
