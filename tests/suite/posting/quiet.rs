//! What only looks: it opens no socket and writes nothing, whatever there is to see.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};

use walkdir::WalkDir;

use super::runs::{NOW, mailer, run, with_letters};
use crate::mailserver::{self, Script};
use crate::repository::Repository;

/// A file or folder, and when it was written or made. When it was read is left out.
#[derive(PartialEq)]
struct Seen {
    number: u64,
    mode: u32,
    times: [i64; 4],
    bytes: Vec<u8>,
}

/// Everything below a folder.
fn seen(folder: &Path) -> BTreeMap<String, Seen> {
    let entries = WalkDir::new(folder).into_iter().map(Result::unwrap);
    let about = |entry: walkdir::DirEntry| {
        let path = entry.path().display().to_string();
        let it = entry.metadata().unwrap();
        let bytes = if it.is_file() { fs::read(entry.path()).unwrap() } else { Vec::new() };
        let times = [it.mtime(), it.mtime_nsec(), it.ctime(), it.ctime_nsec()];
        (path, Seen { number: it.ino(), mode: it.mode(), times, bytes })
    };
    entries.map(about).collect()
}

/// Everything that looks.
const LOOKS: [&[&str]; 5] = [
    &["due"],
    &["due", "--format", "json"],
    &["due", "--short"],
    &["log"],
    &["log", "--format", "json"],
];

/// What a store can be like when somebody looks.
fn repositories() -> Vec<(&'static str, Repository)> {
    let server = mailserver::start(Script::plain());
    let none = with_letters(12);
    let closed = with_letters(12);
    let before = "2026-06-01T09:00:00+02:00";
    assert_eq!(run(&closed, &server.url(), &["send", "--now", before]).code, 0);
    let sent = with_letters(12);
    assert_eq!(run(&sent, &server.url(), &["send", "--all", "--now", NOW]).code, 0);
    let left = with_letters(12);
    assert_eq!(run(&left, &server.url(), &["send", "--now", before]).code, 0);
    // As a killed program leaves it: with a log beside it.
    fs::write(left.path(".littlethings/store.db-wal"), [0; 32]).unwrap();
    vec![("no store", none), ("letters due", closed), ("all told", sent), ("left behind", left)]
}

#[test]
fn looking_writes_nothing_and_knocks_nowhere() {
    for (what, repository) in repositories() {
        let server = mailserver::start(Script::plain());
        let temporary = tempfile::tempdir().unwrap();
        let before = seen(&repository.path(""));
        for arguments in LOOKS {
            let mut look = mailer(&repository, &server.url());
            look.args(arguments).args(["--now", NOW]).env("TMPDIR", temporary.path());
            let output = look.output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{what}: {said}");
            assert!(!output.stdout.is_empty());
        }
        assert!(seen(&repository.path("")) == before, "{what}: something was written");
        assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0, "{what}: something is left");
        assert_eq!(server.journal().connections, 0, "{what}");
    }
}

/// What a program asked the system for that makes, changes or reaches something.
fn asked(look: &Command) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("trace");
    let mut strace = Command::new("strace");
    strace
        .args(["-f", "-qq", "-e", "signal=none", "-o"])
        .arg(&trace)
        .args(["-e", CALLS])
        .arg(look.get_program());
    strace.args(look.get_args()).current_dir(look.get_current_dir().unwrap());
    for (name, value) in look.get_envs() {
        match value {
            Some(value) => strace.env(name, value),
            None => strace.env_remove(name),
        };
    }
    let output = strace.stdin(Stdio::null()).output();
    // It is not everywhere, and not everywhere allowed.
    if !output.is_ok_and(|output| output.status.success()) {
        let _ = writeln!(std::io::stderr(), "no strace here, or it is not allowed to trace");
        return None;
    }
    let trace = fs::read_to_string(trace).unwrap();
    assert!(trace.contains("littlethings.toml"), "nothing was traced: {trace}");
    let is_harmless = |line: &str| {
        line.contains("/dev/null")
            || line.contains("/proc/")
            || (line.contains("open") && !WRITES.iter().any(|flag| line.contains(flag)))
    };
    Some(trace.lines().filter(|line| !is_harmless(line)).map(str::to_owned).collect())
}

const CALLS: &str = "socket,connect,bind,listen,accept,accept4,sendto,sendmsg,\
                     open,openat,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,\
                     link,linkat,symlink,symlinkat,truncate,ftruncate,chmod,fchmodat,utimensat,\
                     pwrite64,pwritev";

const WRITES: [&str; 4] = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"];

#[test]
fn the_system_was_asked_for_no_socket_and_no_file_to_write() {
    for (what, repository) in repositories() {
        if what == "left behind" {
            continue; // A copy is made of that one, elsewhere, and taken away again.
        }
        for arguments in LOOKS {
            let mut look = mailer(&repository, "smtp://127.0.0.1:9");
            look.args(arguments).args(["--now", NOW]);
            let Some(asked) = asked(&look) else { return };
            assert!(asked.is_empty(), "{what}: {}", asked.join("\n"));
        }
    }
    // What writes is noticed.
    let sent = repositories().remove(2).1;
    let mut send = mailer(&sent, "smtp://127.0.0.1:9");
    let asked = asked(send.args(["send", "--now", NOW])).unwrap();
    assert!(asked.iter().any(|line| line.contains("store.db") && line.contains("O_RDWR")));
}
