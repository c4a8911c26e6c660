//! `LITTLETHINGS_SMTP_URL`, taken apart (pure). Every message says what to write instead, and none
//! repeats what stands before the `@`.

use std::net::IpAddr;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::settings::{Account, Key, Security, SmtpSettings, Way, is_loopback};

/// Where a `sendmail` is, by the Filesystem Hierarchy Standard.
const SENDMAIL: &str = "/usr/sbin/sendmail";

/// The door that is meant. A user without a password gets an empty one.
pub(super) fn parse(written: &str) -> Result<Way, String> {
    let written = written.trim();
    let (scheme, rest) = written.split_once(':').ok_or_else(|| {
        "it does not say which kind it is; a mail server is `smtps://` and its name".to_owned()
    })?;
    match (scheme.to_ascii_lowercase().as_str(), rest.strip_prefix("//")) {
        ("smtps", Some(rest)) => server(rest, true).map(Way::Smtp),
        ("smtp", Some(rest)) => server(rest, false).map(Way::Smtp),
        (scheme @ ("smtp" | "smtps"), None) => {
            Err(format!("two slashes are missing: write `{scheme}://` and the name of the server"))
        }
        ("sendmail", _) => sendmail(rest),
        ("folder", _) => folder(rest),
        _ => Err("it begins with none of `smtps://`, `smtp://`, `sendmail:` and `folder:`; \
                  a mail server is `smtps://` and its name"
            .to_owned()),
    }
}

fn sendmail(rest: &str) -> Result<Way, String> {
    let path = if rest.is_empty() { SENDMAIL } else { rest };
    if !Path::new(path).is_absolute() {
        return Err("the program after `sendmail:` is named by its whole path, as in \
                    `sendmail:/usr/sbin/sendmail`; nothing after the colon means that one"
            .to_owned());
    }
    Ok(Way::Sendmail(PathBuf::from(path)))
}

fn folder(rest: &str) -> Result<Way, String> {
    let rest = rest.strip_prefix("//").filter(|rest| rest.starts_with('/')).unwrap_or(rest);
    match rest {
        "" => {
            Err("it names no folder: write `folder:` and a path, as in `folder:letters`".to_owned())
        }
        _ if rest.contains('\0') => Err("a path holds no NUL".to_owned()),
        path => Ok(Way::Folder(PathBuf::from(path))),
    }
}

/// What follows the slashes: `user:password@host:port?tls=required`.
///
/// The last `@` ends the user, because people type addresses there as they are; a host has none.
fn server(rest: &str, is_smtps: bool) -> Result<SmtpSettings, String> {
    let (account, rest) = match rest.rsplit_once('@') {
        Some((user, rest)) => (Some(account(user)?), rest),
        None => (None, rest),
    };
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    if rest.contains(['/', '#']) {
        return Err("something follows the name of the server and its port; \
                    leave out what begins with the slash or the `#`"
            .to_owned());
    }
    let (host, port) = host_and_port(rest)?;
    let must_be_secure = match query {
        "" => false,
        "tls=required" if !is_smtps => true,
        _ => return Err("nothing but `?tls=required` may follow a `smtp://` server".to_owned()),
    };
    let security = match is_smtps {
        true => Security::FromTheFirstByte,
        false if is_loopback(&host) && !must_be_secure => Security::PlainOnLoopback,
        false => Security::StartTls,
    };
    let port = port.unwrap_or(match security {
        Security::FromTheFirstByte => 465,
        Security::StartTls => 587,
        Security::PlainOnLoopback => 25,
    });
    fits(&host, port, is_smtps)?;
    Ok(SmtpSettings { host, port, security, account, authorities: Vec::new() })
}

/// On the ports that have one meaning (RFC 8314, RFC 6409) the wrong beginning only times out.
fn fits(host: &str, port: u16, is_smtps: bool) -> Result<(), String> {
    match (is_smtps, port) {
        (false, 465) => {
            Err(format!("port 465 is encrypted from the first byte: write `smtps://{host}:465`"))
        }
        (true, 25 | 587) => Err(format!(
            "port {port} begins without encryption: write `smtp://{host}:{port}`, \
             where STARTTLS is required"
        )),
        _ => Ok(()),
    }
}

fn account(written: &str) -> Result<Account, String> {
    let (user, password) = written.split_once(':').unwrap_or((written, ""));
    let user = decode(user, "user")?;
    let password = decode(password, "password")?;
    if user.is_empty() {
        return Err("there is no user before the `@`".to_owned());
    }
    Ok(Account { user, key: Key::Password(SecretString::from(password)) })
}

/// Undoes percent-encoding (RFC 3986, section 2.1).
fn decode(written: &str, what: &str) -> Result<String, String> {
    let wrong = || format!("a `%` in the {what} is not followed by two digits: write it `%25`");
    let mut bytes = Vec::with_capacity(written.len());
    let mut rest = written.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = after.get(..2).ok_or_else(wrong)?;
        let digit = |at: usize| char::from(digits[at]).to_digit(16);
        let (Some(high), Some(low)) = (digit(0), digit(1)) else { return Err(wrong()) };
        bytes.push((high * 16 + low) as u8);
        rest = &after[2..];
    }
    let decoded = String::from_utf8(bytes).map_err(|_| format!("the {what} is not UTF-8"))?;
    match decoded.contains(char::is_control) {
        true => Err(format!("the {what} holds a control character")),
        false => Ok(decoded),
    }
}

fn host_and_port(written: &str) -> Result<(String, Option<u16>), String> {
    let (host, port) = match written.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest
                .split_once(']')
                .ok_or("an IPv6 address stands in brackets, as in `smtp://[::1]:2525`")?;
            (host, rest.strip_prefix(':'))
        }
        None if written.matches(':').count() > 1 => {
            return Err("an IPv6 address stands in brackets, as in `smtp://[::1]:2525`".to_owned());
        }
        None => match written.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (written, None),
        },
    };
    let port = port.map(|port| {
        port.parse().ok().filter(|port| *port != 0).ok_or(
            "the port after the `:` is a number up to 65535; leave the colon out for the usual one",
        )
    });
    Ok((self::host(host)?, port.transpose()?))
}

fn host(written: &str) -> Result<String, String> {
    if written.is_empty() {
        return Err("it names no server: write one, as in `smtps://mail.example.org`".to_owned());
    }
    if let Ok(address) = written.parse::<IpAddr>() {
        return Ok(address.to_string());
    }
    let name = idna::domain_to_ascii_strict(written).ok().filter(|name| {
        name.split('.').all(|label| !label.is_empty()) && !name.starts_with(['-', '.'])
    });
    name.ok_or_else(|| {
        format!("`{}` is not the name of a server", crate::mail::door::one_line(written))
    })
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn smtp(written: &str) -> SmtpSettings {
        match parse(written) {
            Ok(Way::Smtp(settings)) => settings,
            Ok(other) => panic!("{written}: {other:?}"),
            Err(message) => panic!("{written}: {message}"),
        }
    }

    fn signed(written: &str) -> (String, String) {
        let account = smtp(written).account.unwrap();
        let Key::Password(password) = account.key else { panic!("no password") };
        (account.user, password.expose_secret().to_owned())
    }

    #[test]
    fn a_server_has_the_usual_port_of_its_kind() {
        use Security::*;
        for (written, host, port, security) in [
            ("smtps://mail.example.org", "mail.example.org", 465, FromTheFirstByte),
            ("SMTPS://Mail.Example.org/", "mail.example.org", 465, FromTheFirstByte),
            ("smtps://mail.example.org:4650", "mail.example.org", 4650, FromTheFirstByte),
            ("smtp://mail.example.org", "mail.example.org", 587, StartTls),
            (" smtp://mail.example.org:25\n", "mail.example.org", 25, StartTls),
            ("smtp://bücher.example", "xn--bcher-kva.example", 587, StartTls),
            ("smtp://192.0.2.1", "192.0.2.1", 587, StartTls),
            ("smtp://[2001:db8::1]", "2001:db8::1", 587, StartTls),
            ("smtp://localhost", "localhost", 25, PlainOnLoopback),
            ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, PlainOnLoopback),
            ("smtp://[::1]:2525", "::1", 2525, PlainOnLoopback),
            ("smtp://127.0.0.1:2525?tls=required", "127.0.0.1", 2525, StartTls),
        ] {
            let settings = smtp(written);
            assert_eq!((&*settings.host, settings.port), (host, port), "{written}");
            assert_eq!(settings.security, security, "{written}");
        }
    }

    #[test]
    fn users_and_passwords_may_hold_anything() {
        for (written, user, password) in [
            ("smtps://ana:pw@m.example", "ana", "pw"),
            ("smtps://ana@m.example", "ana", ""),
            ("smtps://ana@example.org:pw@m.example", "ana@example.org", "pw"),
            ("smtps://ana%40example.org:p%40w%3A%2F%25@m.example", "ana@example.org", "p@w:/%"),
            ("smtps://ana:a/b#c?d:e@m.example", "ana", "a/b#c?d:e"),
            ("smtps://ana:%C3%B6@m.example", "ana", "ö"),
        ] {
            assert_eq!(signed(written), (user.to_owned(), password.to_owned()), "{written}");
        }
    }

    #[test]
    fn the_other_doors_have_paths() {
        let path = |written: &str| match parse(written).unwrap() {
            Way::Sendmail(path) | Way::Folder(path) => path.display().to_string(),
            Way::Smtp(_) => panic!("{written}"),
        };
        assert_eq!(path("sendmail:"), "/usr/sbin/sendmail");
        assert_eq!(path("sendmail:/opt/msmtp"), "/opt/msmtp");
        assert_eq!(path("folder:letters"), "letters");
        assert_eq!(path("folder:/srv/letters"), "/srv/letters");
        assert_eq!(path("folder:///srv/letters"), "/srv/letters");
    }

    #[test]
    fn what_cannot_be_used_says_what_to_write() {
        for (written, says) in [
            ("mail.example.org", "`smtps://` and its name"),
            ("mail.example.org:465", "`smtps://`"),
            ("https://mail.example.org", "begins with none of"),
            ("smtp:mail.example.org", "two slashes"),
            ("smtps:mail.example.org", "two slashes"),
            ("smtp://", "names no server"),
            ("smtp://:587", "names no server"),
            ("smtp://m.example:0", "up to 65535"),
            ("smtp://m.example:99999", "up to 65535"),
            ("smtp://m.example:", "up to 65535"),
            ("smtp://m.example:smtp", "up to 65535"),
            ("smtp://::1:25", "in brackets"),
            ("smtp://[::1", "in brackets"),
            ("smtp://m.example:465", "`smtps://m.example:465`"),
            ("smtps://m.example:587", "`smtp://m.example:587`"),
            ("smtps://m.example:25", "`smtp://m.example:25`"),
            ("smtp://m.example/inbox", "leave out"),
            ("smtp://m.example#x", "leave out"),
            ("smtp://m.example?tls=never", "`?tls=required`"),
            ("smtp://m.example?tls=opportunistic", "`?tls=required`"),
            ("smtps://m.example?tls=required", "`?tls=required`"),
            ("smtp://m..example", "not the name of a server"),
            ("smtp://m example", "not the name of a server"),
            ("smtps://:hunter2@m.example", "no user"),
            ("smtps://ana:100%@m.example", "`%25`"),
            ("smtps://ana:hunter2%zz@m.example", "`%25`"),
            ("smtps://ana:hunter2%0d%0a@m.example", "control character"),
            ("smtps://ana:hunter2%ff@m.example", "not UTF-8"),
            ("sendmail:msmtp", "whole path"),
            ("folder:", "names no folder"),
        ] {
            let message = parse(written).map(|_| ()).unwrap_err();
            assert!(message.contains(says), "{written}: {message}");
            assert!(!message.contains("hunter2"), "{message}");
        }
    }
}
