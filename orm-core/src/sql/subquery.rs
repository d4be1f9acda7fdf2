//! Queries as part of expressions: `IN (SELECT ..)`, `EXISTS (..)`, one value, `> ALL (..)`.

use super::{Name, Select};
use crate::types::ColumnType;

/// A query with one column of a known type: what `is_in_query`, `scalar` and `gt_all` take.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a query with one column",
    label = "expected a query such as `select(Book::id)`",
    note = "select exactly one column or expression: `select(Book::id).filter(..)`"
)]
pub trait ScalarQuery {
    /// The Rust type of the column.
    type Type: ColumnType;

    /// The query without its types.
    fn into_select(self) -> Select;
}

/// A query of any columns: what `exists` takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a query",
    label = "expected a query such as `select(Book::id)`"
)]
pub trait RowsQuery {
    /// The query without its types.
    fn into_select(self) -> Select;
}

impl RowsQuery for Select {
    fn into_select(self) -> Select {
        self
    }
}

/// Something of type [`Type`](Named::Type) with a name in a result, which is the name of a subquery's column too.
pub trait Named {
    /// The Rust type of its values.
    type Type: ColumnType;

    /// The name.
    fn name(&self) -> Name;
}
