//! Flushes on PostgreSQL: each column travels as one array, and `UNNEST` makes rows of them.

use super::super::batch::{
    check_keys, delete_one, insert_into, insert_one, returned, returning_clause, text,
    update_columns, update_one,
};
use super::super::{
    BatchStyle, BatchText, Compiler, DeleteShape, InsertShape, Returning, UpdateShape,
};
use super::Postgres;
use crate::dialect::Dialect as _;
use crate::error::Result;
use crate::sql::BinaryOperator;
use crate::types::{SqlType, Value};

/// `INSERT INTO t (a) SELECT u.c0 FROM UNNEST($1::TEXT[]) WITH ORDINALITY AS u (c0, n) ORDER BY u.n`: rows are inserted, and
/// keys generated, in the order in which they were sent.
pub(super) fn insert(
    dialect: &Postgres,
    shape: &InsertShape<'_>,
    count: usize,
) -> Result<BatchText> {
    let returning = returned(shape.returning);
    if count == 1 || shape.columns.is_empty() {
        return insert_one(dialect, shape, returning);
    }
    let mut out = Compiler::new(dialect);
    insert_into(&mut out, shape)?;
    out.push(" SELECT ");
    out.list(
        shape.columns.iter().enumerate(),
        ", ",
        |out, (index, (_, sql_type))| {
            out.push(&format!("u.c{index}"));
            cast_array(out, *sql_type);
            Ok(())
        },
    )?;
    out.push(" FROM ");
    unnest(&mut out, shape.columns)?;
    out.push(" WITH ORDINALITY AS u (");
    names(&mut out, 0..shape.columns.len(), "c");
    out.push(", n) ORDER BY u.n");
    if returning != Returning::Nothing {
        returning_clause(&mut out, shape.returning)?;
    }
    Ok(text(out, shape.columns, BatchStyle::Arrays, returning))
}

/// `UPDATE t SET a = u.c0 FROM UNNEST($1::TEXT[], $2::BIGINT[]) AS u (c0, k0) WHERE t.id = u.k0`; what is read back has the
/// number of its row in front (`WITH ORDINALITY`), since rows come back in any order.
pub(super) fn update(
    dialect: &Postgres,
    shape: &UpdateShape<'_>,
    count: usize,
) -> Result<BatchText> {
    if count == 1 {
        return update_one(dialect, shape);
    }
    let columns = update_columns(shape)?;
    let rows = rows_name(shape.table);
    let mut out = Compiler::new(dialect);
    out.push("UPDATE ");
    out.identifier(shape.table)?;
    out.push(" SET ");
    out.list(
        shape.set.iter().enumerate(),
        ", ",
        |out, (index, (name, sql_type))| {
            out.identifier(name)?;
            out.push(&format!(" = {rows}.c{index}"));
            cast_array(out, *sql_type);
            Ok(())
        },
    )?;
    out.push(" FROM ");
    unnest(&mut out, &columns)?;
    let numbered = !shape.returning.is_empty();
    if numbered {
        out.push(" WITH ORDINALITY");
    }
    out.push(&format!(" AS {rows} ("));
    names(&mut out, 0..shape.set.len(), "c");
    out.push(", ");
    names(&mut out, 0..shape.keys.len() + shape.guard.len(), "k");
    out.push(if numbered { ", n)" } else { ")" });
    where_rows(&mut out, shape.table, rows, (shape.keys, shape.guard))?;
    let mut returning = Returning::Nothing;
    if numbered {
        out.push(&format!(" RETURNING {rows}.n, "));
        out.list(shape.returning, ", ", |out, name| {
            out.identifier(shape.table)?;
            out.push(".");
            out.identifier(name)
        })?;
        returning = Returning::Columns(shape.returning.len() + 1);
    }
    Ok(text(out, &columns, BatchStyle::Arrays, returning))
}

/// `DELETE FROM t WHERE id = ANY($1::BIGINT[])`, or `USING UNNEST(..)` for a key of several columns.
pub(super) fn delete(
    dialect: &Postgres,
    shape: &DeleteShape<'_>,
    count: usize,
) -> Result<BatchText> {
    if count == 1 {
        return delete_one(dialect, shape);
    }
    check_keys(shape.table, shape.keys)?;
    let mut out = Compiler::new(dialect);
    out.push("DELETE FROM ");
    out.identifier(shape.table)?;
    let columns = [shape.keys, shape.guard].concat();
    if let [(name, sql_type)] = &*columns {
        out.push(" WHERE ");
        out.identifier(name)?;
        out.push(" = ANY(");
        array(&mut out, *sql_type)?;
        out.push(")");
    } else {
        let rows = rows_name(shape.table);
        out.push(" USING ");
        unnest(&mut out, &columns)?;
        out.push(&format!(" AS {rows} ("));
        names(&mut out, 0..columns.len(), "k");
        out.push(")");
        where_rows(&mut out, shape.table, rows, (shape.keys, shape.guard))?;
    }
    Ok(text(out, &columns, BatchStyle::Arrays, Returning::Nothing))
}

/// The name of the rows sent, which must not be the table's.
fn rows_name(table: &str) -> &'static str {
    if table == "u" { "v" } else { "u" }
}

fn names(out: &mut Compiler<'_>, range: std::ops::Range<usize>, prefix: &str) {
    let names: Vec<String> = range.map(|index| format!("{prefix}{index}")).collect();
    out.push(&names.join(", "));
}

/// Makes an array of the text as which it travelled.
fn cast_array(out: &mut Compiler<'_>, sql_type: SqlType) {
    if let SqlType::Array(_) = sql_type {
        out.push("::");
        out.push(&Postgres.type_name(sql_type));
    }
}

fn unnest(out: &mut Compiler<'_>, columns: &[(&str, SqlType)]) -> Result<()> {
    out.push("UNNEST(");
    out.list(columns, ", ", |out, (_, sql_type)| array(out, *sql_type))?;
    out.push(")");
    Ok(())
}

fn array(out: &mut Compiler<'_>, sql_type: SqlType) -> Result<()> {
    // A cast to VARCHAR(n) would cut what is too long without an error; as TEXT it meets the column, which refuses it.
    // `UNNEST` would take an array of arrays apart to the last item, so each travels as text.
    let element = match sql_type {
        SqlType::VarChar(_) | SqlType::Array(_) => SqlType::Text,
        other => other,
    };
    out.bind(&Value::Null)?;
    out.push("::");
    out.push(&Postgres.type_name(element));
    out.push("[]");
    Ok(())
}

/// Columns, each with its type.
type Columns<'a> = &'a [(&'a str, SqlType)];

fn where_rows(
    out: &mut Compiler<'_>,
    table: &str,
    rows: &str,
    (keys, guard): (Columns<'_>, Columns<'_>),
) -> Result<()> {
    out.push(" WHERE ");
    let columns = keys.iter().chain(guard).enumerate();
    out.list(columns, " AND ", |out, (index, (name, sql_type))| {
        out.identifier(table)?;
        out.push(".");
        out.identifier(name)?;
        out.operator(match index < keys.len() {
            true => BinaryOperator::Eq,
            false => BinaryOperator::IsNotDistinctFrom,
        })?;
        out.push(&format!("{rows}.k{index}"));
        cast_array(out, *sql_type);
        Ok(())
    })
}
