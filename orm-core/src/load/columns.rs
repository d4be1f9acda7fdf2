//! Where a row holds the columns of an object.

use std::sync::Arc;

use crate::error::Result;
use crate::mapping::{ModelDescriptor, Rows};
use crate::types::{Layout, Row, SpreadRow, ValueRef};

/// A column that a statement leaves out, since a join's condition says that it equals another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Equal {
    pub(super) column: usize,
    /// The column that is there.
    pub(super) to: usize,
}

/// The place of an object's columns in a row.
pub(super) enum Columns {
    /// One after another.
    Run(usize),
    /// Some of them were left out.
    Spread(Spread),
}

/// Columns of which some were left out.
pub(super) struct Spread {
    offset: usize,
    layout: Arc<Layout>,
    /// The key, where it is one column.
    key: usize,
    /// One that was left out, and the place of what it equals.
    equal: (usize, usize),
}

/// No column.
const NONE: usize = usize::MAX;

impl Columns {
    /// Of an object whose columns begin at `offset` where none is left out.
    pub(super) fn new(
        model: &ModelDescriptor,
        offset: usize,
        layout: Option<&Arc<Layout>>,
        equal: Option<Equal>,
    ) -> Self {
        let Some(layout) = layout else {
            return Self::Run(offset);
        };
        if !layout.lacks(offset..offset + model.columns.len()) {
            return Self::Run(layout.place(offset).unwrap_or(offset));
        }
        let equal = equal.and_then(|Equal { column, to }| Some((column, layout.place(to)?)));
        Self::Spread(Spread {
            offset,
            layout: Arc::clone(layout),
            key: match model.primary_key {
                [key] => offset + key,
                _ => NONE,
            },
            equal: equal.unwrap_or((NONE, NONE)),
        })
    }

    /// Reads the object. `key` and `parent` are its key and that of what it was joined to, where those are one integer and
    /// known already.
    #[inline]
    pub(super) fn read(
        &self,
        rows: &mut dyn Rows,
        row: &dyn Row,
        key: Option<i64>,
        parent: Option<i64>,
    ) -> Result<()> {
        let spread = match self {
            Self::Run(place) => return rows.read(row, *place),
            Self::Spread(spread) => spread,
        };
        let (column, place) = spread.equal;
        let known = [
            match key {
                Some(key) => (spread.key, ValueRef::I64(key)),
                None => (NONE, ValueRef::Null),
            },
            match parent {
                Some(key) => (column, ValueRef::I64(key)),
                None if column == NONE => (NONE, ValueRef::Null),
                None => (column, row.value(place)?),
            },
        ];
        let spread_row = SpreadRow {
            row,
            layout: &spread.layout,
            known: &known,
        };
        rows.read(&spread_row, spread.offset)
    }
}
