//! The table that the expressions are evaluated on.

use orm_core::engine::Engine;
use orm_core::sql::{Expr, text_unchecked};
use orm_core::types::SqlType;

use super::evaluate::V;

/// The table.
pub(super) const TABLE: &str = "data";

/// A column: its name, type, and whether it can be NULL.
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) sql_type: SqlType,
    nullable: bool,
}

const fn column(name: &'static str, sql_type: SqlType, nullable: bool) -> Column {
    Column {
        name,
        sql_type,
        nullable,
    }
}

/// The columns; `nz` is never zero, and some names need quotes.
pub(super) const COLUMNS: [Column; 11] = [
    column("id", SqlType::Integer, false),
    column("a", SqlType::Integer, true),
    column("order", SqlType::Integer, false),
    column("Big", SqlType::BigInt, true),
    column("nz", SqlType::Integer, false),
    column("t", SqlType::Text, true),
    column("u", SqlType::Text, false),
    column("p", SqlType::Bool, true),
    column("q", SqlType::Bool, false),
    column("f", SqlType::Double, true),
    column("g", SqlType::Double, false),
];

/// The columns of this type.
pub(super) fn columns(wanted: impl Fn(SqlType) -> bool) -> Vec<Expr> {
    COLUMNS
        .iter()
        .filter(|column| wanted(column.sql_type))
        .map(|column| Expr::column(TABLE, column.name))
        .collect()
}

/// The value of a column in a row.
pub(super) fn value<'r>(row: &'r [V], name: &str) -> &'r V {
    let index = COLUMNS.iter().position(|column| column.name == name);
    &row[index.expect("a column of the table")]
}

/// The rows: each column goes through its values at a pace of its own, so that they meet in many ways.
pub(super) fn rows() -> Vec<Vec<V>> {
    let integers = [-9, -2, -1, 0, 1, 3, 7];
    let texts = ["", "a", "Ab", "a%", "_b", "%", "b'", "日a", "a\\", "ab "];
    let halves = [-4.5, -0.5, 0.0, 0.25, 1.0, 8.0];
    let optional = |present: bool, value: V| if present { value } else { V::Null };
    (0..14_usize)
        .map(|n| {
            let integer = |step: usize| integers[n * step % integers.len()];
            let text = |step: usize| V::Text(texts[(n * step + 1) % texts.len()].to_owned());
            let half = |step: usize| V::Float(halves[n * step % halves.len()]);
            let nz = [1, -1, 2, 3, -3, 9][n % 6];
            vec![
                V::Int(i64::try_from(n).expect("a small number") + 1),
                optional(n % 3 != 1, V::Int(integer(2))),
                V::Int(integer(1)),
                optional(n % 4 != 2, V::Int(integer(3))),
                V::Int(nz),
                optional(n % 5 != 3, text(3)),
                text(1),
                optional(n % 3 != 0, V::Bool(n % 2 == 0)),
                V::Bool(n % 4 < 2),
                optional(n % 6 != 5, half(1)),
                half(5),
            ]
        })
        .collect()
}

/// Makes the table.
pub(super) async fn create(engine: &Engine) -> orm_core::Result<()> {
    let column = |column: &Column| {
        format!(
            "\"{}\" {}{}",
            column.name,
            engine.dialect().type_name(column.sql_type),
            if column.nullable { "" } else { " NOT NULL" },
        )
    };
    let columns: Vec<String> = COLUMNS.iter().map(column).collect();
    let create = format!("CREATE TABLE {TABLE} ({})", columns.join(", "));
    engine.execute(text_unchecked(create)).await?;
    for row in rows() {
        let values: Vec<String> = row.iter().map(V::to_sql).collect();
        let insert = format!("INSERT INTO {TABLE} VALUES ({})", values.join(", "));
        engine.execute(text_unchecked(insert)).await?;
    }
    Ok(())
}
