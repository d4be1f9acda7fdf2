//! Results that are read piece by piece, while other statements run in between.

use std::sync::{Arc, Weak};

use tracing::Instrument;

use super::super::driver::postgres::Parameters;
use super::super::driver::sqlite::CursorWork;
use super::{Backend, Connection, Discard, lost, postgres, sqlite};
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
    Sqlite(u64),
    /// Its name, and whether rows have been fetched from it.
    Postgres(String, bool),
}

/// A cursor as its connection knows it.
pub(super) struct Opened {
    number: u64,
    alive: Weak<()>,
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
        let known = matches!(cursor.place, Place::New(_))
            || self.cursors.iter().any(|opened| opened.is(&cursor));
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
        let Self { lease, shared, .. } = self;
        let observer = &shared.observer;
        let (work, span) = match cursor.place {
            Place::New(statement) => {
                let span = observer.watch(&statement.sql, &statement.binds, &statement.summary);
                (CursorWork::open(statement, count, sink), span)
            }
            Place::Sqlite(number) => (
                CursorWork::resume(number, count, sink),
                tracing::Span::none(),
            ),
            Place::Postgres(..) => return Err(over()),
        };
        let outcome = sqlite::run(lease, shared, work)
            .instrument(span.clone())
            .await;
        observer.end(&span, &outcome);
        let (alive, layout) = (cursor.alive, cursor.layout);
        let (sink, open) = outcome?;
        let cursor = open.map(|number| {
            self.opened(number, &alive);
            Cursor {
                place: Place::Sqlite(number),
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
                self.opened(number, &alive);
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

    fn opened(&mut self, number: u64, alive: &Arc<()>) {
        if !self.cursors.iter().any(|opened| opened.number == number) {
            let alive = Arc::downgrade(alive);
            self.cursors.push(Opened { number, alive });
        }
    }

    /// Closes all of them: they end with their transaction.
    pub(super) fn end_cursors(&mut self) {
        for opened in &mut self.cursors {
            opened.alive = Weak::new();
        }
        self.close_dropped();
    }

    /// Whether somebody is still reading a result of this connection.
    pub(crate) fn has_cursors(&mut self) -> bool {
        self.close_dropped();
        !self.cursors.is_empty()
    }

    /// Closes what nobody will read any further. On a server the transaction's end does it.
    fn close_dropped(&mut self) {
        let Self { lease, cursors, .. } = self;
        cursors.retain(|opened| {
            let wanted = opened.alive.strong_count() > 0;
            if !wanted
                && let Some(lease) = lease.as_mut()
                && let Ok(driver) = lease.sqlite()
            {
                driver.close_cursor(opened.number);
            }
            wanted
        });
    }
}

impl Opened {
    fn is(&self, cursor: &Cursor) -> bool {
        std::ptr::eq(self.alive.as_ptr(), Arc::as_ptr(&cursor.alive))
    }
}

#[cold]
fn over() -> Error {
    Error::new(
        ErrorKind::InvalidState,
        "the stream's transaction has ended, and with it the stream; read it to its end before commit or rollback, or \
         begin a new one",
    )
}
