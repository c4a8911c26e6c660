//! Watches the sources, and says what has changed once it is quiet.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use littlethings::content::GitFolder;
use notify::event::{EventKind, ModifyKind, RenameMode};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use same_file::Handle;

use super::live::{Change, Live};
use crate::options::SETTINGS;
use crate::screen;

/// An editor saves in several steps; after such a pause it has finished.
const QUIET: Duration = Duration::from_millis(20);
/// Who never pauses is not waited for.
const LONGEST: Duration = Duration::from_millis(300);
/// Whoever asks for a page after an edit has it by then, and the processors are free.
const REST: Duration = Duration::from_millis(100);
/// What is relative to now changes without any file changing.
const STALE_AFTER: Duration = Duration::from_secs(60);
/// Who makes the whole folder anew looks for it soon.
const AGAIN: Duration = Duration::from_secs(1);
/// Folders whose every file matters.
const DEEP: [&str; 2] = ["content", "themes"];

/// The folders that are watched, and what has been heard of them.
pub struct Watch {
    root: PathBuf,
    /// The folders that may be made anew with nobody to tell of it, and what stood there when they
    /// were last watched. Held open, so that none that is made anew can be taken for it.
    there: Vec<(PathBuf, Option<Handle>)>,
    /// Where a commit leaves its traces: the root may be a folder of a larger repository.
    git: Option<GitFolder>,
    /// The folder of the people, where it is none of the others.
    beside: Option<PathBuf>,
    /// `None` where the system cannot tell of changes.
    watcher: Option<RecommendedWatcher>,
    events: Receiver<Told>,
    /// Kept, because to wait for nobody would end at once.
    _teller: Sender<Told>,
    complained: bool,
    /// When what is relative to now is looked at again.
    stale_after: Duration,
}

impl Watch {
    /// Begins to listen, before anything is read: what changes meanwhile is heard of. The system
    /// tells of files by their whole paths without links, so the root must be such a path.
    pub fn begin(root: &Path) -> Watch {
        let (sender, events) = mpsc::channel();
        let teller = sender.clone();
        let tell = move |event| {
            // Who does not listen any more need not be told.
            let _ = sender.send(event);
        };
        let root = root.to_owned();
        let (there, git, beside, watcher, complained) = (Vec::new(), None, None, None, false);
        let _teller = teller;
        let stale_after = STALE_AFTER;
        let mut watch =
            Watch { root, there, git, beside, watcher, events, _teller, complained, stale_after };
        match notify::recommended_watcher(tell) {
            Ok(watcher) => watch.watcher = Some(watcher),
            Err(error) => watch.complain(&error),
        }
        watch.folders();
        watch
    }

    /// Follows all changes until the process ends.
    pub fn follow(mut self, live: &Live) {
        let (mut unjudged, mut passed) = (false, Instant::now());
        loop {
            if self.is_elsewhere() | self.people(live) {
                // It may have changed before anybody listened.
                live.read_everything();
            }
            match gather(&self.events, self.patience(unjudged, passed, live)) {
                Some(events) => {
                    if let Some(change) = self.change(&events, live) {
                        live.note_saved(self.saved(&events));
                        unjudged |= live.follow(change);
                    }
                }
                None if unjudged => {
                    live.judge_between();
                    unjudged = false;
                }
                None => {}
            }
            // Also where something is heard all the time, such as files that are only read.
            if !unjudged && passed.elapsed() >= self.stale_after {
                live.pass(self.complained);
                passed = Instant::now();
            }
        }
    }
}

impl Watch {
    /// How long to wait for the next event.
    fn patience(&self, unjudged: bool, passed: Instant, live: &Live) -> Duration {
        if unjudged {
            REST
        } else if live.is_refused() || self.there.iter().any(|(_, there)| there.is_none()) {
            AGAIN
        } else {
            self.stale_after.saturating_sub(passed.elapsed())
        }
    }
}

type Told = notify::Result<Event>;

/// The next events up to a pause; `None` when there were none for that long.
fn gather(events: &Receiver<Told>, patience: Duration) -> Option<Vec<Told>> {
    let mut all = match events.recv_timeout(patience) {
        Ok(event) => vec![event],
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
    };
    let begun = Instant::now();
    let mut last = Instant::now();
    while begun.elapsed() < LONGEST {
        match events.recv_timeout(QUIET.saturating_sub(last.elapsed())) {
            Ok(event) => {
                // What only reads is no reason to wait longer.
                if !event.as_ref().is_ok_and(is_only_looking) {
                    last = Instant::now();
                }
                all.push(event);
            }
            Err(_) => break,
        }
    }
    Some(all)
}

/// Serving a picture opens it, which is an event too.
fn is_only_looking(event: &Event) -> bool {
    matches!(event.kind, EventKind::Access(_)) && !event.need_rescan()
}

impl Watch {
    /// Folders are watched and not files: editors replace files.
    fn folders(&mut self) {
        let root = self.root.clone();
        // One that is gone may come back.
        self.git = GitFolder::of(&root).ok().flatten().or(self.git.take());
        self.look();
        self.one(&root, RecursiveMode::NonRecursive);
        for folder in DEEP {
            self.one(&root.join(folder), RecursiveMode::Recursive);
        }
        let git = self.git.iter().flat_map(of_git);
        for folder in git.chain(self.beside.clone()).collect::<BTreeSet<PathBuf>>() {
            self.one(&folder, RecursiveMode::NonRecursive);
        }
        if let Some(git) = &self.git {
            let branches = git.common.join(BRANCHES);
            self.one(&branches, RecursiveMode::Recursive);
        }
    }

    /// Sees what stands where nobody tells of a folder that is made anew: whatever lies in none that
    /// is watched.
    fn look(&mut self) {
        let git = self.git.iter().flat_map(|git| [git.own.clone(), git.common.clone()]);
        let all = git.chain(self.beside.clone()).chain([self.root.clone()]);
        let all: BTreeSet<PathBuf> = all.collect();
        let seen = |folder: PathBuf| {
            let there = Handle::from_path(&folder).ok();
            (folder, there)
        };
        self.there = all.into_iter().map(seen).collect();
    }

    /// Whether another folder stands somewhere than the one that is watched, or none any more; from
    /// then on that one is. What happens in a folder that was made anew is told to nobody.
    fn is_elsewhere(&mut self) -> bool {
        let is_another = |(folder, there): &(PathBuf, Option<Handle>)| match there {
            Some(there) => !is_at(folder, there),
            None => Handle::from_path(folder).is_ok(),
        };
        let is_elsewhere = self.there.iter().any(is_another);
        if is_elsewhere {
            self.folders();
        }
        is_elsewhere
    }

    /// The file of the people may lie anywhere, and elsewhere as soon as the settings say so. Says
    /// whether it does: its folder is another one from then on.
    fn people(&mut self, live: &Live) -> bool {
        let people = live.people();
        let folder = people.parent().filter(|folder| !self.is_watched(folder));
        if self.beside.as_deref() == folder {
            return false;
        }
        let before = std::mem::replace(&mut self.beside, folder.map(Path::to_owned));
        if let Some((watcher, folder)) = self.watcher.as_mut().zip(before) {
            let _ = watcher.unwatch(&folder);
        }
        self.folders();
        true
    }

    /// Whether a folder is watched whoever is there.
    fn is_watched(&self, folder: &Path) -> bool {
        folder == self.root
            || DEEP.iter().any(|deep| folder.starts_with(self.root.join(deep)))
            || self.git.iter().flat_map(of_git).any(|of_git| of_git == folder)
    }

    fn one(&mut self, folder: &Path, mode: RecursiveMode) {
        let Some(watcher) = self.watcher.as_mut().filter(|_| folder.is_dir()) else { return };
        // A folder that was deleted and made again must be watched again.
        let _ = watcher.unwatch(folder);
        if let Err(error) = watcher.watch(folder, mode) {
            self.complain(&error);
        }
    }

    fn meaning(&self, path: &Path) -> Meaning {
        match &self.git {
            Some(git) if is_of_commits(path, git) => Meaning::Anything,
            Some(git) if of_git(git).iter().any(|folder| folder == path) => Meaning::Folder,
            _ => meaning(path.strip_prefix(&self.root).ok()),
        }
    }

    fn complain(&mut self, error: &notify::Error) {
        if !self.complained {
            let minute = "looking once a minute";
            screen::note(format_args!("not all files can be watched ({error}); {minute}"));
        }
        self.complained = true;
    }

    /// The files that were saved, as findings name them.
    fn saved(&self, events: &[Told]) -> BTreeSet<String> {
        let events = events.iter().flatten().filter(|event| !is_only_looking(event));
        let inside =
            events.flat_map(|event| &event.paths).flat_map(|it| it.strip_prefix(&self.root));
        let named = |path: &Path| -> Option<String> {
            let parts = path.iter().map(|part| part.to_str()).collect::<Option<Vec<&str>>>()?;
            Some(parts.join("/"))
        };
        inside.filter_map(named).collect()
    }

    /// What the events mean for the site, if anything.
    fn change(&mut self, events: &[Told], live: &Live) -> Option<Change> {
        let lost = |event: &Told| event.as_ref().map_or(true, Event::need_rescan);
        if events.iter().any(lost) {
            self.folders();
            return Some(Change::Everything);
        }
        let (mut lists, mut theme, mut all) = (BTreeSet::new(), false, false);
        let people = live.people();
        for event in events.iter().flatten().filter(|event| !is_only_looking(event)) {
            for path in &event.paths {
                all |= people == *path;
                match self.meaning(path) {
                    Meaning::Nothing => {}
                    Meaning::List(path) if is_edit(event) => {
                        lists.insert(path);
                    }
                    Meaning::Theme => theme = true,
                    Meaning::List(_) | Meaning::Anything => all = true,
                    Meaning::Folder => {
                        self.folders();
                        all = true;
                    }
                }
            }
        }
        if all {
            return Some(Change::Everything);
        }
        (theme || !lists.is_empty()).then_some(Change::Some { lists, theme })
    }
}

/// Whether a folder is the one at that path. To open it for that would be an event in a folder that
/// is watched.
#[cfg(unix)]
fn is_at(path: &Path, folder: &Handle) -> bool {
    use std::os::unix::fs::MetadataExt;
    path.metadata().is_ok_and(|about| (about.dev(), about.ino()) == (folder.dev(), folder.ino()))
}

#[cfg(not(unix))]
fn is_at(path: &Path, folder: &Handle) -> bool {
    Handle::from_path(path).is_ok_and(|there| there == *folder)
}

/// Whether a file is there with perhaps another text, and not gone or under another name.
fn is_edit(event: &Event) -> bool {
    match event.kind {
        EventKind::Remove(_) => false,
        EventKind::Modify(ModifyKind::Name(RenameMode::From)) => false,
        _ => event.paths.iter().all(|path| path.is_file() || is_passing(path)),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Meaning {
    Nothing,
    List(String),
    Theme,
    /// One of the folders that are watched.
    Folder,
    Anything,
}

/// What a file, seen from the root, is for the site.
fn meaning(path: Option<&Path>) -> Meaning {
    // Outside lies only the file of the people, of which the caller knows.
    let Some(path) = path else { return Meaning::Nothing };
    let Some(parts) = path.iter().map(|part| part.to_str()).collect::<Option<Vec<&str>>>() else {
        return Meaning::Anything;
    };
    match parts.as_slice() {
        ["content" | "themes" | ".git"] => Meaning::Folder,
        [SETTINGS] => Meaning::Anything,
        _ if is_passing(path) => Meaning::Nothing,
        ["themes", ..] => Meaning::Theme,
        ["content", _, "lists", name] if name.ends_with(".md") => Meaning::List(parts.join("/")),
        ["content", ..] => Meaning::Anything,
        _ => Meaning::Nothing,
    }
}

/// The folders of git that are watched, beside that of the branches. Every commit and every switch of
/// a branch leaves a line in a log or, where git keeps its names in tables, another list of those.
fn of_git(git: &GitFolder) -> [PathBuf; 5] {
    let tables = [&git.own, &git.common].map(|folder| folder.join(TABLES));
    let [own, common] = tables;
    [git.own.clone(), git.own.join("logs"), own, git.common.clone(), common]
}

/// Where git keeps its names, if not each in a file.
const TABLES: &str = "reftable";
/// Where it keeps those of branches, if it does. Somebody may have no logs.
const BRANCHES: &str = "refs/heads";

/// Whether a file tells which commit is checked out.
fn is_of_commits(path: &Path, git: &GitFolder) -> bool {
    let tables = [&git.own, &git.common].map(|folder| folder.join(TABLES).join("tables.list"));
    let is_lock = path.extension().is_some_and(|end| end == "lock");
    if path.starts_with(git.common.join(BRANCHES)) && !is_lock {
        return true;
    }
    [git.own.join("HEAD"), git.own.join("logs/HEAD"), git.common.join("packed-refs")]
        .iter()
        .chain(&tables)
        .any(|file| file == path)
}

/// Whether a file is only an editor's: hidden, or a copy kept beside the real one.
fn is_passing(path: &Path) -> bool {
    let hidden = |part: &std::ffi::OsStr| part.to_string_lossy().starts_with('.');
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.file_name().is_some_and(hidden)
        || name.ends_with('~')
        || name.ends_with(".tmp")
        || name.ends_with(".swp")
        || name == "4913"
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::testing::Folder;
    use super::*;

    #[test]
    fn what_was_not_heard_is_read_again() {
        let folder = Folder::new();
        let live = folder.live();
        let mut watch = Watch::begin(live.root());
        // So the system says that more happened than it could remember.
        let overflow = Event::new(EventKind::Other).set_flag(notify::event::Flag::Rescan);
        let trouble = notify::Error::generic("the disk is gone");
        for event in [Ok(overflow), Err(trouble)] {
            assert_eq!(watch.change(&[event], &live), Some(Change::Everything));
        }
        assert_eq!(watch.change(&[Ok(Event::new(EventKind::Any))], &live), None);
    }

    #[test]
    fn time_passes_also_where_something_is_heard_all_the_time() {
        let folder = Folder::new();
        let live = Arc::new(Live::start(&folder.options(&[]), |_| ()).unwrap());
        let mut watch = Watch::begin(live.root());
        watch.stale_after = Duration::from_millis(200);
        let now = || live.look(|run, _| run.now);
        let begun = now();
        let watched = Arc::clone(&live);
        std::thread::spawn(move || watch.follow(&watched));
        let patience = Instant::now();
        while now() == begun && patience.elapsed() < Duration::from_secs(20) {
            std::fs::read(folder.path("content/people.toml")).unwrap();
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(now() > begun);
    }

    #[test]
    fn a_path_says_what_must_be_read_again() {
        let meaning = |path: &str| meaning(Some(Path::new(path)));
        assert_eq!(meaning("content/a/lists/x.md"), Meaning::List("content/a/lists/x.md".into()));
        assert_eq!(meaning("themes/own/pages/home.html"), Meaning::Theme);
        for folder in ["content", "themes", ".git"] {
            assert_eq!(meaning(folder), Meaning::Folder, "{folder}");
        }
        for all in ["content/people.toml", "littlethings.toml", "content/a/lists"] {
            assert_eq!(meaning(all), Meaning::Anything, "{all}");
        }
        for nothing in [
            "content/a/lists/.x.md.swp",
            "content/a/lists/x.md~",
            "content/a/lists/4913",
            "public/index.html",
            ".git/index",
            "README.md",
        ] {
            assert_eq!(meaning(nothing), Meaning::Nothing, "{nothing}");
        }
    }
}
