//! The rules of engagement, one rule a file: what it asks, its deadline, and how it judges.
//!
//! A rule returns breaches; how grave they are follows from the date, here and nowhere else.

use std::collections::HashSet;
use std::convert::Infallible;

use jiff::Timestamp;

use crate::crew;
use crate::finding::{Finding, Place, RuleText, Severity};
use crate::model::{Agreement, Item, Limits, List, Person, Reading, Round, Side, Site};
use crate::words::{self, likeness};

mod anew;
mod dates_in_order;
mod deadline_has_a_zone;
mod decision_is_written;
mod estimate_before_start;
mod every_hub_agrees;
mod exactly_ten_items;
mod known_words;
mod leftovers_have_a_fate;
mod links_resolve;
mod list_frozen_after_deadline;
mod no_look_alikes;
mod one_list_per_product;
mod one_owner_per_item;
mod owner_is_known;
mod owner_is_reachable;
mod owner_load;
mod ref_is_unique;
mod skip_says_why;
mod small_enough_to_start;
mod started_gets_finished;
mod survey_is_planned;
mod survey_is_short;
mod survey_went_out;

#[cfg(test)]
mod testing;

/// One rule of engagement.
pub struct Rule {
    /// What a finding is called, and the name of the rule's file with hyphens.
    pub name: &'static str,
    /// What the rule asks, in whole sentences; `{items}` and `{estimate}` stand for the round's
    /// limits. It is what the site's rules page, `littlethings rules` and the check say.
    pub asks: &'static str,
    /// Until then the rule is young, and its breaches are judged more lightly.
    pub deadline: Deadline,
    pub before: Severity,
    pub after: Severity,
    pub judge: fn(&Round, Timestamp) -> Vec<Breach>,
}

/// From when on a rule is meant in earnest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// From the beginning.
    Always,
    Invitation,
    ListsDue,
    WeekBegins,
    WeekEnds,
    SurveyOpens,
    SurveyCloses,
}

pub use anew::{is_by_list, judge_between, judge_list};
pub use ref_is_unique::is_left_to_fmt;

/// One place where a round does not do what a rule asks.
pub struct Breach {
    pub place: Place,
    /// Lower case, names in backticks, no full stop.
    pub message: String,
    /// What to type instead.
    pub help: String,
    /// Never lighter than this, whatever the date.
    pub at_least: Severity,
    /// Never graver than this, whatever the date.
    pub at_most: Severity,
}

impl Breach {
    pub fn new(place: &Place, message: impl Into<String>, help: impl Into<String>) -> Breach {
        Breach {
            place: place.clone(),
            message: message.into(),
            help: help.into(),
            at_least: Severity::Hint,
            at_most: Severity::Error,
        }
    }

    pub fn at_least(self, severity: Severity) -> Breach {
        Breach { at_least: severity, ..self }
    }

    pub fn at_most(self, severity: Severity) -> Breach {
        Breach { at_most: severity.min(self.at_most), ..self }
    }
}

impl Deadline {
    /// Whether it has passed for that round; always, for a rule without a deadline.
    pub fn has_passed(self, round: &Round, now: Timestamp) -> bool {
        let dates = &round.dates;
        match self {
            Deadline::Always => true,
            Deadline::Invitation => now >= dates.invitation.start(),
            Deadline::ListsDue => now >= dates.lists_due.start(),
            Deadline::WeekBegins => now >= dates.week_first.start(),
            Deadline::WeekEnds => now >= dates.week_last.end(),
            Deadline::SurveyOpens => now >= dates.survey_opens.start(),
            Deadline::SurveyCloses => now >= dates.survey_closes.end(),
        }
    }

    /// Whether it says anything only while the week and its survey follow each other.
    fn is_after_the_week(self) -> bool {
        matches!(self, Deadline::WeekEnds | Deadline::SurveyOpens | Deadline::SurveyCloses)
    }

    /// The deadline as the end of "graver once …".
    pub fn words(self) -> &'static str {
        match self {
            Deadline::Always => "from the beginning",
            Deadline::Invitation => "once the invitation is due",
            Deadline::ListsDue => "once the lists are due",
            Deadline::WeekBegins => "once the week begins",
            Deadline::WeekEnds => "once the week is over",
            Deadline::SurveyOpens => "once the survey is due",
            Deadline::SurveyCloses => "once the survey has closed",
        }
    }
}

impl Rule {
    /// What the rule asks, with the round's limits filled in.
    pub fn asks(&self, limits: &Limits) -> String {
        self.asks
            .replace("{items}", &limits.items.to_string())
            .replace("{estimate}", &limits.estimate.to_string())
    }
}

/// All rules, by name.
pub const RULES: &[Rule] = &[
    dates_in_order::RULE,
    deadline_has_a_zone::RULE,
    decision_is_written::RULE,
    estimate_before_start::RULE,
    every_hub_agrees::RULE,
    exactly_ten_items::RULE,
    known_words::RULE,
    leftovers_have_a_fate::RULE,
    links_resolve::RULE,
    list_frozen_after_deadline::RULE,
    no_look_alikes::RULE,
    one_list_per_product::RULE,
    one_owner_per_item::RULE,
    owner_is_known::RULE,
    owner_is_reachable::RULE,
    owner_load::RULE,
    ref_is_unique::RULE,
    skip_says_why::RULE,
    small_enough_to_start::RULE,
    started_gets_finished::RULE,
    survey_is_planned::RULE,
    survey_is_short::RULE,
    survey_went_out::RULE,
];

/// The rules in words, for the site's rules page and the reference.
pub fn texts() -> Vec<RuleText> {
    RULES
        .iter()
        .map(|rule| RuleText {
            name: rule.name,
            asks: rule.asks,
            before: rule.before,
            after: rule.after,
            deadline: rule.deadline.words(),
        })
        .collect()
}

/// Judges a round by every rule. A decided round is judged in hints only: it cannot be changed
/// any more, but what is worth knowing stays worth knowing.
pub fn judge(round: &Round, now: Timestamp) -> Vec<Finding> {
    let rules: Vec<&Rule> = RULES.iter().collect();
    by(&rules, round, now)
}

/// With fewer lists than these, calling for help takes longer than judging them.
const MANY_LISTS: usize = 48;

/// What these rules find.
fn by(rules: &[&Rule], round: &Round, now: Timestamp) -> Vec<Finding> {
    let mut findings: Vec<Finding> = if round.products.len() < MANY_LISTS {
        rules.iter().flat_map(|rule| apply(rule, round, now)).collect()
    } else {
        by_all_processors(rules, round, now)
    };
    Finding::sort(&mut findings);
    findings
}

fn by_all_processors(rules: &[&Rule], round: &Round, now: Timestamp) -> Vec<Finding> {
    let all: Vec<usize> = (0..rules.len()).collect();
    let mut found = vec![Vec::new(); rules.len()];
    let apply = |rule: usize| Ok::<_, Infallible>(apply(rules[rule], round, now));
    let Ok(()) = crew::shared(&all, apply, |rule, findings| {
        found[rule] = findings;
        Ok(())
    });
    // In the order of the rules, whoever was ready first.
    found.concat()
}

/// How a rule judges a change: the round before it, and the round now. It tells only what the round
/// alone does not.
type Since = fn(&Round, &Round, Timestamp) -> Vec<Breach>;

/// The rules that see more where there is something to compare with.
const SINCE: &[(&Rule, Since)] = &[
    (&list_frozen_after_deadline::RULE, list_frozen_after_deadline::since),
    (&ref_is_unique::RULE, ref_is_unique::since),
    (&started_gets_finished::RULE, started_gets_finished::since),
];

/// Judges what became of a site since it was as it was before: what only a comparison can see.
pub fn judge_since(before: &Site, site: &Site, now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    let earlier = site.earlier(before);
    for (round, old) in site.rounds.iter().zip(&earlier) {
        let Some(old) = old else { continue };
        findings.extend(
            SINCE
                .iter()
                .flat_map(|(rule, since)| graded(rule, round, now, || since(old, round, now))),
        );
        if old.slug != round.slug {
            findings.extend(ref_is_unique::round_is_elsewhere(old, round));
        }
    }
    let is_kept = |slug: &str| earlier.iter().flatten().any(|old| old.slug == slug);
    // A round that cannot be read is told of by the reader.
    let is_unread = |slug: &str| site.unread.iter().any(|round| round.slug == slug);
    let gone = before.rounds.iter().filter(|old| !is_kept(&old.slug) && !is_unread(&old.slug));
    findings.extend(gone.filter_map(ref_is_unique::round_is_gone));
    Finding::sort(&mut findings);
    findings
}

fn apply(rule: &Rule, round: &Round, now: Timestamp) -> Vec<Finding> {
    graded(rule, round, now, || (rule.judge)(round, now))
}

/// The rules of how a round ends. They hold until everybody has been heard, decided or not.
const ENDS: [&str; 2] = [decision_is_written::RULE.name, survey_went_out::RULE.name];

/// Breaches as findings: how grave they are follows from the date.
fn graded(
    rule: &Rule,
    round: &Round,
    now: Timestamp,
    judge: impl FnOnce() -> Vec<Breach>,
) -> Vec<Finding> {
    if rule.deadline.is_after_the_week() && dates_in_order::are_swapped(&round.dates) {
        return Vec::new();
    }
    let is_over =
        if ENDS.contains(&rule.name) { round.is_settled(now) } else { round.is_decided() };
    let ceiling = if is_over { Severity::Hint } else { Severity::Error };
    let severity = if rule.deadline.has_passed(round, now) { rule.after } else { rule.before };
    judge()
        .into_iter()
        .map(|breach| Finding {
            rule: rule.name,
            severity: severity.max(breach.at_least).min(breach.at_most).min(ceiling),
            place: breach.place,
            message: breach.message,
            help: breach.help,
        })
        .collect()
}

/// The items whose every fact can be seen. Where something hides a part of a list, what is missing
/// means nothing.
fn whole_items(round: &Round) -> impl Iterator<Item = &Item> {
    round.lists().filter(|(_, list)| !list.cut_short).flat_map(|(_, list)| &list.items)
}

/// What the hubs said to a list. Of two lines of one hub the first counts, and the reader tells of
/// the second.
fn agreements(list: &List) -> impl Iterator<Item = &Agreement> {
    let mut said = HashSet::new();
    list.agreements.iter().filter(move |agreement| said.insert(likeness(&agreement.hub.value)))
}

/// Somebody whose name could stand there, for a help to show how it is written: of that side, and
/// of that hub if there is one.
fn somebody<'a>(
    round: &'a Round,
    side: Side,
    hub: Option<&str>,
    fits: impl Fn(&Person) -> bool,
) -> Option<&'a Person> {
    let there = |person: &Person| person.left.is_none_or(|left| left > round.week().1);
    let of_side = || {
        let people = round.people.all().iter().map(AsRef::as_ref);
        people.filter(|person| person.side == side && there(person) && fits(person))
    };
    let of_hub = hub.and_then(|hub| {
        of_side().find(|person| person.hub.as_ref().is_some_and(|own| same(own, hub)))
    });
    of_hub.or_else(|| of_side().next())
}

/// One of several names as its help shows it: without a mail address, because findings are
/// published. `None` for a name nobody knows.
fn known_name(round: &Round, part: &str) -> Option<String> {
    let reading = round.people.read(part);
    let person = match &reading {
        Reading::Person(person) => Some(person.as_ref()),
        Reading::Unknown { nearest } => meant(round, part, nearest.as_deref()),
        Reading::Several(_) | Reading::Ambiguous(_) => None,
    };
    person.map(|person| person.name.clone())
}

/// The person most likely meant by what nobody is called: the nearest one, or the only one whose
/// whole name is in it, as in `Ana Duarte (Lisbon)`.
fn meant<'a>(round: &'a Round, written: &str, nearest: Option<&'a Person>) -> Option<&'a Person> {
    let nearest = nearest.filter(|person| is_meant(written, person));
    let folded = words::fold(written);
    let parts: Vec<&str> = folded.split(' ').collect();
    let is_in = |person: &&Person| {
        let name = words::fold(&person.name);
        name.contains(' ') && name.split(' ').all(|part| parts.contains(&part))
    };
    let mut named = round.people.all().iter().map(AsRef::as_ref).filter(is_in);
    nearest.or_else(|| named.next().filter(|_| named.next().is_none()))
}

/// Whether the person nearest to what was written can be meant. Two mail addresses of one house
/// are near each other by their ends, which says nothing.
fn is_meant(written: &str, nearest: &Person) -> bool {
    let local = |mail: &str| mail.split_once('@').map(|(local, _)| local.to_owned());
    match local(written).filter(|local| !local.is_empty() && !local.contains(['<', ' '])) {
        Some(written) => {
            let own = local(&nearest.mail).unwrap_or_default();
            let names = [own.as_str(), nearest.id.as_str(), nearest.name.as_str()];
            words::nearest(&written, names).is_some()
        }
        None => true,
    }
}

/// Where a list begins for its readers: at its title, or at the top of a file without one.
fn head(list: &List) -> &Place {
    list.title.as_ref().map_or(&list.place, |title| &title.place)
}

/// Where the status of an item stands, or would.
fn status_place(item: &Item) -> &Place {
    item.status_place.as_ref().unwrap_or(&item.place)
}

/// Whether a text only holds a place, as `-`, `TBD` or `none` do.
fn is_placeholder(text: &str) -> bool {
    matches!(
        &*words::fold(text),
        "" | "tbd" | "tba" | "tbc" | "todo" | "none" | "na" | "n a" | "no" | "nobody" | "open"
    )
}

/// Whether two words are the same but for case, accents and punctuation. Words of which nothing
/// is left then, such as an emoji, must be equal.
fn same(one: &str, other: &str) -> bool {
    one == other || likeness(one) == likeness(other)
}

#[cfg(test)]
mod tests {
    use super::testing::*;
    use super::*;

    #[test]
    fn every_rule_has_its_file_and_every_file_its_rule() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| !["anew.rs", "mod.rs", "testing.rs"].contains(&name.as_str()))
            .map(|name| name.trim_end_matches(".rs").replace('_', "-"))
            .collect();
        files.sort();
        let rules: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
        assert_eq!(rules, files, "each file of src/rules stands in RULES, by name");
    }

    #[test]
    fn every_rule_says_in_sentences_what_it_asks() {
        for text in texts() {
            assert!(text.asks.starts_with(char::is_uppercase), "{}", text.name);
            assert!(text.asks.ends_with('.'), "{}", text.name);
            assert!(text.before <= text.after, "{}", text.name);
        }
        let limits = Limits { items: 7, ..Limits::default() };
        for rule in RULES {
            assert!(!rule.asks(&limits).contains('{'), "{}", rule.name);
        }
    }

    #[test]
    fn a_round_that_keeps_every_rule_is_left_in_peace() {
        for now in [INVITED, LISTING, FROZEN, WEEK] {
            assert_eq!(judge(&perfect_round(), at(now)), vec![], "{now}");
        }
    }

    #[test]
    fn a_decided_round_is_judged_in_hints_only() {
        let findings = judge(
            &round().list("atlas", |list| list.item("Printer", bare)).decided(),
            at(DECIDING),
        );
        assert!(!findings.is_empty());
        assert!(findings.iter().all(|finding| finding.severity == Severity::Hint), "{findings:?}");
    }
}
