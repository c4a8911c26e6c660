//! Numbers between brackets become answers (pure).

use std::collections::BTreeMap;

use crate::model::{Answer, Asked, Blank, ItemState};
use crate::survey::answers::{Answers, Given, ItemSaid};
use crate::words::fold;

/// What was filled in, as answers, and the names before the brackets that hold anything else.
pub fn answers(asked: &Asked, filled: &BTreeMap<String, String>) -> (Answers, Vec<String>) {
    let mut answers = Answers::default();
    let mut unclear = Vec::new();
    for blank in asked.blanks() {
        let Some(value) = filled.get(&blank.name.to_lowercase()) else { continue };
        match given(&blank, value) {
            None => unclear.push(blank.name.clone()),
            Some(given) => add(&mut answers, &blank, given),
        }
    }
    (answers, unclear)
}

fn add(answers: &mut Answers, blank: &Blank, given: Given) {
    let question = blank.question.r#ref.text.clone();
    match (answers.0.get_mut(&question), given) {
        (Some(Given::Items(all)), Given::Items(said)) => all.extend(said),
        (_, given) => {
            answers.0.insert(question, given);
        }
    }
}

fn given(blank: &Blank, value: &str) -> Option<Given> {
    if let Some(item) = blank.item {
        let state = ItemState::of(item);
        let said = *state.words().get(index(one(value)?)?)?;
        let item = item.r#ref.text.clone();
        return Some(Given::Items(vec![ItemSaid { item, state, said }]));
    }
    match blank.question.answer.as_ref()? {
        Answer::Scale { from, to } => {
            let number = one(value).or_else(|| of(value, *to))?;
            (*from..=*to).contains(&number).then_some(Given::Scale(number))
        }
        Answer::ChooseOne(choices) => {
            let worded = choices.iter().find(|choice| fold(choice) == fold(value));
            let numbered = || choices.get(index(one(value)?)?);
            Some(Given::One(worded.or_else(numbered)?.clone()))
        }
        Answer::ChooseAny(choices) => {
            let chosen: Option<Vec<usize>> = numbers(value)?.into_iter().map(index).collect();
            let chosen = chosen?;
            let is_offered = chosen.iter().all(|index| *index < choices.len());
            let of_all = choices.iter().enumerate().filter(|(index, _)| chosen.contains(index));
            let given: Vec<String> = of_all.map(|(_, choice)| choice.clone()).collect();
            (is_offered && !given.is_empty()).then_some(Given::Any(given))
        }
        Answer::MyItems | Answer::Text => None,
    }
}

/// Choices are counted from 1.
fn index(number: u32) -> Option<usize> {
    usize::try_from(number.checked_sub(1)?).ok()
}

fn one(value: &str) -> Option<u32> {
    match numbers(value)?.as_slice() {
        [number] => Some(*number),
        _ => None,
    }
}

/// `4 of 5`, `4/5`: the second number is the end of the scale.
fn of(value: &str, to: u32) -> Option<u32> {
    let between = value.trim_start_matches(|c: char| c.is_ascii_digit());
    let between = between.trim_end_matches(|c: char| c.is_ascii_digit()).trim();
    let says_of = ["/", "of", "von", "aus", "out of"].contains(&between);
    match numbers(value)?.as_slice() {
        [number, end] if says_of && *end == to => Some(*number),
        _ => None,
    }
}

/// All numbers of a text; `None` where one is below zero or no number of this world.
fn numbers(value: &str) -> Option<Vec<u32>> {
    if value.starts_with('-') || value.starts_with('−') {
        return None;
    }
    let parts = value.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty());
    let numbers: Option<Vec<u32>> = parts.map(|part| part.parse().ok()).collect();
    numbers.filter(|numbers| !numbers.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_is_meant_or_none() {
        for (value, number) in
            [("2", Some(2)), (" 2 ", Some(2)), ("2!", Some(2)), ("2 (of course)", Some(2))]
        {
            assert_eq!(one(value), number, "{value}");
        }
        for value in ["", "x", "-2", "3,5", "3.5", "3 or 4", "99999999999999999999", "−1"] {
            assert_eq!(one(value), None, "{value}");
        }
        assert_eq!(
            (of("4/5", 5), of("4 von 5", 5), of("4 5", 5), of("4/6", 5)),
            (Some(4), Some(4), None, None)
        );
    }
}
