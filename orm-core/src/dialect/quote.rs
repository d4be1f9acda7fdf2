//! Identifiers: quoted exactly when they must be.

use super::Capabilities;
use crate::error::{Error, ErrorKind, Result};

/// Appends an identifier.
pub(super) fn identifier(name: &str, capabilities: &Capabilities, out: &mut String) -> Result<()> {
    if name.is_empty() || name.contains('\0') {
        return Err(Error::new(
            ErrorKind::InvalidQuery,
            format!("{name:?} cannot be an identifier: it is empty or has a NUL in it"),
        ));
    }
    if let Some(limit) = capabilities.max_identifier_length
        && name.len() > limit
    {
        return Err(Error::new(
            ErrorKind::InvalidQuery,
            format!(
                "the identifier {name} has {} bytes, and the database cuts it after {limit}; choose a shorter name",
                name.len()
            ),
        ));
    }
    if is_plain(name) && capabilities.reserved_words.binary_search(&name).is_err() {
        out.push_str(name);
    } else {
        out.push('"');
        out.push_str(&name.replace('"', "\"\""));
        out.push('"');
    }
    Ok(())
}

/// Whether both databases read the name as it is: lower case, since PostgreSQL folds the rest.
fn is_plain(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes
        .next()
        .is_some_and(|first| first.is_ascii_lowercase() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// Appends a string literal.
pub(super) fn string(text: &str, out: &mut String) {
    out.push('\'');
    out.push_str(&text.replace('\'', "''"));
    out.push('\'');
}
