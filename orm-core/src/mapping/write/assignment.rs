//! What columns are set to: `Book::title.to("x")`.

use std::fmt;
use std::marker::PhantomData;

use super::super::{Column, Model, tuples};
use crate::sql::{Expr, Operand, checked};
use crate::types::ColumnType;

/// A column of model `M` and its new value; made by [`Column::to`].
pub struct Assignment<M> {
    pub(super) column: usize,
    pub(super) value: Expr,
    marker: PhantomData<fn() -> M>,
}

/// Says that a value of this type can be put into a column of type `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not fit a column of type `{T}`",
    label = "the column takes `{T}`",
    note = "a column that is no `Option` is NOT NULL; say what stands for NULL: `.unwrap_or(..)` of a value, `func::coalesce(.., fallback)` of an expression",
    note = "where an expression is known not to be NULL, say `.assume_not_null()`; of another type, `.cast::<..>()`; to store NULL, make the field an `Option`"
)]
pub trait Fits<T> {}

impl<T: ColumnType> Fits<T> for T {}
impl<T: ColumnType> Fits<Option<T>> for T {}

impl<M: Model, T: ColumnType> Column<M, T> {
    /// Sets the column: to a value, which becomes a parameter, or to an expression of the column's type. `None` is NULL.
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
    ///     title: String,
    ///     year: i32,
    ///     note: Option<String>,
    /// }
    ///
    /// let statement = Book::update()
    ///     .set((Book::year.to(Book::year + 1), Book::title.to("Clean Code"), Book::note.to(None)))
    ///     .filter(Book::id.eq(1));
    /// # let _ = statement;
    /// # }
    /// ```
    pub fn to<V>(self, value: V) -> Assignment<M>
    where
        V: Operand<T::Base, Type: Fits<T>>,
    {
        Assignment {
            column: self.index(),
            value: checked(value.into_operand(), T::SQL_TYPE, M::descriptor().table),
            marker: PhantomData,
        }
    }
}

impl<M> Clone for Assignment<M> {
    fn clone(&self) -> Self {
        Self {
            column: self.column,
            value: self.value.clone(),
            marker: PhantomData,
        }
    }
}

impl<M: Model> fmt::Debug for Assignment<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let model = M::descriptor();
        let column = model.columns.get(self.column).map_or("?", |it| it.name);
        write!(f, "{}.{column} = {:?}", model.table, self.value)
    }
}

/// What `values` and `set` take: an assignment, a tuple of up to twelve, or a list made at run time.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not set columns of `{M}`",
    label = "expected assignments to columns of `{M}`",
    note = "an assignment is `{M}::column.to(value)`; give one, a tuple of up to twelve, or a `Vec<Assignment<{M}>>`"
)]
pub trait Assignments<M> {
    /// Appends the assignments.
    #[doc(hidden)]
    fn push_assignments(self, out: &mut Vec<Assignment<M>>);
}

impl<M> Assignments<M> for Assignment<M> {
    fn push_assignments(self, out: &mut Vec<Self>) {
        out.push(self);
    }
}

impl<M, A: Assignments<M>> Assignments<M> for Vec<A> {
    fn push_assignments(self, out: &mut Vec<Assignment<M>>) {
        self.into_iter().for_each(|it| it.push_assignments(out));
    }
}

impl<M, A: Assignments<M>, const N: usize> Assignments<M> for [A; N] {
    fn push_assignments(self, out: &mut Vec<Assignment<M>>) {
        self.into_iter().for_each(|it| it.push_assignments(out));
    }
}

/// Sets the column where there is a value for it.
impl<M, A: Assignments<M>> Assignments<M> for Option<A> {
    fn push_assignments(self, out: &mut Vec<Assignment<M>>) {
        self.into_iter().for_each(|it| it.push_assignments(out));
    }
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<Of, $($name: Assignments<Of>),+> Assignments<Of> for ($($name,)+) {
            fn push_assignments(self, out: &mut Vec<Assignment<Of>>) {
                $(self.$index.push_assignments(out);)+
            }
        }
    };
}
tuples!(tuple);

/// The assignments as positions and values.
pub(super) fn list<M>(assignments: impl Assignments<M>) -> Vec<(usize, Expr)> {
    let mut out = Vec::new();
    assignments.push_assignments(&mut out);
    out.into_iter().map(|it| (it.column, it.value)).collect()
}
