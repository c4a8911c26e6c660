//! Edits under `serve`: from the moment a file is written to the moment the new page is there.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use memchr::memmem;
use tempfile::TempDir;

use crate::whole::Generate;
use crate::{generate, median};

/// How long `serve` waits for an editor to finish; it is no part of what is measured.
const QUIET: f64 = 20.0;

/// Gives back the folder that all of it lies in.
pub fn measure(lists: usize, edits: usize, generate: Generate) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    generate(root, lists).unwrap();
    let git = if root.join(".git").exists() { " with a history" } else { "" };
    std::fs::create_dir_all(root.join("themes/default/pages")).unwrap();
    let mut server = Server::begin(root);
    let path = generate::list_path(lists / 2);
    let text = generate::list(lists / 2);
    let page = format!("/2026-summer/lists/product-{:05}.html", lists / 2);
    println!(
        "| {lists} lists{git}, {edits} edits each | wait of the editor and all | without the {QUIET:.0} ms |\n|---|---|---|"
    );

    let title = |number: usize| format!("An edited title {number}");
    server.follow("a list", edits, &page, |number| {
        let first = text.find("\n## ").unwrap() + 4;
        let end = first + text[first..].find('\n').unwrap();
        let text = format!("{}{}{}", &text[..first], title(number), &text[end..]);
        std::fs::write(root.join(&path), text).unwrap();
        title(number)
    });
    server.follow("a fact on home", edits, "/", |number| {
        // Home shows the first item of each list with its status.
        let first = text.find("\n## ").unwrap() + 4;
        let end = first + text[first..].find('\n').unwrap();
        let status = if number % 2 == 0 { "started" } else { "done" };
        let text = format!("{}Fact {number}{}", &text[..first], &text[end..]);
        let at = text.find("- Status: ").unwrap();
        let end = at + text[at..].find('\n').unwrap();
        let text = format!("{}- Status: {status}{}", &text[..at], &text[end..]);
        std::fs::write(root.join(&path), text).unwrap();
        format!("Fact {number}")
    });
    let template = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default/pages/list.html"),
    );
    let template = template.unwrap();
    server.follow("a template", edits, &page, |number| {
        let mark = format!("template {number}");
        let text = template.replacen("{% block main %}", &format!("{{% block main %}}{mark}"), 1);
        std::fs::write(root.join("themes/default/pages/list.html"), text).unwrap();
        mark
    });
    drop(server);
    folder
}

struct Server {
    child: Child,
    address: String,
    events: BufReader<TcpStream>,
}

impl Server {
    fn begin(root: &Path) -> Server {
        let mut child = Command::new(env!("CARGO_BIN_EXE_littlethings"))
            .args(["serve", "--port", "0", "--now", generate::NOW, "--root"])
            .arg(root)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.strip_prefix("http://").and_then(|it| it.split_once('/')).unwrap().0;
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET /.littlethings/events HTTP/1.1\r\nHost: {address}\r\n\r\n").unwrap();
        let address = address.to_owned();
        let mut server = Server { child, address, events: BufReader::new(stream) };
        server.event();
        server
    }

    /// Waits until a page is told that something is new.
    fn event(&mut self) {
        let mut line = String::new();
        while !line.starts_with("data: ") {
            line.clear();
            assert!(self.events.read_line(&mut line).unwrap() > 0, "the server has ended");
        }
    }

    fn get(&self, path: &str) -> Vec<u8> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let host = &self.address;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        answer
    }

    /// Edits, and asks for the page as a browser does: once it is told to.
    fn follow(&mut self, what: &str, edits: usize, page: &str, edit: impl Fn(usize) -> String) {
        let mut took = Vec::new();
        for number in 0..=edits {
            let begun = Instant::now();
            let wanted = edit(number);
            loop {
                self.event();
                if memmem::find(&self.get(page), wanted.as_bytes()).is_some() {
                    break;
                }
            }
            took.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
        // The first of a kind is not counted.
        let whole = median(took.split_off(1));
        println!("| {what} | {whole:.1} ms | {:.1} ms |", whole - QUIET);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
