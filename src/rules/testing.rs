//! Rounds for tests, written as shortly as they are read:
//! `round().list("atlas", |list| list.item("Printer", |item| item.owner("Ana Duarte")))`.
//!
//! Places follow from the order: the items of a list begin at lines 20, 40, 60 …, and the facts
//! of an item follow its heading in the order of [`Key::ALL`].

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{date, datetime};
use jiff::tz::TimeZone;

use super::anew::says_the_same_alone;
use super::{Rule, SINCE, apply, graded, is_by_list};
use crate::finding::{Finding, Place, Placed};
use crate::model::{
    Agreed, Agreement, Change, Dates, Days, Decision, Effort, Estimate, Frozen, FrozenItem, Guess,
    Guesses, History, Item, Key, Kind, Limits, List, ListFile, Mention, Next, NextStep, Outcome,
    People, Person, Product, Prose, Question, Reason, Record, Ref, Round, Side, Status, StrayList,
    Survey, SurveyRecord, When, Zone,
};
pub use crate::model::{Answer, Audience};

pub const BEFORE_ALL: &str = "2026-07-01T12:00:00+02:00";
pub const INVITED: &str = "2026-07-08T12:00:00+02:00";
pub const LISTING: &str = "2026-07-20T12:00:00+02:00";
pub const FROZEN: &str = "2026-07-25T12:00:00+02:00";
pub const WEEK: &str = "2026-07-29T15:00:00+02:00";
pub const ASKING: &str = "2026-08-05T12:00:00+02:00";
pub const DECIDING: &str = "2026-09-20T12:00:00+02:00";

/// What a rule says that has nothing to say.
pub const NOTHING: &[&str] = &[];

pub fn at(now: &str) -> Timestamp {
    now.parse().unwrap()
}

/// What a rule finds, each as `severity path:line message`.
pub fn told(rule: &Rule, round: &Round, now: &str) -> Vec<String> {
    in_words(&found(rule, round, now))
}

/// What a rule finds in a comparison, and only there.
pub fn told_since(rule: &Rule, before: &Round, round: &Round, now: &str) -> Vec<String> {
    let (_, since) = SINCE.iter().find(|(other, _)| other.name == rule.name).unwrap();
    let mut findings = graded(rule, round, at(now), || since(before, round, at(now)));
    Finding::sort(&mut findings);
    well_said(&findings);
    in_words(&findings)
}

fn in_words(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| {
            let place = finding.place.short();
            let place = place.strip_prefix("content/2026-summer/").unwrap_or(&place).to_owned();
            format!("{} {place} {}", finding.severity.word(), finding.message)
        })
        .collect()
}

/// What a rule says to type.
pub fn helps(rule: &Rule, round: &Round, now: &str) -> Vec<String> {
    found(rule, round, now).into_iter().map(|finding| finding.help).collect()
}

fn found(rule: &Rule, round: &Round, now: &str) -> Vec<Finding> {
    let mut findings = apply(rule, round, at(now));
    let alone = !is_by_list(rule.name) || says_the_same_alone(rule, round, at(now));
    assert!(alone, "`{}` says something else of a list without the others", rule.name);
    Finding::sort(&mut findings);
    well_said(&findings);
    findings
}

/// How a finding is worded: lower case, no full stop, and backticks in pairs.
fn well_said(findings: &[Finding]) {
    for Finding { message, help, .. } in findings {
        for words in [message, help] {
            assert!(!words.is_empty() && !words.ends_with('.'), "{words}");
            assert!(!words.starts_with(char::is_uppercase) || words.starts_with("HTML"), "{words}");
            assert_eq!(words.matches('`').count() % 2, 0, "{words}");
        }
    }
}

pub fn place(file: &str, line: u32) -> Place {
    let path: Arc<str> = format!("content/2026-summer/{file}").into();
    Place { path, line, column: 1, end_line: line, end_column: 2 }
}

/// Summer 2026, with its dates and people and nothing else.
pub fn round() -> Round {
    let zone = TimeZone::get("Europe/Zurich").unwrap();
    let toml = |line| place("round.toml", line);
    let people = people();
    Round {
        slug: "2026-summer".into(),
        title: "Summer 2026".into(),
        zone: Zone {
            written: "Europe/Zurich".into(),
            zone: zone.clone(),
            known: true,
            place: toml(2),
        },
        coordinators: vec![mention(&people, "@ana", "ana", toml(3))],
        hubs: ["Berlin", "Lisbon", "Support"].map(|hub| Placed::new(hub.into(), toml(4))).into(),
        dates: Dates {
            invitation: When::on(date(2026, 7, 6), &zone, toml(10)),
            lists_due: When::at(datetime(2026, 7, 24, 10, 0, 0, 0), &zone, toml(11)),
            week_first: When::on(date(2026, 7, 27), &zone, toml(12)),
            week_last: When::on(date(2026, 7, 31), &zone, toml(13)),
            survey_opens: When::at(datetime(2026, 8, 3, 10, 0, 0, 0), &zone, toml(14)),
            survey_closes: When::on(date(2026, 8, 14), &zone, toml(15)),
            reminders: [3, 7].map(|days| Placed::new(days, toml(16))).into(),
        },
        limits: Limits::default(),
        products: vec![],
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
        files: BTreeSet::from(["content/2026-summer/invitation.md".to_owned()]),
        history: History::default(),
        people,
        place: Place::whole("content/2026-summer/round.toml"),
        folder: "content/2026-summer".into(),
    }
}

/// A round in which nobody has anything to learn.
pub fn perfect_round() -> Round {
    let titles: Vec<String> = (1..=10).map(|number| format!("Thing {number}")).collect();
    round()
        .question("again", &Audience::ALL, Answer::Text)
        .list("atlas", |list| {
            let list = list.agreed("Berlin", Agreed::Yes).agreed("Lisbon", Agreed::Yes);
            titles.iter().enumerate().fold(list, |list, (index, title)| {
                let owner = ["Marta Lind", "@carla", "@carla2", "@bob"][index % 4];
                list.item(title, |item| item.owner(owner).status("submitted"))
            })
        })
        .frozen("atlas", &titles.iter().map(String::as_str).collect::<Vec<_>>())
}

fn people() -> Arc<People> {
    let person = |line, id: &str, name: &str, side| Person {
        id: id.into(),
        name: name.into(),
        mail: format!("{id}@example.org"),
        side,
        hub: None,
        team: None,
        role: None,
        away: vec![],
        left: None,
        place: Place { line, ..Place::whole("content/people.toml") },
        mail_place: Place { line: line + 1, ..Place::whole("content/people.toml") },
    };
    let day = |first, last| Days { first, last };
    let wednesday = day(date(2026, 7, 29), date(2026, 7, 29));
    let weekend = day(date(2026, 8, 1), date(2026, 8, 2));
    People::new(vec![
        Person { away: vec![wednesday, weekend], ..person(10, "ana", "Ana Duarte", Side::Partner) },
        person(20, "bob", "Bob Öz", Side::Manager),
        Person { away: vec![wednesday], ..person(30, "jonas", "Jonas Weber", Side::Developer) },
        person(40, "marta", "Marta Lind", Side::Partner),
        person(50, "carla", "Carla Rossi", Side::Partner),
        person(60, "carla2", "Carla Rossi", Side::Partner),
        Person { left: Some(date(2026, 6, 30)), ..person(70, "gil", "Gil Moreau", Side::Partner) },
    ])
    .into()
}

fn mention(people: &People, read: &str, written: &str, place: Place) -> Mention {
    Mention { written: written.into(), reading: people.read(read), place }
}

/// An item with a title and a ref.
pub fn bare(item: Item) -> Item {
    item
}

pub trait RoundDraft {
    /// A product without a list; Berlin and Lisbon must agree.
    fn product(self, key: &str) -> Round;
    /// A product with a list.
    fn list(self, key: &str, write: impl FnOnce(List) -> List) -> Round;
    fn list_mut(&mut self, key: &str) -> &mut List;
    fn guess(self, key: &str, r#ref: &str) -> Round;
    fn stray(self, file: &str) -> Round;
    fn question(self, r#ref: &str, audience: &[Audience], answer: Answer) -> Round;
    /// How a list stood when it was due.
    fn frozen(self, key: &str, titles: &[&str]) -> Round;
    /// The statuses of an item of `atlas`, one a day from the week's first day on.
    fn changed(self, r#ref: &str, statuses: &[&str]) -> Round;
    fn recorded(self) -> Round;
    fn decided(self) -> Round;
}

impl RoundDraft for Round {
    fn product(mut self, key: &str) -> Round {
        let line = 30 + 10 * self.products.len() as u32;
        let name = key[..1].to_uppercase() + &key[1..];
        let toml = |line| place("round.toml", line);
        self.products.push(Product {
            key: key.into(),
            name,
            manager: mention(&self.people, "@bob", "bob", toml(line + 1)),
            hubs: ["Berlin", "Lisbon"].map(|hub| Placed::new(hub.into(), toml(line))).into(),
            list: ListFile::Missing,
            guesses: None,
            place: toml(line),
            list_path: self.path(&format!("lists/{key}.md")).into(),
            guesses_path: self.path(&format!("guesses/{key}.md")).into(),
        });
        self
    }

    fn list(self, key: &str, write: impl FnOnce(List) -> List) -> Round {
        let mut round = self.product(key);
        let file = format!("lists/{key}.md");
        let list = List {
            title: Some(Placed::new(key.into(), place(&file, 1))),
            agreements: vec![],
            intro: Prose::default(),
            items: vec![],
            slots: 0,
            cut_short: false,
            agreements_garbled: false,
            place: place(&file, 1),
        };
        if let Some(product) = round.products.last_mut() {
            product.list = ListFile::Read(Box::new(write(list)));
        }
        round
    }

    fn list_mut(&mut self, key: &str) -> &mut List {
        let product = self.products.iter_mut().find(|product| product.key == key).unwrap();
        match &mut product.list {
            ListFile::Read(list) => list,
            ListFile::Missing | ListFile::Refused => panic!("{key} has no list"),
        }
    }

    fn guess(mut self, key: &str, r#ref: &str) -> Round {
        let file = format!("guesses/{key}.md");
        let guess = Guess {
            title: "What is expected".into(),
            place: place(&file, 10),
            position: 1,
            r#ref: Some(Placed::new(r#ref.into(), place(&file, 11))),
            prose: Prose::default(),
        };
        let product = self.products.iter_mut().find(|product| product.key == key).unwrap();
        product.guesses = Some(Guesses {
            title: None,
            intro: Prose::default(),
            all: vec![guess],
            place: place(&file, 1),
        });
        self
    }

    fn stray(mut self, file: &str) -> Round {
        let name = file.rsplit('/').next().unwrap().trim_end_matches(".md").to_owned();
        self.strays.push(StrayList { name, place: place(file, 1) });
        self
    }

    fn question(mut self, r#ref: &str, audience: &[Audience], answer: Answer) -> Round {
        let survey = self.survey.get_or_insert_with(|| Survey {
            title: None,
            intro: Prose::default(),
            questions: vec![],
            cut_short: false,
            place: place("survey.md", 1),
        });
        let line = 10 * (survey.questions.len() as u32 + 1);
        survey.questions.push(Question {
            r#ref: Ref {
                text: r#ref.into(),
                place: Some(place("survey.md", line + 1)),
                untidy: None,
            },
            title: format!("{}?", r#ref),
            place: place("survey.md", line),
            audience: audience.to_vec(),
            answer: Some(answer),
            prose: Prose::default(),
        });
        self
    }

    fn frozen(mut self, key: &str, titles: &[&str]) -> Round {
        let items = titles.iter().map(|title| FrozenItem::new(&Ref::from_title(title), title));
        let frozen = Frozen { product: key.into(), items: items.collect() };
        self.history.frozen.get_or_insert_default().push(frozen);
        self
    }

    fn changed(mut self, r#ref: &str, statuses: &[&str]) -> Round {
        let mut from = None;
        for (day, status) in statuses.iter().enumerate() {
            let to = Status::read(status);
            self.history.changes.push(Change {
                product: "atlas".into(),
                product_now: "atlas".into(),
                r#ref: r#ref.into(),
                ref_then: r#ref.into(),
                title: r#ref.into(),
                from: from.replace(to.clone()),
                drafts: vec![],
                to,
                at: at(&format!("2026-07-{}T10:00:00+02:00", 26 + day)),
                commit: format!("{day:040}"),
            });
        }
        self
    }

    fn recorded(mut self) -> Round {
        self.record = Some(Record {
            written: None,
            simulated: false,
            told: vec![],
            survey: SurveyRecord::default(),
            questions: vec![],
            comments: vec![],
            outcome: None,
            place: place("record.toml", 1),
        });
        self
    }

    fn decided(mut self) -> Round {
        self.decision = Some(Decision {
            title: None,
            outcome: Some(Placed::new(Outcome::Again, place("decision.md", 3))),
            date: None,
            next_round: None,
            prose: Prose::default(),
            place: place("decision.md", 1),
        });
        self
    }
}

pub trait ListDraft {
    fn agreed(self, hub: &str, agreed: Agreed) -> List;
    fn item(self, title: &str, write: impl FnOnce(Item) -> Item) -> List;
    fn cut_short(self) -> List;
}

impl ListDraft for List {
    fn agreed(mut self, hub: &str, agreed: Agreed) -> List {
        let line = 3 + self.agreements.len() as u32;
        let place = Place { line, end_line: line, ..self.place.clone() };
        let hub = Placed::new(hub.to_owned(), place.clone());
        self.agreements.push(Agreement { hub, agreed, words: String::new(), place });
        self
    }

    fn item(mut self, title: &str, write: impl FnOnce(Item) -> Item) -> List {
        let position = self.items.len() + 1;
        let line = 20 * position as u32;
        let item = Item {
            r#ref: Ref { text: Ref::from_title(title), place: None, untidy: None },
            address: Ref::from_title(title),
            title: title.into(),
            place: Place { line, end_line: line, ..self.place.clone() },
            position,
            typed_number: None,
            owner: None,
            deputy: None,
            with: vec![],
            hub: None,
            kind: None,
            feels_like: None,
            ticket: None,
            done_when: None,
            devs: vec![],
            estimate: None,
            took: None,
            status: Status::Submitted,
            status_place: None,
            reason: None,
            next: None,
            note: None,
            prose: Prose::default(),
            garbled: vec![],
            blank: vec![],
        };
        self.items.push(write(item.with_ref(&Ref::from_title(title))));
        self
    }

    fn cut_short(mut self) -> List {
        self.cut_short = true;
        self
    }
}

pub trait ItemDraft: Sized {
    fn fact(&self, key: Key) -> Place;
    fn mention(&self, key: Key, written: &str) -> Mention;
    fn owner(self, written: &str) -> Item;
    fn deputy(self, written: &str) -> Item;
    fn with(self, written: &str) -> Item;
    fn dev(self, written: &str) -> Item;
    fn hub(self, hub: &str) -> Item;
    fn kind(self, kind: Kind) -> Item;
    fn with_ref(self, r#ref: &str) -> Item;
    fn estimate(self, written: &str) -> Item;
    fn status(self, written: &str) -> Item;
    fn reason(self, written: &str) -> Item;
    fn next(self, step: NextStep) -> Item;
}

impl ItemDraft for Item {
    fn fact(&self, key: Key) -> Place {
        let line = self.place.line + 1 + key as u32;
        Place { line, end_line: line, ..self.place.clone() }
    }

    fn mention(&self, key: Key, written: &str) -> Mention {
        mention(&people(), written, written, self.fact(key))
    }

    fn owner(self, written: &str) -> Item {
        Item { owner: Some(self.mention(Key::Owner, written)), ..self }
    }

    fn deputy(self, written: &str) -> Item {
        Item { deputy: Some(self.mention(Key::Deputy, written)), ..self }
    }

    fn with(self, written: &str) -> Item {
        Item { with: vec![self.mention(Key::With, written)], ..self }
    }

    fn dev(self, written: &str) -> Item {
        Item { devs: vec![self.mention(Key::Dev, written)], ..self }
    }

    fn hub(self, hub: &str) -> Item {
        Item { hub: Some(Placed::new(hub.into(), self.fact(Key::Hub))), ..self }
    }

    fn kind(self, kind: Kind) -> Item {
        Item { kind: Some(Placed::new(kind, self.fact(Key::Kind))), ..self }
    }

    fn with_ref(self, r#ref: &str) -> Item {
        let place = Some(self.fact(Key::Ref));
        let r#ref = Ref { text: r#ref.into(), place, untidy: None };
        Item { address: Ref::address(&r#ref.text), r#ref, ..self }
    }

    fn estimate(self, written: &str) -> Item {
        let estimate = match (written, Effort::read(written)) {
            ("?", _) => Estimate::Unknown,
            (_, Some(effort)) => Estimate::Known(effort),
            (_, None) => Estimate::Other(written.into()),
        };
        Item { estimate: Some(Placed::new(estimate, self.fact(Key::Estimate))), ..self }
    }

    fn status(self, written: &str) -> Item {
        let place = Some(self.fact(Key::Status));
        Item { status: Status::read(written), status_place: place, ..self }
    }

    fn reason(self, written: &str) -> Item {
        let reason = Placed::new(Reason::read(written), self.fact(Key::Reason));
        Item { reason: Some(reason), ..self }
    }

    fn next(self, step: NextStep) -> Item {
        let next = Next { step, words: String::new() };
        Item { next: Some(Placed::new(next, self.fact(Key::Next))), ..self }
    }
}
