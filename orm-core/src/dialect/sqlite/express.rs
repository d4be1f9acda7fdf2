//! Expressions that SQLite writes in its own way: search, JSON, literals.

use crate::dialect::{Compiler, quote};
use crate::error::Result;
use crate::sql::{Expr, JsonStep};
use crate::types::Value;

/// `a MATCH ?`, where `a` is a full-text table (FTS5) or a column of one.
pub(super) fn full_text(out: &mut Compiler<'_>, document: &Expr, query: &Expr) -> Result<()> {
    out.operand(document)?;
    out.push(" MATCH ");
    out.operand(query)
}

/// `a -> '$."b"[0]'`. Text stays text, and a number or truth value becomes the text that stands in the JSON; `->>` alone
/// would give 1 for true, and numbers as numbers.
pub(super) fn json(
    out: &mut Compiler<'_>,
    operand: &Expr,
    path: &[JsonStep],
    text: bool,
) -> Result<()> {
    let path = json_path(path)?;
    if !text {
        return arrow(out, operand, " -> ", &path);
    }
    out.push("CASE json_type(");
    out.expr(operand)?;
    out.push(", ");
    quote::string(&path, &mut out.sql)?;
    out.push(") WHEN 'text' THEN ");
    arrow(out, operand, " ->> ", &path)?;
    out.push(" WHEN 'null' THEN NULL ELSE ");
    arrow(out, operand, " -> ", &path)?;
    out.push(" END");
    Ok(())
}

fn arrow(out: &mut Compiler<'_>, operand: &Expr, arrow: &str, path: &str) -> Result<()> {
    out.atom(operand)?;
    out.push(arrow);
    quote::string(path, &mut out.sql)
}

/// Keys stand in quotes, with the escapes of JSON inside.
fn json_path(steps: &[JsonStep]) -> Result<String> {
    let mut path = String::from("$");
    for step in steps {
        match step {
            JsonStep::Index(index) => {
                path.push('[');
                quote::number((*index).into(), &mut path);
                path.push(']');
            }
            JsonStep::Key(key) => {
                path.push_str(".\"");
                for character in key.chars() {
                    if matches!(character, '"' | '\\') {
                        path.push('\\');
                    }
                    path.push(character);
                }
                path.push('"');
            }
        }
    }
    Ok(path)
}

pub(super) fn literal(out: &mut Compiler<'_>, value: &Value) -> Result<()> {
    match value {
        Value::Bytes(bytes) => {
            out.push("x'");
            out.hexadecimal(bytes);
            out.push("'");
        }
        Value::Array(array) => {
            out.push("json_array(");
            out.list(&array.1, ", ", Compiler::value)?;
            out.push(")");
        }
        Value::F32(float) => not_finite(out, f64::from(*float)),
        Value::F64(float) => not_finite(out, *float),
        other => out.quoted(other)?,
    }
    Ok(())
}

fn not_finite(out: &mut Compiler<'_>, float: f64) {
    out.push(if float.is_nan() {
        "NULL"
    } else if float > 0.0 {
        "9e999"
    } else {
        "-9e999"
    });
}
