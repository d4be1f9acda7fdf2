//! Running statements that change rows, and reading what they return.

use super::query::Collect;
use super::synchronize::{Plan, Written};
use super::{Phase, Session, Synchronize};
use crate::dialect::Compiled;
use crate::engine::{Connection, Engine, TransactionOptions};
use crate::error::Result;
use crate::mapping::{Command, Query};

/// Runs a statement; how many rows it changed.
pub(super) async fn execute(
    engine: &Engine,
    connection: &mut Connection,
    command: impl Command,
) -> Result<u64> {
    let statements = command.compile_within(engine.statement_cache(), engine.criteria())?;
    let alone = begin(connection, &statements).await?;
    let outcome = execute_each(connection, statements).await;
    end(connection, alone, outcome).await
}

async fn execute_each(connection: &mut Connection, statements: Vec<Compiled>) -> Result<u64> {
    let mut changed = 0;
    for statement in statements {
        changed += connection.execute(statement).await?;
    }
    Ok(changed)
}

/// Sends a query, or what returns rows like one.
pub(super) async fn fetch<Q: Query>(
    engine: &Engine,
    connection: &mut Connection,
    query: &Q,
) -> Result<Collect<Q::Shape>> {
    let statements = query.compile_within(engine.statement_cache(), engine.criteria())?;
    let alone = begin(connection, &statements).await?;
    let outcome = fetch_each(connection, statements).await;
    end(connection, alone, outcome).await
}

async fn fetch_each<Q: crate::mapping::Shape>(
    connection: &mut Connection,
    statements: Vec<Compiled>,
) -> Result<Collect<Q>> {
    let mut rows = Collect(Vec::new());
    for statement in statements {
        rows = connection.fetch(statement, rows).await?;
    }
    Ok(rows)
}

/// Several statements that stand for one are done wholly or not at all.
async fn begin(connection: &mut Connection, statements: &[Compiled]) -> Result<bool> {
    let alone = statements.len() > 1 && !connection.in_transaction();
    if alone {
        // Few statements are several, and those of one are to have small futures.
        Box::pin(connection.begin(&TransactionOptions::default())).await?;
    }
    Ok(alone)
}

async fn end<T>(connection: &mut Connection, alone: bool, outcome: Result<T>) -> Result<T> {
    if !alone {
        return outcome;
    }
    match outcome {
        Ok(done) => Box::pin(connection.commit()).await.map(|()| done),
        Err(error) => {
            if connection.in_transaction() {
                // The error to report is the first; a connection that cannot roll back is closed.
                drop(Box::pin(connection.rollback()).await);
            }
            Err(error)
        }
    }
}

impl Session {
    /// Runs an INSERT, UPDATE, DELETE or raw SQL in the session's transaction; gives the number of rows it changed. Pending
    /// changes are flushed first.
    ///
    /// Objects held follow an UPDATE, DELETE or upsert: those that it changed have the new values (what the program has set
    /// and not flushed is kept), those whose rows it deleted are deleted objects; a rollback brings both back. Raw SQL
    /// changes no object: expire those that it concerns.
    ///
    /// ```
    /// # use orm_core::prelude::*;
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "books")]
    /// # struct Book { #[orm(primary_key)] id: i64, price: i32, year: i32 }
    /// # async fn example(session: &mut Session, book: Handle<Book>) -> orm_core::Result<()> {
    /// let cheaper = Book::update().set(Book::price.to(Book::price / 2)).filter(Book::year.lt(2000));
    /// let changed = session.execute(cheaper).await?;
    /// println!("{changed} books, this one is {} now", session[book].price);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// `InvalidQuery` when the statement cannot be built; errors of the flush and of the database.
    pub async fn execute(&mut self, statement: impl Command) -> Result<u64> {
        self.execute_with(statement, Synchronize::Auto).await
    }

    /// As [`Session::execute`], with another way to find out which objects the statement concerns.
    ///
    /// # Errors
    /// As [`Session::execute`]; `InvalidQuery` when that way cannot tell.
    pub async fn execute_with(
        &mut self,
        statement: impl Command,
        synchronize: Synchronize,
    ) -> Result<u64> {
        self.before_query().await?;
        let cache = self.engine.statement_cache();
        let mut statements = statement.compile_within(cache, &self.options.criteria)?;
        if statements.is_empty() {
            return Ok(0);
        }
        self.learn_texts(statement.effect()).await?;
        let plan = self.plan(statement.effect(), Some(synchronize))?;
        let asked = plan.as_ref().and_then(Plan::returning);
        if let Some(columns) = &asked {
            statements = statement.compile_returning(
                self.engine.statement_cache(),
                &self.options.criteria,
                columns,
            )?;
        }
        let several = self.begin_several(&statements)?;
        let outcome = self.send_planned(statements, plan, asked.is_some()).await;
        self.end_several(several, outcome).await
    }

    async fn send_planned(
        &mut self,
        statements: Vec<Compiled>,
        plan: Option<Plan>,
        asked: bool,
    ) -> Result<u64> {
        let mut written = plan.as_ref().map(|plan| plan.sink(0));
        let mut affected = 0;
        for statement in statements {
            let told = self.tell_executing(&statement.sql, &statement.summary)?;
            self.open_transaction().await?;
            let rows = match written.take_if(|_| asked) {
                Some(before) => {
                    let known = before.count();
                    let after = written.insert(self.fetch(statement, before).await?);
                    after.count() - known
                }
                None => self.connect().await?.execute(statement).await?,
            };
            self.tell_executed(told, rows);
            affected += rows;
        }
        if let (Some(plan), Some(written)) = (plan, written) {
            self.follow_or_fall_back(plan, affected, &written).await?;
        }
        Ok(affected)
    }

    /// As [`Session::follow`]; what cannot be followed is undone.
    pub(super) async fn follow_or_fall_back(
        &mut self,
        plan: Plan,
        affected: u64,
        written: &Written,
    ) -> Result<()> {
        match self.follow(plan, affected, written).await {
            Ok(()) => Ok(()),
            Err(error) => Err(Box::pin(self.fall_back(error)).await),
        }
    }

    /// Several statements that stand for one are done wholly or not at all: a failure of one is as that of a flush. Of any
    /// that is cut off it is not known whether it was done.
    pub(super) fn begin_several(&mut self, statements: &[Compiled]) -> Result<bool> {
        self.begin_writing()?;
        Ok(statements.len() > 1)
    }

    pub(super) async fn end_several<T>(&mut self, several: bool, outcome: Result<T>) -> Result<T> {
        match outcome {
            Err(error) if several && self.phase == Phase::Writing => {
                Err(self.fall_back(error).await)
            }
            outcome => {
                self.end_writing();
                outcome
            }
        }
    }
}
