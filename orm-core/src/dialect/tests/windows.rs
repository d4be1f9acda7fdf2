//! Locks, windows and aggregates.

use super::queries::{only_postgres, table};
use super::*;
use crate::sql::{
    Frame, FrameBound, FrameExclude, FrameUnit, LockStrength, LockWait, Over, Window,
};

#[test]
fn locks() {
    let locked = |strength, of: &[&'static str], wait| {
        let mut select = from("users");
        select.lock = Some(Lock {
            of: of.iter().map(|&name| name.into()).collect(),
            wait,
            ..Lock::new(strength)
        });
        select
    };
    let lock = |select, words: &str| {
        both(
            select,
            "SELECT users.id FROM users",
            &format!("SELECT users.id FROM users {words}"),
        );
    };
    lock(
        locked(LockStrength::Update, &["users"], LockWait::SkipLocked),
        "FOR UPDATE OF users SKIP LOCKED",
    );
    lock(
        locked(LockStrength::Share, &[], LockWait::NoWait),
        "FOR SHARE NOWAIT",
    );
    lock(
        locked(LockStrength::NoKeyUpdate, &[], LockWait::Wait),
        "FOR NO KEY UPDATE",
    );
    lock(
        locked(LockStrength::KeyShare, &["users", "order"], LockWait::Wait),
        "FOR KEY SHARE OF users, \"order\"",
    );
}

#[test]
fn rows_that_may_be_missing_are_not_locked() {
    let joined = |kinds: &[JoinKind]| {
        let mut select = from("a");
        for (kind, name) in kinds.iter().zip(["b", "c"]) {
            select.joins.push(Join {
                kind: *kind,
                from: table(name),
                on: Some(Expr::column("a", "id")),
            });
        }
        select.lock = Some(Lock::new(LockStrength::Update));
        POSTGRES
            .compile_select(&select)
            .map(|compiled| compiled.sql.split(" FOR UPDATE").nth(1).map(str::to_owned))
    };
    use JoinKind::{Full, Inner, Left, Right};
    let of = |kinds: &[JoinKind]| joined(kinds).unwrap().unwrap();
    assert_eq!(of(&[Inner, Inner]), "");
    assert_eq!(of(&[Left, Inner]), " OF a, c");
    assert_eq!(of(&[Right, Inner]), " OF b, c");
    assert_eq!(of(&[Inner, Right]), " OF c");
    assert_eq!(joined(&[Full]).unwrap_err().kind(), ErrorKind::InvalidQuery);
}

fn sum(over: Over) -> Expr {
    Expr::Function(Box::new(crate::sql::Function {
        over: Some(over),
        ..crate::sql::Function::new("sum", vec![Expr::column("a", "n")])
    }))
}

fn framed(unit: FrameUnit, start: FrameBound, end: Option<FrameBound>) -> Window {
    Window {
        frame: Some(Frame {
            unit,
            start,
            end,
            exclude: None,
        }),
        ..Window::default()
    }
}

#[test]
fn windows() {
    let over =
        |window, sql: &str| same(sum(Over::Window(window)), &format!("sum(a.n) OVER ({sql})"));
    over(Window::default(), "");
    let order = || vec![OrderBy::descending(Expr::column("a", "n")).nulls_last()];
    over(
        Window {
            partition_by: vec![Expr::column("a", "g"), Expr::column("a", "h")],
            order_by: order(),
            ..Window::default()
        },
        "PARTITION BY a.g, a.h ORDER BY a.n DESC NULLS LAST",
    );
    over(
        Window {
            base: Some("order".into()),
            order_by: order(),
            ..Window::default()
        },
        "\"order\" ORDER BY a.n DESC NULLS LAST",
    );
    over(
        framed(FrameUnit::Rows, FrameBound::UnboundedPreceding, None),
        "ROWS UNBOUNDED PRECEDING",
    );
    over(
        framed(
            FrameUnit::Range,
            FrameBound::CurrentRow,
            Some(FrameBound::UnboundedFollowing),
        ),
        "RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING",
    );
    for (exclude, words) in [
        (FrameExclude::CurrentRow, "CURRENT ROW"),
        (FrameExclude::Group, "GROUP"),
        (FrameExclude::Ties, "TIES"),
    ] {
        let one = || Box::new(Expr::Literal(crate::sql::Literal::Integer(1)));
        let mut window = framed(
            FrameUnit::Groups,
            FrameBound::Preceding(one()),
            Some(FrameBound::Following(one())),
        );
        window.frame.as_mut().unwrap().exclude = Some(exclude);
        over(
            window,
            &format!("GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE {words}"),
        );
    }
    let mut select = from("a");
    select.items = vec![sum(Over::Named("w".into())).into()];
    select.add_having(Expr::column("a", "n"));
    select.windows = vec![
        ("w".into(), Window::default()),
        (
            "user".into(),
            Window {
                order_by: order(),
                ..Window::default()
            },
        ),
    ];
    select.order_by = order();
    both(
        select,
        "SELECT sum(a.n) OVER w FROM a HAVING a.n = 1 WINDOW w AS (), user AS (ORDER BY a.n DESC NULLS LAST) \
         ORDER BY a.n DESC NULLS LAST",
        "SELECT sum(a.n) OVER w FROM a HAVING a.n WINDOW w AS (), \"user\" AS (ORDER BY a.n DESC NULLS LAST) \
         ORDER BY a.n DESC NULLS LAST",
    );
}

#[test]
fn aggregates_in_full() {
    let mut list = crate::sql::Function::new(
        "string_agg",
        vec![Expr::column("a", "n"), Expr::column("a", "m")],
    );
    list.distinct = true;
    list.order_by = vec![OrderBy::ascending(Expr::column("a", "n"))];
    list.filter = Some(Expr::binary(
        BinaryOperator::Gt,
        Expr::column("a", "n"),
        Expr::column("a", "m"),
    ));
    same(
        Expr::Function(Box::new(list)),
        "string_agg(DISTINCT a.n, a.m ORDER BY a.n) FILTER (WHERE a.n > a.m)",
    );
    let mut sum = crate::sql::Function::new("sum", vec![Expr::column("a", "n")]);
    sum.read_as = Some(SqlType::BigInt);
    sum.over = Some(Over::Window(Window::default()));
    expr(
        Expr::Function(Box::new(sum)),
        "sum(a.n) OVER ()",
        "CAST(sum(a.n) OVER () AS BIGINT)",
    );
    let half = Expr::Literal(crate::sql::Literal::Integer(1));
    let mut median = crate::sql::Function::new("percentile_cont", vec![half]);
    median.within_group = vec![OrderBy::ascending(Expr::column("a", "n"))];
    let select = Select {
        items: vec![Expr::Function(Box::new(median)).into()],
        ..Select::default()
    };
    only_postgres(
        select,
        "SELECT percentile_cont(1) WITHIN GROUP (ORDER BY a.n)",
    );
    same(
        Expr::function("pg_catalog.lower", vec![]),
        "pg_catalog.lower()",
    );
    same(Expr::function("MyFunction", vec![]), "MyFunction()");
    same(Expr::function("select", vec![]), "\"select\"()");
}
