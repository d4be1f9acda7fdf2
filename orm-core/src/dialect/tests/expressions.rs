//! Expressions: operators and their parentheses, tests, literals, parameters.

use super::*;
use crate::sql::{CaseArm, ColumnRef, Literal, Parameter, Quantifier};

pub(super) fn name(name: &'static str) -> Expr {
    Expr::Column(ColumnRef::bare(name))
}

pub(super) fn boxed(of: &'static str) -> Box<Expr> {
    Box::new(name(of))
}

pub(super) fn op(operator: BinaryOperator, left: Expr, right: Expr) -> Expr {
    Expr::binary(operator, left, right)
}

pub(super) fn bind(value: i64) -> Expr {
    Expr::Bind(Value::I64(value))
}

pub(super) fn only_postgres(expression: Expr, sql: &str) {
    let select = Select {
        items: vec![expression.into()],
        ..Select::default()
    };
    compiles(&POSTGRES, &select.into(), &format!("SELECT {sql}"));
}

use BinaryOperator as Op;

#[test]
fn bits_bind_looser_than_sums() {
    let (a, b, c) = (|| name("a"), || name("b"), || name("c"));
    same(op(Op::BitAnd, a(), b()), "a & b");
    same(op(Op::BitOr, op(Op::BitAnd, a(), b()), c()), "a & b | c");
    same(op(Op::BitOr, a(), op(Op::BitAnd, b(), c())), "a | (b & c)");
    same(op(Op::ShiftLeft, a(), op(Op::Add, b(), c())), "a << b + c");
    same(
        op(Op::Add, a(), op(Op::ShiftRight, b(), c())),
        "a + (b >> c)",
    );
    same(
        op(Op::BitAnd, a(), op(Op::Concat, b(), c())),
        "a & (b || c)",
    );
    same(
        op(Op::Concat, op(Op::BitAnd, a(), b()), c()),
        "(a & b) || c",
    );
    same(op(Op::Eq, op(Op::BitAnd, a(), b()), c()), "a & b = c");
    same(op(Op::BitAnd, a(), op(Op::Eq, b(), c())), "a & (b = c)");
}

#[test]
fn comparisons_do_not_chain() {
    let (a, b, c) = (|| name("a"), || name("b"), || name("c"));
    same(op(Op::Lt, op(Op::Lt, a(), b()), c()), "(a < b) < c");
    same(op(Op::Eq, a(), op(Op::Ne, b(), c())), "a = (b != c)");
    same(
        op(Op::Eq, a(), op(Op::Eq, b(), c()).negate()),
        "a = (b != c)",
    );
    expr(
        op(
            Op::Eq,
            a(),
            Expr::Unary(crate::sql::UnaryOperator::Not, boxed("b")),
        ),
        "a = (b = 0)",
        "a = (NOT b)",
    );
    expr(
        op(Op::IsDistinctFrom, op(Op::Add, a(), b()), c()),
        "a + b IS NOT c",
        "a + b IS DISTINCT FROM c",
    );
    expr(
        op(Op::IsNotDistinctFrom, a(), op(Op::Eq, b(), c())),
        "a IS (b = c)",
        "a IS NOT DISTINCT FROM (b = c)",
    );
    expr(
        Expr::Between {
            operand: Box::new(op(Op::Eq, a(), b())),
            low: Box::new(op(Op::Add, a(), b())),
            high: Box::new(Expr::And(vec![a(), b()])),
            negated: false,
        },
        "(a = b) BETWEEN a + b AND (a = 1 AND b = 1)",
        "(a = b) BETWEEN a + b AND (a AND b)",
    );
    same(
        Expr::Between {
            operand: boxed("a"),
            low: Box::new(Expr::Collate(boxed("b"), "c".into())),
            high: Box::new(Expr::Collate(boxed("b"), "c".into())),
            negated: true,
        },
        "a NOT BETWEEN (b COLLATE c) AND b COLLATE c",
    );
}

#[test]
fn negation_stands_over_everything() {
    let not = |expr| Expr::Unary(crate::sql::UnaryOperator::Not, Box::new(expr));
    expr(not(not(name("a"))), "NOT (a = 0)", "NOT (NOT a)");
    expr(
        not(Expr::Or(vec![name("a"), name("b")])),
        "NOT (a = 1 OR b = 1)",
        "NOT (a OR b)",
    );
    same(not(op(Op::Eq, name("a"), name("b"))), "NOT a = b");
    same(
        not(Expr::Exists(Box::new(from("t")))),
        "NOT EXISTS (SELECT t.id FROM t)",
    );
    let neg = |expr| Expr::Unary(crate::sql::UnaryOperator::Neg, Box::new(expr));
    let number = |number| Expr::Literal(Literal::Integer(number));
    same(neg(number(5)), "-5");
    same(neg(number(-5)), "-(-5)");
    same(op(Op::Sub, name("a"), number(-5)), "a - -5");
    same(neg(number(i64::MIN)), "-(-9223372036854775807 - 1)");
    same(neg(op(Op::Mul, name("a"), name("b"))), "-(a * b)");
    same(op(Op::Mul, neg(name("a")), name("b")), "-a * b");
}

#[test]
fn literals() {
    let literal = |literal| Expr::Literal(literal);
    same(literal(Literal::Null), "NULL");
    same(literal(Literal::Integer(-7)), "-7");
    same(literal(Literal::Integer(i64::MAX)), "9223372036854775807");
    expr(literal(Literal::Bool(true)), "1", "true");
    expr(literal(Literal::Bool(false)), "0", "false");
    expr(
        op(Op::Eq, name("active"), literal(Literal::Bool(true))),
        "active = 1",
        "active = true",
    );
    same(
        literal(Literal::Text("it's a \\ \"b\"".into())),
        "'it''s a \\ \"b\"'",
    );
    expr(Expr::constant(true), "1 = 1", "true");
    expr(Expr::constant(false), "0 = 1", "false");
    let truth = |value, negated| Expr::IsTruth {
        operand: boxed("a"),
        value,
        negated,
    };
    expr(truth(true, false), "a IS 1", "a IS true");
    expr(truth(false, true), "a IS NOT 0", "a IS NOT false");
    let nul = Select {
        items: vec![literal(Literal::Text("a\0b".into())).into()],
        ..Select::default()
    };
    for dialect in [&SQLITE as &dyn Dialect, &POSTGRES] {
        let error = dialect.compile_select(&nul).unwrap_err();
        assert!(error.message().contains("NUL"), "{error}");
    }
}

#[test]
fn types_are_said_where_nothing_tells_them() {
    let null = || Expr::Bind(Value::Null);
    let parameter = || {
        Expr::Parameter(Box::new(Parameter {
            name: "p".into(),
            sql_type: SqlType::BigInt,
            value: Some(Value::I64(1)),
        }))
    };
    expr(null(), "?", "NULL");
    expr(parameter(), "?", "CAST($1 AS BIGINT)");
    let is_null = |operand| Expr::IsNull {
        operand: Box::new(operand),
        negated: false,
    };
    expr(is_null(null()), "? IS NULL", "NULL IS NULL");
    expr(
        is_null(parameter()),
        "? IS NULL",
        "CAST($1 AS BIGINT) IS NULL",
    );
    expr(
        Expr::function("coalesce", vec![null(), bind(1)]),
        "coalesce(?, ?)",
        "coalesce(NULL, $1)",
    );
    expr(op(Op::Eq, name("a"), null()), "a = ?", "a = $1");
    expr(op(Op::Eq, name("a"), parameter()), "a = ?", "a = $1");
    expr(
        Expr::Case {
            arms: vec![CaseArm {
                when: name("a"),
                then: parameter(),
            }],
            otherwise: Some(Box::new(null())),
        },
        "CASE WHEN a = 1 THEN ? ELSE ? END",
        "CASE WHEN a THEN CAST($1 AS BIGINT) ELSE NULL END",
    );
}

#[test]
fn rows_and_lists() {
    let row = |fields: &[i64]| Expr::Row(fields.iter().copied().map(bind).collect());
    let names = || Expr::Row(vec![name("a"), name("b")]);
    expr(
        op(Op::Lt, names(), row(&[1, 2])),
        "(a, b) < (?, ?)",
        "(a, b) < ($1, $2)",
    );
    same(Expr::Row(vec![name("a")]), "a");
    let within = |list, negated| Expr::InList {
        operand: Box::new(names()),
        list,
        negated,
    };
    expr(
        within(vec![row(&[1, 2]), row(&[3, 4])], false),
        "(a, b) IN (VALUES (?, ?), (?, ?))",
        "(a, b) IN (($1, $2), ($3, $4))",
    );
    expr(within(vec![], true), "1 = 1", "true");
    expr(
        within(vec![row(&[1, 2])], true),
        "(a, b) NOT IN (VALUES (?, ?))",
        "(a, b) NOT IN (($1, $2))",
    );
    // One query would be taken as the list itself.
    same(
        Expr::InList {
            operand: Box::new(name("a")),
            list: vec![Expr::Scalar(Box::new(from("t")))],
            negated: true,
        },
        "a != (SELECT t.id FROM t)",
    );
    let mut pairs = from("t");
    pairs.items.push(Expr::column("t", "n").into());
    same(
        Expr::InSelect {
            operand: Box::new(names()),
            select: Box::new(pairs),
            negated: false,
        },
        "(a, b) IN (SELECT t.id, t.n FROM t)",
    );
    same(
        Expr::InList {
            operand: Box::new(op(Op::Eq, name("a"), name("b"))),
            list: vec![name("c")],
            negated: false,
        },
        "(a = b) IN (c)",
    );
}

#[test]
fn any_and_all() {
    let test = |operator, quantifier, values| Expr::Quantified {
        operator,
        operand: boxed("a"),
        quantifier,
        values: Box::new(values),
    };
    let query = || Expr::Scalar(Box::new(from("t")));
    let list = || Expr::Bind(array(SqlType::BigInt, [Value::I64(1)]));
    expr(
        test(Op::Eq, Quantifier::Any, query()),
        "a IN (SELECT t.id FROM t)",
        "a = ANY (SELECT t.id FROM t)",
    );
    expr(
        test(Op::Ne, Quantifier::All, query()),
        "a NOT IN (SELECT t.id FROM t)",
        "a != ALL (SELECT t.id FROM t)",
    );
    expr(
        test(Op::Eq, Quantifier::Any, list()),
        "a IN (SELECT value FROM json_each(?))",
        "a = ANY ($1)",
    );
    expr(
        test(Op::Ne, Quantifier::All, list()),
        "NOT a IN (SELECT value FROM json_each(?))",
        "a != ALL ($1)",
    );
    only_postgres(
        test(Op::Gt, Quantifier::All, query()),
        "a > ALL (SELECT t.id FROM t)",
    );
    only_postgres(test(Op::Ge, Quantifier::Any, list()), "a >= ANY ($1)");
}

#[test]
fn patterns_in_full() {
    let like = |escape, ignore_case, negated| Expr::Like {
        operand: Box::new(op(Op::Concat, name("a"), name("b"))),
        pattern: Box::new(op(Op::Concat, name("c"), name("d"))),
        escape,
        ignore_case,
        negated,
    };
    same(like(None, false, false), "a || b LIKE c || d");
    same(
        like(Some('\\'), false, true),
        "a || b NOT LIKE c || d ESCAPE '\\'",
    );
    same(
        like(Some('\''), false, false),
        "a || b LIKE c || d ESCAPE ''''",
    );
    expr(
        like(None, true, true),
        "a || b NOT LIKE c || d",
        "a || b NOT ILIKE c || d",
    );
    let regex = |ignore_case, negated| Expr::Regex {
        operand: boxed("a"),
        pattern: Box::new(op(Op::Concat, name("c"), name("d"))),
        ignore_case,
        negated,
    };
    only_postgres(regex(false, false), "a ~ (c || d)");
    only_postgres(regex(true, false), "a ~* (c || d)");
    only_postgres(regex(false, true), "a !~ (c || d)");
    only_postgres(regex(true, true), "a !~* (c || d)");
}
