//! Letters to look at: every one as a page and as a mail.

use std::path::Path;

use littlethings::mail::message;

use super::{LANGUAGES, all, at, sender};

#[test]
#[ignore = "LETTERS_INTO=folder cargo test --test suite looks -- --ignored writes every letter there"]
fn every_letter_in_a_folder() {
    let folder = std::env::var("LETTERS_INTO").unwrap();
    for language in LANGUAGES {
        for (name, letter) in all(language) {
            let path = Path::new(&folder).join(format!("{name}.{language}"));
            let mail = message::text(&letter, &sender(), at("2026-07-29T15:00:00+02:00")).unwrap();
            std::fs::write(path.with_extension(format!("{language}.html")), &letter.html).unwrap();
            std::fs::write(path.with_extension(format!("{language}.eml")), mail).unwrap();
        }
    }
}
