//! One reading: from the settings to the rounds, and from a round to its lists.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use super::notes::{NAMES_ARE_ADDRESSES, Notes, SETTINGS_ARE_READ};
use super::tree::{Files, Opened, Tree};
use super::{
    Content, ReadError, decision, guesses, list, page, people, record, round, settings, source,
    survey,
};
use crate::crew;
use crate::finding::{Place, Sources};
use crate::model::{
    Guesses, History, ListFile, Page, People, Product, Ref, Round, Site, StrayList, UnreadRound,
};

/// What has been read so far.
pub(super) struct Reading<'a> {
    files: &'a Files<'a>,
    sources: Sources,
    notes: Notes,
}

impl<'a> Reading<'a> {
    pub fn of(files: &'a Files<'a>) -> Reading<'a> {
        Reading { files, sources: Sources::new(), notes: Notes::default() }
    }

    /// Reads what the settings lead to.
    pub fn all(mut self, settings: settings::Read) -> Result<Content, ReadError> {
        let tree = self.files.walk(&mut self.notes)?;
        let settings_refused = settings.refused;
        let people_file = settings.people.value.trim().replace('\\', "/");
        let people = Arc::new(self.people(&people_file));
        let mut site = Site {
            settings: settings.settings,
            people,
            people_file,
            rounds: Vec::new(),
            unread: Vec::new(),
            last_commit: None,
            files: Vec::new(),
        };
        for folder in &tree.folders {
            self.round(folder, &tree, &mut site);
        }
        site.files = tree
            .below("content")
            .filter(|path| is_attachment(path, &site))
            .map(str::to_owned)
            .collect();
        let Reading { sources, notes, .. } = self;
        let (findings, themes) = (notes.findings, BTreeMap::new());
        Ok(Content { site, findings, sources, settings_refused, themes })
    }

    /// Opens a file of the tree.
    fn open(&mut self, tree: &Tree, path: &str) -> Opened {
        self.files.open_in(tree, path, &mut self.sources, &mut self.notes)
    }

    pub fn settings(&mut self) -> settings::Read {
        let path = "littlethings.toml";
        let opened = self.files.open(path, &mut self.sources, &mut self.notes);
        let refused = matches!(opened, Opened::Refused | Opened::Missing);
        let source = opened.text().unwrap_or_else(|| source::Source::new(path, ""));
        let before = self.notes.findings.len();
        let mut read = settings::read(&source, &mut self.notes);
        read.refused |= refused;
        if refused {
            // One finding says that the file is no text; that its keys are missing follows.
            self.notes.findings.truncate(before);
        }
        read
    }

    fn people(&mut self, name: &str) -> People {
        match self.files.open(name, &mut self.sources, &mut self.notes) {
            Opened::Text(source) => people::read(&source, &mut self.notes),
            Opened::Refused => People::unread(self.notes.place_in(name)),
            Opened::Missing => {
                self.notes.error(SETTINGS_ARE_READ, Place::whole(name), "this file is missing, so nobody is known", format!("make a file `{name}` with a table for each person: `[ana]`, `name`, `mail`, `side`"));
                People::unread(self.notes.place_in(name))
            }
        }
    }

    fn round(&mut self, slug: &str, tree: &Tree, site: &mut Site) {
        let folder = format!("content/{slug}");
        let path = format!("{folder}/round.toml");
        let is_round = tree.has(&path)
            || tree.below(&folder).any(|path| path.starts_with(&format!("{folder}/lists/")));
        if !is_round {
            return;
        }
        if Ref::clean(slug) != slug {
            let clean = round::plain_name(slug, "round");
            self.notes.error(
                NAMES_ARE_ADDRESSES,
                Place::whole(path.as_str()),
                format!("the folder `{slug}` cannot be an address"),
                format!("rename it to `{clean}`"),
            );
            site.unread.push(UnreadRound { slug: clean, place: Place::whole(path) });
            return;
        }
        let opened = self.open(tree, &path);
        if matches!(opened, Opened::Missing) {
            self.notes.error(
                SETTINGS_ARE_READ,
                Place::whole(path.as_str()),
                "this round has lists but no round.toml",
                "write one, with its title, time zone, hubs, dates and products",
            );
        }
        let file = opened
            .text()
            .and_then(|source| round::read(&source, &folder, &site.people, &mut self.notes));
        match file {
            Some(file) => {
                let before = self.notes.findings.len();
                let round = self.files(file, slug, folder, tree, &site.people);
                if round.is_decided() {
                    self.notes.only_hints(before);
                }
                site.rounds.push(round);
            }
            None => {
                let place = self.notes.place_in(&path);
                site.unread.push(UnreadRound { slug: slug.to_owned(), place });
            }
        }
    }

    fn files(
        &mut self,
        file: round::RoundFile,
        slug: &str,
        folder: String,
        tree: &Tree,
        people: &Arc<People>,
    ) -> Round {
        let round::RoundFile {
            title,
            zone,
            coordinators,
            hubs,
            dates,
            limits,
            mut products,
            capacity,
            decision_rule,
        } = file;
        self.products(&mut products, list::Known { people, hubs: &hubs }, tree);
        list::addresses(
            products
                .iter_mut()
                .filter_map(|product| product.list.list_mut())
                .flat_map(|list| &mut list.items)
                .map(|item| (0, item)),
        );
        let (survey, survey_refused) = match self.open(tree, &format!("{folder}/survey.md")) {
            Opened::Text(source) => (Some(survey::read(&source, &mut self.notes)), false),
            Opened::Refused => (None, true),
            Opened::Missing => (None, false),
        };
        let decision = self
            .open(tree, &format!("{folder}/decision.md"))
            .text()
            .map(|source| decision::read(&source, &mut self.notes));
        let record = self
            .open(tree, &format!("{folder}/record.toml"))
            .text()
            .and_then(|source| record::read(&source, &mut self.notes));
        Round {
            slug: slug.to_owned(),
            title,
            zone,
            coordinators,
            hubs,
            dates,
            limits,
            strays: strays(&folder, &products, tree),
            products,
            capacity,
            decision_rule,
            invitation: self.page(&folder, "invitation", tree),
            rules: self.page(&folder, "rules", tree),
            faq: self.page(&folder, "faq", tree),
            pages: self.other_pages(&folder, tree),
            survey,
            survey_refused,
            decision,
            record,
            files: tree.below(&folder).map(str::to_owned).collect::<BTreeSet<String>>(),
            history: History::default(),
            people: people.clone(),
            place: Place::whole(format!("{folder}/round.toml")),
            folder,
        }
    }

    /// Reads the lists and guesses of all products, on all processors where there are many.
    fn products(&mut self, products: &mut [Product], known: list::Known, tree: &Tree) {
        let files = self.files;
        let read = crew::all(products.len(), |number| {
            let mut reading = Reading::of(files);
            let (list, guesses) = reading.product(&products[number], known, tree);
            (list, guesses, reading)
        });
        for (product, (list, guesses, reading)) in products.iter_mut().zip(read) {
            (product.list, product.guesses) = (list, guesses);
            self.sources.extend(reading.sources);
            self.notes.findings.extend(reading.notes.findings);
        }
    }

    fn product(
        &mut self,
        product: &Product,
        known: list::Known,
        tree: &Tree,
    ) -> (ListFile, Option<Guesses>) {
        let list = match self.open(tree, &product.list_path) {
            Opened::Missing => ListFile::Missing,
            Opened::Refused => ListFile::Refused,
            Opened::Text(source) => {
                ListFile::Read(Box::new(list::read(&source, known, &mut self.notes)))
            }
        };
        let guesses = self.open(tree, &product.guesses_path).text();
        (list, guesses.map(|source| guesses::read(&source, &mut self.notes)))
    }

    fn page(&mut self, folder: &str, name: &str, tree: &Tree) -> Option<Page> {
        let path = format!("{folder}/{name}.md");
        let source = self.open(tree, &path).text()?;
        Some(page::read(name, &source, &mut self.notes))
    }

    /// Markdown files directly in the round's folder that are none of the files a round has.
    fn other_pages(&mut self, folder: &str, tree: &Tree) -> Vec<Page> {
        let mut pages = Vec::new();
        for path in tree.below(folder) {
            let Some(name) =
                path.strip_prefix(&format!("{folder}/")).and_then(|file| file.strip_suffix(".md"))
            else {
                continue;
            };
            if name.contains('/')
                || ["invitation", "rules", "faq", "survey", "decision"].contains(&name)
            {
                continue;
            }
            if Ref::clean(name) != name || OWN_PAGES.contains(&name.to_lowercase().as_str()) {
                self.notes.error(
                    NAMES_ARE_ADDRESSES,
                    Place::whole(path),
                    format!("`{name}.md` cannot be a page of its own"),
                    format!("rename it, for example to `{}.md`", free_name(name)),
                );
                continue;
            }
            pages.extend(self.page(folder, name, tree));
        }
        pages
    }
}

/// A name for a page whose own cannot be one.
fn free_name(name: &str) -> String {
    let name = round::plain_name(name, "another");
    if OWN_PAGES.contains(&name.to_lowercase().as_str()) { format!("{name}-page") } else { name }
}

/// Pictures and attachments of a round: whatever is neither Markdown nor settings.
fn is_attachment(path: &str, site: &Site) -> bool {
    let text = path.ends_with(".md") || path.ends_with(".toml");
    !text
        && site
            .rounds
            .iter()
            .any(|round| path.strip_prefix(&round.folder).is_some_and(|rest| rest.starts_with('/')))
}

/// Addresses of a round that are made from other files.
const OWN_PAGES: &[&str] =
    &["index", "side-by-side", "people", "calls", "leftovers", "results", "wall"];

/// Files among the lists and guesses that no product of the round owns.
fn strays(folder: &str, products: &[Product], tree: &Tree) -> Vec<StrayList> {
    let known: HashSet<&str> = products.iter().map(|product| product.key.as_str()).collect();
    ["lists", "guesses"]
        .iter()
        .flat_map(|kind| {
            let below = format!("{folder}/{kind}/");
            tree.below(folder).filter_map(move |path| {
                Some((path.strip_prefix(&below)?.strip_suffix(".md")?.to_owned(), path.to_owned()))
            })
        })
        .filter(|(name, _)| !known.contains(name.as_str()))
        .map(|(name, path)| StrayList { name, place: Place::whole(path) })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_gets_another_word_and_no_other_does() {
        for (name, free) in [
            ("extra page", "extra-page"),
            ("notes.de", "notes-de"),
            ("results", "results-page"),
            ("Results", "Results-page"),
            ("!!!", "another"),
        ] {
            assert_eq!(free_name(name), free);
        }
    }
}
