//! Parameters of PostgreSQL, in binary form.

use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgTypeInfo};
use sqlx::{Arguments, Postgres, Type};

use crate::error::{Error, ErrorKind, Result};
use crate::types::{SqlType, Value};

/// What is bound to a statement.
#[derive(Clone, Copy)]
pub(crate) enum Parameters<'v> {
    /// One value for each placeholder.
    Values(&'v [Value]),
    /// One array for each placeholder, from rows that lie one after another.
    Columns {
        types: &'v [SqlType],
        rows: &'v [Value],
        count: usize,
    },
}

impl Parameters<'_> {
    /// The types, as the server numbers them; 0 for NULL, whose type the server infers.
    pub(super) fn types(self) -> Result<Vec<u32>> {
        match self {
            Self::Values(values) => values.iter().map(type_of).collect(),
            Self::Columns { types, .. } => types.iter().map(|ty| Ok(array_of(*ty)?.1)).collect(),
        }
    }

    /// The parameters, each declared as `types` says.
    pub(super) fn encode(self, types: &[u32]) -> Result<PgArguments> {
        let mut arguments = PgArguments::default();
        arguments.reserve(types.len(), types.len() * 16);
        match self {
            Self::Values(values) => {
                for (index, (value, oid)) in values.iter().zip(types).enumerate() {
                    let scalar = Scalar { value, oid: *oid };
                    add(&mut arguments, scalar, index)?;
                }
            }
            Self::Columns {
                types: columns,
                rows,
                count,
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
                        values: rows,
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

fn type_of(value: &Value) -> Result<u32> {
    Ok(match value {
        Value::Null => 0,
        Value::Bool(_) => 16,
        Value::I16(_) => 21,
        Value::I32(_) => 23,
        Value::I64(_) => 20,
        Value::F32(_) => 700,
        Value::F64(_) => 701,
        Value::Text(_) => 25,
        Value::Bytes(_) => 17,
        Value::Array(array) => array_of(array.0)?.1,
    })
}

/// The numbers of a type and of its array.
fn array_of(ty: SqlType) -> Result<(u32, u32)> {
    Ok(match ty {
        SqlType::Bool => (16, 1000),
        SqlType::SmallInt => (21, 1005),
        SqlType::Integer => (23, 1007),
        SqlType::BigInt => (20, 1016),
        SqlType::Real => (700, 1021),
        SqlType::Double => (701, 1022),
        SqlType::Text | SqlType::VarChar(_) | SqlType::Enum(_) => (25, 1009),
        SqlType::Bytes => (17, 1001),
    })
}

/// Writes a value that is neither NULL nor an array.
fn write(value: &Value, buffer: &mut Vec<u8>) -> Result<(), BoxDynError> {
    match value {
        Value::Bool(value) => buffer.push(u8::from(*value)),
        Value::I16(value) => buffer.extend_from_slice(&value.to_be_bytes()),
        Value::I32(value) => buffer.extend_from_slice(&value.to_be_bytes()),
        Value::I64(value) => buffer.extend_from_slice(&value.to_be_bytes()),
        Value::F32(value) => buffer.extend_from_slice(&value.to_be_bytes()),
        Value::F64(value) => buffer.extend_from_slice(&value.to_be_bytes()),
        Value::Text(value) if value.contains('\0') => {
            return Err(
                "PostgreSQL text cannot hold a NUL character; remove it, or store bytes".into(),
            );
        }
        Value::Text(value) => buffer.extend_from_slice(value.as_bytes()),
        Value::Bytes(value) => buffer.extend_from_slice(value),
        Value::Null | Value::Array(_) => return Err("it stands where a plain value must".into()),
    }
    Ok(())
}

/// Writes an item of an array, widened to the array's type. The binary form has no conversions on the server.
fn write_item(ty: SqlType, value: &Value, buffer: &mut Vec<u8>) -> Result<(), BoxDynError> {
    let integer = match value {
        Value::I16(value) => Some(i64::from(*value)),
        Value::I32(value) => Some(i64::from(*value)),
        Value::I64(value) => Some(*value),
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
        (SqlType::Double, Value::F32(value), _) => {
            buffer.extend_from_slice(&f64::from(*value).to_be_bytes());
        }
        (SqlType::Bool, Value::Bool(_), _)
        | (SqlType::Real, Value::F32(_), _)
        | (SqlType::Double, Value::F64(_), _)
        | (SqlType::Text | SqlType::VarChar(_) | SqlType::Enum(_), Value::Text(_), _)
        | (SqlType::Bytes, Value::Bytes(_), _) => write(value, buffer)?,
        _ => {
            let found = value.as_ref().type_name();
            return Err(format!("an array of {ty:?} cannot hold {found}").into());
        }
    }
    Ok(())
}

struct Scalar<'v> {
    value: &'v Value,
    oid: u32,
}

impl Type<Postgres> for Scalar<'_> {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_oid(Oid(0))
    }
}

impl<'q> Encode<'q, Postgres> for Scalar<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        match self.value {
            Value::Null => return Ok(IsNull::Yes),
            Value::Array(array) => Array {
                ty: array.0,
                oid: self.oid,
                values: &array.1,
                first: 0,
                step: 1,
                count: array.1.len(),
            }
            .write(buffer)?,
            value => write(value, buffer)?,
        }
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(PgTypeInfo::with_oid(Oid(self.oid)))
    }
}

/// Every `step`th of `values`, from `first` on, as one array.
struct Array<'v> {
    ty: SqlType,
    oid: u32,
    values: &'v [Value],
    first: usize,
    step: usize,
    count: usize,
}

impl Array<'_> {
    fn write(&self, buffer: &mut Vec<u8>) -> Result<(), BoxDynError> {
        let (item, _) = array_of(self.ty)?;
        let items = || self.values.iter().skip(self.first).step_by(self.step);
        let has_null = items().any(Value::is_null);
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
            if !value.is_null() {
                write_item(self.ty, value, buffer)?;
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
