//! Conversion between Rust types and values.

use super::{Row, SqlType, Value, ValueRef, Values};
use crate::error::{Error, ErrorKind, Result};

/// A Rust type that can be read from a row.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read from a column",
    label = "not a column type",
    note = "use bool, i16, i32, i64, f32, f64, String, Vec<u8>, an enum with #[derive(DbEnum)], or Option of one",
    note = "with the features chrono, decimal, uuid and json: the types of those crates, and Json<T>"
)]
pub trait FromValue: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// `Decode` when the value is of another type, out of range, or NULL and the type is not an `Option`.
    fn from_value(value: ValueRef<'_>) -> Result<Self>;

    /// Reads it from a row without the way over a [`ValueRef`], where driver and type know one; `None` says nothing.
    #[doc(hidden)]
    #[inline]
    fn read_quick(_row: &dyn Row, _index: usize) -> Option<Self> {
        None
    }
}

/// A Rust type that can be bound as a parameter.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be bound as a parameter",
    label = "not a column type",
    note = "use bool, i16, i32, i64, f32, f64, String, &str, Vec<u8>, an enum with #[derive(DbEnum)], or Option of one",
    note = "with the features chrono, decimal, uuid and json: the types of those crates, and Json<T>"
)]
pub trait ToValue {
    /// The value to bind.
    fn to_value(&self) -> Value;

    /// Whether [`to_value`](Self::to_value) would give `value`; the types of this library answer without allocating.
    ///
    /// Integers are the same by value, whatever their width; floats by their bits, so that NaN is the same as itself.
    fn same(&self, value: &Value) -> bool {
        self.to_value() == *value
    }

    /// Appends the value to a list; the types of this library do it without allocating for each.
    #[inline]
    fn push_to(&self, list: &mut Values) {
        list.push(self.to_value().as_ref());
    }
}

/// A Rust type that a model's field can have.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a column type",
    label = "a model's field must be a column type or a relationship",
    note = "columns: bool, i16, i32, i64, f32, f64, String, Vec<u8>, an enum with #[derive(DbEnum)], or Option of one",
    note = "with features: chrono's dates and times, rust_decimal's Decimal, Uuid, serde_json's Value and Json<T>; on PostgreSQL lists (Vec) of plain ones",
    note = "relationships: HasMany<T>, HasOne<T>, BelongsTo<T>"
)]
pub trait ColumnType: FromValue + ToValue + Clone + Send + Sync + 'static {
    /// The type without `Option`: what the column compares with.
    type Base: ColumnType;
    /// The column's type in the database.
    const SQL_TYPE: SqlType;
    /// Whether the column may be NULL; true for `Option`.
    const NULLABLE: bool = false;
    /// Whether queries leave the column out unless they ask for it; true for [`Deferred`](super::Deferred).
    const DEFERRED: bool = false;
    /// Whether a new object can leave the column to the database; true for [`Server`](super::Server) and
    /// [`Deferred`](super::Deferred).
    const OMITTABLE: bool = false;

    // What generated code calls for each field. These stand on the trait, and not in functions with a bound, so that
    // a field of another type is one error at its type, however often the generated code uses it.

    /// The type, and whether it may be NULL, is deferred, and can be left out.
    #[doc(hidden)]
    const KIND: (SqlType, [bool; 3]) = (
        Self::SQL_TYPE,
        [Self::NULLABLE, Self::DEFERRED, Self::OMITTABLE],
    );

    /// Reads a field from a row.
    #[doc(hidden)]
    #[inline]
    fn read_field(row: &dyn Row, index: usize) -> Result<Self> {
        row.get(index)
    }

    /// The value of a field.
    #[doc(hidden)]
    #[inline]
    fn field_value(field: &Self) -> Value {
        field.to_value()
    }

    /// Appends the value of a field.
    #[doc(hidden)]
    #[inline]
    fn push_field(field: &Self, list: &mut Values) {
        field.push_to(list);
    }

    /// Whether a field holds `value`.
    #[doc(hidden)]
    #[inline]
    fn same_field(field: &Self, value: &Value) -> bool {
        field.same(value)
    }

    /// Sets a field.
    #[doc(hidden)]
    #[inline]
    fn set_field(field: &mut Self, value: ValueRef<'_>, column: &'static str) -> Result<()> {
        match Self::from_value(value) {
            Ok(value) => {
                *field = value;
                Ok(())
            }
            Err(error) => Err(error.with_columns([column])),
        }
    }
}

/// The error of a value that does not fit the Rust type.
#[cold]
pub(crate) fn mismatch<T>(value: ValueRef<'_>) -> Error {
    let rust = std::any::type_name::<T>();
    let message = match value {
        ValueRef::Null => format!("the column is NULL but {rust} cannot be; use Option<{rust}>"),
        _ => format!("{} does not fit {rust}", value.type_name()),
    };
    Error::new(ErrorKind::Decode, message)
}

/// The error of a text that is no value of its type as this library writes it.
#[cfg(any(feature = "chrono", feature = "uuid"))]
#[cold]
pub(super) fn misspelled<T: ColumnType>(value: ValueRef<'_>) -> Error {
    let (ValueRef::Text(text), Some(form)) = (value, T::SQL_TYPE.form()) else {
        return mismatch::<T>(value);
    };
    let rust = std::any::type_name::<T>();
    let message = match T::SQL_TYPE.respelled(text) {
        Some(_) => format!(
            "the text is a {rust} in another form than {form}, so that no comparison would find it; bring the texts of \
             the column to this form, or declare it as a String"
        ),
        None => format!("TEXT does not fit {rust}, whose texts have the form {form}"),
    };
    Error::new(ErrorKind::Decode, message)
}

macro_rules! integer {
    ($rust:ty, $sql:ident, $variant:ident) => {
        impl FromValue for $rust {
            #[inline]
            fn from_value(value: ValueRef<'_>) -> Result<Self> {
                let fitted = match value {
                    ValueRef::I64(found) => <$rust>::try_from(found).ok(),
                    ValueRef::I32(found) => <$rust>::try_from(found).ok(),
                    ValueRef::I16(found) => <$rust>::try_from(found).ok(),
                    _ => None,
                };
                fitted.ok_or_else(|| out_of_range::<$rust>(value))
            }

            #[inline]
            fn read_quick(row: &dyn Row, index: usize) -> Option<Self> {
                <$rust>::try_from(row.integer(index)?).ok()
            }
        }

        impl ToValue for $rust {
            #[inline]
            fn to_value(&self) -> Value {
                Value::$variant(*self)
            }

            #[inline]
            fn same(&self, value: &Value) -> bool {
                match *value {
                    Value::I64(value) => i64::from(*self) == value,
                    Value::I32(value) => i64::from(*self) == i64::from(value),
                    Value::I16(value) => i64::from(*self) == i64::from(value),
                    _ => false,
                }
            }
        }

        impl ColumnType for $rust {
            type Base = $rust;
            const SQL_TYPE: SqlType = SqlType::$sql;
        }
    };
}

integer!(i16, SmallInt, I16);
integer!(i32, Integer, I32);
integer!(i64, BigInt, I64);

#[cold]
fn out_of_range<T>(value: ValueRef<'_>) -> Error {
    match value {
        ValueRef::I16(_) | ValueRef::I32(_) | ValueRef::I64(_) => Error::new(
            ErrorKind::Decode,
            format!(
                "the integer is out of range for {}; use a wider type",
                std::any::type_name::<T>()
            ),
        ),
        _ => mismatch::<T>(value),
    }
}

macro_rules! to_value {
    ($($rust:ty => $variant:ident($make:expr, $same:expr, $borrow:expr)),* $(,)?) => {$(
        impl ToValue for $rust {
            #[inline]
            fn to_value(&self) -> Value {
                let make: fn(&$rust) -> _ = $make;
                Value::$variant(make(self))
            }

            #[inline]
            fn same(&self, value: &Value) -> bool {
                let same: fn(&$rust, &_) -> bool = $same;
                matches!(value, Value::$variant(value) if same(self, value))
            }

            #[inline]
            fn push_to(&self, list: &mut Values) {
                let borrow: fn(&$rust) -> ValueRef<'_> = $borrow;
                list.push(borrow(self));
            }
        }
    )*};
}

to_value! {
    bool => Bool(|value| *value, |left, right| left == right, |value| ValueRef::Bool(*value)),
    f32 => F32(|value| *value, |left, right: &f32| left.to_bits() == right.to_bits(), |value| ValueRef::F32(*value)),
    f64 => F64(|value| *value, |left, right: &f64| left.to_bits() == right.to_bits(), |value| ValueRef::F64(*value)),
    String => Text(Clone::clone, |left, right| left == right, |value| ValueRef::Text(value)),
    str => Text(str::to_owned, |left, right| left == right, |value| ValueRef::Text(value)),
    Vec<u8> => Bytes(Clone::clone, |left, right| left == right, |value| ValueRef::Bytes(value)),
    [u8] => Bytes(<[u8]>::to_vec, |left, right| left == right, |value| ValueRef::Bytes(value)),
}

impl<T: ToValue + ?Sized> ToValue for &T {
    #[inline]
    fn to_value(&self) -> Value {
        (**self).to_value()
    }

    #[inline]
    fn same(&self, value: &Value) -> bool {
        (**self).same(value)
    }

    #[inline]
    fn push_to(&self, list: &mut Values) {
        (**self).push_to(list);
    }
}

impl<T: ToValue> ToValue for Option<T> {
    #[inline]
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }

    #[inline]
    fn push_to(&self, list: &mut Values) {
        match self {
            Some(value) => value.push_to(list),
            None => list.push(ValueRef::Null),
        }
    }

    #[inline]
    fn same(&self, value: &Value) -> bool {
        match self {
            Some(inner) => inner.same(value),
            None => value.is_null(),
        }
    }
}

impl ToValue for Value {
    fn to_value(&self) -> Value {
        self.clone()
    }

    fn same(&self, value: &Value) -> bool {
        self == value
    }
}

/// A type that becomes a value without an allocation.
#[cfg(any(feature = "chrono", feature = "decimal", feature = "uuid"))]
macro_rules! plain {
    ($($rust:ty => $variant:ident($make:expr)),* $(,)?) => {$(
        impl ToValue for $rust {
            #[inline]
            fn to_value(&self) -> Value {
                let make: fn(&$rust) -> _ = $make;
                Value::$variant(make(self))
            }

            #[inline]
            fn push_to(&self, list: &mut super::Values) {
                let make: fn(&$rust) -> _ = $make;
                list.push(ValueRef::$variant(make(self)));
            }
        }

        impl ColumnType for $rust {
            type Base = $rust;
            const SQL_TYPE: SqlType = SqlType::$variant;
        }
    )*};
}
#[cfg(any(feature = "chrono", feature = "decimal", feature = "uuid"))]
pub(super) use plain;

macro_rules! column_type {
    ($($rust:ty => $sql:ident),* $(,)?) => {$(
        impl ColumnType for $rust {
            type Base = $rust;
            const SQL_TYPE: SqlType = SqlType::$sql;
        }
    )*};
}

column_type! { bool => Bool, f32 => Real, f64 => Double, String => Text, Vec<u8> => Bytes }

impl<T: ColumnType> ColumnType for Option<T> {
    type Base = T::Base;
    const SQL_TYPE: SqlType = T::SQL_TYPE;
    const NULLABLE: bool = true;
}

mod read;
#[cfg(test)]
mod tests;
