//! INSERT, UPDATE, DELETE, upserts, and what they return.

use orm_core::mapping::{excluded, select};
use orm_core::prelude::*;
use sea_query::{ExprTrait as _, OnConflict, Query};

use super::cases::{Cases, c, o};
use super::model::{Category, Customer, Item, Order};

pub(super) fn all(cases: &mut Cases) {
    inserts(cases);
    updates(cases);
    deletes(cases);
}

fn inserts(cases: &mut Cases) {
    let ours = |id: i64, name: &str| {
        Category::insert().values((
            Category::id.to(id),
            Category::name.to(name),
            Category::parent_id.to(1),
        ))
    };
    let theirs = |id: i64, name: &str| {
        Query::insert()
            .into_table("categories")
            .columns(["id", "name", "parent_id"])
            .values_panic([id.into(), name.into(), 1.into()])
            .take()
    };
    cases.write(
        "insert",
        |dialect| ours(100, "it's 新").to_sql(dialect),
        &theirs(100, "it's 新"),
    );
    cases.returned(
        "insert returning",
        ours(100, "x").returning((Category::id, Category::name)),
        theirs(100, "x").returning(Query::returning().columns(["id", "name"])),
    );
    cases.write(
        "insert rows",
        |dialect| {
            Category::insert()
                .rows(
                    [(100_i64, "a"), (101, "b"), (102, "")]
                        .map(|(id, name)| (Category::id.to(id), Category::name.to(name))),
                )
                .to_sql(dialect)
        },
        Query::insert()
            .into_table("categories")
            .columns(["id", "name"])
            .values_panic([100.into(), "a".into()])
            .values_panic([101.into(), "b".into()])
            .values_panic([102.into(), "".into()]),
    );
    cases.write(
        "insert a query",
        |dialect| {
            Category::insert()
                .from_select(
                    (Category::id, Category::name),
                    select((Customer::id + 1000, Customer::name)).filter(Customer::age.gt(35)),
                )
                .to_sql(dialect)
        },
        Query::insert()
            .into_table("categories")
            .columns(["id", "name"])
            .select_from(
                Query::select()
                    .expr(c("id").add(1000))
                    .expr(c("name"))
                    .from("customers")
                    .and_where(c("age").gt(35))
                    .take(),
            )
            .expect("as many columns"),
    );
    cases.write(
        "insert or nothing",
        |dialect| ours(5, "new").on_conflict_do_nothing().to_sql(dialect),
        theirs(5, "new").on_conflict(OnConflict::new().do_nothing().to_owned()),
    );
    cases.write(
        "upsert",
        |dialect| {
            ours(5, "new")
                .on_conflict(Category::id)
                .do_update(Category::name.to(excluded(Category::name)))
                .to_sql(dialect)
        },
        theirs(5, "new").on_conflict(OnConflict::column("id").update_column("name").to_owned()),
    );
    cases.write(
        "upsert of a free key",
        |dialect| {
            ours(500, "new")
                .on_conflict(Category::id)
                .do_update(Category::name.to(excluded(Category::name)))
                .to_sql(dialect)
        },
        theirs(500, "new").on_conflict(OnConflict::column("id").update_column("name").to_owned()),
    );
    cases.returned(
        "upsert with a condition",
        ours(5, "new")
            .on_conflict(Category::id)
            .do_update(Category::name.to("clash"))
            .update_where(Category::id.gt(3))
            .returning(Category::name),
        theirs(5, "new")
            .on_conflict(
                OnConflict::column("id")
                    .value("name", "clash")
                    .action_and_where(sea_query::Expr::col(("categories", "id")).gt(3))
                    .to_owned(),
            )
            .returning(Query::returning().column("name")),
    );
}

fn updates(cases: &mut Cases) {
    let theirs = || Query::update().table("orders").take();
    cases.write(
        "update",
        |dialect| {
            Order::update()
                .set(Order::status.to("done"))
                .filter(Order::total.gt(100))
                .to_sql(dialect)
        },
        theirs()
            .value("status", "done")
            .and_where(o("total").gt(100)),
    );
    cases.write(
        "update an expression",
        |dialect| {
            Order::update()
                .set(Order::total.to(Order::total * 2 + 1))
                .filter(Order::id.le(20))
                .to_sql(dialect)
        },
        theirs()
            .value("total", o("total").mul(2).add(1))
            .and_where(o("id").lte(20)),
    );
    cases.write(
        "update two columns",
        |dialect| {
            Order::update()
                .set((Order::status.to("x"), Order::note.to(None)))
                .filter(Order::customer_id.is_null())
                .to_sql(dialect)
        },
        theirs()
            .value("status", "x")
            .value("note", Option::<String>::None)
            .and_where(o("customer_id").is_null()),
    );
    cases.write(
        "update by a query",
        |dialect| {
            Order::update()
                .set(Order::note.to("vip"))
                .filter(Order::customer_id.is_in_query(select(Customer::id).filter(Customer::vip)))
                .to_sql(dialect)
        },
        theirs().value("note", "vip").and_where(
            o("customer_id").in_subquery(
                Query::select()
                    .column("id")
                    .from("customers")
                    .and_where(c("vip"))
                    .take(),
            ),
        ),
    );
    cases.write(
        "update from",
        |dialect| {
            Order::update()
                .set(Order::note.to(Customer::name))
                .from::<Customer>()
                .filter(Order::customer_id.eq(Customer::id))
                .filter(Customer::active)
                .to_sql(dialect)
        },
        theirs()
            .value("note", c("name"))
            .from("customers")
            .and_where(o("customer_id").equals(("customers", "id")))
            .and_where(c("active")),
    );
    cases.returned(
        "update returning",
        Order::update()
            .set(Order::total.to(Order::total + 1))
            .filter(Order::status.eq("paid"))
            .returning((Order::id, Order::total)),
        theirs()
            .value("total", o("total").add(1))
            .and_where(o("status").eq("paid"))
            .returning(Query::returning().columns(["id", "total"])),
    );
    cases.write(
        "update nothing",
        |dialect| {
            Order::update()
                .set(Order::total.to(0))
                .filter(Order::id.lt(0))
                .to_sql(dialect)
        },
        theirs().value("total", 0).and_where(o("id").lt(0)),
    );
}

fn deletes(cases: &mut Cases) {
    let theirs = || Query::delete().from_table("items").take();
    let i = super::cases::i;
    cases.write(
        "delete",
        |dialect| Item::delete().filter(Item::qty.eq(0)).to_sql(dialect),
        theirs().and_where(i("qty").eq(0)),
    );
    cases.returned(
        "delete returning",
        Item::delete()
            .filter(Item::price.is_null())
            .returning((Item::id, Item::qty)),
        theirs()
            .and_where(i("price").is_null())
            .returning(Query::returning().columns(["id", "qty"])),
    );
    cases.write(
        "delete by a query",
        |dialect| {
            Item::delete()
                .filter(
                    Item::order_id.is_in_query(select(Order::id).filter(Order::status.eq("void"))),
                )
                .to_sql(dialect)
        },
        theirs().and_where(
            i("order_id").in_subquery(
                Query::select()
                    .column("id")
                    .from("orders")
                    .and_where(o("status").eq("void"))
                    .take(),
            ),
        ),
    );
    cases.write(
        "delete where exists",
        |dialect| {
            Item::delete()
                .filter(exists(
                    select(Order::id)
                        .filter(Order::id.eq(Item::order_id))
                        .filter(Order::total.lt(0)),
                ))
                .to_sql(dialect)
        },
        theirs().and_where(sea_query::Expr::exists(
            Query::select()
                .column("id")
                .from("orders")
                .and_where(o("id").equals(("items", "order_id")))
                .and_where(o("total").lt(0))
                .take(),
        )),
    );
}
