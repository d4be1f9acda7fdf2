//! Dates, JSON, arrays, casts and full-text search.

use super::expressions::{bind, boxed, name, only_postgres, op};
use super::*;
use crate::sql::{BinaryOperator as Op, DateField, JsonStep};

#[test]
fn searches() {
    let search = |language| Expr::FullText {
        document: boxed("body"),
        query: Box::new(Expr::Bind(Value::Text("x".into()))),
        language,
    };
    expr(
        search(Some("english".into())),
        "body MATCH ?",
        "to_tsvector('english', body) @@ websearch_to_tsquery('english', $1)",
    );
    expr(
        search(None),
        "body MATCH ?",
        "to_tsvector(body) @@ websearch_to_tsquery($1)",
    );
    only_postgres(
        search(Some("it's".into())),
        "to_tsvector('it''s', body) @@ websearch_to_tsquery('it''s', $1)",
    );
    expr(
        Expr::And(vec![search(None).negate(), name("b")]),
        "NOT body MATCH ? AND b = 1",
        "NOT to_tsvector(body) @@ websearch_to_tsquery($1) AND b",
    );
}

#[test]
fn collations() {
    let collate = |expr, name: &'static str| Expr::Collate(Box::new(expr), name.into());
    same(collate(name("a"), "C"), "a COLLATE \"C\"");
    same(collate(name("a"), "de-x-icu"), "a COLLATE \"de-x-icu\"");
    same(
        op(Op::Eq, collate(name("a"), "nocase"), name("b")),
        "a COLLATE nocase = b",
    );
    same(
        op(Op::Concat, name("b"), collate(name("a"), "nocase")),
        "b || (a COLLATE nocase)",
    );
    same(
        collate(op(Op::Concat, name("a"), name("b")), "nocase"),
        "(a || b) COLLATE nocase",
    );
}

#[test]
fn casts() {
    let cast = |sql_type| Expr::Cast(boxed("a"), sql_type);
    expr(
        cast(SqlType::Bool),
        "CAST(a AS INTEGER)",
        "CAST(a AS BOOLEAN)",
    );
    same(cast(SqlType::SmallInt), "CAST(a AS SMALLINT)");
    same(cast(SqlType::BigInt), "CAST(a AS BIGINT)");
    same(cast(SqlType::Real), "CAST(a AS REAL)");
    same(cast(SqlType::Double), "CAST(a AS DOUBLE PRECISION)");
    same(cast(SqlType::VarChar(9)), "CAST(a AS VARCHAR(9))");
}

#[test]
fn parts_of_dates() {
    let extract = |field| Expr::Extract(field, boxed("a"));
    let part = |field, format: &str, word: &str| {
        expr(
            extract(field),
            &format!("CAST(strftime('{format}', a) AS INTEGER)"),
            &format!("CAST(EXTRACT({word} FROM a) AS INTEGER)"),
        );
    };
    part(DateField::Year, "%Y", "YEAR");
    part(DateField::Month, "%m", "MONTH");
    part(DateField::Week, "%V", "WEEK");
    part(DateField::Day, "%d", "DAY");
    part(DateField::DayOfWeek, "%w", "DOW");
    part(DateField::DayOfYear, "%j", "DOY");
    part(DateField::Hour, "%H", "HOUR");
    part(DateField::Minute, "%M", "MINUTE");
    expr(
        extract(DateField::Quarter),
        "((CAST(strftime('%m', a) AS INTEGER) + 2) / 3)",
        "CAST(EXTRACT(QUARTER FROM a) AS INTEGER)",
    );
    expr(
        extract(DateField::Second),
        "CAST(strftime('%S', a) AS INTEGER)",
        "CAST(floor(EXTRACT(SECOND FROM a)) AS INTEGER)",
    );
    expr(
        extract(DateField::Epoch),
        "unixepoch(substr(a, 1, 19))",
        "CAST(floor(EXTRACT(EPOCH FROM a)) AS BIGINT)",
    );
}

#[test]
fn dates_cut() {
    let cut = |field, sqlite: &str, word: &str| {
        expr(
            Expr::Truncate(field, boxed("a")),
            sqlite,
            &format!("date_trunc('{word}', a)"),
        );
    };
    cut(
        DateField::Year,
        "(substr(a, 1, 4) || substr('-01-01 00:00:00', 1, length(a) - 4))",
        "year",
    );
    cut(
        DateField::Quarter,
        "(substr(a, 1, 5) || substr('010101040404070707101010', 2 * substr(a, 6, 2) - 1, 2) || \
         substr('-01 00:00:00', 1, length(a) - 7))",
        "quarter",
    );
    cut(
        DateField::Month,
        "(substr(a, 1, 7) || substr('-01 00:00:00', 1, length(a) - 7))",
        "month",
    );
    cut(
        DateField::Week,
        "(date(substr(a, 1, 10), 'weekday 0', '-6 days') || substr(' 00:00:00', 1, length(a) - 10))",
        "week",
    );
    cut(
        DateField::Day,
        "(substr(a, 1, 10) || substr(' 00:00:00', 1, length(a) - 10))",
        "day",
    );
    cut(
        DateField::Hour,
        "(substr(a, 1, 13) || substr(':00:00', 1, length(a) - 13))",
        "hour",
    );
    cut(
        DateField::Minute,
        "(substr(a, 1, 16) || substr(':00', 1, length(a) - 16))",
        "minute",
    );
    cut(DateField::Second, "substr(a, 1, 19)", "second");
}

#[test]
fn json() {
    let json = |path: &[JsonStep], text| Expr::Json {
        operand: boxed("a"),
        path: path.to_vec(),
        text,
    };
    let key = |key: &'static str| JsonStep::Key(key.into());
    expr(json(&[key("b")], false), "a -> '$.\"b\"'", "a -> 'b'");
    expr(
        json(&[key("b"), JsonStep::Index(0), key("1")], false),
        "a -> '$.\"b\"[0].\"1\"'",
        "a -> 'b' -> 0 -> '1'",
    );
    expr(
        json(&[key("b")], true),
        "CASE json_type(a, '$.\"b\"') WHEN 'text' THEN a ->> '$.\"b\"' WHEN 'null' THEN NULL ELSE a -> '$.\"b\"' END",
        "a ->> 'b'",
    );
    expr(
        json(&[key("it's \"b\\\"")], false),
        "a -> '$.\"it''s \\\"b\\\\\\\"\"'",
        "a -> 'it''s \"b\\\"'",
    );
    expr(json(&[], false), "a -> '$'", "a #> '{}'");
    expr(
        op(Op::Concat, name("x"), json(&[key("b")], false)),
        "x || (a -> '$.\"b\"')",
        "x || (a -> 'b')",
    );
    expr(
        op(Op::Eq, json(&[key("b")], false), name("x")),
        "a -> '$.\"b\"' = x",
        "a -> 'b' = x",
    );
    only_postgres(
        op(Op::Contains, json(&[key("b")], false), name("x")),
        "(a -> 'b') @> x",
    );
    only_postgres(op(Op::ContainedBy, name("a"), name("b")), "a <@ b");
    only_postgres(
        op(Op::Overlaps, name("a"), name("b")).negate(),
        "NOT a && b",
    );
    only_postgres(
        op(
            Op::Contains,
            name("a"),
            op(Op::Concat, name("b"), name("c")),
        ),
        "a @> (b || c)",
    );
}

#[test]
fn array_values() {
    only_postgres(
        Expr::Array(vec![bind(1), bind(2)], SqlType::BigInt),
        "CAST(ARRAY[$1, $2] AS BIGINT[])",
    );
    only_postgres(
        Expr::Array(vec![], SqlType::Text),
        "CAST(ARRAY[] AS TEXT[])",
    );
    only_postgres(Expr::Item(boxed("a"), Box::new(bind(1))), "a[$1]");
    only_postgres(
        Expr::Item(Box::new(Expr::function("f", vec![])), Box::new(bind(1))),
        "(f())[$1]",
    );
}
