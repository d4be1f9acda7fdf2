//! Functions of JSON.

use super::{aggregate, call};
use crate::sql::{Aggregate, Expression, JsonType, Textual, Typed};
use crate::types::JsonValue;

/// The values as a JSON list, NULLs as JSON's null; NULL or an empty list when there are no rows, as the database has it.
pub fn json_agg(expression: impl Expression) -> Aggregate<Option<JsonValue>> {
    aggregate("jsonb_agg", vec![expression.into_expr()])
}

/// The values as a JSON object, each under its key.
pub fn json_object_agg<K>(key: K, value: impl Expression) -> Aggregate<Option<JsonValue>>
where
    K: Expression<Type: Textual>,
{
    aggregate("jsonb_object_agg", vec![key.into_expr(), value.into_expr()])
}

/// The number of items of a JSON list; of anything else it is an error on PostgreSQL and 0 on SQLite.
pub fn json_array_length<E: Expression<Type: JsonType>>(list: E) -> Typed<Option<i32>> {
    call("jsonb_array_length", vec![list.into_expr()])
}
