//! `littlethings diff`: what a change means, for the people who decide about it.

use std::process::ExitCode;

use clap::Args;
use jiff::Timestamp;
use littlethings::changes::{self, Changes, Side, State};
use littlethings::content::{self, Content, Remembered};
use littlethings::finding::Finding;
use littlethings::model::Settings;
use littlethings::pages::{self, Input};
use littlethings::rules;
use littlethings::theme::{self, Loaded, ThemeError};

use crate::mailing;
use crate::options::Options;
use crate::progress::Progress;
use crate::screen;
use crate::trouble::Trouble;

/// Say what has changed since a commit, in the words of the round and not in lines.
///
/// Markdown, by round and product: what was started or skipped, what moved, who owns what now, who
/// agrees; how many findings more or fewer there are; and whom a merge will mail. First names only, and never an address.
#[derive(Args)]
pub struct Diff {
    /// The commit to compare with, by any name that git knows; of a branch that has gone on since,
    /// where this one left it
    #[arg(long, value_name = "REV")]
    since: String,

    /// Say it in at most so many bytes, where there is no room for more: what is left out is said,
    /// and half of the room is kept for whom a merge will mail
    #[arg(long, value_name = "BYTES", value_parser = clap::value_parser!(u32).range(1000..))]
    at_most: Option<u32>,
}

impl Diff {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let changes = self.changes(options)?;
        let limit = self.at_most.and_then(|bytes| usize::try_from(bytes).ok());
        screen::say(&changes.markdown_within(limit.unwrap_or(usize::MAX)))?;
        Ok(ExitCode::SUCCESS)
    }

    fn changes(&self, options: &Options) -> Result<Changes, Trouble> {
        let root = options.root()?;
        let progress = Progress::begin("reading");
        let mut remembered = Remembered::default();
        let begun = content::begin(&root, &mut remembered)?;
        let (mut after, ()) = begun.read_beside(&mut remembered, |it| options.now(it), |_| ())?;
        let mut before = content::read_at(&root, &self.since)?;
        // Else whatever the history tells would seem to come from the change.
        let now = options.now(&after.site.settings);
        content::recall(&root, &mut before, &mut remembered, now);
        drop(progress);
        let _progress = Progress::begin("comparing");
        for Content { site, findings, .. } in [&mut before, &mut after] {
            for round in &site.rounds {
                findings.extend(rules::judge(round, now));
            }
            findings.retain(|finding| !rules::is_left_to_fmt(finding));
            Finding::sort(findings);
        }
        after.findings.extend(rules::judge_since(&before.site, &after.site, now));
        let unread = changes::bridge(side(&mut before), side(&mut after));
        let is_frozen = options.is_frozen(&after.site.settings);
        let Settings { theme: name, language, .. } = &before.site.settings;
        let loaded = theme::load_held(&before.themes, name, language)?;
        judge_theme(&mut before, loaded, now, is_frozen)?;
        let Settings { theme: name, language, .. } = &after.site.settings;
        let loaded = theme::load(&root, name, language)?;
        judge_theme(&mut after, loaded, now, is_frozen)?;
        let mut changes = changes::between(state(&before), state(&after), now);
        changes.site.splice(..0, unread);
        changes.site.extend(of_theme(&before.findings, &after.findings).map(str::to_owned));
        changes.mailings = mailing::brought(&before.site, &after.site, now);
        Ok(changes)
    }
}

/// Whether the looks of the site are its own in one of the states only. What exactly is wrong is for
/// the check to tell.
fn of_theme(before: &[Finding], after: &[Finding]) -> Option<&'static str> {
    let fails = |findings: &[Finding]| findings.iter().any(|it| it.rule == theme::RULE);
    match (fails(before), fails(after)) {
        (false, true) => {
            Some("the theme cannot be used as it is any more, so the default one stands in for it")
        }
        (true, false) => Some("the theme can be used again"),
        _ => None,
    }
}

/// Adds what there is to say of the theme of a state, some of which shows only when its pages are
/// made.
fn judge_theme(
    content: &mut Content,
    loaded: Loaded,
    now: Timestamp,
    is_frozen: bool,
) -> Result<(), ThemeError> {
    let Loaded { theme, mut findings, .. } = loaded;
    if theme.has_own_templates() {
        let (site, rules) = (&content.site, rules::texts());
        let known = &content.findings;
        let input = Input { site, findings: known, rules: &rules, theme: &theme, now, is_frozen };
        findings.extend(pages::settle(input)?.findings);
    }
    content.findings.extend(findings);
    Finding::sort(&mut content.findings);
    Ok(())
}

fn side(content: &mut Content) -> Side<'_> {
    Side { site: &mut content.site, settings_refused: content.settings_refused }
}

fn state(content: &Content) -> State<'_> {
    State { site: &content.site, findings: &content.findings }
}
