//! Functions of JSON.

use super::{aggregate, call};
use crate::sql::{Aggregate, Expr, Expression, JsonType, Textual, Typed};
use crate::types::{ColumnType as _, JsonValue, SqlType};

/// The values as a JSON list, NULLs as JSON's null. When there are no rows PostgreSQL gives NULL, SQLite an empty list; truth
/// values are 0 and 1 on SQLite.
pub fn json_agg<E: Expression>(expression: E) -> Aggregate<Option<JsonValue>> {
    aggregate("jsonb_agg", vec![json(expression)])
}

/// The values as a JSON object, each under its key; see [`json_agg`].
pub fn json_object_agg<K, V>(key: K, value: V) -> Aggregate<Option<JsonValue>>
where
    K: Expression<Type: Textual>,
    V: Expression,
{
    aggregate("jsonb_object_agg", vec![key.into_expr(), json(value)])
}

/// JSON columns are text on SQLite, and would be put into other JSON as text: a path that leads nowhere says what they are.
fn json<E: Expression>(expression: E) -> Expr {
    let operand = expression.into_expr();
    if E::Type::SQL_TYPE != SqlType::Json {
        return operand;
    }
    Expr::Json {
        operand: Box::new(operand),
        path: Vec::new(),
        text: false,
    }
}

/// The number of items of a JSON list; of anything else it is an error on PostgreSQL and 0 on SQLite.
pub fn json_array_length<E: Expression<Type: JsonType>>(list: E) -> Typed<Option<i32>> {
    call("jsonb_array_length", vec![list.into_expr()])
}
