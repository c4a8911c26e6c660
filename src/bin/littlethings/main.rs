//! `littlethings`: from Markdown lists to a status site. A file per command; each command is a
//! struct of its flags with a `run` that reads as a paragraph.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod build;
mod check;
mod checkout;
mod completions;
mod diff;
mod fmt;
mod init;
mod mailing;
mod new;
mod options;
mod progress;
mod report;
mod rules;
mod run;
mod screen;
mod seal;
mod serve;
mod status;
mod text;
mod trouble;

/// A run makes millions of small things on all processors, and throws most of them away at once.
/// Of its two lines of releases this one gives back within milliseconds what is thrown away.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A week of little things: Markdown lists in, a status site out.
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
    Init(init::Init),
    Check(check::Check),
    Build(build::Build),
    Diff(diff::Diff),
    Serve(serve::Serve),
    Status(status::Status),
    New(new::New),
    Fmt(fmt::Fmt),
    Rules(rules::Rules),
    Completions(completions::Completions),
}

fn main() -> ExitCode {
    let Arguments { options, command } = Arguments::parse();
    let outcome = match command {
        Command::Init(init) => init.run(&options),
        Command::Check(check) => check.run(&options),
        Command::Build(build) => build.run(&options),
        Command::Diff(diff) => diff.run(&options),
        Command::Serve(serve) => serve.run(&options),
        Command::Status(status) => status.run(&options),
        Command::New(new) => new.run(&options),
        Command::Fmt(fmt) => fmt.run(&options),
        Command::Rules(rules) => rules.run(),
        Command::Completions(completions) => completions.run(),
    };
    outcome.unwrap_or_else(|trouble| screen::give_up(&trouble))
}
