//! Where a store is: a file, or a PostgreSQL database.

use std::fmt;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

/// The variable of the environment that says where the store is: a path, or an address of
/// PostgreSQL. Only there, because an address may hold a password, and arguments are seen by
/// everybody on a machine.
pub const STORE: &str = "LITTLETHINGS_STORE";

/// The same, as hosts and forges name the database that they lend. Only where the former is not
/// set, and only for PostgreSQL.
const DATABASE: &str = "DATABASE_URL";

/// How addresses of other servers begin. Nobody can mean our store by one, so it is for another
/// program. Whatever else is no PostgreSQL may be a slip, and to pass over that would be to begin a
/// second store, which tells everybody everything again.
const OTHER_SERVERS: [&str; 10] = [
    "mysql",
    "mysql2",
    "mariadb",
    "mssql",
    "sqlserver",
    "oracle",
    "mongodb",
    "mongodb+srv",
    "redis",
    "rediss",
];

/// Where it is if nobody says so, below the root.
const USUAL: &str = ".littlethings/store.db";

/// Where a store is.
#[derive(Clone)]
pub enum Place {
    File(PathBuf),
    /// The whole address. It may hold a password.
    Postgres(SecretString),
    /// What was written is an address, and none of PostgreSQL.
    Unknown(Unknown),
}

/// What was written in the place of a store. As it may hold a password, only what certainly is none
/// is kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{variable} is {} (`{shown}`): {}", expected(.variable), instead(.variable))]
pub struct Unknown {
    pub variable: &'static str,
    pub shown: String,
}

fn expected(variable: &str) -> &'static str {
    match variable {
        DATABASE => "no address of PostgreSQL",
        _ => "neither a path nor an address of PostgreSQL",
    }
}

fn instead(variable: &str) -> &'static str {
    match variable {
        DATABASE => {
            "write `postgres://user:password@host/week`; or write into LITTLETHINGS_STORE where the \
             store is, such as `.littlethings/store.db`, and DATABASE_URL is left to whom it is \
             meant for"
        }
        _ => {
            "such an address begins with `postgres://`, and a path whose first part has a colon in \
             it with `./`"
        }
    }
}

impl Place {
    /// Where the store of the repository at `root` is, by what `variable` says of the environment. A
    /// relative path counts from the root. A `DATABASE_URL` of another kind of server is somebody
    /// else's.
    pub fn of(root: &Path, variable: impl Fn(&str) -> Option<String>) -> Place {
        let set = |name| variable(name).filter(|written| !written.is_empty());
        let lent = || set(DATABASE).and_then(|written| Place::lent(&written));
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
            Place::Unknown(Unknown { variable: STORE, shown: harmless(written) })
        } else {
            Place::File(PathBuf::from(written))
        }
    }

    /// The database that a host lends, unless it is lent to somebody else.
    fn lent(written: &str) -> Option<Place> {
        let scheme = written.split_once("://").map_or("", |(scheme, _)| scheme);
        match Place::read(written) {
            shared @ Place::Postgres(_) => Some(shared),
            _ if OTHER_SERVERS.iter().any(|it| scheme.eq_ignore_ascii_case(it)) => None,
            _ => Some(Place::Unknown(Unknown { variable: DATABASE, shown: harmless(written) })),
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
            Place::Unknown(_) => f.write_str("…"),
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
    if shown.contains('@') || !has_a_port_at_most(shown) { "…" } else { shown }
}

/// Whether no word follows the name of a host: `user:password`, of which the host was left out.
fn has_a_port_at_most(shown: &str) -> bool {
    let host = shown.split('/').next().unwrap_or_default();
    let port = host.rsplit_once(':').map_or("", |(_, port)| port);
    host.ends_with(']') || port.bytes().all(|byte| byte.is_ascii_digit())
}

/// As much of something that was mistyped as can be no password: the beginning and the host of an
/// address, or all of what is none.
fn harmless(written: &str) -> String {
    match written.split_once("://") {
        Some((scheme, _)) if !scheme.contains([':', '@', '/']) => {
            format!("{scheme}://{}", host(written))
        }
        _ if written.contains('@') => "…".to_owned(),
        _ => match written.split_once(':') {
            Some((start, _)) => format!("{start}:…"),
            None => written.to_owned(),
        },
    }
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
            assert!(matches!(place, Place::Unknown(_)), "{written}");
            assert_eq!(of(&[(STORE, written)]), "…");
            assert!(!format!("{place} {place:?}").contains("hush"), "{written}");
        }
        for path in [r"C:\week\store.db", "C:/week/store.db", "./12:30.db", "a/b:c.db", "store.db"]
        {
            assert!(matches!(Place::read(path), Place::File(_)), "{path}");
        }
    }

    #[test]
    fn a_database_that_was_mistyped_is_named_and_shown_without_its_password() {
        for (written, shown) in [
            ("postgre://u:hush@db.example.org/week", "postgre://db.example.org/week"),
            ("postgress://db:5433/week?password=hush", "postgress://db:5433/week"),
            (" postgres://u:hush@h/x", " postgres://h/x"),
            ("\"postgres://u:hush@h/x\"", "\"postgres://h/x\""),
            ("postgre://u:hu@sh@h/x", "postgre://…"),
            ("postgre://u:hu?sh@h/x", "postgre://…"),
            ("postgre://h/x?password=hush@h", "postgre://…"),
            ("postgre://u:hush", "postgre://…"),
            ("postgre://[::1]:5432/x", "postgre://[::1]:5432/x"),
            ("postgres:u:hush@h/x", "…"),
            ("u:hush@h/x", "…"),
            ("hush@h", "…"),
            ("u:hush", "u:…"),
            ("sqlit:week.db", "sqlit:…"),
            ("sqlite:///srv/week.db", "sqlite:///srv/week.db"),
            ("jdbc:postgresql://u:hush@h/x", "…"),
            ("week", "week"),
        ] {
            let variable = |name: &str| (name == DATABASE).then(|| written.to_owned());
            let place = Place::of(Path::new("/week"), variable);
            let Place::Unknown(unknown) = place else { panic!("{written}: {place}") };
            assert_eq!((unknown.variable, unknown.shown.as_str()), (DATABASE, shown), "{written}");
            let own = (STORE, "kept.db");
            assert_eq!(of(&[own, (DATABASE, written)]), "/week/kept.db", "{written}");
        }
    }

    #[test]
    fn the_database_of_another_kind_of_server_is_somebody_elses() {
        for written in ["MySQL://u:p@db/x", "mongodb+srv://db/x", "redis://:p@db:6379/0"] {
            assert_eq!(of(&[(DATABASE, written)]), "/week/.littlethings/store.db", "{written}");
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
