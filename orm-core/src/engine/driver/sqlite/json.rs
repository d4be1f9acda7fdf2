//! Arrays on SQLite: one JSON list, for `json_each(?)`.

use std::fmt::Write;

use crate::error::{Error, ErrorKind, Result};
use crate::types::Value;

/// The values as a JSON list.
pub(super) fn list(values: &[Value]) -> Result<String> {
    let mut text = String::with_capacity(2 + values.len() * 8);
    text.push('[');
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        push(&mut text, value)?;
    }
    text.push(']');
    Ok(text)
}

fn push(text: &mut String, value: &Value) -> Result<()> {
    let written = match value {
        Value::Null => write!(text, "null"),
        Value::Bool(value) => write!(text, "{}", u8::from(*value)),
        Value::I16(value) => {
            push_integer(text, i64::from(*value));
            Ok(())
        }
        Value::I32(value) => {
            push_integer(text, i64::from(*value));
            Ok(())
        }
        Value::I64(value) => {
            push_integer(text, *value);
            Ok(())
        }
        Value::F32(value) if value.is_finite() => write!(text, "{:?}", f64::from(*value)),
        Value::F64(value) if value.is_finite() => write!(text, "{value:?}"),
        Value::Text(value) => {
            push_text(text, value);
            Ok(())
        }
        Value::F32(_) | Value::F64(_) => return Err(refuse("a float that is not finite")),
        Value::Json(value) => {
            push_text(text, value);
            Ok(())
        }
        Value::Bytes(_) => return Err(refuse("bytes")),
        Value::Array(_) => return Err(refuse("an array")),
        other => match other.as_ref().short_text()? {
            Some(short) => {
                push_text(text, short.as_str());
                Ok(())
            }
            None => return Err(refuse("this value")),
        },
    };
    written.map_err(|_| refuse("this value"))
}

/// Digits by hand: lists are most often of keys, and formatting would cost more than looking them up.
fn push_integer(text: &mut String, value: i64) {
    let mut digits = [0_u8; 20];
    let mut at = digits.len();
    let mut rest = value.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if value < 0 {
        text.push('-');
    }
    text.extend(digits[at..].iter().copied().map(char::from));
}

fn refuse(what: &str) -> Error {
    Error::new(
        ErrorKind::Encode,
        format!(
            "a list bound on SQLite travels as JSON, which cannot hold {what}; compare the values one by one"
        ),
    )
}

/// A list is bound for a test, never for a column.
#[cold]
pub(super) fn no_arrays(index: i32) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        format!(
            "parameter {index} is an array, which a column of SQLite cannot hold; store JSON (Json<Vec<..>>)"
        ),
    )
}

fn push_text(text: &mut String, value: &str) {
    text.push('"');
    for c in value.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            c if (c as u32) < 0x20 => {
                // Writing to a String cannot fail.
                let _ = write!(text, "\\u{:04x}", c as u32);
            }
            c => text.push(c),
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_json() {
        let values = [
            Value::I64(i64::MIN),
            Value::Bool(true),
            Value::F64(1.0),
            Value::F64(1e300),
            Value::Null,
            Value::Text("a\"b\\c\n\u{1}é".into()),
        ];
        assert_eq!(
            list(&values).unwrap(),
            "[-9223372036854775808,1,1.0,1e300,null,\"a\\\"b\\\\c\\u000a\\u0001é\"]"
        );
        assert_eq!(list(&[]).unwrap(), "[]");
    }

    #[test]
    fn what_json_cannot_hold_is_refused() {
        let error = list(&[Value::Bytes(vec![1])]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Encode);
        assert!(list(&[Value::F64(f64::NAN)]).is_err());
    }
}
