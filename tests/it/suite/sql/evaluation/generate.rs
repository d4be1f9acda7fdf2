//! Random expressions that are well typed, and whose values stay small: no overflow, no division by zero.

use orm_core::sql::{
    BinaryOperator, CaseArm, Expr, Literal, Name, Parameter, Select, UnaryOperator,
};
use orm_core::types::{SqlType, Value};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::leaf::{self, Leaves};

type Exprs = BoxedStrategy<Expr>;

/// The expressions of each type, to some depth.
#[derive(Clone)]
struct Kinds {
    truths: Exprs,
    integers: Exprs,
    texts: Exprs,
    floats: Exprs,
}

/// Expressions of any type, of at most this depth.
pub(super) fn expressions(depth: usize) -> Exprs {
    let kinds = to_depth(depth);
    prop_oneof![4 => kinds.truths, 2 => kinds.integers, 2 => kinds.texts, 1 => kinds.floats].boxed()
}

/// Conditions of at most this depth.
pub(super) fn conditions(depth: usize) -> Exprs {
    to_depth(depth).truths
}

fn to_depth(depth: usize) -> Kinds {
    let leaves = Leaves::new();
    let base = Kinds {
        truths: leaves.truths.clone(),
        integers: leaves.integers.clone(),
        texts: leaves.texts.clone(),
        floats: leaves.floats.clone(),
    };
    (0..depth).fold(base.clone(), |below, level| {
        // The outermost level is always an operator; further inside, more and more are leaves.
        let weight = if level + 1 == depth { 9 } else { 3 };
        let mix =
            |leaf: &Exprs, inner: Exprs| prop_oneof![1 => leaf.clone(), weight => inner].boxed();
        Kinds {
            truths: mix(&base.truths, truths(&below)),
            integers: mix(&base.integers, integers(&below, &leaves)),
            texts: mix(&base.texts, texts(&below)),
            floats: mix(&base.floats, floats(&below)),
        }
    })
}

fn binary(operators: &'static [BinaryOperator], left: &Exprs, right: &Exprs) -> Exprs {
    (select(operators), left.clone(), right.clone())
        .prop_map(|(operator, left, right)| Expr::binary(operator, left, right))
        .boxed()
}

fn unary(operator: UnaryOperator, operand: &Exprs) -> Exprs {
    operand
        .clone()
        .prop_map(move |operand| Expr::Unary(operator, Box::new(operand)))
        .boxed()
}

fn call(name: &'static str, arguments: impl Strategy<Value = Vec<Expr>> + 'static) -> Exprs {
    arguments
        .prop_map(move |arguments| Expr::function(name, arguments))
        .boxed()
}

fn query(item: Expr, filter: Option<Expr>) -> Box<Select> {
    Box::new(Select {
        items: vec![item.into()],
        filter,
        ..Select::default()
    })
}

/// What every type has: CASE, COALESCE, NULLIF and a query.
fn common(own: &Exprs, below: &Kinds) -> Exprs {
    let arms = vec((below.truths.clone(), own.clone()), 1..3);
    let case = (arms, option::of(own.clone())).prop_map(|(arms, otherwise)| Expr::Case {
        arms: arms
            .into_iter()
            .map(|(when, then)| CaseArm { when, then })
            .collect(),
        otherwise: otherwise.map(Box::new),
    });
    let scalar = (own.clone(), option::of(below.truths.clone()))
        .prop_map(|(item, filter)| Expr::Scalar(query(item, filter)));
    prop_oneof![
        2 => case,
        2 => call("coalesce", vec(own.clone(), 2..4)),
        1 => call("nullif", vec(own.clone(), 2)),
        1 => scalar,
    ]
    .boxed()
}

const COMPARISONS: &[BinaryOperator] = &[
    BinaryOperator::Eq,
    BinaryOperator::Ne,
    BinaryOperator::Lt,
    BinaryOperator::Le,
    BinaryOperator::Gt,
    BinaryOperator::Ge,
    BinaryOperator::IsDistinctFrom,
    BinaryOperator::IsNotDistinctFrom,
];

fn truths(below: &Kinds) -> Exprs {
    let own = &below.truths;
    let terms = || vec(own.clone(), 0..4);
    let is_truth =
        (own.clone(), any::<[bool; 2]>()).prop_map(|(operand, [value, negated])| Expr::IsTruth {
            operand: Box::new(operand),
            value,
            negated,
        });
    let any_kind = prop_oneof![
        own.clone(),
        below.integers.clone(),
        below.texts.clone(),
        below.floats.clone()
    ];
    let is_null = (any_kind, any::<bool>()).prop_map(|(operand, negated)| Expr::IsNull {
        operand: Box::new(operand),
        negated,
    });
    let exists = (below.integers.clone(), own.clone())
        .prop_map(|(item, filter)| Expr::Exists(query(item, Some(filter))));
    prop_oneof![
        2 => binary(COMPARISONS, own, own),
        3 => binary(COMPARISONS, &below.integers, &below.integers),
        2 => binary(COMPARISONS, &below.texts, &below.texts),
        1 => binary(COMPARISONS, &below.floats, &below.floats),
        2 => leaf::compared_with_null(),
        3 => terms().prop_map(Expr::And),
        3 => terms().prop_map(Expr::Or),
        3 => unary(UnaryOperator::Not, own),
        2 => is_truth,
        2 => is_null,
        2 => within(&below.integers),
        2 => within(&below.texts),
        1 => leaf::in_arrays(below.integers.clone(), below.texts.clone()),
        1 => between(&below.integers),
        1 => between(&below.texts),
        1 => between(&below.floats),
        3 => like(&below.texts),
        1 => exists,
        2 => common(own, below),
    ]
    .boxed()
}

fn within(own: &Exprs) -> Exprs {
    let list = vec(
        prop_oneof![3 => own.clone(), 1 => Just(Expr::Bind(Value::Null))],
        0..4,
    );
    let in_list =
        (own.clone(), list, any::<bool>()).prop_map(|(operand, list, negated)| Expr::InList {
            operand: Box::new(operand),
            list,
            negated,
        });
    let in_select =
        (own.clone(), own.clone(), any::<bool>()).prop_map(|(operand, item, negated)| {
            Expr::InSelect {
                operand: Box::new(operand),
                select: query(item, None),
                negated,
            }
        });
    prop_oneof![2 => in_list, 1 => in_select].boxed()
}

fn between(own: &Exprs) -> Exprs {
    (own.clone(), own.clone(), own.clone(), any::<bool>())
        .prop_map(|(operand, low, high, negated)| Expr::Between {
            operand: Box::new(operand),
            low: Box::new(low),
            high: Box::new(high),
            negated,
        })
        .boxed()
}

/// A difference between the databases, kept out: SQLite's LIKE takes ASCII letters of either case as equal, so that
/// where case counts both sides are made lower case.
fn like(own: &Exprs) -> Exprs {
    let lower = |expr: Expr| Expr::function("lower", vec![expr]);
    (own.clone(), leaf::pattern(), any::<[bool; 2]>())
        .prop_map(
            move |(operand, (pattern, escape), [ignore_case, negated])| {
                let cased = |expr: Expr| if ignore_case { expr } else { lower(expr) };
                Expr::Like {
                    operand: Box::new(cased(operand)),
                    pattern: Box::new(cased(pattern)),
                    escape,
                    ignore_case,
                    negated,
                }
            },
        )
        .boxed()
}

fn integers(below: &Kinds, leaves: &Leaves) -> Exprs {
    use BinaryOperator as B;
    let own = &below.integers;
    let factor = &leaves.integers;
    prop_oneof![
        4 => binary(&[B::Add, B::Sub, B::BitAnd, B::BitOr], own, own),
        2 => binary(&[B::Mul], own, factor),
        1 => binary(&[B::Mul], factor, own),
        3 => binary(&[B::Div, B::Rem], own, &leaves.nonzero),
        2 => binary(&[B::ShiftLeft, B::ShiftRight], own, &leaves.shifts),
        2 => unary(UnaryOperator::Neg, own),
        1 => call("abs", vec(own.clone(), 1)),
        1 => call("length", vec(below.texts.clone(), 1)),
        1 => own.clone().prop_map(|operand| Expr::Cast(Box::new(operand), SqlType::BigInt)),
        2 => common(own, below),
    ]
    .boxed()
}

fn texts(below: &Kinds) -> Exprs {
    let own = &below.texts;
    prop_oneof![
        4 => binary(&[BinaryOperator::Concat], own, own),
        1 => call("lower", vec(own.clone(), 1)),
        1 => call("upper", vec(own.clone(), 1)),
        2 => below.integers.clone().prop_map(|operand| Expr::Cast(Box::new(operand), SqlType::Text)),
        2 => common(own, below),
    ]
    .boxed()
}

fn floats(below: &Kinds) -> Exprs {
    use BinaryOperator as B;
    let own = &below.floats;
    let factor = || select(vec![-2.0, -1.0, 0.5, 2.0, 4.0]).prop_map(leaf::float);
    prop_oneof![
        3 => binary(&[B::Add, B::Sub], own, own),
        2 => binary(&[B::Mul, B::Div], own, &factor().boxed()),
        1 => unary(UnaryOperator::Neg, own),
        1 => call("abs", vec(own.clone(), 1)),
        1 => below.integers.clone().prop_map(|operand| Expr::Cast(Box::new(operand), SqlType::Double)),
        2 => common(own, below),
    ]
    .boxed()
}

/// A parameter with a name.
pub(super) fn parameter(name: &'static str, sql_type: SqlType, value: Value) -> Expr {
    Expr::Parameter(Box::new(Parameter {
        name: Name::Borrowed(name),
        sql_type,
        value: Some(value),
    }))
}

/// A NULL that stands in the text.
pub(super) fn null() -> Expr {
    Expr::Literal(Literal::Null)
}
