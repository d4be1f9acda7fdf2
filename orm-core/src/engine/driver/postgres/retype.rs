//! Texts whose parameters are given another type than that in which they travel: by a cast after the placeholder.

use std::ops::Range;

use super::Parameters;
use super::known::Known;
use crate::dialect::{Dialect as _, POSTGRES};
use crate::types::SqlType;

/// The text of a batch, or of a test against the rows that several arrays make, with casts to the types of the columns:
/// there the server cannot infer the type of a parameter. None where it needs no cast.
pub(super) fn arrays(known: &Known, sql: &str, parameters: Parameters<'_>) -> Option<String> {
    let mut casts = Vec::new();
    let mut sql = std::borrow::Cow::Borrowed(sql);
    match parameters {
        Parameters::Columns {
            table,
            types,
            columns,
            ..
        } => {
            for (index, (sql_type, name)) in types.iter().zip(columns).enumerate() {
                let Some(native) = known.column(table, name) else {
                    continue;
                };
                match sql_type {
                    SqlType::Text | SqlType::VarChar(_) | SqlType::Enum(_) => {
                        casts.push((index + 1, format!("::{native}[]")));
                    }
                    // JSONB could not hold all that JSON can, and would order its keys anew.
                    SqlType::Json if native == "pg_catalog.json" => {
                        let number = index + 1;
                        let own = format!("${number}::JSONB[]");
                        sql = sql.replace(&own, &format!("${number}::JSON[]")).into();
                    }
                    // Each list travelled as text, and is made a list behind.
                    SqlType::Array(_) => {
                        let own = format!(".c{index}::{}", POSTGRES.type_name(*sql_type));
                        sql = sql.replace(&own, &format!(".c{index}::{native}")).into();
                    }
                    _ => {}
                }
            }
        }
        _ => tuples(known, &sql, &mut casts),
    }
    if casts.is_empty() {
        return match sql {
            std::borrow::Cow::Borrowed(_) => None,
            std::borrow::Cow::Owned(sql) => Some(sql),
        };
    }
    Some(cast(&sql, &casts))
}

/// The parameters that are lists of JSONB by their values, and of JSON by the text.
pub(super) fn json_arrays(sql: &str, types: &[u32]) -> Vec<usize> {
    let is =
        |index: &usize| types[*index] == 3807 && sql.contains(&format!("${}::JSON[]", index + 1));
    (0..types.len()).filter(is).collect()
}

/// `(t.a, t.b) IN (SELECT * FROM UNNEST($1, $2))`, as the dialect writes it.
fn tuples(known: &Known, sql: &str, casts: &mut Vec<(usize, String)>) {
    const MIDDLE: &str = ") IN (SELECT * FROM UNNEST(";
    for (at, _) in sql.match_indices(MIDDLE) {
        let (before, after) = (&sql[..at], &sql[at + MIDDLE.len()..]);
        let (Some(start), Some(end)) = (before.rfind('('), after.find(')')) else {
            continue;
        };
        let operands = before[start + 1..].split(", ");
        for (operand, parameter) in operands.zip(after[..end].split(", ")) {
            let number = parameter.strip_prefix('$').and_then(|it| it.parse().ok());
            let (label, name) = operand.rsplit_once('.').unwrap_or(("", operand));
            let native = known.column_in(sql, label.trim_matches('"'), name.trim_matches('"'));
            if let (Some(number), Some(native)) = (number, native) {
                casts.push((number, format!("::{native}[]")));
            }
        }
    }
}

/// The text with a cast after each placeholder of these numbers, behind the cast that is there.
pub(super) fn cast(sql: &str, casts: &[(usize, String)]) -> String {
    const OWN: &str = "::TEXT[]";
    let mut out = String::with_capacity(sql.len() + casts.len() * 24);
    let mut copied = 0;
    for (number, range) in placeholders(sql) {
        let Some((_, to)) = casts.iter().find(|(cast, _)| *cast == number) else {
            continue;
        };
        let mut end = range.end;
        if sql[end..].starts_with(OWN) {
            end += OWN.len();
        }
        out.push_str(&sql[copied..end]);
        out.push_str(to);
        copied = end;
    }
    out.push_str(&sql[copied..]);
    out
}

/// The placeholders of a text: their numbers, and where they stand. What stands in quotes or comments is none.
fn placeholders(sql: &str) -> Vec<(usize, Range<usize>)> {
    let bytes = sql.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    let past = |from: usize, end: &str| {
        let rest = sql.get(from..).unwrap_or_default();
        rest.find(end).map_or(sql.len(), |it| from + it + end.len())
    };
    while let Some(&byte) = bytes.get(at) {
        at = match byte {
            b'\'' => {
                let escapes = at > 0 && matches!(bytes[at - 1], b'e' | b'E');
                let mut end = at + 1;
                while let Some(&byte) = bytes.get(end) {
                    end += 1;
                    match byte {
                        b'\\' if escapes => end += 1,
                        b'\'' => break,
                        _ => {}
                    }
                }
                end
            }
            b'"' => past(at + 1, "\""),
            b'-' if bytes.get(at + 1) == Some(&b'-') => past(at + 2, "\n"),
            b'/' if bytes.get(at + 1) == Some(&b'*') => past(at + 2, "*/"),
            b'$' => {
                let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
                let length = bytes[at + 1..].iter().take_while(|byte| word(byte)).count();
                let end = at + 1 + length;
                match sql[at + 1..end].parse() {
                    Ok(number) => {
                        found.push((number, at..end));
                        end
                    }
                    // A text between `$tag$` and the same.
                    Err(_) if bytes.get(end) == Some(&b'$') => past(end + 1, &sql[at..=end]),
                    Err(_) => end,
                }
            }
            _ => at + 1,
        };
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_told_from_quoted_text() {
        let sql = "SELECT $1, '$2', \"$3\", $a$ $4 $a$, E'\\'$5' -- $6\n/* $7 */, $12::TEXT[], 'ü''$8', $1";
        let numbers: Vec<usize> = placeholders(sql).into_iter().map(|it| it.0).collect();
        assert_eq!(numbers, [1, 12, 1]);
        let casts = [(1, "::a".to_owned()), (12, "::b[]".to_owned())];
        assert_eq!(
            cast("SELECT $1, $2, $12::TEXT[], $1", &casts),
            "SELECT $1::a, $2, $12::TEXT[]::b[], $1::a"
        );
    }
}
