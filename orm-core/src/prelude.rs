//! What a program imports: `use orm_core::prelude::*;`.

pub use crate::engine::{Engine, Transaction};
pub use crate::error::{Error, ErrorKind};
pub use crate::mapping::{BelongsTo, Handle, HasMany, HasOne, select};
pub use crate::mapping::{Expression as _, Model as _};
pub use crate::schema::Metadata;
pub use crate::session::{Session, SessionOptions, Synchronize};
#[cfg(feature = "json")]
pub use crate::sql::JsonExpression as _;
pub use crate::sql::{
    ArrayExpression as _, Bound, QuantifiedExpression as _, TextExpression as _, all_of, any_of,
    exists, func, not_exists, param, row, scalar, text, window,
};
#[cfg(feature = "json")]
pub use crate::types::Json;
pub use crate::types::{DbEnum as _, Deferred, Edit, Server};
#[cfg(feature = "derive")]
pub use orm_derive::{DbEnum, FromRow, Model};
