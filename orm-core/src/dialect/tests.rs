//! Texts for both dialects, a column for each.

use super::{
    BatchStyle, BatchText, DeleteShape, Dialect, InsertShape, POSTGRES, Returning, SQLITE,
    UpdateShape,
};
use crate::error::ErrorKind;
use crate::sql::{
    BinaryOperator, Delete, Expr, Expression as _, FromItem, Insert, Item, Join, JoinKind, Lock,
    Name, OrderBy, Select, Statement, TableRef, TextExpression as _, Typed, Update, func, text,
};
use crate::types::{SqlType, Value};

mod batches;
mod cached;
mod changes;
mod definitions;
mod drops;
mod expressions;
mod language;
mod names;
mod parameters;
mod parser;
mod queries;
mod refused;
mod statements;
mod terms;
mod unsupported;
mod values;
mod windows;

#[track_caller]
fn both(statement: impl Into<Statement>, sqlite: &str, postgres: &str) {
    let statement = statement.into();
    compiles(&SQLITE, &statement, sqlite);
    compiles(&POSTGRES, &statement, postgres);
}

/// The text of one dialect, which a parser of that dialect takes too.
#[track_caller]
fn compiles(dialect: &dyn Dialect, statement: &Statement, sql: &str) {
    assert_eq!(&*dialect.compile(statement).unwrap().sql, sql);
    parser::accepts(dialect, sql);
}

/// The texts of `SELECT <expression>`, without the word.
#[track_caller]
fn expr(expr: impl Into<Expr>, sqlite: &str, postgres: &str) {
    let select = Select {
        items: vec![expr.into().into()],
        ..Select::default()
    };
    both(
        select,
        &format!("SELECT {sqlite}"),
        &format!("SELECT {postgres}"),
    );
}

#[track_caller]
fn typed(typed: impl crate::sql::Expression, sqlite: &str, postgres: &str) {
    expr(typed.into_expr(), sqlite, postgres);
}

#[track_caller]
fn same(expression: Expr, sql: &str) {
    expr(expression, sql, sql);
}

fn col<T>(name: &'static str) -> Typed<T> {
    Typed::new(Expr::Column(crate::sql::ColumnRef::bare(name)))
}

fn int(name: &'static str) -> Typed<i32> {
    col(name)
}

fn string(name: &'static str) -> Typed<String> {
    col(name)
}

fn flag(name: &'static str) -> Typed<bool> {
    col(name)
}

fn array(sql_type: SqlType, values: impl IntoIterator<Item = Value>) -> Value {
    Value::Array(Box::new((sql_type, values.into_iter().collect())))
}

fn from(table: &'static str) -> Select {
    Select {
        items: vec![Expr::column(table, "id").into()],
        from: vec![FromItem::Table(TableRef::new(table))],
        ..Select::default()
    }
}

#[test]
fn comparisons() {
    typed(int("a").eq(1), "a = ?", "a = $1");
    typed(int("a").ne(1), "a != ?", "a != $1");
    typed(int("a").lt(int("b")), "a < b", "a < b");
    typed(int("a").le(1), "a <= ?", "a <= $1");
    typed(int("a").gt(1), "a > ?", "a > $1");
    typed(int("a").ge(1), "a >= ?", "a >= $1");
    typed(
        int("a").between(1, 2),
        "a BETWEEN ? AND ?",
        "a BETWEEN $1 AND $2",
    );
    typed(
        int("a").is_distinct_from(1),
        "a IS NOT ?",
        "a IS DISTINCT FROM $1",
    );
    typed(
        int("a").is_distinct_from(None),
        "a IS NOT NULL",
        "a IS NOT NULL",
    );
}

#[test]
fn null_is_tested_not_compared() {
    typed(int("a").eq(None), "a IS NULL", "a IS NULL");
    typed(int("a").ne(None), "a IS NOT NULL", "a IS NOT NULL");
    typed(col::<Option<String>>("a").eq("x"), "a = ?", "a = $1");
    typed(
        col::<Option<String>>("a").is_null(),
        "a IS NULL",
        "a IS NULL",
    );
    typed(string("a").eq(col::<Option<String>>("b")), "a = b", "a = b");
}

#[test]
fn lists() {
    typed(int("a").is_in([1, 2]), "a IN (?, ?)", "a IN ($1, $2)");
    typed(
        int("a").not_in([1, 2]),
        "a NOT IN (?, ?)",
        "a NOT IN ($1, $2)",
    );
    typed(int("a").is_in(Vec::<i32>::new()), "0 = 1", "false");
    typed(int("a").not_in(Vec::<i32>::new()), "1 = 1", "true");
    typed(
        string("a").is_in(["x"]).not(),
        "a NOT IN (?)",
        "a NOT IN ($1)",
    );
}

#[test]
fn arrays() {
    let one = Expr::InArrays {
        operands: vec![int("a").into_expr()],
        arrays: vec![array(SqlType::BigInt, [Value::I64(1)])],
    };
    expr(
        one.clone(),
        "a IN (SELECT value FROM json_each(?))",
        "a = ANY($1)",
    );
    expr(
        one.negate(),
        "NOT a IN (SELECT value FROM json_each(?))",
        "NOT a = ANY($1)",
    );
    let two = Expr::InArrays {
        operands: vec![int("a").into_expr(), string("b").into_expr()],
        arrays: vec![array(SqlType::BigInt, []), array(SqlType::Text, [])],
    };
    expr(
        two,
        "(a, b) IN (SELECT a0.value, a1.value FROM (SELECT key, value FROM json_each(?) LIMIT -1) AS a0 \
         JOIN (SELECT key, value FROM json_each(?) LIMIT -1) AS a1 ON a1.key = a0.key)",
        "(a, b) IN (SELECT * FROM UNNEST($1, $2))",
    );
}

#[test]
fn patterns() {
    typed(string("a").like("x%"), "a LIKE ?", "a LIKE $1");
    typed(string("a").ilike("x%"), "a LIKE ?", "a ILIKE $1");
    typed(
        string("a").like("x%").not(),
        "a NOT LIKE ?",
        "a NOT LIKE $1",
    );
    typed(
        string("a").contains("x"),
        "instr(a, ?) > 0",
        "a LIKE $1 ESCAPE '/'",
    );
    let pattern = |typed: Typed<bool>| {
        let select = Select {
            items: vec![typed.into_expr().into()],
            ..Select::default()
        };
        POSTGRES.compile_select(&select).unwrap().binds
    };
    let text = |text: &str| vec![Value::Text(text.to_owned())];
    assert_eq!(pattern(string("a").starts_with("50%_/")), text("50/%/_//%"));
    assert_eq!(pattern(string("a").ends_with("x")), text("%x"));
    assert_eq!(pattern(string("a").contains("x")), text("%x%"));
}

#[test]
fn parentheses_only_where_needed() {
    let (a, b, c) = (|| flag("a"), || flag("b"), || flag("c"));
    expr(
        a().and(b()).and(c()).into_expr(),
        "a = 1 AND b = 1 AND c = 1",
        "a AND b AND c",
    );
    expr(
        a().and(b().or(c())).into_expr(),
        "a = 1 AND (b = 1 OR c = 1)",
        "a AND (b OR c)",
    );
    expr(
        a().and(b()).or(c()).into_expr(),
        "a = 1 AND b = 1 OR c = 1",
        "a AND b OR c",
    );
    expr(
        a().or(b()).or(c()).into_expr(),
        "a = 1 OR b = 1 OR c = 1",
        "a OR b OR c",
    );
    expr(
        a().and(b()).not().into_expr(),
        "NOT (a = 1 AND b = 1)",
        "NOT (a AND b)",
    );
    expr(
        a().not().and(b()).into_expr(),
        "a = 0 AND b = 1",
        "NOT a AND b",
    );
    same((!!a()).into_expr(), "a");
    expr(
        a().and(true).and(b()).into_expr(),
        "a = 1 AND b = 1",
        "a AND b",
    );
    expr(a().and(false).into_expr(), "0 = 1", "false");
    same(a().or(false).into_expr(), "a");
    same(int("a").eq(int("b")).not().into_expr(), "a != b");
    same(
        flag("a").eq(int("b").gt(int("c"))).into_expr(),
        "a = (b > c)",
    );
    same(flag("a").is_null().eq(b()).into_expr(), "(a IS NULL) = b");
    let (x, y, z) = (|| int("x"), || int("y"), || int("z"));
    same((x() + y() * z()).into_expr(), "x + y * z");
    same(((x() + y()) * z()).into_expr(), "(x + y) * z");
    same((x() - (y() - z())).into_expr(), "x - (y - z)");
    same((x() - y() - z()).into_expr(), "x - y - z");
    typed(
        x() / (y() * z()),
        "x / checked_divisor(y * z)",
        "x / (y * z)",
    );
    same((-(-x())).into_expr(), "-(-x)");
    same((-(x() + y())).into_expr(), "-(x + y)");
    typed(
        (x() % y()).gt(z()),
        "x % checked_divisor(y) > z",
        "x % y > z",
    );
    same(
        string("a")
            .concat(string("b"))
            .concat(string("c"))
            .into_expr(),
        "a || b || c",
    );
    let sum = Typed::<String>::new((x() + y()).into_expr());
    same(string("a").concat(sum).into_expr(), "a || (x + y)");
    let raw = Typed::<bool>::new(Expr::Text("a OR b".into()));
    expr(
        c().and(raw.clone()).into_expr(),
        "c = 1 AND (a OR b)",
        "c AND (a OR b)",
    );
    same(raw.into_expr(), "a OR b");
}

#[test]
fn functions() {
    typed(func::count_all(), "count(*)", "count(*)");
    typed(func::count(int("a")), "count(a)", "count(a)");
    typed(
        func::count_distinct(int("a")),
        "count(DISTINCT a)",
        "count(DISTINCT a)",
    );
    typed(func::sum(int("a")), "sum(a)", "sum(a)");
    typed(
        func::sum(col::<i64>("a")),
        "sum(a)",
        "CAST(sum(a) AS BIGINT)",
    );
    typed(
        func::avg(int("a")),
        "avg(a)",
        "CAST(avg(a) AS DOUBLE PRECISION)",
    );
    typed(func::avg(col::<f64>("a")), "avg(a)", "avg(a)");
    typed(func::min(string("a")), "min(a)", "min(a)");
    typed(func::lower(string("a")), "lower(a)", "lower(a)");
    typed(
        func::coalesce(col::<Option<String>>("a"), "x"),
        "coalesce(a, ?)",
        "coalesce(a, $1)",
    );
    typed(
        func::case::<String>()
            .when(int("a").gt(1), "x")
            .otherwise("y"),
        "CASE WHEN a > ? THEN ? ELSE ? END",
        "CASE WHEN a > $1 THEN $2 ELSE $3 END",
    );
    typed(
        int("a").cast::<String>(),
        "CAST(a AS TEXT)",
        "CAST(a AS TEXT)",
    );
    typed(
        int("a").cast::<Vec<u8>>(),
        "CAST(a AS BLOB)",
        "CAST(a AS BYTEA)",
    );
    let bad = Select {
        items: vec![Expr::function("f(); --", Vec::new()).into()],
        ..Select::default()
    };
    assert_eq!(
        SQLITE.compile_select(&bad).unwrap_err().kind(),
        ErrorKind::InvalidQuery
    );
}

#[test]
fn identifiers_are_quoted_exactly_when_they_must_be() {
    let column = |name: &'static str| Expr::Column(crate::sql::ColumnRef::bare(name));
    same(column("plain_1"), "plain_1");
    same(column("order"), "\"order\"");
    same(column("Mixed"), "\"Mixed\"");
    same(column("1st"), "\"1st\"");
    same(column("a b"), "\"a b\"");
    same(column("a\"b"), "\"a\"\"b\"");
    same(column("größe"), "\"größe\"");
    expr(column("user"), "user", "\"user\"");
    expr(column("index"), "\"index\"", "index");
    for name in ["", "a\0b"] {
        let select = Select {
            items: vec![column(name).into()],
            ..Select::default()
        };
        assert!(SQLITE.compile_select(&select).is_err());
    }
    let long = Expr::Column(crate::sql::ColumnRef::bare("a".repeat(64)));
    let select = Select {
        items: vec![long.into()],
        ..Select::default()
    };
    assert!(SQLITE.compile_select(&select).is_ok());
    let error = POSTGRES.compile_select(&select).unwrap_err();
    assert!(error.message().contains("64 bytes"), "{error}");
}

#[test]
fn reserved_words_are_sorted() {
    for dialect in [&SQLITE as &dyn Dialect, &POSTGRES] {
        assert!(dialect.capabilities().reserved_words.words().is_sorted());
    }
}
