//! What `due` takes beside `check`, on a round in the middle of its week, when every list has news.

use std::path::Path;
use std::process::Command;

use crate::{generate, median, program, timed};

pub fn measure(lists: usize, runs: usize) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let root = folder.path();
    generate::repository(root, lists).unwrap();
    let due = letters(root);
    // Once without counting: what is read for the first time comes from the disk.
    round(root);
    let rounds: Vec<Round> = (1..=runs).map(|_| round(root)).collect();
    let of = |number: fn(&Round) -> f64| median(rounds.iter().map(number).collect());
    println!(
        "\n| lists | letters | due | check | ratio | due --short | ratio |\n|---|---|---|---|---|---|---|\n\
         | {lists} | {due} | {:.0} ms | {:.0} ms | {:.2} | {:.0} ms | {:.2} |",
        of(|it| it.due),
        of(|it| it.check),
        of(|it| it.due / it.check),
        of(|it| it.short),
        of(|it| it.short / it.check),
    );
}

/// What one round of runs took, in milliseconds.
struct Round {
    due: f64,
    short: f64,
    check: f64,
}

fn round(root: &Path) -> Round {
    let check = timed(littlethings(root)).0;
    let due = timed(mailer(root, &["due"])).0;
    let short = timed(mailer(root, &["due", "--short"])).0;
    Round { due, short, check }
}

fn littlethings(root: &Path) -> Command {
    let mut check = program(env!("CARGO_BIN_EXE_littlethings"));
    check.args(["check", "--now", generate::NOW, "--root"]).arg(root);
    check
}

fn mailer(root: &Path, arguments: &[&str]) -> Command {
    let mut due = program(env!("CARGO_BIN_EXE_littlethings-mail"));
    due.args(arguments).args(["--now", generate::NOW, "--root"]).arg(root);
    due
}

/// How many letters there are.
fn letters(root: &Path) -> usize {
    let (_, said) = timed(mailer(root, &["due", "--format", "json"]));
    let plan: serde_json::Value = serde_json::from_str(&said).unwrap();
    plan["letters"].as_array().unwrap().len()
}
