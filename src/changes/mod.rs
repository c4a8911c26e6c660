//! What a change means, in the words of the round and not in lines: what was started or skipped,
//! what moved, who owns what now, who agrees. Two readings of the same repository in, Markdown out.
//! It reads no file, asks for no time and judges nothing; findings are only counted here.
//!
//! A reader of the Markdown may be anybody who can see the repository, so it holds first names and
//! never an address, and what people typed stands in code spans, where it calls nobody.

mod findings;
mod items;
mod mailing;
mod outcome;
mod part;
mod people;
mod round;
mod shown;
mod unread;

use std::collections::HashSet;
use std::fmt::Write;

use jiff::Timestamp;

use crate::finding::Finding;
use crate::model::{Settings, Site};
use crate::words::count;

use findings::Renamed;
pub use findings::{Difference, FindingChanges};
pub use mailing::{About, Mailing};
pub use unread::{Side, bridge};

/// What is different, in sentences, by whom it concerns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub rounds: Vec<RoundChanges>,
    /// About the settings and the people.
    pub site: Vec<String>,
    /// Texts that say the same in other words, as far as a program can tell.
    pub reworded: usize,
    pub findings: FindingChanges,
    /// Whom the change will mail, where that is known.
    pub mailings: Vec<Mailing>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundChanges {
    pub slug: String,
    pub title: String,
    pub products: Vec<ProductChanges>,
    /// About the round itself: its dates, its survey, its decision.
    pub told: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductChanges {
    pub name: String,
    pub told: Vec<String>,
}

/// A site, and what the check says of it.
#[derive(Clone, Copy, Debug)]
pub struct State<'a> {
    pub site: &'a Site,
    pub findings: &'a [Finding],
}

/// What is different between two states of a repository, at one instant.
pub fn between(before: State, after: State, now: Timestamp) -> Changes {
    let mut changes = Changes {
        site: settings(&before.site.settings, &after.site.settings),
        findings: FindingChanges::between(
            before.findings,
            after.findings,
            &renamed(before.site, after.site),
        ),
        ..Changes::default()
    };
    changes.site.extend(people::changes(&before.site.people, &after.site.people));
    rounds(before.site, after.site, now, &mut changes);
    changes
}

/// What is called otherwise now: the folders of rounds, and files of products in them.
fn renamed<'a>(before: &'a Site, after: &'a Site) -> Renamed<'a> {
    let mut renamed = Renamed::default();
    for (round, old) in after.rounds.iter().zip(after.earlier(before)) {
        let Some(old) = old else { continue };
        if old.folder != round.folder {
            renamed.folders.push((&old.folder, &round.folder));
        }
        for (product, old) in round.products.iter().zip(round.earlier(old)) {
            let Some(old) = old.filter(|old| old.key != product.key) else { continue };
            renamed.files.insert(&*old.list_path, &*product.list_path);
            renamed.files.insert(&*old.guesses_path, &*product.guesses_path);
        }
    }
    renamed
}

fn rounds(before: &Site, after: &Site, now: Timestamp, changes: &mut Changes) {
    let was_unread = |slug: &str| before.unread.iter().any(|round| round.slug == slug);
    let is_unread = |slug: &str| after.unread.iter().any(|round| round.slug == slug);
    let earlier = after.earlier(before);
    for (round, old) in after.rounds.iter().zip(&earlier) {
        let found = match old {
            Some(old) => round::changes(old, round, now, &mut changes.reworded),
            None => round::fresh(round, was_unread(&round.slug)),
        };
        if !found.told.is_empty() || !found.products.is_empty() {
            changes.rounds.push(found);
        }
    }
    let kept: HashSet<&str> = earlier.iter().flatten().map(|old| old.slug.as_str()).collect();
    for old in before.rounds.iter().filter(|old| !kept.contains(old.slug.as_str())) {
        changes.rounds.push(round::gone(old, is_unread(&old.slug)));
    }
}

/// The settings that are others now. Their values are for whoever reads the file.
fn settings(before: &Settings, after: &Settings) -> Vec<String> {
    let Settings {
        title,
        base_url,
        language,
        theme,
        repository,
        support,
        now,
        mail,
        survey_url,
        survey_thanks,
        place: _,
    } = after;
    let other = |key: &'static str, differs: bool| (key, differs.then_some("is another"));
    [
        other("title", before.title != *title),
        other("base_url", before.base_url != *base_url),
        other("language", before.language != *language),
        other("theme", before.theme != *theme),
        ("repository", became(&before.repository, repository)),
        ("support", became(&before.support, support)),
        ("now", became(&before.now, now)),
        other("mail", before.mail != *mail),
        ("survey.url", became(&before.survey_url, survey_url).map(asked_without)),
        other("survey.thanks", before.survey_thanks != *survey_thanks),
    ]
    .into_iter()
    .filter_map(|(key, became)| Some(format!("`{key}` in the settings {}", became?)))
    .collect()
}

const GONE: &str = "is gone";

/// What a setting became that may be left out.
fn became<T: PartialEq>(before: &Option<T>, after: &Option<T>) -> Option<&'static str> {
    match (before, after) {
        _ if before == after => None,
        (None, _) => Some("is new"),
        (_, None) => Some(GONE),
        _ => Some("is another"),
    }
}

/// What it means when nobody knows any more where the survey is answered.
fn asked_without(became: &'static str) -> &'static str {
    if became == GONE { "is gone, and without it nobody is asked" } else { became }
}

impl Changes {
    /// Whether nobody is told or promised anything else than before.
    pub fn is_nothing(&self) -> bool {
        self.rounds.is_empty() && self.site.is_empty()
    }

    /// The changes as Markdown, by round and product.
    pub fn markdown(&self) -> String {
        part::joined(&self.parts())
    }

    /// The same in at most so many bytes, from 1,000 on. Where that is too few, every part says how
    /// many lines it lacks, and whom a merge will mail still stands at the end.
    pub fn markdown_within(&self, bytes: usize) -> String {
        let whole = self.markdown();
        if whole.len() <= bytes {
            whole
        } else {
            part::joined(&part::shortened(self.parts(), bytes))
        }
    }

    /// What changes, what the check says of it, and whom it will mail.
    fn parts(&self) -> [String; 3] {
        [self.told(), self.findings.markdown(), mailing::markdown(&self.mailings)]
    }

    fn told(&self) -> String {
        let reworded = count(self.reworded, "description", "descriptions") + " reworded";
        let mut text = String::new();
        if self.is_nothing() {
            text.push_str("Nothing changes what anybody is told or promised");
            if self.reworded > 0 {
                let _ = write!(text, "; {reworded}");
            }
            text.push_str(".\n");
        }
        for RoundChanges { slug: _, title, products, told } in &self.rounds {
            let _ = write!(text, "\n## {}\n", shown::plain(title));
            bullets(&mut text, told);
            for ProductChanges { name, told } in products {
                let _ = write!(text, "\n**{}**\n", shown::plain(name));
                bullets(&mut text, told);
            }
        }
        if !self.site.is_empty() {
            text.push_str("\n## People and settings\n");
            bullets(&mut text, &self.site);
        }
        if !self.is_nothing() && self.reworded > 0 {
            let _ = write!(text, "\n{reworded}.\n");
        }
        text
    }
}

fn bullets(text: &mut String, sentences: &[String]) {
    if !sentences.is_empty() {
        text.push('\n');
    }
    for sentence in sentences {
        let _ = writeln!(text, "- {sentence}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_that_may_be_left_out_comes_and_goes() {
        let there = Some("x");
        assert_eq!(became(&None, &there), Some("is new"));
        assert_eq!(became(&there, &Some("y")), Some("is another"));
        assert_eq!(became(&there, &None), Some(GONE));
        assert_eq!(became(&there, &there), None);
        assert_eq!(asked_without(GONE), "is gone, and without it nobody is asked");
    }

    #[test]
    fn nothing_is_said_in_so_many_words() {
        let mut changes = Changes::default();
        assert_eq!(changes.markdown(), "Nothing changes what anybody is told or promised.\n");
        changes.reworded = 2;
        assert_eq!(
            changes.markdown(),
            "Nothing changes what anybody is told or promised; 2 descriptions reworded.\n"
        );
    }

    #[test]
    fn sentences_stand_below_whom_they_concern() {
        let changes = Changes {
            rounds: vec![RoundChanges {
                slug: "2026-summer".into(),
                title: "Summer *2026*".into(),
                products: vec![ProductChanges {
                    name: "Atlas".into(),
                    told: vec!["`A` started, was submitted".into(), "Berlin agrees now".into()],
                }],
                told: vec!["the survey went out".into()],
            }],
            site: vec!["Ana is new".into()],
            reworded: 1,
            findings: FindingChanges::default(),
            mailings: vec![],
        };
        insta::assert_snapshot!(changes.markdown(), @r"
        ## Summer \*2026\*

        - the survey went out

        **Atlas**

        - `A` started, was submitted
        - Berlin agrees now

        ## People and settings

        - Ana is new

        1 description reworded.
        ");
    }
}
