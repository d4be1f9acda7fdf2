//! Named parameters of a query, and queries that are written once and run many times.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::super::{LoadOption, ModelCriteria, Shape};
use super::{Body, Query, Select};
use crate::dialect::{Compiled, Dialect, StatementCache, Template};
use crate::error::{Error, ErrorKind, Result};
use crate::sql::{Name, Refusal, Statement, scope};
use crate::types::{ToValue, Value};

impl Body {
    /// Gives a parameter its value; the last one given counts.
    fn bind(&mut self, name: Name, value: Value) {
        put(&mut self.binds, name, value);
    }

    /// The statement as a part of another one, which cannot know the values of its parameters.
    pub(super) fn into_part(mut self) -> crate::sql::Select {
        if let Some((name, _)) = self.binds.first() {
            let message = format!(
                "the parameter {name} was given its value in a query that is part of another; call .bind(\"{name}\", ..) on \
                 the outermost query"
            );
            self.statement.refuse(Refusal::query(message));
        }
        self.statement
    }
}

fn put(binds: &mut Vec<(Name, Value)>, name: Name, value: Value) {
    match binds.iter_mut().find(|(known, _)| *known == name) {
        Some(bind) => bind.1 = value,
        None => binds.push((name, value)),
    }
}

fn values(binds: &[(Name, Value)]) -> Vec<(&str, Value)> {
    let values = binds.iter();
    values
        .map(|(name, value)| (name.as_ref(), value.clone()))
        .collect()
}

/// The text and values of a query that was made of another one with these values of named parameters.
///
/// # Errors
/// `InvalidQuery` as [`Select::to_sql`].
pub(crate) fn compile_select(
    cache: &StatementCache,
    select: &crate::sql::Select,
    binds: &[(Name, Value)],
) -> Result<Compiled> {
    let led = crate::sql::Led { leads: &[], select };
    let check = || scope::check_led(&led).map_err(|fault| fault.into_error(None));
    if binds.is_empty() {
        return cache.compile(&led, check);
    }
    check()?;
    let template = cache
        .dialect()
        .template(&Statement::Select(select.clone()))?;
    template.bind(&values(binds))
}

impl<S: Shape> Select<S> {
    /// Gives a parameter ([`param`](crate::sql::param)) its value, wherever its name stands in the query or in parts of it.
    /// It belongs on the outermost query. A name that the query does not have is an error when it is compiled, and so is
    /// a parameter without a value.
    #[must_use]
    pub fn bind(mut self, name: impl Into<Name>, value: impl ToValue) -> Self {
        self.body().bind(name.into(), value.to_value());
        self
    }

    /// Writes the statement once, to be run many times with other values of its parameters.
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// use orm_core::dialect::SQLITE;
    /// use orm_core::prelude::*;
    /// use orm_core::sql::param;
    ///
    /// #[derive(Model, Debug, Clone, Default)]
    /// #[orm(table = "books")]
    /// struct Book {
    ///     #[orm(primary_key)]
    ///     id: i64,
    ///     year: i32,
    /// }
    ///
    /// # fn run() -> orm_core::Result<()> {
    /// let of_year = Book::select().filter(Book::year.eq(param::<i32>("year"))).prepare(&SQLITE)?;
    /// for year in 2000..2010 {
    ///     let query = of_year.bind("year", year); // .. and session.all(query).await?
    /// #   let _ = query;
    /// }
    /// # Ok(())
    /// # }
    /// # run().unwrap();
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`Select::to_sql`], but for the values that are still missing.
    pub fn prepare(&self, dialect: &dyn Dialect) -> Result<Prepared<S>> {
        if self.body.criteria().is_some() {
            let prepared = self.restricted().prepare(dialect)?;
            let body = Arc::clone(&self.body);
            return Ok(Prepared { body, ..prepared });
        }
        self.check()?;
        let statement = Statement::Select(self.body.statement().into_owned());
        Ok(Prepared {
            template: Arc::new(dialect.template(&statement)?),
            dialect: dialect.name(),
            body: Arc::clone(&self.body),
            binds: self.body.binds.clone(),
            marker: PhantomData,
        })
    }

    /// The text and parameters of the query, without running it.
    ///
    /// # Errors
    /// `InvalidQuery` when a table is out of scope or in the query twice, or a parameter has no value; `InvalidMapping` when
    /// a relationship joined is broken.
    pub fn to_sql(&self, dialect: &dyn Dialect) -> Result<Compiled> {
        if self.body.criteria().is_some() {
            return self.restricted().to_sql(dialect);
        }
        if self.body.binds.is_empty() {
            return self.body.led(|led| {
                self.check_led(led)?;
                crate::dialect::compile_led(dialect, led)
            });
        }
        self.check()?;
        let statement = Statement::Select(self.body.statement().into_owned());
        let template = dialect.template(&statement)?;
        template.bind(&values(&self.body.binds))
    }

    /// The query as people read it, a clause on each line and the values in place. It is for eyes only: nothing runs it.
    ///
    /// # Errors
    /// As [`Select::to_sql`].
    pub fn pretty(&self, dialect: &dyn Dialect) -> Result<String> {
        if self.body.criteria().is_some() {
            return self.restricted().pretty(dialect);
        }
        self.check()?;
        dialect.pretty(&Statement::Select(self.body.statement().into_owned()))
    }
}

/// A query whose text is written already; made by [`Select::prepare`].
pub struct Prepared<S> {
    template: Arc<Template>,
    dialect: &'static str,
    body: Arc<Body>,
    binds: Vec<(Name, Value)>,
    marker: PhantomData<fn() -> S>,
}

impl<S: Shape> Prepared<S> {
    /// The query with a value for a parameter; this one stays as it is, to be given another.
    #[must_use]
    pub fn bind(&self, name: impl Into<Name>, value: impl ToValue) -> Self {
        let mut bound = self.clone();
        put(&mut bound.binds, name.into(), value.to_value());
        bound
    }
}

impl<S: Shape> Query for Prepared<S> {
    type Shape = S;

    fn compile(&self, cache: &StatementCache) -> Result<Compiled> {
        let dialect = cache.dialect();
        if dialect.name() != self.dialect {
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                format!(
                    "the query was prepared for {}, and is run on {}; prepare it for each dialect",
                    self.dialect,
                    dialect.name()
                ),
            ));
        }
        self.template.bind(&values(&self.binds))
    }

    fn compile_within(
        &self,
        cache: &StatementCache,
        criteria: &ModelCriteria,
    ) -> Result<Vec<Compiled>> {
        if criteria.is_empty() || self.body.is_free() {
            return self.compile_all(cache);
        }
        Err(Error::new(
            ErrorKind::InvalidQuery,
            "a prepared query has its text already, so that it cannot take the criteria of the session; prepare it with \
             .without_criteria(), or run the query itself",
        ))
    }

    fn loads(&self) -> &[LoadOption] {
        self.body.loads()
    }

    fn overwrite(&self) -> bool {
        self.body.populate_existing
    }

    fn criteria(&self) -> Option<&ModelCriteria> {
        self.body.criteria()
    }
}

impl<S> Clone for Prepared<S> {
    fn clone(&self) -> Self {
        Self {
            template: Arc::clone(&self.template),
            dialect: self.dialect,
            body: Arc::clone(&self.body),
            binds: self.binds.clone(),
            marker: PhantomData,
        }
    }
}

impl<S> fmt::Debug for Prepared<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The values are left out: they may be anything.
        f.debug_struct("Prepared")
            .field("statement", &self.body.statement())
            .finish_non_exhaustive()
    }
}
