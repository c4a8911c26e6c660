//! What `init` writes: a repository that passes its own check, and workflows that the forge takes
//! and whose commands run.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::repository::{LISTING, Told, command, files, git_in, run_in};

const ACTION: &str = ".github/actions/littlethings/action.yml";
const CHECK: &str = ".github/workflows/check.yml";
const PUBLISH: &str = ".github/workflows/publish.yml";

fn init(folder: &Path, more: &[&str]) -> Told {
    let folder = folder.to_str().unwrap();
    run_in(Path::new("/"), ["init", folder, "--now", LISTING].iter().chain(more))
}

fn fresh() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let told = init(folder.path(), &["--product", "Atlas", "--product", "Beacon light"]);
    assert_eq!((told.code, told.err.as_str()), (0, ""));
    folder
}

fn yaml(folder: &Path, path: &str) -> Value {
    let text = fs::read_to_string(folder.join(path)).unwrap();
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn a_fresh_repository_passes_its_check_and_is_built() {
    let folder = fresh();
    for now in [LISTING, "2026-08-10T12:00:00+02:00"] {
        let told = run_in(folder.path(), ["check", "--format", "json", "--now", now]);
        assert_eq!(told.code, 0, "{}{}", told.out, told.err);
        let report: Value = serde_json::from_str(&told.out).unwrap();
        assert_eq!(report["counts"]["warning"], 0, "{}", told.out);
    }
    let told = run_in(folder.path(), ["build", "--strict", "--now", LISTING]);
    assert_eq!(told.code, 0, "{}", told.err);
    let site = files(&folder.path().join("public"));
    assert!(site.contains_key("2026-summer/lists/beacon-light.html"), "{:?}", site.keys());
    let list = fs::read_to_string(folder.path().join("content/2026-summer/lists/atlas.md"));
    assert_eq!(list.unwrap().matches("\n## (").count(), 10);
}

#[test]
fn every_file_is_told_and_so_is_what_comes_next() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("a/new/folder");
    let told = init(&inner, &["--round", "2026-pilot"]);
    let (listed, next) = told.out.split_once("\nnext:\n").unwrap();
    let listed: Vec<&str> = listed.lines().collect();
    let mut written: Vec<String> = files(&inner).into_keys().collect();
    written.sort_by_key(|path| listed.iter().position(|listed| listed == path));
    assert_eq!(written, listed);
    for step in ["1. ", "2. ", "3. "] {
        assert!(next.contains(step), "{next}");
    }
    for path in ["content/people.toml", "content/2026-pilot/round.toml", ACTION] {
        assert!(next.contains(path) && inner.join(path).is_file(), "{next}");
    }
    let guide = fs::read_to_string(inner.join("CONTRIBUTING.md")).unwrap();
    assert!(guide.contains("](content/2026-pilot/lists/our-product.md)"), "{guide}");
    assert!(guide.contains("Those of `2026-pilot`"), "{guide}");
    assert!(!guide.contains('{'), "{guide}");
    // The help of every command that finds nothing leads here.
    let nowhere = run_in(folder.path(), ["check"]);
    assert!(nowhere.err.contains("`littlethings init`"), "{}", nowhere.err);
}

#[test]
fn where_the_guide_leads_to_other_lists_a_new_round_and_a_new_list_say_so() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let told = run_in(folder.path(), arguments);
        assert_eq!(told.code, 0, "{}", told.err);
        told.out.lines().filter(|line| line.starts_with("then: lead")).collect::<String>()
    };
    assert_eq!(init(folder.path(), &["--product", "Atlas"]).code, 0);
    let then = |list: &str| {
        format!("then: lead partners to {list} in CONTRIBUTING.md, which names other lists")
    };
    assert_eq!(run(&["new", "round", "2031-pilot"]), then("content/2031-pilot/lists/"));
    let shop = "content/2031-pilot/lists/shop.md";
    assert_eq!(run(&["new", "list", "shop", "--round", "2031-pilot"]), then(shop));
    let guide = folder.path().join("CONTRIBUTING.md");
    let led = fs::read_to_string(&guide).unwrap() + "[Mall](content/2031-pilot/lists/mall.md)";
    fs::write(&guide, led).unwrap();
    assert_eq!(run(&["new", "list", "mall", "--round", "2031-pilot"]), "");
    fs::remove_file(guide).unwrap();
    assert_eq!(run(&["new", "round", "2032-pilot"]), "");
}

#[test]
fn git_ignores_what_is_made_and_what_is_private() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(init(folder.path(), &[]).code, 0);
    crate::repository::git_in(folder.path(), "2026-07-01T09:00:00Z", &["init", "-q"]);
    for path in ["public/index.html", ".littlethings/secret", "letters/001-survey-ana.eml"] {
        let ignored = ["check-ignore", path];
        crate::repository::git_in(folder.path(), "2026-07-01T09:00:00Z", &ignored);
    }
}

#[test]
fn nothing_that_is_there_is_written_over() {
    for there in [".gitignore", "content/People.toml", CHECK, "CONTRIBUTING.md"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(there);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "mine").unwrap();
        let told = init(folder.path(), &[]);
        assert_eq!((told.code, told.out.as_str()), (2, ""), "{there}");
        assert!(told.err.contains(there), "{}", told.err);
        assert_eq!(files(folder.path()).len(), 1, "{there}");
    }
    // All at once, with what to do.
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(".gitignore"), "mine").unwrap();
    fs::write(folder.path().join("contributing.md"), "mine").unwrap();
    let told = init(folder.path(), &[]);
    assert_eq!(
        told.err.split_whitespace().collect::<Vec<_>>().join(" "),
        "error: contributing.md and .gitignore are already there; nothing was written; move them \
         away, begin, and put the old lines back into the new files; or begin in a folder of its \
         own: `littlethings init week`"
    );
    assert_eq!(init(&folder.path().join("week"), &[]).code, 0);
    for bad in [["--round", "../up"], ["--product", "🚀"]] {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(init(folder.path(), &bad).code, 2);
        assert!(files(folder.path()).is_empty());
    }
    // A name comes back as it was typed, but for what nobody would see.
    let told = init(folder.path(), &["--round", "2026-Frühling ü\u{1b}"]);
    let said = "`2026-Frühling ü\\u{1b}` cannot be a name here";
    assert!(told.err.contains(said) && told.err.contains("try `2026-Frühling-ü`"), "{}", told.err);
}

/// Holds a file against what the forge takes, which must not be anything.
fn assert_is_taken(file: &Value, path: &str) {
    let schema = match path.ends_with("action.yml") {
        true => include_str!("../schemas/github-action.json"),
        false => include_str!("../schemas/github-workflow.json"),
    };
    let schema: Value = serde_json::from_str(schema).unwrap();
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("https://example.org/schema.json", schema).unwrap();
    let schema = compiler.compile("https://example.org/schema.json", &mut schemas).unwrap();
    assert!(schemas.validate(file, schema).is_ok(), "{path}: {:#}", {
        schemas.validate(file, schema).unwrap_err()
    });
    let mut broken = file.clone();
    broken["jobs"] = Value::Bool(true);
    broken["runs"] = Value::Bool(true);
    assert!(schemas.validate(&broken, schema).is_err(), "{path}: the schema tells nothing");
}

#[test]
fn the_forge_takes_the_workflows() {
    let folder = fresh();
    for path in [ACTION, CHECK, PUBLISH] {
        assert_is_taken(&yaml(folder.path(), path), path);
    }
}

#[test]
fn the_workflows_ask_for_no_more_than_they_need() {
    let folder = fresh();
    let (check, publish) = (yaml(folder.path(), CHECK), yaml(folder.path(), PUBLISH));
    for workflow in [&check, &publish] {
        assert_eq!(workflow["permissions"], serde_json::json!({ "contents": "read" }));
        for (_, job) in workflow["jobs"].as_object().unwrap() {
            for step in job["steps"].as_array().unwrap() {
                let uses = step["uses"].as_str().unwrap_or_default();
                if uses.starts_with("actions/checkout@") {
                    assert_eq!(step["with"]["fetch-depth"], 0, "the whole history is needed");
                    assert_eq!(step["with"]["persist-credentials"], false);
                }
                // What a pull request is called must never become a part of a script.
                assert!(!step["run"].as_str().unwrap_or_default().contains("${{"), "{step}");
            }
        }
    }
    assert!(check["on"].as_object().unwrap().keys().eq(["pull_request"]));
    assert_eq!(publish["on"]["push"]["branches"], serde_json::json!(["main"]));
    assert!(publish["on"]["schedule"][0]["cron"].is_string());
    for path in [ACTION, CHECK] {
        let text = fs::read_to_string(folder.path().join(path)).unwrap();
        assert!(!text.contains("secrets."), "{path}");
    }
    // Secrets are for the one step that sends, and only there.
    for (name, job) in publish["jobs"].as_object().unwrap() {
        for step in job["steps"].as_array().unwrap() {
            let is_sending = name == "letters" && step["name"] == "Send what is due";
            assert_eq!(step.to_string().contains("secrets."), is_sending, "{step}");
        }
    }
    assert_eq!(publish["jobs"]["letters"]["needs"], "publish", "letters lead to what is there");
}

#[test]
fn letters_and_publishing_do_not_wait_for_each_other() {
    let publish = yaml(fresh().path(), PUBLISH);
    assert!(publish["concurrency"].is_null(), "a whole run would wait for its letters");
    let jobs = publish["jobs"].as_object().unwrap();
    let turn = |job: &str| {
        assert_eq!(jobs[job]["concurrency"]["cancel-in-progress"], false, "{job}");
        jobs[job]["concurrency"]["group"].as_str().unwrap().to_owned()
    };
    let turns = ["build", "publish", "letters"].map(turn);
    assert!(turns[0] != turns[1] && turns[1] != turns[2] && turns[0] != turns[2], "{turns:?}");
    assert!(jobs["check"]["concurrency"].is_null(), "a check is in nobody's way");

    // What is asked for by hand waits for letters alone, and among its own kind.
    assert!(turns[2].contains("${{ inputs.letters }}"), "{turns:?}");
    assert_eq!(jobs["build"]["if"], "${{ !startsWith(inputs.letters, '--') }}");
    let condition = jobs["letters"]["if"].as_str().unwrap();
    for part in
        ["!cancelled()", "needs.publish.result == 'success'", "startsWith(inputs.letters, '--')"]
    {
        assert!(condition.contains(part), "{condition}");
    }
    // Run by hand on another branch, it neither publishes what is not merged nor tells of it.
    for job in ["publish", "letters"] {
        let condition = jobs[job]["if"].as_str().unwrap();
        assert!(condition.contains("github.ref == 'refs/heads/main'"), "{condition}");
    }
}

/// A checkout of a pull request: its base, and a merge of one change into it.
struct Checkout {
    folder: TempDir,
    /// What leads from its top to the site; empty where they are the same.
    inner: &'static str,
    /// Where the runner keeps what belongs to no repository.
    runner: TempDir,
}

impl Checkout {
    fn new() -> Checkout {
        Checkout::of("")
    }

    /// With the site in a folder of a larger repository.
    fn of(inner: &'static str) -> Checkout {
        let folder = tempfile::tempdir().unwrap();
        let git = |arguments: &[&str]| git_in(folder.path(), LISTING, arguments);
        git(&["init", "-q", "-b", "main"]);
        let site = folder.path().join(inner);
        let told = init(&site, &["--product", "Atlas", "--product", "Beacon light"]);
        assert_eq!((told.code, told.err.as_str()), (0, ""));
        git(&["add", "-A"]);
        git(&["commit", "-qm", "Begin"]);
        git(&["switch", "-q", "-c", "change"]);
        let list = site.join("content/2026-summer/lists/atlas.md");
        let text = fs::read_to_string(&list).unwrap();
        let filled = "## Louder bells\n- Owner: Ana Duarte";
        let text = text.replacen("## (what is wanted, in one line)\n- Owner:", filled, 1);
        fs::write(list, text).unwrap();
        git(&["commit", "-qam", "Wish"]);
        git(&["switch", "-q", "main"]);
        git(&["merge", "-q", "--no-ff", "-m", "Merge", "change"]);
        let runner = tempfile::tempdir().unwrap();
        fs::create_dir(runner.path().join("bin")).unwrap();
        Checkout { folder, inner, runner }
    }

    /// Puts a program on the runner's path.
    fn with_program(self, name: &str, script: &str) -> Checkout {
        let path = self.runner.path().join("bin").join(name);
        fs::write(&path, format!("#!/bin/bash\n{script}")).unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
        fs::set_permissions(&path, permissions).unwrap();
        self
    }

    fn with_littlethings(self) -> Checkout {
        let script =
            format!("exec {} --now {LISTING} \"$@\"\n", env!("CARGO_BIN_EXE_littlethings"));
        self.with_program("littlethings", &script)
    }

    fn site(&self) -> PathBuf {
        self.folder.path().join(self.inner)
    }

    fn runner(&self, file: &str) -> PathBuf {
        self.runner.path().join(file)
    }

    /// Runs one step's commands as the runner does, at the top.
    fn step(&self, step: &Value) -> Output {
        self.step_in(step, self.folder.path())
    }

    /// The same in another folder.
    fn step_in(&self, step: &Value, folder: &Path) -> Output {
        let script = self.runner("step.sh");
        fs::write(&script, step["run"].as_str().unwrap()).unwrap();
        let path = std::env::var("PATH").unwrap();
        let mut bash = Command::new("bash");
        // Only where a step asks for bash does the runner ask it to mind what stands before a pipe.
        if step["shell"] == "bash" {
            bash.args(["-o", "pipefail"]);
        }
        bash.arg("-e").arg(script).current_dir(folder);
        for (name, value) in command(self.folder.path()).get_envs() {
            match value {
                Some(value) => bash.env(name, value),
                None => bash.env_remove(name),
            };
        }
        bash.env("PATH", format!("{}:{path}", self.runner("bin").display()))
            .env("RUNNER_TEMP", self.runner.path())
            .env("GITHUB_STEP_SUMMARY", self.runner("summary.md"))
            .env("GITHUB_OUTPUT", self.runner("output"))
            .env("GITHUB_WORKSPACE", self.folder.path());
        for (name, value) in step["env"].as_object().into_iter().flatten() {
            bash.env(name, filled(value.as_str().unwrap()));
        }
        bash.output().unwrap()
    }
}

/// A value with what the forge puts in the place of its expressions.
fn filled(value: &str) -> String {
    let known = BTreeMap::from([
        ("${{ github.token }}", "token"),
        ("${{ github.repository }}", "example/week"),
        ("${{ github.server_url }}", "https://forge.example.org"),
        ("${{ github.run_id }}", "99"),
        ("${{ github.event.pull_request.number }}", "7"),
        ("${{ steps.pages.outputs.base_url }}", "https://example.github.io/week"),
        ("${{ steps.program.outputs.source }}", "file:///nowhere"),
        ("${{ steps.program.outputs.commit }}", "abc"),
        ("${{ secrets.LITTLETHINGS_SMTP_URL }}", ""),
        ("${{ secrets.DATABASE_URL }}", ""),
        ("${{ secrets.LITTLETHINGS_SECRET }}", ""),
        ("${{ inputs.letters }}", ""),
    ]);
    let text = known.iter().fold(value.to_owned(), |text, (from, to)| text.replace(from, to));
    assert!(!text.contains("${{"), "no test knows what stands for {value}");
    text
}

fn steps(workflow: &Value, job: &str) -> Vec<Value> {
    let steps = workflow["jobs"][job]["steps"].as_array().unwrap();
    steps.iter().filter(|step| step["run"].is_string()).cloned().collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_pull_request_is_checked_and_told_in_one_comment() {
    let forge = r#"echo "$*" >> "$RUNNER_TEMP/asked"
case "$*" in *--paginate*) cat "$RUNNER_TEMP/there" 2>/dev/null || true ;; esac
"#;
    let checkout = Checkout::new().with_littlethings().with_program("gh", forge);
    let workflow = yaml(checkout.folder.path(), CHECK);
    let [diff, comment, check] = &steps(&workflow, "check")[..] else { panic!("three steps") };

    let ran = checkout.step(diff);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    let summary = fs::read_to_string(checkout.runner("summary.md")).unwrap();
    assert!(summary.contains("new at 1: `Louder bells` (Ana)"), "{summary}");

    // The first time there is no comment yet, the second time it is the one to write anew.
    for (there, asks) in [
        ("", "--method POST repos/example/week/issues/7/comments"),
        ("41\n42\n", "--method PATCH repos/example/week/issues/comments/41"),
    ] {
        fs::write(checkout.runner("there"), there).unwrap();
        fs::write(checkout.runner("asked"), "").unwrap();
        let ran = checkout.step(comment);
        assert!(ran.status.success(), "{}", text(&ran.stderr));
        let asked = fs::read_to_string(checkout.runner("asked")).unwrap();
        assert!(asked.contains(asks), "{asked}");
        assert_eq!(asked.lines().count(), 2, "{asked}");
        let body = fs::read_to_string(checkout.runner("comment.md")).unwrap();
        assert_eq!(body, format!("<!-- littlethings diff -->\n{summary}"));
        // What finds the comment again is what stands at its beginning.
        assert!(asked.contains("startswith(\"<!-- littlethings diff -->\")"), "{asked}");
    }
    assert_eq!(
        comment["if"], "github.event.pull_request.head.repo.full_name == github.repository",
        "a fork's token may only read"
    );

    let ran = checkout.step(check);
    assert!(ran.status.success(), "{}", text(&ran.stderr));
    assert!(text(&ran.stdout).contains("::notice file=content/"), "{}", text(&ran.stdout));
    fs::write(checkout.folder.path().join("content/people.toml"), "[ana]\n").unwrap();
    assert_eq!(checkout.step(check).status.code(), Some(1));
}

#[test]
fn no_second_comment_is_written_while_the_comments_cannot_be_listed() {
    let forge = r#"echo "$*" >> "$RUNNER_TEMP/asked"
case "$*" in *--paginate*) echo "gh: Bad Gateway (HTTP 502)" >&2; exit 1 ;; esac
"#;
    let checkout = Checkout::new().with_littlethings().with_program("gh", forge);
    let workflow = yaml(checkout.folder.path(), CHECK);
    let [diff, comment, _] = &steps(&workflow, "check")[..] else { panic!("three steps") };
    assert!(checkout.step(diff).status.success());
    assert_eq!(checkout.step(comment).status.code(), Some(1));
    let asked = fs::read_to_string(checkout.runner("asked")).unwrap();
    assert_eq!(asked.lines().count(), 1, "{asked}");
    assert_eq!(comment["continue-on-error"], true, "the check goes on");
}

#[test]
fn a_comment_without_room_for_all_says_where_all_is() {
    let long = r#"case "$*" in *"--at-most 60000"*) echo short ;; *) echo long ;; esac
"#;
    let checkout = Checkout::new().with_program("littlethings", long).with_program("gh", "");
    let workflow = yaml(checkout.folder.path(), CHECK);
    let [diff, comment, _] = &steps(&workflow, "check")[..] else { panic!("three steps") };
    assert!(checkout.step(diff).status.success() && checkout.step(comment).status.success());
    assert_eq!(
        fs::read_to_string(checkout.runner("comment.md")).unwrap(),
        "<!-- littlethings diff -->\nshort\n\n[The summary of the run]\
         (https://forge.example.org/example/week/actions/runs/99) has room for more.\n"
    );
    assert_eq!(fs::read_to_string(checkout.runner("summary.md")).unwrap(), "long\n");
}

const INNER: &str = "docs/our week [new]";

#[test]
fn in_a_larger_repository_the_workflows_lie_where_the_forge_looks() {
    let checkout = Checkout::of(INNER).with_littlethings().with_program("gh", "");
    let top = checkout.folder.path();
    assert!(!checkout.site().join(".github").exists());
    let (check, publish) =
        (".github/workflows/littlethings-check.yml", ".github/workflows/littlethings-publish.yml");
    for path in [ACTION, check, publish] {
        assert_is_taken(&yaml(top, path), path);
    }
    let concerned = |own: &str| serde_json::json!(["docs/our week \\[new\\]/**", ACTION, own]);
    let (check_concerned, publish_concerned) = (concerned(check), concerned(publish));
    let (check, publish) = (yaml(top, check), yaml(top, publish));
    for workflow in [&check, &publish] {
        assert_eq!(workflow["defaults"]["run"]["working-directory"], INNER);
    }
    assert_eq!(check["on"]["pull_request"]["paths"], check_concerned);
    assert_eq!(publish["on"]["push"]["paths"], publish_concerned);
    assert!(publish["on"]["push"]["branches"] == serde_json::json!(["main"]));

    for step in steps(&check, "check").iter().chain(&steps(&publish, "build")) {
        let ran = checkout.step_in(step, &checkout.site());
        assert!(ran.status.success(), "{}{}", text(&ran.stdout), text(&ran.stderr));
        // The forge finds the line by its path from the top.
        let is_check = step["run"].as_str().unwrap().contains("--format github");
        let beside = format!("::notice file={INNER}/content/");
        assert!(!is_check || text(&ran.stdout).contains(&beside), "{}", text(&ran.stdout));
    }
    let upload = publish["jobs"]["build"]["steps"].as_array().unwrap();
    let upload = upload.iter().find(|it| it["with"]["path"].is_string()).unwrap();
    assert!(top.join(upload["with"]["path"].as_str().unwrap()).join("sitemap.xml").is_file());
    let settings = fs::read_to_string(checkout.site().join("littlethings.toml")).unwrap();
    assert!(settings.contains(&format!("/edit/main/{INNER}/\"")), "{settings}");
}

#[test]
fn the_branch_that_is_there_is_published() {
    for branch in ["trunk", "o'clock+1"] {
        let folder = tempfile::tempdir().unwrap();
        git_in(folder.path(), LISTING, &["init", "-q", "-b", branch]);
        let told = init(&folder.path().join("week"), &[]);
        assert!(told.out.contains(&format!("commit and push to `{branch}`")), "{}", told.out);
        let path = ".github/workflows/littlethings-publish.yml";
        let publish = yaml(folder.path(), path);
        assert_is_taken(&publish, path);
        // A plus is a mark of the forge's patterns, and a quote one of its expressions.
        let (pattern, value) = (branch.replace('+', "\\+"), branch.replace('\'', "''"));
        assert_eq!(publish["on"]["push"]["branches"], serde_json::json!([pattern]));
        let condition = publish["jobs"]["publish"]["if"].as_str().unwrap();
        assert_eq!(condition, format!("github.ref == 'refs/heads/{value}'"));
        let letters = publish["jobs"]["letters"]["if"].as_str().unwrap();
        assert!(letters.contains(&format!("'refs/heads/{value}'")), "{letters}");
        let settings = fs::read_to_string(folder.path().join("week/littlethings.toml")).unwrap();
        assert!(settings.contains(&format!("/edit/{branch}/week/\"")), "{settings}");
    }
}

#[test]
fn findings_are_named_from_the_top_whatever_the_forge_says() {
    let checkout = Checkout::of(INNER);
    let mut plain = command(&checkout.site());
    plain.args(["check", "--format", "github", "--now", LISTING]);
    for top in [None, Some(checkout.folder.path()), Some(Path::new("/"))] {
        if let Some(top) = top {
            plain.env("GITHUB_WORKSPACE", top);
        }
        let told = text(&plain.output().unwrap().stdout);
        let beside = format!("::notice file={INNER}/content/");
        assert!(!told.is_empty() && told.lines().all(|line| line.starts_with(&beside)), "{told}");
    }
}

#[test]
fn where_the_workflows_went_is_told() {
    let top = tempfile::tempdir().unwrap();
    git_in(top.path(), LISTING, &["init", "-q"]);
    let told = init(&top.path().join("a/b"), &[]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(
        told.out.contains("\n../../.github/workflows/littlethings-publish.yml\n"),
        "{}",
        told.out
    );
    assert!(told.out.contains("is a part of the repository "), "{}", told.out);
    assert!(told.out.contains("behind SOURCE in ../../.github/actions/"), "{}", told.out);
    // There is room for one such site, and what is there stays.
    let before = files(top.path());
    let told = init(&top.path().join("c"), &[]);
    assert_eq!((told.code, told.out.as_str()), (2, ""), "{}", told.err);
    assert_eq!(files(top.path()), before);
}

#[test]
fn a_file_in_the_place_of_the_folder_is_told_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("week");
    fs::write(&file, "mine").unwrap();
    for named in [file.clone(), file.join("below")] {
        let told = init(&named, &[]);
        assert_eq!((told.code, told.out.as_str()), (2, ""));
        let said =
            format!("error: {} is a file, and a repository begins in a folder", file.display());
        assert!(told.err.starts_with(&said), "{}", told.err);
    }
}

#[test]
fn the_site_is_published_at_the_address_that_the_forge_gives_it() {
    let checkout = Checkout::new().with_littlethings();
    let workflow = yaml(checkout.folder.path(), PUBLISH);
    for job in ["build", "check"] {
        let steps = steps(&workflow, job);
        assert_eq!(steps.len(), 1, "{job}");
        let ran = checkout.step(&steps[0]);
        assert!(ran.status.success(), "{job}: {}", text(&ran.stderr));
    }
    let upload = &workflow["jobs"]["build"]["steps"];
    let upload = upload.as_array().unwrap().iter().find(|it| it["with"]["path"].is_string());
    let out = checkout.folder.path().join(upload.unwrap()["with"]["path"].as_str().unwrap());
    let map = fs::read_to_string(out.join("sitemap.xml")).unwrap();
    assert!(map.contains("https://example.github.io/week/index.html"), "{map}");
}

#[test]
fn letters_go_out_only_where_both_secrets_are_and_as_it_was_asked() {
    let mailer = r#"echo "littlethings-mail $*" >> "$RUNNER_TEMP/asked"
if [ -n "$LITTLETHINGS_SECRET_FILE" ]; then stat -c %a "$LITTLETHINGS_SECRET_FILE" > "$RUNNER_TEMP/mode"; fi
"#;
    let checkout = Checkout::new().with_program("littlethings-mail", mailer);
    let workflow = yaml(checkout.folder.path(), PUBLISH);
    let [send] = &steps(&workflow, "letters")[..] else { panic!("one step") };
    let step = |url: &str, database: &str, how: &str| {
        let mut step = send.clone();
        for (name, value) in [("LITTLETHINGS_SMTP_URL", url), ("DATABASE_URL", database)] {
            step["env"][name] = Value::String(value.to_owned());
        }
        step["env"]["SECRET"] = Value::String("0123".to_owned());
        step["env"]["HOW"] = Value::String(how.to_owned());
        let ran = checkout.step(&step);
        assert!(ran.status.success(), "{}", text(&ran.stderr));
        let asked = checkout.runner("asked");
        let said = fs::read_to_string(&asked).unwrap_or_default();
        let _ = fs::remove_file(asked);
        (text(&ran.stdout), said)
    };
    let (url, database) = ("smtps://mail.example.org", "postgres://db.example.org/week");
    for (url, database) in [("", ""), (url, ""), ("", database)] {
        let (told, asked) = step(url, database, "");
        assert!(told.contains("nobody gets mail") && asked.is_empty(), "{told}{asked}");
    }
    for (how, expected) in [
        ("", "littlethings-mail send --stay 30m\n"),
        ("as usual", "littlethings-mail send --stay 30m\n"),
        ("--baseline", "littlethings-mail send --stay 30m --baseline\n"),
        ("--all", "littlethings-mail send --stay 30m --all\n"),
    ] {
        assert_eq!(step(url, database, how).1, expected, "{how}");
    }
    assert_eq!(fs::read_to_string(checkout.runner("mode")).unwrap(), "600\n");
    // What the step types is a command that the program takes.
    let mut help = Command::new(env!("CARGO_BIN_EXE_littlethings-mail"));
    let help = text(&help.args(["send", "--help"]).output().unwrap().stdout);
    for flag in ["--stay", "--baseline", "--all"] {
        assert!(help.contains(flag), "{help}");
    }
}

#[test]
fn the_program_is_built_once_its_source_is_known() {
    let checkout = Checkout::new();
    let action = yaml(checkout.folder.path(), ACTION);
    let steps: Vec<&Value> = action["runs"]["steps"].as_array().unwrap().iter().collect();
    let mut source = steps[0].clone();
    let ran = checkout.step(&source);
    assert_eq!(ran.status.code(), Some(1));
    assert!(text(&ran.stdout).contains("write behind SOURCE"), "{}", text(&ran.stdout));

    let from = format!("file://{}", checkout.folder.path().canonicalize().unwrap().display());
    source["env"]["SOURCE"] = Value::String(from.clone());
    let ran = checkout.step(&source);
    assert!(ran.status.success(), "{}{}", text(&ran.stdout), text(&ran.stderr));
    let head = git_in(checkout.folder.path(), LISTING, &["rev-parse", "HEAD"]);
    let output = fs::read_to_string(checkout.runner("output")).unwrap();
    assert_eq!(output, format!("source={from}\ncommit={}\n", head.trim()));
    source["env"]["REVISION"] = "nowhere".into();
    assert_eq!(checkout.step(&source).status.code(), Some(1));

    let log = "echo \"$0 $*\" >> \"$RUNNER_TEMP/asked\"\n";
    let checkout = checkout.with_program("cargo", log).with_program("rustup", log);
    assert!(checkout.step(steps[2]).status.success());
    let asked = fs::read_to_string(checkout.runner("asked")).unwrap();
    assert!(asked.contains("install --locked --git file:///nowhere --rev abc"), "{asked}");

    // A machine that comes with the program need not know where it is from.
    let checkout = Checkout::new().with_littlethings();
    assert!(checkout.step(steps[0]).status.success());
    assert!(!checkout.runner("output").exists());
}

#[test]
fn the_program_is_of_the_branch_the_tag_or_the_commit_that_is_named_and_of_no_other() {
    let checkout = Checkout::new();
    let git =
        |arguments: &[&str]| git_in(checkout.folder.path(), LISTING, arguments).trim().to_owned();
    let (main, change) = (git(&["rev-parse", "main"]), git(&["rev-parse", "change"]));
    let first = git(&["rev-parse", "main^1"]);
    git(&["tag", "-a", "-m", "First", "v1", &first]);
    git(&["tag", "v2", &first]);
    for others in ["dependabot/cargo/main", "fix/v1", "v2", "a/nowhere", "x/HEAD"] {
        git(&["branch", others, "change"]);
    }

    let mut source = yaml(checkout.folder.path(), ACTION)["runs"]["steps"][0].clone();
    let from = format!("file://{}", checkout.folder.path().canonicalize().unwrap().display());
    source["env"]["SOURCE"] = from.into();
    for (revision, commit) in [
        ("HEAD", &main),
        ("main", &main),
        ("dependabot/cargo/main", &change),
        ("v1", &first),
        ("v2", &first),
        (&change, &change),
    ] {
        fs::write(checkout.runner("output"), "").unwrap();
        source["env"]["REVISION"] = revision.into();
        let ran = checkout.step(&source);
        assert!(ran.status.success(), "{revision}: {}{}", text(&ran.stdout), text(&ran.stderr));
        let output = fs::read_to_string(checkout.runner("output")).unwrap();
        assert!(output.ends_with(&format!("\ncommit={commit}\n")), "{revision}: {output}");
    }
    source["env"]["REVISION"] = "nowhere".into();
    let ran = checkout.step(&source);
    assert!(text(&ran.stdout).contains("there is no nowhere in"), "{}", text(&ran.stdout));
}
