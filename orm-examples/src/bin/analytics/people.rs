//! Questions about customers.

use orm_core::prelude::*;
use orm_core::sql::{DateField, Expression, Typed};

use crate::money::{amount, euros};
use crate::report::Report;
use crate::shop::{Customer, Order, Status};

pub async fn best_customers(report: &Report) -> orm_core::Result<()> {
    let spent = func::sum(amount());
    let place = func::row_number().over(
        window()
            .partition_by(Customer::country)
            .order_by((spent.clone().desc(), Customer::id)),
    );
    let ranked = select((
        Customer::country,
        place.label("place"),
        Customer::name,
        spent.label("spent"),
    ))
    .join(Customer::orders)
    .join(Order::items)
    .filter(Order::status.eq(Status::Paid))
    .group_by((Customer::id, Customer::country, Customer::name))
    .subquery("ranked");
    let (country, place, name, spent) = ranked.columns();
    let query = select((country.clone(), place.clone(), name, spent))
        .filter(place.clone().le(3))
        .order_by((country, place));
    report
        .ask(
            "Who are the three best customers of each country?",
            query,
            |(country, place, name, spent)| {
                format!("{country}  {place}. {name}  {:>10}", euros(*spent))
            },
        )
        .await
}

/// Months since the year 0.
fn month_number(moment: impl Expression<Type = chrono::NaiveDateTime> + Clone) -> Typed<i64> {
    func::extract(DateField::Year, moment.clone()) * 12 + func::extract(DateField::Month, moment)
}

pub async fn cohorts(report: &Report) -> orm_core::Result<()> {
    let months = select((
        Order::customer_id,
        month_number(Order::placed_at).label("month"),
    ));
    let active = months.cte("active");
    let (customer, month) = active.columns();
    let first = func::min(month.clone()).assume_not_null().label("first");
    let firsts = select((customer.clone(), first))
        .group_by(customer.clone())
        .cte("firsts");
    let (newcomer, first) = firsts.columns();
    let later = month.clone() - first.clone();
    let came_back = |months: i64| {
        func::count_distinct(customer.clone())
            .filter(later.clone().eq(months))
            .label(["", "after_1", "after_2", "after_3"][months as usize])
    };
    let query = select((
        first.clone(),
        func::count_distinct(customer.clone()).label("customers"),
        came_back(1),
        came_back(2),
        came_back(3),
    ))
    .join_on(&active, newcomer.eq(customer.clone()))
    .group_by(first.clone())
    .order_by(first);
    report
        .ask(
            "Of those who came first in a month, how many came again one, two and three months later?",
            query,
            |(first, customers, one, two, three)| {
                let (year, month) = ((first - 1) / 12, (first - 1) % 12 + 1);
                format!("{year}-{month:02}  {customers:>4} customers: {one:>4} {two:>4} {three:>4}")
            },
        )
        .await
}

pub async fn night_owls(report: &Report) -> orm_core::Result<()> {
    let dark = Customer::preferences
        .path(["ui", "theme"])
        .text()
        .eq("dark");
    let reads = Customer::preferences.get("newsletter").bool().eq(true);
    let pin = Customer::preferences.get("ui").get("pins").at(0).int();
    let query = select((
        Customer::country,
        func::count_all().label("customers"),
        func::max(pin).label("highest_pin"),
    ))
    .filter(dark.and(reads))
    .group_by(Customer::country)
    .order_by(Customer::country);
    report
        .ask(
            "How many read our newsletter, and like it dark?",
            query,
            |(country, customers, pin)| {
                let pin = pin.unwrap_or_default();
                format!("{country}  {customers:>4}  highest pin {pin}")
            },
        )
        .await
}
