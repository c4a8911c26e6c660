//! Static files. The style sheet and the script carry a hash of their content in their names, so
//! that a browser may keep them for ever and still never shows a page with an old look.

use std::collections::BTreeMap;

use super::embedded;
use super::overrides::Overrides;

/// One static file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asset {
    pub bytes: Vec<u8>,
}

#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// By path on the site.
    all: BTreeMap<String, Asset>,
    /// Name in the theme to path on the site.
    paths: BTreeMap<String, String>,
}

impl Assets {
    pub fn load(overrides: &Overrides) -> Assets {
        let mut files: BTreeMap<&str, &[u8]> =
            embedded::of("static").map(|(name, file)| (name, file.bytes)).collect();
        files.extend(overrides.of("static"));
        let mut assets = Assets::default();
        for (name, bytes) in files {
            let path = path(name, bytes);
            assets.all.insert(path.clone(), Asset { bytes: bytes.to_vec() });
            assets.paths.insert(name.to_owned(), path);
        }
        assets
    }

    pub fn all(&self) -> &BTreeMap<String, Asset> {
        &self.all
    }

    pub fn path(&self, name: &str) -> Option<&str> {
        self.paths.get(name).map(String::as_str)
    }
}

/// Pictures keep their names, because a style sheet may speak of them.
fn path(name: &str, bytes: &[u8]) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending @ ("css" | "js"))) => {
            let hash = blake3::hash(bytes).to_hex();
            format!("static/{stem}-{}.{ending}", &hash.as_str()[..10])
        }
        _ => format!("static/{name}"),
    }
}
