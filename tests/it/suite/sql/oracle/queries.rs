//! Clauses of queries: order, limits, groups.

use orm_core::mapping::select;
use orm_core::prelude::*;
use sea_query::{
    Expr, ExprTrait as _, Func, NullOrdering, Order as Direction, Query, SelectStatement,
};

use super::cases::{Cases, c, customers, i, o};
use super::model::{Customer, Item, Order};

pub(super) fn from(table: &'static str) -> SelectStatement {
    Query::select().from(table).take()
}

fn count() -> Expr {
    Expr::cust("count(*)")
}

pub(super) fn all(cases: &mut Cases) {
    orders(cases);
    groups(cases);
}

fn orders(cases: &mut Cases) {
    let ours = || select((Customer::id, Customer::age));
    let theirs = || {
        from("customers")
            .columns([("customers", "id"), ("customers", "age")])
            .take()
    };
    let by_id =
        |mut select: SelectStatement| select.order_by(("customers", "id"), Direction::Asc).take();
    cases.query("order", ours().order_by(Customer::id), &by_id(theirs()));
    cases.query(
        "order descending",
        ours().order_by(Customer::id.desc()),
        theirs().order_by(("customers", "id"), Direction::Desc),
    );
    cases.query(
        "nulls first",
        ours().order_by((Customer::age.asc().nulls_first(), Customer::id)),
        &by_id(
            theirs()
                .order_by_with_nulls("age", Direction::Asc, NullOrdering::First)
                .take(),
        ),
    );
    cases.query(
        "nulls last",
        ours().order_by((Customer::age.asc().nulls_last(), Customer::id)),
        &by_id(
            theirs()
                .order_by_with_nulls("age", Direction::Asc, NullOrdering::Last)
                .take(),
        ),
    );
    cases.query(
        "descending nulls first",
        ours().order_by((Customer::age.desc().nulls_first(), Customer::id)),
        &by_id(
            theirs()
                .order_by_with_nulls("age", Direction::Desc, NullOrdering::First)
                .take(),
        ),
    );
    cases.query(
        "descending nulls last",
        ours().order_by((Customer::age.desc().nulls_last(), Customer::id)),
        &by_id(
            theirs()
                .order_by_with_nulls("age", Direction::Desc, NullOrdering::Last)
                .take(),
        ),
    );
    cases.query(
        "order by an expression",
        ours().order_by(((Customer::id % 7), Customer::id)),
        &by_id(
            theirs()
                .order_by_expr(c("id").modulo(7), Direction::Asc)
                .take(),
        ),
    );
    let label = (Customer::id % 5).label("rest");
    cases.query(
        "order by a label",
        select((Customer::id, label.clone())).order_by((label.desc(), Customer::id)),
        &by_id(
            from("customers")
                .column(("customers", "id"))
                .expr_as(c("id").modulo(5), "rest")
                .order_by("rest", Direction::Desc)
                .take(),
        ),
    );
    cases.query(
        "limit",
        ours().order_by(Customer::id).limit(5),
        by_id(theirs()).limit(5),
    );
    cases.query(
        "limit and offset",
        ours().order_by(Customer::id).limit(5).offset(10),
        by_id(theirs()).limit(5).offset(10),
    );
    cases.query(
        "offset beyond",
        ours().order_by(Customer::id).limit(50).offset(55),
        by_id(theirs()).limit(50).offset(55),
    );
    cases.query(
        "distinct rows",
        select(Customer::city).distinct(),
        from("customers").column("city").distinct(),
    );
    cases.query(
        "distinct pairs",
        select((Customer::city, Customer::active)).distinct(),
        from("customers").columns(["city", "active"]).distinct(),
    );
    cases.query(
        "distinct ordered",
        select(Order::status)
            .distinct()
            .order_by(Order::status.desc()),
        from("orders")
            .column("status")
            .distinct()
            .order_by("status", Direction::Desc),
    );
    if cases.postgres {
        cases.query(
            "distinct on",
            select((Order::customer_id, Order::total, Order::id))
                .distinct_on(Order::customer_id)
                .order_by((Order::customer_id, Order::total.desc(), Order::id)),
            from("orders")
                .columns(["customer_id", "total", "id"])
                .distinct_on(["customer_id"])
                .order_by("customer_id", Direction::Asc)
                .order_by("total", Direction::Desc)
                .order_by("id", Direction::Asc),
        );
    }
    cases.query(
        "for update",
        ours().order_by(Customer::id).limit(3).for_update(),
        if cases.postgres {
            by_id(theirs()).limit(3).lock_exclusive().take()
        } else {
            by_id(theirs()).limit(3).take()
        }
        .into_ref(),
    );
}

/// A reference for as long as the statement.
trait IntoRef: Sized {
    fn into_ref(self) -> &'static Self {
        Box::leak(Box::new(self))
    }
}

impl IntoRef for SelectStatement {}

fn groups(cases: &mut Cases) {
    cases.query(
        "count",
        select(func::count_all()).from::<Order>(),
        from("orders").expr(count()),
    );
    cases.query(
        "count a column",
        select(func::count(Order::note)),
        from("orders").expr(o("note").count()),
    );
    cases.query(
        "count distinct",
        select(func::count_distinct(Order::customer_id)),
        from("orders").expr(o("customer_id").count_distinct()),
    );
    cases.query(
        "sum",
        select(func::sum(Order::total)),
        from("orders").expr(o("total").sum()),
    );
    cases.query(
        "sum of an expression",
        select(func::sum(Item::price * Item::qty.cast::<i64>())),
        from("items").expr(i("price").mul(i("qty")).sum()),
    );
    cases.query(
        "sum of nothing",
        select(func::sum(Order::total)).filter(Order::id.lt(0)),
        from("orders")
            .expr(o("total").sum())
            .and_where(o("id").lt(0)),
    );
    cases.query(
        "avg",
        select(func::avg(Order::total)),
        from("orders").expr(o("total").avg()),
    );
    cases.query(
        "avg of floats",
        select(func::avg(Customer::score)),
        from("customers").expr(c("score").avg()),
    );
    cases.query(
        "min and max",
        select((func::min(Customer::age), func::max(Customer::city))),
        from("customers").expr(c("age").min()).expr(c("city").max()),
    );
    let per = || {
        select((Order::status, func::count_all(), func::sum(Order::total))).group_by(Order::status)
    };
    let their_per = || {
        from("orders")
            .column("status")
            .expr(count())
            .expr(o("total").sum())
            .group_by_col("status")
            .take()
    };
    cases.query("group by", per(), &their_per());
    cases.query(
        "group by NULL",
        select((Customer::city, func::count_all())).group_by(Customer::city),
        from("customers")
            .column("city")
            .expr(count())
            .group_by_col("city"),
    );
    cases.query(
        "group by two",
        select((Customer::city, Customer::active, func::avg(Customer::age)))
            .group_by((Customer::city, Customer::active)),
        from("customers")
            .columns(["city", "active"])
            .expr(c("age").avg())
            .group_by_columns(["city", "active"]),
    );
    cases.query(
        "group by an expression",
        select((Customer::id % func::literal(3_i64), func::count_all()))
            .group_by(Customer::id % func::literal(3_i64)),
        from("customers")
            .expr(Expr::cust("id % 3"))
            .expr(count())
            .add_group_by([Expr::cust("id % 3")]),
    );
    cases.query(
        "having",
        per().having(func::count_all().gt(36)),
        their_per().and_having(count().gt(36)),
    );
    cases.query(
        "having two",
        per()
            .having(func::count_all().gt(30))
            .having(func::min(Order::total).lt(0)),
        their_per()
            .and_having(count().gt(30))
            .and_having(o("total").min().lt(0)),
    );
    cases.query(
        "having and filter",
        per()
            .filter(Order::total.gt(20))
            .having(func::sum(Order::total).gt(500)),
        their_per()
            .and_where(o("total").gt(20))
            .and_having(o("total").sum().gt(500)),
    );
    cases.query(
        "ordered by an aggregate",
        select((Order::status, func::count_all()))
            .group_by(Order::status)
            .order_by((func::count_all().desc(), Order::status)),
        from("orders")
            .column("status")
            .expr(count())
            .group_by_col("status")
            .order_by_expr(count(), Direction::Desc)
            .order_by("status", Direction::Asc),
    );
    cases.query(
        "groups of a join",
        select((Customer::id, func::count(Order::id)))
            .left_join(Customer::orders)
            .group_by(Customer::id)
            .order_by(Customer::id),
        customers()
            .expr(o("id").count())
            .left_join("orders", o("customer_id").equals(("customers", "id")))
            .group_by_col(("customers", "id")),
    );
    cases.query(
        "filtered aggregate",
        select(func::sum(Order::total).filter(Order::status.eq("paid"))),
        from("orders").expr(Func::sum(o("total")).filter(o("status").eq("paid"))),
    );
    cases.query(
        "sum of cases",
        select(func::sum(
            func::case::<i32>()
                .when(Order::total.gt(50), 1)
                .otherwise(0),
        )),
        from("orders").expr(Expr::cust("sum(case when total > 50 then 1 else 0 end)")),
    );
}
