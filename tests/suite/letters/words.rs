//! Both parts say the same, no address is in them, and every word they need is there.

use std::collections::BTreeSet;

use jiff::civil::date;
use jiff::tz::TimeZone;
use littlethings::mail::{Genre, Kind};
use littlethings::model::{Item, ListFile, Person, Side, SideCount, Status, When};
use unicode_width::UnicodeWidthStr;

use super::{ASKING, LANGUAGES, Post, ROUND, SATURDAY, all, here};

/// The words of a page, without its head, its tags and its addresses.
fn words_of_html(html: &str) -> Vec<String> {
    let body = html.split_once("<body").unwrap().1;
    let mut text = String::new();
    let mut inside = true;
    for c in body.chars() {
        match c {
            '<' => {
                inside = true;
                text.push(' ');
            }
            '>' if inside => inside = false,
            c if !inside => text.push(c),
            _ => {}
        }
    }
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    words(&text)
}

/// Letters and digits only: what a part puts around its words is its own affair.
fn words(text: &str) -> Vec<String> {
    text.split_whitespace()
        .filter(|word| !word.contains("://"))
        .map(|word| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect()
}

fn links_of_html(html: &str) -> Vec<String> {
    let links = html.split("href=\"").skip(1);
    links.map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&")).collect()
}

fn links_of_text(text: &str) -> Vec<String> {
    let ends = [' ', '\n', '>'];
    let parts = text.match_indices("https://").map(|(at, _)| &text[at..]);
    parts.map(|rest| rest.split(ends).next().unwrap().to_owned()).collect()
}

#[test]
fn both_parts_say_the_same_and_lead_to_the_same_places() {
    for language in LANGUAGES {
        for (name, letter) in all(language) {
            assert_eq!(words(&letter.text), words_of_html(&letter.html), "{name}.{language}");
            assert_eq!(
                links_of_text(&letter.text),
                links_of_html(&letter.html),
                "{name}.{language}"
            );
        }
    }
}

#[test]
fn lines_are_short_and_hold_no_marks_of_markdown() {
    for language in LANGUAGES {
        for (name, letter) in all(language) {
            for line in letter.text.lines() {
                let fits = line.width() <= 72 || line.contains("://");
                assert!(fits, "{name}.{language}: {line}");
            }
            for mark in ["\\", "**", "](", "# ", "\n\n\n", "{", "\u{fdd0}"] {
                assert!(!letter.text.contains(mark), "{name}.{language}: {mark:?}");
            }
            assert!(letter.text.contains("\n-- \n"), "{name}: without a signature");
            assert!(letter.subject.len() <= 200 && !letter.subject.contains('\n'), "{name}");
        }
    }
}

#[test]
fn after_the_week_nobody_is_promised_anything_in_it() {
    for (language, promises) in [
        ("en", ["this week", "while the week lasts", "small enough"]),
        ("de", ["diese Woche", "Solange die Woche", "klein genug"]),
    ] {
        for kind in [Kind::Skipped, Kind::HandedOver] {
            let notices = [(kind, "password-mail")];
            let letter = Post::new(language).at(SATURDAY).write("soren", &notices);
            let text = letter.text.replace('\n', " ");
            for promise in promises {
                assert!(!text.contains(promise), "{promise}: {text}");
            }
        }
    }
}

#[test]
fn a_part_of_a_whole_is_told_in_the_words_of_its_number() {
    let says = |text: &str, words: &str| {
        let text = text.replace('\n', " ");
        assert!(text.contains(words), "{words}: {text}");
    };
    for (language, minutes, complete, out) in [
        (
            "en",
            "It is 2 questions and takes about a minute.",
            "1 of 2 lists is complete now.",
            [
                "1 of 2 people asked has answered (50%). 1 of 1 item was finished.",
                "0 of 1 person asked has answered (0%). 1 of 1 item was finished.",
            ],
        ),
        (
            "de",
            "Es sind 2 Fragen, und sie dauern etwa eine Minute.",
            "Vollständig ist jetzt 1 von 2 Listen.",
            [
                "1 von 2 Befragten hat geantwortet (50\u{a0}%). 1 von 1 Punkt wurde fertig.",
                "0 von 1 Befragten hat geantwortet (0\u{a0}%). 1 von 1 Punkt wurde fertig.",
            ],
        ),
    ] {
        let mut post = Post::new(language).at(ASKING);
        let round = post.round();
        round.survey.as_mut().unwrap().questions.truncate(2);
        round.survey.as_mut().unwrap().intro = Default::default();
        says(&post.write("ana", &[(Kind::Survey, "-")]).text, minutes);
        says(&post.write("ana", &[(Kind::SurveyReminder, "-")]).text, minutes);

        let round = post.round();
        round.products.truncate(2);
        round.products[1].list = ListFile::Missing;
        let first = round.products[0].key.clone();
        says(&post.write("ana", &[(Kind::ListComplete, &first)]).text, complete);

        for (asked, words) in [2, 1].into_iter().zip(out) {
            let mut rounds = post.site.rounds.iter_mut();
            let round = rounds.find(|round| round.slug == "2026-spring").unwrap();
            round.products.truncate(1);
            let items = &mut round.products[0].list.list_mut().unwrap().items;
            items.truncate(1);
            items[0].status = Status::SignedOff;
            let survey = &mut round.record.as_mut().unwrap().survey;
            survey.sides = [(Side::Partner, SideCount { asked, answered: asked - 1 })].into();
            let draft = post.draft("2026-spring", "ana", &[(Kind::ResultsOut, "-")]);
            says(&post.try_write(&draft).unwrap().text, words);
        }
    }
}

#[test]
fn the_end_of_a_day_names_its_day_of_utc() {
    for (zone, said) in [
        (
            "Europe/Zurich",
            "Friday 14 August 2026 (Europe/Zurich, UTC+2; Fri 14 August, 22:00 UTC).",
        ),
        (
            "America/New_York",
            "Friday 14 August 2026 (America/New_York, UTC−4; Sat 15 August, 4:00 UTC).",
        ),
        ("Etc/UTC", "Friday 14 August 2026 (Etc/UTC, UTC±0; Sat 15 August, 0:00 UTC)."),
    ] {
        let mut post = Post::new("en").at(ASKING);
        let round = post.round();
        round.zone.written = zone.into();
        round.zone.zone = TimeZone::get(zone).unwrap();
        let (day, place) = (date(2026, 8, 14), round.dates.survey_closes.place.clone());
        round.dates.survey_closes = When::on(day, &round.zone.zone, place);
        let text = post.write("ana", &[(Kind::Survey, "-")]).text.replace('\n', " ");
        assert!(text.contains(&format!("until the end of {said}")), "{text}");
    }
}

#[test]
fn whoever_is_handed_what_is_done_has_not_written_when_it_is() {
    for (language, says, written) in [
        ("en", "It is done when this is true:", "You had written"),
        ("de", "Fertig ist es, wenn Folgendes stimmt:", "Sie hatten geschrieben"),
    ] {
        let mut post = Post::new(language);
        let items = post.round().products.iter_mut().filter_map(|it| it.list.list_mut());
        let is_done = |item: &&mut Item| item.status == Status::Done && item.done_when.is_some();
        let item = items.flat_map(|list| &mut list.items).find(is_done).unwrap();
        let subject = item.r#ref.text.clone();
        let text = post.write("ana", &[(Kind::HandedOver, &subject)]).text;
        assert!(text.contains(says) && !text.contains(written), "{text}");
    }
}

#[test]
fn whoever_leaves_in_the_week_has_not_written_to_be_away() {
    for (language, written, leaves) in [
        ("en", "You have written", "From Wed 29 July on you will not be there any more."),
        ("de", "Sie haben eingetragen", "Ab Mi, 29. Juli sind Sie nicht mehr da."),
    ] {
        let post = Post::new(language).at("2026-07-24T13:00:00+02:00");
        let mut draft = post.draft(ROUND, "ines", &[(Kind::WeekAhead, "-")]);
        let mut person = Person::clone(&draft.person);
        person.away.clear();
        person.left = Some(date(2026, 7, 29));
        draft.person = person.into();
        let text = post.try_write(&draft).unwrap().text.replace('\n', " ");
        assert!(text.contains(leaves) && !text.contains(written), "{text}");
    }
}

#[test]
fn what_is_not_done_is_counted_as_not_finished_whatever_becomes_of_it() {
    let notices = [(Kind::Fate, "captions"), (Kind::Done, "monthly-mail")];
    for (language, said) in [
        ("en", "This is what happened: 1 not finished and 1 done."),
        ("de", "Das ist geschehen: 1 nicht fertig geworden und 1 fertig."),
    ] {
        let letter = Post::new(language).at(ASKING).write("ana", &notices);
        assert!(letter.text.contains(said), "{}", letter.text);
    }
}

#[test]
fn a_reminder_says_for_how_many_days_it_has_waited() {
    for (days, english, german) in [
        (1, "has been done for a day, and", "ist seit einem Tag fertig, und"),
        (2, "has been done for 2 days, and", "ist seit 2 Tagen fertig, und"),
        (5, "has been done for 5 days, and", "ist seit 5 Tagen fertig, und"),
    ] {
        for (language, said) in [("en", english), ("de", german)] {
            let when = format!("2026-07-{:02}T16:00:00+02:00", 29 - days);
            let post = Post::new(language).told(Kind::Done, "returns-address", "kofi", "", &when);
            let letter = post.write("kofi", &[(Kind::SignOffReminder, "returns-address")]);
            assert!(letter.text.replace('\n', " ").contains(said), "{}", letter.text);
        }
    }
}

#[test]
fn several_that_wait_are_counted_as_several() {
    let many = |kind| [(kind, "monthly-mail"), (kind, "invoice-currency")];
    for (language, kind, said) in [
        ("en", Kind::SignOffReminder, "This is what happened: 2 wait for your word."),
        ("de", Kind::SignOffReminder, "Das ist geschehen: 2 warten auf Ihr Wort."),
        ("en", Kind::Submitted, "This is what happened: 2 wait again."),
        ("de", Kind::Submitted, "Das ist geschehen: 2 warten wieder."),
    ] {
        let letter = Post::new(language).write("ana", &many(kind));
        assert!(letter.text.contains(said), "{}", letter.text);
    }
}

#[test]
fn only_who_has_answered_is_thanked_for_it() {
    for (language, thanks) in [("en", "Thank you"), ("de", "Danke")] {
        let mut post = Post::new(language);
        let draft = post.draft("2026-spring", "ana", &[(Kind::ResultsOut, "-")]);
        let thanked = |post: &Post| post.try_write(&draft).unwrap().text.contains(thanks);
        assert!(!thanked(&post));
        post.told.answered.entry("2026-spring".into()).or_default().insert("ana".into());
        assert!(thanked(&post));
    }
}

#[test]
fn no_address_of_anybody_is_in_a_letter() {
    let post = Post::new("en");
    for language in LANGUAGES {
        for (name, letter) in all(language) {
            for person in post.site.people.all() {
                for part in [&letter.text, &letter.html, &letter.subject] {
                    assert!(!part.contains(&person.mail), "{name}.{language}: {}", person.id);
                }
            }
            assert!(!letter.text.contains('@'), "{name}.{language}");
        }
    }
}

#[test]
fn a_page_is_whole_small_and_asks_nobody_for_anything() {
    for language in LANGUAGES {
        for (name, letter) in all(language) {
            let html = &letter.html;
            assert!(html.len() < 102_000, "{name}: {}", html.len());
            let begin = format!("<!DOCTYPE html>\n<html lang=\"{language}\" dir=\"ltr\">");
            assert!(html.starts_with(&begin), "{name}");
            assert!(html.contains("<meta name=\"color-scheme\" content=\"light dark\">"));
            assert!(html.contains("prefers-color-scheme:dark"));
            for foreign in ["<img", "<table", "<script", "<link", "src=", "url(", "@import"] {
                assert!(!html.contains(foreign), "{name}: {foreign}");
            }
            balanced(name, html);
        }
    }
}

/// Every element that is opened is closed, in order.
fn balanced(name: &str, html: &str) {
    let mut open: Vec<&str> = Vec::new();
    for tag in html.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap();
        let word = tag.trim_start_matches('/').split([' ', '\n']).next().unwrap();
        if matches!(word, "!DOCTYPE" | "meta" | "br" | "hr") {
            continue;
        }
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(word), "{name}");
        } else {
            open.push(word);
        }
    }
    assert_eq!(open, [""; 0], "{name}");
}

#[test]
fn links_say_where_they_lead() {
    for language in LANGUAGES {
        for (name, letter) in all(language) {
            let texts: Vec<String> = letter
                .html
                .split("<a ")
                .skip(1)
                .map(|rest| {
                    let text = rest.split_once('>').unwrap().1.split("</a>").next().unwrap();
                    text.to_owned()
                })
                .collect();
            for text in &texts {
                assert!(!text.is_empty() && !text.contains("://"), "{name}: {text}");
                let lazy = ["click here", "hier klicken", "link", "more", "mehr"];
                assert!(!lazy.contains(&text.to_lowercase().as_str()), "{name}: {text}");
            }
        }
    }
}

/// The keys that templates and the code of letters ask for, and those that are there.
#[test]
fn every_word_of_a_letter_is_asked_for_and_there() {
    let words = Post::new("en").theme;
    let words = words.words();
    let mut asked: BTreeSet<String> = BTreeSet::new();
    let mut sources: Vec<_> = Vec::new();
    for folder in ["themes/default/letters", "src/mail/letter"] {
        for file in std::fs::read_dir(here().join(folder)).unwrap() {
            sources.push(std::fs::read_to_string(file.unwrap().path()).unwrap());
        }
    }
    for source in &sources {
        for part in source.split("\"letter.").skip(1) {
            let key = part.split('"').next().unwrap();
            asked.insert(format!("letter.{key}"));
        }
    }
    // What the item's page says of a letter stands in the same table.
    let of_pages = |key: &str| key.matches('.').count() == 1;
    for key in words.keys().filter(|key| key.starts_with("letter.") && !of_pages(key)) {
        let is_asked = asked.iter().any(|it| it == key)
            || asked.iter().any(|it| {
                (it.ends_with('.') && key.starts_with(it.as_str()))
                    || it.split_once("{}").is_some_and(|(begin, _)| key.starts_with(begin))
            });
        assert!(is_asked, "nothing asks for {key}");
    }
    for key in asked.iter().filter(|key| !key.ends_with('.') && !key.contains('{')) {
        assert!(words.has(key), "there are no words for {key}");
    }
    for kind in Kind::ALL.into_iter().filter(|kind| Genre::of(*kind) == Genre::News) {
        if kind != Kind::WeekOff {
            assert!(words.has(&format!("letter.news.short.{}", kind.word())), "{kind:?}");
        }
    }
}
