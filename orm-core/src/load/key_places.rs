//! Where a row holds a key: that of the object that it belongs to, or its own.

use crate::error::Result;
use crate::mapping::{Key, Link, LinkTable, ModelDescriptor, RelationDescriptor};
use crate::types::{Layout, Row, SqlType, ValueRef};

/// The places of a key in a row, each with the type of its value.
pub(crate) struct KeyPlaces(Vec<(usize, SqlType)>);

impl KeyPlaces {
    /// Of rows of a relationship's target: the foreign key among their own columns.
    pub(super) fn in_target(link: &Link, target: &ModelDescriptor) -> Self {
        let columns = link.remote.iter();
        Self(
            columns
                .map(|&column| (column, target.columns[column].sql_type))
                .collect(),
        )
    }

    /// Of rows of a many-to-many relationship: behind the columns of the target.
    pub(super) fn behind_target(table: &LinkTable) -> Self {
        let width = table.remote.model.columns.len();
        let keys = table.local.keys.iter().enumerate();
        let owner = table.local.model;
        Self(
            keys.map(|(index, &key)| (width + index, owner.columns[key].sql_type))
                .collect(),
        )
    }

    /// Of rows that tell their parent's key behind all that they have anyway.
    pub(super) fn told(relation: &RelationDescriptor, link: &Link) -> Self {
        let (model, target) = ((relation.model)(), (relation.target)());
        let between = link.table.as_ref();
        let between = between.map_or(0, |table| table.local.columns.len());
        let first = target.columns.len() + between;
        let columns = link.local.iter().zip(first..);
        Self(
            columns
                .map(|(&column, place)| (place, model.columns[column].sql_type))
                .collect(),
        )
    }

    /// Of the object whose columns begin at `offset`: its primary key.
    pub(crate) fn of_key(model: &ModelDescriptor, offset: usize) -> Self {
        let keys = model.primary_key.iter();
        Self(
            keys.map(|&key| (offset + key, model.columns[key].sql_type))
                .collect(),
        )
    }

    /// The same places in rows of this layout. A key is never left out; if it were, there is no such place.
    pub(super) fn within(mut self, layout: Option<&Layout>) -> Self {
        if let Some(layout) = layout {
            for (place, _) in &mut self.0 {
                *place = layout.place(*place).unwrap_or(usize::MAX);
            }
        }
        self
    }

    /// The key, where it is one integer that the driver reads at once; `None` says nothing.
    #[inline]
    pub(crate) fn integer(&self, row: &dyn Row) -> Option<i64> {
        match self.0.as_slice() {
            [one] => row.integer(one.0),
            _ => None,
        }
    }

    /// The key; `None` when a part of it is NULL.
    pub(crate) fn read(&self, row: &dyn Row) -> Result<Option<Key>> {
        let value = |&(place, sql_type): &(usize, SqlType)| {
            row.value(place).map(|value| sql_type.typed(value))
        };
        match self.0.as_slice() {
            [one] => match row.integer(one.0) {
                Some(integer) => Ok(Some(Key::Int(integer))),
                None => Ok(Key::from_value(value(one)?)),
            },
            places => {
                let values: Vec<ValueRef<'_>> = places.iter().map(value).collect::<Result<_>>()?;
                Ok(Key::from_values(values))
            }
        }
    }
}
