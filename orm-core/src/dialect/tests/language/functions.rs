//! Functions of text and numbers, choices, casts and literals.

use super::{both, each, flag, float, int, maybe, postgres_only, string};
use crate::sql::{Expression as _, func};

#[test]
fn text() {
    each(func::length(string("a")), "length(a)");
    each(func::lower(string("a")), "lower(a)");
    each(func::upper(string("a")), "upper(a)");
    each(func::trim(string("a")), "trim(a)");
    each(func::ltrim(string("a")), "ltrim(a)");
    each(func::rtrim(string("a")), "rtrim(a)");
    each(func::substr(string("a"), 2, 3), "substr(a, ?, ?)");
    each(func::substr_from(string("a"), int("b")), "substr(a, b)");
    each(func::left(string("a"), 3), "substr(a, 1, ?)");
    each(func::replace(string("a"), "x", "y"), "replace(a, ?, ?)");
    both(
        func::position(string("a"), "x"),
        "instr(a, ?)",
        "strpos(a, $1)",
    );
    each(func::concat((string("a"), " ", string("b"))), "a || ? || b");
    each(
        func::concat_ws(", ", (string("a"), maybe::<String>("b"))),
        "concat_ws(?, a, b)",
    );
    each(func::lower(string("a")).eq("x"), "lower(a) = ?");
}

#[test]
fn numbers() {
    each(func::abs(int("a")), "abs(a)");
    each(func::sign(int("a")), "CAST(sign(a) AS INTEGER)");
    each(func::round(float("a")), "round(a)");
    each(func::bit_not(int("a")), "-1 - a");
    each(func::bit_xor(int("a"), 1), "(a | ?) - (a & ?)");
    each(func::bit_not(int("a")) * 2, "(-1 - a) * ?");
    postgres_only(func::sqrt(float("a")), "sqrt(a)", "mathematical");
    postgres_only(func::power(float("a"), 2.0), "power(a, $1)", "mathematical");
    postgres_only(func::exp(float("a")), "exp(a)", "mathematical");
    postgres_only(func::ln(float("a")), "ln(a)", "mathematical");
}

#[test]
fn choices() {
    each(func::coalesce(maybe::<i32>("a"), 0), "coalesce(a, ?)");
    each(
        func::coalesce_all((maybe::<i32>("a"), int("b"), 0)),
        "coalesce(a, b, ?)",
    );
    each(func::null_if(int("a"), 0), "nullif(a, ?)");
    both(
        func::greatest((int("a"), 1, int("b"))),
        "max(a, ?, b)",
        "greatest(a, $1, b)",
    );
    both(
        func::least((int("a"), int("b"))),
        "min(a, b)",
        "least(a, b)",
    );
    both(
        func::greatest((maybe::<i32>("a"), int("b"), 1)),
        "CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE max(a, b, ?) END",
        "CASE WHEN a IS NULL OR b IS NULL THEN NULL ELSE greatest(a, b, $1) END",
    );
    let case = func::case::<String>()
        .when(int("a").gt(1), "x")
        .when(flag("b"), string("c"));
    both(
        case.clone().otherwise("y"),
        "CASE WHEN a > ? THEN ? WHEN b = 1 THEN c ELSE ? END",
        "CASE WHEN a > $1 THEN $2 WHEN b THEN c ELSE $3 END",
    );
    both(
        case.end(),
        "CASE WHEN a > ? THEN ? WHEN b = 1 THEN c END",
        "CASE WHEN a > $1 THEN $2 WHEN b THEN c END",
    );
    let case = func::case_of::<_, i32>(string("a"))
        .when("x", 1)
        .when("y", 2);
    each(
        case.clone().otherwise(3),
        "CASE WHEN a = ? THEN ? WHEN a = ? THEN ? ELSE ? END",
    );
    each(case.end(), "CASE WHEN a = ? THEN ? WHEN a = ? THEN ? END");
}

#[test]
fn casts() {
    each(string("a").cast::<i32>(), "CAST(a AS INTEGER)");
    each(int("a").cast::<String>(), "CAST(a AS TEXT)");
    both(
        int("a").cast::<f64>(),
        "CAST(a AS DOUBLE PRECISION)",
        "CAST(a AS DOUBLE PRECISION)",
    );
    each((int("a") + 1).cast::<i64>(), "CAST(a + ? AS BIGINT)");
}

#[test]
fn literals() {
    each(func::literal(1), "1");
    each(func::literal(-1_i64), "-1");
    each(int("a") - func::literal(-1), "a - -1");
    each(func::literal("it's"), "'it''s'");
    both(func::literal(true), "1", "true");
    both(func::literal(false), "0", "false");
    each(func::null::<i32>(), "CAST(NULL AS INTEGER)");
    each(func::value(1), "?");
}

#[test]
fn by_name() {
    let arguments = [string("a").into_expr(), int("b").into_expr()];
    each(
        func::call_named::<i32>("my_function", arguments),
        "my_function(a, b)",
    );
    each(
        func::aggregate_named::<f64>("my_sum", [int("a").into_expr()]).distinct(),
        "my_sum(DISTINCT a)",
    );
}
