//! The plan of letters in the words of a diff.

use std::collections::HashMap;

use jiff::Timestamp;
use littlethings::changes::{About, Mailing};
use littlethings::mail::{self, Draft, Kind, Notice};
use littlethings::model::{Item, Product, Ref, Round, Site};

/// Whom a change will mail once it is merged, and about what.
pub fn brought(before: &Site, after: &Site, now: Timestamp) -> Vec<Mailing> {
    let plan = mail::merge::brings(before, after, now);
    let mut mailings: Vec<(String, Mailing)> = Vec::new();
    let titles = Titles::in_site(after);
    for draft in &plan.drafts {
        let about = about(draft, &titles);
        match mailings.iter_mut().find(|(person, _)| *person == draft.person.id) {
            Some((_, mailing)) => mailing.about.extend(about),
            None => {
                let first_name = draft.person.first_name().to_owned();
                let hub = draft.person.hub.clone();
                mailings.push((draft.person.id.clone(), Mailing { first_name, hub, about }));
            }
        }
    }
    mailings.into_iter().map(|(_, mailing)| mailing).collect()
}

fn about(draft: &Draft, titles: &Titles) -> Vec<About> {
    // The items of the week are part of its letter.
    let is_own = |notice: &&Notice| notice.key.kind != Kind::WeekAhead || notice.key.subject == "-";
    let notices = draft.notices.iter().filter(is_own);
    notices
        .map(|notice| About { title: titles.of(notice), words: words(notice.key.kind) })
        .collect()
}

/// What notices are about, by round: looked up once, because there may be thousands of them.
pub struct Titles<'a>(HashMap<&'a str, OfRound<'a>>);

struct OfRound<'a> {
    round: &'a Round,
    items: HashMap<String, (&'a Product, &'a Item)>,
}

impl<'a> Titles<'a> {
    pub fn in_site(site: &'a Site) -> Titles<'a> {
        let rounds = site.rounds.iter();
        let titles = |round: &'a Round| OfRound { round, items: round.items_by_ref() };
        Titles(rounds.map(|round| (round.slug.as_str(), titles(round))).collect())
    }

    /// The title of the item or the name of the product that a notice is about.
    pub fn of(&self, notice: &Notice) -> Option<String> {
        let OfRound { round, items } = self.0.get(notice.key.round.as_str())?;
        let subject = notice.key.subject.as_str();
        match notice.key.kind {
            Kind::ListsDue | Kind::ListComplete => {
                let product = round.products.iter().find(|product| product.key == subject)?;
                Some(product.name.clone())
            }
            _ => items.get(&Ref::key(subject)).map(|(_, item)| item.title.clone()),
        }
    }
}

fn words(kind: Kind) -> &'static str {
    match kind {
        Kind::Invitation => "the invitation",
        Kind::ListsDue => "needs their word",
        Kind::ListComplete => "is complete",
        Kind::WeekAhead => "the week ahead",
        Kind::WeekOff => "that they own nothing in the week any more",
        Kind::Submitted => "waits again",
        Kind::Started => "started",
        Kind::Skipped => "skipped",
        Kind::Done => "done",
        Kind::Reopened => "started again",
        Kind::HandedOver => "is theirs now",
        Kind::Moved => "is not theirs any more",
        Kind::SignOffReminder => "waits to be signed off",
        Kind::Fate => "has a fate",
        Kind::Survey => "the survey",
        Kind::SurveyReminder => "a reminder of the survey",
        Kind::SurveyThanks => "thanks for the answers",
        Kind::ResultsOut => "that the results are out",
    }
}
