use std::collections::BTreeSet;
use std::path::Path;

use super::*;

/// A repository with these files and nothing else.
fn root(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    root
}

fn load_with(files: &[(&str, &str)], language: &str) -> Loaded {
    load(root(files).path(), "default", language).unwrap()
}

fn told(loaded: &Loaded) -> Vec<String> {
    loaded
        .findings
        .iter()
        .map(|finding| {
            let Place { path, line, column, .. } = &finding.place;
            format!("{} {path}:{line}:{column}: {}", finding.severity.word(), finding.message)
        })
        .collect()
}

#[test]
fn the_table_of_embedded_files_is_the_folder() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default");
    let mut there = BTreeSet::new();
    for part in ["letters", "pages", "preview", "static", "survey", "words"] {
        for entry in walkdir::WalkDir::new(folder.join(part)) {
            let entry = entry.unwrap();
            if entry.file_type().is_file() {
                let path = entry.path().strip_prefix(&folder).unwrap();
                there.insert(path.to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    let table: Vec<&str> = embedded::FILES.iter().map(|file| file.path).collect();
    let there: Vec<&str> = there.iter().map(String::as_str).collect();
    assert_eq!(table, there, "list the files of themes/default in src/theme/embedded.rs");
}

#[test]
fn the_default_theme_speaks_every_language_without_a_gap() {
    let english: BTreeSet<String> =
        load_with(&[], "en").theme.words().keys().map(str::to_owned).collect();
    for (name, _) in embedded::of("words") {
        let language = name.strip_suffix(".toml").unwrap();
        let loaded = load_with(&[], language);
        assert_eq!(told(&loaded), [""; 0], "{language}");
        for key in &english {
            assert!(loaded.theme.words().has(key), "{language}: {key}");
        }
    }
}

#[test]
fn translations_fill_in_the_same_names() {
    let (english, german) = (load_with(&[], "en").theme, load_with(&[], "de").theme);
    // An order of words may need other names, as long as code fills them all in.
    let free = |key: &str| key.starts_with("date.");
    for key in english.words().keys().filter(|key| !free(key)) {
        for count in [1, 2] {
            assert_eq!(names(&english, key, count), names(&german, key, count), "{key}");
        }
    }
}

/// What is between braces in the words for a key.
fn names(theme: &Theme, key: &str, count: i64) -> BTreeSet<String> {
    let text = theme.words().find(key, Some(count)).unwrap();
    let parts = text.split('{').skip(1);
    parts.filter_map(|part| Some(part.split_once('}')?.0.to_owned())).collect()
}

#[test]
fn every_key_that_is_asked_for_exists() {
    let words = load_with(&[], "en").theme;
    let words = words.words();
    for (name, file) in ["pages", "letters", "preview", "survey"].into_iter().flat_map(embedded::of)
    {
        for (key, whole) in asked(file.text(), "t(key=\"") {
            let there = if whole { words.has(key) } else { has_below(words, key) };
            assert!(there, "{name} asks for {key}");
        }
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let parts =
        ["bin", "pages", "mail", "survey"].map(|part| walkdir::WalkDir::new(source.join(part)));
    for entry in parts.into_iter().flatten().flatten() {
        let path = entry.path();
        let is_test = path.to_string_lossy().contains("test");
        if path.extension().is_some_and(|ending| ending == "rs") && !is_test {
            let text = std::fs::read_to_string(path).unwrap();
            for call in ["words.text(\"", "words.count(\"", "words.part(\""] {
                for (key, _) in asked(&text, call) {
                    assert!(words.has(key), "{} asks for {key}", path.display());
                }
            }
        }
    }
}

/// The keys after `call`, and whether each is a whole one: `"phase." ~ x` is only its beginning.
fn asked<'t>(text: &'t str, call: &str) -> Vec<(&'t str, bool)> {
    let parts = text.split(call).skip(1);
    parts
        .filter_map(|part| {
            let (key, rest) = part.split_once('"')?;
            Some((key, !rest.trim_start().starts_with('~')))
        })
        .collect()
}

fn has_below(words: &Words, prefix: &str) -> bool {
    words.keys().any(|key| key.starts_with(prefix))
}

#[test]
fn dates_and_numbers_follow_the_language() {
    let german = load_with(&[], "de").theme;
    let english = load_with(&[], "en").theme;
    let date = jiff::civil::date(2026, 7, 24);
    assert_eq!(english.words().date_long(date), "Friday 24 July 2026");
    assert_eq!(german.words().date_long(date), "Freitag, 24. Juli 2026");
    assert_eq!(german.words().days(date, jiff::civil::date(2026, 7, 31)), "24. bis 31. Juli 2026");
    assert_eq!(
        english.words().days(date, jiff::civil::date(2026, 8, 1)),
        "24 July to 1 August 2026"
    );
    assert_eq!(german.words().number(7.5), "7,5");
    assert_eq!(german.words().percent(58.0, 100.0).as_deref(), Some("58\u{a0}%"));
    assert_eq!(english.words().percent(299.0, 300.0).as_deref(), Some("99%"));
    assert_eq!(english.words().percent(1.0, 0.0), None);
    assert_eq!(english.words().effort(4 * 60), "half a day");
    assert_eq!(english.words().effort(8 * 60), "1 day");
    assert_eq!(german.words().effort(12 * 60), "1,5 Tage");
}

#[test]
fn templates_escape_whatever_their_names_are() {
    let page = "{{ title }} {{ t(key=\"item.took_size\", size=title) }}";
    for name in ["list.html", "plain.txt", "odd"] {
        let path = format!("themes/default/pages/{name}");
        let theme = load_with(&[(&path, page)], "en").theme;
        let view = serde_json::json!({ "title": "<b>" });
        assert_eq!(theme.render(name, &view).unwrap(), "&lt;b&gt; took &lt;b&gt;");
    }
}

#[test]
fn words_are_filled_in_once() {
    let page = "{{ t(key=\"waits.agree\", count=1, who=who, what=what) }}";
    let theme = load_with(&[("themes/default/pages/x.html", page)], "en").theme;
    let view = serde_json::json!({ "who": "{what}", "what": "A & B" });
    let html = theme.render("x.html", &view).unwrap();
    assert_eq!(html, "{what} has not agreed to the list of A &amp; B yet.");
}

#[test]
fn a_broken_template_is_told_with_its_place_and_left_out() {
    for (text, told_as) in [
        ("a\n  {% if %}", "2:9"),
        ("a\n{{ x | nonsense }}", "2:8"),
        ("{% include \"gone.html\" %}", "1:12"),
        ("{% extends \"gone.html\" %}", "1:1"),
        ("{{ t(key=\"x\" }}", "1:14"),
        ("{{ <nobody/> }}", "1:4"),
    ] {
        let loaded = load_with(&[("themes/default/pages/404.html", text)], "en");
        let told = told(&loaded);
        let begin = format!("error themes/default/pages/404.html:{told_as}: this template");
        assert!(told.len() == 1 && told[0].starts_with(&begin), "{text}: {told:?}");
        assert!(loaded.sources.contains_key("themes/default/pages/404.html"));
    }
}

#[test]
fn several_broken_templates_are_all_told_and_good_ones_are_used() {
    let loaded = load_with(
        &[
            ("themes/default/pages/404.html", "{{"),
            ("themes/default/pages/list.html", "{{ x | nonsense }}"),
            ("themes/default/pages/wall.html", "a wall"),
        ],
        "en",
    );
    assert_eq!(loaded.findings.len(), 2);
    assert_eq!(loaded.theme.render("wall.html", serde_json::json!({})).unwrap(), "a wall");
}

#[test]
fn words_can_be_overridden_key_by_key() {
    let words = ("themes/default/words/en.toml", "[wall]\nnow = \"On it\"");
    let loaded = load_with(&[words], "en");
    assert_eq!(told(&loaded), [""; 0]);
    assert_eq!(loaded.theme.words().text("wall.now", &[]), "On it");
    assert_eq!(loaded.theme.words().text("nav.index", &[]), "Overview");
}

#[test]
fn of_words_that_count_one_form_may_be_given_alone() {
    let said = |language: &str, own: &str| {
        let path = format!("themes/default/words/{language}.toml");
        let words = format!("[letter.lists]\nsubject_many = {{ {own} }}\n");
        let theme = load_with(&[(&path, &words)], language).theme;
        [1, 2].map(|count| theme.words().count("letter.lists.subject_many", count, &[]))
    };
    assert_eq!(said("en", "other = \"{count} missing\""), ["1 missing", "2 missing"]);
    assert_eq!(said("de", "other = \"{count} offen\""), ["1 offen", "2 offen"]);
    assert_eq!(said("tr", "other = \"{count} liste\""), ["1 liste", "2 liste"]);
    assert_eq!(said("en", "one = \"a list\""), ["a list", "2 lists are due on {day}"]);
    assert_eq!(said("de", "one = \"eine\", other = \"{count}\""), ["eine", "2"]);
    // Elsewhere `other` is a word like any other.
    let words = ("themes/default/words/en.toml", "[letter.news.fate]\nother = \"we will see\"");
    let theme = load_with(&[words], "en").theme;
    assert_eq!(theme.words().text("letter.news.fate.other", &[]), "we will see");
    assert!(theme.words().has("letter.news.fate.ticket"));
}

#[test]
fn a_language_with_gaps_is_filled_with_english_and_told() {
    let words = ("themes/default/words/fr.toml", "[nav]\nindex = \"Aperçu\"\nextra = \"?\"");
    let loaded = load_with(&[words], "fr-CH");
    let words = loaded.theme.words();
    assert_eq!((words.language(), words.direction().as_str()), ("fr-CH", "ltr"));
    assert_eq!(words.text("nav.index", &[]), "Aperçu");
    assert_eq!(words.text("nav.people", &[]), "People");
    let told = told(&loaded);
    assert!(
        told[0].starts_with("hint themes/default/words/fr.toml:1:1: no words for `"),
        "{told:?}"
    );
    assert_eq!(told[1], "hint themes/default/words/fr.toml:1:1: nothing asks for `nav.extra`");
}

#[test]
fn what_is_not_there_is_told() {
    let loaded = load_with(&[], "xx");
    assert_eq!(loaded.theme.words().language(), "en");
    assert_eq!(
        told(&loaded),
        ["warning littlethings.toml:1:1: there are no words in the language `xx`"]
    );
    let loaded = load(root(&[]).path(), "../etc", "en").unwrap();
    assert_eq!(
        told(&loaded),
        ["error littlethings.toml:1:1: there is no theme `../etc` in the folder `themes`"]
    );
    let loaded = load_with(&[("themes/default/words/en.toml", "a = \"b\"\nc = ")], "en");
    assert!(told(&loaded)[0].starts_with("error themes/default/words/en.toml:2:"));
}

#[test]
fn a_style_sheet_is_named_by_its_content() {
    let plain = load_with(&[], "en").theme;
    let own = load_with(&[("themes/default/static/style.css", "a{}")], "en").theme;
    assert_ne!(plain.asset("style.css"), own.asset("style.css"));
    assert_eq!(own.assets()[own.asset("style.css").unwrap()].bytes, b"a{}");
    assert_eq!(own.asset("favicon.svg"), Some("static/favicon.svg"));
}

#[test]
fn what_breaks_is_left_out_until_the_rest_works() {
    let broken = "<p>own {{ nothing }} words</p>";
    let files = [
        ("themes/default/preview/message.html", broken),
        ("themes/default/preview/letters.html", broken),
        ("themes/default/pages/404.html", broken),
    ];
    let Loaded { theme, findings, .. } = load_with(&files, "en");
    assert!(findings.is_empty(), "only rendering shows it: {findings:?}");
    let view = BTreeMap::<&str, &str>::new();
    let failing = ["message.html", "letters.html"];
    // What none of the templates can show fails for good, and says so.
    let all = |theme: &Theme| failing.iter().try_for_each(|name| once(theme, name, &view));
    let cured = theme.cured(all).unwrap();
    let paths: Vec<&str> = cured.findings.iter().map(|finding| &*finding.place.path).collect();
    assert_eq!(paths, [files[0].0, files[1].0]);
    assert!(cured.theme.has_own_templates(), "the third was not in the way");
    assert!(theme.cured(|theme| theme.render_preview("message.html", &view)).is_err());
}

/// Renders what lies over the default, which alone would need more of the view.
fn once(theme: &Theme, template: &str, view: &BTreeMap<&str, &str>) -> Result<(), Broken> {
    match theme.render_preview(template, view) {
        Err(broken) if broken.message.contains("nothing") => Err(broken),
        _ => Ok(()),
    }
}
