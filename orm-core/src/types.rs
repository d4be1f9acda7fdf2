//! Values and their types: what goes into a statement and what comes out of a row.
//!
//! A Rust type becomes a column type by [`ColumnType`]: it names its [`SqlType`], becomes a [`Value`] on the
//! way in and is read from a [`ValueRef`] on the way out.

mod convert;
mod enums;
mod row;
mod sql_type;
mod value;
mod values;

pub use convert::{ColumnType, FromValue, ToValue};
pub use enums::{DbEnum, EnumType};
pub use row::{Row, RowSink};
pub use sql_type::SqlType;
pub use value::{Value, ValueRef};
pub use values::Values;
