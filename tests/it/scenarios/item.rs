//! A model whose key is of two columns.

use orm_core::prelude::*;

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[orm(table = "items")]
pub(crate) struct Item {
    #[orm(primary_key)]
    pub(crate) order_id: i32,
    #[orm(primary_key)]
    pub(crate) line_no: i32,
    pub(crate) qty: i32,
}
