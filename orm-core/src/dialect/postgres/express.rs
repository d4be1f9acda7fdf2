//! Expressions that PostgreSQL writes in its own way: search, dates, JSON, literals.

use crate::dialect::compiler::invalid;
use crate::dialect::{Compiler, quote};
use crate::error::Result;
use crate::sql::{DateField, Expr, JsonStep};
use crate::types::{SqlType, Value};

/// `to_tsvector('english', a) @@ websearch_to_tsquery('english', $1)`
pub(super) fn full_text(
    out: &mut Compiler<'_>,
    document: &Expr,
    query: &Expr,
    language: Option<&str>,
) -> Result<()> {
    let words = |out: &mut Compiler<'_>, function, expr| {
        out.push(function);
        if let Some(language) = language {
            quote::string(language, &mut out.sql)?;
            out.push(", ");
        }
        out.expr(expr)?;
        out.push(")");
        Ok(())
    };
    words(out, "to_tsvector(", document)?;
    out.push(" @@ ");
    words(out, "websearch_to_tsquery(", query)
}

/// EXTRACT gives NUMERIC, and seconds with their fraction.
pub(super) fn extract(out: &mut Compiler<'_>, field: DateField, operand: &Expr) -> Result<()> {
    let (name, floor, sql_type) = match field {
        DateField::Year => ("YEAR", false, "INTEGER"),
        DateField::Quarter => ("QUARTER", false, "INTEGER"),
        DateField::Month => ("MONTH", false, "INTEGER"),
        DateField::Week => ("WEEK", false, "INTEGER"),
        DateField::Day => ("DAY", false, "INTEGER"),
        DateField::DayOfWeek => ("DOW", false, "INTEGER"),
        DateField::DayOfYear => ("DOY", false, "INTEGER"),
        DateField::Hour => ("HOUR", false, "INTEGER"),
        DateField::Minute => ("MINUTE", false, "INTEGER"),
        DateField::Second => ("SECOND", true, "INTEGER"),
        DateField::Epoch => ("EPOCH", true, "BIGINT"),
    };
    out.push(if floor {
        "CAST(floor(EXTRACT("
    } else {
        "CAST(EXTRACT("
    });
    out.push(name);
    out.push(" FROM ");
    out.untyped(operand)?;
    out.push(if floor { ")) AS " } else { ") AS " });
    out.push(sql_type);
    out.push(")");
    Ok(())
}

/// `date_trunc('month', a)`, which gives a timestamp.
pub(super) fn truncate(out: &mut Compiler<'_>, field: DateField, operand: &Expr) -> Result<()> {
    let name = match field {
        DateField::Year => "year",
        DateField::Quarter => "quarter",
        DateField::Month => "month",
        DateField::Week => "week",
        DateField::Day => "day",
        DateField::Hour => "hour",
        DateField::Minute => "minute",
        DateField::Second => "second",
        DateField::DayOfWeek | DateField::DayOfYear | DateField::Epoch => {
            return Err(crate::dialect::compiler::not_truncated(field));
        }
    };
    out.push("date_trunc('");
    out.push(name);
    out.push("', ");
    out.untyped(operand)?;
    out.push(")");
    Ok(())
}

/// `a -> 'b' -> 0 ->> 'c'`: an arrow for each step, so that a key of digits is told from a place in a list.
pub(super) fn json(
    out: &mut Compiler<'_>,
    operand: &Expr,
    path: &[JsonStep],
    text: bool,
) -> Result<()> {
    out.atom(operand)?;
    if path.is_empty() {
        out.push(if text { " #>> '{}'" } else { " #> '{}'" });
        return Ok(());
    }
    for (index, step) in path.iter().enumerate() {
        let last = index + 1 == path.len();
        out.push(if text && last { " ->> " } else { " -> " });
        match step {
            JsonStep::Key(key) => quote::string(key, &mut out.sql)?,
            JsonStep::Index(index) if i32::try_from(*index).is_ok() => out.number((*index).into()),
            JsonStep::Index(index) => {
                return Err(invalid(format!(
                    "no list has an item {index}; the last that can be is 2147483647"
                )));
            }
        }
    }
    Ok(())
}

pub(super) fn literal(out: &mut Compiler<'_>, value: &Value) -> Result<()> {
    match value {
        Value::Bytes(bytes) => {
            out.push("'\\x");
            out.hexadecimal(bytes);
            out.push("'::BYTEA");
        }
        Value::Array(array) => {
            let (item, items) = &**array;
            out.push("ARRAY[");
            out.list(items, ", ", Compiler::value)?;
            out.push("]::");
            let item = match item {
                SqlType::VarChar(_) => SqlType::Text,
                item => *item,
            };
            let name = out.dialect.type_name(item);
            out.push(&name);
            out.push("[]");
        }
        Value::F32(float) => not_finite(out, f64::from(*float)),
        Value::F64(float) => not_finite(out, *float),
        other => {
            out.quoted(other)?;
            // Text alone takes the type of what stands beside it, which may be another.
            let sql_type = match other {
                Value::Date(_) => SqlType::Date,
                Value::Time(_) => SqlType::Time,
                Value::Timestamp(_) => SqlType::Timestamp,
                Value::TimestampTz(_) => SqlType::TimestampTz,
                Value::Decimal(_) => SqlType::Decimal,
                Value::Uuid(_) => SqlType::Uuid,
                Value::Json(_) => SqlType::Json,
                _ => return Ok(()),
            };
            let name = out.dialect.type_name(sql_type);
            out.push("::");
            out.push(&name);
        }
    }
    Ok(())
}

fn not_finite(out: &mut Compiler<'_>, float: f64) {
    out.push(if float.is_nan() {
        "'NaN'::DOUBLE PRECISION"
    } else if float > 0.0 {
        "'Infinity'::DOUBLE PRECISION"
    } else {
        "'-Infinity'::DOUBLE PRECISION"
    });
}
