//! How was it? Both sides are asked, the silent are reminded, and all hear what came of it.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Desk, Kind};
use crate::finding::Place;
use crate::model::{Person, Round};
use crate::words::count;

/// Nobody is reminded more often.
const REMINDERS: usize = 2;

pub fn tell(desk: &mut Desk) {
    let dates = &desk.round.dates;
    let opens = dates.survey_opens.letters_go();
    let closes = dates.survey_closes.end();
    // Whatever was decided already: who is to be asked is asked until the survey closes.
    if desk.now >= opens && desk.now < closes {
        ask(desk);
    }
    if desk.now >= closes {
        tell_results(desk);
    }
}

fn ask(desk: &mut Desk) {
    if !can_ask(desk) {
        return;
    }
    let asked: Vec<(Arc<Person>, usize)> =
        desk.round.asked().into_iter().map(|it| (it.person, it.questions.len())).collect();
    for (person, questions) in asked {
        if desk.told.has_answered(&person) {
            thank(desk, &person);
        } else if desk.told.last(&[Kind::Survey], "-", &person).is_none() {
            let why = format!("{} for them", count(questions, "question", "questions"));
            desk.due(&person, Kind::Survey, "-", "asked", why);
        } else {
            remind(desk, &person);
        }
    }
}

/// Whether there is something to ask and somewhere to answer; else it is told what is missing.
fn can_ask(desk: &mut Desk) -> bool {
    let round = desk.round;
    let missing = match &round.survey {
        None if round.survey_refused => {
            Some(("survey.md cannot be read", "mend what the check says about it"))
        }
        None => Some(("survey.md is missing", "write it; nobody is asked without it")),
        Some(survey) if survey.questions.is_empty() => {
            Some(("survey.md has no question", "write one, or nobody is asked"))
        }
        Some(_) => None,
    };
    if let Some((message, help)) = missing {
        let place = Place::whole(round.path("survey.md"));
        desk.withhold(Kind::Survey, "-", message, help, &place);
        return false;
    }
    if desk.settings.survey_url.is_none() {
        let place = desk.settings.place.clone();
        let message = "it is not known where the survey is answered";
        let help = "write `url = \"https://…\"` under `[survey]`: where `littlethings-mail serve` is reachable";
        desk.withhold(Kind::Survey, "-", message, help, &place);
        return false;
    }
    true
}

/// The silent hear again on the days that round.toml names. Where two of them have passed at once,
/// one letter is enough.
fn remind(desk: &mut Desk, person: &Arc<Person>) {
    if desk.told.wants_no_reminder(person) {
        return;
    }
    let passed = reminders(desk.round).into_iter().filter(|at| *at <= desk.now).collect::<Vec<_>>();
    let (Some(latest), Some(told)) =
        (passed.last(), desk.told.last(&[Kind::Survey, Kind::SurveyReminder], "-", person))
    else {
        return;
    };
    // Who was asked after that day has not been silent since.
    if told.at < *latest {
        let why = format!("asked on {}, and no answer yet", day(desk, told.at));
        desk.due(person, Kind::SurveyReminder, "-", "reminded", why);
    }
}

/// When reminders go: days after the survey opened, at the hour it opened.
pub fn reminders(round: &Round) -> Vec<Timestamp> {
    let dates = &round.dates;
    let days = dates.reminders.iter().take(REMINDERS).map(|days| days.value);
    days.filter_map(|days| dates.survey_opens.letters_go_after(days)).collect()
}

fn thank(desk: &mut Desk, person: &Arc<Person>) {
    if desk.settings.survey_thanks
        && desk.told.last(&[Kind::Survey], "-", person).is_some()
        && desk.told.last(&[Kind::SurveyThanks], "-", person).is_none()
    {
        desk.due(person, Kind::SurveyThanks, "-", "thanked", "they have answered".to_owned());
    }
}

/// Everybody who was asked hears when the results stand in record.toml.
fn tell_results(desk: &mut Desk) {
    let Some(record) = &desk.round.record else { return };
    if record.simulated || !record.has_results(desk.round.dates.survey_closes.end()) {
        return;
    }
    for person in desk.round.people.all() {
        if desk.told.last(&[Kind::Survey], "-", person).is_some()
            && desk.told.last(&[Kind::ResultsOut], "-", person).is_none()
        {
            let total = record.survey.total();
            let why = format!(
                "{} of {} have answered, and the results are published",
                total.answered, total.asked
            );
            desk.due(person, Kind::ResultsOut, "-", "results", why);
        }
    }
}

fn day(desk: &Desk, at: Timestamp) -> jiff::civil::Date {
    at.to_zoned(desk.round.zone.zone.clone()).date()
}
