//! Reading and judging: what most commands begin with.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;
use littlethings::finding::{Finding, RuleText, Severity, Sources};
use littlethings::model::Site;
use littlethings::pages;
use littlethings::theme::{self, Theme};
use littlethings::{content, rules};

use crate::options::{Options, SETTINGS};
use crate::trouble::Trouble;

/// Everything that is known before anything is written.
pub struct Run {
    pub root: PathBuf,
    pub now: Timestamp,
    pub site: Site,
    pub theme: Theme,
    /// All findings of all files, in file order.
    pub findings: Vec<Finding>,
    pub sources: Sources,
}

/// Reads the repository, loads its theme, and judges every round.
pub fn gather(options: &Options) -> Result<Run, Trouble> {
    let root = options.root()?;
    let content::Content { mut site, mut findings, mut sources } = content::read(&root)?;
    let now = options.now(&site.settings);
    for round in &mut site.rounds {
        round.history.until(now);
        findings.extend(rules::judge(round, now));
    }
    let loaded = theme::load(&root, &site.settings.theme, &site.settings.language)?;
    read_overrides(&root, &loaded.findings, &mut sources);
    findings.extend(loaded.findings);
    Finding::sort(&mut findings);
    Ok(Run { root, now, site, theme: loaded.theme, findings, sources })
}

/// A theme's files are no content and so not among the sources; a broken one is still drawn.
fn read_overrides(root: &Path, findings: &[Finding], sources: &mut Sources) {
    for finding in findings {
        let path = &finding.place.path;
        if !sources.contains_key(path)
            && let Ok(text) = std::fs::read_to_string(root.join(path.as_ref()))
        {
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            sources.insert(path.clone(), Arc::from(text));
        }
    }
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
        }
    }

    fn add(&mut self, findings: Vec<Finding>) {
        if !findings.is_empty() {
            read_overrides(&self.root, &findings, &mut self.sources);
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
