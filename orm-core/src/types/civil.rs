//! Dates and times as numbers and as text, in the proleptic Gregorian calendar.
//!
//! A date is its days since 1970-01-01, a time its microseconds since midnight, a timestamp its microseconds since
//! 1970-01-01 00:00:00. Each has one text, the shortest, and no other is read. It sorts as the values do: this is why it
//! holds only the years 1 to 9999, and why a point in time has no `Z`, which would sort after the fraction's point.

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

/// `HH:MM:SS`, with a fraction only where there is one, of up to six digits of which the last is no zero.
pub(super) fn parse_time(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let (clock, fraction) = bytes.split_at_checked(8)?;
    let [h1, h2, b':', m1, m2, b':', s1, s2] = *clock else {
        return None;
    };
    let (hours, minutes, seconds) = (number(&[h1, h2])?, number(&[m1, m2])?, number(&[s1, s2])?);
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let micros = match fraction {
        [] => 0,
        [b'.', digits @ ..] if digits.len() <= 6 && digits.last().is_some_and(|&d| d != b'0') => {
            number(digits)? * 10_u32.pow(6 - digits.len() as u32)
        }
        _ => return None,
    };
    Some(i64::from(hours * 3600 + minutes * 60 + seconds) * 1_000_000 + i64::from(micros))
}

/// A date and a time with a space between them.
pub(super) fn parse_timestamp(text: &str) -> Option<i64> {
    let days = parse_date(text.get(..10)?)?;
    let time = parse_time(text[10..].strip_prefix(' ')?)?;
    Some(i64::from(days) * DAY + time)
}

pub(super) fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |number, digit| {
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

    /// A text that is not the one that is written would be found by no comparison.
    #[test]
    fn each_moment_has_one_text() {
        let noon = DAY / 2;
        for (text, expected) in [
            ("1970-01-01 12:00:00", Some(noon)),
            ("1970-01-01 12:00:00.5", Some(noon + 500_000)),
            ("1970-01-01 12:00:00.000001", Some(noon + 1)),
            ("1970-01-01 12:00:00.123456", Some(noon + 123_456)),
            ("1969-12-31 23:59:59.999999", Some(-1)),
            ("1970-01-01", None),
            ("1970-01-01 12:00", None),
            ("1970-01-01T12:00:00", None),
            ("1970-01-01 12:00:00.50", None),
            ("1970-01-01 12:00:00.0", None),
            ("1970-01-01 12:00:00.1234561", None),
            ("1970-01-01 12:00:00.-1", None),
            ("1970-01-01 12:00:00Z", None),
            ("1970-01-01 12:00:00+00:00", None),
            ("1970-01-01 24:00:00", None),
            ("1970-01-01 12:00:60", None),
            ("1970-01-01 12:00:00.", None),
            ("1970-01-01 ", None),
            ("1970-02-30 12:00:00", None),
            ("0000-01-01 12:00:00", None),
            ("10000-01-01 12:00:00", None),
            ("1970-1-1 12:00:00", None),
            ("garbage", None),
            ("", None),
            ("ääääääää", None),
            ("1970-01-01ä12:00:00", None),
        ] {
            assert_eq!(parse_timestamp(text), expected, "{text}");
        }
    }
}
