//! Files in, a site out: everything below `content/` becomes a [`Site`], and what could not be
//! understood as written becomes findings.
//!
//! `tree` opens files, `history` asks git, `source` folds look-alikes, `blocks` asks the Markdown
//! parser, `repair` mends what is surely meant, `outline` cuts entries, and a file for each kind of
//! content turns entries into the model. Nothing here asks for the time or judges a rule.

mod again;
mod blocks;
mod decision;
mod fact;
mod fingerprint;
mod git_folder;
mod guesses;
mod headings;
mod history;
mod list;
mod notes;
mod outline;
mod page;
mod people;
mod record;
mod refs;
mod repair;
mod round;
mod settings;
mod source;
mod survey;
mod toml;
mod tree;
mod zone;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use blake3::Hash;

use crate::crew;
use crate::finding::{Finding, Place, Sources};
use crate::model::{
    Frozen, History, List, ListFile, Page, People, Product, Ref, Round, Settings, Site, StrayList,
    UnreadRound,
};

use history::Asked;
use notes::{NAMES_ARE_ADDRESSES, Notes, SETTINGS_ARE_READ};
use tree::{Files, Opened, Past, Tree};

pub use again::reread_list;
pub use fingerprint::fingerprint;
pub use history::Remembered;
pub use notes::texts;
pub use refs::{Rewrite, add_refs};

/// What reading a repository gives.
#[derive(Debug)]
pub struct Content {
    pub site: Site,
    /// What could not be understood as written, in no particular order.
    pub findings: Vec<Finding>,
    /// The texts that were read, for whoever draws a finding.
    pub sources: Sources,
    /// littlethings.toml could not be read, and what stands in the settings is made up.
    pub settings_refused: bool,
}

/// Why nothing could be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    #[error(
        "there is no littlethings.toml in {path}; `--root DIR` says where it is, \
         and `littlethings init` begins a new one"
    )]
    NoSettings { path: String },
    #[error("cannot read {path}: {source}")]
    Unreadable { path: String, source: std::io::Error },
    #[error("there is nothing to compare with: {because}")]
    NoPast { because: String },
    #[error(
        "git knows no commit `{revision}` here; where the clone is shallow, \
         `git fetch --unshallow` brings the rest (in a workflow: `fetch-depth: 0`)"
    )]
    UnknownRevision { revision: String },
}

/// Reads the repository at `root`, the folder of littlethings.toml.
///
/// # Errors
///
/// When there are no settings or a folder cannot be listed. Everything else is a finding.
pub fn read(root: &Path) -> Result<Content, ReadError> {
    let (content, _, ()) = begin(root, Remembered::default())?.read_beside(|_| ())?;
    Ok(content)
}

/// Begins to read the repository at `root` by asking git, which takes its time. What is remembered
/// from an earlier reading saves asking for as long as the same commit is checked out.
///
/// # Errors
///
/// When there are no settings.
pub fn begin(root: &Path, remembered: Remembered) -> Result<Begun, ReadError> {
    if !root.join("littlethings.toml").exists() {
        return Err(ReadError::NoSettings { path: root.display().to_string() });
    }
    let head = git_folder::head(root);
    let asked = history::ask(root, head.clone(), remembered);
    Ok(Begun { root: root.to_owned(), head, asked })
}

/// A reading that has begun: git has been asked, and no file is read yet.
pub struct Begun {
    root: PathBuf,
    /// The commit that was checked out when git was asked.
    head: Option<String>,
    asked: Asked,
}

impl Begun {
    /// [`fingerprint`] of what is about to be read.
    pub fn fingerprint(&self) -> Option<Hash> {
        fingerprint::at(&self.root, self.head.as_deref()?)
    }

    /// Reads the files while somebody else does the work that waits for nothing but the settings,
    /// and then hears git. What is remembered saves a later reading the asking.
    ///
    /// # Errors
    ///
    /// When a folder cannot be listed. Everything else is a finding.
    pub fn read_beside<T: Send>(
        self,
        work: impl FnOnce(&Settings) -> T + Send,
    ) -> Result<(Content, Remembered, T), ReadError> {
        let (mut content, done) = read_from(Files::Disk(&self.root), work)?;
        let mut remembered = history::hear(self.asked);
        history::fill_in(&self.root, &mut content, &mut remembered);
        Ok((content, remembered, done))
    }
}

/// Reads the repository as a commit left it, without touching a file: `revision` is whatever git
/// takes for one. What stands there has no history of its own but that commit.
///
/// # Errors
///
/// Where there is no git, no repository, or no such commit.
pub fn read_at(root: &Path, revision: &str) -> Result<Content, ReadError> {
    let history::Snapshot { commit, held } = history::snapshot(root, &peelable(revision))?;
    let (mut content, ()) = read_from(Files::Past(Past { held, root }), |_| ())?;
    content.site.last_commit = Some(commit);
    Ok(content)
}

/// `:/text` ends with its text, so that nothing can be asked of the commit behind it. `HEAD^{/text}`
/// is the same among the commits that led here.
fn peelable(revision: &str) -> Cow<'_, str> {
    match revision.strip_prefix(":/") {
        Some(text) => Cow::Owned(format!("HEAD^{{/{text}}}")),
        None => Cow::Borrowed(revision),
    }
}

/// Fills in what git remembers of the rounds of a commit that was read by [`read_at`], as far as it
/// was known by then. What is remembered is of a later reading of the same repository.
pub fn recall(root: &Path, past: &mut Content, remembered: &mut Remembered) {
    let Some(commit) = past.site.last_commit.clone() else { return };
    history::fill_in(root, past, remembered);
    for round in &mut past.site.rounds {
        round.history.until(commit.at);
        // Before the lists were due they may have changed once more, and nothing was frozen yet.
        if round.history.frozen.is_some() && commit.at <= round.dates.lists_due.start() {
            round.history.frozen = Some(as_they_stand(round));
        }
    }
    past.site.last_commit = Some(commit);
}

fn as_they_stand(round: &Round) -> Vec<Frozen> {
    let freeze = |(product, list): (&Product, &List)| Frozen {
        product: product.key.clone(),
        items: list
            .items
            .iter()
            .map(|item| (item.r#ref.text.clone(), item.title.clone()))
            .collect(),
    };
    round.lists().map(freeze).collect()
}

fn read_from<T: Send>(
    files: Files,
    work: impl FnOnce(&Settings) -> T + Send,
) -> Result<(Content, T), ReadError> {
    let mut reading = Reading { files: &files, sources: Sources::new(), notes: Notes::default() };
    let settings = reading.settings();
    thread::scope(|scope| {
        let known = settings.settings.clone();
        let beside = scope.spawn(move || work(&known));
        let content = read_all(reading, settings)?;
        let done = beside.join().unwrap_or_else(|panic| resume_unwind(panic));
        Ok((content, done))
    })
}

/// Reads what the settings lead to.
fn read_all(mut reading: Reading, settings: settings::Read) -> Result<Content, ReadError> {
    let tree = reading.files.walk(&mut reading.notes)?;
    let settings_refused = settings.refused;
    let people = Arc::new(reading.people(&settings.people));
    let mut site = Site {
        settings: settings.settings,
        people,
        rounds: Vec::new(),
        unread: Vec::new(),
        last_commit: None,
        files: Vec::new(),
    };
    for folder in &tree.folders {
        reading.round(folder, &tree, &mut site);
    }
    site.files = tree
        .below("content")
        .filter(|path| is_attachment(path, &site))
        .map(str::to_owned)
        .collect();
    let Reading { sources, notes, .. } = reading;
    Ok(Content { site, findings: notes.findings, sources, settings_refused })
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

struct Reading<'a> {
    files: &'a Files<'a>,
    sources: Sources,
    notes: Notes,
}

impl Reading<'_> {
    /// Opens a file of the tree.
    fn open(&mut self, tree: &Tree, path: &str) -> Opened {
        self.files.open_in(tree, path, &mut self.sources, &mut self.notes)
    }

    fn settings(&mut self) -> settings::Read {
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

    fn people(&mut self, path: &crate::finding::Placed<String>) -> People {
        let name = path.value.trim().replace('\\', "/");
        match self.files.open(&name, &mut self.sources, &mut self.notes) {
            Opened::Text(source) => people::read(&source, &mut self.notes),
            Opened::Refused => People::unread(self.notes.place_in(&name)),
            Opened::Missing => {
                self.notes.error(SETTINGS_ARE_READ, Place::whole(name.as_str()), "this file is missing, so nobody is known", format!("make a file `{name}` with a table for each person: `[ana]`, `name`, `mail`, `side`"));
                People::unread(self.notes.place_in(&name))
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
        self.products(&mut products, &hubs, tree, people);
        list::addresses(
            products
                .iter_mut()
                .filter_map(|product| product.list.list_mut())
                .flat_map(|list| &mut list.items),
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
    fn products(
        &mut self,
        products: &mut [Product],
        hubs: &[crate::finding::Placed<String>],
        tree: &Tree,
        people: &People,
    ) {
        if products.len() < WORTH_SHARING || crew::hands() == 1 {
            return products.iter_mut().for_each(|it| self.product(it, hubs, tree, people));
        }
        let share = products.len().div_ceil(crew::hands());
        let files = self.files;
        thread::scope(|scope| {
            let helpers: Vec<_> = products
                .chunks_mut(share)
                .map(|share| {
                    scope.spawn(move || {
                        let (sources, notes) = (Sources::new(), Notes::default());
                        let mut reading = Reading { files, sources, notes };
                        share.iter_mut().for_each(|it| reading.product(it, hubs, tree, people));
                        (reading.sources, reading.notes)
                    })
                })
                .collect();
            for helper in helpers {
                match helper.join() {
                    Ok((sources, notes)) => {
                        self.sources.extend(sources);
                        self.notes.findings.extend(notes.findings);
                    }
                    Err(panic) => resume_unwind(panic),
                }
            }
        });
    }

    fn product(
        &mut self,
        product: &mut Product,
        hubs: &[crate::finding::Placed<String>],
        tree: &Tree,
        people: &People,
    ) {
        product.list = match self.open(tree, &product.list_path) {
            Opened::Missing => ListFile::Missing,
            Opened::Refused => ListFile::Refused,
            Opened::Text(source) => ListFile::Read(Box::new(list::read(
                &source,
                list::Known { people, hubs },
                &mut self.notes,
            ))),
        };
        product.guesses = self
            .open(tree, &product.guesses_path)
            .text()
            .map(|source| guesses::read(&source, &mut self.notes));
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
                    format!(
                        "rename it, for example to `{}-page.md`",
                        round::plain_name(name, "another")
                    ),
                );
                continue;
            }
            pages.extend(self.page(folder, name, tree));
        }
        pages
    }
}

/// With fewer lists than these, calling for help takes longer than reading them.
const WORTH_SHARING: usize = 48;

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
