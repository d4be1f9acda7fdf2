//! Database URLs: parsed by us, so that an unknown parameter is an error and no password is ever printed.

mod postgres;
mod sqlite;
#[cfg(test)]
mod tests;

use std::fmt;

pub(crate) use postgres::PostgresUrl;
pub(crate) use sqlite::{SqliteMode, SqliteUrl};

use crate::error::{Error, ErrorKind, Result};

/// Schemes that are named in an error. Another may be a user or a password, where the scheme itself was left out.
const OTHERS: &[&str] = &[
    "mysql", "mariadb", "mssql", "oracle", "mongodb", "redis", "http", "https", "jdbc", "file",
];

/// A parsed database URL. `Display` and `Debug` leave the password out.
#[derive(Clone)]
pub(crate) enum DatabaseUrl {
    Sqlite(SqliteUrl),
    Postgres(PostgresUrl),
}

impl DatabaseUrl {
    /// Parses `url`.
    pub(crate) fn parse(url: &str) -> Result<Self> {
        let Some((scheme, rest)) = url.split_once(':') else {
            return Err(configuration(
                "the database URL has no scheme; write sqlite::memory:, sqlite://file.db or \
                 postgres://user:password@host/database",
            ));
        };
        let (base, driver) = match scheme.split_once('+') {
            Some((base, driver)) => (base, Some(driver)),
            None => (scheme, None),
        };
        let known = match base {
            "sqlite" => "sqlite:",
            "postgres" | "postgresql" => "postgres:",
            _ if OTHERS.contains(&base) => {
                return Err(configuration(format!(
                    "the scheme {base} is of no database known here; use sqlite: or postgres:"
                )));
            }
            _ => {
                return Err(configuration(
                    "the database URL has no scheme that is known here; begin it with sqlite: or postgres:",
                ));
            }
        };
        if driver.is_some() {
            return Err(configuration(format!(
                "a driver in the scheme ({base}+..:) is a habit of other libraries; write {known} alone"
            )));
        }
        if base == "sqlite" {
            Ok(Self::Sqlite(SqliteUrl::parse(rest)?))
        } else {
            Ok(Self::Postgres(PostgresUrl::parse(rest)?))
        }
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(url) => url.fmt(f),
            Self::Postgres(url) => url.fmt(f),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

fn configuration(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Configuration, message)
}

/// The parameters of a query string, decoded. `+` is a space, as in HTML forms and in sqlx.
fn parameters(query: Option<&str>) -> impl Iterator<Item = Result<(String, String)>> {
    query
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let key = decode(&key.replace('+', " "))?;
            let value = decode(&value.replace('+', " "))?;
            Ok((key, value))
        })
}

/// An unknown parameter. Its name is not repeated, which may be a part of a password with a `?` in it.
fn unknown(known: &str) -> Error {
    configuration(format!(
        "the database URL has an unknown parameter; known are {known} (a ? in a name or password is written %3F, an & %26)"
    ))
}

/// Resolves `%xx`. The error never repeats the text, which may be a password.
fn decode(text: &str) -> Result<String> {
    if !text.contains('%') {
        return Ok(text.to_owned());
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [byte, after @ ..] = rest {
        rest = after;
        if *byte != b'%' {
            bytes.push(*byte);
            continue;
        }
        let code = after
            .first_chunk::<2>()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        let Some(code) = code else {
            return Err(configuration(
                "the database URL has a % that no two hex digits follow; write %25 for a percent sign",
            ));
        };
        bytes.push(code);
        rest = &after[2..];
    }
    String::from_utf8(bytes)
        .map_err(|_| configuration("the database URL has %xx sequences that are not UTF-8"))
}

/// Writes `%xx` for whatever is not a plain letter or digit.
fn encode(text: &str) -> String {
    use fmt::Write;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}
