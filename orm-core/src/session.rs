//! The session: one conversation with the database, and the owner of the objects in it.
//!
//! It runs the plans of the layers below: it is the only code that knows both objects and connections.

mod accessor;
mod add;
mod alone;
mod bulk;
mod bulk_update;
mod command;
mod computed;
mod criteria;
mod ddl;
mod deferred;
mod events;
mod events_run;
mod explain;
mod flush;
mod folding;
mod get;
mod hooks;
mod inspect;
mod kept;
mod lifecycle;
mod load;
mod load_defaults;
mod merge;
mod n_plus_one;
mod options;
mod owned;
mod page;
mod piece;
mod query;
mod quiet;
mod read;
mod refresh;
mod related_query;
mod reopened;
mod retry;
mod rolled_back;
mod savepoint;
mod stream;
mod synchronize;
mod text;
mod track;
mod transaction;

use std::ops::{Index, IndexMut};

pub use crate::state::Life;
pub use accessor::{Loading, ToMany, ToOne};
pub use add::Addable;
pub use get::GetOptions;
pub use hooks::{Begun, Done, Executing};
pub use inspect::{AnyHandle, Change};
pub use options::SessionOptions;
pub use quiet::NoAutoflush;
pub use retry::RetryOptions;
pub use savepoint::{Nested, Savepoint};
pub use stream::{SessionStream, Stream};
pub use synchronize::Synchronize;
#[doc(hidden)]
pub use track::{Part, Together};
pub use track::{Track, Tracker};

use self::events_run::Inside;
use crate::engine::{Connection, Engine};
use crate::mapping::{Handle, Model};
use crate::state::State;

/// One conversation with the database: an identity map, a unit of work and, while it needs one, a connection.
///
/// The session owns its objects; programs hold [`Handle`]s and read and write by indexing:
/// `session[book].title = "..".into()`. Nothing is sent by that; `flush` and `commit` send what changed.
///
/// Dropping a session gives up what was not committed; its connection never returns to the pool inside a transaction.
pub struct Session {
    engine: Engine,
    connection: Option<Connection>,
    state: State,
    options: SessionOptions,
    phase: Phase,
    /// Whether an isolation level was asked for, so that reads too belong to a transaction.
    isolated: bool,
    /// Why the session has to be rolled back before it sends anything.
    given_up: Option<Box<rolled_back::Cause>>,
    /// Whose function is being called.
    inside: Inside,
    /// Whether a transaction was begun and not ended by the session: if its connection is lost, so is the transaction.
    began: bool,
    /// Whether the open transaction was begun for a stream, and nothing else has needed it since.
    only_streaming: bool,
    /// How many times it was committed or rolled back, which ends its streams.
    ended: u64,
    /// How many savepoints there have been, to name the next.
    savepoints: u64,
    lazy_loads: n_plus_one::LazyLoads,
}

/// What a dropped future would leave half done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing: memory and database agree.
    Settled,
    /// Something that writes was under way: its transaction is given up, and memory goes back with it.
    Writing,
    /// A rollback was under way: memory goes back, as the program has said.
    RollingBack,
    /// A COMMIT was under way: whether it took place is not known.
    Committing,
    /// Nothing, but what was to be committed is lost, and the program has not taken note of it by `rollback` yet.
    RolledBack,
}

impl Engine {
    /// A new session. It opens no connection until it needs one.
    pub fn session(&self) -> Session {
        self.session_with(SessionOptions::default())
    }

    /// A new session with options.
    pub fn session_with(&self, options: SessionOptions) -> Session {
        let options = options.within(self);
        let mut state = State::within(options.criteria.clone());
        state.guard = options.guard;
        let isolated = options.transaction.isolation.or(self.isolation());
        state.isolated = isolated.is_some();
        Session {
            isolated: isolated.is_some(),
            engine: self.clone(),
            connection: None,
            state,
            options,
            phase: Phase::Settled,
            given_up: None,
            inside: Inside::Nothing,
            began: false,
            only_streaming: false,
            ended: 0,
            savepoints: 0,
            lazy_loads: n_plus_one::LazyLoads::default(),
        }
    }
}

impl Session {
    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }
}

impl<T: Model> Index<Handle<T>> for Session {
    type Output = T;

    /// The object of a handle.
    ///
    /// # Panics
    /// When the handle is of another session, or its object has been expunged; [`Session::try_get`] returns an error
    /// instead.
    fn index(&self, handle: Handle<T>) -> &T {
        match self.state.object(handle) {
            Ok(object) => object,
            Err(error) => panic!("{error}"),
        }
    }
}

impl<T: Model> IndexMut<Handle<T>> for Session {
    /// The object of a handle, to change. Its columns are remembered first, so that a flush writes only what differs.
    ///
    /// # Panics
    /// As [`Session::index`].
    fn index_mut(&mut self, handle: Handle<T>) -> &mut T {
        match self.state.object_mut(handle) {
            Ok(object) => object,
            Err(error) => panic!("{error}"),
        }
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("new", &self.state.pending.len())
            .field("deleted", &self.state.doomed.len())
            .field("held", &self.held())
            .finish_non_exhaustive()
    }
}
