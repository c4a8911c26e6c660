//! Who is to hear what, and why: the content as it stands against what was told.
//!
//! Level-triggered: a plan looks at what is, never at what changed, so nothing is missed when
//! nobody looked for a day, and what was undone before anybody heard of it is not told at all.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Kind, Notice, NoticeKey, Told};
use crate::finding::Place;
use crate::model::phase::listing_begins;
use crate::model::{ListFile, Person, Product, Round, Settings, Site, UnreadRound};

mod coordinators;
mod dates;
mod fates;
mod items;
mod names;
mod survey;
mod week;

/// Everything that is due, round by round and person by person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    pub drafts: Vec<Draft>,
    /// What is due and cannot be sent, with the place to mend.
    pub withheld: Vec<Withheld>,
}

/// One letter, decided and not yet worded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The folder of the round.
    pub round: String,
    pub person: Arc<Person>,
    pub genre: Genre,
    /// At least one; several of [`Genre::News`] make a digest. In the order in which to tell them.
    pub notices: Vec<Notice>,
}

/// Which letter it is. Each has its own template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Genre {
    Invitation,
    ListsDue,
    ListComplete,
    WeekAhead,
    /// What happened to the items of one owner: statuses, owners, fates, reminders to sign off.
    News,
    Survey,
    SurveyReminder,
    SurveyThanks,
    ResultsOut,
}

impl Genre {
    pub const ALL: [Genre; 9] = [
        Genre::Invitation,
        Genre::ListsDue,
        Genre::ListComplete,
        Genre::WeekAhead,
        Genre::News,
        Genre::Survey,
        Genre::SurveyReminder,
        Genre::SurveyThanks,
        Genre::ResultsOut,
    ];

    /// The name of the template.
    pub fn word(self) -> &'static str {
        match self {
            Genre::Invitation => "invitation",
            Genre::ListsDue => "lists-due",
            Genre::ListComplete => "list-complete",
            Genre::WeekAhead => "week-ahead",
            Genre::News => "news",
            Genre::Survey => "survey",
            Genre::SurveyReminder => "survey-reminder",
            Genre::SurveyThanks => "survey-thanks",
            Genre::ResultsOut => "results-out",
        }
    }

    /// The letter in which notices of a kind go.
    pub fn of(kind: Kind) -> Genre {
        match kind {
            Kind::Invitation => Genre::Invitation,
            Kind::ListsDue => Genre::ListsDue,
            Kind::ListComplete => Genre::ListComplete,
            Kind::WeekAhead => Genre::WeekAhead,
            Kind::WeekOff
            | Kind::Submitted
            | Kind::Started
            | Kind::Skipped
            | Kind::Done
            | Kind::Reopened
            | Kind::HandedOver
            | Kind::Moved
            | Kind::SignOffReminder
            | Kind::Fate => Genre::News,
            Kind::Survey => Genre::Survey,
            Kind::SurveyReminder => Genre::SurveyReminder,
            Kind::SurveyThanks => Genre::SurveyThanks,
            Kind::ResultsOut => Genre::ResultsOut,
        }
    }
}

/// Something that is due and cannot go out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Withheld {
    /// The folder of the round; empty where no round could be planned.
    pub round: String,
    pub kind: Kind,
    /// The ref or product it is about; `-` where the whole round is meant.
    pub subject: String,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
    pub place: Place,
}

/// Compares the content with what was told.
pub fn plan(site: &Site, told: &Told, now: Timestamp) -> Plan {
    if let Some(place) = &site.people.unread {
        let withheld = vec![unread("", "nobody is known, so no letter goes", place)];
        return Plan { withheld, ..Plan::default() };
    }
    let mut plan = Plan::default();
    for UnreadRound { slug, place } in &site.unread {
        let message = format!("the round `{slug}` cannot be read, so no letter of it goes");
        plan.withheld.push(unread(slug, &message, place));
    }
    for round in &site.rounds {
        let mut desk = Desk::new(round, &site.settings, told, now);
        if round.zone.known {
            names::follow(&mut desk);
            coordinators::withhold_absent(&mut desk);
            dates::invite(&mut desk);
            dates::ask_for_lists(&mut desk);
            dates::tell_of_complete_lists(&mut desk);
            week::tell(&mut desk);
            items::tell(&mut desk);
            fates::tell(&mut desk);
            survey::tell(&mut desk);
            desk.withhold_lists();
        } else {
            desk.withhold_the_round();
        }
        let (drafts, withheld) = desk.into_letters();
        plan.drafts.extend(drafts);
        plan.withheld.extend(withheld);
    }
    plan
}

/// The instants at which something of a round becomes due because time passes, earliest first.
pub fn turns(round: &Round) -> Vec<Timestamp> {
    let dates = &round.dates;
    let mut turns = vec![
        dates.invitation.letters_go(),
        listing_begins(round),
        week::begins(round),
        dates.week_last.end(),
        dates.survey_opens.letters_go(),
        dates.survey_closes.end(),
    ];
    turns.extend(survey::reminders(round));
    turns.sort_unstable();
    turns
}

const TYPE_CHECK: &str = "type `littlethings check`, and mend what it says of the file";

/// A file that cannot be read withholds whatever is due by it, which nobody knows.
fn unread(round: &str, message: &str, place: &Place) -> Withheld {
    Withheld {
        round: round.to_owned(),
        kind: Kind::Invitation,
        subject: "-".to_owned(),
        message: message.to_owned(),
        help: TYPE_CHECK.to_owned(),
        place: place.clone(),
    }
}

/// Whether nobody else need hear it when the person has left: nothing of it is theirs to answer.
fn is_for_them_alone(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Moved
            | Kind::WeekOff
            | Kind::Survey
            | Kind::SurveyReminder
            | Kind::SurveyThanks
            | Kind::ResultsOut
    )
}

/// What lies on the desk while the letters of one round are decided.
struct Desk<'a> {
    round: &'a Round,
    settings: &'a Settings,
    /// What was told in this round, without what still waits and may be taken back.
    told: super::told::Index<'a>,
    now: Timestamp,
    /// By place in people.toml, then by letter.
    due: BTreeMap<(usize, Genre), Vec<Notice>>,
    withheld: Vec<Withheld>,
}

impl<'a> Desk<'a> {
    fn new(round: &'a Round, settings: &'a Settings, told: &'a Told, now: Timestamp) -> Desk<'a> {
        let told = super::told::Index::of(told, round);
        Desk { round, settings, told, now, due: BTreeMap::new(), withheld: Vec::new() }
    }

    /// Puts a notice on the desk, or withholds it from somebody whom no letter can reach.
    fn due(&mut self, person: &Arc<Person>, kind: Kind, subject: &str, said: &str, why: String) {
        let has_left = self.has_left(person);
        if has_left && (self.round.is_decided() || is_for_them_alone(kind)) {
            return;
        }
        let trouble = if person.mail.is_empty() {
            Some((
                "has no mail address that a letter can go to",
                "write `mail = \"…\"` in people.toml",
            ))
        } else if has_left {
            Some(("has left", "name somebody who is there"))
        } else if self.told.is_refused(person) {
            Some((
                "cannot be reached: the mail server refused this address",
                "mend the address in people.toml, or type `littlethings-mail log`",
            ))
        } else {
            None
        };
        if let Some((trouble, help)) = trouble {
            let mut message = format!("`{}` {trouble}", person.name);
            if subject != "-" {
                message.push_str(&format!(", and hears nothing of `{subject}` ({})", kind.word()));
            }
            return self.withhold(kind, subject, message, help, &person.mail_place);
        }
        let Some(index) = self.round.people.position(&person.id) else { return };
        let number = self.told.times(kind, subject, &person.id) + 1;
        let key = NoticeKey {
            round: self.round.slug.clone(),
            kind,
            subject: subject.to_owned(),
            person: person.id.clone(),
            number,
        };
        let notice = Notice { key, said: said.to_owned(), why };
        self.due.entry((index, Genre::of(kind))).or_default().push(notice);
    }

    /// Whether a letter to this person would go out and may arrive.
    fn can_reach(&self, person: &Person) -> bool {
        !person.mail.is_empty() && !self.has_left(person) && !self.told.is_refused(person)
    }

    fn has_left(&self, person: &Person) -> bool {
        let today = self.now.to_zoned(self.round.zone.zone.clone()).date();
        person.left.is_some_and(|left| left <= today)
    }

    fn withhold(
        &mut self,
        kind: Kind,
        subject: &str,
        message: impl Into<String>,
        help: impl Into<String>,
        place: &Place,
    ) {
        self.withheld.push(Withheld {
            round: self.round.slug.clone(),
            kind,
            subject: subject.to_owned(),
            message: message.into(),
            help: help.into(),
            place: place.clone(),
        });
    }

    /// Without its time zone every hour of a round would be a guess.
    fn withhold_the_round(&mut self) {
        let zone = &self.round.zone;
        let message =
            format!("`{}` is no time zone, so no letter of this round goes", zone.written);
        let help = "write the zone of a city, such as `Europe/Zurich`";
        self.withhold(Kind::Invitation, "-", message, help, &zone.place);
    }

    /// Of a list that cannot be read nobody hears anything, and somebody has to know that.
    fn withhold_lists(&mut self) {
        let round = self.round;
        let refused = |product: &&Product| product.list == ListFile::Refused;
        for product in round.products.iter().filter(refused).filter(|_| !round.is_decided()) {
            let message = format!("the list of `{}` cannot be read", product.name);
            let place = Place::whole(product.list_path.clone());
            self.withhold(Kind::ListsDue, &product.key, message, TYPE_CHECK, &place);
        }
    }

    fn into_letters(self) -> (Vec<Draft>, Vec<Withheld>) {
        let Desk { round, due, withheld, .. } = self;
        let draft = |((index, genre), notices): ((usize, Genre), Vec<Notice>)| Draft {
            round: round.slug.clone(),
            person: round.people.all()[index].clone(),
            genre,
            notices,
        };
        (due.into_iter().map(draft).collect(), withheld)
    }
}
