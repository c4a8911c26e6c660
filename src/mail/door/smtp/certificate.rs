//! What stands in a certificate, for people. Whether it is trusted is not decided here.

use std::net::IpAddr;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use crate::mail::door::one_line;

/// The facts of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub subject: String,
    pub issuer: String,
    /// The servers it is for.
    pub names: Vec<String>,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
}

/// Reads a certificate (DER, RFC 5280). Nothing, if it is none.
pub fn read(der: &[u8]) -> Option<Facts> {
    let certificate = Certificate::from_der(der).ok()?.tbs_certificate;
    let instant = |time: x509_cert::time::Time| {
        Timestamp::from_second(i64::try_from(time.to_unix_duration().as_secs()).ok()?).ok()
    };
    let alternatives = certificate.get::<SubjectAltName>().ok().flatten();
    let names = alternatives.map(|(_, names)| names.0).unwrap_or_default();
    Some(Facts {
        subject: one_line(&certificate.subject.to_string()),
        issuer: one_line(&certificate.issuer.to_string()),
        names: names.iter().filter_map(name).collect(),
        not_before: instant(certificate.validity.not_before)?,
        not_after: instant(certificate.validity.not_after)?,
    })
}

fn name(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DnsName(name) => Some(one_line(name.as_str())),
        GeneralName::IpAddress(bytes) => match bytes.as_bytes().len() {
            4 => <[u8; 4]>::try_from(bytes.as_bytes()).ok().map(|it| IpAddr::from(it).to_string()),
            16 => {
                <[u8; 16]>::try_from(bytes.as_bytes()).ok().map(|it| IpAddr::from(it).to_string())
            }
            _ => None,
        },
        _ => None,
    }
}

impl Facts {
    /// Whole days until it ends; negative once it has.
    pub fn days_left(&self, now: Timestamp) -> i64 {
        (self.not_after.as_second() - now.as_second()).div_euclid(86_400)
    }

    /// One sentence with all of it.
    pub fn sentence(&self) -> String {
        let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
        let names = match self.names.as_slice() {
            [] => "no server".to_owned(),
            names if names.len() > 8 => {
                format!("{} and {} more", names[..8].join(", "), names.len() - 8)
            }
            names => names.join(", "),
        };
        format!(
            "{} for {names}, issued by {}, valid from {} to {}",
            self.subject,
            self.issuer,
            day(self.not_before),
            day(self.not_after)
        )
    }
}
