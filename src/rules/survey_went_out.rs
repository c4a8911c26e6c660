//! Nobody forgets to ask: while the survey or its results are late, the check fails.

use jiff::{Timestamp, Zoned};

use super::{Breach, Deadline, Rule};
use crate::finding::Severity;
use crate::model::{Record, Round};
use crate::words::count;

pub const RULE: Rule = Rule {
    name: "survey-went-out",
    asks: "On the day that was promised both sides are asked how it was, and when the survey has closed its results are published. Silence is where such weeks end.",
    deadline: Deadline::SurveyOpens,
    before: Severity::Hint,
    after: Severity::Error,
    judge,
};

fn judge(round: &Round, now: Timestamp) -> Vec<Breach> {
    let record = round.record.as_ref();
    let breach = match record.and_then(|record| Some((record, record.survey.asked_at?))) {
        Some((record, at)) if at < round.dates.invitation.start() => {
            Some(of_another_round(round, record, at))
        }
        Some((record, _)) => late_results(round, record, now),
        None => late_survey(round, record, now),
    };
    breach.into_iter().collect()
}

/// Whoever begins a round as a copy of the last one takes its record along, and then nobody would
/// be missed who is not asked.
fn of_another_round(round: &Round, record: &Record, at: Timestamp) -> Breach {
    let day = at.to_zoned(round.zone.zone.clone());
    Breach::new(
        &record.place,
        format!(
            "the survey went out on {}, before this round began: the record is of another one",
            day.strftime("%-d %B %Y")
        ),
        "remove this record.toml; `littlethings-mail results` writes the round's own",
    )
    .at_least(Severity::Warning)
}

fn late_survey(round: &Round, record: Option<&Record>, now: Timestamp) -> Option<Breach> {
    let dates = &round.dates;
    let opens = &dates.survey_opens;
    let due = opens.letters_go().to_zoned(round.zone.zone.clone());
    if now < due.timestamp() {
        return None;
    }
    let place = record.map_or(&opens.place, |record| &record.place);
    if now >= dates.survey_closes.end() {
        return Some(Breach::new(
            place,
            "the survey has closed and was never sent",
            "write a later `survey.closes` in round.toml, then type `littlethings-mail send`",
        ));
    }
    Some(Breach::new(
        place,
        format!("the survey has not gone out: {}", late(&due, now)),
        "type `littlethings-mail due` to see why, `littlethings-mail send` to send it, and commit record.toml",
    ))
}

fn late_results(round: &Round, record: &Record, now: Timestamp) -> Option<Breach> {
    let closed = round.dates.survey_closes.end();
    if now < closed || record.has_results(closed) {
        return None;
    }
    let closed = closed.to_zoned(round.zone.zone.clone());
    Some(Breach::new(
        &record.place,
        format!("the results of the survey are not published: {}", late(&closed, now)),
        "type `littlethings-mail results`, and commit record.toml",
    ))
}

/// Days as a calendar counts them: what was due yesterday evening is one day late.
fn late(due: &Zoned, now: Timestamp) -> String {
    let today = now.to_zoned(due.time_zone().clone()).date();
    match today.duration_since(due.date()).as_hours() / 24 {
        0 => format!("due today at {}", due.strftime("%H:%M")),
        days => format!("{} late", count(usize::try_from(days).unwrap_or(0), "day", "days")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::model::{Counted, Side, SideCount};

    fn asked() -> Round {
        let mut round = round().recorded();
        round.record.as_mut().unwrap().survey.asked_at = Some(at("2026-08-03T10:01:00+02:00"));
        round
    }

    #[test]
    fn a_late_survey_is_an_error_that_counts_the_days() {
        assert_eq!(told(&RULE, &round(), WEEK), NOTHING);
        assert_eq!(
            told(&RULE, &round(), "2026-08-03T11:00:00+02:00"),
            ["error round.toml:14 the survey has not gone out: due today at 10:00"]
        );
        assert_eq!(
            told(&RULE, &round(), "2026-08-09T09:00:00+02:00"),
            ["error round.toml:14 the survey has not gone out: 6 days late"]
        );
        assert_eq!(
            told(&RULE, &round().recorded(), "2026-08-04T09:00:00+02:00"),
            ["error record.toml:1 the survey has not gone out: 1 day late"]
        );
        assert_eq!(
            told(&RULE, &round(), DECIDING),
            ["error round.toml:14 the survey has closed and was never sent"]
        );
        assert_eq!(
            told(&RULE, &round().decided(), "2026-08-09T09:00:00+02:00"),
            ["error round.toml:14 the survey has not gone out: 6 days late"],
            "an early decision is no reason to ask nobody"
        );
        assert_eq!(
            told(&RULE, &round().decided(), DECIDING),
            ["hint round.toml:14 the survey has closed and was never sent"]
        );
    }

    #[test]
    fn results_are_due_once_the_survey_has_closed() {
        assert_eq!(told(&RULE, &asked(), ASKING), NOTHING);
        assert_eq!(
            told(&RULE, &asked(), "2026-08-16T12:00:00+02:00"),
            ["error record.toml:1 the results of the survey are not published: 1 day late"]
        );
        let mut published = asked();
        published.record.as_mut().unwrap().questions.push(Counted {
            r#ref: "again".into(),
            side: None,
            answers: 7,
            counts: None,
        });
        assert_eq!(told(&RULE, &published, DECIDING), NOTHING);
    }

    #[test]
    fn a_record_of_another_round_is_no_answer() {
        let mut copied = asked();
        copied.record.as_mut().unwrap().survey.asked_at = Some(at("2026-05-04T10:01:00+02:00"));
        let told_as = |severity| {
            format!(
                "{severity} record.toml:1 the survey went out on 4 May 2026, before this round began: \
                 the record is of another one"
            )
        };
        assert_eq!(told(&RULE, &copied, LISTING), [told_as("warning")]);
        assert_eq!(told(&RULE, &copied, ASKING), [told_as("error")]);
    }

    #[test]
    fn silence_is_a_result() {
        let mut round = asked();
        let record = round.record.as_mut().unwrap();
        record.survey.sides.insert(Side::Partner, SideCount { asked: 12, answered: 0 });
        record.written = Some(at("2026-08-15T09:00:00+02:00"));
        assert_eq!(told(&RULE, &round, DECIDING), NOTHING);
    }
}
