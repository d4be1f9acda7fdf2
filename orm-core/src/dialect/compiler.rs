//! The default compiler: one walk writes text and parameters.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use super::bindings::Bindings;
use super::compile_name::Whole;
use super::{Capabilities, Compiled, Dialect, Placeholders, Summary, Template, quote};
use crate::error::{Error, ErrorKind, Result};
use crate::sql::{DateField, Given, Lead, Led, Name, Parameter, Piece, Select, Statement, Text};
use crate::types::{Layout, Value};

/// How deep a tree may be. Lists of conditions and chains of one operator are flat, however long they are.
const MAX_DEPTH: usize = 128;

/// No longer text's memory is kept for the next one.
const KEPT: usize = 16_384;

thread_local! {
    /// The memory of the text in the making: what is handed out has just the size that it needs. It is taken out while it is
    /// in use, since one compiler may begin another.
    static MEMORY: Cell<String> = const { Cell::new(String::new()) };
}

/// A statement in the making: its text, and its parameters in the order of their placeholders.
#[derive(Debug)]
pub struct Compiler<'a> {
    pub(super) dialect: &'a dyn Dialect,
    pub(super) capabilities: &'static Capabilities,
    pub(super) sql: String,
    pub(super) bindings: Bindings,
    /// Notes where in the tree each value stands, by its address.
    places: Option<&'a mut Vec<usize>>,
    /// Whether values stand in the text: DDL takes no parameters.
    pub(super) inline: bool,
    /// The depth of indentation, where the text is for people.
    pub(super) indent: Option<usize>,
    /// Whether columns stand without their tables: in DDL and RETURNING, where there is only one.
    pub(super) bare_columns: bool,
    pub(super) whole: Option<Whole<'a>>,
    /// The models whose columns stand before those of the outermost query.
    pub(super) leads: &'a [&'static dyn Lead],
    /// The names of tables that have none of their own, each with the one made for it.
    pub(super) anonymous: Vec<(String, String)>,
    /// The table of the column before, where its name needed no quotes: most columns beside it are of the same.
    pub(super) plain_table: Option<&'static str>,
    /// Whether there is text of the program's own in it, or a function, of which nothing is known.
    pub(super) raw: bool,
    /// Whether it locks or changes rows, at whatever depth.
    pub(super) writes: bool,
    /// Which of the columns that readers count are in the rows.
    pub(super) layout: Option<Arc<Layout>>,
    depth: usize,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(dialect: &'a dyn Dialect) -> Self {
        Self {
            dialect,
            capabilities: dialect.capabilities(),
            sql: MEMORY.take(),
            bindings: Bindings::default(),
            places: None,
            inline: false,
            indent: None,
            bare_columns: false,
            whole: None,
            leads: &[],
            anonymous: Vec::new(),
            plain_table: None,
            raw: false,
            writes: false,
            layout: None,
            depth: 0,
        }
    }

    /// Notes in `places` where in the tree each value stands.
    pub(super) fn noting(mut self, places: &'a mut Vec<usize>) -> Self {
        self.places = Some(places);
        self
    }

    pub(super) fn select_statement(mut self, select: &'a Select) -> Result<Compiled> {
        self.whole = Some(Whole::Select(select));
        let summary = self.select_summary(select)?;
        self.finish(summary)
    }

    pub(super) fn led_statement(mut self, led: &Led<'a>) -> Result<Compiled> {
        self.leads = led.leads;
        self.select_statement(led.select)
    }

    pub(super) fn statement(mut self, statement: &'a Statement) -> Result<Compiled> {
        self.whole = Some(Whole::Statement(statement));
        let summary = self.any_statement(statement)?;
        self.finish(summary)
    }

    pub(super) fn template(mut self, statement: &'a Statement) -> Result<Template> {
        self.whole = Some(Whole::Statement(statement));
        let summary = self.any_statement(statement)?;
        let (parameters, open) = self.bindings.take_names();
        let statement = self.finish(summary)?;
        Ok(Template {
            statement,
            parameters,
            open,
        })
    }

    pub(super) fn text_statement(mut self, text: &Text) -> Result<Compiled> {
        let summary = self.text_summary(text)?;
        self.finish(summary)
    }

    fn text_summary(&mut self, text: &Text) -> Result<Summary> {
        self.text(text)?;
        let operation = text.operation();
        let only_reads =
            matches!(operation, "SELECT" | "VALUES") && self.capabilities.selects_only_read;
        Ok(summary(operation, None, only_reads || text.reads()))
    }

    /// Appends a statement.
    pub(super) fn any_statement(&mut self, statement: &Statement) -> Result<Summary> {
        match statement {
            Statement::Select(select) => self.select_summary(select),
            Statement::Insert(insert) => self.insert(insert),
            Statement::Update(update) => self.update(update),
            Statement::Delete(delete) => self.delete(delete),
            Statement::Text(text) => self.text_summary(text),
        }
    }

    pub(super) fn finish(&mut self, summary: Summary) -> Result<Compiled> {
        let limit = self.capabilities.max_parameters;
        let binds = self.bindings.take()?;
        if binds.len() > limit {
            return Err(invalid(format!(
                "the statement has {} parameters, and {} takes at most {limit}; send the values in several statements",
                binds.len(),
                self.dialect.name()
            )));
        }
        let sql = Arc::from(self.sql.as_str());
        let mut memory = std::mem::take(&mut self.sql);
        if memory.capacity() <= KEPT {
            memory.clear();
            MEMORY.set(memory);
        }
        Ok(Compiled {
            sql,
            binds,
            summary,
            layout: self.layout.take(),
        })
    }

    /// Appends SQL.
    #[inline]
    pub fn push(&mut self, sql: &str) {
        self.sql.push_str(sql);
    }

    /// Appends a number.
    pub(super) fn number(&mut self, number: u64) {
        quote::number(number, &mut self.sql);
    }

    /// Appends the words that begin a clause, on a line of its own in a text for people.
    #[inline]
    pub(super) fn clause(&mut self, words: &str) {
        match self.indent {
            None => self.sql.push(' '),
            Some(indent) => self.line(indent),
        }
        self.sql.push_str(words);
    }

    /// Opens the parentheses around a query.
    pub(super) fn open(&mut self) {
        self.sql.push('(');
        if let Some(indent) = &mut self.indent {
            *indent += 1;
            let indent = *indent;
            self.line(indent);
        }
    }

    /// Closes the parentheses around a query.
    pub(super) fn close(&mut self) {
        if let Some(indent) = &mut self.indent {
            *indent -= 1;
            let indent = *indent;
            self.line(indent);
        }
        self.sql.push(')');
    }

    fn line(&mut self, indent: usize) {
        self.sql.push('\n');
        for _ in 0..indent {
            self.sql.push_str("    ");
        }
    }

    /// Goes one level deeper into the tree; a tree too deep for the stack is refused.
    pub(super) fn deeper(&mut self, write: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        if self.depth == MAX_DEPTH {
            return Err(invalid(format!(
                "the statement is nested more than {MAX_DEPTH} levels deep; split it, or put conditions side by side in one list"
            )));
        }
        self.depth += 1;
        write(self)?;
        self.depth -= 1;
        Ok(())
    }

    /// Refuses what the database does not have, and says what to do instead.
    pub(super) fn needs(&self, has: bool, what: &str, instead: &str) -> Result<()> {
        if has {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::Unsupported,
            format!("{} has no {what}; {instead}", self.dialect.name()),
        ))
    }

    /// Appends items with a separator between them.
    #[inline]
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
            return self.value(value);
        }
        if let Some(places) = &mut self.places {
            places.push(std::ptr::from_ref(value).addr());
        }
        let number = self.bindings.push(value.clone());
        self.placeholder(number);
        Ok(())
    }

    /// Appends a parameter that is known by its name: where the database numbers them, one number for all its places.
    pub(super) fn parameter(&mut self, parameter: &Parameter) -> Result<()> {
        if self.inline {
            if let Some(value) = &parameter.value {
                return self.value(value);
            }
            self.push(":");
            return self.identifier(&parameter.name);
        }
        let numbered = self.capabilities.placeholders == Placeholders::Numbered;
        let number = self.bindings.named(parameter, numbered)?;
        self.placeholder(number);
        Ok(())
    }

    fn placeholder(&mut self, number: usize) {
        match self.capabilities.placeholders {
            Placeholders::Question => self.sql.push('?'),
            Placeholders::Numbered => {
                self.sql.push('$');
                self.number(number as u64);
            }
        }
    }

    /// Appends raw SQL with its parameters; one that stands in several places is one parameter where the database can.
    pub(super) fn text(&mut self, text: &Text) -> Result<()> {
        let style = self.capabilities.placeholders;
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
                            let before = self.bindings.len();
                            match text.value(name)? {
                                Given::One(value) => self.bind(value)?,
                                Given::List(sql_type, items) if items.is_empty() => {
                                    let sql_type = self.dialect.cast_name(*sql_type);
                                    self.push("SELECT CAST(NULL AS ");
                                    self.push(&sql_type);
                                    self.push(") WHERE 1 = 0");
                                    continue;
                                }
                                Given::List(_, items) => self.list(items, ", ", Self::bind)?,
                            }
                            numbers.push((name, before + 1..self.bindings.len() + 1));
                        }
                    }
                }
                Piece::Placeholder(sql) => {
                    let own = match style {
                        Placeholders::Question => sql == "?",
                        Placeholders::Numbered => sql.starts_with('$'),
                    };
                    if own {
                        return Err(invalid(format!(
                            "the text has a parameter {sql}; parameters have names here: write :name and .bind(\"name\", ..)"
                        ))
                        .with_sql(text.sql()));
                    }
                    self.push(sql);
                }
            }
        }
        Ok(())
    }
}

pub(super) fn summary(operation: &'static str, table: Option<&Name>, reads: bool) -> Summary {
    Summary {
        operation: operation.into(),
        table: table.cloned(),
        reads,
    }
}

pub(super) fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidQuery, message)
}

pub(super) fn unsupported(what: &str) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        format!("the dialect does not write {what}"),
    )
}

pub(super) fn not_truncated(field: DateField) -> Error {
    invalid(format!(
        "a date cannot be cut at {field:?}; cut it at Year, Quarter, Month, Week, Day, Hour, Minute or Second"
    ))
}
