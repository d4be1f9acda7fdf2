//! SQLite.

mod words;

use std::borrow::Cow;

use super::{
    BatchStyle, BatchText, Capabilities, Compiler, DeleteShape, Dialect, InsertShape, Placeholders,
    Returning, UpdateShape, batch,
};
use crate::error::Result;
use crate::sql::{BinaryOperator, Expr, Function};
use crate::types::{SqlType, Value};

/// The dialect of SQLite, from 3.39 on.
#[derive(Debug, Clone, Copy)]
pub struct Sqlite;

static CAPABILITIES: Capabilities = Capabilities {
    batch: BatchStyle::PerRow,
    placeholders: Placeholders::Question,
    names_foreign_keys: false,
    selects_only_read: true,
    all_floats: false,
    defer_foreign_keys: Some("PRAGMA defer_foreign_keys = ON"),
    max_identifier_length: None,
    max_parameters: 32_766,
    row_locks: false,
    alter_constraints: false,
    offset_needs_limit: true,
    ilike: false,
    arrays: false,
    numeric_aggregates: false,
    schemas: true,
    reserved_words: words::RESERVED,
};

impl Dialect for Sqlite {
    fn name(&self) -> &'static str {
        "sqlite"
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn as_dyn(&self) -> &dyn Dialect {
        self
    }

    /// A generated key needs no RETURNING clause: it is the row id, which the connection remembers.
    fn insert_batch(&self, shape: &InsertShape<'_>, _count: usize) -> Result<BatchText> {
        let row_id =
            matches!((shape.returning, shape.generated_key), ([only], Some(key)) if *only == key);
        let returning = if row_id {
            Returning::RowId
        } else {
            batch::returned(shape)
        };
        batch::insert_one(self, shape, returning)
    }

    fn update_batch(&self, shape: &UpdateShape<'_>, _count: usize) -> Result<BatchText> {
        batch::update_one(self, shape)
    }

    fn delete_batch(&self, shape: &DeleteShape<'_>, _count: usize) -> Result<BatchText> {
        batch::delete_one(self, shape)
    }

    /// The names keep the portable type, so that a table read back is the table declared; SQLite itself only looks at
    /// their affinity: `INT` within makes an integer, `CHAR` or `TEXT` text, `REAL` or `DOUB` a float.
    fn type_name(&self, sql_type: SqlType) -> Cow<'static, str> {
        match sql_type {
            SqlType::Bool => "BOOLEAN".into(),
            SqlType::SmallInt => "SMALLINT".into(),
            SqlType::Integer => "INTEGER".into(),
            SqlType::BigInt => "BIGINT".into(),
            SqlType::Real => "REAL".into(),
            SqlType::Double => "DOUBLE PRECISION".into(),
            SqlType::VarChar(length) => format!("VARCHAR({length})").into(),
            SqlType::Bytes => "BLOB".into(),
            SqlType::Date => "DATE_TEXT".into(),
            SqlType::Time => "TIME_TEXT".into(),
            SqlType::Timestamp => "TIMESTAMP_TEXT".into(),
            SqlType::TimestampTz => "TIMESTAMPTZ_TEXT".into(),
            SqlType::Decimal => "DECIMAL_TEXT".into(),
            SqlType::Uuid => "UUID_TEXT".into(),
            SqlType::Json => "JSON_TEXT".into(),
            SqlType::Text | SqlType::Enum(_) | SqlType::Array(_) => "TEXT".into(),
        }
    }

    /// Decimals are text; compared as text, 10 would come before 9.
    fn collation(&self, sql_type: SqlType) -> Option<&'static str> {
        matches!(sql_type, SqlType::Decimal).then_some("decimal")
    }

    /// `CURRENT_TIMESTAMP` has no fraction, so that it would sort apart from the other values of its second.
    fn default_value(&self, sql: &str, sql_type: SqlType) -> Option<&'static str> {
        let is = |name: &str| sql.trim().eq_ignore_ascii_case(name);
        match sql_type {
            SqlType::Timestamp if is("CURRENT_TIMESTAMP") => {
                Some("(strftime('%Y-%m-%d %H:%M:%f000', 'now'))")
            }
            SqlType::TimestampTz if is("CURRENT_TIMESTAMP") => {
                Some("(strftime('%Y-%m-%d %H:%M:%f000Z', 'now'))")
            }
            SqlType::Time if is("CURRENT_TIME") => Some("(strftime('%H:%M:%f000', 'now'))"),
            _ => None,
        }
    }

    /// By the functions that the engine brings along: the operators would take decimals for floats.
    fn decimal(
        &self,
        out: &mut Compiler<'_>,
        operator: BinaryOperator,
        left: &Expr,
        right: &Expr,
    ) -> Result<()> {
        out.push(match operator {
            BinaryOperator::Add => "decimal_add(",
            BinaryOperator::Sub => "decimal_sub(",
            BinaryOperator::Mul => "decimal_mul(",
            BinaryOperator::Div => "decimal_div(",
            BinaryOperator::Rem => "decimal_rem(",
            _ => return Err(super::compiler::unsupported("this operator of decimals")),
        });
        out.list([left, right], ", ", Compiler::expr)?;
        out.push(")");
        Ok(())
    }

    /// The functions of numbers have a namesake for decimals.
    fn function(&self, out: &mut Compiler<'_>, function: &Function) -> Result<()> {
        let of_numbers = matches!(&*function.name, "sum" | "avg" | "abs" | "round");
        if function.read_as != Some(SqlType::Decimal) || !of_numbers {
            return out.call(function);
        }
        out.call(&Function {
            name: format!("decimal_{}", function.name).into(),
            ..function.clone()
        })
    }

    /// Only a key of exactly this type is the row id, which SQLite generates; it holds 64 bits whatever the field's width.
    fn generated_key(&self, _sql_type: SqlType) -> &'static str {
        "INTEGER"
    }

    /// The arrays travel as JSON lists. Several are put side by side by position; `LIMIT -1` makes SQLite keep each list
    /// as a table with an index by position, without which the join would read the lists once for each key.
    fn in_arrays(&self, out: &mut Compiler<'_>, operands: &[Expr], arrays: &[Value]) -> Result<()> {
        if let ([operand], [array]) = (operands, arrays) {
            out.operand(operand)?;
            out.push(" IN (SELECT value FROM json_each(");
            out.bind(array)?;
            out.push("))");
            return Ok(());
        }
        out.push("(");
        out.list(operands, ", ", Compiler::expr)?;
        out.push(") IN (SELECT ");
        out.list(0..arrays.len(), ", ", |out, index| {
            out.push(&format!("a{index}.value"));
            Ok(())
        })?;
        out.push(" FROM ");
        out.list(
            arrays.iter().enumerate(),
            " JOIN ",
            |out, (index, array)| {
                out.push("(SELECT key, value FROM json_each(");
                out.bind(array)?;
                out.push(&format!(") LIMIT -1) AS a{index}"));
                if index > 0 {
                    out.push(&format!(" ON a{index}.key = a0.key"));
                }
                Ok(())
            },
        )?;
        out.push(")");
        Ok(())
    }
}
