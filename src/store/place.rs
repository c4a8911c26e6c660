//! Where a store is: a file, or a PostgreSQL database.

use std::fmt;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

/// The setting that says where the store is: a path, or an address of PostgreSQL. Only in the
/// environment, because an address may hold a password, and arguments are seen by everybody on a
/// machine.
pub const SETTING: &str = "LITTLETHINGS_STORE";

/// Where it is if nobody says so, below the root.
const USUAL: &str = ".littlethings/store.db";

/// Where a store is.
#[derive(Clone)]
pub enum Place {
    File(PathBuf),
    /// The whole address. It may hold a password.
    Postgres(SecretString),
}

impl Place {
    /// Where the store of the repository at `root` is: where [`SETTING`] says, if it says anything,
    /// and else in its usual place. A relative path counts from the root.
    pub fn of(root: &Path, setting: Option<&str>) -> Place {
        match Place::read(setting.filter(|written| !written.is_empty()).unwrap_or(USUAL)) {
            Place::File(path) => Place::File(root.join(path)),
            shared => shared,
        }
    }

    /// Reads a path, or an address that begins with `postgres://` or `postgresql://`. A relative
    /// path stays one: it is for the caller to say relative to what.
    pub fn read(written: &str) -> Place {
        let is_postgres = ["postgres://", "postgresql://"].iter().any(|scheme| {
            written.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme))
        });
        if is_postgres {
            Place::Postgres(SecretString::from(written))
        } else {
            Place::File(PathBuf::from(written))
        }
    }
}

/// Where it is, without user, password and parameters.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File(path) => write!(f, "{}", path.display()),
            Place::Postgres(url) => write!(f, "postgres://{}", host(url.expose_secret())),
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({self})")
    }
}

/// Host and database of an address. A password that was not written as it should, with an `@` or
/// a `?` in it, must not show either: then nothing is shown.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let shown = match rest.split_once('@') {
        Some((user, host)) if !user.contains(['/', '?', '#']) => host,
        Some(_) => return "…",
        None => rest,
    };
    let shown = shown.split(['?', '#']).next().unwrap_or_default();
    if shown.contains('@') { "…" } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_lies_below_the_root_unless_somebody_says_otherwise() {
        let of = |setting| Place::of(Path::new("/week"), setting).to_string();
        assert_eq!(of(None), "/week/.littlethings/store.db");
        assert_eq!(of(Some("")), "/week/.littlethings/store.db");
        assert_eq!(of(Some("told.db")), "/week/told.db");
        assert_eq!(of(Some("/var/told.db")), "/var/told.db");
        assert_eq!(of(Some("postgres://db/week")), "postgres://db/week");
    }

    #[test]
    fn a_place_is_shown_without_its_password() {
        for (written, shown) in [
            (".littlethings/store.db", ".littlethings/store.db"),
            ("postgres://db.example.org/week", "postgres://db.example.org/week"),
            ("postgres://u:hush@db.example.org:5433/week", "postgres://db.example.org:5433/week"),
            ("POSTGRESQL://u:hush@db/week?password=hush", "postgres://db/week"),
            ("postgres://db/week?user=u&password=hush@x", "postgres://…"),
            ("postgres://u:hu@sh@db/week", "postgres://…"),
            ("postgres://u:hu/sh@db/week", "postgres://…"),
        ] {
            let place = Place::read(written);
            assert_eq!(place.to_string(), shown);
            assert_eq!(format!("{place:?}"), format!("Place({shown})"));
        }
    }
}
