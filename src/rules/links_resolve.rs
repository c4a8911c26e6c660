//! A link that leads nowhere is found by the reader who needed it.
//!
//! Judged is what the round alone can tell: links to its own files, and links that no page may
//! have. Whether the web is there is nobody's business here.

use jiff::Timestamp;

use super::{Breach, Deadline, Rule};
use crate::finding::Severity;
use crate::model::{Link, ListFile, Prose, Round, Target};
use crate::words::{self, nearest};

pub const RULE: Rule = Rule {
    name: "links-resolve",
    asks: "Links lead to web pages, or to files that are there. Whoever follows one should find what was promised.",
    deadline: Deadline::Always,
    before: Severity::Warning,
    after: Severity::Warning,
    judge,
};

/// Pages of a round that no file is written for.
const PAGES: [&str; 10] = [
    "index.html",
    "people.html",
    "side-by-side.html",
    "calls.html",
    "leftovers.html",
    "results.html",
    "wall.html",
    "round.json",
    "feed.xml",
    "calendar.ics",
];

fn judge(round: &Round, _now: Timestamp) -> Vec<Breach> {
    proses(round)
        .into_iter()
        .flat_map(|prose| {
            let links = prose.links.iter().filter_map(|link| judge_link(round, link));
            links.chain(raw_html(prose)).collect::<Vec<_>>()
        })
        .collect()
}

/// All prose of a round.
fn proses(round: &Round) -> Vec<&Prose> {
    let mut all = Vec::new();
    let pages = [&round.invitation, &round.rules, &round.faq].into_iter().flatten();
    all.extend(pages.chain(&round.pages).map(|page| &page.prose));
    for (_, list) in round.lists() {
        all.push(&list.intro);
        all.extend(list.items.iter().map(|item| &item.prose));
    }
    for guesses in round.products.iter().filter_map(|product| product.guesses.as_ref()) {
        all.push(&guesses.intro);
        all.extend(guesses.all.iter().map(|guess| &guess.prose));
    }
    if let Some(survey) = &round.survey {
        all.push(&survey.intro);
        all.extend(survey.questions.iter().map(|question| &question.prose));
    }
    all.extend(round.decision.iter().map(|decision| &decision.prose));
    all
}

/// One hint for a piece of text: tags come in pairs, and whoever reads of one looks for the rest.
fn raw_html(prose: &Prose) -> Option<Breach> {
    let breach = Breach::new(
        prose.html.first()?,
        "HTML is shown as text",
        "write Markdown, such as `**bold**`, `*slanted*` or `[words](https://example.org)`",
    );
    Some(breach.at_most(Severity::Hint))
}

fn judge_link(round: &Round, link: &Link) -> Option<Breach> {
    match &link.target {
        Target::Forbidden(url) => Some(forbidden(link, url)),
        Target::File { path, anchor } => missing(round, link, path)
            .or_else(|| missing_heading(round, link, path, anchor.as_deref()?)),
        Target::Web(_) | Target::Mail(_) | Target::Phone(_) | Target::Anchor(_) => None,
    }
}

fn forbidden(link: &Link, url: &str) -> Breach {
    let (why, help) = match url.trim_start().strip_prefix("//") {
        Some(rest) => ("does not say how to get there", format!("write `https://{rest}`")),
        None => (
            "is not a link a page may have, because it could run code or leave the web",
            "write an address that begins with `https://`, `mailto:` or `tel:`, or the name of a file".to_owned(),
        ),
    };
    Breach::new(&link.place, format!("`{url}` {why}"), help)
}

fn missing(round: &Round, link: &Link, written: &str) -> Option<Breach> {
    let path = decoded(written.split('?').next().unwrap_or_default());
    let found = resolve(&link.place.path, &path);
    // Outside the round it is not known what is there.
    let inside = format!("{}/", round.folder);
    if found.as_ref().is_some_and(|found| {
        is_there(round, found) || is_awaited(round, found) || !found.starts_with(&inside)
    }) {
        return None;
    }
    let help = match (found, web_address(&path)) {
        (None, _) => "write the way from this file to the other, such as `../faq.md`".to_owned(),
        (Some(_), Some(address)) => format!("write `{address}`"),
        (Some(found), None) => {
            match item_page(round, &found).or_else(|| near_file(round, &found).map(str::to_owned)) {
                Some(near) => format!("write `{}`", way(&link.place.path, &near)),
                None => "write the name of a file that is there, or add the file".to_owned(),
            }
        }
    };
    Some(Breach::new(&link.place, format!("there is no file `{written}`"), help))
}

/// The page of the item whose ref is in that address, with capitals.
fn item_page(round: &Round, path: &str) -> Option<String> {
    let folder = round.path("items/");
    let (_, item) = round.item(path.strip_prefix(&folder)?.strip_suffix(".html")?)?;
    Some(format!("{folder}{}.html", item.address))
}

/// A heading of a page of this round that is not there. The page opens all the same, at its top.
fn missing_heading(round: &Round, link: &Link, path: &str, anchor: &str) -> Option<Breach> {
    let found = resolve(&link.place.path, &decoded(path))?;
    let own = [&round.invitation, &round.rules, &round.faq];
    let mut pages = own.into_iter().flatten().chain(&round.pages);
    let page = pages.find(|page| page.place.path.as_ref() == found)?;
    let wanted = decoded(anchor).to_lowercase();
    let known = || page.prose.anchors.iter().map(String::as_str);
    if known().any(|name| name == wanted) || wanted == words::anchor(&page.title) {
        return None;
    }
    let help = match nearest(&wanted, known()) {
        Some(near) => format!("write `{path}#{near}`"),
        None => {
            format!("write `{path}` without `#{anchor}`, or the name of a heading of that page")
        }
    };
    let message = format!("`{path}` has no heading `{anchor}`");
    Some(Breach::new(&link.place, message, help).at_most(Severity::Hint))
}

/// `www.example.org/prices`, which is the name of a file as long as no scheme stands before it.
fn web_address(path: &str) -> Option<String> {
    let host = path.split('/').next()?;
    let ending = host.rsplit('.').next()?;
    let is_host = host.starts_with("www.") || matches!(ending, "org" | "com" | "net" | "ch" | "de");
    is_host.then(|| format!("https://{path}"))
}

fn is_there(round: &Round, path: &str) -> bool {
    path == round.folder || round.files.contains(path) || is_page(round, path)
}

/// Whether it is the list of a product that has none yet, which another rule tells.
fn is_awaited(round: &Round, path: &str) -> bool {
    let list = path.strip_suffix(".html").map(|page| format!("{page}.md"));
    let list = list.as_deref().unwrap_or(path);
    round
        .products
        .iter()
        .any(|product| product.list == ListFile::Missing && *product.list_path == *list)
}

/// Whether the site has a page of that address: a fixed one, an item's, or a written file's.
fn is_page(round: &Round, path: &str) -> bool {
    let Some(page) = path.strip_prefix(&round.folder).and_then(|rest| rest.strip_prefix('/'))
    else {
        return false;
    };
    let Some(name) = page.strip_suffix(".html") else { return PAGES.contains(&page) };
    let is_item = |address: &str| round.items().any(|(_, item)| item.address == address);
    let item = name.strip_prefix("items/").is_some_and(is_item);
    item || PAGES.contains(&page) || round.files.contains(&format!("{}/{name}.md", round.folder))
}

/// The path a link means, from the folder of the file it stands in; `None` where it leaves the
/// root or begins there, which works on one web server only.
fn resolve(from: &str, path: &str) -> Option<String> {
    if path.starts_with('/') {
        return None;
    }
    if path.is_empty() {
        return Some(from.to_owned());
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
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

fn near_file<'a>(round: &'a Round, path: &str) -> Option<&'a str> {
    let files = || round.files.iter().map(String::as_str);
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_lowercase();
    // The right name in the wrong folder, or in another case.
    let mut same_name = files().filter(|file| name(file) == name(path));
    match (same_name.next(), same_name.next()) {
        (Some(file), None) => Some(file),
        _ => {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let beside =
                files().filter_map(|file| file.rsplit_once('/').filter(|(of, _)| *of == folder));
            let near = nearest(&name(path), beside.map(|(_, name)| name))?;
            files().find(|file| file.rsplit_once('/') == Some((folder, near)))
        }
    }
}

/// How one file links to another.
fn way(from: &str, to: &str) -> String {
    let mut from: Vec<&str> = from.split('/').collect();
    from.pop();
    let to: Vec<&str> = to.split('/').collect();
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - shared);
    up.chain(to[shared..].iter().copied()).collect::<Vec<_>>().join("/").replace(' ', "%20")
}

/// `a%20file.png` names `a file.png`.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex =
            after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    /// A round with some files, and an item whose prose links there.
    fn linking(url: &str) -> Round {
        let mut round = round().list("atlas", |list| list.item("Printer", bare));
        for file in ["faq.md", "lists/atlas.md", "lists/a picture.png", "lists/printer.png"] {
            round.files.insert(round.path(file));
        }
        let link =
            Link { target: Target::read(url), image: false, place: place("lists/atlas.md", 39) };
        round.list_mut("atlas").items[0].prose.links.push(link);
        round
    }

    fn help(url: &str) -> String {
        helps(&RULE, &linking(url), WEEK).concat()
    }

    #[test]
    fn links_that_lead_somewhere_are_fine() {
        for url in [
            "https://example.org",
            "mailto:ana@example.org",
            "#done",
            "../faq.md#support",
            "../faq.html",
            "./printer.png",
            "a%20picture.png",
            "atlas.md?plain=1",
            "../results.html",
            "../items/printer.html",
            "../../2025-summer/faq.md",
            "..",
        ] {
            assert_eq!(told(&RULE, &linking(url), WEEK), NOTHING, "{url}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_a_warning_with_the_nearest_one() {
        assert_eq!(
            told(&RULE, &linking("faq.md"), WEEK),
            ["warning lists/atlas.md:39 there is no file `faq.md`"]
        );
        assert!(told(&RULE, &linking("faq.md").decided(), WEEK)[0].starts_with("hint"));
        assert_eq!(help("faq.md"), "write `../faq.md`");
        assert_eq!(help("../FAQ.md"), "write `../faq.md`");
        assert_eq!(help("../items/Printer.html"), "write `../items/printer.html`");
        assert_eq!(help("pritner.png"), "write `printer.png`");
        assert_eq!(help("A picture.png"), "write `a%20picture.png`");
        assert_eq!(help("www.example.org/prices"), "write `https://www.example.org/prices`");
        assert_eq!(help("prices.xlsx"), "write the name of a file that is there, or add the file");
        assert_eq!(
            help("/faq.md"),
            "write the way from this file to the other, such as `../faq.md`"
        );
        assert_eq!(help("../../../../etc"), help("/etc"));
    }

    #[test]
    fn a_list_that_is_still_awaited_is_no_wrong_link() {
        let mut round = linking("harbour.md").product("harbour");
        assert_eq!(told(&RULE, &round, WEEK), NOTHING);
        round.products[1].list = ListFile::Refused;
        round.files.insert(round.path("lists/harbour.md"));
        assert_eq!(told(&RULE, &round, WEEK), NOTHING);
    }

    #[test]
    fn a_target_that_many_links_share_is_told_once_at_its_place() {
        let mut round = linking("javascript:x");
        let links = &mut round.list_mut("atlas").items[0].prose.links;
        links.push(links[0].clone());
        assert_eq!(told(&RULE, &round, WEEK).len(), 1);
    }

    #[test]
    fn a_link_that_no_page_may_have_says_why() {
        assert_eq!(
            told(&RULE, &linking("javascript:alert(1)"), WEEK),
            [
                "warning lists/atlas.md:39 `javascript:alert(1)` is not a link a page may have, because it could run code or leave the web"
            ]
        );
        assert_eq!(help("//example.org/x"), "write `https://example.org/x`");
    }

    #[test]
    fn raw_html_is_one_hint_a_text() {
        let mut round = round().list("atlas", |list| list.item("Printer", bare));
        round.list_mut("atlas").items[0].prose.html =
            vec![place("lists/atlas.md", 38), place("lists/atlas.md", 39)];
        assert_eq!(told(&RULE, &round, WEEK), ["hint lists/atlas.md:38 HTML is shown as text"]);
    }
}
