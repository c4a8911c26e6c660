//! Rounds of any size: as many lists of ten items as are asked for, the same for the same number.
//! An item has its facts and about eighty words, with a link, a list and inline code. Where a history
//! is asked for, the round lies in a git repository: one commit brings everything while the lists are
//! written, and during the week each small one changes the statuses of one list.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

/// An instant in the middle of the generated week.
pub const NOW: &str = "2026-07-29T15:00:00+02:00";
/// The round's folder.
pub const ROUND: &str = "content/2026-summer";
/// More items than this for one owner would be a hint each.
const ITEMS_A_PERSON: usize = 3;
/// More people than these do not fit into a file that is read. From there on they own more.
const MOST_PEOPLE: usize = 8000;
const ITEMS: usize = 10;
/// How many lists at most have a history, so that there are hundreds of commits and not thousands.
const STORIES: usize = 133;
/// When everything was committed: while the lists were written.
const BEGUN: &str = "1784714400 +0200";
/// When the week began. A commit follows each minute, and all of them lie before [`NOW`].
const WEEK: u64 = 1_785_135_600;
const DAY: u64 = 24 * 3600;

/// How far a list is: as it was handed in, or after so many days of the week.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    HandedIn,
    Started,
    Done,
    SignedOff,
}

/// Writes a repository of one round with `lists` lists into `root`, which must be there.
pub fn repository(root: &Path, lists: usize) -> io::Result<()> {
    write(root, lists).map(drop)
}

/// The same with a history in git.
pub fn repository_with_history(root: &Path, lists: usize) -> io::Result<()> {
    let files = write(root, lists)?;
    commit(root, lists, files)
}

fn write(root: &Path, lists: usize) -> io::Result<Vec<(String, String)>> {
    fs::create_dir_all(root.join(ROUND).join("lists"))?;
    let mut files = vec![
        ("littlethings.toml".to_owned(), SETTINGS.to_owned()),
        ("content/people.toml".to_owned(), people(lists)),
        (format!("{ROUND}/round.toml"), round(lists)),
        (format!("{ROUND}/invitation.md"), "# Come\n\nBring ten little things.\n".to_owned()),
        (format!("{ROUND}/rules.md"), "# Rules\n\nThey are few.\n".to_owned()),
        (format!("{ROUND}/faq.md"), "# Questions\n\n## Is it every week?\n\nNo.\n".to_owned()),
        (format!("{ROUND}/survey.md"), SURVEY.to_owned()),
    ];
    files.extend((0..lists).map(|number| (list_path(number), list(number))));
    for (path, text) in &files {
        fs::write(root.join(path), text)?;
    }
    Ok(files)
}

/// Commits the files and, of the lists that have a story, how they came to be what they are. Git
/// takes all of it in one go: a process for each commit would take longer than what is measured.
fn commit(root: &Path, lists: usize, mut files: Vec<(String, String)>) -> io::Result<()> {
    let stories: Vec<usize> = (0..lists).step_by(lists.div_ceil(STORIES).max(1)).collect();
    let first_list = files.len() - lists;
    for number in &stories {
        files[first_list + number].1 = list_at(*number, Stage::HandedIn);
    }
    git(root, &["init", "-q", "-b", "main", "--template=", "--object-format=sha1"], |_| Ok(()))?;
    git(root, &["fast-import", "--quiet", "--done"], |import| {
        change(import, BEGUN, "Hand in the lists", &files)?;
        for (day, stage) in (0..).zip([Stage::Started, Stage::Done, Stage::SignedOff]) {
            for (minute, number) in (0..).zip(&stories) {
                let when = format!("{} +0200", WEEK + day * DAY + minute * 60);
                let file = (list_path(*number), list_at(*number, stage));
                change(import, &when, &format!("Follow product {number}"), &[file])?;
            }
        }
        writeln!(import, "done")
    })?;
    git(root, &["read-tree", "HEAD"], |_| Ok(()))
}

/// One commit, as git is told of it.
fn change(
    import: &mut impl io::Write,
    when: &str,
    title: &str,
    files: &[(String, String)],
) -> io::Result<()> {
    writeln!(import, "commit refs/heads/main\ncommitter Bob Keller <bob@example.org> {when}")?;
    writeln!(import, "data {}\n{title}", title.len())?;
    for (path, text) in files {
        writeln!(import, "M 100644 inline {path}\ndata {}\n{text}", text.len())?;
    }
    Ok(())
}

/// Runs git with nobody's settings, hooks or signatures, so that it does the same everywhere.
fn git(
    root: &Path,
    arguments: &[&str],
    tell: impl FnOnce(&mut io::BufWriter<std::process::ChildStdin>) -> io::Result<()>,
) -> io::Result<()> {
    let mut git = Command::new("git");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"] {
        git.env_remove(name);
    }
    let mut child = git
        .arg("-C")
        .arg(root)
        .args(["-c", "fastimport.unpackLimit=0"])
        .args(arguments)
        .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1")])
        .stdin(Stdio::piped())
        .spawn()?;
    if let Some(stdin) = child.stdin.take() {
        let mut stdin = io::BufWriter::new(stdin);
        tell(&mut stdin)?;
        stdin.flush()?;
    }
    let ended = child.wait()?;
    if ended.success() {
        Ok(())
    } else {
        Err(io::Error::other(format!("git {arguments:?}: {ended}")))
    }
}

/// Where a list lies.
pub fn list_path(number: usize) -> String {
    format!("{ROUND}/lists/product-{number:05}.md")
}

/// The text of a list.
pub fn list(number: usize) -> String {
    list_at(number, Stage::SignedOff)
}

fn list_at(number: usize, stage: Stage) -> String {
    let mut text = format!(
        "# Product {number}\n\n- Agreed by Berlin: yes, Marta, 20 July\n- Agreed by Lisbon: yes\n"
    );
    let mut words = Words(number as u64 + 1);
    for position in 0..ITEMS {
        // Writing into a string cannot fail.
        let _ = item(&mut text, number * ITEMS + position, stage, &mut words);
    }
    text
}

fn item(text: &mut String, number: usize, stage: Stage, words: &mut Words) -> std::fmt::Result {
    let dev = if matches!(number % 5, 1..=3) { "Jonas Weber" } else { "" };
    let status = match number % 5 {
        _ if stage == Stage::HandedIn => "submitted",
        0 => "submitted",
        4 => "skipped",
        3 if stage == Stage::SignedOff => "signed off",
        2 | 3 if stage >= Stage::Done => "done",
        _ => "started",
    };
    let reason = if status == "skipped" { "too large: it needs a design first" } else { "" };
    writeln!(text, "\n## {} {} {number}", capital(words.next()), words.some(4))?;
    writeln!(text, "- Owner: {}", person_name(number / ITEMS_A_PERSON % MOST_PEOPLE))?;
    writeln!(text, "- Hub: {}", ["Berlin", "Lisbon"][number % 2])?;
    writeln!(text, "- Kind: {}", ["bug", "feature", "docs"][number % 3])?;
    writeln!(text, "- Feels like: half a day\n- Done when: {}", words.some(8))?;
    writeln!(text, "- Ref: item-{number}\n- Dev: {dev}\n- Estimate: {} days", number % 4 + 1)?;
    writeln!(text, "- Status: {status}\n- Reason: {reason}\n")?;
    writeln!(text, "{} {}.", capital(words.next()), words.some(14))?;
    writeln!(
        text,
        "See [{}](https://example.org/{number}) and `{}`,",
        words.some(2),
        words.next()
    )?;
    writeln!(text, "{}.\n", words.some(16))?;
    for _ in 0..3 {
        writeln!(text, "- {} **{}** {}", words.some(5), words.next(), words.some(2))?;
    }
    writeln!(text, "\n{} {}.", capital(words.next()), words.some(15))
}

fn people(lists: usize) -> String {
    let mut text =
        "[bob]\nname = \"Bob Keller\"\nmail = \"bob@example.org\"\nside = \"manager\"\n\n\
                    [jonas]\nname = \"Jonas Weber\"\nmail = \"jonas@example.org\"\n\
                    side = \"developer\"\n"
            .to_owned();
    for number in 0..(lists * ITEMS).div_ceil(ITEMS_A_PERSON).min(MOST_PEOPLE) {
        let _ = write!(
            text,
            "\n[p{number}]\nname = \"{}\"\nmail = \"p{number}@example.org\"\nside = \"partner\"\n\
             hub = \"{}\"\n",
            person_name(number),
            ["Berlin", "Lisbon"][number % 2]
        );
    }
    text
}

fn person_name(number: usize) -> String {
    let first = ["Ana", "Marta", "Rui", "Eva", "Tiago", "Noor", "Hana", "Emrys"];
    format!("{} Number{number}", first[number % first.len()])
}

fn round(lists: usize) -> String {
    let mut text = ROUND_HEAD.to_owned();
    for number in 0..lists {
        let _ = write!(
            text,
            "\n[products.product-{number:05}]\nname = \"Product {number}\"\nmanager = \"bob\"\n"
        );
    }
    text
}

/// Words in an order that looks like chance and is always the same.
struct Words(u64);

impl Words {
    fn next(&mut self) -> &'static str {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        VOCABULARY[(self.0 >> 33) as usize % VOCABULARY.len()]
    }

    fn some(&mut self, count: usize) -> String {
        let words: Vec<&str> = (0..count).map(|_| self.next()).collect();
        words.join(" ")
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

const VOCABULARY: [&str; 64] = [
    "invoice", "basket", "label", "printer", "search", "export", "colour", "button", "page",
    "search", "customer", "partner", "order", "number", "address", "window", "table", "column",
    "date", "currency", "letter", "picture", "filter", "report", "total", "menu", "link", "price",
    "stock", "light", "shelf", "parcel", "shows", "keeps", "loses", "opens", "closes", "sorts",
    "prints", "needs", "finds", "forgets", "the", "a", "every", "second", "wrong", "same", "old",
    "new", "small", "long", "on", "in", "with", "without", "after", "before", "and", "or",
    "because", "when", "slowly", "always",
];

const SETTINGS: &str = r#"title = "A week of little things"
base_url = "https://week.example.org/"
language = "en"
repository = "https://github.com/example/week/edit/main/"
support = "https://support.example.org/"
"#;

const ROUND_HEAD: &str = r#"title = "Summer 2026"
time_zone = "Europe/Zurich"
coordinators = ["bob"]
hubs = ["Berlin", "Lisbon"]

[dates]
invitation = 2026-07-06
lists_due = 2026-07-24T10:00:00
week = { first = 2026-07-27, last = 2026-07-31 }
survey = { opens = 2026-08-03T10:00:00, closes = 2026-08-14, reminders = [3, 7] }
"#;

const SURVEY: &str = "# How was it?

## Should there be another week?
- Ref: again
- For: owners, hubs, developers, managers
- Answer: choose one
  - Yes
  - No
";
