//! Columns by name only, and queries whose rows fit them.

use super::super::{Column, Model, Scalar, tuples};
use super::assignment::Fits;
use crate::types::ColumnType;

/// Columns of model `M` by name only: one, or a tuple of up to twelve.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name columns of `{M}`",
    label = "expected columns of `{M}`",
    note = "name one (`{M}::column`), or a tuple of up to twelve"
)]
pub trait Columns<M> {
    /// Appends their positions.
    #[doc(hidden)]
    fn push_columns(self, out: &mut Vec<usize>);
}

impl<M: Model, T> Columns<M> for Column<M, T> {
    fn push_columns(self, out: &mut Vec<usize>) {
        out.push(self.index());
    }
}

/// Says that rows of this shape can be put into the columns `C`.
#[diagnostic::on_unimplemented(
    message = "the rows of the query do not fit the columns of the insert",
    label = "the query gives `{Self}`, the columns are `{C}`",
    note = "select as many columns as are named, in their order, each of the type of its column"
)]
pub trait FitColumns<C> {}

impl<M, T, U: ColumnType + Fits<T>> FitColumns<Column<M, T>> for Scalar<U> {}

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        impl<Of, $($name: Columns<Of>),+> Columns<Of> for ($($name,)+) {
            fn push_columns(self, out: &mut Vec<usize>) {
                $(self.$index.push_columns(out);)+
            }
        }
    };
}
tuples!(tuple);

macro_rules! fit {
    ($($row:ident $column:ident),+) => {
        impl<$($column, $row: FitColumns<$column>),+> FitColumns<($($column,)+)> for ($($row,)+) {}
    };
}
fit!(A CA);
fit!(A CA, B CB);
fit!(A CA, B CB, C CC);
fit!(A CA, B CB, C CC, D CD);
fit!(A CA, B CB, C CC, D CD, E CE);
fit!(A CA, B CB, C CC, D CD, E CE, F CF);
fit!(A CA, B CB, C CC, D CD, E CE, F CF, G CG);
fit!(A CA, B CB, C CC, D CD, E CE, F CF, G CG, H CH);
fit!(A CA, B CB, C CC, D CD, E CE, F CF, G CG, H CH, I CI);
fit!(A CA, B CB, C CC, D CD, E CE, F CF, G CG, H CH, I CI, J CJ);
fit!(A CA, B CB, C CC, D CD, E CE, F CF, G CG, H CH, I CI, J CJ, K CK);
fit!(A CA, B CB, C CC, D CD, E CE, F CF, G CG, H CH, I CI, J CJ, K CK, L CL);

/// The first column that is named a second time.
pub(super) fn twice(columns: &[usize]) -> Option<usize> {
    let mut rest = columns.iter().enumerate();
    rest.find(|(index, column)| columns[..*index].contains(column))
        .map(|(_, &column)| column)
}
