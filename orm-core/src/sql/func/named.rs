//! Functions by their name.

use crate::sql::{Aggregate, Expr, FromItem, Function, Name, Typed, WindowFunction};
use crate::types::ColumnType;

/// Any other function. The name is printed as it is; that the result is of type `T` is the caller's word.
///
/// ```
/// use orm_core::sql::{Expression, func};
///
/// let length = func::call_named::<i32>("octet_length", [func::value("text".to_owned()).into_expr()]);
/// # let _ = length;
/// ```
pub fn call_named<T: ColumnType>(
    name: &'static str,
    arguments: impl IntoIterator<Item = Expr>,
) -> Typed<T> {
    Typed::new(Expr::Function(Box::new(named(name, arguments))))
}

/// Any other aggregate function. The name is printed as it is; that the result is of type `T` is the caller's word.
pub fn aggregate_named<T: ColumnType>(
    name: &'static str,
    arguments: impl IntoIterator<Item = Expr>,
) -> Aggregate<T> {
    Aggregate::new(named(name, arguments))
}

/// Any other function that needs a window. The name is printed as it is; that the result is of type `T` is the caller's word.
pub fn window_named<T: ColumnType>(
    name: &'static str,
    arguments: impl IntoIterator<Item = Expr>,
) -> WindowFunction<T> {
    WindowFunction::new(named(name, arguments))
}

/// A function that gives rows, to read from: `generate_series` on PostgreSQL, `json_each` on both.
pub fn table_named(
    name: &'static str,
    arguments: impl IntoIterator<Item = Expr>,
    alias: impl Into<Name>,
) -> FromItem {
    FromItem::Function {
        function: Box::new(named(name, arguments)),
        alias: alias.into(),
        columns: Vec::new(),
    }
}

fn named(name: &'static str, arguments: impl IntoIterator<Item = Expr>) -> Function {
    Function::new(Name::Borrowed(name), arguments.into_iter().collect())
}
