//! Decimal numbers of any length: what a database with NUMERIC computes, for one without.
//!
//! The rules are PostgreSQL's: a sum has the longer of the two scales, a product their sum, and a quotient at least 16
//! significant digits.

use std::cmp::Ordering;
use std::fmt;

/// A decimal number. Zero is never negative.
#[derive(Debug, Clone, Default)]
pub(crate) struct Decimal {
    negative: bool,
    /// From the most significant on, without zeros before it: none for zero.
    digits: Vec<u8>,
    /// How many digits stand after the point.
    scale: usize,
}

/// The most digits of a number, on either side of the point.
const LONGEST: usize = 131_072;

/// A number as its text has it.
struct Parts<'a> {
    negative: bool,
    /// Without zeros before.
    whole: &'a [u8],
    fraction: &'a [u8],
    exponent: i32,
}

impl<'a> Parts<'a> {
    fn of(text: &'a [u8]) -> Option<Self> {
        let (negative, rest) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            rest => (false, rest),
        };
        let (number, exponent) = match rest.iter().position(|byte| matches!(byte, b'e' | b'E')) {
            Some(at) => {
                let exponent = std::str::from_utf8(&rest[at + 1..]).ok()?;
                (&rest[..at], exponent.parse().ok()?)
            }
            None => (rest, 0),
        };
        let (whole, fraction) = match number.iter().position(|&byte| byte == b'.') {
            Some(at) => (&number[..at], &number[at + 1..]),
            None => (number, &number[number.len()..]),
        };
        let all_digits = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
        if number.len() - usize::from(number.len() != whole.len()) == 0
            || !all_digits(whole)
            || !all_digits(fraction)
        {
            return None;
        }
        let zeros = whole.iter().take_while(|&&digit| digit == b'0').count();
        Some(Self {
            negative,
            whole: &whole[zeros..],
            fraction,
            exponent,
        })
    }

    /// -1, 0 or 1.
    fn sign(&self) -> i8 {
        let zero = self.whole.is_empty() && self.fraction.iter().all(|&digit| digit == b'0');
        match (zero, self.negative) {
            (true, _) => 0,
            (_, true) => -1,
            _ => 1,
        }
    }
}

/// The order of two texts as numbers; a text that is none comes after all numbers.
pub(crate) fn compare(left: &[u8], right: &[u8]) -> Ordering {
    let (a, b) = match (Parts::of(left), Parts::of(right)) {
        (Some(a), Some(b)) => (a, b),
        (Some(_), None) => return Ordering::Less,
        (None, Some(_)) => return Ordering::Greater,
        (None, None) => return left.cmp(right),
    };
    if a.exponent != 0 || b.exponent != 0 {
        // One that is too long to be written out is no number.
        let (a, b) = (Decimal::from_parts(&a), Decimal::from_parts(&b));
        return match (a, b) {
            (Some(a), Some(b)) => a.cmp(&b),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => left.cmp(right),
        };
    }
    let sign = a.sign();
    sign.cmp(&b.sign()).then_with(|| {
        let longer = a.whole.len().cmp(&b.whole.len());
        let size = longer
            .then_with(|| a.whole.cmp(b.whole))
            .then_with(|| trim(a.fraction).cmp(trim(b.fraction)));
        match sign {
            -1 => size.reverse(),
            0 => Ordering::Equal,
            _ => size,
        }
    })
}

/// Without the zeros at the end.
fn trim(mut digits: &[u8]) -> &[u8] {
    while let [rest @ .., b'0'] = digits {
        digits = rest;
    }
    digits
}

impl Decimal {
    /// Reads a number; none for any other text, and for one that is too long.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::from_parts(&Parts::of(text.as_bytes())?)
    }

    fn from_parts(parts: &Parts<'_>) -> Option<Self> {
        let scale = i64::try_from(parts.fraction.len()).ok()? - i64::from(parts.exponent);
        let zeros = usize::try_from(-scale).unwrap_or(0);
        let scale = usize::try_from(scale.max(0)).ok()?;
        if scale > LONGEST || parts.whole.len().saturating_add(zeros) > LONGEST {
            return None;
        }
        let digits = parts
            .whole
            .iter()
            .chain(parts.fraction)
            .map(|digit| digit - b'0');
        let digits = digits.chain(std::iter::repeat_n(0, zeros)).collect();
        Some(Self::new(parts.negative, digits, scale))
    }

    fn new(negative: bool, mut digits: Vec<u8>, scale: usize) -> Self {
        let zeros = digits.iter().take_while(|&&digit| digit == 0).count();
        digits.drain(..zeros);
        Self {
            negative: negative && !digits.is_empty(),
            digits,
            scale,
        }
    }

    /// The digits with so many after the point; never fewer than there are.
    fn scaled(&self, scale: usize) -> Vec<u8> {
        let mut digits = self.digits.clone();
        if !digits.is_empty() {
            digits.resize(digits.len() + scale.saturating_sub(self.scale), 0);
        }
        digits
    }

    pub(crate) fn negated(mut self) -> Self {
        self.negative = !self.negative && !self.digits.is_empty();
        self
    }

    pub(crate) fn magnitude(mut self) -> Self {
        self.negative = false;
        self
    }

    pub(crate) fn add(&self, other: &Self) -> Self {
        let scale = self.scale.max(other.scale);
        let (a, b) = (self.scaled(scale), other.scaled(scale));
        if self.negative == other.negative {
            return Self::new(self.negative, plus(&a, &b), scale);
        }
        match order(&a, &b) {
            Ordering::Less => Self::new(other.negative, minus(&b, &a), scale),
            _ => Self::new(self.negative, minus(&a, &b), scale),
        }
    }

    pub(crate) fn subtract(&self, other: &Self) -> Self {
        self.add(&other.clone().negated())
    }

    pub(crate) fn multiply(&self, other: &Self) -> Self {
        let mut product = vec![0_u32; self.digits.len() + other.digits.len()];
        for (i, &a) in self.digits.iter().enumerate().rev() {
            let mut carry = 0;
            for (j, &b) in other.digits.iter().enumerate().rev() {
                let sum = product[i + j + 1] + u32::from(a) * u32::from(b) + carry;
                product[i + j + 1] = sum % 10;
                carry = sum / 10;
            }
            product[i] += carry;
        }
        let digits = product.into_iter().map(|digit| digit as u8).collect();
        Self::new(
            self.negative != other.negative,
            digits,
            self.scale + other.scale,
        )
    }

    /// The quotient, rounded; none when the divisor is zero.
    pub(crate) fn divide(&self, other: &Self) -> Option<Self> {
        let scale = self.quotient_scale(other);
        let mut dividend = self.digits.clone();
        if !dividend.is_empty() {
            dividend.resize(dividend.len() + scale + other.scale - self.scale, 0);
        }
        let (mut quotient, rest) = split(&dividend, &other.digits)?;
        if order(&plus(&rest, &rest), &other.digits) != Ordering::Less {
            quotient = plus(&quotient, &[1]);
        }
        Some(Self::new(self.negative != other.negative, quotient, scale))
    }

    /// What is left of a division; it has the sign of the dividend.
    pub(crate) fn remainder(&self, other: &Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let (_, rest) = split(&self.scaled(scale), &other.scaled(scale))?;
        Some(Self::new(self.negative, rest, scale))
    }

    /// Rounded to so many digits after the point, or, where negative, before it; halves away from zero.
    pub(crate) fn round(&self, places: i64) -> Self {
        let scale = usize::try_from(places).unwrap_or(0).min(LONGEST);
        if scale >= self.scale && places >= 0 {
            return Self::new(self.negative, self.scaled(scale), scale);
        }
        let dropped = i64::try_from(self.scale).map_or(i64::MAX, |own| own.saturating_sub(places));
        let dropped = usize::try_from(dropped).unwrap_or(usize::MAX);
        let Some(kept) = self.digits.len().checked_sub(dropped) else {
            return Self::new(false, Vec::new(), scale);
        };
        let mut digits = self.digits[..kept].to_vec();
        if self.digits[kept..].first().is_some_and(|&digit| digit >= 5) {
            digits = plus(&digits, &[1]);
        }
        if !digits.is_empty() {
            digits.resize(digits.len() + usize::try_from(-places).unwrap_or(0), 0);
        }
        Self::new(self.negative, digits, scale)
    }

    /// The scale of a quotient, by estimating its size in groups of four digits.
    fn quotient_scale(&self, other: &Self) -> usize {
        let (weight, first) = self.first_group();
        let (other_weight, other_first) = other.first_group();
        let size = weight - other_weight - i64::from(first <= other_first);
        let significant = usize::try_from(16 - size * 4).unwrap_or(0);
        significant
            .max(self.scale)
            .max(other.scale)
            .min(1000.max(self.scale))
    }

    /// The place of the first group of four digits that is not zero, counted from the point, and the group.
    fn first_group(&self) -> (i64, u32) {
        if self.digits.is_empty() {
            return (0, 0);
        }
        let place = self.digits.len() as i64 - self.scale as i64 - 1;
        let weight = place.div_euclid(4);
        let count = place.rem_euclid(4) as usize + 1;
        let group = (0..count).fold(0, |group, index| {
            group * 10 + u32::from(self.digits.get(index).copied().unwrap_or(0))
        });
        (weight, group)
    }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        let digits = value.unsigned_abs().to_string();
        Self::new(
            value < 0,
            digits.bytes().map(|digit| digit - b'0').collect(),
            0,
        )
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let scale = self.scale.max(other.scale);
        let size = || order(&self.scaled(scale), &other.scaled(scale));
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (false, false) => size(),
            (true, true) => size().reverse(),
        }
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(self.digits.len().max(self.scale) + 3);
        if self.negative {
            text.push('-');
        }
        let whole = self.digits.len().saturating_sub(self.scale);
        if whole == 0 {
            text.push('0');
        }
        text.extend(
            self.digits[..whole]
                .iter()
                .map(|digit| char::from(b'0' + digit)),
        );
        if self.scale > 0 {
            text.push('.');
            let zeros = self.scale - (self.digits.len() - whole);
            text.extend(std::iter::repeat_n('0', zeros));
            text.extend(
                self.digits[whole..]
                    .iter()
                    .map(|digit| char::from(b'0' + digit)),
            );
        }
        f.write_str(&text)
    }
}

/// The order of two natural numbers without zeros before them.
fn order(a: &[u8], b: &[u8]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn plus(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut sum = vec![0; a.len().max(b.len()) + 1];
    let mut carry = 0;
    let (mut a, mut b) = (a.iter().rev(), b.iter().rev());
    for place in sum.iter_mut().rev() {
        let digit = a.next().unwrap_or(&0) + b.next().unwrap_or(&0) + carry;
        *place = digit % 10;
        carry = digit / 10;
    }
    natural(sum)
}

/// `a - b`, where `b` is not greater.
fn minus(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut difference = a.to_vec();
    let mut borrow = 0;
    let mut b = b.iter().rev();
    for place in difference.iter_mut().rev() {
        let taken = b.next().unwrap_or(&0) + borrow;
        borrow = u8::from(*place < taken);
        *place = *place + borrow * 10 - taken;
    }
    natural(difference)
}

/// Quotient and remainder of two natural numbers; none when the divisor is zero.
fn split(dividend: &[u8], divisor: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    if divisor.is_empty() {
        return None;
    }
    let mut rest: Vec<u8> = Vec::with_capacity(divisor.len() + 1);
    let mut quotient = Vec::with_capacity(dividend.len());
    for &digit in dividend {
        if digit != 0 || !rest.is_empty() {
            rest.push(digit);
        }
        let mut times = 0;
        while order(&rest, divisor) != Ordering::Less {
            rest = minus(&rest, divisor);
            times += 1;
        }
        quotient.push(times);
    }
    Some((natural(quotient), rest))
}

fn natural(mut digits: Vec<u8>) -> Vec<u8> {
    let zeros = digits.iter().take_while(|&&digit| digit == 0).count();
    digits.drain(..zeros);
    digits
}

#[cfg(test)]
mod tests;
