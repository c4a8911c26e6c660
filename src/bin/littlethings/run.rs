//! Reading and judging: what most commands begin with.

use std::borrow::Cow;
use std::path::PathBuf;

use jiff::Timestamp;
use littlethings::content::{self, Begun, Remembered};
use littlethings::finding::{Finding, RuleText, Severity, Sources};
use littlethings::model::Site;
use littlethings::theme::{self, Theme};
use littlethings::{pages, rules};

use crate::options::{Options, SETTINGS};
use crate::progress::Progress;
use crate::trouble::Trouble;

/// Everything that is known before anything is written.
pub struct Run {
    pub root: PathBuf,
    pub now: Timestamp,
    pub is_frozen: bool,
    pub site: Site,
    pub theme: Theme,
    /// All findings of all files, in file order.
    pub findings: Vec<Finding>,
    pub sources: Sources,
}

/// The findings of a run by where they come from, for whoever makes only some of them anew.
#[derive(Default)]
pub struct Found {
    pub reading: Vec<Finding>,
    /// What rules say that look at each list alone.
    pub by_list: Vec<Finding>,
    /// What all other rules say.
    pub between: Vec<Finding>,
    pub theme: Vec<Finding>,
}

impl Found {
    /// All of them, in file order.
    pub fn all(&self) -> Vec<Finding> {
        let mut all = [&*self.reading, &self.by_list, &self.between, &self.theme].concat();
        Finding::sort(&mut all);
        all
    }
}

/// Reads the repository, loads its theme, and judges every round.
pub fn gather(options: &Options) -> Result<Run, Trouble> {
    let root = options.root()?;
    let mut remembered = Remembered::default();
    let begun = content::begin(&root, &mut remembered)?;
    gather_begun(options, root, begun, &mut remembered)
}

/// The same, of a reading that has begun, for whoever asks what git told for it.
pub fn gather_begun(
    options: &Options,
    root: PathBuf,
    begun: Begun,
    remembered: &mut Remembered,
) -> Result<Run, Trouble> {
    let (mut run, found) = judged(options, root, begun, remembered)?;
    run.findings = found.all();
    Ok(run)
}

/// The same with the findings apart, for whoever reads again and again; the run has none yet.
pub fn gather_apart(
    options: &Options,
    remembered: &mut Remembered,
) -> Result<(Run, Found), Trouble> {
    let root = options.root()?;
    let _progress = Progress::begin("reading");
    let begun = content::begin(&root, remembered)?;
    judged(options, root, begun, remembered)
}

fn judged(
    options: &Options,
    root: PathBuf,
    begun: Begun,
    remembered: &mut Remembered,
) -> Result<(Run, Found), Trouble> {
    let clock = |settings: &_| options.now(settings);
    let (content, loaded) = begun.read_beside(remembered, clock, |settings| {
        theme::load(&root, &settings.theme, &settings.language)
    })?;
    let content::Content { site, findings: reading, mut sources, .. } = content;
    let now = options.now(&site.settings);
    let is_frozen = options.is_frozen(&site.settings);
    let judged = site.rounds.iter().flat_map(|round| rules::judge(round, now));
    let (by_list, between) = judged.partition(|finding| rules::is_by_list(finding.rule));
    let loaded = loaded?;
    // What fails only when a page is made is drawn beside its source, too.
    sources.extend(loaded.sources);
    let run =
        Run { root, now, is_frozen, site, theme: loaded.theme, findings: Vec::new(), sources };
    let found = Found { reading, by_list, between, theme: loaded.findings };
    Ok((run, found))
}

impl Run {
    /// Makes sure of the theme: templates that fail only with these pages become findings, like
    /// the others.
    pub fn settle(&mut self) -> Result<(), Trouble> {
        let rules = rules::texts();
        let settled = pages::settle(self.input(&rules))?;
        let findings = settled.findings;
        if let Cow::Owned(theme) = settled.theme {
            self.theme = theme;
        }
        self.add(findings);
        Ok(())
    }

    /// What pages are made from.
    pub fn input<'a>(&'a self, rules: &'a [RuleText]) -> pages::Input<'a> {
        pages::Input {
            site: &self.site,
            findings: &self.findings,
            rules,
            theme: &self.theme,
            now: self.now,
            is_frozen: self.is_frozen,
        }
    }

    fn add(&mut self, findings: Vec<Finding>) {
        if !findings.is_empty() {
            self.findings.extend(findings);
            Finding::sort(&mut self.findings);
        }
    }

    /// The findings for which the settings cannot be trusted. A site must not be published from
    /// them: its address and title would be made up.
    pub fn broken_settings(&self) -> Vec<Finding> {
        self.findings
            .iter()
            .filter(|finding| {
                finding.severity == Severity::Error && finding.place.path.as_ref() == SETTINGS
            })
            .cloned()
            .collect()
    }
}
