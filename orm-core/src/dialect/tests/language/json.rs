//! What stands inside JSON.

use super::{both, postgres_only, string};
use crate::sql::{Expression as _, JsonExpression as _, Typed, func};
use crate::types::JsonValue;

fn data() -> Typed<JsonValue> {
    Typed::new(string("data").into_expr())
}

#[test]
fn paths() {
    both(data().get("a").text(), "data ->> '$.\"a\"'", "data ->> 'a'");
    both(
        data().get("a").get("b").text(),
        "data ->> '$.\"a\".\"b\"'",
        "data #>> '{a,b}'",
    );
    both(
        data().path(["a", "b"]).json(),
        "data -> '$.\"a\".\"b\"'",
        "data #> '{a,b}'",
    );
    both(
        data().get("t").at(0).text(),
        "data ->> '$.\"t\"[0]'",
        "data #>> '{t,0}'",
    );
    both(
        data().at(1).int(),
        "CAST(data ->> '$[1]' AS BIGINT)",
        "CAST(data ->> 1 AS BIGINT)",
    );
    both(
        data().get("a").float().gt(1.0),
        "CAST(data ->> '$.\"a\"' AS REAL) > ?",
        "CAST(data ->> 'a' AS DOUBLE PRECISION) > $1",
    );
    both(
        data().get("a").bool(),
        "CAST(data ->> '$.\"a\"' AS BOOLEAN)",
        "CAST(data ->> 'a' AS BOOLEAN)",
    );
    both(
        data().has_key("a"),
        "data -> '$.\"a\"' IS NOT NULL",
        "data -> 'a' IS NOT NULL",
    );
}

#[test]
fn contents() {
    postgres_only(
        data().contains(serde_json::json!({"a": 1})),
        "data @> $1",
        "JSON",
    );
    both(
        func::json_agg(data()),
        "json_group_array(data)",
        "jsonb_agg(data)",
    );
    both(
        func::json_object_agg(string("a"), data()),
        "json_group_object(a, data)",
        "jsonb_object_agg(a, data)",
    );
    both(
        func::json_array_length(data()),
        "json_array_length(data)",
        "jsonb_array_length(data)",
    );
}
