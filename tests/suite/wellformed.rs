//! A round in its week with nothing wrong in it, and what happens to it when somebody types.
//!
//! A [`Case`] is the well-formed round plus edits. In the new text of an edit `§` marks the line
//! where the finding belongs, and `¶` a line that may get one as well; both marks are taken out
//! before anything is written. Several `§` mean: on one of these lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use jiff::Timestamp;
use littlethings::content::{self, Content};
use littlethings::finding::{Finding, Severity};
use littlethings::model::{Mention, Reading, Round};
use littlethings::rules;

pub const NOW: &str = "2026-07-29T15:00:00+02:00";

pub const SETTINGS: &str = "littlethings.toml";
pub const PEOPLE: &str = "content/people.toml";
pub const ROUND: &str = "content/2026-summer/round.toml";
pub const INVITATION: &str = "content/2026-summer/invitation.md";
pub const RULES: &str = "content/2026-summer/rules.md";
pub const FAQ: &str = "content/2026-summer/faq.md";
pub const SURVEY: &str = "content/2026-summer/survey.md";
pub const DECISION: &str = "content/2026-summer/decision.md";
pub const ATLAS: &str = "content/2026-summer/lists/atlas.md";
pub const BOREALIS: &str = "content/2026-summer/lists/borealis.md";
pub const GUESSES: &str = "content/2026-summer/guesses/atlas.md";

const FILES: [(&str, &str); 10] = [
    (SETTINGS, SETTINGS_TEXT),
    (PEOPLE, PEOPLE_TEXT),
    (ROUND, ROUND_TEXT),
    (INVITATION, INVITATION_TEXT),
    (RULES, RULES_TEXT),
    (FAQ, FAQ_TEXT),
    (SURVEY, SURVEY_TEXT),
    (ATLAS, ATLAS_TEXT),
    (BOREALIS, BOREALIS_TEXT),
    (GUESSES, GUESSES_TEXT),
];

const HERE: char = '§';
const ALSO: char = '¶';

/// The well-formed round, edited.
#[derive(Clone)]
pub struct Case {
    files: BTreeMap<String, File>,
    /// Files whose first line is where the finding belongs.
    first_lines: Vec<String>,
    /// Files that may get findings on any line.
    also: Vec<String>,
    /// When it is judged.
    now: &'static str,
}

#[derive(Clone)]
enum File {
    Text { text: String, bom: bool, line_end: &'static str },
    Bytes(Vec<u8>),
}

/// What came out.
pub struct Outcome {
    pub findings: Vec<Finding>,
    pub content: Option<Content>,
    trouble: Option<String>,
}

impl Case {
    pub fn well_formed() -> Case {
        let files = FILES
            .into_iter()
            .map(|(path, text)| {
                (path.to_owned(), File::Text { text: text.to_owned(), bom: false, line_end: "\n" })
            })
            .collect();
        Case { files, first_lines: vec![], also: vec![], now: NOW }
    }

    /// Replaces `from`, which must stand in the file exactly once.
    pub fn edit(mut self, path: &str, from: &str, to: &str) -> Case {
        let Some(File::Text { text, .. }) = self.files.get_mut(path) else {
            panic!("{path} is no text of this case")
        };
        let times = text.matches(from).count();
        assert_eq!(times, 1, "`{from}` stands {times} times in {path}; an edit needs it once");
        *text = text.replacen(from, to, 1);
        self
    }

    /// Writes a whole file.
    pub fn file(mut self, path: &str, text: &str) -> Case {
        self.files.insert(
            path.to_owned(),
            File::Text { text: text.to_owned(), bom: false, line_end: "\n" },
        );
        self
    }

    pub fn remove(mut self, path: &str) -> Case {
        assert!(self.files.remove(path).is_some(), "{path} is not there");
        self
    }

    pub fn rename(mut self, path: &str, to: &str) -> Case {
        let file = self.files.remove(path).unwrap();
        self.files.insert(to.to_owned(), file);
        self
    }

    /// Takes out the section with this heading, up to the next one of the second level.
    pub fn without_section(mut self, path: &str, heading: &str) -> Case {
        let text = self.text_mut(path);
        let begin = text.find(heading).unwrap();
        let end = text[begin + 2..].find("\n## ").map_or(text.len(), |at| begin + 3 + at);
        text.replace_range(begin..end, "");
        self
    }

    pub fn prepend(mut self, path: &str, more: &str) -> Case {
        self.text_mut(path).insert_str(0, more);
        self
    }

    pub fn append(mut self, path: &str, more: &str) -> Case {
        self.text_mut(path).push_str(more);
        self
    }

    /// Changes the text of a file as a whole; the number of lines should stay.
    pub fn rewrite(mut self, path: &str, change: impl Fn(&str) -> String) -> Case {
        let text = self.text_mut(path);
        *text = change(text);
        self
    }

    /// Replaces a file by what an editor with the wrong encoding would save.
    pub fn bytes(mut self, path: &str, encode: impl Fn(&str) -> Vec<u8>) -> Case {
        let bytes = encode(self.text_mut(path));
        self.files.insert(path.to_owned(), File::Bytes(bytes));
        self
    }

    pub fn with_bom(mut self, path: &str) -> Case {
        let Some(File::Text { bom, .. }) = self.files.get_mut(path) else { panic!("{path}") };
        *bom = true;
        self
    }

    pub fn line_ends(mut self, path: &str, with: &'static str) -> Case {
        let Some(File::Text { line_end, .. }) = self.files.get_mut(path) else { panic!("{path}") };
        *line_end = with;
        self
    }

    /// Another day than the Wednesday of the week.
    pub fn at(mut self, now: &'static str) -> Case {
        self.now = now;
        self
    }

    /// The finding belongs on the first line of that file, there or not.
    pub fn on_first_line(mut self, path: &str) -> Case {
        self.first_lines.push(path.to_owned());
        self
    }

    /// The finding belongs on the line with that text.
    pub fn on(self, path: &str, text: &str) -> Case {
        self.edit(path, text, &format!("{HERE}{text}"))
    }

    /// That file may get findings as well.
    pub fn also(mut self, path: &str) -> Case {
        self.also.push(path.to_owned());
        self
    }

    pub fn text(&self, path: &str) -> String {
        match &self.files[path] {
            File::Text { text, .. } => text.replace([HERE, ALSO], ""),
            File::Bytes(_) => panic!("{path} is no text any more"),
        }
    }

    fn text_mut(&mut self, path: &str) -> &mut String {
        match self.files.get_mut(path) {
            Some(File::Text { text, .. }) => text,
            _ => panic!("{path} is no text of this case"),
        }
    }

    /// Writes all files below `root`.
    pub fn write(&self, root: &Path) {
        for (path, file) in &self.files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            let bytes = match file {
                File::Bytes(bytes) => bytes.clone(),
                File::Text { text, bom, line_end } => {
                    let text = text.replace([HERE, ALSO], "").replace('\n', line_end);
                    let mark = if *bom { "\u{feff}" } else { "" };
                    format!("{mark}{text}").into_bytes()
                }
            };
            std::fs::write(path, bytes).unwrap();
        }
    }

    /// Reads and judges, as the check does.
    pub fn outcome(&self) -> Outcome {
        let root = tempfile::tempdir().unwrap();
        self.write(root.path());
        check_at(root.path(), self.now)
    }

    fn marked(&self, mark: char) -> BTreeSet<(String, u32)> {
        let mut spots = BTreeSet::new();
        for (path, file) in &self.files {
            let File::Text { text, .. } = file else { continue };
            for (number, line) in (1..).zip(text.split('\n')) {
                if line.contains(mark) {
                    spots.insert((path.clone(), number));
                }
            }
        }
        spots
    }

    /// Exactly one finding of at least a warning says this, on a marked line, and no other line
    /// gets one. `says` may offer several wordings with `|`.
    #[track_caller]
    pub fn is_told(&self, says: &str) {
        self.judge(says, Severity::Warning);
    }

    /// As [`Case::is_told`], but a hint will do.
    #[track_caller]
    pub fn is_at_least_hinted(&self, says: &str) {
        self.judge(says, Severity::Hint);
    }

    /// No finding on a marked line says this.
    #[track_caller]
    pub fn does_not_say(&self, words: &str) {
        let outcome = self.outcome();
        let spots = self.marked(HERE);
        let said = outcome.findings.iter().any(|f| {
            spots.contains(&(f.place.path.to_string(), f.place.line)) && says_one_of(f, words)
        });
        assert!(!said, "WORDS: `{words}` is said\n{}", self.describe(&outcome));
    }

    #[track_caller]
    fn judge(&self, says: &str, at_least: Severity) {
        let outcome = self.outcome();
        let problems = self.problems(&outcome, says, at_least);
        assert!(problems.is_empty(), "{}\n{}", problems.join("\n"), self.describe(&outcome));
    }

    fn problems(&self, outcome: &Outcome, says: &str, at_least: Severity) -> Vec<String> {
        let mut spots = self.marked(HERE);
        spots.extend(self.first_lines.iter().map(|path| (path.clone(), 1)));
        assert!(!spots.is_empty(), "this trap marks no line");
        let also = self.marked(ALSO);
        let spot = |f: &Finding| (f.place.path.to_string(), f.place.line);

        let mut problems = Vec::new();
        let there: Vec<&Finding> =
            outcome.findings.iter().filter(|f| spots.contains(&spot(f))).collect();
        let right = there.iter().any(|f| f.severity >= at_least && says_one_of(f, says));
        if !right {
            problems.push(match there.iter().map(|f| f.severity).max() {
                None => format!("SILENT: nothing on {spots:?}"),
                Some(severity) if severity < at_least => {
                    format!("TOO QUIET: only a {} on {spots:?}", severity.word())
                }
                Some(_) => format!("WORDS: nothing on {spots:?} says `{says}`"),
            });
        }
        if there.iter().filter(|f| f.severity > Severity::Hint).count() > 1 {
            problems.push(format!("TWICE: more than one finding on {spots:?} for one mistake"));
        }
        for noise in outcome.findings.iter().filter(|f| {
            f.severity > Severity::Hint
                && !spots.contains(&spot(f))
                && !also.contains(&spot(f))
                && !self.also.iter().any(|path| **path == *f.place.path)
        }) {
            problems.push(format!("NOISE: {}", line_of(noise)));
        }
        problems
    }

    /// Nothing above a hint anywhere.
    #[track_caller]
    pub fn is_harmless(&self) {
        let outcome = self.outcome();
        let grave = outcome.grave();
        assert!(
            grave.is_empty() && outcome.content.is_some(),
            "HARMLESS, but told:\n{}\n{}",
            grave.join("\n"),
            self.describe(&outcome)
        );
    }

    /// Harmless, and every item, question and guess reads as in the well-formed round.
    #[track_caller]
    pub fn reads_the_same(self) {
        self.reads_as(&Case::well_formed().outcome().meaning());
    }

    /// Harmless, and everything reads as in the well-formed round but for these words.
    #[track_caller]
    pub fn reads_the_same_but(self, was: &str, is: &str) {
        let meaning = Case::well_formed().outcome().meaning();
        assert_eq!(meaning.matches(was).count(), 1, "`{was}` is not once in\n{meaning}");
        self.reads_as(&meaning.replacen(was, is, 1));
    }

    #[track_caller]
    fn reads_as(self, expected: &str) {
        let outcome = self.outcome();
        let meaning = outcome.meaning();
        let grave = outcome.grave();
        let different = differences(expected, &meaning);
        assert!(
            grave.is_empty() && different.is_empty() && outcome.content.is_some(),
            "HARMLESS, but told:\n{}\nor read differently:\n{different}\n{}",
            grave.join("\n"),
            self.describe(&outcome)
        );
    }

    /// Either it is understood as in the well-formed round, or a finding on the marked line tells.
    #[track_caller]
    pub fn is_understood_or_told(&self, says: &str) {
        let outcome = self.outcome();
        let expected = Case::well_formed().outcome().meaning();
        let different = differences(&expected, &outcome.meaning());
        if outcome.content.is_some() && outcome.grave().is_empty() && different.is_empty() {
            return;
        }
        let problems = self.problems(&outcome, says, Severity::Warning);
        assert!(
            problems.is_empty(),
            "neither understood:\n{different}\nnor told:\n{}\n{}",
            problems.join("\n"),
            self.describe(&outcome)
        );
    }

    /// The finding on the marked line underlines exactly this text.
    #[track_caller]
    pub fn underlines(self, text: &str) {
        let outcome = self.outcome();
        let content = outcome.content.as_ref().expect("read");
        let spots = self.marked(HERE);
        let underlined: Vec<String> = outcome
            .findings
            .iter()
            .filter(|f| spots.contains(&(f.place.path.to_string(), f.place.line)))
            .map(|f| {
                let source = &content.sources[&f.place.path];
                let line = lines(source)[f.place.line as usize - 1];
                let chars = line.chars().skip(f.place.column as usize - 1);
                chars.take((f.place.end_column - f.place.column) as usize).collect()
            })
            .collect();
        assert!(
            underlined.iter().any(|u| u.trim() == text),
            "underlined {underlined:?}, not `{text}`\n{}",
            self.describe(&outcome)
        );
    }

    fn describe(&self, outcome: &Outcome) -> String {
        let mut text = String::from("--- all findings\n");
        for finding in &outcome.findings {
            let _ = writeln!(text, "{}", line_of(finding));
        }
        if outcome.findings.is_empty() {
            text.push_str("none\n");
        }
        if let Some(trouble) = &outcome.trouble {
            let _ = writeln!(text, "--- nothing could be read: {trouble}");
        }
        let before: BTreeMap<&str, &str> = FILES.into_iter().collect();
        for (path, file) in &self.files {
            let File::Text { text: after, .. } = file else {
                let _ = writeln!(text, "--- {path}: other bytes");
                continue;
            };
            let old: Vec<&str> =
                before.get(path.as_str()).map_or(vec![], |t| t.split('\n').collect());
            let new: Vec<&str> = after.split('\n').collect();
            if old == new {
                continue;
            }
            let _ = writeln!(text, "--- {path}, what changed");
            let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
            let tail = old[same..]
                .iter()
                .rev()
                .zip(new[same..].iter().rev())
                .take_while(|(a, b)| a == b)
                .count();
            let until = new.len() - tail;
            for (number, line) in
                (1..).zip(&new).take(until + 2).skip(same.saturating_sub(2)).take(40)
            {
                let _ = writeln!(text, "{number:4} {:.160}", line.escape_debug().to_string());
            }
        }
        text
    }
}

impl Outcome {
    /// Findings above a hint, a line each.
    pub fn grave(&self) -> Vec<String> {
        self.findings.iter().filter(|f| f.severity > Severity::Hint).map(line_of).collect()
    }

    /// What the reader understood, a line an item.
    pub fn meaning(&self) -> String {
        let mut text = String::new();
        for round in self.content.iter().flat_map(|content| &content.site.rounds) {
            meaning_of(round, &mut text);
        }
        text
    }
}

/// Reads and judges what stands below `root`, on the Wednesday of the week.
pub fn check(root: &Path) -> Outcome {
    check_at(root, NOW)
}

fn check_at(root: &Path, now: &str) -> Outcome {
    let now: Timestamp = now.parse().unwrap();
    match content::read(root) {
        Ok(content) => {
            let mut findings = content.findings.clone();
            for round in &content.site.rounds {
                findings.extend(rules::judge(round, now));
            }
            Finding::sort(&mut findings);
            Outcome { findings, content: Some(content), trouble: None }
        }
        Err(error) => Outcome { findings: vec![], content: None, trouble: Some(error.to_string()) },
    }
}

/// Lines as a finding counts them: they end at LF, CRLF or a lone CR.
pub fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(end) = rest.find(['\n', '\r']) {
        lines.push(&rest[..end]);
        let ending = if rest[end..].starts_with("\r\n") { 2 } else { 1 };
        rest = &rest[end + ending..];
    }
    lines.push(rest);
    lines
}

pub fn line_of(f: &Finding) -> String {
    format!(
        "{}:{}:{}: {} [{}] {} | help: {}",
        f.place.path,
        f.place.line,
        f.place.column,
        f.severity.word(),
        f.rule,
        f.message,
        f.help
    )
}

fn says_one_of(finding: &Finding, wordings: &str) -> bool {
    let said = format!("{}\n{}", finding.message, finding.help).to_lowercase();
    wordings.split('|').any(|wording| said.contains(&wording.to_lowercase()))
}

fn differences(expected: &str, got: &str) -> String {
    let (expected, got): (Vec<&str>, Vec<&str>) =
        (expected.lines().collect(), got.lines().collect());
    let missing =
        expected.iter().filter(|line| !got.contains(line)).map(|l| format!("  should: {l}\n"));
    let new =
        got.iter().filter(|line| !expected.contains(line)).map(|l| format!("  reads:  {l}\n"));
    let mut text: String = missing.chain(new).collect();
    if text.is_empty() && expected != got {
        text = "  the same lines in another order or number\n".into();
    }
    text
}

fn meaning_of(round: &Round, text: &mut String) {
    for (product, list) in round.lists() {
        let title = list.title.as_ref().map(|title| title.value.as_str());
        let _ = writeln!(text, "{}: {title:?}", product.key);
        for agreement in &list.agreements {
            let _ = writeln!(
                text,
                "{} agreed by {}: {:?}, {}",
                product.key,
                agreement.hub.value,
                agreement.agreed,
                one_line(&agreement.words)
            );
        }
        for item in &list.items {
            let who = |mention: &Option<Mention>| mention.as_ref().map(person);
            let _ = write!(text, "{} {}: {}", product.key, item.position, item.title);
            let _ = write!(text, "; ref {}", item.r#ref.text);
            let _ = write!(text, "; owner {:?}", who(&item.owner));
            let _ = write!(text, "; deputy {:?}", who(&item.deputy));
            let _ = write!(text, "; with {:?}", item.with.iter().map(person).collect::<Vec<_>>());
            let _ = write!(text, "; hub {:?}", item.hub.as_ref().map(|hub| &hub.value));
            let _ = write!(text, "; kind {:?}", item.kind.as_ref().map(|kind| &kind.value));
            let _ = write!(text, "; feels {:?}", item.feels_like.as_ref().map(|f| &f.value));
            let _ = write!(text, "; ticket {:?}", item.ticket.as_ref().map(|t| &t.value));
            let done_when = item.done_when.as_ref().map(|words| one_line(&words.value));
            let _ = write!(text, "; done when {done_when:?}");
            let _ = write!(text, "; devs {:?}", item.devs.iter().map(person).collect::<Vec<_>>());
            let _ = write!(text, "; estimate {:?}", item.estimate.as_ref().map(|e| &e.value));
            let _ = write!(text, "; took {:?}", item.took.as_ref().map(|t| &t.value));
            let _ = write!(text, "; status {}", item.status.word());
            let _ = write!(text, "; reason {:?}", item.reason.as_ref().map(|r| &r.value));
            let _ = write!(text, "; next {:?}", item.next.as_ref().map(|n| &n.value.step));
            let _ = writeln!(text, "; note {:?}", item.note.as_ref().map(|n| one_line(&n.value)));
        }
        for guess in product.guesses.iter().flat_map(|guesses| &guesses.all) {
            let r#ref = guess.r#ref.as_ref().map(|r| &r.value);
            let _ =
                writeln!(text, "{} guess {}: {} {ref:?}", product.key, guess.position, guess.title);
        }
    }
    for question in round.survey.iter().flat_map(|survey| &survey.questions) {
        let _ = writeln!(
            text,
            "question {}: {}; {:?}; {:?}",
            question.r#ref.text, question.title, question.audience, question.answer
        );
    }
}

fn person(mention: &Mention) -> String {
    match &mention.reading {
        Reading::Person(person) => person.id.clone(),
        other => format!("{:?} is {other:?}", mention.written),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

const SETTINGS_TEXT: &str = r#"title = "A week of little things"
base_url = "https://week.example.org/"
language = "en"
repository = "https://github.com/example/week/edit/main/"
support = "https://support.example.org/"

[mail]
from = "The dev team <week@example.org>"
reply_to = "Ana Duarte <ana@example.org>"

[survey]
url = "https://answers.example.org/"
"#;

const PEOPLE_TEXT: &str = r#"[ana]
name = "Ana Duarte"
mail = "ana@example.org"
side = "partner"
hub = "Lisbon"

[_bob_]
name = "Bob Öz"
mail = "bob@example.org"
side = "manager"

[zoe]
name = "Zoé Lindström"
mail = "zoe@example.org"
side = "partner"
hub = "Berlin"

[marta]
name = "Marta Keller"
mail = "marta@example.org"
side = "partner"
hub = "Berlin"

[rosa]
name = "Rosa and Partners"
mail = "office@rosa.example"
side = "partner"
hub = "Lisbon"

# away all week
[tom]
name = "Tom Berg"
mail = "tom@example.org"
side = "partner"
hub = "Berlin"
away = ["2026-07-27/2026-07-31"]

# away on one day of the week
[kim]
name = "Kim Aalto"
mail = "kim@example.org"
side = "partner"
hub = "Support"
away = ["2026-06-01", "2026-07-29"]

[yuki]
name = "田中 由紀"
mail = "yuki@example.org"
side = "partner"
hub = "Support"

[liam]
name = "Liam O'Neill"
mail = "liam@example.org"
side = "partner"
hub = "Support"

[sam]
name = "Sam Lee"
mail = "sam@example.org"
side = "partner"
hub = "Berlin"

[eva]
name = "Eva Novak"
mail = "eva@example.org"
side = "partner"
hub = "Lisbon"

[noor]
name = "Noor Haddad"
mail = "noor@example.org"
side = "partner"
hub = "Support"

[jonas]
name = "Jonas Weber"
mail = "jonas@example.org"
side = "developer"
team = "Platform"

[chidi]
name = "Chidi Okafor"
mail = "chidi@example.org"
side = "developer"
team = "Platform"

[ines]
name = "Inês Carvalho"
mail = "ines@example.org"
side = "manager"

# left long ago
[old]
name = "Olga Former"
mail = "olga@example.org"
side = "partner"
left = 2026-03-31

# nobody mentions this one
[pat]
name = "Pat Moreau"
mail = "pat@example.org"
side = "developer"
away = ["2026-09-01/2026-09-04"]
"#;

const ROUND_TEXT: &str = r#"title = "Summer 2026"
time_zone = "Europe/Zurich"
coordinators = ["ana"]
hubs = ["Berlin", "Lisbon", "Support"]

[dates]
invitation = 2026-07-06
lists_due = 2026-07-24T10:00:00
week = { first = 2026-07-27, last = 2026-07-31 }
survey = { opens = 2026-08-03T10:00:00, closes = 2026-08-14, reminders = [3, 7] }

[limits]
items = 10
estimate = "5 days"

[products.atlas]
name = "Atlas"
manager = "_bob_"
hubs = ["Berlin", "Lisbon"]

[products.borealis]
name = "Borealis"
manager = "ines"

[capacity]
developers = 12
support_days = 5
away_days = 4
quarter_days = 65

[decision]
question = "again"
counts_as_yes = ["Yes", "Yes, but differently"]
repeat_if = { answered = 0.5, yes = 0.6 }
"#;

const INVITATION_TEXT: &str = "\
# A week for your little things

From 27 to 31 July the developers work for you.

Read the [rules](rules.md), then the [list of Atlas](lists/atlas.md). If you are stuck, there is a
[line for that](faq.md#support).
";

const RULES_TEXT: &str = "\
# The rules

Ten items, one owner each.

1. Agree among the hubs.
2. Name an owner who is there all week.
3. Wait for the mail.
";

const FAQ_TEXT: &str = "\
# Questions and answers

## What is a little thing?

Something that fits into a week.

## Support

This does not replace support.
";

const SURVEY_TEXT: &str = "\
# How was it?

Five questions, two minutes. We read every answer.

## Was the week worth it for you?
- Ref: worth
- For: owners, hubs, developers, managers
- Answer: scale 1 to 5

## Should there be another week?
- Ref: again
- For: owners, hubs, developers, managers
- Answer: choose one
  - Yes
  - Yes, but differently
  - No

## Which of your items are fine now?
- Ref: items
- For: owners
- Answer: my items

## What helped most?
- Ref: helped
- For: developers, managers
- Answer: choose any
  - The list
  - The owner was there
  - The quiet

## What should we change?
- Ref: change
- For: owners, hubs
- Answer: text

Anything at all.
";

const GUESSES_TEXT: &str = "\
# What I expect for Atlas

## Something about invoices
- Ref: invoice-currency

## A better search
- Ref:
";

const ATLAS_TEXT: &str = "\
# Atlas

- Agreed by Berlin: yes, Marta, 20 July

- Agreed by Lisbon: yes, Ana, 21 July

<!-- Exactly ten, most important first. Fill in the slots. -->

What the hubs that live with Atlas need most.

## Invoice PDF shows the wrong currency
- Owner: Ana Duarte
- Hub: Lisbon
- Kind: bug
- Feels like: half a day
- Done when: a Swiss partner downloads one and sees CHF
- Ref: invoice-currency
- Dev: Jonas Weber
- Estimate: 3 days
- Status: started
- Reason:

Partners in Switzerland see euros. It happens on every second invoice.

## Export forgets the last row
- Owner: Zoé Lindström
- Hub: Berlin
- Kind: other
- Ref: export-last-row
- Dev: Chidi Okafor
- Estimate: 2h
- Took: 1 day
- Status: done

The row is there on the screen and missing in the file.

## Search finds umlauts
- Owner: Marta Keller
- Hub: Berlin
- Kind: feature
- Ref: search-umlauts
- Dev: Chidi Okafor
- Estimate: 4 days
- Took: 30 min
- Status: signed off

## Explain the yearly report
- Owner: Rosa and Partners
- Kind: docs
- Ref: yearly-report
- Estimate: 2 weeks
- Status: skipped
- Reason: too big: the report changes in autumn anyway
- Next: roadmap

Nobody knows what the third column means.

## A training for new colleagues
- Owner: Tom Berg
- Deputy: Sam Lee
- Kind: training
- Ref: training
- Status: submitted

## Dark colours on the wall display
- Owner: @yuki
- Ref: dark-wall
- Status: submitted

## Print labels in A5
- Owner: liam@example.org
- Ref: labels-a5
- Status: submitted

## Fewer mails at night
- Owner: Sam Lee
- Ref: night-mails
- Status: submitted

## Which tax form do we need?
- Owner: Eva Novak
- Kind: advice
- Ref: tax-form
- Status: submitted

## Help with the archive
- Owner: Noor Haddad
- Kind: help
- Ref: archive
- Estimate: ?
- Status: submitted

Forty boxes.
";

const BOREALIS_TEXT: &str = "\
# Borealis

- Agreed by Berlin: yes, Marta, 20 July

- Agreed by Lisbon: yes, Ana, 21 July

- Agreed by Support: yes

<!-- Exactly ten, most important first. Fill in the slots. -->

## Opening hours on the front page
- Owner: @ana
- Hub: Lisbon
- Ref: opening-hours
- Status: submitted

## Sort by date
- Owner: @zoe
- Ref: sort-by-date
- Status: submitted

## Readable error on login
- Owner: marta@example.org
- Ref: login-error
- Status: submitted

## Logo in print
- Owner: @rosa
- Ref: logo-print
- Status: submitted

## Bigger buttons
- Owner: @marta
- Ref: bigger-buttons
- Status: submitted

## Remember the filter
- Owner: @yuki
- Ref: remember-filter
- Status: submitted

## Telephone numbers with a plus
- Owner: @liam
- Ref: telephone-plus
- Status: submitted

## Shorter reports
- Owner: @sam
- Ref: shorter-reports
- Status: submitted

## Translate the footer
- Owner: @eva
- Hub:
- Kind:
- Feels like:
- Done when:
- Ref: translate-footer
- Dev:
- Estimate:
- Status:
- Reason:

## Test data for demonstrations
- Owner: @noor
- Ref: test-data
- Status: submitted
";
