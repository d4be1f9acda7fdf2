//! Statements that work on tables.

use super::batch::no_arrays;
use super::compiler::{summary, unsupported};
use super::{Compiled, Compiler, Dialect};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{
    AddForeignKey, Check, Column, CreateTable, Ddl, ForeignKey, Index, ReferenceAction, naming,
};
use crate::sql::{Expr, Name, TableRef};
use crate::types::SqlType;

impl Compiler<'_> {
    pub(super) fn ddl_statement(mut self, ddl: &Ddl) -> Result<Compiled> {
        self.inline = true;
        self.bare_columns = true;
        let (operation, table) = match ddl {
            Ddl::CreateTable(create) => {
                self.create_table(create)?;
                ("CREATE TABLE", &create.table.name)
            }
            Ddl::DropTable(drop) => {
                self.push(if drop.if_exists {
                    "DROP TABLE IF EXISTS "
                } else {
                    "DROP TABLE "
                });
                self.table_name(&drop.table)?;
                ("DROP TABLE", &drop.table.name)
            }
            Ddl::CreateIndex(create) => {
                self.create_index(&create.table, &create.index, create.if_not_exists)?;
                ("CREATE INDEX", &create.table.name)
            }
            Ddl::AddForeignKey(add) => {
                self.add_foreign_key(add)?;
                ("ALTER TABLE", &add.table.name)
            }
            Ddl::DropConstraint(drop) => {
                self.needs_alter()?;
                let (table, constraint) = if drop.if_exists {
                    ("ALTER TABLE IF EXISTS ", " DROP CONSTRAINT IF EXISTS ")
                } else {
                    ("ALTER TABLE ", " DROP CONSTRAINT ")
                };
                self.push(table);
                self.table_name(&drop.table)?;
                self.push(constraint);
                self.identifier(&drop.name)?;
                ("ALTER TABLE", &drop.table.name)
            }
            #[allow(unreachable_patterns, reason = "kinds to come")]
            _ => return Err(unsupported("this kind of definition")),
        };
        self.finish(summary(operation, Some(table), false))
    }

    fn create_table(&mut self, create: &CreateTable) -> Result<()> {
        let table = &create.table;
        self.push(if create.if_not_exists {
            "CREATE TABLE IF NOT EXISTS "
        } else {
            "CREATE TABLE "
        });
        self.table_name(&table.reference())?;
        self.push(" (");
        let mut first = true;
        let mut line = |out: &mut Self| {
            out.push(if std::mem::take(&mut first) {
                "\n    "
            } else {
                ",\n    "
            });
        };
        for column in &table.columns {
            line(self);
            self.column_definition(&table.name, column)?;
        }
        if let Some(key) = &table.primary_key {
            line(self);
            self.constraint(key.name.as_ref(), || naming::primary_key(&table.name))?;
            self.push("PRIMARY KEY ");
            self.columns(&key.columns)?;
        }
        for unique in &table.uniques {
            line(self);
            self.constraint(unique.name.as_ref(), || {
                naming::unique(&table.name, &unique.columns)
            })?;
            self.push("UNIQUE ");
            self.columns(&unique.columns)?;
        }
        for Check { name, condition } in &table.checks {
            line(self);
            if let Some(name) = name {
                self.constraint(Some(name), String::new)?;
            }
            self.push("CHECK (");
            self.expr(condition)?;
            self.push(")");
        }
        for key in &table.foreign_keys {
            line(self);
            self.foreign_key(&table.name, key)?;
        }
        self.push("\n)");
        Ok(())
    }

    fn column_definition(&mut self, table: &str, column: &Column) -> Result<()> {
        if matches!(column.sql_type, SqlType::Array(_)) && !self.dialect.capabilities().arrays {
            return Err(no_arrays(self.dialect, table, &column.name));
        }
        self.identifier(&column.name)?;
        self.push(" ");
        if column.generated {
            self.push(self.dialect.generated_key(column.sql_type));
        } else {
            let name = self.dialect.type_name(column.sql_type);
            self.push(&name);
        }
        if let Some(collation) = self.dialect.collation(column.sql_type) {
            self.push(" COLLATE ");
            self.identifier(collation)?;
        }
        if !column.nullable {
            self.push(" NOT NULL");
        }
        if let Some(computed) = &column.computed {
            if !computed.stored && !self.capabilities.virtual_columns {
                return Err(no_virtual(self.dialect, table, &column.name));
            }
            self.push(" GENERATED ALWAYS AS (");
            self.expr(&computed.expr)?;
            self.push(if computed.stored {
                ") STORED"
            } else {
                ") VIRTUAL"
            });
        }
        if let Some(default) = &column.default {
            self.push(" DEFAULT ");
            let own = match default {
                Expr::Text(sql) => self.dialect.default_value(sql, column.sql_type),
                _ => None,
            };
            let simple = match default {
                Expr::Bind(_) => true,
                Expr::Text(sql) => is_simple(sql),
                _ => false,
            };
            match own {
                Some(own) => self.push(&own),
                None => self.parenthesized(default, !simple)?,
            }
        }
        Ok(())
    }

    fn parenthesized(&mut self, expr: &Expr, parentheses: bool) -> Result<()> {
        if parentheses {
            self.push("(");
        }
        self.expr(expr)?;
        if parentheses {
            self.push(")");
        }
        Ok(())
    }

    fn constraint(
        &mut self,
        name: Option<&Name>,
        conventional: impl FnOnce() -> String,
    ) -> Result<()> {
        self.push("CONSTRAINT ");
        match name {
            Some(name) => self.identifier(name)?,
            None => self.identifier(&conventional())?,
        }
        self.push(" ");
        Ok(())
    }

    fn columns(&mut self, columns: &[Name]) -> Result<()> {
        self.push("(");
        self.identifiers(columns)?;
        self.push(")");
        Ok(())
    }

    fn foreign_key(&mut self, table: &str, key: &ForeignKey) -> Result<()> {
        self.constraint(key.name.as_ref(), || {
            naming::foreign_key(table, &key.columns)
        })?;
        self.push("FOREIGN KEY ");
        self.columns(&key.columns)?;
        self.push(" REFERENCES ");
        self.table_name(&key.table)?;
        self.push(" ");
        self.columns(&key.references)?;
        for (event, action) in [
            (" ON DELETE ", key.on_delete),
            (" ON UPDATE ", key.on_update),
        ] {
            if action != ReferenceAction::NoAction {
                self.push(event);
                self.push(action.as_str());
            }
        }
        Ok(())
    }

    fn create_index(&mut self, table: &TableRef, index: &Index, if_not_exists: bool) -> Result<()> {
        self.push(if index.unique {
            "CREATE UNIQUE INDEX "
        } else {
            "CREATE INDEX "
        });
        if if_not_exists {
            self.push("IF NOT EXISTS ");
        }
        match &index.name {
            Some(name) => self.identifier(name)?,
            None => self.identifier(&naming::index(&table.name, &index.columns))?,
        }
        self.push(" ON ");
        self.table_name(table)?;
        self.push(" ");
        self.columns(&index.columns)
    }

    /// There is no `ADD CONSTRAINT IF NOT EXISTS`; a block that lets the one error pass neither locks nor checks a table
    /// again that has the constraint.
    fn add_foreign_key(&mut self, add: &AddForeignKey) -> Result<()> {
        self.needs_alter()?;
        if add.if_not_exists {
            self.push("DO $orm$ BEGIN ");
        }
        self.push("ALTER TABLE ");
        self.table_name(&add.table)?;
        self.push(" ADD ");
        self.foreign_key(&add.table.name, &add.foreign_key)?;
        if add.if_not_exists {
            self.push("; EXCEPTION WHEN duplicate_object THEN NULL; END $orm$");
        }
        Ok(())
    }

    fn needs_alter(&self) -> Result<()> {
        if self.capabilities.alter_constraints {
            return Ok(());
        }
        let name = self.dialect.name();
        Err(unsupported(&format!(
            "changes to a table's constraints, since {name} has none"
        )))
    }
}

#[cold]
fn no_virtual(dialect: &dyn Dialect, table: &str, column: &str) -> Error {
    let message = format!(
        "{table}.{column} is worked out each time it is read, and {} stores what it generates; make it stored",
        dialect.name()
    );
    Error::new(ErrorKind::Unsupported, message)
        .with_table(table)
        .with_columns([column])
}

/// Whether a default can stand without parentheses: a number, a word, or one string.
fn is_simple(sql: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'+');
    let string = sql
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''))
        .is_some_and(|inner| !inner.replace("''", "").contains('\''));
    string || !sql.is_empty() && sql.bytes().all(word)
}
