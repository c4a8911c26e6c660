//! One run: store what is due, claim letter by letter, hand it over, write down the answer.
//!
//! In reading order: [`trust`] asks whether the store is the one that knows what was told.
//! [`stock`] brings the letters of the store in line with the plan, in final [`word`]s. [`run`](fn@run) sends what is
//! there, at the [`pace`] that was asked for, and [`verdict`] reads what the door said of each.
//!
//! It decides nothing about who is told what, and never changes a byte of a letter. The time is an
//! argument, and so is everything that waits.

mod backoff;
mod hash;
mod pace;
mod run;
mod settings;
mod stock;
mod trust;
mod verdict;
mod word;

pub use hash::hash;
pub use run::{Ended, Report, Run, Sent, run};
pub use settings::Settings;
pub use stock::{Stock, Stocked, Unworded, baseline, notices_of, stock};
pub use trust::{Trust, acknowledge, trust};
pub use word::{word, word_for_trial};
