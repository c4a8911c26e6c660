//! The entry in an owner's calendar, as far as the content decides it.

use super::identity::hash;
use super::scope::Scope;
use crate::mail::Kind;
use crate::mail::calendar::{Method, Week};

/// The entry of a letter that promises the week or takes it back.
pub fn entry(scope: &Scope) -> Option<Week> {
    let notice = scope.draft.notices.iter().find(|notice| {
        notice.key.subject == "-" && matches!(notice.key.kind, Kind::WeekAhead | Kind::WeekOff)
    })?;
    let (round, person) = (&scope.draft.round, &scope.draft.person.id);
    // Each change of an entry has a higher number than the one before it (RFC 5546, 2.1.4).
    let earlier = scope.desk.weeks(round, person);
    let sequence = earlier.iter().filter(|told| told.key != notice.key).count();
    let (first, last) = scope.round.week();
    let title = [("round", scope.title(&scope.round.title))];
    let title = title.each_ref().map(|(name, value)| (*name, value.as_str()));
    Some(Week {
        method: match notice.key.kind {
            Kind::WeekOff => Method::Cancel,
            _ => Method::Request,
        },
        uid: format!("{}.littlethings", hash(&["week", round, person])),
        sequence: u32::try_from(sequence).unwrap_or(u32::MAX),
        first,
        last,
        summary: scope.words.text("letter.week.entry", &title),
        description: description(scope),
        url: scope.page("index.html"),
    })
}

/// What the person answers for, a line each.
fn description(scope: &Scope) -> String {
    let owned = scope.owned();
    let lines = owned.iter().map(|(product, item)| {
        format!(
            "{}: {}\n{}",
            scope.product_name(product),
            scope.title(&item.title),
            scope.item_page(item)
        )
    });
    lines.collect::<Vec<_>>().join("\n\n")
}
