//! Whatever is typed, the reader answers, and every finding points into the file.

use proptest::prelude::*;
use proptest::sample::select;

use crate::repository::{FROZEN, Repository};
use crate::wellformed::*;

/// Bits of text that have broken one parser or another.
const NASTY: &[&str] = &[
    "\u{feff}",
    "\r",
    "\r\n",
    "\n",
    "\n\n",
    "\t",
    "    ",
    "\u{a0}",
    "\u{200b}",
    "\u{2028}",
    "\u{2029}",
    "\u{ad}",
    "\u{202e}",
    "\u{300}",
    "\u{0}",
    "\u{b}",
    "\u{c}",
    "\u{85}",
    "##",
    "# ",
    "## ",
    "### ",
    "##Title",
    "- ",
    "-",
    "* ",
    "1. ",
    "- Owner:",
    "- Owner: @_bob_",
    "-Owner: x",
    "– Owner: x",
    "• Owner: x",
    "Owner: x",
    "Owner Ana",
    "Owner： Ana",
    ":",
    "：",
    "---",
    "\n---\n",
    "===",
    "\n===\n",
    "<<<<<<< HEAD\n",
    "|||||||\n",
    "=======\n",
    ">>>>>>> x\n",
    "<!--",
    "-->",
    "<!-->",
    "<!--->",
    "<!-- x -->",
    "```",
    "~~~",
    "\n```\n",
    "````",
    "`",
    "<pre>",
    "</pre>",
    "<script>",
    "<details>\n",
    "<![CDATA[",
    "<?x",
    "<!X",
    "> ",
    ">",
    "> - Owner: x",
    "[",
    "]",
    "](",
    "[x]: javascript:alert(1)\n",
    "[a](javascript:x)",
    "[^1]: x\n",
    "[^1]",
    "![x](",
    "\\",
    "\\\n",
    "&amp;",
    "&#0;",
    "&",
    "|",
    "|---|\n",
    "@",
    "<a@b.c>",
    "Ana, Bob",
    "🚀",
    "👩‍🚒",
    "é",
    "e\u{301}",
    "الفاتورة",
    "請求書",
    "ß",
    "İ",
    "- Status: done\n",
    "- Estimate: 999999999999999 weeks\n",
    "- Estimate: 1/0 days\n",
    "- Ref: ../x\n",
    "- Agreed by : yes\n",
    "- Agreed by\n",
    "- :\n",
    "- **:**\n",
    "- - - Owner: x\n",
    "  - nested\n",
    "- [ ] Owner: x\n",
    "## 99999999999999999999. X\n",
    "## 0. X\n",
    "## \n",
    "##\n",
    "# \n",
    "\"",
    "'",
    "=",
    "[dates]\n",
    "2026-13-01",
    "\"\"\"",
];

/// One thing somebody, or some program, does to a text.
#[derive(Clone, Debug)]
enum Edit {
    Delete(usize, usize),
    Duplicate(usize),
    Swap(usize, usize),
    Insert(usize, &'static str),
    Splice(usize, usize, &'static str),
    Cut(usize),
    Indent(usize, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = 0usize..10_000;
    prop_oneof![
        (at.clone(), 1usize..6).prop_map(|(line, number)| Edit::Delete(line, number)),
        at.clone().prop_map(Edit::Duplicate),
        (at.clone(), at.clone()).prop_map(|(a, b)| Edit::Swap(a, b)),
        (at.clone(), select(NASTY)).prop_map(|(line, text)| Edit::Insert(line, text)),
        (at.clone(), at.clone(), select(NASTY)).prop_map(|(l, c, text)| Edit::Splice(l, c, text)),
        (at.clone(), at.clone(), select(NASTY)).prop_map(|(l, c, text)| Edit::Splice(l, c, text)),
        at.clone().prop_map(Edit::Cut),
        (at, 1usize..9).prop_map(|(line, by)| Edit::Indent(line, by)),
    ]
}

fn apply(text: &str, edits: &[Edit]) -> String {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    for edit in edits {
        let count = lines.len().max(1);
        if lines.is_empty() {
            lines.push(String::new());
        }
        match *edit {
            Edit::Delete(line, number) => {
                let first = line % count;
                lines.drain(first..(first + number).min(count));
            }
            Edit::Duplicate(line) => {
                let copy = lines[line % count].clone();
                lines.insert(line % count, copy);
            }
            Edit::Swap(a, b) => lines.swap(a % count, b % count),
            Edit::Insert(line, text) => lines.insert(line % count, text.to_owned()),
            Edit::Splice(line, column, text) => {
                let line = &mut lines[line % count];
                let ends: Vec<usize> =
                    line.char_indices().map(|(at, _)| at).chain([line.len()]).collect();
                line.insert_str(ends[column % ends.len()], text);
            }
            Edit::Cut(line) => lines.truncate(line % count + 1),
            Edit::Indent(line, by) => lines[line % count].insert_str(0, &" ".repeat(by)),
        }
    }
    lines.join("\n")
}

/// What must hold of every finding: it points into its file, and it says something.
fn holds(outcome: &Outcome) -> Result<(), TestCaseError> {
    let content = outcome.content.as_ref();
    prop_assert!(content.is_some(), "the settings are there, so something can be read");
    for finding in &outcome.findings {
        let place = &finding.place;
        let said = line_of(finding);
        prop_assert!(!finding.message.trim().is_empty(), "no message: {said}");
        prop_assert!(!finding.help.trim().is_empty(), "no help: {said}");
        prop_assert!(!finding.message.trim_end().ends_with('.'), "a full stop: {said}");
        prop_assert!(!finding.message.contains('\n'), "more than a line: {said}");
        prop_assert!(!place.path.starts_with('/') && !place.path.contains('\\'), "path: {said}");
        prop_assert!(place.line >= 1 && place.column >= 1, "lines count from 1: {said}");
        prop_assert!(
            (place.end_line, place.end_column) >= (place.line, place.column),
            "ends before it begins: {said}"
        );
        let Some(source) = content.and_then(|content| content.sources.get(&place.path)) else {
            prop_assert_eq!((place.line, place.column), (1, 1), "no source: {}", said);
            continue;
        };
        let lines = lines(source);
        for (line, column) in [(place.line, place.column), (place.end_line, place.end_column)] {
            prop_assert!(line as usize <= lines.len() + 1, "line {line} is not there: {said}");
            let length = lines.get(line as usize - 1).map_or(0, |line| line.chars().count());
            prop_assert!(column as usize <= length + 1, "column {column} is not there: {said}");
        }
    }
    Ok(())
}

/// Writes the file into a well-formed round, reads it twice, and looks at what comes out.
fn survives(path: &str, text: &str) -> Result<(), TestCaseError> {
    let root = tempfile::tempdir().unwrap();
    Case::well_formed().write(root.path());
    std::fs::write(root.path().join(path), text).unwrap();
    let outcome = check(root.path());
    holds(&outcome)?;
    let again = check(root.path());
    prop_assert_eq!(outcome.findings, again.findings, "the same text, other findings");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_list_with_anything_in_it_is_read(edits in prop::collection::vec(edit(), 1..12)) {
        survives(ATLAS, &apply(&Case::well_formed().text(ATLAS), &edits))?;
    }

    #[test]
    fn a_list_of_nothing_but_nasty_bits_is_read(bits in prop::collection::vec(select(NASTY), 0..40)) {
        survives(ATLAS, &bits.concat())?;
    }

    #[test]
    fn any_text_is_read(text in "\\PC{0,200}") {
        survives(ATLAS, &text)?;
    }

    #[test]
    fn other_files_with_anything_in_them_are_read(
        path in select(&[SURVEY, GUESSES, FAQ, INVITATION, ROUND, PEOPLE][..]),
        edits in prop::collection::vec(edit(), 1..6),
    ) {
        survives(path, &apply(&Case::well_formed().text(path), &edits))?;
    }
}

/// Mistakes that need no chance: every nasty bit around a heading, a fact, and the line below them.
#[test]
fn every_nasty_bit_around_a_heading_and_its_facts_is_survived() {
    let text = Case::well_formed().text(ATLAS);
    let lines: Vec<&str> = text.split('\n').collect();
    let root = tempfile::tempdir().unwrap();
    Case::well_formed().write(root.path());
    for number in [10, 11, 21] {
        for bit in NASTY {
            for at_end in [false, true] {
                let mut lines: Vec<String> = lines.iter().map(|l| (*l).to_owned()).collect();
                let line = &mut lines[number];
                line.insert_str(if at_end { line.len() } else { 0 }, bit);
                std::fs::write(root.path().join(ATLAS), lines.join("\n")).unwrap();
                if let Err(error) = holds(&check(root.path())) {
                    panic!("{bit:?} on line {}, at its end: {at_end}: {error}", number + 1);
                }
            }
        }
    }
}

/// A key may go on in the next line; what is said of it may not.
#[test]
fn a_key_broken_over_two_lines_is_told_on_one() {
    for (from, to) in [
        ("- Agreed by Lisbon: yes", "- Agreed by\n  Lisbon: yes"),
        ("- Agreed by Lisbon: yes", "- Agreed by\nLisbon: yes"),
        ("- Done when: a Swiss", "- Done\n  when: a Swiss"),
        ("- Feels like: half", "- Feels\nlike: half"),
    ] {
        if let Err(error) = holds(&Case::well_formed().edit(ATLAS, from, to).outcome()) {
            panic!("{to:?}: {error}");
        }
    }
}

/// As large as a list may be, of what used to be looked for once for each of its lines. Where that
/// comes back, this takes minutes.
#[test]
fn a_list_of_thousands_of_anything_is_read_judged_and_shown() {
    let item = |number: usize| format!("\n## T{number}\n- Owner: Ana Duarte\n- Ref: t{number}\n");
    let note =
        |number: usize| format!("{}\ntext[^n{number}]\n\n[^n{number}]: note\n", item(number));
    let hub = |number: usize| format!("- Agreed by H{number}: yes\n");
    let names = "Ana, ".repeat(200_000);
    for list in [
        (0..20_000).map(hub).collect::<String>() + &item(0),
        (0..8_000).map(note).collect(),
        format!("\n## T\n- Owner: {names}\n- Ref: t\n"),
        format!("\n## T\n- Owner: Ana Duarte\n- With: {names}\n- Ref: t\n"),
    ] {
        let repository = Repository::new();
        repository.write("content/2026-summer/lists/atlas.md", format!("# Atlas\n\n{list}"));
        let told = repository.run(["build", "--now", FROZEN]);
        assert_eq!(told.code, 0, "{}", told.err);
        assert!(repository.path("public/2026-summer/lists/atlas.html").is_file());
        assert_eq!(repository.run(["check", "--now", FROZEN]).code, 1);
    }
}
