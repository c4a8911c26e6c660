//! A small site in code that covers many states: a round in its week, one that is decided, one to
//! come, one with nothing in it, one that cannot be read.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use crate::finding::{Finding, Place, Placed, RuleText, Severity};
use crate::model::*;

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub const NOW: &str = "2026-07-29T13:00:00Z";

fn place(path: &str, line: u32) -> Place {
    Place { path: path.into(), line, column: 4, end_line: line, end_column: 20 }
}

fn placed<T>(value: T) -> Placed<T> {
    Placed::new(value, place("content/x.md", 1))
}

fn prose(text: &str) -> Prose {
    Prose { text: text.to_owned(), ..Prose::default() }
}

pub fn people() -> Arc<People> {
    let person = |id: &str, name: &str, side, hub: &str, away: Vec<Days>| Person {
        id: id.into(),
        name: name.into(),
        mail: format!("{id}@example.org"),
        side,
        hub: (!hub.is_empty()).then(|| hub.into()),
        team: None,
        role: None,
        away,
        left: None,
        place: place("content/people.toml", 1),
        mail_place: place("content/people.toml", 1),
    };
    let wednesday = Days { first: date(2026, 7, 29), last: date(2026, 7, 30) };
    Arc::new(People::new(vec![
        person("ana", "Ana Duarte", Side::Partner, "Lisbon", vec![wednesday]),
        person("bob", "Bob Öz", Side::Manager, "", vec![]),
        person("marta", "Marta Kowalska", Side::Partner, "Berlin", vec![]),
        person("jonas", "Jonas Weber", Side::Developer, "", vec![]),
        person("noa", "נועה לוי", Side::Partner, "Support", vec![]),
        person("li", "李 小龍", Side::Developer, "", vec![]),
    ]))
}

pub struct Draft {
    pub title: &'static str,
    pub r#ref: &'static str,
    pub owner: &'static str,
    pub deputy: &'static str,
    pub hub: &'static str,
    pub kind: Kind,
    pub status: Status,
    pub feels: &'static str,
    pub estimate: &'static str,
    pub took: &'static str,
    pub reason: &'static str,
    pub next: Option<Next>,
    pub text: &'static str,
}

impl Default for Draft {
    fn default() -> Draft {
        Draft {
            title: "",
            r#ref: "",
            owner: "Marta Kowalska",
            deputy: "",
            hub: "Berlin",
            kind: Kind::Bug,
            status: Status::Submitted,
            feels: "",
            estimate: "",
            took: "",
            reason: "",
            next: None,
            text: "",
        }
    }
}

fn item(draft: Draft, path: &str, position: usize) -> Item {
    let people = people();
    let line = 10 + position as u32 * 12;
    let mention = |written: &str| {
        (!written.is_empty()).then(|| Mention {
            written: written.into(),
            reading: people.read(written),
            place: place(path, line + 1),
        })
    };
    let size = |written: &str| {
        let estimate = match written {
            "?" => Estimate::Unknown,
            _ => Effort::read(written)
                .map_or_else(|| Estimate::Other(written.into()), Estimate::Known),
        };
        (!written.is_empty()).then(|| placed(estimate))
    };
    let began = draft.status != Status::Submitted;
    let text = |t: &str| (!t.is_empty()).then(|| placed(t.to_owned()));
    Item {
        address: if draft.r#ref.is_empty() {
            Ref::from_title(draft.title)
        } else {
            draft.r#ref.into()
        },
        r#ref: Ref {
            text: if draft.r#ref.is_empty() {
                Ref::from_title(draft.title)
            } else {
                draft.r#ref.into()
            },
            place: None,
            untidy: None,
        },
        title: draft.title.into(),
        place: place(path, line),
        position,
        typed_number: None,
        owner: mention(draft.owner),
        deputy: mention(draft.deputy),
        with: vec![],
        hub: text(draft.hub),
        kind: Some(placed(draft.kind)),
        feels_like: size(draft.feels),
        ticket: text(if position == 1 { "https://tickets.example.org/4711" } else { "" }),
        done_when: text(if position < 4 {
            "a Swiss partner downloads one and sees CHF"
        } else {
            ""
        }),
        devs: if began {
            mention(if position.is_multiple_of(2) { "李 小龍" } else { "Jonas Weber" })
                .into_iter()
                .collect()
        } else {
            vec![]
        },
        estimate: size(draft.estimate),
        took: size(draft.took),
        status: draft.status,
        status_place: None,
        reason: (!draft.reason.is_empty()).then(|| placed(Reason::read(draft.reason))),
        next: draft.next.map(placed),
        note: None,
        prose: prose(draft.text),
        garbled: vec![],
        blank: vec![],
    }
}

pub fn list(path: &str, agreed: &[(&str, Agreed, &str)], drafts: Vec<Draft>) -> ListFile {
    ListFile::Read(Box::new(List {
        title: None,
        agreements: agreed
            .iter()
            .map(|(hub, agreed, words)| Agreement {
                hub: placed((*hub).to_owned()),
                agreed: agreed.clone(),
                words: (*words).into(),
                place: place(path, 3),
            })
            .collect(),
        intro: Prose::default(),
        items: drafts.into_iter().enumerate().map(|(i, d)| item(d, path, i + 1)).collect(),
        slots: 0,
        cut_short: false,
        agreements_garbled: false,
        place: Place::whole(path),
    }))
}

fn when(zone: &TimeZone, day: Date, hour: Option<i8>) -> When {
    let place = place("content/round.toml", 9);
    match hour {
        Some(hour) => When::at(day.at(hour, 0, 0, 0), zone, place),
        None => When::on(day, zone, place),
    }
}

pub fn round(slug: &str, title: &str, zone: &str, monday: Date) -> Round {
    let people = people();
    let zone_name = zone;
    let zone = TimeZone::get(zone).unwrap();
    let day = |days: i64| monday.checked_add(jiff::Span::new().days(days)).unwrap();
    let mention = |written: &str| Mention {
        written: written.into(),
        reading: people.read(written),
        place: place("content/round.toml", 4),
    };
    Round {
        slug: slug.into(),
        files: Default::default(),
        title: title.into(),
        zone: Zone {
            written: zone_name.into(),
            zone: zone.clone(),
            known: true,
            place: place("r", 1),
        },
        coordinators: vec![mention("@ana")],
        hubs: ["Berlin", "Lisbon", "Support"].map(|hub| placed(hub.to_owned())).into(),
        dates: Dates {
            invitation: when(&zone, day(-21), None),
            lists_due: when(&zone, day(-3), Some(10)),
            week_first: when(&zone, day(0), None),
            week_last: when(&zone, day(4), None),
            survey_opens: when(&zone, day(7), Some(10)),
            survey_closes: when(&zone, day(18), None),
            reminders: vec![placed(3), placed(7)],
        },
        limits: Limits::default(),
        products: vec![],
        capacity: Some(Capacity {
            developers: 12.0,
            support_days: 5.0,
            away_days: 4.0,
            quarter_days: 65.0,
        }),
        decision_rule: Some(DecisionRule {
            question: placed("again".into()),
            counts_as_yes: vec![placed("Yes".into()), placed("Yes, but differently".into())],
            answered: 0.5,
            yes: 0.6,
            place: place("content/round.toml", 30),
        }),
        invitation: None,
        rules: None,
        faq: None,
        pages: vec![],
        survey: None,
        survey_refused: false,
        decision: None,
        record: None,
        strays: vec![],
        history: History::default(),
        people,
        place: Place::whole(format!("content/{slug}/round.toml")),
        folder: format!("content/{slug}"),
    }
}

pub fn product(round: &Round, key: &str, name: &str, list: ListFile) -> Product {
    let people = people();
    Product {
        key: key.into(),
        name: name.into(),
        manager: Mention {
            written: "@bob".into(),
            reading: people.read("@bob"),
            place: place("content/round.toml", 20),
        },
        hubs: vec![],
        list,
        guesses: None,
        place: place("content/round.toml", 19),
        list_path: format!("{}/lists/{key}.md", round.folder).into(),
        guesses_path: format!("{}/guesses/{key}.md", round.folder).into(),
    }
}

fn page(round: &Round, name: &str, title: &str, text: &str) -> Page {
    Page {
        name: name.into(),
        title: title.into(),
        prose: prose(text),
        place: Place::whole(round.path(&format!("{name}.md"))),
    }
}

fn survey(round: &Round) -> Survey {
    let question = |r#ref: &str, title: &str, audience: &[Audience], answer| Question {
        r#ref: Ref { text: r#ref.into(), place: None, untidy: None },
        title: title.into(),
        place: place("survey.md", 5),
        audience: audience.to_vec(),
        answer,
        prose: Prose::default(),
    };
    Survey {
        cut_short: false,
        title: Some(placed("How was it?".into())),
        intro: prose("Five questions, two minutes."),
        questions: vec![
            question(
                "again",
                "Should there be another week?",
                &Audience::ALL,
                Some(Answer::ChooseOne(
                    ["Yes", "Yes, but differently", "No"].map(str::to_owned).into(),
                )),
            ),
            question(
                "worth",
                "Was it worth your time?",
                &Audience::ALL,
                Some(Answer::Scale { from: 1, to: 5 }),
            ),
            question(
                "mine",
                "What became of your items?",
                &[Audience::Owners],
                Some(Answer::MyItems),
            ),
            question("change", "What should we change?", &Audience::ALL, Some(Answer::Text)),
        ],
        place: Place::whole(round.path("survey.md")),
    }
}

fn change(product: &str, r#ref: &str, from: Option<Status>, to: Status, when: &str) -> Change {
    Change {
        product: product.into(),
        product_now: product.into(),
        r#ref: r#ref.into(),
        ref_then: r#ref.into(),
        title: r#ref.into(),
        from,
        drafts: vec![],
        to,
        at: at(when),
        commit: "0123456789abcdef0123456789abcdef01234567".into(),
    }
}

fn guess(position: usize, title: &str, r#ref: Option<&str>) -> Guess {
    Guess {
        title: title.into(),
        place: place("g", position as u32),
        position,
        r#ref: r#ref.map(|r| placed(r.to_owned())),
        prose: Prose::default(),
    }
}

fn atlas() -> Vec<Draft> {
    let d = Draft::default;
    vec![
        Draft {
            title: "Invoice PDF shows the wrong currency",
            r#ref: "invoice-currency",
            owner: "Ana Duarte",
            deputy: "Marta Kowalska",
            hub: "Lisbon",
            status: Status::SignedOff,
            feels: "half a day",
            estimate: "3 days",
            took: "2 days",
            text: "Partners in Switzerland see euros. It happens on every second invoice.\n\nWrite to ana@example.org for an example.",
            ..d()
        },
        Draft {
            title: "Export keeps the order of columns",
            status: Status::Done,
            feels: "1 day",
            estimate: "1 day",
            took: "3 days",
            kind: Kind::Feature,
            owner: "Ana Duarte",
            deputy: "Marta Kowalska",
            ..d()
        },
        Draft {
            title: "Login page says what went wrong",
            status: Status::Started,
            feels: "2h",
            estimate: "half a day",
            ..d()
        },
        Draft {
            title: "Replace the printer driver for old label printers",
            status: Status::Skipped,
            feels: "a day",
            estimate: "2 weeks",
            reason: "too big: the driver is not ours, and its maker answers in September",
            next: Some(Next {
                step: NextStep::Roadmap,
                words: "with the new label service".into(),
            }),
            ..d()
        },
        Draft {
            title: "A page for new colleagues",
            kind: Kind::Docs,
            status: Status::Started,
            estimate: "2 days",
            owner: "נועה לוי",
            hub: "Support",
            ..d()
        },
        Draft { title: "Show the hub in the list of orders", status: Status::Submitted, ..d() },
        Draft {
            title: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
            kind: Kind::Training,
            status: Status::Submitted,
            estimate: "?",
            ..d()
        },
        Draft {
            title: "הוספת כפתור הדפסה בעמוד ההזמנה",
            kind: Kind::Advice,
            status: Status::Skipped,
            reason: "wording still open",
            owner: "נועה לוי",
            hub: "Support",
            ..d()
        },
        Draft { title: "🚀", owner: "", status: Status::Submitted, ..d() },
        Draft {
            title: "Undo for deleted rows <b>soon</b> & \"safely\"",
            owner: "zoe@nowhere.example",
            status: Status::Other("wip".into()),
            ..d()
        },
    ]
}

fn borea() -> Vec<Draft> {
    let d = Draft::default;
    vec![
        Draft {
            title: "Search finds words with accents",
            status: Status::SignedOff,
            estimate: "1 day",
            took: "1 day",
            ..d()
        },
        Draft {
            title: "Faster start on Monday mornings",
            status: Status::Done,
            owner: "Marta Kowalska",
            estimate: "2 days",
            took: "2.5 days",
            ..d()
        },
        Draft {
            title: "One letterhead for all offices",
            status: Status::Started,
            kind: Kind::Help,
            owner: "Ana Duarte",
            hub: "Lisbon",
            ..d()
        },
        Draft {
            title: "Teach us the report builder",
            status: Status::Started,
            kind: Kind::Training,
            hub: "Support",
            owner: "נועה לוי",
            ..d()
        },
    ]
}

fn week_round() -> Round {
    let mut round = round("2026-summer", "Summer 2026", "Europe/Zurich", date(2026, 7, 27));
    let yes = |words| (Agreed::Yes, words);
    let path = "content/2026-summer/lists/atlas.md";
    let mut first = product(
        &round,
        "atlas",
        "Atlas",
        list(
            path,
            &[
                ("Berlin", yes("Marta, 20 July").0, yes("Marta, 20 July").1),
                ("Lisbon", Agreed::NotYet, ""),
                ("Madrid", Agreed::Other("perhaps".into()), ""),
            ],
            atlas(),
        ),
    );
    first.guesses = Some(Guesses {
        title: None,
        intro: Prose::default(),
        all: vec![
            guess(1, "The currency thing", Some("invoice-currency")),
            guess(
                2,
                "Something about labels",
                Some("replace-the-printer-driver-for-old-label-printers"),
            ),
            guess(3, "A dark theme", None),
        ],
        place: Place::whole("content/2026-summer/guesses/atlas.md"),
    });
    let path = "content/2026-summer/lists/borea.md";
    let second = product(
        &round,
        "borea",
        "Borea",
        list(
            path,
            &[
                ("Berlin", Agreed::Yes, "21 July"),
                ("Lisbon", Agreed::Yes, "late, 23 July"),
                ("Support", Agreed::Yes, ""),
            ],
            borea(),
        ),
    );
    let third = product(&round, "cirrus", "Cirrus", ListFile::Refused);
    let fourth = product(&round, "dune", "Dune", ListFile::Missing);
    round.products = vec![first, second, third, fourth];
    round.invitation = Some(page(
        &round,
        "invitation",
        "You are invited",
        "Ten little things for each product.\n\nAsk ana@example.org.",
    ));
    round.rules = Some(page(&round, "rules", "How we do it", "What is started gets finished."));
    round.faq = Some(page(&round, "faq", "Questions people ask", "Can I add an eleventh thing?"));
    round.pages = vec![
        page(&round, "index", "A page called index", "Taken."),
        page(&round, "lunch", "Lunch", "On Friday."),
    ];
    round.survey = Some(survey(&round));
    round.history = History {
        gap: None,
        former: BTreeMap::new(),
        untold: vec![],
        frozen: Some(vec![Frozen {
            product: "atlas".into(),
            items: vec![
                FrozenItem::new("invoice-currency", "Invoice PDF shows the wrong currency"),
                FrozenItem::new("gone", "A thing that was taken off"),
            ],
        }]),
        changes: vec![
            change("atlas", "invoice-currency", None, Status::Submitted, "2026-07-20T08:00:00Z"),
            change(
                "atlas",
                "invoice-currency",
                Some(Status::Submitted),
                Status::Started,
                "2026-07-27T08:00:00Z",
            ),
            change(
                "atlas",
                "invoice-currency",
                Some(Status::Started),
                Status::Done,
                "2026-07-28T15:30:00Z",
            ),
            change(
                "borea",
                "search-finds-words-with-accents",
                Some(Status::Done),
                Status::SignedOff,
                "2026-07-28T16:00:00Z",
            ),
            change(
                "atlas",
                "invoice-currency",
                Some(Status::Done),
                Status::SignedOff,
                "2026-07-29T07:12:00Z",
            ),
        ],
    };
    round.record = Some(Record {
        written: Some(at("2026-07-28T16:00:00Z")),
        simulated: false,
        told: vec![
            Told {
                r#ref: "invoice-currency".into(),
                kind: "started".into(),
                at: at("2026-07-27T08:05:00Z"),
            },
            Told {
                r#ref: "invoice-currency".into(),
                kind: "done".into(),
                at: at("2026-07-28T15:35:00Z"),
            },
        ],
        survey: SurveyRecord::default(),
        questions: vec![],
        comments: vec![],
        outcome: None,
        place: Place::whole("content/2026-summer/record.toml"),
    });
    round
}

fn decided_round() -> Round {
    let mut round = round("2026-spring", "Spring 2026", "Europe/Zurich", date(2026, 4, 20));
    let path = "content/2026-spring/lists/atlas.md";
    let first = product(&round, "atlas", "Atlas", list(path, &[], atlas()));
    round.products = vec![first];
    round.survey = Some(survey(&round));
    let counts =
        |counts: &[(&str, u32)]| Some(counts.iter().map(|(c, n)| ((*c).to_owned(), *n)).collect());
    round.record = Some(Record {
        written: None,
        simulated: false,
        told: vec![],
        survey: SurveyRecord {
            asked_at: Some(at("2026-04-27T08:00:00Z")),
            reminded_at: vec![at("2026-04-30T08:00:00Z")],
            sides: BTreeMap::from([
                (Side::Partner, SideCount { asked: 14, answered: 9 }),
                (Side::Developer, SideCount { asked: 12, answered: 8 }),
                (Side::Manager, SideCount { asked: 3, answered: 2 }),
            ]),
        },
        questions: vec![
            Counted {
                r#ref: "again".into(),
                side: None,
                answers: 19,
                counts: counts(&[("Yes", 9), ("Yes, but differently", 6), ("No", 4)]),
            },
            Counted {
                r#ref: "worth".into(),
                side: Some(Side::Partner),
                answers: 9,
                counts: counts(&[("1", 0), ("2", 1), ("3", 1), ("4", 4), ("5", 3)]),
            },
            Counted {
                r#ref: "worth".into(),
                side: Some(Side::Developer),
                answers: 8,
                counts: counts(&[("1", 1), ("2", 2), ("3", 2), ("4", 3), ("5", 0)]),
            },
            Counted { r#ref: "worth".into(), side: Some(Side::Manager), answers: 2, counts: None },
        ],
        comments: vec![
            Comment {
                question: "change".into(),
                text: "Tell us earlier, and write to me@example.org.".into(),
            },
            Comment {
                question: "change".into(),
                text: "A week is short; two would be long.".into(),
            },
        ],
        outcome: Some(RuleOutcome::Repeat),
        place: Place::whole("content/2026-spring/record.toml"),
    });
    round.decision = Some(Decision {
        title: None,
        outcome: Some(placed(Outcome::AgainDifferently)),
        date: Some(placed(date(2026, 5, 20))),
        next_round: Some(placed("2026-summer".into())),
        prose: prose("In summer, and the lists are due on a Friday."),
        place: Place::whole("content/2026-spring/decision.md"),
    });
    round
}

fn late_round() -> Round {
    let mut round = round("2026-june", "June 2026", "America/New_York", date(2026, 6, 15));
    let path = "content/2026-june/lists/atlas.md";
    round.products = vec![product(&round, "atlas", "Atlas", list(path, &[], atlas()))];
    round.capacity = None;
    round
}

pub fn settings() -> Settings {
    Settings {
        title: "A week of little things".into(),
        base_url: "https://week.example.org/".into(),
        language: "en".into(),
        theme: "default".into(),
        repository: Some("https://git.example.org/week/edit/main/".into()),
        support: Some("https://support.example.org/".into()),
        now: None,
        mail: MailSettings::default(),
        survey_url: None,
        survey_thanks: false,
        place: Place::whole("littlethings.toml"),
    }
}

pub fn site() -> Site {
    Site {
        settings: settings(),
        people: people(),
        people_file: "content/people.toml".into(),
        rounds: vec![
            round("2026-winter", "Winter 2026", "Europe/Zurich", date(2026, 12, 7)),
            late_round(),
            decided_round(),
            week_round(),
        ],
        unread: vec![UnreadRound {
            slug: "2027-spring".into(),
            place: Place::whole("content/2027-spring/round.toml"),
        }],
        last_commit: Some(Commit {
            id: "0123456789abcdef0123456789abcdef01234567".into(),
            at: at("2026-07-29T12:41:00Z"),
        }),
        files: vec![],
    }
}

/// A site with nothing in it.
pub fn empty() -> Site {
    Site { rounds: vec![], unread: vec![], last_commit: None, ..site() }
}

pub fn findings() -> Vec<Finding> {
    let finding = |path: &str, line, severity, message: &str, help: &str| Finding {
        rule: "one-owner-per-item",
        severity,
        place: if line == 0 { Place::whole(path) } else { place(path, line) },
        message: message.into(),
        help: help.into(),
    };
    let atlas = "content/2026-summer/lists/atlas.md";
    vec![
        finding(
            atlas,
            118,
            Severity::Error,
            "`🚀` has no owner",
            "write `- Owner: ` and one name from people.toml",
        ),
        finding(
            atlas,
            131,
            Severity::Error,
            "nobody is called `zoe@nowhere.example`",
            "add them to people.toml",
        ),
        finding(atlas, 133, Severity::Warning, "`wip` is no status", "write `started`"),
        finding(atlas, 134, Severity::Hint, "a hint", "nothing"),
        finding(
            "content/2026-summer/lists/cirrus.md",
            0,
            Severity::Error,
            "this file has conflict markers",
            "keep one side and remove `<<<<<<<`",
        ),
        finding(
            "content/2026-summer/round.toml",
            12,
            Severity::Error,
            "`CET` is no time zone",
            "write `Europe/Zurich`",
        ),
        finding(
            "content/2027-spring/round.toml",
            3,
            Severity::Error,
            "`dates` is missing",
            "add a table `[dates]`",
        ),
    ]
}

pub fn rules() -> Vec<RuleText> {
    vec![
        RuleText {
            name: "exactly-ten-items",
            asks: "Each list has exactly {items} items.",
            before: Severity::Hint,
            after: Severity::Error,
            deadline: "once the lists are due",
        },
        RuleText {
            name: "known-words",
            asks: "Keys and statuses are known ones.",
            before: Severity::Error,
            after: Severity::Error,
            deadline: "from the beginning",
        },
    ]
}
