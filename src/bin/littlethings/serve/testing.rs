//! A small repository in a temporary folder, for tests of what is shown of it.

use std::path::{Path, PathBuf};

use clap::Parser;
use littlethings::content::Remembered;

use super::live::Live;
use super::shown::Shown;
use crate::options::Options;
use crate::run::gather_apart;

pub const ATLAS: &str = "content/2026-summer/lists/atlas.md";
pub const BEACON: &str = "content/2026-summer/lists/beacon.md";

pub const SETTINGS: &str = r#"title = "A week"
base_url = "https://week.example.org/"
language = "en"
"#;

const PEOPLE: &str = r#"[ana]
name = "Ana Duarte"
mail = "ana@example.org"
side = "partner"
hub = "Lisbon"

[bob]
name = "Bob Keller"
mail = "bob@example.org"
side = "manager"
"#;

const ROUND: &str = r#"title = "Summer 2026"
time_zone = "Europe/Zurich"
coordinators = ["ana"]
hubs = ["Lisbon"]

[dates]
invitation = 2026-07-06
lists_due = 2026-07-24T10:00:00
week = { first = 2026-07-27, last = 2026-07-31 }
survey = { opens = 2026-08-03T10:00:00, closes = 2026-08-14, reminders = [3, 7] }

[products.atlas]
name = "Atlas"
manager = "bob"

[products.beacon]
name = "Beacon"
manager = "bob"
"#;

/// The list of a product, with two items whose refs say whose they are.
pub fn list(product: &str) -> String {
    let key = product.to_lowercase();
    format!(
        "# {product}\n\n- Agreed by Lisbon: yes, Ana, 20 July\n\n\
         ## Louder bells\n- Owner: Ana Duarte\n- Kind: bug\n- Ref: {key}-bells\n- Status:\n\n\
         They could be louder.\n\n\
         ## Softer chairs\n- Owner: Ana Duarte\n- Kind: feature\n- Ref: {key}-chairs\n- Status:\n\n\
         They could be softer.\n"
    )
}

pub struct Folder(tempfile::TempDir);

impl Folder {
    /// Of a round of two products.
    pub fn new() -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        folder.write("littlethings.toml", SETTINGS);
        folder.write("content/people.toml", PEOPLE);
        folder.write("content/2026-summer/round.toml", ROUND);
        folder.write(ATLAS, &list("Atlas"));
        folder.write(BEACON, &list("Beacon"));
        folder
    }

    pub fn root(&self) -> &Path {
        self.0.path()
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// As somebody typed them, with these flags.
    pub fn options(&self, flags: &[&str]) -> Options {
        let root = self.root().to_str().unwrap();
        let begin = ["littlethings", "--root", root];
        let arguments = begin.iter().chain(flags).chain(&["serve"]);
        crate::Arguments::parse_from(arguments).options.rooted().unwrap()
    }

    /// Its site, on a day on which the lists are written.
    pub fn live(&self) -> Live {
        Live::start(&self.options(&["--now", "2026-07-22T12:00:00+02:00"]), |_| ()).unwrap()
    }

    pub fn shown(&self) -> Shown {
        let options = self.options(&["--now", "2026-07-22T12:00:00+02:00"]);
        let (run, found) = gather_apart(&options, &mut Remembered::default()).unwrap();
        Shown::of(run, found)
    }
}
