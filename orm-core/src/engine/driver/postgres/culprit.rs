//! Which row of a batch the server refused. It says so by quoting values, which stay here: only the row's number leaves.

use sqlx::postgres::PgDatabaseError;

use super::Parameters;
use crate::types::{ValueRef, Values};

/// The number of the one row that the detail of an error can be about; `None` where that is not certain.
pub(super) fn row(error: &sqlx::Error, parameters: Parameters<'_>) -> Option<usize> {
    let Parameters::Columns {
        types, rows, count, ..
    } = parameters
    else {
        return None;
    };
    let sqlx::Error::Database(error) = error else {
        return None;
    };
    let detail = error.try_downcast_ref::<PgDatabaseError>()?.detail()?;
    among(detail, rows, types.len(), count)
}

fn among(detail: &str, rows: &Values, width: usize, count: usize) -> Option<usize> {
    // `Key (a, b)=(1, x) already exists.`, or `Failing row contains (1, x, null).`
    let (key, quoted) = match detail.split_once(")=(") {
        Some((_, quoted)) => (true, quoted),
        None => (false, detail.split_once('(')?.1),
    };
    let quoted: Vec<&str> = match quoted.split_once(CONFLICTS) {
        Some((quoted, _)) => quoted.split(", ").flat_map(bounds).collect(),
        None => quoted.get(..quoted.rfind(')')?)?.split(", ").collect(),
    };
    let fits = |row: &usize| {
        let values = (row * width..(row + 1) * width).map(|index| rows.get(index));
        let mut parts: Vec<Option<String>> = Vec::with_capacity(width);
        for value in values {
            match text(value) {
                Some(text) => parts.extend(text.split(", ").map(|part| Some(part.to_owned()))),
                None => parts.push(None),
            }
        }
        if key {
            // Every quoted value is one of the row's, or may be.
            let may_be = parts.contains(&None);
            let mut quoted = quoted.iter();
            return quoted.all(|it| may_be || parts.iter().flatten().any(|part| part == it));
        }
        let mut known = parts.iter().flatten();
        known.all(|part| quoted.iter().any(|it| same(it, part)))
    };
    let mut candidates = (0..count).filter(fits);
    let first = candidates.next()?;
    candidates.next().is_none().then_some(first)
}

/// What follows the values of a row that an exclusion constraint refused.
const CONFLICTS: &str = ") conflicts with existing key (";

/// The ends of a range, which are most often two columns of the row; any other value as it is.
fn bounds(quoted: &str) -> impl Iterator<Item = &str> {
    let range = quoted.strip_prefix(['[', '(']);
    let range = range.and_then(|range| range.strip_suffix([']', ')']));
    range.unwrap_or(quoted).split(',')
}

/// Long values are quoted by their beginning.
fn same(quoted: &str, value: &str) -> bool {
    match quoted.strip_suffix("...") {
        Some(beginning) => value.starts_with(beginning),
        None => quoted == value,
    }
}

/// A value as the server quotes it, where that is certain.
fn text(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => Some("null".into()),
        ValueRef::Bool(value) => Some(if value { "t" } else { "f" }.into()),
        ValueRef::I16(value) => Some(value.to_string()),
        ValueRef::I32(value) => Some(value.to_string()),
        ValueRef::I64(value) => Some(value.to_string()),
        ValueRef::Text(value) => Some(value.into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_certain_row_is_named() {
        let mut rows = Values::with_capacity(9);
        for (name, size, day) in [("a", 1, 3), ("b, c", 2, 3), ("d", 2, 3)] {
            rows.push(ValueRef::Text(name));
            rows.push(ValueRef::I32(size));
            rows.push(ValueRef::Date(day));
        }
        let row = |detail| among(detail, &rows, 3, 3);
        assert_eq!(
            row("Failing row contains (7, b, c, 2, 1970-01-04)."),
            Some(1)
        );
        assert_eq!(row("Failing row contains (7, d, 2, 1970-01-04)."), Some(2));
        assert_eq!(row("Failing row contains (7, x, 2, 1970-01-04)."), None);
        // The date may be anything as it is written here.
        assert_eq!(row("Key (name)=(a) already exists."), None);
        let mut rows = Values::with_capacity(4);
        for (name, size) in [("a", 1), ("b", 1)] {
            rows.push(ValueRef::Text(name));
            rows.push(ValueRef::I32(size));
        }
        let row = |detail| among(detail, &rows, 2, 2);
        assert_eq!(row("Key (name)=(b) already exists."), Some(1));
        assert_eq!(
            row("Key (size)=(1) is not present in table \"sizes\"."),
            None
        );
        assert_eq!(row("Nothing is said."), None);
        let mut rows = Values::with_capacity(6);
        for value in [1, 5, 5, 8, 8, 9] {
            rows.push(ValueRef::I32(value));
        }
        let detail =
            "Key (int4range(a, b))=([5,8)) conflicts with existing key (int4range(a, b))=([7,9)).";
        assert_eq!(among(detail, &rows, 2, 3), Some(1));
    }
}
