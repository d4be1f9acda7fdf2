//! INSERT.

use std::marker::PhantomData;
use std::ops::Range;

use super::super::query::add_ctes;
use super::super::{ColumnSet, Model, ModelDescriptor, New, Select, Shape};
use super::Effect;
use super::assignment::{Assignments, list};
use super::body::{Body, Change, statement};
use super::columns::{Columns, FitColumns, twice};
use super::rows::{Rows, given};
use super::upsert::Conflict;
use crate::dialect::Dialect;
use crate::error::{Error, ErrorKind, Result};
use crate::sql::{
    self, Cte, Expr, InsertSource, Item, Name, Refusal, Statement, TableRef, check_items,
};
use crate::types::Value;

/// An INSERT into the table of `M`; begun by [`Model::insert`].
///
/// ```
/// # #[cfg(feature = "derive")] {
/// # use orm_core::prelude::*;
/// # async fn example(engine: Engine) -> orm_core::Result<()> {
/// #[derive(Model, Debug, Clone, Default)]
/// #[orm(table = "books")]
/// struct Book {
///     #[orm(primary_key)]
///     id: i64,
///     title: String,
///     year: i32,
/// }
///
/// let books = [("Clean Code", 2008), ("Refactoring", 1999)];
/// let rows = books.map(|(title, year)| (Book::title.to(title), Book::year.to(year)));
/// let ids: Vec<i64> = engine.all(Book::insert().rows(rows).returning(Book::id)).await?;
/// # let _ = ids;
/// # Ok(())
/// # }
/// # }
/// ```
///
/// What is not set is left to the database (server defaults, generated keys, NULL), but for columns with a default of the
/// program's own (`#[orm(default = ..)]`), which is worked out for each row.
///
/// More rows than one statement can have parameters for are sent as several, in one transaction. No rows at all
/// (`.rows([])`) send nothing.
pub struct Insert<M> {
    pub(super) body: InsertBody,
    marker: PhantomData<fn() -> M>,
}

#[derive(Debug, Clone)]
pub(super) struct InsertBody {
    pub(super) model: &'static ModelDescriptor,
    pub(super) with: Vec<Cte>,
    pub(super) source: Source,
    /// What every row has, whatever it says itself: the key of the relationship that is inserted into.
    pub(super) always: Vec<(usize, Value)>,
    pub(super) conflict: Option<Conflict>,
    pub(super) returning: Vec<Item>,
    pub(super) refused: Option<Refusal>,
}

#[derive(Debug, Clone)]
pub(super) enum Source {
    /// Nothing was said.
    Nothing,
    Rows(Rows),
    Select(Vec<usize>, Box<sql::Select>),
}

impl<M: Model> Insert<M> {
    pub(in crate::mapping) fn new() -> Self {
        Self {
            body: InsertBody {
                model: M::descriptor(),
                with: Vec::new(),
                source: Source::Nothing,
                always: Vec::new(),
                conflict: None,
                returning: Vec::new(),
                refused: None,
            },
            marker: PhantomData,
        }
    }

    /// With these values in every row.
    pub(crate) fn always(mut self, values: Vec<(usize, Value)>) -> Self {
        self.body.always = values;
        self
    }

    /// Adds a row. All rows have to set the same columns.
    #[must_use]
    pub fn values(mut self, assignments: impl Assignments<M>) -> Self {
        self.body.push(list(assignments));
        self
    }

    /// Adds rows.
    #[must_use]
    pub fn rows<A: Assignments<M>>(mut self, rows: impl IntoIterator<Item = A>) -> Self {
        self.body.begin_rows();
        for row in rows {
            self.body.push(list(row));
        }
        self
    }

    /// Adds objects as rows, with all their columns, but for a generated key that was left at its default, 0, and what was
    /// left to the database. NULL counts as not given in an `Option` with a default, as when a session inserts it. Their relationships are not looked at: a session does that.
    #[must_use]
    pub fn objects<O: NewRow<Model = M>>(mut self, objects: impl IntoIterator<Item = O>) -> Self {
        self.body.begin_rows();
        let model = M::descriptor();
        for row in objects {
            let (object, unset) = row.parts();
            let values = (0..model.columns.len())
                .filter(|&column| !unset.contains(column) && model.columns[column].is_written())
                .map(|column| (column, object.value(column)))
                .filter(|(_, value)| *value != Value::Unloaded)
                .filter(|&(column, ref value)| {
                    let is_zero = matches!(value, Value::I64(0) | Value::I32(0) | Value::I16(0));
                    !(model.columns[column].generated && is_zero)
                });
            let values =
                values.map(|(column, value)| (column, given(&model.columns[column], value)));
            self.body.push(values.collect());
        }
        self
    }

    /// Inserts the rows of a query, whose columns have to fit the columns named. Defaults of the program's own do not run:
    /// name such a column, and select its value.
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// # use orm_core::prelude::*;
    /// #[derive(Model, Debug, Clone, Default)]
    /// #[orm(table = "books")]
    /// struct Book {
    ///     #[orm(primary_key)]
    ///     id: i64,
    ///     title: String,
    ///     year: i32,
    /// }
    ///
    /// let reprints = select((Book::title, Book::year + 10)).filter(Book::year.lt(2000));
    /// let statement = Book::insert().from_select((Book::title, Book::year), reprints);
    /// # let _ = statement;
    /// # }
    /// ```
    #[must_use]
    pub fn from_select<C, S>(mut self, columns: C, query: Select<S>) -> Self
    where
        C: Columns<M>,
        S: Shape + FitColumns<C>,
    {
        let mut names = Vec::new();
        columns.push_columns(&mut names);
        if !self.body.always.is_empty() {
            self.body.refuse(format!(
                "an insert of a relationship takes rows, to give them their key; for those of a query write {}::insert(), and \
                 select the key",
                self.body.model.name
            ));
        }
        if let Some(column) = twice(&names) {
            let (table, column) = (self.body.model.table, self.body.name(column));
            self.body.refuse(format!(
                "the insert into {table} names {column} twice; name it once"
            ));
        }
        if !matches!(self.body.source, Source::Nothing) {
            self.body.mixed();
        }
        let mut select = query.into_statement();
        let columns = self.body.model.columns;
        check_items(&mut select, names.iter().map(|&it| columns[it].sql_type));
        // A statement that writes can stand only in front of the whole.
        let ctes = std::mem::take(&mut select.with);
        if let Err(refusal) = add_ctes(&mut self.body.with, ctes) {
            self.body.refused.get_or_insert(refusal);
        }
        self.body.source = Source::Select(names, Box::new(select));
        self
    }

    /// Adds a row of nothing but defaults.
    #[must_use]
    pub fn default_values(mut self) -> Self {
        self.body.push(Vec::new());
        self
    }
}

impl InsertBody {
    pub(super) fn refuse(&mut self, message: impl Into<String>) {
        self.refused.get_or_insert_with(|| Refusal::query(message));
    }

    pub(super) fn name(&self, column: usize) -> &'static str {
        self.model.columns[column].name
    }

    fn mixed(&mut self) {
        self.refuse(format!(
            "the insert into {} takes rows or one query; send two statements",
            self.model.table
        ));
    }

    fn begin_rows(&mut self) {
        match self.source {
            Source::Nothing => self.source = Source::Rows(Rows::default()),
            Source::Rows(_) => {}
            Source::Select(..) => self.mixed(),
        }
    }

    fn push(&mut self, mut row: Vec<(usize, Expr)>) {
        self.begin_rows();
        for (column, value) in &self.always {
            let value = Expr::Bind(value.clone());
            match row.iter_mut().find(|(known, _)| known == column) {
                Some((_, said)) => *said = value,
                None => row.push((*column, value)),
            }
        }
        if let Source::Rows(rows) = &mut self.source
            && let Err(refusal) = rows.push(self.model, row)
        {
            self.refused.get_or_insert(refusal);
        }
    }
}

statement!(Insert);

impl Body for InsertBody {
    fn model(&self) -> &'static ModelDescriptor {
        self.model
    }

    fn change(&self) -> Change {
        match self.conflict {
            None => Change::Inserts,
            Some(_) => Change::Upserts,
        }
    }

    fn effect(&self) -> Effect<'_> {
        let mut effect = Effect::new(self.change(), self.model);
        effect.alone = false;
        effect.writes_others = !self.with.is_empty();
        if let Some(conflict) = &self.conflict {
            effect.set = conflict.columns(self).map(|it| (it, None)).collect();
        }
        effect
    }

    fn refused(&self) -> Option<&Refusal> {
        self.refused.as_ref()
    }

    fn parts(&mut self) -> (&mut Vec<Cte>, &mut Vec<Item>, &mut Option<Refusal>) {
        (&mut self.with, &mut self.returning, &mut self.refused)
    }

    fn statement(&self) -> Result<Statement> {
        Ok(self.some_rows(0..usize::MAX)?.into())
    }

    /// Several where there are more rows than one statement has parameters for, none where there are no rows.
    fn statements(&self, dialect: &dyn Dialect) -> Result<Vec<Statement>> {
        let Source::Rows(rows) = &self.source else {
            return Ok(vec![self.statement()?]);
        };
        let limit = dialect.capabilities().max_parameters;
        // What else has parameters is known from the statement of one row.
        let others = |first: usize| {
            let compiled = dialect.compile(&self.some_rows(0..1)?.into())?;
            Ok(compiled.binds.len().saturating_sub(first))
        };
        let parts = rows.parts(limit, others)?;
        let statements = parts
            .into_iter()
            .map(|part| Ok(self.some_rows(part)?.into()));
        statements.collect()
    }

    fn stranger(&self, other: &str, scope: &[Name]) -> Option<String> {
        let own = self.model.table;
        if scope.is_empty() {
            return Some(format!(
                "a value of the insert into {own} uses a column of {other}, but a new row reads from no table; use a \
                 subquery (scalar(select(..))), or insert .from_select(..)"
            ));
        }
        scope.first().is_some_and(|first| first == own).then(|| {
            format!(
                "the insert into {own} uses a column of {other}; do_update and returning see the columns of {own}, and \
                 do_update those of excluded(..)"
            )
        })
    }
}

impl InsertBody {
    /// The statement for some of the rows.
    fn some_rows(&self, part: Range<usize>) -> Result<sql::Insert> {
        let table = self.model.table;
        let refuse =
            |message: String| Error::new(ErrorKind::InvalidQuery, message).with_table(table);
        let (columns, source) = match &self.source {
            Source::Nothing => {
                return Err(refuse(format!(
                    "the insert into {table} has no rows; add .values(..), .rows(..), .objects(..), .from_select(..) or \
                     .default_values()"
                )));
            }
            Source::Select(columns, select) => {
                let names = columns.iter().map(|&it| Name::Borrowed(self.name(it)));
                (names.collect(), InsertSource::Select(select.clone()))
            }
            Source::Rows(rows) => {
                let count = rows.rows.len();
                match &rows.rows[part.start.min(count)..part.end.min(count)] {
                    [] => {
                        return Err(refuse(format!(
                            "the insert into {table} was given no rows, so there is no statement; run, it sends nothing"
                        )));
                    }
                    some if !rows.columns.is_empty() => {
                        (rows.names(self.model), InsertSource::Rows(some.to_vec()))
                    }
                    [_] => (Vec::new(), InsertSource::Defaults),
                    some => {
                        return Err(refuse(format!(
                            "{} rows of defaults are as many statements, which are sent when the insert into {table} is run",
                            some.len()
                        )));
                    }
                }
            }
        };
        let conflict = self.conflict.as_ref();
        Ok(sql::Insert {
            with: self.with.clone(),
            columns,
            source,
            on_conflict: conflict.map(|it| it.clause(self)).transpose()?,
            returning: self.returning.clone(),
            ..sql::Insert::new(TableRef::new(table))
        })
    }
}

/// What [`Insert::objects`] takes: references to objects of a model, or to what its builder made.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an object to insert",
    label = "expected a reference to a model's object",
    note = "give `&books` or `[&book]`; columns one by one are set by `.values(..)` and `.rows(..)`"
)]
pub trait NewRow {
    /// The model.
    type Model: Model;

    /// The object, and the columns that are left to the database.
    #[doc(hidden)]
    fn parts(&self) -> (&Self::Model, ColumnSet);
}

impl<M: Model> NewRow for &M {
    type Model = M;

    fn parts(&self) -> (&M, ColumnSet) {
        (self, ColumnSet::EMPTY)
    }
}

impl<M: Model> NewRow for &New<M> {
    type Model = M;

    fn parts(&self) -> (&M, ColumnSet) {
        (&self.object, self.unset)
    }
}
