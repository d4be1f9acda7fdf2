//! Queries as parts of expressions.

use super::{both, each, int, one, postgres_only, string};
use crate::sql::{
    Expression as _, QuantifiedExpression as _, ScalarQuery as _, exists, not_exists, scalar,
};

#[test]
fn membership() {
    each(
        int("a").is_in_query(one::<i32>("t")),
        "a IN (SELECT t.id FROM t)",
    );
    each(
        int("a").not_in_query(one::<Option<i32>>("t")),
        "a NOT IN (SELECT t.id FROM t)",
    );
    each(
        int("a").is_in_query(one::<i32>("t")).not(),
        "a NOT IN (SELECT t.id FROM t)",
    );
}

#[test]
fn existence() {
    each(
        exists(one::<i32>("t").into_select()),
        "EXISTS (SELECT t.id FROM t)",
    );
    each(
        not_exists(one::<i32>("t").into_select()),
        "NOT EXISTS (SELECT t.id FROM t)",
    );
}

#[test]
fn values() {
    each(scalar(one::<i32>("t")) + 1, "(SELECT t.id FROM t) + ?");
    each(
        int("a").eq(scalar(one::<i32>("t"))),
        "a = (SELECT t.id FROM t)",
    );
    each(
        string("a").eq(scalar(one::<String>("t"))),
        "a = (SELECT t.id FROM t)",
    );
}

#[test]
fn quantifiers() {
    both(
        int("a").eq_any(one::<i32>("t")),
        "a IN (SELECT t.id FROM t)",
        "a = ANY (SELECT t.id FROM t)",
    );
    postgres_only(
        int("a").gt_all(one::<i32>("t")),
        "a > ALL (SELECT t.id FROM t)",
        "ALL",
    );
    postgres_only(
        int("a").lt_any(one::<i32>("t")),
        "a < ANY (SELECT t.id FROM t)",
        "ANY",
    );
}
