//! `littlethings serve`, asked over a socket as a browser does.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use crate::repository::{LISTING, Repository, command, list};

/// A server that ends with its test.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn of(repository: &Repository, port: &str) -> Server {
        let mut child = command(&repository.path(""))
            .args(["serve", "--port", port, "--now", LISTING])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.strip_prefix("http://").and_then(|rest| rest.split_once('/'));
        let address = address.unwrap_or_else(|| panic!("no address in `{line}`")).0.to_owned();
        Server { child, address }
    }

    /// The answer to a GET, head and body.
    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let host = &self.address;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_reload_shows_what_was_written() {
    let repository = Repository::new();
    let server = Server::of(&repository, "0");
    assert!(server.address.starts_with("127.0.0.1:"), "{}", server.address);
    let home = server.get("/");
    assert!(home.starts_with("HTTP/1.1 200 "), "{home}");
    assert!(home.contains("content-type: text/html; charset=utf-8"), "{home}");
    assert!(server.get("/no-such-page.html").starts_with("HTTP/1.1 404 "));
    assert!(server.get("/../littlethings.toml").starts_with("HTTP/1.1 404 "));
    assert!(server.get("/2026-summer").contains("location: ./2026-summer/"));

    let page = "/2026-summer/lists/atlas.html";
    assert!(server.get(page).contains("Invoices are a bit off"));
    let text = list(10).replacen("Invoices are a bit off", "Louder bells in the tower", 1);
    repository.write("content/2026-summer/lists/atlas.md", text);
    assert!(server.get(page).contains("Louder bells in the tower"));
    assert!(!repository.path("public").exists(), "nothing is written");
}

#[test]
fn the_last_good_site_stays_while_nothing_can_be_read() {
    let repository = Repository::new();
    let server = Server::of(&repository, "0");
    std::fs::rename(repository.path("littlethings.toml"), repository.path("away.toml")).unwrap();
    assert!(server.get("/").starts_with("HTTP/1.1 200 "));
}

#[test]
fn a_taken_port_gives_way_to_the_next() {
    let repository = Repository::new();
    let first = Server::of(&repository, "0");
    let port = first.address.rsplit_once(':').unwrap().1;
    let second = Server::of(&repository, port);
    assert_ne!(first.address, second.address);
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_it_cleanly() {
    let repository = Repository::new();
    let mut server = Server::of(&repository, "0");
    server.get("/");
    let pid = server.child.id().to_string();
    let sent = std::process::Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(sent.success());
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}
