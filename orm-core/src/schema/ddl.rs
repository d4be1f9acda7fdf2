//! Statements that work on tables, as data.

use super::{ForeignKey, Index, Table};
use crate::sql::{Name, TableRef};

/// A statement that works on tables.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Ddl {
    /// `CREATE TABLE`
    CreateTable(CreateTable),
    /// `DROP TABLE`
    DropTable(DropTable),
    /// `CREATE INDEX`
    CreateIndex(CreateIndex),
    /// `ALTER TABLE .. ADD CONSTRAINT .. FOREIGN KEY`
    AddForeignKey(AddForeignKey),
    /// `ALTER TABLE .. DROP CONSTRAINT`
    DropConstraint(DropConstraint),
}

/// Creates a table with its constraints; its indexes are statements of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTable {
    /// The table.
    pub table: Table,
    /// Whether a table of this name is left as it is.
    pub if_not_exists: bool,
}

/// Drops a table.
#[derive(Debug, Clone, PartialEq)]
pub struct DropTable {
    /// The table.
    pub table: TableRef,
    /// Whether it may be missing.
    pub if_exists: bool,
}

/// Creates an index.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateIndex {
    /// The table.
    pub table: TableRef,
    /// The index.
    pub index: Index,
    /// Whether an index of this name is left as it is.
    pub if_not_exists: bool,
}

/// Adds a foreign key to a table that exists.
#[derive(Debug, Clone, PartialEq)]
pub struct AddForeignKey {
    /// The table.
    pub table: TableRef,
    /// The foreign key.
    pub foreign_key: ForeignKey,
    /// Whether a constraint of this name is left as it is.
    pub if_not_exists: bool,
}

/// Drops a constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct DropConstraint {
    /// The table.
    pub table: TableRef,
    /// The constraint's name.
    pub name: Name,
    /// Whether table and constraint may be missing.
    pub if_exists: bool,
}
