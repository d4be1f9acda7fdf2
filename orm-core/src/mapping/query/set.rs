//! UNION, INTERSECT, EXCEPT of queries.

use super::super::Shape;
use super::super::options::merge;
use super::{Body, Select};
use crate::sql::{self, Expr, Name, Refusal, SetOperation, SetOperator};

macro_rules! operations {
    ($($(#[$meta:meta])* $name:ident $operator:ident $all:literal;)*) => {$(
        $(#[$meta])*
        #[must_use]
        pub fn $name(self, other: Self) -> Self {
            self.combine(SetOperator::$operator, $all, other)
        }
    )*};
}

/// Both queries give rows of one shape. Each is taken as a whole, with its order and limit; what is said of the result
/// afterwards (order, limit) holds for all of it.
impl<S: Shape> Select<S> {
    operations! {
        /// The rows of either query, each once.
        ///
        /// ```
        /// # #[cfg(feature = "derive")] {
        /// use orm_core::prelude::*;
        ///
        /// #[derive(Model, Debug, Clone, Default)]
        /// #[orm(table = "books")]
        /// struct Book {
        ///     #[orm(primary_key)]
        ///     id: i64,
        ///     title: String,
        ///     subtitle: Option<String>,
        /// }
        ///
        /// let old = select(Book::id).filter(Book::id.lt(10));
        /// let untitled = select(Book::id).filter(Book::subtitle.is_null());
        /// let either = old.union(untitled).order_by(Book::id).limit(20);
        /// # let _ = either;
        /// # }
        /// ```
        union Union false;
        /// The rows of either query, as often as they are found.
        union_all Union true;
        /// The rows of both queries, each once.
        intersect Intersect false;
        /// The rows of both queries, as often as both have them. SQLite has no such operation.
        intersect_all Intersect true;
        /// The rows that the other query does not have, each once.
        except Except false;
        /// The rows that the other query does not have, as often as it lacks them. SQLite has no such operation.
        except_all Except true;
    }

    fn combine(self, operator: SetOperator, all: bool, other: Self) -> Self {
        let (mut first, mut second) = (self.into_body(), other.into_body());
        let mut body = Body {
            populate_existing: first.populate_existing || second.populate_existing,
            models: std::mem::take(&mut first.models),
            binds: std::mem::take(&mut first.binds),
            ..Default::default()
        };
        for known in second.models.iter() {
            body.models.add(&known.label, known.model);
        }
        body.binds.append(&mut second.binds);
        for load in first.loads().iter().chain(second.loads()) {
            if let Err(refusal) = merge(&mut body.options().loads, load.clone()) {
                body.statement.refuse(refusal);
            }
        }
        body.take_in_ctes(std::mem::take(&mut first.statement.with));
        body.take_in_ctes(std::mem::take(&mut second.statement.with));
        let mut first = first.statement;
        // A chain of one operation is one list, as it is read from left to right anyway.
        let goes_on = first.order_by.is_empty()
            && (first.limit, first.offset, &first.refused) == (None, None, &None);
        let operands = match first.set.take() {
            Some(set) if goes_on && set.operator == operator && set.all == all => {
                let mut operands = set.operands;
                operands.push(second.statement);
                operands
            }
            set => {
                first.set = set;
                vec![first, second.statement]
            }
        };
        body.statement.set = Some(Box::new(SetOperation {
            operator,
            all,
            operands,
        }));
        Self::new(body)
    }
}

/// Rows of a set operation have no tables any more: their columns are called by the names that they have in the result.
pub(super) fn order_by_outputs(statement: &mut sql::Select, from: usize) {
    let mut terms = std::mem::take(&mut statement.order_by);
    for term in &mut terms[from..] {
        if matches!(term.expr, Expr::Label(_)) {
            continue;
        }
        let outputs = statement.outputs();
        let same = outputs.iter().find(|item| item.expr == term.expr);
        let named: Option<Name> = same.and_then(sql::Item::name).cloned();
        match named {
            Some(name) => term.expr = Expr::Label(name),
            None => statement.refuse(Refusal::query(
                "a set operation is ordered by columns of its result only: give a column of its first query, or label it",
            )),
        }
    }
    statement.order_by = terms;
}
