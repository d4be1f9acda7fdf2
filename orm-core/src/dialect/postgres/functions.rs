//! The library's functions that PostgreSQL writes without parentheses, and those whose result is of another type.

use crate::dialect::{Compiler, Dialect as _};
use crate::error::Result;
use crate::sql::{CHECKED_DIVISOR, Function};
use crate::types::SqlType;

pub(super) fn function(out: &mut Compiler<'_>, function: &Function) -> Result<()> {
    if function.is_check() {
        // The database checks by itself; a divisor stands beside an operator.
        return match &function.arguments[..] {
            [value] if function.name == CHECKED_DIVISOR => out.divisor(value),
            arguments => out.list(arguments, ", ", Compiler::expr),
        };
    }
    if function.known {
        match &*function.name {
            "current_date" => {
                out.push("CURRENT_DATE");
                return Ok(());
            }
            // CURRENT_TIME has a time zone, which no column of times has.
            "current_time" => {
                out.push("LOCALTIME");
                return Ok(());
            }
            _ => {}
        }
    }
    let sql_type = match function.read_as {
        // The functions of NUMERIC give NUMERIC.
        None | Some(SqlType::Decimal) => return out.call(function),
        Some(sql_type) => sql_type,
    };
    out.push("CAST(");
    out.call(function)?;
    out.push(" AS ");
    out.push(&super::Postgres.type_name(sql_type));
    out.push(")");
    Ok(())
}
