//! What a program imports: `use orm_core::prelude::*;`.

pub use crate::engine::{Engine, Transaction};
pub use crate::error::{Error, ErrorKind};
pub use crate::mapping::{BelongsTo, Handle, HasMany, HasOne, select};
pub use crate::mapping::{Expression as _, Model as _};
pub use crate::schema::Metadata;
pub use crate::session::{Session, SessionOptions};
pub use crate::sql::{func, text};
pub use crate::types::DbEnum as _;
#[cfg(feature = "derive")]
pub use orm_derive::{DbEnum, FromRow, Model};
