//! The texts of a flush: for each table, operation and column set one statement that serves any number of rows.

use std::sync::Arc;

use super::{BatchStyle, Compiler, Dialect, Returning};
use crate::error::{Error, ErrorKind, Result};
use crate::sql::BinaryOperator;
use crate::types::{Layout, SqlType, Value};

/// An insert of rows.
#[derive(Debug, Clone, Copy)]
pub struct InsertShape<'a> {
    /// The table.
    pub table: &'a str,
    /// The columns given for each row.
    pub columns: &'a [(&'a str, SqlType)],
    /// The columns read back.
    pub returning: &'a [&'a str],
    /// The integer key that the database generates, where the table has one.
    pub generated_key: Option<&'a str>,
}

/// An update of rows by key.
#[derive(Debug, Clone, Copy)]
pub struct UpdateShape<'a> {
    /// The table.
    pub table: &'a str,
    /// The columns set: the first parameters.
    pub set: &'a [(&'a str, SqlType)],
    /// The columns that find a row: the parameters after those.
    pub keys: &'a [(&'a str, SqlType)],
    /// The columns that have to have the values sent, NULL too: the parameters after those.
    pub guard: &'a [(&'a str, SqlType)],
    /// The columns read back.
    pub returning: &'a [&'a str],
}

/// A delete of rows by key.
#[derive(Debug, Clone, Copy)]
pub struct DeleteShape<'a> {
    /// The table.
    pub table: &'a str,
    /// The columns that find a row.
    pub keys: &'a [(&'a str, SqlType)],
    /// The columns that have to have the values sent, NULL too: the parameters after those.
    pub guard: &'a [(&'a str, SqlType)],
}

/// The text of a batch, without its rows.
#[derive(Debug, Clone)]
pub struct BatchText {
    /// The text.
    pub sql: Arc<str>,
    /// The column of each parameter of a row.
    pub columns: Arc<[Box<str>]>,
    /// The type of each parameter of a row.
    pub types: Arc<[SqlType]>,
    /// How the rows travel.
    pub style: BatchStyle,
    /// What comes back.
    pub returning: Returning,
    /// For a query: which of the columns that its readers count are there.
    pub layout: Option<Arc<Layout>>,
}

/// The text for one row: `INSERT INTO t (a, b) VALUES (?, ?)`.
pub(super) fn insert_one(
    dialect: &dyn Dialect,
    shape: &InsertShape<'_>,
    returning: Returning,
) -> Result<BatchText> {
    check_arrays(dialect, shape.table, shape.columns)?;
    let mut out = Compiler::new(dialect);
    insert_into(&mut out, shape)?;
    if !shape.columns.is_empty() {
        out.push(" VALUES (");
        out.list(shape.columns, ", ", |out, _| out.bind(&Value::Null))?;
        out.push(")");
    }
    if let Returning::Columns(_) = returning {
        returning_clause(&mut out, shape.returning)?;
    }
    Ok(per_row(out, shape.columns, returning))
}

/// `INSERT INTO t (a, b)`, or `INSERT INTO t DEFAULT VALUES` when there are no columns.
pub(super) fn insert_into(out: &mut Compiler<'_>, shape: &InsertShape<'_>) -> Result<()> {
    out.push("INSERT INTO ");
    out.identifier(shape.table)?;
    if shape.columns.is_empty() {
        out.push(" DEFAULT VALUES");
        return Ok(());
    }
    out.push(" (");
    out.identifiers(shape.columns.iter().map(|(name, _)| name))?;
    out.push(")");
    Ok(())
}

pub(super) fn returning_clause(out: &mut Compiler<'_>, columns: &[&str]) -> Result<()> {
    out.push(" RETURNING ");
    out.identifiers(columns)
}

/// What a RETURNING clause gives back.
pub(super) fn returned(columns: &[&str]) -> Returning {
    match columns.len() {
        0 => Returning::Nothing,
        count => Returning::Columns(count),
    }
}

/// The text for one row: `UPDATE t SET a = ? WHERE id = ?`.
pub(super) fn update_one(dialect: &dyn Dialect, shape: &UpdateShape<'_>) -> Result<BatchText> {
    check_arrays(dialect, shape.table, shape.set)?;
    let mut out = Compiler::new(dialect);
    out.push("UPDATE ");
    out.identifier(shape.table)?;
    out.push(" SET ");
    out.list(shape.set, ", ", equals)?;
    where_key(&mut out, shape.keys, shape.guard)?;
    let returning = returned(shape.returning);
    if returning != Returning::Nothing {
        returning_clause(&mut out, shape.returning)?;
    }
    Ok(per_row(out, &update_columns(shape)?, returning))
}

/// The parameters of an update: the columns set, then what finds the row.
pub(super) fn update_columns<'a>(shape: &UpdateShape<'a>) -> Result<Vec<(&'a str, SqlType)>> {
    if shape.set.is_empty() {
        return Err(Error::new(
            ErrorKind::InvalidQuery,
            "the update sets no column; name at least one",
        )
        .with_table(shape.table));
    }
    check_keys(shape.table, shape.keys)?;
    Ok([shape.set, shape.keys, shape.guard].concat())
}

/// The text for one row: `DELETE FROM t WHERE id = ?`.
pub(super) fn delete_one(dialect: &dyn Dialect, shape: &DeleteShape<'_>) -> Result<BatchText> {
    check_keys(shape.table, shape.keys)?;
    let mut out = Compiler::new(dialect);
    out.push("DELETE FROM ");
    out.identifier(shape.table)?;
    where_key(&mut out, shape.keys, shape.guard)?;
    let columns = [shape.keys, shape.guard].concat();
    Ok(per_row(out, &columns, Returning::Nothing))
}

/// Without a key the statement would reach every row of the table.
pub(super) fn check_keys(table: &str, keys: &[(&str, SqlType)]) -> Result<()> {
    if !keys.is_empty() {
        return Ok(());
    }
    let message = "rows are changed and deleted by their key, and none was given";
    Err(Error::new(ErrorKind::InvalidQuery, message).with_table(table))
}

fn check_arrays(dialect: &dyn Dialect, table: &str, columns: &[(&str, SqlType)]) -> Result<()> {
    let column = columns
        .iter()
        .find(|(_, sql_type)| matches!(sql_type, SqlType::Array(_)));
    match column {
        Some((name, _)) if !dialect.capabilities().arrays => Err(no_arrays(dialect, table, name)),
        _ => Ok(()),
    }
}

/// The error of a column that holds a list, where columns cannot.
#[cold]
pub(super) fn no_arrays(dialect: &dyn Dialect, table: &str, column: &str) -> Error {
    let message = format!(
        "{table}.{column} is an array, which {} does not have; store it as JSON (Json<Vec<..>>)",
        dialect.name()
    );
    Error::new(ErrorKind::Unsupported, message)
        .with_table(table)
        .with_columns([column])
}

fn where_key(
    out: &mut Compiler<'_>,
    keys: &[(&str, SqlType)],
    guard: &[(&str, SqlType)],
) -> Result<()> {
    out.push(" WHERE ");
    out.list(keys, " AND ", equals)?;
    guard.iter().try_for_each(|(name, _)| {
        out.push(" AND ");
        out.identifier(name)?;
        out.operator(BinaryOperator::IsNotDistinctFrom)?;
        out.bind(&Value::Null)
    })
}

fn equals(out: &mut Compiler<'_>, (name, _): &(&str, SqlType)) -> Result<()> {
    out.identifier(name)?;
    out.push(" = ");
    out.bind(&Value::Null)
}

fn per_row(out: Compiler<'_>, columns: &[(&str, SqlType)], returning: Returning) -> BatchText {
    text(out, columns, BatchStyle::PerRow, returning)
}

pub(super) fn text(
    out: Compiler<'_>,
    columns: &[(&str, SqlType)],
    style: BatchStyle,
    returning: Returning,
) -> BatchText {
    BatchText {
        sql: Arc::from(out.sql),
        columns: columns.iter().map(|&(name, _)| name.into()).collect(),
        types: columns.iter().map(|&(_, sql_type)| sql_type).collect(),
        style,
        returning,
        layout: None,
    }
}
