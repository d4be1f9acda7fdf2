//! Numbers that have to be checked where the database does not: divisors, and what is put into integer columns.
//!
//! A mark is a function of this library. PostgreSQL leaves it out, since it checks by itself.

use super::{ColumnRef, Expr, FromItem, Function, Literal, Select};
use crate::types::{SqlType, Value};

/// A divisor, marked as one that must not be zero where it is not known: SQLite would give NULL.
pub(super) fn divisor(divisor: Expr) -> Expr {
    let known = match &divisor {
        Expr::Function(function) => {
            function.known
                && function.name == "nullif"
                && is_zero(function.arguments.get(1)) == Some(true)
        }
        other => is_zero(Some(other)) == Some(false),
    };
    if known {
        return divisor;
    }
    Expr::known(CHECKED_DIVISOR, vec![divisor])
}

/// Whether a value is zero, where that is known.
fn is_zero(value: Option<&Expr>) -> Option<bool> {
    match value? {
        Expr::Bind(Value::I16(value)) => Some(*value == 0),
        Expr::Bind(Value::I32(value)) => Some(*value == 0),
        Expr::Bind(Value::I64(value)) => Some(*value == 0),
        Expr::Bind(Value::F32(value)) => Some(*value == 0.0),
        Expr::Bind(Value::F64(value)) => Some(*value == 0.0),
        Expr::Literal(Literal::Integer(value)) => Some(*value == 0),
        _ => None,
    }
}

/// The function that refuses zero.
pub(crate) const CHECKED_DIVISOR: &str = "checked_divisor";

/// A value that is put into a column of this type of `table`, marked as one that has to fit where that is not known:
/// SQLite's columns hold 64 bits whatever their type, and floats beside.
pub(crate) fn checked(value: Expr, sql_type: SqlType, table: &str) -> Expr {
    let known = |column: &ColumnRef| {
        let label = column.table.as_deref();
        label.is_none_or(|label| label == table || label == "excluded")
    };
    match checked_name(sql_type) {
        Some(name) if computes(&value, &known) => Expr::known(name, vec![value]),
        _ => value,
    }
}

/// As [`checked`], of what a query gives for columns of these types.
pub(crate) fn check_items(select: &mut Select, types: impl Iterator<Item = SqlType> + Clone) {
    if let Some(set) = &mut select.set {
        let operands = set.operands.iter_mut();
        for operand in operands {
            check_items(operand, types.clone());
        }
        return;
    }
    let items = select
        .from
        .iter()
        .chain(select.joins.iter().map(|join| &join.from));
    let tables = items
        .into_iter()
        .all(|item| matches!(item, FromItem::Table(_)));
    let tables = tables && select.with.is_empty();
    for (item, sql_type) in select.items.iter_mut().zip(types) {
        if let Some(name) = checked_name(sql_type)
            && computes(&item.expr, &|_| tables)
        {
            let value = std::mem::replace(&mut item.expr, Expr::Literal(Literal::Null));
            item.expr = Expr::known(name, vec![value]);
        }
    }
}

/// The function that refuses what does not fit a type.
fn checked_name(sql_type: SqlType) -> Option<&'static str> {
    match sql_type {
        SqlType::SmallInt => Some("checked_smallint"),
        SqlType::Integer => Some("checked_integer"),
        SqlType::BigInt => Some("checked_bigint"),
        _ => None,
    }
}

/// Whether a value may be another than those of parameters and of columns that are known to have the type.
fn computes(value: &Expr, known: &dyn Fn(&ColumnRef) -> bool) -> bool {
    let computes = |value: &Expr| computes(value, known);
    match value {
        Expr::Bind(_) | Expr::Parameter(_) | Expr::Literal(_) => false,
        Expr::Column(column) => !known(column),
        Expr::Case { arms, otherwise } => {
            arms.iter().any(|arm| computes(&arm.then)) || otherwise.as_deref().is_some_and(computes)
        }
        Expr::Function(function) => {
            const CHOOSING: [&str; 6] = ["coalesce", "greatest", "least", "nullif", "min", "max"];
            !(function.known && CHOOSING.contains(&&*function.name))
                || function.arguments.iter().any(computes)
        }
        _ => true,
    }
}

impl Expr {
    /// The value inside a mark by which it is checked; the others as they are.
    pub(crate) fn unchecked(&self) -> &Self {
        match self {
            Self::Function(function) if function.is_check() => {
                function.arguments.first().unwrap_or(self)
            }
            other => other,
        }
    }
}

impl Function {
    /// Whether it gives its argument back, or refuses it.
    pub(crate) fn is_check(&self) -> bool {
        self.known && self.name.starts_with("checked_")
    }
}
