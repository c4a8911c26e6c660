//! What this repository comes with: its own content is a test, and so is its README.

use std::path::Path;

use crate::repository::{files, run_in};

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_shipped_rounds_pass_their_own_check() {
    let told = run_in(here(), ["check"]);
    assert_eq!(
        told.code, 0,
        "`cargo run -- check` says what to type instead:\n{}{}",
        told.out, told.err
    );
}

#[test]
fn the_shipped_rounds_become_a_site() {
    let out = tempfile::tempdir().unwrap();
    let site = out.path().join("site");
    let told = run_in(here(), ["build", "--strict", "--out", site.to_str().unwrap()]);
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    let pages = files(&site);
    for page in ["index.html", "2026-spring/results.html", "2026-summer/wall.html"] {
        assert!(pages.contains_key(page), "{page}");
    }
}

#[test]
fn the_readme_has_every_command_and_every_flag() {
    let readme = std::fs::read_to_string(here().join("README.md")).unwrap();
    let mut missing = Vec::new();
    let help = |command: &str| run_in(here(), command.split(' ').chain(["--help"])).out;
    let mut commands = vec!["new round".to_owned(), "new list".to_owned(), "new theme".to_owned()];
    let top = run_in(here(), ["--help"]).out;
    let listed = top.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    for line in listed.lines() {
        let name = line.split_whitespace().next().unwrap();
        if !["help", "new"].contains(&name) {
            commands.push(name.to_owned());
        }
    }
    assert!(commands.contains(&"check".to_owned()), "{top}");
    for command in commands {
        if !readme.contains(&format!("### `{command}")) {
            missing.push(format!("a section for `{command}`"));
        }
        for flag in help(&command).split_whitespace().filter(|word| word.starts_with("--")) {
            let flag = flag.trim_matches(|c: char| !c.is_alphanumeric() && c != '-');
            if !readme.contains(&format!("`{flag}")) {
                missing.push(format!("`{flag}` of `{command}`"));
            }
        }
    }
    assert!(missing.is_empty(), "the README lacks {}", missing.join(", "));
}

#[test]
fn the_readme_has_every_variable_of_the_mailer() {
    let readme = std::fs::read_to_string(here().join("README.md")).unwrap();
    let sources = walkdir::WalkDir::new(here().join("src")).into_iter().map(Result::unwrap);
    let mut found = std::collections::BTreeSet::new();
    for source in sources.filter(|entry| entry.path().extension().is_some_and(|it| it == "rs")) {
        let text = std::fs::read_to_string(source.path()).unwrap();
        for rest in text.split("\"LITTLETHINGS_").skip(1) {
            let name = rest.split('"').next().unwrap();
            if name.chars().all(|c| c.is_ascii_uppercase() || c == '_') {
                found.insert(format!("LITTLETHINGS_{name}"));
            }
        }
    }
    assert!(found.contains("LITTLETHINGS_SMTP_URL") && found.len() > 15, "{found:?}");
    found.insert("DATABASE_URL".to_owned());
    let missing: Vec<&String> =
        found.iter().filter(|name| !readme.contains(&format!("\n| `{name}` |"))).collect();
    assert!(missing.is_empty(), "the README lacks {missing:?}");
}
