//! Comparison, truth, text, arithmetic, rows.

use super::{both, each, flag, float, int, maybe, postgres_only, string};
use crate::dialect::Dialect as _;
use crate::sql::{
    ArrayExpression as _, Expression as _, QuantifiedExpression as _, TextExpression as _, Typed,
    all_of, any_of, param, row,
};

#[test]
fn truth_tests() {
    both(flag("a").is_true(), "a IS 1", "a IS true");
    both(flag("a").is_not_true(), "a IS NOT 1", "a IS NOT true");
    both(flag("a").is_false(), "a IS 0", "a IS false");
    both(flag("a").is_not_false(), "a IS NOT 0", "a IS NOT false");
    both(flag("a").is_true().not(), "a IS NOT 1", "a IS NOT true");
    both(int("a").gt(1).is_true(), "(a > ?) IS 1", "(a > $1) IS true");
    let all = flag("a").and(flag("b"));
    both(
        all.is_false(),
        "(a = 1 AND b = 1) IS 0",
        "(a AND b) IS false",
    );
}

#[test]
fn null_and_distinct() {
    both(
        int("a").is_not_distinct_from(1),
        "a IS ?",
        "a IS NOT DISTINCT FROM $1",
    );
    each(int("a").is_not_distinct_from(None), "a IS NULL");
    both(
        int("a").is_distinct_from(maybe::<i32>("b")),
        "a IS NOT b",
        "a IS DISTINCT FROM b",
    );
    both(
        int("a").is_distinct_from(1).not(),
        "a IS ?",
        "a IS NOT DISTINCT FROM $1",
    );
    each(int("a").gt(1).is_null(), "(a > ?) IS NULL");
}

#[test]
fn any_number_of_conditions() {
    let none: [Option<Typed<bool>>; 1] = [None];
    both(
        any_of([flag("a"), flag("b")]).and(flag("c")),
        "(a = 1 OR b = 1) AND c = 1",
        "(a OR b) AND c",
    );
    both(
        all_of([flag("a"), flag("b")]).or(flag("c")),
        "a = 1 AND b = 1 OR c = 1",
        "a AND b OR c",
    );
    both(all_of(none.clone()), "1 = 1", "true");
    each(all_of([None, Some(flag("a"))]), "a");
    both(any_of(none.into_iter().flatten()), "0 = 1", "false");
    each(flag("a").and(None::<Typed<bool>>), "a");
    both(flag("a").and(Some(flag("b"))), "a = 1 AND b = 1", "a AND b");
}

#[test]
fn ranges() {
    each(int("a").not_between(1, int("b")), "a NOT BETWEEN ? AND b");
    each(int("a").between(1, 2).not(), "a NOT BETWEEN ? AND ?");
    each(int("a").between(1, 2).not().not(), "a BETWEEN ? AND ?");
    each(
        (int("a") + 1).between(int("b") * 2, 9),
        "a + ? BETWEEN b * ? AND ?",
    );
}

#[test]
fn patterns() {
    each(string("a").not_like("x%"), "a NOT LIKE ?");
    each(string("a").like_escape("x!%", '!'), "a LIKE ? ESCAPE '!'");
    each(string("a").like_escape("x'%", '\''), "a LIKE ? ESCAPE ''''");
    both(
        string("a").not_ilike("x%"),
        "a NOT LIKE ?",
        "a NOT ILIKE $1",
    );
    let part = |condition, sqlite: &str, postgres: &str| {
        both(condition, sqlite, &format!("a {postgres} $1 ESCAPE '/'"));
    };
    let exact = string("a").contains(String::from("x"));
    part(exact, "instr(a, ?) > 0", "LIKE");
    part(
        string("a").contains("x").not(),
        "instr(a, ?) = 0",
        "NOT LIKE",
    );
    part(
        maybe::<String>("a").contains("x"),
        "instr(a, ?) > 0",
        "LIKE",
    );
    part(string("a").starts_with("x"), "instr(a, ?) = 1", "LIKE");
    part(
        string("a").starts_with("x").not(),
        "instr(a, ?) != 1",
        "NOT LIKE",
    );
    part(
        string("a").ends_with("x"),
        "ifnull(substr(CAST(a AS BLOB), 1 + octet_length(a) - octet_length(?)), CAST(a AS BLOB)) = CAST(? AS BLOB)",
        "LIKE",
    );
    part(
        string("a").ends_with_ignore_case("x").not(),
        "ifnull(substr(CAST(lower(a) AS BLOB), 1 + octet_length(a) - octet_length(?)), CAST(lower(a) AS BLOB)) != \
         CAST(lower(?) AS BLOB)",
        "NOT ILIKE",
    );
    part(
        string("a").starts_with_ignore_case("x"),
        "instr(lower(a), lower(?)) = 1",
        "ILIKE",
    );
    part(
        string("a").contains_ignore_case("x"),
        "instr(lower(a), lower(?)) > 0",
        "ILIKE",
    );
    each(string("a").like(string("b").concat("%")), "a LIKE b || ?");
}

#[test]
fn regular_expressions_and_search() {
    postgres_only(string("a").matches("^x"), "a ~ $1", ".like(");
    postgres_only(string("a").matches_ignore_case("^x"), "a ~* $1", ".like(");
    postgres_only(string("a").matches("^x").not(), "a !~ $1", ".like(");
    both(
        string("a").search("x"),
        "a MATCH ?",
        "to_tsvector(a) @@ websearch_to_tsquery($1)",
    );
    both(
        string("a").search_in("english", "x"),
        "a MATCH ?",
        "to_tsvector('english', a) @@ websearch_to_tsquery('english', $1)",
    );
}

#[test]
fn collations() {
    each(
        string("a").collate("NOCASE").eq("x"),
        "a COLLATE \"NOCASE\" = ?",
    );
}

#[test]
fn lists_of_rows() {
    each(row((int("a"), string("b"))).eq((1, "x")), "(a, b) = (?, ?)");
    each(
        row((int("a"), int("b"))).gt((1, int("c"))),
        "(a, b) > (?, c)",
    );
    each(row((int("a"), int("b"))).ne((1, 2)), "(a, b) != (?, ?)");
    each(row((int("a"), int("b"))).lt((1, 2)), "(a, b) < (?, ?)");
    each(row((int("a"), int("b"))).le((1, 2)), "(a, b) <= (?, ?)");
    each(
        row((int("a"), int("b"))).ge(row((int("c"), int("d")))),
        "(a, b) >= (c, d)",
    );
    let rows = [(1, "x"), (2, "y")];
    both(
        row((int("a"), string("b"))).is_in(rows),
        "(a, b) IN (VALUES (?, ?), (?, ?))",
        "(a, b) IN (($1, $2), ($3, $4))",
    );
    both(
        row((int("a"), int("b"))).is_in([(1, 2); 0]),
        "0 = 1",
        "false",
    );
    both(
        row((int("a"), int("b"))).not_in([(1, 2); 0]),
        "1 = 1",
        "true",
    );
}

#[test]
fn arithmetic() {
    let (a, b) = (|| int("a"), || int("b"));
    each(a() & b() | 1, "a & b | ?");
    each(a() & (b() | 1), "a & (b | ?)");
    each(a() << 2, "a << ?");
    each((a() + 1) >> 2, "a + ? >> ?");
    each((a() & 1).eq(1), "a & ? = ?");
    both(maybe::<i32>("a") % b(), "a % checked_divisor(b)", "a % b");
    each(float("x") / 2.0 - 1.0, "x / ? - ?");
    each(-(a() * b()), "-(a * b)");
    each((a() + 1).gt(b() - 1), "a + ? > b - ?");
}

#[test]
fn arrays() {
    let tags = || Typed::<Vec<String>>::new(string("tags").into_expr());
    let list = || vec!["x".to_owned()];
    postgres_only(tags().contains(list()), "tags @> $1", "array");
    postgres_only(tags().contained_by(list()), "tags <@ $1", "array");
    postgres_only(tags().overlaps(list()), "tags && $1", "array");
    postgres_only(tags().item(1), "tags[$1]", "array");
}

#[test]
fn quantified_lists() {
    both(
        int("a").eq_any(vec![1, 2]),
        "a IN (SELECT value FROM json_each(?))",
        "a = ANY ($1)",
    );
    postgres_only(int("a").gt_all(vec![1, 2]), "a > ALL ($1)", "ALL");
    postgres_only(int("a").le_any(vec![1, 2]), "a <= ANY ($1)", "ANY");
}

#[test]
fn parameters_by_name() {
    let year = || param::<i32>("year");
    let condition = int("a").gt(year()).or(int("b").lt(year()));
    let select = crate::sql::Select {
        items: vec![condition.into_expr().into()],
        ..Default::default()
    };
    let error = crate::dialect::SQLITE.compile_select(&select).unwrap_err();
    assert!(error.message().contains("year"), "{error}");
}
