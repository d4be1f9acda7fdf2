//! Names: identifiers, tables, and the names made for tables that have none of their own.

use super::{Compiler, quote};
use crate::error::Result;
use crate::sql::scope::plain_name;
use crate::sql::{Name, TableRef};

impl Compiler<'_> {
    /// Appends an identifier, quoted when it must be.
    ///
    /// # Errors
    /// `InvalidQuery` when no quotes can make it one.
    pub fn identifier(&mut self, name: &str) -> Result<()> {
        if name.as_bytes().first() == Some(&0) {
            return self.anonymous(name);
        }
        quote::identifier(name, self.capabilities, &mut self.sql)
    }

    /// Appends the name of a column's table, and the dot after it.
    #[inline]
    pub(super) fn qualifier(&mut self, table: &Name) -> Result<()> {
        match table {
            Name::Borrowed(name)
                if self
                    .plain_table
                    .is_some_and(|plain| std::ptr::eq(plain, *name)) =>
            {
                self.sql.push_str(name);
            }
            Name::Borrowed(name) => {
                let before = self.sql.len();
                self.identifier(name)?;
                self.plain_table = (self.sql.len() - before == name.len()).then_some(name);
            }
            Name::Owned(name) => self.identifier(name)?,
        }
        self.sql.push('.');
        Ok(())
    }

    /// Appends a name made for a table that has none of its own: the table's, and a number in the order of the text.
    #[cold]
    fn anonymous(&mut self, name: &str) -> Result<()> {
        let known = self.anonymous.iter().position(|known| known == name);
        let index = known.unwrap_or_else(|| {
            self.anonymous.push(name.to_owned());
            self.anonymous.len() - 1
        });
        let table = plain_name(name);
        let before = self.anonymous[..index].iter();
        let number = before.filter(|other| plain_name(other) == table).count() + 1;
        quote::identifier(
            &format!("{table}_{number}"),
            self.capabilities,
            &mut self.sql,
        )
    }

    /// Appends identifiers with commas between them.
    pub(super) fn identifiers<N: AsRef<str>>(
        &mut self,
        names: impl IntoIterator<Item = N>,
    ) -> Result<()> {
        self.list(names, ", ", |out, name| out.identifier(name.as_ref()))
    }

    /// Appends a table's name, with its schema.
    pub(super) fn table_name(&mut self, table: &TableRef) -> Result<()> {
        if let Some(schema) = &table.schema {
            self.identifier(schema)?;
            self.push(".");
        }
        self.identifier(&table.name)
    }

    /// Appends a table's name, with its schema and alias.
    pub(super) fn table(&mut self, table: &TableRef) -> Result<()> {
        self.table_name(table)?;
        if let Some(alias) = &table.alias {
            self.push(" AS ");
            self.identifier(alias)?;
        }
        Ok(())
    }
}
