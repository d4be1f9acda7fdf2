//! Tables.

use super::{Check, Column, ForeignKey, Index, PrimaryKey, Unique};
use crate::sql::{Name, TableRef};

/// A table, from models or from a database.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Table {
    /// The schema, where it is not the default one.
    pub schema: Option<Name>,
    /// The name.
    pub name: Name,
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The primary key.
    pub primary_key: Option<PrimaryKey>,
    /// The foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// The UNIQUE constraints.
    pub uniques: Vec<Unique>,
    /// The CHECK constraints.
    pub checks: Vec<Check>,
    /// The indexes that no constraint makes.
    pub indexes: Vec<Index>,
}

impl Table {
    /// A table without columns.
    pub fn new(name: impl Into<Name>) -> Self {
        Self {
            schema: None,
            name: name.into(),
            columns: Vec::new(),
            primary_key: None,
            foreign_keys: Vec::new(),
            uniques: Vec::new(),
            checks: Vec::new(),
            indexes: Vec::new(),
        }
    }

    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The table as statements name it.
    pub fn reference(&self) -> TableRef {
        TableRef {
            schema: self.schema.clone(),
            name: self.name.clone(),
            alias: None,
        }
    }

    /// Whether statements that name `table` mean this one.
    pub fn is(&self, table: &TableRef) -> bool {
        self.name == table.name && self.schema == table.schema
    }
}
