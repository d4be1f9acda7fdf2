//! What is to happen when one relationship is loaded again and again, object by object.

use std::fmt;
use std::panic::Location;
use std::sync::Arc;

use super::EngineBuilder;

/// What a session does when it finds that it loads one relationship lazily for object after object of one result: the
/// N+1 problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum NPlusOne {
    /// Nothing.
    Ignore,
    /// It says so once for each relationship: a `tracing` warning of the target `orm::n_plus_one`, and a call of what
    /// [`EngineBuilder::on_n_plus_one`] was given.
    #[default]
    Warn,
    /// The load is refused with the error `NotLoaded`; for tests and development.
    Refuse,
}

/// One relationship, or deferred column, was loaded lazily for object after object of one result.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RepeatedLoads {
    /// The relationship: `Author.books`; `Author.books.count()` where it was counted, `Book.text` for a deferred column.
    pub relationship: String,
    /// How many loads there were, each a statement.
    pub loads: usize,
    /// How many objects came with the result.
    pub siblings: usize,
    /// Where the last load was asked for.
    pub location: &'static Location<'static>,
    /// What to add to the query instead: `.with(Author::books)`.
    pub instead: String,
}

impl fmt::Display for RepeatedLoads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} was loaded lazily {} times, object by object, of {} that came with one result (last at {}); load it for \
             all of them with the query: {}",
            self.relationship, self.loads, self.siblings, self.location, self.instead
        )
    }
}

type Listener = Arc<dyn Fn(&RepeatedLoads) + Send + Sync>;

/// What an engine was told about repeated loads.
#[derive(Clone)]
pub(crate) struct NPlusOneOptions {
    pub(crate) policy: NPlusOne,
    pub(crate) threshold: usize,
    pub(crate) listeners: Vec<Listener>,
}

impl Default for NPlusOneOptions {
    fn default() -> Self {
        Self {
            policy: NPlusOne::default(),
            threshold: 5,
            listeners: Vec::new(),
        }
    }
}

impl EngineBuilder {
    /// What sessions do when they load one relationship object by object; they warn by default. A session can be told
    /// otherwise by [`SessionOptions::n_plus_one`](crate::session::SessionOptions::n_plus_one).
    pub fn n_plus_one(mut self, policy: NPlusOne) -> Self {
        self.options.n_plus_one.policy = policy;
        self
    }

    /// At which lazy load of one relationship for objects of one result it counts as N+1; 5 by default, at least 2.
    pub fn n_plus_one_threshold(mut self, loads: usize) -> Self {
        self.options.n_plus_one.threshold = loads.max(2);
        self
    }

    /// Calls a function with each warning, beside the `tracing` event: to collect them in tests, or count them.
    ///
    /// ```
    /// # async fn example() -> orm_core::Result<()> {
    /// use orm_core::engine::Engine;
    ///
    /// let engine = Engine::builder("sqlite::memory:")
    ///     .on_n_plus_one(|found| panic!("{found}"))
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_n_plus_one(
        mut self,
        listener: impl Fn(&RepeatedLoads) + Send + Sync + 'static,
    ) -> Self {
        self.options.n_plus_one.listeners.push(Arc::new(listener));
        self
    }
}
