//! `littlethings-mail`: tells owners what happens to their items, and asks both sides how it was. A
//! file per command; each command is a struct of its flags with a `run` that reads as a paragraph.

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

mod doctor;
mod due;
mod export;
mod forget;
mod import;
mod letters;
mod links;
mod log;
mod office;
#[allow(dead_code, reason = "the two binaries share it, and each uses a part")]
#[path = "../littlethings/options.rs"]
mod options;
mod pace;
mod person;
mod preview;
#[allow(dead_code, reason = "the two binaries share it, and each uses a part")]
#[path = "../littlethings/progress.rs"]
mod progress;
mod resolve;
mod results;
mod rounds;
#[allow(dead_code, reason = "the two binaries share it, and each uses a part")]
#[path = "../littlethings/screen.rs"]
mod screen;
mod send;
mod serve;
mod signals;
mod survey;
mod trouble;
mod variables;

/// A run makes millions of small things on all processors, and throws most of them away at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Mail for a week of little things: owners hear what happens to their item.
#[derive(Parser)]
#[command(version, max_term_width = 100)]
struct Arguments {
    #[command(flatten)]
    options: options::Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Due(due::Due),
    Preview(preview::Preview),
    Send(send::Send),
    Serve(serve::Serve),
    Log(log::Log),
    Resolve(resolve::Resolve),
    Results(results::Results),
    Import(import::Import),
    Export(export::Export),
    Forget(forget::Forget),
    Survey(survey::Survey),
    Doctor(doctor::Doctor),
}

fn main() -> ExitCode {
    let Arguments { options, command } = Arguments::parse();
    if let Err(trouble) = variables::look(&Arguments::command(), variables::set()) {
        return screen::give_up(&trouble);
    }
    let outcome = match command {
        Command::Due(due) => due.run(&options),
        Command::Preview(preview) => preview.run(&options),
        Command::Send(send) => send.run(&options),
        Command::Serve(serve) => serve.run(&options),
        Command::Log(log) => log.run(&options),
        Command::Resolve(resolve) => resolve.run(&options),
        Command::Results(results) => results.run(&options),
        Command::Import(import) => import.run(&options),
        Command::Export(export) => export.run(&options),
        Command::Forget(forget) => forget.run(&options),
        Command::Survey(survey) => survey.run(&options),
        Command::Doctor(doctor) => doctor.run(&options),
    };
    outcome.unwrap_or_else(|trouble| screen::give_up(&trouble))
}
