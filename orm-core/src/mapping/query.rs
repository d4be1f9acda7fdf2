//! Typed queries over models.

mod bound;
mod criteria;
mod cte;
mod deferred;
mod derived;
mod explain;
mod join;
mod join_key;
mod lead;
mod lock;
mod page;
mod place;
mod rows;
mod run;
mod set;
mod source;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::from_row::{ByName, FromRow};
use super::options::merge;
use super::selectable::{First, Models, Selection};
use super::shape::{Entity, Scalar, Shape};
use super::{AnyLoad, IntoLoad, LoadOption, Model, ModelCriteria, ModelDescriptor, Selectable};
use crate::sql::{
    self, Condition, Distinct, Expr, FromItem, IntoExprs, IntoOrder, IntoWindow, Leads, OrderBy,
    Refusal, RowsQuery, ScalarQuery, TableRef, Text,
};
use crate::types::{ColumnType, Value};
use lead::write_out;

pub(super) use lead::{lead_items, model_items};

pub use bound::Prepared;
pub(crate) use bound::compile_select;
pub(super) use cte::add_ctes;
pub use cte::{Cte, Returns, cte};
pub(crate) use derived::name_outputs;
pub use derived::{Derived, Inner, Outer};
pub use join::{Along, IntoJoin};
pub(crate) use page::Keyset;
pub use page::{Page, PageRequest};
pub(crate) use place::Seal;
pub use rows::{ValueRow, table_function, values};
pub use run::Query;
pub use source::{Alias, Source, SourceColumn, SourceEntity, SourceParts, alias, anonymous};

/// A query whose rows are read as `S`. It is a value: composing it never changes its type, cloning it costs nothing, and
/// nothing is sent before it is given to a session, an engine or a transaction.
pub struct Select<S> {
    body: Arc<Body>,
    marker: PhantomData<fn() -> S>,
}

#[derive(Debug, Clone, Default)]
struct Body {
    /// Its columns are those that `select` was given, after the leads; nothing changes them.
    statement: sql::Select,
    /// The models whose columns are the first, all of them: they are told by their addresses, and written out only where
    /// something has to look at each.
    leads: Leads,
    /// In one place, so that the others carry little of it.
    options: Option<Box<Options>>,
    populate_existing: bool,
    /// The model whose objects are the first in its rows.
    whole: Option<&'static ModelDescriptor>,
    /// The models known to be in the query, for joins along foreign keys and for messages.
    models: Models,
    /// Whether FROM follows from the first column only.
    inferred: bool,
    /// The values of named parameters.
    binds: Vec<(sql::Name, Value)>,
}

/// What few queries say of how they are run.
#[derive(Debug, Clone, Default)]
struct Options {
    loads: Vec<LoadOption>,
    /// Its own criteria.
    criteria: ModelCriteria,
    /// Whether it goes without those of a session.
    free: bool,
}

/// A query of columns and expressions.
///
/// It reads from where the first column comes from, unless [`Select::from`] or [`Select::from_source`] says another.
/// More is read only by joins and by [`Select::and_from`]: a cross product is never an accident.
pub fn select<C: Selectable>(columns: C) -> Select<C::Shape> {
    let mut selection = Selection {
        width: C::Shape::width(),
        ..Default::default()
    };
    columns.select_into(&mut selection);
    // Filled in where it stays, since it is large to move.
    let mut query = Select {
        body: Arc::<Body>::default(),
        marker: PhantomData,
    };
    let body = query.body();
    body.models = selection.models;
    body.leads = selection.leads;
    body.whole = selection.whole;
    body.inferred = true;
    body.statement.items = selection.items;
    match selection.source {
        None => {}
        Some(First::Model(model)) => {
            body.statement.from = Vec::with_capacity(1);
            let table = TableRef::new(model.table);
            body.statement.from.push(FromItem::Table(table));
        }
        Some(First::Source(source)) => {
            let item = body.take_in(*source);
            body.statement.from = vec![item];
        }
    }
    query
}

/// The query of all rows of a model, with all its columns by name.
pub(crate) fn entity_select(descriptor: &'static ModelDescriptor) -> sql::Select {
    sql::Select {
        items: model_items(descriptor).collect(),
        from: vec![FromItem::Table(TableRef::new(descriptor.table))],
        ..Default::default()
    }
}

impl Body {
    /// Adds a load option.
    fn load(&mut self, load: impl AnyLoad) {
        let option = load.into_option();
        if let Err(refusal) = option.and_then(|option| merge(&mut self.options().loads, option)) {
            self.statement.refuse(refusal);
        }
    }

    fn options(&mut self) -> &mut Options {
        self.options.get_or_insert_default()
    }

    fn loads(&self) -> &[LoadOption] {
        self.options.as_ref().map_or(&[], |options| &options.loads)
    }

    /// Takes in what comes with a source; gives what stands in FROM.
    fn take_in(&mut self, source: SourceParts) -> FromItem {
        self.take_in_ctes(source.with);
        if let Some(refusal) = source.refused {
            self.statement.refuse(refusal);
        }
        if let Some(model) = source.model {
            self.models.add(source.item.label(), model);
        }
        source.item
    }

    fn take_in_ctes(&mut self, ctes: Vec<sql::Cte>) {
        if let Err(refusal) = add_ctes(&mut self.statement.with, ctes) {
            self.statement.refuse(refusal);
        }
    }
}

impl<S> Select<S> {
    fn new(body: Body) -> Self {
        Self {
            body: Arc::new(body),
            marker: PhantomData,
        }
    }

    #[inline]
    fn body(&mut self) -> &mut Body {
        Arc::make_mut(&mut self.body)
    }

    fn into_body(self) -> Body {
        let mut body = Arc::unwrap_or_clone(self.body);
        write_out(&std::mem::take(&mut body.leads), &mut body.statement);
        body.keep_criteria();
        body
    }

    /// The query without its types.
    pub fn into_statement(self) -> sql::Select {
        self.into_body().into_part()
    }

    fn refuse(mut self, message: impl Into<String>) -> Self {
        self.body().statement.refuse(Refusal::query(message));
        self
    }
}

impl<S: Shape> Select<S> {
    /// Adds a condition. All conditions must hold, so this can be called in a loop.
    #[inline]
    #[must_use]
    pub fn filter(self, condition: impl Condition) -> Self {
        self.filter_untyped(condition.into_condition())
    }

    /// Adds a condition of the untyped layer.
    #[inline]
    #[must_use]
    pub fn filter_untyped(mut self, condition: Expr) -> Self {
        self.body().statement.add_filter(condition);
        self
    }

    /// Adds to the order: a column or expression, `.desc()` of one, or a tuple of those. The rows of a set operation are
    /// ordered by columns of its first query, or by labels.
    #[must_use]
    pub fn order_by(mut self, order: impl IntoOrder) -> Self {
        let statement = &mut self.body().statement;
        let before = statement.order_by.len();
        if statement.order_by.capacity() == 0 {
            // Most orders have no more terms; and to begin with no memory is dearer than to begin with some.
            statement.order_by = Vec::with_capacity(2);
        }
        order.push_order(&mut statement.order_by);
        if statement.set.is_some() {
            set::order_by_outputs(statement, before);
        }
        self
    }

    /// Adds to the order a column of the result by its name or label, ascending; the way to order by a label that only
    /// raw or untyped SQL knows. A typed label can be given to [`Select::order_by`].
    #[must_use]
    pub fn order_by_label(mut self, label: impl Into<sql::Name>) -> Self {
        let term = OrderBy::ascending(Expr::Label(label.into()));
        self.body().statement.order_by.push(term);
        self
    }

    /// At most this many rows.
    #[must_use]
    pub fn limit(mut self, limit: u64) -> Self {
        self.body().statement.limit = Some(limit);
        self
    }

    /// Without this many rows at the beginning.
    #[must_use]
    pub fn offset(mut self, offset: u64) -> Self {
        self.body().statement.offset = Some(offset);
        self
    }

    /// Leaves out rows that are equal to another.
    #[must_use]
    pub fn distinct(mut self) -> Self {
        self.body().statement.distinct = Distinct::Rows;
        self
    }

    /// Leaves out all rows but the first of those with the same values of these; the order, which has to begin with
    /// them, says which is first. SQLite has no such clause, and refuses with an error that says what to do instead.
    #[must_use]
    pub fn distinct_on(mut self, columns: impl IntoExprs) -> Self {
        let mut exprs = Vec::new();
        columns.push_exprs(&mut exprs);
        self.body().statement.distinct = Distinct::On(exprs);
        self
    }

    /// Makes one row of all rows with the same values of these.
    #[must_use]
    pub fn group_by(mut self, columns: impl IntoExprs) -> Self {
        columns.push_exprs(&mut self.body().statement.group_by);
        self
    }

    /// Adds a condition on groups; all conditions must hold.
    #[must_use]
    pub fn having(mut self, condition: impl Condition) -> Self {
        self.body().statement.add_having(condition.into_condition());
        self
    }

    /// Gives a window a name, by which window functions call it: `func::rank().over_named("w")`.
    #[must_use]
    pub fn window(mut self, name: impl Into<sql::Name>, window: impl IntoWindow) -> Self {
        let window = (name.into(), window.into_window());
        self.body().statement.windows.push(window);
        self
    }

    /// Gives objects that the session holds already the values of the rows; otherwise the object in hand wins.
    #[must_use]
    pub fn populate_existing(mut self) -> Self {
        self.body().populate_existing = true;
        self
    }

    /// Reads the rows as structs with `#[derive(FromRow)]`, by the names of the columns.
    #[must_use]
    pub fn rows<T: FromRow>(self) -> Select<ByName<T>> {
        Select {
            body: self.body,
            marker: PhantomData,
        }
    }
}

impl<S> Select<S> {
    /// With these load options.
    pub(crate) fn loading(mut self, loads: Vec<LoadOption>) -> Self {
        self.body().options().loads = loads;
        self
    }
}

impl<M: Model> Select<Entity<M>> {
    /// Loads a relationship of the objects too, to any depth: `.with(Author::books.then(Book::tags))`.
    #[must_use]
    pub fn with(mut self, load: impl IntoLoad<M>) -> Self {
        self.body().load(load);
        self
    }
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: Shape),+> Select<($($name,)+)> {
            /// Loads a relationship of the objects in the rows too, to any depth: `.with(Author::books.then(Book::tags))`.
            /// One of a model that the rows have no object of is an error when the query is run.
            #[must_use]
            pub fn with(mut self, load: impl AnyLoad) -> Self {
                self.body().load(load);
                self
            }
        }
    };
}
super::tuples::tuples!(tuple);

impl<T: ColumnType> ScalarQuery for Select<Scalar<T>> {
    type Type = T;

    fn into_select(self) -> sql::Select {
        self.into_statement()
    }
}

impl<S> RowsQuery for Select<S> {
    fn into_select(self) -> sql::Select {
        self.into_statement()
    }
}

impl<S> Clone for Select<S> {
    fn clone(&self) -> Self {
        Self {
            body: Arc::clone(&self.body),
            marker: PhantomData,
        }
    }
}

impl<S> fmt::Debug for Select<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Select")
            .field("statement", &self.body.statement())
            .field("loads", &self.body.loads())
            .field("populate_existing", &self.body.populate_existing)
            .finish_non_exhaustive()
    }
}
