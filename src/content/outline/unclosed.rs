//! Comments, code blocks and HTML that are opened and not closed where they should be. Pure.

use crate::content::blocks::{Block, BlockKind};

/// What a block opens and leaves open.
pub(super) enum Unclosed {
    Comment,
    Fence(String),
    Html(&'static str),
    /// HTML that ends only at an empty line, with a heading in it.
    Heading,
    /// The same, with facts in it.
    Facts,
}

impl Unclosed {
    /// What is wrong, and what to write.
    pub fn told(self) -> (String, String) {
        match self {
            Unclosed::Comment => (
                "this comment is never closed, so everything after it vanishes".to_owned(),
                "write `-->` where the comment ends".to_owned(),
            ),
            Unclosed::Fence(fence) => (
                "this code block is never closed, so everything after it is code".to_owned(),
                format!("write {fence} on a line of its own where the code ends"),
            ),
            Unclosed::Html(tag) => (
                format!("`<{tag}>` is never closed, so everything after it is swallowed"),
                format!(
                    "remove `<{tag}>`, or write `</{tag}>` where it ends: HTML is shown as text anyway"
                ),
            ),
            Unclosed::Facts => (
                "this HTML swallows the facts below it".to_owned(),
                "put an empty line below the HTML, or write Markdown: `## Title` for a heading"
                    .to_owned(),
            ),
            Unclosed::Heading => (
                "this HTML swallows the heading below it".to_owned(),
                "put an empty line below the HTML, or remove it: HTML is shown as text anyway"
                    .to_owned(),
            ),
        }
    }
}

/// What a top-level block opens and does not close where it should.
pub(super) fn unclosed(block: &Block, text: &str) -> Option<Unclosed> {
    match block.kind {
        BlockKind::Html => unclosed_html(text),
        BlockKind::Fenced => unclosed_fence(text).map(Unclosed::Fence),
        _ => None,
    }
}

fn unclosed_html(text: &str) -> Option<Unclosed> {
    let lower = text.trim_start().to_lowercase();
    let heading = lower.lines().any(|line| line.starts_with("## "));
    if let Some(comment) = lower.strip_prefix("<!--") {
        // A comment that another comment closes was never closed itself.
        let inside = comment.split("-->").next().unwrap_or_default();
        let open = !comment.contains("-->") || (inside.contains("<!--") && heading);
        return open.then_some(Unclosed::Comment);
    }
    let tag = [
        ("script", "</script>"),
        ("pre", "</pre>"),
        ("style", "</style>"),
        ("textarea", "</textarea>"),
        ("?", "?>"),
        ("![cdata[", "]]>"),
    ]
    .into_iter()
    .find(|(open, close)| {
        lower.strip_prefix('<').is_some_and(|rest| rest.starts_with(open))
            && !lower.contains(close)
            && lower.lines().count() > 1
    });
    match tag {
        Some((open, _)) => Some(Unclosed::Html(open)),
        None => heading.then_some(Unclosed::Heading),
    }
}

/// The fence that would close a code block which none closes.
fn unclosed_fence(text: &str) -> Option<String> {
    let mut lines = text.trim_end().lines();
    let first = lines.next()?.trim_start();
    let mark = first.chars().next()?;
    let fence: String = first.chars().take_while(|c| *c == mark).collect();
    let last = lines.last().unwrap_or_default().trim();
    let closed = last.chars().all(|c| c == mark) && last.chars().count() >= fence.chars().count();
    (!closed).then_some(fence)
}
