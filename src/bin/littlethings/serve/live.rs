//! The site in memory. What a change touches is read again at once; a page is made when somebody
//! asks for it, so that an edit costs the one page that is looked at and no page is ever stale.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use annotate_snippets::Renderer;
use littlethings::finding::{Counts, Finding, RuleText};
use littlethings::pages::{Body, Glances, Plan, Press, prose};
use littlethings::{content, rules, theme};
use tokio::sync::watch;

use crate::options::{Options, SETTINGS};
use crate::report;
use crate::run::{Found, Run, gather_apart, read_overrides};
use crate::screen;
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
    /// What git told of the commit that is checked out.
    remembered: Mutex<content::Remembered>,
    /// Counts what browsers should know about.
    news: watch::Sender<u64>,
}

/// What is shown now.
struct Shown {
    run: Run,
    found: Found,
    plan: Plan,
    words: prose::Words,
    glances: Glances,
    told: Told,
}

/// What is said about the sources, on the terminal and over the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Why the site stays as it was.
    pub trouble: Option<String>,
    pub findings: Vec<Finding>,
    /// The same with their source lines, as text.
    pub drawn: String,
}

/// A file of the site, as a browser gets it.
pub struct Page {
    pub body: Body,
    pub revision: u64,
}

impl Live {
    /// Reads everything for the first time. Later troubles are shown and the last good site kept;
    /// this one stops the command, because there is nothing to show.
    pub fn start(options: &Options) -> Result<Live, Trouble> {
        let rules = rules::texts();
        let mut remembered = content::Remembered::default();
        let (run, found) = gather_apart(options, &mut remembered)?;
        let root = run.root.clone();
        let shown = Shown::of(run, found);
        say(&shown.run, &shown.told);
        let news = watch::Sender::new(1);
        let (options, shown) = (options.clone(), RwLock::new(shown));
        Ok(Live { options, root, rules, shown, remembered: Mutex::new(remembered), news })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the people are: that file may lie anywhere.
    pub fn people(&self) -> Option<PathBuf> {
        let shown = self.read();
        let first = shown.run.site.people.all().first()?;
        Some(self.root.join(&*first.place.path))
    }

    /// Whether the clock stands still, so that nothing changes by waiting.
    pub fn is_frozen(&self) -> bool {
        self.options.is_frozen(&self.read().run.site.settings)
    }

    /// The number of the last change, and those that follow.
    pub fn news(&self) -> watch::Receiver<u64> {
        self.news.subscribe()
    }

    /// Ends everything that waits for news.
    pub fn end(&self) {
        self.news.send_replace(u64::MAX);
    }

    pub fn told(&self) -> Told {
        self.read().told.clone()
    }

    /// The file at a path, made now.
    pub fn page(&self, path: &str) -> Result<Option<Page>, Trouble> {
        loop {
            let shown = self.read();
            let revision = *self.news.borrow();
            let Some(number) = shown.plan.find(path) else { return Ok(None) };
            let input = shown.run.input(&self.rules);
            let press = Press::new(input, &shown.plan, &shown.words, &shown.glances);
            let broken = match press.body(number) {
                Ok(body) => return Ok(Some(Page { body, revision })),
                Err(broken) => broken,
            };
            let (theme, finding) = shown.run.theme.without(&broken)?;
            drop(shown);
            let mut shown = self.write();
            shown.run.theme = theme;
            shown.glances = Glances::default();
            shown.found.theme.push(finding);
            shown.settle();
            drop(shown);
            self.send();
        }
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

    /// Reads again what is relative to now: a phase, a deadline.
    pub fn read_everything(&self) {
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        match gather_apart(&self.options, &mut remembered) {
            Ok((run, found)) => {
                let new = Shown::of(run, found);
                let mut shown = self.write();
                let before = shown.told.clone();
                if new.told != before {
                    say(&new.run, &new.told);
                }
                shown.take(new);
            }
            Err(trouble) => {
                let mut shown = self.write();
                let trouble = Some(self.in_words(&trouble));
                let told = Told { trouble, ..Told::default() };
                if told != shown.told {
                    say(&shown.run, &told);
                }
                shown.told = told;
            }
        }
        self.send();
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
        if lists.len() > FEW || shown.told.trouble.is_some() {
            return false;
        }
        shown.run.now = self.options.now(&shown.run.site.settings);
        if !lists.iter().all(|path| shown.reread(&self.root, path)) {
            return false;
        }
        if theme && !shown.reload_theme(&self.root) {
            return false;
        }
        shown.settle();
        drop(shown);
        self.send();
        true
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
            self.send();
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

impl Shown {
    fn of(mut run: Run, found: Found) -> Shown {
        run.findings = found.all();
        let plan = Plan::of(&run.site, &run.theme);
        let words = Press::words(&run.theme);
        let told = Told::of(&run);
        Shown { run, found, plan, words, glances: Glances::default(), told }
    }

    /// Shows a new reading, unless it would take away what could be read before: a file that is
    /// half saved is no reason to lose the page that is looked at.
    fn take(&mut self, new: Shown) {
        let settings = new.run.broken_settings();
        let lost = new
            .run
            .site
            .unread
            .iter()
            .find(|unread| self.run.site.rounds.iter().any(|round| round.slug == unread.slug));
        let trouble = match (settings.first(), lost) {
            (Some(finding), _) => Some(finding.place.path.to_string()),
            (None, Some(unread)) => Some(unread.place.path.to_string()),
            (None, None) => None,
        };
        match trouble {
            Some(path) => {
                let trouble = Some(format!("{path} cannot be used; the site stays as it was"));
                self.told = Told { trouble, ..new.told };
            }
            None => *self = new,
        }
    }

    /// Reads one list again.
    fn reread(&mut self, root: &Path, path: &str) -> bool {
        let run = &mut self.run;
        let Some(findings) = content::reread_list(root, path, &mut run.site, &mut run.sources)
        else {
            return false;
        };
        self.glances.forget(path);
        self.found.reading.retain(|finding| &*finding.place.path != path);
        self.found.reading.extend(findings);
        self.found.by_list.retain(|finding| &*finding.place.path != path);
        for round in &mut run.site.rounds {
            self.found.by_list.extend(rules::judge_list(round, path, run.now));
        }
        true
    }

    fn reload_theme(&mut self, root: &Path) -> bool {
        let settings = &self.run.site.settings;
        let Ok(loaded) = theme::load(root, &settings.theme, &settings.language) else {
            return false;
        };
        self.run.sources.retain(|path, _| !path.starts_with("themes/"));
        read_overrides(root, &loaded.findings, &mut self.run.sources);
        self.found.theme = loaded.findings;
        let before = std::mem::replace(&mut self.run.theme, loaded.theme);
        self.words = Press::words(&self.run.theme);
        self.glances = Glances::default();
        // A style sheet carries its content's hash in its name.
        if !before.assets().keys().eq(self.run.theme.assets().keys()) {
            self.plan = Plan::of(&self.run.site, &self.run.theme);
        }
        true
    }

    /// Puts the findings together after some of them changed.
    fn settle(&mut self) {
        self.run.findings = self.found.all();
        let told = Told::of(&self.run);
        if told != self.told {
            say(&self.run, &told);
            self.told = told;
        }
    }
}

impl Told {
    fn of(run: &Run) -> Told {
        Told {
            trouble: None,
            findings: run.findings.clone(),
            drawn: report::human(&run.findings, &run.sources, &Renderer::plain()),
        }
    }

    /// What a browser gets to show over the page.
    pub fn json(&self, revision: u64) -> String {
        let Counts { error, warning, hint } = Counts::of(&self.findings);
        serde_json::json!({
            "revision": revision,
            "trouble": self.trouble,
            "errors": error,
            "warnings": warning,
            "hints": hint,
            "summary": Counts { error, warning, hint }.words(),
            "findings": self.drawn.trim_end(),
        })
        .to_string()
    }
}

/// Prints what there is to say.
fn say(run: &Run, told: &Told) {
    if let Some(trouble) = &told.trouble {
        screen::note(format_args!("error: {trouble}"));
    }
    let renderer = Renderer::styled().term_width(screen::columns(140));
    let drawn = report::human(&told.findings, &run.sources, &renderer);
    screen::note(format_args!("{drawn}{}", report::summary(&told.findings)));
}
