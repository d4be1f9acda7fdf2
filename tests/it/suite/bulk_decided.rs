//! What a session decides in memory is what the database decides: random conditions, over NULLs and edges.

use orm_core::prelude::*;
use orm_core::sql::{BinaryOperator, Expr, UnaryOperator};
use orm_core::types::Value;

use crate::harness::both;

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "cells")]
struct Cell {
    #[orm(primary_key)]
    id: i64,
    mark: bool,
    small: Option<i32>,
    large: i64,
    truth: Option<bool>,
    word: Option<String>,
    float: Option<f64>,
}

/// Numbers that look random, and are the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())].clone()
    }
}

const SMALL: [Option<i32>; 6] = [
    None,
    Some(0),
    Some(-1),
    Some(2),
    Some(i32::MAX),
    Some(i32::MIN),
];
const LARGE: [i64; 5] = [0, 1, -3, 2, i64::MAX];
const TRUTH: [Option<bool>; 3] = [None, Some(true), Some(false)];
const WORDS: [Option<&str>; 5] = [None, Some(""), Some("a"), Some("A"), Some("ä ")];
const FLOATS: [Option<f64>; 5] = [None, Some(0.0), Some(-0.0), Some(1.5), Some(1e300)];

fn cell(dice: &mut Dice) -> Cell {
    Cell {
        small: dice.pick(&SMALL),
        large: dice.pick(&LARGE),
        truth: dice.pick(&TRUTH),
        word: dice.pick(&WORDS).map(str::to_owned),
        float: dice.pick(&FLOATS),
        ..Default::default()
    }
}

fn column(name: &'static str) -> Expr {
    Expr::column("cells", name)
}

fn boxed(expr: Expr) -> Box<Expr> {
    Box::new(expr)
}

fn integer(dice: &mut Dice, depth: usize) -> Expr {
    match dice.roll(if depth == 0 { 4 } else { 7 }) {
        0 => column("small"),
        1 => column("large"),
        2 => Expr::Bind(dice.pick(&SMALL).map_or(Value::I32(7), Value::I32)),
        3 => Expr::Bind(Value::I64(dice.pick(&LARGE))),
        4 => Expr::Unary(UnaryOperator::Neg, boxed(integer(dice, depth - 1))),
        _ => {
            let operator = dice.pick(&[
                BinaryOperator::Add,
                BinaryOperator::Sub,
                BinaryOperator::Mul,
            ]);
            Expr::binary(operator, integer(dice, depth - 1), integer(dice, depth - 1))
        }
    }
}

fn word(dice: &mut Dice) -> Expr {
    match dice.roll(3) {
        0 => column("word"),
        1 => Expr::Bind(Value::Text(dice.pick(&WORDS).unwrap_or("x").to_owned())),
        _ => Expr::binary(BinaryOperator::Concat, column("word"), column("word")),
    }
}

fn float(dice: &mut Dice) -> Expr {
    match dice.roll(3) {
        0 => column("float"),
        1 => Expr::Bind(Value::F64(dice.pick(&FLOATS).unwrap_or(2.5))),
        _ => Expr::binary(BinaryOperator::Mul, column("float"), column("float")),
    }
}

fn condition(dice: &mut Dice, depth: usize) -> Expr {
    use BinaryOperator as Op;
    let orders = [
        Op::Eq,
        Op::Ne,
        Op::Lt,
        Op::Le,
        Op::Gt,
        Op::Ge,
        Op::IsDistinctFrom,
        Op::IsNotDistinctFrom,
    ];
    let equalities = [Op::Eq, Op::Ne, Op::IsDistinctFrom, Op::IsNotDistinctFrom];
    let negated = dice.roll(2) == 0;
    match dice.roll(if depth == 0 { 7 } else { 10 }) {
        0 => column("truth"),
        1 => Expr::binary(dice.pick(&orders), integer(dice, 1), integer(dice, 1)),
        2 => Expr::binary(dice.pick(&equalities), word(dice), word(dice)),
        3 => Expr::binary(dice.pick(&orders), float(dice), float(dice)),
        4 => Expr::IsNull {
            operand: boxed(dice.pick(&[column("small"), column("word"), column("float")])),
            negated,
        },
        5 => Expr::InList {
            operand: boxed(integer(dice, 0)),
            list: (0..dice.roll(4)).map(|_| integer(dice, 0)).collect(),
            negated,
        },
        6 => Expr::Between {
            operand: boxed(integer(dice, 0)),
            low: boxed(integer(dice, 0)),
            high: boxed(integer(dice, 1)),
            negated,
        },
        7 => Expr::And(
            (0..2 + dice.roll(2))
                .map(|_| condition(dice, depth - 1))
                .collect(),
        ),
        8 => Expr::Or(
            (0..2 + dice.roll(2))
                .map(|_| condition(dice, depth - 1))
                .collect(),
        ),
        _ if negated => Expr::Unary(UnaryOperator::Not, boxed(condition(dice, depth - 1))),
        _ => Expr::IsTruth {
            operand: boxed(condition(dice, depth - 1)),
            value: dice.roll(2) == 0,
            negated: dice.roll(2) == 0,
        },
    }
}

both! {
    /// The objects that are marked in memory are those whose rows the database has marked.
    async fn memory_decides_as_the_database(db: Db) {
        let engine = db.engine().await;
        Metadata::of::<Cell>()?.create_all(&engine).await?;
        let mut dice = Dice(7);
        let cells: Vec<_> = (0..60).map(|_| cell(&mut dice)).collect();
        let mut session = engine.session();
        session.bulk_insert(cells).await?;
        session.commit().await?;
        let held = session.all(Cell::select()).await?;
        let (mut decided, mut found) = (0, 0);
        for _ in 0..600 {
            let condition = condition(&mut dice, 3);
            let statement = Cell::update().set(Cell::mark.to(true)).filter_untyped(condition.clone());
            match session.execute_with(statement, Synchronize::Evaluate).await {
                Ok(affected) => {
                    decided += 1;
                    found += affected;
                    let marked = held.iter().filter(|&&it| session[it].mark).count();
                    assert_eq!(marked as u64, affected, "{condition:?}");
                    let rows = session.all(select(Cell::id).filter(Cell::mark.eq(true)).order_by(Cell::id)).await?;
                    let mut ids: Vec<_> = held.iter().filter(|&&it| session[it].mark).map(|&it| session[it].id).collect();
                    ids.sort_unstable();
                    assert_eq!(ids, rows, "{condition:?}");
                }
                // Not decided, or beyond what the database can compute.
                Err(error) => assert!(
                    matches!(error.kind(), ErrorKind::InvalidQuery | ErrorKind::InvalidData | ErrorKind::Database),
                    "{error:?}: {condition:?}"
                ),
            }
            session.rollback().await?;
            assert!(!session[held[0]].mark);
        }
        assert!(decided > 300 && found > 3000, "{decided} conditions decided, {found} rows found");
    }
}
