//! Which door there is, from the environment. Nothing here opens a socket.

use std::ffi::OsString;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::SignedDuration;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use secrecy::SecretString;

use super::folder::Folder;
use super::sendmail::Sendmail;
use super::smtp::Smtp;
use super::{Door, DoorError, secret, url};

/// How mail leaves.
pub const URL: &str = "LITTLETHINGS_SMTP_URL";
/// A file with the password of the user in the URL.
pub const PASSWORD_FILE: &str = "LITTLETHINGS_SMTP_PASSWORD_FILE";
/// A file with an OAuth 2.0 access token of the user in the URL, for XOAUTH2. Read anew at every
/// sign-in, because such tokens live for an hour.
pub const TOKEN_FILE: &str = "LITTLETHINGS_SMTP_TOKEN_FILE";
/// A file of PEM certificates to trust besides the system's.
pub const CA_FILE: &str = "LITTLETHINGS_SMTP_CA_FILE";
/// How long one answer may take.
pub const TIMEOUT: &str = "LITTLETHINGS_SMTP_TIMEOUT";
/// How long the answer to a body may take.
pub const BODY_TIMEOUT: &str = "LITTLETHINGS_SMTP_BODY_TIMEOUT";
/// How long one letter may take in all.
pub const LETTER_TIMEOUT: &str = "LITTLETHINGS_SMTP_LETTER_TIMEOUT";

/// Every variable that is read here.
pub const VARIABLES: [&str; 7] =
    [URL, PASSWORD_FILE, TOKEN_FILE, CA_FILE, TIMEOUT, BODY_TIMEOUT, LETTER_TIMEOUT];

/// Which door, and how long to wait at it.
#[derive(Clone, Debug)]
pub struct Settings {
    pub way: Way,
    pub patience: Patience,
}

/// The three ways out.
#[derive(Clone, Debug)]
pub enum Way {
    /// A mail server.
    Smtp(SmtpSettings),
    /// The program that hands mail to the mail server of this machine.
    Sendmail(PathBuf),
    /// A folder that letters are written into. Nobody gets mail.
    Folder(PathBuf),
}

/// A mail server, and who we are there.
#[derive(Clone)]
pub struct SmtpSettings {
    /// A name in its ASCII form, or an address without brackets.
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub account: Option<Account>,
    /// Certificates to trust besides the system's.
    pub authorities: Vec<CertificateDer<'static>>,
}

/// When the conversation is encrypted. There is no "if possible": whoever can take STARTTLS out of
/// an answer could read the password then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Before anything is said (RFC 8314).
    FromTheFirstByte,
    /// By STARTTLS (RFC 3207), before anything that matters is said.
    StartTls,
    /// Not at all, which is only for this machine.
    PlainOnLoopback,
}

/// Who signs in.
#[derive(Clone)]
pub struct Account {
    pub user: String,
    pub key: Key,
}

/// What proves it.
#[derive(Clone)]
pub enum Key {
    Password(SecretString),
    PasswordFile(PathBuf),
    TokenFile(PathBuf),
}

/// How long to wait. Each is a bound on the whole, also when the other side sends a byte a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For a connection, and for each answer but the last.
    pub answer: Duration,
    /// From the first byte of a body to its answer. RFC 5321, section 4.5.3.2.6, asks for ten
    /// minutes: who gives up earlier sends letters twice.
    pub body: Duration,
    /// For one letter in all. A `sendmail` has this long.
    pub letter: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            answer: Duration::from_secs(60),
            body: Duration::from_secs(600),
            letter: Duration::from_secs(900),
        }
    }
}

impl Settings {
    /// Reads the settings with `variable`, which is asked for each of [`VARIABLES`]. Relative
    /// paths begin at `root`.
    ///
    /// # Errors
    ///
    /// When one of them cannot be used; the words say what to write instead.
    pub fn read(
        root: &Path,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Settings, DoorError> {
        // An empty variable is how many a job runner writes "not set".
        let variable = |name| variable(name).filter(|value| !value.is_empty());
        let written = variable(URL).ok_or(DoorError::NoUrl)?;
        let written = written.to_str().ok_or(DoorError::UrlNotText)?;
        let mut way = url::parse(written).map_err(|message| DoorError::Url { message })?;
        match &mut way {
            Way::Smtp(smtp) => {
                let file = |name| variable(name).map(|path| root.join(path));
                let url_password = smtp.account.take();
                smtp.account = account(url_password, file(PASSWORD_FILE), file(TOKEN_FILE))?;
                smtp.authorities =
                    file(CA_FILE).map_or(Ok(Vec::new()), |path| authorities(&path))?;
            }
            Way::Folder(path) => *path = root.join(&*path),
            Way::Sendmail(_) => {}
        }
        let usual = Patience::default();
        let patience = Patience {
            answer: duration(TIMEOUT, variable(TIMEOUT), usual.answer)?,
            body: duration(BODY_TIMEOUT, variable(BODY_TIMEOUT), usual.body)?,
            letter: duration(LETTER_TIMEOUT, variable(LETTER_TIMEOUT), usual.letter)?,
        };
        Ok(Settings { way, patience })
    }

    /// Whether people may get mail through it: not for a folder, nor for a mail server on this
    /// machine's loopback. Under a frozen clock only unreal doors are used.
    pub fn is_real(&self) -> bool {
        match &self.way {
            Way::Smtp(smtp) => !is_loopback(&smtp.host),
            Way::Sendmail(_) => true,
            Way::Folder(_) => false,
        }
    }

    /// The door. Nothing is reached before the first letter.
    pub fn door(&self) -> Box<dyn Door> {
        match &self.way {
            Way::Smtp(smtp) => Box::new(Smtp::new(smtp.clone(), self.patience)),
            Way::Sendmail(program) => Box::new(Sendmail::new(program.clone(), self.patience)),
            Way::Folder(path) => Box::new(Folder::new(path.clone())),
        }
    }
}

/// `smtps://mail.example.org:465`, without the user.
impl fmt::Display for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.way {
            Way::Smtp(smtp) => smtp.fmt(f),
            Way::Sendmail(program) => write!(f, "sendmail:{}", program.display()),
            Way::Folder(path) => write!(f, "folder:{}", path.display()),
        }
    }
}

impl fmt::Display for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SmtpSettings { host, port, security, .. } = self;
        let scheme = if *security == Security::FromTheFirstByte { "smtps" } else { "smtp" };
        match host.parse::<Ipv6Addr>() {
            Ok(address) => write!(f, "{scheme}://[{address}]:{port}"),
            Err(_) => write!(f, "{scheme}://{host}:{port}"),
        }
    }
}

/// The account is left out: its user is often an address, and its key is a secret.
impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SmtpSettings { host, port, security, account, authorities } = self;
        f.debug_struct("SmtpSettings")
            .field("host", host)
            .field("port", port)
            .field("security", security)
            .field("signs_in", &account.is_some())
            .field("authorities", &authorities.len())
            .finish()
    }
}

impl Account {
    /// What proves it, read from its file where there is one.
    pub(super) fn secret(&self) -> Result<SecretString, DoorError> {
        match &self.key {
            Key::Password(password) => Ok(password.clone()),
            Key::PasswordFile(path) => secret::read(PASSWORD_FILE, path),
            Key::TokenFile(path) => secret::read(TOKEN_FILE, path),
        }
    }

    /// Whether it signs in by XOAUTH2.
    pub(super) fn has_token(&self) -> bool {
        matches!(self.key, Key::TokenFile(_))
    }
}

/// Joins the user of the URL with the one secret there may be, and reads a file once, so that a
/// wrong one is told before anything else happens.
fn account(
    from_url: Option<Account>,
    password_file: Option<PathBuf>,
    token_file: Option<PathBuf>,
) -> Result<Option<Account>, DoorError> {
    let wrong = |message: &str| Err(DoorError::Url { message: message.to_owned() });
    let Some(Account { user, key: Key::Password(password) }) = from_url else {
        return match password_file.or(token_file) {
            None => Ok(None),
            Some(_) => wrong(
                "there is a password or a token for a user it does not name; \
                 write the user before the server, as in `smtps://user@mail.example.org`",
            ),
        };
    };
    let written = !secrecy::ExposeSecret::expose_secret(&password).is_empty();
    let key = match (written, password_file, token_file) {
        (true, None, None) => Key::Password(password),
        (false, Some(path), None) => Key::PasswordFile(path),
        (false, None, Some(path)) => Key::TokenFile(path),
        (false, None, None) => {
            return wrong(
                "it names a user without a password; \
                 put the password into a file and name that in LITTLETHINGS_SMTP_PASSWORD_FILE",
            );
        }
        _ => {
            return wrong(
                "there is more than one of a password in the URL, a file in \
                 LITTLETHINGS_SMTP_PASSWORD_FILE and one in LITTLETHINGS_SMTP_TOKEN_FILE; keep one",
            );
        }
    };
    let account = Account { user, key };
    account.secret()?;
    Ok(Some(account))
}

fn authorities(path: &Path) -> Result<Vec<CertificateDer<'static>>, DoorError> {
    let text = std::fs::read(path).map_err(|source| DoorError::Unreadable {
        variable: CA_FILE,
        path: path.to_owned(),
        source,
    })?;
    match CertificateDer::pem_slice_iter(&text).collect::<Result<Vec<_>, _>>() {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(DoorError::NoCertificate { path: path.to_owned() }),
    }
}

/// `60s`, `1.5s`, `10m`, `500ms`; a bare number counts seconds.
fn duration(
    variable: &'static str,
    written: Option<OsString>,
    usual: Duration,
) -> Result<Duration, DoorError> {
    let Some(written) = written else { return Ok(usual) };
    let written = written.to_string_lossy().trim().to_owned();
    let seconds = written.parse::<f64>().ok();
    let parsed = match seconds {
        Some(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        None => written.parse::<SignedDuration>().ok().and_then(|it| it.try_into().ok()),
    };
    // A day is longer than any server waits, and far from where instants overflow.
    parsed
        .filter(|it| !it.is_zero() && *it <= Duration::from_secs(86_400))
        .ok_or(DoorError::Duration { variable, written })
}

/// Whether the host is this machine and no other, by what is written.
pub(super) fn is_loopback(host: &str) -> bool {
    match host.parse::<IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        Err(_) => host.trim_end_matches('.').eq_ignore_ascii_case("localhost"),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, String> {
        Settings::read(Path::new("/root-of-all"), |name| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(*value))
        })
        .map_err(|error| error.to_string())
    }

    #[test]
    fn without_a_url_there_is_no_door() {
        assert!(read(&[]).unwrap_err().contains("LITTLETHINGS_SMTP_URL is not set"));
        assert!(read(&[(URL, "")]).unwrap_err().contains("is not set"));
    }

    #[test]
    fn a_door_is_real_where_people_may_get_mail() {
        for (url, real) in [
            ("smtps://mail.example.org", true),
            ("sendmail:", true),
            ("folder:out", false),
            ("smtp://127.0.0.1:2525", false),
            ("smtp://[::1]:2525", false),
            ("smtp://localhost:2525", false),
            ("smtps://localhost", false),
            ("smtp://localhost.example.org:587", true),
        ] {
            assert_eq!(read(&[(URL, url)]).unwrap().is_real(), real, "{url}");
        }
    }

    #[test]
    fn waiting_is_a_setting() {
        let patience = |written: &str| {
            read(&[(URL, "folder:out"), (TIMEOUT, written)]).map(|it| it.patience.answer)
        };
        assert_eq!(patience("2"), Ok(Duration::from_secs(2)));
        assert_eq!(patience("0.5"), Ok(Duration::from_millis(500)));
        assert_eq!(patience("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(patience("10m"), Ok(Duration::from_secs(600)));
        for bad in ["soon", "0", "-3s", "1e40", "NaN", "3 fortnights", "2 days"] {
            assert!(patience(bad).unwrap_err().contains("such as `60s`"), "{bad}");
        }
        let usual = read(&[(URL, "folder:out")]).unwrap().patience;
        assert_eq!(usual.body, Duration::from_secs(600));
    }

    #[cfg(unix)]
    #[test]
    fn there_is_one_secret_and_it_has_a_user() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("password");
        fs::write(&path, "hunter2\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        let file = path.to_str().unwrap();
        assert!(read(&[(URL, "smtps://ana@m.example"), (PASSWORD_FILE, file)]).is_ok());
        assert!(read(&[(URL, "smtps://ana@m.example"), (TOKEN_FILE, file)]).is_ok());
        for (variables, says) in [
            (vec![(URL, "smtps://m.example"), (PASSWORD_FILE, file)], "does not name"),
            (vec![(URL, "smtps://m.example"), (TOKEN_FILE, file)], "does not name"),
            (vec![(URL, "smtps://ana@m.example")], "without a password"),
            (vec![(URL, "smtps://ana:pw@m.example"), (PASSWORD_FILE, file)], "keep one"),
            (
                vec![(URL, "smtps://ana@m.example"), (PASSWORD_FILE, file), (TOKEN_FILE, file)],
                "keep one",
            ),
        ] {
            let words = read(&variables).unwrap_err();
            assert!(words.contains(says) && !words.contains("hunter2"), "{words}");
        }
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        let words = read(&[(URL, "smtps://ana@m.example"), (PASSWORD_FILE, file)]).unwrap_err();
        assert!(words.contains("chmod 600"), "{words}");
    }

    #[test]
    fn an_authority_is_a_certificate() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        fs::write(&path, "no certificate\n").unwrap();
        let words =
            read(&[(URL, "smtps://m.example"), (CA_FILE, path.to_str().unwrap())]).unwrap_err();
        assert!(words.contains("BEGIN CERTIFICATE"), "{words}");
    }

    #[test]
    fn nothing_secret_is_shown() {
        let settings =
            read(&[(URL, "smtps://ana%40example.org:hunter2@mail.example.org")]).unwrap();
        let shown = format!("{settings:?} {settings}");
        assert!(shown.contains("smtps://mail.example.org:465"), "{shown}");
        assert!(!shown.contains("hunter2") && !shown.contains("ana"), "{shown}");
    }
}
