//! Case folders: a small repository each, and what the program says to it. A case is
//!
//! ```text
//! tests/cases/<name>/littlethings.toml, content/…    what people wrote; the clock is frozen in it
//!                    expected/check.txt              what `littlethings check` says
//!                    expected/pages/…                pages of the site that matter to the case
//! ```
//!
//! `BLESS=1 cargo test --test suite cases` writes what is expected anew; look at the difference
//! before committing it. To expect one more page, add an empty file of its name and bless.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::repository::{files, run_in};

const EXPECTED: &str = "expected";

#[test]
fn every_case_says_what_is_expected() {
    let bless = std::env::var_os("BLESS").is_some_and(|value| value != "0");
    let mut wrong = Vec::new();
    for case in cases() {
        let name = case.file_name().unwrap().to_str().unwrap().to_owned();
        let actual = play(&case);
        if bless {
            write(&case.join(EXPECTED), &actual);
        } else {
            wrong.extend(differences(&name, &files(&case.join(EXPECTED)), &actual));
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\n\nIf this is how it should be: BLESS=1 cargo test --test suite cases",
        wrong.join("\n\n")
    );
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "tests/cases is empty");
    cases
}

/// Checks and builds a copy of the case: what is said, and the pages that are expected or, where
/// the case expects them, missing.
fn play(case: &Path) -> BTreeMap<String, Vec<u8>> {
    let copy = tempfile::tempdir().unwrap();
    for (path, bytes) in files(case) {
        if !path.starts_with(EXPECTED) {
            let to = copy.path().join(path);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, bytes).unwrap();
        }
    }
    let check = run_in(copy.path(), ["check"]);
    let errors = check.out.lines().any(|line| line.starts_with("error"));
    let name = case.display();
    assert_eq!(check.code, i32::from(errors), "{name}: exit code of check\n{}", check.err);
    assert!(check.err.is_empty(), "{name}: {}", check.err);
    let build = run_in(copy.path(), ["build"]);
    assert_eq!(build.code, 0, "{name}: one broken list never stops the site\n{}", build.err);

    let mut actual = BTreeMap::from([("check.txt".to_owned(), check.out.into_bytes())]);
    let site = files(&copy.path().join("public"));
    for path in files(&case.join(EXPECTED)).into_keys() {
        let page = path.strip_prefix("pages/").and_then(|page| site.get(page));
        if let Some(bytes) = page {
            actual.insert(path, bytes.clone());
        }
    }
    actual
}

/// Where what is expected and what happened differ; a file that nothing makes is a difference.
fn differences(
    name: &str,
    expected: &BTreeMap<String, Vec<u8>>,
    actual: &BTreeMap<String, Vec<u8>>,
) -> Vec<String> {
    let mut wrong = Vec::new();
    for path in expected.keys().filter(|path| !actual.contains_key(*path)) {
        wrong.push(format!("tests/cases/{name}/{EXPECTED}/{path}: nothing makes this file"));
    }
    for (path, bytes) in actual {
        let found = String::from_utf8_lossy(bytes);
        match expected.get(path).map(|bytes| String::from_utf8_lossy(bytes)) {
            None => wrong.push(format!("tests/cases/{name}/{EXPECTED}/{path}: not blessed yet")),
            Some(wanted) if wanted != found => {
                wrong.push(format!(
                    "tests/cases/{name}/{EXPECTED}/{path}: {}",
                    first_difference(&wanted, &found)
                ));
            }
            Some(_) => {}
        }
    }
    wrong
}

fn first_difference(wanted: &str, found: &str) -> String {
    let mut wanted = wanted.lines();
    let mut found = found.lines();
    let mut line = 0;
    loop {
        line += 1;
        match (wanted.next(), found.next()) {
            (None, None) => return "only line endings differ".to_owned(),
            (wanted, found) if wanted == found => {}
            (wanted, found) => {
                let wanted = wanted.unwrap_or("(the end)");
                let found = found.unwrap_or("(the end)");
                return format!("line {line}\n  expected: {wanted}\n     found: {found}");
            }
        }
    }
}

fn write(expected: &Path, actual: &BTreeMap<String, Vec<u8>>) {
    if expected.exists() {
        fs::remove_dir_all(expected).unwrap();
    }
    for (path, bytes) in actual {
        let to = expected.join(path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, bytes).unwrap();
    }
}

#[test]
fn a_leftover_and_a_missing_expectation_are_differences() {
    let map = |path: &str, text: &str| BTreeMap::from([(path.to_owned(), text.into())]);
    assert_eq!(differences("x", &map("old.txt", ""), &map("check.txt", "")).len(), 2);
    assert_eq!(differences("x", &map("check.txt", "a"), &map("check.txt", "a")).len(), 0);
    let wrong = differences("x", &map("check.txt", "a\nb"), &map("check.txt", "a\nc"));
    assert!(wrong[0].contains("line 2") && wrong[0].contains("found: c"), "{wrong:?}");
}
