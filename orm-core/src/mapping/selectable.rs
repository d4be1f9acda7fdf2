//! What `select` takes.

use super::shape::{Entity, Scalar, Shape};
use super::{Column, Model, ModelDescriptor};
use crate::sql::{Expr, Expression as _, Item, Label, Typed};
use crate::types::ColumnType;

/// The columns of a query: a column, an expression, a whole model (`entity::<Book>()`), or a tuple of up to eight of those.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be selected",
    label = "not a column, an expression or a tuple of those",
    note = "select `Book::title`, `func::count(Book::id)`, `entity::<Book>()`, or a tuple of up to eight of those"
)]
pub trait Selectable {
    /// What a row is read as.
    type Shape: Shape;

    /// Appends the columns, and the models that they are known to be of.
    #[doc(hidden)]
    fn push_items(self, items: &mut Vec<Item>, models: &mut Vec<&'static ModelDescriptor>);
}

impl<M: Model, T: ColumnType> Selectable for Column<M, T> {
    type Shape = Scalar<T>;

    fn push_items(self, items: &mut Vec<Item>, models: &mut Vec<&'static ModelDescriptor>) {
        items.push(self.into_expr().into());
        models.push(M::descriptor());
    }
}

impl<T: ColumnType> Selectable for Typed<T> {
    type Shape = Scalar<T>;

    fn push_items(self, items: &mut Vec<Item>, _: &mut Vec<&'static ModelDescriptor>) {
        items.push(self.into_expr().into());
    }
}

impl<T: ColumnType> Selectable for Label<T> {
    type Shape = Scalar<T>;

    fn push_items(self, items: &mut Vec<Item>, _: &mut Vec<&'static ModelDescriptor>) {
        items.push(self.item);
    }
}

impl<M: Model> Selectable for Entity<M> {
    type Shape = Self;

    fn push_items(self, items: &mut Vec<Item>, models: &mut Vec<&'static ModelDescriptor>) {
        let descriptor = M::descriptor();
        items.extend(model_items(descriptor));
        models.push(descriptor);
    }
}

/// All columns of a model, by name and in the descriptor's order: never `*`, whose meaning changes with the table.
pub(super) fn model_items(descriptor: &'static ModelDescriptor) -> impl Iterator<Item = Item> {
    let columns = descriptor.columns.iter();
    columns.map(|column| Expr::column(descriptor.table, column.name).into())
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: Selectable),+> Selectable for ($($name,)+) {
            type Shape = ($($name::Shape,)+);

            fn push_items(self, items: &mut Vec<Item>, models: &mut Vec<&'static ModelDescriptor>) {
                $(self.$index.push_items(items, models);)+
            }
        }
    };
}

tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
