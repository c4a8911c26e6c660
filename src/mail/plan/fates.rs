//! What becomes of the items that were not finished, once the week is over.

use super::{Desk, Kind};
use crate::model::{Key, NextStep};

/// A fate goes after the decision, too: both are often written at once. Of a round that was decided
/// before anybody was told anything it is no news.
pub fn tell(desk: &mut Desk) {
    let round = desk.round;
    if desk.now < round.dates.week_last.end() {
        return;
    }
    for (_, item) in round.items() {
        let owner = item.owner.as_ref().and_then(|owner| owner.person());
        let (Some(owner), Some(next)) = (owner, &item.next) else { continue };
        let is_settled = !matches!(next.value.step, NextStep::Undecided | NextStep::Other(_));
        if item.status.is_finished() || !is_settled || item.is_garbled(Key::Next) {
            continue;
        }
        if round.is_decided() && desk.told.standings(&item.r#ref.text).next().is_none() {
            continue;
        }
        let fate = next.value.step.word();
        let told = desk.told.last(&[Kind::Fate], &item.r#ref.text, owner);
        let why = match told {
            None => format!("it was not finished; next is {fate}"),
            Some(told) if told.said != fate => {
                format!("next is {fate}, and {} was told", told.said)
            }
            Some(_) => continue,
        };
        desk.due(owner, Kind::Fate, &item.r#ref.text, fate, why);
    }
}
