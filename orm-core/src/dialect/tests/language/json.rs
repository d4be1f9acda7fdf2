//! What stands inside JSON.

use super::{both, postgres_only, string};
use crate::sql::{Expression as _, JsonExpression as _, Typed, func};
use crate::types::JsonValue;

fn data() -> Typed<JsonValue> {
    Typed::new(string("data").into_expr())
}

/// SQLite reads a value as text only after a look at its kind.
fn read(path: &str) -> String {
    format!(
        "CASE json_type(data, '{path}') WHEN 'text' THEN data ->> '{path}' WHEN 'null' THEN NULL ELSE data -> '{path}' END"
    )
}

#[test]
fn paths() {
    let text = |typed: Typed<Option<String>>, sqlite: &str, postgres: &str| {
        both(typed, &read(sqlite), postgres);
    };
    text(data().get("a").text(), "$.\"a\"", "data ->> 'a'");
    text(
        data().get("a").get("b").text(),
        "$.\"a\".\"b\"",
        "data -> 'a' ->> 'b'",
    );
    text(
        data().get("t").at(0).text(),
        "$.\"t\"[0]",
        "data -> 't' ->> 0",
    );
    both(
        data().path(["a", "b"]).json(),
        "data -> '$.\"a\".\"b\"'",
        "data -> 'a' -> 'b'",
    );
    both(
        data().has_key("a"),
        "data -> '$.\"a\"' IS NOT NULL",
        "data -> 'a' IS NOT NULL",
    );
    both(
        data().at(1).json().is_null(),
        "data -> '$[1]' IS NULL",
        "data -> 1 IS NULL",
    );
}

#[test]
fn values() {
    let cast = |sql_type: &str| format!("CAST({} AS {sql_type})", read("$.\"a\""));
    both(
        data().get("a").int(),
        &cast("BIGINT"),
        "CAST(data ->> 'a' AS BIGINT)",
    );
    both(
        data().get("a").float().gt(1.0),
        &format!("{} > ?", cast("DOUBLE PRECISION")),
        "CAST(data ->> 'a' AS DOUBLE PRECISION) > $1",
    );
}

#[test]
fn contents() {
    let part = serde_json::json!({"a": 1});
    postgres_only(data().contains(part), "data @> $1", "JSON");
    both(
        func::json_agg(data()),
        "json_group_array(data -> '$')",
        "jsonb_agg(data #> '{}')",
    );
    both(
        func::json_object_agg(string("a"), string("b")),
        "json_group_object(a, b)",
        "jsonb_object_agg(a, b)",
    );
    both(
        func::json_array_length(data()),
        "json_array_length(data)",
        "jsonb_array_length(data)",
    );
}
