//! What somebody answered by mail, together with what they answered before (pure).

use jiff::civil::Date;

use super::ByMail;
use crate::store::Reply;
use crate::survey::answers::{Answers, Given, LONGEST_TEXT};

/// Both together.
pub struct Merged {
    pub answers: Answers,
    /// The later day of both.
    pub day: Date,
    /// So many answers of the form are later than the mail, and stay.
    pub older: usize,
    /// The words were too many.
    pub is_cut: bool,
}

/// Adds what a mail brings. Where both answer the same question the later one counts; a form of
/// the same day is the later one, because whoever opened it saw what had come by mail.
pub fn merged(before: &Reply, mail: &ByMail, comment: &str) -> Merged {
    let is_later = before.revision == 0
        || before.unsure
        || before
            .changed_on
            .is_none_or(|day| mail.day > day || (mail.day == day && before.by_mail));
    let mut answers = Answers::default();
    // What may have come from a program is worth less than a mail.
    if !before.unsure {
        let known = before.answers.iter();
        answers.0.extend(known.filter_map(|(to, it)| Some((to.clone(), Given::read(it)?))));
    }
    let mut older = 0;
    for (question, given) in &mail.answers.0 {
        let known = answers.0.remove(question);
        let (kept, lost) = of_both(known, given.clone(), is_later);
        answers.0.insert(question.clone(), kept);
        older += usize::from(lost);
    }
    let is_cut = add_words(&mut answers, comment, mail.words);
    let day = before.changed_on.map_or(mail.day, |day| day.max(mail.day));
    Merged { answers, day, older, is_cut }
}

/// The answer that counts, and whether that of the mail does not.
fn of_both(known: Option<Given>, new: Given, is_later: bool) -> (Given, bool) {
    match (known, new) {
        (None, new) => (new, false),
        (Some(Given::Items(mut known)), Given::Items(new)) => {
            let mut lost = false;
            for said in new {
                match known.iter_mut().find(|it| it.item == said.item) {
                    None => known.push(said),
                    Some(it) if is_later => *it = said,
                    Some(it) => lost |= *it != said,
                }
            }
            (Given::Items(known), lost)
        }
        (Some(_), new) if is_later => (new, false),
        (Some(known), new) => {
            let lost = known != new;
            (known, lost)
        }
    }
}

/// Puts words below what was written before, unless they stand there. `true` where they are too
/// many and were cut.
fn add_words(answers: &mut Answers, question: &str, words: &str) -> bool {
    if words.is_empty() {
        return false;
    }
    let before = match answers.to(question) {
        Some(Given::Text(before)) => before.clone(),
        _ => String::new(),
    };
    if before.contains(words) {
        return false;
    }
    let apart = if before.is_empty() { "" } else { "\n\n" };
    let whole = super::super::form::tidy(&format!("{before}{apart}{words}"));
    let cut: String = whole.chars().take(LONGEST_TEXT).collect();
    let is_cut = cut.len() < whole.len();
    if !cut.is_empty() {
        answers.0.insert(question.to_owned(), Given::Text(cut));
    }
    is_cut
}
