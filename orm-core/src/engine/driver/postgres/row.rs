//! Rows of PostgreSQL: values decoded in place from their binary form.

use std::cell::OnceCell;

use sqlx::postgres::{PgRow, PgTypeInfo, PgTypeKind};
use sqlx::{Column, Row as _, TypeInfo, ValueRef as _};

use super::address;
use super::codec::{self, Unread};
use super::learn::is_text;
use crate::error::{Error, ErrorKind, Result};
use crate::types::{Array, Row, SqlType, Value, ValueRef};

const INT8: u32 = 20;
const INT4: u32 = 23;
const TEXT: u32 = 25;
const FLOAT8: u32 = 701;
const VARCHAR: u32 = 1043;
const TEXTS: u32 = 1009;

/// A row, borrowed from sqlx.
pub(super) struct PostgresRow<'r> {
    row: &'r PgRow,
    types: &'r [u32],
    arrays: Arrays,
}

/// The numbers of the types of a result's columns, 0 where the driver does not tell: asked for once, not for each row.
/// What travels as text, and lists of it, have the numbers of TEXT.
pub(super) fn types(row: &PgRow, into: &mut Vec<u32>) {
    into.extend(row.columns().iter().map(|column| {
        let info = column.type_info();
        match info.oid().map_or(0, |oid| oid.0) {
            oid @ 16_384.. => made_by_users(info).unwrap_or(oid),
            oid => oid,
        }
    }));
}

#[cold]
fn made_by_users(info: &PgTypeInfo) -> Option<u32> {
    if is_text(info) {
        return Some(TEXT);
    }
    if info.name() == "?" {
        return None;
    }
    match info.kind() {
        PgTypeKind::Array(item) if is_text(item) => Some(TEXTS),
        _ => None,
    }
}

/// The arrays that were read: they are lent out, so they stay where they are until the row goes.
#[derive(Default)]
struct Arrays(OnceCell<Box<(Array, Arrays)>>);

impl Arrays {
    fn keep(&self, array: Array) -> &Array {
        let mut place = self;
        while let Some(held) = place.0.get() {
            place = &held.1;
        }
        &place.0.get_or_init(|| Box::new((array, Self::default()))).0
    }
}

impl<'r> PostgresRow<'r> {
    /// `types` are those of its columns, as [`types`] tells them.
    pub(super) fn new(row: &'r PgRow, types: &'r [u32]) -> Self {
        Self {
            row,
            types,
            arrays: Arrays::default(),
        }
    }

    /// The number of the type at `index` and the bytes there, which are not NULL.
    #[inline]
    fn at(&self, index: usize) -> Option<(u32, &'r [u8])> {
        let oid = *self.types.get(index)?;
        let raw = self.row.try_get_raw(index).ok()?;
        if raw.is_null() {
            return None;
        }
        Some((oid, raw.as_bytes().ok()?))
    }

    fn decode<'a>(&'a self, oid: u32, bytes: &'a [u8]) -> Result<ValueRef<'a>, Unread> {
        match decode(oid, bytes) {
            Err(Unread::Unknown) if is_array(oid) => codec::read_array(bytes, oid == TEXTS)
                .map(|array| ValueRef::Array(self.arrays.keep(array))),
            Err(Unread::Unknown) => match address::read(oid, bytes) {
                Some(text) => {
                    let kept = self.arrays.keep((SqlType::Text, vec![Value::Text(text)]));
                    Ok(kept.1.first().map_or(ValueRef::Null, Value::as_ref))
                }
                None => Err(Unread::Unknown),
            },
            decoded => decoded,
        }
    }
}

impl Row for PostgresRow<'_> {
    fn len(&self) -> usize {
        self.row.columns().len()
    }

    fn value(&self, index: usize) -> Result<ValueRef<'_>> {
        let columns = self.row.columns();
        let Some(column) = columns.get(index) else {
            return Err(Error::new(
                ErrorKind::Decode,
                format!(
                    "column {index} was asked for, but the row has {} columns (counted from 0)",
                    columns.len()
                ),
            ));
        };
        let raw = match self.row.try_get_raw(index) {
            Ok(raw) if raw.is_null() => return Ok(ValueRef::Null),
            Ok(raw) => raw,
            Err(error) => {
                return Err(Error::new(ErrorKind::Decode, error.to_string()));
            }
        };
        let info = column.type_info();
        let oid = self.types.get(index).copied().unwrap_or(0);
        let decoded = match raw.as_bytes() {
            Ok(bytes) => self.decode(oid, bytes),
            Err(_) => Err(Unread::Unknown),
        };
        decoded.map_err(|unread| {
            let message = match unread {
                Unread::Unknown => format!(
                    "the column's type {} cannot be read here; cast it in the statement, for example to text",
                    info.name()
                ),
                Unread::Value(what) => format!(
                    "the column of type {} holds {what}, which has no value here; cast it in the statement, for example to text",
                    info.name()
                ),
            };
            Error::new(ErrorKind::Decode, message).with_columns([column.name()])
        })
    }

    #[inline]
    fn integer(&self, index: usize) -> Option<i64> {
        match self.at(index)? {
            (INT8, bytes) => Some(i64::from_be_bytes(bytes.try_into().ok()?)),
            (INT4, bytes) => Some(i32::from_be_bytes(bytes.try_into().ok()?).into()),
            _ => None,
        }
    }

    #[inline]
    fn float(&self, index: usize) -> Option<f64> {
        match self.at(index)? {
            (FLOAT8, bytes) => Some(f64::from_be_bytes(bytes.try_into().ok()?)),
            _ => None,
        }
    }

    #[inline]
    fn text(&self, index: usize) -> Option<&str> {
        match self.at(index)? {
            (TEXT | VARCHAR, bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    fn name(&self, index: usize) -> &str {
        self.row.columns().get(index).map_or("", Column::name)
    }
}

/// Whether this is the number of an array of a type that is read here.
fn is_array(oid: u32) -> bool {
    matches!(
        oid,
        199 | 1000
            ..=1009
                | 1014
                | 1015
                | 1016
                | 1021
                | 1022
                | 1115
                | 1182
                | 1183
                | 1185
                | 1231
                | 2951
                | 3807
    )
}

fn text(bytes: &[u8]) -> Result<ValueRef<'_>, Unread> {
    std::str::from_utf8(bytes)
        .map(ValueRef::Text)
        .map_err(|_| Unread::Unknown)
}

fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], Unread> {
    bytes.try_into().map_err(|_| Unread::Unknown)
}

/// The value of a built-in type.
#[inline]
pub(super) fn decode(oid: u32, bytes: &[u8]) -> Result<ValueRef<'_>, Unread> {
    Ok(match oid {
        16 => ValueRef::Bool(*bytes.first().ok_or(Unread::Unknown)? != 0),
        21 => ValueRef::I16(i16::from_be_bytes(fixed(bytes)?)),
        INT4 => ValueRef::I32(i32::from_be_bytes(fixed(bytes)?)),
        INT8 => ValueRef::I64(i64::from_be_bytes(fixed(bytes)?)),
        // oid: what reflection reads from the catalogs.
        26 => ValueRef::I64(i64::from(u32::from_be_bytes(fixed(bytes)?))),
        700 => ValueRef::F32(f32::from_be_bytes(fixed(bytes)?)),
        FLOAT8 => ValueRef::F64(f64::from_be_bytes(fixed(bytes)?)),
        // text, varchar, bpchar, name, "char", unknown, xml
        TEXT | VARCHAR | 1042 | 19 | 18 | 705 | 142 => text(bytes)?,
        17 => ValueRef::Bytes(bytes),
        1082 => ValueRef::Date(codec::days_in(i32::from_be_bytes(fixed(bytes)?))?),
        1083 => ValueRef::Time(codec::time_in(i64::from_be_bytes(fixed(bytes)?))?),
        1114 => ValueRef::Timestamp(codec::micros_in(i64::from_be_bytes(fixed(bytes)?))?),
        1184 => ValueRef::TimestampTz(codec::micros_in(i64::from_be_bytes(fixed(bytes)?))?),
        1700 => ValueRef::Decimal(codec::read_numeric(bytes)?),
        2950 => ValueRef::Uuid(fixed(bytes)?),
        114 => json(bytes)?,
        3802 => match bytes {
            [1, text @ ..] => json(text)?,
            _ => return Err(Unread::Unknown),
        },
        // void, as `SELECT pg_sleep(1)` gives
        2278 => ValueRef::Null,
        _ => return Err(Unread::Unknown),
    })
}

fn json(bytes: &[u8]) -> Result<ValueRef<'_>, Unread> {
    std::str::from_utf8(bytes)
        .map(ValueRef::Json)
        .map_err(|_| Unread::Unknown)
}
