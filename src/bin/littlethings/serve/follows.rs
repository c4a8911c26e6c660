//! Following gives what reading gives: whatever was edited in whatever order, the site that followed
//! is the one that `serve` would show if it were started now.

use std::collections::BTreeSet;

use littlethings::pages::Body;
use proptest::prelude::*;

use super::live::{Change, Live};
use super::testing::{ATLAS, BEACON, Folder, list};

/// One save, and what is done before the next one.
#[derive(Clone, Debug)]
struct Save {
    file: &'static str,
    /// `None` takes the file away.
    bytes: Option<Vec<u8>>,
    /// Whether it is followed at once, or together with the next one.
    at_once: bool,
    /// Whether somebody looks at all pages afterwards.
    looked_at: bool,
}

/// The words of a list that are replaced, and by what.
const IN_LISTS: [(&str, &str); 14] = [
    ("", ""),
    ("Louder bells", "Quieter bells"),
    ("They could be louder.", "See [the other](beacon.md#beacon-bells) and [nothing](no.md)."),
    ("Owner: Ana Duarte", "Owner: Anna Duarte"),
    ("Owner: Ana Duarte", "Owner: Ana Duarte, Bob Keller"),
    ("- Status:\n", "- Status: started\n"),
    ("- Status:\n", "- Status: skipped\n"),
    ("- Status:\n", "- Status: done, 21 July\n"),
    ("- Ref: atlas-bells\n", "- Ref: beacon-bells\n"),
    ("- Ref: atlas-bells\n", ""),
    ("yes, Ana, 20 July", "no, too many bells"),
    ("## Softer chairs", "# Softer chairs"),
    ("## Softer chairs", "<<<<<<< mine\n## Softer chairs"),
    ("They could be softer.\n", "\u{fffd}"),
];

const IN_THEMES: [(&str, &str); 9] = [
    ("themes/default/pages/404.html", "<p>own words</p>"),
    ("themes/default/pages/404.html", "<p>own {{ nothing }} words</p>"),
    ("themes/default/pages/list.html", "{% if %}"),
    (
        "themes/default/pages/list.html",
        "{% extends \"base.html\" %}{% block main %}own {{ view.product }}{% endblock %}",
    ),
    // Whether it works depends on the lists.
    (
        "themes/default/pages/list.html",
        "{% if view.problems | length > 0 %}{{ nothing }}{% endif %}own {{ view.product }}",
    ),
    ("themes/default/static/style.css", "b { color: red }"),
    ("themes/default/words/en.toml", "edit = \"Mend this page\"\n"),
    ("themes/default/words/en.toml", "edit = "),
    ("themes/default/static/own.svg", "<svg/>"),
];

fn in_list() -> impl Strategy<Value = (&'static str, Option<Vec<u8>>)> {
    let lists = prop::sample::select(vec![(ATLAS, "Atlas"), (BEACON, "Beacon")]);
    let edits = prop_oneof![2 => prop::sample::select(&IN_LISTS[..]), 1 => Just(IN_LISTS[0])];
    let edits = prop::option::weighted(0.9, edits);
    (lists, edits).prop_map(|((file, product), edit)| {
        let bytes = edit.map(|(from, to)| {
            let text = list(product).replacen(from, to, 1).into_bytes();
            // No text any more.
            if to == "\u{fffd}" { [&text[..], &[0xff]].concat() } else { text }
        });
        (file, bytes)
    })
}

fn in_theme() -> impl Strategy<Value = (&'static str, Option<Vec<u8>>)> {
    // What depends on lists and themes alike is where they could part.
    let edits = prop_oneof![2 => prop::sample::select(&IN_THEMES[..]), 1 => Just(IN_THEMES[4])];
    (edits, prop::bool::weighted(0.8))
        .prop_map(|((file, text), is_there)| (file, is_there.then(|| text.into())))
}

fn save() -> impl Strategy<Value = Save> {
    let file = prop_oneof![3 => in_list(), 2 => in_theme()];
    (file, any::<bool>(), any::<bool>()).prop_map(|((file, bytes), at_once, looked_at)| Save {
        file,
        bytes,
        at_once,
        looked_at,
    })
}

/// Saves, and tells what the watcher makes of it.
fn write(folder: &Folder, save: &Save, change: Change) -> Change {
    let path = folder.path(save.file);
    match &save.bytes {
        Some(bytes) => {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, bytes).unwrap();
        }
        None => drop(std::fs::remove_file(&path)),
    }
    match change {
        Change::Some { lists, .. } if save.file.starts_with("themes/") => {
            Change::Some { lists, theme: true }
        }
        Change::Some { mut lists, theme } if save.bytes.is_some() => {
            lists.insert(save.file.to_owned());
            Change::Some { lists, theme }
        }
        _ => Change::Everything,
    }
}

const NOTHING: Change = Change::Some { lists: BTreeSet::new(), theme: false };

/// Every page as it is shown, once nothing more of the theme breaks on any of them.
fn pages(live: &Live) -> Vec<(String, Body)> {
    let page = |path: String| {
        let body = live.page(&path).unwrap().unwrap().body;
        (path, body)
    };
    loop {
        let news = live.news();
        let pages = live.paths().into_iter().map(page).collect();
        if !news.has_changed().unwrap() {
            return pages;
        }
    }
}

/// What is looked at between the edits.
const OPEN: [&str; 3] = ["404.html", "index.html", "2026-summer/lists/atlas.html"];

/// The first line that two pages do not share.
fn differs(followed: &Body, read: &Body) -> String {
    let text = |body: &Body| match body {
        Body::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Body::Copy(path) => path.clone(),
    };
    let (followed, read) = (text(followed), text(read));
    let mut lines = followed.lines().zip(read.lines());
    let (followed, read) = lines.find(|(one, other)| one != other).unwrap_or_default();
    format!("followed {followed:?}, read {read:?}")
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 24,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::default()
    })]

    #[test]
    fn following_gives_what_reading_gives(saves in prop::collection::vec(save(), 1..12)) {
        let folder = Folder::new();
        let live = folder.live();
        let mut change = NOTHING;
        let mut unjudged = false;
        for save in &saves {
            change = write(&folder, save, change);
            if save.at_once {
                unjudged |= live.follow(std::mem::replace(&mut change, NOTHING));
            }
            if save.looked_at {
                OPEN.iter().for_each(|path| drop(live.page(path).unwrap()));
            }
        }
        unjudged |= live.follow(change);
        if unjudged {
            live.judge_between();
        }
        let fresh = folder.live();
        let (followed, read) = (pages(&live), pages(&fresh));
        prop_assert_eq!(live.told(), fresh.told());
        prop_assert_eq!(live.paths(), fresh.paths());
        for (followed, read) in followed.into_iter().zip(read) {
            prop_assert!(followed == read, "{}: {}", followed.0, differs(&followed.1, &read.1));
        }
    }
}

#[test]
fn a_template_that_fails_on_a_mended_list_is_used_again() {
    let folder = Folder::new();
    let (template, text) = IN_THEMES[4];
    folder.write(template, text);
    folder.write(ATLAS, &list("Atlas").replacen("Ana Duarte", "Anna Duarte", 1));
    let live = folder.live();
    let page = || {
        let page = live.page("2026-summer/lists/atlas.html").unwrap().unwrap();
        let Body::Bytes(html) = page.body else { unreachable!() };
        String::from_utf8(html).unwrap()
    };
    assert!(!page().contains("own Atlas"));
    folder.write(ATLAS, &list("Atlas"));
    live.follow(Change::Some { lists: BTreeSet::from([ATLAS.to_owned()]), theme: false });
    assert!(page().contains("own Atlas"), "{}", page());
    assert!(!live.told().findings.iter().any(|it| it.rule == "theme-can-be-used"));
}
