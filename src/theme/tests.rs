use std::collections::BTreeSet;
use std::path::Path;

use super::*;

fn root() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn the_table_of_embedded_files_is_the_folder() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default");
    let mut there = BTreeSet::new();
    for part in ["pages", "static", "words"] {
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
