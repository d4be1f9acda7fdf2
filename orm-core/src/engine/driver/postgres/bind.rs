//! Parameters of PostgreSQL, in binary form.

use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgTypeInfo};
use sqlx::{Arguments, Postgres, Type};

use super::codec;
use crate::error::{Error, ErrorKind, Result};
use crate::types::{SqlType, Value, ValueRef, Values};

const JSON: u32 = 114;

/// What is bound to a statement.
#[derive(Clone, Copy)]
pub(crate) enum Parameters<'v> {
    /// One value for each placeholder.
    Values(&'v [Value]),
    /// One row of a batch, from its first value on.
    Row {
        rows: &'v Values,
        first: usize,
        width: usize,
    },
    /// One array for each placeholder, from rows that lie one after another.
    Columns {
        table: &'v str,
        /// The column of the table that each array is for.
        columns: &'v [Box<str>],
        types: &'v [SqlType],
        rows: &'v Values,
        count: usize,
    },
}

impl Parameters<'_> {
    /// The types, as the server numbers them; 0 for NULL, whose type the server infers.
    pub(super) fn types(self) -> Vec<u32> {
        match self {
            Self::Values(values) => values.iter().map(|value| type_of(value.as_ref())).collect(),
            Self::Row { rows, first, width } => (first..first + width)
                .map(|index| type_of(rows.get(index)))
                .collect(),
            Self::Columns { types, .. } => types.iter().map(|ty| array_of(*ty).1).collect(),
        }
    }

    /// The parameters, each declared as `types` says; `items` are the types of the items of arrays, where they are others
    /// than those of the values.
    pub(super) fn encode(self, types: &[u32], items: &[u32]) -> Result<PgArguments> {
        let mut arguments = PgArguments::default();
        arguments.reserve(types.len(), types.len() * 16);
        match self {
            Self::Values(values) => {
                for (index, (value, oid)) in values.iter().zip(types).enumerate() {
                    let scalar = Scalar {
                        value: value.as_ref(),
                        oid: *oid,
                        item: items.get(index).copied().unwrap_or(0),
                    };
                    add(&mut arguments, scalar, index)?;
                }
            }
            Self::Row { rows, first, .. } => {
                for (index, oid) in types.iter().enumerate() {
                    let scalar = Scalar {
                        value: rows.get(first + index),
                        oid: *oid,
                        item: items.get(index).copied().unwrap_or(0),
                    };
                    add(&mut arguments, scalar, index)?;
                }
            }
            Self::Columns {
                types: columns,
                rows,
                count,
                ..
            } => {
                if rows.len() != count * columns.len() {
                    return Err(Error::new(
                        ErrorKind::InvalidQuery,
                        "the batch holds another number of values than its rows and parameters need",
                    ));
                }
                for (index, (ty, oid)) in columns.iter().zip(types).enumerate() {
                    let column = Array {
                        ty: *ty,
                        oid: *oid,
                        item: items.get(index).copied().unwrap_or(0),
                        items: Items::Values(rows),
                        first: index,
                        step: columns.len(),
                        count,
                    };
                    add(&mut arguments, column, index)?;
                }
            }
        }
        Ok(arguments)
    }
}

fn add<'v, T>(arguments: &mut PgArguments, value: T, index: usize) -> Result<()>
where
    T: Encode<'v, Postgres> + Type<Postgres>,
{
    arguments.add(value).map_err(|reason| {
        Error::new(
            ErrorKind::Encode,
            format!("parameter {} cannot be sent: {reason}", index + 1),
        )
    })
}

fn type_of(value: ValueRef<'_>) -> u32 {
    match value {
        ValueRef::Null => 0,
        ValueRef::Bool(_) => 16,
        ValueRef::I16(_) => 21,
        ValueRef::I32(_) => 23,
        ValueRef::I64(_) => 20,
        ValueRef::F32(_) => 700,
        ValueRef::F64(_) => 701,
        ValueRef::Text(_) => 25,
        ValueRef::Bytes(_) => 17,
        ValueRef::Array((ty, _)) => array_of(*ty).1,
        ValueRef::Date(_) => 1082,
        ValueRef::Time(_) => 1083,
        ValueRef::Timestamp(_) => 1114,
        ValueRef::TimestampTz(_) => 1184,
        ValueRef::Decimal(_) => 1700,
        ValueRef::Uuid(_) => 2950,
        ValueRef::Json(_) => 3802,
        // Refused when it is written.
        ValueRef::Invalid(_) | ValueRef::Unloaded => 0,
    }
}

/// The numbers of a type and of its array.
fn array_of(ty: SqlType) -> (u32, u32) {
    match ty {
        SqlType::Bool => (16, 1000),
        SqlType::SmallInt => (21, 1005),
        SqlType::Integer => (23, 1007),
        SqlType::BigInt => (20, 1016),
        SqlType::Real => (700, 1021),
        SqlType::Double => (701, 1022),
        // An array of arrays is a matrix; so they travel as text, and the statement casts them.
        SqlType::Text | SqlType::VarChar(_) | SqlType::Enum(_) | SqlType::Array(_) => (25, 1009),
        SqlType::Bytes => (17, 1001),
        SqlType::Date => (1082, 1182),
        SqlType::Time => (1083, 1183),
        SqlType::Timestamp => (1114, 1115),
        SqlType::TimestampTz => (1184, 1185),
        SqlType::Decimal => (1700, 1231),
        SqlType::Uuid => (2950, 2951),
        SqlType::Json => (3802, 3807),
    }
}

/// Writes a value that is not NULL; of an array, with items of the type `item`; JSON, as that type.
fn write(value: ValueRef<'_>, item: u32, buffer: &mut Vec<u8>) -> Result<(), BoxDynError> {
    value
        .check_range()
        .map_err(|error| error.message().to_owned())?;
    match value {
        ValueRef::Bool(value) => buffer.push(u8::from(value)),
        ValueRef::I16(value) => buffer.extend_from_slice(&value.to_be_bytes()),
        ValueRef::I32(value) => buffer.extend_from_slice(&value.to_be_bytes()),
        ValueRef::I64(value) => buffer.extend_from_slice(&value.to_be_bytes()),
        ValueRef::F32(value) => buffer.extend_from_slice(&value.to_be_bytes()),
        ValueRef::F64(value) => buffer.extend_from_slice(&value.to_be_bytes()),
        ValueRef::Text(value) if value.contains('\0') => {
            return Err(
                "PostgreSQL text cannot hold a NUL character; remove it, or store bytes".into(),
            );
        }
        ValueRef::Text(value) => buffer.extend_from_slice(value.as_bytes()),
        ValueRef::Bytes(value) => buffer.extend_from_slice(value),
        ValueRef::Date(days) => buffer.extend_from_slice(&codec::days_out(days).to_be_bytes()),
        ValueRef::Time(micros) => buffer.extend_from_slice(&micros.to_be_bytes()),
        ValueRef::Timestamp(micros) | ValueRef::TimestampTz(micros) => {
            buffer.extend_from_slice(&codec::micros_out(micros).to_be_bytes());
        }
        ValueRef::Decimal(number) => codec::write_numeric(number, buffer),
        ValueRef::Uuid(uuid) => buffer.extend_from_slice(&uuid),
        ValueRef::Json(text) if item == JSON => buffer.extend_from_slice(text.as_bytes()),
        ValueRef::Json(text) => {
            if has_nul(text) {
                return Err(
                    "JSONB cannot hold the character \\u0000; remove it, or make the column JSON"
                        .into(),
                );
            }
            // The version of JSONB's binary form, which is the text.
            buffer.push(1);
            buffer.extend_from_slice(text.as_bytes());
        }
        ValueRef::Array((ty, items)) => {
            let array = Array {
                ty: *ty,
                oid: array_of(*ty).1,
                item,
                items: Items::Slice(items),
                first: 0,
                step: 1,
                count: items.len(),
            };
            array.write(buffer)?;
        }
        ValueRef::Invalid(reason) => return Err(reason.into()),
        ValueRef::Unloaded => {
            return Err(
                "a deferred column that was not loaded has no value to send; load it first".into(),
            );
        }
        ValueRef::Null => return Err("it stands where a plain value must".into()),
    }
    Ok(())
}

/// Whether a JSON text has the escape of the character NUL, and not that of a backslash before it.
fn has_nul(json: &str) -> bool {
    json.match_indices("\\u0000").any(|(at, _)| {
        let before = json.as_bytes()[..at].iter().rev();
        before.take_while(|byte| **byte == b'\\').count() % 2 == 0
    })
}

/// Writes an item of an array, widened to the array's type. The binary form has no conversions on the server.
fn write_item(
    (ty, item): (SqlType, u32),
    value: ValueRef<'_>,
    buffer: &mut Vec<u8>,
) -> Result<(), BoxDynError> {
    let integer = match value {
        ValueRef::I16(value) => Some(i64::from(value)),
        ValueRef::I32(value) => Some(i64::from(value)),
        ValueRef::I64(value) => Some(value),
        _ => None,
    };
    let out_of_range = || BoxDynError::from("an integer is out of range for the array's type");
    match (ty, value, integer) {
        (SqlType::SmallInt, _, Some(value)) => {
            let value = i16::try_from(value).map_err(|_| out_of_range())?;
            buffer.extend_from_slice(&value.to_be_bytes());
        }
        (SqlType::Integer, _, Some(value)) => {
            let value = i32::try_from(value).map_err(|_| out_of_range())?;
            buffer.extend_from_slice(&value.to_be_bytes());
        }
        (SqlType::BigInt, _, Some(value)) => buffer.extend_from_slice(&value.to_be_bytes()),
        (SqlType::Double, ValueRef::F32(value), _) => {
            buffer.extend_from_slice(&f64::from(value).to_be_bytes());
        }
        (SqlType::Array(_), ValueRef::Array(array), _) => {
            codec::write_literal(array, buffer).map_err(|error| error.message().to_owned())?
        }
        _ if type_of(value) == array_of(ty).0 => write(value, item, buffer)?,
        _ => {
            let found = value.type_name();
            return Err(format!("an array of {ty:?} cannot hold {found}").into());
        }
    }
    Ok(())
}

struct Scalar<'v> {
    value: ValueRef<'v>,
    oid: u32,
    item: u32,
}

impl Type<Postgres> for Scalar<'_> {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(0))
    }
}

impl<'q> Encode<'q, Postgres> for Scalar<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        if self.value == ValueRef::Null {
            return Ok(IsNull::Yes);
        }
        write(self.value, self.item, buffer)?;
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(PgTypeInfo::with_oid(Oid(self.oid)))
    }
}

/// What the items of an array are taken from.
#[derive(Clone, Copy)]
enum Items<'v> {
    Slice(&'v [Value]),
    Values(&'v Values),
}

impl<'v> Items<'v> {
    fn get(self, index: usize) -> ValueRef<'v> {
        match self {
            Self::Slice(values) => values.get(index).map_or(ValueRef::Null, Value::as_ref),
            Self::Values(values) => values.get(index),
        }
    }
}

/// Every `step`th of the items, from `first` on, as one array.
struct Array<'v> {
    ty: SqlType,
    oid: u32,
    /// The type of its items, if it is another than that of the values.
    item: u32,
    items: Items<'v>,
    first: usize,
    step: usize,
    count: usize,
}

impl Array<'_> {
    fn write(&self, buffer: &mut Vec<u8>) -> Result<(), BoxDynError> {
        let item = match self.item {
            0 => array_of(self.ty).0,
            item => item,
        };
        let items = || (0..self.count).map(|nth| self.items.get(self.first + nth * self.step));
        let has_null = items().any(|item| item == ValueRef::Null);
        let dimensions = i32::from(self.count > 0);
        buffer.extend_from_slice(&dimensions.to_be_bytes());
        buffer.extend_from_slice(&i32::from(has_null).to_be_bytes());
        buffer.extend_from_slice(&item.to_be_bytes());
        if self.count == 0 {
            return Ok(());
        }
        buffer.extend_from_slice(&i32::try_from(self.count)?.to_be_bytes());
        // Arrays count from one.
        buffer.extend_from_slice(&1_i32.to_be_bytes());
        for value in items() {
            let start = buffer.len();
            buffer.extend_from_slice(&(-1_i32).to_be_bytes());
            if value != ValueRef::Null {
                write_item((self.ty, item), value, buffer)?;
                let length = i32::try_from(buffer.len() - start - 4)?;
                buffer[start..start + 4].copy_from_slice(&length.to_be_bytes());
            }
        }
        Ok(())
    }
}

impl Type<Postgres> for Array<'_> {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(0))
    }
}

impl<'q> Encode<'q, Postgres> for Array<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        self.write(buffer)?;
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(PgTypeInfo::with_oid(Oid(self.oid)))
    }
}
