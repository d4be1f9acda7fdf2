//! What was sent to the database, for tests.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::types::Value;

/// The list of statements an engine has sent, from the first call of `Engine::statements` on.
///
/// ```
/// # #[cfg(feature = "testing")]
/// # async fn example(engine: orm_core::engine::Engine) -> orm_core::Result<()> {
/// let log = engine.statements();
/// log.clear();
/// engine.begin().await?.commit().await?;
/// let sent: Vec<String> = log.take().iter().map(|sent| sent.sql.to_string()).collect();
/// assert_eq!(sent, ["BEGIN IMMEDIATE", "COMMIT"]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Recorder(Arc<Log>);

#[derive(Debug, Default)]
struct Log {
    on: AtomicBool,
    sent: Mutex<Vec<Sent>>,
}

/// One statement that was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// The text, with placeholders.
    pub sql: Arc<str>,
    /// The parameters; for a batch, row after row.
    pub binds: Vec<Value>,
    /// The number of rows of a batch; 1 for any other statement.
    pub rows: usize,
    /// Whether it is one of BEGIN, COMMIT, ROLLBACK, SAVEPOINT and their kind.
    pub control: bool,
}

impl Recorder {
    /// Forgets what was recorded.
    pub fn clear(&self) {
        self.log().clear();
    }

    /// What was recorded since the last `clear` or `take`.
    pub fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut *self.log())
    }

    /// As [`Self::take`], without transaction control.
    pub fn take_statements(&self) -> Vec<Sent> {
        let mut sent = self.take();
        sent.retain(|sent| !sent.control);
        sent
    }

    /// How many statements were recorded, without transaction control.
    pub fn count(&self) -> usize {
        self.log().iter().filter(|sent| !sent.control).count()
    }

    /// How many were recorded, transaction control among them.
    pub(super) fn len(&self) -> usize {
        self.log().len()
    }

    /// What was recorded after the first `before`.
    pub(super) fn since(&self, before: usize) -> Vec<Sent> {
        self.log()
            .get(before..)
            .map(<[Sent]>::to_vec)
            .unwrap_or_default()
    }

    pub(super) fn start(&self) {
        self.0.on.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_on(&self) -> bool {
        self.0.on.load(Ordering::Relaxed)
    }

    pub(super) fn push(&self, sent: Sent) {
        self.log().push(sent);
    }

    fn log(&self) -> std::sync::MutexGuard<'_, Vec<Sent>> {
        self.0.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
