//! Reading a query page by page, by the keys of its rows.

use super::owned::{Owned, load_piece};
use super::{Session, Track};
use crate::engine::{Connection, Engine, Transaction};
use crate::error::Result;
use crate::mapping::{Keyset, Page, PageRequest, Query as _, Seal, Select};

/// The query, and what its places are sealed with.
fn begin<S: Track>(
    engine: &Engine,
    query: Select<S>,
    request: &PageRequest,
) -> Result<(Keyset<S>, Seal)> {
    let nulls_largest = engine.dialect().capabilities().nulls_largest;
    let keyset = Keyset::new(query, request, nulls_largest)?;
    let text = keyset.whole().compile(engine.statement_cache())?.sql;
    let seal = Seal::new(engine.cursor_secret(), &text)?;
    Ok((keyset, seal))
}

async fn page<S: Track>(
    engine: &Engine,
    connection: &mut Connection,
    query: Select<S>,
    request: PageRequest,
) -> Result<Page<S::Owned>> {
    engine.check_pieces(&query)?;
    let (keyset, seal) = begin(engine, query, &request)?;
    let (select, backward) = keyset.page(&request, &seal)?;
    let texts = select.compile_within(engine.statement_cache(), engine.criteria())?;
    let statement = super::query::first(texts)?;
    let read = connection.fetch(statement, keyset.sink()).await?;
    let mut page = keyset.finish(&request, backward, &seal, read)?;
    page.rows = load_piece(engine, connection, &select, page.rows).await?;
    Ok(page)
}

macro_rules! verb {
    ($self:ident: $receiver:ty, $parts:expr) => {
        /// A page of a query: the first, or the one at a place that an earlier page named. The rows after a place are found
        /// by the values that the query is ordered by, and the primary key: rows that come and go meanwhile shift
        /// nothing, and a page far from the beginning costs what the first one costs. The query has to be ordered by
        /// something unique in the end; for whole objects the primary key is added.
        ///
        /// A place is a text for URLs and clients: one that was changed, or is of another query, is refused.
        ///
        /// ```
        /// # use orm_core::prelude::*;
        /// # use orm_core::mapping::PageRequest;
        /// # #[derive(Model, Debug, Clone, Default)]
        /// # #[orm(table = "books")]
        /// # struct Book { #[orm(primary_key)] id: i64, year: Option<i32>, title: String }
        /// # async fn example(engine: Engine, at: Option<&str>) -> orm_core::Result<()> {
        /// let books = Book::select().order_by((Book::year.desc(), Book::title));
        /// let page = engine.page(books, PageRequest::size(20).at(at)).await?;
        /// println!("{} books, next: {:?}", page.rows.len(), page.next);
        /// # Ok(())
        /// # }
        /// ```
        ///
        /// # Errors
        /// `InvalidCursor` when the place was changed or is of another query; `InvalidQuery` when the query cannot be built,
        /// has a limit, is grouped or not ordered; errors of the database.
        pub async fn page<S: Track>(
            $self: $receiver,
            query: Select<S>,
            request: PageRequest,
        ) -> Result<Page<S::Owned>> {
            let (engine, connection) = $parts;
            page(engine, connection, query, request).await
        }
    };
}

impl Engine {
    verb!(self: &Self, (self, &mut self.acquire().await?));
}

impl Transaction {
    verb!(self: &mut Self, self.parts());
}

impl Session {
    /// A page of a query as [`Engine::page`] gives it, with handles for entities. Pending changes are flushed first.
    ///
    /// # Errors
    /// As [`Engine::page`], and errors of the flush.
    pub async fn page<S: Track>(
        &mut self,
        query: Select<S>,
        request: PageRequest,
    ) -> Result<Page<S::Tracked>> {
        self.before_query().await?;
        self.check_pieces(&query)?;
        let (keyset, seal) = begin(&self.engine, query, &request)?;
        let (select, backward) = keyset.page(&request, &seal)?;
        let statement = super::query::first(self.compile(&select)?)?;
        let read = self.fetch(statement, keyset.sink()).await?;
        let page: Page<Owned<Select<S>>> = keyset.finish(&request, backward, &seal, read)?;
        let rows = self.take_piece(&select, page.rows).await?;
        Ok(Page {
            rows,
            next: page.next,
            previous: page.previous,
        })
    }
}
