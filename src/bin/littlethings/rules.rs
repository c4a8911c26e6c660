//! `littlethings rules`: what the rules of engagement ask.

use std::fmt::Write;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use littlethings::finding::{RuleText, Severity};
use littlethings::model::Limits;

use crate::screen;
use crate::text;
use crate::trouble::Trouble;

/// Print the rules of engagement.
#[derive(Args)]
pub struct Rules {
    /// For people, for machines, or for a page
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    #[default]
    Human,
    Json,
    Markdown,
}

impl Rules {
    pub fn run(self) -> Result<ExitCode, Trouble> {
        let rules = littlethings::rules::texts();
        let text = match self.format {
            Format::Human => human(&rules, screen::columns(80).min(100)),
            Format::Markdown => markdown(&rules),
            Format::Json => {
                serde_json::to_string_pretty(&rules).map_err(|error| Trouble::Write {
                    path: "the rules".to_owned(),
                    source: error.into(),
                })? + "\n"
            }
        };
        screen::say(&text)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn human(rules: &[RuleText], columns: usize) -> String {
    let mut page = String::new();
    for rule in rules {
        let _ = write!(page, "{}\n{}", rule.name, text::wrap(&asks(rule), "  ", "  ", columns));
        let _ = writeln!(page, "  -> {}\n", gravity(rule));
    }
    page.push_str(&text::wrap(
        "A round may set other limits. Once its decision is written, a round is judged in hints \
         only.",
        "",
        "",
        columns,
    ));
    page
}

fn markdown(rules: &[RuleText]) -> String {
    let mut page = String::new();
    for rule in rules {
        let _ = writeln!(page, "### `{}`\n\n{}\n\n{}.\n", rule.name, asks(rule), gravity(rule));
    }
    page
}

/// What the rule asks, with the limits of a round that sets none.
fn asks(rule: &RuleText) -> String {
    let limits = Limits::default();
    rule.asks
        .replace("{items}", &limits.items.to_string())
        .replace("{estimate}", &limits.estimate.to_string())
}

/// `a hint, an error once the lists are due`.
fn gravity(rule: &RuleText) -> String {
    if rule.before == rule.after {
        format!("always {}", one(rule.after))
    } else {
        format!("{}, {} {}", one(rule.before), one(rule.after), rule.deadline)
    }
}

fn one(severity: Severity) -> &'static str {
    match severity {
        Severity::Hint => "a hint",
        Severity::Warning => "a warning",
        Severity::Error => "an error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_stands_with_its_limits_and_its_gravity() {
        let page = human(&littlethings::rules::texts(), 60);
        assert!(page.contains("exactly-ten-items\n  Each list has exactly 10 items."), "{page}");
        assert!(page.contains("  -> a hint, an error once the lists are due\n"), "{page}");
        assert!(page.lines().all(|line| text::width(line) <= 60), "{page}");
        assert!(!page.contains('{') && !markdown(&littlethings::rules::texts()).contains('{'));
    }
}
