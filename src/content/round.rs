//! round.toml: dates, products, hubs, limits, and the rule about the next round.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::notes::{NAMES_ARE_ADDRESSES, Notes, SETTINGS_ARE_READ};
use super::source::Source;
use super::toml::{self, Said, Taker};
use super::zone;
use crate::finding::{Place, Placed};
use crate::model::{
    Capacity, ClockTrouble, Dates, DecisionRule, Effort, Limits, ListFile, Mention, People,
    Product, Ref, When, Zone,
};
use crate::words;

const KNOWN: &[&str] = &[
    "title",
    "time_zone",
    "coordinators",
    "hubs",
    "dates",
    "limits",
    "products",
    "capacity",
    "decision",
    "invitation",
    "lists_due",
    "week",
    "survey",
    "first",
    "last",
    "opens",
    "closes",
    "reminders",
    "items",
    "estimate",
    "name",
    "manager",
    "developers",
    "support_days",
    "away_days",
    "quarter_days",
    "question",
    "counts_as_yes",
    "repeat_if",
    "answered",
    "yes",
];

type Text = Option<Said<String>>;
type Moment = Option<Said<::toml::value::Datetime>>;

#[derive(Deserialize)]
struct RawRound {
    title: Text,
    time_zone: Text,
    coordinators: Option<Said<Vec<String>>>,
    hubs: Option<Said<Vec<String>>>,
    dates: Option<RawDates>,
    #[serde(default)]
    limits: RawLimits,
    #[serde(default)]
    products: BTreeMap<String, RawProduct>,
    capacity: Option<RawCapacity>,
    decision: Option<RawDecision>,
}

#[derive(Default, Deserialize)]
struct RawDates {
    invitation: Moment,
    lists_due: Moment,
    week: Option<RawWeek>,
    survey: Option<RawSurvey>,
}

#[derive(Default, Deserialize)]
struct RawWeek {
    first: Moment,
    last: Moment,
}

#[derive(Default, Deserialize)]
struct RawSurvey {
    opens: Moment,
    closes: Moment,
    reminders: Option<Said<Vec<i64>>>,
}

#[derive(Default, Deserialize)]
struct RawLimits {
    items: Option<Said<i64>>,
    estimate: Text,
}

#[derive(Deserialize)]
struct RawProduct {
    name: Text,
    manager: Text,
    hubs: Option<Said<Vec<String>>>,
}

#[derive(Deserialize)]
struct RawCapacity {
    developers: Option<Said<f64>>,
    support_days: Option<Said<f64>>,
    away_days: Option<Said<f64>>,
    quarter_days: Option<Said<f64>>,
}

#[derive(Deserialize)]
struct RawDecision {
    question: Text,
    counts_as_yes: Option<Said<Vec<String>>>,
    #[serde(default)]
    repeat_if: RawShares,
}

#[derive(Default, Deserialize)]
struct RawShares {
    answered: Option<Said<f64>>,
    yes: Option<Said<f64>>,
}

/// What round.toml alone says; the files of the folder are added by whoever walks it.
pub(crate) struct RoundFile {
    pub title: String,
    pub zone: Zone,
    pub coordinators: Vec<Mention>,
    pub hubs: Vec<Placed<String>>,
    pub dates: Dates,
    pub limits: Limits,
    pub products: Vec<Product>,
    pub capacity: Option<Capacity>,
    pub decision_rule: Option<DecisionRule>,
}

/// Reads round.toml. `None` when it is no TOML, or has no date that a round cannot be without;
/// findings say why.
pub(crate) fn read(
    source: &Source,
    folder: &str,
    people: &Arc<People>,
    notes: &mut Notes,
) -> Option<RoundFile> {
    let (raw, keys) = toml::read::<RawRound>(source, KNOWN, notes)?;
    let RawRound {
        title,
        time_zone,
        coordinators,
        hubs,
        dates,
        limits,
        products,
        capacity,
        decision,
    } = raw;
    let mut take = Taker { source, keys: &keys, known: KNOWN, notes };
    let slug = folder.rsplit('/').next().unwrap_or(folder);
    let title = take
        .required(title, &["title"], "\"Summer 2026\"")
        .map_or_else(|| slug.to_owned(), |title| title.value.trim().to_owned());
    let zone = zone(time_zone, &mut take);
    let coordinators = people_of(coordinators, &["coordinators"], people, &mut take);
    let hubs = hubs_of(hubs, &mut take);
    let products = products_of(products, folder, &hubs, people, &mut take);
    let limits = limits_of(limits, &mut take);
    let capacity = capacity.map(|capacity| capacity_of(capacity, &mut take));
    let decision_rule = decision.and_then(|decision| decision_of(decision, &mut take));
    let dates = dates_of(dates, &zone, &mut take)?;
    Some(RoundFile {
        title,
        zone,
        coordinators,
        hubs,
        dates,
        limits,
        products,
        capacity,
        decision_rule,
    })
}

fn zone(written: Text, take: &mut Taker) -> Zone {
    let form = "\"Europe/Zurich\"";
    let Some(written) = take.required(written, &["time_zone"], form) else {
        return Zone {
            written: String::new(),
            zone: TimeZone::UTC,
            known: true,
            place: take.keys.near(&["time_zone"]),
        };
    };
    let name = written.value.trim().to_owned();
    let zone = zone::by_name(&name);
    Zone {
        written: name,
        known: zone.is_some(),
        zone: zone.unwrap_or(TimeZone::UTC),
        place: written.place,
    }
}

fn people_of(
    written: Option<Said<Vec<String>>>,
    path: &[&str],
    people: &People,
    take: &mut Taker,
) -> Vec<Mention> {
    if written.is_none() {
        take.missing(path, "[\"ana\"]");
    }
    let mut mentions = Vec::new();
    for name in take.list(written, path, "[\"ana\"]").unwrap_or_default() {
        mentions.push(mention(name, people));
    }
    mentions
}

/// In settings a person is named by id, with or without its `@`, or in any way a list may.
fn mention(name: Placed<String>, people: &People) -> Mention {
    let by_id = people.by_id(name.value.trim()).cloned().map(crate::model::Reading::Person);
    Mention {
        reading: by_id.unwrap_or_else(|| people.read(&name.value)),
        written: name.value,
        place: name.place,
    }
}

fn hubs_of(written: Option<Said<Vec<String>>>, take: &mut Taker) -> Vec<Placed<String>> {
    let form = "[\"Berlin\", \"Lisbon\"]";
    if written.is_none() {
        take.missing(&["hubs"], form);
    }
    let mut hubs: Vec<Placed<String>> = Vec::new();
    for hub in take.list(written, &["hubs"], form).unwrap_or_default() {
        if hubs.iter().any(|other| words::fold(&other.value) == words::fold(&hub.value)) {
            take.notes.warning(
                SETTINGS_ARE_READ,
                hub.place,
                format!("the hub `{}` stands here twice", hub.value),
                "take one of the two away",
            );
        } else {
            hubs.push(hub.map(|hub| hub.trim().to_owned()));
        }
    }
    hubs
}

fn products_of(
    mut written: BTreeMap<String, RawProduct>,
    folder: &str,
    hubs: &[Placed<String>],
    people: &People,
    take: &mut Taker,
) -> Vec<Product> {
    if written.is_empty() {
        take.missing(&["products"], "{ atlas = { name = \"Atlas\", manager = \"bob\" } }");
    }
    let mut products = Vec::new();
    for key in take.keys.written(&["products"]) {
        let Some(raw) = written.remove(&key.value) else { continue };
        if Ref::clean(&key.value) != key.value {
            take.notes.error(
                NAMES_ARE_ADDRESSES,
                key.place,
                format!("`{}` cannot be the name of a file", key.value),
                format!(
                    "write `[products.{}]`, with letters, digits and hyphens",
                    plain_name(&key.value, "product")
                ),
            );
            continue;
        }
        products.push(product(key, raw, folder, hubs, people, take));
    }
    products
}

/// A name that can be an address, made from one that cannot.
pub(crate) fn plain_name(written: &str, otherwise: &str) -> String {
    let clean = Ref::clean(written);
    if clean.is_empty() { otherwise.to_owned() } else { clean }
}

fn product(
    key: Placed<String>,
    raw: RawProduct,
    folder: &str,
    all_hubs: &[Placed<String>],
    people: &People,
    take: &mut Taker,
) -> Product {
    let RawProduct { name, manager, hubs } = raw;
    let path = |last| ["products", key.value.as_str(), last];
    let name = take
        .required(name, &path("name"), "\"Atlas\"")
        .map_or_else(|| key.value.clone(), |name| name.value.trim().to_owned());
    let manager = match take.required(manager, &path("manager"), "\"bob\"") {
        Some(manager) => mention(manager, people),
        // The finding stands already; a nameless manager is nobody.
        None => Mention {
            written: String::new(),
            reading: crate::model::Reading::Several(Vec::new()),
            place: key.place.clone(),
        },
    };
    let hubs = match hubs {
        None => all_hubs.to_vec(),
        Some(written) => {
            let mut hubs = Vec::new();
            for hub in take.list(Some(written), &path("hubs"), "[\"Berlin\"]").unwrap_or_default() {
                hubs.extend(known_hub(hub, all_hubs, take.notes));
            }
            hubs
        }
    };
    let file = |kind: &str| Arc::from(format!("{folder}/{kind}/{}.md", key.value));
    Product {
        name,
        manager,
        hubs,
        list: ListFile::Missing,
        guesses: None,
        place: key.place.clone(),
        list_path: file("lists"),
        guesses_path: file("guesses"),
        key: key.value,
    }
}

/// A hub as the round spells it.
fn known_hub(
    hub: Placed<String>,
    all: &[Placed<String>],
    notes: &mut Notes,
) -> Option<Placed<String>> {
    // Where the round names no hubs at all, that is what a finding says.
    if all.is_empty() {
        return None;
    }
    let folded = words::fold(&hub.value);
    if let Some(known) = all.iter().find(|known| words::fold(&known.value) == folded) {
        return Some(Placed::new(known.value.clone(), hub.place));
    }
    let help = match words::nearest(&hub.value, all.iter().map(|hub| hub.value.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("add `\"{}\"` to `hubs` at the top, or take it away here", hub.value),
    };
    notes.error(
        super::notes::KNOWN_WORDS,
        hub.place,
        format!("`{}` is no hub of this round", hub.value),
        help,
    );
    None
}

fn limits_of(raw: RawLimits, take: &mut Taker) -> Limits {
    let RawLimits { items, estimate } = raw;
    let mut limits = Limits::default();
    if let Some(items) = take.optional(items, &["limits", "items"], "10") {
        match usize::try_from(items.value) {
            Ok(number) if (1..=1000).contains(&number) => limits.items = number,
            _ => take.notes.error(
                SETTINGS_ARE_READ,
                items.place,
                format!("a list cannot have {} items", items.value),
                "write `items = 10`",
            ),
        }
    }
    if let Some(estimate) = take.optional(estimate, &["limits", "estimate"], "\"5 days\"") {
        match Effort::read(&estimate.value) {
            Some(effort) => limits.estimate = effort,
            None => take.notes.error(
                SETTINGS_ARE_READ,
                estimate.place,
                format!("`{}` is no duration", estimate.value),
                "write `estimate = \"5 days\"`",
            ),
        }
    }
    limits
}

fn capacity_of(raw: RawCapacity, take: &mut Taker) -> Capacity {
    let RawCapacity { developers, support_days, away_days, quarter_days } = raw;
    let mut number = |said: Option<Said<f64>>, key: &str, otherwise: f64| {
        let Some(number) = take.optional(said, &["capacity", key], "4") else { return otherwise };
        if number.value.is_finite() && number.value >= 0.0 {
            return number.value;
        }
        take.notes.error(
            SETTINGS_ARE_READ,
            number.place,
            format!("`{key}` cannot be {}", number.value),
            format!("write a number from 0 up, such as `{key} = 4`"),
        );
        otherwise
    };
    Capacity {
        developers: number(developers, "developers", 0.0),
        support_days: number(support_days, "support_days", 0.0),
        away_days: number(away_days, "away_days", 0.0),
        quarter_days: number(quarter_days, "quarter_days", QUARTER_DAYS),
    }
}

/// Thirteen weeks of five days.
const QUARTER_DAYS: f64 = 65.0;

fn decision_of(raw: RawDecision, take: &mut Taker) -> Option<DecisionRule> {
    let RawDecision { question, counts_as_yes, repeat_if: RawShares { answered, yes } } = raw;
    let place = take.keys.near(&["decision"]);
    let question = take.required(question, &["decision", "question"], "\"again\"");
    let yes_choices = take.list(counts_as_yes, &["decision", "counts_as_yes"], "[\"Yes\"]");
    let answered = share(answered, "answered", 0.5, take);
    let yes = share(yes, "yes", 0.6, take);
    Some(DecisionRule {
        question: question?,
        counts_as_yes: yes_choices.unwrap_or_default(),
        answered,
        yes,
        place,
    })
}

fn share(said: Option<Said<f64>>, key: &str, otherwise: f64, take: &mut Taker) -> f64 {
    let Some(share) = take.optional(said, &["decision", "repeat_if", key], "0.5") else {
        return otherwise;
    };
    if (0.0..=1.0).contains(&share.value) {
        return share.value;
    }
    take.notes.error(
        SETTINGS_ARE_READ,
        share.place,
        format!("`{key}` is a share, and {} is none", share.value),
        format!("write a number from 0 to 1, such as `{key} = {otherwise}`"),
    );
    otherwise
}

fn dates_of(raw: Option<RawDates>, zone: &Zone, take: &mut Taker) -> Option<Dates> {
    let Some(RawDates { invitation, lists_due, week, survey }) = raw else {
        take.missing_table(&["dates"], "`invitation`, `lists_due`, `week` and `survey`");
        return None;
    };
    if week.is_none() {
        take.missing(&["dates", "week"], "{ first = 2026-07-27, last = 2026-07-31 }");
    }
    if survey.is_none() {
        take.missing(
            &["dates", "survey"],
            "{ opens = 2026-08-03T10:00:00, closes = 2026-08-14, reminders = [3, 7] }",
        );
    }
    let (has_week, has_survey) = (week.is_some(), survey.is_some());
    let RawWeek { first, last } = week.unwrap_or_default();
    let RawSurvey { opens, closes, reminders } = survey.unwrap_or_default();
    let mut when = |said: Moment, path: &[&str], form: &str| moment(said, path, form, zone, take);
    let invitation = when(invitation, &["dates", "invitation"], "2026-07-06");
    let lists_due = when(lists_due, &["dates", "lists_due"], "2026-07-24T10:00:00");
    let (mut week_first, mut week_last, mut survey_opens, mut survey_closes) =
        (None, None, None, None);
    if has_week {
        week_first = when(first, &["dates", "week", "first"], "2026-07-27");
        week_last = when(last, &["dates", "week", "last"], "2026-07-31");
    }
    if has_survey {
        survey_opens = when(opens, &["dates", "survey", "opens"], "2026-08-03T10:00:00");
        survey_closes = when(closes, &["dates", "survey", "closes"], "2026-08-14");
    }
    let mut days = Vec::new();
    for reminder in
        take.list(reminders, &["dates", "survey", "reminders"], "[3, 7]").unwrap_or_default()
    {
        match u32::try_from(reminder.value) {
            Ok(number) if (1..=365).contains(&number) => {
                days.push(Placed::new(number, reminder.place))
            }
            _ => take.notes.error(
                SETTINGS_ARE_READ,
                reminder.place,
                format!(
                    "a reminder {} days after the survey opened makes no sense",
                    reminder.value
                ),
                "write whole days from 1 up, such as `reminders = [3, 7]`",
            ),
        }
    }
    Some(Dates {
        invitation: invitation?,
        lists_due: lists_due?,
        week_first: week_first?,
        week_last: week_last?,
        survey_opens: survey_opens?,
        survey_closes: survey_closes?,
        reminders: days,
    })
}

fn moment(said: Moment, path: &[&str], form: &str, zone: &Zone, take: &mut Taker) -> Option<When> {
    if said.is_none() {
        take.missing(path, form);
        return None;
    }
    let written = take.optional(said, path, form)?;
    let when = when(&written, &zone.zone);
    if when.is_none() {
        let key = path.last().copied().unwrap_or_default();
        take.notes.error(
            SETTINGS_ARE_READ,
            written.place,
            format!("`{}` has no date", written.value),
            format!("write `{key} = {form}`"),
        );
    }
    when
}

fn when(written: &Placed<::toml::value::Datetime>, zone: &TimeZone) -> Option<When> {
    let date = written.value.date?;
    let date = Date::new(
        i16::try_from(date.year).ok()?,
        i8::try_from(date.month).ok()?,
        i8::try_from(date.day).ok()?,
    )
    .ok()?;
    let place = written.place.clone();
    let Some(time) = written.value.time else { return Some(When::on(date, zone, place)) };
    let part = |number: u8| i8::try_from(number).ok();
    let time =
        Time::new(part(time.hour)?, part(time.minute)?, part(time.second.unwrap_or(0))?, 0).ok()?;
    let local = DateTime::from_parts(date, time);
    match written.value.offset {
        None => Some(When::at(local, zone, place)),
        Some(_) => with_offset(written, local, zone, place),
    }
}

/// A time with an offset is one instant already; the zone must agree, or somebody is mistaken.
fn with_offset(
    written: &Placed<::toml::value::Datetime>,
    local: DateTime,
    zone: &TimeZone,
    place: Place,
) -> Option<When> {
    let at = written.value.to_string().parse::<jiff::Timestamp>().ok()?.to_zoned(zone.clone());
    let offset = written.value.offset.map(|offset| offset.to_string()).unwrap_or_default();
    let trouble = (at.datetime() != local)
        .then(|| ClockTrouble::OtherOffset { written: offset, zone: at.offset().to_string() });
    Some(When { at, bare: false, trouble, place })
}
