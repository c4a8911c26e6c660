//! Dates out of order are typing mistakes, and every letter and phase follows from the dates.

use jiff::Timestamp;

use super::{Breach, Deadline, Rule};
use crate::finding::{Place, Placed, Severity};
use crate::model::{Dates, Round, When};
use crate::words::count;

pub const RULE: Rule = Rule {
    name: "dates-in-order",
    asks: "Invitation, lists due, week, survey: one after the other, with the reminders before the survey closes. Everything that happens by itself happens by these dates, the invitation first, and it needs its text.",
    deadline: Deadline::Always,
    before: Severity::Error,
    after: Severity::Error,
    judge,
};

/// The mailer reminds no oftener, whatever is written.
const REMINDERS: usize = 2;

/// The dates of a round under the names they have in round.toml, in order.
pub fn named(dates: &Dates) -> [(&'static str, &When); 6] {
    [
        ("invitation", &dates.invitation),
        ("lists_due", &dates.lists_due),
        ("week.first", &dates.week_first),
        ("week.last", &dates.week_last),
        ("survey.opens", &dates.survey_opens),
        ("survey.closes", &dates.survey_closes),
    ]
}

fn judge(round: &Round, now: Timestamp) -> Vec<Breach> {
    let dates = &round.dates;
    let pairs = swapped_pairs(dates);
    // When a survey closes before it opens, no day is a good one for a reminder.
    let closes_early = pairs.iter().any(|(_, (later, _))| *later == "survey.closes");
    let swapped = pairs.into_iter().map(|(earlier, later)| swapped(earlier, later));
    let reminders = if closes_early { Vec::new() } else { reminders(dates) };
    swapped.chain(early_survey(dates)).chain(reminders).chain(no_invitation(round, now)).collect()
}

/// A day on which letters go out, and nothing to put into them. Once the lists are due nobody is
/// invited any more.
fn no_invitation(round: &Round, now: Timestamp) -> Option<Breach> {
    let file = round.path("invitation.md");
    if round.invitation.is_some() || round.files.contains(&file) {
        return None;
    }
    let late = Deadline::ListsDue.has_passed(round, now);
    let breach = Breach::new(
        &Place::whole(file),
        format!(
            "the invitation goes out on {}, and invitation.md is missing",
            round.dates.invitation.at.strftime("%-d %B")
        ),
        "add `invitation.md` with a title, `# A week for your little things`, and below it what the letter says",
    );
    Some(breach.at_most(if late { Severity::Hint } else { Severity::Warning }))
}

/// Whether the week and its survey lie so that nobody can say what is over and what is due: one
/// mistyped date, told once, and not the reason for a hundred other findings.
pub fn are_swapped(dates: &Dates) -> bool {
    swapped_pairs(dates).iter().any(|((earlier, _), _)| *earlier != "invitation")
}

type Named<'a> = (&'static str, &'a When);

fn swapped_pairs(dates: &Dates) -> Vec<(Named<'_>, Named<'_>)> {
    let named = named(dates);
    let pairs = named.iter().zip(&named[1..]).filter(|(earlier, later)| !in_order(earlier, later));
    pairs.map(|(earlier, later)| (*earlier, *later)).collect()
}

/// Both ends of the week include their day, and so does a closing date.
fn in_order((key, earlier): &Named, (_, later): &Named) -> bool {
    match *key {
        "invitation" => earlier.start() < later.start(),
        "lists_due" => earlier.start() <= later.start(),
        "week.first" | "week.last" => earlier.date() <= later.date(),
        _ => earlier.start() < later.end(),
    }
}

fn swapped((early_key, early): Named, (late_key, late): Named) -> Breach {
    let (early, at) = (written(early), &late.place);
    Breach::new(
        at,
        format!("`{late_key}` is {} and not after `{early_key}`, {early}", written(late)),
        format!("write a later `{late_key}`, or an earlier `{early_key}`"),
    )
}

/// A date as round.toml has it.
pub fn written(when: &When) -> String {
    when.at.strftime(if when.bare { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M" }).to_string()
}

/// On the last day of the week a survey may be meant, though not all is done by then.
fn early_survey(dates: &Dates) -> Option<Breach> {
    (dates.survey_opens.date() == dates.week_last.date()).then(|| {
        Breach::new(
            &dates.survey_opens.place,
            "the survey opens before the week is over",
            "write a later `survey.opens`, unless that is meant",
        )
        .at_most(Severity::Hint)
    })
}

fn reminders(dates: &Dates) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (index, reminder) in dates.reminders.iter().enumerate() {
        let days = reminder.value;
        if index.checked_sub(1).is_some_and(|before| dates.reminders[before].value >= days) {
            breaches.push(Breach::new(
                &reminder.place,
                format!(
                    "a reminder after {} comes before the one written before it",
                    in_days(days)
                ),
                "write the days after the survey opened from few to many, such as `[3, 7]`",
            ));
        } else if days == 0 || !is_before_closing(dates, days) {
            breaches.push(untimely(dates, reminder));
        } else if index == REMINDERS {
            breaches.push(
                Breach::new(
                    &reminder.place,
                    "nobody is reminded more than twice",
                    "leave two reminders, such as `[3, 7]`",
                )
                .at_most(Severity::Hint),
            );
        }
    }
    breaches
}

fn untimely(dates: &Dates, reminder: &Placed<u32>) -> Breach {
    let message = match reminder.value {
        0 => "a reminder goes out with the survey itself".to_owned(),
        days => format!("a reminder after {} comes when the survey has closed", in_days(days)),
    };
    let help = format!(
        "write the days after the survey opened, so that they end before {}",
        written(&dates.survey_closes)
    );
    Breach::new(&reminder.place, message, help)
}

fn in_days(days: u32) -> String {
    count(days as usize, "day", "days")
}

fn is_before_closing(dates: &Dates, days: u32) -> bool {
    let at = dates.survey_opens.letters_go_after(days);
    at.is_some_and(|at| at < dates.survey_closes.end())
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use jiff::civil::{date, datetime};

    fn on(when: &mut When, year: i16, month: i8, day: i8) {
        *when = When::on(date(year, month, day), when.at.time_zone(), when.place.clone());
    }

    #[test]
    fn dates_in_order_are_fine() {
        let mut round = round();
        assert_eq!(told(&RULE, &round, LISTING), NOTHING);
        // A week of one day, and a survey of one day.
        on(&mut round.dates.week_last, 2026, 7, 27);
        on(&mut round.dates.survey_closes, 2026, 8, 3);
        round.dates.reminders.clear();
        assert_eq!(told(&RULE, &round, LISTING), NOTHING);
    }

    #[test]
    fn an_invitation_needs_its_text_until_the_lists_are_due() {
        let mut round = round();
        round.files.clear();
        let said =
            "invitation.md:1 the invitation goes out on 6 July, and invitation.md is missing";
        assert_eq!(told(&RULE, &round, LISTING), [format!("warning {said}")]);
        assert_eq!(told(&RULE, &round, WEEK), [format!("hint {said}")]);
    }

    #[test]
    fn each_mistyped_date_is_one_finding() {
        let check = |change: fn(&mut Dates), expected: &str| {
            let mut round = round();
            change(&mut round.dates);
            assert_eq!(told(&RULE, &round, LISTING), [format!("error round.toml:{expected}")]);
            assert!(told(&RULE, &round.decided(), LISTING)[0].starts_with("hint"));
        };
        check(
            |dates| on(&mut dates.invitation, 2026, 7, 25),
            "11 `lists_due` is 2026-07-24 10:00 and not after `invitation`, 2026-07-25",
        );
        check(
            |dates| on(&mut dates.lists_due, 2026, 7, 28),
            "12 `week.first` is 2026-07-27 and not after `lists_due`, 2026-07-28",
        );
        check(
            |dates| on(&mut dates.week_last, 2025, 7, 31),
            "13 `week.last` is 2025-07-31 and not after `week.first`, 2026-07-27",
        );
        check(
            |dates| on(&mut dates.survey_opens, 2026, 7, 30),
            "14 `survey.opens` is 2026-07-30 and not after `week.last`, 2026-07-31",
        );
        check(
            |dates| {
                on(&mut dates.survey_closes, 2026, 8, 2);
                dates.reminders.clear();
            },
            "15 `survey.closes` is 2026-08-02 and not after `survey.opens`, 2026-08-03 10:00",
        );
    }

    #[test]
    fn a_survey_that_closes_before_it_opens_is_told_once() {
        let mut round = round();
        on(&mut round.dates.survey_closes, 2026, 8, 1);
        assert_eq!(
            told(&RULE, &round, LISTING),
            [
                "error round.toml:15 `survey.closes` is 2026-08-01 and not after `survey.opens`, 2026-08-03 10:00"
            ]
        );
    }

    #[test]
    fn what_follows_from_swapped_dates_is_not_told() {
        use super::super::judge;
        let rules = |round: &Round| {
            let mut rules: Vec<&str> =
                judge(round, at(WEEK)).iter().map(|finding| finding.rule).collect();
            rules.dedup();
            rules
        };
        let mut backwards = perfect_round();
        on(&mut backwards.dates.week_first, 2026, 7, 31);
        on(&mut backwards.dates.week_last, 2026, 7, 27);
        assert_eq!(rules(&backwards), ["dates-in-order"]);
        let mut early = perfect_round();
        on(&mut early.dates.survey_opens, 2026, 7, 26);
        assert_eq!(rules(&early), ["dates-in-order"]);
        // When people were invited has no bearing on the survey.
        let mut late = perfect_round();
        on(&mut late.dates.invitation, 2026, 7, 25);
        assert!(!are_swapped(&late.dates));
    }

    #[test]
    fn a_survey_on_the_last_day_is_a_hint() {
        let mut round = round();
        let opens = &mut round.dates.survey_opens;
        *opens =
            When::at(datetime(2026, 7, 31, 16, 0, 0, 0), opens.at.time_zone(), opens.place.clone());
        assert_eq!(
            told(&RULE, &round, LISTING),
            ["hint round.toml:14 the survey opens before the week is over"]
        );
    }

    #[test]
    fn reminders_come_in_order_and_before_the_survey_closes() {
        let check = |days: &[u32], expected: &[&str]| {
            let mut round = round();
            let place = round.dates.survey_opens.place.clone();
            round.dates.reminders =
                days.iter().map(|day| Placed::new(*day, place.clone())).collect();
            assert_eq!(told(&RULE, &round, LISTING), expected, "{days:?}");
        };
        check(&[3, 11], NOTHING);
        check(
            &[7, 3],
            &["error round.toml:14 a reminder after 3 days comes before the one written before it"],
        );
        check(
            &[3, 1],
            &["error round.toml:14 a reminder after 1 day comes before the one written before it"],
        );
        check(
            &[3, 12],
            &["error round.toml:14 a reminder after 12 days comes when the survey has closed"],
        );
        check(
            &[u32::MAX],
            &[
                "error round.toml:14 a reminder after 4294967295 days comes when the survey has closed",
            ],
        );
        check(&[0], &["error round.toml:14 a reminder goes out with the survey itself"]);
        check(&[1, 2, 3], &["hint round.toml:14 nobody is reminded more than twice"]);
    }
}
