//! Conditions and values worked out in memory, where that gives for certain what the database would give.
//!
//! Text is compared letter by letter, where its columns are; what depends on another collation, on a function, another table or how the database stores a type is not decided.

use std::cmp::Ordering;

use super::ModelDescriptor;
use crate::sql::{BinaryOperator, Expr, Literal, UnaryOperator};
use crate::types::Value;

/// The values of one row's columns, by position; `None` where they are not known.
pub(crate) type KnownRow<'a> = dyn Fn(usize) -> Option<Value> + 'a;

/// The value of an expression for one row of a model's table; `None` when only the database can tell. Truth values are
/// three: NULL is the third. `exact` says that text is equal only where it is the same.
pub(crate) fn evaluate(
    expr: &Expr,
    model: &ModelDescriptor,
    row: &KnownRow<'_>,
    exact: bool,
) -> Option<Value> {
    let value = |expr: &Expr| evaluate(expr, model, row, exact);
    let binary = |operator, left: &Value, right: &Value| binary(operator, left, right, exact);
    match expr {
        Expr::Bind(value) => Some(value.clone()),
        Expr::Parameter(parameter) => parameter.value.clone(),
        Expr::Literal(literal) => Some(match literal {
            Literal::Null => Value::Null,
            Literal::Bool(value) => Value::Bool(*value),
            Literal::Integer(value) => Value::I64(*value),
            Literal::Text(value) => Value::Text(value.clone().into_owned()),
        }),
        Expr::Column(column) => {
            let own = column
                .table
                .as_ref()
                .is_none_or(|table| *table == model.table);
            own.then(|| model.column_index(&column.name).and_then(row))?
        }
        Expr::And(terms) => all(terms, &value, false),
        Expr::Or(terms) => all(terms, &value, true),
        Expr::Unary(UnaryOperator::Not, operand) => truth(value(operand)?).map(negated),
        Expr::Unary(UnaryOperator::Neg, operand) => match value(operand)? {
            Value::Null => Some(Value::Null),
            other => arithmetic(BinaryOperator::Sub, &zero(&other)?, &other),
        },
        Expr::Binary(operator, operands) => {
            let (left, right) = &**operands;
            binary(*operator, &value(left)?, &value(right)?)
        }
        // What does not fit is not decided here.
        Expr::Function(function) if function.is_check() => value(expr.unchecked()),
        Expr::IsNull { operand, negated } => {
            Some(Value::Bool((value(operand)? == Value::Null) != *negated))
        }
        Expr::IsTruth {
            operand,
            value: wanted,
            negated,
        } => {
            let holds = truth(value(operand)?)? == Value::Bool(*wanted);
            Some(Value::Bool(holds != *negated))
        }
        Expr::InList {
            operand,
            list,
            negated: not,
        } => {
            let found = in_list(&value(operand)?, list, &value, exact)?;
            Some(if *not { negated(found) } else { found })
        }
        Expr::Between {
            operand,
            low,
            high,
            negated: not,
        } => {
            let operand = value(operand)?;
            let low = binary(BinaryOperator::Ge, &operand, &value(low)?)?;
            let high = binary(BinaryOperator::Le, &operand, &value(high)?)?;
            let inside = combine([Some(low), Some(high)].into_iter(), false)?;
            Some(if *not { negated(inside) } else { inside })
        }
        _ => None,
    }
}

/// AND (`decides` is false) and OR (`decides` is true): one term may decide whatever the others are.
fn all(terms: &[Expr], value: &dyn Fn(&Expr) -> Option<Value>, decides: bool) -> Option<Value> {
    let terms = terms.iter().map(|term| truth(value(term)?));
    combine(terms, decides)
}

fn combine(terms: impl Iterator<Item = Option<Value>>, decides: bool) -> Option<Value> {
    let (mut uncertain, mut null) = (false, false);
    for term in terms {
        match term {
            Some(Value::Bool(value)) if value == decides => return Some(Value::Bool(decides)),
            Some(Value::Bool(_)) => {}
            Some(_) => null = true,
            None => uncertain = true,
        }
    }
    match (uncertain, null) {
        (true, _) => None,
        (false, true) => Some(Value::Null),
        (false, false) => Some(Value::Bool(!decides)),
    }
}

fn truth(value: Value) -> Option<Value> {
    matches!(value, Value::Bool(_) | Value::Null).then_some(value)
}

fn negated(value: Value) -> Value {
    match value {
        Value::Bool(value) => Value::Bool(!value),
        other => other,
    }
}

fn in_list(
    operand: &Value,
    list: &[Expr],
    value: &dyn Fn(&Expr) -> Option<Value>,
    exact: bool,
) -> Option<Value> {
    let items = list.iter();
    let equal = items.map(|item| binary(BinaryOperator::Eq, operand, &value(item)?, exact));
    combine(equal, true)
}

fn binary(operator: BinaryOperator, left: &Value, right: &Value, exact: bool) -> Option<Value> {
    use BinaryOperator as Op;
    let null = *left == Value::Null || *right == Value::Null;
    let comparison = match operator {
        Op::Add | Op::Sub | Op::Mul if null => return Some(Value::Null),
        Op::Add | Op::Sub | Op::Mul => return arithmetic(operator, left, right),
        Op::Concat => {
            return match (left, right) {
                // A type that ignores blanks loses them on the way.
                (Value::Text(left), Value::Text(right)) if exact => {
                    Some(Value::Text(format!("{left}{right}")))
                }
                _ => None,
            };
        }
        Op::IsDistinctFrom | Op::IsNotDistinctFrom => {
            let equal = if null {
                left == right
            } else {
                equal(left, right, exact)?
            };
            return Some(Value::Bool(equal == (operator == Op::IsNotDistinctFrom)));
        }
        Op::Eq | Op::Ne | Op::Lt | Op::Le | Op::Gt | Op::Ge if null => return Some(Value::Null),
        Op::Eq => equal(left, right, exact)?,
        Op::Ne => !equal(left, right, exact)?,
        Op::Lt => order(left, right)?.is_lt(),
        Op::Le => order(left, right)?.is_le(),
        Op::Gt => order(left, right)?.is_gt(),
        Op::Ge => order(left, right)?.is_ge(),
        _ => return None,
    };
    Some(Value::Bool(comparison))
}

/// Whether two values are equal; text and bytes as they are, letter by letter. What is the same is equal by every rule.
fn equal(left: &Value, right: &Value, exact: bool) -> Option<bool> {
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => (exact || left == right).then(|| left == right),
        (Value::Bytes(left), Value::Bytes(right)) => Some(left == right),
        (Value::Uuid(left), Value::Uuid(right)) => Some(left == right),
        _ => order(left, right).map(Ordering::is_eq),
    }
}

/// Numbers and truth values have one order everywhere.
fn order(left: &Value, right: &Value) -> Option<Ordering> {
    if let (Some(left), Some(right)) = (integer(left), integer(right)) {
        return Some(left.cmp(&right));
    }
    if let (Value::Bool(left), Value::Bool(right)) = (left, right) {
        return Some(left.cmp(right));
    }
    // Of NaN the databases think differently.
    float(left)?.partial_cmp(&float(right)?)
}

fn arithmetic(operator: BinaryOperator, left: &Value, right: &Value) -> Option<Value> {
    if let (Value::F64(left), Value::F64(right)) = (left, right) {
        let result = match operator {
            BinaryOperator::Add => left + right,
            BinaryOperator::Sub => left - right,
            _ => left * right,
        };
        return result.is_finite().then_some(Value::F64(result));
    }
    let (first, second) = (integer(left)?, integer(right)?);
    let result = match operator {
        BinaryOperator::Add => first.checked_add(second)?,
        BinaryOperator::Sub => first.checked_sub(second)?,
        _ => first.checked_mul(second)?,
    };
    // What does not fit the wider of the two types is an error on one database and not on the other.
    match (left, right) {
        (Value::I64(_), _) | (_, Value::I64(_)) => Some(Value::I64(result)),
        (Value::I32(_), _) | (_, Value::I32(_)) => i32::try_from(result).ok().map(Value::I32),
        _ => i16::try_from(result).ok().map(Value::I16),
    }
}

fn integer(value: &Value) -> Option<i64> {
    match *value {
        Value::I16(value) => Some(value.into()),
        Value::I32(value) => Some(value.into()),
        Value::I64(value) => Some(value),
        _ => None,
    }
}

fn float(value: &Value) -> Option<f64> {
    match *value {
        Value::F32(value) => Some(value.into()),
        Value::F64(value) => Some(value),
        _ => None,
    }
}

fn zero(like: &Value) -> Option<Value> {
    match like {
        Value::I16(_) => Some(Value::I16(0)),
        Value::I32(_) => Some(Value::I32(0)),
        Value::I64(_) => Some(Value::I64(0)),
        _ => None,
    }
}
