//! Who may use whom. The folders are the stages of one run; the arrows between them are what keeps
//! a rule from reading a file and a page from judging one.

use std::path::Path;

use walkdir::WalkDir;

/// Each part of the library and the parts it may use besides itself. Binaries may use everything.
const ARROWS: &[(&str, &[&str])] = &[
    ("changes", &["finding", "model", "words"]),
    ("content", &["crew", "finding", "model", "theme", "words"]),
    ("crew", &[]),
    ("finding", &["words"]),
    ("mail", &["crew", "finding", "model", "pages", "store", "theme", "words"]),
    ("model", &["finding", "words"]),
    ("pages", &["crew", "finding", "model", "theme", "words"]),
    ("rules", &["crew", "finding", "model", "theme", "words"]),
    ("store", &["words"]),
    ("survey", &["finding", "mail", "model", "pages", "store", "theme", "words"]),
    ("theme", &["finding", "words"]),
    ("words", &[]),
];

#[test]
fn the_parts_use_only_what_they_may() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = Vec::new();
    for entry in WalkDir::new(&src).sort_by_file_name() {
        let entry = entry.unwrap();
        let path = entry.path().strip_prefix(&src).unwrap();
        if path.extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        let first = path.iter().next().unwrap().to_str().unwrap();
        let part = first.trim_end_matches(".rs");
        if part == "bin" || part == "lib" {
            continue;
        }
        let Some((_, may)) = ARROWS.iter().find(|(name, _)| *name == part) else {
            wrong.push(format!("{}: `{part}` has no row in ARROWS", path.display()));
            continue;
        };
        let text = std::fs::read_to_string(entry.path()).unwrap();
        for (line, used) in uses(&text, depth(path)) {
            if used != part && !may.contains(&used.as_str()) && is_part(&used) {
                wrong.push(format!("src/{}:{line}: {part} uses {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "arrows that style.md does not draw:\n{}", wrong.join("\n"));
}

fn is_part(name: &str) -> bool {
    ARROWS.iter().any(|(part, _)| *part == name)
}

/// How many `super::` lead from a file's module out of its part.
fn depth(path: &Path) -> usize {
    path.iter().count() - usize::from(path.ends_with("mod.rs"))
}

/// The parts that a text names behind `crate::`, or behind as many `super::` as leave its part,
/// with their lines. Comments may speak of anybody.
fn uses(text: &str, depth: usize) -> Vec<(usize, String)> {
    let code: String = text
        .split_inclusive('\n')
        .map(|line| if line.trim_start().starts_with("//") { "\n" } else { line })
        .collect();
    let mut uses = Vec::new();
    for start in ["crate::", &"super::".repeat(depth)] {
        for (at, _) in code.match_indices(start) {
            let line = code[..at].matches('\n').count() + 1;
            let rest = &code[at + start.len()..];
            uses.extend(heads(rest).into_iter().map(|head| (line, head)));
        }
    }
    uses
}

/// The first names of a path or of each path of a group in braces.
fn heads(rest: &str) -> Vec<String> {
    let name = |text: &str| -> String {
        let text = text.trim_start().trim_start_matches("r#");
        text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
    };
    let Some(group) = rest.strip_prefix('{') else { return vec![name(rest)] };
    let mut depth = 0;
    let mut heads = vec![name(group)];
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(name(&group[at + 1..])),
            _ => {}
        }
    }
    heads
}

#[test]
fn an_arrow_is_seen_however_it_is_written() {
    let names = |text: &str| -> Vec<String> { uses(text, 2).into_iter().map(|it| it.1).collect() };
    assert_eq!(names("use crate::rules::judge;"), ["rules"]);
    assert_eq!(
        names("use crate::{model::{Round, Site}, pages, words};"),
        ["model", "pages", "words"]
    );
    assert_eq!(names("let x = crate::theme::load();"), ["theme"]);
    assert_eq!(names("use super::super::content::read;"), ["content"]);
    assert!(names("use super::content::read;").is_empty());
    assert!(names("/// As [`crate::rules`] does.\n// crate::pages\n").is_empty());
}
