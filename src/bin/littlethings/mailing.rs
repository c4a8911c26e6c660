//! The plan of letters in the words of a diff.

use jiff::Timestamp;
use littlethings::changes::{About, Mailing};
use littlethings::mail::{self, Draft, Kind, Notice};
use littlethings::model::{Round, Site};

/// Whom a change will mail once it is merged, and about what.
pub fn brought(before: &Site, after: &Site, now: Timestamp) -> Vec<Mailing> {
    let plan = mail::merge::brings(before, after, now);
    let mut mailings: Vec<(String, Mailing)> = Vec::new();
    for draft in &plan.drafts {
        let about = about(draft, after);
        match mailings.iter_mut().find(|(person, _)| *person == draft.person.id) {
            Some((_, mailing)) => mailing.about.extend(about),
            None => {
                let first_name = draft.person.first_name().to_owned();
                mailings.push((draft.person.id.clone(), Mailing { first_name, about }));
            }
        }
    }
    mailings.into_iter().map(|(_, mailing)| mailing).collect()
}

fn about(draft: &Draft, site: &Site) -> Vec<About> {
    let round = site.rounds.iter().find(|round| round.slug == draft.round);
    // The items of the week are part of its letter.
    let is_own = |notice: &&Notice| notice.key.kind != Kind::WeekAhead || notice.key.subject == "-";
    let notices = draft.notices.iter().filter(is_own);
    notices
        .map(|notice| About { title: title(notice, round), words: words(notice.key.kind) })
        .collect()
}

/// The title of the item or the name of the product that a notice is about.
pub fn title(notice: &Notice, round: Option<&Round>) -> Option<String> {
    let subject = notice.key.subject.as_str();
    let item = |round: &Round| round.item(subject).map(|(_, item)| item.title.clone());
    let product = |round: &Round| {
        let product = round.products.iter().find(|product| product.key == subject);
        product.map(|product| product.name.clone())
    };
    match notice.key.kind {
        Kind::ListsDue | Kind::ListComplete => product(round?),
        _ => item(round?),
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
