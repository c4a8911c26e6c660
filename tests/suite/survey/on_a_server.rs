//! The same tests, with a store on a PostgreSQL server; on a file where there is none.

use littlethings::store::Place;

use crate::postgres;
use crate::repository::Repository;

#[path = "collecting.rs"]
mod collecting;
#[path = "desk.rs"]
mod desk;
#[path = "forms.rs"]
mod forms;
#[path = "importing.rs"]
mod importing;
#[path = "links.rs"]
mod links;
#[path = "mailer.rs"]
mod mailer;
#[path = "results.rs"]
mod results;
#[path = "sealing.rs"]
mod sealing;

async fn place(repository: &Repository) -> Place {
    postgres::place().await.unwrap_or(Place::File(repository.path("store.db")))
}
