//! All rows of a table whose columns hold one of many keys: the statement of select-in and lazy loading.

use std::borrow::Cow;

use crate::error::Result;
use crate::mapping::{LinkTable, ModelDescriptor, Order, RelationDescriptor};
use crate::sql::{BinaryOperator, Expr, OrderBy};
use crate::types::{SqlType, Value};

/// The rows of `target` whose `columns` hold one of the keys.
#[derive(Debug)]
pub(crate) struct ByKey {
    pub(crate) target: &'static ModelDescriptor,
    pub(crate) columns: Cow<'static, [usize]>,
    /// For each column one list, as long as there are keys.
    pub(crate) keys: Vec<Vec<Value>>,
    pub(crate) order_by: &'static [Order],
    /// The table that holds the keys, where the target does not.
    pub(crate) through: Option<&'static LinkTable>,
}

/// How a statement says which keys it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyTest {
    /// `column = ?`: there is one.
    One,
    /// `column BETWEEN ? AND ?`: they are many integers without a gap, so that the bounds say it all, and the database
    /// follows its index without looking up each.
    Range,
    /// `column IN (a list)`.
    List,
}

/// Keys without a gap are a list all the same where they are fewer than this: there is little to gain then, and the texts
/// of small loads do not depend on which keys there happen to be.
const RANGE: usize = 32;

impl KeyTest {
    /// The condition on the columns that hold the keys; `binds` are as [`ByKey::take_test`] gives them for this test.
    pub(crate) fn condition(self, operands: Vec<Expr>, binds: Vec<Value>) -> Expr {
        let mut columns = operands.into_iter();
        let mut values = binds.into_iter();
        match (self, columns.next(), values.next(), values.next()) {
            (Self::Range, Some(column), Some(low), Some(high)) => Expr::Between {
                operand: Box::new(column),
                low: Box::new(Expr::Bind(low)),
                high: Box::new(Expr::Bind(high)),
                negated: false,
            },
            (Self::One, first, one, two) => {
                let values = one.into_iter().chain(two).chain(values);
                let pairs = first.into_iter().chain(columns).zip(values);
                pairs
                    .map(|(column, value)| {
                        Expr::binary(BinaryOperator::Eq, column, Expr::Bind(value))
                    })
                    .fold(Expr::constant(true), Expr::and)
            }
            (_, first, one, two) => Expr::InArrays {
                operands: first.into_iter().chain(columns).collect(),
                arrays: one.into_iter().chain(two).chain(values).collect(),
            },
        }
    }

    /// The order of the rows of many parents, of which `terms` are that within each. Rows of one parent after those of
    /// another are what an index of the keys gives, so that little or nothing is left to sort.
    pub(crate) fn order(self, keys: &[Expr], terms: Vec<OrderBy>) -> Vec<OrderBy> {
        if self == Self::One || terms.is_empty() {
            return terms;
        }
        let keys = keys
            .iter()
            .filter(|key| terms.iter().all(|term| term.expr != **key));
        let keys: Vec<_> = keys.cloned().map(OrderBy::ascending).collect();
        keys.into_iter().chain(terms).collect()
    }
}

/// The bounds of integers, if they are all there is between those.
fn bounds(keys: &[Value]) -> Option<(i64, i64)> {
    let integer = |key: &Value| match *key {
        Value::I64(key) => Some(key),
        Value::I32(key) => Some(key.into()),
        Value::I16(key) => Some(key.into()),
        _ => None,
    };
    let mut low = integer(keys.first()?)?;
    let mut high = low;
    for key in keys {
        let key = integer(key)?;
        (low, high) = (low.min(key), high.max(key));
    }
    if high.checked_sub(low)?.checked_add(1)? != i64::try_from(keys.len()).ok()? {
        return None;
    }
    // As many as there can be: nothing is missing if each is there once.
    let mut seen = vec![false; keys.len()];
    let mut places = keys.iter().filter_map(integer);
    let once = places.all(|key| !std::mem::replace(&mut seen[(key - low) as usize], true));
    once.then_some((low, high))
}

impl ByKey {
    pub(crate) fn new(
        target: &'static ModelDescriptor,
        columns: impl Into<Cow<'static, [usize]>>,
        order_by: &'static [Order],
    ) -> Self {
        let columns = columns.into();
        Self {
            target,
            keys: columns.iter().map(|_| Vec::new()).collect(),
            columns,
            order_by,
            through: None,
        }
    }

    /// The rows of a relationship.
    pub(crate) fn of(relation: &'static RelationDescriptor) -> Result<Self> {
        let link = relation.link()?;
        let through = link.table.as_ref();
        let columns = if through.is_some() {
            &link.local
        } else {
            &link.remote
        };
        let new = Self::new((relation.target)(), columns.as_slice(), relation.order_by);
        Ok(Self { through, ..new })
    }

    /// The types of the keys.
    pub(super) fn types(&self) -> impl Iterator<Item = SqlType> {
        let holder = self.through.map_or(self.target, |table| table.local.model);
        let columns = self.columns.iter();
        columns.map(|&column| holder.columns[column].sql_type)
    }

    pub(crate) fn push(&mut self, values: impl IntoIterator<Item = Value>) {
        for (list, value) in self.keys.iter_mut().zip(values) {
            list.push(value);
        }
    }

    /// The same for each key alone.
    pub(crate) fn one_by_one(self) -> Vec<Self> {
        let count = self.keys.first().map_or(0, Vec::len);
        let mut keys: Vec<_> = self.keys.into_iter().map(Vec::into_iter).collect();
        let one = |_| Self {
            target: self.target,
            columns: self.columns.clone(),
            keys: keys
                .iter_mut()
                .map(|list| list.next().into_iter().collect())
                .collect(),
            order_by: self.order_by,
            through: self.through,
        };
        (0..count).map(one).collect()
    }

    /// How the keys are best named in a statement, and the parameters for that: with a list one array for each column, so that
    /// there is no limit on the number of keys.
    pub(crate) fn take_test(&mut self) -> (KeyTest, Vec<Value>) {
        if !self.keys.is_empty() && self.keys.iter().all(|list| list.len() == 1) {
            return (KeyTest::One, self.keys.drain(..).flatten().collect());
        }
        if let [keys] = self.keys.as_slice()
            && keys.len() >= RANGE
            && let Some((low, high)) = bounds(keys)
        {
            return (KeyTest::Range, vec![Value::I64(low), Value::I64(high)]);
        }
        let types: Vec<SqlType> = self.types().collect();
        let lists = types.into_iter().zip(self.keys.drain(..));
        let arrays = lists.map(|(sql_type, list)| Value::Array(Box::new((sql_type, list))));
        (KeyTest::List, arrays.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_say_all_only_without_a_gap() {
        let of = |keys: &[i64]| bounds(&keys.iter().copied().map(Value::I64).collect::<Vec<_>>());
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[7]), Some((7, 7)));
        assert_eq!(of(&[3, 4, 5]), Some((3, 5)));
        assert_eq!(of(&[0, -2, 1, -1]), Some((-2, 1)));
        assert_eq!(of(&[1, 2, 4]), None);
        assert_eq!(of(&[1, 1, 3]), None);
        assert_eq!(of(&[i64::MIN, i64::MAX]), None);
        assert_eq!(
            of(&[i64::MAX, i64::MAX - 1]),
            Some((i64::MAX - 1, i64::MAX))
        );
        assert_eq!(bounds(&[Value::I32(1), Value::I16(2)]), Some((1, 2)));
        assert_eq!(bounds(&[Value::I64(1), Value::Null]), None);
    }
}
