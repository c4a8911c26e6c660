//! From the content to the results, with real parts only: a mail server that delivers, a browser
//! without scripts that opens the link it finds in the mail, and the page that everybody reads.
//!
//! It needs Postfix, and node with what `npm ci` puts into tests/browser. Where one of them is
//! missing it says so and passes; in `.ci/run` it fails.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::program::{Served, mailer, run, secret, set_dates, with_survey};
use super::scanner::{bytes, links};
use crate::postfix::{self, Postfix, free_ports};
use crate::repository::Repository;

/// What people write who mean harm, or only quote a program.
const TYPED: [&str; 5] = [
    "<script>alert('typed')</script>",
    "<img src=x onerror=alert('typed')>",
    "{{ 7 * 7 }} {% include 'x' %}",
    "=HYPERLINK(\"https://evil.example\")",
    "**bold** [link](javascript:alert('typed'))",
];

/// The folder of what drives the browser, where it is installed.
fn browser() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser");
    let is_there = folder.join("node_modules/playwright-core").is_dir()
        && Command::new("node").arg("--version").output().is_ok();
    if !is_there {
        let why = "no browser here: type `npm ci --ignore-scripts` in tests/browser";
        assert!(std::env::var_os("CI").is_none(), "{why}");
        let _ = writeln!(std::io::stderr(), "{why}");
    }
    is_there.then_some(folder)
}

/// What somebody saw in a browser.
fn respondent<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) -> Value {
    let mut command = Command::new("node");
    let output = command.current_dir(folder).arg("respondent.mjs").args(arguments).output();
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {said}"))
}

/// Sends everything that is due through a mail server.
fn send(repository: &Repository, postfix: &Postfix, arguments: &[&str]) -> String {
    let mut command = mailer(repository);
    let output = command.envs(postfix.variables()).arg("send").args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}

/// The links of a delivered letter that lead to the form at `base`.
fn links_to(mail: &[u8], base: &str) -> BTreeSet<String> {
    links(mail).into_iter().filter(|link| link.starts_with(base)).collect()
}

#[test]
fn somebody_is_asked_answers_and_reads_what_came_of_it() {
    let (Some(postfix), Some(browser)) = (postfix::start(), browser()) else { return };
    let [port] = free_ports();
    let base = format!("http://127.0.0.1:{port}/");
    let repository = with_survey(-2, 5, &base);
    let told = send(&repository, &postfix, &["--all"]);
    assert!(told.contains("told       Jonas: How was it?"), "{told}");
    let letters = told.matches("told       ").count();
    let asked: Vec<(String, Vec<u8>)> = postfix
        .letters(letters)
        .into_iter()
        .filter(|letter| !links_to(&letter.bytes, &base).is_empty())
        .map(|letter| (letter.to, letter.bytes))
        .collect();
    assert_eq!(asked.len(), 6);
    let ana = &asked.iter().find(|(to, _)| to == "ana@example.org").unwrap().1;
    let links = links_to(ana, &base);
    assert_eq!(links.len(), 4, "the form, and three that begin with an answer: {links:?}");

    let address = format!("127.0.0.1:{port}");
    let mut command = mailer(&repository);
    command.args(["serve", "--listen", &address]);
    let served = Served::by(&repository, command);
    let before = bytes(&repository);
    let look = ["look", "100"].into_iter().chain(links.iter().map(String::as_str));
    let seen = respondent(&browser, look);
    assert_eq!(seen["statuses"], serde_json::json!([200]));
    assert!(bytes(&repository) == before, "a scanner with scripts has written something");

    let yes = links.iter().find(|link| link.ends_with("?answer=1")).unwrap();
    let seen = respondent(&browser, ["answer", yes, "More cake, <b>please</b>"]);
    assert!(seen["title"].as_str().unwrap().starts_with("Thank you"), "{seen}");
    assert!(seen["presses"].as_i64().unwrap() <= 3, "{seen}");
    for (person, typed) in ["marta", "rui", "eva", "bob", "jonas"].iter().zip(TYPED) {
        let sent = served.answer(person, &[("q.again", "Yes"), ("q.change", typed)]);
        assert_eq!(sent.status, 303, "{person}: {}", sent.body);
    }
    served.terminate();
    let (code, log) = served.ended();
    assert_eq!(code, Some(0), "{log}");
    assert!(!log.contains("cake") && !log.contains("typed"), "{log}");

    results_are_out(&repository, &browser);
    let told = send(&repository, &postfix, &[]);
    assert_eq!(told.matches("told       ").count(), 6, "everybody hears of it: {told}");
    let told = send(&repository, &postfix, &[]);
    assert_eq!(told, "nobody is to be told anything\n");
}

/// The survey closes, and what was answered stands on the site, as text and in no other way.
fn results_are_out(repository: &Repository, browser: &Path) {
    set_dates(repository, -9, -1);
    let json = run(repository, &["results", "--format", "json"]);
    assert_eq!(json.code, 0, "{}", json.err);
    let all: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(all["rounds"][0]["sides"]["partner"]["answered"], 4, "{}", json.out);
    let csv = run(repository, &["results", "--format", "csv"]).out;
    assert!(!csv.lines().any(|line| line.contains(",=") || line.starts_with('=')), "{csv}");
    assert!(!repository.read("content/2026-summer/record.toml").contains("example.org"));
    let built = repository.run(["build"]);
    assert_eq!(built.code, 0, "{}", built.err);
    let page = repository.path("public/2026-summer/results.html");
    let seen = respondent(browser, ["read", &format!("file://{}", page.display())]);
    let (text, html) = (seen["text"].as_str().unwrap(), seen["html"].as_str().unwrap());
    assert_eq!(seen["ran"], serde_json::json!([]), "something that was typed has run");
    for shown in ["Should there be another week?", "More cake, <b>please</b>"] {
        assert!(text.contains(shown), "`{shown}` is not in {text}");
    }
    for typed in TYPED {
        assert!(text.contains(typed), "`{typed}` is not in {text}");
    }
    assert!(html.contains("&lt;img src=x") && !html.contains("<img src=x"), "{html}");
    let json = repository.read("public/2026-summer/round.json");
    let json: Value = serde_json::from_str(&json).unwrap();
    let secret = format!("{:?}", secret(repository));
    assert!(!json.to_string().contains(&secret));
    for person in ["marta@", "jonas@", "Yes\"}"] {
        assert!(!json.to_string().contains(person), "{person}");
    }
}
