//! Columns and relationships of one model, named together: `(Book::title, Book::author)`.

use super::{Column, Relation};

/// A choice of columns and relationships, by position.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AttributeList {
    /// The columns.
    pub columns: Vec<usize>,
    /// The relationships.
    pub relations: Vec<usize>,
}

/// Columns and relationships of model `M`: one, or a tuple of up to eight.
#[diagnostic::on_unimplemented(
    message = "`{Self}` names no columns or relationships of `{M}`",
    label = "not an attribute of `{M}`",
    note = "give a column, a relationship, or a tuple of them: (Book::title, Book::author)"
)]
pub trait Attributes<M> {
    /// Adds them to the list.
    #[doc(hidden)]
    fn list(&self, list: &mut AttributeList);
}

impl<M, T> Attributes<M> for Column<M, T> {
    fn list(&self, list: &mut AttributeList) {
        list.columns.push(self.index());
    }
}

impl<M, C, K> Attributes<M> for Relation<M, C, K> {
    fn list(&self, list: &mut AttributeList) {
        list.relations.push(self.index());
    }
}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<M, $($name: Attributes<M>),+> Attributes<M> for ($($name,)+) {
            fn list(&self, list: &mut AttributeList) {
                $(self.$index.list(list);)+
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
