//! The program itself, beside the tests of its parts.

use crate::repository::{Repository, Told};

/// Runs `littlethings-mail` in a repository, with letters that go into the folder `out`.
pub fn run_mailer(repository: &Repository, arguments: &[&str]) -> Told {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_littlethings-mail"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LITTLETHINGS_")) {
        command.env_remove(name);
    }
    let output = command
        .current_dir(repository.path(""))
        .stdin(std::process::Stdio::null())
        .env_remove("DATABASE_URL")
        .env("LITTLETHINGS_SMTP_URL", "folder:out")
        .env("LITTLETHINGS_RATE", "0")
        .args(arguments)
        .output()
        .unwrap();
    let told = Told {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    };
    assert!(!told.err.contains("panicked"), "{}", told.err);
    told
}
