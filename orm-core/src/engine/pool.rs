//! The pool: deadpool's managed pool under our own guard.
//!
//! deadpool keeps the permits and the queue. What it does not do is done here and in [`lease`]: a connection is
//! looked at when it is *given back*, not when it is next wanted, since an open transaction must not lie in the
//! pool; and a clean one is kept at hand, in [`idle`]. Connections outlive neither their age nor a `dispose` nor a disconnect seen by a neighbour (generations).

mod idle;
mod lease;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use deadpool::Runtime;
use deadpool::managed::{self, Metrics, PoolError, QueueMode, RecycleError, TimeoutType, Timeouts};

use idle::Idle;
pub(crate) use lease::{Lease, State};

use super::driver::Driver;
use super::driver::postgres::PostgresTarget;
use super::driver::sqlite::SqliteTarget;
use super::options::Options;
use crate::error::{Error, ErrorKind, Result};

/// How long a connection may take to say goodbye.
const CLOSE_LIMIT: Duration = Duration::from_secs(5);

/// The state of a pool at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolStatus {
    /// Open connections.
    pub size: usize,
    /// Open connections that nobody uses.
    pub idle: usize,
    /// Connections in use.
    pub in_use: usize,
    /// The most connections the pool opens.
    pub max: usize,
}

/// Where connections come from.
pub(crate) enum Target {
    Sqlite(SqliteTarget),
    Postgres(PostgresTarget),
}

/// Opens and judges connections, for deadpool.
pub(crate) struct Manager {
    target: Target,
    generation: Arc<AtomicU64>,
    idle_timeout: Option<Duration>,
    max_lifetime: Option<Duration>,
    pre_ping: bool,
    /// How long an idle connection may take to show that it lives: a new one is opened in the rest of the time.
    ping_limit: Duration,
}

/// A connection in the pool.
pub(crate) struct Slot {
    pub(crate) driver: Driver,
    born: u64,
    generation: Arc<AtomicU64>,
    opened: Instant,
    /// `None` once it was used, until somebody asks for how long it was not.
    returned: Option<Instant>,
}

impl Slot {
    /// Whether the pool was disposed of, or lost its server, since this connection was opened.
    fn is_outdated(&self) -> bool {
        self.born != self.generation.load(Ordering::Relaxed)
    }

    async fn close(self) {
        let closing = async {
            match self.driver {
                Driver::Sqlite(driver) => driver.close().await,
                Driver::Postgres(driver) => driver.close().await,
            }
        };
        // A connection that cannot say goodbye is dropped all the same; there is nobody to tell.
        let _ = tokio::time::timeout(CLOSE_LIMIT, closing).await;
    }
}

impl Manager {
    fn is_worn(&self, slot: &Slot) -> bool {
        let over = |since: Option<Instant>, limit: Option<Duration>| {
            since
                .zip(limit)
                .is_some_and(|(since, limit)| since.elapsed() >= limit)
        };
        slot.is_outdated()
            || over(Some(slot.opened), self.max_lifetime)
            || over(slot.returned, self.idle_timeout)
    }
}

impl managed::Manager for Manager {
    type Type = Slot;
    type Error = Error;

    async fn create(&self) -> Result<Slot> {
        let born = self.generation.load(Ordering::Relaxed);
        // The state of opening a connection is large, and would be copied whenever one is taken from the pool.
        let driver = match &self.target {
            Target::Sqlite(target) => Driver::Sqlite(Box::pin(target.open()).await?),
            Target::Postgres(target) => Driver::Postgres(Box::pin(target.open()).await?),
        };
        let now = Instant::now();
        Ok(Slot {
            driver,
            born,
            generation: Arc::clone(&self.generation),
            opened: now,
            returned: Some(now),
        })
    }

    async fn recycle(
        &self,
        slot: &mut Slot,
        _: &Metrics,
    ) -> std::result::Result<(), RecycleError<Error>> {
        if self.is_worn(slot) {
            return Err(RecycleError::message("worn"));
        }
        if self.pre_ping
            && let Driver::Postgres(driver) = &mut slot.driver
        {
            match Box::pin(tokio::time::timeout(self.ping_limit, driver.ping())).await {
                Ok(true) => {}
                Ok(false) => return Err(RecycleError::message("no sign of life")),
                Err(_) => {
                    // What hangs here hangs for all that were opened before: one wait is enough.
                    self.generation.fetch_add(1, Ordering::Relaxed);
                    return Err(RecycleError::message("no sign of life in time"));
                }
            }
        }
        Ok(())
    }
}

/// The pool of an engine.
pub(crate) struct Pool {
    inner: managed::Pool<Manager>,
    generation: Arc<AtomicU64>,
    acquire_timeout: Duration,
    min: usize,
    in_memory: bool,
    reaping: AtomicBool,
    idle: Arc<Idle>,
}

impl Pool {
    pub(crate) fn new(target: Target, options: &Options) -> Result<Self> {
        let in_memory = matches!(&target, Target::Sqlite(target) if target.in_memory());
        let generation = Arc::new(AtomicU64::new(0));
        // A database in memory ends with its connection: there is one, and it never grows old.
        let (max, min, idle_timeout, max_lifetime) = if in_memory {
            (1, 0, None, None)
        } else {
            let max = options.max_connections.unwrap_or(10);
            let min = options.min_connections.min(max);
            (max, min, options.idle_timeout, options.max_lifetime)
        };
        let manager = Manager {
            target,
            generation: Arc::clone(&generation),
            idle_timeout,
            max_lifetime,
            pre_ping: options.pre_ping,
            ping_limit: CLOSE_LIMIT.min(options.acquire_timeout / 2),
        };
        let inner = managed::Pool::builder(manager)
            .max_size(max)
            .runtime(Runtime::Tokio1)
            .queue_mode(if options.lifo {
                QueueMode::Lifo
            } else {
                QueueMode::Fifo
            })
            .build()
            .map_err(|error| Error::new(ErrorKind::Configuration, error.to_string()))?;
        Ok(Self {
            inner,
            generation,
            acquire_timeout: options.acquire_timeout,
            min,
            in_memory,
            reaping: AtomicBool::new(false),
            idle: Arc::new(Idle::new(options.lifo)),
        })
    }

    /// A connection: an idle one, a new one, or the next to be given back.
    pub(crate) async fn acquire(&self) -> Result<Lease> {
        match self.at_hand() {
            Some(lease) => Ok(lease),
            // It may open a connection, whose large state is not to lie in the future of every statement.
            None => Box::pin(self.open()).await,
        }
    }

    fn at_hand(&self) -> Option<Lease> {
        while let Some(mut lease) = self.idle.take() {
            if lease.is_fit(self.inner.manager()) {
                return Some(lease);
            }
            if let Some(slot) = lease.into_slot() {
                lease::close(slot, true);
            }
        }
        None
    }

    async fn open(&self) -> Result<Lease> {
        if !self.reaping.load(Ordering::Relaxed) {
            self.start_reaping();
        }
        let limits = |wait| Timeouts {
            wait: Some(wait),
            create: Some(self.acquire_timeout),
            recycle: None,
        };
        let began = Instant::now();
        let (now, later) = (limits(Duration::ZERO), limits(self.acquire_timeout));
        let at_once = self.inner.timeout_get(&now);
        // Without a wait no timer is set up, which would cost more than the rest; but pings add up.
        let object = match self.inner.manager().pre_ping {
            false => at_once.await,
            true => self.in_time(began, at_once).await,
        };
        let object = match object {
            Err(PoolError::Timeout(TimeoutType::Wait)) => {
                let _waiting = self.idle.wait();
                self.in_time(began, self.inner.timeout_get(&later)).await
            }
            other => other,
        };
        match object {
            Ok(object) => Ok(Lease::new(object)),
            Err(PoolError::Backend(error)) => Err(error),
            Err(PoolError::Timeout(kind)) => Err(self.timed_out(kind)),
            Err(error) => Err(Error::new(ErrorKind::Connection, error.to_string())),
        }
    }

    /// Bounds the whole of waiting, looking at idle connections and opening one, of which each has a limit of its own.
    async fn in_time<T>(
        &self,
        began: Instant,
        getting: impl Future<Output = std::result::Result<T, PoolError<Error>>>,
    ) -> std::result::Result<T, PoolError<Error>> {
        let left = self.acquire_timeout.saturating_sub(began.elapsed());
        match tokio::time::timeout(left, getting).await {
            Ok(got) => got,
            Err(_) if self.status().in_use >= self.status().max => {
                Err(PoolError::Timeout(TimeoutType::Wait))
            }
            Err(_) => Err(PoolError::Timeout(TimeoutType::Create)),
        }
    }

    /// Takes a connection back. What cannot be kept at hand finds its own way, by being dropped.
    pub(crate) fn give_back(&self, mut lease: Lease) {
        // A ping before each use is what the pool does.
        if !self.inner.manager().pre_ping && lease.rest() {
            self.idle.put(lease);
        }
    }

    /// The cause, as far as the pool knows it: five causes with one message would help nobody.
    fn timed_out(&self, kind: TimeoutType) -> Error {
        let limit = self.acquire_timeout;
        let message = match kind {
            TimeoutType::Create => {
                format!(
                    "no new connection could be opened within {limit:?}; is the server reachable?"
                )
            }
            _ if self.in_memory => format!(
                "no connection within {limit:?}: a database in memory has one connection, and a session or \
                 transaction still holds it; finish it first, or use a file"
            ),
            _ => {
                let status = self.status();
                format!(
                    "no connection within {limit:?}: all {} of the pool are in use; finish sessions and \
                     transactions earlier, or raise max_connections (the server's limit is its own)",
                    status.max
                )
            }
        };
        Error::new(ErrorKind::Timeout, message)
    }

    /// Whether the database is in memory, and so has one connection.
    pub(crate) fn in_memory(&self) -> bool {
        self.in_memory
    }

    pub(crate) fn status(&self) -> PoolStatus {
        let at_hand = self.idle.count();
        let status = self.inner.status();
        let idle = status.size.min(status.available + at_hand);
        PoolStatus {
            size: status.size,
            idle,
            in_use: status.size - idle,
            max: status.max_size,
        }
    }

    /// No connection opened before now is used again once it is given back.
    pub(crate) fn outdate(&self) {
        self.generation.fetch_add(1, Ordering::Relaxed);
    }

    /// Closes the idle connections, and those in use when they are given back.
    pub(crate) async fn dispose(&self) {
        self.outdate();
        let at_hand = self.idle.take_if(|_| true);
        let at_hand = at_hand.into_iter().filter_map(Lease::into_slot);
        for slot in at_hand.chain(self.inner.retain(|_, _| false).removed) {
            slot.close().await;
        }
    }

    /// Starts the task that closes idle and old connections and keeps the minimum; it ends with the pool.
    #[cold]
    fn start_reaping(&self) {
        if self.reaping.swap(true, Ordering::Relaxed) {
            return;
        }
        let manager = self.inner.manager();
        let period = [manager.idle_timeout, manager.max_lifetime]
            .into_iter()
            .flatten()
            .min();
        let period = match period {
            Some(limit) => limit / 2,
            None if self.min > 0 => Duration::from_secs(30),
            None => return,
        };
        let period = period.clamp(Duration::from_millis(50), Duration::from_secs(60));
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            return;
        };
        let (weak, idle) = (self.inner.weak(), Arc::downgrade(&self.idle));
        let min = self.min;
        runtime.spawn(async move {
            loop {
                let (Some(pool), Some(idle)) = (weak.upgrade(), idle.upgrade()) else {
                    return;
                };
                reap(&pool, &idle, min).await;
                drop((pool, idle));
                tokio::time::sleep(period).await;
            }
        });
    }
}

async fn reap(pool: &managed::Pool<Manager>, idle: &Idle, min: usize) {
    let manager = pool.manager();
    let at_hand = idle.take_if(|lease| lease.is_worn(manager));
    let at_hand = at_hand.into_iter().filter_map(Lease::into_slot);
    let worn = pool.retain(|slot, _| !manager.is_worn(slot)).removed;
    for slot in at_hand.chain(worn) {
        slot.close().await;
    }
    let mut fresh = Vec::new();
    while pool.status().size < min {
        match pool.get().await {
            Ok(object) => fresh.push(object),
            // The next statement meets the same error and reports it.
            Err(_) => break,
        }
    }
}
