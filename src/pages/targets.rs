//! Where a link between content files leads on the site: a list to its page, a picture to its copy.

use std::collections::BTreeSet;

use memchr::memmem;

use super::links::encode;
use super::other_pages;
use crate::model::{Round, Site};

/// Below it lie the files that are copied, for each round and for the site.
const FILES: &str = "files/";

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
        Some(format!("{}/{FILES}{rest}", round.slug))
    });
    in_round.unwrap_or_else(|| format!("{FILES}{path}"))
}

/// The files that a page shows by their names, or leads to: those of [`copied`].
pub fn named<'a>(site: &'a Site, html: &[u8]) -> BTreeSet<&'a str> {
    let is_end = |byte: &u8| b"\"' ,)<>#".contains(byte);
    let names: BTreeSet<&str> = memmem::find_iter(html, FILES)
        .filter_map(|at| html[at + FILES.len()..].split(is_end).next())
        .filter_map(|name| std::str::from_utf8(name).ok())
        .collect();
    let folders: Vec<String> = site
        .rounds
        .iter()
        .map(|round| format!("{}/", round.folder))
        .chain([String::new()])
        .collect();
    let paths = names.into_iter().map(decode).flat_map(|name| {
        folders.iter().map(move |folder| format!("{folder}{name}")).collect::<Vec<_>>()
    });
    // They are in the order of their paths.
    let known = |path: String| site.files.binary_search(&path).ok();
    paths.filter_map(known).map(|number| site.files[number].as_str()).collect()
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
    use super::super::fixture;
    use super::*;

    #[test]
    fn a_page_names_the_files_that_it_shows() {
        let mut site = fixture::site();
        let folder = site.rounds[0].folder.clone();
        let paths = ["a.svg", "b c.svg", "ä.svg"].map(|name| format!("{folder}/pictures/{name}"));
        site.files = [&paths[..], &["content/d.pdf".to_owned()]].concat();
        let named = |html: &str| named(&site, html.as_bytes()).into_iter().collect::<Vec<_>>();
        let shown = |path: &str| {
            named(&format!("<p>files/</p><img src=\"../{}\" alt>", encode(&copied(&site, path))))
        };
        for path in &site.files {
            assert_eq!(shown(path), [path.as_str()]);
        }
        assert_eq!(named("<a href='files/content/d.pdf#page=2'>"), ["content/d.pdf"]);
        assert_eq!(named("<a href=\"files/content/e.pdf\">d.pdf</a>"), [""; 0]);
    }

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
