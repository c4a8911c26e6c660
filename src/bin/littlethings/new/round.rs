//! `littlethings new round`: a folder with dates that fit together and texts to change.

use std::fmt::Write;
use std::process::ExitCode;

use clap::Args;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use littlethings::content;
use littlethings::model::{Mention, Product, Round, Side, Site};

use super::toml::{bare_key, quoted};
use super::{checked_name, list, refuse_existing, step_for_guide, title, write_new};
use crate::options::Options;
use crate::screen;
use crate::trouble::Trouble;

/// Begin a round: its folder with dates, pages and a survey.
///
/// The dates follow from today: the invitation goes out on the next Monday on which no survey is
/// open any more, and the week begins three weeks after it. Hubs, products and people are those
/// of the latest round.
#[derive(Args)]
pub struct NewRound {
    /// The folder's name, which is its address for ever, such as 2026-autumn
    name: String,
}

impl NewRound {
    pub fn run(self, options: &Options) -> Result<ExitCode, Trouble> {
        let name = checked_name(&self.name)?;
        let root = options.root()?;
        let folder = format!("content/{name}");
        refuse_existing(&root, &folder)?;
        let site = content::read(&root)?.site;
        let now = options.now(&site.settings);
        let latest = list::latest(&site);
        let start = Start::of(&site, latest, &title(name));
        let closed = latest.map_or(now, |round| round.dates.survey_closes.end());
        let dates = Dates::after(now.max(closed), &start.zone)
            .ok_or_else(|| Trouble::NoCalendar { now: now.to_string() })?;
        let mut files = files(&start, &dates);
        // Lists only for products that were there before: they have names.
        if latest.is_some() {
            files.extend(lists(&start));
        }
        for (file, text) in files {
            write_new(&root, &format!("{folder}/{file}"), text)?;
        }
        for empty in ["lists", "guesses"] {
            std::fs::create_dir_all(root.join(&folder).join(empty))
                .map_err(|source| Trouble::Write { path: format!("{folder}/{empty}"), source })?;
        }
        screen::say(&told(&folder, name, &dates, &start))?;
        screen::say(&step_for_guide(&root, &format!("{folder}/lists/")))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// What is known of the round that a repository begins with.
pub struct FirstRound<'a> {
    /// The folder; where nobody named it, it is called after its season.
    pub name: Option<String>,
    pub coordinator: &'a str,
    pub manager: &'a str,
    pub hubs: &'a [&'a str],
    /// Key and name of each.
    pub products: Vec<(String, String)>,
}

/// A round as files, by their paths relative to the root.
pub struct RoundFiles {
    pub name: String,
    pub files: Vec<(String, String)>,
}

/// The round that a repository begins with, with an empty list for each product.
pub fn first_round(first: FirstRound, now: Timestamp) -> Result<RoundFiles, Trouble> {
    let FirstRound { name, coordinator, manager, hubs, products } = first;
    let zone = here_or_utc();
    let dates =
        Dates::after(now, &zone).ok_or_else(|| Trouble::NoCalendar { now: now.to_string() })?;
    let name = name.unwrap_or_else(|| season(dates.first));
    checked_name(&name)?;
    let start = Start {
        title: title(&name),
        zone,
        coordinators: vec![coordinator.to_owned()],
        hubs: hubs.iter().map(|hub| (*hub).to_owned()).collect(),
        products: products
            .into_iter()
            .map(|(key, name)| NewProduct { key, name, manager: manager.to_owned(), hubs: None })
            .collect(),
    };
    let files = files(&start, &dates)
        .into_iter()
        .chain(lists(&start))
        .map(|(file, text)| (format!("content/{name}/{file}"), text))
        .collect();
    Ok(RoundFiles { name, files })
}

/// `2026-summer`, as people on the northern half speak of a week in July.
fn season(day: Date) -> String {
    let season = match day.month() {
        3..=5 => "spring",
        6..=8 => "summer",
        9..=11 => "autumn",
        _ => "winter",
    };
    format!("{}-{season}", day.year())
}

/// What a fresh round takes over.
struct Start {
    title: String,
    zone: String,
    coordinators: Vec<String>,
    hubs: Vec<String>,
    products: Vec<NewProduct>,
}

struct NewProduct {
    key: String,
    name: String,
    manager: String,
    /// `None`: every hub of the round must agree.
    hubs: Option<Vec<String>>,
}

impl Start {
    /// Everything from the latest round; without one, what people.toml can tell.
    fn of(site: &Site, latest: Option<&Round>, title: &str) -> Start {
        let title = title.to_owned();
        if let Some(round) = latest {
            let hubs: Vec<String> = round.hubs.iter().map(|hub| hub.value.clone()).collect();
            let products = round.products.iter().map(|it| NewProduct::again(it, &hubs)).collect();
            return Start {
                title,
                zone: round.zone.written.clone(),
                coordinators: round.coordinators.iter().map(id).collect(),
                hubs,
                products,
            };
        }
        let mut hubs: Vec<String> = Vec::new();
        for hub in site.people.all().iter().filter_map(|person| person.hub.as_ref()) {
            if !hubs.contains(hub) {
                hubs.push(hub.clone());
            }
        }
        if hubs.is_empty() {
            hubs.push("Our hub".to_owned());
        }
        let manager = id_of(site, Some(Side::Manager));
        Start {
            title,
            zone: here_or_utc(),
            coordinators: vec![id_of(site, None)],
            hubs,
            products: vec![NewProduct {
                key: "our-product".to_owned(),
                name: "Our product".to_owned(),
                manager,
                hubs: None,
            }],
        }
    }
}

impl NewProduct {
    fn again(product: &Product, all: &[String]) -> NewProduct {
        let hubs: Vec<String> = product.hubs.iter().map(|hub| hub.value.clone()).collect();
        NewProduct {
            key: product.key.clone(),
            name: product.name.clone(),
            manager: id(&product.manager),
            hubs: (hubs != all).then_some(hubs),
        }
    }
}

/// A person as round.toml names them.
fn id(mention: &Mention) -> String {
    mention.person().map_or_else(|| mention.written.clone(), |person| person.id.clone())
}

/// The first person of that side, or the first of all, or a word that asks for one.
fn id_of(site: &Site, side: Option<Side>) -> String {
    let people = site.people.all();
    people
        .iter()
        .find(|person| side.is_none_or(|side| person.side == side))
        .or(people.first())
        .map_or_else(|| "your-id".to_owned(), |person| person.id.clone())
}

/// The zone of this machine, which is where the organiser most likely sits.
fn here_or_utc() -> String {
    TimeZone::system().iana_name().filter(|name| name.contains('/')).unwrap_or("Etc/UTC").to_owned()
}

/// The dates of a round, as weekdays that people can keep.
struct Dates {
    invitation: Date,
    /// A Friday; at ten o'clock, when people are there.
    lists_due: Date,
    first: Date,
    last: Date,
    /// The Monday after: while the week is still in mind.
    survey_opens: Date,
    survey_closes: Date,
}

impl Dates {
    /// The invitation on the first Monday to come, three weeks to write the lists, one week, and
    /// two weeks to answer. `None` where the calendar ends.
    fn after(now: Timestamp, zone: &str) -> Option<Dates> {
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let invitation = now.to_zoned(zone).date().nth_weekday(1, Weekday::Monday).ok()?;
        let later = |days: i64| invitation.checked_add(days.days()).ok();
        Some(Dates {
            invitation,
            lists_due: later(18)?,
            first: later(21)?,
            last: later(25)?,
            survey_opens: later(28)?,
            survey_closes: later(39)?,
        })
    }
}

/// The files of a fresh round but its lists.
fn files(start: &Start, dates: &Dates) -> Vec<(String, String)> {
    vec![
        ("round.toml".to_owned(), round_toml(start, dates)),
        ("invitation.md".to_owned(), filled(include_str!("starter/invitation.md"), start)),
        ("rules.md".to_owned(), filled(include_str!("starter/rules.md"), start)),
        ("faq.md".to_owned(), filled(include_str!("starter/faq.md"), start)),
        ("survey.md".to_owned(), filled(include_str!("starter/survey.md"), start)),
    ]
}

/// A list of empty slots for each product.
fn lists(start: &Start) -> Vec<(String, String)> {
    let list = |product: &NewProduct| {
        let hubs = product.hubs.as_ref().unwrap_or(&start.hubs);
        let hubs: Vec<&str> = hubs.iter().map(String::as_str).collect();
        (format!("lists/{}.md", product.key), list::list(&product.name, &hubs, 10))
    };
    start.products.iter().map(list).collect()
}

fn filled(text: &str, start: &Start) -> String {
    fill(text, &[("title", start.title.clone())])
}

fn round_toml(start: &Start, dates: &Dates) -> String {
    fill(
        include_str!("starter/round.toml"),
        &[
            ("title", quoted(&start.title)),
            ("zone", quoted(&start.zone)),
            ("coordinators", array(&start.coordinators)),
            ("hubs", array(&start.hubs)),
            ("invitation", dates.invitation.to_string()),
            ("lists_due", dates.lists_due.to_string()),
            ("first", dates.first.to_string()),
            ("last", dates.last.to_string()),
            ("opens", dates.survey_opens.to_string()),
            ("closes", dates.survey_closes.to_string()),
            ("products", products(start)),
        ],
    )
}

/// Puts values in the place of `{name}`s. In one pass: a hub may be called `{products}`.
fn fill(template: &str, values: &[(&str, String)]) -> String {
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let value = values
            .iter()
            .find_map(|(name, value)| Some((value, after.strip_prefix(name)?.strip_prefix('}')?)));
        match value {
            Some((value, after)) => {
                text.push_str(value);
                rest = after;
            }
            None => {
                text.push('{');
                rest = after;
            }
        }
    }
    text + rest
}

fn products(start: &Start) -> String {
    let mut text = String::new();
    for product in &start.products {
        let key = &product.key;
        let _ = writeln!(text, "[products.{}]  # its list is lists/{key}.md", bare_key(key));
        let _ = writeln!(text, "name = {}", quoted(&product.name));
        let _ = writeln!(text, "manager = {}", quoted(&product.manager));
        match &product.hubs {
            Some(hubs) => {
                let _ = writeln!(text, "hubs = {}\n", array(hubs));
            }
            None => {
                let first: Vec<String> = start.hubs.iter().take(1).cloned().collect();
                let note = "# who must agree, when it is not every hub";
                let _ = writeln!(text, "# hubs = {}  {note}\n", array(&first));
            }
        }
    }
    text.trim_end().to_owned()
}

fn array(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    format!("[{}]", words.join(", "))
}

fn told(folder: &str, name: &str, dates: &Dates, start: &Start) -> String {
    let mut text = format!(
        "{folder}: a round whose week is {} to {}\nnext: look at the dates, people and products \
         in {folder}/round.toml, then change the texts\n",
        dates.first, dates.last
    );
    if start.products.iter().any(|product| product.key == "our-product") {
        let _ =
            writeln!(text, "then: `littlethings new list PRODUCT --round {name}` for each product");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(now: &str) -> Dates {
        Dates::after(now.parse().unwrap(), "Europe/Zurich").unwrap()
    }

    #[test]
    fn the_dates_are_weekdays_in_their_order() {
        let dates = dates("2026-07-29T15:00:00+02:00");
        assert_eq!(dates.invitation.to_string(), "2026-08-03");
        assert_eq!(dates.lists_due.weekday(), Weekday::Friday);
        assert_eq!(dates.first.weekday(), Weekday::Monday);
        assert_eq!(dates.last.weekday(), Weekday::Friday);
        assert_eq!(dates.survey_opens.weekday(), Weekday::Monday);
        assert!(dates.lists_due < dates.first && dates.survey_opens < dates.survey_closes);
    }

    #[test]
    fn today_is_too_late_for_an_invitation() {
        // Late on Sunday in UTC it is Monday in Zurich, and the next Monday is a week away.
        assert_eq!(dates("2026-08-02T23:30:00Z").invitation.to_string(), "2026-08-10");
        assert!(Dates::after(Timestamp::MAX, "Europe/Zurich").is_none());
    }

    #[test]
    fn the_first_round_is_called_after_its_season() {
        let first = |name: Option<&str>| {
            first_round(
                FirstRound {
                    name: name.map(str::to_owned),
                    coordinator: "ana",
                    manager: "bob",
                    hubs: &["Berlin"],
                    products: vec![("atlas".into(), "Atlas".into())],
                },
                "2026-07-29T15:00:00Z".parse().unwrap(),
            )
        };
        let round = first(None).unwrap();
        assert_eq!(round.name, "2026-summer");
        assert!(round.files.iter().any(|(path, _)| path == "content/2026-summer/lists/atlas.md"));
        assert_eq!(first(Some("pilot")).unwrap().name, "pilot");
        assert!(first(Some("../up")).is_err());
    }

    #[test]
    fn a_fresh_round_is_toml_whatever_the_names_are() {
        let start = Start {
            title: "\"Q3\" \\ 2026".into(),
            zone: "Europe/Zurich".into(),
            coordinators: vec!["ana".into()],
            hubs: vec!["São \"Paulo\"".into(), "{products}".into()],
            products: vec![NewProduct {
                key: "größe".into(),
                name: "Größe".into(),
                manager: "bob".into(),
                hubs: Some(vec!["São \"Paulo\"".into()]),
            }],
        };
        let text = round_toml(&start, &dates("2026-07-29T15:00:00+02:00"));
        let value: toml::Table = text.parse().unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(value["title"].as_str(), Some("\"Q3\" \\ 2026"));
        assert_eq!(value["products"]["größe"]["name"].as_str(), Some("Größe"));
    }
}
