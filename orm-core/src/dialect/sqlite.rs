//! SQLite.

mod dates;
mod express;
mod functions;
mod words;

use std::borrow::Cow;

use super::{
    BatchStyle, BatchText, Capabilities, Compiler, DeleteShape, Dialect, InsertShape, ListColumn,
    Placeholders, Returning, Truth, UpdateShape, batch,
};
use crate::error::Result;
use crate::sql::{Anchor, BinaryOperator, DateField, Expr, Function, JsonStep};
use crate::types::{Numeric, SqlType, Value};

/// The dialect of SQLite, from 3.46 on.
#[derive(Debug, Clone, Copy)]
pub struct Sqlite;

static CAPABILITIES: Capabilities = Capabilities {
    batch: BatchStyle::PerRow,
    placeholders: Placeholders::Question,
    names_foreign_keys: false,
    utc_suffix: "",
    selects_only_read: true,
    all_floats: false,
    defer_foreign_keys: Some("PRAGMA defer_foreign_keys = ON"),
    max_identifier_length: None,
    max_parameters: 32_766,
    nulls_largest: false,
    cursors_need_transaction: false,
    row_locks: false,
    alter_constraints: false,
    virtual_columns: true,
    offset_needs_limit: true,
    ilike: false,
    like_backslash: false,
    math_functions: false,
    truth: Truth::Numbers,
    distinct_from: [" IS NOT ", " IS "],
    infers_parameters: false,
    row_lists: false,
    quantifiers: false,
    search_languages: false,
    regex: false,
    arrays: false,
    containment: false,
    ordered_sets: false,
    lateral: false,
    source_columns: false,
    distinct_on: false,
    nested_operands: false,
    counted_sets: false,
    writing_ctes: false,
    constraint_targets: false,
    conflict_needs_where: true,
    default_conflicts: false,
    delete_using: false,
    returning_others: false,
    reserved_words: &words::RESERVED,
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
            batch::returned(shape.returning)
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

    /// A text is brought to the one that is written for its value, so that comparisons find it; a number that becomes text
    /// would lose its zeros at the end. The clock gives milliseconds, where `CURRENT_TIMESTAMP` has none.
    fn default_value(&self, sql: &str, sql_type: SqlType) -> Option<Cow<'static, str>> {
        let sql = bare(sql);
        let is = |name: &str| sql.eq_ignore_ascii_case(name);
        match sql_type {
            SqlType::Timestamp | SqlType::TimestampTz if is("CURRENT_TIMESTAMP") => {
                Some(format!("({})", functions::NOW).into())
            }
            SqlType::Time if is("CURRENT_TIME") => Some(format!("({})", functions::TIME).into()),
            SqlType::Decimal if Numeric::parse(sql).is_some() => Some(format!("'{sql}'").into()),
            _ => {
                let text = sql.strip_prefix('\'')?.strip_suffix('\'')?;
                let text = sql_type.respelled(text)?;
                Some(format!("'{}'", text.as_str()).into())
            }
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

    /// What SQLite takes from the name is its affinity, and a name that it does not know would make a number of a text.
    fn cast_name(&self, sql_type: SqlType) -> Cow<'static, str> {
        match sql_type {
            SqlType::Bool => "INTEGER".into(),
            SqlType::SmallInt
            | SqlType::Integer
            | SqlType::BigInt
            | SqlType::Real
            | SqlType::Double
            | SqlType::VarChar(_)
            | SqlType::Bytes => self.type_name(sql_type),
            _ => "TEXT".into(),
        }
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
        let name = |out: &mut Compiler<'_>, index: usize| {
            out.push("a");
            out.number(index as u64);
        };
        out.push("(");
        out.list(operands, ", ", Compiler::expr)?;
        out.push(") IN (SELECT ");
        out.list(0..arrays.len(), ", ", |out, index| {
            name(out, index);
            out.push(".value");
            Ok(())
        })?;
        out.push(" FROM ");
        out.list(
            arrays.iter().enumerate(),
            " JOIN ",
            |out, (index, array)| {
                out.push("(SELECT key, value FROM json_each(");
                out.bind(array)?;
                out.push(") LIMIT -1) AS ");
                name(out, index);
                if index > 0 {
                    out.push(" ON ");
                    name(out, index);
                    out.push(".key = a0.key");
                }
                Ok(())
            },
        )?;
        out.push(")");
        Ok(())
    }

    fn lists(&self, columns: &[ListColumn<'_>]) -> String {
        super::lists::sqlite(columns)
    }

    fn function(&self, out: &mut Compiler<'_>, function: &Function) -> Result<()> {
        functions::function(out, function)
    }

    fn part_of(
        &self,
        out: &mut Compiler<'_>,
        operand: &Expr,
        part: &Expr,
        place: Anchor,
        ignore_case: bool,
        negated: bool,
    ) -> Result<bool> {
        express::part_of(out, [operand, part], place, ignore_case, negated)?;
        Ok(true)
    }

    fn full_text(
        &self,
        out: &mut Compiler<'_>,
        document: &Expr,
        query: &Expr,
        _language: Option<&str>,
    ) -> Result<()> {
        express::full_text(out, document, query)
    }

    fn cast(&self, out: &mut Compiler<'_>, expr: &Expr, sql_type: SqlType) -> Result<()> {
        match sql_type {
            SqlType::Date | SqlType::Time | SqlType::Timestamp | SqlType::TimestampTz => {
                dates::cast(out, expr, sql_type)
            }
            _ => out.cast(expr, sql_type),
        }
    }

    fn extract(&self, out: &mut Compiler<'_>, field: DateField, operand: &Expr) -> Result<()> {
        dates::extract(out, field, operand)
    }

    fn truncate(&self, out: &mut Compiler<'_>, field: DateField, operand: &Expr) -> Result<()> {
        dates::truncate(out, field, operand)
    }

    fn json(
        &self,
        out: &mut Compiler<'_>,
        operand: &Expr,
        path: &[JsonStep],
        text: bool,
    ) -> Result<()> {
        express::json(out, operand, path, text)
    }

    fn literal(&self, out: &mut Compiler<'_>, value: &Value) -> Result<()> {
        express::literal(out, value)
    }
}

/// SQL without spaces and parentheses around it.
fn bare(mut sql: &str) -> &str {
    loop {
        sql = sql.trim();
        match sql.strip_prefix('(').and_then(|sql| sql.strip_suffix(')')) {
            // `(a) + (b)` does not stand in parentheses.
            Some(inner)
                if !inner.contains(['(', ')'])
                    || inner.starts_with('(') && inner.ends_with(')') =>
            {
                sql = inner
            }
            _ => return sql,
        }
    }
}
