//! `littlethings-mail send` as a program: with a mail server that keeps a journal, ended in every
//! way there is, beside others of its kind, and under a store that cannot be believed.

mod hostile;
#[allow(clippy::duplicate_mod, reason = "the same tests with another store")]
mod on_a_server;
mod order;
#[cfg(unix)]
mod private;
#[cfg(unix)]
mod quiet;
mod runs;
#[cfg(unix)]
mod through_postfix;
mod unsettled;

/// Where the store of these tests is: where it is if nobody says so.
fn database() -> Option<String> {
    None
}
