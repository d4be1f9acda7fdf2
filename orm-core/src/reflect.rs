//! Reflection: what tables a live database has, as [`schema`](crate::schema) values.

mod definition;
mod inspector;
mod postgres;
mod read;
mod sqlite;
mod text_rules;

pub use inspector::Inspector;
pub(crate) use text_rules::text_rules;
