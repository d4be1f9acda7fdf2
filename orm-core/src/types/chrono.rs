//! Dates and times of the crate `chrono`.
//!
//! The databases hold microseconds, and no offset: finer fractions are cut off when a value is written, and a flush gives the
//! object what its row has then.

use chrono::{
    DateTime, Datelike as _, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike as _, Utc,
};

use super::convert::{misspelled, plain};
use super::{ColumnType, FromValue, SqlType, ToValue, Value, ValueRef};
use crate::error::Result;

/// 1970-01-01 in days from the first of the year 1, which is 1.
const EPOCH: i32 = 719_163;

impl FromValue for NaiveDate {
    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        let date = match SqlType::Date.typed(value) {
            ValueRef::Date(days) => days
                .checked_add(EPOCH)
                .and_then(Self::from_num_days_from_ce_opt),
            _ => None,
        };
        date.ok_or_else(|| misspelled::<Self>(value))
    }
}

impl FromValue for NaiveTime {
    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        let time = match SqlType::Time.typed(value) {
            ValueRef::Time(micros) => u64::try_from(micros).ok().and_then(|micros| {
                let seconds = u32::try_from(micros / 1_000_000).ok()?;
                Self::from_num_seconds_from_midnight_opt(
                    seconds,
                    (micros % 1_000_000) as u32 * 1000,
                )
            }),
            _ => None,
        };
        time.ok_or_else(|| misspelled::<Self>(value))
    }
}

impl FromValue for NaiveDateTime {
    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        let moment = match SqlType::Timestamp.typed(value) {
            ValueRef::Timestamp(micros) => DateTime::from_timestamp_micros(micros),
            _ => None,
        };
        moment
            .map(|moment| moment.naive_utc())
            .ok_or_else(|| misspelled::<Self>(value))
    }
}

impl FromValue for DateTime<Utc> {
    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        let moment = match SqlType::TimestampTz.typed(value) {
            ValueRef::TimestampTz(micros) => DateTime::from_timestamp_micros(micros),
            _ => None,
        };
        moment.ok_or_else(|| misspelled::<Self>(value))
    }
}

impl FromValue for DateTime<FixedOffset> {
    /// Databases keep the point in time and forget the offset: it is read as UTC.
    #[inline]
    fn from_value(value: ValueRef<'_>) -> Result<Self> {
        match DateTime::<Utc>::from_value(value) {
            Ok(moment) => Ok(moment.fixed_offset()),
            Err(_) => Err(misspelled::<Self>(value)),
        }
    }
}

/// A leap second reads as beyond the end of its minute.
fn micros(time: &NaiveTime) -> i64 {
    i64::from(time.num_seconds_from_midnight()) * 1_000_000 + i64::from(time.nanosecond() / 1000)
}

plain! {
    NaiveDate => Date(|date| date.num_days_from_ce() - EPOCH),
    NaiveTime => Time(micros),
    NaiveDateTime => Timestamp(|moment| moment.and_utc().timestamp_micros()),
    DateTime<Utc> => TimestampTz(|moment| moment.timestamp_micros()),
    DateTime<FixedOffset> => TimestampTz(|moment| moment.timestamp_micros()),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round<T: ColumnType + PartialEq + std::fmt::Debug>(value: T, text: &str) {
        let held = value.to_value();
        assert_eq!(held.as_ref().short_text().unwrap().unwrap().as_str(), text);
        assert_eq!(T::from_value(held.as_ref()).unwrap(), value);
        assert_eq!(T::from_value(ValueRef::Text(text)).unwrap(), value);
        assert!(value.same(&held));
    }

    #[test]
    fn edges() {
        let date = |text: &str| text.parse::<NaiveDate>().unwrap();
        for text in [
            "0001-01-01",
            "1582-10-10",
            "1900-02-28",
            "1969-12-31",
            "2000-02-29",
            "2024-12-31",
            "9999-12-31",
        ] {
            round(date(text), text);
        }
        round(NaiveTime::MIN, "00:00:00");
        round(
            NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap(),
            "23:59:59.999999",
        );
        let moment = date("1969-12-31").and_hms_micro_opt(23, 59, 59, 1).unwrap();
        round(moment, "1969-12-31 23:59:59.000001");
        round(moment.and_utc(), "1969-12-31 23:59:59.000001");
        round(
            moment.and_utc().fixed_offset(),
            "1969-12-31 23:59:59.000001",
        );
        // Finer than a microsecond is cut off, also before 1970.
        let fine = date("1969-12-31")
            .and_hms_nano_opt(23, 59, 59, 999_999_999)
            .unwrap();
        assert_eq!(fine.to_value(), Value::Timestamp(-1));
    }

    #[test]
    fn what_is_beyond_is_an_error() {
        assert!(NaiveDate::MAX.to_value().as_ref().check_range().is_err());
        assert!(
            NaiveDateTime::MIN
                .to_value()
                .as_ref()
                .check_range()
                .is_err()
        );
        let leap = NaiveTime::from_hms_micro_opt(23, 59, 59, 1_500_000).unwrap();
        assert!(leap.to_value().as_ref().check_range().is_err());
        for micros in [i64::MIN, i64::MAX] {
            assert!(NaiveDateTime::from_value(ValueRef::Timestamp(micros)).is_err());
            assert!(DateTime::<Utc>::from_value(ValueRef::TimestampTz(micros)).is_err());
            assert!(NaiveTime::from_value(ValueRef::Time(micros)).is_err());
        }
        for days in [i32::MIN, i32::MAX] {
            assert!(NaiveDate::from_value(ValueRef::Date(days)).is_err());
        }
        assert!(NaiveTime::from_value(ValueRef::Time(super::super::civil::DAY)).is_err());
    }
}
