//! The door through a local `sendmail`: the program every mail server of a Unix machine brings,
//! which puts a letter into the queue of that server.

use std::io::{ErrorKind, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use super::address::{self, Addressed};
use super::settings::{Patience, VARIABLES};
use super::{Delivery, Door, Envelope, Stage, one_line};

/// How much of what the program says is read. The rest is thrown away.
const MOST: u64 = 4 * 1024;

/// A program that takes a letter on its standard input.
pub struct Sendmail {
    program: PathBuf,
    patience: Patience,
}

impl Sendmail {
    pub fn new(program: PathBuf, patience: Patience) -> Sendmail {
        Sendmail { program, patience }
    }
}

impl Door for Sendmail {
    fn deliver(&mut self, envelope: &Envelope, bytes: &str) -> Delivery {
        let addressed = match address::check(envelope) {
            Ok(addressed) => addressed,
            Err(delivery) => return delivery,
        };
        match self.start(&addressed) {
            Ok(child) => talk(child, with_bare_line_ends(bytes), self.patience.letter),
            Err(error) => Delivery::Stop {
                stage: Stage::Connect,
                code: None,
                words: one_line(&format!(
                    "cannot run {}: {error}; install the sendmail of a mail server, or name its \
                     path in LITTLETHINGS_SMTP_URL",
                    self.program.display()
                )),
            },
        }
    }

    fn close(&mut self) {}
}

impl Sendmail {
    /// `-i`: a line with a dot is text and not the end. `--`: an address is never an option. The
    /// settings of the other doors, which may hold a password, are none of its business.
    fn start(&self, addressed: &Addressed) -> std::io::Result<Child> {
        let mut command = Command::new(&self.program);
        command.args(["-i", "-f"]).arg(&addressed.from);
        command.arg("--").arg(&addressed.to);
        for variable in VARIABLES {
            command.env_remove(variable);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
    }
}

/// The program counts lines by LF, as its machine does.
fn with_bare_line_ends(bytes: &str) -> String {
    bytes.replace("\r\n", "\n")
}

/// Hands the letter over, and waits for the end of the program.
fn talk(mut child: Child, bytes: String, patience: Duration) -> Delivery {
    let until = Instant::now() + patience;
    let said = listen(&mut child);
    let written = hand_over(&mut child, bytes);
    let ended = wait(&mut child, until);
    if ended.is_none() {
        // It is gone before its input is closed: a program that never saw the end of a letter
        // has not taken it.
        let _ = child.kill();
        let _ = child.wait();
    }
    // After the program is gone a child of its own may still hold the pipes: do not wait for it.
    let shortly = Duration::from_secs(1);
    let whole = written.recv_timeout(shortly).unwrap_or_default();
    let said = one_line(&said.recv_timeout(shortly).unwrap_or_default());
    match ended {
        Some(status) => judge(status, whole, &said),
        None => lost(whole, format!("no end after {} seconds", patience.as_secs_f32()), &said),
    }
}

/// Writes in a thread of its own, because a program that does not read would hold us up. Sends
/// whether all of it was taken; the input is closed then.
fn hand_over(child: &mut Child, bytes: String) -> Receiver<bool> {
    let (tell, told) = mpsc::channel();
    let input = child.stdin.take();
    thread::spawn(move || {
        let whole = input.is_some_and(|mut input| input.write_all(bytes.as_bytes()).is_ok());
        let _ = tell.send(whole);
    });
    told
}

/// What the program says on either stream, up to a limit.
fn listen(child: &mut Child) -> Receiver<String> {
    let (tell, told) = mpsc::channel();
    let (errors, output) = (child.stderr.take(), child.stdout.take());
    thread::spawn(move || {
        let other = thread::spawn(move || output.map(read_some).unwrap_or_default());
        let said = errors.map(read_some).unwrap_or_default();
        let said = if said.trim().is_empty() { other.join().unwrap_or_default() } else { said };
        let _ = tell.send(said);
    });
    told
}

fn read_some(mut stream: impl Read) -> String {
    let mut bytes = Vec::new();
    let _ = stream.by_ref().take(MOST).read_to_end(&mut bytes);
    // A program whose output nobody reads would stand still.
    let _ = std::io::copy(&mut stream, &mut std::io::sink());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The standard library cannot wait for a bounded time, so this asks, at first often.
fn wait(child: &mut Child, until: Instant) -> Option<ExitStatus> {
    let mut pause = Duration::from_millis(1);
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Err(error) if error.kind() != ErrorKind::Interrupted => return None,
            _ if Instant::now() >= until => return None,
            _ => thread::sleep(pause),
        }
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

/// What an exit code means (`sysexits.h`). A program that ends with a code has decided: only 0
/// means that it took the letter.
fn judge(status: ExitStatus, whole: bool, said: &str) -> Delivery {
    let words = |meaning: &str| match said {
        "" => meaning.to_owned(),
        said => format!("{meaning}: {said}"),
    };
    let (stage, code) = (Stage::Recipient, None);
    match status.code() {
        // Some stop reading early and are content; what they did not read they cannot have taken.
        Some(0) if !whole => Delivery::NotNow {
            stage: Stage::Body,
            code,
            words: words("sendmail ended before it had read the letter"),
        },
        Some(0) => Delivery::Accepted {
            words: if said.is_empty() { "sendmail took it".to_owned() } else { said.to_owned() },
        },
        Some(75) => Delivery::NotNow {
            stage: Stage::Body,
            code,
            words: words("sendmail cannot take it now (exit code 75)"),
        },
        Some(67) => Delivery::Never {
            stage,
            code,
            words: words("sendmail does not know this recipient (exit code 67)"),
        },
        Some(68) => Delivery::Never {
            stage,
            code,
            words: words("sendmail does not know this recipient's domain (exit code 68)"),
        },
        Some(65) => Delivery::Never {
            stage: Stage::Body,
            code,
            words: words("sendmail will not have this letter (exit code 65)"),
        },
        Some(other) => Delivery::Stop {
            stage: Stage::Connect,
            code,
            words: words(&format!("sendmail {} (exit code {other})", meaning(other))),
        },
        None => lost(whole, "sendmail was killed".to_owned(), said),
    }
}

fn meaning(code: i32) -> &'static str {
    match code {
        64 => "does not take the options it was given",
        66 => "cannot read its input",
        69 => "has no mail server to hand it to; look whether that runs",
        70 => "has failed",
        71 | 72 => "misses something of this system",
        73 => "cannot write into its queue",
        74 => "cannot read or write; the disk may be full",
        76 => "was not understood by its mail server",
        77 => "may not be used by this user, or not with this sender",
        78 => "is not set up; mend its configuration",
        _ => "has failed for a reason of its own",
    }
}

/// The end was not seen. Without the whole letter there is none that could have been taken.
fn lost(whole: bool, what: String, said: &str) -> Delivery {
    let words = if said.is_empty() { what } else { format!("{what}: {said}") };
    match whole {
        true => Delivery::Unknown { words },
        false => Delivery::NotNow { stage: Stage::Body, code: None, words },
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;

    use rstest::rstest;

    use super::*;

    fn through(script: &str, to: &str, bytes: &str) -> (Delivery, String) {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("sendmail");
        let record = folder.path().join("record");
        let script = script.replace("RECORD", record.to_str().unwrap());
        let written = folder.path().join("written");
        fs::write(&written, format!("#!/bin/sh\n{script}\n")).unwrap();
        // Copied by another process: a program that this one has open for writing, in any of its
        // threads, could not be run.
        let installed =
            Command::new("install").args(["-m", "755"]).args([&written, &program]).status();
        assert!(installed.unwrap().success());
        let patience = Patience { letter: Duration::from_millis(600), ..Patience::default() };
        let envelope = Envelope { from: "week@example.org".to_owned(), to: to.to_owned() };
        let delivery = Sendmail::new(program, patience).deliver(&envelope, bytes);
        (delivery, fs::read_to_string(record).unwrap_or_default())
    }

    #[test]
    fn the_letter_goes_in_with_the_line_ends_of_the_machine() {
        let script = "echo \"$@\" > RECORD; cat >> RECORD";
        let (delivery, record) = through(script, "ana@bücher.example", "A: b\r\n\r\n.\r\n.x\r\n");
        assert_eq!(delivery, Delivery::Accepted { words: "sendmail took it".to_owned() });
        let expected = "-i -f week@example.org -- ana@xn--bcher-kva.example\nA: b\n\n.\n.x\n";
        assert_eq!(record, expected);
    }

    #[rstest]
    #[case::busy(75, "not now")]
    #[case::no_such_user(67, "never")]
    #[case::no_such_domain(68, "never")]
    #[case::bad_letter(65, "never")]
    #[case::bad_options(64, "stop")]
    #[case::no_server(69, "stop")]
    #[case::broken(70, "stop")]
    #[case::not_allowed(77, "stop")]
    #[case::not_set_up(78, "stop")]
    #[case::anything(1, "stop")]
    fn an_exit_code_has_its_meaning(#[case] code: i32, #[case] expected: &str) {
        let script = format!("cat > /dev/null; echo 'it said so' >&2; exit {code}");
        let (delivery, _) = through(&script, "ana@example.org", "x\r\n");
        let (got, words) = match delivery {
            Delivery::NotNow { words, .. } => ("not now", words),
            Delivery::Never { words, .. } => ("never", words),
            Delivery::Stop { words, .. } => ("stop", words),
            other => panic!("{other:?}"),
        };
        assert_eq!(got, expected);
        assert!(words.ends_with("it said so") && words.contains(&code.to_string()), "{words}");
    }

    #[test]
    fn a_program_that_hangs_is_ended_and_the_letter_is_unknown_only_if_it_was_all_read() {
        let began = Instant::now();
        let (delivery, _) = through("cat > /dev/null; exec sleep 60", "ana@example.org", "x\r\n");
        assert!(matches!(delivery, Delivery::Unknown { .. }), "{delivery:?}");
        let large = "x\r\n".repeat(200_000);
        let (delivery, _) = through("exec sleep 60", "ana@example.org", &large);
        assert!(matches!(delivery, Delivery::NotNow { .. }), "{delivery:?}");
        assert!(began.elapsed() < Duration::from_secs(10));
    }

    #[test]
    fn a_program_that_is_killed_leaves_the_letter_unknown() {
        let script = "cat > /dev/null; kill -9 $$";
        let (delivery, _) = through(script, "ana@example.org", "x\r\n");
        assert!(matches!(delivery, Delivery::Unknown { .. }), "{delivery:?}");
    }

    #[test]
    fn a_program_that_never_stops_talking_is_ended() {
        let (delivery, _) = through("cat > /dev/null; yes >&2", "ana@example.org", "x\r\n");
        assert!(matches!(delivery, Delivery::Unknown { .. }), "{delivery:?}");
    }

    #[test]
    fn an_address_is_never_an_option() {
        let (delivery, record) = through("echo \"$@\" > RECORD", "-oQ/tmp@example.org", "");
        assert!(matches!(delivery, Delivery::Accepted { .. }), "{delivery:?}");
        assert!(record.ends_with("-- -oQ/tmp@example.org\n"), "{record}");
    }

    #[test]
    fn without_the_program_the_run_stops() {
        let mut door = Sendmail::new(PathBuf::from("/nowhere/sendmail"), Patience::default());
        let envelope =
            Envelope { from: "week@example.org".to_owned(), to: "ana@example.org".to_owned() };
        let delivery = door.deliver(&envelope, "x");
        let Delivery::Stop { stage: Stage::Connect, words, .. } = delivery else {
            panic!("{delivery:?}")
        };
        assert!(words.contains("cannot run /nowhere/sendmail"), "{words}");
    }
}
