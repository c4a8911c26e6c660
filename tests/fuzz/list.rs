//! Arbitrary bytes as a list, through the front door: reading and judging never panic, every
//! finding points into its file, and refs are added once.

#![no_main]

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use littlethings::content::{self, Content};
use littlethings::finding::{Finding, Sources};
use littlethings::rules;
use tempfile::TempDir;

const LIST: &str = "content/2026-summer/lists/atlas.md";

const REPOSITORY: [(&str, &str); 3] = [
    (
        "littlethings.toml",
        "title = 'Fuzz'\nbase_url = 'https://week.example.org/'\nlanguage = 'en'\n",
    ),
    (
        "content/people.toml",
        "[ana]\nname = 'Ana Duarte'\nmail = 'ana@example.org'\nside = 'partner'\n\
         [bob]\nname = 'Bob Keller'\nmail = 'bob@example.org'\nside = 'manager'\n",
    ),
    (
        "content/2026-summer/round.toml",
        "title = 'Summer 2026'\ntime_zone = 'Europe/Zurich'\ncoordinators = ['ana']\n\
         hubs = ['Berlin', 'Lisbon']\n\
         [dates]\ninvitation = 2026-07-06\nlists_due = 2026-07-24T10:00:00\n\
         week = { first = 2026-07-27, last = 2026-07-31 }\n\
         survey = { opens = 2026-08-03T10:00:00, closes = 2026-08-14 }\n\
         [products.atlas]\nname = 'Atlas'\nmanager = 'bob'\n",
    ),
];

fuzz_target!(|bytes: &[u8]| {
    let root = repository();
    let list = root.join(LIST);
    fs::write(&list, bytes).unwrap();
    let content = content::read(root).unwrap();
    point_into_their_files(&content.findings, &content.sources);
    let instants = ["2026-07-22T10:00:00Z", "2026-07-29T13:00:00Z"];
    for now in instants.map(|now| now.parse::<Timestamp>().unwrap()) {
        for round in &content.site.rounds {
            point_into_their_files(&rules::judge(round, now), &content.sources);
        }
    }
    add_refs_once(root, &content);
});

/// A folder with everything but the list, made once: each run writes the list anew.
fn repository() -> &'static Path {
    static FOLDER: OnceLock<TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in REPOSITORY {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        fs::create_dir_all(folder.path().join(LIST).parent().unwrap()).unwrap();
        folder
    });
    folder.path()
}

fn point_into_their_files(findings: &[Finding], sources: &Sources) {
    for Finding { place, .. } in findings {
        let Some(text) = sources.get(&place.path) else { continue };
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let lines: Vec<&str> = text.split('\n').collect();
        for (line, column) in [(place.line, place.column), (place.end_line, place.end_column)] {
            let length = lines[line as usize - 1].chars().count();
            assert!((1..=length + 1).contains(&(column as usize)), "{place:?}");
        }
    }
}

fn add_refs_once(root: &Path, content: &Content) {
    let rewrites = content::add_refs(content);
    for rewrite in &rewrites {
        fs::write(root.join(&rewrite.path), &rewrite.text).unwrap();
    }
    if !rewrites.is_empty() {
        let again = content::add_refs(&content::read(root).unwrap());
        assert!(again.is_empty(), "{rewrites:?} and then {again:?}");
    }
}
