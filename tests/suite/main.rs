//! One test binary, a file per subject.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may stop where it stands")]

mod survival;
mod traps;
mod wellformed;
