//! All rows of a table whose columns hold one of many keys: the statement of select-in and lazy loading.

use std::borrow::Cow;

use crate::error::Result;
use crate::mapping::{LinkTable, ModelDescriptor, Order, RelationDescriptor};
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
    fn types(&self) -> impl Iterator<Item = SqlType> {
        let holder = self.through.map_or(self.target, |table| table.local.model);
        let columns = self.columns.iter();
        columns.map(|&column| holder.columns[column].sql_type)
    }

    pub(crate) fn push(&mut self, values: impl IntoIterator<Item = Value>) {
        for (list, value) in self.keys.iter_mut().zip(values) {
            list.push(value);
        }
    }

    /// The shape of the parameters: the same arrays without their keys.
    pub(crate) fn empty_binds(&self) -> Vec<Value> {
        self.types()
            .map(|sql_type| Value::Array(Box::new((sql_type, Vec::new()))))
            .collect()
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

    /// The parameters: one array for each column, so that there is no limit on the number of keys.
    pub(crate) fn into_binds(self) -> Vec<Value> {
        let types: Vec<SqlType> = self.types().collect();
        types
            .into_iter()
            .zip(self.keys)
            .map(|(sql_type, list)| Value::Array(Box::new((sql_type, list))))
            .collect()
    }
}
