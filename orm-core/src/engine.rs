//! The engine: connections to one database, and the statements that travel on them.
//!
//! An [`Engine`] is a handle to a pool; clones share it. A `Connection` is one of its connections on loan, a
//! [`Transaction`] is a connection with a transaction open. Dropping any of them, or any of their futures at any
//! point, leaves no open transaction in the pool and loses no connection.

#[cfg(any(test, feature = "testing"))]
mod assert;
mod cache;
mod connection;
mod driver;
mod isolation;
mod large;
mod n_plus_one;
mod observe;
mod options;
mod pool;
#[cfg(any(test, feature = "testing"))]
mod recorder;
#[cfg(test)]
mod tests;
mod transaction;
mod url;

use std::any::Any;
use std::sync::{Arc, RwLock};
use std::time::Duration;

use tokio::sync::Semaphore;

#[cfg(any(test, feature = "testing"))]
pub use assert::StatementCount;
pub(crate) use cache::{TextCache, TextKey};
pub(crate) use connection::{Connection, Cursor, over as stream_is_over};
pub use isolation::{Isolation, TransactionOptions};
pub(crate) use n_plus_one::NPlusOneOptions;
pub use n_plus_one::{NPlusOne, RepeatedLoads};
pub use options::{Echo, EngineBuilder, Offload, Pooler};
pub use pool::PoolStatus;
#[cfg(any(test, feature = "testing"))]
pub use recorder::{Recorder, Sent};
pub use transaction::Transaction;

use self::driver::postgres::PostgresTarget;
use self::driver::sqlite::SqliteTarget;
use self::observe::Observer;
use self::options::Options;
use self::pool::{Pool, Target};
use self::url::DatabaseUrl;
use crate::dialect::{self, Dialect, StatementCache};
use crate::error::Result;
use crate::schema::TextRules;

/// The database behind an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backend {
    /// SQLite, embedded in the program.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

impl Backend {
    fn dialect(self) -> &'static dyn Dialect {
        match self {
            Self::Sqlite => &dialect::SQLITE,
            Self::Postgres => &dialect::POSTGRES,
        }
    }
}

/// A database, by way of a pool of connections. Cheap to clone: clones share the pool.
///
/// ```
/// # async fn example() -> orm_core::Result<()> {
/// use orm_core::engine::Engine;
///
/// let engine = Engine::connect("sqlite::memory:").await?;
/// let transaction = engine.begin().await?;
/// transaction.commit().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

/// What the clones of an engine and its connections share.
pub(crate) struct Shared {
    pool: Pool,
    backend: Backend,
    observer: Observer,
    texts: TextCache,
    statement_cache: StatementCache,
    isolation: Option<Isolation>,
    pooler: Pooler,
    busy_timeout: Duration,
    offload: Offload,
    offload_rows: usize,
    inline_budget: Duration,
    n_plus_one: NPlusOneOptions,
    max_rows: Option<u64>,
    cursor_secret: Option<Box<[u8]>>,
    /// What the layers above keep with the engine.
    above: Option<Arc<dyn Any + Send + Sync>>,
    /// One permit to write to a SQLite file, so that writers queue up instead of knocking.
    writer: Option<Arc<Semaphore>>,
    /// How its columns compare text, once somebody has asked.
    text_rules: RwLock<Option<Arc<TextRules>>>,
}

impl Engine {
    /// Connects to the database at `url`, with one connection open, so that mistakes show at once.
    ///
    /// SQLite: `sqlite::memory:`, `sqlite://file.db`, `sqlite://file.db?mode=rwc`; two slashes are relative to the
    /// working directory, three are absolute. PostgreSQL: `postgres://user:password@host:port/database`, with the
    /// parameters, `PG*` variables and password file of libpq.
    ///
    /// # Errors
    /// `Configuration` when the URL is wrong, `Connection` when the database cannot be reached.
    pub async fn connect(url: &str) -> Result<Self> {
        Self::builder(url).connect().await
    }

    /// The isolation level that was asked for.
    pub(crate) fn isolation(&self) -> Option<Isolation> {
        self.shared.isolation
    }

    /// Sets up an engine step by step.
    pub fn builder(url: &str) -> EngineBuilder {
        EngineBuilder::new(url)
    }

    fn new(url: &DatabaseUrl, options: Options) -> Result<Self> {
        let (target, backend, observer) = match url {
            DatabaseUrl::Sqlite(url) => {
                let target = SqliteTarget::new(url, &options);
                let observer = Observer {
                    echo: options.echo,
                    system: "sqlite",
                    namespace: target.file().map(|file| file.display().to_string()),
                    address: None,
                    port: None,
                    #[cfg(any(test, feature = "testing"))]
                    recorder: Recorder::default(),
                };
                (Target::Sqlite(target), Backend::Sqlite, observer)
            }
            DatabaseUrl::Postgres(url) => {
                let target = PostgresTarget::new(url, &options)?;
                let observer = Observer {
                    echo: options.echo,
                    system: "postgresql",
                    namespace: Some(target.database()),
                    address: Some(target.address()),
                    port: Some(target.port()),
                    #[cfg(any(test, feature = "testing"))]
                    recorder: Recorder::default(),
                };
                (Target::Postgres(target), Backend::Postgres, observer)
            }
        };
        let on_file = matches!(&target, Target::Sqlite(target) if !target.in_memory());
        Ok(Self {
            shared: Arc::new(Shared {
                pool: Pool::new(target, &options)?,
                backend,
                observer,
                texts: TextCache::default(),
                statement_cache: StatementCache::new(backend.dialect()),
                isolation: options.isolation,
                pooler: options.pooler,
                busy_timeout: options.busy_timeout,
                offload: options.offload,
                offload_rows: options.offload_rows,
                inline_budget: options.inline_budget,
                n_plus_one: options.n_plus_one,
                max_rows: options.max_rows,
                cursor_secret: options.cursor_secret,
                above: options.above,
                writer: on_file.then(|| Arc::new(Semaphore::new(1))),
                text_rules: RwLock::default(),
            }),
        })
    }

    /// The database behind this engine.
    pub fn backend(&self) -> Backend {
        self.shared.backend
    }

    /// The dialect of the database: what its SQL looks like.
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.shared.backend.dialect()
    }

    /// The texts of queries and statements, which are compiled once for each structure.
    pub(crate) fn statement_cache(&self) -> &StatementCache {
        &self.shared.statement_cache
    }

    /// The texts of what a session sends by itself, which are compiled once.
    pub(crate) fn texts(&self) -> &TextCache {
        &self.shared.texts
    }

    /// How the columns of its database compare text, where that is known.
    pub(crate) fn text_rules(&self) -> Option<Arc<TextRules>> {
        let known = self.shared.text_rules.read();
        known.unwrap_or_else(|held| held.into_inner()).clone()
    }

    /// Keeps them until a statement may have changed the tables.
    pub(crate) fn keep_text_rules(&self, rules: &Arc<TextRules>) {
        let known = self.shared.text_rules.write();
        *known.unwrap_or_else(|held| held.into_inner()) = Some(Arc::clone(rules));
    }

    /// What the layers above keep with the engine, where it is a `T`.
    pub(crate) fn above<T: Any>(&self) -> Option<&T> {
        self.shared.above.as_ref()?.downcast_ref()
    }

    /// What it was told about lazy loads that repeat.
    pub(crate) fn n_plus_one(&self) -> &NPlusOneOptions {
        &self.shared.n_plus_one
    }

    /// Begins a transaction that may write.
    ///
    /// # Errors
    /// `Timeout` when no connection becomes free in time, `Busy` when a SQLite file stays locked by another writer,
    /// `Connection` when the server cannot be reached.
    pub async fn begin(&self) -> Result<Transaction> {
        self.begin_with(&TransactionOptions::default()).await
    }

    /// Begins a transaction with these options.
    ///
    /// # Errors
    /// As [`Self::begin`].
    pub async fn begin_with(&self, options: &TransactionOptions) -> Result<Transaction> {
        let mut connection = self.acquire().await?;
        connection.begin(options).await?;
        Ok(Transaction::new(connection, self.clone()))
    }

    /// Closes the idle connections, and those in use once they are given back. The engine stays usable: it opens new
    /// ones. A database in memory ends with its connection.
    pub async fn dispose(&self) {
        self.shared.pool.dispose().await;
    }

    /// How many connections there are, and how many are in use.
    pub fn pool_status(&self) -> PoolStatus {
        self.shared.pool.status()
    }

    /// A connection from the pool.
    pub(crate) async fn acquire(&self) -> Result<Connection> {
        let lease = self.shared.pool.acquire().await?;
        Ok(Connection::new(lease, Arc::clone(&self.shared)))
    }

    /// The record of the statements sent; recording begins with the first call.
    #[cfg(any(test, feature = "testing"))]
    pub fn statements(&self) -> Recorder {
        self.shared.observer.recorder.start();
        self.shared.observer.recorder.clone()
    }
}

impl Shared {
    fn forget_text_rules(&self) {
        let known = self.text_rules.write();
        *known.unwrap_or_else(|held| held.into_inner()) = None;
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("backend", &self.backend())
            .field("pool", &self.pool_status())
            .finish_non_exhaustive()
    }
}
