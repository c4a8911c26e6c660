//! How many people can answer at once: `littlethings-mail serve` as a program, with its store on
//! the disk, and a thousand people who answer and change their answers, each over a connection of
//! their own.
//!
//! ```console
//! cargo bench --bench answers             # 300 answers a second for 60 seconds; then a kill
//! cargo bench --bench answers -- 500 30   # that many a second, for so many seconds
//! ```
//!
//! The load is open: an answer is sent when it is time for it, however many are still on their way,
//! and its time is counted from when it was to be sent. Client and server share the machine.

#![allow(clippy::print_stdout, reason = "the numbers are for whoever runs it")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a measurement that cannot go on says so by panicking"
)]

mod crowd;
mod load;
mod served;

use std::sync::Mutex;
use std::thread;
use std::time::Duration;

use crowd::Crowd;
use load::{Load, Sent};
use served::Served;

/// How many people are asked.
const PEOPLE: usize = 1000;
/// A form that is sent sooner than this after it was opened is asked about.
const READING: Duration = Duration::from_secs(3);

fn main() {
    // Cargo adds a flag of its own.
    let arguments = std::env::args().skip(1).filter(|it| it != "--bench");
    let arguments: Vec<u32> = arguments.map(|it| it.parse().unwrap()).collect();
    let (rate, seconds) = match arguments.as_slice() {
        [] => (300, 60),
        [rate, seconds] => (*rate, *seconds),
        _ => panic!("see the head of benches/answers/main.rs"),
    };
    measure(rate, seconds);
    kill(rate, 10);
}

/// Answers at that rate, and what they cost.
fn measure(rate: u32, seconds: u32) {
    let folder = tempfile::tempdir().unwrap();
    let mut crowd = Crowd::in_repository(folder.path(), PEOPLE);
    let served = Served::in_repository(folder.path());
    crowd.open_forms(&served.address);
    thread::sleep(READING);
    let memory = Mutex::new(vec![served.memory()]);
    let load = Load { rate, seconds, address: &served.address };
    let sent = load.send(&crowd, |at| {
        let mut memory = memory.lock().unwrap();
        if at >= Duration::from_secs(u64::from(seconds)) / 4 * memory.len() as u32 {
            memory.push(served.memory());
        }
    });
    let mut memory = memory.into_inner().unwrap();
    memory.push(served.memory());
    let memory: Vec<String> = memory.iter().map(|it| format!("{it:.1}")).collect();
    let taken = sent.iter().filter(|sent| sent.is_kept()).count();
    let last = sent.iter().map(|sent| sent.intended + sent.latency).max().unwrap();
    println!("{rate} answers a second for {seconds} s, {PEOPLE} people, a connection each:");
    println!("  kept        {taken} of {}, {} errors", sent.len(), sent.len() - taken);
    println!("  throughput  {:.1} a second", taken as f64 / last.as_secs_f64());
    println!("  latency     {}", quantiles(&sent));
    println!("  memory      {} MB, before, after each quarter", memory.join(", "));
    for status in statuses(&sent) {
        println!("  not kept    {status}");
    }
}

/// Kills the server in the middle of the load, and looks whether it still has what it said it kept.
fn kill(rate: u32, seconds: u32) {
    let folder = tempfile::tempdir().unwrap();
    let mut crowd = Crowd::in_repository(folder.path(), PEOPLE);
    let served = Served::in_repository(folder.path());
    crowd.open_forms(&served.address);
    thread::sleep(READING);
    let load = Load { rate, seconds, address: &served.address };
    let sent = load.send(&crowd, |at| {
        if at > Duration::from_millis(u64::from(seconds) * 500) {
            served.kill();
        }
    });
    drop(served);
    let served = Served::in_repository(folder.path());
    let (mut kept, mut lost) = (0, 0);
    for (index, person) in crowd.people.iter().enumerate() {
        let theirs = sent.iter().filter(|sent| sent.person == index && sent.is_kept());
        let Some(last) = theirs.map(|sent| sent.number).max() else { continue };
        kept += 1;
        let there = person.answer_there(&served.address);
        // One that got no answer may have been kept as well.
        if there.is_none_or(|there| there < last) {
            lost += 1;
        }
    }
    let success = sent.iter().filter(|sent| sent.is_kept()).count();
    println!(
        "killed half way: {success} answers of {kept} people had success, of {lost} of them the \
         last is lost"
    );
    assert_eq!(lost, 0);
}

fn quantiles(sent: &[Sent]) -> String {
    let mut times: Vec<Duration> = sent.iter().map(|sent| sent.latency).collect();
    times.sort();
    let at = |share: f64| {
        let index = ((times.len() - 1) as f64 * share).round() as usize;
        times[index].as_secs_f64() * 1000.0
    };
    format!(
        "p50 {:.1} ms, p90 {:.1} ms, p99 {:.1} ms, p99.9 {:.1} ms, longest {:.1} ms",
        at(0.5),
        at(0.9),
        at(0.99),
        at(0.999),
        at(1.0)
    )
}

/// How often each other answer came.
fn statuses(sent: &[Sent]) -> Vec<String> {
    let mut counts = std::collections::BTreeMap::new();
    for sent in sent.iter().filter(|sent| !sent.is_kept()) {
        *counts.entry(sent.status).or_insert(0) += 1;
    }
    counts.iter().map(|(status, count)| format!("{count} with status {status}")).collect()
}
