//! A small round for tests: one list of two items, whose texts hold what must not come through.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{date, datetime};
use jiff::tz::TimeZone;

use crate::finding::{Place, Placed};
use crate::model::*;

pub(super) fn place() -> Place {
    Place::whole("content/2026-summer/lists/atlas.md")
}

pub(super) fn placed<T>(value: T) -> Placed<T> {
    Placed::new(value, place())
}

pub(super) fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(super) fn site() -> Site {
    let people = Arc::new(people());
    Site {
        settings: Settings {
            title: "Little & things".into(),
            base_url: "https://week.example.org/of/".into(),
            language: "en".into(),
            theme: "default".into(),
            repository: None,
            support: None,
            now: None,
            mail: MailSettings::default(),
            survey_url: None,
            survey_thanks: false,
            place: Place::whole("littlethings.toml"),
        },
        people: people.clone(),
        people_file: "content/people.toml".into(),
        rounds: vec![round(people)],
        unread: vec![],
        last_commit: None,
        files: vec![],
    }
}

fn people() -> People {
    People::new(vec![Person {
        id: "ana".into(),
        name: "Ana Duarte".into(),
        mail: "ana@example.org".into(),
        side: Side::Partner,
        hub: None,
        team: None,
        role: None,
        away: vec![],
        left: None,
        place: Place::whole("content/people.toml"),
        mail_place: place(),
    }])
}

fn mention(people: &People, written: &str) -> Mention {
    Mention { written: written.into(), reading: people.read(written), place: place() }
}

pub(super) fn item(people: &People, r#ref: &str, title: &str, position: usize) -> Item {
    Item {
        address: r#ref.into(),
        r#ref: Ref { text: r#ref.into(), place: None, untidy: None },
        title: title.into(),
        place: place(),
        position,
        typed_number: None,
        owner: Some(mention(people, "ana@example.org")),
        deputy: Some(mention(people, "zoe@example.org")),
        with: vec![],
        hub: None,
        kind: Some(placed(Kind::Bug)),
        feels_like: None,
        ticket: None,
        done_when: Some(placed("**Swiss** partners see `CHF`, ask zoe@example.org".into())),
        devs: vec![],
        estimate: Some(placed(Estimate::Known(Effort::from_days(3)))),
        took: None,
        status: Status::Started,
        status_place: None,
        reason: None,
        next: None,
        note: None,
        prose: Prose::default(),
        garbled: vec![],
        blank: vec![],
    }
}

fn round(people: Arc<People>) -> Round {
    let zone = TimeZone::get("Europe/Zurich").unwrap();
    let on = |day| When::on(day, &zone, place());
    let at = |time| When::at(time, &zone, place());
    let list = List {
        title: None,
        agreements: vec![Agreement {
            hub: placed("Lisbon".into()),
            agreed: Agreed::Yes,
            words: String::new(),
            place: place(),
        }],
        intro: Prose::default(),
        items: vec![
            item(&people, "größe", "Mail to zoe@example.org & <b>more</b> bounces \u{1}", 1),
            item(&people, "invoice", "Invoice shows {status}", 2),
        ],
        slots: 0,
        cut_short: false,
        agreements_garbled: false,
        place: place(),
    };
    Round {
        slug: "2026-summer".into(),
        title: "Summer, 2026".into(),
        zone: Zone {
            written: "Europe/Zurich".into(),
            zone: zone.clone(),
            known: true,
            place: place(),
        },
        coordinators: vec![],
        hubs: vec![placed("Lisbon".into())],
        dates: Dates {
            invitation: on(date(2026, 7, 6)),
            lists_due: at(datetime(2026, 7, 24, 10, 0, 0, 0)),
            week_first: on(date(2026, 7, 27)),
            week_last: on(date(2026, 7, 31)),
            survey_opens: at(datetime(2026, 8, 3, 10, 0, 0, 0)),
            survey_closes: on(date(2026, 8, 14)),
            reminders: vec![],
        },
        limits: Limits::default(),
        products: vec![Product {
            key: "atlas".into(),
            name: "Atlas".into(),
            manager: mention(&people, "Bob"),
            hubs: vec![],
            list: ListFile::Read(Box::new(list)),
            guesses: None,
            place: place(),
            list_path: "content/2026-summer/lists/atlas.md".into(),
            guesses_path: "content/2026-summer/guesses/atlas.md".into(),
        }],
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
        files: Default::default(),
        history: History::default(),
        people,
        place: Place::whole("content/2026-summer/round.toml"),
        folder: "content/2026-summer".into(),
    }
}
