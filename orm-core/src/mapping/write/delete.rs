//! DELETE.

use std::marker::PhantomData;

use super::super::{Model, ModelDescriptor, Source};
use super::Effect;
use super::body::{Change, statement};
use super::chosen::{Choosing, Chosen, chosen};
use crate::error::Result;
use crate::sql::{self, Cte, Expr, FromItem, Item, TableRef};

/// A DELETE from the table of `M`; begun by [`Model::delete`].
///
/// Without a filter it deletes every row, as the SQL would. No cascade of a relationship runs, but those of the database.
/// Objects whose rows it deleted are deleted objects of the session that runs it; what the database's cascades do to others
/// is seen when those are read anew.
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
/// let gone: Vec<String> = engine.all(Book::delete().filter(Book::year.lt(1900)).returning(Book::title)).await?;
/// # let _ = gone;
/// # Ok(())
/// # }
/// # }
/// ```
pub struct Delete<M> {
    body: Chosen<sql::Delete>,
    marker: PhantomData<fn() -> M>,
}

impl<M: Model> Delete<M> {
    pub(in crate::mapping) fn new() -> Self {
        let model = M::descriptor();
        let statement = sql::Delete::new(TableRef::new(model.table));
        Self {
            body: Chosen::new(model, statement),
            marker: PhantomData,
        }
    }

    /// Reads from the table of `O` too, for conditions (`DELETE .. USING`; on SQLite, which has no such clause, the same is
    /// asked by `EXISTS`). Say in a filter which of its rows belong to a row that is deleted.
    #[must_use]
    pub fn using<O: Model>(self) -> Self {
        self.using_source(super::super::entity::<O>())
    }

    /// Reads from this too: an alias, a subquery, a common table expression.
    #[must_use]
    pub fn using_source(mut self, source: impl Source) -> Self {
        self.body.read(source.into_source());
        self
    }
}

chosen!(Delete);
statement!(Delete);

impl Choosing for sql::Delete {
    const CHANGE: Change = Change::Deletes;
    const CALLED: &'static str = "delete from";
    const READS: &'static str = ".using::<..>()";

    fn filter(&mut self) -> &mut Option<Expr> {
        &mut self.filter
    }

    fn sources(&mut self) -> &mut Vec<FromItem> {
        &mut self.using
    }

    fn ends(&mut self) -> (&mut Vec<Cte>, &mut Vec<Item>) {
        (&mut self.with, &mut self.returning)
    }

    fn tell<'a>(&'a self, effect: &mut Effect<'a>) {
        effect.filter = self.filter.as_ref();
        effect.alone = self.using.is_empty() && self.joins.is_empty();
        effect.writes_others = !self.with.is_empty();
    }

    fn ready(&self, _: &ModelDescriptor) -> Result<()> {
        Ok(())
    }
}
