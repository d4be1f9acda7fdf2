//! Results too large to hold: read piece by piece.

use super::owned::{Owned, load_piece};
use super::query::Collect;
use super::{Session, Track};
use crate::dialect::Compiled;
use crate::engine::{Connection, Cursor, Engine, Transaction, TransactionOptions, stream_is_over};
use crate::error::{Error, ErrorKind, Result};
use crate::mapping::{Query, Shape};

/// How many rows are read at once, unless the stream is told otherwise.
const BATCH: u64 = 1_000;

/// The rows of a query as plain values, read piece by piece; made by [`Engine::stream`] and [`Transaction::stream`]. It
/// holds no more rows than one batch, and what the query's options load beside them.
#[must_use = "nothing is sent before the first row is asked for"]
pub struct Stream<'c, Q: Query> {
    engine: Engine,
    source: Source<'c>,
    query: Q,
    batch: u64,
    place: Place,
    ready: std::vec::IntoIter<Owned<Q>>,
}

enum Source<'c> {
    /// A connection of the stream's own, once it has begun; that of a database in memory is left to others meanwhile.
    Own(Option<Box<Connection>>),
    Lent(&'c mut Connection),
}

enum Place {
    Begin,
    Between(Cursor),
    /// At the end, or after an error.
    End,
}

impl Engine {
    /// The rows of a query as plain values, read piece by piece on a connection of its own; what the query's options load
    /// is loaded for each batch. On a server the stream is one transaction that only reads.
    ///
    /// The rows are those that were there when the first was read, each of them once, whatever is written meanwhile. Where
    /// the database is in memory, which has one connection, that is left to others between the batches.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "readings")]
    /// # struct Reading { #[orm(primary_key)] id: i64, value: f64 }
    /// # async fn example(engine: Engine) -> orm_core::Result<()> {
    /// let mut sum = 0.0;
    /// let mut readings = engine.stream(Reading::select().order_by(Reading::id));
    /// while let Some(reading) = readings.next().await? {
    ///     sum += reading.value;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream<Q: Query>(&self, query: Q) -> Stream<'static, Q>
    where
        Q::Shape: Track,
    {
        Stream::new(self.clone(), Source::Own(None), query)
    }
}

impl Transaction {
    /// As [`Engine::stream`], on the transaction's connection and inside it.
    pub fn stream<Q: Query>(&mut self, query: Q) -> Stream<'_, Q>
    where
        Q::Shape: Track,
    {
        let (engine, connection) = self.parts();
        Stream::new(engine.clone(), Source::Lent(connection), query)
    }
}

impl<'c, Q: Query> Stream<'c, Q> {
    fn new(engine: Engine, source: Source<'c>, query: Q) -> Self {
        Self {
            engine,
            source,
            query,
            batch: BATCH,
            place: Place::Begin,
            ready: Vec::new().into_iter(),
        }
    }

    /// Sets how many rows are read at once; 1,000 by default.
    pub fn batch_size(mut self, rows: usize) -> Self {
        self.batch = rows.max(1) as u64;
        self
    }
}

impl<'c, Q: Query> Stream<'c, Q>
where
    Q::Shape: Track,
{
    /// The next row; `None` after the last, and after an error.
    ///
    /// # Errors
    /// `InvalidQuery` when the query cannot be built, or is no query; errors of the database.
    #[allow(
        clippy::should_implement_trait,
        reason = "the name of the field: an iterator whose next is awaited"
    )]
    pub async fn next(&mut self) -> Result<Option<Owned<Q>>> {
        if let Some(row) = self.ready.next() {
            return Ok(Some(row));
        }
        let batch = self.read().await?;
        self.ready = batch.unwrap_or_default().into_iter();
        Ok(self.ready.next())
    }

    /// The next batch of rows; `None` after the last.
    ///
    /// # Errors
    /// As [`Stream::next`].
    pub async fn next_batch(&mut self) -> Result<Option<Vec<Owned<Q>>>> {
        let ready: Vec<_> = std::mem::take(&mut self.ready).collect();
        if ready.is_empty() {
            self.read().await
        } else {
            Ok(Some(ready))
        }
    }

    /// The rows as a [`Stream`](futures_util::Stream) of the `futures` crates.
    pub fn into_stream(self) -> impl futures_util::Stream<Item = Result<Owned<Q>>> + use<'c, Q> {
        futures_util::stream::try_unfold(self, async |mut stream| {
            Ok(stream.next().await?.map(|row| (row, stream)))
        })
    }

    async fn read(&mut self) -> Result<Option<Vec<Owned<Q>>>> {
        let rows = self.read_batch().await;
        if let (Source::Own(own), true) = (&mut self.source, rows.is_err()) {
            *own = None;
        }
        rows
    }

    async fn read_batch(&mut self) -> Result<Option<Vec<Owned<Q>>>> {
        let cursor = match std::mem::replace(&mut self.place, Place::End) {
            Place::Begin => self.begin().await?,
            Place::Between(cursor) => cursor,
            Place::End => return Ok(None),
        };
        let connection = match &mut self.source {
            Source::Own(Some(connection)) => &mut **connection,
            Source::Own(own) => own.insert(Box::new(self.engine.acquire().await?)),
            Source::Lent(connection) => connection,
        };
        let sink = Collect::<Q::Shape>(Vec::new());
        let (sink, cursor) = connection.read(cursor, self.batch, sink).await?;
        let rows = load_piece(&self.engine, connection, &self.query, sink.0).await?;
        let lends = connection.lends_cursors();
        match cursor {
            Some(cursor) => self.place = Place::Between(cursor),
            None => self.end().await?,
        }
        if let (Source::Own(own), true) = (&mut self.source, lends) {
            *own = None;
        }
        Ok((!rows.is_empty()).then_some(rows))
    }

    async fn begin(&mut self) -> Result<Cursor> {
        self.engine.check_pieces(&self.query)?;
        let (cache, criteria) = (self.engine.statement_cache(), self.engine.criteria());
        let statements = self.query.compile_within(cache, criteria)?;
        let statement = only_query(&self.query, statements)?;
        if let Source::Own(own) = &mut self.source {
            let connection = own.insert(Box::new(self.engine.acquire().await?));
            if self
                .engine
                .dialect()
                .capabilities()
                .cursors_need_transaction
            {
                let options = TransactionOptions {
                    read_only: true,
                    ..Default::default()
                };
                connection.begin(&options).await?;
            }
        }
        Ok(Cursor::new(statement))
    }

    /// Gives a connection of the stream's own back.
    async fn end(&mut self) -> Result<()> {
        if let Source::Own(own) = &mut self.source
            && let Some(mut connection) = own.take()
            && connection.in_transaction()
        {
            connection.commit().await?;
        }
        Ok(())
    }
}

/// The statement of what is a query and nothing else.
fn only_query(query: &impl Query, mut statements: Vec<Compiled>) -> Result<Compiled> {
    match (statements.pop(), statements.is_empty(), query.effect()) {
        (Some(statement), true, None) => Ok(statement),
        _ => Err(Error::new(
            ErrorKind::InvalidQuery,
            "only the rows of a query can be streamed; what a statement that writes returns is read at once, by all",
        )),
    }
}

/// The rows of a query in a session, read batch by batch; made by [`Session::stream`].
#[must_use = "nothing is sent before the first batch is asked for"]
pub struct SessionStream<Q> {
    query: Q,
    batch: u64,
    place: Place,
    /// How many transactions the session had ended when it began.
    begun: u64,
}

impl Session {
    /// The rows of a query, read batch by batch: handles for entities, values for columns. The stream does not borrow the
    /// session, so that each batch can be worked on; commit and rollback end it. What the query's options load is loaded
    /// for each batch.
    ///
    /// The rows are those that were there when the first batch was read, each of them once and as it was then, whatever is
    /// written meanwhile. SQLite would show a stream what its own connection writes: before the first write the rest of the
    /// rows is copied to a temporary file, and read from there.
    ///
    /// The session keeps the objects it reads: to go through more than fit in memory, flush and call
    /// [`Session::expunge_all`] after each batch, or use [`Engine::stream`].
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "readings")]
    /// # struct Reading { #[orm(primary_key)] id: i64, value: f64 }
    /// # async fn example(session: &mut Session) -> orm_core::Result<()> {
    /// let mut readings = session.stream(Reading::select());
    /// while let Some(batch) = readings.next(session).await? {
    ///     for reading in batch {
    ///         session[reading].value *= 2.0;
    ///     }
    ///     session.flush().await?;
    ///     session.expunge_all();
    /// }
    /// session.commit().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn stream<Q: Query>(&self, query: Q) -> SessionStream<Q>
    where
        Q::Shape: Track,
    {
        SessionStream {
            query,
            batch: BATCH,
            place: Place::Begin,
            begun: 0,
        }
    }

    /// Ends the transaction that was begun for streams, if nothing else came to need it.
    async fn end_stream(&mut self) -> Result<()> {
        if self.only_streaming
            && !self.is_streaming()
            && let Some(connection) = self.connection.as_mut()
            && connection.in_transaction()
        {
            // Nothing is lost with it.
            self.began = false;
            connection.commit().await?;
        }
        self.give_back();
        Ok(())
    }

    /// Whether results are being read piece by piece on the session's connection.
    pub(super) fn is_streaming(&mut self) -> bool {
        let connection = self.connection.as_mut();
        connection.is_some_and(|connection| !connection.is_lost() && connection.has_cursors())
    }
}

impl<Q: Query> SessionStream<Q>
where
    Q::Shape: Track,
{
    /// Sets how many rows are read at once; 1,000 by default.
    pub fn batch_size(mut self, rows: usize) -> Self {
        self.batch = rows.max(1) as u64;
        self
    }

    /// The next batch of rows; `None` after the last, and after an error. Pending changes are flushed first. `session` is
    /// the one that made the stream.
    ///
    /// # Errors
    /// `InvalidQuery` when the query cannot be built, or is no query; `InvalidState` when the transaction in which the
    /// stream began is over; errors of the flush and of the database.
    pub async fn next(
        &mut self,
        session: &mut Session,
    ) -> Result<Option<Vec<<Q::Shape as Track>::Tracked>>> {
        session.before_query().await?;
        let cursor = match std::mem::replace(&mut self.place, Place::End) {
            Place::Begin => {
                session.check_pieces(&self.query)?;
                let statements = session.compile(&self.query)?;
                let statement = only_query(&self.query, statements)?;
                let needed = session
                    .engine
                    .dialect()
                    .capabilities()
                    .cursors_need_transaction;
                if (needed || session.isolated) && !session.in_transaction() {
                    session.open_transaction().await?;
                    session.only_streaming = !session.isolated;
                }
                self.begun = session.ended;
                Cursor::new(statement)
            }
            Place::Between(_) if self.begun != session.ended => return Err(stream_is_over()),
            Place::Between(cursor) => cursor,
            Place::End => return Ok(None),
        };
        let sink = Collect::<Q::Shape>(Vec::new());
        let read = session
            .connect()
            .await?
            .read(cursor, self.batch, sink)
            .await;
        let (sink, cursor) = match read {
            Ok(read) => read,
            Err(error) => {
                session.give_back();
                return Err(error);
            }
        };
        let last = cursor.is_none();
        self.place = cursor.map_or(Place::End, Place::Between);
        if !last {
            // The one connection of a database in memory is left to others until the next batch.
            session.give_back();
        }
        let empty = sink.0.is_empty();
        let tracked = session.take_piece(&self.query, sink.0).await?;
        if last {
            session.end_stream().await?;
        }
        Ok((!empty).then_some(tracked))
    }
}

impl<Q: Query> std::fmt::Debug for Stream<'_, Q>
where
    Q::Shape: Shape,
{
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream")
            .field("batch", &self.batch)
            .finish_non_exhaustive()
    }
}

impl<Q> std::fmt::Debug for SessionStream<Q> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SessionStream")
            .field("batch", &self.batch)
            .finish_non_exhaustive()
    }
}
