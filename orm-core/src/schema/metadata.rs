//! The registry of tables, and the statements that create and drop them.

use super::sort::sort;
use super::{
    AddForeignKey, CreateIndex, CreateTable, Ddl, DropConstraint, DropTable, ForeignKey,
    ReferenceAction, Table, naming,
};
use crate::error::{Error, ErrorKind, Result};

/// A set of tables, from models or from a database.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Metadata {
    tables: Vec<Table>,
}

impl Metadata {
    /// No tables.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a table.
    ///
    /// # Errors
    /// `InvalidMapping` when there is one of this name.
    pub fn add(&mut self, table: Table) -> Result<()> {
        if self.tables.iter().any(|known| known.is(&table.reference())) {
            return Err(Error::new(
                ErrorKind::InvalidMapping,
                format!("there are two tables {}; give one another name", table.name),
            )
            .with_table(table.name));
        }
        self.tables.push(table);
        Ok(())
    }

    /// The tables, in the order in which they were added.
    pub fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// A table of the default schema by name.
    pub fn table(&self, name: &str) -> Option<&Table> {
        let found = |table: &&Table| table.schema.is_none() && table.name == name;
        self.tables.iter().find(found)
    }

    /// Whether tables reference each other in a ring.
    pub fn has_cycle(&self) -> bool {
        !sort(&self.tables).cyclic.is_empty()
    }

    /// Whether a table's rows restrict the deletion of others of its own.
    pub fn restricts_itself(&self) -> bool {
        let restricts = |table: &Table, key: &ForeignKey| {
            table.is(&key.table) && key.on_delete == ReferenceAction::Restrict
        };
        self.tables
            .iter()
            .any(|table| table.foreign_keys.iter().any(|key| restricts(table, key)))
    }

    /// The names of the tables, parents first: the order in which they are created.
    pub fn table_names(&self) -> Vec<&str> {
        self.sorted_tables()
            .into_iter()
            .map(|table| table.name.as_ref())
            .collect()
    }

    /// The tables, referenced ones first; those of a cycle in the order in which they were added.
    pub fn sorted_tables(&self) -> Vec<&Table> {
        let order = sort(&self.tables).tables;
        order.into_iter().map(|index| &self.tables[index]).collect()
    }

    /// What creates the tables and indexes that are not there yet, referenced tables first, indexes right after their table.
    ///
    /// With `alter`, foreign keys of a cycle are added when all tables are there; without, they stand inline.
    pub fn creation(&self, alter: bool) -> Vec<Ddl> {
        let order = sort(&self.tables);
        let mut statements = Vec::new();
        for &index in &order.tables {
            let mut table = self.tables[index].clone();
            let indexes = std::mem::take(&mut table.indexes);
            let reference = table.reference();
            if alter {
                let mut position = 0;
                table.foreign_keys.retain(|_| {
                    position += 1;
                    !order.cyclic.contains(&(index, position - 1))
                });
            }
            statements.push(Ddl::CreateTable(CreateTable {
                table,
                if_not_exists: true,
            }));
            statements.extend(indexes.into_iter().map(|index| {
                Ddl::CreateIndex(CreateIndex {
                    table: reference.clone(),
                    index,
                    if_not_exists: true,
                })
            }));
        }
        if alter {
            statements.extend(order.cyclic.iter().map(|&(table, key)| {
                Ddl::AddForeignKey(AddForeignKey {
                    table: self.tables[table].reference(),
                    foreign_key: self.tables[table].foreign_keys[key].clone(),
                    if_not_exists: true,
                })
            }));
        }
        statements
    }

    /// What drops the tables that are there, referencing tables first; with `alter`, foreign keys of a cycle before all.
    pub fn removal(&self, alter: bool) -> Vec<Ddl> {
        let order = sort(&self.tables);
        let mut statements = Vec::new();
        if alter {
            statements.extend(order.cyclic.iter().map(|&(table, key)| {
                let table = &self.tables[table];
                let key = &table.foreign_keys[key];
                let conventional = || naming::foreign_key(&table.name, &key.columns).into();
                Ddl::DropConstraint(DropConstraint {
                    table: table.reference(),
                    name: key.name.clone().unwrap_or_else(conventional),
                    if_exists: true,
                })
            }));
        }
        statements.extend(order.tables.iter().rev().map(|&index| {
            Ddl::DropTable(DropTable {
                table: self.tables[index].reference(),
                if_exists: true,
            })
        }));
        statements
    }
}
