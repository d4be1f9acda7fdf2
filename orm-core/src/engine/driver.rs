//! The drivers: one connection each, knowing neither pool nor transaction state.

pub(crate) mod classify;
pub(crate) mod postgres;
pub(crate) mod sqlite;

pub(crate) use postgres::PostgresDriver;
pub(crate) use sqlite::SqliteDriver;

/// A driver connection of either database.
#[allow(
    clippy::large_enum_variant,
    reason = "there are as many as connections, and a box would cost each statement a hop"
)]
pub(crate) enum Driver {
    /// SQLite, stepped in place.
    Sqlite(SqliteDriver),
    /// PostgreSQL, through sqlx.
    Postgres(PostgresDriver),
}
