//! A small repository in a temporary folder, for tests that read aloud.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;
use walkdir::WalkDir;

/// An instant in the week in which the lists are written.
pub const LISTING: &str = "2026-07-22T12:00:00+02:00";
/// An instant after the lists were due.
pub const FROZEN: &str = "2026-07-25T12:00:00+02:00";

const LIST: &str = "content/2026-summer/lists/atlas.md";

/// A repository that is as its rules ask, until a test changes it.
pub struct Repository {
    folder: TempDir,
}

/// What a command said, and how it ended.
pub struct Told {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Repository {
    /// Two hubs, one product, ten items, everything agreed.
    pub fn new() -> Repository {
        Repository { folder: tempfile::tempdir().unwrap() }
            .with("littlethings.toml", SETTINGS)
            .with("content/people.toml", PEOPLE)
            .with("content/2026-summer/round.toml", ROUND)
            .with("content/2026-summer/invitation.md", "# Come\n\nBring ten little things.\n")
            .with("content/2026-summer/rules.md", "# Rules\n\nThey are few.\n")
            .with("content/2026-summer/faq.md", "# Questions\n\nNone yet.\n")
            .with("content/2026-summer/survey.md", SURVEY)
            .with(LIST, &list(10))
    }

    /// Writes a file.
    pub fn with(self, path: &str, text: &str) -> Repository {
        self.write(path, text);
        self
    }

    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) {
        let full = self.path(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, text).unwrap();
    }

    /// Puts another file in its place, in one step.
    pub fn replace(&self, path: &str, text: impl AsRef<[u8]>) {
        let beside = self.path(path).with_file_name(".beside");
        fs::write(&beside, text).unwrap();
        fs::rename(beside, self.path(path)).unwrap();
    }

    /// Replaces a part of the list, which must be there.
    pub fn with_in_list(self, from: &str, to: &str) -> Repository {
        let text = self.read(LIST);
        assert!(text.contains(from), "`{from}` is not in the list");
        self.with(LIST, &text.replacen(from, to, 1))
    }

    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Runs `littlethings` here.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Told {
        run_in(self.folder.path(), arguments)
    }

    /// Begins a git repository here, with everything in its first commit.
    pub fn in_git(self, when: &str) -> Repository {
        self.git(when, &["init", "-q", "-b", "main"]);
        self.commit(when, "Begin");
        self
    }

    /// Commits everything as it is, at that instant.
    pub fn commit(&self, when: &str, title: &str) {
        self.git(when, &["add", "-A"]);
        self.git(when, &["commit", "-q", "--allow-empty", "-m", title]);
    }

    /// Runs git here as if it were that instant.
    pub fn git(&self, when: &str, arguments: &[&str]) -> String {
        git_in(self.folder.path(), when, arguments)
    }

    /// The findings of `check --format json`.
    pub fn findings(&self, now: &str) -> Vec<serde_json::Value> {
        let told = self.run(["check", "--format", "json", "--now", now]);
        let report: serde_json::Value = serde_json::from_str(&told.out)
            .unwrap_or_else(|error| panic!("{error}: {}{}", told.out, told.err));
        report["findings"].as_array().unwrap().clone()
    }

    /// All files of a folder, by path.
    pub fn files(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        files(&self.path(folder))
    }
}

/// Runs git in a folder as if it were that instant, and without anybody's settings.
pub fn git_in(folder: &Path, when: &str, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        git.env_remove(name);
    }
    let output = git
        .current_dir(folder)
        .args(arguments)
        .envs([("GIT_AUTHOR_NAME", "Ana"), ("GIT_COMMITTER_NAME", "Ana")])
        .envs([("GIT_AUTHOR_EMAIL", "ana@example.org"), ("GIT_COMMITTER_EMAIL", "ana@example.org")])
        .envs([("GIT_AUTHOR_DATE", when), ("GIT_COMMITTER_DATE", when)])
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {}: {said}", arguments.join(" "));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs `littlethings` in a folder, without what the surroundings could change.
pub fn run_in<S: AsRef<OsStr>>(folder: &Path, arguments: impl IntoIterator<Item = S>) -> Told {
    let output = command(folder).args(arguments).output().unwrap();
    let told = Told {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    };
    assert!(!told.err.contains("panicked"), "{}", told.err);
    told
}

/// The binary, in a folder.
pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_littlethings"));
    command.current_dir(folder).stdin(Stdio::null());
    let ours = ["LITTLETHINGS_STORE", "DATABASE_URL"];
    for name in ["GITHUB_WORKSPACE", "CLICOLOR_FORCE", "NO_COLOR", "GIT_DIR"].iter().chain(&ours) {
        command.env_remove(name);
    }
    // A temporary folder inside somebody's repository is still no part of it.
    command.env("GIT_CEILING_DIRECTORIES", folder.parent().unwrap_or(folder));
    command
}

/// All files below a folder, by path with `/`; none where it is not there.
pub fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    if !folder.exists() {
        return files;
    }
    for entry in WalkDir::new(folder) {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(folder).unwrap().to_str().unwrap();
            files.insert(path.replace('\\', "/"), fs::read(entry.path()).unwrap());
        }
    }
    files
}

/// A list of that many items that both hubs agreed to.
pub fn list(items: usize) -> String {
    let names = [
        "Invoices",
        "Labels",
        "Search",
        "Export",
        "Printing",
        "Colours",
        "Sorting",
        "Sounds",
        "Manual",
        "Colophon",
        "Postcards",
        "Ladders",
    ];
    let mut text =
        "# Atlas\n\n- Agreed by Berlin: yes, Marta, 20 July\n\n- Agreed by Lisbon: yes\n"
            .to_owned();
    for (index, name) in names.iter().take(items).enumerate() {
        let owner = ["Ana Duarte", "Marta Vogel", "Rui Lopes", "Eva Sand"][index % 4];
        text.push_str(&format!(
            "\n## {name} are a bit off\n- Owner: {owner}\n- Kind: bug\n- Ref: {}\n- Status:\n\n\
             They could be nicer.\n",
            name.to_lowercase()
        ));
    }
    text
}

const SETTINGS: &str = r#"title = "A week of little things"
base_url = "https://week.example.org/"
language = "en"
"#;

const PEOPLE: &str = r#"[ana]
name = "Ana Duarte"
mail = "ana@example.org"
side = "partner"
hub = "Lisbon"

[marta]
name = "Marta Vogel"
mail = "marta@example.org"
side = "partner"
hub = "Berlin"

[rui]
name = "Rui Lopes"
mail = "rui@example.org"
side = "partner"
hub = "Lisbon"

[eva]
name = "Eva Sand"
mail = "eva@example.org"
side = "partner"
hub = "Berlin"

[bob]
name = "Bob Keller"
mail = "bob@example.org"
side = "manager"

[jonas]
name = "Jonas Weber"
mail = "jonas@example.org"
side = "developer"
"#;

const ROUND: &str = r#"title = "Summer 2026"
time_zone = "Europe/Zurich"
coordinators = ["ana"]
hubs = ["Berlin", "Lisbon"]

[dates]
invitation = 2026-07-06
lists_due = 2026-07-24T10:00:00
week = { first = 2026-07-27, last = 2026-07-31 }
survey = { opens = 2026-08-03T10:00:00, closes = 2026-08-14, reminders = [3, 7] }

[products.atlas]
name = "Atlas"
manager = "bob"
"#;

const SURVEY: &str = "# How was it?

## Should there be another week?
- Ref: again
- For: owners, hubs, developers, managers
- Answer: choose one
  - Yes
  - No
";
