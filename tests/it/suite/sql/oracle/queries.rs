//! Clauses of queries: order, limits, groups, windows, common table expressions, sets.

use orm_core::mapping::select;
use orm_core::prelude::*;
use sea_query::{
    CommonTableExpression, Expr, ExprTrait as _, Frame, FrameType, Func, NullOrdering, Order as Direction,
    Query, SelectStatement, UnionType, WindowStatement, WithClause,
};

use super::cases::{Cases, c, col, customers, i, o};
use super::model::{Category, Customer, Item, Order};

fn from(table: &'static str) -> SelectStatement {
    Query::select().from(table).take()
}

fn count() -> Expr {
    Expr::cust("count(*)")
}

pub(super) fn all(cases: &mut Cases) {
    orders(cases);
    groups(cases);
    windows(cases);
    common(cases);
    sets(cases);
}

fn orders(cases: &mut Cases) {
    let ours = || select((Customer::id, Customer::age));
    let theirs = || from("customers").columns([("customers", "id"), ("customers", "age")]).take();
    let by_id = |mut select: SelectStatement| select.order_by(("customers", "id"), Direction::Asc).take();
    cases.query("order", ours().order_by(Customer::id), &by_id(theirs()));
    cases.query("order descending", ours().order_by(Customer::id.desc()), theirs().order_by(("customers", "id"), Direction::Desc));
    cases.query("nulls first", ours().order_by((Customer::age.asc().nulls_first(), Customer::id)), &by_id(theirs().order_by_with_nulls("age", Direction::Asc, NullOrdering::First).take()));
    cases.query("nulls last", ours().order_by((Customer::age.asc().nulls_last(), Customer::id)), &by_id(theirs().order_by_with_nulls("age", Direction::Asc, NullOrdering::Last).take()));
    cases.query("descending nulls first", ours().order_by((Customer::age.desc().nulls_first(), Customer::id)), &by_id(theirs().order_by_with_nulls("age", Direction::Desc, NullOrdering::First).take()));
    cases.query("descending nulls last", ours().order_by((Customer::age.desc().nulls_last(), Customer::id)), &by_id(theirs().order_by_with_nulls("age", Direction::Desc, NullOrdering::Last).take()));
    cases.query("order by an expression", ours().order_by(((Customer::id % 7), Customer::id)), &by_id(theirs().order_by_expr(c("id").modulo(7), Direction::Asc).take()));
    let label = (Customer::id % 5).label("rest");
    cases.query("order by a label", select((Customer::id, label.clone())).order_by((label.desc(), Customer::id)), &by_id(from("customers").column(("customers", "id")).expr_as(c("id").modulo(5), "rest").order_by("rest", Direction::Desc).take()));
    cases.query("limit", ours().order_by(Customer::id).limit(5), by_id(theirs()).limit(5));
    cases.query("limit and offset", ours().order_by(Customer::id).limit(5).offset(10), by_id(theirs()).limit(5).offset(10));
    cases.query("offset beyond", ours().order_by(Customer::id).limit(50).offset(55), by_id(theirs()).limit(50).offset(55));
    cases.query("distinct rows", select(Customer::city).distinct(), from("customers").column("city").distinct());
    cases.query("distinct pairs", select((Customer::city, Customer::active)).distinct(), from("customers").columns(["city", "active"]).distinct());
    cases.query("distinct ordered", select(Order::status).distinct().order_by(Order::status.desc()), from("orders").column("status").distinct().order_by("status", Direction::Desc));
    if cases.postgres {
        cases.query(
            "distinct on",
            select((Order::customer_id, Order::total, Order::id)).distinct_on(Order::customer_id).order_by((Order::customer_id, Order::total.desc(), Order::id)),
            from("orders").columns(["customer_id", "total", "id"]).distinct_on(["customer_id"]).order_by("customer_id", Direction::Asc).order_by("total", Direction::Desc).order_by("id", Direction::Asc),
        );
    }
    cases.query("for update", ours().order_by(Customer::id).limit(3).for_update(), if cases.postgres { by_id(theirs()).limit(3).lock_exclusive().take() } else { by_id(theirs()).limit(3).take() }.into_ref());
}

/// A reference for as long as the statement.
trait IntoRef: Sized {
    fn into_ref(self) -> &'static Self {
        Box::leak(Box::new(self))
    }
}

impl IntoRef for SelectStatement {}

fn groups(cases: &mut Cases) {
    cases.query("count", select(func::count_all()).from::<Order>(), from("orders").expr(count()));
    cases.query("count a column", select(func::count(Order::note)), from("orders").expr(o("note").count()));
    cases.query("count distinct", select(func::count_distinct(Order::customer_id)), from("orders").expr(o("customer_id").count_distinct()));
    cases.query("sum", select(func::sum(Order::total)), from("orders").expr(o("total").sum()));
    cases.query("sum of an expression", select(func::sum(Item::price * Item::qty.cast::<i64>())), from("items").expr(i("price").mul(i("qty")).sum()));
    cases.query("sum of nothing", select(func::sum(Order::total)).filter(Order::id.lt(0)), from("orders").expr(o("total").sum()).and_where(o("id").lt(0)));
    cases.query("avg", select(func::avg(Order::total)), from("orders").expr(o("total").avg()));
    cases.query("avg of floats", select(func::avg(Customer::score)), from("customers").expr(c("score").avg()));
    cases.query("min and max", select((func::min(Customer::age), func::max(Customer::city))), from("customers").expr(c("age").min()).expr(c("city").max()));
    let per = || select((Order::status, func::count_all(), func::sum(Order::total))).group_by(Order::status);
    let their_per = || from("orders").column("status").expr(count()).expr(o("total").sum()).group_by_col("status").take();
    cases.query("group by", per(), &their_per());
    cases.query("group by NULL", select((Customer::city, func::count_all())).group_by(Customer::city), from("customers").column("city").expr(count()).group_by_col("city"));
    cases.query("group by two", select((Customer::city, Customer::active, func::avg(Customer::age))).group_by((Customer::city, Customer::active)), from("customers").columns(["city", "active"]).expr(c("age").avg()).group_by_columns(["city", "active"]));
    cases.query("group by an expression", select((Customer::id % 3, func::count_all())).group_by(Customer::id % 3), from("customers").expr(Expr::cust("id % 3")).expr(count()).add_group_by([Expr::cust("id % 3")]));
    cases.query("having", per().having(func::count_all().gt(36)), their_per().and_having(count().gt(36)));
    cases.query("having two", per().having(func::count_all().gt(30)).having(func::min(Order::total).lt(0)), their_per().and_having(count().gt(30)).and_having(o("total").min().lt(0)));
    cases.query("having and filter", per().filter(Order::total.gt(20)).having(func::sum(Order::total).gt(500)), their_per().and_where(o("total").gt(20)).and_having(o("total").sum().gt(500)));
    cases.query("ordered by an aggregate", select((Order::status, func::count_all())).group_by(Order::status).order_by((func::count_all().desc(), Order::status)), from("orders").column("status").expr(count()).group_by_col("status").order_by_expr(count(), Direction::Desc).order_by("status", Direction::Asc));
    cases.query(
        "groups of a join",
        select((Customer::id, func::count(Order::id))).left_join(Customer::orders).group_by(Customer::id).order_by(Customer::id),
        customers().expr(o("id").count()).left_join("orders", o("customer_id").equals(("customers", "id"))).group_by_col(("customers", "id")),
    );
    cases.query("filtered aggregate", select(func::sum(Order::total).filter(Order::status.eq("paid"))), from("orders").expr(Func::sum(o("total")).filter(o("status").eq("paid"))));
    cases.query("sum of cases", select(func::sum(func::case::<i32>().when(Order::total.gt(50), 1).otherwise(0))), from("orders").expr(Expr::cust("sum(case when total > 50 then 1 else 0 end)")));
}

fn windows(cases: &mut Cases) {
    let named = |name: &'static str| Expr::from(Func::cust(name));
    let by_id = || WindowStatement::new().order_by("id", Direction::Asc).take();
    let ours = |value| select((Order::id, value)).order_by(Order::id);
    let theirs = |value: Expr, window: WindowStatement| from("orders").column(("orders", "id")).expr_window(value, window).order_by("id", Direction::Asc).take();
    cases.query("row number", ours(func::row_number().over(window().order_by(Order::id))), &theirs(named("row_number"), by_id()));
    let status = || WindowStatement::partition_by("status");
    let part = || window().partition_by(Order::status);
    cases.query("row number of a part", ours(func::row_number().over(part().order_by(Order::id))), &theirs(named("row_number"), status().order_by("id", Direction::Asc).take()));
    let total = || status().order_by("total", Direction::Desc).take();
    cases.query("rank", ours(func::rank().over(part().order_by(Order::total.desc()))), &theirs(named("rank"), total()));
    cases.query("dense rank", ours(func::dense_rank().over(part().order_by(Order::total.desc()))), &theirs(named("dense_rank"), total()));
    cases.query("ntile", select((Order::id, func::ntile(4).over(window().order_by(Order::id)))).order_by(Order::id), &theirs(Func::cust("ntile").arg(4).into(), by_id()));
    let sum = || Expr::from(Func::sum(o("total")));
    let nullable = |value: orm_core::sql::Typed<Option<i64>>| select((Order::id, value)).order_by(Order::id);
    cases.query("sum over all", nullable(func::sum(Order::total).over(window())), &theirs(sum(), WindowStatement::new()));
    cases.query("running sum", nullable(func::sum(Order::total).over(window().order_by(Order::id))), &theirs(sum(), by_id()));
    cases.query("sum of a part", nullable(func::sum(Order::total).over(part())), &theirs(sum(), status()));
    let frame = |start, end| by_id().frame_between(FrameType::Rows, start, end).take();
    cases.query("frame around", nullable(func::sum(Order::total).over(window().order_by(Order::id).rows_between(Bound::preceding(2), Bound::following(1)))), &theirs(sum(), frame(Frame::Preceding(2), Frame::Following(1))));
    cases.query("frame from the beginning", nullable(func::sum(Order::total).over(window().order_by(Order::id).rows_between(Bound::unbounded_preceding(), Bound::current_row()))), &theirs(sum(), frame(Frame::UnboundedPreceding, Frame::CurrentRow)));
    cases.query("frame to the end", nullable(func::sum(Order::total).over(window().order_by(Order::id).rows_between(Bound::current_row(), Bound::unbounded_following()))), &theirs(sum(), frame(Frame::CurrentRow, Frame::UnboundedFollowing)));
    cases.query("lag", nullable(func::lag(Order::total, 1).over(window().order_by(Order::id))), &theirs(Func::cust("lag").args([o("total"), 1.into()]).into(), by_id()));
    cases.query("lead", nullable(func::lead(Order::total, 2).over(window().order_by(Order::id))), &theirs(Func::cust("lead").args([o("total"), 2.into()]).into(), by_id()));
    cases.query("first value", nullable(func::first_value(Order::total).over(part().order_by(Order::id))), &theirs(Func::cust("first_value").arg(o("total")).into(), status().order_by("id", Direction::Asc).take()));
    cases.query("named window", nullable(func::sum(Order::total).over_named("w")).window("w", part()), from("orders").column("id").expr_window_name(sum(), "w").window("w", status()).order_by("id", Direction::Asc));
}

fn common(cases: &mut Cases) {
    let with = |name: &'static str, select: SelectStatement| CommonTableExpression::new().query(select).table_name(name).to_owned();
    let rich = select((Order::customer_id, Order::total)).filter(Order::total.gt(100)).cte("rich");
    let their_rich = || with("rich", from("orders").columns(["customer_id", "total"]).and_where(o("total").gt(100)).take());
    cases.query("common table expression", select(rich.col(Order::total)).from_source(&rich), &from("rich").column("total").take().with(WithClause::new().cte(their_rich()).to_owned()));
    cases.query(
        "join of one",
        select((Customer::name, rich.col(Order::total))).join_on(&rich, rich.col(Order::customer_id).eq(Customer::id)),
        &from("customers").column("name").column("total").inner_join("rich", col(("rich", "customer_id")).equals(("customers", "id"))).take().with(WithClause::new().cte(their_rich()).to_owned()),
    );
    cases.query(
        "in one",
        select(Customer::id).filter(Customer::id.is_in_query(select(rich.col(Order::customer_id)).from_source(&rich))).order_by(Customer::id),
        &customers().and_where(c("id").in_subquery(from("rich").column("customer_id").take())).take().with(WithClause::new().cte(their_rich()).to_owned()),
    );
    let tree = select((Category::id, Category::parent_id))
        .filter(Category::parent_id.is_null())
        .cte("tree")
        .recursive(|tree| select((Category::id, Category::parent_id)).join_on(tree, tree.col(Category::id).eq(Category::parent_id)));
    let their_tree = from("categories")
        .columns(["id", "parent_id"])
        .and_where(col("parent_id").is_null())
        .union(
            UnionType::All,
            from("categories").columns([("categories", "id"), ("categories", "parent_id")]).inner_join("tree", col(("tree", "id")).equals(("categories", "parent_id"))).take(),
        )
        .take();
    cases.query(
        "recursive",
        select((tree.col(Category::id), tree.col(Category::parent_id))).from_source(&tree),
        &from("tree").columns(["id", "parent_id"]).take().with(WithClause::new().recursive(true).cte(with("tree", their_tree).columns(["id", "parent_id"]).to_owned()).to_owned()),
    );
}

fn sets(cases: &mut Cases) {
    let ours = |low: i64, high: i64| select(Customer::id).filter(Customer::id.between(low, high));
    let theirs = |low: i64, high: i64| from("customers").column("id").and_where(c("id").between(low, high)).take();
    cases.query("union", ours(1, 10).union(ours(5, 15)), theirs(1, 10).union(UnionType::Distinct, theirs(5, 15)));
    cases.query("union all", ours(1, 10).union_all(ours(5, 15)), theirs(1, 10).union(UnionType::All, theirs(5, 15)));
    cases.query("intersect", ours(1, 10).intersect(ours(5, 15)), theirs(1, 10).union(UnionType::Intersect, theirs(5, 15)));
    cases.query("except", ours(1, 10).except(ours(5, 15)), theirs(1, 10).union(UnionType::Except, theirs(5, 15)));
    cases.query("union ordered", ours(1, 10).union(ours(5, 15)).order_by(Customer::id.desc()).limit(7), theirs(1, 10).union(UnionType::Distinct, theirs(5, 15)).order_by("id", Direction::Desc).limit(7));
    cases.query("three of them", ours(1, 3).union_all(ours(2, 4)).union_all(ours(3, 5)), theirs(1, 3).union(UnionType::All, theirs(2, 4)).union(UnionType::All, theirs(3, 5)));
    cases.query("union of tables", select(Customer::name).union(select(Category::name)), from("customers").column("name").union(UnionType::Distinct, from("categories").column("name").take()));
}
