//! Reflection: what tables a live database has, as [`schema`](crate::schema) values.

mod definition;
mod inspector;
mod postgres;
mod read;
mod sqlite;

pub use inspector::Inspector;
