//! The builder of an engine, and what it can set.

use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use super::Engine;
use super::NPlusOneOptions;
use super::isolation::Isolation;
use super::url::DatabaseUrl;
use crate::error::Result;

/// What the engine prints of each statement, as `tracing` events of the target `orm::sql`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Echo {
    /// Nothing.
    #[default]
    Off,
    /// The text, with placeholders.
    Sql,
    /// The text and the values bound to it. They may be private: for development only.
    SqlAndParams,
}

/// What stands between the engine and the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Pooler {
    /// Nothing: a connection is the same server session all its life.
    #[default]
    None,
    /// A pooler that gives a server session to each transaction (PgBouncer's `pool_mode = transaction`). Every statement
    /// then runs in a transaction, and none is prepared under a name.
    Transaction,
}

/// Where SQLite's statements run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Offload {
    /// Short work in place, long work on a blocking thread: what outlives
    /// [`inline_budget`](EngineBuilder::inline_budget), very large batches, and the COMMIT of a large write.
    #[default]
    Auto,
    /// All in place; for programs that have the executor to themselves.
    Never,
    /// All on blocking threads; a hop of some ten microseconds for each statement.
    Always,
}

/// Everything an engine can be told; see [`EngineBuilder`].
#[derive(Clone)]
pub(crate) struct Options {
    pub(crate) max_connections: Option<usize>,
    pub(crate) min_connections: usize,
    pub(crate) acquire_timeout: Duration,
    pub(crate) idle_timeout: Option<Duration>,
    pub(crate) max_lifetime: Option<Duration>,
    pub(crate) pre_ping: bool,
    pub(crate) lifo: bool,
    pub(crate) echo: Echo,
    pub(crate) statement_cache: Option<usize>,
    pub(crate) isolation: Option<Isolation>,
    pub(crate) pooler: Pooler,
    pub(crate) busy_timeout: Duration,
    pub(crate) offload: Offload,
    pub(crate) offload_rows: usize,
    pub(crate) inline_budget: Duration,
    pub(crate) plan_by_values: bool,
    pub(crate) n_plus_one: NPlusOneOptions,
    pub(crate) max_rows: Option<u64>,
    pub(crate) cursor_secret: Option<Box<[u8]>>,
    pub(crate) pragmas: Vec<(String, String)>,
    /// What the layers above keep with the engine; it does not know what that is.
    pub(crate) above: Option<Arc<dyn Any + Send + Sync>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_connections: None,
            min_connections: 0,
            acquire_timeout: Duration::from_secs(30),
            idle_timeout: Some(Duration::from_secs(600)),
            max_lifetime: Some(Duration::from_secs(1800)),
            pre_ping: false,
            lifo: true,
            echo: Echo::Off,
            statement_cache: None,
            isolation: None,
            pooler: Pooler::None,
            busy_timeout: Duration::from_secs(5),
            offload: Offload::Auto,
            // A batch steps in slices that yield, and moves when it outlives its budget: moving it at once costs more
            // than it saves (measured: inserting 10,000 rows takes 1.2 times as long).
            offload_rows: 20_000,
            inline_budget: Duration::from_millis(10),
            plan_by_values: false,
            n_plus_one: NPlusOneOptions::default(),
            max_rows: None,
            cursor_secret: None,
            pragmas: Vec::new(),
            above: None,
        }
    }
}

/// Sets up an [`Engine`].
///
/// ```
/// # async fn example() -> orm_core::Result<()> {
/// use std::time::Duration;
/// use orm_core::engine::{Echo, Engine};
///
/// let engine = Engine::builder("sqlite::memory:")
///     .acquire_timeout(Duration::from_secs(5))
///     .echo(Echo::Sql)
///     .connect()
///     .await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "the builder does nothing until `build` or `connect`"]
pub struct EngineBuilder {
    url: String,
    pub(super) options: Options,
}

impl EngineBuilder {
    pub(super) fn new(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            options: Options::default(),
        }
    }

    /// What the layers above keep with the engine.
    pub(crate) fn above(&mut self) -> &mut Option<Arc<dyn Any + Send + Sync>> {
        &mut self.options.above
    }

    /// The most connections the pool opens; 10 by default. A database in memory always has one.
    pub fn max_connections(mut self, count: usize) -> Self {
        self.options.max_connections = Some(count.max(1));
        self
    }

    /// The connections the pool keeps open when idle; 0 by default.
    pub fn min_connections(mut self, count: usize) -> Self {
        self.options.min_connections = count;
        self
    }

    /// How long taking a connection may take, be it by waiting, by looking at idle ones (`pre_ping`) or by opening one; 30
    /// seconds by default.
    pub fn acquire_timeout(mut self, limit: Duration) -> Self {
        self.options.acquire_timeout = limit;
        self
    }

    /// Closes connections that were idle this long; 10 minutes by default, `None` for never.
    pub fn idle_timeout(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.options.idle_timeout = limit.into();
        self
    }

    /// Closes connections of this age (others call it `recycle`); 30 minutes by default, `None` for never.
    pub fn max_lifetime(mut self, limit: impl Into<Option<Duration>>) -> Self {
        self.options.max_lifetime = limit.into();
        self
    }

    /// Whether to ask the server for a sign of life before a pooled connection is used; off by default, since it costs a
    /// round trip. Without it, a connection the server has closed is found out by the first statement, and the rest of
    /// the pool is then replaced. One that gives no sign in half of `acquire_timeout` is closed, with all that are as old.
    pub fn pre_ping(mut self, on: bool) -> Self {
        self.options.pre_ping = on;
        self
    }

    /// Whether the connection used last is used first; on by default, so that a pool shrinks when load does.
    pub fn lifo(mut self, on: bool) -> Self {
        self.options.lifo = on;
        self
    }

    /// What to print of each statement; nothing by default.
    pub fn echo(mut self, echo: Echo) -> Self {
        self.options.echo = echo;
        self
    }

    /// How many prepared statements each connection keeps; 100 by default.
    pub fn statement_cache(mut self, count: usize) -> Self {
        self.options.statement_cache = Some(count);
        self
    }

    /// The isolation level of transactions; the server's default by default.
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.options.isolation = Some(isolation);
        self
    }

    /// What stands between the engine and the server; nothing by default.
    pub fn pooler(mut self, pooler: Pooler) -> Self {
        self.options.pooler = pooler;
        self
    }

    /// How long to wait for another writer of a SQLite file; 5 seconds by default.
    pub fn busy_timeout(mut self, limit: Duration) -> Self {
        self.options.busy_timeout = limit;
        self
    }

    /// Where SQLite's statements run; see [`Offload`].
    pub fn offload(mut self, offload: Offload) -> Self {
        self.options.offload = offload;
        self
    }

    /// From how many rows on a SQLite batch moves to a blocking thread at once, rather than when it outlives its budget;
    /// 20,000 by default.
    pub fn offload_rows(mut self, rows: usize) -> Self {
        self.options.offload_rows = rows;
        self
    }

    /// How long a SQLite statement may run in place, in slices, before it moves to a blocking thread; 10 ms by default.
    pub fn inline_budget(mut self, budget: Duration) -> Self {
        self.options.inline_budget = budget;
        self
    }

    /// Whether SQLite plans a statement anew for each value that is bound to it, by the samples that ANALYZE keeps in
    /// `sqlite_stat4`; off by default, as in a SQLite that is built without them. On, a value that few rows have can get
    /// another plan than one that many have, and every read by an indexed column of an analyzed table is prepared again
    /// each time, which takes several times as long as the read. ANALYZE keeps such samples only where this is on.
    pub fn plan_by_values(mut self, on: bool) -> Self {
        self.options.plan_by_values = on;
        self
    }

    /// A `PRAGMA` for every SQLite connection, as it is opened. The names and values are part of the program: they are
    /// not escaped.
    pub fn pragma(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.pragmas.push((name.into(), value.into()));
        self
    }

    /// The engine, without a connection; the first statement opens one.
    ///
    /// # Errors
    /// `Configuration` when the URL or an option is wrong.
    pub fn build(self) -> Result<Engine> {
        super::large::check_secret(self.options.cursor_secret.as_deref())?;
        Engine::new(&DatabaseUrl::parse(&self.url)?, self.options)
    }

    /// The engine, with one connection open, so that mistakes show at once.
    ///
    /// # Errors
    /// As [`Self::build`], and `Connection` when the database cannot be reached.
    pub async fn connect(self) -> Result<Engine> {
        let engine = self.build()?;
        drop(engine.acquire().await?);
        Ok(engine)
    }
}
