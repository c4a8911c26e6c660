//! One answer of a mail server (RFC 5321, section 4.2).

use std::fmt;

use crate::mail::door::one_line;

/// A code and its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub code: u16,
    /// What follows the code, line by line.
    pub lines: Vec<String>,
}

impl Reply {
    /// Whether it says yes.
    pub fn is_yes(&self) -> bool {
        (200..300).contains(&self.code)
    }

    /// Whether the server closes the connection after it.
    pub fn says_goodbye(&self) -> bool {
        matches!(self.code, 221 | 421)
    }

    /// The words without the code, on one line.
    pub fn words(&self) -> String {
        one_line(&self.lines.join(" "))
    }
}

/// `250 2.0.0 Ok: queued as 4F2`
impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.words())
    }
}

/// A line of an answer: the code, whether more lines follow, and the rest. Nothing, if it is none.
pub fn line(bytes: &[u8]) -> Option<(u16, bool, String)> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_end_matches(['\r', '\n']);
    let code = text.get(..3)?;
    if !code.bytes().all(|byte| byte.is_ascii_digit())
        || !(b'2'..=b'5').contains(&code.as_bytes()[0])
    {
        return None;
    }
    let more = match text.as_bytes().get(3) {
        None | Some(b' ') => false,
        Some(b'-') => true,
        Some(_) => return None,
    };
    Some((code.parse().ok()?, more, text.get(4..).unwrap_or_default().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_three_digits_and_what_follows() {
        let line = |text: &str| line(text.as_bytes());
        assert_eq!(line("250 ok\r\n"), Some((250, false, "ok".to_owned())));
        assert_eq!(line("250-mail.example\r\n"), Some((250, true, "mail.example".to_owned())));
        assert_eq!(line("354\r\n"), Some((354, false, String::new())));
        assert_eq!(line("421 \n"), Some((421, false, String::new())));
        for bad in ["", "25", "abc", "950 x", "150 x", "2500 x", "250_x", "HTTP/1.1 400", "٢٥٠ x"]
        {
            assert_eq!(line(bad), None, "{bad}");
        }
        assert_eq!(super::line(b"550 \xe4\r\n"), Some((550, false, "\u{fffd}".to_owned())));
    }
}
