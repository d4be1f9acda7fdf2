//! Reading the types of the language itself; integers are read beside this.

use super::{FromValue, mismatch};
use crate::error::Result;
use crate::types::{Row, Value, ValueRef};

impl FromValue for bool {
    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Bool(value) => Ok(value),
            ValueRef::I64(0) => Ok(false),
            ValueRef::I64(1) => Ok(true),
            _ => Err(mismatch::<Self>(value)),
        }
    }
}

/// A whole number as the float that is exactly that number. SQLite stores 10.0 as 10 in a column that it takes for NUMERIC,
/// and sums those as integers.
#[cold]
fn of_integer(value: ValueRef<'_>) -> Option<f64> {
    let number = match value {
        ValueRef::I64(number) => number,
        ValueRef::I32(number) => number.into(),
        ValueRef::I16(number) => number.into(),
        _ => return None,
    };
    #[allow(
        clippy::cast_precision_loss,
        reason = "what is lost is seen by going back"
    )]
    let float = number as f64;
    // Beyond 64 bits nothing goes back to what it was.
    (float as i128 == i128::from(number)).then_some(float)
}

impl FromValue for f64 {
    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::F64(value) => Ok(value),
            ValueRef::F32(value) => Ok(f64::from(value)),
            _ => of_integer(value).ok_or_else(|| mismatch::<Self>(value)),
        }
    }

    #[inline]
    fn read_quick(row: &dyn Row, index: usize) -> Option<Self> {
        row.float(index)
    }
}

impl FromValue for f32 {
    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::F32(value) => Ok(value),
            // SQLite stores every float in 64 bits; what was bound as f32 comes back exactly.
            #[allow(
                clippy::cast_possible_truncation,
                reason = "a float column read as f32 is read at f32's precision"
            )]
            ValueRef::F64(value) => Ok(value as f32),
            #[allow(
                clippy::cast_possible_truncation,
                reason = "what is lost is seen by going back"
            )]
            _ => of_integer(value)
                .filter(|float| f64::from(*float as f32) == *float)
                .map(|float| float as f32)
                .ok_or_else(|| mismatch::<Self>(value)),
        }
    }
}

impl FromValue for String {
    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Text(value) => Ok(value.to_owned()),
            _ => Err(mismatch::<Self>(value)),
        }
    }

    #[inline]
    fn read_quick(row: &dyn Row, index: usize) -> Option<Self> {
        row.text(index).map(str::to_owned)
    }
}

impl FromValue for Vec<u8> {
    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Bytes(value) => Ok(value.to_owned()),
            _ => Err(mismatch::<Self>(value)),
        }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match value {
            ValueRef::Null => Ok(None),
            _ => T::from_value(value).map(Some),
        }
    }

    #[inline]
    fn read_quick(row: &dyn Row, index: usize) -> Option<Self> {
        T::read_quick(row, index).map(Some)
    }
}

impl FromValue for Value {
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        Ok(value.to_owned())
    }
}
