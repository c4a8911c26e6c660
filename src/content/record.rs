//! record.toml: what the mailer published. Unknown keys are ignored, so that an older site can
//! show what a newer mailer wrote.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use toml::value::Datetime;

use super::notes::{Notes, SETTINGS_ARE_READ};
use super::source::Source;
use crate::model::{Comment, Counted, Record, RuleOutcome, Side, SideCount, SurveyRecord, Told};

#[derive(Deserialize)]
struct RawRecord {
    format: i64,
    written: Option<Datetime>,
    #[serde(default)]
    simulated: bool,
    #[serde(default)]
    told: Vec<RawTold>,
    #[serde(default)]
    survey: RawSurvey,
    #[serde(default)]
    questions: Vec<RawQuestion>,
    #[serde(default)]
    comments: Vec<RawComment>,
    decision: Option<RawDecision>,
}

#[derive(Deserialize)]
struct RawTold {
    r#ref: String,
    kind: String,
    at: Datetime,
}

#[derive(Default, Deserialize)]
struct RawSurvey {
    asked_at: Option<Datetime>,
    #[serde(default)]
    reminded_at: Vec<Datetime>,
    #[serde(default)]
    sides: BTreeMap<String, RawSide>,
}

#[derive(Deserialize)]
struct RawSide {
    #[serde(default)]
    asked: u32,
    #[serde(default)]
    answered: u32,
}

#[derive(Deserialize)]
struct RawQuestion {
    r#ref: String,
    side: String,
    #[serde(default)]
    answers: u32,
    counts: Option<toml::Table>,
    #[serde(default)]
    hidden: bool,
}

#[derive(Deserialize)]
struct RawComment {
    question: String,
    text: String,
}

#[derive(Deserialize)]
struct RawDecision {
    outcome: String,
}

pub(crate) fn read(source: &Source, notes: &mut Notes) -> Option<Record> {
    let raw: RawRecord = match toml::from_str(&source.text) {
        Ok(raw) => raw,
        Err(error) => {
            let place = source.place(error.span().unwrap_or(0..0));
            notes.error(
                SETTINGS_ARE_READ,
                place,
                format!("this record cannot be read: {}", error.message().replace('\n', ", ")),
                "let `littlethings-mail results` write it again",
            );
            return None;
        }
    };
    if raw.format != 1 {
        notes.error(
            SETTINGS_ARE_READ,
            source.whole(),
            format!("this record has format {}, and only format 1 is known", raw.format),
            "use the version of littlethings that wrote it, or a newer one",
        );
        return None;
    }
    Some(assemble(raw, source, notes))
}

fn assemble(raw: RawRecord, source: &Source, notes: &mut Notes) -> Record {
    let RawRecord { format: _, written, simulated, told, survey, questions, comments, decision } =
        raw;
    let told = told
        .into_iter()
        .filter_map(|told| {
            let RawTold { r#ref, kind, at } = told;
            Some(Told { r#ref, kind, at: instant(&at, source, notes)? })
        })
        .collect();
    let outcome = decision.and_then(|decision| match decision.outcome.as_str() {
        "repeat" => Some(RuleOutcome::Repeat),
        "do not repeat" => Some(RuleOutcome::DoNotRepeat),
        "too few answers" => Some(RuleOutcome::TooFewAnswers),
        other => {
            notes.error(
                SETTINGS_ARE_READ,
                source.whole(),
                format!("`{other}` is no outcome of a decision rule"),
                "write `repeat`, `do not repeat` or `too few answers`",
            );
            None
        }
    });
    Record {
        written: written.and_then(|at| instant(&at, source, notes)),
        simulated,
        told,
        survey: survey_of(survey, source, notes),
        questions: questions
            .into_iter()
            .filter_map(|question| counted(question, source, notes))
            .collect(),
        comments: comments
            .into_iter()
            .map(|RawComment { question, text }| Comment { question, text })
            .collect(),
        outcome,
        place: source.whole(),
    }
}

fn survey_of(raw: RawSurvey, source: &Source, notes: &mut Notes) -> SurveyRecord {
    let RawSurvey { asked_at, reminded_at, sides } = raw;
    let mut counts = BTreeMap::new();
    for (name, RawSide { asked, answered }) in sides {
        if let Some(side) = side(&name, source, notes) {
            counts.insert(side, SideCount { asked, answered });
        }
    }
    SurveyRecord {
        asked_at: asked_at.and_then(|at| instant(&at, source, notes)),
        reminded_at: reminded_at.iter().filter_map(|at| instant(at, source, notes)).collect(),
        sides: counts,
    }
}

fn counted(raw: RawQuestion, source: &Source, notes: &mut Notes) -> Option<Counted> {
    let RawQuestion { r#ref, side: name, answers, counts, hidden } = raw;
    let side = if name == "all" { None } else { Some(side(&name, source, notes)?) };
    let counts = counts.filter(|_| !hidden).map(|counts| {
        counts
            .into_iter()
            .filter_map(|(choice, number)| {
                Some((choice, u32::try_from(number.as_integer()?).ok()?))
            })
            .collect()
    });
    Some(Counted { r#ref, side, answers, counts })
}

fn side(name: &str, source: &Source, notes: &mut Notes) -> Option<Side> {
    let side = Side::ALL.into_iter().find(|side| side.word() == name);
    if side.is_none() {
        notes.error(
            SETTINGS_ARE_READ,
            source.whole(),
            format!("`{name}` is no side"),
            "write `partner`, `developer` or `manager`",
        );
    }
    side
}

fn instant(written: &Datetime, source: &Source, notes: &mut Notes) -> Option<Timestamp> {
    let instant = written.to_string().parse().ok();
    if instant.is_none() {
        notes.error(
            SETTINGS_ARE_READ,
            source.whole(),
            format!("`{written}` is no instant, because its offset from UTC is missing"),
            "write it as in `2026-07-27T10:05:00+02:00`",
        );
    }
    instant
}
