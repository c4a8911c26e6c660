//! A word nobody knows is asked about and never taken for another.

use jiff::Timestamp;

use super::{Breach, Deadline, Rule, agreements, same, status_place};
use crate::finding::{Place, Placed, Severity};
use crate::model::{
    Agreed, Agreement, Effort, Estimate, Item, Key, Kind, NextStep, Outcome, Product, Round, Status,
};
use crate::words::{fold, nearest, or, ticked};

pub const RULE: Rule = Rule {
    name: "known-words",
    asks: "Status, kind, hub, durations and the like are written in the words everybody knows. A new word may be better, but pages, letters and totals would pass it over.",
    deadline: Deadline::Always,
    before: Severity::Error,
    after: Severity::Error,
    judge,
};

fn judge(round: &Round, now: Timestamp) -> Vec<Breach> {
    let week_begins = Deadline::WeekBegins.has_passed(round, now);
    let mut breaches: Vec<Breach> = round
        .items()
        .flat_map(|(_, item)| {
            [status(item), kind(item), hub(round, item), next(item)]
                .into_iter()
                .chain(durations(item))
        })
        .flatten()
        .collect();
    breaches.extend(round.products.iter().flat_map(|product| product_hubs(round, product)));
    let agreed = round.lists().flat_map(|(_, list)| agreements(list));
    breaches.extend(agreed.filter_map(agreement));
    breaches.extend(outcome(round));
    if week_begins {
        breaches.extend(super::whole_items(round).filter_map(silent_status));
    }
    breaches
}

/// A set of words, one of which was meant.
struct Words<'a> {
    /// `a status`.
    what: &'a str,
    /// What is typed around the word.
    before: String,
    after: &'static str,
    known: Vec<&'a str>,
    /// What people write instead, folded, and what they mean.
    instead: &'static [(&'static str, &'static str)],
}

/// How many words a help lists though it knows the nearest.
const FEW: usize = 7;

impl Words<'_> {
    fn breach(&self, place: &Place, written: &str) -> Breach {
        let Words { what, before, after, known, .. } = self;
        let help = match self.meant(written) {
            // The nearest word may not be the right one, so few others stand beside it.
            Some(word) if (2..=FEW).contains(&known.len()) => {
                let others: Vec<&str> =
                    known.iter().copied().filter(|other| *other != word).collect();
                format!("write `{before}{word}{after}`, or {}", or(&ticked(&others)))
            }
            Some(word) => format!("write `{before}{word}{after}`"),
            None if after.is_empty() => format!("write `{before}` and {}", or(&ticked(known))),
            None => format!("write {}", or(&ticked(known))),
        };
        Breach::new(place, format!("`{written}` is not {what}"), help)
    }

    fn meant(&self, written: &str) -> Option<&str> {
        let folded = fold(written);
        let custom = self.instead.iter().find(|(word, _)| *word == folded).map(|(_, known)| *known);
        // "started on Monday": a known word with more behind it.
        let begun = || {
            let begins = |word: &&str| folded.starts_with(&format!("{} ", fold(word)));
            self.known.iter().copied().find(begins)
        };
        // "start": the beginning of one known word.
        let cut = || {
            let longer = |word: &&str| folded.len() > 2 && fold(word).starts_with(&folded);
            self.known.iter().copied().find(longer)
        };
        let near = || nearest(written, self.known.iter().copied());
        custom.or_else(begun).or_else(cut).or_else(near)
    }
}

fn fact(key: Key) -> String {
    format!("- {}: ", key.word())
}

fn status(item: &Item) -> Option<Breach> {
    let Status::Other(written) = &item.status else { return None };
    let words = Words {
        what: "a status",
        before: fact(Key::Status),
        after: "",
        known: Status::KNOWN.iter().map(Status::word).collect(),
        instead: &[
            ("in progress", "started"),
            ("wip", "started"),
            ("doing", "started"),
            ("ongoing", "started"),
            ("begun", "started"),
            ("in work", "started"),
            ("in review", "started"),
            ("in test", "started"),
            ("testing", "started"),
            ("blocked", "started"),
            ("finished", "done"),
            ("closed", "done"),
            ("fixed", "done"),
            ("complete", "done"),
            ("completed", "done"),
            ("resolved", "done"),
            ("ready", "done"),
            ("deployed", "done"),
            ("released", "done"),
            ("not started", "submitted"),
            ("todo", "submitted"),
            ("to do", "submitted"),
            ("open", "submitted"),
            ("new", "submitted"),
            ("planned", "submitted"),
            ("rejected", "skipped"),
            ("declined", "skipped"),
            ("wont do", "skipped"),
            ("wontdo", "skipped"),
            ("wontfix", "skipped"),
            ("wont fix", "skipped"),
            ("postponed", "skipped"),
            ("deferred", "skipped"),
            ("cancelled", "skipped"),
            ("canceled", "skipped"),
            ("skip", "skipped"),
            ("accepted", "signed off"),
            ("approved", "signed off"),
            ("signed", "signed off"),
            ("verified", "signed off"),
            ("confirmed", "signed off"),
        ],
    };
    Some(words.breach(status_place(item), written))
}

/// Reading an empty status as submitted is right before the week. From its first day on
/// somebody may have forgotten to write the status.
fn silent_status(item: &Item) -> Option<Breach> {
    let silent = item.status_place.is_none() && !item.is_garbled(Key::Status);
    silent.then(|| {
        Breach::new(
            &item.place,
            format!("`{}` has no status and counts as submitted", item.title),
            "write `- Status: submitted`, `skipped` or `started`",
        )
        .at_most(Severity::Hint)
    })
}

fn kind(item: &Item) -> Option<Breach> {
    let kind = item.kind.as_ref()?;
    let Kind::Other(written) = &kind.value else { return None };
    let words = Words {
        what: "a kind of item",
        before: fact(Key::Kind),
        after: "",
        known: Kind::KNOWN.iter().map(Kind::word).collect(),
        instead: &[
            ("defect", "bug"),
            ("error", "bug"),
            ("improvement", "feature"),
            ("enhancement", "feature"),
            ("wish", "feature"),
            ("documentation", "docs"),
            ("doc", "docs"),
            ("support", "help"),
            ("course", "training"),
            ("question", "advice"),
        ],
    };
    Some(words.breach(&kind.place, written))
}

fn hub(round: &Round, item: &Item) -> Option<Breach> {
    let hub = item.hub.as_ref()?;
    unknown_hub(round, hub, fact(Key::Hub), "")
}

fn product_hubs(round: &Round, product: &Product) -> impl Iterator<Item = Breach> {
    product.hubs.iter().filter_map(|hub| unknown_hub(round, hub, "\"".to_owned(), "\""))
}

fn unknown_hub(
    round: &Round,
    hub: &Placed<String>,
    before: String,
    after: &'static str,
) -> Option<Breach> {
    // That the round names no hubs is told by the reader.
    if round.hubs.is_empty() {
        return None;
    }
    let known: Vec<&str> = round.hubs.iter().map(|hub| hub.value.as_str()).collect();
    let is_known = known.iter().any(|known| same(known, &hub.value));
    let words = Words { what: "a hub of this round", before, after, known, instead: &[] };
    (!is_known).then(|| words.breach(&hub.place, &hub.value))
}

fn next(item: &Item) -> Option<Breach> {
    let next = item.next.as_ref()?;
    let NextStep::Other(written) = &next.value.step else { return None };
    let words = Words {
        what: "a next step",
        before: fact(Key::Next),
        after: "",
        known: NextStep::KNOWN.iter().map(NextStep::word).collect(),
        instead: &[
            ("backlog", "roadmap"),
            ("planned", "roadmap"),
            ("later", "next round"),
            ("next time", "next round"),
            ("next week", "next round"),
            ("issue", "ticket"),
            ("wontfix", "won't do"),
            ("wont fix", "won't do"),
            ("no", "won't do"),
            ("never", "won't do"),
            ("rejected", "won't do"),
            ("tbd", "undecided"),
            ("unknown", "undecided"),
            ("open", "undecided"),
        ],
    };
    Some(words.breach(&next.place, written))
}

fn durations(item: &Item) -> [Option<Breach>; 3] {
    [(Key::FeelsLike, &item.feels_like), (Key::Estimate, &item.estimate), (Key::Took, &item.took)]
        .map(|(key, written)| duration(key, written.as_ref()?))
}

fn duration(key: Key, estimate: &Placed<Estimate>) -> Option<Breach> {
    let Estimate::Other(written) = &estimate.value else { return None };
    // What it feels like to the asker is a guess, and a loose word for it is no harm.
    let at_most = if key == Key::FeelsLike { Severity::Warning } else { Severity::Error };
    let key = fact(key);
    let message = match number_alone(written) {
        Some(number) if number == *written => format!("`{written}` may be hours or days"),
        _ => format!("`{written}` is not a duration"),
    };
    let help = if let Some(duration) = begins_with(written) {
        format!("write `{key}{duration}`, and the rest below the facts")
    } else if let Some(number) = number_alone(written) {
        let days = if number == "1" { "day" } else { "days" };
        format!("write `{key}{number}h` or `{key}{number} {days}`")
    } else {
        format!(
            "write `{key}` and a duration, such as `2h`, `half a day`, `2-3 days`, or `?` for not yet known"
        )
    };
    Some(Breach::new(&estimate.place, message, help).at_most(at_most))
}

/// The duration before other words, as in `3 days (rough)`.
fn begins_with(written: &str) -> Option<&str> {
    let ends = written.match_indices([' ', ',', ';', '(', '?', '+']).map(|(end, _)| end);
    let loose = |c: char| c.is_whitespace() || matches!(c, '+' | ',' | ';' | '(' | '?');
    let begins: Vec<&str> = ends.map(|end| written[..end].trim_end_matches(loose)).collect();
    begins.into_iter().rev().find(|begin| Effort::read(begin).is_some())
}

/// The number or range that a duration without a known unit begins with: `2-3` or `2 Tage`.
fn number_alone(written: &str) -> Option<&str> {
    let is_number = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '–' | ' ');
    let end = written.find(|c| !is_number(c)).unwrap_or(written.len());
    let number = written[..end].trim();
    (number.contains(|c| matches!(c, '1'..='9'))
        && Effort::read(&format!("{number} days")).is_some())
    .then_some(number)
}

fn agreement(agreement: &Agreement) -> Option<Breach> {
    let Agreed::Other(written) = &agreement.agreed else { return None };
    let words = Words {
        what: "an answer to whether a hub agrees",
        before: format!("- Agreed by {}: ", agreement.hub.value),
        after: "",
        known: vec!["yes", "not yet"],
        instead: &[
            ("y", "yes"),
            ("ok", "yes"),
            ("okay", "yes"),
            ("agreed", "yes"),
            ("done", "yes"),
            ("x", "yes"),
            ("no", "not yet"),
            ("n", "not yet"),
            ("pending", "not yet"),
            ("open", "not yet"),
            ("waiting", "not yet"),
        ],
    };
    let breach = words.breach(&agreement.place, written);
    Some(match answer_and_more(written) {
        Some((answer, more)) => {
            Breach { help: format!("write `{}{answer}, {more}`", words.before), ..breach }
        }
        None => breach,
    })
}

/// `yes (Ana, 20 July)`: an answer, and more where only a comma is missing.
fn answer_and_more(written: &str) -> Option<(&'static str, &str)> {
    ["yes", "not yet"].into_iter().find_map(|answer| {
        let (begin, more) = written.split_at_checked(answer.len())?;
        let is_it = begin.eq_ignore_ascii_case(answer) && !more.starts_with(char::is_alphanumeric);
        let more = more.trim_matches(|c: char| !c.is_alphanumeric());
        // Findings are published, mail addresses are not.
        (is_it && !more.is_empty() && !more.contains('@')).then_some((answer, more))
    })
}

fn outcome(round: &Round) -> Option<Breach> {
    let outcome = round.decision.as_ref()?.outcome.as_ref()?;
    let Outcome::Other(written) = &outcome.value else { return None };
    let words = Words {
        what: "a decision",
        before: "- Decision: ".to_owned(),
        after: "",
        known: Outcome::KNOWN.iter().map(Outcome::word).collect(),
        instead: &[
            ("yes", "again"),
            ("repeat", "again"),
            ("yes but differently", "again, differently"),
            ("differently", "again, differently"),
            ("no", "not again"),
            ("do not repeat", "not again"),
            ("never again", "not again"),
        ],
    };
    Some(words.breach(&outcome.place, written))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    fn item(write: impl Fn(Item) -> Item) -> Round {
        round().list("atlas", |list| list.item("Printer", |item| write(item.status("submitted"))))
    }

    /// What is said of a status, and what to type instead.
    fn said_of(status: &str) -> (Vec<String>, String) {
        let round = item(|item| item.status(status));
        (told(&RULE, &round, LISTING), helps(&RULE, &round, LISTING).concat())
    }

    #[test]
    fn known_words_are_fine() {
        let round = item(|item| {
            item.status("Signed-off")
                .estimate("?")
                .kind(Kind::Miscellaneous)
                .hub("lisbon")
                .next(NextStep::WontDo)
        });
        assert_eq!(told(&RULE, &round, WEEK), NOTHING);
    }

    #[test]
    fn a_status_in_other_words_comes_with_the_known_one() {
        for (written, meant) in [
            ("WIP", "started"),
            ("in-progress", "started"),
            ("startd", "started"),
            ("start", "started"),
            ("started on Monday", "started"),
            ("Fixed", "done"),
            ("not started", "submitted"),
            ("todo", "submitted"),
            ("won't do", "skipped"),
            ("approved", "signed off"),
        ] {
            let (told, help) = said_of(written);
            assert_eq!(told, [format!("error lists/atlas.md:33 `{written}` is not a status")]);
            let help = help.replace(&format!("`- Status: {meant}`"), "that");
            assert!(help.starts_with("write that, or `") && help.contains(" or `"), "{help}");
        }
        assert_eq!(
            said_of("🚀").1,
            "write `- Status: ` and `submitted`, `skipped`, `started`, `done` or `signed off`"
        );
        assert!(
            told(&RULE, &item(|item| item.status("wip")).decided(), WEEK)[0].starts_with("hint")
        );
    }

    #[test]
    fn a_missing_status_is_a_hint_from_the_first_day_on() {
        let round = round().list("atlas", |list| list.item("Printer", bare));
        assert_eq!(told(&RULE, &round, FROZEN), NOTHING);
        assert_eq!(
            told(&RULE, &round, WEEK),
            ["hint lists/atlas.md:20 `Printer` has no status and counts as submitted"]
        );
        let garbled = self::round().list("atlas", |list| {
            list.item("Printer", |item| Item { garbled: vec![Key::Status], ..item })
        });
        assert_eq!(told(&RULE, &garbled, WEEK), NOTHING);
    }

    #[test]
    fn kinds_hubs_and_next_steps_are_known() {
        let round = item(|item| {
            item.kind(Kind::Other("improvement".into()))
                .hub("Lisbn")
                .next(NextStep::Other("backlog".into()))
        });
        assert_eq!(
            told(&RULE, &round, WEEK),
            [
                "error lists/atlas.md:24 `Lisbn` is not a hub of this round",
                "error lists/atlas.md:25 `improvement` is not a kind of item",
                "error lists/atlas.md:35 `backlog` is not a next step",
            ]
        );
        assert_eq!(
            helps(&RULE, &round, WEEK),
            [
                "write `- Hub: Lisbon`, or `Berlin` or `Support`",
                "write `- Kind: feature`, or `bug`, `docs`, `help`, `training`, `advice` or `other`",
                "write `- Next: roadmap`, or `next round`, `ticket`, `won't do` or `undecided`",
            ]
        );
    }

    #[test]
    fn a_duration_needs_its_unit() {
        let round = item(|item| item.estimate("3"));
        assert_eq!(told(&RULE, &round, WEEK), ["error lists/atlas.md:31 `3` may be hours or days"]);
        assert_eq!(helps(&RULE, &round, WEEK), ["write `- Estimate: 3h` or `- Estimate: 3 days`"]);
        assert_eq!(
            told(&RULE, &item(|item| item.estimate("soon")), WEEK),
            ["error lists/atlas.md:31 `soon` is not a duration"]
        );
        assert_eq!(
            helps(&RULE, &item(|item| item.estimate("1,5")), WEEK),
            ["write `- Estimate: 1,5h` or `- Estimate: 1,5 days`"]
        );
        for (written, said, help) in [
            ("1", "may be hours or days", "`- Estimate: 1h` or `- Estimate: 1 day`"),
            ("2-3", "may be hours or days", "`- Estimate: 2-3h` or `- Estimate: 2-3 days`"),
            ("2 Tage", "is not a duration", "`- Estimate: 2h` or `- Estimate: 2 days`"),
            (
                "3 days (rough)",
                "is not a duration",
                "`- Estimate: 3 days`, and the rest below the facts",
            ),
        ] {
            let round = item(|item| item.estimate(written));
            let told = told(&RULE, &round, WEEK);
            assert_eq!(told, [format!("error lists/atlas.md:31 `{written}` {said}")]);
            assert_eq!(helps(&RULE, &round, WEEK), [format!("write {help}")]);
        }
        let loose = item(|item| {
            let guess = Estimate::Other("an afternoon".into());
            let place = item.fact(Key::FeelsLike);
            Item { feels_like: Some(Placed::new(guess, place)), ..item }
        });
        assert_eq!(
            told(&RULE, &loose, WEEK),
            ["warning lists/atlas.md:26 `an afternoon` is not a duration"]
        );
    }

    #[test]
    fn a_hub_says_yes_or_not_yet() {
        let round = round().list("atlas", |list| {
            list.agreed("Berlin", Agreed::Other("ok".into()))
                .agreed("Lisbon", Agreed::Other("perhaps".into()))
        });
        assert_eq!(
            told(&RULE, &round, LISTING),
            [
                "error lists/atlas.md:3 `ok` is not an answer to whether a hub agrees",
                "error lists/atlas.md:4 `perhaps` is not an answer to whether a hub agrees",
            ]
        );
        assert_eq!(
            helps(&RULE, &round, LISTING),
            [
                "write `- Agreed by Berlin: yes`, or `not yet`",
                "write `- Agreed by Lisbon: ` and `yes` or `not yet`"
            ]
        );
    }

    #[test]
    fn what_follows_an_answer_follows_a_comma() {
        for (written, help) in [
            ("yes (Ana)", "write `- Agreed by Berlin: yes, Ana`"),
            ("Yes - Ana 20 July", "write `- Agreed by Berlin: yes, Ana 20 July`"),
            ("not yet: ana@example.org", "write `- Agreed by Berlin: not yet`, or `yes`"),
        ] {
            let round = round()
                .list("atlas", |list| list.agreed("Berlin", Agreed::Other(written.to_owned())));
            assert_eq!(helps(&RULE, &round, LISTING), [help]);
        }
    }

    #[test]
    fn a_product_is_agreed_on_by_hubs_of_the_round() {
        let mut round = round().product("atlas");
        round.products[0].hubs[0].value = "Berln".to_owned();
        assert_eq!(
            told(&RULE, &round, LISTING),
            ["error round.toml:30 `Berln` is not a hub of this round"]
        );
        assert_eq!(helps(&RULE, &round, LISTING), ["write `\"Berlin\"`, or `Lisbon` or `Support`"]);
        round.hubs.clear();
        assert_eq!(told(&RULE, &round, LISTING), NOTHING, "the reader misses the hubs");
    }

    #[test]
    fn a_decision_is_one_of_three() {
        let mut round = round().decided();
        let decision = round.decision.as_mut().unwrap();
        decision.outcome = Some(Placed::new(Outcome::Other("yes".into()), place("decision.md", 3)));
        assert_eq!(told(&RULE, &round, DECIDING), ["error decision.md:3 `yes` is not a decision"]);
        assert_eq!(
            helps(&RULE, &round, DECIDING),
            ["write `- Decision: again`, or `again, differently` or `not again`"]
        );
    }
}
