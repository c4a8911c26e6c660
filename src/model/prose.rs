//! Free text: Markdown that the writer left below the facts, with what rules need to know of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::finding::{Place, Placed};

/// CommonMark source, as it stands in the file but for line ends and look-alike blanks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prose {
    pub text: String,
    /// Where the text begins; `None` for text that does not come from a file.
    pub place: Option<Place>,
    pub links: Vec<Link>,
    /// The names of its headings in addresses, in order.
    pub anchors: Vec<String>,
    /// Raw HTML that is shown as text; closed comments are not among it.
    pub html: Vec<Place>,
    /// Link definitions and footnotes of the whole file: any entry may use them.
    pub definitions: Arc<Definitions>,
}

impl Prose {
    /// Whether nothing is to be shown.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// Whether it says something else, wherever it stands.
    pub fn differs(&self, other: &Prose) -> bool {
        self.text.trim() != other.text.trim()
    }
}

/// What one entry may use though another one wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definitions {
    /// By label in lower case with single spaces.
    pub links: BTreeMap<String, Definition>,
    /// The Markdown of footnotes, `[^label]: text` and all, by label in the same form.
    pub footnotes: BTreeMap<String, String>,
}

/// Where a reference link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    pub target: String,
    pub title: String,
}

/// A link or an image in prose or in a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub target: Target,
    pub image: bool,
    pub place: Place,
}

/// Where a link leads. Only what is named here is ever written into a page as a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// `http` or `https`.
    Web(String),
    Mail(String),
    Phone(String),
    /// A heading of the same page.
    Anchor(String),
    /// A file, relative to the one that links.
    File {
        path: String,
        anchor: Option<String>,
    },
    /// Any other scheme, `javascript:` among them.
    Forbidden(String),
}

impl Target {
    /// Reads the decoded URL of a link.
    pub fn read(url: &str) -> Target {
        // Browsers drop control characters and blanks inside a scheme, so they are dropped first.
        let bare: String = url
            .chars()
            .filter(|c| !c.is_control() && !c.is_whitespace() && !crate::words::is_invisible(*c))
            .collect();
        let lower = bare.to_lowercase();
        if let Some((scheme, _)) = scheme(&lower) {
            return match scheme {
                "http" | "https" => Target::Web(url.trim().to_owned()),
                "mailto" => {
                    Target::Mail(bare[7..].split('?').next().unwrap_or_default().to_owned())
                }
                "tel" => Target::Phone(bare[4..].to_owned()),
                _ => Target::Forbidden(url.to_owned()),
            };
        }
        if lower.starts_with("//") || lower.starts_with('\\') || lower.starts_with("/\\") {
            return Target::Forbidden(url.to_owned());
        }
        if let Some(anchor) = url.strip_prefix('#') {
            return Target::Anchor(anchor.to_owned());
        }
        match url.split_once('#') {
            Some((path, anchor)) => {
                Target::File { path: path.to_owned(), anchor: Some(anchor.to_owned()) }
            }
            None => Target::File { path: url.to_owned(), anchor: None },
        }
    }
}

/// The scheme of an URL and the rest. A colon after a `/`, `?` or `#` begins no scheme.
fn scheme(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let looks = !scheme.is_empty() && !scheme.contains(['/', '?', '#']);
    looks.then_some((scheme, rest))
}

/// A text and its place: a fact whose value is shown with its inline Markdown.
pub type Words = Placed<String>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_schemes_are_links() {
        assert!(matches!(Target::read("https://example.org"), Target::Web(_)));
        assert!(matches!(Target::read("HTTP://example.org"), Target::Web(_)));
        assert_eq!(
            Target::read("mailto:ana@example.org?subject=x"),
            Target::Mail("ana@example.org".into())
        );
        for bad in [
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            " JaVaScRiPt:x",
            "data:text/html,x",
            "//evil.example",
            "vbscript:x",
            "\u{1}javascript:x",
            "/\\evil.example",
            "file:///etc/passwd",
        ] {
            assert!(matches!(Target::read(bad), Target::Forbidden(_)), "{bad}");
        }
        assert_eq!(
            Target::read("faq.md#support"),
            Target::File { path: "faq.md".into(), anchor: Some("support".into()) }
        );
        assert!(matches!(Target::read("./a:b.md"), Target::File { .. }));
    }
}
