//! The columns that a query begins with, where they are all those of models.

use std::fmt::Debug;

use smallvec::SmallVec;

use super::Select;

/// A model, all of whose columns are read, by its table's own name. None ever changes and no two have one address, which
/// tells what they are.
pub(crate) trait Lead: Debug + Sync {
    /// The table's name.
    fn table(&self) -> &'static str;

    /// The name of the column at a position.
    fn column(&self, position: usize) -> Option<&'static str>;
}

/// Models, one after the other; a query of more than two is rare.
pub(crate) type Leads = SmallVec<[&'static dyn Lead; 2]>;

/// A query, and the models whose columns stand before its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Led<'a> {
    pub(crate) leads: &'a [&'static dyn Lead],
    /// Its terms are columns: the numbers of its own columns are not those of the result.
    pub(crate) select: &'a Select,
}
