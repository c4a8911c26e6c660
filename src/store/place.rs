//! Where a store is: a file, or a PostgreSQL database.

use std::fmt;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

/// The variable of the environment that says where the store is: a path, or an address of
/// PostgreSQL. Only there, because an address may hold a password, and arguments are seen by
/// everybody on a machine.
const STORE: &str = "LITTLETHINGS_STORE";

/// The same, as hosts and forges name the database that they lend. Only where the former is not
/// set, and only for PostgreSQL.
const DATABASE: &str = "DATABASE_URL";

/// Where it is if nobody says so, below the root.
const USUAL: &str = ".littlethings/store.db";

/// Where a store is.
#[derive(Clone)]
pub enum Place {
    File(PathBuf),
    /// The whole address. It may hold a password.
    Postgres(SecretString),
    /// What was written is an address, and none of PostgreSQL. Nothing of it is kept, because it may
    /// hold a password.
    Unknown,
}

impl Place {
    /// Where the store of the repository at `root` is, by what `variable` says of the environment. A
    /// relative path counts from the root. A `DATABASE_URL` that is no PostgreSQL is somebody else's.
    pub fn of(root: &Path, variable: impl Fn(&str) -> Option<String>) -> Place {
        let set = |name| variable(name).filter(|written| !written.is_empty());
        let lent = || match set(DATABASE).map(|written| Place::read(&written)) {
            Some(shared @ Place::Postgres(_)) => Some(shared),
            _ => None,
        };
        let named = set(STORE).map(|written| Place::read(&written)).or_else(lent);
        match named.unwrap_or_else(|| Place::read(USUAL)) {
            Place::File(path) => Place::File(root.join(path)),
            shared => shared,
        }
    }

    /// Reads a path, or an address that begins with `postgres://` or `postgresql://`. A relative
    /// path stays one: it is for the caller to say relative to what. What looks like another address
    /// is no path either: a folder would be made whose name holds the password.
    pub fn read(written: &str) -> Place {
        let is_postgres = ["postgres://", "postgresql://"].iter().any(|scheme| {
            written.get(..scheme.len()).is_some_and(|s| s.eq_ignore_ascii_case(scheme))
        });
        if is_postgres {
            Place::Postgres(SecretString::from(written))
        } else if is_address(written) {
            Place::Unknown
        } else {
            Place::File(PathBuf::from(written))
        }
    }
}

/// Whether a colon stands in the first part of a path, and is not that of a drive, as in `C:\`.
fn is_address(written: &str) -> bool {
    let is_separator = |c| matches!(c, '/' | '\\');
    let first = written.split(is_separator).next().unwrap_or_default();
    let is_drive = first.len() == 2 && first.ends_with(':') && written.len() > 2;
    written.contains("://") || (first.contains(':') && !is_drive)
}

/// Where it is, without user, password and parameters.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::File(path) => write!(f, "{}", path.display()),
            Place::Postgres(url) => write!(f, "postgres://{}", host(url.expose_secret())),
            Place::Unknown => f.write_str("…"),
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

    fn of(variables: &[(&str, &str)]) -> String {
        let variable = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Place::of(Path::new("/week"), variable).to_string()
    }

    #[test]
    fn a_store_is_where_its_own_variable_says_and_else_in_the_database_of_the_host() {
        let database = (DATABASE, "postgres://u:hush@db.example.org/week");
        assert_eq!(of(&[]), "/week/.littlethings/store.db");
        assert_eq!(of(&[(STORE, ""), (DATABASE, "")]), "/week/.littlethings/store.db");
        assert_eq!(of(&[(STORE, "kept/store.db"), database]), "/week/kept/store.db");
        assert_eq!(of(&[(STORE, "/var/store.db")]), "/var/store.db");
        assert_eq!(of(&[(STORE, ""), database]), "postgres://db.example.org/week");
        assert_eq!(of(&[(DATABASE, "mysql://u:hush@db/week")]), "/week/.littlethings/store.db");
    }

    #[test]
    fn what_looks_like_another_address_is_neither_a_path_nor_shown() {
        for written in [
            "postgres:/u:hush@127.0.0.1/x",
            "postgresql:u:hush@h/x",
            "mysql://u:hush@h/x",
            " postgres://u:hush@h/x",
            "\"postgres://u:hush@h/x\"",
            "u:hush@h/x",
            "host:5432",
        ] {
            let place = Place::read(written);
            assert!(matches!(place, Place::Unknown), "{written}");
            assert_eq!(of(&[(STORE, written)]), "…");
            assert!(!format!("{place} {place:?}").contains("hush"), "{written}");
        }
        for path in [r"C:\week\store.db", "C:/week/store.db", "./12:30.db", "a/b:c.db", "store.db"]
        {
            assert!(matches!(Place::read(path), Place::File(_)), "{path}");
        }
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
