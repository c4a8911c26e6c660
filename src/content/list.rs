//! lists/<product>.md: from entries to items. Every default of a list lives here. Pure.

use std::collections::HashSet;

use super::fact::{AGREED_BY, FactKey, Grammar};
use super::notes::{FACTS_ARE_BULLETS, HEADINGS_ARE_CLEAR, Notes};
use super::outline::{Fact, Outline, Part, outline};
use super::source::Source;
use crate::finding::Placed;
use crate::model::{
    Agreed, Agreement, Effort, Estimate, Item, Key, Kind, List, Mention, Next, NextStep, People,
    Reading, Reason, Ref, Status, Taken,
};
use crate::words;

const KEYS: [&str; 16] = {
    let mut keys = [""; 16];
    let mut index = 0;
    while index < 16 {
        keys[index] = Key::ALL[index].word();
        index += 1;
    }
    keys
};

pub(crate) const LIST: Grammar = Grammar {
    title_keys: &[],
    title_named: Some(AGREED_BY),
    entry_keys: Some(&KEYS),
    telling: "Owner",
};

/// What a list needs to know of its round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    pub people: &'a People,
    pub hubs: &'a [Placed<String>],
}

pub(crate) fn read(source: &Source, known: Known, notes: &mut Notes) -> List {
    let Outline { parts, hidden } = outline(source, &LIST, notes);
    let mut list = List {
        title: None,
        agreements: Vec::new(),
        intro: Default::default(),
        items: Vec::new(),
        slots: 0,
        cut_short: hidden,
        agreements_garbled: false,
        place: source.whole(),
    };
    if source.text.trim().is_empty() {
        notes.error(
            HEADINGS_ARE_CLEAR,
            source.whole(),
            "this list is empty",
            "write `# ` and the product's name, then each item as `## What is wanted`",
        );
        list.cut_short = true;
    }
    let mut taken = Taken::default();
    let mut said = HashSet::new();
    for part in parts {
        if part.level == 2 {
            if is_slot(&part) {
                list.slots += 1;
            } else {
                let item = item(part, list.items.len() + 1, known, &mut taken, notes);
                list.items.push(item);
            }
            continue;
        }
        list.agreements_garbled |= part.facts.iter().any(is_like_agreement);
        for agreement in part.facts.iter().filter_map(|fact| agreement(fact, known.hubs)) {
            // Of two lines for one hub the first counts; a finding tells of the second.
            if said.insert(words::fold(&agreement.hub.value)) {
                list.agreements.push(agreement);
            }
        }
        if part.level == 1 {
            list.title = Some(Placed::new(part.title, part.title_place));
        }
        list.intro = super::page::joined(list.intro, part.prose);
    }
    list
}

/// An untouched slot of a fresh list: its heading is still the one in parentheses or empty, no
/// fact has a value, and nothing is written below.
pub(crate) fn is_slot(part: &Part) -> bool {
    let (title, _) = typed_number(&part.title);
    let placeholder = title.is_empty()
        || (title.starts_with('(') && title.ends_with(')'))
        || matches!(title, "…" | "...");
    placeholder
        && part.prose.is_empty()
        && part.facts.iter().all(|fact| fact.value.value.is_empty() && fact.choices.is_empty())
}

fn agreement(fact: &Fact, hubs: &[Placed<String>]) -> Option<Agreement> {
    let FactKey::Named(name) = &fact.key else { return None };
    let (word, rest) =
        fact.value.value.split_once([',', ';', '，']).unwrap_or((&fact.value.value, ""));
    let agreed = match words::fold(word).as_str() {
        "yes" => Agreed::Yes,
        "not yet" => Agreed::NotYet,
        // Of a sign such as ✅ nothing is left, and it is no answer all the same.
        "" if word.chars().all(is_nothing) => Agreed::NotYet,
        _ => Agreed::Other(word.trim().to_owned()),
    };
    let place = fact.value.place.clone();
    Some(Agreement {
        hub: Placed::new(as_known(name, hubs), fact.value.place.clone()),
        agreed,
        words: rest.trim().to_owned(),
        place,
    })
}

/// What stands where nothing is written yet.
fn is_nothing(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '–' | '—' | '_' | '?' | '.' | '…')
}

/// An unknown key that speaks of agreeing: `Agreed Lisbon`, `Approved by Lisbon`.
fn is_like_agreement(fact: &Fact) -> bool {
    let FactKey::Unknown(written) = &fact.key else { return false };
    let folded = words::fold(written);
    ["agree", "approv", "accept", "confirm", "ok"].iter().any(|word| folded.starts_with(word))
}

/// A hub as the round spells it.
fn as_known(name: &str, hubs: &[Placed<String>]) -> String {
    let folded = words::fold(name);
    hubs.iter()
        .find(|hub| words::fold(&hub.value) == folded)
        .map_or_else(|| name.trim().to_owned(), |hub| hub.value.clone())
}

/// `3. Title` is a title and the number somebody typed before it.
pub(crate) fn typed_number(title: &str) -> (&str, Option<usize>) {
    let bare = title.strip_prefix('#').unwrap_or(title);
    let hashed = bare.len() < title.len();
    let digits = bare.len() - bare.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if !(1..=3).contains(&digits) {
        return (title, None);
    }
    let rest = &bare[digits..];
    // A number needs its full stop or its `#`: "3D view" and "24 hours" are titles.
    let ended = rest.strip_prefix(['.', ')', ':']).or(hashed.then_some(rest));
    match ended {
        Some(rest) if rest.is_empty() || rest.starts_with(char::is_whitespace) => {
            (rest.trim_start(), bare[..digits].parse().ok())
        }
        _ => (title, None),
    }
}

fn item(part: Part, position: usize, known: Known, taken: &mut Taken, notes: &mut Notes) -> Item {
    let (title, number) = typed_number(&part.title);
    let title = title.to_owned();
    if title.starts_with('(') && title.ends_with(')') {
        notes.warning(
            HEADINGS_ARE_CLEAR,
            part.title_place.clone(),
            format!("`{title}` is the heading of an empty slot"),
            "write what is wanted, in one line, as the heading",
        );
    } else if words::fold(&title).contains(&words::fold(List::SLOT)) {
        notes.warning(
            HEADINGS_ARE_CLEAR,
            part.title_place.clone(),
            format!("`{title}` has the words of an empty slot in it"),
            instead_of_slot(&title),
        );
    }
    let r#ref = read_ref(part.value(Key::Ref.word()), &title, taken);
    let people = known.people;
    let one = |key: Key| part.value(key.word()).map(|value| mention(value, people));
    let several =
        |key: Key| part.value(key.word()).map(|value| mentions(value, people)).unwrap_or_default();
    let estimate =
        |key: Key| part.value(key.word()).map(|value| value.map(|text| read_estimate(&text)));
    let status = part.value(Key::Status.word());
    let garbled = part.garbled.iter().filter_map(|key| Key::read(key)).collect();
    choices_under_facts(&part, notes);
    let blank =
        part.facts.iter().filter(|fact| fact.value.value.is_empty() && fact.choices.is_empty());
    let blank = blank.filter_map(|fact| match fact.key {
        FactKey::Known(key) => Some((Key::read(key)?, fact.value.place.clone())),
        FactKey::Named(_) | FactKey::Unknown(_) => None,
    });
    let blank = blank.collect();
    Item {
        address: Ref::address(&r#ref.text),
        r#ref,
        title,
        place: part.title_place.clone(),
        position,
        typed_number: number,
        owner: one(Key::Owner),
        deputy: one(Key::Deputy),
        with: several(Key::With),
        hub: part.value(Key::Hub.word()).map(|value| value.map(|name| as_known(&name, known.hubs))),
        kind: part.value(Key::Kind.word()).map(|value| value.map(|word| read_kind(&word))),
        feels_like: estimate(Key::FeelsLike),
        ticket: part.value(Key::Ticket.word()),
        done_when: value_or_choices(&part, Key::DoneWhen),
        devs: several(Key::Dev),
        estimate: estimate(Key::Estimate),
        took: estimate(Key::Took),
        status_place: status.as_ref().map(|status| status.place.clone()),
        status: status.map(|status| Status::read(&status.value)).unwrap_or_default(),
        reason: value_or_choices(&part, Key::Reason)
            .map(|value| value.map(|text| Reason::read(&text))),
        next: part.value(Key::Next.word()).map(|value| value.map(|text| read_next(&text))),
        note: value_or_choices(&part, Key::Note),
        prose: part.prose,
        garbled,
        blank,
    }
}

/// The heading that was meant where the words of a slot still stand beside it.
fn instead_of_slot(title: &str) -> String {
    let rest: Vec<&str> = title.split(List::SLOT).map(str::trim).collect();
    match rest.join(" ").trim() {
        whole if whole == title => format!("write what is wanted over `{}`", List::SLOT),
        wanted => format!("write `## {wanted}`"),
    }
}

/// A few sentences may be bullets under their key; anywhere else bullets under a fact are lost.
fn value_or_choices(part: &Part, key: Key) -> Option<Placed<String>> {
    let fact = part.fact(key.word())?;
    let mut lines: Vec<&str> = vec![fact.value.value.as_str()];
    lines.extend(fact.choices.iter().map(|choice| choice.value.as_str()));
    lines.retain(|line| !line.is_empty());
    (!lines.is_empty()).then(|| Placed::new(lines.join("; "), fact.value.place.clone()))
}

fn choices_under_facts(part: &Part, notes: &mut Notes) {
    let sentences = [Key::DoneWhen.word(), Key::Reason.word(), Key::Note.word()];
    for fact in &part.facts {
        let FactKey::Known(key) = fact.key else { continue };
        if let Some(choice) = fact.choices.first().filter(|_| !sentences.contains(&key)) {
            notes.warning(
                FACTS_ARE_BULLETS,
                choice.place.clone(),
                format!("this bullet hangs under `{key}` and is not read"),
                format!("write it behind `- {key}:` on the same line, or below the facts"),
            );
        }
    }
}

/// The ref of an item: as written, or made from the title. Within a list each is made unique, so
/// that no page takes the place of another; a finding tells of two that were written alike.
pub(crate) fn read_ref(written: Option<Placed<String>>, title: &str, taken: &mut Taken) -> Ref {
    let (text, place, untidy) = match written {
        Some(written) => {
            let clean = Ref::clean(&written.value);
            let text = if clean.is_empty() { Ref::from_title(title) } else { clean };
            taken.take(&text);
            let untidy = (text != written.value).then_some(written.value);
            (text, Some(written.place), untidy)
        }
        None => (taken.free(&Ref::from_title(title)), None, None),
    };
    Ref { text, place, untidy }
}

/// Makes refs that were not written unique in the whole round, and gives every item a page of its
/// own even where two refs were written alike: of these the page of that name is the one of the
/// item with the greatest claim to it, or of the first.
pub(crate) fn addresses<'a>(items: impl Iterator<Item = (u8, &'a mut Item)>) {
    let (mut written, made): (Vec<_>, Vec<_>) =
        items.partition(|(_, item)| item.r#ref.place.is_some());
    written.sort_by_key(|(claim, _)| std::cmp::Reverse(*claim));
    let mut taken = Taken::default();
    let (own, copies): (Vec<_>, Vec<_>) =
        written.into_iter().partition(|(_, item)| taken.take(&item.r#ref.text));
    for (_, item) in own {
        item.address = Ref::address(&item.r#ref.text);
    }
    for (_, item) in copies.into_iter().chain(made) {
        item.address = taken.free(&Ref::address(&item.r#ref.text));
        if item.r#ref.place.is_none() {
            item.r#ref.text.clone_from(&item.address);
        }
    }
}

pub(crate) fn mention(value: Placed<String>, people: &People) -> Mention {
    Mention { reading: people.read(&value.value), written: value.value, place: value.place }
}

/// One mention for each person of a value that may name several, and some of them twice.
fn mentions(value: Placed<String>, people: &People) -> Vec<Mention> {
    let mut seen = HashSet::new();
    match people.read(&value.value) {
        Reading::Several(parts) => parts
            .into_iter()
            .filter(|part| seen.insert(part.clone()))
            .map(|part| mention(Placed::new(part, value.place.clone()), people))
            .collect(),
        reading => vec![Mention { reading, written: value.value, place: value.place }],
    }
}

fn read_estimate(text: &str) -> Estimate {
    let bare = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '`'));
    if bare.chars().all(|c| matches!(c, '?' | '？')) {
        return Estimate::Unknown;
    }
    Effort::read(bare).map_or_else(|| Estimate::Other(text.to_owned()), Estimate::Known)
}

fn read_kind(text: &str) -> Kind {
    let folded = words::fold(text);
    Kind::KNOWN
        .into_iter()
        .find(|kind| kind.word() == folded)
        .unwrap_or_else(|| Kind::Other(text.to_owned()))
}

/// `roadmap, https://…`: the word, then whatever follows.
pub(crate) fn read_next(text: &str) -> Next {
    let folded = words::fold(text);
    let known = NextStep::KNOWN.into_iter().find(|step| {
        let word = words::fold(step.word());
        folded == word || folded.strip_prefix(&word).is_some_and(|rest| rest.starts_with(' '))
    });
    match known {
        Some(step) => {
            let words: Vec<&str> =
                text.split_whitespace().skip(step.word().split_whitespace().count()).collect();
            let words = words.join(" ");
            // What follows the word directly, as in "ticket: PLAN-7" or "roadmap, https://…".
            Next {
                step,
                words: words.trim_start_matches([',', ';', ':', '-', '–', '—', ' ']).to_owned(),
            }
        }
        None => {
            let word = text.split([',', ';', ':']).next().unwrap_or(text).trim();
            Next {
                step: NextStep::Other(word.to_owned()),
                words: text[word.len().min(text.len())..]
                    .trim_start_matches([',', ';', ':', ' '])
                    .to_owned(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> (List, Vec<String>) {
        let mut notes = Notes::default();
        let list = read(
            &Source::new("list.md", text),
            Known { people: &People::default(), hubs: &[] },
            &mut notes,
        );
        (
            list,
            notes
                .findings
                .iter()
                .map(|finding| {
                    format!("{}: {} ({})", finding.place.line, finding.message, finding.help)
                })
                .collect(),
        )
    }

    #[test]
    fn a_title_without_its_signs_is_told_in_the_first_slot_too() {
        let facts = "- Owner: Ana\n- Hub: Lisbon\n- Kind: bug\n";
        for title in ["Fix it", "**Fix it**"] {
            for gap in ["", "\n"] {
                let text =
                    format!("# Atlas\n\n- Agreed by Lisbon: not yet\n\n{title}\n{gap}{facts}");
                let (list, told) = list(&text);
                let expected = format!(
                    "5: `{title}` stands above facts and is no heading (write `## Fix it`)"
                );
                assert_eq!(told[0], expected, "{text}");
                assert_eq!(list.items.len(), 1, "{text}");
            }
        }
        let (list, told) = list(&format!("# Atlas\n\nWhat they want.\n\n## Fix it\n{facts}"));
        assert_eq!((list.items.len(), told), (1, vec![]));
    }

    #[test]
    fn a_sign_is_no_answer_to_whether_a_hub_agrees() {
        let agreed = |word: &str| {
            let (list, _) = list(&format!("# Atlas\n\n- Agreed by Lisbon: {word}\n"));
            list.agreements[0].agreed.clone()
        };
        for word in ["✅", "👍", "[x]", "✓, Marta"] {
            assert!(matches!(agreed(word), Agreed::Other(_)), "{word}");
        }
        for word in ["", "-", "—", "…", "?", "not yet"] {
            assert_eq!(agreed(word), Agreed::NotYet, "{word}");
        }
    }

    #[test]
    fn words_beside_those_of_a_slot_do_not_fill_it() {
        let told = |title: &str| list(&format!("# Atlas\n\n## {title}\n- Owner: Ana\n")).1;
        for title in [
            "(what is wanted, in one line) Invoice CHF",
            "Invoice CHF (what is wanted, in one line)",
        ] {
            assert_eq!(
                told(title),
                [format!(
                    "3: `{title}` has the words of an empty slot in it (write `## Invoice CHF`)"
                )]
            );
        }
        assert_eq!(
            told("What is wanted, in one line: CHF"),
            ["3: `What is wanted, in one line: CHF` has the words of an empty slot in it (write \
              what is wanted over `(what is wanted, in one line)`)"]
        );
        assert_eq!(told("(Beta) Invoice CHF"), Vec::<String>::new());
    }

    #[test]
    fn a_list_is_read_as_written() {
        let (list, notes) = list(
            "# Atlas\n\n- Agreed by Berlin: yes, Marta, 20 July\n\n- **Agreed by Lisbon:** not yet\n\n<!-- Fill in. -->\n\n## 1. Invoice shows the wrong currency\n- Owner: Ana\n- Done when: a Swiss partner\n  sees CHF\n- Ref: invoice\n- Status: Started\n- Reason:\n\nPartners see euros.\n\n### A note\n\nMore.\n\n## (what)\n- Owner:\n",
        );
        assert_eq!(notes, Vec::<String>::new());
        assert_eq!(
            list.agreements
                .iter()
                .map(|a| (a.hub.value.as_str(), &a.agreed, a.words.as_str()))
                .collect::<Vec<_>>(),
            [("Berlin", &Agreed::Yes, "Marta, 20 July"), ("Lisbon", &Agreed::NotYet, "")]
        );
        let item = &list.items[0];
        assert_eq!(
            (item.title.as_str(), item.typed_number, item.r#ref.text.as_str()),
            ("Invoice shows the wrong currency", Some(1), "invoice")
        );
        assert_eq!(
            item.done_when.as_ref().map(|d| d.value.as_str()),
            Some("a Swiss partner sees CHF")
        );
        assert_eq!(item.status, Status::Started);
        assert_eq!(item.reason, None);
        assert_eq!(item.prose.text, "Partners see euros.\n\n### A note\n\nMore.");
        assert_eq!((list.items.len(), list.slots), (1, 1));
    }

    #[test]
    fn what_is_meant_as_a_fact_is_read_and_told_once() {
        for (line, help) in [
            ("    - Hub: Lisbon", "remove the spaces before Hub"),
            ("\t- Hub: Lisbon", "remove the spaces before Hub"),
            ("-Hub: Lisbon", "`- Hub: Lisbon`"),
            ("– Hub: Lisbon", "`- Hub: Lisbon`"),
            ("• Hub: Lisbon", "`- Hub: Lisbon`"),
            ("Hub: Lisbon", "`- Hub: Lisbon`"),
            ("- Hub Lisbon", "`- Hub: Lisbon`"),
        ] {
            for (text, at) in [
                (format!("# A\n\n## T\n{line}\n- Owner: Ana\n- Kind: bug\n"), 4),
                (format!("# A\n\n## T\n- Owner: Ana\n{line}\n- Kind: bug\n"), 5),
                (format!("# A\n\n## T\n- Owner: Ana\n- Kind: bug\n{line}\n\nProse.\n"), 6),
            ] {
                let (list, notes) = list(&text);
                assert_eq!(notes.len(), 1, "{text}\n{notes:?}");
                assert!(
                    notes[0].starts_with(&format!("{at}: ")) && notes[0].contains(help),
                    "{text}\n{notes:?}"
                );
                let item = &list.items[0];
                assert_eq!(
                    item.hub.as_ref().map(|hub| hub.value.as_str()),
                    Some("Lisbon"),
                    "{text}"
                );
                assert!(item.owner.is_some() && item.kind.is_some(), "{text}");
            }
        }
    }

    #[test]
    fn a_heading_without_its_space_still_begins_an_item() {
        let (list, notes) = list("# A\n\n## One\n- Owner: Ana\n- Reason:\n##Two\n- Owner: Bob\n");
        assert_eq!(
            list.items.iter().map(|item| item.title.as_str()).collect::<Vec<_>>(),
            ["One", "Two"]
        );
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(notes[0].starts_with("6: ") && notes[0].contains("`## Two`"), "{notes:?}");
    }

    #[test]
    fn what_is_hidden_is_told_where_it_begins() {
        let (list, notes) =
            list("# A\n\n## One\n- Owner: Ana\n\n<!-- oops\n\n## Two\n- Owner: Bob\n");
        assert!(list.cut_short);
        assert_eq!(notes.len(), 1, "{notes:?}");
        assert!(notes[0].starts_with("6: ") && notes[0].contains("-->"), "{notes:?}");
    }

    #[test]
    fn prose_that_looks_like_facts_is_prose() {
        let (list, notes) = list(
            "# A\n\n## One\n- Owner: Ana\n- Note:\n\nFirst paragraph.\n\n**Owner:** somebody else. Note: yes.\n\nNote: this too.\n\n- Hub: no\n\n```\n- Owner: Bob\n##Not\n```\n\n    - Owner: code\n",
        );
        assert_eq!(notes, Vec::<String>::new());
        assert_eq!(list.items[0].owner.as_ref().map(|owner| owner.written.as_str()), Some("Ana"));
    }

    #[test]
    fn headings_that_nobody_meant_are_told() {
        let (list, notes) = list(
            "# A\n\n## One\n- Owner: Ana\n\nSome text\n---\nmore\n\n### Two\n- Owner: Bob\n- Hub: x\n",
        );
        assert_eq!(list.items.len(), 1);
        assert!(list.cut_short, "a note with facts may be an item that nobody counts");
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(notes[0].starts_with("6: ") && notes[1].starts_with("10: "), "{notes:?}");
    }

    #[test]
    fn the_fate_of_a_leftover_may_carry_a_link() {
        assert_eq!(
            read_next("roadmap, https://example.org/1"),
            Next { step: NextStep::Roadmap, words: "https://example.org/1".into() }
        );
        assert_eq!(read_next("Won't do"), Next { step: NextStep::WontDo, words: String::new() });
        assert_eq!(
            read_next("next round"),
            Next { step: NextStep::NextRound, words: String::new() }
        );
        assert_eq!(read_next("ticket: PLAN-7").words, "PLAN-7");
        assert!(
            matches!(read_next("someday, maybe").step, NextStep::Other(word) if word == "someday")
        );
    }
}
