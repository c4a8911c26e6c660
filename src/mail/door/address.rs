//! Addresses as a mail server takes them (pure).

use lettre::Address;

use super::{Delivery, Envelope, Stage};

/// An envelope whose addresses can stand in a command: domains in ASCII, nothing that ends a line.
pub(super) struct Addressed {
    pub from: Address,
    pub to: Address,
}

impl Addressed {
    /// Whether the server has to know SMTPUTF8 (RFC 6531). Domains never need it.
    pub fn needs_utf8(&self) -> bool {
        !self.from.to_string().is_ascii() || !self.to.to_string().is_ascii()
    }
}

/// Checks both addresses. What is wrong with the sender would meet every letter.
pub(super) fn check(envelope: &Envelope) -> Result<Addressed, Delivery> {
    let from = ascii_domain(&envelope.from).ok_or_else(|| Delivery::Stop {
        stage: Stage::Sender,
        code: None,
        words: "the sender is not a mail address; mend `from` in littlethings.toml".to_owned(),
    })?;
    let to = ascii_domain(&envelope.to).ok_or_else(|| Delivery::Never {
        stage: Stage::Recipient,
        code: None,
        words: "this is not a mail address; mend it in people.toml".to_owned(),
    })?;
    Ok(Addressed { from, to })
}

/// An address as it stands in a command, or nothing if it is none.
pub(in crate::mail) fn ascii_address(written: &str) -> Option<String> {
    ascii_domain(written).map(|address| address.to_string())
}

/// `ana@bücher.example` is `ana@xn--bcher-kva.example` (RFC 5891).
fn ascii_domain(written: &str) -> Option<Address> {
    if written.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let (user, domain) = written.rsplit_once('@')?;
    let domain = match domain.starts_with('[') {
        true => domain.to_owned(),
        false => idna::domain_to_ascii(domain).ok()?,
    };
    Address::new(user, domain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn to(written: &str) -> Result<(String, bool), Delivery> {
        let envelope = Envelope { from: "week@example.org".to_owned(), to: written.to_owned() };
        check(&envelope).map(|it| (it.to.to_string(), it.needs_utf8()))
    }

    #[test]
    fn a_domain_is_told_in_ascii_and_a_name_as_it_is() {
        for (written, told, needs_utf8) in [
            ("ana@example.org", "ana@example.org", false),
            ("ana+week@Example.ORG", "ana+week@example.org", false),
            ("ana@bücher.example", "ana@xn--bcher-kva.example", false),
            ("josé@example.org", "josé@example.org", true),
            ("用户@例え.example", "用户@xn--r8jz45g.example", true),
            ("ana@[192.0.2.1]", "ana@[192.0.2.1]", false),
        ] {
            assert_eq!(to(written), Ok((told.to_owned(), needs_utf8)), "{written}");
        }
    }

    #[test]
    fn what_is_no_address_never_reaches_a_command() {
        for bad in [
            "",
            "ana",
            "@example.org",
            "ana@",
            "ana@example.org\r\nRCPT TO:<eve@example.org>",
            "ana@exam\nple.org",
            "a na@example.org",
            "ana@example.org>",
            "<ana@example.org>",
            "ana@example.org,eve@example.org",
            "ana\0@example.org",
            "ana\u{2028}@example.org",
            "ana@b\u{fc}cher..example",
        ] {
            let refused = to(bad);
            assert!(
                matches!(&refused, Err(Delivery::Never { stage: Stage::Recipient, .. })),
                "{bad:?}: {refused:?}"
            );
        }
        let long = format!("{}@example.org", "a".repeat(65));
        assert!(to(&long).is_err());
    }

    #[test]
    fn a_sender_that_is_no_address_stops_the_run() {
        let envelope = Envelope { from: "week".to_owned(), to: "ana@example.org".to_owned() };
        assert!(matches!(check(&envelope), Err(Delivery::Stop { stage: Stage::Sender, .. })));
    }
}
