//! PostgreSQL through sqlx on a held connection, with our own encoding and decoding.

mod address;
mod bind;
mod codec;
mod culprit;
mod known;
mod learn;
mod open;
mod retype;
mod row;
mod signature;

use std::borrow::Cow;
use std::sync::Arc;

use futures_util::TryStreamExt;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection, Either, Executor};

pub(crate) use bind::Parameters;
pub(crate) use open::PostgresTarget;

use self::known::{Catalog, Known};
use self::row::PostgresRow;
use self::signature::{Sent, Signatures};
use crate::engine::driver::classify::{self, Failure};
use crate::error::{Error, ErrorKind, Result};
use crate::types::RowSink;

/// One PostgreSQL connection.
///
/// None of its futures may be dropped half-way and the connection used again: who calls them marks the lease first.
pub(crate) struct PostgresDriver {
    connection: PgConnection,
    signatures: Signatures,
    /// Whether statements are prepared under a name and kept.
    named: bool,
    /// The number of the cursor opened last.
    cursors: u64,
    /// The types of the columns that come: of the result that is being read.
    types: Vec<u32>,
    /// What the connections of the engine know together, and this one when it last looked.
    catalog: Arc<Catalog>,
    known: Arc<Known>,
    /// Whether the schema was changed in the open transaction.
    altered: bool,
}

impl PostgresDriver {
    /// Runs a statement and hands its rows to `sink`; how many rows it touched.
    ///
    /// `may_repeat` says that no transaction is open, so that a statement whose cached plan has become invalid can be
    /// prepared and run anew.
    pub(crate) async fn query<S: RowSink>(
        &mut self,
        sql: &Arc<str>,
        parameters: Parameters<'_>,
        sink: &mut S,
        may_repeat: bool,
    ) -> Result<u64, Failure> {
        let named = self.named;
        let mut failure = match self.run(sql, parameters, sink, named, !may_repeat).await {
            Err(failure) if is_stale_plan(&failure) => failure,
            other => return other,
        };
        self.forget_statements().await?;
        if may_repeat {
            return self.run(sql, parameters, sink, named, false).await;
        }
        // The transaction has failed, but a new one will find new plans.
        failure.error = Error::new(
            ErrorKind::SerializationFailure,
            "a table was altered under a prepared statement; run the transaction again",
        )
        .with_database_code("0A000");
        Err(failure)
    }

    /// A number for a cursor. None is used again on this connection, so that the text which fetches from a cursor, and its
    /// columns, never stand for another.
    pub(crate) fn new_cursor(&mut self) -> u64 {
        self.cursors += 1;
        self.cursors
    }

    /// Runs a statement that is not kept prepared, since its text stands for something else the next time.
    pub(crate) async fn query_once<S: RowSink>(
        &mut self,
        sql: &Arc<str>,
        parameters: Parameters<'_>,
        sink: &mut S,
    ) -> Result<u64, Failure> {
        let types = parameters.types();
        let sent = Sent::plain(sql);
        self.send(&sent, &types, parameters, sink, false).await
    }

    /// Opens a cursor for a query, in the open transaction.
    pub(crate) async fn declare<S: RowSink>(
        &mut self,
        name: &str,
        sql: &Arc<str>,
        parameters: Parameters<'_>,
        sink: &mut S,
    ) -> Result<u64, Failure> {
        let mut types = parameters.types();
        let mut sent = self.once(sql, &mut types, parameters, true).await?;
        sent.text = format!("DECLARE {name} NO SCROLL CURSOR FOR {}", sent.text).into();
        self.send(&sent, &types, parameters, sink, false).await
    }

    async fn run<S: RowSink>(
        &mut self,
        sql: &Arc<str>,
        parameters: Parameters<'_>,
        sink: &mut S,
        named: bool,
        in_transaction: bool,
    ) -> Result<u64, Failure> {
        let mut types = parameters.types();
        if self.known.version != self.catalog.version() && (!named || learn::has_text(&types)) {
            Box::pin(self.look_up()).await?;
        }
        let sent = if !named {
            let once = self.once(sql, &mut types, parameters, in_transaction);
            once.await?
        } else if types.is_empty() {
            Sent::plain(sql)
        } else {
            if self.signatures.is_full() {
                self.forget_statements().await?;
            }
            match self.signatures.find(sql, &mut types) {
                Some(sent) => sent,
                None if learn::has_text(&types) && self.known.concerns(sql) => {
                    let learned = self.learn(sql, &mut types, parameters, (in_transaction, false));
                    Box::pin(learned).await?
                }
                None => self.signatures.add(sql, &types),
            }
        };
        self.send(&sent, &types, parameters, sink, named).await
    }

    async fn send<S: RowSink>(
        &mut self,
        sent: &Sent,
        types: &[u32],
        parameters: Parameters<'_>,
        sink: &mut S,
        named: bool,
    ) -> Result<u64, Failure> {
        let items = sent.learned.as_ref().map_or(&[][..], |it| &it.items);
        let arguments = parameters.encode(types, items).map_err(Failure::ours)?;
        let text = Arc::clone(&sent.text);
        let query = sqlx::query_with(AssertSqlSafe(text), arguments).persistent(named);
        let types = &mut self.types;
        let catalog = &self.catalog;
        types.clear();
        let mut stream = self.connection.fetch_many(query);
        let mut affected = 0;
        let mut refusal = None;
        let refused = |error: sqlx::Error| {
            let row = culprit::row(&error, parameters);
            let failure = classify::postgres(error);
            if learn::is_of_types(&failure) {
                // Perhaps another program altered the table.
                catalog.changed();
            }
            match row {
                Some(row) => failure.of_row(row),
                None => failure,
            }
        };
        while let Some(item) = stream.try_next().await.map_err(refused)? {
            match item {
                Either::Left(done) => affected += done.rows_affected(),
                // After the sink has refused a row the rest is read and dropped: the connection stays usable.
                Either::Right(row) if refusal.is_none() => {
                    if types.is_empty() {
                        row::types(&row, types);
                    }
                    refusal = sink.row(&PostgresRow::new(&row, types)).err();
                }
                Either::Right(_) => {}
            }
        }
        match refusal {
            Some(error) => Err(Failure::ours(error)),
            None => Ok(affected),
        }
    }

    /// Runs a text without parameters or rows, in one round trip.
    pub(crate) async fn simple(&mut self, sql: Cow<'static, str>) -> Result<(), Failure> {
        if self.altered && matches!(&*sql, "COMMIT" | "ROLLBACK") {
            self.altered = false;
            self.catalog.changed();
        }
        let query = sqlx::raw_sql(AssertSqlSafe(sql));
        match self.connection.execute(query).await {
            Ok(_) => Ok(()),
            Err(error) => Err(classify::postgres(error)),
        }
    }

    /// Drops every prepared statement, here and on the server.
    async fn forget_statements(&mut self) -> Result<(), Failure> {
        self.signatures.clear();
        let cleared = self.connection.clear_cached_statements().await;
        cleared.map_err(classify::postgres)
    }

    /// Whether the server answers.
    pub(crate) async fn ping(&mut self) -> bool {
        self.connection.ping().await.is_ok()
    }

    /// Says goodbye.
    pub(crate) async fn close(self) -> Result<()> {
        let closed = self.connection.close().await;
        closed.map_err(|error| classify::postgres(error).error)
    }
}

/// `cached plan must not change result type`: the statement's columns were altered since it was prepared.
fn is_stale_plan(failure: &Failure) -> bool {
    failure.error.database_code() == Some("0A000")
        && failure.error.message().contains("cached plan")
}
