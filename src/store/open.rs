//! Making and opening a store, for work or only to read.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use secrecy::ExposeSecret;
use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyPool, AssertSqlSafe, ConnectOptions, Connection, Transaction};
use tempfile::TempDir;

use super::migrations::{self, Age};
use super::rows::Columns;
use super::{During, Place, StoreError};

/// How long one process waits for another that is writing.
const PATIENCE: Duration = Duration::from_secs(30);

/// An open store. Cloning is cheap and shares the connections.
#[derive(Clone)]
pub struct Store {
    pool: AnyPool,
    /// Whom writers come to: one connection to a file, for which they stand in line. Those who find
    /// the file itself locked sleep, and longer each time, while others overtake them.
    writers: AnyPool,
    place: Place,
    /// Where it is only read: the copy it is read from, taken away with the last clone.
    copy: Option<std::sync::Arc<TempDir>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.place)
    }
}

impl Store {
    /// Opens a store to work with it. A file is made where there is none, readable by its owner
    /// only, and its folder likewise; what is older is brought up to date.
    ///
    /// # Errors
    /// Where it cannot be made or reached, and where a newer version of this program wrote it.
    pub async fn open(place: &Place) -> Result<Store, StoreError> {
        let store = match place {
            Place::File(path) => {
                let path = make(path)?;
                let connect = |connections| {
                    let address = address(&path, "mode=rw");
                    patiently(move || Store::connect(place, address.clone(), FOR_WORK, connections))
                };
                Store { writers: connect(1).await?.pool, ..connect(4).await? }
            }
            Place::Postgres(url) => {
                let address = url.expose_secret().to_owned();
                let store = Store::connect(place, address, FOR_A_SERVER, 4).await?;
                store.can_hold_every_letter().await?;
                store
            }
            Place::Unknown(it) => return Err(it.clone().into()),
        };
        migrations::migrate(&store).await?;
        Ok(store)
    }

    /// Opens a store to read it. Not a byte of it is written and no file is made beside it; `None`
    /// where there is no store yet.
    ///
    /// # Errors
    /// As for [`Store::open`]; a shared store must also be up to date.
    pub async fn open_to_read(place: &Place) -> Result<Option<Store>, StoreError> {
        let path = match place {
            Place::Postgres(url) => return read_shared(place, url.expose_secret()).await,
            Place::File(path) => path,
            Place::Unknown(it) => return Err(it.clone().into()),
        };
        if !has_content(path)? {
            return Ok(None);
        }
        // A file without a log beside it is in nobody's hands and is all there is; an empty log is
        // that of somebody who has just moved it into the file. Without `immutable` SQLite would
        // put a log and an index beside it even to read.
        if !beside(path, "-wal").exists() {
            let path = absolute(path)?;
            let address = address(&path, "mode=ro&immutable=1");
            let store = Store::connect(place, address, &[], 1).await?;
            match migrations::age(&store).await? {
                Age::Empty => return Ok(None),
                Age::Current => return Ok(Some(store)),
                Age::Older(_) => store.close().await,
            }
        }
        Store::open_copy(place, path).await
    }

    /// Where this store is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Closes all connections; the log of a file is folded into it. Not needed for safety.
    pub async fn close(&self) {
        self.writers.close().await;
        self.pool.close().await;
    }

    /// A store that is being written, or was when its program was killed, has a part in its log,
    /// and reading that in place would write an index beside it. So a copy is read.
    async fn open_copy(place: &Place, path: &Path) -> Result<Option<Store>, StoreError> {
        let folder =
            tempfile::Builder::new().prefix("littlethings-").tempdir().map_err(|source| {
                StoreError::Make { path: "a folder for temporary files".to_owned(), source }
            })?;
        let copied = folder.path().join("store.db");
        copy_at_one_moment(path, &copied)?;
        let mut store = Store::connect(place, address(&copied, "mode=rw"), FOR_A_COPY, 1).await?;
        store.copy = Some(std::sync::Arc::new(folder));
        if migrations::age(&store).await? == Age::Empty {
            return Ok(None);
        }
        migrations::migrate(&store).await?;
        Ok(Some(store))
    }

    async fn connect(
        place: &Place,
        address: String,
        settings: &'static [&'static str],
        connections: u32,
    ) -> Result<Store, StoreError> {
        sqlx::any::install_default_drivers();
        let options: AnyConnectOptions =
            address.parse().map_err(|_| StoreError::Address { place: place.to_string() })?;
        let options = options.disable_statement_logging();
        let trouble = |source| match source {
            // Its text may repeat the address, and with it a password.
            sqlx::Error::Configuration(_) => StoreError::Address { place: place.to_string() },
            source => StoreError::Open { place: place.to_string(), source },
        };
        if matches!(place, Place::Postgres(_)) {
            // A pool knocks at a closed port until its patience ends; a single connection says so.
            let connection = options.connect().await.map_err(trouble)?;
            connection.close().await.map_err(trouble)?;
        }
        let pool = AnyPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(PATIENCE)
            // A server may have been restarted since. With a file, asking each time whether the
            // connection lives would only double the cost of a commit.
            .test_before_acquire(matches!(place, Place::Postgres(_)))
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    for setting in settings {
                        sqlx::raw_sql(*setting).execute(&mut *connection).await?;
                    }
                    Ok(())
                })
            })
            .connect_with(options)
            .await
            .map_err(trouble)?;
        Ok(Store { writers: pool.clone(), pool, place: place.clone(), copy: None })
    }

    /// Overwrites what the database still holds of erased rows: in its log, and on PostgreSQL in
    /// the tables themselves. `false` where a reader was in the way, so that it has to be done
    /// once more.
    ///
    /// # Errors
    /// Where the database fails.
    pub(super) async fn wipe(&self) -> Result<bool, StoreError> {
        let task = "wipe what was erased";
        if self.is_postgres() {
            for (table, column) in WIPED {
                let command = AssertSqlSafe(format!(
                    "ALTER TABLE {table} ALTER COLUMN {column} TYPE TEXT USING {column} || ''"
                ));
                sqlx::raw_sql(command).execute(&self.pool).await.during(task)?;
            }
            return Ok(true);
        }
        sqlx::raw_sql("VACUUM").execute(&self.pool).await.during(task)?;
        let row = sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&self.pool).await;
        Ok(Columns(&row.during(task)?).whole("busy")? == 0)
    }

    /// A database that is not in UTF-8 would refuse a letter for one name in it.
    async fn can_hold_every_letter(&self) -> Result<(), StoreError> {
        let row = sqlx::query("SELECT CAST(current_setting('server_encoding') AS TEXT) AS found")
            .fetch_one(&self.pool)
            .await
            .during("see how it writes letters")?;
        let found = Columns(&row).text("found")?;
        if found == "UTF8" {
            return Ok(());
        }
        Err(StoreError::Encoding { place: self.place.to_string(), found })
    }

    pub(super) fn is_postgres(&self) -> bool {
        matches!(self.place, Place::Postgres(_))
    }

    /// Begins to write. Whoever comes second waits until the first has committed, so what is read
    /// in here stays true until then.
    pub(super) async fn write(&self) -> Result<Transaction<'static, Any>, StoreError> {
        let task = "begin to write";
        if !self.is_postgres() {
            return self.writers.begin_with("BEGIN IMMEDIATE").await.during(task);
        }
        // Each statement has to see what was committed before it, also by whom the lock was held;
        // what the database is set to by itself may be otherwise.
        let begin = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
        let mut tx = self.pool.begin_with(begin).await.during(task)?;
        // The number is only a name that nobody else is likely to use.
        sqlx::raw_sql("SELECT CAST(pg_advisory_xact_lock(7226160425) AS TEXT)")
            .execute(&mut *tx)
            .await
            .during(task)?;
        Ok(tx)
    }

    /// Begins to read: what is read in here is of one moment, however long it takes.
    pub(super) async fn read(&self) -> Result<Transaction<'static, Any>, StoreError> {
        let begin = if self.is_postgres() { BEGIN_ON_A_SERVER } else { "BEGIN" };
        self.pool.begin_with(begin).await.during("begin to read")
    }

    /// The same where it is not known yet whether there are tables.
    pub(super) async fn look(&self) -> Result<Transaction<'static, Any>, StoreError> {
        self.pool.begin().await.during("begin to read")
    }
}

/// The tables that hold what is sealed or forgotten, each with a column of text.
///
/// That its type is set anew has a server write the whole table anew, with the rows that are valid
/// now and no others. `VACUUM FULL` would take along what was erased for as long as anybody's
/// transaction is older, in this database or, while it begins, in another.
const WIPED: [(&str, &str); 7] = [
    ("answers", "respondent"),
    ("replies", "respondent"),
    ("surveys", "respondent_key"),
    ("invited", "side"),
    ("letters", "address"),
    ("notices", "address"),
    ("events", "words"),
];

/// A table that is written anew is empty for whoever began to read before. So the tables are held
/// first: a lock is waited for before the moment is chosen that is read.
const BEGIN_ON_A_SERVER: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \
     LOCK TABLE answers, replies, surveys, invited, letters, notices, events IN ACCESS SHARE MODE";

/// Full durability: a commit has reached the disk before a letter goes out on the strength of it.
const FOR_WORK: &[&str] = &[
    "PRAGMA busy_timeout = 30000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    // What is erased is gone from the file, too.
    "PRAGMA secure_delete = ON",
];

/// The same with a server, whatever it is set to by itself; and nobody waits for ever for a program
/// that stands still, nor keeps others waiting while it does.
const FOR_A_SERVER: &[&str] = &[
    "SET synchronous_commit = on",
    "SET lock_timeout = '30s'",
    "SET idle_in_transaction_session_timeout = '30s'",
];

const FOR_A_COPY: &[&str] = &["PRAGMA synchronous = OFF"];

async fn read_shared(place: &Place, url: &str) -> Result<Option<Store>, StoreError> {
    let store = Store::connect(place, url.to_owned(), FOR_A_SERVER, 2).await?;
    match migrations::age(&store).await? {
        Age::Empty => Ok(None),
        Age::Current => Ok(Some(store)),
        Age::Older(_) => Err(StoreError::Older { place: place.to_string() }),
    }
}

/// Two programs that open a new file at the same moment are in each other's way for a moment, and
/// SQLite does not wait when it changes the kind of log.
async fn patiently<F, R>(open: F) -> Result<Store, StoreError>
where
    F: Fn() -> R,
    R: Future<Output = Result<Store, StoreError>>,
{
    let mut left = 100;
    loop {
        match open().await {
            Err(StoreError::Open { source, .. }) if left > 0 && is_locked(&source) => left -= 1,
            done => return done,
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn is_locked(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.message().contains("locked"))
}

/// Makes the folder and the file of a store, for its owner only, and returns its full path. What
/// is there already keeps the permissions it was given.
fn make(path: &Path) -> Result<PathBuf, StoreError> {
    let trouble = |source| StoreError::Make { path: path.display().to_string(), source };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(trouble)?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(trouble)?;
    absolute(path)
}

/// Relative paths and `..` mean something else inside of an address.
fn absolute(path: &Path) -> Result<PathBuf, StoreError> {
    fs::canonicalize(path)
        .map_err(|source| StoreError::Read { path: path.display().to_string(), source })
}

/// Whether there is a file with something in it.
fn has_content(path: &Path) -> Result<bool, StoreError> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(metadata.len() > 0),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(source) => Err(StoreError::Read { path: path.display().to_string(), source }),
    }
}

/// Copies a file and its log so that both fit together: nobody wrote into the file meanwhile, and
/// the log, if it did anything, has only grown. Otherwise the copy is made again.
fn copy_at_one_moment(from: &Path, to: &Path) -> Result<(), StoreError> {
    let trouble = |source| StoreError::Read { path: from.display().to_string(), source };
    let (log, copied_log) = (beside(from, "-wal"), beside(to, "-wal"));
    let mut left = 200;
    loop {
        let before = Moment::of(from, &log).map_err(trouble)?;
        fs::copy(from, to).map_err(trouble)?;
        match fs::copy(&log, &copied_log) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let _ = fs::remove_file(&copied_log);
            }
            copied => drop(copied.map_err(trouble)?),
        }
        let is_whole = before.is_settled() && Moment::of(from, &log).map_err(trouble)? == before;
        if is_whole || left == 0 {
            return Ok(());
        }
        left -= 1;
        std::thread::sleep(Moment::GRAIN);
    }
}

/// What a file and its log are like, as far as that tells whether they were written to.
#[derive(PartialEq, Eq)]
struct Moment {
    length: u64,
    written: SystemTime,
    log: Vec<u8>,
}

impl Moment {
    /// Two writes within this time may bear the same one.
    const GRAIN: Duration = Duration::from_millis(20);

    fn of(file: &Path, log: &Path) -> io::Result<Moment> {
        let about = fs::metadata(file)?;
        Ok(Moment { length: about.len(), written: about.modified()?, log: beginning(log)? })
    }

    /// Whether another write would show.
    fn is_settled(&self) -> bool {
        self.written.elapsed().map_or(true, |passed| passed > Moment::GRAIN)
    }
}

/// The header of a log, which holds the salt of its run; empty where there is none.
fn beginning(log: &Path) -> io::Result<Vec<u8>> {
    let mut header = Vec::new();
    match fs::File::open(log) {
        Ok(file) => io::Read::read_to_end(&mut io::Read::take(file, 32), &mut header)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
        Err(error) => return Err(error),
    };
    Ok(header)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// The address of a file, for sqlx. Every byte that could mean something in an address is written
/// as a number.
fn address(path: &Path, parameters: &str) -> String {
    let mut address = "sqlite://".to_owned();
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                address.push(char::from(byte));
            }
            byte => address.push_str(&format!("%{byte:02X}")),
        }
    }
    address + "?" + parameters
}
