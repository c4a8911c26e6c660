//! A real mail server: Debian's Postfix, as a private instance with its own configuration, queue
//! and ports on the loopback. It takes mail for anybody, keeps it all in one Maildir, and asks no
//! name server.
//!
//! Postfix has to be started by root. Where that is not so, or where it is not installed, the tests
//! with it say so and pass; in `.ci/run` they fail.

use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use littlethings::mail::door::{Delivery, Door, Envelope, Settings, Stage};
use mail_parser::{HeaderValue, MessageParser};
use tempfile::TempDir;

use crate::mailserver::{Certificate, make};

pub mod accounts;

/// Who owns the mail; Postfix will not deliver as root.
const NOBODY: u32 = 65_534;

/// One recipient that the server refuses.
pub const REFUSED: &str = "refused@example.org";

/// A running Postfix. It ends when this is dropped.
pub struct Postfix {
    /// Plain, with STARTTLS on offer.
    pub port: u16,
    /// TLS from the first byte.
    pub tls_port: u16,
    /// STARTTLS, and then only for those who sign in.
    pub submission_port: u16,
    folder: TempDir,
}

/// A letter in the Maildir.
pub struct Received {
    /// The recipient of the envelope.
    pub to: String,
    /// The letter with what Postfix put before it.
    pub bytes: Vec<u8>,
}

/// Starts one, where that is possible.
pub fn start() -> Option<Postfix> {
    let is_root = fs::metadata("/proc/self").is_ok_and(|about| about.uid() == 0);
    let is_installed = Command::new("postfix").arg("-h").output().is_ok();
    if !is_root || !is_installed {
        let why = "no Postfix here: it is not installed, or this is not root";
        assert!(std::env::var_os("CI").is_none(), "{why}");
        let _ = writeln!(std::io::stderr(), "{why}");
        return None;
    }
    let folder = tempfile::Builder::new().prefix("postfix-").tempdir().unwrap();
    let [port, tls_port, submission_port] = free_ports();
    let postfix = Postfix { port, tls_port, submission_port, folder };
    postfix.write_configuration();
    accounts::keep(&postfix.path("accounts"));
    postfix.run("start");
    postfix.wait_until_it_answers();
    Some(postfix)
}

impl Postfix {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write_configuration(&self) {
        // Its parts run as other users and have to reach it.
        open(self.folder.path());
        for name in ["etc", "queue", "data", "mail", "log"] {
            fs::create_dir(self.path(name)).unwrap();
            open(&self.path(name));
        }
        std::os::unix::fs::chown(self.path("data"), Some(id("postfix")), None).unwrap();
        std::os::unix::fs::chown(self.path("mail"), Some(NOBODY), None).unwrap();
        let made = make(Certificate::Good);
        for (name, text) in [
            ("etc/authority.pem", &made.authority),
            ("etc/certificate.pem", &made.certificate),
            ("etc/key.pem", &made.key),
            ("etc/main.cf", &self.main_cf()),
            ("etc/master.cf", &self.master_cf()),
        ] {
            fs::write(self.path(name), text).unwrap();
        }
        fs::set_permissions(self.path("etc/key.pem"), Permissions::from_mode(0o600)).unwrap();
    }

    fn main_cf(&self) -> String {
        let base = self.folder.path().display();
        format!(
            "compatibility_level = 3.6
queue_directory = {base}/queue
data_directory = {base}/data
maillog_file = {base}/log/mail.log
maillog_file_prefixes = {base}
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.tests.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
disable_dns_lookups = yes
smtpd_peername_lookup = no
alias_maps =
alias_database =
local_recipient_maps =
virtual_mailbox_domains = static:all
virtual_mailbox_maps = static:all/
virtual_mailbox_base = {base}/mail
virtual_uid_maps = static:{NOBODY}
virtual_gid_maps = static:{NOBODY}
virtual_destination_concurrency_limit = 4
smtpd_recipient_restrictions =
    check_recipient_access inline:{{{{{REFUSED} = 550 5.1.1 there is nobody of that name}}}},
    permit_mynetworks, reject
smtpd_tls_security_level = may
smtpd_tls_cert_file = {base}/etc/certificate.pem
smtpd_tls_key_file = {base}/etc/key.pem
smtpd_tls_auth_only = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {base}/accounts
in_flow_delay = 0
"
        )
    }

    fn master_cf(&self) -> String {
        let Postfix { port, tls_port, submission_port, .. } = self;
        format!(
            "127.0.0.1:{port} inet n - n - - smtpd
127.0.0.1:{tls_port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
    -o smtpd_sasl_auth_enable=yes -o smtpd_sasl_mechanism_filter=login
127.0.0.1:{submission_port} inet n - n - - smtpd
    -o smtpd_tls_security_level=encrypt -o smtpd_sasl_auth_enable=yes
    -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
    -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
    -o smtpd_sender_restrictions=permit_sasl_authenticated,reject
    -o smtpd_client_restrictions=permit_sasl_authenticated,reject
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"
        )
    }

    fn run(&self, what: &str) {
        let output =
            Command::new("postfix").arg("-c").arg(self.path("etc")).arg(what).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said).into_owned();
        assert!(output.status.success() || what == "stop", "{said}\n{}", self.log());
    }

    fn wait_until_it_answers(&self) {
        let until = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < until, "Postfix does not answer\n{}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// What it wrote into its log.
    pub fn log(&self) -> String {
        fs::read_to_string(self.path("log/mail.log")).unwrap_or_default()
    }

    /// The environment of who sends through it, in clear.
    pub fn variables(&self) -> Vec<(String, OsString)> {
        self.variables_for(format!("smtp://127.0.0.1:{}", self.port))
    }

    /// The same, with STARTTLS.
    pub fn variables_with_start_tls(&self) -> Vec<(String, OsString)> {
        self.variables_for(format!("smtp://localhost:{}?tls=required", self.port))
    }

    /// The same, where one has to sign in; `key` is what belongs behind the user in the URL.
    pub fn variables_to_sign_in(&self, key: &str) -> Vec<(String, OsString)> {
        let (user, port) = (accounts::USER.replace('@', "%40"), self.submission_port);
        self.variables_for(format!("smtp://{user}{key}@localhost:{port}?tls=required"))
    }

    /// The same, with TLS from the first byte and by the older way, `AUTH LOGIN`.
    pub fn variables_to_log_in(&self, key: &str) -> Vec<(String, OsString)> {
        let (user, port) = (accounts::USER.replace('@', "%40"), self.tls_port);
        self.variables_for(format!("smtps://{user}{key}@localhost:{port}"))
    }

    /// The same, with TLS from the first byte.
    pub fn variables_with_tls(&self) -> Vec<(String, OsString)> {
        self.variables_for(format!("smtps://localhost:{}", self.tls_port))
    }

    fn variables_for(&self, url: String) -> Vec<(String, OsString)> {
        vec![
            ("LITTLETHINGS_SMTP_URL".to_owned(), url.into()),
            ("LITTLETHINGS_SMTP_CA_FILE".to_owned(), self.path("etc/authority.pem").into()),
        ]
    }

    /// What lies in the Maildir once `count` letters are there, by recipient.
    pub fn letters(&self, count: usize) -> Vec<Received> {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let letters = self.letters_now();
            if letters.len() >= count {
                return letters;
            }
            let found = letters.len();
            assert!(Instant::now() < until, "{found} of {count} letters\n{}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// What lies in the Maildir, by recipient.
    pub fn letters_now(&self) -> Vec<Received> {
        let Ok(entries) = fs::read_dir(self.path("mail/all/new")) else { return Vec::new() };
        let mut letters: Vec<Received> = entries
            .map(|entry| {
                let bytes = fs::read(entry.unwrap().path()).unwrap();
                Received { to: delivered_to(&bytes), bytes }
            })
            .collect();
        letters.sort_by(|a, b| a.to.cmp(&b.to));
        letters
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        self.run("stop");
    }
}

/// Whom the envelope was for.
fn delivered_to(bytes: &[u8]) -> String {
    let message = MessageParser::default().parse(bytes).unwrap();
    match message.header("Delivered-To") {
        Some(HeaderValue::Text(address)) => address.to_string(),
        Some(HeaderValue::Address(address)) => {
            address.first().and_then(|it| it.address()).unwrap_or_default().to_owned()
        }
        other => panic!("{other:?}"),
    }
}

fn open(path: &Path) {
    fs::set_permissions(path, Permissions::from_mode(0o755)).unwrap();
}

/// The number of a user.
fn id(user: &str) -> u32 {
    let output = Command::new("id").args(["-u", user]).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}

/// Ports that were free a moment ago, each another.
pub fn free_ports<const N: usize>() -> [u16; N] {
    let listeners = [(); N].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}

#[test]
fn letters_go_through_a_real_mail_server() {
    let Some(postfix) = start() else { return };
    for (variables, to) in [
        (postfix.variables(), "plain@example.org"),
        (postfix.variables_with_start_tls(), "starttls@bücher.example"),
        (postfix.variables_with_tls(), "tls@example.org"),
    ] {
        let settings = Settings::read(Path::new("/"), |name| {
            variables.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone())
        });
        let mut door = settings.unwrap().door();
        let from = "week@example.org".to_owned();
        let refused = Envelope { from: from.clone(), to: REFUSED.to_owned() };
        let delivery = door.deliver(&refused, "");
        let Delivery::Never { stage: Stage::Recipient, code: Some(550), words } = delivery else {
            panic!("{delivery:?}\n{}", postfix.log())
        };
        assert!(words.contains("nobody of that name"), "{words}");
        let letter = format!(
            "From: week@example.org\r\nTo: {}\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\
             Message-ID: <one@example.org>\r\n\r\nHello.\r\n.\r\n..\r\n.end\r\n",
            to.replace("bücher", "xn--bcher-kva")
        );
        let delivery = door.deliver(&Envelope { from, to: to.to_owned() }, &letter);
        let Delivery::Accepted { words } = delivery else {
            panic!("{delivery:?}\n{}", postfix.log())
        };
        assert!(words.contains("queued as"), "{words}");
        door.close();
    }
    let letters = postfix.letters(3);
    let to: Vec<&str> = letters.iter().map(|letter| letter.to.as_str()).collect();
    assert_eq!(to, ["plain@example.org", "starttls@xn--bcher-kva.example", "tls@example.org"]);
    for letter in &letters {
        let message = MessageParser::default().parse(&letter.bytes).unwrap();
        assert_eq!(message.subject(), Some("Grüße"));
        assert_eq!(message.message_id(), Some("one@example.org"));
        assert_eq!(message.body_text(0).unwrap(), "Hello.\n.\n..\n.end\n");
        let received = String::from_utf8_lossy(&letter.bytes).contains("with ESMTPS");
        assert_eq!(received, !letter.to.starts_with("plain"), "encrypted as asked");
    }
}

/// A door with these variables.
fn door(variables: &[(String, OsString)], token: Option<&Path>) -> Box<dyn Door> {
    let settings = Settings::read(Path::new("/"), |name| match (name, token) {
        ("LITTLETHINGS_SMTP_TOKEN_FILE", Some(path)) => Some(path.into()),
        _ => variables.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()),
    });
    settings.unwrap().door()
}

#[test]
fn a_real_mail_server_lets_in_who_signs_in_and_nobody_else() {
    let Some(postfix) = start() else { return };
    let token = postfix.path("token");
    fs::write(&token, accounts::TOKEN).unwrap();
    fs::set_permissions(&token, Permissions::from_mode(0o600)).unwrap();
    let letter = "Subject: one\r\nMessage-ID: <one@example.org>\r\n\r\nHello.\r\n";
    let deliver = |variables: Vec<(String, OsString)>, token: Option<&Path>, to: &str| {
        let mut door = door(&variables, token);
        let envelope = Envelope { from: "week@example.org".to_owned(), to: to.to_owned() };
        door.deliver(&envelope, letter)
    };
    let password = format!(":{}", accounts::PASSWORD);
    for (variables, token, to) in [
        (postfix.variables_to_log_in(&password), None, "login@example.org"),
        (postfix.variables_to_sign_in(&password), None, "plain@example.org"),
        (postfix.variables_to_sign_in(""), Some(token.as_path()), "token@example.org"),
    ] {
        let delivery = deliver(variables, token, to);
        assert!(matches!(delivery, Delivery::Accepted { .. }), "{delivery:?}\n{}", postfix.log());
    }
    let delivery = deliver(postfix.variables_to_sign_in(":hunter2"), None, "nobody@example.org");
    let Delivery::Stop { stage: Stage::Auth, code: Some(535), words } = delivery else {
        panic!("{delivery:?}\n{}", postfix.log())
    };
    assert!(!words.contains("hunter2"), "{words}");
    let to: Vec<String> = postfix.letters(3).into_iter().map(|letter| letter.to).collect();
    assert_eq!(to, ["login@example.org", "plain@example.org", "token@example.org"]);
    let log = postfix.log();
    assert!(!log.contains(accounts::PASSWORD) && !log.contains(accounts::TOKEN), "{log}");
    for way in ["sasl_method=LOGIN", "sasl_method=PLAIN", "sasl_method=XOAUTH2"] {
        assert!(log.contains(way), "{way}: {log}");
    }
}
