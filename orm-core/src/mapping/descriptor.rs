//! A model as static data, written by the derive and read by everything else.

use std::any::TypeId;
use std::fmt;

use super::{Column, EagerDefaults, ModelType, RelationDescriptor};
use crate::sql::{Expr, Name, OrderBy};
use crate::types::{SqlType, Value};

pub use crate::schema::ReferenceAction;

/// A model: its table, columns and relationships.
pub struct ModelDescriptor {
    /// The struct's name.
    pub name: &'static str,
    /// The table's name.
    pub table: &'static str,
    /// The columns, in the order of the fields.
    pub columns: &'static [ColumnDescriptor],
    /// The positions of the primary key's columns.
    pub primary_key: &'static [usize],
    /// The relationships, in the order of the fields.
    pub relations: &'static [RelationDescriptor],
    /// The CHECK constraints.
    pub checks: &'static [CheckDescriptor],
    /// The indexes and unique constraints over several columns.
    pub indexes: &'static [IndexDescriptor],
    /// What a write sets by itself.
    pub on_write: OnWrite,
    /// The Rust type.
    pub type_id: fn() -> TypeId,
    /// What needs the Rust type: making storage and reading rows.
    pub model_type: &'static dyn ModelType,
}

/// A column of a model.
#[derive(Debug)]
pub struct ColumnDescriptor {
    /// The field's name.
    pub field: &'static str,
    /// The column's name.
    pub name: &'static str,
    /// The column's type.
    pub sql_type: SqlType,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Whether it is part of the primary key.
    pub primary_key: bool,
    /// Whether the database generates it: a single integer primary key without reference and default.
    pub generated: bool,
    /// Whether it has a unique constraint of its own.
    pub unique: bool,
    /// Whether it has an index of its own.
    pub index: bool,
    /// The DEFAULT clause, as SQL.
    pub server_default: Option<&'static str>,
    /// The default of the program's own, worked out for each row.
    pub client_default: Option<fn() -> Value>,
    /// What it references.
    pub references: Option<Reference>,
    /// Whether queries leave it out unless they ask for it.
    pub deferred: bool,
    /// Whether a field can be without a value, which a new object then leaves to the database.
    pub omittable: bool,
    /// The group of deferred columns with which it is loaded.
    pub group: Option<&'static str>,
    /// The expression of a value that is no column of the table: each query works it out, and nothing writes it.
    pub sql: Option<fn() -> Expr>,
    /// The expression, as SQL, from which the database works out a stored column (`GENERATED ALWAYS AS`); nothing else
    /// writes it.
    pub generated_as: Option<&'static str>,
    /// Whether the database gives it another value at an UPDATE that does not set it, by a trigger.
    pub server_on_update: bool,
}

/// A column's foreign key.
#[derive(Debug)]
pub struct Reference {
    /// The model referenced.
    pub model: fn() -> &'static ModelDescriptor,
    /// The column referenced.
    pub column: &'static str,
    /// What the database does when the referenced row is deleted.
    pub on_delete: ReferenceAction,
    /// What the database does when the referenced key changes.
    pub on_update: ReferenceAction,
}

/// What a write of a row sets by itself.
#[derive(Debug)]
pub struct OnWrite {
    /// The column that counts the row's updates, if there is one.
    pub version: Option<Version>,
    /// What columns get when their row is updated and nothing else sets them.
    pub defaults: &'static [UpdateDefault],
    /// How what the database makes up is learned.
    pub eager: EagerDefaults,
    /// By what it finds the row, beside the key and the version.
    pub guard: Guard,
}

/// By what an UPDATE or a DELETE finds the row of an object, beside its key and version; it is
/// [`StaleData`](crate::error::ErrorKind::StaleData) where no row is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Guard {
    /// By nothing: the last one who writes wins.
    #[default]
    Key,
    /// By the old values of the columns that an UPDATE changes, and of all columns for a DELETE: what another transaction
    /// has changed since it was read is not overwritten. Left out are columns that are not loaded, and JSON, whose text may
    /// differ where its value does not.
    Changed,
}

impl OnWrite {
    /// Nothing.
    pub const NOTHING: Self = Self {
        version: None,
        defaults: &[],
        eager: EagerDefaults::Auto,
        guard: Guard::Key,
    };
}

/// The column by which a write is sure that nobody changed the row meanwhile.
#[derive(Debug)]
pub struct Version {
    /// Its position.
    pub column: usize,
    /// The version after this one; the first, where there is none. `None` when the program says it, or, of a column with
    /// [`server_on_update`](ColumnDescriptor::server_on_update), the database.
    pub next: Option<fn(Option<&Value>) -> Value>,
}

/// What a column gets when its row is updated and nothing else sets it.
#[derive(Debug)]
pub struct UpdateDefault {
    /// Its position.
    pub column: usize,
    /// Makes the value.
    pub value: fn() -> Value,
}

/// A CHECK constraint.
#[derive(Debug)]
pub struct CheckDescriptor {
    /// The name, without the `ck_<table>_` that the naming convention puts before it.
    pub name: &'static str,
    /// The condition, as SQL.
    pub sql: &'static str,
}

/// An index, or a unique constraint, over several columns.
#[derive(Debug)]
pub struct IndexDescriptor {
    /// The name; by convention when it is not given.
    pub name: Option<&'static str>,
    /// The columns.
    pub columns: &'static [&'static str],
    /// Whether it is a unique constraint.
    pub unique: bool,
}

/// One term of a relationship's order.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// The column of the target.
    pub column: &'static str,
    /// Whether the order is descending.
    pub descending: bool,
}

impl ModelDescriptor {
    /// The position of a column by its name in the database.
    pub fn column_index(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The position of a relationship by name.
    pub fn relation_index(&self, name: &str) -> Option<usize> {
        self.relations
            .iter()
            .position(|relation| relation.name == name)
    }

    /// The columns that find a row which is to be written: its key, and the version it has to have.
    pub fn guard(&self) -> Vec<usize> {
        let version = self.on_write.version.as_ref().map(|version| version.column);
        self.primary_key.iter().copied().chain(version).collect()
    }

    /// Whether it has columns that each query works out.
    pub(crate) fn computes(&self) -> bool {
        !self.columns.iter().all(ColumnDescriptor::is_stored)
    }

    /// The column whose value the database generates, if there is one.
    pub fn generated_key(&self) -> Option<usize> {
        self.columns.iter().position(|column| column.generated)
    }
}

impl ColumnDescriptor {
    /// A plain column; the derive writes what differs.
    #[doc(hidden)]
    pub const fn new(
        field: &'static str,
        name: &'static str,
        (sql_type, [nullable, deferred, omittable]): (SqlType, [bool; 3]),
    ) -> Self {
        Self {
            field,
            name,
            sql_type,
            nullable,
            primary_key: false,
            generated: false,
            unique: false,
            index: false,
            server_default: None,
            client_default: None,
            references: None,
            deferred,
            omittable,
            group: None,
            sql: None,
            generated_as: None,
            server_on_update: false,
        }
    }
}

impl ColumnDescriptor {
    /// Whether it is a column of the table; if not, each query works it out.
    pub fn is_stored(&self) -> bool {
        self.sql.is_none()
    }

    /// The column of a table, or what works its value out from the table's columns.
    pub(crate) fn expr(&self, table: &'static str) -> Expr {
        match self.sql {
            Some(sql) => sql(),
            None => Expr::column(table, self.name),
        }
    }

    /// As [`Self::expr`], of the table under another name.
    pub(crate) fn expr_of(&self, table: &'static str, label: &Name) -> Expr {
        match self.sql {
            Some(sql) => sql().renamed(table, label),
            None => Expr::column(label.clone(), self.name),
        }
    }
}

impl Order {
    /// The order by a column of `M`; written by the derive.
    #[doc(hidden)]
    pub const fn by<M, T>(column: Column<M, T>, descending: bool) -> Self {
        Self {
            column: column.name(),
            descending,
        }
    }

    /// The term, in a query that reads the target's table.
    pub(crate) fn term(&self, target: &ModelDescriptor) -> OrderBy {
        self.term_of(target, &Name::Borrowed(target.table))
    }

    /// The term, in a query that reads the target's table by another name.
    pub(crate) fn term_of(&self, target: &ModelDescriptor, label: &Name) -> OrderBy {
        let mut columns = target.columns.iter();
        let known = columns.find(|column| column.name == self.column);
        let expr = known.map(|column| column.expr_of(target.table, label));
        OrderBy {
            expr: expr.unwrap_or_else(|| Expr::column(label.clone(), self.column)),
            descending: self.descending,
            nulls: None,
        }
    }
}

impl PartialEq for ModelDescriptor {
    fn eq(&self, other: &Self) -> bool {
        (self.type_id)() == (other.type_id)()
    }
}

impl Eq for ModelDescriptor {}

impl fmt::Debug for ModelDescriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (table {})", self.name, self.table)
    }
}
