//! Names: identifiers, tables, and the names made for tables that have none of their own.

use super::{Compiler, quote};
use crate::error::Result;
use crate::sql::scope::anonymous_base;
use crate::sql::{Met, Name, Select, Statement, TableRef, Walk};

/// All of the statement in the making, for the names that stand anywhere in it.
#[derive(Debug, Clone, Copy)]
pub(super) enum Whole<'a> {
    Select(&'a Select),
    Statement(&'a Statement),
}

impl Whole<'_> {
    /// Whether a query is the statement itself.
    pub(super) fn is(self, select: &Select) -> bool {
        match self {
            Self::Select(whole) | Self::Statement(Statement::Select(whole)) => {
                std::ptr::eq(whole, select)
            }
            Self::Statement(_) => false,
        }
    }

    /// Whether something that rows are read from has this name.
    fn names(self, name: &str) -> bool {
        let mut found = false;
        let mut look = |met: Met<'_>| found |= matches!(met, Met::Source(known) if known == name);
        let mut walk = Walk(&mut look);
        match self {
            Self::Select(select) => walk.select(select),
            Self::Statement(statement) => walk.statement(statement),
        }
        found
    }
}

impl Compiler<'_> {
    /// Appends an identifier, quoted when it must be.
    ///
    /// # Errors
    /// `InvalidQuery` when no quotes can make it one.
    pub fn identifier(&mut self, name: &str) -> Result<()> {
        if name.as_bytes().first() == Some(&0)
            && let Some(base) = anonymous_base(name)
        {
            return self.anonymous(name, base);
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

    /// Appends a name made for a table that has none of its own: the table's, and the first number in the order of the text
    /// that makes a name which nothing else in the statement has.
    #[cold]
    fn anonymous(&mut self, name: &str, table: &str) -> Result<()> {
        let known = self.anonymous.iter().position(|(known, _)| known == name);
        let index = known.unwrap_or_else(|| {
            let mut number = 1;
            let mut made = format!("{table}_{number}");
            while self.anonymous.iter().any(|(_, other)| *other == made)
                || self.whole.is_some_and(|whole| whole.names(&made))
            {
                number += 1;
                made = format!("{table}_{number}");
            }
            self.anonymous.push((name.to_owned(), made));
            self.anonymous.len() - 1
        });
        quote::identifier(&self.anonymous[index].1, self.capabilities, &mut self.sql)
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
