//! Functions over windows.

use super::{both, each, flag, int, string};
use crate::sql::{Bound, FrameExclude, Window, func, window};
use crate::sql::{Expression as _, IntoWindow as _};

#[test]
fn ranks() {
    let by_a = || window().order_by(int("a"));
    each(func::row_number().over(window()), "row_number() OVER ()");
    each(func::rank().over(by_a()), "rank() OVER (ORDER BY a)");
    each(
        func::dense_rank().over(by_a()),
        "dense_rank() OVER (ORDER BY a)",
    );
    each(
        func::percent_rank().over(by_a()),
        "percent_rank() OVER (ORDER BY a)",
    );
    each(
        func::cume_dist().over(by_a()),
        "cume_dist() OVER (ORDER BY a)",
    );
    each(func::ntile(4).over(by_a()), "ntile(4) OVER (ORDER BY a)");
    each(
        func::row_number().over(
            window()
                .partition_by((int("b"), int("c")))
                .order_by(int("a").desc()),
        ),
        "row_number() OVER (PARTITION BY b, c ORDER BY a DESC)",
    );
}

#[test]
fn neighbours() {
    let by_a = || window().order_by(int("a"));
    each(
        func::lag(int("x"), 1).over(by_a()),
        "lag(x, 1) OVER (ORDER BY a)",
    );
    each(
        func::lag_or(int("x"), 2, 0).over(by_a()),
        "lag(x, 2, ?) OVER (ORDER BY a)",
    );
    each(
        func::lead(int("x"), 1).over(by_a()),
        "lead(x, 1) OVER (ORDER BY a)",
    );
    each(
        func::lead_or(string("x"), 1, "-").over(by_a()),
        "lead(x, 1, ?) OVER (ORDER BY a)",
    );
    each(
        func::first_value(int("x")).over(by_a()),
        "first_value(x) OVER (ORDER BY a)",
    );
    each(
        func::last_value(int("x")).over(by_a()),
        "last_value(x) OVER (ORDER BY a)",
    );
    each(
        func::nth_value(int("x"), 2).over(by_a()),
        "nth_value(x, 2) OVER (ORDER BY a)",
    );
}

#[test]
fn frames() {
    let by_a = || window().order_by(int("a"));
    let frame = |window: crate::sql::FramedWindow, frame: &str| {
        each(
            func::sum(int("x")).over(window),
            &format!("sum(x) OVER (ORDER BY a {frame})"),
        );
    };
    frame(
        by_a().rows_between(Bound::preceding(2), Bound::current_row()),
        "ROWS BETWEEN 2 PRECEDING AND CURRENT ROW",
    );
    frame(
        by_a().rows_between(Bound::unbounded_preceding(), Bound::unbounded_following()),
        "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING",
    );
    frame(
        by_a().range_between(Bound::preceding(10), Bound::following(10)),
        "RANGE BETWEEN 10 PRECEDING AND 10 FOLLOWING",
    );
    frame(
        by_a().groups_between(Bound::current_row(), Bound::following(1)),
        "GROUPS BETWEEN CURRENT ROW AND 1 FOLLOWING",
    );
    frame(
        by_a()
            .rows_between(Bound::preceding_by(func::value(2)), Bound::current_row())
            .exclude(FrameExclude::Ties),
        "ROWS BETWEEN ? PRECEDING AND CURRENT ROW EXCLUDE TIES",
    );
}

#[test]
fn aggregates_over_windows() {
    both(
        func::count_all()
            .filter(flag("b"))
            .over(window().partition_by(int("a"))),
        "count(*) FILTER (WHERE b = 1) OVER (PARTITION BY a)",
        "count(*) FILTER (WHERE b) OVER (PARTITION BY a)",
    );
    each(func::sum(int("x")).over_named("w"), "sum(x) OVER w");
    each(func::rank().over_named("w"), "rank() OVER w");
    each(
        func::rank().over(window().extends("w").order_by(int("a"))),
        "rank() OVER (w ORDER BY a)",
    );
    each(
        (func::rank().over_named("w") + 1).gt(3),
        "rank() OVER w + ? > ?",
    );
    let framed = window().rows_between(Bound::current_row(), Bound::current_row());
    assert_eq!(Window::from(framed.clone()), framed.into_window());
}
