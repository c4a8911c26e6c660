//! Whom a change will mail once it is merged, and about what. By first name only: a comment on a
//! pull request is read by many.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::shown::{code, of_hub, plain};
use crate::words::and;

/// One person who will get mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mailing {
    pub first_name: String,
    /// Tells them apart from others of that name.
    pub hub: Option<String>,
    pub about: Vec<About>,
}

/// One thing they will hear.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct About {
    /// The title of an item or the name of a product, if it is about one.
    pub title: Option<String>,
    /// What follows the title, or stands alone: `started`, `the invitation`.
    pub words: &'static str,
}

/// How many names stand in one line; of the others there is a number.
const NAMES: usize = 10;

/// How many things stand in one line, likewise.
const THINGS: usize = 20;

/// The section that ends a diff; nothing where nobody is mailed. Who hears the same stands in one
/// line.
pub fn markdown(mailings: &[Mailing]) -> String {
    let mut named: BTreeMap<&str, usize> = BTreeMap::new();
    for mailing in mailings {
        *named.entry(&mailing.first_name).or_default() += 1;
    }
    let mut lines: Vec<(&[About], Vec<String>)> = Vec::new();
    let mut seen: BTreeMap<&[About], usize> = BTreeMap::new();
    for mailing in mailings {
        let line = *seen.entry(&mailing.about).or_insert_with(|| {
            lines.push((&mailing.about, Vec::new()));
            lines.len() - 1
        });
        let hub = mailing.hub.as_deref().filter(|_| named[&*mailing.first_name] > 1);
        lines[line].1.push(of_hub(&plain(&mailing.first_name), hub));
    }
    let mut text = String::new();
    if !lines.is_empty() {
        text.push_str("\n## Whom a merge will mail\n\n");
    }
    for (about, names) in lines {
        let about: Vec<String> = about.iter().map(About::sentence).collect();
        let _ = writeln!(text, "- {}: {}", some(names, NAMES), some(about, THINGS));
    }
    text
}

fn some(mut words: Vec<String>, limit: usize) -> String {
    let more = words.len().saturating_sub(limit);
    if more > 1 {
        words.truncate(limit);
        words.push(format!("{more} more"));
    }
    and(&words)
}

impl About {
    fn sentence(&self) -> String {
        match &self.title {
            Some(title) => format!("{} {}", code(title), self.words),
            None => self.words.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailing(name: &str, about: &[(Option<&str>, &'static str)]) -> Mailing {
        let about = about
            .iter()
            .map(|(title, words)| About { title: title.map(str::to_owned), words })
            .collect();
        Mailing { first_name: name.to_owned(), hub: None, about }
    }

    #[test]
    fn who_hears_the_same_stands_in_one_line() {
        let invitation: &[_] = &[(None, "the invitation")];
        let text = markdown(&[
            mailing("Ana", invitation),
            mailing("Rui", &[(Some("Labels"), "started"), (Some("`x`"), "done")]),
            mailing("Marta", invitation),
        ]);
        assert_eq!(
            text,
            "\n## Whom a merge will mail\n\n- Ana and Marta: the invitation\n\
             - Rui: `Labels` started and `` `x` `` done\n"
        );
        assert_eq!(markdown(&[]), "");
    }

    #[test]
    fn of_a_crowd_there_is_a_number() {
        let crowd: Vec<Mailing> =
            (0..40).map(|_| mailing("Ana", &[(None, "the survey")])).collect();
        assert!(markdown(&crowd).contains("Ana and 30 more: the survey"));
        let much = vec![(Some("Labels"), "started"); 50];
        assert!(markdown(&[mailing("Ana", &much)]).ends_with("`Labels` started and 30 more\n"));
    }
}
