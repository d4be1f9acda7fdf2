//! Dates and times as numbers and as text, in the proleptic Gregorian calendar.
//!
//! A date is its days since 1970-01-01, a time its microseconds since midnight, a timestamp its microseconds since
//! 1970-01-01 00:00:00. The text written is the one of each value that sorts as the values do: this is why it holds
//! only the years 1 to 9999.

/// 0001-01-01.
pub(super) const FIRST_DAY: i32 = -719_162;
/// 9999-12-31.
pub(super) const LAST_DAY: i32 = 2_932_896;
/// Microseconds of a day.
pub(super) const DAY: i64 = 86_400_000_000;

/// Whether a date has a text.
pub(super) fn is_date(days: i32) -> bool {
    (FIRST_DAY..=LAST_DAY).contains(&days)
}

/// Whether a time has a text.
pub(super) fn is_time(micros: i64) -> bool {
    (0..DAY).contains(&micros)
}

/// Whether a timestamp has a text.
pub(super) fn is_timestamp(micros: i64) -> bool {
    (i64::from(FIRST_DAY)..=i64::from(LAST_DAY)).contains(&micros.div_euclid(DAY))
}

/// The days since 1970-01-01 of a date; none when there is no such date.
pub(super) fn days(year: i64, month: u32, day: u32) -> Option<i32> {
    if !(1..=12).contains(&month) || day == 0 || day > days_in(year, month) {
        return None;
    }
    // Counted from March on, so that the leap day is the last of its year.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = i64::from((153 * month + 2) / 5 + day - 1);
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    i32::try_from(era * 146_097 + day_of_era - 719_468).ok()
}

fn days_in(year: i64, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Year, month and day.
pub(super) fn date(days: i32) -> (i64, u32, u32) {
    let days = i64::from(days) + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month as u32, day as u32)
}

/// `YYYY-MM-DD`
pub(super) fn parse_date(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    let [y @ .., b'-', m1, m2, b'-', d1, d2] = bytes else {
        return None;
    };
    if y.len() != 4 {
        return None;
    }
    let year = number(y)?;
    days(year.into(), number(&[*m1, *m2])?, number(&[*d1, *d2])?).filter(|_| year > 0)
}

/// `HH:MM`, `HH:MM:SS` or `HH:MM:SS.fraction`; what is finer than a microsecond is cut off.
pub(super) fn parse_time(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let (clock, fraction) = match bytes.iter().position(|&byte| byte == b'.') {
        Some(at) => (&bytes[..at], Some(&bytes[at + 1..])),
        None => (bytes, None),
    };
    let (hours, minutes, seconds) = match *clock {
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
        if fraction.is_empty() || !fraction.iter().all(u8::is_ascii_digit) {
            return None;
        }
        for index in 0..6 {
            micros = micros * 10 + i64::from(fraction.get(index).map_or(0, |digit| digit - b'0'));
        }
    }
    Some(i64::from(hours * 3600 + minutes * 60 + seconds) * 1_000_000 + micros)
}

/// A date, alone or with a time after a space or `T`; a zone other than UTC is refused.
pub(super) fn parse_timestamp(text: &str) -> Option<i64> {
    parse_moment(text).and_then(|(micros, offset)| (offset == 0).then_some(micros))
}

/// As without a zone; then `Z` or an offset, which is taken into account. Without one it is UTC.
pub(super) fn parse_timestamptz(text: &str) -> Option<i64> {
    let (micros, offset) = parse_moment(text)?;
    micros.checked_sub(offset)
}

/// The microseconds as written, and those of the offset.
fn parse_moment(text: &str) -> Option<(i64, i64)> {
    let days = parse_date(text.get(..10)?)?;
    let midnight = i64::from(days) * DAY;
    let rest = &text[10..];
    if rest.is_empty() {
        return Some((midnight, 0));
    }
    let rest = rest.strip_prefix([' ', 'T', 't'])?;
    let (time, offset) = match rest.find(['Z', 'z', '+', '-']) {
        Some(at) => (rest[..at].trim_end_matches(' '), offset(&rest[at..])?),
        None => (rest, 0),
    };
    Some((midnight + parse_time(time)?, offset))
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

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + u32::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_each_others_inverse() {
        for day in (FIRST_DAY - 1000..FIRST_DAY + 1000)
            .chain(-1000..1000)
            .chain(LAST_DAY - 1000..LAST_DAY + 1000)
            .chain((FIRST_DAY..LAST_DAY).step_by(97))
            .chain([i32::MIN, i32::MAX])
        {
            let (year, month, of_month) = date(day);
            assert_eq!(
                days(year, month, of_month),
                Some(day),
                "{year}-{month}-{of_month}"
            );
        }
        assert_eq!(date(0), (1970, 1, 1));
        assert_eq!(date(FIRST_DAY), (1, 1, 1));
        assert_eq!(date(LAST_DAY), (9999, 12, 31));
        assert_eq!(days(2000, 2, 29), Some(11_016));
        assert_eq!(days(1900, 2, 29), None);
        assert_eq!(days(2023, 2, 29), None);
    }

    #[test]
    fn texts_of_others_are_read() {
        let noon = DAY / 2;
        for (text, expected) in [
            ("1970-01-01", Some(0)),
            ("1970-01-01 12:00", Some(noon)),
            ("1970-01-01 12:00:00", Some(noon)),
            ("1970-01-01T12:00:00.5", Some(noon + 500_000)),
            ("1970-01-01 12:00:00.1234569", Some(noon + 123_456)),
            ("1969-12-31 23:59:59.999999", Some(-1)),
            ("1970-01-01T12:00:00Z", Some(noon)),
            ("1970-01-01 12:00:00+00:00", Some(noon)),
            ("1970-01-01 12:00:00+02", None),
            ("1970-01-01 24:00:00", None),
            ("1970-01-01 12:00:60", None),
            ("1970-01-01 12:00:00.", None),
            ("1970-01-01 ", None),
            ("1970-02-30 12:00:00", None),
            ("0000-01-01 12:00:00", None),
            ("10000-01-01", None),
            ("1970-1-1", None),
            ("garbage", None),
            ("", None),
            ("ääääääää", None),
        ] {
            assert_eq!(parse_timestamp(text), expected, "{text}");
        }
        for (text, expected) in [
            ("1970-01-01 12:00:00", Some(noon)),
            ("1970-01-01 12:00:00+02", Some(noon - 7_200_000_000)),
            ("1970-01-01 12:00:00 -0230", Some(noon + 9_000_000_000)),
            ("1970-01-01T12:00:00+00:00:01", Some(noon - 1_000_000)),
            ("1970-01-01 12:00:00+24:00", None),
            ("1970-01-01 12:00:00+2", None),
        ] {
            assert_eq!(parse_timestamptz(text), expected, "{text}");
        }
    }
}
