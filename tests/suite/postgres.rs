//! A real PostgreSQL: Debian's, as a private server with its own folder, socket and port, and a new
//! database for every test.
//!
//! It runs as long as the tests do and takes its folder with it, also where they are killed: a
//! shell waits for the end of a pipe that nobody else holds. Where PostgreSQL is not installed the
//! tests with it say how to get it and pass; in `.ci/run` they fail.
//! `LITTLETHINGS_TEST_POSTGRES` names a server to use in its place.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use littlethings::store::Place;
use sqlx::{AnyConnection, Connection, Row};

/// Who runs it where the tests are root, as whom PostgreSQL will not run.
const NOBODY: u32 = 65_534;

/// Who may sign in over the network, and the password.
const USER: &str = "week";
const PASSWORD: &str = "correct-horse-battery-staple";

/// A running server.
struct Server {
    /// The address of a database without its name, and what follows the name.
    before: String,
    after: String,
    /// The same over the network, with a password; none for a server that is not ours.
    network: Option<String>,
    /// It ends when this is closed.
    _life: Option<ChildStdin>,
}

static SERVER: OnceLock<Option<Server>> = OnceLock::new();

/// The address of a new, empty database.
pub async fn database() -> Option<String> {
    let server = SERVER.get_or_init(start).as_ref()?;
    let name = create(server).await;
    Some(format!("{}{name}{}", server.before, server.after))
}

/// The same for who does not wait for anything.
pub fn database_now() -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(database())
}

/// The same for a store.
pub async fn place() -> Option<Place> {
    database().await.map(|address| Place::read(&address))
}

/// The same over the network, with the password and once with another one.
pub async fn with_password() -> Option<[String; 2]> {
    let server = SERVER.get_or_init(start).as_ref()?;
    let network = server.network.as_ref()?;
    let name = create(server).await;
    let by = |password| format!("postgres://{USER}:{password}@{network}/{name}");
    Some([by(PASSWORD), by("hunter2")])
}

/// The name of the database that an address leads to.
pub fn name(address: &str) -> &str {
    address.split('?').next().unwrap().rsplit('/').next().unwrap()
}

/// Does something in a database that nobody has a word for.
pub async fn execute(address: &str, sql: &str) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(address).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// All rows of all tables, with what the server notes of each: by whom it was written and when it
/// was looked at for writing.
pub async fn rows(address: &str) -> BTreeMap<String, Vec<u8>> {
    let mut connection = AnyConnection::connect(address).await.unwrap();
    let tables =
        "SELECT CAST(tablename AS TEXT) FROM pg_tables WHERE schemaname = current_schema()";
    let tables = sqlx::query(tables).fetch_all(&mut connection).await.unwrap();
    let mut all = BTreeMap::new();
    for table in tables.iter().map(|row| row.get::<String, _>(0)) {
        let rows = format!(
            "SELECT coalesce(string_agg(concat_ws(' ', ctid, xmin, xmax, it), E'\\n' ORDER BY ctid), '') \
             FROM {table} it"
        );
        let rows = sqlx::query(sqlx::AssertSqlSafe(rows)).fetch_one(&mut connection).await.unwrap();
        all.insert(table, rows.get::<String, _>(0).into_bytes());
    }
    connection.close().await.unwrap();
    assert!(!all.is_empty());
    all
}

/// The files of a database, as they lie on the disk of the server.
pub async fn files(address: &str) -> BTreeMap<String, Vec<u8>> {
    let mut connection = AnyConnection::connect(address).await.unwrap();
    sqlx::raw_sql("CHECKPOINT").execute(&mut connection).await.unwrap();
    let folder = "SELECT 'base/' || oid FROM pg_database WHERE datname = current_database()";
    let names = format!("SELECT pg_ls_dir(({folder})) AS name, ({folder}) AS folder");
    let read = format!(
        "SELECT folder || '/' || name AS path, \
         pg_read_binary_file(folder || '/' || name, 0, 1 << 28, true) \
         FROM ({names}) AS named"
    );
    let files = sqlx::query(sqlx::AssertSqlSafe(read)).fetch_all(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    files.iter().filter_map(|row| Some((row.get(0), row.get::<Option<_>, _>(1)?))).collect()
}

async fn create(server: &Server) -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let name = format!("littlethings_test_{}_{number}", std::process::id());
    let address = format!("{}postgres{}", server.before, server.after);
    execute(&address, &format!("CREATE DATABASE {name}")).await;
    name
}

fn start() -> Option<Server> {
    if let Ok(address) = std::env::var("LITTLETHINGS_TEST_POSTGRES") {
        return Some(somebody_elses(&address));
    }
    let Some(programs) = programs() else {
        let why = "no PostgreSQL here, so nothing was tried with it: install it with \
                   `apt-get install postgresql`, or name a server in LITTLETHINGS_TEST_POSTGRES";
        assert!(std::env::var_os("CI").is_none(), "{why}");
        let _ = writeln!(std::io::stderr(), "{why}");
        return None;
    };
    Some(private(&programs))
}

/// `postgres://user@host/any?options`
fn somebody_elses(address: &str) -> Server {
    let (start, options) = address.split_once('?').unwrap_or((address, ""));
    let (before, _) = start.rsplit_once('/').unwrap();
    let after = if options.is_empty() { String::new() } else { format!("?{options}") };
    Server { before: format!("{before}/"), after, network: None, _life: None }
}

/// Where the server and its tools are. Debian keeps them off the path, in a folder a version.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).collect::<Vec<_>>().into_iter();
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut by_version: Vec<PathBuf> =
        versions.map(|version| version.unwrap().path().join("bin")).collect();
    by_version.sort();
    let mut all = on_path.chain(by_version.into_iter().rev());
    all.find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

#[cfg(not(unix))]
fn private(_: &Path) -> Server {
    panic!("name a server in LITTLETHINGS_TEST_POSTGRES")
}

#[cfg(unix)]
fn private(programs: &Path) -> Server {
    use std::os::unix::fs::{MetadataExt, chown};
    use std::os::unix::process::CommandExt;

    let folder = tempfile::Builder::new().prefix("postgres-").tempdir().unwrap().keep();
    let is_root = fs::metadata(&folder).unwrap().uid() == 0;
    if is_root {
        chown(&folder, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let log = OpenOptions::new().create(true).append(true).open(folder.join("log")).unwrap();
    let mut shell = Command::new("sh");
    shell
        .args(["-c", SHELL, "sh"])
        .arg(programs)
        .arg(&folder)
        .args([&port.to_string(), USER, PASSWORD])
        .current_dir(&folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .stdin(Stdio::piped())
        .stdout(log.try_clone().unwrap())
        .stderr(log);
    if is_root {
        shell.uid(NOBODY).gid(NOBODY);
    }
    // A Ctrl-C is for the tests; their end reaches the shell by its pipe.
    let mut shell = shell.process_group(0).spawn().unwrap();
    let life = shell.stdin.take();
    wait_until_it_answers(&folder, &mut shell);
    Server {
        before: format!("postgres://{USER}@localhost/"),
        after: format!("?host={}&port={port}", folder.display()),
        network: Some(format!("127.0.0.1:{port}")),
        _life: life,
    }
}

/// Makes a cluster, serves it until the pipe ends, and takes it away. What is committed need not
/// outlive the machine, only the programs that are killed.
const SHELL: &str = r#"
programs=$1 folder=$2 port=$3 user=$4
echo "$5" > password
"$programs/initdb" -D data -U "$user" --pwfile=password --auth-local=trust \
    --auth-host=scram-sha-256 --no-sync --no-locale -E UTF8 > made || exit 1
"$programs/postgres" -D data -k "$folder" -p "$port" -c listen_addresses=127.0.0.1 \
    -c fsync=off -c max_connections=300 < /dev/null &
server=$!
read -r _
kill -INT $server
wait $server
rm -rf "$folder"
"#;

fn wait_until_it_answers(folder: &Path, shell: &mut Child) {
    let until = Instant::now() + Duration::from_secs(60);
    let is_ready = || {
        let status = fs::read_to_string(folder.join("data/postmaster.pid")).unwrap_or_default();
        status.lines().last().is_some_and(|line| line.trim() == "ready")
    };
    while !is_ready() {
        let log = || fs::read_to_string(folder.join("log")).unwrap_or_default();
        let is_alive = shell.try_wait().unwrap().is_none();
        assert!(is_alive && Instant::now() < until, "PostgreSQL does not answer\n{}", log());
        std::thread::sleep(Duration::from_millis(20));
    }
}
