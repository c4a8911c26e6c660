//! invitation.md, rules.md, faq.md and whatever other pages a round has: a title and prose. Pure.

use super::fact::Grammar;
use super::notes::Notes;
use super::outline::outline;
use super::source::Source;
use crate::model::{Page, Prose};

/// A page has no facts: every bullet is prose.
const PAGE: Grammar = Grammar { title_keys: &[], title_named: None, entry_keys: None, telling: "" };

pub(crate) fn read(name: &str, source: &Source, notes: &mut Notes) -> Page {
    let outline = outline(source, &PAGE, notes);
    let mut page = Page {
        name: name.to_owned(),
        title: name.to_owned(),
        prose: Prose::default(),
        place: source.whole(),
    };
    for part in outline.parts {
        if part.level == 1 {
            page.title = part.title;
        }
        if part.level == 1 || !part.prose.is_empty() {
            page.prose = joined(page.prose, part.prose);
        }
    }
    page
}

/// Text before the title belongs to the page as well.
pub(crate) fn joined(before: Prose, after: Prose) -> Prose {
    if before.is_empty() && before.links.is_empty() && before.html.is_empty() {
        return after;
    }
    let mut links = before.links;
    links.extend(after.links);
    let mut html = before.html;
    html.extend(after.html);
    let mut anchors = before.anchors;
    anchors.extend(after.anchors);
    Prose {
        text: format!("{}\n\n{}", before.text, after.text),
        place: before.place,
        links,
        html,
        anchors,
        definitions: after.definitions,
    }
}
