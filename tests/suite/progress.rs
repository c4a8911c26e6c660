//! What takes longer than a blink says how far it is: to people, and never to a pipe.

use std::process::Command;

use crate::repository::{FROZEN, Repository, list};

/// So many lists that no machine makes their pages in a blink.
fn large() -> Repository {
    let repository = Repository::new();
    let round = repository.read("content/2026-summer/round.toml");
    let mut products = String::new();
    for number in 0..300 {
        products +=
            &format!("\n[products.more-{number}]\nname = \"More {number}\"\nmanager = \"bob\"\n");
        let text = list(10).replace("- Ref: ", &format!("- Ref: {number}-"));
        repository.write(&format!("content/2026-summer/lists/more-{number}.md"), text);
    }
    repository.write("content/2026-summer/round.toml", round + &products);
    repository
}

#[test]
fn a_pipe_gets_only_what_was_done() {
    let told = large().run(["build", "--now", FROZEN]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert_eq!(told.err, "");
    assert_eq!(told.out.lines().count(), 1, "{}", told.out);
    assert!(!told.out.contains(['\r', '\u{1b}']), "{}", told.out);
}

/// What a build says to a terminal of this kind; `script` gives it one of its own.
#[cfg(target_os = "linux")]
fn told_to(terminal: &str) -> String {
    told_to_one_of(80, terminal)
}

/// The same to one that is so wide.
#[cfg(target_os = "linux")]
fn told_to_one_of(columns: usize, terminal: &str) -> String {
    let repository = large();
    let program = env!("CARGO_BIN_EXE_littlethings");
    let build = format!("stty rows 24 cols {columns}; {program} build --now {FROZEN}");
    let output = Command::new("script")
        .args(["--quiet", "--return", "--command", &build, "/dev/null"])
        .current_dir(repository.path(""))
        .env("TERM", terminal)
        .output()
        .unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{told}");
    told
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_is_told_how_far_it_is_and_left_as_it_was() {
    let told = told_to("xterm");
    assert!(told.contains("making pages: "), "{told}");
    let (_, last) = told.rsplit_once("\r\u{1b}[K").unwrap();
    assert!(last.contains("files written") && !last.contains("making pages"), "{last}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_that_cannot_write_over_a_line_gets_only_what_was_done() {
    let told = told_to("dumb");
    assert!(told.contains("files written") && !told.contains("making pages"), "{told}");
    assert!(!told.contains('\u{1b}'), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_narrow_terminal_is_told_no_more_than_fits_into_a_row() {
    let told = told_to_one_of(24, "xterm");
    assert!(told.contains("making pages: "), "{told}");
    let redrawn = told.split("\r\u{1b}[K").filter(|line| line.starts_with("making pages"));
    for line in redrawn {
        assert!(line.chars().count() < 24, "{line:?}");
    }
}
