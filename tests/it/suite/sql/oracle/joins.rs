//! Joins, aliases and subqueries as sources.

use orm_core::mapping::{alias, entity, select, values};
use orm_core::prelude::*;
use sea_query::{Expr, ExprTrait as _, JoinType, Order as Direction, Query, SelectStatement};

use super::cases::{Cases, c, col, i, o};
use super::model::{Category, Customer, Item, Order};

fn pairs() -> SelectStatement {
    Query::select()
        .columns([("customers", "name"), ("orders", "status")])
        .take()
}

pub(super) fn all(cases: &mut Cases) {
    let ours = || select((Customer::name, Order::status));
    let on = || o("customer_id").equals(("customers", "id"));
    cases.query(
        "join",
        ours().join(Customer::orders),
        pairs().from("customers").inner_join("orders", on()),
    );
    cases.query(
        "join to one",
        ours().from::<Order>().join(Order::customer),
        pairs().from("orders").inner_join("customers", on()),
    );
    cases.query(
        "left join",
        ours().left_join(Customer::orders),
        pairs().from("customers").left_join("orders", on()),
    );
    cases.query(
        "left join to one",
        ours().from::<Order>().left_join(Order::customer),
        pairs().from("orders").left_join("customers", on()),
    );
    cases.query(
        "right join",
        ours().right_join(Customer::orders),
        pairs().from("customers").right_join("orders", on()),
    );
    cases.query(
        "full join",
        ours().full_join(Customer::orders),
        pairs().from("customers").full_outer_join("orders", on()),
    );
    cases.query(
        "cross join",
        select((Customer::id, Category::id)).cross_join(entity::<Category>()),
        Query::select()
            .column(("customers", "id"))
            .column(("categories", "id"))
            .from("customers")
            .cross_join("categories"),
    );
    cases.query(
        "two tables",
        select((Customer::id, Category::name))
            .and_from(entity::<Category>())
            .filter(Category::id.eq(Customer::id)),
        Query::select()
            .column(("customers", "id"))
            .column(("categories", "name"))
            .from("customers")
            .from("categories")
            .and_where(c("id").equals(("categories", "id"))),
    );
    cases.query(
        "join on",
        ours().join_on(
            entity::<Order>(),
            Order::customer_id
                .eq(Customer::id)
                .and(Order::total.gt(100)),
        ),
        pairs()
            .from("customers")
            .inner_join("orders", on().and(o("total").gt(100))),
    );
    cases.query(
        "left join on",
        ours().left_join_on(
            entity::<Order>(),
            Order::customer_id
                .eq(Customer::id)
                .and(Order::total.gt(100)),
        ),
        pairs()
            .from("customers")
            .left_join("orders", on().and(o("total").gt(100))),
    );
    cases.query(
        "left join and filter",
        ours()
            .left_join(Customer::orders)
            .filter(Order::total.gt(100)),
        pairs()
            .from("customers")
            .left_join("orders", on())
            .and_where(o("total").gt(100)),
    );
    cases.query(
        "without a match",
        select(Customer::name)
            .left_join(Customer::orders)
            .filter(Order::id.is_null()),
        Query::select()
            .column(("customers", "name"))
            .from("customers")
            .left_join("orders", on())
            .and_where(o("id").is_null()),
    );
    let items = || i("order_id").equals(("orders", "id"));
    cases.query(
        "three tables",
        select((Customer::name, Item::qty))
            .join(Customer::orders)
            .join(Order::items),
        Query::select()
            .column(("customers", "name"))
            .column(("items", "qty"))
            .from("customers")
            .inner_join("orders", on())
            .inner_join("items", items()),
    );
    cases.query(
        "four tables",
        select((Customer::name, Item::qty, Category::name))
            .join(Customer::orders)
            .left_join(Order::items)
            .left_join(Item::category),
        Query::select()
            .column(("customers", "name"))
            .column(("items", "qty"))
            .column(("categories", "name"))
            .from("customers")
            .inner_join("orders", on())
            .left_join("items", items())
            .left_join("categories", i("category_id").equals(("categories", "id"))),
    );
    cases.query(
        "join key",
        ours().join_table::<Order>(),
        pairs().from("customers").inner_join("orders", on()),
    );
    aliases(cases);
    sources(cases);
}

fn aliases(cases: &mut Cases) {
    let who = alias::<Customer>("who");
    let name = |table| Expr::col((table, "name"));
    cases.query(
        "self join",
        select((Customer::name, who.col(Customer::name))).join(Customer::referrer.to(&who)),
        Query::select()
            .expr(name("customers"))
            .expr(name("who"))
            .from("customers")
            .join_as(
                JoinType::InnerJoin,
                "customers",
                "who",
                c("referrer_id").equals(("who", "id")),
            ),
    );
    cases.query(
        "self left join",
        select((Customer::name, who.col(Customer::name).nullable()))
            .left_join(Customer::referrer.to(&who)),
        Query::select()
            .expr(name("customers"))
            .expr(name("who"))
            .from("customers")
            .join_as(
                JoinType::LeftJoin,
                "customers",
                "who",
                c("referrer_id").equals(("who", "id")),
            ),
    );
    cases.query(
        "alias with a condition",
        select((Customer::id, who.col(Customer::id)))
            .join_on(&who, who.col(Customer::age).gt(Customer::age))
            .filter(Customer::id.lt(10)),
        Query::select()
            .expr(c("id"))
            .expr(col(("who", "id")))
            .from("customers")
            .join_as(
                JoinType::InnerJoin,
                "customers",
                "who",
                col(("who", "age")).gt(c("age")),
            )
            .and_where(c("id").lt(10)),
    );
    let (parent, grand) = (
        alias::<Category>("parent"),
        alias::<Category>("Grand parent"),
    );
    cases.query(
        "two aliases",
        select((
            Category::id,
            parent.col(Category::id),
            grand.col(Category::id),
        ))
        .join(Category::parent.to(&parent))
        .join(parent.along(Category::parent).to(&grand)),
        Query::select()
            .columns([
                ("categories", "id"),
                ("parent", "id"),
                ("Grand parent", "id"),
            ])
            .from("categories")
            .join_as(
                JoinType::InnerJoin,
                "categories",
                "parent",
                col(("categories", "parent_id")).equals(("parent", "id")),
            )
            .join_as(
                JoinType::InnerJoin,
                "categories",
                "Grand parent",
                col(("parent", "parent_id")).equals(("Grand parent", "id")),
            ),
    );
    let only = alias::<Customer>("select");
    cases.query(
        "only an alias",
        select(only.col(Customer::name))
            .from_source(&only)
            .filter(only.col(Customer::age).gt(30)),
        Query::select()
            .expr(name("select"))
            .from_as("customers", "select")
            .and_where(col(("select", "age")).gt(30)),
    );
}

fn sources(cases: &mut Cases) {
    let total = func::sum(Order::total).label("total");
    let per = select((Order::customer_id, total.clone())).group_by(Order::customer_id);
    let their_per = || {
        Query::select()
            .column("customer_id")
            .expr_as(o("total").sum(), "total")
            .from("orders")
            .group_by_col("customer_id")
            .take()
    };
    let sub = per.subquery("per");
    cases.query(
        "from a subquery",
        select((sub.col(Order::customer_id), sub.col(&total)))
            .from_source(&sub)
            .filter(sub.col(&total).gt(200)),
        Query::select()
            .columns([("per", "customer_id"), ("per", "total")])
            .from_subquery(their_per(), "per")
            .and_where(col(("per", "total")).gt(200)),
    );
    cases.query(
        "join a subquery",
        select((Customer::name, sub.col(&total)))
            .join_on(&sub, sub.col(Order::customer_id).eq(Customer::id)),
        Query::select()
            .expr(c("name"))
            .expr(col(("per", "total")))
            .from("customers")
            .join_subquery(
                JoinType::InnerJoin,
                their_per(),
                "per",
                col(("per", "customer_id")).equals(("customers", "id")),
            ),
    );
    cases.query(
        "left join a subquery",
        select((Customer::name, sub.col(&total)))
            .left_join_on(&sub, sub.col(Order::customer_id).eq(Customer::id))
            .order_by(Customer::id),
        Query::select()
            .expr(c("name"))
            .expr(col(("per", "total")))
            .from("customers")
            .join_subquery(
                JoinType::LeftJoin,
                their_per(),
                "per",
                col(("per", "customer_id")).equals(("customers", "id")),
            )
            .order_by(("customers", "id"), Direction::Asc),
    );
    let top = select((Order::id, Order::total))
        .order_by((Order::total.desc(), Order::id))
        .limit(10)
        .subquery("top");
    cases.query(
        "subquery with a limit",
        select(func::sum(top.col(Order::total))).from_source(&top),
        Query::select()
            .expr(col(("top", "total")).sum())
            .from_subquery(
                Query::select()
                    .columns(["id", "total"])
                    .from("orders")
                    .order_by("total", Direction::Desc)
                    .order_by("id", Direction::Asc)
                    .limit(10)
                    .take(),
                "top",
            ),
    );
    let rows = values(
        "v",
        ["id", "word"],
        [
            (1_i64, "one".to_owned()),
            (2, "two".to_owned()),
            (3, "it's".to_owned()),
        ],
    );
    let (id, word) = rows.columns();
    let (first, second) = ("column1", "column2");
    cases.query(
        "values",
        select((id.clone(), word.clone())).from_source(&rows),
        Query::select()
            .columns([("v", first), ("v", second)])
            .from_values([(1, "one"), (2, "two"), (3, "it's")], "v"),
    );
    cases.query(
        "join values",
        select((Customer::name, word)).join_on(&rows, id.eq(Customer::id)),
        Query::select()
            .expr(c("name"))
            .expr(col(("v", second)))
            .from_values([(1, "one"), (2, "two"), (3, "it's")], "v")
            .inner_join("customers", c("id").equals(("v", first))),
    );
}
