//! The survey from the link in a mail to the results, in one process and without waiting: requests
//! go to the router, and time passes when a test says so.

use littlethings::store::Place;

use crate::repository::Repository;

mod collecting;
pub mod desk;
mod forms;
mod importing;
mod links;
mod mailer;
#[allow(clippy::duplicate_mod, reason = "the same tests with another store")]
mod on_a_server;
mod people;
mod records;
mod results;
mod sealing;

/// Where the store of these tests is: a file.
async fn place(repository: &Repository) -> Place {
    Place::File(repository.path("store.db"))
}
