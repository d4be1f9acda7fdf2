//! Models linked in every way, whose foreign keys cannot be NULL.

use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "req_a")]
pub(crate) struct A {
    #[orm(primary_key)]
    pub(crate) id: i64,
    #[orm(back_populates = a, order_by = B::id)]
    pub(crate) bs: HasMany<B>,
    #[orm(back_populates = a)]
    pub(crate) c: HasOne<C>,
}

/// Many for each [`A`].
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "req_b")]
pub(crate) struct B {
    #[orm(primary_key)]
    pub(crate) id: i64,
    #[orm(references = A::id)]
    pub(crate) a_id: i64,
    #[orm(back_populates = bs)]
    pub(crate) a: BelongsTo<A>,
}

/// At most one for each [`A`].
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "req_c")]
pub(crate) struct C {
    #[orm(primary_key)]
    pub(crate) id: i64,
    #[orm(references = A::id, unique)]
    pub(crate) a_id: i64,
    #[orm(back_populates = c)]
    pub(crate) a: BelongsTo<A>,
}

/// A key of two columns.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "req_p")]
pub(crate) struct P {
    #[orm(primary_key)]
    pub(crate) x: i64,
    #[orm(primary_key)]
    pub(crate) id: i64,
    #[orm(back_populates = p, order_by = Q::id)]
    pub(crate) qs: HasMany<Q>,
}

/// Many for each [`P`].
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "req_q")]
pub(crate) struct Q {
    #[orm(primary_key)]
    pub(crate) id: i64,
    #[orm(references = P::x)]
    pub(crate) p_x: i64,
    #[orm(references = P::id)]
    pub(crate) p_id: i64,
    #[orm(back_populates = qs)]
    pub(crate) p: BelongsTo<P>,
}
