use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt, symlink};
use std::sync::atomic::{AtomicUsize, Ordering};

use tempfile::TempDir;

use super::*;

fn page(path: &str, text: &str) -> Output {
    Output { path: path.into(), body: Body::Bytes(text.into()) }
}

fn pages(all: &[(&str, &str)]) -> Vec<Output> {
    all.iter().map(|(path, text)| page(path, text)).collect()
}

/// A repository with nothing in it, beside which nothing else is.
fn repository() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn build(root: &Path, all: &[(&str, &str)]) -> Result<Published, PublishError> {
    build_at(root, "public", all)
}

fn build_at(root: &Path, out: &str, all: &[(&str, &str)]) -> Result<Published, PublishError> {
    publish(root, &root.join(out), pages(all).as_slice())
}

fn refused(result: Result<Published, PublishError>) -> String {
    result.unwrap_err().to_string()
}

/// Every file below a folder but the marker, with its text.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in walkdir::WalkDir::new(folder).min_depth(1) {
        let entry = entry.unwrap();
        let name = entry.path().strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
        if !entry.file_type().is_dir() && name != marker::NAME {
            found.insert(name, fs::read_to_string(entry.path()).unwrap());
        }
    }
    found
}

/// How many folders below one are empty.
fn empty_folders(folder: &Path) -> usize {
    let all = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.unwrap().into_path());
    all.filter(|path| path.is_dir() && fs::read_dir(path).unwrap().next().is_none()).count()
}

fn expected(all: &[(&str, &str)]) -> BTreeMap<String, String> {
    all.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
}

/// Inode and time of change of everything below a folder.
fn stamps(folder: &Path) -> Vec<(PathBuf, u64, i64, i64)> {
    let mut all: Vec<_> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(|entry| {
            let entry = entry.unwrap();
            let meta = entry.metadata().unwrap();
            (entry.into_path(), meta.ino(), meta.mtime(), meta.mtime_nsec())
        })
        .collect();
    all.sort();
    all
}

const OLD: [(&str, &str); 5] = [
    ("index.html", "home"),
    ("a/items/one.html", "one"),
    ("a/items/two.html", "two"),
    ("b/gone.html", "gone"),
    ("faq.html", "faq"),
];
const NEW: [(&str, &str); 5] = [
    ("index.html", "home, again"),
    ("a/items/one.html", "one"),
    ("a/items/Two.html", "two, renamed"),
    ("c/new/deep.html", "deep"),
    ("faq.html/why.html", "a folder now"),
];

#[test]
fn a_first_build_makes_the_folder() {
    let root = repository();
    let done = build(root.path(), &OLD).unwrap();
    assert_eq!(done, Published { written: 5, unchanged: 0, removed: 0 });
    assert_eq!(files(&root.path().join("public")), expected(&OLD));
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    let deep = root.path().join("x/y/public");
    publish(root.path(), &deep, pages(&OLD).as_slice()).unwrap();
    assert_eq!(files(&deep), expected(&OLD));
}

#[test]
fn a_build_with_nothing_new_writes_nothing() {
    let root = repository();
    build(root.path(), &OLD).unwrap();
    let before = stamps(root.path());
    let done = build(root.path(), &OLD).unwrap();
    assert_eq!(done, Published { written: 0, unchanged: 5, removed: 0 });
    assert_eq!(stamps(root.path()), before);
}

#[test]
fn a_later_build_writes_what_changed_and_removes_what_is_stale() {
    let root = repository();
    build(root.path(), &OLD).unwrap();
    let kept = |root: &Path| fs::metadata(root.join("public/a/items/one.html")).unwrap().ino();
    let before = kept(root.path());
    let done = build(root.path(), &NEW).unwrap();
    assert_eq!(done, Published { written: 4, unchanged: 1, removed: 3 });
    assert_eq!(files(&root.path().join("public")), expected(&NEW));
    assert_eq!(empty_folders(root.path()), 0);
    assert_eq!(kept(root.path()), before);
    assert_eq!(build(root.path(), &NEW).unwrap().unchanged, 5);
    // And a folder becomes a page again.
    build(root.path(), &OLD).unwrap();
    assert_eq!(files(&root.path().join("public")), expected(&OLD));
}

#[test]
fn an_empty_folder_is_filled_and_stays_the_same_folder() {
    let root = repository();
    let out = root.path().join("public");
    fs::create_dir(&out).unwrap();
    let before = fs::metadata(&out).unwrap().ino();
    build(root.path(), &OLD).unwrap();
    assert_eq!(files(&out), expected(&OLD));
    assert_eq!(fs::metadata(&out).unwrap().ino(), before);
}

#[test]
fn a_folder_that_is_not_ours_is_left_as_it_is() {
    let root = repository();
    let out = root.path().join("public");
    fs::create_dir_all(&out).unwrap();
    fs::write(out.join("thesis.tex"), "years of work").unwrap();
    let before = stamps(root.path());
    let error = refused(build(root.path(), &OLD));
    assert!(error.contains("public/thesis.tex was not made by littlethings"), "{error}");
    assert_eq!(stamps(root.path()), before);
}

#[test]
fn foreign_files_beside_ours_stay() {
    let root = repository();
    build(root.path(), &OLD).unwrap();
    let out = root.path().join("public");
    fs::write(out.join("CNAME"), "example.org").unwrap();
    fs::write(out.join("b/notes.txt"), "mine").unwrap();
    build(root.path(), &NEW).unwrap();
    assert_eq!(fs::read_to_string(out.join("CNAME")).unwrap(), "example.org");
    assert_eq!(fs::read_to_string(out.join("b/notes.txt")).unwrap(), "mine");
    assert!(!out.join("b/gone.html").exists());
}

#[test]
fn a_foreign_file_in_the_way_is_named_and_nothing_is_written() {
    for (file, link) in [
        ("c/new/deep.html", false),
        ("c", false),
        ("a/items/Two.html/x", false),
        ("c", true),
        ("c/new/deep.html", true),
    ] {
        let root = repository();
        build(root.path(), &OLD).unwrap();
        let file = root.path().join("public").join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        if link {
            symlink(root.path(), &file).unwrap();
        } else {
            fs::write(&file, "mine").unwrap();
        }
        let before = stamps(root.path());
        let error = refused(build(root.path(), &NEW));
        assert!(error.starts_with(&format!("{} was not made", file.display())), "{error}");
        assert_eq!(stamps(root.path()), before);
    }
}

#[test]
fn a_page_that_somebody_replaced_is_written_again_but_never_removed() {
    let root = repository();
    build(root.path(), &OLD).unwrap();
    let out = root.path().join("public");
    fs::write(out.join("index.html"), "by hand").unwrap();
    fs::write(out.join("b/gone.html"), "by hand").unwrap();
    let done = build(root.path(), &NEW).unwrap();
    assert_eq!(done.removed, 2);
    assert_eq!(fs::read_to_string(out.join("index.html")).unwrap(), "home, again");
    assert_eq!(fs::read_to_string(out.join("b/gone.html")).unwrap(), "by hand");
    assert_eq!(build(root.path(), &NEW).unwrap().written, 0);
}

#[test]
fn the_sources_are_never_the_output() {
    let root = repository();
    let root = root.path();
    fs::create_dir_all(root.join("content/2026")).unwrap();
    symlink(root.join("content"), root.join("link")).unwrap();
    for out in [
        "",
        ".",
        "content",
        "content/2026",
        "content/../content/x",
        "link",
        "link/x",
        "themes/default",
        ".git",
        "..",
    ] {
        let error = refused(publish(root, &root.join(out), pages(&OLD).as_slice()));
        assert!(error.contains("what the site is made of"), "{out}: {error}");
    }
    assert_eq!(fs::read_dir(root.join("content/2026")).unwrap().count(), 0);
    fs::write(root.join("file"), "").unwrap();
    assert!(refused(build_at(root, "file", &[])).contains("is not a folder"));
    assert!(refused(build_at(root, "file/x", &[])).contains("is not a folder"));
}

#[test]
fn a_link_is_followed_to_a_folder_that_may_be_filled() {
    let root = repository();
    let elsewhere = repository();
    let out = root.path().join("public");
    symlink(elsewhere.path().join("www"), &out).unwrap();
    assert!(refused(build(root.path(), &OLD)).contains("is a link to nothing"));
    fs::create_dir(elsewhere.path().join("www")).unwrap();
    build(root.path(), &OLD).unwrap();
    build(root.path(), &NEW).unwrap();
    assert!(out.is_symlink());
    assert_eq!(files(&elsewhere.path().join("www")), expected(&NEW));
}

#[test]
fn names_that_lead_elsewhere_or_collide_are_refused() {
    let root = repository();
    for name in [
        "",
        "/etc/x",
        "../x",
        "a/../x",
        "a//x",
        "./x",
        "a/",
        "a\0b",
        "a\nb",
        "a\\b",
        ".littlethings",
        ".LittleThings/x",
        ".littlethings-new/1",
    ] {
        let error = refused(build(root.path(), &[(name, "")]));
        assert!(error.contains("cannot be the name of a page"), "{name:?}: {error}");
    }
    for (one, other) in [
        ("a", "a"),
        ("a", "A"),
        ("é", "e\u{301}"),
        ("É", "e\u{301}"),
        ("a", "a/b"),
        ("a/b", "a"),
        ("a/x", "A/y"),
    ] {
        let error = refused(build(root.path(), &[(one, ""), (other, "")]));
        assert!(error.contains("would be the same file"), "{one} {other}: {error}");
    }
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
    build(root.path(), &[("2026/請求書.html", ""), (".nojekyll", "")]).unwrap();
}

#[test]
fn files_of_the_repository_are_copied_and_none_from_outside() {
    let root = repository();
    let outside = repository();
    fs::write(outside.path().join("secret"), "secret").unwrap();
    fs::create_dir(root.path().join("content")).unwrap();
    fs::write(root.path().join("content/cat.png"), "cat").unwrap();
    symlink("cat.png", root.path().join("content/link.png")).unwrap();
    symlink(outside.path().join("secret"), root.path().join("content/leak.png")).unwrap();
    let copy = |file: &str| {
        let output = Output { path: "cat.png".into(), body: Body::Copy(file.into()) };
        publish(root.path(), &root.path().join("public"), [output].as_slice())
    };
    assert_eq!(copy("content/cat.png").unwrap().written, 1);
    assert_eq!(copy("content/link.png").unwrap().unchanged, 1);
    for file in
        ["content/leak.png", "../x", "content/../content/cat.png", "/etc/hostname", "content"]
    {
        let error = refused(copy(file));
        assert!(
            ["leads out", "No such file", "not a file"].iter().any(|part| error.contains(part)),
            "{error}"
        );
    }
    assert_eq!(files(&root.path().join("public")), expected(&[("cat.png", "cat")]));
}

#[test]
fn a_marker_that_cannot_be_read_stops_the_build() {
    let root = repository();
    build(root.path(), &OLD).unwrap();
    for text in
        ["", "littlethings 2\n", "littlethings 1\nx\n", "littlethings 1\nff ../content/a.md\n"]
    {
        fs::write(root.path().join("public/.littlethings"), text).unwrap();
        assert!(refused(build(root.path(), &NEW)).contains("public/.littlethings cannot be read"));
    }
    assert_eq!(files(&root.path().join("public")), expected(&OLD));
}

/// A disk on which an operation fails: that one alone, as when it is full, or that one in the
/// middle and all after it, as when the power goes.
struct Failing {
    at: usize,
    dead: bool,
    done: AtomicUsize,
}

impl Failing {
    fn turn(&self, work: impl FnOnce() -> io::Result<()>, half: impl FnOnce()) -> io::Result<()> {
        let turn = self.done.fetch_add(1, Ordering::Relaxed);
        if turn == self.at {
            half();
        }
        if turn == self.at || (self.dead && turn > self.at) {
            return Err(io::Error::new(io::ErrorKind::StorageFull, "the disk is full"));
        }
        work()
    }
}

impl Disk for Failing {
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.turn(
            || RealDisk.write(path, bytes),
            || RealDisk.write(path, &bytes[..bytes.len() / 2]).unwrap(),
        )
    }

    fn make_folder(&self, path: &Path) -> io::Result<()> {
        self.turn(|| RealDisk.make_folder(path), || ())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.turn(|| RealDisk.rename(from, to), || ())
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.turn(|| RealDisk.remove(path), || ())
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.turn(|| RealDisk.remove_folder(path), || ())
    }

    fn clear(&self, path: &Path) -> io::Result<()> {
        self.turn(|| RealDisk.clear(path), || ())
    }
}

/// Lets the build from `before` to `NEW` fail at each of its operations, and hands what is left.
fn at_every_failure(before: Option<&[(&str, &str)]>, dead: bool, see: impl Fn(&Path)) -> usize {
    for at in 0.. {
        let root = repository();
        let out = root.path().join("public");
        match before {
            Some([]) => fs::create_dir(&out).unwrap(),
            Some(before) => drop(build(root.path(), before).unwrap()),
            None => {}
        }
        let disk = Failing { at, dead, done: AtomicUsize::new(0) };
        let done = publish_on(&disk, root.path(), &out, pages(&NEW).as_slice());
        if disk.done.into_inner() <= at {
            done.unwrap();
            return at;
        }
        see(&out);
        build(root.path(), &NEW).unwrap();
        assert_eq!(files(&out), expected(&NEW), "after operation {at}");
        assert_eq!(empty_folders(&out), 0, "after operation {at}");
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1, "after operation {at}");
        assert_eq!(build(root.path(), &NEW).unwrap().written, 0);
    }
    0
}

#[test]
fn a_killed_first_build_leaves_no_folder_and_the_next_one_completes() {
    for dead in [true, false] {
        let steps = at_every_failure(None, dead, |out| {
            assert!(!out.exists());
            if !dead {
                assert_eq!(fs::read_dir(out.parent().unwrap()).unwrap().count(), 0);
            }
        });
        assert!(steps > 8, "{steps}");
    }
    at_every_failure(Some(&[]), true, |_| ());
}

#[test]
fn a_killed_build_leaves_whole_pages_and_the_next_one_completes() {
    let whole = |out: &Path| {
        for (path, text) in files(out) {
            let staged = path.starts_with(STAGING);
            let known = OLD.iter().chain(&NEW).any(|page| *page == (path.as_str(), text.as_str()));
            assert!(staged || known, "{path}: {text}");
        }
    };
    for dead in [true, false] {
        let steps = at_every_failure(Some(&OLD), dead, whole);
        assert!(steps > 12, "{steps}");
    }
}

#[test]
fn a_full_disk_leaves_the_site_as_it_was() {
    let root = repository();
    build(root.path(), &OLD).unwrap();
    // The folder for temporaries, four pages, the marker: all that is written.
    for at in 0..6 {
        let disk = Failing { at, dead: false, done: AtomicUsize::new(0) };
        let out = root.path().join("public");
        publish_on(&disk, root.path(), &out, pages(&NEW).as_slice()).unwrap_err();
        assert_eq!(files(&out), expected(&OLD));
    }
}

#[test]
fn a_build_after_a_killed_one_may_have_other_pages() {
    for at in 0..24 {
        let root = repository();
        build(root.path(), &OLD).unwrap();
        let out = root.path().join("public");
        let disk = Failing { at, dead: true, done: AtomicUsize::new(0) };
        let _ = publish_on(&disk, root.path(), &out, pages(&NEW).as_slice());
        let third = [("index.html", "third"), ("c/new/deep.html", "third")];
        build(root.path(), &third).unwrap();
        assert_eq!(files(&out), expected(&third), "after operation {at}");
        assert_eq!(empty_folders(&out), 0, "after operation {at}");
    }
}
