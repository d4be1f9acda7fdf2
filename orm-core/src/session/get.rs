//! By primary key: the identity map first.

use super::Session;
use super::load_defaults::Loads;
use crate::error::{Error, ErrorKind, Result};
use crate::load::Plan;
use crate::mapping::{
    AnyLoad, Entity, Handle, IntoKey, LoadOption, Model, ModelKey as _, ObjectId, Select,
};
use crate::sql::{BinaryOperator, Expr};
use crate::types::{Row, RowSink, Value};

/// How [`Session::get_with`] gets.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct GetOptions {
    /// Read the row even if the object is held, and take over its values.
    pub populate_existing: bool,
    /// Lock the row until the end of the transaction (`FOR UPDATE`; on SQLite the transaction holds the write lock).
    pub for_update: bool,
    loads: Loads,
}

impl GetOptions {
    /// Reads the row even if the object is held.
    pub fn populate_existing() -> Self {
        Self {
            populate_existing: true,
            ..Self::default()
        }
    }

    /// Locks the row until the end of the transaction.
    pub fn for_update() -> Self {
        Self {
            for_update: true,
            ..Self::default()
        }
    }

    /// Loads a relationship of the object too, to any depth: with the row where it is read, and what is not loaded yet where
    /// the object is held.
    ///
    /// ```
    /// # #[cfg(feature = "derive")] mod example {
    /// # use orm_core::prelude::*;
    /// use orm_core::session::GetOptions;
    ///
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "authors")]
    /// # struct Author {
    /// #     #[orm(primary_key)] id: i64,
    /// #     #[orm(back_populates = author)] books: HasMany<Book>,
    /// # }
    /// # #[derive(Model, Debug, Clone, Default)]
    /// # #[orm(table = "books")]
    /// # struct Book {
    /// #     #[orm(primary_key)] id: i64,
    /// #     #[orm(references = Author::id)] author_id: i64,
    /// #     #[orm(back_populates = books)] author: BelongsTo<Author>,
    /// # }
    /// # async fn example(session: &mut Session) -> orm_core::Result<()> {
    /// let options = GetOptions::default().with(Author::books.order_by(Book::id).limit(3));
    /// let author = session.get_with::<Author>(1, options).await?;
    /// # let _ = author;
    /// # Ok(())
    /// # }
    /// # }
    /// ```
    #[must_use]
    pub fn with(mut self, load: impl AnyLoad) -> Self {
        self.loads.add(load);
        self
    }
}

impl Session {
    /// The object with this primary key: from the identity map without any statement, or read from the database.
    /// A key of several columns is a tuple.
    ///
    /// # Errors
    /// As the autoflush and the query; a row that is not there is `None`.
    #[inline]
    pub async fn get<T: Model>(&mut self, key: impl IntoKey<T::Key>) -> Result<Option<Handle<T>>> {
        self.get_by_key::<T>(key.into_key()).await
    }

    /// [`Session::get`] with options.
    ///
    /// # Errors
    /// As [`Session::get`]; `InvalidQuery` when a relationship cannot be loaded as an option says.
    pub async fn get_with<T: Model>(
        &mut self,
        key: impl IntoKey<T::Key>,
        options: GetOptions,
    ) -> Result<Option<Handle<T>>> {
        let key = key.into_key();
        if !options.loads.is_empty() {
            // Few gets say what to load, and the others' futures stay small.
            return Box::pin(self.get_and_load::<T>(key, options)).await;
        }
        if options.for_update {
            self.settle().await?;
            self.open_transaction().await?;
        } else if !options.populate_existing {
            return self.get_by_key::<T>(key).await;
        }
        self.read_by_key::<T>(
            key,
            GetOptions {
                populate_existing: true,
                ..options
            },
        )
        .await
    }

    /// By what would be done for a query of this row, unless the object is held.
    async fn get_and_load<T: Model>(
        &mut self,
        key: T::Key,
        options: GetOptions,
    ) -> Result<Option<Handle<T>>> {
        let model = T::descriptor();
        let loads = options.loads.checked(model)?;
        self.before_query().await?;
        let anew = options.for_update || options.populate_existing;
        let held = self.state.find(model, &key.to_key());
        if let Some(id) = held.filter(|&id| !anew && !self.state.meta(id).expired) {
            let plan = Plan::new(model, loads, self.defaults_for(id));
            self.load_plan_of(id, plan).await?;
            return Ok(Some(self.state.handle(id)));
        }
        let mut query = by_key::<T>(loads.to_vec(), key.to_values());
        if anew {
            query = query.populate_existing();
        }
        if options.for_update {
            self.open_transaction().await?;
            query = query.for_update();
        }
        self.one_or_none(query).await
    }

    async fn get_by_key<T: Model>(&mut self, key: T::Key) -> Result<Option<Handle<T>>> {
        self.recover();
        let held = self.state.find(T::descriptor(), &key.to_key());
        if let Some(id) = held.filter(|&id| !self.state.meta(id).expired) {
            return Ok(Some(self.state.handle(id)));
        }
        self.read_by_key::<T>(key, GetOptions::default()).await
    }

    /// The object with this primary key, which must be there.
    ///
    /// # Errors
    /// `NotFound` when there is no such row; otherwise as [`Session::get`].
    pub async fn get_one<T: Model>(&mut self, key: impl IntoKey<T::Key>) -> Result<Handle<T>> {
        let key = key.into_key();
        let name = key.to_key();
        self.get_by_key::<T>(key).await?.ok_or_else(|| {
            let descriptor = T::descriptor();
            Error::new(
                ErrorKind::NotFound,
                format!("there is no {}({name})", descriptor.name),
            )
            .with_table(descriptor.table)
            .with_object(format!("{}({name})", descriptor.name))
        })
    }

    async fn read_by_key<T: Model>(
        &mut self,
        key: T::Key,
        options: GetOptions,
    ) -> Result<Option<Handle<T>>> {
        // A held object may have to take over how the row spells its key.
        let held = || self.state.find(T::descriptor(), &key.to_key()).is_some();
        if self.may_join(T::descriptor()) && !(T::descriptor().has_text_key() && held()) {
            return Box::pin(self.get_and_load::<T>(key, options)).await;
        }
        self.before_query().await?;
        let statement = super::text::get(
            &self.engine,
            T::descriptor(),
            options.for_update,
            key.to_values(),
            self.criteria_on(T::descriptor()),
        )?;
        let Some(row) = self.fetch(statement, Only::<T>(None)).await?.0 else {
            return Ok(None);
        };
        if T::descriptor().has_text_key() {
            self.state.found_by(T::descriptor(), &key.to_key(), &row)?;
        }
        let watch = self.watch();
        let arena = self.state.arena_of(T::descriptor());
        let into = self.state.arena_mut(arena);
        let slot = into.absorb_one(row, options.populate_existing)?;
        self.notice(watch);
        let found = ObjectId { arena, slot };
        self.load_beside(T::descriptor(), found).await?;
        Ok(Some(self.state.handle(found)))
    }
}

/// The query of the row with a key.
pub(super) fn by_key<T: Model>(loads: Vec<LoadOption>, key: Vec<Value>) -> Select<Entity<T>> {
    let model = T::descriptor();
    let mut query = T::select().loading(loads);
    for (&column, value) in model.primary_key.iter().zip(key) {
        let column = Expr::column(model.table, model.columns[column].name);
        let test = Expr::binary(BinaryOperator::Eq, column, Expr::Bind(value));
        query = query.filter_untyped(test);
    }
    query
}

/// Reads the row of a key.
struct Only<T>(Option<T>);

impl<T: Model> RowSink for Only<T> {
    #[inline]
    fn row(&mut self, row: &dyn Row) -> Result<()> {
        if self.0.is_none() {
            self.0 = Some(T::from_row(row, 0)?);
        }
        Ok(())
    }
}
