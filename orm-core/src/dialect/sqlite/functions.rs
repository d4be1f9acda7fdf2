//! The library's functions that SQLite calls by another name, or has to put together.

use crate::dialect::Compiler;
use crate::error::Result;
use crate::sql::Function;
use crate::types::SqlType;

/// The milliseconds of SQLite's clock without zeros at the end, as the columns of dates and times hold them.
pub(super) const NOW: &str = "rtrim(rtrim(strftime('%Y-%m-%d %H:%M:%f', 'now'), '0'), '.')";
const TODAY: &str = "date('now')";
pub(super) const TIME: &str = "rtrim(rtrim(strftime('%H:%M:%f', 'now'), '0'), '.')";

/// All that a float can hold of SQLite's random integer, as a fraction.
const RANDOM: &str = "((random() & 9007199254740991) / 9007199254740992.0)";

pub(super) fn function(out: &mut Compiler<'_>, function: &Function) -> Result<()> {
    if !function.known {
        return out.call(function);
    }
    // The functions of numbers would take decimals for floats; the engine brings along namesakes for decimals.
    let of_numbers = matches!(&*function.name, "sum" | "avg" | "abs" | "round");
    if function.read_as == Some(SqlType::Decimal) && of_numbers {
        return out.call(&Function {
            name: format!("decimal_{}", function.name).into(),
            ..function.clone()
        });
    }
    let name = match &*function.name {
        "strpos" => "instr",
        "greatest" | "bool_or" => "max",
        "least" | "bool_and" => "min",
        "jsonb_agg" => "json_group_array",
        "jsonb_object_agg" => "json_group_object",
        "jsonb_array_length" => "json_array_length",
        "now" => return text(out, NOW),
        "current_date" => return text(out, TODAY),
        "current_time" => return text(out, TIME),
        "random" => return text(out, RANDOM),
        "floor" => return rounded(out, function, " - (", " > "),
        "ceil" => return rounded(out, function, " + (", " < "),
        "sqrt" | "exp" | "ln" | "power" => {
            let what = format!("mathematical function {} built in", function.name);
            return out.needs(
                out.capabilities.math_functions,
                &what,
                "compute it in the program; or call it by name (func::call_named) where SQLite was built with it",
            );
        }
        "array_agg" => {
            return out.needs(false, "arrays", "collect the values with func::json_agg");
        }
        "cardinality" => {
            return out.needs(
                false,
                "arrays",
                "store the list as JSON (Json<Vec<..>>), and use func::json_array_length",
            );
        }
        "string_agg" if function.distinct => {
            return out.needs(
                false,
                "string_agg of different values",
                "take the different values in a query of their own (.distinct()), and put those together",
            );
        }
        _ => return out.call(function),
    };
    out.call(&Function {
        name: name.into(),
        ..function.clone()
    })
}

fn text(out: &mut Compiler<'_>, sql: &str) -> Result<()> {
    out.push(sql);
    Ok(())
}

/// The nearest whole number, and one less or more where that went the wrong way: `(round(a) - (round(a) > a))`.
fn rounded(out: &mut Compiler<'_>, function: &Function, correct: &str, wrong: &str) -> Result<()> {
    out.push("(round(");
    out.list(&function.arguments, ", ", Compiler::expr)?;
    out.push(")");
    out.push(correct);
    out.push("round(");
    out.list(&function.arguments, ", ", Compiler::expr)?;
    out.push(")");
    out.push(wrong);
    out.list(&function.arguments, ", ", Compiler::operand)?;
    out.push("))");
    Ok(())
}
