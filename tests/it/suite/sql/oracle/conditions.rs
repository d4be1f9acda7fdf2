//! Conditions.

use orm_core::mapping::select;
use orm_core::prelude::*;
use sea_query::extension::postgres::PgExpr as _;
use sea_query::{Cond, Expr, ExprTrait as _, Func, LikeExpr, Query, SelectStatement};

use super::cases::{Cases, c, i, o};
use super::model::{Category, Customer, Item, Order};

fn orders() -> SelectStatement {
    Query::select().from("orders").take()
}

pub(super) fn all(cases: &mut Cases) {
    comparisons(cases);
    truth(cases);
    texts(cases);
    subqueries(cases);
}

fn comparisons(cases: &mut Cases) {
    cases.condition("eq", Customer::age.eq(30), c("age").eq(30));
    cases.condition("ne", Customer::age.ne(30), c("age").ne(30));
    cases.condition("lt", Customer::age.lt(30), c("age").lt(30));
    cases.condition("le", Customer::age.le(30), c("age").lte(30));
    cases.condition("gt", Customer::age.gt(30), c("age").gt(30));
    cases.condition("ge", Customer::age.ge(30), c("age").gte(30));
    cases.condition("eq none", Customer::age.eq(None), c("age").is_null());
    cases.condition("ne none", Customer::age.ne(None), c("age").is_not_null());
    cases.condition("is null", Customer::city.is_null(), c("city").is_null());
    cases.condition(
        "is not null",
        Customer::city.is_not_null(),
        c("city").is_not_null(),
    );
    cases.condition(
        "columns",
        Customer::id.gt(Customer::referrer_id * 7),
        c("id").gt(c("referrer_id").mul(7)),
    );
    cases.condition(
        "between",
        Customer::age.between(20, 30),
        c("age").between(20, 30),
    );
    cases.condition(
        "not between",
        Customer::age.not_between(20, 30),
        c("age").not_between(20, 30),
    );
    cases.condition(
        "between columns",
        Customer::id.between(Customer::referrer_id, 20),
        c("id").between(c("referrer_id"), 20),
    );
    cases.condition(
        "in",
        Customer::age.is_in([20, 25, 30, 35]),
        c("age").is_in([20, 25, 30, 35]),
    );
    cases.condition(
        "not in",
        Customer::age.not_in([20, 25, 30]),
        c("age").is_not_in([20, 25, 30]),
    );
    cases.condition(
        "in nothing",
        Customer::age.is_in([0_i32; 0]),
        c("age").is_in([0_i32; 0]),
    );
    cases.condition(
        "not in nothing",
        Customer::age.not_in([0_i32; 0]),
        c("age").is_not_in([0_i32; 0]),
    );
    cases.condition("in one", Customer::id.is_in([7]), c("id").is_in([7]));
    cases.condition(
        "in texts",
        Customer::city.is_in(["Köln", "東京", "O'Hara"]),
        c("city").is_in(["Köln", "東京", "O'Hara"]),
    );
    cases.condition(
        "text eq",
        Customer::city.eq("Zürich"),
        c("city").eq("Zürich"),
    );
    cases.condition("text order", Customer::city.lt("Z"), c("city").lt("Z"));
    cases.condition("float", Customer::score.ge(5.5), c("score").gte(5.5));
    cases.condition(
        "distinct",
        Customer::age.is_distinct_from(30),
        c("age").ne(30).or(c("age").is_null()),
    );
    cases.condition(
        "not distinct",
        Customer::age.is_not_distinct_from(30),
        c("age").eq(30).and(c("age").is_not_null()),
    );
    cases.condition(
        "rows in",
        row((Customer::id, Customer::active)).is_in([(1, true), (2, true), (3, true), (4, false)]),
        Expr::tuple([c("id"), c("active")]).in_tuples([
            (1, true),
            (2, true),
            (3, true),
            (4, false),
        ]),
    );
    cases.condition(
        "rows compared",
        row((Customer::active, Customer::id)).lt((true, 20)),
        Expr::tuple([c("active"), c("id")]).lt(Expr::tuple([Expr::val(true), Expr::val(20)])),
    );
}

fn truth(cases: &mut Cases) {
    let young = || Customer::age.lt(25);
    let rich = || Customer::score.gt(5.0);
    let (their_young, their_rich) = (|| c("age").lt(25), || c("score").gt(5.0));
    cases.condition("and", young().and(rich()), their_young().and(their_rich()));
    cases.condition("or", young().or(rich()), their_young().or(their_rich()));
    cases.condition("not", young().not(), their_young().not());
    cases.condition(
        "not and",
        young().and(rich()).not(),
        their_young().and(their_rich()).not(),
    );
    cases.condition(
        "not or",
        young().or(rich()).not(),
        their_young().or(their_rich()).not(),
    );
    cases.condition(
        "or in and",
        young().or(rich()).and(Customer::active),
        their_young().or(their_rich()).and(c("active")),
    );
    cases.condition(
        "and in or",
        young().and(rich()).or(Customer::vip),
        their_young().and(their_rich()).or(c("vip")),
    );
    cases.condition("truth column", Customer::active, c("active"));
    cases.condition(
        "truth column not",
        Customer::active.not(),
        c("active").not(),
    );
    cases.condition("nullable truth", Customer::vip, c("vip"));
    cases.condition("nullable truth not", Customer::vip.not(), c("vip").not());
    cases.condition("is true", Customer::vip.is_true(), c("vip").is(true));
    cases.condition(
        "is not true",
        Customer::vip.is_not_true(),
        c("vip").is_not(true),
    );
    cases.condition("is false", Customer::vip.is_false(), c("vip").is(false));
    cases.condition(
        "is not false",
        Customer::vip.is_not_false(),
        c("vip").is_not(false),
    );
    cases.condition(
        "truth eq",
        Customer::vip.eq(Customer::active),
        c("vip").eq(c("active")),
    );
    cases.condition(
        "truth of comparisons",
        young().eq(rich()),
        their_young().eq(their_rich()),
    );
    cases.condition(
        "null of a comparison",
        young().is_null(),
        their_young().is_null(),
    );
    cases.condition(
        "all of",
        all_of([young(), rich()]),
        Cond::all().add(their_young()).add(their_rich()),
    );
    cases.condition(
        "any of",
        any_of([young(), rich()]),
        Cond::any().add(their_young()).add(their_rich()),
    );
    cases.condition(
        "not any of",
        any_of([young(), rich()]).not(),
        Cond::any().add(their_young()).add(their_rich()).not(),
    );
    cases.condition(
        "all of nothing",
        all_of(Vec::<orm_core::sql::Typed<bool>>::new()),
        Expr::val(1).eq(1),
    );
}

fn texts(cases: &mut Cases) {
    let like = |pattern: &str, escape| LikeExpr::new(pattern.to_owned()).escape(escape);
    let folded = || Func::lower(c("city"));
    cases.condition(
        "like",
        func::lower(Customer::city).like("%r%"),
        Expr::from(folded()).like("%r%"),
    );
    cases.condition(
        "not like",
        func::lower(Customer::city).not_like("%r%"),
        Expr::from(folded()).not_like("%r%"),
    );
    cases.condition(
        "like one",
        Customer::city.like("K_ln"),
        c("city").like("K_ln"),
    );
    cases.condition(
        "like escape",
        Customer::city.like_escape("%!%", '!'),
        c("city").like(like("%!%", '!')),
    );
    cases.condition(
        "starts with",
        Customer::name.starts_with("😀1"),
        c("name").like("😀1%"),
    );
    cases.condition(
        "ends with",
        Customer::name.ends_with("7"),
        c("name").like("%7"),
    );
    cases.condition(
        "contains percent",
        Customer::city.contains("%"),
        c("city").like(like("%/%%", '/')),
    );
    cases.condition(
        "contains underscore",
        Customer::city.contains("_"),
        c("city").like(like("%/_%", '/')),
    );
    cases.condition(
        "contains quote",
        Customer::city.contains("'"),
        c("city").like("%'%"),
    );
    let ours = Customer::city.ilike("PA%");
    if cases.postgres {
        cases.condition("ilike", ours, c("city").ilike("PA%"));
    } else {
        cases.condition("ilike", ours, c("city").like("PA%"));
    }
}

fn subqueries(cases: &mut Cases) {
    let sent = || select(Order::customer_id).filter(Order::status.eq("sent"));
    let known = || sent().filter(Order::customer_id.is_not_null());
    let column = || orders().column(("orders", "customer_id")).take();
    let their_sent = || column().and_where(o("status").eq("sent")).take();
    let their_known = || {
        their_sent()
            .and_where(o("customer_id").is_not_null())
            .take()
    };
    cases.condition(
        "in a query",
        Customer::id.is_in_query(sent()),
        c("id").in_subquery(their_sent()),
    );
    cases.condition(
        "not in a query",
        Customer::id.not_in_query(known()),
        c("id").not_in_subquery(their_known()),
    );
    cases.condition(
        "not in a query with NULL",
        Customer::id.not_in_query(sent()),
        c("id").not_in_subquery(their_sent()),
    );
    let own = || select(Order::id).filter(Order::customer_id.eq(Customer::id));
    let their_own = || {
        orders()
            .column(("orders", "id"))
            .and_where(o("customer_id").equals(("customers", "id")))
            .take()
    };
    cases.condition("exists", exists(own()), Expr::exists(their_own()));
    cases.condition(
        "not exists",
        not_exists(own()),
        Expr::exists(their_own()).not(),
    );
    cases.condition(
        "exists with a condition",
        exists(own().filter(Order::total.gt(150))),
        Expr::exists(their_own().and_where(o("total").gt(150)).take()),
    );
    let their_items = Query::select()
        .column(("items", "id"))
        .from("items")
        .inner_join("orders", o("id").equals(("items", "order_id")))
        .and_where(o("customer_id").equals(("customers", "id")))
        .and_where(i("qty").gt(4))
        .take();
    cases.condition(
        "exists with a join",
        exists(
            select(Item::id)
                .join(Item::order)
                .filter(Order::customer_id.eq(Customer::id))
                .filter(Item::qty.gt(4)),
        ),
        Expr::exists(their_items),
    );
    let most =
        || scalar(select(func::max(Order::total)).filter(Order::customer_id.eq(Customer::id)));
    let their_most = || {
        orders()
            .expr(o("total").max())
            .and_where(o("customer_id").equals(("customers", "id")))
            .take()
    };
    cases.condition(
        "scalar compared",
        most().gt(100),
        Expr::from(their_most()).gt(100),
    );
    cases.condition(
        "scalar is null",
        most().is_null(),
        Expr::from(their_most()).is_null(),
    );
    cases.condition(
        "query in a query",
        Customer::id.is_in_query(
            select(Order::customer_id).filter(
                Order::id.is_in_query(
                    select(Item::order_id).filter(
                        Item::category_id
                            .is_in_query(select(Category::id).filter(Category::parent_id.eq(1))),
                    ),
                ),
            ),
        ),
        c("id").in_subquery(
            column()
                .and_where(
                    o("id").in_subquery(
                        Query::select()
                            .column("order_id")
                            .from("items")
                            .and_where(
                                i("category_id").in_subquery(
                                    Query::select()
                                        .column("id")
                                        .from("categories")
                                        .and_where(Expr::col("parent_id").eq(1))
                                        .take(),
                                ),
                            )
                            .take(),
                    ),
                )
                .take(),
        ),
    );
}
