//! Rows of PostgreSQL: values decoded in place from their binary form.

use sqlx::postgres::{PgRow, PgTypeKind};
use sqlx::{Column, Row as _, TypeInfo, ValueRef as _};

use crate::error::{Error, ErrorKind, Result};
use crate::types::{Row, ValueRef};

/// A row, borrowed from sqlx.
pub(super) struct PostgresRow<'r>(pub(super) &'r PgRow);

impl Row for PostgresRow<'_> {
    fn len(&self) -> usize {
        self.0.columns().len()
    }

    fn value(&self, index: usize) -> Result<ValueRef<'_>> {
        let columns = self.0.columns();
        let Some(column) = columns.get(index) else {
            return Err(Error::new(
                ErrorKind::Decode,
                format!(
                    "column {index} was asked for, but the row has {} columns (counted from 0)",
                    columns.len()
                ),
            ));
        };
        let raw = match self.0.try_get_raw(index) {
            Ok(raw) if raw.is_null() => return Ok(ValueRef::Null),
            Ok(raw) => raw,
            Err(error) => {
                return Err(Error::new(ErrorKind::Decode, error.to_string()));
            }
        };
        let info = column.type_info();
        let oid = info.oid().map_or(0, |oid| oid.0);
        let decoded = raw
            .as_bytes()
            .ok()
            .and_then(|bytes| match decode(oid, bytes) {
                // The name "?" is of a type the driver could not look up; its kind must not be asked for.
                None if info.name() != "?" && matches!(info.kind(), PgTypeKind::Enum(_)) => {
                    std::str::from_utf8(bytes).ok().map(ValueRef::Text)
                }
                decoded => decoded,
            });
        decoded.ok_or_else(|| {
            Error::new(
                ErrorKind::Decode,
                format!(
                    "the column's type {} cannot be read here; cast it in the statement, for example to text",
                    info.name()
                ),
            )
            .with_columns([column.name()])
        })
    }

    fn name(&self, index: usize) -> &str {
        self.0.columns().get(index).map_or("", Column::name)
    }
}

/// The value of a built-in type; none for other types and for bytes that are not of the type.
#[inline]
fn decode(oid: u32, bytes: &[u8]) -> Option<ValueRef<'_>> {
    Some(match oid {
        16 => ValueRef::Bool(*bytes.first()? != 0),
        21 => ValueRef::I16(i16::from_be_bytes(bytes.try_into().ok()?)),
        23 => ValueRef::I32(i32::from_be_bytes(bytes.try_into().ok()?)),
        20 => ValueRef::I64(i64::from_be_bytes(bytes.try_into().ok()?)),
        // oid: what reflection reads from the catalogs.
        26 => ValueRef::I64(i64::from(u32::from_be_bytes(bytes.try_into().ok()?))),
        700 => ValueRef::F32(f32::from_be_bytes(bytes.try_into().ok()?)),
        701 => ValueRef::F64(f64::from_be_bytes(bytes.try_into().ok()?)),
        // text, varchar, bpchar, name, "char", unknown
        25 | 1043 | 1042 | 19 | 18 | 705 => ValueRef::Text(std::str::from_utf8(bytes).ok()?),
        17 => ValueRef::Bytes(bytes),
        // void, as `SELECT pg_sleep(1)` gives
        2278 => ValueRef::Null,
        _ => return None,
    })
}
