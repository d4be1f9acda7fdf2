//! What expressions are made of: columns, parameters, constants and patterns.

use orm_core::sql::{BinaryOperator, Expr, Literal};
use orm_core::types::{SqlType, Value};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::generate::{null, parameter};
use super::table::{TABLE, columns};

type Exprs = BoxedStrategy<Expr>;

/// The leaves of each type.
pub(super) struct Leaves {
    pub(super) truths: Exprs,
    pub(super) integers: Exprs,
    pub(super) texts: Exprs,
    pub(super) floats: Exprs,
    /// Divisors.
    pub(super) nonzero: Exprs,
    /// How far bits are moved; PostgreSQL takes 32 bits for it.
    pub(super) shifts: Exprs,
}

/// A NULL of a type, as it has to be said where nothing beside it tells the type.
fn typed_null(sql_type: SqlType) -> Exprs {
    let bind = Expr::Cast(Box::new(Expr::Bind(Value::Null)), sql_type);
    let literal = Expr::Cast(Box::new(null()), sql_type);
    // A name is one parameter, of one type.
    let nothing = match sql_type {
        SqlType::Bool => "no_truth",
        SqlType::Text => "no_text",
        SqlType::Double => "no_float",
        _ => "no_number",
    };
    let parameter = parameter(nothing, sql_type, Value::Null);
    prop_oneof![
        Just(bind),
        Just(literal),
        Just(Expr::Cast(Box::new(parameter), sql_type))
    ]
    .boxed()
}

pub(super) fn float(value: f64) -> Expr {
    Expr::Bind(Value::F64(value))
}

fn text() -> impl Strategy<Value = String> {
    let chars = [
        'a', 'b', 'A', 'B', '%', '_', '\'', '"', '\\', '日', '😀', ' ', '1', ':', '?', '$',
    ];
    vec(select(chars.to_vec()), 0..4).prop_map(|chars| chars.into_iter().collect())
}

/// An integer in each way to write one.
fn integer(values: impl Strategy<Value = i32> + Clone + 'static) -> Exprs {
    prop_oneof![
        2 => values.clone().prop_map(|value| Expr::Bind(Value::I32(value))),
        1 => values.clone().prop_map(|value| Expr::Bind(Value::I64(value.into()))),
        2 => values.prop_map(|value| Expr::Literal(Literal::Integer(value.into()))),
    ]
    .boxed()
}

impl Leaves {
    pub(super) fn new() -> Self {
        let small = -9..=9_i32;
        let nonzero = small.clone().prop_filter("not zero", |value| *value != 0);
        let divisor = prop_oneof![Just(Expr::column(TABLE, "nz")), integer(nonzero)];
        let negated = divisor
            .clone()
            .prop_map(|operand| Expr::Unary(orm_core::sql::UnaryOperator::Neg, Box::new(operand)));
        let product = (divisor.clone(), divisor.clone())
            .prop_map(|(left, right)| Expr::binary(BinaryOperator::Mul, left, right));
        let integers = columns(SqlType::is_integer).split_off(1); // without the id, which is larger
        let of = |wanted: SqlType| select(columns(move |sql_type| sql_type == wanted));
        Self {
            truths: prop_oneof![
                4 => of(SqlType::Bool),
                1 => any::<bool>().prop_map(|value| Expr::Bind(Value::Bool(value))),
                1 => any::<bool>().prop_map(|value| Expr::Literal(Literal::Bool(value))),
                1 => typed_null(SqlType::Bool),
            ]
            .boxed(),
            integers: prop_oneof![
                4 => select(integers),
                3 => integer(small),
                1 => Just(parameter("seven", SqlType::Integer, Value::I32(7))),
                1 => typed_null(SqlType::Integer),
            ]
            .boxed(),
            texts: prop_oneof![
                4 => of(SqlType::Text),
                2 => text().prop_map(|value| Expr::Bind(Value::Text(value))),
                2 => text().prop_map(|value| Expr::Literal(Literal::Text(value.into()))),
                1 => Just(parameter("word", SqlType::Text, Value::Text(":word".into()))),
                1 => typed_null(SqlType::Text),
            ]
            .boxed(),
            floats: prop_oneof![
                4 => of(SqlType::Double),
                2 => (-16..=16_i8).prop_map(|quarters| float(f64::from(quarters) / 4.0)),
                1 => typed_null(SqlType::Double),
            ]
            .boxed(),
            nonzero: prop_oneof![2 => divisor, 1 => negated, 1 => product].boxed(),
            shifts: (0..=3_i32)
                .prop_flat_map(|by| {
                    select(vec![
                        Expr::Bind(Value::I32(by)),
                        Expr::Literal(Literal::Integer(by.into())),
                    ])
                })
                .boxed(),
        }
    }
}

/// A column beside a NULL that has no type of its own.
pub(super) fn compared_with_null() -> Exprs {
    let operators = vec![
        BinaryOperator::Eq,
        BinaryOperator::Ne,
        BinaryOperator::Lt,
        BinaryOperator::IsDistinctFrom,
        BinaryOperator::IsNotDistinctFrom,
    ];
    let nothing = select(vec![Expr::Bind(Value::Null), null()]);
    (select(operators), select(columns(|_| true)), nothing)
        .prop_map(|(operator, column, nothing)| Expr::binary(operator, column, nothing))
        .boxed()
}

/// A test against a bound array.
pub(super) fn in_arrays(integers: Exprs, texts: Exprs) -> Exprs {
    let array = |sql_type: SqlType, items: Vec<Option<Value>>| {
        let items = items.into_iter().map(Option::unwrap_or_default).collect();
        Value::Array(Box::new((sql_type, items)))
    };
    let numbers = vec(option::of((-9..=9_i32).prop_map(Value::I32)), 0..4);
    let words = vec(option::of(text().prop_map(Value::Text)), 0..4);
    let tested = |operand: Expr, array: Value| Expr::InArrays {
        operands: vec![operand],
        arrays: vec![array],
    };
    prop_oneof![
        (integers, numbers)
            .prop_map(move |(operand, items)| tested(operand, array(SqlType::Integer, items))),
        (texts, words)
            .prop_map(move |(operand, items)| tested(operand, array(SqlType::Text, items))),
    ]
    .boxed()
}

/// A pattern and its escape character. A pattern never ends with the escape character, which PostgreSQL takes as an error.
pub(super) fn pattern() -> impl Strategy<Value = (Expr, Option<char>)> {
    let escapes = select(vec![None, Some('!'), Some('\\'), Some('\''), Some('/')]);
    let pieces = vec(
        (
            select(vec!['%', '_', 'a', 'b', 'A', '日', '\'']),
            any::<bool>(),
        ),
        0..5,
    );
    let whole = (escapes, pieces, 0..4_u8).prop_map(|(escape, pieces, form)| {
        let mut pattern = String::new();
        for (char, escaped) in pieces {
            if let Some(escape) = escape.filter(|escape| escaped || *escape == char) {
                pattern.push(escape);
            }
            pattern.push(char);
        }
        let bound = Expr::Bind(Value::Text(pattern.clone()));
        let pattern = match form {
            0 => Expr::Literal(Literal::Text(pattern.into())),
            1 => Expr::binary(
                BinaryOperator::Concat,
                bound,
                Expr::Bind(Value::Text("%".into())),
            ),
            2 => Expr::binary(
                BinaryOperator::Concat,
                Expr::Bind(Value::Text("%".into())),
                bound,
            ),
            _ => bound,
        };
        (pattern, escape)
    });
    let nothing = Just((Expr::Cast(Box::new(null()), SqlType::Text), Some('!')));
    let column = (
        select(columns(|sql_type| sql_type == SqlType::Text)),
        Just(Some('!')),
    );
    prop_oneof![6 => whole, 1 => nothing, 1 => column]
}
