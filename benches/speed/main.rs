//! How fast it is, measured as whole processes on rounds that are made for it.
//!
//! ```console
//! cargo bench --bench speed                        # all of what follows, which takes minutes
//! cargo bench --bench speed -- measure 10000 3     # that many lists, that many runs
//! cargo bench --bench speed -- serve 1000 100      # that many lists, that many edits of each kind
//! cargo bench --bench speed -- shipped 30          # the shipped content, that many runs
//! cargo bench --bench speed -- generate 1000 DIR   # only make a round, to look at it
//! cargo bench --bench speed -- measure 1000 7 history    # in git, with hundreds of commits
//! cargo bench --bench speed -- serve 1000 100 history
//! cargo bench --bench speed -- generate 1000 DIR history
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

mod edits;
mod generate;
mod whole;

use std::path::Path;

const WITHOUT_HISTORY: whole::Generate = generate::repository;
const WITH_HISTORY: whole::Generate = generate::repository_with_history;

fn main() {
    // Cargo adds a flag of its own.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => {
            // All files stay until the end: to remove them slows the disk down for minutes.
            let shipped = whole::shipped(30);
            println!("\n{}", whole::HEAD);
            let rounds = [(10, 7), (1000, 7), (10_000, 1)];
            let made = rounds.map(|(lists, runs)| whole::measure(lists, runs, WITHOUT_HISTORY));
            let with_history = whole::measure(1000, 7, WITH_HISTORY);
            println!();
            let edited =
                [WITHOUT_HISTORY, WITH_HISTORY].map(|round| edits::measure(1000, 100, round));
            drop((edited, shipped, made, with_history));
        }
        ["measure", lists, runs] => {
            println!("{}", whole::HEAD);
            drop(whole::measure(lists.parse().unwrap(), runs.parse().unwrap(), WITHOUT_HISTORY));
        }
        ["measure", lists, runs, "history"] => {
            println!("{}", whole::HEAD);
            drop(whole::measure(lists.parse().unwrap(), runs.parse().unwrap(), WITH_HISTORY));
        }
        ["shipped", runs] => drop(whole::shipped(runs.parse().unwrap())),
        ["serve", lists, edits] => {
            drop(edits::measure(lists.parse().unwrap(), edits.parse().unwrap(), WITHOUT_HISTORY));
        }
        ["serve", lists, edits, "history"] => {
            drop(edits::measure(lists.parse().unwrap(), edits.parse().unwrap(), WITH_HISTORY));
        }
        ["generate", lists, folder] => {
            std::fs::create_dir_all(folder).unwrap();
            WITHOUT_HISTORY(Path::new(folder), lists.parse().unwrap()).unwrap();
        }
        ["generate", lists, folder, "history"] => {
            std::fs::create_dir_all(folder).unwrap();
            WITH_HISTORY(Path::new(folder), lists.parse().unwrap()).unwrap();
        }
        _ => panic!("see the head of benches/speed/main.rs"),
    }
}

/// The middle one; of an even number the lower of the two.
fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[(numbers.len() - 1) / 2]
}
