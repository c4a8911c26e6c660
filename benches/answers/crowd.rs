//! The people who are asked, and the forms they have open.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use littlethings::survey::{Purpose, Secret, Token};

use crate::load::{get, status};

const ROUND: &str = "2026-summer";

const SURVEY: &str = "# How was it?

## Should there be another week?
- Ref: again
- For: owners, hubs, developers, managers
- Answer: choose one
  - Yes
  - No

## How was this one for you?
- Ref: how
- For: hubs, developers
- Answer: scale 1 to 5

## What should we change?
- Ref: change
- For: hubs, developers
- Answer: text
";

pub struct Crowd {
    pub people: Vec<Person>,
}

pub struct Person {
    /// Where their form is.
    pub path: String,
    /// What the form says about when it was opened.
    pub shown: String,
}

impl Crowd {
    /// Writes a repository whose survey is open now, and that asks so many people.
    pub fn in_repository(root: &Path, number: usize) -> Crowd {
        let write = |path: &str, text: &str| {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), text).unwrap();
        };
        write("littlethings.toml", SETTINGS);
        write("content/people.toml", &people(number));
        write(&format!("content/{ROUND}/round.toml"), &round());
        write(&format!("content/{ROUND}/survey.md"), SURVEY);
        let secret = Secret::read_or_make(&root.join(".littlethings/secret")).unwrap();
        let person = |index: usize| {
            let token = Token::of(&secret, Purpose::Answer, ROUND, &format!("p{index}"));
            Person { path: token.link("", Purpose::Answer), shown: String::new() }
        };
        Crowd { people: (0..number).map(person).collect() }
    }

    /// Everybody opens their form.
    pub fn open_forms(&mut self, address: &str) {
        for person in &mut self.people {
            let page = get(address, &person.path);
            assert_eq!(status(&page), 200, "{page}");
            person.shown = between(&page, "name=\"shown\" value=\"", "\"").unwrap().to_owned();
        }
    }
}

impl Person {
    /// The body of their form, with an answer that bears a number from 0.
    pub fn form(&self, number: usize) -> String {
        let shown = &self.shown;
        format!("rev={number}&shown={shown}&q.again=Yes&q.how=4&q.change=Answer+{number}.")
    }

    /// The number of the answer that their form shows.
    pub fn answer_there(&self, address: &str) -> Option<usize> {
        between(&get(address, &self.path), ">\nAnswer ", ".</textarea>")?.parse().ok()
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    Some(text.split_once(before)?.1.split_once(after)?.0)
}

const SETTINGS: &str = "title = \"A week of little things\"
base_url = \"https://week.example.org/\"
language = \"en\"

[survey]
url = \"https://answers.example.org/\"
";

fn people(number: usize) -> String {
    let mut people = String::new();
    for index in 0..number {
        let side = if index % 2 == 0 { "partner\"\nhub = \"Lisbon" } else { "developer" };
        let _ = writeln!(
            people,
            "[p{index}]\nname = \"Pia{index} Pahl\"\nmail = \"p{index}@example.org\"\n\
             side = \"{side}\"\n"
        );
    }
    people
}

#[allow(clippy::disallowed_methods, reason = "no real answer comes in at any other time")]
fn round() -> String {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let day = |days: i32| today.saturating_add(days.days());
    format!(
        "title = \"Summer 2026\"\ntime_zone = \"Europe/Zurich\"\ncoordinators = [\"p0\"]\n\
         hubs = [\"Lisbon\"]\n\n[dates]\ninvitation = {}\nlists_due = {}\n\
         week = {{ first = {}, last = {} }}\nsurvey = {{ opens = {}, closes = {} }}\n\n\
         [products.atlas]\nname = \"Atlas\"\nmanager = \"p1\"\n",
        day(-30),
        day(-14),
        day(-10),
        day(-6),
        day(-2),
        day(5)
    )
}
