//! What can be filled into a letter about the survey when it is answered by mail.

use super::scope::Scope;
use super::views::BlankView;
use crate::model::{Answer, Asked, Blank, Item, ItemState};

/// Longer lists of choices are for the form.
const MOST: usize = 11;

pub fn views(scope: &Scope, asked: &Asked) -> Vec<BlankView> {
    asked.blanks().iter().filter_map(|blank| view(scope, blank)).collect()
}

fn view(scope: &Scope, blank: &Blank) -> Option<BlankView> {
    let Blank { name, question, item } = blank;
    let (title, choices) = match (item, question.answer.as_ref()?) {
        (Some(item), _) => of_item(scope, item),
        (None, Answer::Scale { from, to }) => {
            let (from, to) = (from.to_string(), to.to_string());
            let choices = scope.words.text("letter.by_mail.scale", &[("from", &from), ("to", &to)]);
            (scope.title(&question.title), choices)
        }
        (None, Answer::ChooseOne(all)) => (scope.title(&question.title), numbered(scope, all)?),
        (None, Answer::ChooseAny(all)) => {
            let choices = numbered(scope, all)?;
            let several = scope.words.text("letter.by_mail.several", &[("choices", &choices)]);
            (scope.title(&question.title), several)
        }
        (None, Answer::MyItems | Answer::Text) => return None,
    };
    Some(BlankView { title, choices, name: name.clone() })
}

fn of_item(scope: &Scope, item: &Item) -> (String, String) {
    let state = ItemState::of(item);
    let word = |what: &str| scope.words.text(&format!("form.item.{}.{what}", state.word()), &[]);
    let choices = state.words().map(|said| word(said.word()));
    (format!("{} {}", scope.title(&item.title), word("question")), line(choices.iter()))
}

/// The choices of a question; `None` where there are too many for a letter.
fn numbered(scope: &Scope, choices: &[String]) -> Option<String> {
    let titles: Vec<String> = choices.iter().map(|choice| scope.title(choice)).collect();
    (titles.len() <= MOST).then(|| line(titles.iter()))
}

/// `1 = Yes; 2 = No`
fn line<'a>(choices: impl Iterator<Item = &'a String>) -> String {
    let choices = (1..).zip(choices).map(|(number, text)| format!("{number} = {text}"));
    choices.collect::<Vec<_>>().join("; ")
}
