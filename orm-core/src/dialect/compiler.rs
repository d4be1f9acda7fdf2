//! The default compiler: one walk writes text and parameters.

use std::ops::Range;
use std::sync::Arc;

use super::{Compiled, Dialect, Placeholders, Summary, quote};
use crate::error::{Error, ErrorKind, Result};
use crate::sql::{Argument, Name, Piece, Statement, TableRef, Text};
use crate::types::Value;

/// A statement in the making: its text, and its parameters in the order of their placeholders.
#[derive(Debug)]
pub struct Compiler<'a> {
    pub(super) dialect: &'a dyn Dialect,
    pub(super) sql: String,
    binds: Vec<Value>,
    /// Notes where in the tree each value stands, by its address.
    places: Option<&'a mut Vec<usize>>,
    /// Whether values stand in the text: DDL takes no parameters.
    pub(super) inline: bool,
    /// Whether columns stand without their tables: in DDL and RETURNING, where there is only one.
    pub(super) bare_columns: bool,
    /// Whether there is text of the program's own in it, or a function, of which nothing is known.
    pub(super) raw: bool,
    /// Whether it locks rows, at whatever depth.
    pub(super) locks: bool,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(dialect: &'a dyn Dialect) -> Self {
        Self {
            dialect,
            sql: String::with_capacity(128),
            binds: Vec::new(),
            places: None,
            inline: false,
            bare_columns: false,
            raw: false,
            locks: false,
        }
    }

    /// Notes in `places` where in the tree each value stands.
    pub(super) fn noting(mut self, places: &'a mut Vec<usize>) -> Self {
        self.places = Some(places);
        self
    }

    pub(super) fn statement(self, statement: &Statement) -> Result<Compiled> {
        match statement {
            Statement::Select(select) => self.select_statement(select),
            Statement::Insert(insert) => self.insert_statement(insert),
            Statement::Update(update) => self.update_statement(update),
            Statement::Delete(delete) => self.delete_statement(delete),
            Statement::Text(text) => self.text_statement(text),
            #[allow(unreachable_patterns, reason = "kinds to come")]
            _ => Err(unsupported("this kind of statement")),
        }
    }

    fn text_statement(mut self, text: &Text) -> Result<Compiled> {
        self.text(text)?;
        let operation = text.operation();
        let only_reads = matches!(operation, "SELECT" | "VALUES")
            && self.dialect.capabilities().selects_only_read;
        self.finish(operation, None, only_reads || text.reads())
    }

    pub(super) fn finish(
        self,
        operation: &'static str,
        table: Option<&Name>,
        reads: bool,
    ) -> Result<Compiled> {
        let limit = self.dialect.capabilities().max_parameters;
        if self.binds.len() > limit {
            return Err(Error::new(
                ErrorKind::InvalidQuery,
                format!(
                    "the statement has {} parameters, and {} takes at most {limit}; send the values in several statements",
                    self.binds.len(),
                    self.dialect.name()
                ),
            ));
        }
        Ok(Compiled {
            sql: Arc::from(self.sql),
            binds: self.binds,
            summary: Summary {
                operation: operation.into(),
                table: table.cloned(),
                reads,
            },
        })
    }

    /// Appends SQL.
    pub fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Appends an identifier, quoted when it must be.
    ///
    /// # Errors
    /// `InvalidQuery` when no quotes can make it one.
    pub fn identifier(&mut self, name: &str) -> Result<()> {
        quote::identifier(name, self.dialect.capabilities(), &mut self.sql)
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

    /// Appends items with a separator between them.
    pub(super) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        separator: &str,
        mut item: impl FnMut(&mut Self, T) -> Result<()>,
    ) -> Result<()> {
        for (index, one) in items.into_iter().enumerate() {
            if index > 0 {
                self.push(separator);
            }
            item(self, one)?;
        }
        Ok(())
    }

    /// Appends a placeholder and keeps its value; in DDL, the value itself.
    ///
    /// # Errors
    /// `InvalidQuery` for a value in DDL that has no literal form.
    pub fn bind(&mut self, value: &Value) -> Result<()> {
        if self.inline {
            return self.literal(value);
        }
        self.binds.push(value.clone());
        if let Some(places) = &mut self.places {
            places.push(std::ptr::from_ref(value).addr());
        }
        self.placeholder(self.binds.len());
        Ok(())
    }

    fn placeholder(&mut self, number: usize) {
        match self.dialect.capabilities().placeholders {
            Placeholders::Question => self.sql.push('?'),
            Placeholders::Numbered => {
                self.sql.push('$');
                self.sql.push_str(&number.to_string());
            }
        }
    }

    fn literal(&mut self, value: &Value) -> Result<()> {
        match value {
            Value::Null => self.push("NULL"),
            Value::Bool(value) => self.push(if *value { "TRUE" } else { "FALSE" }),
            Value::I16(value) => self.sql.push_str(&value.to_string()),
            Value::I32(value) => self.sql.push_str(&value.to_string()),
            Value::I64(value) => self.sql.push_str(&value.to_string()),
            Value::F32(value) if value.is_finite() => self.sql.push_str(&format!("{value:?}")),
            Value::F64(value) if value.is_finite() => self.sql.push_str(&format!("{value:?}")),
            Value::Text(value) | Value::Json(value) if !value.contains('\0') => {
                quote::string(value, &mut self.sql);
            }
            other => {
                if let Some(text) = other.as_ref().short_text()? {
                    quote::string(text.as_str(), &mut self.sql);
                    return Ok(());
                }
                return Err(Error::new(
                    ErrorKind::InvalidQuery,
                    "a definition of a table takes only numbers, text, dates, times, UUIDs, JSON, truth values and NULL as values",
                ));
            }
        }
        Ok(())
    }

    /// Appends raw SQL with its parameters; one that stands in several places is one parameter where the database can.
    pub(super) fn text(&mut self, text: &Text) -> Result<()> {
        let style = self.dialect.capabilities().placeholders;
        let mut numbers: Vec<(&str, Range<usize>)> = Vec::new();
        for piece in text.pieces()? {
            match piece {
                Piece::Sql(sql) => self.push(sql),
                Piece::Parameter(name) => {
                    let known = numbers.iter().find(|(known, _)| *known == name);
                    match known {
                        Some((_, range)) if style == Placeholders::Numbered && !self.inline => {
                            self.list(range.clone(), ", ", |out, number| {
                                out.placeholder(number);
                                Ok(())
                            })?;
                        }
                        _ => {
                            let before = self.binds.len();
                            match text.value(name)? {
                                Argument::One(value) => self.bind(value)?,
                                Argument::List(sql_type, items) if items.is_empty() => {
                                    let sql_type = self.dialect.type_name(*sql_type);
                                    self.push("SELECT CAST(NULL AS ");
                                    self.push(&sql_type);
                                    self.push(") WHERE 1 = 0");
                                    continue;
                                }
                                Argument::List(_, items) => self.list(items, ", ", Self::bind)?,
                            }
                            numbers.push((name, before + 1..self.binds.len() + 1));
                        }
                    }
                }
                Piece::Placeholder(sql) => {
                    let own = match style {
                        Placeholders::Question => sql == "?",
                        Placeholders::Numbered => sql.starts_with('$'),
                    };
                    if own {
                        return Err(Error::new(
                            ErrorKind::InvalidQuery,
                            format!("the text has a parameter {sql}; parameters have names here: write :name and .bind(\"name\", ..)"),
                        )
                        .with_sql(text.sql()));
                    }
                    self.push(sql);
                }
            }
        }
        Ok(())
    }
}

pub(super) fn unsupported(what: &str) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        format!("the dialect does not write {what}"),
    )
}
