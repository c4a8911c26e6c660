//! The survey from the link in a mail to the results, in one process and without waiting: requests
//! go to the router, and time passes when a test says so.

mod collecting;
mod desk;
mod forms;
mod importing;
mod links;
mod people;
mod records;
mod results;
mod sealing;
