//! Parts of dates and times, which are texts: `YYYY-MM-DD`, or with ` HH:MM:SS` and perhaps a fraction after it.

use crate::dialect::Compiler;
use crate::dialect::compiler::not_truncated;
use crate::error::Result;
use crate::sql::{DateField, Expr};
use crate::types::SqlType;

/// `CAST(strftime('%Y', a) AS INTEGER)`
pub(super) fn extract(out: &mut Compiler<'_>, field: DateField, operand: &Expr) -> Result<()> {
    let format = match field {
        DateField::Year => "%Y",
        DateField::Quarter => {
            out.push("((");
            part(out, "%m", operand)?;
            out.push(" + 2) / 3)");
            return Ok(());
        }
        DateField::Month => "%m",
        DateField::Week => "%V",
        DateField::Day => "%d",
        DateField::DayOfWeek => "%w",
        DateField::DayOfYear => "%j",
        DateField::Hour => "%H",
        DateField::Minute => "%M",
        DateField::Second => "%S",
        // SQLite rounds to milliseconds, which may be in the next second already.
        DateField::Epoch => {
            out.push("unixepoch(substr(");
            out.expr(operand)?;
            out.push(", 1, 19))");
            return Ok(());
        }
    };
    part(out, format, operand)
}

fn part(out: &mut Compiler<'_>, format: &str, operand: &Expr) -> Result<()> {
    out.push("CAST(strftime('");
    out.push(format);
    out.push("', ");
    out.expr(operand)?;
    out.push(") AS INTEGER)");
    Ok(())
}

/// What the other type has in common with the text: `substr(a, 1, 10)`; midnight is put to what is no longer than a date.
pub(super) fn cast(out: &mut Compiler<'_>, operand: &Expr, to: SqlType) -> Result<()> {
    match to {
        SqlType::Date => {
            out.push("substr(");
            out.expr(operand)?;
            out.push(", 1, 10)");
        }
        SqlType::Time => {
            out.push("substr(");
            out.expr(operand)?;
            out.push(", 12)");
        }
        _ => {
            out.push("(");
            out.atom(operand)?;
            out.push(" || substr(' 00:00:00', length(");
            out.expr(operand)?;
            out.push(") - 9))");
        }
    }
    Ok(())
}

/// The beginning of the text, and as much of the rest of the smallest time as the text is long: a date stays a date.
pub(super) fn truncate(out: &mut Compiler<'_>, field: DateField, operand: &Expr) -> Result<()> {
    let (kept, rest) = match field {
        DateField::Year => (4, "-01-01 00:00:00"),
        DateField::Month => (7, "-01 00:00:00"),
        DateField::Day => (10, " 00:00:00"),
        DateField::Hour => (13, ":00:00"),
        DateField::Minute => (16, ":00"),
        DateField::Second => {
            out.push("substr(");
            out.expr(operand)?;
            out.push(", 1, 19)");
            return Ok(());
        }
        DateField::Quarter => {
            out.push("(substr(");
            out.expr(operand)?;
            out.push(", 1, 5) || substr('010101040404070707101010', 2 * substr(");
            out.expr(operand)?;
            out.push(", 6, 2) - 1, 2)");
            return end(out, 7, "-01 00:00:00", operand);
        }
        DateField::Week => {
            out.push("(date(substr(");
            out.expr(operand)?;
            out.push(", 1, 10), 'weekday 0', '-6 days')");
            return end(out, 10, " 00:00:00", operand);
        }
        DateField::DayOfWeek | DateField::DayOfYear | DateField::Epoch => {
            return Err(not_truncated(field));
        }
    };
    out.push("(substr(");
    out.expr(operand)?;
    out.push(", 1, ");
    out.number(kept);
    out.push(")");
    end(out, kept, rest, operand)
}

fn end(out: &mut Compiler<'_>, kept: u64, rest: &str, operand: &Expr) -> Result<()> {
    out.push(" || substr('");
    out.push(rest);
    out.push("', 1, length(");
    out.expr(operand)?;
    out.push(") - ");
    out.number(kept);
    out.push("))");
    Ok(())
}
