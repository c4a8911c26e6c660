//! A mail server that does what a script says: answers anything at any stage, drops, hangs, drips,
//! never ends. It writes down what it took and every line it heard.
//!
//! ```ignore
//! let server = mailserver::start(Script::plain().once(At::Recipient, Says("550 5.1.1 nobody")));
//! // ... deliver to server.url(), with server.variables() in the environment ...
//! assert_eq!(server.journal().letters.len(), 1);
//! ```
//!
//! It never waits for a sleep of its own to end a test: a connection it holds open ends when the
//! other side leaves, and at the latest after [`LONGEST`].

mod certificates;
mod conversation;

use std::ffi::OsString;
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

pub use certificates::{Certificate, make};
use rustls::ServerConfig;
use tempfile::TempDir;

/// How long a connection lives that nobody ends.
pub const LONGEST: Duration = Duration::from_secs(30);

/// Where in the conversation the server does something of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum At {
    Greeting,
    Hello,
    StartTls,
    /// In place of the handshake.
    Handshake,
    Auth,
    Sender,
    Recipient,
    Data,
    /// After the first line of the body.
    MidBody,
    /// After the final dot.
    Dot,
}

/// What it does there, in place of what belongs there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    /// Answers so. The letter is taken only if a `Dot` is answered with a 2xx.
    Says(&'static str),
    /// Answers so and ends the connection.
    SaysAndDrops(&'static str),
    /// Ends the connection.
    Drops,
    /// At the dot: takes the letter, and ends the connection without a word.
    TakesAndDrops,
    /// At the dot: takes the letter, and says nothing.
    TakesAndHangs,
    /// Says nothing, and keeps the connection.
    Hangs,
    /// Says the right thing, a byte every 0.2 seconds. At the dot, the letter is taken.
    Drips,
    /// Says one line that does not end.
    OneEndlessLine,
    /// Says lines that do not end.
    EndlessLines,
    /// Says the right thing and this behind it, in one go.
    AddsInClear(&'static str),
}

/// When the connection is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    Plain,
    StartTls,
    FromTheFirstByte,
}

/// What a server does. It begins as one that does everything right.
#[derive(Clone)]
pub struct Script {
    pub(self) security: Security,
    pub(self) certificate: Certificate,
    /// The words behind `AUTH`, and who may sign in with what.
    pub(self) mechanisms: &'static str,
    pub(self) account: Option<(&'static str, &'static str)>,
    /// Lines of the answer to EHLO besides STARTTLS and AUTH.
    pub(self) offers: Vec<&'static str>,
    pub(self) hides_starttls: bool,
    faults: Vec<Fault>,
}

#[derive(Clone)]
struct Fault {
    at: At,
    does: Does,
    /// How often it was there before the fault begins.
    after: usize,
    /// How often it happens.
    times: usize,
    /// Only for this recipient, at [`At::Recipient`] and later.
    to: Option<&'static str>,
}

impl Script {
    fn new(security: Security) -> Script {
        Script {
            security,
            certificate: Certificate::Good,
            mechanisms: "PLAIN LOGIN XOAUTH2",
            account: None,
            offers: vec!["PIPELINING", "SIZE 10240000", "8BITMIME", "ENHANCEDSTATUSCODES"],
            hides_starttls: false,
            faults: Vec::new(),
        }
    }

    pub fn plain() -> Script {
        Script::new(Security::Plain)
    }

    pub fn start_tls() -> Script {
        Script::new(Security::StartTls)
    }

    pub fn implicit_tls() -> Script {
        Script::new(Security::FromTheFirstByte)
    }

    pub fn certificate(mut self, certificate: Certificate) -> Script {
        self.certificate = certificate;
        self
    }

    /// Only this user may send, with this password or token.
    pub fn account(mut self, user: &'static str, secret: &'static str) -> Script {
        self.account = Some((user, secret));
        self
    }

    /// Which ways to sign in are offered.
    pub fn mechanisms(mut self, mechanisms: &'static str) -> Script {
        self.mechanisms = mechanisms;
        self
    }

    /// One more thing the server can do.
    pub fn offers(mut self, line: &'static str) -> Script {
        self.offers.push(line);
        self
    }

    pub fn does_not_offer(mut self, line: &str) -> Script {
        self.offers.retain(|offered| *offered != line);
        self
    }

    /// Takes STARTTLS out of the offers, as somebody between the two could.
    pub fn hides_starttls(mut self) -> Script {
        self.hides_starttls = true;
        self
    }

    /// The first time.
    pub fn once(self, at: At, does: Does) -> Script {
        self.fault(Fault { at, does, after: 0, times: 1, to: None })
    }

    /// Every time.
    pub fn always(self, at: At, does: Does) -> Script {
        self.fault(Fault { at, does, after: 0, times: usize::MAX, to: None })
    }

    /// Once, after it went right so many times.
    pub fn after(self, count: usize, at: At, does: Does) -> Script {
        self.fault(Fault { at, does, after: count, times: 1, to: None })
    }

    /// Every time for this recipient; from [`At::Recipient`] on.
    pub fn for_recipient(self, to: &'static str, at: At, does: Does) -> Script {
        self.fault(Fault { at, does, after: 0, times: usize::MAX, to: Some(to) })
    }

    fn fault(mut self, fault: Fault) -> Script {
        self.faults.push(fault);
        self
    }
}

/// What a server remembers.
#[derive(Clone, Default)]
pub struct Journal {
    /// What it took, in order.
    pub letters: Vec<Taken>,
    /// Every line it heard but those of bodies.
    pub heard: Vec<Heard>,
    pub connections: usize,
    /// Conversations that end now are not lost.
    pub goodbyes: usize,
}

/// A letter that the server answers for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub from: String,
    pub to: String,
    /// What stood behind the address in MAIL.
    pub parameters: String,
    /// The letter, its dots undone, with CRLF.
    pub body: String,
    pub was_encrypted: bool,
    pub user: Option<String>,
}

/// A line of a client.
#[derive(Clone, Debug)]
pub struct Heard {
    pub line: String,
    pub was_encrypted: bool,
}

impl Journal {
    /// Whom letters were taken for, in order.
    pub fn recipients(&self) -> Vec<&str> {
        self.letters.iter().map(|taken| taken.to.as_str()).collect()
    }

    /// What could be read on the way.
    pub fn in_clear(&self) -> String {
        let clear = self.heard.iter().filter(|heard| !heard.was_encrypted);
        clear.map(|heard| format!("{}\n", heard.line)).collect()
    }
}

/// A running server. It ends when this is dropped.
pub struct Server {
    pub port: u16,
    security: Security,
    shared: Arc<Shared>,
    folder: TempDir,
}

struct Shared {
    script: Script,
    tls: Arc<ServerConfig>,
    journal: Mutex<Journal>,
    /// How often each fault's place was reached.
    seen: Mutex<Vec<usize>>,
    is_over: AtomicBool,
}

/// Starts a server on a free port of 127.0.0.1.
pub fn start(script: Script) -> Server {
    let made = make(script.certificate);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("authority.pem"), &made.authority).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let security = script.security;
    let shared = Arc::new(Shared {
        seen: Mutex::new(vec![0; script.faults.len()]),
        script,
        tls: made.server_config(),
        journal: Mutex::default(),
        is_over: AtomicBool::new(false),
    });
    let of_listener = shared.clone();
    thread::spawn(move || {
        for socket in listener.incoming() {
            if of_listener.is_over.load(Ordering::SeqCst) {
                return;
            }
            let shared = of_listener.clone();
            let Ok(socket) = socket else { continue };
            shared.journal().connections += 1;
            thread::spawn(move || conversation::hold(&shared, socket));
        }
    });
    Server { port, security, shared, folder }
}

impl Server {
    /// The URL without a user. Plain servers are reached without encryption.
    pub fn url(&self) -> String {
        self.url_of("")
    }

    /// The URL with what stands before the server, such as `ana:hunter2@`.
    pub fn url_of(&self, user: &str) -> String {
        let port = self.port;
        match self.security {
            Security::Plain => format!("smtp://{user}127.0.0.1:{port}"),
            Security::StartTls => format!("smtp://{user}localhost:{port}?tls=required"),
            Security::FromTheFirstByte => format!("smtps://{user}localhost:{port}"),
        }
    }

    /// What belongs into the environment of who is to reach the server, and trust it.
    pub fn variables(&self) -> Vec<(String, OsString)> {
        let authority = self.folder.path().join("authority.pem");
        vec![
            ("LITTLETHINGS_SMTP_URL".to_owned(), self.url().into()),
            ("LITTLETHINGS_SMTP_CA_FILE".to_owned(), authority.into()),
        ]
    }

    /// What it remembers until now.
    pub fn journal(&self) -> Journal {
        self.shared.journal().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        // The listener learns of it with the next connection.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

impl Shared {
    fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// What the script wants here, and that it was reached.
    fn fault(&self, at: At, to: Option<&str>) -> Option<Does> {
        let mut seen = self.seen.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut found = None;
        for (fault, seen) in self.script.faults.iter().zip(seen.iter_mut()) {
            let is_meant = fault.at == at && fault.to.is_none_or(|meant| to == Some(meant));
            if !is_meant {
                continue;
            }
            *seen += 1;
            let is_now = *seen > fault.after && *seen - fault.after <= fault.times;
            if is_now && found.is_none() {
                found = Some(fault.does);
            }
        }
        found
    }
}
