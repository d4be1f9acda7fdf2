//! Models for the matrix of relationships and strategies.

pub(super) mod optional;
pub(super) mod required;

use orm_core::prelude::*;

/// Linked with others of its kind: by a table between, and by a foreign key of its own.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "knots")]
pub(crate) struct Knot {
    #[orm(primary_key)]
    pub(crate) id: i64,
    #[orm(references = Knot::id)]
    pub(crate) above_id: Option<i64>,
    #[orm(back_populates = above, order_by = Knot::id)]
    pub(crate) below: HasMany<Knot>,
    #[orm(back_populates = below)]
    pub(crate) above: BelongsTo<Knot>,
    #[orm(secondary = "knot_tie", back_populates = knots, order_by = Tie::id)]
    pub(crate) ties: HasMany<Tie>,
}

/// The other end of the table between.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "ties")]
pub(crate) struct Tie {
    #[orm(primary_key)]
    pub(crate) id: i64,
    #[orm(secondary = "knot_tie", back_populates = ties, order_by = Knot::id)]
    pub(crate) knots: HasMany<Knot>,
}
