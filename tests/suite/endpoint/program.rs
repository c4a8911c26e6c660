//! `littlethings-mail` in a repository whose survey is open now, and requests to its form.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use littlethings::survey::{Purpose, Secret, Token};

use crate::repository::{Repository, Told};
use crate::survey::desk::{SURVEY, encoded};

pub const ROUND: &str = "2026-summer";

/// Longer than any machine takes; a test that waits so long has failed.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A repository whose survey opened two days ago and closes in five, by the clock on the wall: no
/// real answer comes in under any other.
pub fn asking() -> Repository {
    with_survey(-2, 5, "https://answers.example.org/survey/")
}

/// One whose survey opened and closes so many days from today.
pub fn with_survey(opens: i32, closes: i32, url: &str) -> Repository {
    let repository = Repository::new();
    let settings = repository.read("littlethings.toml");
    let settings = format!(
        "{settings}\n[mail]\nfrom = \"The dev team <week@example.org>\"\n\n[survey]\nurl = \"{url}\"\n"
    );
    set_dates(&repository, opens, closes);
    repository.with("littlethings.toml", &settings).with("content/2026-summer/survey.md", SURVEY)
}

/// Writes the dates of the round anew.
pub fn set_dates(repository: &Repository, opens: i32, closes: i32) {
    let round = repository.read("content/2026-summer/round.toml");
    let (before, rest) = round.split_once("[dates]\n").unwrap();
    let (_, after) = rest.split_once("\n\n").unwrap();
    let day = |days: i32| today().saturating_add(days.days());
    let dates = format!(
        "invitation = {}\nlists_due = {}T10:00:00\nweek = {{ first = {}, last = {} }}\n\
         survey = {{ opens = {}T10:00:00, closes = {}, reminders = [3, 7] }}",
        day(opens - 30),
        day(opens - 10),
        day(opens - 7),
        day(opens - 3),
        day(opens),
        day(closes),
    );
    let round = format!("{before}[dates]\n{dates}\n\n{after}");
    repository.write("content/2026-summer/round.toml", round);
}

fn today() -> Date {
    now().to_zoned(jiff::tz::TimeZone::get("Europe/Zurich").unwrap()).date()
}

#[allow(clippy::disallowed_methods, reason = "no real answer comes in at any other time")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// The program, with mail that goes into a folder, at once.
pub fn mailer(repository: &Repository) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_littlethings-mail"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LITTLETHINGS_")) {
        command.env_remove(name);
    }
    command.env_remove("DATABASE_URL");
    command
        .current_dir(repository.path(""))
        .stdin(Stdio::null())
        .env("GIT_CEILING_DIRECTORIES", repository.path("").parent().unwrap())
        .env("LITTLETHINGS_SMTP_URL", "folder:out")
        .env("LITTLETHINGS_RATE", "0");
    command
}

pub fn run(repository: &Repository, arguments: &[&str]) -> Told {
    let output = mailer(repository).args(arguments).output().unwrap();
    let told = Told {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    };
    assert!(!told.err.contains("panicked"), "{}", told.err);
    told
}

/// The secret that the program has made.
pub fn secret(repository: &Repository) -> Secret {
    let path = repository.path(".littlethings/secret");
    assert!(path.is_file(), "no secret was made");
    Secret::read_or_make(&path).unwrap()
}

/// The path of somebody's form.
pub fn form(secret: &Secret, person: &str) -> String {
    path(secret, Purpose::Answer, person)
}

pub fn path(secret: &Secret, purpose: Purpose, person: &str) -> String {
    Token::of(secret, purpose, ROUND, person).link("", purpose)
}

/// A running `serve`. It is killed when this is dropped.
pub struct Served {
    pub address: String,
    pub secret: Secret,
    child: Child,
    said: Arc<Mutex<String>>,
    reading: Option<JoinHandle<()>>,
}

/// What a request came to.
pub struct Got {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Served {
    pub fn of(repository: &Repository, arguments: &[&str]) -> Served {
        let mut command = mailer(repository);
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(arguments);
        Served::by(repository, command)
    }

    pub fn by(repository: &Repository, mut command: Command) -> Served {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut err = child.stderr.take().unwrap();
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let Some((address, _)) = line.strip_prefix("http://").and_then(|rest| rest.split_once('/'))
        else {
            let mut why = String::new();
            err.read_to_string(&mut why).unwrap();
            panic!("it does not serve: {line}{why}");
        };
        let said = Arc::new(Mutex::new(String::new()));
        let (heard, heard_too) = (said.clone(), said.clone());
        let out = std::thread::spawn(move || hear(out, &heard));
        let reading = std::thread::spawn(move || {
            hear(BufReader::new(err), &heard_too);
            out.join().unwrap();
        });
        Served {
            address: address.to_owned(),
            secret: secret(repository),
            child,
            said,
            reading: Some(reading),
        }
    }

    /// What it has said so far, on both streams.
    pub fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Waits until it says so.
    pub fn wait_for(&self, words: &str) {
        self.wait_until(words, || self.said().contains(words));
    }

    /// Waits until something is so.
    pub fn wait_until(&self, what: &str, is_so: impl Fn() -> bool) {
        let until = Instant::now() + PATIENCE;
        while !is_so() {
            assert!(Instant::now() < until, "not {what}: {}", self.said());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends bytes and reads the answer to its end.
    pub fn ask(&self, request: impl AsRef<[u8]>) -> Got {
        let mut stream = self.connect();
        // Whoever is refused may be hung up on in the middle.
        let _ = stream.write_all(request.as_ref());
        Got::read(stream)
    }

    pub fn method(&self, method: &str, path: &str) -> Got {
        self.ask(format!("{method} {path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n"))
    }

    pub fn get(&self, path: &str) -> Got {
        self.method("GET", path)
    }

    /// Sends a form.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Got {
        self.post_body(path, encoded(fields).as_bytes())
    }

    pub fn post_body(&self, path: &str, body: &[u8]) -> Got {
        self.ask(posted(path, "application/x-www-form-urlencoded", body))
    }

    /// Opens the form, fills these fields in, and presses the button: twice, as somebody does who
    /// is asked whether they are a program because they were so fast.
    pub fn answer(&self, person: &str, fields: &[(&str, &str)]) -> Got {
        let path = form(&self.secret, person);
        let page = self.get(&path);
        assert_eq!(page.status, 200, "{}", page.body);
        let asked = self.post(&path, &page.filled(fields));
        assert_eq!(asked.status, 409, "{}", asked.body);
        self.post(&path, &asked.filled(fields))
    }

    /// Asks it to end, and waits until it has.
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        let killed = Command::new("kill").args(["-s", signal, &id]).status().unwrap();
        assert!(killed.success());
    }

    /// Waits until it has ended: its exit code, and all it ever said.
    pub fn ended(mut self) -> (Option<i32>, String) {
        let code = self.child.wait().unwrap().code();
        self.reading.take().unwrap().join().unwrap();
        (code, self.said())
    }

    pub fn kill(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.reading.take().unwrap().join().unwrap();
        self.said()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn hear(mut stream: impl BufRead, said: &Mutex<String>) {
    let mut line = String::new();
    while stream.read_line(&mut line).is_ok_and(|read| read > 0) {
        assert!(!line.contains("panicked"), "{line}");
        said.lock().unwrap().push_str(&line);
        line.clear();
    }
}

/// A request with a body.
pub fn posted(path: &str, sort: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\ncontent-type: {sort}\r\n\
         content-length: {length}\r\n\r\n"
    )
    .into_bytes();
    request.extend(body);
    request
}

impl Got {
    /// The answer up to the end of the connection; status 0 where there is none.
    pub fn read(mut stream: TcpStream) -> Got {
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        Got { status: status.unwrap_or(0), head: head.to_owned(), body: body.to_owned() }
    }

    pub fn header(&self, name: &str) -> &str {
        let of = |line: &'_ str| line.split_once(": ").map(|(name, _)| name.to_ascii_lowercase());
        let line = self.head.lines().find(|line| of(line).as_deref() == Some(name));
        line.and_then(|line| line.split_once(": ")).map_or("", |(_, value)| value)
    }

    /// The hidden fields of its form, and these.
    pub fn filled<'a>(&'a self, fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let inputs = self.body.split("<input type=\"hidden\" name=\"").skip(1);
        let hidden = inputs.map(|input| {
            let (name, rest) = input.split_once("\" value=\"").unwrap();
            (name, rest.split_once('"').unwrap().0)
        });
        hidden.chain(fields.iter().copied()).collect()
    }
}
