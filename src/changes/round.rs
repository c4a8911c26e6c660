//! What changed about a round itself: its dates, its pages, its survey, and who takes part.

use std::collections::HashSet;

use jiff::Timestamp;

use super::items;
use super::outcome;
use super::people::are_same;
use super::shown::{code, first_names, plain};
use super::{ProductChanges, RoundChanges};
use crate::model::{Answer, Dates, Page, Question, Ref, Round, Survey, When};
use crate::words::{and, count};

/// What is different in a round that was there before.
pub fn changes(
    before: &Round,
    after: &Round,
    now: Timestamp,
    reworded: &mut usize,
) -> RoundChanges {
    let mut told = Vec::new();
    if before.slug != after.slug {
        told.push(format!(
            "the round has another address: its folder is called {} now, was {}",
            code(&after.slug),
            code(&before.slug)
        ));
    }
    if before.title != after.title {
        told.push(format!(
            "the round is called {} now, was {}",
            code(&after.title),
            code(&before.title)
        ));
    }
    who(before, after, &mut told);
    dates(&before.dates, &after.dates, &mut told);
    numbers(before, after, &mut told);
    pages(before, after, now, &mut told, reworded);
    survey(before.survey.as_ref(), after.survey.as_ref(), &mut told, reworded);
    outcome::changes(before, after, &mut told, reworded);
    let frozen = now >= before.dates.lists_due.start();
    let (old_items, items) = (before.items_by_ref(), after.items_by_ref());
    let earlier = after.earlier(before);
    let mut products = Vec::new();
    for (product, old) in after.products.iter().zip(&earlier) {
        let told = match old {
            Some(old) => items::changes(
                &items::Side { items: &old_items, product: old, hubs: &before.hubs },
                &items::Side { items: &items, product, hubs: &after.hubs },
                frozen,
                reworded,
            ),
            None => items::fresh(product, &old_items, frozen, reworded),
        };
        if !told.is_empty() {
            products.push(ProductChanges { name: product.name.clone(), told });
        }
    }
    let kept: HashSet<&str> = earlier.iter().flatten().map(|old| old.key.as_str()).collect();
    for old in before.products.iter().filter(|old| !kept.contains(old.key.as_str())) {
        let told = vec![format!("the product {}", items::taken_along(old, &items))];
        products.push(ProductChanges { name: old.name.clone(), told });
    }
    RoundChanges { slug: after.slug.clone(), title: after.title.clone(), products, told }
}

/// A round that was not there, or could not be read.
pub fn fresh(round: &Round, was_unread: bool) -> RoundChanges {
    let first = if was_unread { "the round can be read again" } else { "a new round" };
    let (week_first, week_last) = (&round.dates.week_first, &round.dates.week_last);
    let products = round
        .products
        .iter()
        .map(|product| {
            let told = items::fresh(product, &items::Items::new(), false, &mut 0);
            ProductChanges { name: product.name.clone(), told }
        })
        .filter(|product| !product.told.is_empty())
        .collect();
    RoundChanges {
        slug: round.slug.clone(),
        title: round.title.clone(),
        products,
        told: vec![format!(
            "{first}; its lists are due {}, its week is {} to {}",
            day(&round.dates.lists_due),
            day(week_first),
            day(week_last)
        )],
    }
}

/// A round that is not there any more, or cannot be read.
pub fn gone(round: &Round, is_unread: bool) -> RoundChanges {
    let items = count(round.items().count(), "item", "items");
    let told = if is_unread {
        "the round cannot be read any more".to_owned()
    } else {
        format!("the round is taken away, with {items}")
    };
    RoundChanges {
        slug: round.slug.clone(),
        title: round.title.clone(),
        products: Vec::new(),
        told: vec![told],
    }
}

fn who(before: &Round, after: &Round, told: &mut Vec<String>) {
    let coordinators = |round: &Round| first_names(&round.coordinators);
    if coordinators(before) != coordinators(after)
        && !are_same(&before.coordinators, &after.coordinators)
    {
        told.push(format!(
            "coordinated by {} now, was {}",
            coordinators(after),
            coordinators(before)
        ));
    }
    let hubs = |round: &Round| -> String {
        and(&round.hubs.iter().map(|hub| plain(&hub.value)).collect::<Vec<_>>())
    };
    if hubs(before) != hubs(after) {
        told.push(format!("the hubs are {} now, were {}", hubs(after), hubs(before)));
    }
    if before.zone.written != after.zone.written {
        let (now, was) = (code(&after.zone.written), code(&before.zone.written));
        told.push(format!("all times are on the clocks of {now} now, were on those of {was}"));
    }
}

fn dates(before: &Dates, after: &Dates, told: &mut Vec<String>) {
    let Dates {
        invitation,
        lists_due,
        week_first,
        week_last,
        survey_opens,
        survey_closes,
        reminders,
    } = after;
    for (what, was, is) in [
        ("the invitation goes out", &before.invitation, invitation),
        ("the lists are due", &before.lists_due, lists_due),
        ("the week begins", &before.week_first, week_first),
        ("the week ends", &before.week_last, week_last),
        ("the survey opens", &before.survey_opens, survey_opens),
        ("the survey closes", &before.survey_closes, survey_closes),
    ] {
        if was.at.datetime() != is.at.datetime() || was.bare != is.bare {
            told.push(format!("{what} on {}, was {}", day(is), day(was)));
        }
    }
    let days = |reminders: &[crate::finding::Placed<u32>]| -> String {
        and(&reminders.iter().map(|days| days.value.to_string()).collect::<Vec<_>>())
    };
    if days(&before.reminders) != days(reminders) {
        told.push("the reminders of the survey go on other days".to_owned());
    }
}

/// A date as the round means it, with its time where one was written.
fn day(when: &When) -> String {
    let format = if when.bare { "%A %-d %B %Y" } else { "%A %-d %B %Y, %H:%M" };
    when.at.strftime(format).to_string()
}

fn numbers(before: &Round, after: &Round, told: &mut Vec<String>) {
    let (was, is) = (before.limits, after.limits);
    if was.items != is.items {
        told.push(format!(
            "a list has {} now, was {}",
            count(is.items, "item", "items"),
            was.items
        ));
    }
    if was.estimate != is.estimate {
        told.push(format!("up to {} can be started now, was {}", is.estimate, was.estimate));
    }
    if before.capacity != after.capacity {
        told.push("the capacity is another".to_owned());
    }
    let rule = |round: &Round| {
        round.decision_rule.as_ref().map(|rule| {
            let yes: Vec<String> =
                rule.counts_as_yes.iter().map(|choice| choice.value.clone()).collect();
            (rule.question.value.clone(), yes, rule.answered.to_bits(), rule.yes.to_bits())
        })
    };
    const RULE: &str = "the rule that decides about the next round";
    match (rule(before), rule(after)) {
        (None, Some(_)) => told.push(format!("{RULE} is new")),
        (Some(_), None) => told.push(format!("{RULE} is taken away")),
        (was, is) if was != is => told.push(format!("{RULE} is another")),
        _ => {}
    }
}

fn pages(
    before: &Round,
    after: &Round,
    now: Timestamp,
    told: &mut Vec<String>,
    reworded: &mut usize,
) {
    let invited = now >= after.dates.invitation.start();
    if let (Some(was), Some(is)) = (&before.invitation, &after.invitation)
        && !invited
        && (was.title != is.title || was.prose.differs(&is.prose))
    {
        let goes = day(&after.dates.invitation);
        told.push(format!("the invitation, which goes out on {goes}, has other words"));
    }
    let all = |round: &'_ Round| -> Vec<Page> {
        let named = [&round.invitation, &round.rules, &round.faq];
        named.into_iter().flatten().chain(&round.pages).cloned().collect()
    };
    let (was, is) = (all(before), all(after));
    for page in &is {
        match was.iter().find(|old| old.name == page.name) {
            None => told.push(format!("a new page: {}", code(&page.title))),
            Some(_) if page.name == "invitation" && !invited => {}
            Some(old) => {
                let other = old.title != page.title || old.prose.differs(&page.prose);
                *reworded += usize::from(other);
            }
        }
    }
    for old in was.iter().filter(|old| !is.iter().any(|page| page.name == old.name)) {
        told.push(format!("the page {} is taken away", code(&old.title)));
    }
}

fn survey(
    before: Option<&Survey>,
    after: Option<&Survey>,
    told: &mut Vec<String>,
    reworded: &mut usize,
) {
    let (was, is) = match (before, after) {
        (None, None) => return,
        (None, Some(survey)) => {
            let questions = count(survey.questions.len(), "question", "questions");
            told.push(format!("the survey has {questions} now"));
            return;
        }
        (Some(_), None) => {
            told.push("the survey is taken away".to_owned());
            return;
        }
        (Some(was), Some(is)) => (was, is),
    };
    *reworded += usize::from(was.intro.differs(&is.intro));
    let same =
        |one: &Question, other: &Question| Ref::key(&one.r#ref.text) == Ref::key(&other.r#ref.text);
    let is_gone = |old: &Question| !is.questions.iter().any(|it| same(it, old));
    // What is asked in the same words under another ref is the same question.
    let asked_before = |question: &Question| {
        was.questions.iter().find(|old| is_gone(old) && old.title == question.title)
    };
    for question in &is.questions {
        let title = code(&question.title);
        let by_ref = was.questions.iter().find(|old| same(old, question));
        let Some(old) = by_ref.or_else(|| asked_before(question)) else {
            told.push(format!("a new question: {title}"));
            continue;
        };
        if by_ref.is_none() {
            told.push(format!("{title} has another ref now"));
        }
        if old.title != question.title {
            told.push(format!("the question {} is {title} now", code(&old.title)));
        }
        if old.audience != question.audience {
            let asked: Vec<&str> = question.audience.iter().map(|it| it.word()).collect();
            told.push(format!("{title} is for {} now", and(&asked)));
        }
        told.extend(answer(old.answer.as_ref(), question.answer.as_ref(), &title));
        *reworded += usize::from(old.prose.differs(&question.prose));
    }
    let stays = |old: &Question| is.questions.iter().any(|it| it.title == old.title);
    for old in was.questions.iter().filter(|old| is_gone(old) && !stays(old)) {
        told.push(format!("the question {} is taken away", code(&old.title)));
    }
}

/// How a question asks to be answered.
fn answer(was: Option<&Answer>, is: Option<&Answer>, title: &str) -> Vec<String> {
    match (was, is) {
        (was, is) if was == is => Vec::new(),
        (Some(Answer::ChooseOne(was)), Some(Answer::ChooseOne(is)))
        | (Some(Answer::ChooseAny(was)), Some(Answer::ChooseAny(is))) => choices(was, is, title),
        (
            Some(Answer::Scale { from: was_from, to: was_to }),
            Some(Answer::Scale { from: is_from, to: is_to }),
        ) => vec![format!(
            "the scale of {title} is {is_from} to {is_to} now, was {was_from} to {was_to}"
        )],
        _ => vec![format!("{title} asks for another kind of answer")],
    }
}

/// What became of the choices of a question. What stands in the place of another, among as many,
/// is that one with other words.
fn choices(was: &[String], is: &[String], title: &str) -> Vec<String> {
    let gone: Vec<(usize, &String)> =
        was.iter().enumerate().filter(|(_, old)| !is.contains(old)).collect();
    let new: Vec<(usize, &String)> =
        is.iter().enumerate().filter(|(_, now)| !was.contains(now)).collect();
    if gone.is_empty() && new.is_empty() {
        return vec![format!("the choices of {title} stand in another order")];
    }
    if gone.iter().map(|(at, _)| at).eq(new.iter().map(|(at, _)| at)) {
        let reworded = gone.iter().zip(&new).map(|((_, old), (_, now))| {
            format!("a choice of {title} is {} now, was {}", code(now), code(old))
        });
        return reworded.collect();
    }
    let gone = gone.iter().map(|(_, old)| format!("{title} has no choice {} any more", code(old)));
    let new = new.iter().map(|(_, now)| format!("{title} has a new choice: {}", code(now)));
    gone.chain(new).collect()
}
