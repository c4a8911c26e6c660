//! The numbers of a round: counted here, drawn elsewhere.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use littlethings::model::{
    Agreed, Item, List, ListFile, Mention, Phase, Product, Round, Status, When,
};
use littlethings::words::{and, count};
use serde::Serialize;

/// How a round stands.
#[derive(Debug, Serialize)]
pub struct Numbers {
    pub slug: String,
    pub title: String,
    pub phase: &'static str,
    pub next: Option<Next>,
    pub products: Vec<ProductNumbers>,
    /// Items that were started and are not done.
    pub promises: Vec<Promise>,
    pub survey: SurveyNumbers,
}

/// The next date of a round.
#[derive(Debug, Serialize)]
pub struct Next {
    pub what: &'static str,
    pub at: Timestamp,
    /// As the round's own clocks say it.
    pub words: String,
}

#[derive(Debug, Serialize)]
pub struct ProductNumbers {
    pub key: String,
    pub name: String,
    /// `read`, `missing` or `refused`, as in round.json.
    pub list: &'static str,
    /// How many items a list of this round has.
    pub wanted: usize,
    /// The status of each item as it is written, in order of priority.
    pub items: Vec<String>,
    pub agreed: Vec<String>,
    pub not_agreed: Vec<String>,
    /// Who is waited for, and for what.
    pub waits_for: Vec<String>,
}

impl ProductNumbers {
    pub fn count(&self, status: &Status) -> usize {
        self.items.iter().filter(|item| *item == status.word()).count()
    }
}

/// A promise to finish something.
#[derive(Debug, Serialize)]
pub struct Promise {
    pub product: String,
    pub r#ref: String,
    pub title: String,
    pub devs: Vec<String>,
}

/// How the survey stands; its state is a word, because a number of nobody asked says nothing.
#[derive(Debug, Serialize)]
pub struct SurveyNumbers {
    /// `missing`, `planned`, `late` or `asked`.
    pub state: &'static str,
    pub opens: String,
    pub late_days: i32,
    pub asked: u32,
    pub answered: u32,
    pub silent: u32,
}

/// Counts `round` as it stands at `now`.
pub fn of(round: &Round, now: Timestamp) -> Numbers {
    let phase = Phase::of(round, now);
    Numbers {
        slug: round.slug.clone(),
        title: round.title.clone(),
        phase: phase.word(),
        next: next(round, now),
        products: round.products.iter().map(|product| of_product(round, product, phase)).collect(),
        promises: promises(round),
        survey: survey(round, now),
    }
}

fn next(round: &Round, now: Timestamp) -> Option<Next> {
    if round.is_decided() {
        return None;
    }
    let dates = &round.dates;
    let beginning = |what, when: &When| Next { what, at: when.start(), words: said(when, now) };
    let ending = |what, when: &When| Next { what, at: when.end(), words: said(when, now) };
    [
        Next {
            at: dates.invitation.letters_go(),
            ..beginning("the invitation goes out", &dates.invitation)
        },
        Next {
            words: said_with_time(&dates.lists_due, now),
            ..beginning("the lists are due", &dates.lists_due)
        },
        beginning("the week begins", &dates.week_first),
        ending("the week ends", &dates.week_last),
        beginning("the survey opens", &dates.survey_opens),
        ending("the survey closes", &dates.survey_closes),
    ]
    .into_iter()
    .filter(|next| next.at > now)
    .min_by_key(|next| next.at)
}

/// `31 July 2026, in 2 days` or `24 July 2026 10:00, tomorrow`.
fn said(when: &When, now: Timestamp) -> String {
    if !when.bare {
        return said_with_time(when, now);
    }
    format!("{}{}", when.at.strftime("%-d %B %Y"), distance(when, now))
}

/// The same of a deadline that passes where its day begins.
fn said_with_time(when: &When, now: Timestamp) -> String {
    format!("{}{}", when.at.strftime("%-d %B %Y %H:%M"), distance(when, now))
}

fn distance(when: &When, now: Timestamp) -> String {
    let days = days_between(now, when.start(), when.at.time_zone());
    match days {
        0 => ", today".to_owned(),
        1 => ", tomorrow".to_owned(),
        2.. => format!(", in {days} days"),
        _ => String::new(),
    }
}

/// How many midnights of that zone lie between two instants.
fn days_between(from: Timestamp, to: Timestamp, zone: &TimeZone) -> i32 {
    let day = |at: Timestamp| at.to_zoned(zone.clone()).date();
    day(to).since(day(from)).map_or(0, |span| span.get_days())
}

fn of_product(round: &Round, product: &Product, phase: Phase) -> ProductNumbers {
    let (agreed, not_agreed) = agreement(product);
    ProductNumbers {
        key: product.key.clone(),
        name: product.name.clone(),
        list: match product.list {
            ListFile::Read(_) => "read",
            ListFile::Missing => "missing",
            ListFile::Refused => "refused",
        },
        wanted: round.limits.items,
        items: product.items().iter().map(|item| item.status.word().to_owned()).collect(),
        waits_for: waits_for(round, product, phase, &not_agreed),
        agreed,
        not_agreed,
    }
}

/// The hubs that must agree: those that did, and those that did not yet.
fn agreement(product: &Product) -> (Vec<String>, Vec<String>) {
    let agreed = |hub: &str| {
        let list: Option<&List> = product.list.list();
        list.is_some_and(|list| {
            list.agreements.iter().any(|it| it.hub.value == hub && it.agreed == Agreed::Yes)
        })
    };
    let hubs = product.hubs.iter().map(|hub| hub.value.clone());
    hubs.partition(|hub| agreed(hub))
}

fn waits_for(round: &Round, product: &Product, phase: Phase, hubs: &[String]) -> Vec<String> {
    let Some(list) = product.list.list() else {
        return match phase {
            Phase::Decided => Vec::new(),
            _ => vec![format!("{} to agree on a list", and(hubs))],
        };
    };
    let mut waits = Vec::new();
    if phase <= Phase::Week && !hubs.is_empty() {
        waits.push(format!("{} to agree", and(hubs)));
    }
    if phase <= Phase::Frozen && list.items.len() < round.limits.items {
        let missing = count(round.limits.items - list.items.len(), "item", "items");
        waits.push(format!("{missing} more"));
    }
    if matches!(phase, Phase::Week | Phase::Asking | Phase::Deciding) {
        waits.extend(turns(&list.items, phase));
    }
    if matches!(phase, Phase::Asking | Phase::Deciding) {
        let open = list.items.iter().filter(|it| !it.status.is_finished() && it.next.is_none());
        let open = open.count();
        if open > 0 {
            let items = count(open, "item", "items");
            waits.push(format!("{} to say what becomes of {items}", product.manager.shown()));
        }
    }
    waits
}

/// Whose turn it is with each item, person by person. After the week nothing is begun any more:
/// what was not started then waits for its fate.
fn turns(items: &[Item], phase: Phase) -> Vec<String> {
    let mut turns: BTreeMap<(u8, String), usize> = BTreeMap::new();
    for item in items {
        let turn = match item.status {
            Status::Submitted if phase == Phase::Week => (0, "the developers".to_owned()),
            Status::Started => (1, names(&item.devs, "a developer")),
            Status::Done => (2, names(item.owner.as_slice(), "an owner")),
            _ => continue,
        };
        *turns.entry(turn).or_default() += 1;
    }
    turns
        .into_iter()
        .map(|((step, who), number)| {
            let what = ["start or skip", "finish", "sign off"][usize::from(step)];
            format!("{who} to {what} {}", count(number, "item", "items"))
        })
        .collect()
}

fn names(mentions: &[Mention], nobody: &str) -> String {
    let names: Vec<String> = mentions.iter().map(Mention::shown).collect();
    if names.is_empty() { nobody.to_owned() } else { and(&names) }
}

fn promises(round: &Round) -> Vec<Promise> {
    round
        .items()
        .filter(|(_, item)| item.status == Status::Started)
        .map(|(product, item)| Promise {
            product: product.name.clone(),
            r#ref: item.r#ref.text.clone(),
            title: item.title.clone(),
            devs: item.devs.iter().map(Mention::shown).collect(),
        })
        .collect()
}

fn survey(round: &Round, now: Timestamp) -> SurveyNumbers {
    let opens = &round.dates.survey_opens;
    let record = round.record.as_ref().map(|record| &record.survey);
    let total = record.map(|survey| survey.total()).unwrap_or_default();
    let was_asked = record.is_some_and(|survey| survey.asked_at.is_some());
    let state = if was_asked {
        "asked"
    } else if now >= opens.start() {
        "late"
    } else if round.survey.is_none() {
        "missing"
    } else {
        "planned"
    };
    SurveyNumbers {
        state,
        opens: said(opens, now),
        late_days: match state {
            "late" => days_between(opens.start(), now, opens.at.time_zone()),
            _ => 0,
        },
        asked: total.asked,
        answered: total.answered,
        silent: total.silent(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use jiff::civil::{date, datetime};
    use littlethings::finding::{Place, Placed};
    use littlethings::model::{
        Agreement, Dates, History, Limits, People, Person, Prose, Reading, Record, Ref, Side,
        SideCount, SurveyRecord, Zone,
    };

    use super::*;

    fn place() -> Place {
        Place::whole("round.toml")
    }

    fn mention(name: &str) -> Mention {
        let person = Person {
            id: name.to_lowercase(),
            name: name.to_owned(),
            mail: String::new(),
            side: Side::Partner,
            hub: None,
            team: None,
            role: None,
            away: vec![],
            left: None,
            place: place(),
            mail_place: place(),
        };
        Mention {
            written: name.to_owned(),
            reading: Reading::Person(Arc::new(person)),
            place: place(),
        }
    }

    fn item(title: &str, status: Status) -> Item {
        Item {
            r#ref: Ref { text: Ref::from_title(title), place: None, untidy: None },
            address: Ref::from_title(title),
            title: title.to_owned(),
            place: place(),
            position: 1,
            typed_number: None,
            owner: Some(mention("Ana")),
            deputy: None,
            with: vec![],
            hub: None,
            kind: None,
            feels_like: None,
            ticket: None,
            done_when: None,
            devs: vec![mention("Jonas")],
            estimate: None,
            took: None,
            status,
            status_place: None,
            reason: None,
            next: None,
            note: None,
            prose: Prose::default(),
            garbled: vec![],
            blank: vec![],
        }
    }

    fn list(items: Vec<Item>) -> ListFile {
        let agreed = Agreement {
            hub: Placed::new("Berlin".into(), place()),
            agreed: Agreed::Yes,
            words: String::new(),
            place: place(),
        };
        ListFile::Read(Box::new(List {
            title: None,
            agreements: vec![agreed],
            intro: Prose::default(),
            items,
            slots: 0,
            cut_short: false,
            agreements_garbled: false,
            place: place(),
        }))
    }

    /// The week is the last of July; hubs are Berlin, which has agreed, and Lisbon.
    fn round(list: ListFile) -> Round {
        let zone = TimeZone::get("Europe/Zurich").unwrap();
        let on = |month, day| When::on(date(2026, month, day), &zone, place());
        let at = |month, day| When::at(datetime(2026, month, day, 10, 0, 0, 0), &zone, place());
        let dates = Dates {
            invitation: on(7, 6),
            lists_due: at(7, 24),
            week_first: on(7, 27),
            week_last: on(7, 31),
            survey_opens: at(8, 3),
            survey_closes: on(8, 14),
            reminders: vec![],
        };
        let hubs: Vec<_> =
            ["Berlin", "Lisbon"].map(|hub| Placed::new(hub.to_owned(), place())).into();
        let product = Product {
            key: "atlas".into(),
            name: "Atlas".into(),
            manager: mention("Bob"),
            hubs: hubs.clone(),
            list,
            guesses: None,
            place: place(),
            list_path: "lists/atlas.md".into(),
            guesses_path: "guesses/atlas.md".into(),
        };
        Round {
            slug: "2026-summer".into(),
            title: "Summer 2026".into(),
            zone: Zone { written: "Europe/Zurich".into(), zone, known: true, place: place() },
            coordinators: vec![],
            hubs,
            dates,
            limits: Limits { items: 4, ..Limits::default() },
            products: vec![product],
            capacity: None,
            decision_rule: None,
            invitation: None,
            rules: None,
            faq: None,
            pages: vec![],
            survey: None,
            survey_refused: false,
            decision: None,
            record: None,
            strays: vec![],
            files: BTreeSet::new(),
            history: History::default(),
            people: Arc::new(People::default()),
            place: place(),
            folder: "content/2026-summer".into(),
        }
    }

    fn at(round: &Round, now: &str) -> Numbers {
        of(round, now.parse().unwrap())
    }

    fn three() -> Round {
        round(list(vec![
            item("Bells", Status::Done),
            item("Ropes", Status::Started),
            item("Signs", Status::Submitted),
        ]))
    }

    #[test]
    fn before_the_week_hubs_and_items_are_waited_for() {
        let numbers = at(&three(), "2026-07-22T12:00:00+02:00");
        assert_eq!(numbers.phase, "listing");
        assert_eq!(numbers.products[0].waits_for, ["Lisbon to agree", "1 item more"]);
        let next = numbers.next.unwrap();
        assert_eq!(next.what, "the lists are due");
        assert_eq!(next.words, "24 July 2026 10:00, in 2 days");
    }

    #[test]
    fn in_the_week_it_is_each_persons_turn() {
        let numbers = at(&three(), "2026-07-31T23:00:00+02:00");
        assert_eq!(
            numbers.products[0].waits_for,
            [
                "Lisbon to agree",
                "the developers to start or skip 1 item",
                "Jonas to finish 1 item",
                "Ana to sign off 1 item"
            ]
        );
        assert_eq!(numbers.next.unwrap().words, "31 July 2026, today");
        assert_eq!(numbers.promises.len(), 1);
    }

    #[test]
    fn after_the_week_leftovers_want_a_fate_and_silence_is_a_number() {
        let mut round = three();
        let numbers = at(&round, "2026-08-09T09:00:00+02:00");
        let waits = &numbers.products[0].waits_for;
        assert!(waits.contains(&"Bob to say what becomes of 2 items".to_owned()), "{waits:?}");
        assert_eq!(waits.len(), 3, "{waits:?}");
        assert_eq!((numbers.survey.state, numbers.survey.late_days), ("late", 6));

        let sides = [(Side::Partner, SideCount { asked: 12, answered: 7 })];
        round.record = Some(Record {
            written: None,
            simulated: false,
            told: vec![],
            survey: SurveyRecord {
                asked_at: Some(Timestamp::UNIX_EPOCH),
                reminded_at: vec![],
                sides: sides.into(),
            },
            questions: vec![],
            comments: vec![],
            outcome: None,
            place: place(),
        });
        let survey = at(&round, "2026-08-09T09:00:00+02:00").survey;
        assert_eq!((survey.state, survey.silent), ("asked", 5));
    }

    #[test]
    fn a_missing_list_waits_for_its_hubs() {
        let numbers = at(&round(ListFile::Missing), "2026-07-22T12:00:00+02:00");
        assert_eq!(numbers.products[0].waits_for, ["Berlin and Lisbon to agree on a list"]);
    }
}
