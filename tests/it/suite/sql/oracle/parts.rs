//! Windows, common table expressions and sets.

use orm_core::mapping::select;
use orm_core::prelude::*;
use sea_query::{
    CommonTableExpression, Expr, ExprTrait as _, Frame, FrameType, Func, Order as Direction,
    SelectStatement, UnionType, WindowStatement, WithClause,
};

use super::cases::{Cases, c, col, customers, o};
use super::model::{Category, Customer, Order};
use super::queries::from;

/// All of them.
pub(super) fn all(cases: &mut Cases) {
    windows(cases);
    common(cases);
    sets(cases);
}

fn windows(cases: &mut Cases) {
    let named = |name: &'static str| Expr::from(Func::cust(name));
    let by_id = || WindowStatement::new().order_by("id", Direction::Asc).take();
    let ours = |value| select((Order::id, value)).order_by(Order::id);
    let theirs = |value: Expr, window: WindowStatement| {
        from("orders")
            .column(("orders", "id"))
            .expr_window(value, window)
            .order_by("id", Direction::Asc)
            .take()
    };
    cases.query(
        "row number",
        ours(func::row_number().over(window().order_by(Order::id))),
        &theirs(named("row_number"), by_id()),
    );
    let status = || WindowStatement::partition_by("status");
    let part = || window().partition_by(Order::status);
    cases.query(
        "row number of a part",
        ours(func::row_number().over(part().order_by(Order::id))),
        &theirs(
            named("row_number"),
            status().order_by("id", Direction::Asc).take(),
        ),
    );
    let total = || status().order_by("total", Direction::Desc).take();
    cases.query(
        "rank",
        ours(func::rank().over(part().order_by(Order::total.desc()))),
        &theirs(named("rank"), total()),
    );
    cases.query(
        "dense rank",
        ours(func::dense_rank().over(part().order_by(Order::total.desc()))),
        &theirs(named("dense_rank"), total()),
    );
    cases.query(
        "ntile",
        select((Order::id, func::ntile(4).over(window().order_by(Order::id)))).order_by(Order::id),
        &theirs(Func::cust("ntile").arg(4).into(), by_id()),
    );
    let sum = || Expr::from(Func::sum(o("total")));
    let nullable =
        |value: orm_core::sql::Typed<Option<i64>>| select((Order::id, value)).order_by(Order::id);
    cases.query(
        "sum over all",
        nullable(func::sum(Order::total).over(window())),
        &theirs(sum(), WindowStatement::new()),
    );
    cases.query(
        "running sum",
        nullable(func::sum(Order::total).over(window().order_by(Order::id))),
        &theirs(sum(), by_id()),
    );
    cases.query(
        "sum of a part",
        nullable(func::sum(Order::total).over(part())),
        &theirs(sum(), status()),
    );
    let frame = |start, end| by_id().frame_between(FrameType::Rows, start, end).take();
    cases.query(
        "frame around",
        nullable(
            func::sum(Order::total).over(
                window()
                    .order_by(Order::id)
                    .rows_between(Bound::preceding(2), Bound::following(1)),
            ),
        ),
        &theirs(sum(), frame(Frame::Preceding(2), Frame::Following(1))),
    );
    cases.query(
        "frame from the beginning",
        nullable(
            func::sum(Order::total).over(
                window()
                    .order_by(Order::id)
                    .rows_between(Bound::unbounded_preceding(), Bound::current_row()),
            ),
        ),
        &theirs(sum(), frame(Frame::UnboundedPreceding, Frame::CurrentRow)),
    );
    cases.query(
        "frame to the end",
        nullable(
            func::sum(Order::total).over(
                window()
                    .order_by(Order::id)
                    .rows_between(Bound::current_row(), Bound::unbounded_following()),
            ),
        ),
        &theirs(sum(), frame(Frame::CurrentRow, Frame::UnboundedFollowing)),
    );
    cases.query(
        "lag",
        nullable(func::lag(Order::total, 1).over(window().order_by(Order::id))),
        &theirs(
            Func::cust("lag").args([o("total"), 1.into()]).into(),
            by_id(),
        ),
    );
    cases.query(
        "lead",
        nullable(func::lead(Order::total, 2).over(window().order_by(Order::id))),
        &theirs(
            Func::cust("lead").args([o("total"), 2.into()]).into(),
            by_id(),
        ),
    );
    cases.query(
        "first value",
        nullable(func::first_value(Order::total).over(part().order_by(Order::id))),
        &theirs(
            Func::cust("first_value").arg(o("total")).into(),
            status().order_by("id", Direction::Asc).take(),
        ),
    );
    cases.query(
        "named window",
        select((Order::id, func::sum(Order::total).over_named("w"))).window("w", part()),
        from("orders")
            .column("id")
            .expr_window_name(sum(), "w")
            .window("w", status()),
    );
}

fn common(cases: &mut Cases) {
    let with = |name: &'static str, select: SelectStatement| {
        CommonTableExpression::new()
            .query(select)
            .table_name(name)
            .to_owned()
    };
    let rich = select((Order::customer_id, Order::total))
        .filter(Order::total.gt(100))
        .cte("rich");
    let their_rich = || {
        with(
            "rich",
            from("orders")
                .columns(["customer_id", "total"])
                .and_where(o("total").gt(100))
                .take(),
        )
    };
    cases.query(
        "common table expression",
        select(rich.col(Order::total)).from_source(&rich),
        &from("rich")
            .column("total")
            .take()
            .with(WithClause::new().cte(their_rich()).to_owned()),
    );
    cases.query(
        "join of a common table expression",
        select((Customer::name, rich.col(Order::total)))
            .join_on(&rich, rich.col(Order::customer_id).eq(Customer::id)),
        &from("customers")
            .column("name")
            .column("total")
            .inner_join(
                "rich",
                col(("rich", "customer_id")).equals(("customers", "id")),
            )
            .take()
            .with(WithClause::new().cte(their_rich()).to_owned()),
    );
    cases.query(
        "in a common table expression",
        select(Customer::id)
            .filter(
                Customer::id.is_in_query(select(rich.col(Order::customer_id)).from_source(&rich)),
            )
            .order_by(Customer::id),
        &customers()
            .and_where(c("id").in_subquery(from("rich").column("customer_id").take()))
            .take()
            .with(WithClause::new().cte(their_rich()).to_owned()),
    );
    let tree = select((Category::id, Category::parent_id))
        .filter(Category::parent_id.is_null())
        .cte("tree")
        .recursive(|tree| {
            select((Category::id, Category::parent_id))
                .join_on(tree, tree.col(Category::id).eq(Category::parent_id))
        });
    let their_tree = from("categories")
        .columns(["id", "parent_id"])
        .and_where(col("parent_id").is_null())
        .union(
            UnionType::All,
            from("categories")
                .columns([("categories", "id"), ("categories", "parent_id")])
                .inner_join(
                    "tree",
                    col(("tree", "id")).equals(("categories", "parent_id")),
                )
                .take(),
        )
        .take();
    cases.query(
        "recursive",
        select((tree.col(Category::id), tree.col(Category::parent_id))).from_source(&tree),
        &from("tree").columns(["id", "parent_id"]).take().with(
            WithClause::new()
                .recursive(true)
                .cte(
                    with("tree", their_tree)
                        .columns(["id", "parent_id"])
                        .to_owned(),
                )
                .to_owned(),
        ),
    );
}

fn sets(cases: &mut Cases) {
    let ours = |low: i64, high: i64| select(Customer::id).filter(Customer::id.between(low, high));
    let theirs = |low: i64, high: i64| {
        from("customers")
            .column("id")
            .and_where(c("id").between(low, high))
            .take()
    };
    cases.query(
        "union",
        ours(1, 10).union(ours(5, 15)),
        theirs(1, 10).union(UnionType::Distinct, theirs(5, 15)),
    );
    cases.query(
        "union all",
        ours(1, 10).union_all(ours(5, 15)),
        theirs(1, 10).union(UnionType::All, theirs(5, 15)),
    );
    cases.query(
        "intersect",
        ours(1, 10).intersect(ours(5, 15)),
        theirs(1, 10).union(UnionType::Intersect, theirs(5, 15)),
    );
    cases.query(
        "except",
        ours(1, 10).except(ours(5, 15)),
        theirs(1, 10).union(UnionType::Except, theirs(5, 15)),
    );
    cases.query(
        "union ordered",
        ours(1, 10)
            .union(ours(5, 15))
            .order_by(Customer::id.desc())
            .limit(7),
        theirs(1, 10)
            .union(UnionType::Distinct, theirs(5, 15))
            .order_by("id", Direction::Desc)
            .limit(7),
    );
    cases.query(
        "three of them",
        ours(1, 3).union_all(ours(2, 4)).union_all(ours(3, 5)),
        theirs(1, 3)
            .union(UnionType::All, theirs(2, 4))
            .union(UnionType::All, theirs(3, 5)),
    );
    cases.query(
        "union of tables",
        select(Customer::name).union(select(Category::name)),
        from("customers").column("name").union(
            UnionType::Distinct,
            from("categories").column("name").take(),
        ),
    );
}
