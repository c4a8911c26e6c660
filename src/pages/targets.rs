//! Where a link between content files leads on the site: a list to its page, a picture to its copy.

use super::links::encode;
use super::other_pages;
use crate::model::{Round, Site};

/// The address, as seen from a page, of the file that `from` names as `target`. `None` when the
/// site does not show that file.
pub fn href(site: &Site, from: &str, target: &str, way: &str) -> Option<String> {
    if target.is_empty() || target.starts_with('#') {
        return None;
    }
    let path = resolve(from, &decode(target))?;
    let on_site = site
        .rounds
        .iter()
        .find_map(|round| in_round(round, path.strip_prefix(&round.folder)?.strip_prefix('/')?))
        .or_else(|| site.files.contains(&path).then(|| copied(site, &path)))?;
    Some(format!("{way}{}", encode(&on_site)))
}

/// Where a file that is copied lies on the site.
pub fn copied(site: &Site, path: &str) -> String {
    let in_round = site.rounds.iter().find_map(|round| {
        let rest = path.strip_prefix(&round.folder)?.strip_prefix('/')?;
        Some(format!("{}/files/{rest}", round.slug))
    });
    in_round.unwrap_or_else(|| format!("files/{path}"))
}

/// The page that a round's Markdown file became.
fn in_round(round: &Round, file: &str) -> Option<String> {
    let page = match file {
        "" | "round.toml" => "index.html".to_owned(),
        "invitation.md" | "rules.md" | "faq.md" | "survey.md" => file.replace(".md", ".html"),
        "decision.md" | "record.toml" => "results.html".to_owned(),
        _ => match file.strip_suffix(".md")?.split_once('/') {
            Some(("lists", key)) => {
                round.products.iter().find(|product| product.key == key)?;
                format!("lists/{key}.html")
            }
            Some(("guesses", _)) => "calls.html".to_owned(),
            Some(_) => return None,
            None => other_pages(round)
                .into_iter()
                .find(|(page, _)| format!("{}.md", page.name) == file)
                .map(|(_, page)| page)?,
        },
    };
    Some(format!("{}/{page}", round.slug))
}

/// `../faq.md`, seen from the file `from`. `None` when it leads out of the repository.
fn resolve(from: &str, target: &str) -> Option<String> {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (start, target) = match target.strip_prefix('/') {
        Some(target) => ("", target),
        None => (folder, target),
    };
    let mut parts: Vec<&str> = start.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// `a%20b` is how a link writes `a b`.
fn decode(text: &str) -> String {
    let text = text.split('?').next().unwrap_or_default();
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_inside_the_repository_only() {
        let resolve = |target| resolve("content/a/lists/b.md", target);
        assert_eq!(resolve("../faq.md").as_deref(), Some("content/a/faq.md"));
        assert_eq!(resolve("./c.md").as_deref(), Some("content/a/lists/c.md"));
        assert_eq!(resolve("/x.png").as_deref(), Some("x.png"));
        assert_eq!(resolve("../../../../etc/passwd"), None);
        assert_eq!(decode("a%20b%zz"), "a b%zz");
    }
}
