use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::finding::Placed;
use crate::model::{ListFile, Person, Reading, Status, When};
use crate::theme;

pub(super) mod fixture;

fn render_in(site: &Site, language: &str) -> BTreeMap<String, String> {
    render_at(site, language, fixture::at(fixture::NOW))
}

fn render_at(site: &Site, language: &str, now: Timestamp) -> BTreeMap<String, String> {
    let loaded = theme::load(Path::new("/nowhere"), "default", language).unwrap();
    assert_eq!(loaded.findings, []);
    let (findings, rules) = (fixture::findings(), fixture::rules());
    let (theme, is_frozen) = (&loaded.theme, true);
    let input = Input { site, findings: &findings, rules: &rules, theme, now, is_frozen };
    let rendered = render(input).unwrap();
    assert_eq!(rendered.findings, []);
    rendered
        .outputs
        .into_iter()
        .map(|output| match output.body {
            Body::Bytes(bytes) => (output.path, String::from_utf8_lossy(&bytes).into_owned()),
            Body::Copy(_) => panic!("the fixture has no files"),
        })
        .collect()
}

fn pages() -> BTreeMap<String, String> {
    render_in(&fixture::site(), "en")
}

#[test]
fn every_address_of_a_round_is_there() {
    let pages = pages();
    for path in ["index.html", "archive.html", "404.html", "built.json", "2027-spring/index.html"] {
        assert!(pages.contains_key(path), "{path}");
    }
    for name in [
        "index",
        "side-by-side",
        "people",
        "lists/atlas",
        "lists/dune",
        "items/invoice-currency",
        "index-2",
        "lunch",
    ] {
        assert!(pages.contains_key(&format!("2026-summer/{name}.html")), "{name}");
    }
    for name in OWN_PAGES.iter().filter(|name| **name != "404") {
        assert!(pages.contains_key(&format!("2026-winter/{name}.html")), "{name}");
    }
}

#[test]
fn no_page_shows_a_mail_address() {
    for (path, text) in pages().iter().filter(|(path, _)| !path.starts_with("static/")) {
        let at = text.find('@').unwrap_or(0);
        assert!(
            !addresses::found(text),
            "{path}: …{}…",
            &text[at.saturating_sub(30)..(at + 30).min(text.len())]
        );
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    assert_eq!(pages(), pages());
}

/// What stands between `from` and `to`, each time.
fn between<'t>(text: &'t str, from: &'t str, to: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(from).skip(1).filter_map(move |part| Some(part.split_once(to)?.0))
}

fn html_pages(pages: &BTreeMap<String, String>) -> impl Iterator<Item = (&String, &String)> {
    pages.iter().filter(|(path, _)| path.ends_with(".html"))
}

#[test]
fn every_link_and_every_id_resolves() {
    let pages = pages();
    for (path, html) in html_pages(&pages) {
        let links = between(html, "href=\"", "\"").chain(between(html, "src=\"", "\""));
        for link in links.filter(|link| !link.starts_with("https://")) {
            let link = link.replace("&#x2F;", "/");
            let (file, id) = link.split_once('#').unwrap_or((&link, ""));
            let target = resolve(path, file);
            let there = pages.get(&target).unwrap_or_else(|| panic!("{path}: {link} -> {target}"));
            let has_id = id.is_empty() || there.contains(&format!(" id=\"{id}\""));
            assert!(has_id, "{path}: {link}");
        }
        for id in between(html, "aria-labelledby=\"", "\"") {
            assert!(html.contains(&format!(" id=\"{id}\"")), "{path}: {id}");
        }
    }
}

fn resolve(page: &str, link: &str) -> String {
    if link.is_empty() {
        return page.to_owned();
    }
    if let Some(link) = link.strip_prefix('/') {
        return link.to_owned();
    }
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        if part == ".." {
            parts.pop().unwrap();
        } else {
            parts.push(part);
        }
    }
    parts.join("/").replace("%20", " ")
}

#[test]
fn ids_are_unique_on_their_page() {
    for (path, html) in html_pages(&pages()) {
        let mut seen = BTreeSet::new();
        for id in between(html, " id=\"", "\"") {
            assert!(seen.insert(id), "{path}: {id}");
        }
    }
}

#[test]
fn headings_have_one_top_and_no_gaps() {
    for (path, html) in html_pages(&pages()) {
        let levels: Vec<u32> =
            between(html, "<h", ">").filter_map(|tag| tag.chars().next()?.to_digit(10)).collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{path}: {levels:?}");
        assert_eq!(levels.first(), Some(&1), "{path}");
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{path}: {levels:?}");
    }
}

#[test]
fn no_page_asks_another_host_for_anything() {
    for (path, html) in html_pages(&pages()) {
        for tag in between(html, "<", ">").filter(|tag| !tag.starts_with("a ")) {
            let fetches = tag.contains("src=\"http")
                || tag.starts_with("link rel=\"stylesheet\" href=\"http");
            assert!(!fetches, "{path}: {tag}");
        }
    }
    let style = crate::theme::load(Path::new("/nowhere"), "default", "en").unwrap().theme;
    for (path, asset) in style.assets().iter().filter(|(path, _)| path.ends_with(".css")) {
        assert!(!String::from_utf8_lossy(&asset.bytes).contains("//"), "{path}");
    }
}

#[test]
fn a_page_is_in_the_language_of_the_site() {
    let pages = render_in(&fixture::site(), "de");
    let list = &pages["2026-summer/lists/atlas.html"];
    assert!(list.starts_with("<!DOCTYPE html>\n<html lang=\"de\" dir=\"ltr\">"));
    assert!(list.contains("Freitag, 31. Juli 2026"));
    // Problems are told in English.
    let problem = "<span lang=\"en\" dir=\"ltr\"><bdi><code>🚀</code></bdi> has no owner";
    assert!(list.contains(problem));
}

#[test]
fn a_site_without_anything_says_how_to_begin() {
    let pages = render_in(&fixture::empty(), "en");
    assert!(pages["index.html"].contains("There is no round yet."));
    assert!(pages.contains_key("archive.html"));
}

#[test]
fn a_broken_list_shows_its_problems_and_the_rest_is_there() {
    let pages = pages();
    assert!(pages["2026-summer/lists/cirrus.html"].contains("this file has conflict markers"));
    assert!(pages["2026-summer/lists/dune.html"].contains("There is no list yet."));
    assert!(pages["2027-spring/index.html"].contains("<bdi><code>dates</code></bdi> is missing"));
    assert!(
        pages["2026-summer/index.html"].contains("<bdi><code>CET</code></bdi> is no time zone")
    );
}

#[test]
fn an_invitation_is_not_out_before_its_letters_go() {
    let site = fixture::site();
    let rounds = site.rounds.iter();
    let round = rounds.max_by_key(|round| round.dates.week_first.start()).unwrap();
    let (slug, day) = (round.slug.clone(), round.dates.invitation.start());
    let out = round.dates.invitation.letters_go();
    assert!(day < out);
    let told = |now| {
        let loaded = theme::load(Path::new("/nowhere"), "default", "en").unwrap();
        let theme = &loaded.theme;
        let input = Input { site: &site, findings: &[], rules: &[], theme, now, is_frozen: true };
        let outputs = render(input).unwrap().outputs;
        let path = format!("{slug}/index.html");
        let home = outputs.into_iter().find(|output| output.path == path).unwrap();
        let Body::Bytes(bytes) = home.body else { panic!() };
        String::from_utf8(bytes).unwrap()
    };
    assert!(told(day - jiff::SignedDuration::from_hours(1)).contains("The invitation goes out "));
    let is_past = "the invitation goes out</span> <span class=\"vh\">(past)";
    assert!(told(day).contains("The invitation goes out today, on "));
    assert!(!told(day).contains(is_past));
    assert!(told(out).contains("The invitation is out.") && told(out).contains(is_past));
}

#[test]
fn nothing_is_said_of_the_time_since_the_lists_were_due_before_they_are() {
    let site = with_only("2026-summer", |_| ());
    let due = site.rounds[0].dates.lists_due.start();
    let told = |now| {
        render_at(&site, "en", now)["2026-summer/lists/atlas.html"]
            .contains("Since the lists were due")
    };
    assert!(!told(due - jiff::SignedDuration::from_mins(1)));
    assert!(told(due));
}

#[test]
fn lists_that_are_due_at_midnight_are_due_at_a_time() {
    let site = with_only("2026-summer", |round| {
        let (zone, place) = (round.zone.zone.clone(), round.dates.lists_due.place.clone());
        round.dates.lists_due = When::on(jiff::civil::date(2026, 7, 24), &zone, place);
    });
    let now = site.rounds[0].dates.lists_due.start() - DAY;
    let english = &render_at(&site, "en", now)["index.html"];
    assert!(english.contains("They are due tomorrow, on Friday 24 July 2026, 0:00."), "{english}");
    let time = "<time datetime=\"2026-07-24T00:00:00+02:00\" data-local>";
    let (programme, next) = ("Friday 24 July 2026, 0:00</time>", "24 July, 0:00</time>");
    assert!(english.contains(&format!("{time}{programme}")), "{english}");
    let wall = &render_at(&site, "en", now)["2026-summer/wall.html"];
    assert!(wall.contains(&format!("{time}{next}")), "{wall}");
    let german = &render_at(&site, "de", now)["index.html"];
    assert!(german.contains("am Freitag, 24. Juli 2026, 0:00 Uhr."), "{german}");
}

#[test]
fn a_late_survey_is_told_wherever_the_site_is_entered() {
    let pages = pages();
    assert!(pages["2026-june/index.html"].contains("Nobody has been asked yet: 37 days late."));
    assert!(pages["index.html"].contains("survey 37 days late"));
}

/// A site with that round alone, changed.
fn with_only(slug: &str, change: impl FnOnce(&mut Round)) -> Site {
    let mut site = fixture::site();
    site.rounds.retain(|round| round.slug == slug);
    change(&mut site.rounds[0]);
    site
}

#[test]
fn nobody_is_said_to_be_asked_before_anybody_was() {
    let site = with_only("2026-june", |_| ());
    let dates = &site.rounds[0].dates;
    let (over, closed) = (dates.week_last.end(), dates.survey_closes.end());
    let opened = dates.survey_opens.letters_go();
    let told = |now, language| {
        let pages = render_at(&site, language, now);
        ["index.html", "2026-june/wall.html", "2026-june/results.html"]
            .map(|page| pages[page].clone())
    };
    let says = |now, language, words: [&str; 2]| {
        let [home, wall, results] = told(now, language);
        assert!(home.contains(words[0]) && wall.contains(words[0]), "{home}");
        assert!(results.contains(words[1]), "{results}");
        for page in [home, wall, results] {
            assert!(!page.contains("has closed") && !page.contains("is asked how it was, until"));
        }
    };
    let ahead = ["Everybody will be asked how it was, on ", "soon everybody will be asked"];
    let late = ["Nobody has been asked yet how it was.", "nobody has been asked yet how it was."];
    let never = ["Nobody has been asked how it was, and the time for answers is over."; 2];
    says(over, "en", ahead);
    says(opened, "en", late);
    says(closed + DAY, "en", never);
    let german = ["Noch wurde niemand gefragt", "noch wurde niemand gefragt"];
    says(opened, "de", german);
}

#[test]
fn of_a_list_that_cannot_be_read_nothing_is_counted() {
    let site = with_only("2026-summer", |round| round.products[0].list = ListFile::Refused);
    let pages = render_in(&site, "en");
    let list = &pages["2026-summer/lists/atlas.html"];
    assert!(list.contains("10 unclear") && !list.contains("10 free"), "{list}");
    let whole = render_in(&with_only("2026-summer", |_| ()), "en");
    let told = "came true";
    assert!(whole["2026-summer/lists/atlas.html"].contains(told) && !list.contains(told));
    let calls = |pages: &BTreeMap<String, String>| {
        pages["2026-summer/calls.html"].contains("lists/atlas.html\" dir=\"auto\">Atlas</a></h3>")
    };
    assert!(calls(&whole) && !calls(&pages));
}

#[test]
fn nothing_is_denied_of_a_list_that_cannot_be_read() {
    let only = |list: ListFile| {
        with_only("2026-summer", |round| {
            round.products.truncate(1);
            round.products[0].list = list;
            round.history = Default::default();
        })
    };
    let (refused, missing) = (only(ListFile::Refused), only(ListFile::Missing));
    let over = refused.rounds[0].dates.week_last.end();
    for (language, page, denied, known) in [
        ("en", "leftovers", "Nothing is left over.", "read, nothing is left over."),
        ("en", "people", "Nobody is waited for.", "read, nobody is waited for."),
        ("en", "people", "No item has an owner yet.", "read, no item has an owner yet."),
        ("en", "calls", "Nothing has a size yet.", "read, nothing has a size yet."),
        ("en", "index", "nothing of it is told", "so nothing of it is counted here."),
        ("en", "results", "nothing of it is told", "so nothing of it is counted here."),
        ("de", "leftovers", "Nichts ist offen", "Soweit die Listen lesbar sind, ist nichts"),
    ] {
        let path = format!("2026-summer/{page}.html");
        let told = |site| render_at(site, language, over)[&path].clone();
        let (page, other) = (told(&refused), told(&missing));
        assert!(page.contains(known) && !page.contains(denied), "{page}");
        assert!(!other.contains(known), "{other}");
    }
    let guesses = |site| {
        render_at(site, "en", over)["2026-summer/calls.html"].contains("There are guesses; they")
    };
    assert!(guesses(&refused) && !guesses(&missing));
    let archive = &render_at(&refused, "en", over)["archive.html"];
    assert!(archive.contains("without 1 list that cannot be read"), "{archive}");
}

#[test]
fn what_is_not_there_has_no_link_to_edit_it() {
    let site = |names: &[&str]| {
        with_only("2026-summer", |round| {
            round.products[0].list = ListFile::Missing;
            (round.invitation, round.survey) = (None, None);
            round.files = names.iter().map(|name| round.path(name)).collect();
        })
    };
    let (gone, unread) = (site(&[]), site(&["lists/atlas.md", "invitation.md", "survey.md"]));
    let (gone, unread) = (render_in(&gone, "en"), render_in(&unread, "en"));
    let there = pages();
    for page in ["lists/atlas", "invitation", "survey"] {
        let path = format!("2026-summer/{page}.html");
        assert!(there[&path].contains("Edit this page"), "{page}");
        assert!(unread[&path].contains("Edit this page"), "{page}");
        assert!(!gone[&path].contains("Edit this page"), "{page}: {}", gone[&path]);
    }
    // A finding on a whole file names it, there or not.
    let file = "content/2026-summer/lists/cirrus.md";
    let told = &gone["2026-summer/lists/cirrus.html"];
    assert!(told.contains(&format!("<bdi>{file}</bdi>: ")), "{told}");
    let told = &render_in(&site(&["lists/cirrus.md"]), "en")["2026-summer/lists/cirrus.html"];
    assert!(told.contains(&format!("{file}\">{file}</a>: ")), "{told}");
    let help = "It will have 10 items, agreed by all hubs, most important first. The command ";
    assert!(gone["2026-summer/lists/atlas.html"].contains(help));
}

#[test]
fn whoever_is_waited_for_is_named_once() {
    let site = with_only("2026-summer", |round| {
        let hubs = [["Berlin", "Support"], ["Lisbon", "Support"]];
        for (product, hubs) in round.products.iter_mut().zip(hubs) {
            product.list = ListFile::Missing;
            product.hubs =
                hubs.map(|hub| Placed::new(hub.to_owned(), product.place.clone())).into();
        }
        round.products.truncate(2);
    });
    let listing = site.rounds[0].dates.lists_due.start() - DAY;
    let home = &render_at(&site, "en", listing)["index.html"];
    let who = "<strong><bdi>Berlin, Support and Lisbon</bdi></strong>";
    assert!(home.contains(&format!("2 lists are still missing; {who} can write them.")), "{home}");
}

#[test]
fn whoever_has_left_is_not_away_for_a_day() {
    let left = |round: &mut Round| {
        let mut person = Person::clone(round.people.by_id("ana").unwrap());
        person.left = Some(jiff::civil::date(2026, 7, 28));
        round.coordinators[0].reading = Reading::Person(Arc::new(person));
    };
    let decision = fixture::site().rounds.into_iter().find_map(|round| round.decision);
    let open = with_only("2026-summer", left);
    let decided = with_only("2026-summer", |round| {
        left(round);
        round.decision = decision;
    });
    let asks = |site, language| {
        let page = &render_in(site, language)["2026-summer/people.html"];
        page.split("<bdi>Ana Duarte</bdi>").last().unwrap().split("</p>").next().unwrap().to_owned()
    };
    assert_eq!(asks(&open, "en"), " <small class=\"away\">(has left)</small>.");
    assert_eq!(asks(&open, "de"), " <small class=\"away\">(nicht mehr da)</small>.");
    assert_eq!(asks(&decided, "en"), ".");
}

#[test]
fn developers_without_names_are_told_last_and_in_the_words_of_the_sentence() {
    let site = with_only("2026-summer", |round| {
        let items = round.products.iter_mut().filter_map(|product| product.list.list_mut());
        for (number, item) in items.flat_map(|list| &mut list.items).enumerate() {
            item.status = Status::Submitted;
            if number % 2 == 0 {
                item.devs.clear();
            }
        }
    });
    for (language, words) in [("en", "the developers"), ("de", "der Entwicklung")] {
        let home = &render_in(&site, language)["index.html"];
        assert!(home.contains(&format!("{words}</bdi>")), "{home}");
        assert!(!home.contains("The developers") && !home.contains("Die Entwicklung"));
    }
}

#[test]
fn of_one_thing_the_words_are_those_of_one() {
    let site = with_only("2026-summer", |round| {
        let items = round.products.iter_mut().filter_map(|product| product.list.list_mut());
        for (number, item) in items.flat_map(|list| &mut list.items).enumerate() {
            item.status = match number {
                0 => Status::Done,
                1 => Status::Started,
                _ => Status::Submitted,
            };
        }
        round.dates.reminders.truncate(1);
        round.dates.reminders[0].value = 1;
        round.capacity.as_mut().unwrap().developers = 1.0;
    });
    let dates = &site.rounds[0].dates;
    let told = |language, now, page: &str| render_at(&site, language, now)[page].clone();
    let says = |language, now, page, words| {
        let told = told(language, now, page);
        assert!(told.contains(words), "{words}: {told}");
    };
    let (day, last) = (fixture::at(fixture::NOW), dates.week_last.start());
    says("en", day, "index.html", " items is finished, 1 more is promised.");
    says("en", last, "index.html", " items is finished, 1 promise is still open.");
    says("en", dates.week_last.end(), "index.html", " items was finished. Everybody");
    says("en", day, "2026-summer/results.html", "1 developer, 5 days each");
    says("en", day, "2026-summer/survey.html", "is reminded after 1 day.");
    says("de", day, "index.html", " Punkten ist erledigt, 1 weiterer zugesagt.");
    says("de", last, "index.html", " Punkten ist erledigt, 1 Zusage ist noch offen.");
    says("de", day, "2026-summer/survey.html", "nach 1 Tag erinnert.");
    says("en", day, "2026-summer/lists/atlas.html", "1 of 3 hubs agreed");
    says("de", day, "2026-summer/lists/atlas.html", "Einverstanden: 1 von 3 Hubs");
    says("en", day, "2026-summer/results.html", "1 of 2 promises was kept");
    says("de", day, "2026-summer/results.html", "1 von 2 Zusagen wurde eingehalten");
    says("de", day, "2026-summer/lists/borea.html", "Dauer: 1 Tag");
    let both = &render_in(&with_only("2026-summer", |_| ()), "en")["2026-summer/survey.html"];
    assert!(both.contains("is reminded after 3 and 7 days."), "{both}");
}

#[test]
fn of_a_whole_of_one_the_words_are_those_of_one() {
    let site = |status: Option<Status>| {
        with_only("2026-summer", |round| {
            round.products.truncate(1);
            let list = round.products[0].list.list_mut().unwrap();
            list.items.truncate(usize::from(status.is_some()));
            if let Some((item, status)) = list.items.first_mut().zip(status) {
                item.status = status;
            }
            round.dates.week_last = round.dates.week_first.clone();
        })
    };
    let (none, open, done) =
        (site(None), site(Some(Status::Started)), site(Some(Status::SignedOff)));
    let monday = done.rounds[0].dates.week_first.start();
    let (over, due) = (monday + DAY, done.rounds[0].dates.lists_due.start());
    for (language, site, now, page, words) in [
        ("en", &none, due, "index", "The lists are in, with 0 items."),
        ("en", &open, due, "index", "The lists are in, with 1 item."),
        ("de", &open, due, "index", "Die Listen stehen, mit 1 Punkt."),
        ("en", &open, due - DAY, "index", "The lists are being made, 1 item so far."),
        ("de", &open, due - DAY, "index", "Die Listen entstehen, bisher mit 1 Punkt."),
        ("en", &open, over, "index", "0 of 1 item was finished."),
        ("en", &done, over, "index", "1 of 1 item was finished."),
        ("de", &done, over, "index", "1 von 1 Punkt wurde erledigt."),
        ("en", &none, over, "index", "0 of 0 items were finished."),
        ("en", &done, over, "results", "1 of 1 promise was kept"),
        ("en", &done, over, "rules", "12 developers, 1 day each"),
        ("en", &done, over, "rules", "Little things get 1 of the 65 working days"),
        ("de", &done, over, "rules", "12 Personen in der Entwicklung, je 1 Tag"),
    ] {
        let page = &render_at(site, language, now)[&format!("2026-summer/{page}.html")];
        assert!(page.contains(words), "{words}: {page}");
    }
}

#[test]
fn a_template_that_fails_on_the_last_page_costs_only_itself() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("themes/default/pages");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("wall.html"), "<p>\n  {{ view.nonsense }}").unwrap();
    std::fs::write(folder.join("404.html"), "lost").unwrap();
    let loaded = theme::load(root.path(), "default", "en").unwrap();
    assert_eq!(loaded.findings, []);
    let site = fixture::site();
    let now = fixture::at(fixture::NOW);
    let (theme, is_frozen) = (&loaded.theme, true);
    let input = Input { site: &site, findings: &[], rules: &[], theme, now, is_frozen };
    let rendered = render(input).unwrap();
    let [finding] = rendered.findings.as_slice() else { panic!("{:?}", rendered.findings) };
    assert_eq!(finding.place.short(), "themes/default/pages/wall.html:2");
    let body =
        |path: &str| &rendered.outputs.iter().find(|output| output.path == path).unwrap().body;
    assert_eq!(body("404.html"), &Body::Bytes(b"lost".to_vec()));
    let Body::Bytes(wall) = body("2026-summer/wall.html") else { panic!() };
    assert!(wall.starts_with(b"<!DOCTYPE html>"));
}

#[test]
fn home_from_kept_glances_is_home_made_anew() {
    let mut site = fixture::site();
    let loaded = theme::load(Path::new("/nowhere"), "default", "en").unwrap();
    let (theme, now) = (&loaded.theme, fixture::at(fixture::NOW));
    let home = |site: &Site, findings: &[Finding], now, glances: &Glances| {
        let input = Input { site, findings, rules: &[], theme, now, is_frozen: true };
        let (plan, words) = (Plan::of(site, theme), Press::words(theme));
        let press = Press::new(input, &plan, &words, glances);
        match press.body(plan.find("index.html").unwrap()).unwrap() {
            Body::Bytes(bytes) => String::from_utf8(bytes).unwrap(),
            Body::Copy(_) => panic!("home is made"),
        }
    };
    let (kept, findings) = (Glances::default(), fixture::findings());
    let before = home(&site, &findings, now, &kept);
    assert_eq!(before, home(&site, &findings, now, &kept));

    let product = &mut site.rounds.last_mut().unwrap().products[0];
    let list = Arc::clone(&product.list_path);
    let crate::model::ListFile::Read(read) = &mut product.list else { panic!() };
    let item = &mut read.items[0];
    (item.title, item.status) = ("Another title".into(), crate::model::Status::Started);
    kept.forget(&list);
    let edited = home(&site, &findings, now, &kept);
    assert!(edited.contains("Another title") && !before.contains("Another title"));
    assert_eq!(edited, home(&site, &findings, now, &Glances::default()));

    // Findings, the phase and the day change what is shown although no list did.
    for (findings, now) in
        [(&findings[..0], now), (&findings[..], now + DAY), (&findings, now - DAY * 60)]
    {
        let anew = home(&site, findings, now, &Glances::default());
        assert_ne!(anew, edited);
        assert_eq!(anew, home(&site, findings, now, &kept));
    }
}

const DAY: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

#[test]
fn large_pages_are_spread_among_small_ones() {
    assert_eq!(spread(&[1, 2], &[3, 4, 5, 6]), [1, 3, 4, 2, 5, 6]);
    assert_eq!(spread(&[1, 2, 3], &[4, 5]), [1, 4, 2, 5, 3]);
    assert_eq!(spread(&[], &[1, 2]), [1, 2]);
    assert_eq!(spread(&[1], &[]), [1]);
}
