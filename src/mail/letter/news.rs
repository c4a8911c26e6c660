//! What happened to the items of one owner.

use super::Unsendable;
use super::pieces::Pieces;
use super::scope::Scope;
use super::views::{News, NewsLetter};
use crate::mail::{Kind, Notice};
use crate::model::{Item, Key, NextStep, Status};

pub fn letter(scope: &Scope, pieces: &mut Pieces) -> Result<NewsLetter, Unsendable> {
    let about_items = scope.draft.notices.iter().filter(|notice| notice.key.subject != "-");
    let news: Result<Vec<News>, Unsendable> =
        about_items.map(|notice| one(scope, pieces, notice)).collect();
    let count = scope.items().len();
    Ok(NewsLetter {
        digest: count > 1,
        count,
        summary: summary(scope),
        news: news?,
        week_off: scope.draft.notices.iter().any(|notice| notice.key.kind == Kind::WeekOff),
        asked_on: asks_soon(scope).then(|| scope.instant(&scope.round.dates.survey_opens)),
        over: scope.desk.now >= scope.round.dates.week_last.end(),
    })
}

/// How many of each kind, in the order in which they are told.
fn summary(scope: &Scope) -> String {
    let mut counts: Vec<(Kind, usize)> = Vec::new();
    for notice in scope.draft.notices.iter().filter(|notice| notice.key.subject != "-") {
        match counts.iter_mut().find(|(kind, _)| *kind == notice.key.kind) {
            Some((_, count)) => *count += 1,
            None => counts.push((notice.key.kind, 1)),
        }
    }
    let shown = |(kind, count): &(Kind, usize)| {
        scope.words.count(&format!("letter.news.short.{}", kind.word()), *count, &[])
    };
    scope.words.and(&counts.iter().map(shown).collect::<Vec<_>>())
}

/// The line that announces the survey goes with what is told between the last day of the week and
/// the day on which everybody is asked.
fn asks_soon(scope: &Scope) -> bool {
    let dates = &scope.round.dates;
    scope.desk.now >= dates.week_last.start()
        && scope.desk.now < dates.survey_opens.letters_go()
        && scope.round.asks(&scope.draft.person).is_some()
}

fn one(scope: &Scope, pieces: &mut Pieces, notice: &Notice) -> Result<News, Unsendable> {
    let (product, item) = scope.item(&notice.key)?;
    let line = item.status_place.as_ref().unwrap_or_else(|| item.place_for(Key::Status));
    let effort = item.estimate.as_ref().and_then(|estimate| estimate.value.effort());
    let limit = scope.round.limits.estimate;
    let from = &item.place.path;
    let next = item.next.as_ref().map(|next| &next.value);
    Ok(News {
        kind: notice.key.kind.word().to_owned(),
        title: scope.title(&item.title),
        product: scope.product_name(product),
        url: scope.item_page(item),
        edit: scope.edit(line),
        line: line.line,
        status: item.status.slug().to_owned(),
        status_word: status_word(scope, &item.status),
        owner: item.owner.as_ref().map(|owner| scope.name(&owner.shown())),
        devs: scope.names(&item.devs),
        estimate: effort.map(|effort| scope.words.effort(effort.minutes)),
        limit: scope.words.effort(limit.minutes),
        too_big: effort.is_some_and(|effort| effort > limit),
        reason: reason(item).and_then(|text| pieces.words(&text, from, scope)),
        done_when: item.done_when.as_ref().and_then(|it| pieces.words(&it.value, from, scope)),
        note: item.note.as_ref().and_then(|it| pieces.words(&it.value, from, scope)),
        waiting: waiting(scope, notice),
        fate: next.map(|next| fate(&next.step).to_owned()),
        fate_words: next.and_then(|next| {
            let words = match &next.step {
                NextStep::Other(written) => format!("{written} {}", next.words),
                _ => next.words.clone(),
            };
            pieces.words(&words, from, scope)
        }),
    })
}

fn status_word(scope: &Scope, status: &Status) -> String {
    match status {
        Status::Other(written) => scope.title(written),
        known => scope.words.text(&format!("status.{}", known.slug()), &[]),
    }
}

/// As it was written: `too big: the driver is not ours`.
fn reason(item: &Item) -> Option<String> {
    let reason = &item.reason.as_ref()?.value;
    Some(match &reason.category {
        Some(category) => format!("{category}: {}", reason.sentence),
        None => reason.sentence.clone(),
    })
}

/// Whole days, on the clocks of the round, since its owner was told that it is done.
fn waiting(scope: &Scope, notice: &Notice) -> Option<usize> {
    let key = &notice.key;
    let told = scope.desk.told_done(&key.round, &key.subject, &key.person)?;
    let day = |at: jiff::Timestamp| at.to_zoned(scope.round.zone.zone.clone()).date();
    let days = day(told).until(day(scope.desk.now)).ok()?.get_days();
    usize::try_from(days).ok().filter(|days| *days > 0)
}

fn fate(step: &NextStep) -> &'static str {
    match step {
        NextStep::Roadmap => "roadmap",
        NextStep::NextRound => "next-round",
        NextStep::Ticket => "ticket",
        NextStep::WontDo => "wont-do",
        NextStep::Undecided => "undecided",
        NextStep::Other(_) => "other",
    }
}
