//! All rows of a table whose columns hold one of many keys: the statement of select-in and lazy loading.

use std::borrow::Cow;

use crate::mapping::{ModelDescriptor, Order};
use crate::types::{SqlType, Value};

/// The rows of `target` whose `columns` hold one of the keys.
#[derive(Debug)]
pub(crate) struct ByKey {
    pub(crate) target: &'static ModelDescriptor,
    pub(crate) columns: Cow<'static, [usize]>,
    /// For each column one list, as long as there are keys.
    pub(crate) keys: Vec<Vec<Value>>,
    pub(crate) order_by: &'static [Order],
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
        }
    }

    pub(crate) fn push(&mut self, values: impl IntoIterator<Item = Value>) {
        for (list, value) in self.keys.iter_mut().zip(values) {
            list.push(value);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.keys.first().is_none_or(Vec::is_empty)
    }

    /// The shape of the parameters: the same arrays without their keys.
    pub(crate) fn empty_binds(&self) -> Vec<Value> {
        let types = self
            .columns
            .iter()
            .map(|&column| self.target.columns[column].sql_type);
        types
            .map(|sql_type| Value::Array(Box::new((sql_type, Vec::new()))))
            .collect()
    }

    /// The parameters: one array for each column, so that there is no limit on the number of keys.
    pub(crate) fn into_binds(self) -> Vec<Value> {
        let types: Vec<SqlType> = self
            .columns
            .iter()
            .map(|&column| self.target.columns[column].sql_type)
            .collect();
        types
            .into_iter()
            .zip(self.keys)
            .map(|(sql_type, list)| Value::Array(Box::new((sql_type, list))))
            .collect()
    }
}
