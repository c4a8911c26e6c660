//! `feed.xml`: an Atom entry for every change of status in a round.
//!
//! What changed comes from the version history; where there is none, from the record of what
//! owners were told. The same content gives the same bytes, whenever the feed is made.

use atom_syndication::{Entry, Feed, FixedDateTime, Link, Person, Text};
use jiff::Timestamp;

use super::prose::{plain_for, without_addresses};
use super::text;
use crate::model::{Item, Product, Ref, Round, Settings, Status};

/// The words of a feed, in the language of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedWords {
    /// With `{site}` and `{round}`: `{site}: {round}`.
    pub title: String,
    /// The title of an entry, with `{item}`, `{status}` and `{product}`: `{item}: {status}`.
    pub entry: String,
    /// Its one line of text, with the same: `{product}`.
    pub summary: String,
    pub submitted: String,
    pub skipped: String,
    pub started: String,
    pub done: String,
    pub signed_off: String,
    /// An item that was done and is started again.
    pub reopened: String,
    pub address_hidden: String,
}

/// The feed of a round.
pub fn feed(settings: &Settings, round: &Round, words: &FeedWords) -> String {
    let news = news(round);
    let begun = round.dates.invitation.start();
    let updated = news.iter().map(|news| news.at).max().unwrap_or(begun);
    let items = round.items_by_ref();
    let entries = news
        .iter()
        .filter_map(|news| {
            // Of twins of which one was taken off, the other is another item.
            let stands = |(product, _): &(&Product, &Item)| {
                news.product_now.is_none_or(|key| product.key == key)
            };
            let found = items.get(&Ref::key(news.r#ref)).copied().filter(stands);
            entry(settings, round, words, news, found)
        })
        .collect();
    let values = [("site", settings.title.as_str()), ("round", round.title.as_str())];
    let feed = Feed {
        title: Text::plain(clean(&text::filled(&words.title, &values), round, words)),
        id: id(settings, round, "feed"),
        updated: instant(updated).unwrap_or_default(),
        authors: vec![Person { name: clean(&settings.title, round, words), ..Person::default() }],
        links: vec![
            link("self", "application/atom+xml", settings, &format!("{}/feed.xml", round.slug)),
            link("alternate", "text/html", settings, &format!("{}/index.html", round.slug)),
        ],
        lang: Some(settings.language.clone()),
        entries,
        ..Feed::default()
    };
    format!("{}\n", feed.to_string())
}

/// An item reached a status.
struct News<'a> {
    r#ref: &'a str,
    /// The ref that it had then, by which feed readers know the entry.
    ref_then: &'a str,
    /// What it was called last, where the history tells.
    title: Option<&'a str>,
    /// Of the list it stood on then.
    product: Option<&'a str>,
    /// Of the list it stands on, or stood on last.
    product_now: Option<&'a str>,
    step: Step,
    at: Timestamp,
}

#[derive(Clone, PartialEq)]
enum Step {
    To(Status),
    Reopened,
}

impl Step {
    fn slug(&self) -> &'static str {
        match self {
            Step::To(status) => status.slug(),
            Step::Reopened => "reopened",
        }
    }

    fn word<'w>(&'w self, words: &'w FeedWords) -> &'w str {
        match self {
            Step::To(Status::Submitted) => &words.submitted,
            Step::To(Status::Skipped) => &words.skipped,
            Step::To(Status::Started) => &words.started,
            Step::To(Status::Done) => &words.done,
            Step::To(Status::SignedOff) => &words.signed_off,
            Step::To(Status::Other(word)) => word,
            Step::Reopened => &words.reopened,
        }
    }
}

/// The newest first; of the same instant, in the order in which they were told.
fn news(round: &Round) -> Vec<News<'_>> {
    let mut news: Vec<News> = if round.history.changes.is_empty() {
        told(round).collect()
    } else {
        changed(round).collect()
    };
    news.sort_by_key(|news| std::cmp::Reverse(news.at));
    let mut seen = std::collections::HashSet::new();
    news.retain(|news| seen.insert((news.ref_then, news.step.slug(), news.at)));
    news
}

fn changed(round: &Round) -> impl Iterator<Item = News<'_>> {
    round.history.changes.iter().map(|change| {
        let again =
            change.from.as_ref().is_some_and(Status::is_finished) && change.to == Status::Started;
        News {
            r#ref: &change.r#ref,
            ref_then: &change.ref_then,
            title: Some(&change.title),
            product: Some(&change.product),
            product_now: Some(&change.product_now),
            step: if again { Step::Reopened } else { Step::To(change.to.clone()) },
            at: change.at,
        }
    })
}

/// Letters about other things than a status are no news of an item.
fn told(round: &Round) -> impl Iterator<Item = News<'_>> {
    let told = round.record.iter().flat_map(|record| &record.told);
    told.filter_map(|told| {
        let step = match told.kind.as_str() {
            "reopened" => Step::Reopened,
            kind => match Status::read(kind) {
                Status::Submitted | Status::Other(_) => return None,
                status => Step::To(status),
            },
        };
        let r#ref = told.r#ref.as_str();
        let (title, product, product_now) = (None, None, None);
        Some(News { r#ref, ref_then: r#ref, title, product, product_now, step, at: told.at })
    })
}

fn entry(
    settings: &Settings,
    round: &Round,
    words: &FeedWords,
    news: &News,
    found: Option<(&Product, &Item)>,
) -> Option<Entry> {
    let title = found.map(|(_, item)| item.title.as_str()).or(news.title).unwrap_or(news.r#ref);
    let title = text::clean(&plain_for(title, &round.people, &words.address_hidden));
    let product = product(round, news, found.map(|(product, _)| product));
    let values =
        [("item", title.as_str()), ("status", news.step.word(words)), ("product", product)];
    // An item that is gone has no page any more.
    let page = match found {
        Some((_, item)) => format!("{}/items/{}.html", round.slug, item.address),
        None => format!("{}/index.html", round.slug),
    };
    let what = format!("{}/{}/{}", news.ref_then, news.step.slug(), news.at);
    let updated = instant(news.at)?;
    Some(Entry {
        title: Text::plain(clean(&text::filled(&words.entry, &values), round, words)),
        id: id(settings, round, &what),
        updated,
        published: Some(updated),
        links: vec![link("alternate", "text/html", settings, &page)],
        summary: Some(Text::plain(clean(&text::filled(&words.summary, &values), round, words))),
        ..Entry::default()
    })
}

/// The name of the product on whose list the item stands, or stood.
fn product<'a>(round: &'a Round, news: &News<'a>, stands: Option<&'a Product>) -> &'a str {
    let key = news.product;
    let stood = || round.products.iter().find(|product| Some(product.key.as_str()) == key);
    stands.or_else(stood).map_or(key.unwrap_or_default(), |product| product.name.as_str())
}

/// A tag: a name that stays when the page moves to another folder of its host.
fn id(settings: &Settings, round: &Round, what: &str) -> String {
    let after_scheme = settings.base_url.split_once("://").map_or("", |(_, rest)| rest);
    let host = after_scheme.split(['/', ':', '?', '#']).next().unwrap_or_default();
    let host = if host.is_empty() { "localhost" } else { host };
    let date = round.dates.invitation.date();
    text::url(&format!("tag:{host},{date}:"), &format!("{}/{what}", round.slug))
}

fn link(rel: &str, mime_type: &str, settings: &Settings, path: &str) -> Link {
    Link {
        href: text::url(&settings.base_url, path),
        rel: rel.to_owned(),
        mime_type: Some(mime_type.to_owned()),
        ..Link::default()
    }
}

fn instant(at: Timestamp) -> Option<FixedDateTime> {
    at.to_string().parse().ok()
}

fn clean(words: &str, round: &Round, feed: &FeedWords) -> String {
    text::clean(&without_addresses(words, &round.people, &feed.address_hidden))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Change, Record, SurveyRecord, Told};
    use crate::pages::fixture;

    fn words() -> FeedWords {
        FeedWords {
            title: "{site}: {round}".into(),
            entry: "{item}: {status}".into(),
            summary: "{product}".into(),
            submitted: "submitted".into(),
            skipped: "skipped".into(),
            started: "started".into(),
            done: "done".into(),
            signed_off: "signed off".into(),
            reopened: "reopened".into(),
            address_hidden: "address hidden".into(),
        }
    }

    fn change(r#ref: &str, from: Option<Status>, to: Status, at: &str) -> Change {
        let at = fixture::instant(at);
        Change {
            product: "atlas".into(),
            product_now: "atlas".into(),
            r#ref: r#ref.into(),
            ref_then: r#ref.into(),
            title: format!("The {}", r#ref),
            from,
            drafts: vec![],
            to,
            at,
            commit: "c0ffee".into(),
        }
    }

    /// The feed as text and as a reader of feeds sees it.
    fn made(change: impl FnOnce(&mut Round)) -> (String, Feed) {
        let mut site = fixture::site();
        change(&mut site.rounds[0]);
        let text = feed(&site.settings, &site.rounds[0], &words());
        let read = Feed::read_from(text.as_bytes()).unwrap();
        (text, read)
    }

    #[test]
    fn a_round_without_news_has_a_feed_without_entries() {
        let (text, feed) = made(|_| ());
        assert!(
            text.starts_with(
                "<?xml version=\"1.0\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\""
            ),
            "{text}"
        );
        assert_eq!(feed.title.as_str(), "Little & things: Summer, 2026");
        assert_eq!(feed.id, "tag:week.example.org,2026-07-06:2026-summer/feed");
        assert_eq!(feed.updated.to_rfc3339(), "2026-07-05T22:00:00+00:00");
        let links: Vec<_> = feed.links.iter().map(|link| link.href.as_str()).collect();
        assert_eq!(
            links,
            [
                "https://week.example.org/of/2026-summer/feed.xml",
                "https://week.example.org/of/2026-summer/index.html"
            ]
        );
        assert_eq!(feed.entries, []);
    }

    #[test]
    fn every_change_of_status_is_an_entry_and_the_newest_stands_first() {
        let (text, feed) = made(|round| {
            round.history.changes = vec![
                change("größe", None, Status::Submitted, "2026-07-20T08:00:00Z"),
                change("größe", Some(Status::Done), Status::Started, "2026-07-29T08:00:00Z"),
                change("invoice", Some(Status::Started), Status::SignedOff, "2026-07-30T08:00:00Z"),
                change("gone", None, Status::Other("w\u{1}ip".into()), "2026-07-21T08:00:00Z"),
                change("gone", None, Status::Other("w\u{1}ip".into()), "2026-07-21T08:00:00Z"),
            ];
        });
        let titles: Vec<_> = feed.entries.iter().map(|entry| entry.title.as_str()).collect();
        assert_eq!(
            titles,
            [
                "Invoice shows {status}: signed off",
                "Mail to address hidden & <b>more</b> bounces: reopened",
                "The gone: wip",
                "Mail to address hidden & <b>more</b> bounces: submitted",
            ]
        );
        let second = &feed.entries[1];
        assert_eq!(
            second.id,
            "tag:week.example.org,2026-07-06:2026-summer/gr%C3%B6%C3%9Fe/reopened/2026-07-29T08%3A00%3A00Z"
        );
        assert_eq!(
            second.links[0].href,
            "https://week.example.org/of/2026-summer/items/gr%C3%B6%C3%9Fe.html"
        );
        assert_eq!(second.summary.as_ref().unwrap().as_str(), "Atlas");
        assert_eq!(feed.entries[2].links[0].href, feed.links[1].href);
        assert_eq!(feed.updated.to_rfc3339(), "2026-07-30T08:00:00+00:00");
        assert!(!text.contains('@') && !text.contains('\u{1}'), "{text}");
    }

    #[test]
    fn without_history_the_record_tells() {
        let told = |kind: &str| Told {
            r#ref: "invoice".into(),
            kind: kind.into(),
            at: fixture::instant("2026-07-27T08:05:00Z"),
        };
        let (_, feed) = made(|round| {
            round.record = Some(Record {
                written: None,
                simulated: false,
                told: ["invitation", "started", "reopened", "sign-off"].map(told).into(),
                survey: SurveyRecord::default(),
                questions: vec![],
                comments: vec![],
                outcome: None,
                place: fixture::place(),
            });
        });
        let titles: Vec<_> = feed.entries.iter().map(|entry| entry.title.as_str()).collect();
        assert_eq!(titles, ["Invoice shows {status}: started", "Invoice shows {status}: reopened"]);
    }
}
