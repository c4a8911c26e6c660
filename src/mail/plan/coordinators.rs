//! Who looks after a round: they hear that lists are complete, and are asked where nobody else is.

use std::sync::Arc;

use super::{Desk, Kind};
use crate::model::{Mention, Person, Product, Reading};

/// The coordinators who are still there.
pub fn there(desk: &Desk) -> Vec<Arc<Person>> {
    let coordinators = desk.round.coordinators.iter().filter_map(|mention| mention.person());
    coordinators.filter(|person| !desk.has_left(person)).cloned().collect()
}

/// From the invitation to the week, whoever is named and hears nothing is told with the line that
/// names them.
pub fn withhold_absent(desk: &mut Desk) {
    let round = desk.round;
    let dates = &round.dates;
    if round.is_decided()
        || desk.now < dates.invitation.letters_go()
        || desk.now >= dates.week_first.start()
    {
        return;
    }
    for mention in &round.coordinators {
        if let Some((trouble, help)) = absence(desk, mention) {
            let message = format!("the coordinator `{}` {trouble}", mention.shown());
            desk.withhold(Kind::ListComplete, "-", message, help, &mention.place);
        }
    }
}

/// The same of a product whose list is asked for.
pub fn withhold_absent_manager(desk: &mut Desk, product: &Product) {
    let mention = &product.manager;
    let Some((trouble, help)) = absence(desk, mention) else { return };
    let message = match mention.written.trim() {
        "" => format!("`{}` has no manager", product.name),
        _ => format!("the manager of `{}`, `{}`, {trouble}", product.name, mention.shown()),
    };
    desk.withhold(Kind::ListsDue, &product.key, message, help, &mention.place);
}

/// Why nobody who is there is meant by a name in round.toml, and what to write.
fn absence(desk: &Desk, mention: &Mention) -> Option<(&'static str, String)> {
    let trouble = match &mention.reading {
        Reading::Person(person) if desk.has_left(person) => "has left",
        Reading::Person(_) => return None,
        Reading::Ambiguous(_) => "is the name of more than one person",
        Reading::Several(_) => "is more than one name",
        Reading::Unknown { .. } => "is not in people.toml",
    };
    let meant = match &mention.reading {
        Reading::Unknown { nearest: Some(person) } => format!(", such as `{}`", person.id),
        _ => String::new(),
    };
    Some((trouble, format!("write the id of somebody who is there{meant}")))
}
