//! What git remembers: comparisons with a commit, and histories of which a part is missing.

use std::fs;

use crate::repository::{FROZEN, LISTING, Repository, Told, command, git_in, list, run_in};

const LIST: &str = "content/2026-summer/lists/atlas.md";
const BEACON: &str = "content/2026-summer/lists/beacon.md";
/// In the week itself.
const WEEK: &str = "2026-07-29T15:00:00+02:00";

/// As the rules ask, and committed while the lists were written.
fn repository() -> Repository {
    Repository::new().in_git(LISTING)
}

/// What a check against the last commit says.
fn since(repository: &Repository, now: &str) -> Vec<String> {
    let told = repository.run(["check", "--format", "json", "--since", "main", "--now", now]);
    in_words(&told)
}

fn in_words(told: &Told) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_str(&told.out)
        .unwrap_or_else(|error| panic!("{error}: {}{}", told.out, told.err));
    let text = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap().to_owned();
    report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let path = text(it, "path");
            let file = path.rsplit('/').next().unwrap();
            let (severity, rule) = (text(it, "severity"), text(it, "rule"));
            format!("{severity} {file}:{} {rule}: {}", it["line"], text(it, "message"))
        })
        .collect()
}

fn about<'f>(findings: &'f [String], rule: &str) -> Vec<&'f str> {
    findings.iter().map(String::as_str).filter(|it| it.contains(&format!(" {rule}: "))).collect()
}

/// Whether the site is built, and what the check says of its history.
fn hint(folder: &std::path::Path) -> String {
    hint_in(folder, FROZEN)
}

fn hint_at(repository: &Repository, now: &str) -> String {
    hint_in(&repository.path(""), now)
}

fn hint_in(folder: &std::path::Path, now: &str) -> String {
    let built = run_in(folder, ["build", "--now", now]);
    assert_eq!(built.code, 0, "{}", built.err);
    let told = run_in(folder, ["check", "--format", "json", "--now", now]);
    let findings = in_words(&told);
    about(&findings, "list-frozen-after-deadline").join("\n")
}

#[test]
fn a_step_that_is_not_allowed_is_an_error_at_its_line() {
    let text = list(10).replacen("- Status:", "- Estimate: 1 day\n- Status: signed off", 1);
    let repository = Repository::new().with(LIST, &text).in_git(LISTING);
    assert_eq!(about(&since(&repository, WEEK), "started-gets-finished"), [""; 0]);
    let repository =
        repository.with_in_list("- Status: signed off", "- Status: skipped\n- Reason: no");
    let line =
        repository.read(LIST).lines().position(|line| line == "- Status: skipped").unwrap() + 1;
    assert_eq!(
        about(&since(&repository, WEEK), "started-gets-finished"),
        [format!(
            "warning atlas.md:{line} started-gets-finished: `Invoices are a bit off` went from \
             signed off to skipped in one step"
        )]
    );
}

#[test]
fn what_the_history_tells_is_not_told_again() {
    let text = list(10).replacen("- Status:", "- Estimate: 1 day\n- Status: started", 1);
    let repository = Repository::new().with(LIST, &text).in_git(LISTING);
    let repository =
        repository.with_in_list("- Status: started", "- Status: skipped\n- Reason: no");
    let told = since(&repository, WEEK);
    assert_eq!(about(&told, "started-gets-finished").len(), 1, "{told:?}");

    // Something taken off and moved after the freeze, which the history knows as well.
    let repository = repository.with(LIST, &list(9));
    let told = since(&repository, WEEK);
    assert_eq!(about(&told, "list-frozen-after-deadline").len(), 1, "{told:?}");
    assert_eq!(about(&told, "ref-is-unique"), [""; 0]);
    assert_eq!(about(&told, "exactly-ten-items").len(), 1);
}

#[test]
fn a_ref_that_vanished_is_told_where_it_stood_or_at_the_title() {
    let repository = repository().with_in_list("- Ref: labels", "- Ref: stickers");
    assert_eq!(
        about(&since(&repository, LISTING), "ref-is-unique"),
        ["error atlas.md:18 ref-is-unique: the ref of `Labels are a bit off` was `labels` and is \
          `stickers` now"]
    );
    let repository = repository.with(LIST, &list(9));
    assert_eq!(
        about(&since(&repository, LISTING), "ref-is-unique"),
        [
            "hint atlas.md:1 ref-is-unique: `Colophon are a bit off` is gone, and with it the page of \
          `colophon`"
        ]
    );
    fs::remove_dir_all(repository.path("content/2026-summer")).unwrap();
    let told = since(&repository, LISTING);
    assert!(told.iter().any(|it| it.contains("the round `Summer 2026` is gone")), "{told:?}");
}

#[test]
fn a_comparison_reads_only_what_was_committed() {
    // Pictures, links, folders that are hidden and a file that is no text are nothing to compare.
    let repository = Repository::new()
        .with("content/2026-summer/pictures/a.svg", "<svg/>")
        .with("content/.hidden/lists/a.md", "x")
        .with("content/2026-summer/lists/extra.txt", "x");
    repository.write("content/2026-summer/notes.md", b"\xff\xfe");
    let repository = repository.in_git(LISTING);
    let alone = in_words(&repository.run(["check", "--format", "json", "--now", FROZEN]));
    assert_eq!(since(&repository, FROZEN), alone);
    fs::remove_file(repository.path(LIST)).unwrap();
    assert!(!repository.path(LIST).exists());
    since(&repository, FROZEN);
    assert!(!repository.path(LIST).exists(), "nothing is checked out");
}

#[test]
fn the_root_may_be_a_folder_of_a_larger_repository() {
    let top = tempfile::tempdir().unwrap();
    let repository = Repository::new();
    let week = top.path().join("docs/week");
    for (path, bytes) in repository.files("") {
        let to = week.join(path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::write(to, bytes).unwrap();
    }
    for arguments in
        [&["init", "-q", "-b", "main"][..], &["add", "-A"], &["commit", "-qm", "Begin"]]
    {
        git_in(top.path(), LISTING, arguments);
    }
    let list = week.join("content/2026-summer/lists/atlas.md");
    let text = fs::read_to_string(&list).unwrap().replace("- Ref: labels", "- Ref: stickers");
    fs::write(&list, text).unwrap();
    let told = in_larger(&week, &["check", "--since", "main", "--now", LISTING]);
    assert_eq!(told.0, 1);
    assert!(told.1.contains("error[ref-is-unique]: the ref of"), "{}", told.1);
}

/// Like `run_in`, for a repository that begins further up.
/// As git runs hooks and aliases in a further working tree.
#[test]
fn where_git_runs_it_the_answers_are_the_same_as_by_hand() {
    let other = Repository::new().in_git(LISTING);
    let repository = repository().with(LIST, &list(9));
    let by_hand = diff(&repository, WEEK);
    let ask = |names: &[(&str, &str)]| {
        let mut command = command(&repository.path(""));
        command.args(["diff", "--since", "main", "--now", WEEK]).envs(names.iter().copied());
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    let folder = |of: &Repository| of.path(".git").to_str().unwrap().to_owned();
    assert_eq!(ask(&[("GIT_DIR", &folder(&repository))]), by_hand);
    assert_eq!(ask(&[("GIT_DIR", &folder(&other)), ("GIT_INDEX_FILE", "x")]), by_hand);
    assert_eq!(ask(&[("GIT_WORK_TREE", "/"), ("GIT_PREFIX", "content/")]), by_hand);
    // What somebody set for this one run is heard.
    let settings = [("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "core.abbrev")];
    assert_ne!(ask(&[settings[0], settings[1], ("GIT_CONFIG_VALUE_0", "wrong")]), by_hand);
}

fn in_larger(folder: &std::path::Path, arguments: &[&str]) -> (i32, String) {
    let output = crate::repository::command(folder)
        .env_remove("GIT_CEILING_DIRECTORIES")
        .args(arguments)
        .output()
        .unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn what_cannot_be_compared_says_why_and_ends_with_two() {
    let bare = Repository::new();
    let told = bare.run(["check", "--since", "main"]);
    assert_eq!((told.code, told.out.as_str()), (2, ""));
    assert!(
        told.err.starts_with("error: there is nothing to compare with: not a git"),
        "{}",
        told.err
    );
    for revision in ["nowhere", "HEAD~9", "--output=x", "", "main:content"] {
        let told = repository().run(["check", &format!("--since={revision}")]);
        assert_eq!((told.code, told.out.as_str()), (2, ""), "{revision}");
        assert!(told.err.contains("fetch-depth: 0"), "{}", told.err);
    }
    let alone = crate::repository::command(&repository().path(""))
        .args(["check", "--since", "main"])
        .env("PATH", "/nowhere")
        .output()
        .unwrap();
    assert_eq!(alone.status.code(), Some(2));
}

#[test]
fn a_commit_of_which_a_part_is_missing_is_no_empty_one() {
    for (part, named) in [("lists", ""), ("lists/atlas.md", "lists/atlas.md")] {
        let repository = repository();
        let id =
            repository.git(LISTING, &["rev-parse", &format!("HEAD:content/2026-summer/{part}")]);
        let repository = repository.with_in_list("nicer", "much nicer");
        repository.commit(LISTING, "Write better");
        let (folder, file) = id.trim().split_at(2);
        fs::remove_file(repository.path(&format!(".git/objects/{folder}/{file}"))).unwrap();
        let named = if named.is_empty() { id.trim() } else { named };
        for command in ["check", "diff"] {
            let told = repository.run([command, "--since", "HEAD^", "--now", LISTING]);
            assert_eq!((told.code, told.out.as_str()), (2, ""));
            assert!(
                told.err.starts_with("error: there is nothing to compare with: "),
                "{}",
                told.err
            );
            assert!(told.err.contains(named), "{}", told.err);
        }
    }
}

#[test]
fn a_shallow_clone_is_built_and_says_what_is_missing() {
    let repository = repository();
    repository.commit(FROZEN, "Again");
    let elsewhere = tempfile::tempdir().unwrap();
    let from = format!("file://{}", repository.path("").canonicalize().unwrap().display());
    git_in(elsewhere.path(), FROZEN, &["clone", "-q", "--depth", "1", &from, "week"]);
    let told = hint(&elsewhere.path().join("week"));
    assert!(told.contains("this clone has no older commits"), "{told}");
    let told = run_in(&elsewhere.path().join("week"), ["check", "--since", "HEAD^1"]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("--unshallow"), "{}", told.err);
}

#[test]
fn a_shallow_clone_tells_nothing_that_is_only_its_edge() {
    let repository = repository();
    let mut dates = Vec::new();
    for (day, title) in [(26, "Invoices"), (27, "Labels"), (28, "Search")] {
        start(&repository, title);
        let when = format!("2026-07-{day}T10:00:00+02:00");
        repository.commit(&when, "Start");
        dates.push(format!("2026-07-{day}T08:00:00"));
    }
    let from = format!("file://{}", repository.path("").canonicalize().unwrap().display());
    for depth in [1, 2, 3, 9] {
        let elsewhere = tempfile::tempdir().unwrap();
        let count = depth.to_string();
        git_in(elsewhere.path(), WEEK, &["clone", "-q", "--depth", &count, &from, "week"]);
        let week = elsewhere.path().join("week");
        let told = hint_in(&week, WEEK);
        let early = run_in(&week, ["check", "--format", "json", "--now", LISTING]);
        let early = about(&in_words(&early), "list-frozen-after-deadline").join("\n");
        let feed = fs::read_to_string(week.join("public/2026-summer/feed.xml")).unwrap();
        let entries = feed.matches("<entry>").count();
        let page = week.join("public/2026-summer/items/invoices.html");
        let has_story = fs::read_to_string(page).unwrap().contains("class=\"story\"");
        if depth == 9 {
            assert_eq!((told.as_str(), early.as_str()), ("", ""));
            assert_eq!((entries, has_story), (13, true));
        } else {
            for told in [told, early] {
                assert!(told.contains("this clone has no older commits"), "{depth}: {told}");
            }
            assert_eq!((entries, has_story), (depth - 1, false), "{depth}");
            assert!(dates[4 - depth..].iter().all(|date| feed.contains(date)), "{feed}");
        }
    }
}

#[test]
fn without_git_the_site_is_built_and_says_what_is_missing() {
    for now in [LISTING, FROZEN] {
        let told = hint_at(&Repository::new(), now);
        assert!(told.contains("there is no git history"), "{told}");
    }
}

#[test]
fn before_the_first_commit_the_hint_is_to_commit_and_not_what_git_says() {
    let repository = Repository::new();
    repository.git(LISTING, &["init", "-q", "-b", "main"]);
    for now in [LISTING, FROZEN] {
        let told = hint_at(&repository, now);
        assert!(told.contains("nothing is committed yet, so nobody can tell"), "{told}");
    }
    // A branch that is broken is another matter.
    repository.write(".git/refs/heads/main", "what is this?\n");
    let told = hint_at(&repository, LISTING);
    assert!(told.contains("git does not tell what the lists once were"), "{told}");
}

#[test]
fn what_git_has_not_got_is_no_list_that_came_late() {
    let repository = repository();
    start(&repository, "Invoices");
    repository.commit("2026-07-27T10:00:00+02:00", "Start");
    let before = steps(&repository, WEEK);
    let id = repository.git(LISTING, &["rev-parse", &format!("HEAD^:{LIST}")]);
    let (folder, file) = id.trim().split_at(2);
    fs::remove_file(repository.path(&format!(".git/objects/{folder}/{file}"))).unwrap();
    for now in [LISTING, WEEK] {
        let told = hint_at(&repository, now);
        assert!(told.contains("git has not got all of what the lists once were"), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
    assert_eq!((before.len(), steps(&repository, WEEK)), (11, vec![]));
    let told = repository.run(["build", "--now", WEEK]);
    assert!(told.code == 0 && told.out.contains(" hints ("), "{}", told.out);
}

/// How often git connects for a check.
fn connections(folder: &std::path::Path, may_fetch: bool) -> usize {
    let trace = folder.join(".git/trace");
    let mut command = command(folder);
    command.env("GIT_NO_LAZY_FETCH", if may_fetch { "0" } else { "1" });
    command.args(["check", "--now", WEEK]).env("GIT_TRACE", &trace).output().unwrap();
    let said = fs::read_to_string(&trace).unwrap();
    fs::remove_file(trace).unwrap();
    said.matches("built-in: git fetch").count()
}

#[test]
fn what_a_clone_left_behind_is_fetched_in_one_go_or_done_without() {
    let repository = repository();
    for (day, status) in [(27, "started"), (28, "done"), (29, "signed off")] {
        let text = list(10).replacen("- Status:", &format!("- Status: {status}"), 1);
        repository.write(LIST, text);
        repository.commit(&format!("2026-07-{day}T10:00:00+02:00"), "Go on");
    }
    repository.git(WEEK, &["config", "uploadpack.allowFilter", "true"]);
    let clones = tempfile::tempdir().unwrap();
    let from = format!("file://{}", repository.path("").display());
    let clone = |name: &str| {
        git_in(clones.path(), WEEK, &["clone", "-q", "--filter=blob:none", &from, name]);
        clones.path().join(name)
    };
    let online = clone("online");
    let connections = [false, true, true].map(|may_fetch| connections(&online, may_fetch));
    assert_eq!(connections, [0, 1, 0]);
    assert_eq!(hint_in(&online, WEEK), "");
    assert_eq!(git_in(&online, WEEK, &["status", "--porcelain"]), "?? public/\n");

    // Two of three old texts are there, whichever comes first by its name.
    for missing in 1..=3 {
        let offline = clone(&format!("offline {missing}"));
        for age in (1..=3).filter(|age| *age != missing) {
            git_in(&offline, WEEK, &["cat-file", "-p", &format!("HEAD~{age}:{LIST}")]);
        }
        git_in(&offline, WEEK, &["remote", "set-url", "origin", "file:///nowhere"]);
        assert!(
            hint_in(&offline, WEEK).contains("git has not got all of what the lists once were")
        );
        let feed = fs::read_to_string(offline.join("public/2026-summer/feed.xml")).unwrap();
        assert!(feed.contains("2026-07-29T") || missing == 1, "{missing}: {feed}");
        assert!(feed.contains("<entry>"), "{missing}");
    }
}

#[cfg(unix)]
#[test]
fn a_list_that_is_a_link_has_no_history_and_is_not_late() {
    let repository = Repository::new().with("products/wishes.md", &list(10));
    let other = list(10).replace("Ref: ", "Ref: other-").replace("a bit off", "broken");
    let repository = repository.with("content/2026-summer/lists/globe.md", &other);
    let round = repository.read("content/2026-summer/round.toml");
    let round = format!("{round}[products.globe]\nname = \"Globe\"\nmanager = \"bob\"\n");
    let repository = repository.with("content/2026-summer/round.toml", &round);
    fs::remove_file(repository.path(LIST)).unwrap();
    let target = "../../../products/wishes.md";
    std::os::unix::fs::symlink(target, repository.path(LIST)).unwrap();
    let repository = repository.in_git(LISTING);
    let told = hint(&repository.path(""));
    assert!(told.starts_with("hint ") && told.contains("a list is a link"), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
    // The other lists are judged all the same.
    let one_less = other.rsplit_once("\n## ").unwrap().0;
    repository.write("content/2026-summer/lists/globe.md", one_less);
    let told = hint(&repository.path(""));
    assert!(told.contains("`Colophon are broken` was taken off"), "{told}");
}

#[test]
fn what_git_says_when_it_refuses_is_in_the_hint() {
    let repository = repository();
    repository.write(".git/config", "[core");
    let told = hint(&repository.path(""));
    assert!(told.contains("git does not tell what the lists once were: bad config"), "{told}");
}

#[test]
fn a_git_that_failed_once_is_asked_again() {
    let repository = repository();
    let build = ["build", "--now", FROZEN];
    let alone = crate::repository::command(&repository.path(""))
        .args(build)
        .env("PATH", "/nowhere")
        .output()
        .unwrap();
    assert_eq!(alone.status.code(), Some(0));
    assert!(!repository.read("public/2026-summer/items/invoices.html").contains("class=\"story\""));
    repository.run(build);
    assert!(repository.read("public/2026-summer/items/invoices.html").contains("class=\"story\""));
    repository.run(["build", "--now", FROZEN, "--out", "fresh"]);
    assert_eq!(repository.files("public"), repository.files("fresh"));
    let told = repository.run(build);
    assert!(told.out.contains("nothing new"), "{}", told.out);
}

#[test]
fn a_history_that_was_rewritten_after_the_deadline_says_so() {
    let repository = repository();
    assert_eq!(hint(&repository.path("")), "");
    repository.git(FROZEN, &["commit", "-q", "--amend", "-m", "Begin again"]);
    let told = hint(&repository.path(""));
    assert!(told.contains("came into git, or to this place in it, after they were due"), "{told}");
}

#[test]
fn a_list_under_a_new_name_keeps_its_story() {
    let text = list(10).replacen("- Status:", "- Estimate: 1 day\n- Status: started", 1);
    let repository = repository().with(LIST, &text);
    repository.commit(FROZEN, "Start");
    let new = "content/2026-summer/lists/globe.md";
    fs::rename(repository.path(LIST), repository.path(new)).unwrap();
    let round = repository.read("content/2026-summer/round.toml");
    repository
        .write("content/2026-summer/round.toml", round.replace("products.atlas", "products.globe"));
    repository.commit(WEEK, "Rename");
    let told = repository.run(["check", "--format", "json", "--since", "HEAD^", "--now", WEEK]);
    let findings = in_words(&told);
    assert_eq!(about(&findings, "list-frozen-after-deadline"), [""; 0]);
    assert_eq!(about(&findings, "ref-is-unique"), [""; 0]);
    assert_eq!(repository.run(["build", "--now", WEEK]).code, 0);
    let feed = repository.read("public/2026-summer/feed.xml");
    assert!(feed.contains("2026-07-25T"), "what happened under the old name: {feed}");

    // Taking the promise back is noticed under the new name, too.
    let text = repository.read(new).replace("- Status: started", "- Status: skipped\n- Reason: no");
    repository.write(new, text);
    let told = repository.findings(WEEK);
    assert!(told.iter().any(|it| it["rule"] == "started-gets-finished"), "{told:?}");
}

/// The statuses that the feed of the round tells, as often as it tells them.
fn steps(repository: &Repository, now: &str) -> Vec<String> {
    let built = repository.run(["build", "--now", now]);
    assert_eq!(built.code, 0, "{}", built.err);
    let feed = repository.read("public/2026-summer/feed.xml");
    let mut steps: Vec<String> = feed
        .split("<entry>")
        .skip(1)
        .map(|entry| {
            let between = |from: &str| entry.split(from).nth(1).unwrap().split('<').next().unwrap();
            format!("{} {}", between("<updated>"), between("<title>"))
        })
        .collect();
    steps.sort();
    steps
}

#[test]
fn a_list_that_is_broken_or_away_for_one_commit_has_the_same_story() {
    type Break<'a> = &'a dyn Fn(&Repository);
    const DUE: &str = "2026-07-24T09:50:00+02:00";
    let text = list(10).replacen("- Status:", "- Estimate: 1 day\n- Status: started", 1);
    let mended = text.replace("nicer", "much nicer");
    let elsewhere = "content/2026-summer/aside.md";
    let conflict = format!("<<<<<<< one\n{text}=======\n{text}>>>>>>> two\n");
    let breaks: [(&str, Break); 4] = [
        ("Latin-1", &|it| {
            it.write(
                LIST,
                text.replace("bit", "b\u{ed}t").chars().map(|c| c as u8).collect::<Vec<u8>>(),
            )
        }),
        ("a conflict", &|it| it.write(LIST, &conflict)),
        ("deleted", &|it| fs::remove_file(it.path(LIST)).unwrap()),
        ("elsewhere", &|it| fs::rename(it.path(LIST), it.path(elsewhere)).unwrap()),
    ];
    for (name, breaks) in breaks {
        let repository = Repository::new().with(LIST, &text).in_git(LISTING);
        let before = steps(&repository, FROZEN);
        breaks(&repository);
        repository.commit(DUE, "Break");
        drop(fs::remove_file(repository.path(elsewhere)));
        repository.write(LIST, &mended);
        repository.commit(FROZEN, "Mend");
        assert_eq!(steps(&repository, FROZEN), before, "{name}");
        assert_eq!(hint(&repository.path("")), "", "{name}");
    }
}

/// A commit on another branch than `main`, and what came to the list on `main` meanwhile: another
/// order before it was due, and a status after that.
fn with_two_branches(on_branch: impl Fn(&Repository)) -> Repository {
    let repository = repository();
    repository.git(LISTING, &["switch", "-q", "-c", "mine"]);
    on_branch(&repository);
    repository.git(FROZEN, &["switch", "-q", "main"]);
    let text = repository.read(LIST);
    let (head, items) = text.split_once("\n## ").unwrap();
    let mut items: Vec<&str> = items.trim_end().split("\n\n## ").collect();
    items.reverse();
    repository.write(LIST, format!("{head}\n## {}\n", items.join("\n\n## ")));
    repository.commit("2026-07-23T12:00:00+02:00", "Order");
    repository
}

fn start(repository: &Repository, title: &str) {
    let text = repository.read(LIST);
    let at = text.find(title).unwrap();
    let (before, item) = text.split_at(at);
    let item = item.replacen("- Status:", "- Estimate: 1 day\n- Status: started", 1);
    repository.write(LIST, format!("{before}{item}"));
}

#[test]
fn whoever_takes_main_into_a_branch_and_pushes_changes_no_history() {
    for merge in ["git merge main", "git pull"] {
        let repository = with_two_branches(|it| {
            it.write("content/2026-summer/faq.md", "# Questions\n\nOne.\n");
            it.commit(FROZEN, "Answer");
        });
        start(&repository, "Invoices");
        repository.commit("2026-07-27T09:05:00+02:00", "Start");
        let before = (steps(&repository, WEEK), hint_at(&repository, WEEK));
        assert_eq!((before.0.len(), before.1.as_str()), (11, ""));
        repository.git(FROZEN, &["switch", "-q", "mine"]);
        let title = "Merge branch 'main' of https://example.org/week into mine";
        let merged: &[&str] = match merge {
            "git pull" => &["merge", "-q", "-m", title, "main"],
            _ => &["merge", "-q", "--no-edit", "main"],
        };
        repository.git("2026-07-28T17:00:00+02:00", merged);
        assert_eq!((steps(&repository, WEEK), hint_at(&repository, WEEK)), before, "{merge}");
        repository.git(WEEK, &["switch", "-q", "main"]);
        repository.git(WEEK, &["merge", "-q", "--ff-only", "mine"]);
        assert_eq!((steps(&repository, WEEK), hint_at(&repository, WEEK)), before, "{merge}");
    }
}

#[test]
fn what_somebody_set_for_their_own_git_hides_nothing_of_the_past() {
    let answer = |it: &Repository| {
        it.write("content/2026-summer/faq.md", "# Questions\n\nOne.\n");
        it.commit(FROZEN, "Answer");
    };
    let merged = repository();
    merged.git(LISTING, &["switch", "-q", "-c", "theirs"]);
    start(&merged, "Invoices");
    merged.commit("2026-07-27T09:05:00+02:00", "Start");
    merged.git(LISTING, &["switch", "-q", "main"]);
    answer(&merged);
    merged.git(WEEK, &["merge", "-q", "-m", "Merge pull request #7", "theirs"]);

    let pulled = with_two_branches(answer);
    pulled.git(LISTING, &["branch", "-m", "trunk"]);
    pulled.git(LISTING, &["switch", "-q", "mine"]);
    pulled.git("2026-07-28T17:00:00+02:00", &["merge", "-q", "--no-edit", "trunk"]);
    pulled.git(LISTING, &["switch", "-q", "trunk"]);
    pulled.git(LISTING, &["merge", "-q", "--ff-only", "mine"]);

    for (repository, setting, value) in [
        (&merged, "log.showRoot", "false"),
        (&merged, "diff.orderFile", "gone"),
        (&merged, "log.diffMerges", "off"),
        (&pulled, "log.excludeDecoration", "refs/heads/*"),
    ] {
        let before = (steps(repository, WEEK), hint_at(repository, WEEK));
        assert!(before.0.len() > 9 && before.1.is_empty(), "{before:?}");
        repository.git(WEEK, &["config", setting, value]);
        // A site for which nothing is new would stay as it is.
        fs::remove_dir_all(repository.path("public")).unwrap();
        assert_eq!((steps(repository, WEEK), hint_at(repository, WEEK)), before, "{setting}");
        repository.git(WEEK, &["config", "--unset", setting]);
    }
}

#[test]
fn a_pull_request_comes_to_the_site_when_it_is_merged_with_the_dates_of_its_commits() {
    let repository = repository();
    repository.git(LISTING, &["switch", "-q", "-c", "theirs"]);
    start(&repository, "Invoices");
    repository.commit("2026-07-23T09:00:00+02:00", "Start");
    let text = repository.read(LIST).replace("- Ref: colophon", "- Ref: mouse");
    repository.write(LIST, text.replace("## Colophon are a bit off", "## Mouse sticks"));
    repository.commit("2026-07-23T10:00:00+02:00", "Replace");
    repository.git(LISTING, &["switch", "-q", "main"]);
    repository.write("content/2026-summer/faq.md", "# Questions\n\nOne.\n");
    repository.commit("2026-07-23T11:00:00+02:00", "Answer");
    assert_eq!(hint_at(&repository, WEEK), "");
    repository.git(FROZEN, &["merge", "-q", "-m", "Merge pull request #7", "theirs"]);
    let told = hint_at(&repository, WEEK);
    assert!(told.contains("`Mouse sticks` was added after the lists were due"), "{told}");
    let told = steps(&repository, WEEK);
    let started: Vec<&String> = told.iter().filter(|it| it.contains("started")).collect();
    assert!(started.len() == 1 && started[0].starts_with("2026-07-23T07:00:00"), "{told:?}");
}

/// What `diff` says of everything since the first commit.
#[test]
fn a_slow_clock_forgives_nothing_that_was_moved_after_the_freeze() {
    let repository = repository();
    let text = repository.read(LIST);
    let (rest, last) = text.split_once("\n## Colophon").unwrap();
    let (head, first) = rest.split_once("\n## Invoices").unwrap();
    repository.write(LIST, format!("{head}\n## Colophon{last}\n## Invoices{first}\n"));
    repository.commit("2026-07-24T10:03:00+02:00", "Move");
    let moved = "`Colophon are a bit off` was moved after the lists were due";
    assert!(hint(&repository.path("")).contains(moved));
    let repository = repository.with_in_list("nicer", "much nicer");
    repository.commit("2026-07-24T09:58:00+02:00", "Write better, ten minutes slow");
    assert!(hint(&repository.path("")).contains(moved));
    // As long as a date is yet to come, nobody knows when that commit was made.
    let repository = self::repository();
    repository.commit("2027-07-20T12:00:00+02:00", "Begin a year ahead");
    repository.write(LIST, list(10).replace("nicer", "much nicer"));
    repository.commit("2027-07-20T13:00:00+02:00", "Write better");
    let text = repository.read(LIST).replace("## Colophon", "## The colophon");
    repository.write(LIST, text.replace("- Ref: colophon", "- Ref: the-colophon"));
    repository.commit("2026-07-23T12:00:00+02:00", "Call it by its name");
    assert_eq!(hint(&repository.path("")), "");
}

/// One item as partners write it, who leave the ref to others.
fn without_a_ref(title: &str, written: &str) -> String {
    let item = "- Kind: bug\n- Status: started\n- Estimate: 1 day\n\nIt could be nicer.";
    format!("# Atlas\n\n## {title}\n- Owner: Ana Duarte\n{written}{item}\n")
}

#[test]
fn the_story_and_the_feed_go_on_when_an_item_gets_a_ref_or_another_title() {
    let ids = |repository: &Repository| -> Vec<String> {
        let feed = repository.read("public/2026-summer/feed.xml");
        feed.split("<id>").map(|id| id.split('<').next().unwrap().to_owned()).skip(2).collect()
    };
    let wish = without_a_ref("Wish one", "");
    for (title, written, page) in [
        ("Wish one", "- Ref: currency\n", "currency"),
        ("Currency of invoices", "", "currency-of-invoices"),
    ] {
        let begin = wish.replace("started", "submitted");
        let repository = Repository::new().with(LIST, &begin).in_git(LISTING).with(LIST, &wish);
        repository.commit("2026-07-27T10:00:00+02:00", "Start");
        assert_eq!(steps(&repository, WEEK).len(), 2);
        let before = ids(&repository);
        repository.write(LIST, without_a_ref(title, written));
        repository.commit("2026-07-27T12:00:00+02:00", "Call it otherwise");
        let told = steps(&repository, WEEK);
        assert!(told.iter().all(|it| it.contains(&format!(" {title}: "))), "{told:?}");
        assert_eq!(ids(&repository), before, "nobody reads it twice");
        let page = repository.read(&format!("public/2026-summer/items/{page}.html"));
        let (_, story) = page.split_once("How it went").unwrap();
        let (story, _) = story.split_once("</section>").unwrap();
        assert_eq!(story.matches("<li>").count(), 2, "{story}");
        assert!(story.contains("27 July 2026, 10:00"), "{story}");
    }
}

#[test]
fn the_feed_calls_an_item_that_was_taken_off_by_its_title() {
    let repository = repository();
    start(&repository, "Invoices");
    repository.commit("2026-07-27T10:00:00+02:00", "Start");
    let text = repository.read(LIST);
    let (head, rest) = text.split_once("\n## Invoices").unwrap();
    let (_, rest) = rest.split_once("\n## ").unwrap();
    repository.write(LIST, format!("{head}\n## {rest}"));
    repository.commit(WEEK, "Take it off");
    let told = steps(&repository, WEEK);
    let gone: Vec<&String> = told.iter().filter(|it| it.contains("nvoices")).collect();
    assert_eq!(gone.len(), 2);
    assert!(gone.iter().all(|it| it.contains(" Invoices are a bit off: ")), "{gone:?}");
}

fn diff(repository: &Repository, now: &str) -> String {
    let told = repository.run(["diff", "--since", "main", "--now", now]);
    assert_eq!((told.code, told.err.as_str()), (0, ""), "{}", told.out);
    assert!(!told.out.contains('@') && !told.out.contains("Duarte"), "{}", told.out);
    assert_eq!(told.out, repository.run(["diff", "--since", "main", "--now", now]).out);
    told.out
}

#[test]
fn a_change_is_told_in_the_words_of_the_round() {
    let text = list(10).replace("Agreed by Lisbon: yes", "Agreed by Lisbon: not yet").replacen(
        "- Status:",
        "- Estimate: 1 day\n- Status: started",
        1,
    );
    let repository = Repository::new().with(LIST, &text).in_git(LISTING);
    // The seventh becomes the second, the last goes, another comes.
    let text = repository
        .read(LIST)
        .replace("Agreed by Lisbon: not yet", "Agreed by Lisbon: yes, Ana, 25 July")
        .replacen("- Status: started", "- Dev: Jonas Weber\n- Status: done", 1)
        .replacen("- Owner: Marta Vogel", "- Owner: rui@example.org", 1)
        .replacen(
            "- Status:\n",
            "- Status: skipped\n- Reason: too big: mail `zoe@example.org`\n",
            1,
        )
        .replace("## Export are a bit off", "## Export loses rows")
        .replacen("nicer", "much nicer", 3);
    let (head, items) = text.split_once("\n## ").unwrap();
    let mut items: Vec<&str> = items.split("\n## ").collect();
    let seventh = items.remove(6);
    items.insert(1, seventh);
    items.pop();
    let fresh = "Postcards\n- Owner: Eva Sand\n- Ref: postcards\n\nBigger.\n";
    items.insert(5, fresh);
    repository.write(LIST, format!("{head}\n## {}", items.join("\n## ")));
    let round = repository.read("content/2026-summer/round.toml");
    let round =
        round.replace("closes = 2026-08-14", "closes = 2026-08-21").replace("\"bob\"", "\"jonas\"");
    repository.write("content/2026-summer/round.toml", round);
    insta::assert_snapshot!(diff(&repository, FROZEN));
}

#[test]
fn better_words_change_nothing_that_anybody_is_told() {
    let repository = repository().with_in_list("nicer", "much nicer");
    let repository = repository.with("content/2026-summer/faq.md", "# Questions\n\nOne.\n");
    assert_eq!(
        diff(&repository, FROZEN),
        "Nothing changes what anybody is told or promised; 2 descriptions reworded.\n"
    );
    repository.commit(FROZEN, "Write better");
    assert_eq!(diff(&repository, FROZEN), "Nothing changes what anybody is told or promised.\n");
}

/// With a second product, whose list is this.
fn with_beacon(list: &str) -> Repository {
    let toml = "content/2026-summer/round.toml";
    let repository = Repository::new().with(BEACON, list);
    let round = repository.read(toml);
    repository
        .with(toml, &format!("{round}\n[products.beacon]\nname = \"Beacon\"\nmanager = \"bob\"\n"))
}

#[test]
fn annotations_begin_with_the_files_of_the_change() {
    let unknown = list(10).replace("- Owner: ", "- Owner: The other ");
    let beacon = list(10).replace("Atlas", "Beacon").replace("- Ref: ", "- Ref: b-");
    let repository = with_beacon(&beacon).with(LIST, &unknown).in_git(LISTING);
    let annotations = |since: &[&str]| -> Vec<String> {
        let check = ["check", "--format", "github", "--now", FROZEN];
        let told = repository.run(check.iter().chain(since));
        assert_eq!(told.err, "");
        told.out.lines().map(str::to_owned).collect()
    };
    let before = annotations(&[]);
    assert!(before.iter().filter(|it| it.starts_with("::error")).count() >= 10, "{before:?}");
    let wrong = beacon.replacen("- Owner: Ana Duarte", "- Owner: Peter Pan", 1);
    repository.write(BEACON, wrong);

    let in_file_order = annotations(&[]);
    let told = annotations(&["--since", "main"]);
    let is_of_beacon = |line: &&String| line.contains(" file=content/2026-summer/lists/beacon.md,");
    let (first, rest): (Vec<&String>, Vec<&String>) = in_file_order.iter().partition(is_of_beacon);
    assert!(first.iter().any(|it| it.contains("Peter Pan")), "{first:?}");
    assert!(!is_of_beacon(&&in_file_order[0]), "{in_file_order:?}");
    assert_eq!(told.iter().collect::<Vec<_>>(), [first, rest].concat());
}

/// Two lists with an item of one title and without a ref each, and the text of the second.
fn with_twins() -> (Repository, String) {
    let atlas = list(10).replace("- Ref: labels\n", "");
    let beacon = list(10).replace("# Atlas", "# Beacon").replace("- Ref: ", "- Ref: b-");
    let beacon = beacon.replace("- Ref: b-labels\n", "");
    (with_beacon(&beacon).with(LIST, &atlas).in_git(LISTING), beacon)
}

#[test]
fn two_items_of_one_title_have_a_story_each() {
    let (repository, other) = with_twins();
    let (head, labels) = other.split_once("## Labels").unwrap();
    let labels = labels.replacen("- Status:", "- Estimate: 1 day\n- Status: started", 1);
    repository.write(BEACON, format!("{head}## Labels{labels}"));
    repository.commit(FROZEN, "Start");
    assert_eq!(repository.run(["build", "--now", WEEK]).code, 0);
    let story = |r#ref: &str| {
        let page = repository.read(&format!("public/2026-summer/items/{ref}.html"));
        let (_, story) = page.split_once("class=\"story\"").unwrap();
        story.split_once("</ol>").unwrap().0.contains("started")
    };
    assert!(!story("labels-are-a-bit-off"));
    assert!(story("labels-are-a-bit-off-2"));
    // And the list is as it was when it was due.
    let page = repository.read("public/2026-summer/lists/beacon.html");
    assert!(page.contains("Nothing was added, removed or moved."), "{page}");
    let text = repository.read(BEACON).replace("- Status: started", "- Status: submitted");
    repository.write(BEACON, text);
    let told = repository.findings(WEEK);
    assert!(told.iter().any(|it| it["rule"] == "started-gets-finished"), "{told:?}");
}

#[test]
fn of_two_items_of_one_title_each_keeps_its_story_when_the_other_goes() {
    let (repository, other) = with_twins();
    let (head, labels) = other.split_once("## Labels").unwrap();
    let skipped = labels.replacen("- Status:", "- Status: skipped\n- Reason: twice", 1);
    repository.write(BEACON, format!("{head}## Labels{skipped}"));
    repository.commit(FROZEN, "The others do it");
    let rest = labels.find("\n## ").map_or("", |next| &labels[next + 1..]);
    repository.write(BEACON, format!("{head}{rest}"));
    repository.commit(WEEK, "Once is enough");
    assert_eq!(repository.run(["build", "--now", WEEK]).code, 0);
    let page = repository.read("public/2026-summer/items/labels-are-a-bit-off.html");
    let (_, story) = page.split_once("class=\"story\"").unwrap();
    let (story, _) = story.split_once("</ol>").unwrap();
    assert_eq!((story.matches("<li").count(), story.contains("skipped")), (1, false), "{story}");
    let feed = repository.read("public/2026-summer/feed.xml");
    let entries: Vec<&str> = feed.split("<entry>").filter(|it| it.contains("skipped")).collect();
    assert!(!entries.is_empty(), "{feed}");
    assert!(entries.iter().all(|it| !it.contains("items/labels-are-a-bit-off.html")), "{feed}");
}

#[test]
fn lists_under_new_names_are_the_lists_they_were() {
    let toml = "content/2026-summer/round.toml";
    let other = list(10).replace("# Atlas", "# Beacon").replace("- Ref: ", "- Ref: b-");
    let repository = with_beacon(&other.replace(" are a bit off", " are far off")).in_git(LISTING);
    // Each under the name that comes after the other's.
    for (old, new) in [("atlas", "zenith"), ("beacon", "yonder")] {
        let file = |name: &str| repository.path(&format!("content/2026-summer/lists/{name}.md"));
        fs::rename(file(old), file(new)).unwrap();
        let round = repository.read(toml);
        repository
            .write(toml, round.replace(&format!("products.{old}"), &format!("products.{new}")));
    }
    let at = |product: &str, new: &str, old: &str| {
        let file = format!("its file is called `{new}.md` now, was `{old}.md`");
        format!("**{product}**\n\n- the list has another address: {file}\n")
    };
    let (atlas, beacon) = (at("Atlas", "zenith", "atlas"), at("Beacon", "yonder", "beacon"));
    assert_eq!(
        diff(&repository, FROZEN),
        format!("## Summer 2026\n\n{atlas}\n{beacon}"),
        "and a merge will mail nobody"
    );
    fs::remove_file(repository.path("content/2026-summer/lists/yonder.md")).unwrap();
    let told = diff(&repository, FROZEN);
    assert!(told.contains("**Beacon**\n\n- the product is taken away, with 10 items"), "{told}");
}

#[test]
fn what_owners_were_told_is_counted_by_items() {
    let path = "content/2026-summer/record.toml";
    let told = |r#ref: &str, kind: &str| {
        format!("[[told]]\nref = \"{ref}\"\nkind = \"{kind}\"\nat = 2026-07-25T10:00:00+02:00\n")
    };
    let first = format!("format = 1\n{}", told("labels", "started"));
    let repository = Repository::new().with(path, &first).in_git(LISTING);
    assert!(!diff(&repository, FROZEN).contains("told what"));
    let second = format!("{first}{}{}", told("labels", "done"), told("Labels", "reopened"));
    repository.write(path, &second);
    assert!(diff(&repository, FROZEN).contains("\n- owners were told what became of 1 item\n"));
    repository.write(path, format!("{second}{}", told("search", "skipped")));
    assert!(diff(&repository, FROZEN).contains("\n- owners were told what became of 2 items\n"));
}

#[test]
fn a_history_that_is_known_already_is_no_change() {
    let repository = repository().with(LIST, &list(9));
    repository.commit(FROZEN, "Take one off");
    let repository = repository.with_in_list("nicer", "much nicer");
    let told = diff(&repository, FROZEN);
    assert!(!told.contains("check says"), "{told}");
    let told = repository.run(["diff", "--since", "HEAD^", "--now", FROZEN]).out;
    assert!(told.contains("taken away after the freeze: `Colophon are a bit off`"), "{told}");
    assert!(told.contains("list-frozen-after-deadline"), "{told}");
}

#[test]
fn rounds_and_lists_come_and_go() {
    let repository = repository();
    repository.run(["new", "round", "2026-autumn", "--now", FROZEN]);
    fs::remove_file(repository.path(LIST)).unwrap();
    let told = diff(&repository, FROZEN);
    assert!(told.contains("## Autumn 2026\n\n- a new round; its lists are due "), "{told}");
    assert!(told.contains("- a new list with 10 empty slots"), "{told}");
    assert!(told.contains("- the list is taken away, with 10 items"), "{told}");
    fs::remove_dir_all(repository.path("content/2026-summer")).unwrap();
    let told = diff(&repository, FROZEN);
    assert!(told.contains("## Summer 2026\n\n- the round is taken away, with 10 items"), "{told}");
    repository.write("content/2026-summer/round.toml", "title = ");
    let told = diff(&repository, FROZEN);
    assert!(told.contains("- the round cannot be read any more"), "{told}");
}

#[test]
fn a_diff_without_a_commit_ends_with_two() {
    assert_eq!(repository().run(["diff"]).code, 2);
    assert_eq!(repository().run(["diff", "--since", "nowhere"]).code, 2);
    assert_eq!(Repository::new().run(["diff", "--since", "main"]).code, 2);
}
