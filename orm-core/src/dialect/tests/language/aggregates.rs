//! Aggregate functions.

use super::{both, each, flag, float, int, postgres_only, string};
use crate::sql::{Expression as _, func};

#[test]
fn counts_and_sums() {
    each(func::count_all(), "count(*)");
    each(func::count(int("a")), "count(a)");
    each(func::count_distinct(int("a")), "count(DISTINCT a)");
    each(func::sum(int("a")), "sum(a)");
    each(func::sum(int("a")).distinct(), "sum(DISTINCT a)");
    both(
        func::sum(int("a").cast::<i64>()),
        "sum(CAST(a AS BIGINT))",
        "CAST(sum(CAST(a AS BIGINT)) AS BIGINT)",
    );
    both(
        func::avg(int("a")),
        "avg(a)",
        "CAST(avg(a) AS DOUBLE PRECISION)",
    );
    each(func::avg(float("a")), "avg(a)");
    each(func::min(string("a")), "min(a)");
    each(func::max(int("a")).gt(3), "max(a) > ?");
    each(func::count_all() * 2 + 1, "count(*) * ? + ?");
}

#[test]
fn truth() {
    both(func::bool_and(flag("a")), "min(a)", "bool_and(a)");
    both(
        func::bool_or(int("a").gt(1)),
        "max(a > ?)",
        "bool_or(a > $1)",
    );
}

#[test]
fn filters() {
    each(
        func::count_all().filter(int("a").gt(1)),
        "count(*) FILTER (WHERE a > ?)",
    );
    both(
        func::sum(int("a"))
            .distinct()
            .filter(flag("b"))
            .filter(flag("c")),
        "sum(DISTINCT a) FILTER (WHERE b = 1 AND c = 1)",
        "sum(DISTINCT a) FILTER (WHERE b AND c)",
    );
    each(
        func::count_all().filter(None::<crate::sql::Typed<bool>>),
        "count(*)",
    );
    both(
        func::avg(int("a")).filter(flag("b")),
        "avg(a) FILTER (WHERE b = 1)",
        "CAST(avg(a) FILTER (WHERE b) AS DOUBLE PRECISION)",
    );
}

#[test]
fn lists_of_values() {
    let names = || func::string_agg(string("a"), ", ");
    each(names(), "string_agg(a, ?)");
    each(
        names().order_by(string("a").desc()),
        "string_agg(a, ? ORDER BY a DESC)",
    );
    both(
        names().order_by((int("b"), int("c"))).filter(flag("d")),
        "string_agg(a, ? ORDER BY b, c) FILTER (WHERE d = 1)",
        "string_agg(a, $1 ORDER BY b, c) FILTER (WHERE d)",
    );
    postgres_only(func::array_agg(int("a")), "array_agg(a)", "array");
    postgres_only(
        func::array_agg(int("a")).distinct().order_by(int("a")),
        "array_agg(DISTINCT a ORDER BY a)",
        "array",
    );
}

#[test]
fn ordered_sets() {
    postgres_only(
        func::percentile_cont(0.5).within_group(int("a")),
        "percentile_cont($1) WITHIN GROUP (ORDER BY a)",
        "WITHIN GROUP",
    );
    postgres_only(
        func::percentile_disc(0.5).within_group_desc(int("a")),
        "percentile_disc($1) WITHIN GROUP (ORDER BY a DESC)",
        "WITHIN GROUP",
    );
    postgres_only(
        func::mode().within_group(string("a")).filter(flag("b")),
        "mode() WITHIN GROUP (ORDER BY a) FILTER (WHERE b)",
        "WITHIN GROUP",
    );
}
