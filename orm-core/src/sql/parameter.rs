//! Parameters by name.

use super::{Expr, Name, Parameter, Typed};
use crate::types::ColumnType;

/// A parameter of type `T` that the query is given by name: `.bind("year", 2010)`. Wherever the name stands in a statement it
/// is the same parameter.
///
/// ```
/// use orm_core::sql::{Expression, func, param};
///
/// let condition = func::value(2010).gt(param::<i32>("year"));
/// # let _ = condition;
/// ```
pub fn param<T: ColumnType>(name: impl Into<Name>) -> Typed<T> {
    Typed::new(Expr::Parameter(Box::new(Parameter {
        name: name.into(),
        sql_type: T::SQL_TYPE,
        value: None,
    })))
}
