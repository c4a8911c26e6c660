//! What views are made with: the site and its words, and of a round its phase and its today.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::super::{Input, links, markup, prose};
use super::common::{Link, Moment};
use crate::model::{ListFile, Phase, Product, Prose, Round, When};
use crate::theme::Words;

/// The whole site.
#[derive(Clone, Copy)]
pub struct SiteScope<'a> {
    pub input: Input<'a>,
    pub words: &'a Words,
    /// The words that prose puts between people's own.
    pub prose: &'a prose::Words,
}

/// One round of it, at one instant.
#[derive(Clone, Copy)]
pub struct RoundScope<'a> {
    pub site: SiteScope<'a>,
    pub words: &'a Words,
    pub round: &'a Round,
    pub phase: Phase,
    /// The day it is in the round's zone.
    pub today: Date,
    /// The way from the page to the site's top.
    pub way: &'static str,
}

impl<'a> SiteScope<'a> {
    pub fn new(input: Input<'a>, prose: &'a prose::Words) -> SiteScope<'a> {
        SiteScope { input, words: input.theme.words(), prose }
    }

    pub fn round(self, round: &'a Round) -> RoundScope<'a> {
        let now = self.input.now;
        RoundScope {
            site: self,
            words: self.words,
            round,
            phase: Phase::of(round, now),
            today: now.to_zoned(round.zone.zone.clone()).date(),
            way: "../",
        }
    }

    /// All rounds, the earliest week first.
    pub fn rounds(self) -> Vec<RoundScope<'a>> {
        let mut rounds: Vec<&Round> = self.input.site.rounds.iter().collect();
        rounds.sort_by_key(|round| (round.dates.week_first.start(), &round.slug));
        rounds.into_iter().map(|round| self.round(round)).collect()
    }

    /// The round home leads with: the one whose week runs, or the next one to come, or else the
    /// last one there was.
    pub fn lead(self) -> Option<RoundScope<'a>> {
        let rounds = self.rounds();
        let now = self.input.now;
        rounds
            .iter()
            .find(|scope| now < scope.round.dates.week_last.end() && !scope.round.is_decided())
            .or_else(|| rounds.last())
            .copied()
    }

    /// The zone for what belongs to no round.
    pub fn zone(self) -> TimeZone {
        self.lead().map_or(TimeZone::UTC, |scope| scope.round.zone.zone.clone())
    }

    /// Where a file can be edited, at that line.
    pub fn edit(self, path: &str, line: Option<u32>) -> Option<String> {
        let repository = self.input.site.settings.repository.as_deref()?;
        let line = line.map(|line| format!("#L{line}")).unwrap_or_default();
        Some(format!("{repository}{}{line}", links::encode(path)))
    }
}

impl<'a> RoundScope<'a> {
    pub fn now(&self) -> Timestamp {
        self.site.input.now
    }

    /// The address of a page of this round, from the site's top.
    pub fn href(&self, file: &str) -> String {
        self.address(&[file])
    }

    pub fn list_href(&self, product: &Product) -> String {
        self.address(&["lists/", &product.key, ".html"])
    }

    pub fn item_href(&self, r#ref: &str) -> String {
        self.address(&["items/", r#ref, ".html"])
    }

    fn address(&self, parts: &[&str]) -> String {
        links::encode(&[&[self.round.slug.as_str(), "/"], parts].concat().concat())
    }

    pub fn zoned(&self, at: Timestamp) -> Zoned {
        at.to_zoned(self.round.zone.zone.clone())
    }

    pub fn moment(&self, at: Timestamp) -> Moment {
        Moment::at(&self.zoned(at), self.today, self.words)
    }

    pub fn when(&self, when: &When) -> Moment {
        if when.bare {
            Moment::on(when.date(), self.today, self.words)
        } else {
            Moment::at(&when.at, self.today, self.words)
        }
    }

    /// A deadline that passes where its date begins: whoever knew the day alone would be late by it.
    pub fn deadline(&self, when: &When) -> Moment {
        Moment::at(&when.at, self.today, self.words)
    }

    /// Where a file of the round can be edited, if it `is_there` or could not be read: a forge has
    /// nothing to open in the place of one that is missing.
    pub fn edit(&self, path: &str, is_there: bool) -> Option<String> {
        let is_there = is_there || self.round.files.contains(path);
        self.site.edit(path, None).filter(|_| is_there)
    }

    /// Where the list of a product can be edited, if there is one.
    pub fn edit_list(&self, product: &Product) -> Option<String> {
        self.edit(&product.list_path, !matches!(product.list, ListFile::Missing))
    }

    /// The same for a page that lies elsewhere: views hold addresses from the site's top, but
    /// links inside free text are whole and need to know the way there.
    pub fn on_page(self, way: &'static str) -> RoundScope<'a> {
        RoundScope { way, ..self }
    }

    /// Free text as HTML: its ids begin with `id`, its headings at that level.
    pub fn html(&self, prose: &Prose, id: &str, heading: u8) -> String {
        markup::html(self, prose, markup::Spot { way: self.way, id, heading })
    }

    /// The value of a fact in the file `from` as HTML, with its links and emphasis.
    pub fn inline(&self, written: &str, from: &str) -> String {
        markup::inline(self, written, from)
    }

    /// The hubs that must agree to the list of a product.
    pub fn hubs_of(&self, product: &'a Product) -> Vec<&'a str> {
        let hubs = if product.hubs.is_empty() { &self.round.hubs } else { &product.hubs };
        hubs.iter().map(|hub| hub.value.as_str()).collect()
    }

    /// The lists that cannot be read, so that nobody can say what stands on them.
    pub fn unreadable(&self) -> Vec<Link> {
        let products = self.round.products.iter();
        let refused = products.filter(|product| matches!(product.list, ListFile::Refused));
        refused.map(|product| Link::to_list(product, self)).collect()
    }

    /// Whether the week has begun, so that a status means something.
    pub fn has_begun(&self) -> bool {
        self.now() >= self.round.dates.week_first.start()
    }

    pub fn is_over(&self) -> bool {
        self.now() >= self.round.dates.week_last.end()
    }

    pub fn lists_are_in(&self) -> bool {
        self.now() >= self.round.dates.lists_due.start()
    }
}
