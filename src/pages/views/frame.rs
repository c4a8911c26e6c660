//! What stands on every page: the site, the round with its phase and next date, where we are.

use serde::Serialize;

use super::super::labels::{self, Label};
use super::super::links;
use super::common::{Link, Moment};
use super::scope::{RoundScope, SiteScope};
use crate::model::Phase;
use crate::theme::{Prepared, Text};

/// Everything a template gets: `site`, `round`, `page` and the page's own `view`.
#[derive(Clone, Debug, Serialize)]
pub struct PageView<'a, V> {
    /// The site.
    pub site: &'a Prepared<Frame>,
    /// The round this page belongs to; none on pages above all rounds.
    pub round: Option<&'a Prepared<RoundHead>>,
    /// This page.
    pub page: &'a Here,
    /// What stands above and below.
    pub around: &'a Around,
    /// What only this kind of page shows: see its template.
    pub view: V,
}

/// What stands in the head of a page, above and below it. It is the same on all pages of a round that lie equally deep
/// and that it does not lead to, so it is made once for all of them.
#[derive(Clone, Debug, Serialize)]
pub struct Around {
    /// What `head.html` makes, as HTML.
    pub head: Prepared<String>,
    /// What `header.html` makes, as HTML.
    pub header: Prepared<String>,
    /// What `links.html` makes, as HTML.
    pub links: Prepared<String>,
    /// What `fresh.html` makes, as HTML.
    pub fresh: Prepared<String>,
}

/// What `head.html`, `header.html`, `links.html` and `fresh.html` get.
#[derive(Clone, Debug, Serialize)]
pub struct AroundView<'a> {
    /// The site.
    pub site: &'a Prepared<Frame>,
    /// The round the page belongs to; none on pages above all rounds.
    pub round: Option<&'a Prepared<RoundHead>>,
    /// The page.
    pub page: Whereabouts<'a>,
}

/// Where a page is.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Whereabouts<'a> {
    /// From the site's top, as an address; empty on the many pages that no other page leads to by
    /// these links.
    pub path: &'a str,
    /// The way to the site's top: put it before each address.
    pub root: &'a str,
}

/// The site.
#[derive(Clone, Debug, Serialize)]
pub struct Frame {
    /// The site's title.
    pub title: String,
    /// `en`.
    pub language: String,
    /// `ltr` or `rtl`.
    pub direction: String,
    /// Where the site is, with a slash at its end.
    pub base_url: String,
    /// Where to go with what cannot wait.
    pub support: Option<String>,
    /// From the site's top.
    pub style: String,
    /// From the site's top.
    pub script: String,
    /// From the site's top.
    pub icon: String,
    /// A whole address, because that is what link previews want.
    pub picture: Option<String>,
    /// The commit the content comes from, where git knows it.
    pub commit: Option<CommitView>,
    /// The lead round's home, where there is a round.
    pub lead: Option<Link>,
}

/// The last commit.
#[derive(Clone, Debug, Serialize)]
pub struct CommitView {
    /// The first letters of its id.
    pub short: String,
    /// When it was made.
    pub at: Moment,
}

/// This page.
#[derive(Clone, Debug, Serialize)]
pub struct Here {
    /// From the site's top, as an address.
    pub path: Text,
    /// The way to the site's top: put it before each address.
    pub root: String,
    /// Its title.
    pub title: Text,
    /// Its title with that of the round and of the site, for a window or a bookmark.
    pub full_title: Text,
    /// For link previews and search engines: one sentence.
    pub description: Text,
    /// The whole address.
    pub url: Text,
    /// Where what this page shows is edited.
    pub edit: Option<Text>,
    /// The template's name without its ending.
    pub kind: &'static str,
}

/// The round a page belongs to.
#[derive(Clone, Debug, Serialize)]
pub struct RoundHead {
    /// The folder's name.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Its address, from the site's top.
    pub href: String,
    /// The phase it is in.
    pub phase: Label,
    /// `27 to 31 July 2026`.
    pub week: String,
    /// The date that comes next.
    pub next: Option<NextDate>,
    /// As written: `Europe/Zurich`.
    pub zone: String,
    /// The pages people open most.
    pub main: Vec<Link>,
    /// The lists, product by product; none where there are more than a reader would look through,
    /// because the round's home has them all.
    pub lists: Vec<Link>,
    /// All others.
    pub more: Vec<Link>,
    /// The address of the feed, from the site's top.
    pub feed: String,
    /// The address of the calendar, from the site's top.
    pub calendar: String,
    /// The address of round.json, from the site's top.
    pub data: String,
}

/// More lists than these on every page would be most of the site.
const MOST_LISTS: usize = 24;

/// A date of the round.
#[derive(Clone, Debug, Serialize)]
pub struct NextDate {
    /// `lists_due`, for the words.
    pub key: &'static str,
    /// What happens then.
    pub label: String,
    /// When.
    pub at: Moment,
    /// Whether it is over.
    pub past: bool,
}

impl Frame {
    pub fn of(scope: SiteScope) -> Frame {
        let settings = &scope.input.site.settings;
        let theme = scope.input.theme;
        let asset = |name: &str| theme.asset(name).unwrap_or_default().to_owned();
        let zone = scope.zone();
        Frame {
            title: settings.title.clone(),
            language: scope.words.language().to_owned(),
            direction: scope.words.direction(),
            base_url: settings.base_url.clone(),
            support: settings.support.clone(),
            style: asset("style.css"),
            script: asset("script.js"),
            icon: asset("favicon.svg"),
            picture: theme.asset("preview.png").map(|path| format!("{}{path}", settings.base_url)),
            commit: scope.input.site.last_commit.as_ref().map(|commit| {
                let at = commit.at.to_zoned(zone.clone());
                let today = scope.input.now.to_zoned(zone).date();
                CommitView {
                    short: commit.id.chars().take(7).collect(),
                    at: Moment::at(&at, today, scope.words),
                }
            }),
            lead: scope
                .lead()
                .map(|lead| Link::new(lead.href("index.html"), lead.round.title.as_str())),
        }
    }
}

impl RoundHead {
    pub fn of(scope: &RoundScope) -> RoundHead {
        let round = scope.round;
        let link = |name: &str| {
            let text = scope.words.text(&format!("nav.{}", name.replace('-', "_")), &[]);
            Link::new(scope.href(&format!("{name}.html")), text)
        };
        let mut more: Vec<Link> =
            ["invitation", "rules", "faq", "calls", "leftovers", "survey", "wall"].map(link).into();
        more.extend(
            super::super::other_pages(round)
                .into_iter()
                .map(|(page, file)| Link::new(scope.href(&file), page.title.as_str())),
        );
        let (first, last) = round.week();
        RoundHead {
            slug: round.slug.clone(),
            title: round.title.clone(),
            href: scope.href("index.html"),
            phase: labels::phase(scope.phase, scope.words),
            week: scope.words.days(first, last),
            next: next_date(scope),
            zone: round.zone.zone.iana_name().unwrap_or("UTC").to_owned(),
            main: ["side-by-side", "people", "results"].map(link).into(),
            lists: round
                .products
                .iter()
                .filter(|_| round.products.len() <= MOST_LISTS)
                .map(|product| Link::to_list(product, scope))
                .collect(),
            more,
            feed: scope.href("feed.xml"),
            calendar: scope.href("calendar.ics"),
            data: scope.href("round.json"),
        }
    }
}

impl RoundHead {
    /// Whether one of the links above and below leads to that page.
    pub fn leads_to(&self, path: &str) -> bool {
        let links = self.main.iter().chain(&self.lists).chain(&self.more);
        self.href == path || links.into_iter().any(|link| &*link.href == path)
    }
}

impl Here {
    pub fn new(path: &str, kind: &'static str, title: String, scope: SiteScope) -> Here {
        let base_url = &scope.input.site.settings.base_url;
        let address = links::encode(path);
        // A host shows its 404 page at any depth, so that page alone counts from the host's top.
        let root = if kind == "404" { links::base_path(base_url) } else { links::way_up(path) };
        Here {
            url: format!("{base_url}{address}").into(),
            path: address.into(),
            root,
            full_title: Text::default(),
            title: title.into(),
            description: Text::default(),
            edit: None,
            kind,
        }
    }

    pub fn about(self, description: impl Into<Text>) -> Here {
        Here { description: description.into(), ..self }
    }

    pub fn edited_at(self, edit: Option<impl Into<Text>>) -> Here {
        Here { edit: edit.map(Into::into), ..self }
    }

    /// The title for a window that shows nothing else: with that of the round and of the site.
    pub fn within(self, round: Option<&str>, site: &str) -> Here {
        let around = round.into_iter().chain([site]).filter(|title| *title != &*self.title);
        let full_title = around.fold(self.title.to_string(), |full, title| full + " · " + title);
        Here { full_title: full_title.into(), ..self }
    }
}

/// The dates of a round, in their order.
pub fn dates(scope: &RoundScope) -> Vec<NextDate> {
    let dates = &scope.round.dates;
    let mut all = vec![
        ("invitation", &dates.invitation),
        ("lists_due", &dates.lists_due),
        ("week_first", &dates.week_first),
        ("week_last", &dates.week_last),
        ("survey_opens", &dates.survey_opens),
        ("survey_closes", &dates.survey_closes),
    ];
    all.sort_by_key(|(_, when)| when.start());
    let now = scope.now();
    all.into_iter()
        .map(|(key, when)| NextDate {
            key,
            label: scope.words.text(&format!("dates.{key}"), &[]),
            at: if key == "lists_due" { scope.deadline(when) } else { scope.when(when) },
            // A last or closing day counts until it is over, and a letter is out once it goes.
            past: match key {
                "week_last" | "survey_closes" => now >= when.end(),
                "invitation" | "survey_opens" => now >= when.letters_go(),
                _ => now >= when.start(),
            },
        })
        .collect()
}

fn next_date(scope: &RoundScope) -> Option<NextDate> {
    if scope.phase == Phase::Decided {
        return None;
    }
    dates(scope).into_iter().find(|date| !date.past)
}
