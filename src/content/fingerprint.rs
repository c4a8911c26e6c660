//! Whether anything was written since: one hash over every file a site is made of.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use blake3::{Hash, Hasher};
use walkdir::WalkDir;

use super::git_folder;
use super::notes::Notes;
use super::settings;
use super::source::Source;
use crate::crew;

/// The hash of all sources below `root`, with the commit that is checked out. `None` where that
/// cannot be told for sure: then the site is read.
pub fn fingerprint(root: &Path) -> Option<Hash> {
    at(root, &git_folder::head(root)?)
}

/// The same where the commit is known that is checked out.
pub(super) fn at(root: &Path, head: &str) -> Option<Hash> {
    let mut hash = Hasher::new();
    let settings = plain(root.join("littlethings.toml"))?;
    let settings = fs::read_to_string(settings).ok()?;
    let people = settings::read(&Source::new("", &settings), &mut Notes::default()).people.value;
    let people = people.trim().replace('\\', "/");
    plain(root.join(&people))?;
    add(&mut hash, "littlethings.toml", settings.as_bytes());
    let paths: Vec<PathBuf> = [PathBuf::from(people)].into_iter().chain(files(root)?).collect();
    for (path, hashed) in paths.iter().zip(hashes(root, &paths)?) {
        add(&mut hash, path.to_str()?, hashed.as_bytes());
    }
    add(&mut hash, "HEAD", head.as_bytes());
    Some(hash.finalize())
}

/// With fewer files than these, calling for help takes longer than reading them.
const WORTH_SHARING: usize = 256;

fn hashes(root: &Path, paths: &[PathBuf]) -> Option<Vec<Hash>> {
    let hash = |path: &PathBuf| hash_of(&root.join(path));
    if paths.len() < WORTH_SHARING {
        return paths.iter().map(|path| hash(path).ok()).collect();
    }
    let all: Vec<usize> = (0..paths.len()).collect();
    let mut hashes = vec![Hash::from_bytes([0; blake3::OUT_LEN]); paths.len()];
    let hashed = crew::shared(
        &all,
        |number| hash(&paths[number]),
        |number, hash| {
            hashes[number] = hash;
            Ok(())
        },
    );
    hashed.ok().map(|()| hashes)
}

/// A file up to this size is read at once. What lies among the content may be larger than the memory,
/// and is hashed bit by bit.
const AT_ONCE: u64 = 64 * 1024;

fn hash_of(path: &Path) -> io::Result<Hash> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    if length > AT_ONCE {
        return Ok(Hasher::new().update_reader(file)?.finalize());
    }
    let mut bytes = Vec::with_capacity(length as usize);
    file.read_to_end(&mut bytes)?;
    Ok(blake3::hash(&bytes))
}

/// Lengths go first, so that no two trees of files can run together into one.
fn add(hash: &mut Hasher, name: &str, bytes: &[u8]) {
    for part in [name.as_bytes(), bytes] {
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part);
    }
}

/// A path that leads to a plain file. From a pipe somebody would have to be waited for, and a device
/// has no end.
fn plain(path: PathBuf) -> Option<PathBuf> {
    path.metadata().is_ok_and(|about| about.is_file()).then_some(path)
}

/// The files below the folders of sources, in order; `None` if there is anything else among them.
fn files(root: &Path) -> Option<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in ["content", "themes"] {
        if !root.join(folder).exists() {
            continue;
        }
        for entry in WalkDir::new(root.join(folder)).sort_by_file_name() {
            let entry = entry.ok()?;
            let kind = entry.file_type();
            if kind.is_dir() {
                continue;
            }
            files.push(entry.path().strip_prefix(root).ok()?.to_owned());
            if !kind.is_file() {
                plain(entry.into_path())?;
            }
        }
    }
    Some(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_change_of_a_source_is_seen_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        assert_eq!(fingerprint(root.path()), None);
        write("littlethings.toml", "people = \"who.toml\"\n");
        write("who.toml", "[ana]");
        write(".git/HEAD", "ref: refs/heads/main\n");
        write(".git/refs/heads/main", "abc\n");
        let mut seen = vec![fingerprint(root.path()).unwrap()];
        write("public/index.html", "page");
        assert_eq!(fingerprint(root.path()), Some(seen[0]));
        let large = "x".repeat(AT_ONCE as usize + 1);
        let changed = large.clone() + "y";
        for (path, text) in [
            ("content/large.bin", &*large),
            ("content/large.bin", &changed),
            ("content/a.md", "x"),
            ("content/a.md", "y"),
            ("content/b.md", ""),
            ("who.toml", "[bob]"),
            ("themes/own/pages/home.html", "x"),
            (".git/refs/heads/main", "def\n"),
            (".git/shallow", "abc\n"),
            (".git/HEAD", "abc\n"),
        ] {
            write(path, text);
            let now = fingerprint(root.path()).unwrap();
            assert!(!seen.contains(&now), "{path}");
            seen.push(now);
        }
        fs::rename(root.path().join("content/b.md"), root.path().join("content/c.md")).unwrap();
        assert!(!seen.contains(&fingerprint(root.path()).unwrap()));
    }

    #[test]
    #[cfg(unix)]
    fn nobody_waits_for_a_pipe() {
        for (people, pipe) in [("people.toml", "content/pipe"), ("pipe", "pipe")] {
            let root = tempfile::tempdir().unwrap();
            let path = |path: &str| root.path().join(path);
            fs::create_dir(path("content")).unwrap();
            fs::write(path("people.toml"), "").unwrap();
            fs::write(path("littlethings.toml"), format!("people = \"{people}\"\n")).unwrap();
            let made = std::process::Command::new("mkfifo").arg(path(pipe)).status().unwrap();
            assert!(made.success());
            std::os::unix::fs::symlink(path(pipe), path("content/link")).unwrap();
            let (tell, told) = std::sync::mpsc::channel();
            std::thread::spawn({
                let root = root.path().to_owned();
                move || tell.send(fingerprint(&root))
            });
            // Long enough for anybody but one who waits for ever.
            let told = told.recv_timeout(std::time::Duration::from_secs(60));
            assert_eq!(told, Ok(None), "{pipe}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_link_is_what_it_leads_to() {
        let root = tempfile::tempdir().unwrap();
        let path = |path: &str| root.path().join(path);
        fs::create_dir(path("content")).unwrap();
        fs::write(path("content/people.toml"), "").unwrap();
        fs::write(path("littlethings.toml"), "").unwrap();
        fs::write(path("outside"), "x").unwrap();
        std::os::unix::fs::symlink("../outside", path("content/link")).unwrap();
        let before = fingerprint(root.path()).unwrap();
        fs::write(path("outside"), "y").unwrap();
        assert_ne!(fingerprint(root.path()).unwrap(), before);
        fs::remove_file(path("outside")).unwrap();
        assert_eq!(fingerprint(root.path()), None);
    }
}
