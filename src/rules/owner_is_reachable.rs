//! A question that waits for an absent owner waits until the week is over.

use jiff::Timestamp;
use jiff::civil::{Date, Weekday};

use super::{Breach, Deadline, Rule, somebody};
use crate::finding::Severity;
use crate::model::{Item, Key, Mention, Person, Round, Side, Status};
use crate::words::{and, count};

pub const RULE: Rule = Rule {
    name: "owner-is-reachable",
    asks: "The owner, or a deputy, can be reached on every working day of the week. A question that waits a day takes a fifth of it.",
    deadline: Deadline::WeekBegins,
    before: Severity::Warning,
    after: Severity::Error,
    judge,
};

fn judge(round: &Round, now: Timestamp) -> Vec<Breach> {
    let days = working_days(round);
    let today = now.to_zoned(round.zone.zone.clone()).date();
    // Afterwards nobody can be reached any more; it only explains why somebody waited.
    let over = Deadline::WeekEnds.has_passed(round, now);
    let ceiling = if over { Severity::Hint } else { Severity::Error };
    round
        .items()
        .filter_map(|(_, item)| judge_item(round, item, &days, today))
        .map(|breach| breach.at_most(ceiling))
        .collect()
}

fn judge_item(round: &Round, item: &Item, days: &[Date], today: Date) -> Option<Breach> {
    // Of these nobody has a question any more.
    if matches!(item.status, Status::Skipped | Status::SignedOff) || item.is_garbled(Key::Deputy) {
        return None;
    }
    let mention = item.owner.as_ref()?;
    let owner = expected(round, mention)?;
    let deputy = match &item.deputy {
        Some(mention) => Some((expected(round, mention)?, mention)),
        None => None,
    };
    let alone: Vec<Date> = days
        .iter()
        .copied()
        .filter(|day| owner.is_away(*day) && deputy.is_none_or(|(deputy, _)| deputy.is_away(*day)))
        .collect();
    if alone.is_empty() {
        return deputy
            .filter(|(deputy, _)| deputy.id == owner.id)
            .map(|(_, mention)| own_deputy(round, item, owner, mention));
    }
    // Nobody can be there on a day that is over.
    let ahead: Vec<Date> = alone.iter().copied().filter(|day| *day >= today).collect();
    let (alone, ceiling) =
        if ahead.is_empty() { (alone, Severity::Hint) } else { (ahead, Severity::Error) };
    let when = when(&alone, days);
    let (place, message) = match deputy {
        Some((deputy, mention)) if deputy.id == owner.id => {
            (&mention.place, format!("`{}` is the owner's own deputy and away {when}", owner.name))
        }
        Some((deputy, mention)) => (
            &mention.place,
            format!("neither `{}` nor `{}` can be reached {when}", owner.name, deputy.name),
        ),
        None => (&mention.place, format!("`{}` cannot be reached {when}", owner.name)),
    };
    let is_there =
        |person: &Person| person.id != owner.id && !alone.iter().any(|day| person.is_away(*day));
    let help = format!(
        "write `- Deputy: ` and somebody who is there {when}{}",
        example(round, item, is_there)
    );
    Some(Breach::new(place, message, help).at_most(ceiling))
}

/// Who is there all week needs no deputy, and whoever wrote one had somebody else in mind.
fn own_deputy(round: &Round, item: &Item, owner: &Person, mention: &Mention) -> Breach {
    let breach = Breach::new(
        &mention.place,
        format!("`{}` is the owner's own deputy", owner.name),
        format!(
            "write `- Deputy: ` and somebody else{}",
            example(round, item, |person| person.id != owner.id)
        ),
    );
    breach.at_most(Severity::Warning)
}

fn example(round: &Round, item: &Item, fits: impl Fn(&Person) -> bool) -> String {
    let hub = item.hub.as_ref().map(|hub| hub.value.as_str());
    somebody(round, Side::Partner, hub, fits)
        .map_or_else(String::new, |person| format!(", such as `- Deputy: {}`", person.name))
}

/// The known person of a mention. One who had left before the week began, or whom nobody knows,
/// is told by `owner-is-known`.
fn expected<'a>(round: &Round, mention: &'a Mention) -> Option<&'a Person> {
    mention
        .person()
        .map(AsRef::as_ref)
        .filter(|person: &&Person| person.left.is_none_or(|left| left > round.week().0))
}

/// Monday to Friday between the first and the last day. A mistyped year makes the week very long,
/// so it is cut after a quarter.
fn working_days(round: &Round) -> Vec<Date> {
    let (first, last) = round.week();
    first
        .series(jiff::ToSpan::day(1))
        .take(92)
        .take_while(|day| *day <= last)
        .filter(|day| !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday))
        .collect()
}

/// `on Wednesday 29 July`, `all week`.
fn when(alone: &[Date], days: &[Date]) -> String {
    if alone.len() == days.len() {
        return "all week".to_owned();
    }
    if alone.len() > 4 {
        return format!("on {} of the week", count(alone.len(), "day", "days"));
    }
    let days: Vec<String> = alone.iter().map(|day| day.strftime("%A %-d %B").to_string()).collect();
    format!("on {}", and(&days))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    fn owned_by(owner: &str, write: impl Fn(Item) -> Item) -> Round {
        round().list("atlas", |list| list.item("Printer", |item| write(item.owner(owner))))
    }

    #[test]
    fn an_owner_who_is_there_is_fine() {
        assert_eq!(told(&RULE, &owned_by("Marta Lind", bare), WEEK), NOTHING);
    }

    #[test]
    fn an_absent_owner_needs_a_deputy() {
        // Ana is away on the Wednesday, and on a Saturday, which nobody counts.
        let round = owned_by("Ana Duarte", bare);
        assert_eq!(
            told(&RULE, &round, FROZEN),
            ["warning lists/atlas.md:21 `Ana Duarte` cannot be reached on Wednesday 29 July"]
        );
        assert_eq!(
            told(&RULE, &round, WEEK),
            ["error lists/atlas.md:21 `Ana Duarte` cannot be reached on Wednesday 29 July"]
        );
        assert_eq!(
            helps(&RULE, &round, WEEK),
            [
                "write `- Deputy: ` and somebody who is there on Wednesday 29 July, such as `- Deputy: Marta Lind`"
            ]
        );
        assert_eq!(
            told(&RULE, &owned_by("Ana Duarte", |item| item.deputy("Marta Lind")), WEEK),
            NOTHING
        );
    }

    #[test]
    fn after_the_week_it_is_only_worth_knowing() {
        assert_eq!(
            told(&RULE, &owned_by("Ana Duarte", bare), ASKING),
            ["hint lists/atlas.md:21 `Ana Duarte` cannot be reached on Wednesday 29 July"]
        );
        let decided = owned_by("Ana Duarte", bare).decided();
        assert!(told(&RULE, &decided, WEEK)[0].starts_with("hint"));
    }

    #[test]
    fn only_days_to_come_are_asked_for() {
        let thursday = "2026-07-30T09:00:00+02:00";
        assert_eq!(
            told(&RULE, &owned_by("Ana Duarte", bare), thursday),
            ["hint lists/atlas.md:21 `Ana Duarte` cannot be reached on Wednesday 29 July"]
        );
        let both = owned_by("Ana Duarte", |item| item.deputy("Jonas Weber"));
        assert!(told(&RULE, &both, thursday)[0].starts_with("hint"));
        assert!(told(&RULE, &both, "2026-07-29T23:59:00+02:00")[0].starts_with("error"));
    }

    #[test]
    fn a_deputy_who_is_away_as_well_is_told_at_the_deputy() {
        assert_eq!(
            told(&RULE, &owned_by("Ana Duarte", |item| item.deputy("@ana")), WEEK),
            [
                "error lists/atlas.md:22 `Ana Duarte` is the owner's own deputy and away on Wednesday 29 July"
            ]
        );
        assert_eq!(
            told(&RULE, &owned_by("Ana Duarte", |item| item.deputy("Jonas Weber")), WEEK),
            [
                "error lists/atlas.md:22 neither `Ana Duarte` nor `Jonas Weber` can be reached on Wednesday 29 July"
            ]
        );
    }

    #[test]
    fn an_owner_who_is_there_is_no_deputy_either() {
        let round = owned_by("Marta Lind", |item| item.deputy("@marta"));
        for now in [FROZEN, WEEK] {
            assert_eq!(
                told(&RULE, &round, now),
                ["warning lists/atlas.md:22 `Marta Lind` is the owner's own deputy"]
            );
        }
        assert_eq!(
            helps(&RULE, &round, WEEK),
            ["write `- Deputy: ` and somebody else, such as `- Deputy: Ana Duarte`"]
        );
    }

    #[test]
    fn strangers_and_those_who_left_are_told_elsewhere() {
        for owner in ["Gil Moreau", "Zacharias"] {
            assert_eq!(told(&RULE, &owned_by(owner, bare), WEEK), NOTHING);
        }
        let round = owned_by("Ana Duarte", |item| item.deputy("Zacharias"));
        assert_eq!(told(&RULE, &round, WEEK), NOTHING);
    }

    #[test]
    fn nobody_asks_about_what_is_skipped() {
        let round = owned_by("Ana Duarte", |item| item.status("skipped"));
        assert_eq!(told(&RULE, &round, WEEK), NOTHING);
    }
}
