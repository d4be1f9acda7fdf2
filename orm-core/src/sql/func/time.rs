//! Functions of dates and times.

use super::call;
use crate::sql::{DateField, Expr, Expression, Lift, Typed};
use crate::types::ColumnType;
use crate::types::date::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};

type Lifted<E, U> = <<E as Expression>::Type as Lift<U>>::Output;

/// A date, a time of day, a date with time, or an `Option` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a date or time",
    label = "expected a column or expression of a date or time",
    note = "use `NaiveDate`, `NaiveTime`, `NaiveDateTime` or `DateTime<Utc>` of chrono"
)]
pub trait Temporal: ColumnType {}

/// What has a date, so that it can be cut off at the year.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no date",
    label = "expected a column or expression with a date",
    note = "use `NaiveDateTime` or `DateTime<Utc>` of chrono"
)]
pub trait Moment: Temporal {}

macro_rules! temporal {
    ($trait:ident: $($rust:ty),*) => {$(
        impl $trait for $rust {}
        impl $trait for Option<$rust> {}
    )*};
}

temporal!(Temporal: NaiveDate, NaiveTime, NaiveDateTime, DateTime<Utc>, DateTime<FixedOffset>);
temporal!(Moment: NaiveDateTime, DateTime<Utc>, DateTime<FixedOffset>);

/// The point in time at which the statement (on PostgreSQL: the transaction) began.
pub fn now() -> Typed<DateTime<Utc>> {
    call("now", Vec::new())
}

/// The date, as [`now`]; SQLite takes UTC, PostgreSQL the time zone of the connection.
pub fn current_date() -> Typed<NaiveDate> {
    call("current_date", Vec::new())
}

/// The time of day, as [`current_date`].
pub fn current_time() -> Typed<NaiveTime> {
    call("current_time", Vec::new())
}

/// A part of a date or time, as a number: `extract(DateField::Year, Book::published)`.
///
/// ```
/// use chrono::NaiveDate;
/// use orm_core::sql::{DateField, Expression, func};
///
/// let day = func::value(NaiveDate::from_ymd_opt(2026, 11, 21).unwrap());
/// let in_autumn = func::extract(DateField::Month, day).between(9, 11);
/// # let _ = in_autumn;
/// ```
pub fn extract<E>(field: DateField, expression: E) -> Typed<Lifted<E, i64>>
where
    E: Expression<Type: Temporal + Lift<i64>>,
{
    Typed::new(Expr::Extract(field, Box::new(expression.into_expr())))
}

/// A date with time without what is finer than this part: `truncate(DateField::Month, Book::sold_at)`.
pub fn truncate<E: Expression<Type: Moment>>(field: DateField, expression: E) -> Typed<E::Type> {
    Typed::new(Expr::Truncate(field, Box::new(expression.into_expr())))
}
