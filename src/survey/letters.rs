//! What the letters of a store say about a round's record: which statuses owners were told, and
//! when everybody was asked (pure).

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::mail::Kind;
use crate::model::{Round, Told};
use crate::store::{State, ToldRow};

/// The kinds of notices that tell an owner where their item stands.
const STATUSES: [Kind; 7] = [
    Kind::Submitted,
    Kind::Started,
    Kind::Skipped,
    Kind::Done,
    Kind::Reopened,
    Kind::HandedOver,
    Kind::Fate,
];

/// What letters say about a record. Only what a mail server took counts: what was counted as told
/// without a letter told nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letters {
    /// By instant, then by ref and kind.
    pub told: Vec<Told>,
    pub asked_at: Option<Timestamp>,
    pub reminded_at: Vec<Timestamp>,
}

impl Letters {
    pub fn of(rows: &[ToldRow], round: &Round) -> Letters {
        let mut told: Vec<Told> = arrived(rows, round).filter_map(told).collect();
        told.sort_by(|one, other| key(one).cmp(&key(other)));
        told.dedup();
        let asked = arrived(rows, round).filter(|row| row.notice.kind == Kind::Survey.word());
        Letters {
            told,
            asked_at: asked.map(|row| second(row.at)).min(),
            reminded_at: reminded(rows, round),
        }
    }
}

/// Whom a letter has asked, and on which day of the round's zone: the first one for each person,
/// be it a reminder after an invitation that never arrived.
pub fn asked(rows: &[ToldRow], round: &Round) -> BTreeMap<String, Date> {
    let mut asked: BTreeMap<String, Date> = BTreeMap::new();
    let asks = [Kind::Survey.word(), Kind::SurveyReminder.word()];
    for row in arrived(rows, round).filter(|row| asks.contains(&row.notice.kind.as_str())) {
        let day = row.at.to_zoned(round.zone.zone.clone()).date();
        let first = asked.entry(row.notice.person.clone()).or_insert(day);
        *first = day.min(*first);
    }
    asked
}

/// The order of letters in a record.
pub(super) fn key(told: &Told) -> (Timestamp, &str, &str) {
    (told.at, &told.r#ref, &told.kind)
}

fn arrived<'a>(rows: &'a [ToldRow], round: &'a Round) -> impl Iterator<Item = &'a ToldRow> {
    rows.iter().filter(|row| row.notice.round == round.slug && row.state == State::Accepted)
}

fn told(row: &ToldRow) -> Option<Told> {
    let kind = Kind::from_word(&row.notice.kind).filter(|kind| STATUSES.contains(kind))?;
    let r#ref = row.notice.subject.clone();
    Some(Told { r#ref, kind: kind.word().to_owned(), at: second(row.at) })
}

/// When each reminder went out first. A letter a person would be a list of the silent.
fn reminded(rows: &[ToldRow], round: &Round) -> Vec<Timestamp> {
    let mut first: BTreeMap<u32, Timestamp> = BTreeMap::new();
    for row in arrived(rows, round).filter(|row| row.notice.kind == Kind::SurveyReminder.word()) {
        let at = second(row.at);
        let known = first.entry(row.notice.number).or_insert(at);
        *known = at.min(*known);
    }
    first.into_values().collect()
}

/// Without the fractions of a second that nobody reads.
fn second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}
