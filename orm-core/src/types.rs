//! Values and their types: what goes into a statement and what comes out of a row.
//!
//! A Rust type becomes a column type by [`ColumnType`]: it names its [`SqlType`], becomes a [`Value`] on the
//! way in and is read from a [`ValueRef`] on the way out.

mod array;
#[cfg(feature = "chrono")]
mod chrono;
mod civil;
mod convert;
#[cfg(feature = "decimal")]
mod decimal;
mod deferred;
mod edit;
mod enums;
mod iso8601;
#[cfg(feature = "json")]
mod json;
mod numeric;
mod portable;
mod row;
mod server;
mod short;
mod spread;
mod sql_type;
#[cfg(feature = "uuid")]
mod uuid;
mod value;
mod values;

pub use array::Element;
pub use convert::{ColumnType, FromValue, ToValue};
pub use deferred::{Deferred, FieldName};
pub use edit::Edit;
pub use enums::{DbEnum, EnumType};
#[cfg(feature = "json")]
pub use json::Json;
pub use numeric::Numeric;
pub use row::{Row, RowSink};
pub use server::Server;
pub use short::ShortText;
pub use spread::Layout;
pub(crate) use spread::{Spread, SpreadRow};
pub use sql_type::SqlType;
pub use value::{Array, Value, ValueRef};
pub use values::Values;

// The types of other crates that the levels above give operators to, by the names they have there.
#[cfg(feature = "chrono")]
pub(crate) mod date {
    pub(crate) use ::chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};
}
#[cfg(feature = "decimal")]
pub(crate) use rust_decimal::Decimal;
#[cfg(feature = "json")]
pub(crate) use serde_json::Value as JsonValue;
