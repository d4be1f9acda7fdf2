//! Values as bytes that outlive the program.

use super::{SqlType, Value, ValueRef};
use crate::error::{Error, ErrorKind, Result};

const TEXT: u8 = 7;
const BYTES: u8 = 8;
/// The kinds that are written as their text, in the order of their marks.
const AS_TEXT: &[(u8, SqlType)] = &[
    (9, SqlType::Date),
    (10, SqlType::Time),
    (11, SqlType::Timestamp),
    (12, SqlType::TimestampTz),
    (13, SqlType::Decimal),
    (14, SqlType::Uuid),
];
const JSON: u8 = 15;

impl Value {
    /// Appends the value to bytes.
    ///
    /// # Errors
    /// `Encode` for an array, and for what is no value.
    pub(crate) fn write_portable(&self, out: &mut Vec<u8>) -> Result<()> {
        let (mark, short) = match self {
            Self::Null => (0, None),
            Self::Bool(value) => (1, Some(vec![u8::from(*value)])),
            Self::I16(value) => (2, Some(value.to_le_bytes().to_vec())),
            Self::I32(value) => (3, Some(value.to_le_bytes().to_vec())),
            Self::I64(value) => (4, Some(value.to_le_bytes().to_vec())),
            Self::F32(value) => (5, Some(value.to_le_bytes().to_vec())),
            Self::F64(value) => (6, Some(value.to_le_bytes().to_vec())),
            Self::Text(text) => {
                block(out, TEXT, text.as_bytes());
                return Ok(());
            }
            Self::Bytes(bytes) => {
                block(out, BYTES, bytes);
                return Ok(());
            }
            Self::Json(text) => {
                block(out, JSON, text.as_bytes());
                return Ok(());
            }
            Self::Date(_) => return self.write_text(9, out),
            Self::Time(_) => return self.write_text(10, out),
            Self::Timestamp(_) => return self.write_text(11, out),
            Self::TimestampTz(_) => return self.write_text(12, out),
            Self::Decimal(_) => return self.write_text(13, out),
            Self::Uuid(_) => return self.write_text(14, out),
            Self::Array(_) | Self::Invalid(_) | Self::Unloaded => return Err(self.not_portable()),
        };
        out.push(mark);
        out.extend(short.unwrap_or_default());
        Ok(())
    }

    fn write_text(&self, mark: u8, out: &mut Vec<u8>) -> Result<()> {
        let text = self.as_ref().short_text()?;
        let text = text.ok_or_else(|| self.not_portable())?;
        block(out, mark, text.as_str().as_bytes());
        Ok(())
    }

    #[cold]
    fn not_portable(&self) -> Error {
        let name = self.as_ref().type_name();
        Error::new(
            ErrorKind::Encode,
            format!(
                "a value of type {name} cannot be part of a page's place; order by something else"
            ),
        )
    }

    /// Reads a value from the beginning of bytes, and moves them on; `None` when they are not what was written.
    pub(crate) fn read_portable(bytes: &mut &[u8]) -> Option<Self> {
        let [mark] = take(bytes)?;
        Some(match mark {
            0 => Self::Null,
            1 => match take(bytes)? {
                [0] => Self::Bool(false),
                [1] => Self::Bool(true),
                _ => return None,
            },
            2 => Self::I16(i16::from_le_bytes(take(bytes)?)),
            3 => Self::I32(i32::from_le_bytes(take(bytes)?)),
            4 => Self::I64(i64::from_le_bytes(take(bytes)?)),
            5 => Self::F32(f32::from_le_bytes(take(bytes)?)),
            6 => Self::F64(f64::from_le_bytes(take(bytes)?)),
            TEXT => Self::Text(read_text(bytes)?),
            JSON => Self::Json(read_text(bytes)?),
            BYTES => Self::Bytes(read_block(bytes)?.to_vec()),
            mark => {
                let (_, sql_type) = AS_TEXT.iter().find(|(known, _)| *known == mark)?;
                let text = read_text(bytes)?;
                match sql_type.typed(ValueRef::Text(&text)) {
                    ValueRef::Text(_) => return None,
                    value => value.to_owned(),
                }
            }
        })
    }
}

fn block(out: &mut Vec<u8>, mark: u8, bytes: &[u8]) {
    out.push(mark);
    out.extend((bytes.len() as u32).to_le_bytes());
    out.extend(bytes);
}

fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, rest) = bytes.split_first_chunk::<N>()?;
    *bytes = rest;
    Some(*taken)
}

fn read_block<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = u32::from_le_bytes(take(bytes)?) as usize;
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(taken)
}

fn read_text(bytes: &mut &[u8]) -> Option<String> {
    String::from_utf8(read_block(bytes)?.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let decimal = SqlType::Decimal.typed(ValueRef::Text("-12.50")).to_owned();
        let values = [
            Value::Null,
            Value::Bool(true),
            Value::I16(-2),
            Value::I32(i32::MIN),
            Value::I64(i64::MAX),
            Value::F32(1.5),
            Value::F64(-0.1),
            Value::Text("ä\0".into()),
            Value::Bytes(vec![0, 255]),
            Value::Date(19_000),
            Value::Time(1),
            Value::Timestamp(-1),
            Value::TimestampTz(1_700_000_000_000_001),
            decimal,
            Value::Uuid([7; 16]),
            Value::Json("{}".into()),
        ];
        let mut bytes = Vec::new();
        for value in &values {
            value.write_portable(&mut bytes).unwrap();
        }
        let mut rest = bytes.as_slice();
        for value in &values {
            assert_eq!(Value::read_portable(&mut rest).as_ref(), Some(value));
        }
        assert!(rest.is_empty());
        for end in 0..bytes.len() {
            let mut cut = &bytes[..end];
            while Value::read_portable(&mut cut).is_some() {}
        }
    }
}
