use std::collections::BTreeMap;
use std::path::Path;

use super::*;
use crate::theme;

mod fixture;

fn render_in(site: &Site, language: &str) -> BTreeMap<String, String> {
    let loaded = theme::load(Path::new("/nowhere"), "default", language).unwrap();
    assert_eq!(loaded.findings, []);
    let (findings, rules) = (fixture::findings(), fixture::rules());
    let now = fixture::at(fixture::NOW);
    let input = Input { site, findings: &findings, rules: &rules, theme: &loaded.theme, now };
    let rendered = render(input).unwrap();
    assert_eq!(rendered.findings, []);
    rendered
        .outputs
        .into_iter()
        .map(|output| match output.body {
            Body::Bytes(bytes) => (output.path, String::from_utf8_lossy(&bytes).into_owned()),
            Body::Copy(_) => panic!("the fixture has no files"),
        })
        .collect()
}

fn pages() -> BTreeMap<String, String> {
    render_in(&fixture::site(), "en")
}

#[test]
fn every_address_of_a_round_is_there() {
    let pages = pages();
    for path in ["index.html", "archive.html", "404.html", "built.json", "2027-spring/index.html"] {
        assert!(pages.contains_key(path), "{path}");
    }
    for name in [
        "index",
        "side-by-side",
        "people",
        "lists/atlas",
        "lists/dune",
        "items/invoice-currency",
        "index-2",
        "lunch",
    ] {
        assert!(pages.contains_key(&format!("2026-summer/{name}.html")), "{name}");
    }
    for name in OWN_PAGES.iter().filter(|name| **name != "404") {
        assert!(pages.contains_key(&format!("2026-winter/{name}.html")), "{name}");
    }
}

#[test]
fn no_page_shows_a_mail_address() {
    for (path, text) in pages().iter().filter(|(path, _)| !path.starts_with("static/")) {
        let at = text.find('@').unwrap_or(0);
        assert!(
            !addresses::found(text),
            "{path}: …{}…",
            &text[at.saturating_sub(30)..(at + 30).min(text.len())]
        );
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(pages(), pages());
}

/// `LOOK=folder cargo test look -- --ignored` writes the fixture's site, to be looked at.
#[test]
#[ignore = "writes files to look at"]
fn look() {
    let Ok(folder) = std::env::var("LOOK") else { return };
    for (language, site) in
        [("en", fixture::site()), ("de", fixture::site()), ("empty", fixture::empty())]
    {
        let root = Path::new(&folder).join(language);
        let language = if language == "de" { "de" } else { "en" };
        for (path, text) in render_in(&site, language) {
            let file = root.join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
    }
}
