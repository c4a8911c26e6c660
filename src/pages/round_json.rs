//! `round.json`: a round for programs. Fields are added, never renamed; `format` counts the times
//! that this was not possible. Addresses never stand in it, and people only by name.

use jiff::civil::Date;
use jiff::{Timestamp, Zoned};
use serde::{Serialize, Serializer};

use super::prose::{plain_for, without_addresses};
use super::text;
use crate::model::{
    Agreed, Estimate, Item, ListFile, Mention, People, Phase, Product, Round, Settings, Status,
};

/// A round as a program may read it. Where a fact was not written, its field is `null`.
#[derive(Debug, Serialize)]
pub struct RoundJson<'a> {
    pub format: u32,
    /// The folder's name.
    pub round: String,
    pub title: String,
    /// The address of its home page.
    pub url: String,
    /// `inviting`, `listing`, `frozen`, `week`, `asking`, `deciding` or `decided`.
    pub phase: &'static str,
    /// An IANA name.
    pub time_zone: String,
    pub dates: DatesJson,
    pub counts: CountsJson,
    pub survey: SurveyJson,
    pub decision: Option<DecisionJson>,
    /// [`ProductJson`] each, in the order of round.toml.
    pub products: Products<'a>,
}

/// The products of a round. Each is made when its turn comes: all of them at once would need more
/// room than the file.
#[derive(Debug)]
pub struct Products<'a> {
    settings: &'a Settings,
    round: &'a Round,
    words: Plain<'a>,
}

impl Serialize for Products<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Products { settings, round, words } = *self;
        serializer.collect_seq(round.products.iter().map(|of| product(settings, round, of, words)))
    }
}

/// Instants in RFC 3339 with the round's offset; days where a whole day is meant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DatesJson {
    pub invitation: String,
    pub lists_due: String,
    /// Both days belong to the week.
    pub week_first: Date,
    pub week_last: Date,
    pub survey_opens: String,
    /// The first instant at which the survey is closed.
    pub survey_closes: String,
}

/// How many items there are, and how many in each status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CountsJson {
    pub items: usize,
    pub submitted: usize,
    pub skipped: usize,
    pub started: usize,
    pub done: usize,
    pub signed_off: usize,
    /// A word that is no status.
    pub other: usize,
}

/// Silence is `asked - answered`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SurveyJson {
    pub asked_at: Option<String>,
    pub asked: u32,
    pub answered: u32,
    /// The answers were made up for a demonstration.
    pub simulated: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DecisionJson {
    /// `again`, `again, differently`, `not again`, or other words.
    pub outcome: Option<String>,
    pub date: Option<Date>,
    pub next_round: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProductJson {
    pub key: String,
    pub name: String,
    pub manager: String,
    /// `read`, `missing`, or `refused` where the file is there and cannot be read.
    pub list: &'static str,
    pub agreements: Vec<AgreementJson>,
    /// Most important first.
    pub items: Vec<ItemJson>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AgreementJson {
    pub hub: String,
    /// `yes`, `not yet`, or other words.
    pub agreed: String,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ItemJson {
    pub r#ref: String,
    pub title: String,
    pub url: String,
    /// The priority, from 1.
    pub position: usize,
    pub owner: Option<String>,
    pub deputy: Option<String>,
    pub hub: Option<String>,
    pub kind: Option<String>,
    /// `submitted`, `skipped`, `started`, `done`, `signed off`, or another word.
    pub status: String,
    pub devs: Vec<String>,
    /// In working days; a range counts by its end. `null` also while nobody can tell.
    pub estimate_days: Option<f64>,
    pub took_days: Option<f64>,
    /// The asker's guess.
    pub feels_like_days: Option<f64>,
    pub done_when: Option<String>,
    pub ticket: Option<String>,
    pub reason: Option<ReasonJson>,
    pub next: Option<NextJson>,
    pub note: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReasonJson {
    pub category: Option<String>,
    pub sentence: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NextJson {
    /// `roadmap`, `next round`, `ticket`, `won't do`, `undecided`, or other words.
    pub step: String,
    pub words: String,
}

/// The file: indented, with a newline at its end.
///
/// # Errors
///
/// Never for a round that was read: all keys are texts and all numbers finite.
pub fn round_json(
    settings: &Settings,
    round: &Round,
    now: Timestamp,
    address_hidden: &str,
) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(&view(settings, round, now, address_hidden))?;
    text.push('\n');
    Ok(text)
}

/// The round as it stands at `now`.
pub fn view<'a>(
    settings: &'a Settings,
    round: &'a Round,
    now: Timestamp,
    address_hidden: &'a str,
) -> RoundJson<'a> {
    let words = Plain { people: &round.people, address_hidden };
    let total = round.record.as_ref().map(|record| record.survey.total()).unwrap_or_default();
    let asked_at = round.record.as_ref().and_then(|record| record.survey.asked_at);
    RoundJson {
        format: 1,
        round: round.slug.clone(),
        title: words.bare(&round.title),
        url: text::url(&settings.base_url, &format!("{}/index.html", round.slug)),
        phase: Phase::of(round, now).word(),
        time_zone: round.zone.written.clone(),
        dates: dates(round),
        counts: counts(round),
        survey: SurveyJson {
            asked_at: asked_at.map(|at| instant(&at.to_zoned(round.zone.zone.clone()))),
            asked: total.asked,
            answered: total.answered,
            simulated: round.record.as_ref().is_some_and(|record| record.simulated),
        },
        decision: round.decision.as_ref().map(|decision| DecisionJson {
            outcome: decision.outcome.as_ref().map(|outcome| words.bare(outcome.value.word())),
            date: decision.date.as_ref().map(|date| date.value),
            next_round: decision.next_round.as_ref().map(|next| words.bare(&next.value)),
        }),
        products: Products { settings, round, words },
    }
}

/// What people wrote, as words alone.
#[derive(Clone, Copy, Debug)]
struct Plain<'a> {
    people: &'a People,
    address_hidden: &'a str,
}

impl Plain<'_> {
    /// Markdown.
    fn of(self, markdown: &str) -> String {
        text::clean(&plain_for(markdown, self.people, self.address_hidden))
    }

    /// Text that is no Markdown.
    fn bare(self, written: &str) -> String {
        text::clean(&without_addresses(written, self.people, self.address_hidden))
    }

    fn name(self, mention: &Mention) -> String {
        self.bare(&mention.shown())
    }
}

fn dates(round: &Round) -> DatesJson {
    let dates = &round.dates;
    let (week_first, week_last) = round.week();
    DatesJson {
        invitation: instant(&dates.invitation.at),
        lists_due: instant(&dates.lists_due.at),
        week_first,
        week_last,
        survey_opens: instant(&dates.survey_opens.at),
        survey_closes: instant(&dates.survey_closes.end().to_zoned(round.zone.zone.clone())),
    }
}

fn counts(round: &Round) -> CountsJson {
    let mut counts = CountsJson::default();
    for (_, item) in round.items() {
        counts.items += 1;
        *match item.status {
            Status::Submitted => &mut counts.submitted,
            Status::Skipped => &mut counts.skipped,
            Status::Started => &mut counts.started,
            Status::Done => &mut counts.done,
            Status::SignedOff => &mut counts.signed_off,
            Status::Other(_) => &mut counts.other,
        } += 1;
    }
    counts
}

fn product(settings: &Settings, round: &Round, product: &Product, words: Plain) -> ProductJson {
    let agreements = product.list.list().map_or(&[][..], |list| &list.agreements);
    ProductJson {
        key: product.key.clone(),
        name: words.bare(&product.name),
        manager: words.name(&product.manager),
        list: match product.list {
            ListFile::Missing => "missing",
            ListFile::Refused => "refused",
            ListFile::Read(_) => "read",
        },
        agreements: agreements
            .iter()
            .map(|agreement| AgreementJson {
                hub: words.bare(&agreement.hub.value),
                agreed: match &agreement.agreed {
                    Agreed::Yes => "yes".to_owned(),
                    Agreed::NotYet => "not yet".to_owned(),
                    Agreed::Other(other) => words.of(other),
                },
            })
            .collect(),
        items: product.items().iter().map(|i| item(settings, round, i, words)).collect(),
    }
}

fn item(settings: &Settings, round: &Round, item: &Item, words: Plain) -> ItemJson {
    let r#ref = &item.r#ref.text;
    ItemJson {
        r#ref: r#ref.clone(),
        title: words.of(&item.title),
        url: text::url(&settings.base_url, &format!("{}/items/{}.html", round.slug, item.address)),
        position: item.position,
        owner: item.owner.as_ref().map(|owner| words.name(owner)),
        deputy: item.deputy.as_ref().map(|deputy| words.name(deputy)),
        hub: item.hub.as_ref().map(|hub| words.bare(&hub.value)),
        kind: item.kind.as_ref().map(|kind| words.bare(kind.value.word())),
        status: words.bare(item.status.word()),
        devs: item.devs.iter().map(|dev| words.name(dev)).collect(),
        estimate_days: days(item.estimate.as_ref().map(|placed| &placed.value)),
        took_days: days(item.took.as_ref().map(|placed| &placed.value)),
        feels_like_days: days(item.feels_like.as_ref().map(|placed| &placed.value)),
        done_when: item.done_when.as_ref().map(|when| words.of(&when.value)),
        ticket: item.ticket.as_ref().map(|ticket| words.of(&ticket.value)),
        reason: item.reason.as_ref().map(|reason| ReasonJson {
            category: reason.value.category.as_ref().map(|category| words.of(category)),
            sentence: words.of(&reason.value.sentence),
        }),
        next: item.next.as_ref().map(|next| NextJson {
            step: words.bare(next.value.step.word()),
            words: words.of(&next.value.words),
        }),
        note: item.note.as_ref().map(|note| words.of(&note.value)),
    }
}

fn days(estimate: Option<&Estimate>) -> Option<f64> {
    // A third decimal would be under five minutes.
    estimate?.effort().map(|effort| (effort.days() * 100.0).round() / 100.0)
}

fn instant(at: &Zoned) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::fixture;

    fn json(now: &str) -> String {
        let site = fixture::site();
        let now = fixture::instant(now);
        round_json(&site.settings, &site.rounds[0], now, "address hidden").unwrap()
    }

    #[test]
    fn a_round_is_told_in_a_stable_order() {
        insta::assert_snapshot!(json("2026-07-29T10:00:00Z"));
    }

    #[test]
    fn no_address_comes_through_and_the_file_ends_with_a_newline() {
        let json = json("2026-08-14T21:59:59Z");
        assert!(!json.contains('@') && json.ends_with("}\n"), "{json}");
        assert!(json.contains("\"phase\": \"asking\""), "{json}");
    }
}
