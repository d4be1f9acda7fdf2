//! Results that are read piece by piece, while other statements run in between.

use std::sync::{Arc, Weak};

use tracing::Instrument;

use super::super::driver::postgres::Parameters;
use super::super::driver::sqlite::CursorWork;
use super::{Backend, Connection, Discard, lost, postgres, sqlite, text};
use crate::dialect::{Compiled, Summary};
use crate::error::{Error, ErrorKind, Result};
use crate::types::{Layout, RowSink, Spread};

/// A result of which some rows are still to be read. It belongs to the connection on which it was opened; dropping it
/// lets the connection close it.
pub(crate) struct Cursor {
    place: Place,
    /// Which of the columns that readers count are in the rows.
    layout: Option<Arc<Layout>>,
    alive: Arc<()>,
}

enum Place {
    /// Not sent yet.
    New(Compiled),
    /// Whether it outlives the loan of the connection on which it was opened.
    Sqlite(bool),
    /// Its name, and whether rows have been fetched from it.
    Postgres(String, bool),
}

/// A cursor as its connection knows it.
pub(super) struct Opened {
    alive: Weak<()>,
    /// How many savepoints it was opened in.
    inside: usize,
    stays: bool,
}

impl Cursor {
    /// The rows of a query; it is sent when the first are read.
    pub(crate) fn new(mut statement: Compiled) -> Self {
        Self {
            layout: statement.layout.take(),
            place: Place::New(statement),
            alive: Arc::new(()),
        }
    }
}

impl Connection {
    /// Reads up to `count` more rows; gives the cursor back if there may be more. On a server, a transaction must be open,
    /// and it must be the same for all rows.
    pub(crate) async fn read<S: RowSink>(
        &mut self,
        cursor: Cursor,
        count: u64,
        sink: S,
    ) -> Result<(S, Option<Cursor>)> {
        self.in_good_order()?;
        self.close_dropped();
        let known = matches!(cursor.place, Place::New(_) | Place::Sqlite(true))
            || self.cursors.iter().any(|opened| opened.is(&cursor.alive));
        if !known {
            return Err(over());
        }
        match cursor.layout.clone() {
            None => self.read_on(cursor, count, sink).await,
            Some(layout) => {
                let spread = Spread { sink, layout };
                let (spread, cursor) = self.read_on(cursor, count, spread).await?;
                Ok((spread.sink, cursor))
            }
        }
    }

    async fn read_on<S: RowSink>(
        &mut self,
        cursor: Cursor,
        count: u64,
        sink: S,
    ) -> Result<(S, Option<Cursor>)> {
        match self.shared.backend {
            Backend::Sqlite => self.read_sqlite(cursor, count, sink).await,
            Backend::Postgres => self.read_postgres(cursor, count, sink).await,
        }
    }

    async fn read_sqlite<S: RowSink>(
        &mut self,
        cursor: Cursor,
        count: u64,
        sink: S,
    ) -> Result<(S, Option<Cursor>)> {
        let stays = match cursor.place {
            Place::New(_) => self.lends_cursors(),
            Place::Sqlite(stays) => stays,
            Place::Postgres(..) => return Err(over()),
        };
        let Self { lease, shared, .. } = self;
        let observer = &shared.observer;
        let (alive, layout) = (cursor.alive, cursor.layout);
        let (work, span) = match cursor.place {
            Place::New(statement) => {
                text::refuse_control(&statement.sql, shared.backend)?;
                let span = observer.watch(&statement.sql, &statement.binds, &statement.summary);
                let work = CursorWork::open(statement, &alive, stays, count, sink);
                (work, span)
            }
            _ => (
                CursorWork::resume(&alive, count, sink),
                tracing::Span::none(),
            ),
        };
        let outcome = sqlite::run(lease, shared, work)
            .instrument(span.clone())
            .await;
        observer.end(&span, &outcome);
        let (sink, more) = outcome?;
        let cursor = more.then(|| {
            self.opened(&alive, stays);
            Cursor {
                place: Place::Sqlite(stays),
                layout,
                alive,
            }
        });
        Ok((sink, cursor))
    }

    async fn read_postgres<S: RowSink>(
        &mut self,
        cursor: Cursor,
        count: u64,
        mut sink: S,
    ) -> Result<(S, Option<Cursor>)> {
        let (alive, layout) = (cursor.alive, cursor.layout);
        let (from, again) = match cursor.place {
            Place::New(statement) => {
                let lease = self.lease.as_mut().ok_or_else(lost)?;
                let number = lease.postgres()?.new_cursor();
                let name = format!("orm_cursor_{number}");
                let sql = format!("DECLARE {name} NO SCROLL CURSOR FOR {}", statement.sql);
                let Self { lease, shared, .. } = &mut *self;
                let observer = &shared.observer;
                let span = observer.watch(&sql, &statement.binds, &statement.summary);
                let text = (&*name, &statement.sql);
                let parameters = Parameters::Values(&statement.binds);
                let mut nothing = Discard;
                let declared = postgres::declare(lease, shared, text, parameters, &mut nothing);
                let outcome = declared.instrument(span.clone()).await;
                observer.end(&span, &outcome);
                outcome?;
                self.opened(&alive, false);
                (name, false)
            }
            Place::Postgres(name, again) => (name, again),
            Place::Sqlite(_) => return Err(over()),
        };
        let summary = Summary {
            operation: "FETCH".into(),
            table: None,
            reads: true,
        };
        let sql = format!("FETCH {count} FROM {from}");
        // Short results are fetched once; for others it pays to prepare, which takes a round trip.
        let read = self.fetch_more(sql, &summary, &mut sink, again).await?;
        let place = Place::Postgres(from, true);
        let cursor = (read >= count).then_some(Cursor {
            place,
            layout,
            alive,
        });
        Ok((sink, cursor))
    }

    /// Fetches from a cursor; the statement may be kept prepared.
    async fn fetch_more<S: RowSink>(
        &mut self,
        sql: String,
        summary: &Summary,
        sink: &mut S,
        keep: bool,
    ) -> Result<u64> {
        let Self { lease, shared, .. } = self;
        let parameters = Parameters::Values(&[]);
        let span = shared.observer.watch(&sql, &[], summary);
        let sql = sql.into();
        let outcome = async {
            match keep {
                true => postgres::query(lease, shared, &sql, parameters, sink).await,
                false => postgres::query_once(lease, shared, &sql, parameters, sink).await,
            }
        };
        let outcome = outcome.instrument(span.clone()).await;
        shared.observer.end(&span, &outcome);
        outcome
    }

    fn opened(&mut self, alive: &Arc<()>, stays: bool) {
        if !self.cursors.iter().any(|opened| opened.is(alive)) {
            self.cursors.push(Opened {
                alive: Arc::downgrade(alive),
                inside: self.savepoints.len(),
                stays,
            });
        }
    }

    /// Closes all of them: they end with their transaction.
    pub(super) fn end_cursors(&mut self) {
        self.savepoints.clear();
        self.end_cursors_if(|_| true);
    }

    fn end_cursors_if(&mut self, over: impl Fn(&Opened) -> bool) {
        let Self { lease, cursors, .. } = self;
        cursors.retain(|opened| {
            let over = over(opened);
            if over
                && let Some(lease) = lease.as_mut()
                && let Ok(driver) = lease.sqlite()
            {
                driver.close_cursor(&opened.alive);
            }
            !over
        });
    }

    /// Notes a savepoint that was set.
    pub(super) fn entered(&mut self, name: &str) {
        self.savepoints.push(name.to_owned());
    }

    /// Notes that what was done since a savepoint is undone; on a server that closes the cursors that were opened since.
    pub(super) fn went_back_to(&mut self, name: &str) {
        if let Some(outer) = self.savepoints.iter().rposition(|set| set == name) {
            self.savepoints.truncate(outer + 1);
            self.end_cursors_if(|opened| opened.inside > outer);
        }
    }

    /// Notes that a savepoint was given up.
    pub(super) fn released(&mut self, name: &str) {
        if let Some(outer) = self.savepoints.iter().rposition(|set| set == name) {
            self.savepoints.truncate(outer);
            for opened in &mut self.cursors {
                opened.inside = opened.inside.min(outer);
            }
        }
    }

    /// Whether somebody is still reading a result that ends when this connection goes back.
    pub(crate) fn has_cursors(&mut self) -> bool {
        self.close_dropped();
        self.cursors.iter().any(|opened| !opened.stays)
    }

    /// Whether a stream that goes on may leave this connection to others meanwhile: there is no other.
    pub(crate) fn lends_cursors(&self) -> bool {
        self.shared.pool.in_memory() && !self.in_transaction()
    }

    /// Closes what nobody will read any further. On a server the transaction's end does it.
    fn close_dropped(&mut self) {
        if !self.cursors.is_empty() {
            self.end_cursors_if(|opened| opened.alive.strong_count() == 0);
        }
    }
}

impl Opened {
    fn is(&self, alive: &Arc<()>) -> bool {
        std::ptr::eq(self.alive.as_ptr(), Arc::as_ptr(alive))
    }
}

#[cold]
pub(crate) fn over() -> Error {
    Error::new(
        ErrorKind::InvalidState,
        "the stream's transaction or savepoint has ended, and with it the stream; read it to its end before commit or \
         rollback, or begin a new one",
    )
}
