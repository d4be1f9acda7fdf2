//! Rows with names for their columns that a query can read from: subqueries, common table expressions, values.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use super::super::shape::{Entity, Optional, Scalar, Shape};
use super::super::{Column, Model};
use super::source::{Source, SourceColumn, SourceEntity, SourceParts};
use crate::sql::{Expr, Expression as _, FromItem, Item, Label, Name, Named, Select};
use crate::types::ColumnType;

/// Rows that a query can read from, under a name: a subquery, a common table expression, values, a table function, raw SQL.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use orm_core::prelude::*;
///
/// #[derive(Model, Debug, Clone, Default)]
/// #[orm(table = "books")]
/// struct Book {
///     #[orm(primary_key)]
///     id: i64,
///     author_id: i64,
/// }
///
/// let count = func::count(Book::id).label("count");
/// let books = select((Book::author_id, count.clone())).group_by(Book::author_id).subquery("b");
/// let busy = select(books.col(Book::author_id)).filter(books.col(&count).gt(2));
/// # let _ = busy;
/// # }
/// ```
pub struct Derived<S> {
    pub(super) source: Arc<SourceParts>,
    pub(super) outputs: Arc<[Output]>,
    marker: PhantomData<fn() -> S>,
}

/// A column of the rows.
#[doc(hidden)]
#[derive(Debug, Clone)]
pub struct Output {
    pub(super) name: Name,
    /// What it is inside, so that it can be found by that.
    pub(super) expr: Option<Expr>,
}

impl Output {
    pub(super) fn named(name: impl Into<Name>) -> Self {
        Self {
            name: name.into(),
            expr: None,
        }
    }

    /// The columns of items, all of which have names.
    pub(super) fn all(items: &[Item]) -> Vec<Self> {
        let named = items.iter().map(|item| Self {
            name: item.name().cloned().unwrap_or_default(),
            expr: Some(item.expr.clone()),
        });
        named.collect()
    }
}

/// A column inside a query, by which [`Derived::col`] finds it outside: the column itself, or its label.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a column of a query",
    label = "expected a column or a label",
    note = "give the column (`Book::id`), or the label as it was given to `select` (`&label`)"
)]
pub trait Inner {
    /// The type of its values.
    type Type: ColumnType;

    /// Which of the columns it is, or the name that they lack.
    #[doc(hidden)]
    fn find(&self, outputs: &[Output]) -> Name;
}

fn by_expr(outputs: &[Output], expr: &Expr, name: Name) -> Name {
    let same = outputs
        .iter()
        .find(|output| output.expr.as_ref() == Some(expr));
    same.map_or(name, |output| output.name.clone())
}

impl<M: Model, T: ColumnType> Inner for Column<M, T> {
    type Type = T;

    fn find(&self, outputs: &[Output]) -> Name {
        by_expr(outputs, &self.into_expr(), Name::Borrowed(self.name()))
    }
}

impl<T: ColumnType> Inner for &SourceColumn<T> {
    type Type = T;

    fn find(&self, outputs: &[Output]) -> Name {
        by_expr(outputs, &SourceColumn::clone(self).into_expr(), self.name())
    }
}

impl<T: ColumnType> Inner for &Label<T> {
    type Type = T;

    fn find(&self, _: &[Output]) -> Name {
        self.name()
    }
}

impl<S> Derived<S> {
    pub(super) fn new(source: SourceParts, outputs: Vec<Output>) -> Self {
        Self {
            source: Arc::new(source),
            outputs: outputs.into(),
            marker: PhantomData,
        }
    }

    /// A column of the rows, by the column or label inside.
    ///
    /// One that the rows do not have is told when the query is compiled.
    pub fn col<C: Inner>(&self, column: C) -> SourceColumn<C::Type> {
        self.column(column.find(&self.outputs))
    }

    /// A column of the rows by its name. That it is of type `T` is the caller's word.
    pub fn column<T: ColumnType>(&self, name: impl Into<Name>) -> SourceColumn<T> {
        let label = self.source.item.label().clone();
        SourceColumn::new(Expr::column(label, name), Arc::clone(&self.source))
    }

    /// Whole objects of a model, whose columns the rows have.
    pub fn entity<M: Model>(&self) -> SourceEntity<M> {
        let model = M::descriptor();
        let columns = model.columns.iter();
        let names = columns
            .map(|column| {
                let expr = Expr::column(model.table, column.name);
                by_expr(&self.outputs, &expr, Name::Borrowed(column.name))
            })
            .collect();
        SourceEntity::new(names, SourceParts::clone(&self.source))
    }

    /// The rows as a part of FROM that sees the columns of what stands before it (`LATERAL`): for
    /// [`join_lateral`](super::Select::join_lateral).
    pub(super) fn lateral(&self) -> SourceParts {
        let mut parts = SourceParts::clone(&self.source);
        if let FromItem::Subquery { lateral, .. } = &mut parts.item {
            *lateral = true;
        }
        parts
    }
}

impl<S: Outer> Derived<S> {
    /// All columns of the rows, each with its type: one, or a tuple as wide as the query.
    pub fn columns(&self) -> S::Columns {
        S::columns(&self.source, &self.outputs)
    }
}

impl<S> Source for &Derived<S> {
    fn into_source(self) -> SourceParts {
        SourceParts::clone(&self.source)
    }
}

impl<S> Clone for Derived<S> {
    fn clone(&self) -> Self {
        Self {
            source: Arc::clone(&self.source),
            outputs: Arc::clone(&self.outputs),
            marker: PhantomData,
        }
    }
}

impl<S> fmt::Debug for Derived<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Derived")
            .field("item", &self.source.item)
            .finish_non_exhaustive()
    }
}

/// A shape whose parts can be named from outside, as [`Derived::columns`] gives them.
pub trait Outer: Shape {
    /// The columns, typed.
    type Columns;

    /// The columns, which are the first of these.
    #[doc(hidden)]
    fn columns(source: &Arc<SourceParts>, outputs: &[Output]) -> Self::Columns;
}

fn name(outputs: &[Output], index: usize) -> Name {
    outputs
        .get(index)
        .map(|output| output.name.clone())
        .unwrap_or_default()
}

impl<T: ColumnType> Outer for Scalar<T> {
    type Columns = SourceColumn<T>;

    fn columns(source: &Arc<SourceParts>, outputs: &[Output]) -> Self::Columns {
        let expr = Expr::column(source.item.label().clone(), name(outputs, 0));
        SourceColumn::new(expr, Arc::clone(source))
    }
}

impl<M: Model> Outer for Entity<M> {
    type Columns = SourceEntity<M>;

    fn columns(source: &Arc<SourceParts>, outputs: &[Output]) -> Self::Columns {
        let names = (0..Self::width()).map(|index| name(outputs, index));
        SourceEntity::new(names.collect(), SourceParts::clone(source))
    }
}

impl<M: Model> Outer for Optional<Entity<M>> {
    type Columns = Optional<SourceEntity<M>>;

    fn columns(source: &Arc<SourceParts>, outputs: &[Output]) -> Self::Columns {
        Entity::<M>::columns(source, outputs).optional()
    }
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: Outer),+> Outer for ($($name,)+) {
            type Columns = ($($name::Columns,)+);

            #[allow(unused_assignments, reason = "the last part moves the offset for nobody")]
            fn columns(source: &Arc<SourceParts>, outputs: &[Output]) -> Self::Columns {
                let mut offset = 0;
                ($({
                    let rest = outputs.get(offset..).unwrap_or_default();
                    offset += $name::width();
                    $name::columns(source, rest)
                },)+)
            }
        }
    };
}
super::super::tuples::tuples!(tuple);

/// Gives every column of a query a name that no other one has, as who reads from it needs: the second `id` is `id_1`.
pub(crate) fn name_outputs(select: &mut Select) {
    if let Some(set) = &mut select.set {
        if let Some(first) = set.operands.first_mut() {
            name_outputs(first);
        }
        return;
    }
    for index in 0..select.items.len() {
        let is_called = |item: &Item, name: &str| item.name().is_some_and(|known| known == name);
        let (before, rest) = select.items.split_at_mut(index);
        let Some((item, after)) = rest.split_first_mut() else {
            return;
        };
        let wanted = match (item.name(), &item.expr) {
            (Some(name), _) => name.clone(),
            (None, Expr::Function(function)) => function.name.clone(),
            (None, _) => Name::Borrowed("value"),
        };
        if !before.iter().any(|other| is_called(other, &wanted)) {
            if item.name().is_none() {
                item.label = Some(wanted);
            }
            continue;
        }
        let free = (1..).map(|number| format!("{wanted}_{number}"));
        let others = || before.iter().chain(&*after);
        item.label = free
            .map(Name::Owned)
            .find(|name| !others().any(|other| is_called(other, name)));
    }
}
