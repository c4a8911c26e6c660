//! Whole processes: a first build against a copy of what it made, and what follows it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use tempfile::TempDir;

use crate::{generate, median};

/// The columns of what is told.
pub const HEAD: &str = "\
| lists | files | copy | only written | ratio | first build | ratio | nothing new | ratio | check | of a build | memory |
|---|---|---|---|---|---|---|---|---|---|---|---|";

/// What one round of runs took, in milliseconds.
struct Round {
    copy: f64,
    /// The same files from memory, by all processors: what no build can do without.
    written: f64,
    first: f64,
    again: f64,
    check: f64,
}

/// Makes a round of so many lists.
pub type Generate = fn(&Path, usize) -> std::io::Result<()>;

/// Gives back the folder that all of it lies in.
pub fn measure(lists: usize, runs: usize, generate: Generate) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    generate(root, lists).unwrap();
    let memory = peak(root);
    // Once without counting: what is read for the first time comes from the disk.
    round(root, 0);
    let rounds: Vec<Round> = (1..=runs).map(|number| round(root, number)).collect();
    let of = |number: fn(&Round) -> f64| median(rounds.iter().map(number).collect());
    let files = walkdir::WalkDir::new(root.join("public-0")).into_iter().flatten();
    println!(
        "| {lists} | {} | {:.0} ms | {:.0} ms | {:.2} | {:.0} ms | {:.2} | {:.0} ms | {:.2} | {:.0} ms | {:.2} | {memory:.0} MB |",
        files.filter(|file| file.file_type().is_file()).count(),
        of(|it| it.copy),
        of(|it| it.written),
        of(|it| it.written / it.copy),
        of(|it| it.first),
        of(|it| it.first / it.copy),
        of(|it| it.again),
        of(|it| it.again / it.copy),
        of(|it| it.check),
        of(|it| it.check / it.first),
    );
    folder
}

/// Every run has folders of its own, and nothing is removed before the end: for minutes after
/// thousands of files were removed, ext4 takes several times as long to make new ones, and whom that
/// hits is chance.
fn round(root: &Path, number: usize) -> Round {
    let public = root.join(format!("public-{number}"));
    let build = || {
        let mut build = littlethings(root, "build");
        build.arg("--out").arg(&public);
        build
    };
    let first = timed(build());
    let mut copying = Command::new("cp");
    copying.arg("-r").arg(&public).arg(root.join(format!("copied-{number}")));
    let copy = timed(copying);
    let written = written(&public, &root.join(format!("written-{number}")));
    let again = timed(build());
    let check = timed(littlethings(root, "check"));
    Round { copy, written, first, again, check }
}

/// How long it takes to write what lies in a folder into another one, once it is in memory.
fn written(from: &Path, to: &Path) -> f64 {
    let (mut folders, mut files) = (Vec::new(), Vec::new());
    for entry in walkdir::WalkDir::new(from).into_iter().flatten() {
        let place = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            folders.push(place);
        } else {
            files.push((place, fs::read(entry.path()).unwrap()));
        }
    }
    let next = AtomicUsize::new(0);
    let write = || {
        while let Some((place, bytes)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            fs::write(place, bytes).unwrap();
        }
    };
    let begun = Instant::now();
    folders.iter().for_each(|folder| fs::create_dir(folder).unwrap());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().unwrap().get() {
            scope.spawn(write);
        }
    });
    begun.elapsed().as_secs_f64() * 1000.0
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
    let told = Command::new("/usr/bin/time")
        .args(["-f", "%M", env!("CARGO_BIN_EXE_littlethings"), "build", "--now", generate::NOW])
        .arg("--root")
        .arg(root)
        .arg("--out")
        .arg(root.join("fresh"))
        .stdout(Stdio::null())
        .output();
    // Not every system has that command.
    let Ok(told) = told else { return f64::NAN };
    let last = String::from_utf8_lossy(&told.stderr).lines().last().unwrap_or_default().to_owned();
    last.trim().parse::<f64>().map_or(f64::NAN, |kibibytes| kibibytes * 1.024 / 1000.0)
}

/// The content that comes with the program, beside the call of git that reads its history: as a
/// process of its own, because starting it is a part of what it costs.
/// Gives back the folder that the sites lie in.
pub fn shipped(runs: usize) -> TempDir {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile::tempdir().unwrap();
    let round = |run: usize| {
        let mut build = littlethings(root, "build");
        build.arg("--out").arg(folder.path().join(format!("public-{run}")));
        (timed(build), timed(history(root)))
    };
    round(0); // The first one is not counted.
    let took: Vec<(f64, f64)> = (1..=runs).map(round).collect();
    let of = |number: fn(&(f64, f64)) -> f64| median(took.iter().map(number).collect());
    println!(
        "\n| shipped content | git alone | beyond git |\n|---|---|---|\n| {:.1} ms | {:.1} ms | {:.1} ms |",
        of(|it| it.0),
        of(|it| it.1),
        of(|it| it.0 - it.1),
    );
    folder
}

/// What a build asks git for.
fn history(root: &Path) -> Command {
    let mut git = Command::new("git");
    git.arg("-C").arg(root).args(["--no-pager", "--no-optional-locks"]);
    git.args(["log", "--full-history", "--sparse", "--raw", "-m", "-z", "--no-renames"]);
    git.args(["--no-abbrev", "--relative", "--decorate-refs=HEAD", "--decorate-refs=refs/heads/"]);
    git.args(["--format=%x01%H %ct %P%x00%D%x00>%s", "--"]);
    git.args(["content", "themes", "littlethings.toml"]);
    git
}
