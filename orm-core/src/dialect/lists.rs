//! Lists as rows, side by side.

use std::fmt::Write as _;

use super::{Dialect, Postgres};
use crate::types::{SqlType, Value};

/// A list among those that stand side by side.
#[derive(Debug, Clone, Copy)]
pub struct ListColumn<'a> {
    /// Its items.
    pub array: &'a Value,
    /// The type of the column that they are compared with, in the words of the database, where it is not theirs.
    pub like: Option<&'a str>,
}

/// SQLite takes type and collation from the column that an item is compared with.
pub(super) fn sqlite(columns: &[ListColumn<'_>]) -> String {
    let (mut items, mut from) = (String::new(), String::new());
    for index in 0..columns.len() {
        let comma = if index == 0 { "" } else { ", " };
        // Writing to a string does not fail.
        let _ = write!(
            items,
            "{comma}a{index}.value AS key_{index}, a{index}.value AS like_{index}"
        );
        let _ = match index {
            0 => write!(
                from,
                "(SELECT key, value FROM json_each(:list_0) LIMIT -1) AS a0"
            ),
            _ => write!(
                from,
                " JOIN (SELECT key, value FROM json_each(:list_{index}) LIMIT -1) AS a{index} ON a{index}.key = a0.key"
            ),
        };
    }
    format!("SELECT {items} FROM {from}")
}

pub(super) fn postgres(columns: &[ListColumn<'_>]) -> String {
    let (mut items, mut lists, mut names) = (String::new(), String::new(), String::new());
    for (index, column) in columns.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        let _ = write!(items, "{comma}k.key_{index}, k.key_{index}");
        if let Some(like) = column.like {
            let _ = write!(items, "::{like}");
        }
        let item = match column.array {
            Value::Array(array) => array.0,
            _ => SqlType::Text,
        };
        let item = match item {
            // A cast to VARCHAR(n) would cut what is too long.
            SqlType::VarChar(_) => SqlType::Text,
            other => other,
        };
        let item = Postgres.type_name(item);
        let _ = write!(items, " AS like_{index}");
        let _ = write!(lists, "{comma}:list_{index}::{item}[]");
        let _ = write!(names, "{comma}key_{index}");
    }
    format!("SELECT {items} FROM UNNEST({lists}) AS k ({names})")
}
