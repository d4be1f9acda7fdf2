//! Opening SQLite databases, and saying what is wrong when that fails.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};

use super::SqliteDriver;
use crate::engine::driver::classify;
use crate::engine::options::Options;
use crate::engine::url::{SqliteMode, SqliteUrl};
use crate::error::{Error, ErrorKind, Result};

/// Where the connections of an engine go.
pub(crate) struct SqliteTarget {
    options: SqliteConnectOptions,
    /// The file, absolute; none for a database in memory.
    file: Option<PathBuf>,
    may_create: bool,
    statements: usize,
    busy_timeout: Duration,
    plan_by_values: bool,
}

impl SqliteTarget {
    pub(crate) fn new(url: &SqliteUrl, told: &Options) -> Self {
        let mut options = SqliteConnectOptions::new()
            .foreign_keys(true)
            .immutable(url.immutable)
            .shared_cache(url.shared_cache)
            // Only while opening, which sqlx does on a thread of its own; the driver switches it off.
            .busy_timeout(told.busy_timeout.min(Duration::from_secs(3600)))
            .disable_statement_logging();
        if let Some(vfs) = &url.vfs {
            options = options.vfs(vfs.clone());
        }
        let mut file = None;
        match (&url.mode, &url.path) {
            // Without a name to share, the plain private database is the fastest: there is one connection anyway.
            (SqliteMode::Memory, Some(name)) if url.shared_cache => {
                options = options.filename(name).in_memory(true);
            }
            (SqliteMode::Memory, _) => {
                options = options.filename(":memory:").shared_cache(false);
            }
            (mode, path) => {
                let path = PathBuf::from(path.as_deref().unwrap_or_default());
                options = options
                    .filename(&path)
                    .read_only(*mode == SqliteMode::ReadOnly)
                    .create_if_missing(*mode == SqliteMode::Create);
                if *mode != SqliteMode::ReadOnly && !url.immutable {
                    options = options
                        .journal_mode(SqliteJournalMode::Wal)
                        .synchronous(SqliteSynchronous::Normal);
                }
                file = Some(std::path::absolute(&path).unwrap_or(path));
            }
        }
        for (name, value) in &told.pragmas {
            options = options.pragma(name.clone(), value.clone());
        }
        Self {
            options,
            file,
            may_create: url.mode == SqliteMode::Create,
            statements: told.statement_cache.unwrap_or(100),
            busy_timeout: told.busy_timeout,
            plan_by_values: told.plan_by_values,
        }
    }

    /// Whether the database is in memory, so that it lives and dies with its one connection.
    pub(crate) fn in_memory(&self) -> bool {
        self.file.is_none()
    }

    /// The file, absolute.
    pub(crate) fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Opens a connection.
    pub(crate) async fn open(&self) -> Result<SqliteDriver> {
        let give_up = Instant::now() + self.busy_timeout;
        loop {
            match SqliteDriver::open(&self.options, self.statements).await {
                Ok(driver) => {
                    if !self.plan_by_values {
                        driver.plan_once();
                    }
                    return Ok(driver);
                }
                Err(error) => {
                    let error = self.explain(error);
                    // Switching to WAL needs the file alone for a moment, and SQLite does not wait for that.
                    if error.kind() != ErrorKind::Busy || Instant::now() >= give_up {
                        return Err(error);
                    }
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            }
        }
    }

    fn explain(&self, error: sqlx::Error) -> Error {
        let sqlx::Error::Database(database) = &error else {
            return Error::new(
                ErrorKind::Connection,
                "the SQLite database could not be opened",
            )
            .with_source(error);
        };
        let code = database.code().and_then(|code| code.parse::<i32>().ok());
        let code = code.unwrap_or(libsqlite3_sys::SQLITE_ERROR);
        let base = classify::sqlite(code, database.message());
        let kind = match base.kind() {
            own @ (ErrorKind::CorruptDatabase
            | ErrorKind::ReadOnlyDatabase
            | ErrorKind::StorageFull
            | ErrorKind::StorageFailure) => own,
            _ => ErrorKind::Connection,
        };
        match &self.file {
            Some(file) if base.kind() != ErrorKind::Busy => Error::new(
                kind,
                format!(
                    "cannot open the SQLite file {}: {}; {}",
                    file.display(),
                    database.message(),
                    self.advice(file, code)
                ),
            )
            .with_database_code(code.to_string()),
            _ => base,
        }
    }

    fn advice(&self, file: &Path, code: i32) -> &'static str {
        if code & 0xff != libsqlite3_sys::SQLITE_CANTOPEN {
            return "check that the file is a SQLite database and that its folder can be written to";
        }
        let folder = file.parent().is_none_or(Path::exists);
        match (folder, file.exists() || self.may_create) {
            (false, _) => {
                "its folder does not exist (sqlite://name.db is relative to the working directory, \
                 sqlite:///name.db starts at the root)"
            }
            (true, false) => {
                "it does not exist: add ?mode=rwc to create it (sqlite://name.db is relative to the working \
                 directory, sqlite:///name.db starts at the root)"
            }
            (true, true) => {
                "check its permissions and those of its folder (mode=rwc creates a missing file; sqlite://name.db \
                 is relative to the working directory, sqlite:///name.db starts at the root)"
            }
        }
    }
}
