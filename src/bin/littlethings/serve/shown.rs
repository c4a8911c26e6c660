//! What is shown now, and what is said about it: one reading of the sources, and the parts of it
//! that are made anew when a list or the theme changes.

use std::path::Path;

use annotate_snippets::Renderer;
use littlethings::finding::{Counts, Finding};
use littlethings::pages::{Glances, Plan, Press, prose};
use littlethings::{content, rules, theme};

use crate::report;
use crate::run::{Found, Run, read_overrides};
use crate::screen;

/// What is shown now.
pub struct Shown {
    pub run: Run,
    pub found: Found,
    pub plan: Plan,
    pub words: prose::Words,
    pub glances: Glances,
    pub told: Told,
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

impl Shown {
    pub fn of(mut run: Run, found: Found) -> Shown {
        run.findings = found.all();
        let plan = Plan::of(&run.site, &run.theme);
        let words = Press::words(&run.theme);
        let told = Told::of(&run);
        Shown { run, found, plan, words, glances: Glances::default(), told }
    }

    /// Shows a new reading, unless it would take away what could be read before: a file that is
    /// half saved is no reason to lose the page that is looked at.
    pub fn take(&mut self, new: Shown) {
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
    pub fn reread(&mut self, root: &Path, path: &str) -> bool {
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

    pub fn reload_theme(&mut self, root: &Path) -> bool {
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
    pub fn settle(&mut self) {
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
            "summary": report::counted(Counts { error, warning, hint }),
            "findings": self.drawn.trim_end(),
        })
        .to_string()
    }
}

/// Prints what there is to say.
pub fn say(run: &Run, told: &Told) {
    if let Some(trouble) = &told.trouble {
        screen::note(format_args!("error: {trouble}"));
    }
    let renderer = Renderer::styled().term_width(screen::columns(140));
    let drawn = report::human(&told.findings, &run.sources, &renderer);
    screen::note(format_args!("{drawn}{}", report::summary(&told.findings)));
}
