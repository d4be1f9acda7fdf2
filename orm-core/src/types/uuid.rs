//! UUIDs of the crate `uuid`.

use uuid::Uuid;

use super::convert::{misspelled, plain};
use super::{ColumnType, FromValue, SqlType, ToValue, Value, ValueRef};
use crate::error::Result;

impl FromValue for Uuid {
    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match SqlType::Uuid.typed(value) {
            ValueRef::Uuid(uuid) => Ok(Self::from_bytes(uuid)),
            _ => Err(misspelled::<Self>(value)),
        }
    }
}

plain! { Uuid => Uuid(|uuid| *uuid.as_bytes()) }
