//! Decimal numbers: exact, up to 96 bits and 28 digits after the point.

use std::fmt;

/// A decimal number, as values hold it: an integer of 96 bits, divided by a power of ten.
///
/// Two are equal when they are written alike: `1.10` and `1.1` differ here, though databases take them as equal.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Numeric {
    low: u32,
    middle: u32,
    high: u32,
    /// The scale, and the sign in the highest bit.
    flags: u32,
}

const SIGN: u32 = 1 << 31;
/// The most digits after the point.
const MOST_SCALE: u32 = 28;
const LARGEST: u128 = (1 << 96) - 1;

impl Numeric {
    /// The number `mantissa / 10^scale`; none when it is too large. A zero has no sign.
    pub const fn new(mantissa: u128, scale: u32, negative: bool) -> Option<Self> {
        if mantissa > LARGEST || scale > MOST_SCALE {
            return None;
        }
        Some(Self {
            low: mantissa as u32,
            middle: (mantissa >> 32) as u32,
            high: (mantissa >> 64) as u32,
            flags: scale | if negative && mantissa != 0 { SIGN } else { 0 },
        })
    }

    /// The number without sign and point.
    pub const fn mantissa(self) -> u128 {
        (self.high as u128) << 64 | (self.middle as u128) << 32 | self.low as u128
    }

    /// How many digits stand after the point.
    pub const fn scale(self) -> u32 {
        self.flags & !SIGN
    }

    /// Whether it is below zero.
    pub const fn is_negative(self) -> bool {
        self.flags & SIGN != 0
    }

    /// The number of these digits, from the most significant on; zeros at the end go where they do not fit.
    pub(crate) fn from_digits(
        digits: impl IntoIterator<Item = u8>,
        scale: u32,
        negative: bool,
    ) -> Option<Self> {
        let (mut mantissa, mut zeros, mut dropped) = (0_u128, 0_u32, 0_u32);
        for digit in digits {
            // Zeros wait: they may be the last, and too many.
            if digit == 0 && mantissa != 0 {
                zeros += 1;
                continue;
            }
            mantissa = grow(mantissa, zeros)?
                .checked_mul(10)?
                .checked_add(digit.into())?;
            zeros = 0;
            if mantissa > LARGEST {
                return None;
            }
        }
        if mantissa == 0 {
            return Self::new(0, scale.min(MOST_SCALE), false);
        }
        // Zeros after the point may be left out, those before it may not.
        while zeros > 0 {
            let fits = scale.saturating_sub(dropped) <= MOST_SCALE;
            match grow(mantissa, zeros).filter(|number| fits && *number <= LARGEST) {
                Some(number) => {
                    mantissa = number;
                    zeros = 0;
                }
                None if dropped < scale => {
                    dropped += 1;
                    zeros -= 1;
                }
                None => return None,
            }
        }
        Self::new(mantissa, scale - dropped, negative)
    }

    /// The decimal of at most 15 digits that a float was made of; none where there is no such one. Every decimal of 15 digits
    /// is the shortest that its float is read as, so that it comes back as it was.
    pub(crate) fn from_float(float: f64) -> Option<Self> {
        let text = float.is_finite().then(|| format!("{float:e}"))?;
        let (mantissa, _) = text.split_once('e')?;
        let digits = mantissa.bytes().filter(u8::is_ascii_digit).count();
        (digits <= 15).then(|| Self::parse(&text)).flatten()
    }

    /// Reads `-12.50`, also with an exponent; none for anything else and for what is too large or too fine.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let (number, exponent) = match rest.iter().position(|byte| matches!(byte, b'e' | b'E')) {
            Some(at) => {
                let exponent = std::str::from_utf8(&rest[at + 1..]).ok()?;
                (&rest[..at], exponent.parse::<i16>().ok()?)
            }
            None => (rest, 0),
        };
        let (whole, fraction) = match number.iter().position(|&byte| byte == b'.') {
            Some(at) => (&number[..at], &number[at + 1..]),
            None => (number, &[][..]),
        };
        let digits = || {
            whole
                .iter()
                .chain(fraction)
                .map(|digit| digit.wrapping_sub(b'0'))
        };
        if whole.is_empty() && fraction.is_empty() || digits().any(|digit| digit > 9) {
            return None;
        }
        let scale = i64::try_from(fraction.len()).ok()? - i64::from(exponent);
        let zeros = usize::try_from(-scale).unwrap_or(0);
        let scale = u32::try_from(scale.max(0)).ok()?;
        Self::from_digits(
            digits().chain(std::iter::repeat_n(0, zeros)),
            scale,
            negative,
        )
    }
}

fn grow(number: u128, zeros: u32) -> Option<u128> {
    number.checked_mul(10_u128.checked_pow(zeros)?)
}

impl From<i64> for Numeric {
    fn from(value: i64) -> Self {
        let magnitude = value.unsigned_abs();
        Self {
            low: magnitude as u32,
            middle: (magnitude >> 32) as u32,
            high: 0,
            flags: if value < 0 { SIGN } else { 0 },
        }
    }
}

impl fmt::Display for Numeric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.is_negative() { "-" } else { "" };
        let unit = 10_u128.pow(self.scale());
        let (whole, fraction) = (self.mantissa() / unit, self.mantissa() % unit);
        match self.scale() as usize {
            0 => write!(f, "{sign}{whole}"),
            scale => write!(f, "{sign}{whole}.{fraction:0scale$}"),
        }
    }
}

impl fmt::Debug for Numeric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_goes_in_and_out() {
        for text in [
            "0",
            "0.00",
            "1.10",
            "-1.1",
            "-0.0000000000000000000000000001",
            "79228162514264337593543950335",
            "-7.9228162514264337593543950335",
            "100000",
        ] {
            let number = Numeric::parse(text).unwrap();
            assert_eq!(number.to_string(), text);
            assert_eq!(
                Numeric::new(number.mantissa(), number.scale(), number.is_negative()),
                Some(number)
            );
        }
        for (text, expected) in [
            ("-0", "0"),
            ("-0.0", "0.0"),
            ("+5", "5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("007", "7"),
            ("1.5e3", "1500"),
            ("1.5e-3", "0.0015"),
            ("1.0e+2", "100"),
            (
                "0.00000000000000000000000000000000",
                "0.0000000000000000000000000000",
            ),
            (
                "1.00000000000000000000000000000000",
                "1.0000000000000000000000000000",
            ),
            (
                "79228162514264337593543950335.000",
                "79228162514264337593543950335",
            ),
        ] {
            assert_eq!(
                Numeric::parse(text).unwrap().to_string(),
                expected,
                "{text}"
            );
        }
        for text in [
            "",
            "-",
            ".",
            "1.2.3",
            "1,5",
            " 1",
            "1 ",
            "NaN",
            "Infinity",
            "0x1",
            "1e",
            "1e99999",
            "ä",
            "79228162514264337593543950336",
            "1e29",
            "0.00000000000000000000000000001",
        ] {
            assert_eq!(Numeric::parse(text), None, "{text}");
        }
        assert_eq!(Numeric::from(i64::MIN).to_string(), "-9223372036854775808");
    }

    #[test]
    fn small() {
        assert_eq!((size_of::<Numeric>(), align_of::<Numeric>()), (16, 4));
    }
}
