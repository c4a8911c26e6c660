//! A run that invites everybody, by `smtp-sink`, beside Postfix's own `smtp-source`. Whole
//! processes, each on one connection: reading the content, planning, writing and storing the
//! letters are part of ours.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{generate, median, program, timed};

/// The invitation is due, and hardly anything else.
const NOW: &str = "2026-07-08T09:00:00+02:00";

/// Invitations go to this side, and no list is any of theirs.
const GUEST: &str = "side = \"partner\"\nhub = \"Berlin\"\n";

pub fn measure(people: usize, runs: usize) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let root = folder.path();
    repository(root, people);
    let sink = Sink::start();
    let (letters, size) = letters(root);
    // Once without counting: what is read for the first time comes from the disk.
    round(root, &sink, letters, size, 0);
    let rounds: Vec<Round> =
        (1..=runs).map(|number| round(root, &sink, letters, size, number)).collect();
    let of = |number: fn(&Round) -> f64| median(rounds.iter().map(number).collect());
    println!(
        "\n| letters of {size} bytes | send | letters a second | smtp-source | letters a second |\n\
         |---|---|---|---|---|\n| {letters} | {:.0} ms | {:.0} | {:.0} ms | {:.0} |",
        of(|it| it.ours),
        letters as f64 / of(|it| it.ours) * 1000.0,
        of(|it| it.theirs),
        letters as f64 / of(|it| it.theirs) * 1000.0,
    );
}

/// What one round of runs took, in milliseconds.
struct Round {
    ours: f64,
    theirs: f64,
}

/// One list, and so many people to be invited.
fn repository(root: &Path, people: usize) {
    generate::repository(root, 1).unwrap();
    let mut text = fs::read_to_string(root.join("content/people.toml")).unwrap();
    let known = text.matches("side = \"partner\"").count() + 1;
    for number in known..people {
        text.push_str(&format!(
            "\n[guest{number}]\nname = \"Gesine Gast{number}\"\n\
             mail = \"guest{number}@example.org\"\n{GUEST}"
        ));
    }
    fs::write(root.join("content/people.toml"), text).unwrap();
    let settings = fs::read_to_string(root.join("littlethings.toml")).unwrap()
        + "\n[mail]\nfrom = \"The dev team <week@example.org>\"\n";
    fs::write(root.join("littlethings.toml"), settings).unwrap();
}

fn round(root: &Path, sink: &Sink, letters: usize, size: usize, number: usize) -> Round {
    let mut send = program(env!("CARGO_BIN_EXE_littlethings-mail"));
    send.args(["send", "--all", "--now", NOW, "--rate", "0", "--most", "1000000", "--root"])
        .arg(root)
        .env("LITTLETHINGS_SMTP_URL", format!("smtp://127.0.0.1:{}", sink.port))
        .env("LITTLETHINGS_STORE", root.join(format!("store-{number}.db")));
    let (ours, said) = timed(send);
    assert!(said.contains(&format!("{letters} told")), "{said}");
    let mut source = Command::new(postfix("smtp-source"));
    source
        .args(["-d", "-s", "1", "-m", &letters.to_string(), "-l", &size.to_string()])
        .args(["-f", "week@example.org", "-t", "guest@example.org"])
        .arg(format!("127.0.0.1:{}", sink.port));
    let (theirs, _) = timed(source);
    Round { ours, theirs }
}

/// How many letters there are and how many bytes one has, so that both sides send as much.
fn letters(root: &Path) -> (usize, usize) {
    let out = root.join("out");
    let mut preview = program(env!("CARGO_BIN_EXE_littlethings-mail"));
    preview.args(["preview", "--now", NOW, "--root"]).arg(root).arg("--out").arg(&out);
    timed(preview);
    let files = walkdir::WalkDir::new(&out).into_iter().flatten();
    let sizes: Vec<f64> = files
        .filter(|file| file.path().extension().is_some_and(|it| it == "eml"))
        .map(|file| file.metadata().unwrap().len() as f64)
        .collect();
    (sizes.len(), median(sizes) as usize)
}

/// A server that takes everything and keeps nothing. It ends when this is dropped.
struct Sink {
    port: u16,
    child: Child,
}

impl Sink {
    fn start() -> Sink {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut sink = Command::new(postfix("smtp-sink"));
        // It will not run as root.
        sink.args(["-u", "nobody", &format!("127.0.0.1:{port}"), "128"]);
        let child = sink.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let until = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "smtp-sink does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
        Sink { port, child }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A tool of the Debian package postfix.
fn postfix(name: &str) -> PathBuf {
    let folders = ["/usr/sbin", "/usr/lib/postfix/sbin", "/usr/lib/postfix", "/usr/bin"];
    let mut paths = folders.iter().map(|folder| Path::new(folder).join(name));
    paths
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("there is no {name}: install it with `apt-get install postfix`"))
}
