//! What an expression means: its value in plain Rust, with the third truth value.

use std::cmp::Ordering;

use orm_core::sql::{BinaryOperator, Expr, Literal, Select, UnaryOperator};
use orm_core::types::{SqlType, Value};

use super::like::like;
use super::table;

/// A value; truth is one of its own, as on PostgreSQL.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum V {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
}

impl V {
    /// The value as SQL.
    pub(super) fn to_sql(&self) -> String {
        match self {
            Self::Null => "NULL".to_owned(),
            Self::Bool(value) => value.to_string().to_uppercase(),
            Self::Int(value) => value.to_string(),
            Self::Float(value) => format!("CAST({value:?} AS DOUBLE PRECISION)"),
            Self::Text(value) => format!("'{}'", value.replace('\'', "''")),
        }
    }

    /// Whether a database's reply is this value: SQLite's truth is a number.
    pub(super) fn is(&self, found: &Value) -> bool {
        match (self, found) {
            (Self::Null, Value::Null) => true,
            (Self::Bool(a), Value::Bool(b)) => a == b,
            (Self::Bool(a), Value::I64(b)) => i64::from(*a) == *b,
            (Self::Int(a), Value::I16(b)) => *a == i64::from(*b),
            (Self::Int(a), Value::I32(b)) => *a == i64::from(*b),
            (Self::Int(a), Value::I64(b)) => a == b,
            (Self::Float(a), Value::F64(b)) => a == b,
            (Self::Text(a), Value::Text(b)) => a == b,
            _ => false,
        }
    }

    fn truth(&self) -> Option<bool> {
        match self {
            Self::Null => None,
            Self::Bool(value) => Some(*value),
            other => panic!("{other:?} is no truth value"),
        }
    }

    fn int(&self) -> Option<i64> {
        match self {
            Self::Null => None,
            Self::Int(value) => Some(*value),
            other => panic!("{other:?} is no integer"),
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Self::Null => None,
            Self::Text(value) => Some(value),
            other => panic!("{other:?} is no text"),
        }
    }
}

impl From<Option<bool>> for V {
    fn from(value: Option<bool>) -> Self {
        value.map_or(Self::Null, Self::Bool)
    }
}

impl From<&Value> for V {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::I16(value) => Self::Int((*value).into()),
            Value::I32(value) => Self::Int((*value).into()),
            Value::I64(value) => Self::Int(*value),
            Value::F64(value) => Self::Float(*value),
            Value::Text(value) => Self::Text(value.clone()),
            other => panic!("{other:?} is not generated"),
        }
    }
}

/// The opposite; unknown stays unknown.
pub(super) fn not(value: Option<bool>) -> Option<bool> {
    value.map(|value| !value)
}

fn all(terms: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    let terms: Vec<_> = terms.into_iter().collect();
    if terms.contains(&Some(false)) {
        return Some(false);
    }
    (!terms.contains(&None)).then_some(true)
}

fn any(terms: impl IntoIterator<Item = Option<bool>>) -> Option<bool> {
    not(all(terms.into_iter().map(not)))
}

fn compare(left: &V, right: &V) -> Option<Ordering> {
    match (left, right) {
        (V::Null, _) | (_, V::Null) => None,
        (V::Bool(a), V::Bool(b)) => Some(a.cmp(b)),
        (V::Int(a), V::Int(b)) => Some(a.cmp(b)),
        (V::Float(a), V::Float(b)) => Some(a.partial_cmp(b).expect("no NaN")),
        (V::Text(a), V::Text(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
        _ => panic!("{left:?} and {right:?} are of two types"),
    }
}

/// The truth of a condition in a row.
pub(super) fn truth(expr: &Expr, row: &[V]) -> Option<bool> {
    value(expr, row).truth()
}

/// The value of an expression in a row of the table.
pub(super) fn value(expr: &Expr, row: &[V]) -> V {
    let turned =
        |value: Option<bool>, negated: bool| V::from(if negated { not(value) } else { value });
    match expr {
        Expr::Column(column) => table::value(row, &column.name).clone(),
        Expr::Bind(bind) => bind.into(),
        Expr::Parameter(parameter) => parameter.value.as_ref().expect("a value").into(),
        Expr::Literal(literal) => match literal {
            Literal::Null => V::Null,
            Literal::Bool(value) => V::Bool(*value),
            Literal::Integer(value) => V::Int(*value),
            Literal::Text(value) => V::Text(value.to_string()),
            other => panic!("{other:?} is not generated"),
        },
        Expr::Unary(UnaryOperator::Not, operand) => not(truth(operand, row)).into(),
        Expr::Unary(UnaryOperator::Neg, operand) => match value(operand, row) {
            V::Int(value) => V::Int(-value),
            V::Float(value) => V::Float(-value),
            V::Null => V::Null,
            other => panic!("{other:?} is no number"),
        },
        Expr::Binary(operator, operands) => {
            let (left, right) = &**operands;
            binary(*operator, &value(left, row), &value(right, row))
        }
        Expr::And(terms) => all(terms.iter().map(|term| truth(term, row))).into(),
        Expr::Or(terms) => any(terms.iter().map(|term| truth(term, row))).into(),
        Expr::IsNull { operand, negated } => turned(Some(value(operand, row) == V::Null), *negated),
        Expr::IsTruth {
            operand,
            value,
            negated,
        } => turned(Some(truth(operand, row) == Some(*value)), *negated),
        Expr::InList {
            operand,
            list,
            negated,
        } => {
            let list = list.iter().map(|item| value(item, row));
            turned(within(&value(operand, row), list), *negated)
        }
        Expr::InArrays { operands, arrays } => match (&operands[..], &arrays[..]) {
            ([operand], [Value::Array(array)]) => {
                within(&value(operand, row), array.1.iter().map(V::from)).into()
            }
            other => panic!("{other:?} is not generated"),
        },
        Expr::InSelect {
            operand,
            select,
            negated,
        } => turned(within(&value(operand, row), query(select, row)), *negated),
        Expr::Scalar(select) => query(select, row).unwrap_or(V::Null),
        Expr::Exists(select) => V::Bool(query(select, row).is_some()),
        Expr::Between {
            operand,
            low,
            high,
            negated,
        } => {
            let operand = value(operand, row);
            let above = compare(&operand, &value(low, row)).map(Ordering::is_ge);
            let below = compare(&operand, &value(high, row)).map(Ordering::is_le);
            turned(all([above, below]), *negated)
        }
        Expr::Like {
            operand,
            pattern,
            escape,
            ignore_case,
            negated,
        } => {
            let (operand, pattern) = (value(operand, row), value(pattern, row));
            let matched = operand
                .text()
                .zip(pattern.text())
                .map(|(text, pattern)| like(text, pattern, *escape, *ignore_case));
            turned(matched, *negated)
        }
        Expr::Function(function) => {
            let arguments = function
                .arguments
                .iter()
                .map(|one| value(one, row))
                .collect();
            call(&function.name, arguments)
        }
        Expr::Case { arms, otherwise } => arms
            .iter()
            .find(|arm| truth(&arm.when, row) == Some(true))
            .map(|arm| &arm.then)
            .or(otherwise.as_deref())
            .map_or(V::Null, |then| value(then, row)),
        Expr::Cast(operand, sql_type) => match (value(operand, row), sql_type) {
            (V::Null, _) => V::Null,
            (V::Int(value), SqlType::Text) => V::Text(value.to_string()),
            #[allow(clippy::cast_precision_loss, reason = "the numbers are small")]
            (V::Int(value), SqlType::Double) => V::Float(value as f64),
            (value, _) => value,
        },
        Expr::Collate(operand, _) => value(operand, row),
        other => panic!("{other:?} is not generated"),
    }
}

/// The value of a query that reads from no table, where its condition holds.
fn query(select: &Select, row: &[V]) -> Option<V> {
    let holds = select
        .filter
        .as_ref()
        .is_none_or(|filter| truth(filter, row) == Some(true));
    holds.then(|| value(&select.items[0].expr, row))
}

fn within(operand: &V, list: impl IntoIterator<Item = V>) -> Option<bool> {
    any(list
        .into_iter()
        .map(|item| compare(operand, &item).map(Ordering::is_eq)))
}

fn binary(operator: BinaryOperator, left: &V, right: &V) -> V {
    use BinaryOperator as B;
    let compared = |test: fn(Ordering) -> bool| compare(left, right).map(test).into();
    match operator {
        B::Eq => compared(Ordering::is_eq),
        B::Ne => compared(Ordering::is_ne),
        B::Lt => compared(Ordering::is_lt),
        B::Le => compared(Ordering::is_le),
        B::Gt => compared(Ordering::is_gt),
        B::Ge => compared(Ordering::is_ge),
        B::IsDistinctFrom => V::Bool(left != right),
        B::IsNotDistinctFrom => V::Bool(left == right),
        B::Concat => match left.text().zip(right.text()) {
            Some((left, right)) => V::Text(format!("{left}{right}")),
            None => V::Null,
        },
        _ => match (left, right) {
            (V::Float(left), V::Float(right)) => V::Float(match operator {
                B::Add => left + right,
                B::Sub => left - right,
                B::Mul => left * right,
                B::Div => left / right,
                other => panic!("{other:?} is not generated"),
            }),
            _ if *left == V::Null || *right == V::Null => V::Null,
            _ => V::Int(integers(operator, left.int(), right.int())),
        },
    }
}

fn integers(operator: BinaryOperator, left: Option<i64>, right: Option<i64>) -> i64 {
    use BinaryOperator as B;
    let (left, right) = left.zip(right).expect("two integers");
    match operator {
        B::Add => left + right,
        B::Sub => left - right,
        B::Mul => left * right,
        B::Div => left / right,
        B::Rem => left % right,
        B::BitAnd => left & right,
        B::BitOr => left | right,
        B::ShiftLeft => left << right,
        B::ShiftRight => left >> right,
        other => panic!("{other:?} is not generated"),
    }
}

fn call(name: &str, mut arguments: Vec<V>) -> V {
    if name == "coalesce" {
        return arguments
            .into_iter()
            .find(|one| *one != V::Null)
            .unwrap_or(V::Null);
    }
    if name == "nullif" {
        let same = compare(&arguments[0], &arguments[1]) == Some(Ordering::Equal);
        return if same {
            V::Null
        } else {
            arguments.swap_remove(0)
        };
    }
    match (name, &arguments[0]) {
        (_, V::Null) => V::Null,
        ("abs", V::Int(value)) => V::Int(value.abs()),
        ("abs", V::Float(value)) => V::Float(value.abs()),
        ("lower", V::Text(value)) => V::Text(value.to_ascii_lowercase()),
        ("upper", V::Text(value)) => V::Text(value.to_ascii_uppercase()),
        ("length", V::Text(value)) => {
            V::Int(i64::try_from(value.chars().count()).expect("a short text"))
        }
        other => panic!("{other:?} is not generated"),
    }
}
