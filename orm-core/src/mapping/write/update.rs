//! UPDATE.

use std::marker::PhantomData;

use super::super::{Model, ModelDescriptor, Source};
use super::Effect;
use super::assignment::{Assignments, list};
use super::body::{Change, statement};
use super::chosen::{Choosing, Chosen, chosen};
use super::rows::not_written;
use crate::error::{Error, ErrorKind, Result};
use crate::sql::{self, Cte, Expr, FromItem, Item, Name, Refusal, TableRef};

/// An UPDATE of the table of `M`; begun by [`Model::update`].
///
/// Without a filter it changes every row, as the SQL would. Objects of the session that runs it follow. A version column
/// is not counted on, and an `on_update` value not set, unless the statement says so.
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
///     price: i32,
///     year: i32,
/// }
///
/// let cheaper = Book::update().set(Book::price.to(Book::price / 2)).filter(Book::year.lt(2000));
/// let changed: u64 = engine.execute(cheaper).await?;
/// # let _ = changed;
/// # Ok(())
/// # }
/// # }
/// ```
pub struct Update<M> {
    body: Chosen<sql::Update>,
    marker: PhantomData<fn() -> M>,
}

impl<M: Model> Update<M> {
    pub(in crate::mapping) fn new() -> Self {
        let model = M::descriptor();
        let statement = sql::Update::new(TableRef::new(model.table));
        Self {
            body: Chosen::new(model, statement),
            marker: PhantomData,
        }
    }

    /// Sets columns; several calls add up.
    #[must_use]
    pub fn set(mut self, assignments: impl Assignments<M>) -> Self {
        let Chosen {
            model,
            statement,
            refused,
            ..
        } = &mut self.body;
        for (column, value) in list(assignments) {
            let name = Name::Borrowed(model.columns[column].name);
            if !model.columns[column].is_written() {
                refused.get_or_insert_with(|| not_written(model, column));
            }
            if statement.set.iter().any(|(known, _)| *known == name) {
                let message = format!(
                    "the update of {} sets {name} twice; set it once",
                    model.table
                );
                refused.get_or_insert_with(|| Refusal::query(message));
            }
            statement.set.push((name, value));
        }
        self
    }

    /// Reads from the table of `O` too, for values and conditions (`UPDATE .. FROM`). Say in a filter which of its rows
    /// belong to a row that is changed; if there are several, which of them counts is the database's choice.
    #[must_use]
    pub fn from<O: Model>(self) -> Self {
        self.from_source(super::super::entity::<O>())
    }

    /// Reads from this too: an alias, a subquery, a common table expression.
    #[must_use]
    pub fn from_source(mut self, source: impl Source) -> Self {
        self.body.read(source.into_source());
        self
    }
}

chosen!(Update);
statement!(Update);

impl Choosing for sql::Update {
    const CHANGE: Change = Change::Updates;
    const CALLED: &'static str = "update of";
    const READS: &'static str = ".from::<..>()";

    fn filter(&mut self) -> &mut Option<Expr> {
        &mut self.filter
    }

    fn sources(&mut self) -> &mut Vec<FromItem> {
        &mut self.from
    }

    fn ends(&mut self) -> (&mut Vec<Cte>, &mut Vec<Item>) {
        (&mut self.with, &mut self.returning)
    }

    fn tell<'a>(&'a self, effect: &mut Effect<'a>) {
        effect.filter = self.filter.as_ref();
        effect.alone = self.from.is_empty() && self.joins.is_empty();
        effect.writes_others = !self.with.is_empty();
        effect.sets(&self.set);
    }

    fn ready(&self, model: &ModelDescriptor) -> Result<()> {
        if !self.set.is_empty() {
            return Ok(());
        }
        let table = model.table;
        let message = format!("the update of {table} sets no column; add .set(..)");
        Err(Error::new(ErrorKind::InvalidQuery, message).with_table(table))
    }
}
