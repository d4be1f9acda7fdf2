//! Expressions that SQLite writes in its own way: search, JSON, literals.

use crate::dialect::{Compiler, quote};
use crate::error::Result;
use crate::sql::{Anchor, Expr, JsonStep};
use crate::types::Value;

/// `a MATCH ?`, where `a` is a full-text table (FTS5) or a column of one.
pub(super) fn full_text(out: &mut Compiler<'_>, document: &Expr, query: &Expr) -> Result<()> {
    out.operand(document)?;
    out.push(" MATCH ");
    out.operand(query)
}

/// `instr(a, ?) > 0`: LIKE would take letters of either case as equal, and end at a NUL. What stands at the end is compared
/// as bytes, since the length of a text ends at a NUL too; a part that is longer than the text is not equal to any of it,
/// and what is cut out of nothing would be NULL.
pub(super) fn part_of(
    out: &mut Compiler<'_>,
    [operand, part]: [&Expr; 2],
    place: Anchor,
    ignore_case: bool,
    negated: bool,
) -> Result<()> {
    let text = |out: &mut Compiler<'_>, expr: &Expr| {
        out.push(if ignore_case { "lower(" } else { "" });
        out.expr(expr)?;
        out.push(if ignore_case { ")" } else { "" });
        Ok(())
    };
    if place == Anchor::End {
        out.push("ifnull(substr(CAST(");
        text(out, operand)?;
        out.push(" AS BLOB), 1 + octet_length(");
        out.expr(operand)?;
        out.push(") - octet_length(");
        out.expr(part)?;
        out.push(")), CAST(");
        text(out, operand)?;
        out.push(if negated {
            " AS BLOB)) != CAST("
        } else {
            " AS BLOB)) = CAST("
        });
        text(out, part)?;
        out.push(" AS BLOB)");
        return Ok(());
    }
    out.push("instr(");
    text(out, operand)?;
    out.push(", ");
    text(out, part)?;
    out.push(match (place, negated) {
        (Anchor::Start, false) => ") = 1",
        (Anchor::Start, true) => ") != 1",
        (_, false) => ") > 0",
        (_, true) => ") = 0",
    });
    Ok(())
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
