//! `littlethings check`: read, judge, draw.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use annotate_snippets::Renderer;
use clap::{Args, ValueEnum};
use littlethings::content::{self, Content};
use littlethings::finding::{Counts, Finding, Sources};
use littlethings::rules;

use crate::checkout;
use crate::options::{self, Options};
use crate::progress::Progress;
use crate::report;
use crate::run::{Run, gather};
use crate::screen;
use crate::trouble::Trouble;

/// Say what the lists do not do that the rules ask for.
///
/// Every finding names its file, line and column and what to type instead. Exits with 1 when
/// there is an error, with 0 when there are only warnings and hints, with 2 when it could not run.
#[derive(Args)]
pub struct Check {
    /// For people, for the annotations of a pull request, or for machines
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Compare with this commit, or with where this branch left it, and tell what only a
    /// comparison can see. Annotations begin with what lies in files that are others now
    #[arg(long, value_name = "REV")]
    since: Option<String>,

    /// Files and folders to speak of; everything is judged, the rest is not shown
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    #[default]
    Human,
    Github,
    Json,
}

impl Check {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let progress = Progress::begin("reading");
        let mut run = gather(options)?;
        if run.theme.has_own_templates() {
            run.settle()?;
        }
        if let Some(revision) = &self.since {
            let before = content::read_at(&run.root, revision)?;
            let brought = rules::judge_since(&before.site, &run.site, run.now);
            run.findings.extend(brought.iter().cloned());
            Finding::sort(&mut run.findings);
            if matches!(self.format, Format::Github) {
                let now = &run.sources;
                let is_first = |it: &Finding| brought.contains(it) || touches(&before, now, it);
                run.findings.sort_by_cached_key(|finding| !is_first(finding));
            }
        }
        drop(progress);
        let wanted = within(&run.root, &self.paths)?;
        run.findings.retain(|finding| is_wanted(finding, &wanted));
        screen::say(&self.format.text(&run)?)?;
        let failed = Counts::of(&run.findings).error > 0;
        // The process ends here: to give back the memory of a large site bit by bit is lost time.
        std::mem::forget(run);
        Ok(if failed { ExitCode::from(1) } else { ExitCode::SUCCESS })
    }
}

impl Format {
    fn text(self, run: &Run) -> Result<String, Trouble> {
        Ok(match self {
            Format::Human => {
                let renderer = Renderer::styled().term_width(screen::columns(140));
                let drawn = report::human(&run.findings, &run.sources, &renderer);
                format!("{drawn}{}\n", report::summary(&run.findings))
            }
            Format::Github => report::github(&run.findings, &checkout::prefix(&run.root)),
            Format::Json => report::json(&run.findings).map_err(|error| Trouble::Write {
                path: "the findings".to_owned(),
                source: error.into(),
            })?,
        })
    }
}

/// Whether a finding lies in a file whose text is another than before. A forge shows only so many
/// of each kind, and whoever made the change looks for their own.
fn touches(before: &Content, now: &Sources, finding: &Finding) -> bool {
    let path = &finding.place.path;
    let text = before.sources.get(path).map(|text| text.as_bytes());
    let was = text.or_else(|| before.themes.get(&**path).map(Vec::as_slice));
    was != now.get(path).map(|text| text.as_bytes())
}

/// The paths on the command line as findings name them: relative to the root, with `/`.
fn within(root: &Path, paths: &[PathBuf]) -> Result<Vec<String>, Trouble> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let root = canonical(root)?;
    let here = options::here()?;
    paths
        .iter()
        .map(|path| {
            let full = canonical(&here.join(path))?;
            let inner = full.strip_prefix(&root).map_err(|_| Trouble::Outside {
                path: path.display().to_string(),
                root: root.display().to_string(),
            })?;
            Ok(checkout::slashed(inner))
        })
        .collect()
}

fn is_wanted(finding: &Finding, wanted: &[String]) -> bool {
    wanted.is_empty()
        || wanted.iter().any(|path| {
            path.is_empty()
                || finding
                    .place
                    .path
                    .strip_prefix(path.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
}

fn canonical(path: &Path) -> Result<PathBuf, Trouble> {
    path.canonicalize().map_err(|source| Trouble::Read { path: path.display().to_string(), source })
}
