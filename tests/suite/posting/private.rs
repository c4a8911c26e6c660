//! What is written to look at is for nobody else: it holds addresses and links that work.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use super::runs::{NOW, run, with_letters};

#[test]
fn a_preview_is_for_the_eyes_of_who_made_it() {
    let repository = with_letters(6);
    let mode = |path: &str| fs::metadata(repository.path(path)).unwrap().permissions().mode();
    let preview = || {
        let told = run(&repository, "folder:out", &["preview", "--now", NOW]);
        assert_eq!(told.code, 0, "{}", told.err);
        let paths = repository.files("letters").into_keys();
        paths.map(|path| format!("letters/{path}")).collect::<Vec<String>>()
    };
    let paths = preview();
    assert_eq!((paths.len(), mode("letters") & 0o777), (12, 0o700));
    assert!(paths.iter().all(|path| mode(path) & 0o777 == 0o600));
    // What another version left open for others is open no more.
    fs::set_permissions(repository.path(&paths[0]), Permissions::from_mode(0o644)).unwrap();
    assert_eq!(preview(), paths);
    assert_eq!(mode(&paths[0]) & 0o777, 0o600);
}

#[test]
fn a_store_that_was_mistyped_makes_no_folder_and_shows_no_password() {
    let repository = with_letters(6);
    let before = repository.files("");
    for store in ["postgres:/u:hush@127.0.0.1/x", "mysql://u:hush@h/x", "postgresql:u:hush@h/x"] {
        for arguments in [&["send", "--all", "--now", NOW][..], &["log"], &["due"], &["doctor"]] {
            let mut command = super::runs::mailer(&repository, "folder:out");
            let output = command.args(arguments).env("LITTLETHINGS_STORE", store).output().unwrap();
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8(said).unwrap();
            assert_ne!(output.status.code(), Some(0), "{said}");
            assert!(said.contains("LITTLETHINGS_STORE is neither a path nor"), "{said}");
            assert!(!said.contains("hush"), "{said}");
        }
    }
    assert!(repository.files("") == before, "something was made");
}

#[test]
fn a_variable_that_was_mistyped_is_no_reason_to_begin_a_second_store() {
    let repository = with_letters(6);
    let before = repository.files("");
    for (name, instead) in [
        ("LITTLETHINGS_STROE", "write `LITTLETHINGS_STORE`"),
        ("LITTLETHING_STORE", "write `LITTLETHINGS_STORE`"),
        ("LITTLETHINGS_RATES", "write `LITTLETHINGS_RATE`"),
        ("LITTLETHINGS_SECRET_FIL", "write `LITTLETHINGS_SECRET_FILE`"),
        ("LITTLETHINGS_DATABASE", "take it away, or see in the README which there are"),
    ] {
        for arguments in [&["send", "--all", "--now", NOW][..], &["log"], &["due"], &["doctor"]] {
            let mut command = super::runs::mailer(&repository, "folder:out");
            let output = command.args(arguments).env(name, "hush").output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            let wrong = format!("error: there is no variable `{name}`; {instead}\n");
            assert_eq!((output.status.code(), said), (Some(2), wrong));
        }
    }
    assert!(repository.files("") == before, "something was made");
}

#[test]
fn a_database_that_was_mistyped_is_no_reason_to_begin_a_second_store() {
    let repository = with_letters(6);
    let before = repository.files("");
    for (database, shown) in [
        ("postgre://week:hush@db.example.net/week", "postgre://db.example.net/week"),
        ("sqlit:week.db", "sqlit:…"),
        ("week", "week"),
    ] {
        for arguments in [&["send", "--all", "--now", NOW][..], &["log"], &["due"], &["doctor"]] {
            let mut command = super::runs::mailer(&repository, "folder:out");
            let output = command.args(arguments).env("DATABASE_URL", database).output().unwrap();
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8(said).unwrap();
            assert_ne!(output.status.code(), Some(0), "{said}");
            let wrong = format!("DATABASE_URL is no address of PostgreSQL (`{shown}`): write");
            assert!(said.contains(&wrong) && !said.contains("hush"), "{said}");
        }
    }
    assert!(repository.files("") == before, "something was made");
}
