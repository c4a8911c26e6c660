//! The commands as people meet them: what they say, what they write, how they end.

use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;

use crate::repository::{FROZEN, LISTING, Repository, command, list, run_in};

const LIST: &str = "content/2026-summer/lists/atlas.md";

fn check(repository: &Repository, now: &str) -> crate::repository::Told {
    repository.run(["check", "--now", now])
}

fn build(repository: &Repository) -> crate::repository::Told {
    repository.run(["build", "--now", LISTING])
}

#[test]
fn a_round_as_the_rules_ask_has_no_error() {
    for now in [LISTING, FROZEN] {
        let told = check(&Repository::new(), now);
        assert_eq!(told.code, 0, "{}{}", told.out, told.err);
        assert!(told.err.is_empty(), "{}", told.err);
    }
}

#[test]
fn a_broken_rule_is_an_error_at_its_line_with_its_cure() {
    let repository = Repository::new().with_in_list("- Owner: Ana Duarte", "- Owner: Ana, Rui");
    let told = check(&repository, FROZEN);
    assert_eq!(told.code, 1);
    assert!(told.out.contains("error[one-owner-per-item]: "), "{}", told.out);
    assert!(told.out.contains(" --> content/2026-summer/lists/atlas.md:8:"), "{}", told.out);
    assert!(told.out.contains("8 | - Owner: Ana, Rui\n"), "{}", told.out);
    assert!(told.out.contains("= help: "), "{}", told.out);
    assert!(!told.out.contains('\u{1b}'), "a pipe gets no colours");
    let last = told.out.lines().last().unwrap();
    assert!(last.starts_with("1 error") && last.contains(" in "), "{last}");
}

#[test]
fn machines_get_the_documented_keys_and_nothing_else() {
    let repository = Repository::new().with(LIST, &list(7));
    let told = repository.run(["check", "--format", "json", "--now", FROZEN]);
    assert_eq!((told.code, told.err.as_str()), (1, ""));
    let report: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    let keys = |value: &serde_json::Value| -> BTreeSet<String> {
        value.as_object().unwrap().keys().cloned().collect()
    };
    let set =
        |keys: &[&str]| -> BTreeSet<String> { keys.iter().map(|key| key.to_string()).collect() };
    assert_eq!(keys(&report), set(&["findings", "counts"]));
    assert_eq!(keys(&report["counts"]), set(&["error", "warning", "hint"]));
    let documented = set(&[
        "rule",
        "severity",
        "path",
        "line",
        "column",
        "end_line",
        "end_column",
        "message",
        "help",
    ]);
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.iter().all(|finding| keys(finding) == documented));
    assert!(findings.iter().any(|finding| finding["rule"] == "exactly-ten-items"));
}

#[test]
fn the_forge_gets_a_command_for_each_finding() {
    let repository = Repository::new().with(LIST, &list(7));
    let told = repository.run(["check", "--format", "github", "--now", FROZEN]);
    assert_eq!(told.code, 1);
    let commands = ["::error file=", "::warning file=", "::notice file="];
    for line in told.out.lines() {
        assert!(commands.iter().any(|command| line.starts_with(command)), "{line}");
    }
    assert!(told.out.contains(&format!("::error file={LIST},line=1,col=1,")), "{}", told.out);
}

#[test]
fn the_forge_gets_paths_from_the_top_of_its_checkout() {
    let repository = Repository::new().with(LIST, &list(7));
    let top = repository.path("").canonicalize().unwrap();
    let told = command(top.as_path())
        .args(["check", "--format", "github", "--now", FROZEN])
        .env("GITHUB_WORKSPACE", top.parent().unwrap())
        .output()
        .unwrap();
    let folder = top.file_name().unwrap().to_str().unwrap();
    let out = String::from_utf8(told.stdout).unwrap();
    assert!(out.contains(&format!("::error file={folder}/{LIST},line=1,")), "{out}");
}

#[test]
fn only_what_was_asked_about_is_shown() {
    let repository = Repository::new().with(LIST, &list(7));
    let about = |path: &str| repository.run(["check", "--now", FROZEN, path]).code;
    assert_eq!(about(LIST), 1);
    assert_eq!(about("content/2026-summer"), 1);
    assert_eq!(about("content/people.toml"), 0);
    assert_eq!(about(".."), 2);
    assert_eq!(about("content/nothing.md"), 2);
}

#[test]
fn what_cannot_run_says_why_and_ends_with_two() {
    let nowhere = tempfile::tempdir().unwrap();
    let told = run_in(nowhere.path(), ["check"]);
    assert_eq!((told.code, told.out.as_str()), (2, ""));
    assert!(told.err.starts_with("error: there is no littlethings.toml"), "{}", told.err);

    let repository = Repository::new();
    let told = repository.run(["check", "--now", "tomorrow"]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("2026-07-29T15:00:00+02:00"), "{}", told.err);

    let told = repository.run(["build", "--base-url", "week"]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("https://"), "{}", told.err);
    assert_eq!(repository.run(["chekc"]).code, 2);
    assert_eq!(repository.run(["check", "--root", "nowhere"]).code, 2);
}

#[test]
fn the_root_is_searched_upwards() {
    let repository = Repository::new();
    let told = run_in(&repository.path("content/2026-summer/lists"), ["check", "--now", LISTING]);
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    let nowhere = tempfile::tempdir().unwrap();
    let root = repository.path("");
    let arguments = ["check", "--now", LISTING, "--root", root.to_str().unwrap()];
    assert_eq!(run_in(nowhere.path(), arguments).code, 0);
}

#[test]
fn a_build_publishes_and_says_so_in_one_line() {
    let repository = Repository::new();
    let told = build(&repository);
    assert_eq!((told.code, told.err.as_str()), (0, ""));
    assert_eq!(told.out.lines().count(), 1, "{}", told.out);
    assert!(told.out.contains("written"), "{}", told.out);
    let site = repository.files("public");
    for page in ["index.html", "404.html", "archive.html", "2026-summer/lists/atlas.html"] {
        assert!(site.contains_key(page), "{page}");
    }
}

#[test]
fn two_builds_are_the_same_bytes_and_a_third_writes_nothing() {
    let (one, other) = (Repository::new(), Repository::new());
    build(&one);
    build(&other);
    assert!(!one.files("public").is_empty());
    assert_eq!(one.files("public"), other.files("public"));

    let written =
        |path: &String| fs::metadata(one.path("public").join(path)).unwrap().modified().unwrap();
    let before: Vec<_> = one.files("public").keys().map(written).collect();
    let told = build(&one);
    assert!(told.out.contains("nothing new"), "{}", told.out);
    let after: Vec<_> = one.files("public").keys().map(written).collect();
    assert_eq!(before, after);
}

#[test]
fn strict_publishes_nothing_while_there_is_an_error() {
    let strict = ["build", "--strict", "--now", FROZEN];
    let repository = Repository::new().with(LIST, &list(7));
    let told = repository.run(strict);
    assert_eq!((told.code, told.out.as_str()), (1, ""));
    assert!(told.err.contains("littlethings check"), "{}", told.err);
    assert!(!repository.path("public").exists());

    let repository = Repository::new();
    assert_eq!(repository.run(strict).code, 0);
    let before = repository.files("public");
    repository.write(LIST, list(7));
    assert_eq!(repository.run(strict).code, 1);
    assert_eq!(repository.files("public"), before);
}

#[test]
fn one_broken_list_never_stops_the_site() {
    let repository = Repository::new();
    repository.write(LIST, "<<<<<<< ours\n# Atlas\n=======\n# Atlas!\n>>>>>>> theirs\n");
    assert_eq!(check(&repository, FROZEN).code, 1);
    assert_eq!(repository.run(["build", "--now", FROZEN]).code, 0);
    assert!(repository.files("public").contains_key("2026-summer/lists/atlas.html"));
}

#[test]
fn settings_that_cannot_be_read_stop_a_build_and_not_the_check() {
    let repository = Repository::new().with("littlethings.toml", "title = \n");
    let told = check(&repository, LISTING);
    assert_eq!(told.code, 1, "{}", told.err);
    assert!(told.out.contains(" --> littlethings.toml:1:"), "{}", told.out);
    let told = build(&repository);
    assert_eq!((told.code, told.out.as_str()), (2, ""));
    assert!(told.err.contains("littlethings.toml"), "{}", told.err);
    assert!(!repository.path("public").exists());
}

#[test]
fn the_address_of_a_preview_may_differ() {
    let repository = Repository::new();
    let address = "https://preview.example.org/7";
    let told = repository.run(["build", "--now", LISTING, "--base-url", address, "--out", "seven"]);
    assert_eq!(told.code, 0, "{}", told.err);
    let map = repository.read("seven/sitemap.xml");
    assert!(map.contains("https://preview.example.org/7/index.html"), "{map}");
    assert!(!map.contains("week.example.org"), "{map}");
}

#[test]
fn a_folder_with_other_peoples_files_is_refused() {
    let repository = Repository::new().with("elsewhere/thesis.txt", "years of work");
    let told = repository.run(["build", "--now", LISTING, "--out", "elsewhere"]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("elsewhere"), "{}", told.err);
    assert_eq!(repository.files("elsewhere").len(), 1);
}

#[test]
fn fmt_adds_refs_once_and_nothing_else() {
    let without: String = list(10)
        .lines()
        .filter(|line| !line.starts_with("- Ref"))
        .map(|it| format!("{it}\r\n"))
        .collect();
    let repository = Repository::new().with(LIST, &format!("\u{feff}{without}"));
    let told = repository.run(["fmt", "--check"]);
    assert_eq!(told.code, 1);
    assert!(told.out.contains(LIST), "{}", told.out);
    assert_eq!(repository.read(LIST), format!("\u{feff}{without}"), "--check only looks");

    assert_eq!(repository.run(["fmt"]).code, 0);
    let with = repository.read(LIST);
    assert_eq!(with.matches("- Ref: ").count(), 10, "{with}");
    let rest: String = with.split_inclusive('\n').filter(|it| !it.starts_with("- Ref: ")).collect();
    assert_eq!(rest, format!("\u{feff}{without}"));

    let told = repository.run(["fmt"]);
    assert_eq!(told.code, 0);
    assert!(told.out.starts_with("nothing to add"), "{}", told.out);
    assert_eq!(repository.read(LIST), with);
    assert_eq!(repository.run(["fmt", "--check"]).code, 0);
}

#[test]
fn fmt_gives_the_refs_that_the_pages_had_already() {
    let same =
        "# Atlas\n\n## Same\n- Owner: Ana Duarte\n\nOne.\n\n## Same\n- Owner: Ana Duarte\n\nTwo.\n";
    let repository = Repository::new().with(LIST, same);
    assert_eq!(repository.run(["fmt"]).code, 0);
    let with = repository.read(LIST);
    assert!(with.contains("- Ref: same\n\nOne."), "{with}");
    assert!(with.contains("- Ref: same-2\n\nTwo."), "{with}");
}

#[test]
fn fmt_leaves_alone_what_cannot_be_read() {
    let repository = Repository::new();
    let broken: &[u8] = b"\xff\xfe# Atlas";
    repository.write(LIST, broken);
    let told = repository.run(["fmt"]);
    assert_eq!(told.code, 1);
    assert!(told.err.contains("left alone"), "{}", told.err);
    assert_eq!(fs::read(repository.path(LIST)).unwrap(), broken);
}

#[test]
fn a_fresh_list_is_untouched_slots_and_no_findings_of_its_own() {
    let repository = Repository::new();
    fs::remove_file(repository.path(LIST)).unwrap();
    let told = repository.run(["new", "list", "atlas"]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.out.contains(LIST) && told.out.contains("next: "), "{}", told.out);
    assert_eq!(repository.read(LIST).matches("\n## (").count(), 10);

    // What a fresh list is told is that it is short and not agreed, and no more than hinted.
    for finding in repository.findings(LISTING) {
        if finding["path"] == LIST {
            assert_eq!(finding["severity"], "hint", "{finding}");
        }
    }
    let status = repository.run(["status", "--now", LISTING]).out;
    assert!(status.contains("__________"), "{status}");

    let before = repository.read(LIST);
    let told = repository.run(["new", "list", "atlas"]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("already there"), "{}", told.err);
    assert_eq!(repository.read(LIST), before);
}

#[test]
fn a_fresh_list_of_one_has_one_slot() {
    let repository = Repository::new();
    fs::remove_file(repository.path(LIST)).unwrap();
    let path = "content/2026-summer/round.toml";
    let round = repository.read(path);
    repository.write(path, format!("{round}\n[limits]\nitems = 1\n"));
    let told = repository.run(["new", "list", "atlas"]);
    assert!(told.out.contains(&format!("{LIST}: 1 empty slot\n")), "{}{}", told.out, told.err);
}

#[test]
fn a_slot_that_is_filled_in_counts() {
    let repository = Repository::new();
    fs::remove_file(repository.path(LIST)).unwrap();
    repository.run(["new", "list", "atlas"]);
    let text = repository.read(LIST);
    let filled = text.replacen(
        "## (what is wanted, in one line)\n- Owner:",
        "## Louder bells\n- Owner: Ana Duarte",
        1,
    );
    assert_ne!(text, filled);
    repository.write(LIST, filled);
    let status = repository.run(["status", "--now", LISTING]).out;
    assert!(status.contains("._________"), "{status}");
}

#[test]
fn a_list_for_a_product_the_round_does_not_know_says_what_to_add() {
    let repository = Repository::new();
    let told = repository.run(["new", "list", "beacon"]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.out.contains("[products.beacon]"), "{}", told.out);
    assert_eq!(repository.run(["new", "list", "../beacon"]).code, 2);
    let told = repository.run(["new", "list", "beacon", "--round", "2027"]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("`2026-summer`"), "{}", told.err);
}

#[test]
fn a_fresh_round_passes_its_check() {
    let repository = Repository::new();
    let now = "2026-08-20T12:00:00+02:00";
    let told = repository.run(["new", "round", "2026-autumn", "--now", now]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.out.contains("content/2026-autumn/round.toml"), "{}", told.out);
    let round = repository.read("content/2026-autumn/round.toml");
    assert!(round.contains("invitation = 2026-08-24") && round.contains("[products.atlas]"));
    for file in ["invitation.md", "rules.md", "faq.md", "survey.md", "lists/atlas.md"] {
        assert!(repository.path("content/2026-autumn").join(file).is_file(), "{file}");
    }
    for finding in repository.findings(now) {
        let path = finding["path"].as_str().unwrap();
        if path.starts_with("content/2026-autumn/") {
            assert_eq!(finding["severity"], "hint", "{finding}");
        }
    }

    // The autumn's survey is open until 2 October: the next invitation waits for it.
    repository.run(["new", "round", "2026-winter", "--now", now]);
    assert!(repository.read("content/2026-winter/round.toml").contains("invitation = 2026-10-05"));

    let before = repository.files("content");
    let told = repository.run(["new", "round", "2026-Autumn", "--now", now]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("already there"), "{}", told.err);
    assert_eq!(repository.files("content"), before);
}

#[test]
fn the_first_round_begins_from_the_people() {
    let repository = Repository::new();
    fs::remove_dir_all(repository.path("content/2026-summer")).unwrap();
    let told = repository.run(["new", "round", "2026-summer", "--now", LISTING]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.out.contains("littlethings new list PRODUCT"), "{}", told.out);
    let round = repository.read("content/2026-summer/round.toml");
    assert!(round.contains(r#"hubs = ["Lisbon", "Berlin"]"#), "{round}");
    assert!(round.contains(r#"manager = "bob""#), "{round}");
    assert_eq!(check(&repository, LISTING).code, 0, "{}", check(&repository, LISTING).out);
}

#[test]
fn the_rules_are_told_in_words_and_to_machines() {
    let repository = Repository::new();
    let told = repository.run(["rules"]);
    assert_eq!(told.code, 0);
    assert!(told.out.contains("exactly-ten-items\n  "), "{}", told.out);
    let told = repository.run(["rules", "--format", "json"]);
    let rules: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert!(rules.as_array().unwrap().iter().all(|rule| rule["name"].is_string()));
}

#[test]
fn the_status_of_a_week_fits_on_a_terminal() {
    let text = list(10)
        .replacen("- Status:\n", "- Dev: Jonas Weber\n- Estimate: 2 days\n- Status: started\n", 1)
        .replacen("- Status:\n", "- Estimate: 3 weeks\n- Status: skipped\n- Reason: too big\n", 1);
    let repository = Repository::new().with(LIST, &text);
    let week = "2026-07-29T15:00:00+02:00";
    let told = repository.run(["status", "--now", week]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.out.contains(">-........"), "{}", told.out);
    assert!(told.out.contains("Jonas Weber to finish 1 item"), "{}", told.out);
    assert!(told.out.contains("next: the week ends, 31 July 2026, in 2 days"), "{}", told.out);
    assert!(told.out.lines().all(|line| line.chars().count() <= 80), "{}", told.out);

    let told = repository.run(["status", "--now", week, "--format", "json"]);
    let numbers: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(numbers["rounds"][0]["products"][0]["items"][0], "started");
    assert_eq!(numbers["rounds"][0]["survey"]["state"], "planned");

    let late = repository.run(["status", "--now", "2026-08-09T12:00:00+02:00"]).out;
    assert!(late.contains("survey: not asked yet, 6 days late"), "{late}");
}

#[test]
fn after_the_week_the_status_says_who_is_waited_for() {
    let text = list(10)
        .replacen("- Status:\n", "- Dev: Jonas Weber\n- Estimate: 2 days\n- Status: done\n", 1)
        .replacen("- Status:\n", "- Dev: Jonas Weber\n- Estimate: 1 day\n- Status: started\n", 1)
        .replacen("- Status:\n", "- Status: skipped\n- Reason: too big\n- Next: roadmap\n", 1);
    let repository = Repository::new().with(LIST, &text);
    let told = repository.run(["status", "--now", "2026-08-09T12:00:00+02:00"]).out;
    assert!(told.contains("Ana Duarte to sign off 1 item"), "{told}");
    assert!(told.contains("Jonas Weber to finish 1 item"), "{told}");
    // The table keeps to the width of the terminal, so a sentence may go on in the next line.
    let flowing = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flowing.contains("Bob Keller to say what becomes of 8 items"), "{told}");
    assert!(told.contains("1 open promise\n  Atlas: Labels are a bit off (Jonas Weber)"), "{told}");
}

#[test]
fn every_shell_gets_its_completions() {
    let repository = Repository::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let told = repository.run(["completions", shell]);
        assert_eq!(told.code, 0);
        assert!(told.out.contains("littlethings"), "{shell}");
    }
}

#[test]
fn a_reader_that_has_seen_enough_is_no_trouble() {
    let repository = Repository::new();
    let mut child = command(&repository.path(""))
        .args(["completions", "bash"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert!(output.status.success());
}

#[cfg(unix)]
#[test]
fn arguments_that_are_no_text_are_an_error_like_any_other() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let repository = Repository::new();
    let odd = OsStr::from_bytes(b"\xff\xfe");
    for arguments in [
        ["check".as_ref(), "--root".as_ref(), odd],
        ["check".as_ref(), "--now".as_ref(), odd],
        ["new".as_ref(), "list".as_ref(), odd],
        ["check".as_ref(), "--".as_ref(), odd],
    ] {
        let told = repository.run(arguments);
        assert_eq!(told.code, 2, "{}", told.err);
        assert!(told.err.starts_with("error: "), "{}", told.err);
    }
}

#[test]
fn a_site_of_another_day_is_never_called_stale() {
    let repository = Repository::new();
    build(&repository);
    assert!(repository.read("public/built.json").contains("\"frozen\": true"));
    repository.run(["build"]);
    assert!(repository.read("public/built.json").contains("\"frozen\": false"));
}
