//! What is shown now, and what is said about it: one reading of the sources, and the parts of it
//! that are made anew when a list or the theme changes.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::ptr;
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use annotate_snippets::Renderer;
use blake3::{Hash, Hasher};
use jiff::Timestamp;
use littlethings::finding::{Counts, Finding, RuleText, Severity, Sources};
use littlethings::model::Round;
use littlethings::pages::{Body, Glances, Input, Plan, Press, files_named_on, prose};
use littlethings::theme::{Cured, Theme, ThemeError};
use littlethings::{content, rules, theme};

use crate::report;
use crate::run::{Found, Run};
use crate::screen;
use crate::seal;

/// What is shown now.
pub struct Shown {
    pub run: Run,
    pub found: Found,
    pub plan: Plan,
    pub words: prose::Words,
    pub glances: Glances,
    /// Whether there are copies among the items: to look for them in all lists takes longer than
    /// to read one again.
    has_copies: bool,
    /// A word for all pictures and whatever else is copied: another one when any of them was saved.
    files: Hash,
    /// The same for what the theme brings.
    assets: Hash,
    /// Which theme this is, counted from the first that was shown.
    pub themes: u64,
    /// Whether something is left out of it that failed while a page was made. It may not fail with
    /// the next lists.
    pub is_cured: bool,
    /// The next instant at which anything may differ though no file does.
    pub until: Timestamp,
    /// While the files as they are now cannot be used: what there is to say of them.
    pub refused: Option<Refused>,
}

/// A reading that the site stays as it was for.
pub struct Refused {
    /// Why it does.
    trouble: String,
    findings: Vec<Finding>,
    sources: Sources,
}

/// What is said about the sources, on the terminal and over the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Why the site stays as it was.
    pub trouble: Option<String>,
    pub findings: Vec<Finding>,
    /// The texts that the findings are in.
    sources: Sources,
}

impl Shown {
    pub fn of(mut run: Run, found: Found) -> Shown {
        run.findings = found.all();
        let plan = Plan::of(&run.site, &run.theme);
        let words = Press::words(&run.theme);
        let until = if run.is_frozen { Timestamp::MAX } else { seal::until(&run.site, run.now) };
        let has_copies = run.site.rounds.iter().any(Round::has_copies);
        let files = saved(&run.root, run.site.files.iter().map(String::as_str));
        let (glances, assets) = (Glances::default(), assets(&run.theme));
        let (themes, is_cured, refused) = (0, false, None);
        Shown {
            run,
            found,
            plan,
            words,
            glances,
            has_copies,
            files,
            assets,
            themes,
            is_cured,
            until,
            refused,
        }
    }

    /// Shows a new reading, unless it would take away what could be read before: a file that is
    /// half saved is no reason to lose the page that is looked at. Says whether anything is new.
    pub fn take(&mut self, new: Shown) -> bool {
        if let Some(path) = self.refusal(&new.run) {
            let Run { findings, sources, .. } = new.run;
            let trouble = format!("{path} cannot be used; the site stays as it was");
            return self.refuse(Refused { trouble, findings, sources });
        }
        *self = Shown { themes: self.themes + 1, ..new };
        true
    }

    /// Stays as it was, because nothing could be read. Says whether that is new.
    pub fn stay(&mut self, trouble: String) -> bool {
        let (findings, sources) = (Vec::new(), Sources::new());
        self.refuse(Refused { trouble, findings, sources })
    }

    fn refuse(&mut self, refused: Refused) -> bool {
        let before = self.told();
        self.refused = Some(refused);
        !self.told().says_the_same(&before)
    }

    /// The same, unless it would look as this one does.
    pub fn take_news(&mut self, new: Shown) -> bool {
        !self.looks_like(&new) && self.take(new)
    }

    fn looks_like(&self, new: &Shown) -> bool {
        self.refused.is_none()
            && new.run.now < self.until
            && self.run.sources == new.run.sources
            && self.run.site == new.run.site
            && self.run.theme.assets() == new.run.theme.assets()
            && self.files == new.files
            && self.found.reading == new.found.reading
    }

    /// The file for which a new reading cannot be shown in the place of this one.
    fn refusal(&self, new: &Run) -> Option<Arc<str>> {
        if let Some(finding) = new.broken_settings().first() {
            return Some(finding.place.path.clone());
        }
        let was_there = |slug: &str| self.run.site.rounds.iter().any(|round| round.slug == slug);
        let lost = new.site.unread.iter().find(|unread| was_there(&unread.slug));
        lost.map(|unread| unread.place.path.clone())
    }

    /// What there is to say now.
    pub fn told(&self) -> Told {
        let (trouble, findings, sources) = match &self.refused {
            Some(Refused { trouble, findings, sources }) => (Some(trouble), findings, sources),
            None => (None, &self.run.findings, &self.run.sources),
        };
        let paths = findings.iter().map(|finding| &finding.place.path);
        let texts = paths.filter_map(|path| sources.get_key_value(path));
        let sources = texts.map(|(path, text)| (path.clone(), text.clone())).collect();
        Told { trouble: trouble.cloned(), findings: findings.clone(), sources }
    }

    /// A file of the site, by its number in the plan.
    pub fn page(&self, number: usize, rules: &[RuleText]) -> Result<Cured<'_, Body>, ThemeError> {
        let whole = &self.run.theme;
        whole.cured(|theme| {
            let fresh = Glances::default();
            // What was made with what is left out now must not come back.
            let glances = if ptr::eq(theme, whole) { &self.glances } else { &fresh };
            let input = Input { theme, ..self.run.input(rules) };
            Press::new(input, &self.plan, &self.words, glances).body(number)
        })
    }

    /// A word for what a page shows by its name, such as pictures: another one when any of it was
    /// saved.
    pub fn beside(&self, html: &[u8]) -> Hash {
        let named = files_named_on(&self.run.site, html);
        let files = saved(&self.run.root, named.into_iter());
        let mut beside = Hasher::new();
        beside.update(self.assets.as_bytes()).update(files.as_bytes());
        beside.finalize()
    }

    /// Shows the theme without what failed while a page was made, unless another theme has come
    /// since. Says whether it did.
    pub fn cure(&mut self, sick: u64, theme: Theme, findings: Vec<Finding>) -> bool {
        if self.themes != sick {
            return false;
        }
        self.themes += 1;
        self.is_cured = true;
        self.run.theme = theme;
        self.glances = Glances::default();
        if let Some(refused) = &mut self.refused {
            refused.findings.extend_from_slice(&findings);
            Finding::sort(&mut refused.findings);
        }
        self.found.theme.extend(findings);
        self.settle();
        true
    }

    /// Reads one list again.
    pub fn reread(&mut self, root: &Path, path: &str) -> bool {
        let run = &mut self.run;
        let site = (&mut run.site, self.has_copies);
        let Some(findings) = content::reread_list(root, path, site, &mut run.sources) else {
            return false;
        };
        self.glances.forget(path);
        let stays = |it: &Finding| &*it.place.path != path || content::is_on_the_name_of_a_file(it);
        self.found.reading.retain(stays);
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
        self.run.sources.extend(loaded.sources);
        self.found.theme = loaded.findings;
        let before = std::mem::replace(&mut self.run.theme, loaded.theme);
        self.themes += 1;
        self.is_cured = false;
        self.words = Press::words(&self.run.theme);
        self.glances = Glances::default();
        self.assets = assets(&self.run.theme);
        // A style sheet carries its content's hash in its name.
        if !before.assets().keys().eq(self.run.theme.assets().keys()) {
            self.plan = Plan::of(&self.run.site, &self.run.theme);
        }
        true
    }

    /// Puts the findings together after some of them changed.
    pub fn settle(&mut self) {
        self.run.findings = self.found.all();
    }
}

/// A word for what is there of these files. They may be large, so they are not opened for it.
fn saved<'a>(root: &Path, files: impl Iterator<Item = &'a str>) -> Hash {
    let mut all = Hasher::new();
    for path in files {
        all.update(path.as_bytes()).update(b"\0");
        let about = fs::metadata(root.join(path)).ok();
        let saved = about.as_ref().and_then(|about| about.modified().ok());
        let saved = saved.and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        all.update(&saved.as_nanos().to_le_bytes());
        all.update(&about.map_or(0, |about| about.len()).to_le_bytes());
    }
    all.finalize()
}

fn assets(theme: &Theme) -> Hash {
    let mut all = Hasher::new();
    for (path, asset) in theme.assets() {
        all.update(path.as_bytes()).update(b"\0").update(&asset.bytes);
    }
    all.finalize()
}

impl Told {
    /// Whether nothing else is wrong: a line may read otherwise and still have the same fault.
    pub fn says_the_same(&self, other: &Told) -> bool {
        self.trouble == other.trouble && self.findings == other.findings
    }

    /// What a browser gets to show over a page, which may have a source of its own.
    pub fn json(&self, revision: u64, saved: &BTreeSet<String>, own: Option<&str>) -> String {
        let Counts { error, warning, hint } = Counts::of(&self.findings);
        let drawn =
            report::human(&self.gravest_first(saved, own), &self.sources, &Renderer::plain());
        serde_json::json!({
            "revision": revision,
            "trouble": self.trouble,
            "faults": self.faults(),
            "errors": error,
            "warnings": warning,
            "hints": hint,
            "summary": Counts { error, warning, hint }.words(),
            "findings": drawn.trim_end(),
        })
        .to_string()
    }

    /// Of the equally grave those in the files that were saved last come first, and then those in
    /// the page's own source: over a page there is little room, and whoever has just mistyped
    /// something looks for that.
    fn gravest_first(&self, saved: &BTreeSet<String>, own: Option<&str>) -> Vec<Finding> {
        let mut findings = self.findings.clone();
        findings.sort_by_key(|it| {
            let path = &*it.place.path;
            (Reverse(it.severity), !saved.contains(path), own != Some(path))
        });
        findings
    }

    /// What is wrong, each with how often, by words that stay the same when lines move: whoever has
    /// closed it once is not shown it again.
    fn faults(&self) -> BTreeMap<String, usize> {
        let errors = self.findings.iter().filter(|it| it.severity == Severity::Error);
        let errors = errors
            .map(|it| format!("{} {} {}", it.rule, it.place.path, without_lines(&it.message)));
        let mut faults = BTreeMap::new();
        for fault in self.trouble.iter().cloned().chain(errors) {
            // There may be thousands, and a browser keeps little.
            let fault = blake3::hash(fault.as_bytes()).to_hex()[..16].to_owned();
            *faults.entry(fault).or_default() += 1;
        }
        faults
    }

    /// What the terminal gets.
    pub fn say(&self) {
        if let Some(trouble) = &self.trouble {
            screen::note(format_args!("error: {trouble}"));
        }
        // Of what could not be read at all there is nothing more to say, and all is not well.
        if self.trouble.is_some() && self.findings.is_empty() {
            return;
        }
        let renderer = Renderer::styled().term_width(screen::columns(140));
        let drawn = report::human(&self.findings, &self.sources, &renderer);
        screen::note(format_args!("{drawn}{}", report::summary(&self.findings)));
    }
}

/// A message without the line of another file that it may name: `lists/atlas.md:12`.
fn without_lines(message: &str) -> String {
    let mut parts = message.split(':');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        text + ":" + part.trim_start_matches(|letter: char| letter.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use littlethings::finding::Place;

    use super::super::testing::{ATLAS, Folder, list};
    use super::*;

    #[test]
    fn a_cure_comes_too_late_once_the_theme_was_mended() {
        let (folder, template) = (Folder::new(), "themes/default/pages/404.html");
        folder.write(template, "<p>own {{ nothing }} words</p>");
        let mut shown = folder.shown();
        let number = shown.plan.find("404.html").unwrap();
        let Cured { theme, findings, .. } = shown.page(number, &[]).unwrap();
        let (sick, cured) = (shown.themes, theme.into_owned());
        assert_eq!(findings.len(), 1);
        folder.write(template, "<p>own words</p>");
        assert!(shown.reload_theme(folder.root()));
        assert!(!shown.cure(sick, cured, findings));
        assert!(shown.found.theme.is_empty() && shown.run.theme.has_own_templates());
        assert!(shown.page(number, &[]).unwrap().findings.is_empty());
    }

    fn told(findings: &[(Severity, &str, u32, &str)]) -> Told {
        let finding = |&(severity, path, line, message): &(Severity, &str, u32, &str)| Finding {
            rule: "clear",
            severity,
            place: Place { line, ..Place::whole(path) },
            message: message.to_owned(),
            help: String::new(),
        };
        Told { findings: findings.iter().map(finding).collect(), ..Told::default() }
    }

    #[test]
    fn a_page_is_told_errors_first_and_of_those_what_was_just_typed_and_then_its_own() {
        let told = told(&[
            (Severity::Warning, "a.md", 1, "one"),
            (Severity::Error, "a.md", 2, "two"),
            (Severity::Hint, "b.md", 1, "three"),
            (Severity::Error, "b.md", 2, "four"),
            (Severity::Error, "b.md", 3, "five"),
            (Severity::Warning, "b.md", 4, "six"),
        ]);
        let order = |saved: &[&str], own| {
            let saved = saved.iter().map(|&path| path.to_owned()).collect();
            told.gravest_first(&saved, own).into_iter().map(|it| it.message).collect::<Vec<_>>()
        };
        let b_first = ["four", "five", "two", "six", "one", "three"];
        assert_eq!(order(&[], None), ["two", "four", "five", "one", "six", "three"]);
        assert_eq!(order(&["b.md", "c.md"], None), b_first);
        assert_eq!(order(&[], Some("b.md")), b_first);
        assert_eq!(order(&["b.md"], Some("a.md")), b_first);
    }

    #[test]
    fn a_fault_is_the_same_wherever_its_line_is() {
        let one = |line, message| told(&[(Severity::Error, "a.md", line, message)]).faults();
        let first = one(2, "`x` is already the ref of `Bells` in b.md:12");
        assert_eq!(first, one(3, "`x` is already the ref of `Bells` in b.md:9"));
        assert_ne!(first, one(2, "`x` is already the ref of `Chairs` in b.md:12"));
        assert_ne!(one(2, "11 items"), one(2, "12 items"));
        let twice =
            told(&[(Severity::Error, "a.md", 2, "ten"), (Severity::Error, "a.md", 9, "ten")]);
        assert_eq!(twice.faults().into_values().collect::<Vec<_>>(), [2]);
        assert_eq!(told(&[(Severity::Warning, "a.md", 2, "ten")]).faults().len(), 0);
        assert_eq!(Told { trouble: Some("gone".into()), ..Told::default() }.faults().len(), 1);
    }

    // Elsewhere the two may be one file.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_list_that_is_read_again_keeps_what_was_said_of_its_name() {
        let folder = Folder::new();
        folder.write("content/2026-summer/lists/Atlas.md", &list("Atlas"));
        let mut shown = folder.shown();
        let of_name = |shown: &Shown| {
            let all = shown.found.all();
            all.iter().filter(|finding| finding.rule == "names-are-addresses").count()
        };
        assert_eq!(of_name(&shown), 1, "they differ only by case");
        folder.write(ATLAS, &list("Atlas").replace("louder", "lower"));
        assert!(shown.reread(folder.root(), ATLAS));
        assert_eq!(of_name(&shown), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_list_is_never_read_again_through_a_link() {
        let (folder, elsewhere) = (Folder::new(), Folder::new());
        let mut shown = folder.shown();
        elsewhere.write(ATLAS, &list("Atlas").replace("louder", "none of your business"));
        std::fs::remove_file(folder.path(ATLAS)).unwrap();
        std::os::unix::fs::symlink(elsewhere.path(ATLAS), folder.path(ATLAS)).unwrap();
        assert!(!shown.reread(folder.root(), ATLAS));
    }
}
