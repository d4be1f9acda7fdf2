//! Values: arithmetic, text, CASE, casts, functions.

use orm_core::mapping::select;
use orm_core::prelude::*;
use sea_query::{BinOper, CaseStatement, Expr, ExprTrait as _, Func, Query};

use super::cases::{Cases, c, o};
use super::model::{Customer, Order};

pub(super) fn all(cases: &mut Cases) {
    numbers(cases);
    texts(cases);
    choices(cases);
}

fn numbers(cases: &mut Cases) {
    cases.value("add", Customer::age + 1, c("age").add(1));
    cases.value("sub", Customer::age - 1, c("age").sub(1));
    cases.value("mul", Customer::age * 2, c("age").mul(2));
    cases.value("div", Customer::age / 7, c("age").div(7));
    cases.value("rem", Customer::age % 7, c("age").modulo(7));
    cases.value("neg", -Customer::age, Expr::val(0).sub(c("age")));
    cases.value(
        "add columns",
        Customer::id + Customer::referrer_id,
        c("id").add(c("referrer_id")),
    );
    cases.value("sum times", (Customer::age + 1) * 3, c("age").add(1).mul(3));
    cases.value(
        "product plus",
        Customer::age * 3 + 1,
        c("age").mul(3).add(1),
    );
    cases.value(
        "sub of sub",
        Customer::age - (Customer::age - 3),
        c("age").sub(c("age").sub(3)),
    );
    cases.value(
        "sub then sub",
        Customer::age - 5 - 3,
        c("age").sub(5).sub(3),
    );
    cases.value(
        "div of div",
        Customer::id / (Customer::id / 5 + 1),
        c("id").div(c("id").div(5).add(1)),
    );
    cases.value("float add", Customer::score + 0.5, c("score").add(0.5));
    cases.value("float mul", Customer::score * 2.0, c("score").mul(2.0));
    cases.value(
        "abs",
        func::abs(Customer::age - 30),
        Func::abs(c("age").sub(30)),
    );
    cases.value(
        "round",
        func::round(Customer::score),
        Func::round(c("score")),
    );
    cases.value(
        "number as text",
        Customer::age.cast::<Option<String>>(),
        c("age").cast_as("text"),
    );
    cases.value(
        "integer as float",
        Customer::age.cast::<Option<f64>>(),
        c("age").cast_as("double precision"),
    );
    cases.value(
        "comparison as a value",
        Customer::age.gt(30).nullable(),
        c("age").gt(30),
    );
    cases.value(
        "truth as a value",
        Customer::vip.is_true().and(Customer::active),
        c("vip").is(true).and(c("active")),
    );
    cases.value("literal", func::literal(5), Expr::cust("5"));
    cases.value("bound", func::value(5), Expr::cust("5"));
    cases.value("null", func::null::<i32>(), Expr::cust("NULL"));
}

fn texts(cases: &mut Cases) {
    let join = |left: Expr, right: Expr| left.binary(BinOper::Custom("||"), right);
    cases.value("lower", func::lower(Customer::city), Func::lower(c("city")));
    cases.value(
        "upper",
        func::upper(func::literal("abc")),
        Func::upper("abc"),
    );
    cases.value(
        "length",
        func::length(Customer::name),
        if cases.postgres {
            Func::char_length(c("name"))
        } else {
            Func::cust("length").arg(c("name"))
        },
    );
    cases.value(
        "concat",
        Customer::name.concat("!"),
        join(c("name"), "!".into()),
    );
    cases.value(
        "concat nullable",
        Customer::name.concat(Customer::city),
        join(c("name"), c("city")),
    );
    cases.value(
        "concat three",
        Customer::name.concat("-").concat(Customer::city),
        join(join(c("name"), "-".into()), c("city")),
    );
    cases.value(
        "trim",
        func::trim(func::literal("  x ")),
        Func::cust("trim").arg("  x "),
    );
    cases.value(
        "ltrim",
        func::ltrim(func::literal("  x ")),
        Func::cust("ltrim").arg("  x "),
    );
    cases.value(
        "rtrim",
        func::rtrim(func::literal("  x ")),
        Func::cust("rtrim").arg("  x "),
    );
    cases.value(
        "replace",
        func::replace(Customer::name, "n", "'"),
        Func::cust("replace").args([c("name"), "n".into(), "'".into()]),
    );
    cases.value(
        "substr",
        func::substr(Customer::name, 2, 2),
        Func::cust("substr").args([c("name"), 2.into(), 2.into()]),
    );
    cases.value(
        "substr from",
        func::substr_from(Customer::name, 3),
        Func::cust("substr").args([c("name"), 3.into()]),
    );
}

fn choices(cases: &mut Cases) {
    let age = || {
        func::case::<String>()
            .when(Customer::age.lt(25), "young")
            .when(Customer::age.lt(35), "grown")
    };
    let their_age = || {
        CaseStatement::new()
            .case(c("age").lt(25), "young")
            .case(c("age").lt(35), "grown")
    };
    cases.value("case", age().end(), their_age());
    cases.value(
        "case else",
        age().otherwise("other"),
        their_age().finally("other"),
    );
    cases.value(
        "case of columns",
        func::case::<i64>()
            .when(Customer::vip, Customer::id)
            .otherwise(Customer::referrer_id),
        CaseStatement::new()
            .case(c("vip"), c("id"))
            .finally(c("referrer_id")),
    );
    cases.value(
        "case of",
        func::case_of(Customer::city)
            .when("Köln", 1)
            .when("Paris", 2)
            .otherwise(0),
        CaseStatement::new()
            .case(c("city").eq("Köln"), 1)
            .case(c("city").eq("Paris"), 2)
            .finally(0),
    );
    cases.value(
        "case in arithmetic",
        func::case::<i32>().when(Customer::active, 1).otherwise(2) * 10,
        Expr::Case(Box::new(
            CaseStatement::new().case(c("active"), 1).finally(2),
        ))
        .mul(10),
    );
    cases.value(
        "coalesce",
        func::coalesce(Customer::city, "?"),
        Func::coalesce([c("city"), "?".into()]),
    );
    cases.value(
        "coalesce columns",
        func::coalesce(Customer::referrer_id, Customer::id),
        Func::coalesce([c("referrer_id"), c("id")]),
    );
    cases.value(
        "coalesce in arithmetic",
        func::coalesce(Customer::age, 0) + 1,
        Expr::from(Func::coalesce([c("age"), 0.into()])).add(1),
    );
    cases.value(
        "null if",
        func::null_if(Customer::city, "Paris"),
        Func::cust("nullif").args([c("city"), "Paris".into()]),
    );
    let count = scalar(
        select(func::count_all())
            .from::<Order>()
            .filter(Order::customer_id.eq(Customer::id)),
    );
    let their_count = Query::select()
        .expr(Expr::cust("count(*)"))
        .from("orders")
        .and_where(o("customer_id").equals(("customers", "id")))
        .take();
    cases.value("scalar", count, their_count);
    let greatest = func::greatest((Customer::id, func::literal(30_i64)));
    let name = if cases.postgres { "greatest" } else { "max" };
    cases.value(
        "greatest",
        greatest,
        Func::cust(name).args([c("id"), 30.into()]),
    );
    let least = func::least((Customer::id, func::literal(30_i64)));
    let name = if cases.postgres { "least" } else { "min" };
    cases.value("least", least, Func::cust(name).args([c("id"), 30.into()]));
}
