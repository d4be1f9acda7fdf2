//! PostgreSQL's binary forms of dates, times, decimals and arrays.
//!
//! Its days and microseconds count from 2000-01-01, with the largest and smallest for the infinities. A NUMERIC is a list
//! of digits to the base of 10000.

use super::row;
use crate::types::{Array, Numeric, SqlType, Value, ValueRef};

/// Why bytes are no value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Unread {
    /// The type is not known here, or the bytes are not of it.
    Unknown,
    /// The value is one that has no counterpart.
    Value(&'static str),
}

/// 2000-01-01 in days since 1970-01-01.
const EPOCH_DAYS: i32 = 10_957;
const EPOCH_MICROS: i64 = EPOCH_DAYS as i64 * 86_400_000_000;

/// Days as the server counts them. The range of what is sent was checked.
pub(super) fn days_out(days: i32) -> i32 {
    days.saturating_sub(EPOCH_DAYS)
}

/// Only what can be sent is read.
#[inline]
pub(super) fn days_in(days: i32) -> Result<i32, Unread> {
    let since = days.saturating_add(EPOCH_DAYS);
    match ValueRef::Date(since).check_range() {
        Ok(()) => Ok(since),
        Err(_) => Err(beyond(days == i32::MAX, days == i32::MIN)),
    }
}

#[cold]
fn beyond(infinite: bool, below: bool) -> Unread {
    Unread::Value(match (infinite, below) {
        (true, _) => "infinity",
        (_, true) => "-infinity",
        _ => "a date outside of the years 1 to 9999",
    })
}

/// Microseconds as the server counts them. The range of what is sent was checked.
pub(super) fn micros_out(micros: i64) -> i64 {
    micros.saturating_sub(EPOCH_MICROS)
}

#[inline]
pub(super) fn micros_in(micros: i64) -> Result<i64, Unread> {
    let since = micros.saturating_add(EPOCH_MICROS);
    match ValueRef::Timestamp(since).check_range() {
        Ok(()) => Ok(since),
        Err(_) => Err(beyond(micros == i64::MAX, micros == i64::MIN)),
    }
}

/// The end of a day is another value than its beginning, and no time of the clock.
#[inline]
pub(super) fn time_in(micros: i64) -> Result<i64, Unread> {
    match ValueRef::Time(micros).check_range() {
        Ok(()) => Ok(micros),
        Err(_) => Err(Unread::Value("24:00:00")),
    }
}

const POSITIVE: u16 = 0;
const NEGATIVE: u16 = 0x4000;
const NAN: u16 = 0xC000;
const INFINITY: u16 = 0xD000;
const NEGATIVE_INFINITY: u16 = 0xF000;

/// Writes a NUMERIC: the number of digits, the power of the first, the sign, the scale, the digits.
pub(super) fn write_numeric(number: Numeric, buffer: &mut Vec<u8>) {
    let scale = number.scale();
    // The point must stand between two digits to the base of 10000.
    let padding = scale.next_multiple_of(4) - scale;
    let mut digits = [0_u16; 10];
    let mut count = 0;
    let mut rest = number.mantissa();
    // The last digit takes what is left of its four places; so the padded number, which may need more than 128 bits, is
    // never made.
    if padding > 0 {
        let places = 10_u128.pow(4 - padding);
        digits[0] = (rest % places * 10_u128.pow(padding)) as u16;
        count = 1;
        rest /= places;
    }
    while rest > 0 && count < digits.len() {
        digits[count] = (rest % 10_000) as u16;
        count += 1;
        rest /= 10_000;
    }
    let weight = count as i16 - (scale.div_ceil(4)) as i16 - 1;
    let sign = if number.is_negative() {
        NEGATIVE
    } else {
        POSITIVE
    };
    buffer.extend_from_slice(&(count as u16).to_be_bytes());
    buffer.extend_from_slice(&weight.to_be_bytes());
    buffer.extend_from_slice(&sign.to_be_bytes());
    buffer.extend_from_slice(&(scale as u16).to_be_bytes());
    for digit in digits[..count].iter().rev() {
        buffer.extend_from_slice(&digit.to_be_bytes());
    }
}

pub(super) fn read_numeric(bytes: &[u8]) -> Result<Numeric, Unread> {
    let word = |index: usize| {
        let bytes = bytes.get(index * 2..index * 2 + 2);
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(u16::from_be_bytes).ok_or(Unread::Unknown)
    };
    let (count, weight, scale) = (
        usize::from(word(0)?),
        word(1)? as i16,
        usize::from(word(3)?),
    );
    let negative = match word(2)? {
        POSITIVE => false,
        NEGATIVE => true,
        NAN => return Err(Unread::Value("NaN")),
        INFINITY => return Err(Unread::Value("Infinity")),
        NEGATIVE_INFINITY => return Err(Unread::Value("-Infinity")),
        _ => return Err(Unread::Unknown),
    };
    if bytes.len() != 8 + count * 2 {
        return Err(Unread::Unknown);
    }
    // From the first digit before the point, or the point, to the end of the scale.
    let start = i64::from(weight).max(-1);
    let places = (start + 1) * 4 + scale as i64;
    let digits = (0..places).map(|place| {
        let index = place / 4 - start + i64::from(weight);
        let group = usize::try_from(index)
            .ok()
            .filter(|index| *index < count)
            .and_then(|index| word(4 + index).ok())
            .unwrap_or(0);
        (group / 10_u16.pow(3 - (place % 4) as u32) % 10) as u8
    });
    Numeric::from_digits(digits, scale as u32, negative).ok_or(Unread::Value(
        "a NUMERIC of more than 96 bits, or more than 28 digits after the point",
    ))
}

/// An array of one dimension; its items may be known to travel as `texts`.
pub(super) fn read_array(bytes: &[u8], texts: bool) -> Result<Array, Unread> {
    let mut rest = bytes;
    let (dimensions, _has_null, mut oid) =
        (int(&mut rest)?, int(&mut rest)?, int(&mut rest)? as u32);
    if texts {
        oid = 25;
    }
    let sql_type = element(oid).ok_or(Unread::Unknown)?;
    if dimensions == 0 {
        return Ok((sql_type, Vec::new()));
    }
    if dimensions != 1 {
        return Err(Unread::Value("an array of several dimensions"));
    }
    let (count, _first) = (int(&mut rest)?, int(&mut rest)?);
    let mut items = Vec::new();
    for _ in 0..count {
        let Ok(length) = usize::try_from(int(&mut rest)?) else {
            items.push(Value::Null);
            continue;
        };
        let (item, others) = rest.split_at_checked(length).ok_or(Unread::Unknown)?;
        rest = others;
        items.push(row::decode(oid, item)?.to_owned());
    }
    Ok((sql_type, items))
}

fn int(rest: &mut &[u8]) -> Result<i32, Unread> {
    let (first, others) = rest.split_first_chunk().ok_or(Unread::Unknown)?;
    *rest = others;
    Ok(i32::from_be_bytes(*first))
}

/// The type of an array's items by its number.
fn element(oid: u32) -> Option<SqlType> {
    Some(match oid {
        16 => SqlType::Bool,
        17 => SqlType::Bytes,
        20 => SqlType::BigInt,
        21 => SqlType::SmallInt,
        23 => SqlType::Integer,
        700 => SqlType::Real,
        701 => SqlType::Double,
        18 | 19 | 25 | 1042 | 1043 => SqlType::Text,
        1082 => SqlType::Date,
        1083 => SqlType::Time,
        1114 => SqlType::Timestamp,
        1184 => SqlType::TimestampTz,
        1700 => SqlType::Decimal,
        2950 => SqlType::Uuid,
        114 | 3802 => SqlType::Json,
        _ => return None,
    })
}

/// Writes an array as text, `{"a",NULL}`: an array among the items of another, which has no binary form of its own.
pub(super) fn write_literal((_, items): &Array, buffer: &mut Vec<u8>) -> crate::error::Result<()> {
    buffer.push(b'{');
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            buffer.push(b',');
        }
        match item {
            Value::Null => buffer.extend_from_slice(b"NULL"),
            Value::Bool(value) => buffer.push(if *value { b't' } else { b'f' }),
            Value::I16(value) => buffer.extend_from_slice(value.to_string().as_bytes()),
            Value::I32(value) => buffer.extend_from_slice(value.to_string().as_bytes()),
            Value::I64(value) => buffer.extend_from_slice(value.to_string().as_bytes()),
            Value::F32(value) => buffer.extend_from_slice(value.to_string().as_bytes()),
            Value::F64(value) => buffer.extend_from_slice(value.to_string().as_bytes()),
            Value::Text(text) | Value::Json(text) => quoted(text, buffer),
            item => match item.as_ref().short_text()? {
                // A point in time is in UTC, whatever the zone of the connection.
                Some(text) if matches!(item, Value::TimestampTz(_)) => {
                    quoted(&format!("{}Z", text.as_str()), buffer);
                }
                Some(text) => quoted(text.as_str(), buffer),
                None => {
                    let found = item.as_ref().type_name();
                    return Err(crate::error::Error::new(
                        crate::error::ErrorKind::Encode,
                        format!("an array in a column cannot hold {found}"),
                    ));
                }
            },
        }
    }
    buffer.push(b'}');
    Ok(())
}

fn quoted(text: &str, buffer: &mut Vec<u8>) {
    buffer.push(b'"');
    for byte in text.bytes() {
        if matches!(byte, b'"' | b'\\') {
            buffer.push(b'\\');
        }
        buffer.push(byte);
    }
    buffer.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numerics_are_written_as_they_are_read() {
        for text in [
            "0",
            "0.00",
            "1",
            "-1.10",
            "10000",
            "9999",
            "0.0001",
            "0.00001",
            "-0.00000001",
            "12345.6789",
            "123456789.123",
            "79228162514264337593543950335",
            "-7.9228162514264337593543950335",
            "0.0000000000000000000000000001",
            "100000000.0000",
            "0.1000",
        ] {
            let mut bytes = Vec::new();
            write_numeric(Numeric::parse(text).unwrap(), &mut bytes);
            assert_eq!(read_numeric(&bytes).unwrap().to_string(), text);
        }
        let mut bytes = Vec::new();
        write_numeric(Numeric::parse("-12345.6").unwrap(), &mut bytes);
        assert_eq!(
            bytes,
            [0, 3, 0, 1, 0x40, 0, 0, 1, 0, 1, 0x09, 0x29, 0x17, 0x70]
        );
    }

    #[test]
    fn numerics_of_the_server_are_read() {
        let numeric = |words: &[u16]| {
            let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_be_bytes()).collect();
            read_numeric(&bytes).map(|number| number.to_string())
        };
        // Without the zeros at either end: 10000, 0.0001, 1e28.
        assert_eq!(numeric(&[1, 1, 0, 0, 1]), Ok("10000".into()));
        assert_eq!(numeric(&[1, 0xFFFF, 0, 4, 1]), Ok("0.0001".into()));
        assert_eq!(numeric(&[1, 0xFFFE, 0, 8, 1]), Ok("0.00000001".into()));
        assert_eq!(
            numeric(&[1, 7, 0, 0, 1]),
            Ok("10000000000000000000000000000".into())
        );
        assert_eq!(numeric(&[0, 0, 0, 2]), Ok("0.00".into()));
        assert_eq!(numeric(&[0, 0, 0xC000, 0]), Err(Unread::Value("NaN")));
        assert_eq!(numeric(&[0, 0, 0xF000, 0]), Err(Unread::Value("-Infinity")));
        assert!(matches!(numeric(&[1, 8, 0, 0, 1]), Err(Unread::Value(_))));
        assert!(matches!(
            numeric(&[1, 0x7FFF, 0, 0x3FFF, 1]),
            Err(Unread::Value(_))
        ));
        assert_eq!(numeric(&[2, 0, 0, 0, 1]), Err(Unread::Unknown));
        assert_eq!(numeric(&[1]), Err(Unread::Unknown));
    }

    #[test]
    fn infinities_have_no_value() {
        assert_eq!(days_in(0), Ok(EPOCH_DAYS));
        assert_eq!(days_in(i32::MAX), Err(Unread::Value("infinity")));
        for days in [i32::MAX - 1, 2_921_940, -730_120] {
            let beyond = Unread::Value("a date outside of the years 1 to 9999");
            assert_eq!(days_in(days), Err(beyond));
            let micros = i64::from(days).saturating_mul(86_400_000_000);
            assert_eq!(micros_in(micros.min(i64::MAX - 1)), Err(beyond));
        }
        assert_eq!(days_in(2_921_939), Ok(2_932_896));
        assert_eq!(time_in(86_400_000_000), Err(Unread::Value("24:00:00")));
        assert_eq!(micros_in(i64::MIN), Err(Unread::Value("-infinity")));
        assert!(micros_in(i64::MAX - 1).is_err());
        assert_eq!(micros_in(micros_out(-1)), Ok(-1));
        assert_eq!(days_in(days_out(-1)), Ok(-1));
    }

    #[test]
    fn broken_arrays_are_refused() {
        let array = |ints: &[i32]| {
            let bytes: Vec<u8> = ints.iter().flat_map(|int| int.to_be_bytes()).collect();
            read_array(&bytes, false)
        };
        assert_eq!(array(&[0, 0, 23]), Ok((SqlType::Integer, vec![])));
        assert_eq!(
            array(&[1, 0, 23, 2, 1, 4, 7, -1]),
            Ok((SqlType::Integer, vec![Value::I32(7), Value::Null]))
        );
        assert!(array(&[2, 0, 23, 1, 1, 1, 1, 4, 7]).is_err());
        assert!(array(&[1, 0, 23, 2, 1, 4, 7]).is_err());
        assert!(array(&[1, 0, 23, i32::MAX, 1]).is_err());
        assert!(array(&[1, 0, 23, 1, 1, i32::MAX, 7]).is_err());
        assert!(array(&[1, 0, 99, 1, 1]).is_err());
        assert!(array(&[1]).is_err());
    }
}
