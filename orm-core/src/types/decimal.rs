//! Decimal numbers of the crate `rust_decimal`.

use rust_decimal::Decimal;

use super::convert::{mismatch, plain};
use super::numeric::Numeric;
use super::{ColumnType, FromValue, SqlType, ToValue, Value, ValueRef};
use crate::error::{Error, ErrorKind, Result};

impl FromValue for Decimal {
    /// Integers are read too, and floats of at most 15 digits, which are exactly the decimal that was written: in a column
    /// that SQLite takes for NUMERIC they are what became of it.
    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        let number = match SqlType::Decimal.typed(value) {
            ValueRef::Decimal(number) => number,
            ValueRef::I16(number) => Numeric::from(i64::from(number)),
            ValueRef::I32(number) => Numeric::from(i64::from(number)),
            ValueRef::I64(number) => Numeric::from(number),
            ValueRef::F64(float) => Numeric::from_float(float).ok_or_else(|| inexact(value))?,
            _ => return Err(mismatch::<Self>(value)),
        };
        let mantissa = number.mantissa();
        Ok(Self::from_parts(
            mantissa as u32,
            (mantissa >> 32) as u32,
            (mantissa >> 64) as u32,
            number.is_negative(),
            number.scale(),
        ))
    }
}

#[cold]
fn inexact(value: ValueRef<'_>) -> Error {
    let name = value.type_name();
    Error::new(
        ErrorKind::Decode,
        format!(
            "a {name} of more than 15 digits is not exactly a decimal; read it as f64, or store decimals as text"
        ),
    )
}

fn numeric(decimal: &Decimal) -> Numeric {
    let mantissa = decimal.mantissa();
    // Both hold 96 bits and a scale of 28, so that the number always fits.
    Numeric::new(mantissa.unsigned_abs(), decimal.scale(), mantissa < 0).unwrap_or(Numeric::from(0))
}

plain! { Decimal => Decimal(numeric) }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_their_scale() {
        for text in [
            "0",
            "0.00",
            "-1.10",
            "79228162514264337593543950335",
            "-0.0000000000000000000000000001",
        ] {
            let decimal: Decimal = text.parse().unwrap();
            let value = decimal.to_value();
            assert_eq!(value, Value::Decimal(Numeric::parse(text).unwrap()));
            let read = Decimal::from_value(value.as_ref()).unwrap();
            assert_eq!((read, read.scale()), (decimal, decimal.scale()));
            assert_eq!(Decimal::from_value(ValueRef::Text(text)).unwrap(), decimal);
            assert!(decimal.same(&value));
        }
        let zero = Decimal::from_parts(0, 0, 0, true, 2);
        assert_eq!(
            zero.to_value()
                .as_ref()
                .short_text()
                .unwrap()
                .unwrap()
                .as_str(),
            "0.00"
        );
        assert_eq!(
            Decimal::from_value(ValueRef::I64(-7)).unwrap(),
            Decimal::from(-7)
        );
        for (float, text) in [
            (1.98, "1.98"),
            (-0.5, "-0.5"),
            (0.1, "0.1"),
            (1e21, "1000000000000000000000"),
            (123_456_789_012.345, "123456789012.345"),
        ] {
            assert_eq!(
                Decimal::from_value(ValueRef::F64(float)).unwrap(),
                text.parse().unwrap()
            );
        }
        for float in [0.1 + 0.2, 1.0 / 3.0, f64::NAN, f64::INFINITY, 1e30, 1e-30] {
            assert!(
                Decimal::from_value(ValueRef::F64(float)).is_err(),
                "{float}"
            );
        }
        assert!(Decimal::from_value(ValueRef::Text("NaN")).is_err());
    }
}
