//! The one text of each value that has no text of its own: what SQLite stores, and what DDL writes.

use std::fmt::{self, Write};

use super::{SqlType, ValueRef, civil, iso8601, numeric::Numeric};
use crate::error::{Error, ErrorKind, Result};

/// A short text that needs no allocation.
pub struct ShortText {
    bytes: [u8; 40],
    length: u8,
}

impl ShortText {
    const EMPTY: Self = Self {
        bytes: [0; 40],
        length: 0,
    };

    /// The text.
    pub fn as_str(&self) -> &str {
        // Only whole texts are written, so that this never falls back.
        std::str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }

    fn put(&mut self, bytes: &[u8]) {
        let start = usize::from(self.length);
        if let Some(place) = self.bytes.get_mut(start..start + bytes.len()) {
            place.copy_from_slice(bytes);
            self.length += bytes.len() as u8;
        }
    }

    /// `number` with at least `width` digits.
    fn digits(&mut self, mut number: u64, width: usize) {
        let mut digits = [b'0'; 20];
        for place in digits[..width].iter_mut().rev() {
            *place = b'0' + (number % 10) as u8;
            number /= 10;
        }
        self.put(&digits[..width]);
    }

    fn date(&mut self, days: i32) {
        let (year, month, day) = civil::date(days);
        self.digits(year.unsigned_abs(), 4);
        self.put(b"-");
        self.digits(month.into(), 2);
        self.put(b"-");
        self.digits(day.into(), 2);
    }

    fn time(&mut self, micros: i64) {
        let micros = micros.unsigned_abs();
        let seconds = micros / 1_000_000;
        self.digits(seconds / 3600, 2);
        self.put(b":");
        self.digits(seconds / 60 % 60, 2);
        self.put(b":");
        self.digits(seconds % 60, 2);
        let (mut fraction, mut width) = (micros % 1_000_000, 6);
        if fraction > 0 {
            while fraction % 10 == 0 {
                (fraction, width) = (fraction / 10, width - 1);
            }
            self.put(b".");
            self.digits(fraction, width);
        }
    }

    fn timestamp(&mut self, micros: i64) {
        // The range was checked, so that the days fit.
        self.date(i32::try_from(micros.div_euclid(civil::DAY)).unwrap_or(0));
        self.put(b" ");
        self.time(micros.rem_euclid(civil::DAY));
    }

    fn uuid(&mut self, uuid: [u8; 16]) {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        for (index, byte) in uuid.into_iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                self.put(b"-");
            }
            self.put(&[HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    }
}

impl fmt::Write for ShortText {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.put(text.as_bytes());
        Ok(())
    }
}

impl fmt::Debug for ShortText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl ValueRef<'_> {
    /// The text of a date, time, timestamp, decimal or UUID; none for other values. That of a time has no more digits than
    /// it needs, and that of a point in time is in UTC without saying so: as SQLite's own functions write them.
    ///
    /// # Errors
    /// As [`ValueRef::check_range`].
    pub fn short_text(self) -> Result<Option<ShortText>> {
        let mut text = ShortText::EMPTY;
        self.check_range()?;
        match self {
            Self::Date(days) => text.date(days),
            Self::Time(micros) => text.time(micros),
            // A point in time is in UTC, and does not say so.
            Self::Timestamp(micros) | Self::TimestampTz(micros) => text.timestamp(micros),
            Self::Decimal(number) => {
                // Writing to the buffer cannot fail.
                let _ = write!(text, "{number}");
            }
            Self::Uuid(uuid) => text.uuid(uuid),
            _ => return Ok(None),
        }
        Ok(Some(text))
    }

    /// Checks that a date or time is one that every database holds and sorts alike.
    ///
    /// # Errors
    /// `Encode` for a date outside of the years 1 to 9999, and for a leap second; for a value that could not be made
    /// at all, with the reason.
    #[inline]
    pub fn check_range(self) -> Result<()> {
        let fits = match self {
            Self::Date(days) => civil::is_date(days),
            Self::Timestamp(micros) | Self::TimestampTz(micros) => civil::is_timestamp(micros),
            Self::Time(micros) => civil::is_time(micros),
            Self::Unloaded => {
                return Err(Error::new(
                    ErrorKind::Encode,
                    "a deferred column that was not loaded has no value to send; load it first",
                ));
            }
            Self::Invalid(reason) => return Err(Error::new(ErrorKind::Encode, reason.to_owned())),
            _ => true,
        };
        if fits {
            Ok(())
        } else {
            Err(self.out_of_range())
        }
    }

    #[cold]
    fn out_of_range(self) -> Error {
        let range = match self {
            Self::Time(_) => "00:00:00 to 23:59:59.999999; there is no leap second",
            _ => "0001-01-01 to 9999-12-31",
        };
        let name = self.type_name();
        Error::new(
            ErrorKind::Encode,
            format!("a {name} is outside of what can be stored, {range}"),
        )
    }
}

impl SqlType {
    /// The value of a column of this type, where the database gave its text; another value as it is.
    ///
    /// So are keys the same whether they come from a row or from a field.
    #[inline]
    pub fn typed(self, value: ValueRef<'_>) -> ValueRef<'_> {
        let ValueRef::Text(text) = value else {
            return value;
        };
        let typed = match self {
            Self::Date => civil::parse_date(text).map(ValueRef::Date),
            Self::Time => civil::parse_time(text).map(ValueRef::Time),
            Self::Timestamp => civil::parse_timestamp(text).map(ValueRef::Timestamp),
            Self::TimestampTz => civil::parse_timestamp(text).map(ValueRef::TimestampTz),
            Self::Decimal => Numeric::parse(text).map(ValueRef::Decimal),
            Self::Uuid => parse_uuid(text).map(ValueRef::Uuid),
            Self::Json => Some(ValueRef::Json(text)),
            _ => None,
        };
        typed.unwrap_or(value)
    }
}

impl SqlType {
    /// The text of a value of this type that another text stands for, as people and other programs write it: with a `T`, an
    /// offset, zeros at the end, in upper case.
    pub(crate) fn respelled(self, text: &str) -> Option<ShortText> {
        let mut lower;
        let value = match self {
            Self::Time => ValueRef::Time(iso8601::parse_time(text)?),
            Self::Timestamp => ValueRef::Timestamp(iso8601::parse(text)?),
            Self::TimestampTz => ValueRef::TimestampTz(iso8601::parse(text)?),
            Self::Uuid => {
                lower = text.to_ascii_lowercase();
                if lower.len() == 32 && lower.is_ascii() {
                    for at in [8, 13, 18, 23] {
                        lower.insert(at, '-');
                    }
                }
                self.typed(ValueRef::Text(&lower))
            }
            _ => return None,
        };
        value.short_text().ok().flatten()
    }
}

impl SqlType {
    /// The form of the texts of this type, in words.
    #[cfg(any(feature = "chrono", feature = "uuid"))]
    pub(super) fn form(self) -> Option<&'static str> {
        Some(match self {
            Self::Date => "YYYY-MM-DD",
            Self::Time => {
                "HH:MM:SS, with a fraction only where there is one and without zeros at its end"
            }
            Self::Timestamp => {
                "YYYY-MM-DD HH:MM:SS, with a fraction only where there is one and without zeros at its end"
            }
            Self::TimestampTz => {
                "YYYY-MM-DD HH:MM:SS in UTC without a zone, with a fraction only where there is one and without zeros at \
                 its end"
            }
            Self::Uuid => "of lower-case digits with hyphens",
            _ => return None,
        })
    }
}

/// Lower-case hexadecimal digits, with hyphens in their places.
fn parse_uuid(text: &str) -> Option<[u8; 16]> {
    let text = text.as_bytes();
    if text.len() != 36 || [8, 13, 18, 23].iter().any(|&at| text[at] != b'-') {
        return None;
    }
    let mut uuid = [0; 16];
    let mut at = 0;
    for (index, byte) in uuid.iter_mut().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            at += 1;
        }
        *byte = nibble(text[at])? << 4 | nibble(text[at + 1])?;
        at += 2;
    }
    Some(uuid)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: ValueRef<'_>) -> String {
        value.short_text().unwrap().unwrap().as_str().to_owned()
    }

    #[test]
    fn values_have_one_text_that_is_read_back() {
        let uuid = *b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\xab\xcd\xef\xff\x10\x11";
        for (ty, value, expected) in [
            (SqlType::Date, ValueRef::Date(0), "1970-01-01"),
            (
                SqlType::Date,
                ValueRef::Date(civil::FIRST_DAY),
                "0001-01-01",
            ),
            (SqlType::Date, ValueRef::Date(civil::LAST_DAY), "9999-12-31"),
            (SqlType::Time, ValueRef::Time(0), "00:00:00"),
            (SqlType::Time, ValueRef::Time(120_000), "00:00:00.12"),
            (
                SqlType::Time,
                ValueRef::Time(civil::DAY - 1),
                "23:59:59.999999",
            ),
            (
                SqlType::Timestamp,
                ValueRef::Timestamp(-1),
                "1969-12-31 23:59:59.999999",
            ),
            (
                SqlType::Timestamp,
                ValueRef::Timestamp(951_782_400_000_001),
                "2000-02-29 00:00:00.000001",
            ),
            (
                SqlType::TimestampTz,
                ValueRef::TimestampTz(0),
                "1970-01-01 00:00:00",
            ),
            (
                SqlType::Uuid,
                ValueRef::Uuid(uuid),
                "00010203-0405-0607-0809-abcdefff1011",
            ),
            (
                SqlType::Decimal,
                ValueRef::Decimal(Numeric::new(110, 2, true).unwrap()),
                "-1.10",
            ),
        ] {
            assert_eq!(text(value), expected);
            assert_eq!(ty.typed(ValueRef::Text(expected)), value);
        }
        for other in [
            "00010203040506070809abcdefff1011",
            "00010203-0405-0607-0809-ABCDEFFF1011",
            "00010203-0405-0607-0809-abcdefff101",
            "0001020304050607-0809-abcdefff1011--",
            "g0010203-0405-0607-0809-abcdefff1011",
        ] {
            assert_eq!(
                SqlType::Uuid.typed(ValueRef::Text(other)),
                ValueRef::Text(other)
            );
        }
        assert!(ValueRef::Text("a").short_text().unwrap().is_none());
        let longest = Numeric::new((1 << 96) - 1, 28, true).unwrap();
        assert_eq!(text(ValueRef::Decimal(longest)), longest.to_string());
    }

    #[test]
    fn what_does_not_sort_is_refused() {
        for value in [
            ValueRef::Date(civil::FIRST_DAY - 1),
            ValueRef::Date(i32::MAX),
            ValueRef::Timestamp(i64::MIN),
            ValueRef::TimestampTz(i64::MAX),
            ValueRef::Time(civil::DAY),
            ValueRef::Time(-1),
        ] {
            let error = value.short_text().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Encode);
            assert!(error.message().contains(value.type_name()), "{error}");
        }
    }
}
