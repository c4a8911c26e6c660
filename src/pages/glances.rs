//! What the home of a round shows of each product. Of a thousand products an edit changes one, so
//! what was made of the others is kept for as long as it would be made alike.

use std::collections::HashMap;
use std::slice;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;

use super::rows::row;
use super::views::{CardView, Counts, Deed, ProductCard, RoundScope, deeds, errors};
use crate::model::{Phase, Product, Status};
use crate::theme::{Broken, Long, Moulds, Parts, Theme};

/// Stands in what templates make here for the way to the site's top, so that it serves the home of
/// the round as well as that of the site. HTML knows no such character, so nobody means it.
const WAY: &str = "\u{fdd0}";

/// A product as home shows it.
#[derive(Debug)]
pub struct Glance {
    seen: Seen,
    /// The path of the list, relative to the root.
    list: Arc<str>,
    /// Its card.
    pub card: Piece,
    /// The rows of what is started and not finished.
    pub promises: Vec<Piece>,
    /// What somebody has to do about it.
    pub deeds: Vec<Deed>,
    /// How far its items are.
    pub counts: Counts,
}

/// HTML that pages of several folders show.
#[derive(Debug, PartialEq, Eq)]
pub struct Piece {
    html: String,
    /// Where in it the way to the site's top belongs.
    ways: Vec<usize>,
}

/// What a glance depends on beside the list, the round and the theme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Seen {
    errors: usize,
    phase: Phase,
    today: Date,
}

/// Which product: the numbers of round and product.
type Key = (usize, usize);

/// The glances that were made. Whoever reads something again lets go of what was made of it.
#[derive(Debug, Default)]
pub struct Glances {
    made: Mutex<HashMap<Key, Arc<Glance>>>,
}

impl Glances {
    /// Lets go of what was made of a list.
    pub fn forget(&self, list: &str) {
        self.made().retain(|_, glance| &*glance.list != list);
    }

    /// All products of a round, whose number that is among the rounds of the site.
    pub(super) fn of(
        &self,
        number: usize,
        scope: &RoundScope,
        moulds: &Moulds,
    ) -> Result<Arc<[Arc<Glance>]>, Broken> {
        let (products, scope) = (scope.round.products.iter().enumerate(), scope.on_page(WAY));
        products
            .map(|(place, product)| self.one((number, place), product, &scope, moulds))
            .collect()
    }

    fn one(
        &self,
        key: Key,
        product: &Product,
        scope: &RoundScope,
        moulds: &Moulds,
    ) -> Result<Arc<Glance>, Broken> {
        let seen = Seen { errors: errors(product, scope), phase: scope.phase, today: scope.today };
        if let Some(glance) = self.made().get(&key).filter(|glance| glance.seen == seen) {
            return Ok(Arc::clone(glance));
        }
        let glance = Arc::new(Glance::of(product, scope, seen, moulds)?);
        self.made().insert(key, Arc::clone(&glance));
        Ok(glance)
    }

    fn made(&self) -> std::sync::MutexGuard<'_, HashMap<Key, Arc<Glance>>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Glance {
    fn of(
        product: &Product,
        scope: &RoundScope,
        seen: Seen,
        moulds: &Moulds,
    ) -> Result<Glance, Broken> {
        let theme: &Theme = scope.site.input.theme;
        let root = scope.way;
        let card = CardView { card: ProductCard::of(product, scope), root };
        let promised = product
            .items()
            .iter()
            .filter(|item| scope.has_begun() && item.status == Status::Started);
        let rows = promised.map(|item| row((product, item), true, scope, moulds));
        Ok(Glance {
            seen,
            list: Arc::clone(&product.list_path),
            card: Piece::of(&theme.component("overview.html", "card", &card)?),
            promises: rows.map(|row| Ok(Piece::of(&row?))).collect::<Result<_, _>>()?,
            deeds: deeds(product, scope).map(|(deed, _)| deed).collect(),
            counts: Counts::of(product.items().iter()),
        })
    }
}

impl Piece {
    /// Of HTML in which the way is a sign.
    fn of(made: &str) -> Piece {
        let mut pieces = made.split(WAY);
        let mut html = pieces.next().unwrap_or_default().to_owned();
        let mut ways = Vec::new();
        for piece in pieces {
            ways.push(html.len());
            html.push_str(piece);
        }
        Piece { html, ways }
    }

    fn length(&self, way: &str) -> usize {
        self.html.len() + self.ways.len() * way.len()
    }

    fn put(&self, way: &str, into: &mut String) {
        let mut from = 0;
        for at in &self.ways {
            into.push_str(&self.html[from..*at]);
            into.push_str(way);
            from = *at;
        }
        into.push_str(&self.html[from..]);
    }
}

/// Pieces of all glances of a round below each other, with the way from a page.
#[derive(Clone, Debug)]
pub struct Lines {
    glances: Arc<[Arc<Glance>]>,
    pieces: fn(&Glance) -> &[Piece],
    way: &'static str,
}

impl Lines {
    /// The cards.
    pub fn of_cards(glances: &Arc<[Arc<Glance>]>, way: &'static str) -> Long {
        Long::of(Lines {
            glances: Arc::clone(glances),
            pieces: |it| slice::from_ref(&it.card),
            way,
        })
    }

    /// The rows of what is started and not finished.
    pub fn of_promises(glances: &Arc<[Arc<Glance>]>, way: &'static str) -> Long {
        Long::of(Lines { glances: Arc::clone(glances), pieces: |it| &it.promises, way })
    }

    fn all(&self) -> impl Iterator<Item = &Piece> {
        self.glances.iter().flat_map(|glance| (self.pieces)(glance))
    }
}

impl Parts for Lines {
    fn length(&self) -> usize {
        let lines = self.all().map(|piece| piece.length(self.way) + 1).sum::<usize>();
        // The last one does not end its line.
        lines.saturating_sub(1)
    }

    fn put(&self, into: &mut String) {
        for (number, piece) in self.all().enumerate() {
            if number > 0 {
                into.push('\n');
            }
            piece.put(self.way, into);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glance(card: &str, promises: &[&str]) -> Arc<Glance> {
        let (errors, phase, today) = (0, Phase::Week, Date::constant(2026, 7, 29));
        Arc::new(Glance {
            seen: Seen { errors, phase, today },
            list: "content/2026-summer/lists/atlas.md".into(),
            card: Piece::of(card),
            promises: promises.iter().map(|html| Piece::of(html)).collect(),
            deeds: Vec::new(),
            counts: Counts::default(),
        })
    }

    fn put(lines: &Long) -> String {
        serde_json::from_value(serde_json::to_value(lines).unwrap()).unwrap()
    }

    #[test]
    fn a_piece_serves_pages_of_every_folder() {
        let link = "<a href=\"\u{fdd0}x.html\">x</a> <a href=\"\u{fdd0}\">home</a>";
        let glances: Arc<[_]> = Arc::new([glance(link, &[]), glance("<p>é</p>", &[link, link])]);
        let cards = |way| put(&Lines::of_cards(&glances, way));
        assert_eq!(cards("../"), "<a href=\"../x.html\">x</a> <a href=\"../\">home</a>\n<p>é</p>");
        assert_eq!(cards(""), "<a href=\"x.html\">x</a> <a href=\"\">home</a>\n<p>é</p>");
        let link = "<a href=\"x.html\">x</a> <a href=\"\">home</a>";
        assert_eq!(put(&Lines::of_promises(&glances, "")), format!("{link}\n{link}"));
    }

    #[test]
    fn lines_know_how_long_they_are() {
        let link = "<a href=\"\u{fdd0}x.html\">é</a>";
        for pieces in [&[][..], &[""], &[link], &[link, "", link]] {
            let glances: Arc<[_]> = Arc::new([glance("", pieces), glance("", &[])]);
            let lines = Lines { glances, pieces: |it| &it.promises, way: "../../" };
            let mut text = String::new();
            lines.put(&mut text);
            assert_eq!(lines.length(), text.len());
        }
    }
}
