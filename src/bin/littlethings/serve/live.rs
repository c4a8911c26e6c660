//! The site in memory. What a change touches is read again at once; a page is made when somebody
//! asks for it, so that an edit costs the one page that is looked at and no page is ever stale.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use blake3::Hash;
use littlethings::finding::{Finding, RuleText};
use littlethings::pages::Body;
use littlethings::{content, rules};
use tokio::sync::watch;

use super::shown::{Shown, Told};
use crate::options::{Options, SETTINGS, system_clock};
use crate::run::{Run, gather_apart};
use crate::trouble::Trouble;

/// With more lists than these changed at once, such as by switching a branch, all is read again.
const FEW: usize = 20;

/// What has changed on the disk.
#[derive(Debug, PartialEq, Eq)]
pub enum Change {
    /// Some lists, by their paths relative to the root, and perhaps the theme.
    Some { lists: BTreeSet<String>, theme: bool },
    /// More than can be told.
    Everything,
}

/// A site that follows its sources.
pub struct Live {
    options: Options,
    root: PathBuf,
    rules: Vec<RuleText>,
    shown: RwLock<Shown>,
    say: fn(&Told),
    /// What was said last.
    said: Mutex<Told>,
    /// The files that were saved last.
    saved: Mutex<BTreeSet<String>>,
    /// What git told of the commit that is checked out.
    remembered: Mutex<content::Remembered>,
    /// Counts what browsers should know about.
    news: watch::Sender<u64>,
}

/// A file of the site, as a browser gets it.
pub struct Page {
    pub body: Body,
    pub revision: u64,
    /// What an HTML page shows that is not in its body: see [`Shown::beside`].
    pub beside: Option<Hash>,
}

impl Live {
    /// Reads everything for the first time. Later troubles are shown and the last good site kept;
    /// this one stops the command, because there is nothing to show. `say` is how somebody hears
    /// what there is to say who looks at no page.
    pub fn start(options: &Options, say: fn(&Told)) -> Result<Live, Trouble> {
        let rules = rules::texts();
        let mut remembered = content::Remembered::default();
        let (run, found) = gather_apart(options, &mut remembered)?;
        let root = run.root.clone();
        let shown = Shown::of(run, found);
        let told = shown.told();
        say(&told);
        let news = watch::Sender::new(first_revision());
        let (options, shown, said) = (options.clone(), RwLock::new(shown), Mutex::new(told));
        let (saved, remembered) = (Mutex::default(), Mutex::new(remembered));
        Ok(Live { options, root, rules, shown, say, said, saved, remembered, news })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the people are, by the name that the system has for it: that file may lie anywhere.
    pub fn people(&self) -> PathBuf {
        let path = self.root.join(&self.read().run.site.people_file);
        let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
        folder.zip(path.file_name()).map_or(path.clone(), |(folder, name)| folder.join(name))
    }

    /// The number of the last change, and those that follow.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
    }

    /// Ends everything that waits for news.
    pub fn end(&self) {
        self.news.send_replace(u64::MAX);
    }

    /// Whether the site stays as it was, because the files as they are now cannot be used.
    pub fn is_refused(&self) -> bool {
        self.read().refused.is_some()
    }

    pub fn told(&self) -> Told {
        self.read().told()
    }

    /// The same for a browser that shows the page at a path, with that number of the last change.
    pub fn told_to_a_page(&self, revision: u64, page: &str) -> String {
        let saved = self.saved.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let shown = self.read();
        let number = shown.plan.find(page);
        let own = number.and_then(|number| shown.plan.source(number, &shown.run.site));
        shown.told().json(revision, &saved, own)
    }

    /// Notes what was saved, by paths relative to the root: what is wrong there is told first.
    pub fn note_saved(&self, paths: BTreeSet<String>) {
        *self.saved.lock().unwrap_or_else(PoisonError::into_inner) = paths;
    }

    /// The file at a path, made now.
    pub fn page(&self, path: &str) -> Result<Option<Page>, Trouble> {
        loop {
            let shown = self.read();
            let revision = *self.news.borrow();
            let Some(number) = shown.plan.find(path) else { return Ok(None) };
            let cured = shown.page(number, &self.rules)?;
            if cured.findings.is_empty() {
                let body = cured.made;
                let html = match &body {
                    Body::Bytes(html) if path.ends_with(".html") => Some(html),
                    _ => None,
                };
                let beside = html.map(|html| shown.beside(html));
                return Ok(Some(Page { body, revision, beside }));
            }
            let (sick, theme, findings) = (shown.themes, cured.theme.into_owned(), cured.findings);
            drop(shown);
            let cured = self.write().cure(sick, theme, findings);
            if cured {
                self.tell();
            }
        }
    }

    /// Everything that can be asked for.
    #[cfg(test)]
    pub fn paths(&self) -> Vec<String> {
        self.read().plan.paths().map(str::to_owned).collect()
    }

    /// Whether there is a page below a folder.
    pub fn has(&self, path: &str) -> bool {
        self.read().plan.find(path).is_some()
    }

    /// Looks at what is shown now, with the number of its last change. Nothing changes meanwhile.
    pub fn look<T>(&self, look: impl FnOnce(&Run, u64) -> T) -> T {
        let shown = self.read();
        look(&shown.run, *self.news.borrow())
    }

    /// Follows a change on the disk, and says whether [`Live::judge_between`] is still to be done.
    pub fn follow(&self, change: Change) -> bool {
        if let Change::Some { lists, theme } = change
            && self.follow_some(&lists, theme)
        {
            return !lists.is_empty();
        }
        self.read_everything();
        false
    }

    /// Time has passed and nothing was heard. Reads again what is relative to now, such as a phase,
    /// once that may be other than it is; and all files at each time, if not all are watched.
    pub fn pass(&self, unwatched: bool) {
        let mut shown = self.write();
        let now = self.options.now(&shown.run.site.settings);
        if now < shown.until && !unwatched {
            shown.run.now = now;
            return;
        }
        drop(shown);
        let is_news = match self.reading() {
            Ok(new) => self.write().take_news(new),
            Err(trouble) => self.write().stay(trouble),
        };
        if is_news {
            self.tell();
        }
    }

    /// Reads all files again.
    pub fn read_everything(&self) {
        match self.reading() {
            Ok(new) => self.write().take(new),
            Err(trouble) => self.write().stay(trouble),
        };
        self.tell();
    }

    /// What is to be shown of the files as they are now, or why nothing is.
    fn reading(&self) -> Result<Shown, String> {
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        gather_apart(&self.options, &mut remembered)
            .map(|(run, found)| Shown::of(run, found))
            .map_err(|trouble| self.in_words(&trouble))
    }

    /// Why nothing could be read. What was there at the beginning is not advice on beginning.
    fn in_words(&self, trouble: &Trouble) -> String {
        let root = self.root.display();
        if self.root.join(SETTINGS).exists() {
            return trouble.to_string();
        }
        format!("{SETTINGS} is gone from {root}; the site stays as it was until the file is back")
    }

    /// Whether reading some lists and the theme again was enough.
    fn follow_some(&self, lists: &BTreeSet<String>, theme: bool) -> bool {
        let mut shown = self.write();
        if lists.len() > FEW || shown.refused.is_some() {
            return false;
        }
        shown.run.now = self.options.now(&shown.run.site.settings);
        if shown.run.now >= shown.until {
            return false;
        }
        let done = lists.iter().all(|path| shown.reread(&self.root, path))
            && (!(theme || shown.is_cured) || shown.reload_theme(&self.root));
        shown.settle();
        drop(shown);
        if done {
            self.tell();
        }
        done
    }

    /// Rules that look at all lists need longer, and nobody waits for them with a page that has no
    /// more to do with it: whoever looks at it hears when they say something new.
    pub fn judge_between(&self) {
        let shown = self.read();
        let (site, now) = (&shown.run.site, shown.run.now);
        let between: Vec<Finding> =
            site.rounds.iter().flat_map(|round| rules::judge_between(round, now)).collect();
        drop(shown);
        let mut shown = self.write();
        if shown.found.between != between {
            shown.found.between = between;
            shown.settle();
            drop(shown);
            self.tell();
        }
    }

    /// Lets browsers know that something is new, and the terminal, if it has not been told so.
    fn tell(&self) {
        self.send();
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        let told = self.told();
        if !told.says_the_same(&said) {
            (self.say)(&told);
            *said = told;
        }
    }

    /// Lets browsers know that something is new.
    pub fn send(&self) {
        self.news.send_modify(|number| *number = number.saturating_add(1));
    }

    fn read(&self) -> RwLockReadGuard<'_, Shown> {
        self.shown.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Shown> {
        self.shown.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Another one than any process before this has told: a page of theirs that is still open must not
/// take it for its own. In milliseconds, which JavaScript's numbers hold.
fn first_revision() -> u64 {
    u64::try_from(system_clock().as_millisecond()).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::testing::{self, Folder};
    use super::*;

    #[test]
    fn while_nothing_can_differ_no_page_is_told_to_load_again() {
        let folder = Folder::new();
        let live = Live::start(&folder.options(&[]), |_| ()).unwrap();
        let told = |unwatched, until| {
            let mut news = live.news();
            news.mark_unchanged();
            live.write().until = until;
            live.pass(unwatched);
            news.has_changed().unwrap()
        };
        assert!(!told(false, Timestamp::MAX), "nothing is due");
        assert!(told(false, Timestamp::MIN), "a day has begun, or a phase");
        assert!(!told(true, Timestamp::MAX), "all files were read, and were as before");
        folder.write("content/people.toml", "[ana]\n");
        assert!(told(true, Timestamp::MAX), "a file is other than it was");
        folder.write(SETTINGS, "title = ");
        assert!(told(true, Timestamp::MAX), "a file cannot be used");
        assert!(!told(true, Timestamp::MAX), "it cannot be used as before");
        folder.write(SETTINGS, testing::SETTINGS);
        assert!(told(true, Timestamp::MAX), "it can again");
        assert!(!told(true, Timestamp::MAX));
    }
}
