//! What writers of themes rely on: `new theme`, and a reference of the views that is true.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::repository::{FROZEN, Repository};

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_new_theme_is_the_default_one_with_its_guide() {
    let repository = Repository::new();
    let told = repository.run(["new", "theme", "harbour"]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.out.contains("`theme = \"harbour\"`"), "{}", told.out);
    let mut copied = repository.files("themes/harbour");
    for guide in ["README.md", "VIEWS.md"] {
        let text = fs::read(here().join("themes").join(guide)).unwrap();
        assert_eq!(copied.remove(guide), Some(text));
    }
    assert_eq!(copied, crate::repository::files(&here().join("themes/default")));
}

#[test]
fn a_new_theme_looks_the_same_until_it_is_changed() {
    let repository = Repository::new();
    repository.run(["build", "--now", FROZEN, "--out", "before"]);
    repository.run(["new", "theme", "harbour"]);
    let settings = repository.read("littlethings.toml");
    repository.write("littlethings.toml", format!("theme = \"harbour\"\n{settings}"));
    let told = repository.run(["build", "--strict", "--now", FROZEN, "--out", "after"]);
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    let pages = |folder| {
        let mut files = repository.files(folder);
        // It tells what the site was made from, and that did change.
        assert!(files.remove(".littlethings").is_some());
        files
    };
    assert!(pages("before") == pages("after"));
}

/// What the embedded templates promise: of a text they ask only whether there is any. With a template
/// that is not our own, every page is rendered for itself.
#[test]
fn pages_cast_from_a_mould_are_the_pages_that_their_templates_make() {
    let repository = Repository::new();
    for (path, bytes) in crate::repository::files(&here().join("content")) {
        repository.write(&format!("content/{path}"), bytes);
    }
    repository.run(["build", "--now", FROZEN, "--out", "cast"]);
    let lost = fs::read_to_string(here().join("themes/default/pages/404.html")).unwrap();
    repository.write("themes/default/pages/404.html", format!("{lost}<!-- our own -->\n"));
    let told = repository.run(["build", "--now", FROZEN, "--out", "rendered"]);
    assert_eq!(told.code, 0, "{}{}", told.out, told.err);
    let pages = |folder| {
        let mut files = repository.files(folder);
        for own in [".littlethings", "404.html"] {
            assert!(files.remove(own).is_some());
        }
        files
    };
    let (cast, rendered) = (pages("cast"), pages("rendered"));
    let differing: Vec<_> =
        cast.iter().filter(|(path, it)| rendered.get(*path) != Some(it)).collect();
    assert!(differing.is_empty() && cast.len() == rendered.len(), "{:?}", differing.first());
}

#[test]
fn a_theme_that_is_there_is_never_written_over() {
    let repository = Repository::new().with("themes/Harbour/words/en.toml", "skip = \"Skip\"\n");
    let told = repository.run(["new", "theme", "harbour"]);
    assert_eq!(told.code, 2);
    assert!(told.err.contains("themes/Harbour"), "{}", told.err);
    assert_eq!(repository.files("themes").len(), 1);
}

#[test]
fn a_broken_override_is_told_with_its_line_and_the_site_is_built() {
    let repository = Repository::new();
    repository.run(["new", "theme", "harbour"]);
    let settings = repository.read("littlethings.toml");
    repository.write("littlethings.toml", format!("theme = \"harbour\"\n{settings}"));
    repository.write("themes/harbour/pages/404.html", "<p>\n{{ page.nonsense }}\n");
    let told = repository.run(["build", "--now", FROZEN]);
    assert_eq!(told.code, 0, "{}", told.err);
    let lost = repository.read("public/404.html");
    assert!(lost.starts_with("<!DOCTYPE html>"), "{lost}");
    let told = repository.run(["check", "--now", FROZEN]);
    assert!(told.out.contains("themes/harbour/pages/404.html:2:"), "{}", told.out);
}

#[test]
fn the_reference_of_the_views_is_true() {
    let file = here().join("themes/VIEWS.md");
    let reference = reference();
    if std::env::var_os("BLESS").is_some_and(|value| value != "0") {
        fs::write(&file, &reference).unwrap();
    }
    let written = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        written == reference,
        "themes/VIEWS.md is not what src/pages/views says: BLESS=1 cargo test --test suite themes"
    );
}

/// What the templates of a theme are and what `view` is in each.
const TEMPLATES: [(&str, &str); 15] = [
    ("archive.html", "ArchiveView"),
    ("calls.html", "CallsView"),
    ("home.html", "HomeView"),
    ("item.html", "ItemPage"),
    ("leftovers.html", "LeftoversView"),
    ("list.html", "ListView"),
    ("page.html", "PlainPage"),
    ("people.html", "PeopleView"),
    ("results.html", "ResultsView"),
    ("round.html", "RoundHome"),
    ("rules.html", "RulesView"),
    ("side-by-side.html", "SideBySide"),
    ("survey.html", "SurveyView"),
    ("unread.html", "UnreadView"),
    ("wall.html", "WallView"),
];

/// A struct that templates see.
struct View {
    name: String,
    meaning: String,
    fields: Vec<(String, String, String)>,
}

/// The letters of a theme and what `view` is in each.
const LETTERS: [(&str, &str); 9] = [
    ("invitation.md", "InvitationLetter"),
    ("list-complete.md", "CompleteLetter"),
    ("lists-due.md", "ListsLetter"),
    ("news.md", "NewsLetter"),
    ("results-out.md", "ResultsLetter"),
    ("survey-reminder.md", "SurveyLetter"),
    ("survey-thanks.md", "ThanksLetter"),
    ("survey.md", "SurveyLetter"),
    ("week-ahead.md", "WeekLetter"),
];

/// The pages of the survey's form and what `view` is in each.
const FORMS: [(&str, &str); 3] =
    [("form.html", "FormView"), ("message.html", "Message"), ("thanks.html", "Thanks")];

/// The pages that only a preview shows and what `view` is in each.
const PREVIEWS: [(&str, &str); 4] = [
    ("letter.html", "LetterPage"),
    ("letters.html", "LettersPage"),
    ("message.html", "PreviewMessage"),
    ("trial.html", "TrialPage"),
];

/// Reads the views as they stand in the source: whoever adds a field says what it means, there.
fn views() -> Vec<View> {
    let folder = here().join("src/pages/views");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.push(here().join("src/pages/labels.rs"));
    for file in [
        "src/mail/letter/views.rs",
        "src/survey/form/page.rs",
        "src/survey/form/view.rs",
        "src/bin/littlethings/serve/preview/views.rs",
    ] {
        files.push(here().join(file));
    }
    let mut views = Vec::new();
    for file in files {
        read(&fs::read_to_string(file).unwrap(), &mut views);
    }
    views.sort_by(|a, b| a.name.cmp(&b.name));
    views
}

fn read(source: &str, views: &mut Vec<View>) {
    let (mut meaning, mut serialised, mut view) = (String::new(), false, None::<View>);
    for line in source.lines() {
        let text = line.trim();
        if let Some(words) = text.strip_prefix("/// ") {
            meaning = [&meaning, words].map(str::trim).join(" ").trim().to_owned();
            continue;
        }
        if text.starts_with("#[") {
            assert!(!text.contains("serde("), "the reference does not know what `{text}` does");
            serialised |= text.contains("Serialize");
            continue;
        }
        if let Some(open) = &mut view {
            if text == "}" {
                views.extend(view.take());
            } else if let Some(field) = text.strip_prefix("pub ") {
                let (name, kind) = field.trim_end_matches(',').split_once(": ").unwrap();
                assert!(!meaning.is_empty(), "`{}` of {} has no meaning", name, open.name);
                let name = name.trim_start_matches("r#").to_owned();
                open.fields.push((name, kind.to_owned(), std::mem::take(&mut meaning)));
            }
        } else if let Some(name) = text.strip_prefix("pub struct ").filter(|_| serialised) {
            let name = name.split(['<', ' ']).next().unwrap().to_owned();
            view = Some(View { name, meaning: meaning.clone(), fields: Vec::new() });
        }
        (meaning, serialised) = (String::new(), false);
    }
}

/// A type as a person who writes templates thinks of it.
fn said(kind: &str, names: &BTreeSet<String>) -> String {
    let kind = kind.trim_start_matches("&'a ").trim_start_matches("&'static ");
    let kind = kind.trim_end_matches("<'a>");
    if let Some(inner) = kind.strip_prefix("Option<").and_then(|it| it.strip_suffix('>')) {
        return format!("{} or nothing", said(inner, names));
    }
    if let Some(inner) = kind.strip_prefix("Vec<").and_then(|it| it.strip_suffix('>')) {
        return format!("list of {}", said(inner, names));
    }
    let known_length = kind.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
    if let Some((inner, _)) = known_length.and_then(|it| it.split_once("; ")) {
        return format!("list of {}", said(inner, names));
    }
    // What many pages share is made once; templates do not notice.
    if let Some(inner) = kind.strip_prefix("Prepared<").and_then(|it| it.strip_suffix('>')) {
        return said(inner, names);
    }
    let last = kind.rsplit("::").next().unwrap().trim_end_matches("<'a>");
    match last {
        "String" | "str" | "Text" | "Long" => "text".to_owned(),
        "bool" => "true or false".to_owned(),
        "usize" | "u32" | "i32" | "f64" => "number".to_owned(),
        "V" => "see above".to_owned(),
        name if names.contains(name) => format!("[{name}](#{})", name.to_lowercase()),
        other => panic!("the reference does not know the type `{other}`"),
    }
}

fn reference() -> String {
    let views = views();
    let names: BTreeSet<String> = views.iter().map(|view| view.name.clone()).collect();
    let mut text = "# What a template may see\n\n\
        Every template gets a [PageView](#pageview). Its `view` depends on the template. This page \
        is made\nfrom the source; `BLESS=1 cargo test --test suite themes` writes it anew.\n\n\
        | template | `view` |\n|---|---|\n"
        .to_owned();
    for (template, view) in TEMPLATES {
        assert!(names.contains(view), "{view}");
        text += &format!("| `{template}` | {} |\n", said(view, &names));
    }
    text += "\nThe other templates are parts that these share; `404.html` has no `view`.\n\n\
        Every letter gets a [LetterView](#letterview), and its `view` depends on the letter.\n\n\
        | letter | `view` |\n|---|---|\n";
    for (letter, view) in LETTERS {
        assert!(names.contains(view), "{view}");
        assert!(here().join("themes/default/letters").join(letter).is_file(), "{letter}");
        text += &format!("| `{letter}` | {} |\n", said(view, &names));
    }
    text += "\n`footer.md` is the end that they share.\n\n\
        Every page of the survey's form gets a [FormPage](#formpage).\n\n\
        | page of the form | `view` |\n|---|---|\n";
    for (page, view) in FORMS {
        assert!(here().join("themes/default/survey").join(page).is_file(), "{page}");
        text += &format!("| `{page}` | {} |\n", said(view, &names));
    }
    text += "\n`unremind.html`, with the button that ends reminders, has no `view`.\n\n\
        Every page that only a preview shows gets a [PreviewPage](#previewpage).\n\n\
        | page of the preview | `view` |\n|---|---|\n";
    for (page, view) in PREVIEWS {
        assert!(here().join("themes/default/preview").join(page).is_file(), "{page}");
        text += &format!("| `{page}` | {} |\n", said(view, &names));
    }
    for View { name, meaning, fields } in &views {
        assert!(!meaning.is_empty(), "{name} has no meaning");
        text += &format!("\n## {name}\n\n{meaning}\n\n| field | | |\n|---|---|---|\n");
        for (field, kind, meaning) in fields {
            text += &format!("| `{field}` | {} | {meaning} |\n", said(kind, &names));
        }
    }
    text
}

#[test]
fn every_page_has_a_template_that_the_reference_knows() {
    let source = fs::read_to_string(here().join("src/pages/press.rs")).unwrap();
    for (template, _) in TEMPLATES {
        assert!(here().join("themes/default/pages").join(template).is_file(), "{template}");
        let kind = template.trim_end_matches(".html");
        assert!(source.contains(&format!("\"{kind}\"")), "{kind}");
    }
}
