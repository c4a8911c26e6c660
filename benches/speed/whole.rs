//! Whole processes: a first build against a copy of what it made, and what follows it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::{generate, median};

/// The columns of what is told.
pub const HEAD: &str = "\
| lists | files | copy | first build | ratio | nothing new | ratio | check | of a build | memory |
|---|---|---|---|---|---|---|---|---|---|";

/// What one round of runs took, in milliseconds.
struct Round {
    copy: f64,
    first: f64,
    again: f64,
    check: f64,
    memory: f64,
}

pub fn measure(lists: usize, runs: usize) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    generate::repository(root, lists).unwrap();
    // Once without counting: what is read for the first time comes from the disk.
    round(root);
    let rounds: Vec<Round> = (0..runs).map(|_| round(root)).collect();
    let of = |number: fn(&Round) -> f64| median(rounds.iter().map(number).collect());
    let files = walkdir::WalkDir::new(root.join("public")).into_iter().flatten();
    println!(
        "| {lists} | {} | {:.0} ms | {:.0} ms | {:.2} | {:.0} ms | {:.2} | {:.0} ms | {:.2} | {:.0} MB |",
        files.filter(|file| file.file_type().is_file()).count(),
        of(|it| it.copy),
        of(|it| it.first),
        of(|it| it.first / it.copy),
        of(|it| it.again),
        of(|it| it.again / it.copy),
        of(|it| it.check),
        of(|it| it.check / it.first),
        of(|it| it.memory),
    );
}

fn round(root: &Path) -> Round {
    let (public, copied) = (root.join("public"), root.join("copied"));
    for folder in [&public, &copied] {
        if folder.exists() {
            std::fs::remove_dir_all(folder).unwrap();
        }
    }
    let first = timed(littlethings(root, "build"));
    let mut copying = Command::new("cp");
    copying.arg("-r").arg(&public).arg(&copied);
    let copy = timed(copying);
    let again = timed(littlethings(root, "build"));
    let check = timed(littlethings(root, "check"));
    let memory = peak(root);
    Round { copy, first, again, check, memory }
}

fn littlethings(root: &Path, command: &str) -> Command {
    let mut run = Command::new(env!("CARGO_BIN_EXE_littlethings"));
    run.args([command, "--now", generate::NOW, "--root"]).arg(root);
    run
}

fn timed(mut command: Command) -> f64 {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let begun = Instant::now();
    let ended = command.status().unwrap();
    let took = begun.elapsed().as_secs_f64() * 1000.0;
    assert!(ended.success(), "{command:?}");
    took
}

/// The most memory a first build had at once, in megabytes, as the system counted it.
fn peak(root: &Path) -> f64 {
    let fresh = root.join("fresh");
    let told = Command::new("/usr/bin/time")
        .args(["-f", "%M", env!("CARGO_BIN_EXE_littlethings"), "build", "--now", generate::NOW])
        .arg("--root")
        .arg(root)
        .arg("--out")
        .arg(&fresh)
        .stdout(Stdio::null())
        .output();
    let _ = std::fs::remove_dir_all(&fresh);
    // Not every system has that command.
    let Ok(told) = told else { return f64::NAN };
    let last = String::from_utf8_lossy(&told.stderr).lines().last().unwrap_or_default().to_owned();
    last.trim().parse::<f64>().map_or(f64::NAN, |kibibytes| kibibytes * 1.024 / 1000.0)
}
