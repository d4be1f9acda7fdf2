//! Questions about money.

use chrono::{NaiveDate, NaiveDateTime};
use orm_core::prelude::*;
use orm_core::sql::{DateField, Typed};
use rust_decimal::Decimal;

use crate::report::Report;
use crate::shop::{DailyTotal, Order, OrderItem, Status};

/// What an item of an order costs.
pub fn amount() -> Typed<Decimal> {
    OrderItem::price * OrderItem::quantity.cast::<Decimal>()
}

/// Raw SQL, with a list as its parameter.
pub async fn by_country(report: &Report) -> orm_core::Result<()> {
    println!("\n## How much do these countries order?");
    let query = text(
        "SELECT c.country, count(DISTINCT o.id) AS orders, sum(i.quantity) AS items
         FROM customers c JOIN orders o ON o.customer_id = c.id JOIN order_items i ON i.order_id = o.id
         WHERE c.country IN (:countries) AND o.status = :status
         GROUP BY c.country ORDER BY c.country",
    )
    .bind_list("countries", ["DE", "FR", "IT"])
    .bind("status", Status::Paid);
    report.sql(query.sql());
    let rows = query.columns::<(String, i64, i64)>();
    for (country, orders, items) in report.engine.all(rows).await? {
        println!("  {country}  {orders:>5} orders  {items:>6} items");
    }
    Ok(())
}

pub async fn month_over_month(report: &Report) -> orm_core::Result<()> {
    let month = func::truncate(DateField::Month, Order::placed_at).label("month");
    let months = select((month.clone(), func::sum(amount()).label("revenue")))
        .from::<Order>()
        .join(Order::items)
        .filter(Order::status.eq(Status::Paid))
        .group_by(month)
        .cte("months");
    let (month, revenue) = months.columns();
    let before = func::lag(revenue.clone(), 1).over(window().order_by(month.clone()));
    let query = select((
        month.clone(),
        revenue.clone(),
        (revenue - before).label("growth"),
    ))
    .order_by(month);
    report
        .ask(
            "How does revenue grow from month to month?",
            query,
            |(month, revenue, growth): &(NaiveDateTime, Option<Decimal>, Option<Decimal>)| {
                format!(
                    "{}  {:>12}  {:>12}",
                    month.format("%Y-%m"),
                    euros(*revenue),
                    euros(*growth)
                )
            },
        )
        .await
}

/// Worked out by the database and written by it; a second time the totals that are there are brought up to date.
pub async fn daily_totals(report: &Report) -> orm_core::Result<()> {
    println!("\n## Keep a table of daily totals, up to date however often this runs");
    let day = Order::placed_at.cast::<NaiveDate>();
    let totals = select((
        day.clone(),
        func::count_distinct(Order::id),
        func::coalesce(func::sum(amount()), Decimal::ZERO),
    ))
    .from::<Order>()
    .join(Order::items)
    .filter(Order::status.eq(Status::Paid))
    .group_by(day);
    let upsert = DailyTotal::insert()
        .from_select(
            (DailyTotal::day, DailyTotal::orders, DailyTotal::revenue),
            totals,
        )
        .on_conflict(DailyTotal::day)
        .do_update_all();
    report.sql(&upsert.to_sql(report.engine.dialect())?.sql);
    for time in ["first", "second"] {
        let days = report.engine.execute(upsert.clone()).await?;
        let rows = report
            .engine
            .scalar(select(func::count_all()).from::<DailyTotal>())
            .await?;
        println!("  the {time} time: {days} days written, {rows} in the table");
    }
    Ok(())
}

pub async fn moving_sums(report: &Report) -> orm_core::Result<()> {
    let week = window()
        .order_by(DailyTotal::day)
        .rows_between(Bound::preceding(6), Bound::current_row());
    let query = select((
        DailyTotal::day,
        DailyTotal::revenue,
        func::sum(DailyTotal::revenue)
            .over(week.clone())
            .label("week"),
        func::count_all().over(week).label("days"),
    ))
    .order_by(DailyTotal::day.desc());
    report
        .ask(
            "What did the seven days up to each day bring?",
            query,
            |(day, revenue, week, days)| {
                format!(
                    "{day}  {:>10}  {:>12} in {days} days",
                    euros(Some(*revenue)),
                    euros(*week)
                )
            },
        )
        .await
}

pub fn euros(amount: Option<Decimal>) -> String {
    amount.map_or_else(|| "-".to_owned(), |amount| format!("{amount:.2}"))
}
