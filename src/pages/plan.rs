//! Which files a site has, and where. Nothing is rendered for it, so that a page can be made alone.

use std::collections::HashMap;

use super::{other_pages, targets};
use crate::model::{Ref, Round, Site};
use crate::theme::Theme;

/// The files of a site, in the order of their paths.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    files: Vec<(String, Sheet)>,
}

/// What a file shows. Numbers count within the site, the round, the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sheet {
    Asset(usize),
    Copy(usize),
    Built,
    Sitemap,
    Home,
    Archive,
    Lost,
    Unread(usize),
    Round(usize, Part),
}

/// What a file of a round shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Index,
    SideBySide,
    People,
    Calls,
    Leftovers,
    Wall,
    Survey,
    Results,
    Rules,
    Feed,
    Calendar,
    Data,
    Invitation,
    Faq,
    Page(usize),
    List(usize),
    Item(usize, usize),
}

/// The files that every round has.
const OF_A_ROUND: [(&str, Part); 14] = [
    ("index.html", Part::Index),
    ("side-by-side.html", Part::SideBySide),
    ("people.html", Part::People),
    ("calls.html", Part::Calls),
    ("leftovers.html", Part::Leftovers),
    ("wall.html", Part::Wall),
    ("survey.html", Part::Survey),
    ("results.html", Part::Results),
    ("rules.html", Part::Rules),
    ("feed.xml", Part::Feed),
    ("calendar.ics", Part::Calendar),
    ("round.json", Part::Data),
    ("invitation.html", Part::Invitation),
    ("faq.html", Part::Faq),
];

impl Plan {
    /// All files of a site.
    pub fn of(site: &Site, theme: &Theme) -> Plan {
        let mut files = Files::default();
        for (number, path) in theme.assets().keys().enumerate() {
            files.add(path.clone(), Sheet::Asset(number));
        }
        files.add("index.html".to_owned(), Sheet::Home);
        files.add("archive.html".to_owned(), Sheet::Archive);
        files.add("404.html".to_owned(), Sheet::Lost);
        for (number, round) in in_order(site) {
            files.round(number, round);
        }
        for (number, round) in site.unread.iter().enumerate() {
            files.add(format!("{}/index.html", round.slug), Sheet::Unread(number));
        }
        for (number, file) in site.files.iter().enumerate() {
            files.add(targets::copied(site, file), Sheet::Copy(number));
        }
        files.add("built.json".to_owned(), Sheet::Built);
        files.add("sitemap.xml".to_owned(), Sheet::Sitemap);
        let mut files: Vec<(String, Sheet)> = files.by_key.into_values().collect();
        files.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Plan { files }
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Where the files are.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|(path, _)| path.as_str())
    }

    /// The number of the file at a path.
    pub fn find(&self, path: &str) -> Option<usize> {
        self.files.binary_search_by(|(known, _)| known.as_str().cmp(path)).ok()
    }

    /// The source of a file that is made from one source before all, by its path relative to the
    /// root: of an item, its list.
    pub fn source<'s>(&self, number: usize, site: &'s Site) -> Option<&'s str> {
        let path = match self.files[number].1 {
            Sheet::Unread(round) => &site.unread[round].place.path,
            Sheet::Round(round, part) => {
                let round = &site.rounds[round];
                match part {
                    Part::List(product) | Part::Item(product, _) => {
                        &round.products[product].list_path
                    }
                    Part::Page(number) => &other_pages(round).get(number)?.0.place.path,
                    Part::Invitation => &round.invitation.as_ref()?.place.path,
                    Part::Faq => &round.faq.as_ref()?.place.path,
                    Part::Survey => &round.survey.as_ref()?.place.path,
                    Part::Results => &round.decision.as_ref()?.place.path,
                    _ => &round.place.path,
                }
            }
            _ => return None,
        };
        Some(path)
    }

    pub(super) fn file(&self, number: usize) -> (&str, Sheet) {
        let (path, sheet) = &self.files[number];
        (path, *sheet)
    }

    /// Whether a file takes long, because it shows a whole round.
    pub(super) fn is_large(&self, number: usize) -> bool {
        !matches!(
            self.files[number].1,
            Sheet::Asset(_)
                | Sheet::Copy(_)
                | Sheet::Round(_, Part::Page(_) | Part::List(_) | Part::Item(..))
        )
    }
}

/// The rounds with their numbers, the earliest week first.
fn in_order(site: &Site) -> Vec<(usize, &Round)> {
    let mut rounds: Vec<(usize, &Round)> = site.rounds.iter().enumerate().collect();
    rounds.sort_by_key(|(_, round)| (round.dates.week_first.start(), &round.slug));
    rounds
}

#[derive(Default)]
struct Files {
    /// By path with its case folded: on some disks two names that differ by case are one file.
    by_key: HashMap<String, (String, Sheet)>,
}

impl Files {
    /// What is there first stays: a second item of the same ref is a finding, not a page.
    fn add(&mut self, path: String, sheet: Sheet) {
        self.by_key.entry(Ref::key(&path)).or_insert((path, sheet));
    }

    fn round(&mut self, number: usize, round: &Round) {
        let slug = &round.slug;
        let mut add = |file: String, part| self.add(file, Sheet::Round(number, part));
        for (name, part) in OF_A_ROUND {
            add(format!("{slug}/{name}"), part);
        }
        for (page, (_, file)) in other_pages(round).into_iter().enumerate() {
            add(format!("{slug}/{file}"), Part::Page(page));
        }
        for (index, product) in round.products.iter().enumerate() {
            add(format!("{slug}/lists/{}.html", product.key), Part::List(index));
            for (place, item) in product.items().iter().enumerate() {
                add(format!("{slug}/items/{}.html", item.address), Part::Item(index, place));
            }
        }
    }
}
