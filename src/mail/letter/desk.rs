//! Everything that letters are written from, ready for a thousand of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use jiff::Timestamp;

use super::Links;
use super::common::Commons;
use super::views::{LetterRound, LetterSite};
use crate::mail::{Genre, Kind, Told, ToldNotice};
use crate::model::{Item, Product, Round, Site};
use crate::theme::{Prepared, Theme};

/// The folder of a round, the subject of a notice, the id of a person.
type About<'a> = (&'a str, &'a str, &'a str);

/// What lies on the desk while letters are written.
pub struct Desk<'a> {
    pub site: &'a Site,
    pub theme: &'a Theme,
    pub links: &'a dyn Links,
    pub now: Timestamp,
    /// What stands for the address of somebody unknown.
    pub hidden: String,
    /// Paragraphs that letters have in common.
    pub(super) commons: Commons,
    items: HashMap<(&'a str, &'a str), (&'a Product, &'a Item)>,
    owned: HashMap<(&'a str, &'a str), Vec<(&'a Product, &'a Item)>>,
    lines: HashMap<About<'a>, &'a str>,
    done: HashMap<About<'a>, Timestamp>,
    weeks: HashMap<(&'a str, &'a str), Vec<&'a ToldNotice>>,
    /// Who answered which round.
    answered: &'a BTreeMap<String, BTreeSet<String>>,
    frames: HashMap<&'a str, OnceLock<Frame>>,
}

/// What is the same in all letters of a round.
pub struct Frame {
    pub site: Prepared<LetterSite>,
    pub round: Prepared<LetterRound>,
}

impl<'a> Desk<'a> {
    /// Looks up once what every letter asks for. `told` is what the store says before any of them
    /// is stored.
    pub fn new(
        site: &'a Site,
        theme: &'a Theme,
        told: &'a Told,
        links: &'a dyn Links,
        now: Timestamp,
    ) -> Desk<'a> {
        let mut items = HashMap::new();
        let mut owned: HashMap<_, Vec<_>> = HashMap::new();
        for round in &site.rounds {
            for (product, item) in round.items() {
                let key = (round.slug.as_str(), item.r#ref.text.as_str());
                items.entry(key).or_insert((product, item));
                if let Some(owner) = item.owner.as_ref().and_then(|owner| owner.person()) {
                    let key = (round.slug.as_str(), owner.id.as_str());
                    owned.entry(key).or_default().push((product, item));
                }
            }
        }
        let mut done = HashMap::new();
        let mut weeks: HashMap<(&str, &str), Vec<&ToldNotice>> = HashMap::new();
        for notice in &told.notices {
            let key = &notice.key;
            match key.kind {
                Kind::Done => {
                    done.insert(about(notice), notice.at);
                }
                Kind::WeekAhead | Kind::WeekOff if key.subject == "-" => {
                    weeks.entry((&key.round, &key.person)).or_default().push(notice);
                }
                _ => {}
            }
        }
        let frames = site.rounds.iter().map(|it| (it.slug.as_str(), OnceLock::new())).collect();
        let (hidden, lines) = (theme.words().text("address_hidden", &[]), lines(told));
        Desk {
            site,
            theme,
            links,
            now,
            hidden,
            commons: Commons::default(),
            items,
            owned,
            lines,
            done,
            weeks,
            answered: &told.answered,
            frames,
        }
    }

    /// What is the same in all letters of a round, made when the first of them asks.
    pub fn frame(&self, round: &Round, make: impl FnOnce() -> Frame) -> &Frame {
        self.frames[round.slug.as_str()].get_or_init(make)
    }

    /// The item of a ref, first as it is written and then in any case.
    pub fn item(&self, round: &'a Round, r#ref: &str) -> Option<(&'a Product, &'a Item)> {
        let found = self.items.get(&(round.slug.as_str(), r#ref)).copied();
        found.or_else(|| round.item(r#ref))
    }

    /// The items that a person answers for, list by list.
    pub fn owned(&self, round: &str, person: &str) -> Vec<(&'a Product, &'a Item)> {
        self.owned.get(&(round, person)).cloned().unwrap_or_default()
    }

    /// The subject line under which a person first heard of an item alone.
    pub fn line(&self, round: &str, r#ref: &str, person: &str) -> Option<&'a str> {
        self.lines.get(&(round, r#ref, person)).copied()
    }

    /// When a person was last told that an item is done.
    pub fn told_done(&self, round: &str, r#ref: &str, person: &str) -> Option<Timestamp> {
        self.done.get(&(round, r#ref, person)).copied()
    }

    /// Whether a person has answered the survey of a round.
    pub fn has_answered(&self, round: &str, person: &str) -> bool {
        self.answered.get(round).is_some_and(|people| people.contains(person))
    }

    /// What a person was told before about their calendar, oldest first.
    pub fn weeks(&self, round: &str, person: &str) -> Vec<&'a ToldNotice> {
        self.weeks.get(&(round, person)).cloned().unwrap_or_default()
    }
}

fn about(notice: &ToldNotice) -> About<'_> {
    (&notice.key.round, &notice.key.subject, &notice.key.person)
}

/// The first line of each thread. A line that several items share is a digest's, and begins none:
/// all notices of a letter reached their state at once.
fn lines(told: &Told) -> HashMap<About<'_>, &str> {
    let news: Vec<&ToldNotice> = told
        .notices
        .iter()
        .filter(|notice| Genre::of(notice.key.kind) == Genre::News && notice.key.subject != "-")
        .collect();
    let mut letters: HashMap<(&str, &str, Timestamp), Vec<&str>> = HashMap::new();
    for notice in &news {
        let subjects = letters.entry((&notice.address, &notice.line, notice.at)).or_default();
        if !subjects.contains(&notice.key.subject.as_str()) {
            subjects.push(&notice.key.subject);
        }
    }
    let mut lines = HashMap::new();
    for notice in news {
        let letter = (notice.address.as_str(), notice.line.as_str(), notice.at);
        if letters.get(&letter).is_some_and(|subjects| subjects.len() == 1)
            && !notice.line.is_empty()
        {
            lines.entry(about(notice)).or_insert(notice.line.as_str());
        }
    }
    lines
}
