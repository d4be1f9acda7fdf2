//! Dialects: statements in, text and parameters out. Pure; knows no connection.
//!
//! One default compiler walks the tree once and writes text and parameters together; a dialect overrides what its
//! database writes differently, and says what its database can do in [`Capabilities`].

mod batch;
mod bindings;
mod cache;
mod capability;
mod compile_ddl;
mod compile_dml;
mod compile_expr;
mod compile_from;
mod compile_function;
mod compile_lead;
mod compile_name;
mod compile_operator;
mod compile_select;
mod compile_set;
mod compile_test;
mod compile_value;
pub(crate) mod compiled;
mod compiler;
mod lists;
mod metadata;
mod postgres;
mod precedence;
mod quote;
mod sqlite;

use std::borrow::Cow;
use std::fmt;

use crate::error::Result;
use crate::schema::Ddl;
use crate::sql::{
    Anchor, BinaryOperator, DateField, Expr, Function, JsonStep, Led, Select, Statement,
};
use crate::types::{SqlType, Value};

pub use batch::{BatchText, DeleteShape, InsertShape, UpdateShape};
pub use cache::StatementCache;
pub use capability::{Capabilities, Placeholders, Truth};
pub use compiled::{Batch, BatchReply, BatchStyle, Compiled, Returning, Summary, Template};
pub use compiler::Compiler;
pub use lists::ListColumn;
pub use postgres::Postgres;
pub use quote::ReservedWords;
pub use sqlite::Sqlite;

/// The dialect of SQLite.
pub static SQLITE: Sqlite = Sqlite;

/// The dialect of PostgreSQL.
pub static POSTGRES: Postgres = Postgres;

/// How one database writes SQL.
///
/// The first methods say what a database is; `compile`, `compile_ddl` and the batches are what the layers above call;
/// the others are the pieces that a database writes in its own way, called by the compiler.
pub trait Dialect: Send + Sync + fmt::Debug {
    /// The database's name, as in the scheme of its URL.
    fn name(&self) -> &'static str;

    /// What the database can do.
    fn capabilities(&self) -> &'static Capabilities;

    /// This dialect as a trait object, which the compiler holds.
    #[doc(hidden)]
    fn as_dyn(&self) -> &dyn Dialect;

    /// Compiles a statement.
    ///
    /// # Errors
    /// `InvalidQuery` when the statement cannot be written, naming the part, or when it is nested more than 128 levels deep
    /// (lists of conditions and chains of one operator are flat); `Unsupported` when the database has no such thing, with
    /// what to do instead.
    fn compile(&self, statement: &Statement) -> Result<Compiled> {
        Compiler::new(self.as_dyn()).statement(statement)
    }

    /// Compiles a query.
    ///
    /// # Errors
    /// As [`Dialect::compile`].
    fn compile_select(&self, select: &Select) -> Result<Compiled> {
        Compiler::new(self.as_dyn()).select_statement(select)
    }

    /// Compiles a statement whose named parameters are given their values later.
    ///
    /// # Errors
    /// As [`Dialect::compile`].
    fn template(&self, statement: &Statement) -> Result<Template> {
        Compiler::new(self.as_dyn()).template(statement)
    }

    /// The statement as people read it: a clause on each line, and the values in place of the parameters. It is for eyes
    /// and logs of a developer's own; nothing runs it, and no secret belongs into it.
    ///
    /// # Errors
    /// As [`Dialect::compile`].
    fn pretty(&self, statement: &Statement) -> Result<String> {
        Compiler::new(self.as_dyn()).pretty(statement)
    }

    /// Compiles a statement that works on tables.
    ///
    /// # Errors
    /// As [`Dialect::compile`]; `Unsupported` when the database has no such statement.
    fn compile_ddl(&self, ddl: &Ddl) -> Result<Compiled> {
        Compiler::new(self.as_dyn()).ddl_statement(ddl)
    }

    /// The text that inserts rows of a flush. `count` only chooses between one row and many: a text for many serves any
    /// number of rows.
    ///
    /// # Errors
    /// `InvalidQuery` when a name cannot be written.
    fn insert_batch(&self, shape: &InsertShape<'_>, count: usize) -> Result<BatchText>;

    /// The text that updates rows of a flush by key; parameters: the columns set, then the keys.
    ///
    /// # Errors
    /// `InvalidQuery` when a name cannot be written, or nothing is set.
    fn update_batch(&self, shape: &UpdateShape<'_>, count: usize) -> Result<BatchText>;

    /// The text that deletes rows of a flush by key.
    ///
    /// # Errors
    /// `InvalidQuery` when a name cannot be written.
    fn delete_batch(&self, shape: &DeleteShape<'_>, count: usize) -> Result<BatchText>;

    /// A type's name in DDL and casts.
    fn type_name(&self, sql_type: SqlType) -> Cow<'static, str>;

    /// The collation of columns of this type, where text stands for something that sorts in another way.
    fn collation(&self, _sql_type: SqlType) -> Option<&'static str> {
        None
    }

    /// The DEFAULT clause that stands for this one, where the database's own value is not written as values of the type are.
    fn default_value(&self, _sql: &str, _sql_type: SqlType) -> Option<Cow<'static, str>> {
        None
    }

    /// A type's name in a cast, where that is another than in DDL.
    fn cast_name(&self, sql_type: SqlType) -> Cow<'static, str>;

    /// The type of an integer primary key that the database generates, as DDL writes it.
    fn generated_key(&self, sql_type: SqlType) -> &'static str;

    /// Writes that `operands`, together, are one of the rows that `arrays` make.
    ///
    /// # Errors
    /// As [`Dialect::compile`].
    fn in_arrays(&self, out: &mut Compiler<'_>, operands: &[Expr], arrays: &[Value]) -> Result<()>;

    /// The text of a query of lists that stand side by side, which are its parameters `:list_0`, `:list_1` and so on: their
    /// items as the columns `key_0`, and the same as the type that they are compared with, as `like_0`.
    fn lists(&self, columns: &[ListColumn<'_>]) -> String;

    /// Writes `+`, `-`, `*`, `/` or `%` of decimals.
    ///
    /// # Errors
    /// As [`Dialect::compile`].
    fn decimal(
        &self,
        out: &mut Compiler<'_>,
        operator: BinaryOperator,
        left: &Expr,
        right: &Expr,
    ) -> Result<()> {
        out.binary(operator, left, right)
    }

    /// Writes a test for a text at a place of another, where LIKE would not tell it exactly; says whether it did.
    ///
    /// # Errors
    /// As [`Dialect::compile`].
    fn part_of(
        &self,
        _out: &mut Compiler<'_>,
        _operand: &Expr,
        _part: &Expr,
        _place: Anchor,
        _ignore_case: bool,
        _negated: bool,
    ) -> Result<bool> {
        Ok(false)
    }

    /// Writes a search for words.
    ///
    /// # Errors
    /// As [`Dialect::compile`].
    fn full_text(
        &self,
        out: &mut Compiler<'_>,
        document: &Expr,
        query: &Expr,
        language: Option<&str>,
    ) -> Result<()>;

    /// Writes a conversion to another type.
    ///
    /// # Errors
    /// As [`Dialect::compile`].
    fn cast(&self, out: &mut Compiler<'_>, expr: &Expr, sql_type: SqlType) -> Result<()> {
        out.cast(expr, sql_type)
    }

    /// Writes a part of a date or time, as an integer.
    ///
    /// # Errors
    /// As [`Dialect::compile`].
    fn extract(&self, out: &mut Compiler<'_>, field: DateField, operand: &Expr) -> Result<()>;

    /// Writes a date or time without what is finer than a part.
    ///
    /// # Errors
    /// As [`Dialect::compile`]; `InvalidQuery` for a part that nothing can be cut at.
    fn truncate(&self, out: &mut Compiler<'_>, field: DateField, operand: &Expr) -> Result<()>;

    /// Writes the value at the end of a way into JSON, as JSON or as text.
    ///
    /// # Errors
    /// As [`Dialect::compile`].
    fn json(
        &self,
        out: &mut Compiler<'_>,
        operand: &Expr,
        path: &[JsonStep],
        text: bool,
    ) -> Result<()>;

    /// Writes a value as a literal of its type, for a text that takes no parameters; numbers, truth values and text are
    /// written alike everywhere.
    ///
    /// # Errors
    /// `InvalidQuery` for a value without a literal form.
    fn literal(&self, out: &mut Compiler<'_>, value: &Value) -> Result<()>;

    /// Writes a function call.
    ///
    /// # Errors
    /// As [`Dialect::compile`].
    fn function(&self, out: &mut Compiler<'_>, function: &Function) -> Result<()> {
        out.call(function)
    }
}

/// Compiles a query after models.
///
/// # Errors
/// As [`Dialect::compile`].
pub(crate) fn compile_led(dialect: &dyn Dialect, led: &Led<'_>) -> Result<Compiled> {
    Compiler::new(dialect).led_statement(led)
}

/// The dialect of a database's name: `sqlite` or `postgres`.
pub fn by_name(name: &str) -> Option<&'static dyn Dialect> {
    match name {
        "sqlite" => Some(&SQLITE),
        "postgres" | "postgresql" => Some(&POSTGRES),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
