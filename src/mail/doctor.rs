//! Can mail leave? Looks at the door there is, step by step, and sends nothing unless asked to.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

use super::door::{Delivery, Envelope, Settings, Way, ascii_address, examine_smtp, one_line};
use crate::model;

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// In one word: `server`, `encryption`, `sign-in`.
    pub about: &'static str,
    pub health: Health,
    /// What was found; where it is bad, what a person can do. One line, and no secret in it.
    pub words: String,
}

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    Good,
    /// Worth knowing.
    Note,
    /// Letters will not leave like this.
    Bad,
}

impl Health {
    /// The word for people and machines.
    pub fn word(self) -> &'static str {
        match self {
            Health::Good => "good",
            Health::Note => "note",
            Health::Bad => "bad",
        }
    }
}

impl Check {
    pub fn good(about: &'static str, words: String) -> Check {
        Check { about, health: Health::Good, words: one_line(&words) }
    }

    pub fn note(about: &'static str, words: String) -> Check {
        Check { about, health: Health::Note, words: one_line(&words) }
    }

    pub fn bad(about: &'static str, words: String) -> Check {
        Check { about, health: Health::Bad, words: one_line(&words) }
    }

    /// What became of a letter, or would have.
    pub(super) fn of_delivery(about: &'static str, delivery: Delivery) -> Check {
        match delivery {
            Delivery::Accepted { words } => Check::good(about, words),
            Delivery::NotNow { words, .. } => Check::bad(about, format!("not now: {words}")),
            Delivery::Never { words, .. } | Delivery::Stop { words, .. } => {
                Check::bad(about, words)
            }
            Delivery::Unknown { words } => {
                Check::bad(about, format!("it may have arrived, or not: {words}"))
            }
        }
    }
}

/// Looks at the door. A mail server is asked whether it would take a letter `from` that address
/// for `to`, or for the sender itself where there is none; without `from` it is not asked. No letter
/// is begun. `now` is what the
/// end of a certificate is compared with.
pub fn examine(
    settings: &Settings,
    from: Option<&str>,
    to: Option<&str>,
    now: Timestamp,
) -> Vec<Check> {
    let mut checks = vec![Check::good("settings", settings.to_string())];
    match &settings.way {
        Way::Smtp(smtp) => {
            let envelope = from
                .map(|from| Envelope { from: from.to_owned(), to: to.unwrap_or(from).to_owned() });
            checks.extend(examine_smtp(smtp, settings.patience, envelope.as_ref(), now));
        }
        Way::Sendmail(program) => checks.push(look_at_program(program)),
        Way::Folder(path) => checks.push(look_at_folder(path)),
    }
    checks
}

/// Looks at where letters lead: to the site, and to the form of the survey.
pub fn look_at_links(settings: &model::Settings) -> Vec<Check> {
    let site = is_example(&settings.base_url).then(|| {
        format!(
            "letters lead to {}, an example that is nobody's; write the site's own address as \
             `base_url`",
            settings.base_url
        )
    });
    let survey = match &settings.survey_url {
        None => Some(
            "it is not known where the survey is answered, and without that nobody is asked; write \
             `url = \"https://…\"` under `[survey]`"
                .to_owned(),
        ),
        Some(url) if is_example(url) => Some(format!(
            "the survey leads to {url}, an example that is nobody's; write under `[survey]` where \
             `littlethings-mail serve` is reachable"
        )),
        Some(_) => None,
    };
    let note = |(about, words)| Some(Check::note(about, words?));
    [("site", site), ("survey", survey)].into_iter().filter_map(note).collect()
}

/// Whether an address on the web is one of those that are kept for examples (RFC 2606).
fn is_example(url: &str) -> bool {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split(['/', ':', '?', '#']).next().unwrap_or_default();
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let ends_with = |name: &str| {
        host.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    ["example", "example.com", "example.net", "example.org", "invalid", "test"]
        .into_iter()
        .any(ends_with)
}

/// Sends one short letter through the door, and says what became of it.
pub fn send_trial(settings: &Settings, from: &str, to: &str, now: Timestamp) -> Check {
    let envelope = Envelope { from: from.to_owned(), to: to.to_owned() };
    let Some(bytes) = trial(from, to, now) else {
        return Check::bad("trial", "sender or recipient is not a mail address".to_owned());
    };
    let mut door = settings.door();
    let delivery = door.deliver(&envelope, &bytes);
    door.close();
    Check::of_delivery("trial", delivery)
}

/// The letter of a trial (RFC 5322), in ASCII but for what an address may need.
fn trial(from: &str, to: &str, now: Timestamp) -> Option<String> {
    let (from, to) = (ascii_address(from)?, ascii_address(to)?);
    let date = rfc2822::to_string(&now.to_zoned(jiff::tz::TimeZone::UTC)).ok()?;
    let (_, domain) = from.rsplit_once('@')?;
    let number = now.as_nanosecond();
    Some(format!(
        "From: {from}\r\n\
         To: {to}\r\n\
         Subject: A trial of littlethings-mail\r\n\
         Date: {date}\r\n\
         Message-ID: <doctor.{number}@{domain}>\r\n\
         Auto-Submitted: auto-generated\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=us-ascii\r\n\
         \r\n\
         This is a trial. Letters of the week can leave by this way, and arrive.\r\n"
    ))
}

fn look_at_program(program: &Path) -> Check {
    let path = program.display();
    match fs::metadata(program) {
        Ok(about) if about.is_file() && is_executable(&about) => Check::good(
            "server",
            format!("{path} can be run; whether its mail server delivers, `--to ME` shows"),
        ),
        Ok(_) => Check::bad("server", format!("{path} is not a program that can be run")),
        Err(error) => Check::bad(
            "server",
            format!(
                "{path}: {error}; install the sendmail of a mail server, or name its path in \
                 LITTLETHINGS_SMTP_URL"
            ),
        ),
    }
}

#[cfg(unix)]
fn is_executable(about: &fs::Metadata) -> bool {
    std::os::unix::fs::PermissionsExt::mode(&about.permissions()) & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata) -> bool {
    true
}

fn look_at_folder(folder: &Path) -> Check {
    let path = folder.display();
    if !folder.exists() {
        return Check::note(
            "folder",
            format!("{path} is not there yet; the first letter makes it"),
        );
    }
    // A file without a name, gone at once: permissions alone do not tell of a full disk or one
    // that is read only.
    match tempfile::tempfile_in(folder) {
        Ok(_) => Check::good("folder", format!("{path} can be written; nobody gets mail")),
        Err(error) => Check::bad("folder", format!("{path} cannot be written: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_is_a_mail() {
        let now: Timestamp = "2026-07-24T12:02:00Z".parse().unwrap();
        let bytes = trial("week@bücher.example", "ana@example.org", now).unwrap();
        let message = mail_parser::MessageParser::default().parse(bytes.as_bytes()).unwrap();
        assert_eq!(message.date().unwrap().to_rfc3339(), "2026-07-24T12:02:00Z");
        let from = message.from().unwrap().first().unwrap().address();
        assert_eq!(from, Some("week@xn--bcher-kva.example"));
        assert!(message.message_id().unwrap().ends_with("@xn--bcher-kva.example"));
        assert!(trial("week", "ana@example.org", now).is_none());
        assert!(trial("week@example.org", "ana@example.org\r\nBcc: eve@x.example", now).is_none());
    }

    #[test]
    fn addresses_of_examples_are_nobodys() {
        for url in [
            "https://week.example.org/",
            "https://EXAMPLE.com",
            "http://a.example:8080/x",
            "https://a.test./",
        ] {
            assert!(is_example(url), "{url}");
        }
        for url in
            ["https://week.myexample.org/", "https://example.org.ch/", "http://localhost/test"]
        {
            assert!(!is_example(url), "{url}");
        }
    }

    #[test]
    fn folders_and_programs_are_looked_at() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        assert_eq!(look_at_folder(folder.path()).health, Health::Good);
        assert_eq!(look_at_folder(&folder.path().join("new")).health, Health::Note);
        assert_eq!(look_at_folder(&file).health, Health::Bad);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
        assert_eq!(look_at_program(&folder.path().join("new")).health, Health::Bad);
        assert_eq!(look_at_program(folder.path()).health, Health::Bad);
        #[cfg(unix)]
        {
            assert_eq!(look_at_program(&file).health, Health::Bad);
            assert_eq!(look_at_program(Path::new("/bin/sh")).health, Health::Good);
        }
    }
}
