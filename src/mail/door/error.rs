//! Why there is no door: settings that cannot be used. No message ever holds a secret or the URL
//! they were written in, because a URL may hold a password.

use std::io;
use std::path::PathBuf;

/// What is wrong with the settings of the environment, and what to type instead.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    #[error(
        "LITTLETHINGS_SMTP_URL is not set; it says how mail leaves: \
         `smtps://user@mail.example.org`, `smtp://mail.example.org:587`, `sendmail:`, or \
         `folder:PATH` to write files instead"
    )]
    NoUrl,
    #[error("LITTLETHINGS_SMTP_URL is not written in UTF-8")]
    UrlNotText,
    #[error("LITTLETHINGS_SMTP_URL cannot be used: {message}")]
    Url { message: String },
    #[error("{variable} is `{written}`; write a time such as `60s` or `10m`")]
    Duration { variable: &'static str, written: String },
    #[error("{variable} names {}, which cannot be read: {source}", path.display())]
    Unreadable { variable: &'static str, path: PathBuf, source: io::Error },
    #[error("{variable} names {}, which is not a plain file", path.display())]
    NotAFile { variable: &'static str, path: PathBuf },
    #[error(
        "{variable} names {}, which others on this machine may read (mode {mode:04o}); \
         `chmod 600` it, and change what is in it if it mattered", path.display()
    )]
    TooOpen { variable: &'static str, path: PathBuf, mode: u32 },
    #[error(
        "{variable} names {}, which belongs to another user of this machine; \
         `chown` it to the user who runs this", path.display()
    )]
    NotYours { variable: &'static str, path: PathBuf },
    #[error("{variable} names {}, which {what}; write one line with nothing else in it", path.display())]
    NotASecret { variable: &'static str, path: PathBuf, what: &'static str },
    #[error(
        "LITTLETHINGS_SMTP_CA_FILE names {}, which holds no certificate; \
         it is a text that begins with -----BEGIN CERTIFICATE-----", path.display()
    )]
    NoCertificate { path: PathBuf },
    #[error(
        "the certificate authorities cannot be used: {message}; \
         install the ca-certificates of this system, or name a file in LITTLETHINGS_SMTP_CA_FILE"
    )]
    NoAuthorities { message: String },
}
