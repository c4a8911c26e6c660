//! One test binary, a file per feature. What is pure is tested beside its code; here is what only
//! the whole can show.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on says so by panicking"
)]

mod arrows;
#[cfg(unix)] // the workflows' commands are for bash
mod beginning;
mod cases;
mod commands;
mod comparing;
mod doctor;
mod doors;
#[cfg(unix)] // programs are ended by signals
mod endpoint;
mod faults;
mod letters;
mod licences;
mod mailserver;
mod past;
mod plan;
#[cfg(unix)]
mod postfix;
mod postgres;
mod posting;
mod preview;
mod progress;
mod repository;
mod sending;
mod serving;
mod sharing;
mod shipped;
mod store;
mod survey;
mod survival;
mod themes;
mod traps;
mod wellformed;
