//! Whom a change of the content will mail, supposing that everything due before it was told when it
//! was due. No store is asked: whoever looks at a change has none.

use std::collections::HashMap;

use jiff::Timestamp;

use super::plan::turns;
use super::{Draft, Plan, Told, ToldNotice, ToldState, plan};
use crate::model::{Item, Ref, Round, Site, Status};

/// What is due after a change and was not before it.
pub fn brings(before: &Site, after: &Site, now: Timestamp) -> Plan {
    let mut told = Told::default();
    for round in &before.rounds {
        let mut site = Site {
            settings: before.settings.clone(),
            people: before.people.clone(),
            people_file: before.people_file.clone(),
            rounds: vec![round.clone()],
            unread: Vec::new(),
            last_commit: None,
            files: Vec::new(),
        };
        for turn in turns(round).into_iter().filter(|turn| *turn < now) {
            stand_as_of(&mut site.rounds[0], turn);
            tell(&site, &mut told, turn);
        }
        site.rounds[0] = round.clone();
        look_again(&mut site.rounds[0]);
        tell(&site, &mut told, now);
        site.rounds[0] = round.clone();
        tell(&site, &mut told, now);
    }
    plan(after, &told, now)
}

/// Whoever was to hear something at an instant has heard it. That a letter's time is over does not
/// mean that nobody got it: else a date that is put off would seem to bring it.
fn tell(site: &Site, told: &mut Told, at: Timestamp) {
    let due = plan(site, told, at);
    told.notices.extend(due.drafts.iter().flat_map(|draft| heard(draft, at)));
}

/// Makes a round what it was at an instant, when nothing was decided yet. An item of which the
/// history knows no status by then was waiting.
fn stand_as_of(round: &mut Round, at: Timestamp) {
    round.decision = None;
    let changes = round.history.changes.iter().filter(|change| change.at <= at);
    let then: HashMap<String, Status> =
        changes.map(|change| (Ref::key(&change.r#ref), change.to.clone())).collect();
    for item in items_mut(round) {
        let status = then.get(&Ref::key(&item.r#ref.text)).cloned();
        item.status = status.unwrap_or(Status::Submitted);
    }
    look_again(round);
}

/// Before owners sign off they have heard that it is done.
fn look_again(round: &mut Round) {
    for item in items_mut(round).filter(|item| item.status == Status::SignedOff) {
        item.status = Status::Done;
    }
}

fn items_mut(round: &mut Round) -> impl Iterator<Item = &mut Item> {
    let lists = round.products.iter_mut().filter_map(|product| product.list.list_mut());
    lists.flat_map(|list| &mut list.items)
}

fn heard(draft: &Draft, at: Timestamp) -> impl Iterator<Item = ToldNotice> {
    draft.notices.iter().map(move |notice| ToldNotice {
        key: notice.key.clone(),
        said: notice.said.clone(),
        address: draft.person.mail.clone(),
        line: String::new(),
        state: ToldState::Accepted,
        at,
    })
}
