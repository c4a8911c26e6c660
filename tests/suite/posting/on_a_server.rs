//! The same tests, with a store on a PostgreSQL server; in a file where there is none.

use crate::postgres;

#[path = "runs.rs"]
mod runs;

fn database() -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(postgres::database())
}
