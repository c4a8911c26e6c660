//! The server as a program.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

pub struct Served {
    pub address: String,
    child: Mutex<Child>,
}

impl Served {
    pub fn in_repository(root: &Path) -> Served {
        let mut command = Command::new(env!("CARGO_BIN_EXE_littlethings-mail"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LITTLETHINGS_")) {
            command.env_remove(name);
        }
        command.env_remove("DATABASE_URL");
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0", "--root"])
            .arg(root)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.strip_prefix("http://").and_then(|it| it.split_once('/')).unwrap().0;
        Served { address: address.to_owned(), child: Mutex::new(child) }
    }

    /// What it holds in memory, in MB; 0 where the system does not say.
    pub fn memory(&self) -> f64 {
        let path = format!("/proc/{}/status", self.child.lock().unwrap().id());
        let status = std::fs::read_to_string(path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        kilobytes.unwrap_or(0.0) / 1024.0
    }

    /// Ends it where it is.
    pub fn kill(&self) {
        let mut child = self.child.lock().unwrap();
        let _ = child.kill();
        let _ = child.wait();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.kill();
    }
}
