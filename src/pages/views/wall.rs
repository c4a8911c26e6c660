//! The wall: what can be read from four metres.

use serde::Serialize;

use super::common::Marks;
use super::frame::{NextDate, dates};
use super::home::{Counts, list_state, sentence};
use super::row::Row;
use super::scope::RoundScope;
use super::survey_state::SurveyState;
use crate::model::Status;

/// `wall.html`.
#[derive(Clone, Debug, Serialize)]
pub struct WallView {
    /// Where the round stands, in one sentence.
    pub sentence: String,
    /// The date that comes next.
    pub next: Option<NextDate>,
    /// One for each product of the round, in the order of round.toml, as many as a wall can hold.
    pub products: Vec<WallProduct>,
    /// How many more products there are than are shown.
    pub more_products: usize,
    /// Whether there are so many that two of them share a line.
    pub dense: bool,
    /// What is being worked on, as much of it as a wall can hold.
    pub started: Vec<Row>,
    /// How many more are started than are shown.
    pub more_started: usize,
    /// Where the survey stands.
    pub survey: SurveyState,
    /// How many items there are of each status.
    pub counts: Counts,
}

/// A product as a strip of the wall.
#[derive(Clone, Debug, Serialize)]
pub struct WallProduct {
    /// Its name.
    pub name: String,
    /// The marks of the list.
    pub marks: Marks,
    /// `missing`, `refused`, `empty` or `there`.
    pub list: &'static str,
}

/// So many products have a line of their own each.
const SPACIOUS: usize = 5;
/// So many can be shown at all, two in a line; or a few less, and how many more there are.
const MOST: usize = 16;

/// How many of so many products are shown.
fn shown(products: usize) -> usize {
    if products > MOST { MOST - 4 } else { products }
}

/// How many of what is promised fit under the marks, in two columns, on a screen of 1920 by 1080.
fn room(products: usize, sentence: &str) -> usize {
    let further_lines = sentence.chars().count() / LINE;
    let strips = if products <= SPACIOUS {
        products * 92
    } else if products <= MOST {
        products.div_ceil(2) * 59
    } else {
        // With the line that counts the others.
        shown(products) / 2 * 59 + 73
    };
    let pixels = 585usize.saturating_sub(strips + further_lines * 56);
    (pixels / 52).clamp(1, 8) * 2
}

/// So many letters of the sentence surely fit into a line of it.
const LINE: usize = 90;

impl WallView {
    pub fn of(scope: &RoundScope) -> WallView {
        let begun = scope.has_begun();
        let counts = Counts::of_round(scope.round);
        let started =
            || scope.round.items().filter(|(_, item)| begun && item.status == Status::Started);
        let sentence = sentence(&counts, scope);
        let products = &scope.round.products;
        let (shown, room) = (shown(products.len()), room(products.len(), &sentence));
        let more_started = started().count().saturating_sub(room);
        let started =
            started().take(room).map(|(product, item)| Row::of(product, item, scope)).collect();
        WallView {
            sentence,
            next: dates(scope).into_iter().find(|date| !date.past),
            dense: products.len() > SPACIOUS,
            more_products: products.len() - shown,
            products: products[..shown]
                .iter()
                .map(|product| WallProduct {
                    name: product.name.clone(),
                    marks: Marks::of(product, scope),
                    list: list_state(product),
                })
                .collect(),
            started,
            more_started,
            survey: SurveyState::of(scope),
            counts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_of_two_lines_leaves_less_room() {
        let (one, two) =
            ("Day 3 of 5.", "The week is over, and there is much more to be said. ".repeat(2));
        assert_eq!((room(4, one), room(4, &two)), (8, 6));
        assert_eq!(room(20, &two), 2);
    }

    #[test]
    fn what_a_wall_cannot_hold_is_counted() {
        assert_eq!([5, 6, 16, 17, 40].map(shown), [5, 6, 16, 12, 12]);
        assert_eq!([5, 6, 16, 40].map(|products| room(products, "")), [4, 14, 4, 6]);
    }
}
