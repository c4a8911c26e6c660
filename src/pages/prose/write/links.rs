//! Links and pictures: only where a reader can follow them, and never to an address.

use pulldown_cmark::Event;

use super::{Writer, address, escape, words_of};
use crate::model::Target;
use crate::pages::prose::headings;
use crate::words;

/// A link whose text is being written.
pub(super) struct Open {
    /// Where its text begins.
    begins: usize,
    shown: Shown,
}

enum Shown {
    /// As a link; this stands in for a missing text.
    Link(String),
    /// As its text.
    Text,
    /// As its text and a name.
    Mail(String),
}

impl Writer<'_> {
    pub(super) fn in_link(&self) -> bool {
        self.links.iter().any(|open| matches!(open.shown, Shown::Link(_)))
    }

    pub(super) fn open_link(&mut self, url: &str, title: &str) {
        if let Target::Mail(address) = Target::read(url) {
            return self.open_mail(&address);
        }
        let target = if self.in_link() { None } else { self.target(url) };
        let shown = match target {
            Some(target) => {
                self.out.push_str("<a href=\"");
                escape::href(&mut self.out, &target);
                self.out.push('"');
                self.title(title);
                self.out.push('>');
                Shown::Link(url.to_owned())
            }
            None => Shown::Text,
        };
        self.links.push(Open { begins: self.out.len(), shown });
    }

    pub(super) fn open_mail(&mut self, written: &str) {
        let words = self.context.words;
        let name = address::name(written, self.context.people, &words.address_hidden);
        self.links.push(Open { begins: self.out.len(), shown: Shown::Mail(name) });
    }

    pub(super) fn close_link(&mut self) {
        let Some(open) = self.links.pop() else { return };
        let empty = self.out[open.begins..].trim().is_empty();
        match open.shown {
            Shown::Text => {}
            Shown::Link(url) => {
                if empty {
                    escape::text(&mut self.out, &url);
                }
                self.out.push_str("</a>");
            }
            Shown::Mail(name) => self.name_after(open.begins, &name),
        }
    }

    /// Says whom a mail would have gone to, unless the text says so already.
    fn name_after(&mut self, begins: usize, name: &str) {
        let mut words = String::new();
        escape::text(&mut words, name);
        let written = &self.out[begins..];
        if written.trim().is_empty() {
            if !self.out[..begins].trim_end().ends_with(&words) {
                self.out.push_str(&words);
            }
        } else if !written.contains(&words) {
            self.out.push_str(&format!(" ({words})"));
        }
    }

    /// A picture of the repository is shown; one from elsewhere would ask another host for
    /// itself, so it is a link. What is no picture at all is its own description.
    pub(super) fn image(&mut self, url: &str, title: &str, inside: &[Event]) {
        let mut alt = words_of(inside);
        if alt.is_empty() && self.in_link() {
            // A link must say something, and here nothing else does.
            let words = self.context.words;
            alt = address::hidden(url, self.context.people, &words.address_hidden).into_owned();
        }
        match (Target::read(url), self.target(url)) {
            (Target::File { .. }, Some(target)) => {
                self.out.push_str("<img src=\"");
                escape::href(&mut self.out, &target);
                self.out.push_str("\" alt=\"");
                escape::attribute(&mut self.out, &alt);
                self.out.push('"');
                self.title(title);
                self.out.push_str(" loading=\"lazy\">");
            }
            (Target::Web(_), Some(_)) => {
                self.open_link(url, title);
                escape::text(&mut self.out, &alt);
                self.close_link();
            }
            _ => escape::text(&mut self.out, &alt),
        }
    }

    fn title(&mut self, title: &str) {
        let words = self.context.words;
        let title = address::hidden(title, self.context.people, &words.address_hidden);
        if !title.trim().is_empty() {
            self.out.push_str(" title=\"");
            escape::attribute(&mut self.out, &title);
            self.out.push('"');
        }
    }

    /// What `href` says for a link as written; `None` where there is nothing to follow.
    fn target(&self, url: &str) -> Option<String> {
        let target = match Target::read(url) {
            Target::Web(url) => has_host(&url).then_some(url)?,
            Target::Phone(number) => format!("tel:{number}"),
            Target::Anchor(anchor) => self.anchor(&anchor)?,
            Target::File { path, .. } if path.is_empty() => return None,
            Target::File { path, anchor: None } => self.page(&path)?,
            Target::File { path, anchor: Some(anchor) } => {
                format!("{}#{anchor}", self.page(&path)?)
            }
            Target::Mail(_) | Target::Forbidden(_) => return None,
        };
        (!address::is_in(&target, self.context.people)).then_some(target)
    }

    fn anchor(&self, anchor: &str) -> Option<String> {
        let id = headings::id(self.context.id, &words::anchor(anchor));
        if self.ids.contains(&id) {
            return Some(format!("#{id}"));
        }
        self.page(&format!("#{anchor}"))
    }

    /// Asks the page around. A file may be called `javascript:x.md`, so its answer is read too.
    fn page(&self, written: &str) -> Option<String> {
        let page = (self.context.links)(written)?;
        let follows =
            matches!(Target::read(&page), Target::Web(_) | Target::File { .. } | Target::Anchor(_));
        follows.then_some(page)
    }
}

/// A web address that names a host plainly. A browser guesses at any other, so nobody should
/// have to follow it; and a name and a password before the host are nobody's business.
fn has_host(url: &str) -> bool {
    let after_scheme = url.split_once("://").map_or("", |(_, rest)| rest);
    let host = after_scheme.split(['/', '?', '#']).next().unwrap_or_default();
    let (name, port) = host.split_once(':').unwrap_or((host, ""));
    name.starts_with(char::is_alphanumeric)
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '.' | '_'))
        && port.chars().all(|c| c.is_ascii_digit())
}
