//! Where a row holds the columns of an object.

use std::sync::Arc;

use crate::error::Result;
use crate::mapping::{ModelDescriptor, Rows};
use crate::types::{Layout, Row, ValueRef};

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
    Each(Box<[Origin]>),
}

/// Where the value of a column comes from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin {
    /// Its place in the row, or [`LEFT_OUT`].
    place: usize,
    /// Which of the integers that may be known already it is.
    known: usize,
}

/// The place of a column that was left out.
const LEFT_OUT: usize = usize::MAX;

/// What may be known before a column is read: nothing, the object's key, or the key of what it was joined to.
const UNKNOWN: usize = 0;
const KEY: usize = 1;
const PARENT: usize = 2;

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
        let origin = |column: usize| match (layout.place(offset + column), equal) {
            (Some(place), _) => Origin {
                place,
                known: match model.primary_key == [column] {
                    true => KEY,
                    false => UNKNOWN,
                },
            },
            (None, Some(equal)) if equal.column == offset + column => Origin {
                place: layout.place(equal.to).unwrap_or(LEFT_OUT),
                known: PARENT,
            },
            (None, _) => Origin {
                place: LEFT_OUT,
                known: UNKNOWN,
            },
        };
        Self::Each((0..model.columns.len()).map(origin).collect())
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
        match self {
            Self::Run(place) => rows.read(row, *place),
            Self::Each(origins) => {
                let known = [None, key, parent];
                let object = ObjectRow {
                    row,
                    origins,
                    known,
                };
                rows.read(&object, 0)
            }
        }
    }
}

/// The columns of one object, from where each of them is.
struct ObjectRow<'a> {
    row: &'a dyn Row,
    origins: &'a [Origin],
    known: [Option<i64>; 3],
}

impl ObjectRow<'_> {
    /// A place of which the row itself says that it has none like it, where the object has no such column.
    #[inline]
    fn place(&self, index: usize) -> usize {
        self.origins.get(index).map_or(LEFT_OUT, |it| it.place)
    }

    #[inline]
    fn known(&self, index: usize) -> Option<i64> {
        self.known[self.origins.get(index)?.known]
    }
}

impl Row for ObjectRow<'_> {
    fn len(&self) -> usize {
        self.origins.len()
    }

    fn value(&self, index: usize) -> Result<ValueRef<'_>> {
        match (self.known(index), self.place(index)) {
            (Some(known), _) => Ok(ValueRef::I64(known)),
            (None, LEFT_OUT) if index < self.len() => Ok(ValueRef::Unloaded),
            (None, place) => self.row.value(place),
        }
    }

    #[inline]
    fn integer(&self, index: usize) -> Option<i64> {
        match self.known(index) {
            None => self.row.integer(self.place(index)),
            known => known,
        }
    }

    #[inline]
    fn float(&self, index: usize) -> Option<f64> {
        self.row.float(self.place(index))
    }

    #[inline]
    fn text(&self, index: usize) -> Option<&str> {
        self.row.text(self.place(index))
    }

    fn name(&self, index: usize) -> &str {
        self.row.name(self.place(index))
    }
}
