//! Dates and times as other programs write them: with a `T`, an offset, more digits or fewer.

use super::civil::{DAY, number, parse_date};

/// A date, alone or with a time after a space or `T`, and perhaps `Z` or an offset, which is taken into account: the
/// microseconds since 1970-01-01 00:00:00 UTC.
pub(super) fn parse(text: &str) -> Option<i64> {
    let midnight = i64::from(parse_date(text.get(..10)?)?) * DAY;
    let rest = &text[10..];
    if rest.is_empty() {
        return Some(midnight);
    }
    let rest = rest.strip_prefix([' ', 'T', 't'])?;
    let (time, offset) = match rest.find(['Z', 'z', '+', '-']) {
        Some(at) => (rest[..at].trim_end_matches(' '), offset(&rest[at..])?),
        None => (rest, 0),
    };
    (midnight + parse_time(time)?).checked_sub(offset)
}

/// `HH:MM`, `HH:MM:SS` or `HH:MM:SS.fraction`; zeros beyond the microseconds are no part of the value, other digits are
/// refused.
pub(super) fn parse_time(text: &str) -> Option<i64> {
    let (clock, fraction) = match text.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction.as_bytes())),
        None => (text, None),
    };
    let (hours, minutes, seconds) = match *clock.as_bytes() {
        [h1, h2, b':', m1, m2] if fraction.is_none() => (number(&[h1, h2])?, number(&[m1, m2])?, 0),
        [h1, h2, b':', m1, m2, b':', s1, s2] => {
            (number(&[h1, h2])?, number(&[m1, m2])?, number(&[s1, s2])?)
        }
        _ => return None,
    };
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let mut micros = 0;
    if let Some(fraction) = fraction {
        let (digits, beyond) = fraction.split_at(fraction.len().min(6));
        if digits.is_empty() || beyond.iter().any(|&digit| digit != b'0') {
            return None;
        }
        micros = i64::from(number(digits)?) * 10_i64.pow(6 - digits.len() as u32);
    }
    Some(i64::from(hours * 3600 + minutes * 60 + seconds) * 1_000_000 + micros)
}

/// `Z`, `+HH`, `+HHMM`, `+HH:MM` or `+HH:MM:SS`, in microseconds.
fn offset(text: &str) -> Option<i64> {
    let (sign, rest) = match text.as_bytes() {
        [b'Z' | b'z'] => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, minutes, seconds) = match *rest {
        [h1, h2] => (number(&[h1, h2])?, 0, 0),
        [h1, h2, m1, m2] | [h1, h2, b':', m1, m2] => (number(&[h1, h2])?, number(&[m1, m2])?, 0),
        [h1, h2, b':', m1, m2, b':', s1, s2] => {
            (number(&[h1, h2])?, number(&[m1, m2])?, number(&[s1, s2])?)
        }
        _ => return None,
    };
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    Some(sign * i64::from(hours * 3600 + minutes * 60 + seconds) * 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_others_are_read() {
        let noon = DAY / 2;
        for (text, expected) in [
            ("1970-01-01", Some(0)),
            ("1970-01-01 12:00", Some(noon)),
            ("1970-01-01 12:00:00", Some(noon)),
            ("1970-01-01T12:00:00.5", Some(noon + 500_000)),
            ("1970-01-01 12:00:00.123456000", Some(noon + 123_456)),
            ("1970-01-01 12:00:00.1234569", None),
            ("1969-12-31 23:59:59.999999", Some(-1)),
            ("1970-01-01T12:00:00Z", Some(noon)),
            ("1970-01-01 12:00:00+02", Some(noon - 7_200_000_000)),
            ("1970-01-01 12:00:00 -0230", Some(noon + 9_000_000_000)),
            ("1970-01-01T12:00:00+00:00:01", Some(noon - 1_000_000)),
            ("1970-01-01 12:00:00+24:00", None),
            ("1970-01-01 12:00:00+2", None),
            ("1970-01-01 24:00:00", None),
            ("1970-01-01 12:00:60", None),
            ("1970-01-01 12:00:00.", None),
            ("1970-01-01 12:00:00.+1", None),
            ("1970-01-01 ", None),
            ("1970-02-30 12:00:00", None),
            ("0000-01-01 12:00:00", None),
            ("garbage", None),
            ("", None),
            ("ääääääää", None),
        ] {
            assert_eq!(parse(text), expected, "{text}");
        }
    }
}
