//! The same tests, with a store on a PostgreSQL server; in a file where there is none.

use crate::postgres;

#[path = "order.rs"]
mod order;
#[path = "runs.rs"]
mod runs;

fn database() -> Option<String> {
    postgres::database_now()
}
