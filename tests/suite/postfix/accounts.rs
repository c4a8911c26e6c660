//! Who may sign in at the Postfix of the tests: one account, told by the protocol by which Postfix
//! asks a Dovecot, so that no other program has to be installed.
//! <https://doc.dovecot.org/main/developers/design/auth_protocol.html>

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::thread;

use data_encoding::BASE64;

pub const USER: &str = "ana@example.org";
pub const PASSWORD: &str = "correct-horse-battery-staple";
pub const TOKEN: &str = "ya29.a-token-of-the-tests";

const HELLO: &str = "VERSION\t1\t1\nMECH\tPLAIN\tplaintext\nMECH\tLOGIN\tplaintext\n\
                     MECH\tXOAUTH2\nSPID\t1\nCUID\t1\nCOOKIE\t0123456789abcdef0123456789abcdef\n\
                     DONE\n";

/// Answers at that path until the tests end.
pub fn keep(path: &Path) {
    let listener = UnixListener::bind(path).unwrap();
    // Postfix asks as a user of its own.
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o666)).unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || converse(&stream));
        }
    });
}

/// One process of Postfix, until it leaves.
fn converse(stream: &UnixStream) -> Option<()> {
    let mut writer = stream;
    writer.write_all(HELLO.as_bytes()).ok()?;
    let mut lines = BufReader::new(stream).lines();
    let mut asked = Vec::new();
    let mut way = String::new();
    loop {
        let line = lines.next()?.ok()?;
        let words: Vec<&str> = line.split('\t').collect();
        match words[..] {
            ["AUTH", id, mechanism, ref more @ ..] => {
                (way, asked) = (mechanism.to_owned(), Vec::new());
                asked.extend(more.iter().find_map(|it| it.strip_prefix("resp=")).map(decode));
                writer.write_all(answer(id, &way, &asked).as_bytes()).ok()?;
            }
            ["CONT", id, said] => {
                asked.push(decode(said));
                writer.write_all(answer(id, &way, &asked).as_bytes()).ok()?;
            }
            _ => {}
        }
    }
}

fn decode(text: &str) -> String {
    String::from_utf8(BASE64.decode(text.as_bytes()).unwrap()).unwrap()
}

/// What follows on what was said so far.
fn answer(id: &str, way: &str, said: &[String]) -> String {
    let ask = |question: &str| format!("CONT\t{id}\t{}\n", BASE64.encode(question.as_bytes()));
    let is_known = match (way, said) {
        ("PLAIN", [all]) => *all == format!("\0{USER}\0{PASSWORD}"),
        ("LOGIN", []) => return ask("Username:"),
        ("LOGIN", [_]) => return ask("Password:"),
        ("LOGIN", [user, password]) => user == USER && password == PASSWORD,
        ("XOAUTH2", [all]) => *all == format!("user={USER}\u{1}auth=Bearer {TOKEN}\u{1}\u{1}"),
        ("PLAIN" | "XOAUTH2", []) => return ask(""),
        _ => false,
    };
    if is_known { format!("OK\t{id}\tuser={USER}\n") } else { format!("FAIL\t{id}\n") }
}
