//! How fast letters leave, and how long it takes to say which are due.
//!
//! ```console
//! cargo bench --bench letters                     # all of the below but the kills
//! cargo bench --bench letters -- send 2000 7      # so many letters, so many runs
//! cargo bench --bench letters -- due 1000 7       # so many lists, so many runs
//! cargo bench --bench letters -- kills 200        # a run of 200 letters, killed so often
//! ```
//!
//! Each round of runs does everything once, one after the other, and what is compared is compared
//! within it, so that a machine that is busy with something else changes both sides alike. What is
//! told are medians, and the median of the ratios.

#![allow(clippy::print_stdout, reason = "the numbers are for whoever runs it")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a measurement that cannot go on says so by panicking"
)]

mod due;
#[allow(dead_code, reason = "the benchmarks share it, and each uses a part")]
#[path = "../speed/generate.rs"]
mod generate;
mod send;

use std::process::{Command, Stdio};
use std::time::Instant;

fn main() {
    // Cargo adds a flag of its own.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => {
            send::measure(2000, 7);
            due::measure(1000, 7);
        }
        ["send", letters, runs] => send::measure(letters.parse().unwrap(), runs.parse().unwrap()),
        ["due", lists, runs] => due::measure(lists.parse().unwrap(), runs.parse().unwrap()),
        ["kills", times] => kill(times),
        _ => panic!("see the head of benches/letters/main.rs"),
    }
}

/// The test of `.ci/run`, with more kills.
fn kill(times: &str) {
    let mut test = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    test.args(["test", "--test", "suite", "a_run_that_is_killed_again_and_again"]);
    let ended = test.env("LITTLETHINGS_TEST_KILLS", times).status().unwrap();
    assert!(ended.success());
}

/// The program without anything that its surroundings could change.
fn program(path: &str) -> Command {
    let mut program = Command::new(path);
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LITTLETHINGS_")) {
        program.env_remove(name);
    }
    program.env_remove("DATABASE_URL");
    program
}

/// How many milliseconds a program takes, and what it says.
fn timed(mut command: Command) -> (f64, String) {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let begun = Instant::now();
    let output = command.output().unwrap();
    let took = begun.elapsed().as_secs_f64() * 1000.0;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{command:?}: {said}");
    (took, String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The middle one; of an even number the lower of the two.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[(numbers.len() - 1) / 2]
}
