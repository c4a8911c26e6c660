//! Whom a change of the content will mail, supposing that everything due before it was told.

use jiff::Timestamp;

use super::{Draft, Plan, Told, ToldNotice, ToldState, plan};
use crate::model::Site;

/// What is due after a change and was not before it.
pub fn brings(before: &Site, after: &Site, now: Timestamp) -> Plan {
    let due = plan(before, &Told::default(), now);
    let notices = due.drafts.iter().flat_map(|draft| heard(draft, now)).collect();
    plan(after, &Told { notices, ..Told::default() }, now)
}

fn heard(draft: &Draft, now: Timestamp) -> impl Iterator<Item = ToldNotice> {
    draft.notices.iter().map(move |notice| ToldNotice {
        key: notice.key.clone(),
        said: notice.said.clone(),
        address: draft.person.mail.clone(),
        line: String::new(),
        state: ToldState::Accepted,
        at: now,
    })
}
