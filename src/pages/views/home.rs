//! Home: where the round stands in a sentence, what waits for whom, and what happened last.

use std::iter::Sum;
use std::sync::Arc;

use serde::Serialize;

use super::super::glances::{Glance, Lines};
use super::super::labels::{self, Label};
use super::common::{BriefItem, Link, Marks, Moment, PersonView};
use super::findings::{self, FindingView, UnreadView};
use super::frame::{NextDate, dates};
use super::scope::{RoundScope, SiteScope};
use super::survey_state::SurveyState;
use super::waiting::{WaitGroup, in_short, missing_hubs};
use crate::finding::Severity;
use crate::model::{Item, ListFile, Phase, Product, Round, Status};
use crate::theme::Long;

/// `/index.html`.
#[derive(Clone, Debug, Serialize)]
pub struct HomeView {
    /// The round whose week runs or is next, or the last one.
    pub lead: Option<RoundHome>,
    /// All other rounds that are not decided.
    pub open: Vec<RoundLine>,
    /// The rounds that are decided, the latest first.
    pub decided: Vec<RoundLine>,
    /// Rounds whose round.toml cannot be read.
    pub unread: Vec<UnreadView>,
}

/// A round's own home, and the better part of the site's.
#[derive(Clone, Debug, Serialize)]
pub struct RoundHome {
    /// Its title.
    pub title: String,
    /// Where the round stands.
    pub sentence: String,
    /// The dates of the round, in their order.
    pub dates: Vec<NextDate>,
    /// What waits for whom.
    pub waits: Vec<WaitGroup>,
    /// How many products the round has.
    pub products: usize,
    /// One for each product, in the order of round.toml, as HTML: what the component `card` makes.
    pub cards: Long,
    /// How many items are started and not finished.
    pub promised: usize,
    /// One for each of them, as HTML: what the component `row` makes.
    pub promises: Long,
    /// What is started is not a promise any more but a debt: the week is over.
    pub is_over: bool,
    /// Where the survey stands.
    pub survey: SurveyState,
    /// The last changes, the newest first.
    pub changes: Vec<ChangeView>,
    /// Errors in files that have no page of their own.
    pub problems: Vec<FindingView>,
    /// Lists that cannot be read: nothing of them is counted here.
    pub unreadable: Vec<Link>,
    /// How many items there are of each status.
    pub counts: Counts,
}

/// How many items there are, and how far they are.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Counts {
    /// How many items were asked for.
    pub listed: usize,
    /// Neither started nor skipped.
    pub submitted: usize,
    /// Skipped.
    pub skipped: usize,
    /// Started and not finished.
    pub started: usize,
    /// Done and not signed off.
    pub done: usize,
    /// Signed off by their owners.
    pub signed_off: usize,
    /// How many are done or signed off.
    pub finished: usize,
}

/// What the component `card` gets.
#[derive(Clone, Debug, Serialize)]
pub struct CardView {
    /// The product.
    pub card: ProductCard,
    /// The way to the site's top: put it before each address.
    pub root: &'static str,
}

/// A product at one glance.
#[derive(Clone, Debug, Serialize)]
pub struct ProductCard {
    /// Its name.
    pub name: String,
    /// Its address, from the site's top.
    pub href: String,
    /// The product's manager.
    pub manager: PersonView,
    /// `missing`, `refused`, `empty` or `there`.
    pub list: &'static str,
    /// The item at the top.
    pub first: Option<BriefItem>,
    /// The marks of the list.
    pub marks: Marks,
    /// How many hubs agree.
    pub agreed: usize,
    /// How many hubs must agree.
    pub must_agree: usize,
    /// The hubs that do not agree yet.
    pub missing_hubs: Vec<String>,
    /// Errors in its list.
    pub errors: usize,
    /// Where it is edited, with its line.
    pub edit: Option<String>,
}

/// A status that changed.
#[derive(Clone, Debug, Serialize)]
pub struct ChangeView {
    /// Its title.
    pub title: String,
    /// Its address, from the site's top.
    pub href: String,
    /// The product's name.
    pub product: String,
    /// What it was before; none when it was new.
    pub from: Option<Label>,
    /// What it became.
    pub to: Label,
    /// When.
    pub at: Moment,
}

/// A round in one line.
#[derive(Clone, Debug, Serialize)]
pub struct RoundLine {
    /// Its title.
    pub title: String,
    /// Its address, from the site's top.
    pub href: String,
    /// The phase it is in.
    pub phase: Label,
    /// `27 to 31 July 2026`.
    pub week: String,
    /// How many items are started and not finished.
    pub open_promises: usize,
    /// How many lists cannot be read: nothing of them is counted here.
    pub unreadable: usize,
    /// Where the survey stands.
    pub survey: SurveyState,
    /// How many items there are of each status.
    pub counts: Counts,
}

impl HomeView {
    /// `home` is that of the round which leads.
    pub fn of(scope: SiteScope, home: Option<RoundHome>) -> HomeView {
        let others = || {
            let lead = scope.lead().map(|lead| &lead.round.slug);
            let mut rounds = scope.rounds();
            rounds.retain(|round| Some(&round.round.slug) != lead);
            rounds.into_iter().rev()
        };
        HomeView {
            lead: home,
            open: others()
                .filter(|round| !round.round.is_decided())
                .map(|round| RoundLine::of(&round))
                .collect(),
            decided: others()
                .filter(|round| round.round.is_decided())
                .map(|round| RoundLine::of(&round))
                .collect(),
            unread: scope
                .input
                .site
                .unread
                .iter()
                .map(|round| UnreadView::of(round, scope))
                .collect(),
        }
    }
}

impl RoundHome {
    /// `glances` are those of the products of the same round.
    pub fn of(scope: &RoundScope, glances: &Arc<[Arc<Glance>]>) -> RoundHome {
        let round = scope.round;
        let counts = glances.iter().map(|glance| glance.counts).sum();
        RoundHome {
            title: round.title.clone(),
            sentence: sentence(&counts, scope),
            dates: dates(scope),
            waits: in_short(glances.iter().flat_map(|glance| &glance.deeds), scope),
            products: glances.len(),
            cards: Lines::of_cards(glances, scope.way),
            promised: glances.iter().map(|glance| glance.promises.len()).sum(),
            promises: Lines::of_promises(glances, scope.way),
            is_over: scope.is_over(),
            survey: SurveyState::of(scope),
            changes: changes(scope, 8),
            problems: orphans(scope),
            unreadable: scope.unreadable(),
            counts,
        }
    }
}

impl Counts {
    pub fn of<'a>(items: impl Iterator<Item = &'a Item>) -> Counts {
        let mut counts = Counts::default();
        for item in items {
            counts.listed += 1;
            match item.status {
                Status::Submitted | Status::Other(_) => counts.submitted += 1,
                Status::Skipped => counts.skipped += 1,
                Status::Started => counts.started += 1,
                Status::Done => counts.done += 1,
                Status::SignedOff => counts.signed_off += 1,
            }
        }
        counts.finished = counts.done + counts.signed_off;
        counts
    }

    /// Of all items of a round.
    pub fn of_round(round: &Round) -> Counts {
        Counts::of(round.items().map(|(_, item)| item))
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Counts>>(all: I) -> Counts {
        all.fold(Counts::default(), |sum, it| Counts {
            listed: sum.listed + it.listed,
            submitted: sum.submitted + it.submitted,
            skipped: sum.skipped + it.skipped,
            started: sum.started + it.started,
            done: sum.done + it.done,
            signed_off: sum.signed_off + it.signed_off,
            finished: sum.finished + it.finished,
        })
    }
}

impl RoundLine {
    pub fn of(scope: &RoundScope) -> RoundLine {
        let (first, last) = scope.round.week();
        let counts = Counts::of_round(scope.round);
        RoundLine {
            title: scope.round.title.clone(),
            href: scope.href("index.html"),
            phase: labels::phase(scope.phase, scope.words),
            week: scope.words.days(first, last),
            open_promises: if scope.has_begun() { counts.started } else { 0 },
            unreadable: scope.unreadable().len(),
            survey: SurveyState::of(scope),
            counts,
        }
    }
}

/// One sentence for where the round stands.
pub fn sentence(counts: &Counts, scope: &RoundScope) -> String {
    let words = scope.words;
    let dates = &scope.round.dates;
    let finished =
        |key: &str| words.part(key, counts.finished, ("whole.items", counts.listed), &[]);
    let started = |key: &str| words.count(key, counts.started, &[]);
    let (first, last) = scope.round.week();
    let key = match scope.phase {
        Phase::Inviting if scope.now() < dates.invitation.letters_go() => "phase.inviting.ahead",
        Phase::Week if scope.today == last => "phase.week.last_day",
        Phase::Week => "phase.week.sentence",
        Phase::Decided if scope.round.decision.as_ref().is_some_and(|d| d.outcome.is_none()) => {
            "phase.decided.without_outcome"
        }
        phase => {
            let unasked = SurveyState::of(scope).unasked(phase);
            &format!("phase.{}.{}", phase.word(), unasked.unwrap_or("sentence"))
        }
    };
    let outcome = scope.round.decision.as_ref().and_then(|decision| decision.outcome.as_ref());
    let day = first.until(scope.today).map_or(1, |span| span.get_days() + 1);
    words.text(
        key,
        &[
            ("invitation", &scope.when(&dates.invitation).long),
            ("invitation_away", &scope.when(&dates.invitation).away),
            ("lists_due", &scope.deadline(&dates.lists_due).long),
            ("lists_due_away", &scope.deadline(&dates.lists_due).away),
            ("week", &words.days(first, last)),
            ("week_away", &words.away(scope.today, first)),
            ("day", &day.to_string()),
            ("days", &(first.until(last).map_or(0, |span| span.get_days()) + 1).to_string()),
            ("items", &words.count("whole.items", counts.listed, &[])),
            ("are_finished", &finished("phase.are_finished")),
            ("were_finished", &finished("phase.were_finished")),
            ("more_promised", &started("phase.more_promised")),
            ("still_open", &started("phase.still_open")),
            ("opens", &scope.when(&dates.survey_opens).long),
            ("closes", &scope.when(&dates.survey_closes).long),
            (
                "outcome",
                &outcome.map_or(String::new(), |o| labels::outcome_sentence(&o.value, words)),
            ),
        ],
    )
}

impl ProductCard {
    pub fn of(product: &Product, scope: &RoundScope) -> ProductCard {
        let items = product.items();
        let missing = missing_hubs(product, scope);
        let must_agree = scope.hubs_of(product).len();
        ProductCard {
            name: product.name.clone(),
            href: scope.list_href(product),
            manager: PersonView::of(&product.manager, scope),
            list: list_state(product),
            first: items.first().map(|item| BriefItem::of(item, scope)),
            marks: Marks::of(product, scope),
            agreed: if product.list.list().is_some() { must_agree - missing.len() } else { 0 },
            must_agree,
            missing_hubs: missing.into_iter().map(str::to_owned).collect(),
            errors: errors(product, scope),
            edit: scope.edit_list(product),
        }
    }
}

/// How many errors there are in a product's list.
pub fn errors(product: &Product, scope: &RoundScope) -> usize {
    findings::of_file(&product.list_path, scope.site)
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count()
}

/// What there is of a product's list.
pub fn list_state(product: &Product) -> &'static str {
    match &product.list {
        ListFile::Missing => "missing",
        ListFile::Refused => "refused",
        ListFile::Read(list) if list.items.is_empty() => "empty",
        ListFile::Read(_) => "there",
    }
}

/// The last changes of status, newest first. The first status of a new item is no news.
pub fn changes(scope: &RoundScope, most: usize) -> Vec<ChangeView> {
    scope
        .round
        .history
        .changes
        .iter()
        .rev()
        .filter(|change| change.from.is_some() || change.to != Status::Submitted)
        .filter_map(|change| {
            let (product, item) = scope.round.item_near(&change.product, &change.r#ref)?;
            Some(ChangeView {
                title: item.title.clone(),
                href: scope.item_href(&item.address),
                product: product.name.clone(),
                from: change.from.as_ref().map(|from| labels::status(from, scope.words)),
                to: labels::status(&change.to, scope.words),
                at: scope.moment(change.at),
            })
        })
        .take(most)
        .collect()
}

/// Errors of this round that no list page shows.
fn orphans(scope: &RoundScope) -> Vec<FindingView> {
    let mut found = findings::in_folder(&scope.round.folder, scope.site);
    found.retain(|finding| {
        finding.severity == "error"
            && !scope.round.products.iter().any(|product| *product.list_path == finding.path)
    });
    found
}
