//! The site in memory, made anew when something it is made of has changed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use annotate_snippets::Renderer;
use littlethings::finding::Finding;
use littlethings::pages::Body;
use walkdir::WalkDir;

use crate::options::{Options, SETTINGS};
use crate::report;
use crate::run::{Run, gather};
use crate::screen;
use crate::trouble::Trouble;

/// What is relative to now (a phase, a deadline) changes without any file changing.
const STALE_AFTER: Duration = Duration::from_secs(60);

/// The files of a site, by path.
pub type Files = BTreeMap<String, Body>;

/// A site that follows its sources.
pub struct Live {
    options: Options,
    root: PathBuf,
    seen: Vec<Seen>,
    made: Instant,
    frozen: bool,
    /// The findings that were printed last; `None` before the first time.
    told: Option<Vec<Finding>>,
    files: Arc<Files>,
}

/// A file as it was when the site was made.
#[derive(PartialEq, Eq)]
struct Seen {
    path: PathBuf,
    changed: Option<SystemTime>,
    length: u64,
}

impl Live {
    /// Makes the site for the first time. Later troubles are shown and the last good site kept;
    /// this one stops the command, because there is nothing to show.
    pub fn start(options: &Options) -> Result<Live, Trouble> {
        let root = options.root()?;
        let mut live = Live {
            options: options.clone(),
            seen: look(&root),
            root,
            made: Instant::now(),
            frozen: false,
            told: None,
            files: Arc::default(),
        };
        live.make()?;
        Ok(live)
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The site as the sources are now.
    pub fn files(&mut self) -> Arc<Files> {
        let seen = look(&self.root);
        let stale = !self.frozen && self.made.elapsed() >= STALE_AFTER;
        if seen != self.seen || stale {
            // Remembered even where making fails: the next reload need not fail aloud again.
            self.seen = seen;
            self.made = Instant::now();
            if let Err(trouble) = self.make() {
                screen::note(format_args!("error: {trouble}; the site stays as it was"));
            }
        }
        self.files.clone()
    }

    fn make(&mut self) -> Result<(), Trouble> {
        let mut run = gather(&self.options)?;
        run.settle()?;
        let rules = littlethings::rules::texts();
        let outputs = littlethings::pages::render(run.input(&rules))?.outputs;
        self.frozen = self.options.is_frozen(&run.site.settings);
        self.files = Arc::new(outputs.into_iter().map(|it| (it.path, it.body)).collect());
        self.tell(run);
        Ok(())
    }

    /// Prints the findings, if they are not the ones that were printed last.
    fn tell(&mut self, run: Run) {
        if self.told.as_ref() == Some(&run.findings) {
            return;
        }
        let renderer = Renderer::styled().term_width(screen::columns(140));
        let drawn = report::human(&run.findings, &run.sources, &renderer);
        screen::note(format_args!("{drawn}{}", report::summary(&run.findings)));
        self.told = Some(run.findings);
    }
}

/// Everything a site is made of, with when it was written: a walk of some hundred files takes
/// less than a page. The log of the history changes with each commit.
fn look(root: &Path) -> Vec<Seen> {
    let mut seen = Vec::new();
    for source in [SETTINGS, "content", "themes", ".git/logs/HEAD"] {
        for entry in WalkDir::new(root.join(source)).sort_by_file_name().into_iter().flatten() {
            let Ok(about) = entry.metadata() else { continue };
            let changed = about.modified().ok();
            let length = if about.is_file() { about.len() } else { 0 };
            seen.push(Seen { path: entry.into_path(), changed, length });
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_seen_and_a_published_site_is_none() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| std::fs::write(root.path().join(path), text).unwrap();
        std::fs::create_dir(root.path().join("content")).unwrap();
        write("content/a.md", "one");
        let before = look(root.path());
        write("content/a.md", "other");
        assert!(look(root.path()) != before);
        let before = look(root.path());
        std::fs::create_dir(root.path().join("public")).unwrap();
        write("public/index.html", "page");
        assert!(look(root.path()) == before);
        std::fs::remove_file(root.path().join("content/a.md")).unwrap();
        assert!(look(root.path()) != before);
    }
}
